# cmake -DLIST=FILE -DVERSIONS=TEXT -DOUTPUT=FILE -P Digits.cmake: one hash of all sources named in LIST and of the
# libraries' versions. The output is written only when it changes, so that nothing is compiled in vain.
# Names in LIST start at the root of the sources: the hash is the same wherever they lie, and their folder may have any name.
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH root)
file(READ "${LIST}" sources) # file(STRINGS) would drop what is not ASCII
string(STRIP "${sources}" sources)
string(REPLACE "\n" ";" sources "${sources}")
set(all "${VERSIONS}")
foreach(source IN LISTS sources)
  file(SHA256 "${root}/${source}" hash)
  string(APPEND all ${hash})
endforeach()
string(SHA256 digest "${all}")
string(SUBSTRING ${digest} 0 16 digest)
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT "#define VTM_DIGITS \"${digest}\"\n")
