/* The folders in which weights files are looked for. */
#ifndef VTM_WEIGHTS_LOCATE_H
#define VTM_WEIGHTS_LOCATE_H

#include "vtonmetrics/weights.h"

/* $XDG_DATA_HOME/vtonmetrics/weights or ~/.local/share/vtonmetrics/weights, a new string. */
vtm_status vtm_weights_user_folder(char **folder, vtm_error *error);

#endif
