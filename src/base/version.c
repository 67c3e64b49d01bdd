#include "vtonmetrics/vtonmetrics.h"

const char *vtm_version(void) { return VTM_VERSION; }

const char *vtm_build_info(void) { return VTM_BUILD_INFO; }
