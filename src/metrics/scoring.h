/* The one driver of all scores: from folders to results, for any number of metrics and models.
 *
 *   open      each folder once (scoring_open.c)
 *   match     each model with the reference once; which images each metric uses (scoring_select.c)
 *   run       each picture is read and decoded once, for all networks that have to see it (scoring_run.c)
 *   select    what is broken drops out, under --skip-broken, before anything is computed of the sets
 *   finish    each metric, from rows of features (set_scores.c) or values of pairs (pair_scores.c) in memory
 *
 * The store only saves computing again: with it, without it, and for one metric or many the bits are the same. */
#ifndef VTM_METRICS_SCORING_H
#define VTM_METRICS_SCORING_H

#include "features/feature_rows.h"
#include "features/input.h"
#include "metrics/match_tuples.h"
#include "metrics/registry.h"
#include "metrics/result.h"
#include "store/store.h"
#include "vtonmetrics/compare.h"

typedef struct vtm_scored_model {
  vtm_input input;
  bool matched;          /* some metric uses its pairs, so that it was matched */
  vtm_matching matching; /* pairs of those people who take part */
  bool *dropped;         /* of each pair: left out because of a broken image, its own or another model's */
} vtm_scored_model;

/* Which images of one model, and of the reference for its sake, one metric uses. */
typedef struct vtm_selection {
  bool matched;      /* pairs, else all images of both sides */
  size_t *reference; /* entries, rising, each once */
  size_t reference_count;
  size_t *generated; /* entries, rising */
  size_t generated_count;
  size_t *partner; /* of each entry of the model's folder: its photograph, or VTM_NO_ENTRY; NULL: not matched */
  bool *used;      /* of each entry of the model's folder */
} vtm_selection;

/* One extractor's values: rows of features of the images that some metric wants, or values of all pairs. */
typedef struct vtm_extracted {
  vtm_extractor extractor;
  const struct vtm_extracted *host; /* of features: another of the run, whose network computes them; NULL: its own */
  bool *wanted_reference;           /* features: of each entry */
  bool **wanted_generated;          /* features: of each model, of each entry */
  vtm_feature_rows *rows;           /* features: of the reference, then of each model */
  double **layers;                  /* pairs: of each model, pair_count x layers */
  size_t pair_capacity;             /* of the first model, whose pairs may come one by one */
  bool **present;                   /* pairs: of each model, which pairs have their values */
} vtm_extracted;

/* One metric of the request on its way to a result. */
typedef struct vtm_measured {
  const vtm_settings *settings;
  const vtm_metric *metric;
  vtm_result_builder *builder;
  vtm_score_row *rows;
  vtm_extracted *extracted;  /* NULL: no side is a folder */
  vtm_selection *selections; /* of each model */
  void **saved_fits;         /* set measures: of each side that is saved statistics */
  bool *used_reference;      /* of each entry of the reference, by some selection */
  bool *paired_reference;    /* before anything was left out: for what is said of broken images */
  bool **paired;             /* likewise of each model */
} vtm_measured;

typedef struct vtm_scoring {
  vtm_context *context;
  const vtm_compare_request *request;
  char **paths; /* the reference, then the models, as results name them: see vtm_path_shown */
  vtm_store *store;
  vtm_input reference;
  vtm_scored_model *models;
  vtm_feature_rows *file_rows; /* of the reference, then of each model: those of a .npz of features */
  vtm_measured *measured;      /* one for each metric */
  vtm_extracted *extracted;    /* distinct ones */
  size_t extracted_count;
  vtm_tuples tuples;
  size_t looked_up; /* tuples whose files were looked up in the store */
  size_t memory;    /* bytes of rows that may still be held in memory */
  bool skip_broken, image_failed;
  size_t people, all_people; /* whom all models have, whom some model has; 0: not every model is matched */
} vtm_scoring;

/* ---- scoring_open.c ---- */
vtm_status vtm_scoring_open(vtm_scoring *scoring, vtm_error *error);
/* The parts of it: memory and settings; empty results; one folder or file; whether the inputs suit the metrics. */
vtm_status vtm_scoring_prepare(vtm_scoring *scoring, vtm_error *error);
vtm_status vtm_scoring_start_results(vtm_scoring *scoring, vtm_error *error);
vtm_status vtm_scoring_open_side(vtm_scoring *scoring, size_t member, vtm_error *error);
vtm_status vtm_scoring_check_inputs(const vtm_scoring *scoring, vtm_error *error);
void vtm_scoring_close(vtm_scoring *scoring);
/* Opens the extractors that the metrics ask for, each distinct one once, and makes room for their values. */
vtm_status vtm_scoring_open_extractors(vtm_scoring *scoring, vtm_error *error);
/* More room, for a side whose pictures come one by one; `pairs`: of the first model. All of them are wanted. */
vtm_status vtm_scoring_make_room(vtm_scoring *scoring, size_t pairs, vtm_error *error);

/* ---- scoring_select.c ---- */
/* Matches, keeps the people whom all models have if that is asked for, and checks what each metric needs. */
vtm_status vtm_scoring_match(vtm_scoring *scoring, vtm_error *error);
bool vtm_scoring_uses_pairs(const vtm_scoring *scoring, const vtm_measured *measured, size_t model);
/* The selections of all metrics. Called again after the run: images with a problem drop out then, under --skip-broken.
 */
vtm_status vtm_scoring_select(vtm_scoring *scoring, vtm_error *error);
void vtm_selection_free(vtm_selection *selection); /* a zeroed one is allowed */
/* Notes and warnings about who is compared with whom. */
void vtm_scoring_note_matching(const vtm_scoring *scoring, vtm_measured *measured);
void vtm_scoring_warn_broken(const vtm_scoring *scoring, vtm_measured *measured);

/* ---- scoring_run.c ---- */
vtm_status vtm_scoring_run(vtm_scoring *scoring, vtm_error *error);
/* The same for scoring->tuples as they are. Values that are there already are not computed again. */
vtm_status vtm_scoring_run_tuples(vtm_scoring *scoring, vtm_error *error);

/* ---- compare.c ---- */
/* The store that the settings ask for, or NULL. */
vtm_store *vtm_scoring_open_store(vtm_context *context, const vtm_settings *settings);
/* The results of all metrics, from what is selected and was computed; on success the caller owns *comparison. */
vtm_status vtm_scoring_finish(vtm_scoring *scoring, vtm_comparison **comparison, vtm_error *error);

/* ---- set_scores.c, pair_scores.c ---- */
/* What is wrong with saved statistics is found before hours of work. */
vtm_status vtm_prepare_sets(vtm_scoring *scoring, vtm_measured *measured, vtm_error *error);
void vtm_free_saved_fits(const vtm_scoring *scoring, vtm_measured *measured);
vtm_status vtm_score_sets(vtm_scoring *scoring, vtm_measured *measured, vtm_error *error);
vtm_status vtm_score_pairs(vtm_scoring *scoring, vtm_measured *measured, vtm_error *error);

/* ---- scoring_describe.c: lines of fingerprint, notes and warnings ---- */
void vtm_describe_extractor(vtm_result_builder *builder, const vtm_extractor *extractor);
/* What of this build and machine decides digits. */
void vtm_describe_machine(vtm_context *context, vtm_result_builder *builder, const vtm_extractor *extractor);
/* One warning for each kind of note on the images used, with their number and an example; `row` NULL: of the result. */
void vtm_warn_of_images(const vtm_images *images, const bool *used, vtm_result_builder *builder, vtm_score_row *row);
/* What the results look like, of all models of a metric: see results_check.h. */
vtm_status vtm_scoring_check_results(const vtm_scoring *scoring, vtm_measured *measured, vtm_error *error);

/* Rows of features of a side as this metric sees it; none for saved statistics. */
static inline vtm_feature_rows *vtm_scoring_rows(const vtm_scoring *scoring, const vtm_measured *measured,
                                                 size_t member) {
  const vtm_input *side = member == 0 ? &scoring->reference : &scoring->models[member - 1].input;
  return side->kind == VTM_INPUT_FOLDER ? &measured->extracted->rows[member] : &scoring->file_rows[member];
}

/* What to open for a member, the reference or a model. */
static inline const char *vtm_scoring_path(const vtm_scoring *scoring, size_t member) {
  return member == 0 ? scoring->request->reference : scoring->request->generated[member - 1];
}

/* The images of member 0, the reference, or m > 0, model m - 1. */
static inline vtm_input *vtm_scoring_side(const vtm_scoring *scoring, size_t member) {
  return member == 0 ? (vtm_input *)&scoring->reference : &scoring->models[member - 1].input;
}

#endif
