# The module for NVIDIA GPUs is opened at run time, so that one build runs with and without a GPU; the library and the
# programs link nothing of CUDA. It is looked for in a folder that lies as far from bin/ here as where it is installed.
file(RELATIVE_PATH VTM_MODULE_FROM_PROGRAM ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR}/vtonmetrics)
