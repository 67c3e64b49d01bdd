# Devices: the module over a fake one (tests/fake_cuda), and the op tests on it; the same tests on the first GPU that
# can be used carry the label gpu and are skipped where there is none.
set(device_environment ${test_environment})
list(FILTER device_environment EXCLUDE REGEX CUDA_MODULE)
file(GLOB fake_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/fake_cuda/*.c)
set(module_sources "")
foreach(name IN ITEMS convolution devices format ops queue resample values)
  list(APPEND module_sources ${CMAKE_SOURCE_DIR}/src/backend/cuda/${name}.c)
endforeach()
# The fake's own interface is around that of the module.
set_source_files_properties(${CMAKE_SOURCE_DIR}/src/backend/cuda/devices.c PROPERTIES COMPILE_DEFINITIONS
  vtm_cuda_module=fake_real_module)
if(VTM_SANITIZE) # arithmetic on one thread, by the minute; it stands for cuDNN and is no code of ours
  set_source_files_properties(${CMAKE_CURRENT_SOURCE_DIR}/fake_cuda/cudnn.c PROPERTIES COMPILE_OPTIONS
    -fno-sanitize=all)
endif()
add_library(fake_cuda_objects OBJECT ${fake_sources} ${module_sources})
set_target_properties(fake_cuda_objects PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_include_directories(fake_cuda_objects BEFORE PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/fake_cuda/include)
target_include_directories(fake_cuda_objects PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/include
  ${CMAKE_CURRENT_SOURCE_DIR})
target_compile_definitions(fake_cuda_objects PRIVATE VTM_VERSION="${PROJECT_VERSION}")
target_link_libraries(fake_cuda_objects PRIVATE vtm_compile)
add_library(fake_cuda MODULE $<TARGET_OBJECTS:fake_cuda_objects> ${VTM_MODULE_BASE})
set_target_properties(fake_cuda PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
target_link_libraries(fake_cuda PRIVATE vtm_compile Threads::Threads m)

# An op that only devices have.
add_executable(cuda_test_resample ${CMAKE_CURRENT_SOURCE_DIR}/cuda/test_resample.c)
target_include_directories(cuda_test_resample PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(cuda_test_resample PRIVATE vtonmetrics_static vtm_compile vtm_dependencies PkgConfig::CMOCKA)

function(vtm_add_device_test name test label)
  add_test(NAME ${name} COMMAND ${test})
  set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT ${test_timeout} ENVIRONMENT
    "VTM_TEST_DEVICE=cuda;${ARGN};${device_environment}")
  if(label STREQUAL "gpu")
    set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77 RUN_SERIAL TRUE)
  endif()
endfunction()

set(fake_module "VTONMETRICS_CUDA_MODULE=$<TARGET_FILE:fake_cuda>")
foreach(precision IN ITEMS f32 tf32 fp16)
  # The fake device multiplies in plain C, whatever the precision: larger layers are left out, and most of them to the first.
  set(most_products VTM_TEST_PRODUCTS=1e7)
  if(precision STREQUAL "f32" AND NOT VTM_SANITIZE)
    set(most_products VTM_TEST_PRODUCTS=7e7)
  endif()
  foreach(short IN ITEMS convolution extreme pooling)
    vtm_add_device_test(gpu.${short}_${precision} kernels_test_${short} gpu VTM_TEST_PRECISION=${precision})
    vtm_add_device_test(fake_gpu.${short}_${precision} kernels_test_${short} kernels VTM_TEST_PRECISION=${precision}
      ${most_products} ${fake_module})
  endforeach()
endforeach()
vtm_add_device_test(gpu.networks golden_test_networks gpu)
vtm_add_device_test(gpu.resample cuda_test_resample gpu)
vtm_add_device_test(fake_gpu.resample cuda_test_resample kernels ${fake_module})

# The module's queues and convolutions, without a program around them.
add_executable(cuda_test_queue ${CMAKE_CURRENT_SOURCE_DIR}/cuda/test_queue.c $<TARGET_OBJECTS:fake_cuda_objects>)
target_include_directories(cuda_test_queue BEFORE PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/fake_cuda/include)
target_include_directories(cuda_test_queue PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(cuda_test_queue PRIVATE vtonmetrics_static vtm_compile vtm_dependencies PkgConfig::CMOCKA)
add_test(NAME fake_gpu.queue COMMAND cuda_test_queue)
set_tests_properties(fake_gpu.queue PROPERTIES LABELS unit TIMEOUT ${test_timeout} ENVIRONMENT "${test_environment}")

add_test(NAME fake_gpu.check COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/cuda/gpu_check.sh)
set_tests_properties(fake_gpu.check PROPERTIES LABELS cli TIMEOUT ${test_timeout} ENVIRONMENT
  "${device_environment};SOURCE_DIR=${CMAKE_SOURCE_DIR};BUILD_DIR=${CMAKE_BINARY_DIR};FAKE_CUDA=${fake_cuda_file}")

# With the toolkit: plans of cuDNN, which needs no GPU for them.
if(TARGET vtonmetrics_cuda)
  add_executable(cuda_plans ${CMAKE_CURRENT_SOURCE_DIR}/cuda/test_plans.c ${CMAKE_SOURCE_DIR}/src/backend/cuda/plans.c
    ${CMAKE_SOURCE_DIR}/src/backend/cuda/descriptors.c ${CMAKE_SOURCE_DIR}/src/backend/cuda/format.c)
  add_executable(bench_engines ${CMAKE_CURRENT_SOURCE_DIR}/cuda/bench_engines.c
    ${CMAKE_SOURCE_DIR}/src/backend/cuda/plans.c ${CMAKE_SOURCE_DIR}/src/backend/cuda/descriptors.c
    ${CMAKE_SOURCE_DIR}/src/backend/cuda/format.c)
  set_target_properties(bench_engines PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  target_include_directories(bench_engines PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
  target_include_directories(bench_engines SYSTEM PRIVATE ${CUDNN_INCLUDE_DIR} ${CUDAToolkit_INCLUDE_DIRS})
  target_link_libraries(bench_engines PRIVATE vtonmetrics_static vtm_compile vtm_dependencies CUDA::cudart_static
    ${CUDNN_LIBRARY})
  target_include_directories(cuda_plans PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
  target_include_directories(cuda_plans SYSTEM PRIVATE ${CUDNN_INCLUDE_DIR} ${CUDAToolkit_INCLUDE_DIRS})
  target_link_libraries(cuda_plans PRIVATE vtonmetrics_static vtm_compile vtm_dependencies PkgConfig::CMOCKA
    ${CUDNN_LIBRARY})
  target_link_options(cuda_plans PRIVATE -Wl,--wrap=cudnnBackendSetAttribute)
  add_test(NAME cuda.plans COMMAND cuda_plans)
  set_tests_properties(cuda.plans PROPERTIES LABELS cuda TIMEOUT ${test_timeout})
  add_test(NAME cuda.kernels COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/cuda/kernels.sh ${CUDAToolkit_NVCC_EXECUTABLE}
    ${CMAKE_SOURCE_DIR})
  set_tests_properties(cuda.kernels PROPERTIES LABELS cuda TIMEOUT ${test_timeout})
endif()
