/* Values of a metric's options, and the options that every metric has. */
#ifndef VTM_METRICS_SETTINGS_H
#define VTM_METRICS_SETTINGS_H

#include <limits.h>

#include "features/protocols.h"
#include "metrics/registry.h"
#include "nn/engine.h"

#define VTM_SCHEME_NAMES "promptdresser, stableviton (hr-viton), viton-hd, gp-vton, pasta-gan or ootdiffusion"

#define VTM_STORE_OPTIONS                                                                                      \
  {.name = "store",                                                                                            \
   .type = VTM_OPTION_FILE,                                                                                    \
   .argument = "FILE",                                                                                         \
   .help =                                                                                                     \
       "Where what is computed of an image is kept, and found again; else $VTONMETRICS_STORE, else "           \
       "vtonmetrics/store.sqlite in your cache folder. 'vtonmetrics store' looks after it."},                  \
      {.name = "no-store", .type = VTM_OPTION_FLAG, .help = "Compute everything anew and keep nothing."}, {    \
    .name = "rehash", .type = VTM_OPTION_FLAG,                                                                 \
    .help = "Read all files again, also those that seem unchanged by their size, times and place on the disk." \
  }

/* The beginning of every set measure's option table: which features, of which images. */
#define VTM_SET_OPTIONS                                                                                             \
  {.name = "protocol",                                                                                              \
   .type = VTM_OPTION_CHOICE,                                                                                       \
   .argument = "NAME",                                                                                              \
   .default_value = "torchvision",                                                                                  \
   .choices = VTM_PROTOCOLS,                                                                                        \
   .help = "The tool whose digits to give: its network, weights, resize and scaling. Publish which one you used."}, \
      {.name = "weights",                                                                                           \
       .type = VTM_OPTION_FILE,                                                                                     \
       .argument = "FILE",                                                                                          \
       .own = true,                                                                                                 \
       .help = "The network's weights (.pth of either kind, or .safetensors); else they are looked for."},          \
      {.name = "fetch",                                                                                             \
       .type = VTM_OPTION_FLAG,                                                                                     \
       .help =                                                                                                      \
           "Download the weights when this machine has none, without asking; --no-fetch: never, and without "       \
           "asking. With neither, the question is put on a terminal, and elsewhere the answer is no."},             \
      VTM_PILLOW_OPTION, {                                                                                          \
    .name = "all-images", .type = VTM_OPTION_FLAG,                                                                  \
    .help = "Take every image of both folders, not only those whose name is in both."                               \
  }

/* Of metrics with these options. */
#define VTM_SET_WITHOUT_WEIGHTS "--protocol alexnet needs no download"

#define VTM_SAVE_FEATURES_OPTION                                                      \
  {                                                                                   \
    .name = "save-features", .type = VTM_OPTION_FILE, .argument = "FILE",             \
    .help = "Write the features of the photographs used to a .npz (features, names)." \
  }

#define VTM_PILLOW_OPTION                                                                                          \
  {                                                                                                                \
    .name = "pillow", .type = VTM_OPTION_CHOICE, .argument = "VERSION", .default_value = "12", .choices = "12|13", \
    .help =                                                                                                        \
        "Resize in the order of passes of this version of Pillow: 12, which all earlier ones share, or 13, which " \
        "pip installs today. A FID of 384x512 pictures differs by about 1 % between them."                         \
  }

/* Of every pair measure. */
#define VTM_PAIR_OPTIONS(default_size)                                                                          \
  {.name = "size",                                                                                              \
   .type = VTM_OPTION_TEXT,                                                                                     \
   .argument = "SIZE",                                                                                          \
   .default_value = (default_size),                                                                             \
   .help =                                                                                                      \
       "256: both images resized to 256x256 (Pillow bicubic); native: as they are, pairs must be of one size; " \
       "WIDTHxHEIGHT: both resized to that."},                                                                  \
      VTM_PILLOW_OPTION, {                                                                                      \
    .name = "unpaired-anyway", .type = VTM_OPTION_FLAG,                                                         \
    .help = "Compare also results in which the person wears another garment than in the photograph."            \
  }

/* The end of every metric's option table. */
#define VTM_COMMON_OPTIONS                                                                                            \
  {.name = "match",                                                                                                   \
   .type = VTM_OPTION_TEXT,                                                                                           \
   .argument = "HOW",                                                                                                 \
   .default_value = "auto",                                                                                           \
   .help = "How results find their photographs: stem, by the name without its extension; " VTM_SCHEME_NAMES           \
           ", by the names that these models write; auto, by that of them which explains most names; "                \
           "regex:PATTERN with a group named person; pairs:FILE. 'vtonmetrics pairs-check' explains them."},          \
      {.name = "skip-broken",                                                                                         \
       .type = VTM_OPTION_FLAG,                                                                                       \
       .help = "Go on without images that cannot be read, and say which; their partners are left out too."},          \
      {.name = "lint",                                                                                                \
       .type = VTM_OPTION_FLAG,                                                                                       \
       .default_value = "true",                                                                                       \
       .help =                                                                                                        \
           "Warn of results that cannot be a model's work: the photograph itself, one picture under two "             \
           "names, black, several pictures side by side, or of mixed sizes. Done unless "                             \
           "--no-lint is given; 'vtonmetrics dataset-lint' looks deeper."},                                           \
      {.name = "strict",                                                                                              \
       .type = VTM_OPTION_FLAG,                                                                                       \
       .help = "Print no score when there is such a warning, but an error (exit status 3)."},                         \
      {.name = "interval",                                                                                            \
       .type = VTM_OPTION_FLAG,                                                                                       \
       .help = "Say how sure each score is: a 95 % interval, and for several models the difference of each two."},    \
      {.name = "simultaneous",                                                                                        \
       .type = VTM_OPTION_FLAG,                                                                                       \
       .help =                                                                                                        \
           "With --interval: intervals of the differences that hold for all of a table together in 95 % of tables, "  \
           "wider ones; else each by itself does."},                                                                  \
      {.name = "seed",                                                                                                \
       .type = VTM_OPTION_INTEGER,                                                                                    \
       .argument = "N",                                                                                               \
       .default_value = "1",                                                                                          \
       .minimum = 0,                                                                                                  \
       .maximum = LONG_MAX,                                                                                           \
       .help =                                                                                                        \
           "Start of the random numbers with which --interval draws sign patterns, and results of models that have "  \
           "unlike numbers of them."},                                                                                \
      {.name = "max-pixels",                                                                                          \
       .type = VTM_OPTION_INTEGER,                                                                                    \
       .argument = "N",                                                                                               \
       .default_value = "178956970",                                                                                  \
       .minimum = 1,                                                                                                  \
       .maximum = LONG_MAX,                                                                                           \
       .help = "Refuse images of more pixels than this, before memory is taken for them."},                           \
      {.name = "batch",                                                                                               \
       .type = VTM_OPTION_INTEGER,                                                                                    \
       .argument = "N",                                                                                               \
       .minimum = 1,                                                                                                  \
       .maximum = 4096,                                                                                               \
       .help = "Images in flight at once (chosen when not given). Changes speed and memory, never the digits."},      \
      VTM_STORE_OPTIONS,                                                                                              \
      {.name = "absolute-paths",                                                                                      \
       .type = VTM_OPTION_FLAG,                                                                                       \
       .help =                                                                                                        \
           "Write absolute paths as they are. Without it, results name what is below the working folder relative to " \
           "it, and what is below your home folder with ~."},                                                         \
      {.name = "exact",                                                                                               \
       .type = VTM_OPTION_FLAG,                                                                                       \
       .help = "Convolve directly: no faster form, whose rounding moves a score by about 1e-5 of its value."},        \
  {                                                                                                                   \
    .name = "precision", .type = VTM_OPTION_CHOICE, .argument = "NAME", .default_value = "f32",                       \
    .choices = VTM_PRECISIONS,                                                                                        \
    .help =                                                                                                           \
        "Factors of the network's products: f32; on a processor bf16x3: 16 bits, faster with AMX, and bf16: 8 bits, " \
        "for trials; on a GPU tf32 and fp16: 11 bits. A score names its precision, and only those of one precision "  \
        "are comparable."                                                                                             \
  }

/* ---- values in force ---- */

typedef enum vtm_fetch { VTM_FETCH_ASK, VTM_FETCH_NEVER, VTM_FETCH_ALWAYS } vtm_fetch;

/* Values of the options of all metrics, parsed once, when they are set; zero for an option that a metric does not have.
 * A new option is a member here and a line in the table of settings.c. Texts live as long as the settings. */
typedef struct vtm_option_values {
  /* set measures */
  const vtm_protocol *protocol;
  vtm_fetch fetch;
  bool all_images;
  const char *save_stats, *save_features; /* NULL: not asked for */
  /* pair measures */
  vtm_image_size size; /* 0 x 0: native */
  bool unpaired_anyway;
  const char *as; /* whose definition */
  /* networks */
  const char *net;
  const char *weights; /* NULL: to be looked for */
  const char *precision;
  bool exact;
  bool pillow13;
  /* what is said of a score */
  bool lint, strict, interval, simultaneous;
  long seed;
  /* the same for all metrics that are computed together */
  const char *match;
  const char *store; /* NULL: where it usually is */
  bool no_store, rehash, skip_broken, absolute_paths;
  long max_pixels;
  long batch; /* 0: chosen */
} vtm_option_values;

struct vtm_settings {
  const vtm_metric *metric;
  vtm_option_values values;
  char **texts; /* of each option as it was set; NULL: not set */
};

/* Settings of a metric with nothing set; vtm_settings_create finds it by name. */
vtm_status vtm_settings_of(const vtm_metric *metric, vtm_settings **settings, vtm_error *error);
/* What the metric's extractor is to do, with the order of passes that --pillow asks for, and whether to ask before a
 * download. */
vtm_extractor_request vtm_settings_extractor(const vtm_settings *settings);
/* The name of an option that has to be the same for all metrics that are computed together, and is not; else NULL. */
const char *vtm_settings_conflict(const vtm_settings *a, const vtm_settings *b);

#endif
