#include "metrics/fid_protocols.h"
#include "metrics/settings.h"

static const vtm_option options[] = {
    {.name = "protocol",
     .type = VTM_OPTION_CHOICE,
     .argument = "NAME",
     .standard = "torchvision",
     .choices = VTM_FID_PROTOCOLS,
     .help = "The tool whose digits to give: its network, weights, resize and scaling. Publish which one you used."},
    {.name = "weights",
     .type = VTM_OPTION_FILE,
     .argument = "FILE",
     .help = "The network's weights (.pth of either kind, or .safetensors); else they are looked for."},
    {.name = "fetch", .type = VTM_OPTION_FLAG, .help = "Download the weights when this machine has none."},
    {.name = "pillow13",
     .type = VTM_OPTION_FLAG,
     .help = "Resize in the order of passes of Pillow 13 instead of that of all earlier versions."},
    {.name = "all-images",
     .type = VTM_OPTION_FLAG,
     .help = "Take every image of both folders, not only those whose name is in both."},
    {.name = "save-stats",
     .type = VTM_OPTION_FILE,
     .argument = "FILE",
     .help = "Write mean and covariance of the reference images used to a .npz (mu, sigma: pytorch-fid reads it)."},
    {.name = "save-features",
     .type = VTM_OPTION_FILE,
     .argument = "FILE",
     .help = "Write the features of the reference images used to a .npz (features, names)."},
    VTM_COMMON_OPTIONS};

const vtm_metric vtm_metric_fid = {
    .info = {.name = "fid",
             .title = "Frechet Inception distance",
             .help = "How far the generated images, as a set, are from the reference photographs: the distance of two "
                     "Gaussians fitted to the features that Inception sees. 0 is the same distribution, lower is "
                     "better. The value depends on the number of images, the weights and the resize: compare only "
                     "scores made alike.",
             .lower_is_better = true,
             .options = options,
             .option_count = sizeof(options) / sizeof(*options)},
};
