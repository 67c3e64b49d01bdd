# cmake -DLIST=FILE -DVERSIONS=TEXT -DOUTPUT=FILE -P Digits.cmake: one hash of all sources named in LIST and of the
# libraries' versions. The output is written only when it changes, so that nothing is compiled in vain.
file(STRINGS ${LIST} sources)
set(all "${VERSIONS}")
foreach(source IN LISTS sources)
  file(SHA256 ${source} hash)
  string(APPEND all ${hash})
endforeach()
string(SHA256 digest "${all}")
string(SUBSTRING ${digest} 0 16 digest)
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#define VTM_DIGITS \"${digest}\"\n")
