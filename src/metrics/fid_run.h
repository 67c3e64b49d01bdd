/* One run of FID: inputs, who is compared with whom, features, distances. */
#ifndef VTM_METRICS_FID_RUN_H
#define VTM_METRICS_FID_RUN_H

#include "features/feature_rows.h"
#include "features/input.h"
#include "metrics/registry.h"

/* Entries of the reference that one or more models are compared with: run once, collected together. */
typedef struct vtm_fid_subset {
  const size_t *entries; /* of a model, or the run's union */
  size_t count;
  vtm_moments *moments;
  size_t next; /* while collecting: position of the entry that comes next */
  vtm_gaussian gaussian;
} vtm_fid_subset;

typedef struct vtm_fid_model {
  vtm_input input;
  size_t *reference, *generated; /* entries in use; rising after vtm_fid_make_subsets */
  size_t reference_count, generated_count;
  bool matched;    /* reference[i] and generated[i] are a pair, until vtm_fid_make_subsets */
  size_t *partner; /* of each entry of the folder: entry of the reference; NULL: not matched, or no folders */
  size_t subset;   /* of the reference */
  vtm_gaussian gaussian;
  /* with --interval: */
  vtm_feature_rows rows; /* of generated[i] */
  double *shares;        /* what each entry of the subset, with its results, adds to the value */
  double own_variance;   /* of results that are not matched */
} vtm_fid_model;

typedef struct vtm_fid_run {
  vtm_context *context;
  const vtm_settings *settings;
  const vtm_score_request *request;
  vtm_result_builder *builder;
  const vtm_protocol *protocol;
  vtm_input reference;
  vtm_fid_model *models;
  size_t *all; /* the union of what the models need of the reference: what is run, and what is saved */
  size_t all_count;
  vtm_fid_subset *subsets; /* the first is the union */
  size_t subset_count;
  vtm_extractor view; /* closed when no side is a folder */
  size_t features;
  bool image_failed;     /* the error at hand is that of one image */
  vtm_feature_rows rows; /* of all[i], for save-features and intervals */
} vtm_fid_run;

/* ---- fid_select.c: entries, pairs, subsets; before any image is read ---- */
vtm_status vtm_fid_open_inputs(vtm_fid_run *run, vtm_error *error);
vtm_status vtm_fid_choose_entries(vtm_fid_run *run, vtm_error *error);
/* Leaves out entries with a problem, and their partners; to be followed by vtm_fid_make_subsets. */
void vtm_fid_leave_out_broken(vtm_fid_run *run);
vtm_status vtm_fid_make_subsets(vtm_fid_run *run, vtm_error *error);
void vtm_fid_note_selection(vtm_fid_run *run, vtm_score_row *rows);
void vtm_fid_close_inputs(vtm_fid_run *run);

/* ---- fid_features.c ---- */
/* The Gaussians of inputs that are statistics: what is wrong with them is found before hours of work. */
vtm_status vtm_fid_fit_statistics(vtm_fid_run *run, vtm_error *error);
/* The Gaussians of all subsets, and the rows that are to be kept. */
vtm_status vtm_fid_fit_reference(vtm_fid_run *run, vtm_error *error);
vtm_status vtm_fid_fit_model(vtm_fid_run *run, vtm_fid_model *model, const char *stage, vtm_error *error);
/* Decodes every image in use, to know all that are broken. */
vtm_status vtm_fid_check_images(vtm_fid_run *run, vtm_error *error);

#endif
