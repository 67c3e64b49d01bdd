#include "metrics/settings.h"

static const vtm_option options[] = {
    {.name = "net",
     .type = VTM_OPTION_CHOICE,
     .argument = "NAME",
     .standard = "alex",
     .choices = "alex",
     .help = "The network that looks at the images."},
    {.name = "size",
     .type = VTM_OPTION_TEXT,
     .argument = "SIZE",
     .standard = "256",
     .help = "256: both images resized to 256x256 (Pillow bicubic); native: as they are, pairs must be of one size; "
             "WIDTHxHEIGHT: both resized to that."},
    {.name = "weights",
     .type = VTM_OPTION_FILE,
     .argument = "FILE",
     .help = "Trunk and linear layers in one file; else those that come with the program."},
    {.name = "pillow13",
     .type = VTM_OPTION_FLAG,
     .help = "Resize in the order of passes of Pillow 13 instead of that of all earlier versions."},
    VTM_COMMON_OPTIONS};

const vtm_metric vtm_metric_lpips = {
    .info = {.name = "lpips",
             .title = "Learned perceptual image patch similarity",
             .help = "How different each generated image looks from the photograph of the same name, as a network "
                     "sees it: 0 is the same picture, 0.1 is hard to tell apart, 0.7 is another picture. Lower is "
                     "better. The score of a model is the mean over all pairs.",
             .lower_is_better = true,
             .options = options,
             .option_count = sizeof(options) / sizeof(*options)},
};
