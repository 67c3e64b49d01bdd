# cmake --install: library, headers, tools, manual pages, embedded weights, and what other builds find us by.
include(CMakePackageConfigHelpers)

if(CMAKE_INSTALL_PREFIX MATCHES "[\";\\]|[$]{")
  message(FATAL_ERROR "CMAKE_INSTALL_PREFIX is ${CMAKE_INSTALL_PREFIX}: CMake can't install into a folder with one of \" ; \\ \${ "
    "in its name. Take another one; spaces, letters of any script and other signs will do.")
endif()

# What root installs is for all, also when root's umask is 077, which CMake's own folders obey: those that are missing are
# made first. (Files and what is copied as a folder get their permissions from CMake whatever the umask is.)
set(folders ${CMAKE_INSTALL_BINDIR} ${CMAKE_INSTALL_INCLUDEDIR} ${CMAKE_INSTALL_LIBDIR}/pkgconfig
  ${CMAKE_INSTALL_LIBDIR}/cmake/vtonmetrics ${CMAKE_INSTALL_DATADIR}/vtonmetrics ${CMAKE_INSTALL_MANDIR}/man1)
if(NOT VTM_CUDA_MISSING)
  list(APPEND folders ${CMAKE_INSTALL_LIBDIR}/vtonmetrics)
endif()
install(CODE "
  function(vtm_make_folder folder)
    if(NOT EXISTS \"\${folder}\")
      cmake_path(GET folder PARENT_PATH parent)
      vtm_make_folder(\"\${parent}\")
      file(MAKE_DIRECTORY \"\${folder}\")
      file(CHMOD \"\${folder}\" DIRECTORY_PERMISSIONS
        OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
    endif()
  endfunction()
  foreach(folder IN ITEMS ${folders})
    cmake_path(ABSOLUTE_PATH folder BASE_DIRECTORY \"\${CMAKE_INSTALL_PREFIX}\")
    vtm_make_folder(\"\$ENV{DESTDIR}\${folder}\")
  endforeach()")
install(TARGETS vtonmetrics_static vtonmetrics_shared EXPORT vtonmetricsTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/vtonmetrics DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY weights/ DESTINATION ${CMAKE_INSTALL_DATADIR}/vtonmetrics/weights
  FILES_MATCHING PATTERN "*.safetensors" PATTERN "*.json")
if(VTM_TOOLS)
  install(TARGETS ${VTM_TOOLS} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

# ---- CMake package: find_package(vtonmetrics), targets vtonmetrics::shared and vtonmetrics::static ----
string(REPLACE ";" " " VTM_REQUIRES "${VTM_LINKED_MODULES}")
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/vtonmetrics)
install(EXPORT vtonmetricsTargets NAMESPACE vtonmetrics:: DESTINATION ${package_folder})
configure_package_config_file(cmake/vtonmetricsConfig.cmake.in ${CMAKE_BINARY_DIR}/vtonmetricsConfig.cmake
  INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/vtonmetricsConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/vtonmetricsConfig.cmake ${CMAKE_BINARY_DIR}/vtonmetricsConfigVersion.cmake
  DESTINATION ${package_folder})

# ---- pkg-config: paths relative to the file itself, so that a package may be moved ----
file(RELATIVE_PATH VTM_PREFIX_FROM_PC
  ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
foreach(file IN ITEMS vtonmetrics.pc vtonmetrics-static.pc)
  configure_file(cmake/${file}.in ${CMAKE_BINARY_DIR}/${file} @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/${file} DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()

# ---- manual pages: each tool writes its own, from the tables that make its --help ----
if(VTM_TOOLS AND NOT CMAKE_CROSSCOMPILING)
  set(pages "")
  foreach(tool IN LISTS VTM_TOOLS)
    set(page ${CMAKE_BINARY_DIR}/man/${tool}.1)
    # The page of the dispatcher lists the tools beside it, so all are built first.
    add_custom_command(OUTPUT ${page} COMMAND $<TARGET_FILE:${tool}> --help-man > ${page} DEPENDS ${VTM_TOOLS} VERBATIM)
    list(APPEND pages ${page})
  endforeach()
  # Metrics without an executable of their own are run by vtonmetrics-score, which writes a page for each.
  file(STRINGS src/metrics/registry.h metrics REGEX "extern const vtm_metric vtm_metric_")
  foreach(line IN LISTS metrics)
    string(REGEX REPLACE ".*vtm_metric_([a-z0-9_]+);.*" "\\1" metric "${line}")
    string(REPLACE "_" "-" metric ${metric})
    if(NOT TARGET vtonmetrics-${metric})
      set(page ${CMAKE_BINARY_DIR}/man/vtonmetrics-${metric}.1)
      add_custom_command(OUTPUT ${page} COMMAND $<TARGET_FILE:vtonmetrics-score> ${metric} --help-man > ${page}
                         DEPENDS vtonmetrics-score VERBATIM)
      list(APPEND pages ${page})
    endif()
  endforeach()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS src/metrics/registry.h)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/man)
  add_custom_target(vtonmetrics_man ALL DEPENDS ${pages})
  install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()
