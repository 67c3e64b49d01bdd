# The module for NVIDIA GPUs is opened at run time, so that one build runs with and without a GPU; the library and the
# programs link nothing of CUDA. It is looked for in a folder that lies as far from bin/ here as where it is installed.
file(RELATIVE_PATH VTM_MODULE_FROM_PROGRAM ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR}/vtonmetrics)

option(VTM_WITH_CUDA "build the module for NVIDIA GPUs when the CUDA toolkit and cuDNN 9 are found" ON)
set(VTM_CUDA_ARCHITECTURES all CACHE STRING "for which GPUs: an -arch of nvcc; all: every one that it knows")

set(VTM_CUDA_MISSING "")
if(NOT VTM_WITH_CUDA)
  set(VTM_CUDA_MISSING "VTM_WITH_CUDA is off")
elseif(VTM_SANITIZE)
  set(VTM_CUDA_MISSING "sanitizers are on")
else()
  find_package(CUDAToolkit 12 QUIET)
  find_path(CUDNN_INCLUDE_DIR cudnn_graph.h HINTS ${CUDAToolkit_INCLUDE_DIRS})
  find_library(CUDNN_LIBRARY NAMES cudnn libcudnn.so.9 HINTS ${CUDAToolkit_LIBRARY_DIR})
  if(NOT CUDAToolkit_FOUND OR NOT CUDAToolkit_NVCC_EXECUTABLE OR NOT TARGET CUDA::cudart_static)
    set(VTM_CUDA_MISSING "the CUDA toolkit was not found")
  elseif(NOT CUDNN_INCLUDE_DIR OR NOT CUDNN_LIBRARY)
    set(VTM_CUDA_MISSING "cuDNN 9 was not found")
  elseif("${CMAKE_SOURCE_DIR}${CMAKE_BINARY_DIR}" MATCHES "[$]")
    set(VTM_CUDA_MISSING "nvcc can't compile in a folder with $ in its name")
  endif()
endif()

if(VTM_CUDA_MISSING)
  message(STATUS "without the CUDA module: ${VTM_CUDA_MISSING}")
  set(VTM_BUILD_INFO "${VTM_BUILD_INFO}CUDA: not built, ${VTM_CUDA_MISSING}\\n")
else()
  set(VTM_BUILD_INFO "${VTM_BUILD_INFO}CUDA ${CUDAToolkit_VERSION} with cuDNN, as a module\\n")
endif()

# What modules share with the library, compiled once.
set(VTM_MODULE_BASE "$<FILTER:$<TARGET_OBJECTS:vtonmetrics_objects>,INCLUDE,/base/(error|memory|printable)\\.c\\.o$>")

function(vtm_add_cuda_module)
  if(VTM_CUDA_MISSING)
    return()
  endif()
  set(folder ${CMAKE_SOURCE_DIR}/src/backend/cuda)
  set(object ${CMAKE_BINARY_DIR}/cuda_kernels.o)
  file(GLOB headers CONFIGURE_DEPENDS ${folder}/*.h)
  set(errors "")
  if(VTM_WERROR)
    set(errors -Werror all-warnings)
  endif()
  add_custom_command(OUTPUT ${object}
    COMMAND ${CUDAToolkit_NVCC_EXECUTABLE} -std=c++17 -O3 --fmad=false -arch=${VTM_CUDA_ARCHITECTURES}
      ${errors} -Xcompiler -fPIC,-Wall,-Wextra,-fvisibility=hidden
      -I${CMAKE_SOURCE_DIR}/src -I${CMAKE_SOURCE_DIR}/include -c ${folder}/kernels.cu -o ${object}
    DEPENDS ${folder}/kernels.cu ${headers} ${CMAKE_SOURCE_DIR}/src/backend/backend.h
      ${CMAKE_SOURCE_DIR}/src/base/resampling.h
    COMMENT "Compiling CUDA kernels" VERBATIM)
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.c)
  add_library(vtonmetrics_cuda MODULE ${sources} ${object}
    ${VTM_MODULE_BASE})
  target_include_directories(vtonmetrics_cuda PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/include)
  target_include_directories(vtonmetrics_cuda SYSTEM PRIVATE ${CUDNN_INCLUDE_DIR})
  target_compile_definitions(vtonmetrics_cuda PRIVATE VTM_VERSION="${PROJECT_VERSION}")
  target_link_libraries(vtonmetrics_cuda PRIVATE vtm_compile CUDA::cudart_static ${CUDNN_LIBRARY})
  set_target_properties(vtonmetrics_cuda PROPERTIES PREFIX "" INSTALL_RPATH_USE_LINK_PATH ON
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin/${VTM_MODULE_FROM_PROGRAM})
  install(TARGETS vtonmetrics_cuda LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/vtonmetrics)
endfunction()
