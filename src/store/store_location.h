/* Where a store is looked for. */
#ifndef VTM_STORE_LOCATION_H
#define VTM_STORE_LOCATION_H

#include <stdbool.h>

/* Whether it is where a store is looked for when nothing is said. */
bool vtm_store_is_default_path(const char *path);

#endif
