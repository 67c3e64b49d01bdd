# Libraries: what is needed stops the configuration with the package to install; what is optional is
# reported here, in `--version`, and its absence takes away its own feature only.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

add_library(vtm_dependencies INTERFACE)
set(VTM_BUILD_INFO "")
set(VTM_LINKED_MODULES "") # pkg-config names of what the static library needs beside it

function(vtm_require module label package)
  pkg_check_modules(${module} IMPORTED_TARGET ${label})
  if(NOT ${module}_FOUND)
    message(FATAL_ERROR "${label} was not found: install the Debian package ${package}, or run scripts/setup.sh")
  endif()
  target_link_libraries(vtm_dependencies INTERFACE PkgConfig::${module})
  set(VTM_BUILD_INFO "${VTM_BUILD_INFO}${label} ${${module}_VERSION}\\n" PARENT_SCOPE)
  set(VTM_LINKED_MODULES ${VTM_LINKED_MODULES} ${label} PARENT_SCOPE)
endfunction()

function(vtm_optional module label package feature) # and the oldest version that will do
  option(VTM_WITH_${module} "use ${label} (${feature})" ON)
  if(VTM_WITH_${module})
    set(wanted ${label})
    if(ARGN)
      set(wanted ${label}>=${ARGN})
    endif()
    pkg_check_modules(${module} IMPORTED_TARGET ${wanted})
  endif()
  if(${module}_FOUND)
    target_link_libraries(vtm_dependencies INTERFACE PkgConfig::${module})
    target_compile_definitions(vtm_dependencies INTERFACE VTM_HAVE_${module}=1)
    set(VTM_LINKED_MODULES ${VTM_LINKED_MODULES} ${label} PARENT_SCOPE)
    set(VTM_BUILD_INFO "${VTM_BUILD_INFO}${label} ${${module}_VERSION}\\n" PARENT_SCOPE)
  else()
    message(STATUS "${label} ${ARGN} not found: without ${feature} (Debian package ${package})")
    set(VTM_BUILD_INFO "${VTM_BUILD_INFO}${label}: not built in, no ${feature}\\n" PARENT_SCOPE)
  endif()
endfunction()

vtm_require(JPEG libjpeg libjpeg62-turbo-dev)
vtm_require(STB stb libstb-dev)
# Any build of OpenBLAS gives the same bits: each call is held to one thread. The pthread build may be called from several
# threads at once; the serial and the OpenMP one are not, and cost time (src/stats/lapack.h).
vtm_require(OPENBLAS openblas libopenblas-pthread-dev)
vtm_require(LAPACKE lapacke liblapacke-dev)
vtm_require(CJSON libcjson libcjson-dev)
vtm_require(ZIP libzip libzip-dev)
vtm_require(ZLIB zlib zlib1g-dev)
vtm_require(CRYPTO libcrypto libssl-dev)
vtm_require(PCRE2 libpcre2-8 libpcre2-dev)
vtm_require(UTF8PROC libutf8proc libutf8proc-dev)
vtm_optional(WEBP libwebp libwebp-dev "WebP images")
vtm_optional(WEBPDEMUX libwebpdemux libwebp-dev "animated WebP images")
vtm_optional(TIFF libtiff-4 libtiff-dev "TIFF images" 4.5) # which has handlers of messages for one file alone
vtm_optional(SQLITE3 sqlite3 libsqlite3-dev "store of computed values")
vtm_optional(CAIRO cairo libcairo2-dev "charts, grids and contact sheets")
vtm_optional(CURL libcurl libcurl4-openssl-dev "download of weights")

target_link_libraries(vtm_dependencies INTERFACE Threads::Threads m ${CMAKE_DL_LIBS})
list(REMOVE_ITEM VTM_LINKED_MODULES stb) # headers only
