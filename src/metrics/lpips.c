#include "metrics/lpips.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/context.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "metrics/groups.h"
#include "metrics/matching.h"
#include "metrics/mean_intervals.h"
#include "metrics/recall.h"
#include "metrics/results_check.h"
#include "metrics/settings.h"

static const vtm_option options[] = {
    {.name = "net",
     .type = VTM_OPTION_CHOICE,
     .argument = "NAME",
     .default_value = "alex",
     .choices = "alex",
     .help = "The network that looks at the images."},
    {.name = "size",
     .type = VTM_OPTION_TEXT,
     .argument = "SIZE",
     .default_value = "256",
     .help = "256: both images resized to 256x256 (Pillow bicubic); native: as they are, pairs must be of one size; "
             "WIDTHxHEIGHT: both resized to that."},
    {.name = "weights",
     .type = VTM_OPTION_FILE,
     .argument = "FILE",
     .help = "Trunk and linear layers in one file; else those that come with the program."},
    {.name = "pillow13",
     .type = VTM_OPTION_FLAG,
     .help = "Resize in the order of passes of Pillow 13 instead of that of all earlier versions."},
    {.name = "unpaired-anyway",
     .type = VTM_OPTION_FLAG,
     .help = "Compare also results in which the person wears another garment than in the photograph."},
    VTM_COMMON_OPTIONS};

enum { LARGEST_SIDE = 16384 };

/* A number of 1 .. LARGEST_SIDE; *rest points behind its digits. */
static bool parse_side(const char *text, const char **rest, int *side) {
  char *end = NULL;
  if (text[0] < '0' || text[0] > '9') return false;
  const long value = strtol(text, &end, 10);
  *rest = end;
  *side = (int)(value > LARGEST_SIDE ? 0 : value);
  return *side >= 1;
}

/* 0 x 0 for "native". */
static vtm_status parse_size(const char *text, int *width, int *height, vtm_error *error) {
  const char *rest = text;
  *width = *height = 0;
  if (strcmp(text, "native") == 0) return VTM_OK;
  if (parse_side(text, &rest, width)) {
    *height = *width;
    if (*rest == '\0' || (*rest == 'x' && parse_side(rest + 1, &rest, height) && *rest == '\0')) return VTM_OK;
  }
  return vtm_fail(
      error, VTM_ERROR_USAGE,
      "--size: '%s' is no size; allowed: native, a number such as 256, WIDTHxHEIGHT such as 384x512, up to %d", text,
      LARGEST_SIDE);
}

static vtm_status check_option(const vtm_option *option, const char *value, vtm_error *error) {
  int width;
  int height;
  return strcmp(option->name, "size") == 0 ? parse_size(value, &width, &height, error) : VTM_OK;
}

static vtm_status view(const vtm_settings *settings, vtm_view_request *request, vtm_error *error) {
  static const vtm_input_scaling scaling = VTM_LPIPS_SCALING;
  *request = (vtm_view_request){.network = {.network = "lpips-alex",
                                            .weights = "lpips-alex",
                                            .file = vtm_settings_text(settings, "weights"),
                                            .precision = vtm_settings_text(settings, "precision"),
                                            .exact = vtm_settings_flag(settings, "exact"),
                                            .scaling = &scaling},
                                .resize = "Pillow bicubic",
                                .pillow13 = vtm_settings_flag(settings, "pillow13")};
  const vtm_status status = parse_size(vtm_settings_text(settings, "size"), &request->width, &request->height, error);
  request->filter = request->width > 0 ? VTM_RESIZE_PILLOW_BICUBIC : VTM_RESIZE_NONE;
  return status;
}

typedef struct lpips_model {
  vtm_images images;
  vtm_pair *pairs; /* sorted by reference entry */
  size_t pair_count, done;
  bool repeats;            /* some photograph has several results: values are named after results */
  vtm_image_score *scores; /* pair_count of them, owned by the result */
} lpips_model;

typedef struct lpips_run {
  vtm_context *context;
  const vtm_settings *settings;
  const vtm_score_request *request;
  vtm_result_builder *builder;
  vtm_images reference;
  lpips_model *models;
  vtm_groups groups;
  size_t layers;
  vtm_metric_view view;
  bool image_failed;
} lpips_run;

static void take_pairs(lpips_run *run, lpips_model *model, vtm_matching *matching) {
  model->pairs = matching->pairs;
  model->pair_count = matching->count;
  model->repeats = matching->repeats > 0;
  matching->pairs = NULL;
  for (size_t i = 0; i < model->pair_count; i++) {
    run->reference.wanted[model->pairs[i].reference] = true;
    model->images.wanted[model->pairs[i].generated] = true;
  }
}

static vtm_status match_model(lpips_run *run, lpips_model *model, vtm_score_row *row, vtm_error *error) {
  vtm_matching matching;
  vtm_status status = vtm_match_images(run->context, run->settings, &run->reference, &model->images,
                                       run->request->people, run->builder, &matching, error);
  if (status != VTM_OK) return status;
  if (!vtm_settings_flag(run->settings, "unpaired-anyway"))
    status = vtm_matching_require_paired(&run->reference.folder, &model->images.folder, &matching, error);
  else if (matching.foreign > 0)
    vtm_result_warn_row(run->builder, row,
                        "an unpaired set: in %zu of %zu results the person wears another garment, so "
                        "the value measures the change of clothes too",
                        matching.foreign, matching.count);
  const size_t count = run->reference.folder.count;
  if (matching.only_reference_count > 0)
    vtm_result_warn_row(run->builder, row, "%zu of %zu reference images have no partner, for example %s",
                        matching.only_reference_count, count,
                        run->reference.folder.entries[matching.only_reference[0]].name);
  if (matching.only_generated_count > 0)
    vtm_result_warn_row(run->builder, row, "%zu of %zu generated images have no partner, for example %s",
                        matching.only_generated_count, model->images.folder.count,
                        model->images.folder.entries[matching.only_generated[0]].name);
  take_pairs(run, model, &matching);
  vtm_matching_close(&matching);
  return status;
}

static vtm_status open_folder(const char *path, vtm_images *images, vtm_error *error) {
  if (strcasecmp(vtm_path_extension(path), ".npz") == 0)
    return vtm_fail(error, VTM_ERROR_USAGE, "%s: LPIPS compares images, a .npz of features will not do", path);
  return vtm_images_open(path, images, error);
}

static vtm_status open_and_match(lpips_run *run, vtm_score_row *rows, vtm_error *error) {
  const vtm_score_request *request = run->request;
  run->models = vtm_allocate(request->count, sizeof(*run->models), error);
  if (run->models == NULL) return VTM_ERROR_MEMORY;
  vtm_status status = open_folder(request->reference, &run->reference, error);
  for (size_t i = 0; i < request->count && status == VTM_OK; i++) {
    status = open_folder(request->generated[i], &run->models[i].images, error);
    if (status == VTM_OK) status = match_model(run, &run->models[i], &rows[i], error);
  }
  return status;
}

/* The network, and images at a size it can see. */
static vtm_status prepare_network(lpips_run *run, vtm_error *error) {
  vtm_view_request request;
  char resize[128];
  vtm_status status = view(run->settings, &request, error);
  if (status == VTM_OK)
    status = vtm_view_open(run->context, run->request->store, run->settings, &request, run->builder, &run->view, error);
  if (status != VTM_OK) return status;
  const vtm_network *network = run->view.network.network;
  const int minimum = vtm_network_minimum_size(network);
  run->layers = vtm_network_taps(network);
  if (request.width > 0 && (request.width < minimum || request.height < minimum))
    return vtm_fail(error, VTM_ERROR_USAGE, "--size: %s is too small, the network needs %dx%d at least",
                    vtm_settings_text(run->settings, "size"), minimum, minimum);
  vtm_view_describe_resize(&request, resize, sizeof(resize));
  vtm_result_fingerprint(run->builder, "resize", "%s", resize);
  return VTM_OK;
}

static vtm_status recall_images(lpips_run *run, vtm_error *error) {
  const bool rehash = vtm_settings_flag(run->settings, "rehash");
  vtm_store *store = run->request->store;
  vtm_status status = vtm_images_recall(run->context, store, rehash, &run->reference, error);
  for (size_t i = 0; i < run->request->count && status == VTM_OK; i++)
    status = vtm_images_recall(run->context, store, rehash, &run->models[i].images, error);
  return status;
}

static vtm_status check_images(lpips_run *run, vtm_error *error) {
  vtm_status status = vtm_images_check(run->context, &run->view.loader, &run->reference, error);
  for (size_t i = 0; i < run->request->count && status == VTM_OK; i++)
    status = vtm_images_check(run->context, &run->view.loader, &run->models[i].images, error);
  return status;
}

static void leave_out_broken(lpips_run *run, vtm_score_row *rows) {
  for (size_t k = 0; k < run->reference.folder.count; k++)
    if (run->reference.problems[k] != NULL) vtm_result_warn(run->builder, "left out: %s", run->reference.problems[k]);
  for (size_t i = 0; i < run->request->count; i++) {
    lpips_model *model = &run->models[i];
    size_t kept = 0;
    for (size_t k = 0; k < model->pair_count; k++) {
      const vtm_pair pair = model->pairs[k];
      const char *problem = model->images.problems[pair.generated];
      if (problem != NULL) vtm_result_warn_row(run->builder, &rows[i], "left out with its partner: %s", problem);
      if (problem == NULL && run->reference.problems[pair.reference] == NULL) model->pairs[kept++] = pair;
    }
    model->pair_count = kept;
  }
}

static vtm_status make_groups(lpips_run *run, vtm_error *error) {
  vtm_model_pairs *pairs = vtm_allocate(run->request->count, sizeof(*pairs), error);
  if (pairs == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < run->request->count; i++)
    pairs[i] = (vtm_model_pairs){run->models[i].pairs, run->models[i].pair_count};
  const vtm_status status = vtm_groups_make(pairs, run->request->count, NULL, &run->groups, error);
  free(pairs);
  return status;
}

static vtm_status plan(lpips_run *run, vtm_error *error) {
  for (size_t i = 0; i < run->request->count; i++) {
    lpips_model *model = &run->models[i];
    if (model->pair_count == 0)
      return vtm_fail(error, VTM_ERROR_DATA, "%s: no pair is left, all are broken", model->images.folder.path);
    model->scores = vtm_result_allocate(run->builder, model->pair_count, sizeof(*model->scores));
    if (model->scores == NULL) return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory for the values of the images");
  }
  return make_groups(run, error);
}

static vtm_recalled recall(void *user, size_t item, size_t viewer, void *layers) {
  (void)viewer;
  lpips_run *run = user;
  const size_t group = item / run->groups.members;
  const size_t member = item % run->groups.members;
  const size_t reference = vtm_group_entry(&run->groups, group, 0);
  const size_t entry = vtm_group_entry(&run->groups, group, member);
  if (entry == VTM_NO_ENTRY) return VTM_ABSENT;
  const bool known =
      vtm_view_recall_layers(&run->view, &run->reference, reference, &run->models[member - 1].images, entry, layers);
  return known ? VTM_KNOWN : VTM_NOT_KNOWN;
}

static vtm_status load(void *user, size_t item, int thread, vtm_pixels *pixels, vtm_error *error) {
  lpips_run *run = user;
  const size_t member = item % run->groups.members;
  const vtm_loader *loader = &run->view.loader;
  vtm_images *images = member == 0 ? &run->reference : &run->models[member - 1].images;
  const size_t entry = vtm_group_entry(&run->groups, item / run->groups.members, member);
  return vtm_images_load(images, &loader, 1, entry, thread, pixels, error);
}

static vtm_status fail_image(lpips_run *run, const vtm_outcome *outcome, vtm_error *error) {
  run->image_failed = true;
  const vtm_images *images = outcome->member == 0 ? &run->reference : &run->models[outcome->member - 1].images;
  return vtm_images_fail(images, vtm_group_entry(&run->groups, outcome->group, outcome->member), outcome->error, error);
}

static vtm_status take(void *user, const vtm_outcome *outcome, vtm_error *error) {
  lpips_run *run = user;
  const double *layers = outcome->layers;
  if (layers == NULL) return fail_image(run, outcome, error);
  const size_t reference = vtm_group_entry(&run->groups, outcome->group, 0);
  const size_t entry = vtm_group_entry(&run->groups, outcome->group, outcome->member);
  lpips_model *model = &run->models[outcome->member - 1];
  if (!outcome->known) vtm_view_keep_layers(&run->view, &run->reference, reference, &model->images, entry, layers);
  double *copy = vtm_result_allocate(run->builder, run->layers, sizeof(*copy));
  if (copy == NULL) return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory for the values of the images");
  vtm_image_score *score = &model->scores[model->done++];
  for (size_t k = 0; k < run->layers; k++) {
    copy[k] = layers[k];
    score->value += layers[k];
  }
  const vtm_folder_entry *named =
      model->repeats ? &model->images.folder.entries[entry] : &run->reference.folder.entries[reference];
  score->name = vtm_result_copy(run->builder, named->stem);
  score->reference = vtm_result_copy(run->builder, run->reference.folder.entries[reference].name);
  score->generated = vtm_result_copy(run->builder, model->images.folder.entries[entry].name);
  score->layers = copy;
  return VTM_OK;
}

/* Pairs of unlike sizes, when images are compared as they are. */
static size_t report_sizes(lpips_run *run) {
  size_t count = 0;
  for (size_t i = 0; i < run->request->count; i++)
    for (size_t k = 0; k < run->models[i].pair_count; k++) {
      const lpips_model *model = &run->models[i];
      const vtm_pair pair = model->pairs[k];
      const vtm_image_size a = run->reference.sizes[pair.reference];
      const vtm_image_size b = model->images.sizes[pair.generated];
      if (a.width == b.width && a.height == b.height) continue;
      vtm_text line = {0};
      vtm_text_format(&line, "%s/%s: is %dx%d, but the reference %s is %dx%d", model->images.folder.path,
                      model->images.folder.entries[pair.generated].name, b.width, b.height,
                      run->reference.folder.entries[pair.reference].name, a.width, a.height);
      if (!line.failed) vtm_context_add_broken(run->context, line.bytes);
      vtm_text_free(&line);
      count++;
    }
  return count;
}

/* An image could not be used: looks for all the others too, so that they can be mended at one go. */
static vtm_status list_broken(lpips_run *run, vtm_status first, vtm_error *error) {
  if (!run->image_failed || first == VTM_ERROR_MEMORY || first == VTM_ERROR_NUMERIC) return first;
  const vtm_status status = check_images(run, NULL);
  if (status == VTM_ERROR_CANCELLED) return vtm_fail_cancelled(error);
  size_t count = vtm_images_report_problems(run->context, &run->reference);
  for (size_t i = 0; i < run->request->count; i++)
    count += vtm_images_report_problems(run->context, &run->models[i].images);
  if (count > 0) return vtm_images_fail_broken(count, first, error);
  count = run->view.loader.width == 0 ? report_sizes(run) : 0;
  if (count == 0) return first;
  return vtm_fail(error, VTM_ERROR_DATA,
                  "%zu pair%s of unlike sizes: --size native compares pixel by pixel; --size 256 resizes both", count,
                  count == 1 ? "" : "s");
}

static int by_value(const void *left, const void *right) {
  const double a = *(const double *)left;
  const double b = *(const double *)right;
  return (a > b) - (a < b);
}

static vtm_status summarise(lpips_run *run, const lpips_model *model, vtm_score_row *row, vtm_error *error) {
  const size_t n = model->done;
  double *values = vtm_allocate(n, sizeof(*values), error);
  if (values == NULL) return VTM_ERROR_MEMORY;
  double mean = 0;
  double squares = 0;
  for (size_t i = 0; i < n; i++) mean += values[i] = model->scores[i].value;
  mean /= (double)n;
  for (size_t i = 0; i < n; i++) squares += (values[i] - mean) * (values[i] - mean);
  qsort(values, n, sizeof(*values), by_value);
  row->value = mean;
  row->n_generated = row->image_count = n;
  for (size_t i = 0; i < model->pair_count; i++)
    if (i == 0 || model->pairs[i].reference != model->pairs[i - 1].reference) row->n_reference++;
  row->images = model->scores;
  row->layer_count = run->layers;
  vtm_result_term(run->builder, row, "mean", mean);
  vtm_result_term(run->builder, row, "median", n % 2 == 1 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]));
  if (n > 1) vtm_result_term(run->builder, row, "std", sqrt(squares / (double)(n - 1)));
  free(values);
  vtm_images_warn(&model->images, run->builder, row);
  return VTM_OK;
}

static vtm_status check_results(const lpips_run *run, vtm_score_row *rows, vtm_error *error) {
  size_t found = 0;
  for (size_t i = 0; i < run->request->count; i++) {
    const lpips_model *model = &run->models[i];
    const size_t count = model->images.folder.count;
    size_t *partner = vtm_allocate(count, sizeof(*partner), error);
    if (partner == NULL) return VTM_ERROR_MEMORY;
    for (size_t k = 0; k < count; k++) partner[k] = VTM_NO_ENTRY;
    for (size_t k = 0; k < model->pair_count; k++) partner[model->pairs[k].generated] = model->pairs[k].reference;
    const vtm_result_set set = {&run->reference, &model->images, partner};
    const vtm_status status =
        vtm_check_results(run->context, run->settings, &set, run->builder, &rows[i], &found, error);
    free(partner);
    if (status != VTM_OK) return status;
  }
  return vtm_require_no_findings(run->settings, found, error);
}

static vtm_status score_all(lpips_run *run, vtm_error *error) {
  vtm_score_row *rows =
      vtm_result_rows(run->builder, run->request->generated, run->request->names, run->request->count);
  if (rows == NULL) return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory for the result");
  run->builder->result.label = "LPIPS(alex)";
  vtm_status status = open_and_match(run, rows, error);
  if (status == VTM_OK) status = prepare_network(run, error);
  if (status == VTM_OK) status = recall_images(run, error);
  if (status == VTM_OK && vtm_settings_flag(run->settings, "skip-broken")) {
    status = check_images(run, error);
    if (status == VTM_OK) leave_out_broken(run, rows);
  }
  if (status == VTM_OK) status = plan(run, error);
  if (status != VTM_OK) return status;
  vtm_fingerprint_machine(run->context, run->builder, true, vtm_settings_text(run->settings, "precision"));
  const vtm_source source = {
      .count = run->groups.count, .members = run->groups.members, .recall = recall, .load = load, .user = run};
  const vtm_run networks = {.viewers = &run->view.viewer,
                            .viewer_count = 1,
                            .stage = "LPIPS",
                            .source = &source,
                            .batch = (size_t)vtm_settings_integer(run->settings, "batch"),
                            .sink = take,
                            .sink_user = run};
  status = vtm_run_networks(run->context, &networks, error);
  if (status != VTM_OK) return list_broken(run, status, error);
  for (size_t i = 0; i < run->request->count && status == VTM_OK; i++)
    status = summarise(run, &run->models[i], &rows[i], error);
  vtm_images_warn(&run->reference, run->builder, NULL);
  if (status == VTM_OK) status = check_results(run, rows, error);
  return status == VTM_OK ? vtm_add_mean_intervals(run->context, run->settings, run->builder, rows, error) : status;
}

static vtm_status run_lpips(vtm_context *context, const vtm_settings *settings, const vtm_score_request *request,
                            vtm_result_builder *builder, vtm_error *error) {
  if (request->count == 0) return vtm_fail(error, VTM_ERROR_USAGE, "a folder of generated images is needed");
  lpips_run run = {.context = context, .settings = settings, .request = request, .builder = builder};
  const vtm_status status = score_all(&run, error);
  vtm_view_close(&run.view);
  for (size_t i = 0; run.models != NULL && i < request->count; i++) {
    vtm_images_close(&run.models[i].images);
    free(run.models[i].pairs);
  }
  free(run.models);
  vtm_groups_free(&run.groups);
  vtm_images_close(&run.reference);
  return status;
}

const vtm_metric vtm_metric_lpips = {
    .info = {.name = "lpips",
             .title = "Learned perceptual image patch similarity",
             .help = "How different each generated image looks from the photograph of the same name, as a network "
                     "sees it: 0 is the same picture, 0.1 is hard to tell apart, 0.7 is another picture. Lower is "
                     "better. The score of a model is the mean over all pairs.",
             .lower_is_better = true,
             .options = options,
             .option_count = sizeof(options) / sizeof(*options)},
    .check = check_option,
    .run = run_lpips,
    .view = view,
};
