# cmake -DVERSIONS=TEXT -DOUTPUT=FILE -P Digits.cmake: one hash of everything that decides the digits of a picture and its
# features, for a stored value is good only for the code that computed it: the sources below, whatever these include of
# ours, the compiler's flags, and the libraries' versions. -DLIST=FILE also writes the names of the files.
#
# Names start at the root of the sources: the hash is the same wherever they lie, and their folder may have any name.
# The output is written only when it changes, so that nothing is compiled in vain.
cmake_policy(VERSION 3.25)
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH root)

set(roots src/image/*.c src/nn/*.c src/backend/*.c src/backend/*.cu
    src/features/image_summary.c # the description of a picture, which is stored too
    src/features/pixel_measures.c)
set(measuring "^src/nn/(bench|seeded|timeline)[^/]*\\.c$") # benchmarks decide no digit
set(flags cmake/Compile.cmake cmake/Cuda.cmake)
set(generated backend/cpu/cook_toom_matrices.h) # by cook_toom_generate.c, which is a root

# The names of all files that `patterns` find; each has to find one.
function(find_roots patterns found)
  set(all "")
  foreach(pattern IN LISTS patterns)
    file(GLOB_RECURSE some RELATIVE "${root}" "${root}/${pattern}")
    if(NOT some)
      message(FATAL_ERROR "cmake/Digits.cmake: there is no ${pattern}")
    endif()
    list(APPEND all ${some})
  endforeach()
  list(FILTER all EXCLUDE REGEX "${measuring}")
  set(${found} ${all} PARENT_SCOPE)
endfunction()

# What `file` includes of ours, as names.
function(find_includes file found)
  set(all "")
  cmake_path(GET file PARENT_PATH folder)
  file(STRINGS "${root}/${file}" lines REGEX "^[ \t]*#[ \t]*include[ \t]*[\"<][^\">]+[\">]")
  foreach(line IN LISTS lines)
    string(REGEX MATCH "[\"<]([^\">]+)" quoted "${line}")
    set(name "${CMAKE_MATCH_1}")
    set(place "")
    foreach(candidate IN ITEMS "src/${name}" "include/${name}" "${folder}/${name}")
      if(NOT place AND EXISTS "${root}/${candidate}")
        set(place "${candidate}")
      endif()
    endforeach()
    if(place)
      list(APPEND all "${place}")
    elseif(quoted MATCHES "^\"" AND NOT name IN_LIST generated)
      message(FATAL_ERROR "cmake/Digits.cmake: ${file} includes ${name}, which is not there")
    endif()
  endforeach()
  set(${found} ${all} PARENT_SCOPE)
endfunction()

find_roots("${roots}" waiting)
set(files "")
while(waiting)
  list(POP_FRONT waiting file)
  if(NOT file IN_LIST files)
    list(APPEND files "${file}")
    find_includes("${file}" included)
    list(APPEND waiting ${included})
  endif()
endwhile()
list(APPEND files ${flags})
list(SORT files)

set(all "${VERSIONS}")
set(names "")
foreach(file IN LISTS files)
  file(SHA256 "${root}/${file}" hash)
  string(APPEND all "${file}${hash}")
  string(APPEND names "${file}\n")
endforeach()
string(SHA256 digest "${all}")
string(SUBSTRING ${digest} 0 16 digest)
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT "#define VTM_DIGITS \"${digest}\"\n")
if(LIST)
  file(WRITE "${LIST}" "${names}")
endif()
