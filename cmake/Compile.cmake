# Compiler settings shared by everything that is built here.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(vtm_compile INTERFACE)
target_compile_definitions(vtm_compile INTERFACE _GNU_SOURCE)
target_compile_options(vtm_compile INTERFACE
  -Wall -Wextra -Wno-missing-field-initializers # what a record leaves out is zero
  -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef
  # Digits may not depend on what the optimiser feels like fusing; kernels ask for FMA by name.
  -ffp-contract=off -fno-math-errno)

# Another compiler has other warnings: they stop our CI, not those who only want the programs.
if(VTM_WERROR)
  target_compile_options(vtm_compile INTERFACE -Werror)
endif()

if(VTM_SANITIZE)
  add_compile_options(-fsanitize=${VTM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${VTM_SANITIZE})
endif()

if(VTM_BUILD_FUZZERS)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# A file named for an instruction set (*_avx2.c) is compiled for it and called only behind a run-time check
# (src/base/cpu.h). Those of other processors are left out. NEON needs no flags: every 64-bit ARM processor has it.
set(VTM_FLAGS_avx2 -mavx2 -mfma)
set(VTM_FLAGS_avx512 ${VTM_FLAGS_avx2} -mavx512f -mavx512bw -mavx512dq -mavx512vl -mprefer-vector-width=512)
set(VTM_FLAGS_amx ${VTM_FLAGS_avx512} -mavx512bf16 -mamx-tile -mamx-bf16)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set(VTM_FOREIGN_SOURCES "_neon\\.c$")
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  set(VTM_FOREIGN_SOURCES "_(avx2|avx512|amx)\\.c$")
else()
  set(VTM_FOREIGN_SOURCES "_(avx2|avx512|amx|neon)\\.c$")
endif()

function(vtm_source_flags)
  foreach(source IN LISTS ARGN)
    set(flags "")
    if(source MATCHES "_(avx2|avx512|amx)\\.c$")
      set(flags ${VTM_FLAGS_${CMAKE_MATCH_1}})
    endif()
    # ThreadSanitizer makes kernels 50 times slower, and sees the same accesses in the portable ones.
    if(flags AND VTM_SANITIZE MATCHES "thread")
      list(APPEND flags -fno-sanitize=thread)
    endif()
    # Compilers need minutes to instrument unrolled tiles. The portable ones are of the same templates, tests put the
    # operands of all of them between guard pages, and no fuzz target runs a network.
    if(VTM_SANITIZE AND source MATCHES "/backend/cpu/" AND (flags OR VTM_BUILD_FUZZERS))
      list(APPEND flags -fno-sanitize=all)
    endif()
    set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "${flags}")
  endforeach()
endfunction()

# A path as a string literal of C: folders may have any name.
function(vtm_define_path target name path)
  string(REPLACE "\\" "\\\\" path "${path}")
  string(REPLACE "\"" "\\\"" path "${path}")
  target_compile_definitions(${target} PRIVATE "${name}=\"${path}\"")
endfunction()
