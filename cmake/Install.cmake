# cmake --install: library, headers, tools, embedded weights, and what other builds find us by.
install(TARGETS vtonmetrics_static vtonmetrics_shared EXPORT vtonmetricsTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/vtonmetrics DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY weights/ DESTINATION ${CMAKE_INSTALL_DATADIR}/vtonmetrics/weights
  FILES_MATCHING PATTERN "*.safetensors" PATTERN "*.json")
if(VTM_TOOLS)
  install(TARGETS ${VTM_TOOLS} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
