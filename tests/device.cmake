# Devices: the module over a fake one (tests/fake_cuda), and the op tests on it; the same tests on the first GPU that
# can be used carry the label gpu and are skipped where there is none.
set(device_environment ${test_environment})
list(FILTER device_environment EXCLUDE REGEX CUDA_MODULE)
file(GLOB fake_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/fake_cuda/*.c)
add_library(fake_cuda MODULE ${fake_sources} ${CMAKE_SOURCE_DIR}/src/backend/cuda/ops.c
  ${CMAKE_SOURCE_DIR}/src/backend/cuda/format.c ${CMAKE_SOURCE_DIR}/src/backend/cuda/resample.c
  ${CMAKE_SOURCE_DIR}/src/backend/cuda/values.c
  ${VTM_MODULE_BASE})
if(VTM_SANITIZE) # arithmetic on one thread, by the minute; it stands for cuDNN and is no code of ours
  set_source_files_properties(${CMAKE_CURRENT_SOURCE_DIR}/fake_cuda/convolution.c PROPERTIES COMPILE_OPTIONS
    -fno-sanitize=all)
endif()
set_target_properties(fake_cuda PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
target_include_directories(fake_cuda PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/include
  ${CMAKE_CURRENT_SOURCE_DIR})
target_compile_definitions(fake_cuda PRIVATE VTM_VERSION="${PROJECT_VERSION}")
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

# With the toolkit: plans of cuDNN, which needs no GPU for them.
if(TARGET vtonmetrics_cuda)
  add_executable(cuda_plans ${CMAKE_CURRENT_SOURCE_DIR}/cuda/test_plans.c ${CMAKE_SOURCE_DIR}/src/backend/cuda/plans.c
    ${CMAKE_SOURCE_DIR}/src/backend/cuda/descriptors.c ${CMAKE_SOURCE_DIR}/src/backend/cuda/format.c)
  target_include_directories(cuda_plans PRIVATE ${CMAKE_SOURCE_DIR}/src)
  target_include_directories(cuda_plans SYSTEM PRIVATE ${CUDNN_INCLUDE_DIR} ${CUDAToolkit_INCLUDE_DIRS})
  target_link_libraries(cuda_plans PRIVATE vtonmetrics_static vtm_compile vtm_dependencies PkgConfig::CMOCKA
    ${CUDNN_LIBRARY})
  add_test(NAME cuda.plans COMMAND cuda_plans)
  set_tests_properties(cuda.plans PROPERTIES LABELS cuda TIMEOUT ${test_timeout})
endif()
