/* Metrics by name: their options, and scoring folders.
 *
 *   vtm_settings *settings;
 *   vtm_settings_create("fid", &settings, &error);
 *   vtm_settings_set(settings, "protocol", "clean-fid", &error);
 *   vtm_score(context, settings, "image", models, 3, &result, &error);
 *
 * "fid": the exact Frechet distance of Gaussians fitted to a network's features. Covariances are over n - 1,
 *   everything after the network is in double precision, also for singular covariances. Images are matched by
 *   stem unless "all-images" is set. An input that ends in .npz holds `mu` and `sigma` (pytorch-fid's files), or
 *   `features` (one row for each image) and perhaps `names` to match by. Memory does not grow with the number of
 * images, except with "save-features" and "interval", which keep rows of features (float32). With "interval" rows
 * beyond 512 MB go to a temporary file without a name in $TMPDIR or /var/tmp. "save-stats" and "save-features" write
 * the statistics or features of those images of the reference that took part. With them `count` may be 0; then all
 * images take part. "lpips": LPIPS v0.1 of each pair of images with the same stem; the value is the mean over the
 * pairs, "std" the standard deviation over n - 1.
 *
 * "kid", "ssim", "ms-ssim", "psnr", "mse", "rmse" and "mae": see vtm_metric_info.help. "kid" is a set measure like
 *   "fid"; the others are means over pairs like "lpips".
 *
 * With "interval" each value gets an interval of 95 % for the value that as many images give on average, and with
 * several rows the difference of each two rows gets one too. What varies is people, each with all its results; where
 * images are not matched, the images of each side by themselves. Fewer than 10 people, or statistics without images: no
 * interval. Set measures: the infinitesimal jackknife, which also gives the influence of each pair (`influences`). Two
 * rows are compared on the people that both have. If these are not all, both values are computed again on them, since
 * FID depends on the number of images. Means over pairs: Student's t over people, wider on the side of a long tail. A
 * difference is tested by flipping the signs of the people's differences; patterns of signs are drawn from "seed".
 * docs/statistics.md has the details and their sources.
 *
 * All metrics warn of results that cannot be a model's work (the photograph itself, copies, black pictures, strips,
 * mixed sizes) unless "lint" is "false"; "strict" makes them VTM_ERROR_DATA.
 *
 * The same input gives the same bits on one machine, whatever the number of threads, the batch size and the order of
 * files in the folder. To achieve this, OpenBLAS has one thread in the whole process during linear algebra, and then
 * again the number that it had; the context's threads do the parallel work. A decomposition cannot be interrupted: with
 * thousands of images vtm_context_cancel may take effect some seconds later. */
#ifndef VTONMETRICS_METRIC_H
#define VTONMETRICS_METRIC_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/context.h"
#include "vtonmetrics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vtm_option_type {
  VTM_OPTION_FLAG = 0,
  VTM_OPTION_INTEGER = 1,
  VTM_OPTION_TEXT = 2,
  VTM_OPTION_CHOICE = 3,
  VTM_OPTION_FILE = 4
} vtm_option_type;

/* One option of a metric; a program builds its command line and its help from these. */
typedef struct vtm_option {
  const char *name; /* "protocol" */
  vtm_option_type type;
  const char *argument;      /* what --help calls the value: "NAME"; NULL for a flag */
  const char *default_value; /* the default, as text; NULL: none or chosen */
  const char *choices;       /* CHOICE: "a|b|c"; else NULL */
  long minimum, maximum;     /* INTEGER */
  bool own;                  /* a value makes sense for one metric only, as "weights" does; else one for all metrics */
  const char *help;          /* one or two sentences */
} vtm_option;

typedef struct vtm_metric_info {
  const char *name;  /* "fid" */
  const char *title; /* "Frechet Inception distance" */
  const char *help;  /* a paragraph: what it is, what values mean */
  bool lower_is_better;
  bool is_default;           /* compared where no metrics are named */
  int decimals;              /* in tables as text; 0: as many as the values need */
  bool per_image;            /* a pair measure: has a value for each pair; else a set measure */
  bool biased;               /* depends on the number of images: only values of equal numbers can be compared */
  const vtm_option *options; /* those every metric has come last */
  size_t option_count;
  const char *without_weights; /* hint: "--protocol alexnet needs no download"; NULL: all protocols need one */
} vtm_metric_info;

VTM_API size_t vtm_metric_count(void);
VTM_API const vtm_metric_info *vtm_metric_at(size_t index);
VTM_API const vtm_metric_info *vtm_metric_find(const char *name);                         /* NULL when unknown */
VTM_API const vtm_option *vtm_metric_option(const vtm_metric_info *metric, size_t index); /* NULL: no more */

typedef struct vtm_settings vtm_settings;

/* All options at their defaults. An unknown metric is VTM_ERROR_USAGE. On success the caller owns *settings. */
VTM_API vtm_status vtm_settings_create(const char *metric, vtm_settings **settings, vtm_error *error);
VTM_API void vtm_settings_destroy(vtm_settings *settings); /* NULL is allowed */
/* Flags take "true" or "false". A wrong name, type, choice or range is VTM_ERROR_USAGE and says what is allowed. */
VTM_API vtm_status vtm_settings_set(vtm_settings *settings, const char *option, const char *value, vtm_error *error);
/* What the option was set to, or its default; NULL: neither, or the metric has no such option. */
VTM_API const char *vtm_settings_get(const vtm_settings *settings, const char *option);
VTM_API const vtm_metric_info *vtm_settings_info(const vtm_settings *settings); /* the metric that they are of */
/* VTM_OK when the settings name a file of weights or allow to fetch it, or when the weights are on this machine. Else
 * it fails as vtm_weights_locate does; the message says how to get them. */
VTM_API vtm_status vtm_settings_find_weights(const vtm_settings *settings, vtm_error *error);

/* ---- results ----
 *
 * The library fills these structs in. Later versions append members, so the size of array elements changes. A program
 * that is to run with later versions may index arrays of pointers, numbers, vtm_named_value and vtm_named_text; it gets
 * all other elements from vtm_result_row and the functions after it. */

typedef struct vtm_named_value {
  const char *name;
  double value;
} vtm_named_value;

typedef struct vtm_named_text {
  const char *name;
  const char *text;
} vtm_named_text;

typedef struct vtm_image_score {
  const char *name;                  /* the photograph's stem; the result's where some photograph has several results */
  const char *reference, *generated; /* names of the two files in their folders */
  double value;
  const double *layers; /* layer_count values that sum to value; NULL when layer_count is 0 */
} vtm_image_score;

/* How sure a value is: two-sided, 95 %. */
typedef struct vtm_interval {
  double low, high;
  double standard_error;
} vtm_interval;

/* One generated folder against the reference. */
typedef struct vtm_score_row {
  const char *name; /* the folder's last part: "LADI" */
  const char *path; /* as given, without the folders of this machine: see "absolute-paths" */
  double value;
  size_t n_reference, n_generated; /* images that took part; 0: statistics that do not say */
  const vtm_named_value *terms; /* fid: "mean", "covariance"; lpips: "mean", "median", "std" (of two pairs or more) */
  size_t term_count;
  const vtm_image_score *images; /* per image metrics, sorted by name; else none */
  size_t image_count;
  size_t layer_count;
  const vtm_interval *interval;      /* NULL: not asked for, or none can be given: a note says why */
  const vtm_image_score *influences; /* what each pair adds to the value of a distance between sets, compared with an
                                      * average pair: they sum to 0; sorted by name */
  size_t influence_count;            /* 0 for per image metrics, and where images are not matched */
  const char *const *warnings;       /* of this row only */
  size_t warning_count;
  size_t finding_count; /* the first warnings: results that cannot be a model's work */
  size_t broken_count;  /* the warnings after them: files that are broken and were left out, one each */
} vtm_score_row;

/* What is known about two scores, `a` and `b`. */
typedef enum vtm_verdict {
  VTM_VERDICT_UNKNOWN = 0,     /* no interval can be given: `why` */
  VTM_VERDICT_TIED = 1,        /* the data does not show which is better; that is not equality */
  VTM_VERDICT_AHEAD = 2,       /* `a` is better: the interval lies on one side of zero, and p < 0.05 */
  VTM_VERDICT_BEHIND = 3,      /* `b` is */
  VTM_VERDICT_EQUAL = 4,       /* the same numbers */
  VTM_VERDICT_ROUNDING = 5,    /* equal but for rounding; between two runs only */
  VTM_VERDICT_INCOMPARABLE = 6 /* values of different quantities, or of different people: `why` */
} vtm_verdict;

/* The value of row `a` minus that of row `b`, on the people that both have (and on equal numbers of results, where the
 * value depends on that number). All differences of a result are one family: p is corrected for their number (Holm
 * 1979).
 */
typedef struct vtm_difference {
  size_t a, b;                  /* rows, a < b */
  size_t n;                     /* people; 0: not known, or images that are not matched */
  double value;                 /* NaN where the two are incomparable */
  const vtm_interval *interval; /* 95 %, of this difference by itself; NULL: none can be given */
  double p;                     /* NaN: no test */
  vtm_verdict verdict;
  const char *why; /* why the verdict is unknown, incomparable, or a tie that could not be decided; else NULL */
} vtm_difference;

typedef struct vtm_result {
  const char *metric; /* "fid" */
  const char *label;  /* what the number may be called: "FID", "FD(alexnet)", "LPIPS(alex)" */
  bool lower_is_better;
  const char *reference;     /* as given, without the folders of this machine: see "absolute-paths" */
  const vtm_score_row *rows; /* one for each generated folder, in the order given */
  size_t row_count;
  const vtm_difference *differences; /* of all pairs of rows, sorted by a, then b; none without "interval" */
  size_t difference_count;
  const vtm_named_text *protocol; /* the fingerprint: all that decides the digits */
  size_t protocol_count;
  const char *const *notes; /* what the reader has to know ("matched images only: 28 of 30") */
  size_t note_count;
  const char *const *warnings; /* of the whole run */
  size_t warning_count;
  size_t broken_count; /* the first warnings: files of the reference that are broken and were left out, one each */
} vtm_result;

/* Scores `count` generated inputs against one reference. An input is a folder or, where the metric
 * allows it, a .npz of statistics or features. On success the caller owns *result; all it points to is freed
 * with it. The same path twice is VTM_ERROR_USAGE. If an image is broken, the run goes on to find all others that are:
 * vtm_context_broken_files lists them. */
VTM_API vtm_status vtm_score(vtm_context *context, const vtm_settings *settings, const char *reference,
                             const char *const *generated, size_t count, vtm_result **result, vtm_error *error);
VTM_API void vtm_result_destroy(vtm_result *result); /* NULL is allowed */

/* Elements by their index; NULL when there is none of that index. They belong to the result. */
VTM_API const vtm_score_row *vtm_result_row(const vtm_result *result, size_t index);
VTM_API const vtm_difference *vtm_result_difference(const vtm_result *result, size_t index);
VTM_API const vtm_image_score *vtm_row_image(const vtm_score_row *row, size_t index);
VTM_API const vtm_image_score *vtm_row_influence(const vtm_score_row *row, size_t index);

/* What vtm_score would compare with what, as text, without reading an image: for each generated folder its name scheme
 * and why it was chosen, and with `all` a line for each file. Free with vtm_free. */
VTM_API vtm_status vtm_score_plan(const vtm_settings *settings, const char *reference, const char *const *generated,
                                  size_t count, bool all, char **text, vtm_error *error);

/* The broken images, when the last call failed because of them, or the results that "strict" refused: one line each,
 * which begins with the path. Empty when the call failed for another reason. Belongs to the context, valid until its
 * next call. */
VTM_API const char *const *vtm_context_broken_files(const vtm_context *context, size_t *count);

#ifdef __cplusplus
}
#endif
#endif
