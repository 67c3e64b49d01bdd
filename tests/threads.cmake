# Tests of threads, and of bits that may not depend on them, have the machine to themselves: a second test beside them
# takes the cores away, and races hide.
set_tests_properties(threads.linear_algebra unit.dense unit.moments unit.thread_pool golden.frechet golden.influence
  PROPERTIES RUN_SERIAL TRUE)

# What ThreadSanitizer looks at in scripts/test.sh: label concurrent, and a target with all that these tests need.
set(concurrent_targets tools overwrite make_picture make_dataset fake_cuda cuda_test_queue)
foreach(test IN ITEMS unit.compare unit.dense unit.device_runner unit.fid unit.lint unit.lint_hash unit.lpips unit.moments
    unit.runner unit.scorer unit.store unit.thread_pool threads.linear_algebra property.runner property.scores
    fake_gpu.queue cli.compare cli.dataset_lint cli.interrupt cli.store_crash)
  if(NOT TEST ${test})
    message(FATAL_ERROR "tests/threads.cmake: there is no test ${test}")
  endif()
  set_property(TEST ${test} APPEND PROPERTY LABELS concurrent)
  foreach(between IN ITEMS _ _test_)
    string(REPLACE "." ${between} target ${test})
    if(TARGET ${target})
      list(APPEND concurrent_targets ${target})
    endif()
  endforeach()
endforeach()
add_custom_target(concurrent_tests DEPENDS ${concurrent_targets})

if(VTM_SANITIZE) # they watch our code, and not the library
  set_tests_properties(threads.linear_algebra PROPERTIES
    ENVIRONMENT "VTM_TEST_ROWS=400;VTM_TEST_ROUNDS=2;${test_environment}")
endif()

# The same with the other builds of OpenBLAS that Debian has: threads.linear_algebra runs with the system's choice.
get_filename_component(openblas_folder "${OPENBLAS_LIBDIR}" DIRECTORY)
get_filename_component(openblas_chosen "${openblas_folder}/libopenblas.so.0" REALPATH)
foreach(build IN ITEMS serial pthread openmp)
  set(folder ${openblas_folder}/openblas-${build})
  get_filename_component(openblas_library "${folder}/libopenblas.so.0" REALPATH)
  if(EXISTS ${folder}/libopenblas.so.0 AND NOT openblas_library STREQUAL openblas_chosen AND NOT VTM_SANITIZE)
    add_test(NAME threads.openblas_${build} COMMAND threads_test_linear_algebra)
    set_tests_properties(threads.openblas_${build} PROPERTIES LABELS threads RUN_SERIAL TRUE TIMEOUT ${test_timeout}
      ENVIRONMENT "LD_LIBRARY_PATH=${folder};VTM_TEST_ROWS=1000;VTM_TEST_ROUNDS=4;${test_environment}")
  endif()
endforeach()

# Five thousand images, twenty times, in minutes: ctest --test-dir build/release -C slow -R slow.threads
add_test(NAME slow.threads CONFIGURATIONS slow COMMAND threads_test_linear_algebra)
set_tests_properties(slow.threads PROPERTIES LABELS slow RUN_SERIAL TRUE TIMEOUT 7200
  ENVIRONMENT "VTM_TEST_ROWS=5000;VTM_TEST_ROUNDS=20;${test_environment}")
