/* The version of the headers that a program is compiled against; vtm_version() is that of the library it runs with. */
#ifndef VTONMETRICS_VERSION_H
#define VTONMETRICS_VERSION_H

#define VTM_VERSION_MAJOR 0
#define VTM_VERSION_MINOR 1
#define VTM_VERSION_PATCH 0

/* For comparisons: #if VTM_VERSION_NUMBER >= 10200 is 1.2.0 or later. */
#define VTM_VERSION_NUMBER (VTM_VERSION_MAJOR * 10000 + VTM_VERSION_MINOR * 100 + VTM_VERSION_PATCH)

#endif
