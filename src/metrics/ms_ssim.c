#include "features/structural_similarity.h"
#include "metrics/pair_measure.h"
#include "metrics/settings.h"

static const vtm_option options[] = {
    {.name = "as",
     .type = VTM_OPTION_CHOICE,
     .argument = "TOOL",
     .default_value = "torchmetrics",
     .choices = "torchmetrics|pyiqa",
     .own = true,
     .help = "Whose MS-SSIM: torchmetrics, on colours, from 176x176 on; pyiqa, on Y, from 161x161 on (TryOffDiff)."},
    VTM_PAIR_OPTIONS("native"),
    VTM_COMMON_OPTIONS};

static const vtm_pair_variant variants[] = {
    {"torchmetrics", "MS-SSIM(torchmetrics)", &vtm_ms_ssim_torchmetrics},
    {"pyiqa", "MS-SSIM(pyiqa)", &vtm_ms_ssim_pyiqa},
};

static const vtm_pair_measure multiscale_structural_similarity = {.name = "MS-SSIM", .variants = variants};

const vtm_metric vtm_metric_ms_ssim = {
    .info = {.name = "ms-ssim",
             .title = "Structural similarity at five scales",
             .help =
                 "SSIM at full size and at a half, a quarter, an eighth and a sixteenth of it, as a weighted product: "
                 "1 is the same picture. Higher is better. The score of a model is the mean over all pairs.",
             .lower_is_better = false,
             .decimals = 6,
             .per_image = true,
             .options = options,
             .option_count = sizeof(options) / sizeof(*options)},
    .extractor = vtm_pair_extractor,
    .pair = &multiscale_structural_similarity,
};
