# Library, headers, program and figures; find_package(starling) for users who embed the library.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS starling EXPORT starlingTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS starling_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
foreach(folder core kernels autodiff abm flows inference)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}" DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/starling
          FILES_MATCHING PATTERN "*.hpp")
endforeach()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/data" DESTINATION ${CMAKE_INSTALL_DATADIR}/starling)
install(EXPORT starlingTargets NAMESPACE starling:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/starling)
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/starlingConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/starlingConfig.cmake" INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/starling)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/starlingConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/starlingConfig.cmake" "${PROJECT_BINARY_DIR}/starlingConfigVersion.cmake"
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/starling)
