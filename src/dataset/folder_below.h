/* Pictures that a program wrote into folders below the one that is given. */
#ifndef VTM_DATASET_FOLDER_BELOW_H
#define VTM_DATASET_FOLDER_BELOW_H

#include "vtonmetrics/tools/dataset.h"

/* For a folder without pictures: takes those of the folders below it, under names such as "dresses/013563_0.jpg", where
 * these are DressCode's categories (or have a folder images of their own), or a folder a person, whose pictures' names
 * begin with its name. Where any other folder holds pictures, it is not for the library to choose: none is taken. A
 * folder that has pictures both itself and in categories is an error. */
vtm_status vtm_folder_take_below(vtm_folder *folder, vtm_error *error);

#endif
