#include "features/protocols.h"
#include "metrics/pair_measure.h"
#include "metrics/settings.h"

static const vtm_option options[] = {
    {.name = "net",
     .type = VTM_OPTION_CHOICE,
     .argument = "NAME",
     .default_value = "alex",
     .choices = "alex",
     .help = "The network that looks at the images."},
    {.name = "weights",
     .type = VTM_OPTION_FILE,
     .argument = "FILE",
     .own = true,
     .help = "Trunk and linear layers in one file; else those that come with the program."},
    VTM_PAIR_OPTIONS("256"),
    VTM_COMMON_OPTIONS};

static vtm_extractor_request make_extractor(const vtm_settings *settings) {
  static const vtm_input_scaling scaling = VTM_LPIPS_SCALING;
  vtm_extractor_request request = vtm_pair_extractor(settings);
  request.network = (vtm_network_request){.network = "lpips-alex", .weights = "lpips-alex", .scaling = &scaling};
  return request;
}

static const vtm_pair_measure perceptual_distance = {.label = "LPIPS(alex)", .name = "LPIPS", .has_layers = true};

const vtm_metric vtm_metric_lpips = {
    .info = {.name = "lpips",
             .title = "Learned perceptual image patch similarity",
             .help = "How different each result looks from the photograph of the same name, as a network "
                     "sees it: 0 is the same picture, 0.1 is hard to tell apart, 0.7 is another picture. Lower is "
                     "better. The score of a model is the mean over all pairs.",
             .lower_is_better = true,
             .decimals = 7, /* published and compared to five digits and more */
             .per_image = true,
             .is_default = true,
             .options = options,
             .option_count = sizeof(options) / sizeof(*options)},
    .extractor = make_extractor,
    .pair = &perceptual_distance,
};
