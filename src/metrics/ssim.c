#include "features/structural_similarity.h"
#include "metrics/pair_measure.h"
#include "metrics/settings.h"

static const vtm_option options[] = {
    {.name = "as",
     .type = VTM_OPTION_CHOICE,
     .argument = "TOOL",
     .default_value = "torchmetrics",
     .choices = "torchmetrics|torchmetrics-1.4.1|skimage|pyiqa",
     .own = true,
     .help =
         "Whose SSIM: torchmetrics, on colours (CatVTON, VtonEval, PromptDresser); torchmetrics up to 1.4.1, which cut "
         "the border off (LaDI-VTON, OOTDiffusion); skimage on grey levels (HR-VITON, DCI-VTON); pyiqa, on Y "
         "(TryOffDiff)."},
    VTM_PAIR_OPTIONS("native"),
    VTM_COMMON_OPTIONS};

static const vtm_pair_variant variants[] = {
    {"torchmetrics", "SSIM(torchmetrics)", &vtm_ssim_torchmetrics},
    {"torchmetrics-1.4.1", "SSIM(torchmetrics-1.4.1)", &vtm_ssim_torchmetrics_1_4_1},
    {"skimage", "SSIM(skimage)", &vtm_ssim_skimage},
    {"pyiqa", "SSIM(pyiqa)", &vtm_ssim_pyiqa},
};

static const vtm_pair_measure structural_similarity = {.name = "SSIM", .variants = variants};

const vtm_metric vtm_metric_ssim = {
    .info =
        {.name = "ssim",
         .title = "Structural similarity",
         .help =
             "How alike each result and the photograph of the same name are in brightness, contrast and "
             "structure, window by window: 1 is the same picture, 0.9 is close. Higher is better. The score of a model "
             "is the mean over all pairs. Tools differ by several per cent: say whose definition a figure has.",
         .lower_is_better = false,
         .decimals = 6,
         .per_image = true,
         .options = options,
         .option_count = sizeof(options) / sizeof(*options)},
    .extractor = vtm_pair_extractor,
    .pair = &structural_similarity,
};
