#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "metrics/fid_intervals.h"
#include "metrics/fid_run.h"
#include "metrics/recall.h"
#include "metrics/results_check.h"
#include "metrics/settings.h"

static const vtm_option options[] = {
    {.name = "protocol",
     .type = VTM_OPTION_CHOICE,
     .argument = "NAME",
     .default_value = "torchvision",
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

static bool has_folder(const vtm_fid_run *run) {
  bool any = run->reference.kind == VTM_FID_FOLDER;
  for (size_t i = 0; i < run->request->count; i++) any = any || run->models[i].input.kind == VTM_FID_FOLDER;
  return any;
}

static vtm_status check_features(const vtm_fid_run *run, const vtm_fid_input *input, vtm_error *error) {
  const size_t features = vtm_fid_input_features(input);
  if (input->kind == VTM_FID_FOLDER || features == run->features) return VTM_OK;
  if (!vtm_view_is_open(&run->view))
    return vtm_fail(error, VTM_ERROR_DATA, "%s: has %zu features, %s has %zu: they come from different networks",
                    input->path, features, run->reference.path, run->features);
  return vtm_fail(error, VTM_ERROR_DATA, "%s: has %zu features, the network of --protocol %s gives %zu", input->path,
                  features, run->protocol->name, run->features);
}

static vtm_status view(const vtm_settings *settings, vtm_view_request *request, vtm_error *error) {
  (void)error;
  const vtm_fid_protocol *protocol = vtm_fid_protocol_find(vtm_settings_text(settings, "protocol"));
  *request = (vtm_view_request){.network = {.network = protocol->network,
                                            .weights = protocol->weights,
                                            .file = vtm_settings_text(settings, "weights"),
                                            .fetch = vtm_settings_flag(settings, "fetch"),
                                            .precision = vtm_settings_text(settings, "precision"),
                                            .exact = vtm_settings_flag(settings, "exact"),
                                            .scaling = &protocol->scaling},
                                .filter = protocol->filter,
                                .resize = protocol->resize,
                                .pillow13 = vtm_settings_flag(settings, "pillow13"),
                                .width = protocol->size,
                                .height = protocol->size};
  return VTM_OK;
}

/* The view where there are images, and the number of features, which all sides must share. */
static vtm_status prepare_network(vtm_fid_run *run, vtm_error *error) {
  vtm_view_request request;
  vtm_status status = VTM_OK;
  run->features = vtm_fid_input_features(&run->reference);
  if (has_folder(run)) {
    status = view(run->settings, &request, error);
    if (status == VTM_OK)
      status =
          vtm_view_open(run->context, run->request->store, run->settings, &request, run->builder, &run->view, error);
    if (status == VTM_OK) run->features = vtm_network_features(run->view.network.network);
  }
  if (status == VTM_OK) status = check_features(run, &run->reference, error);
  for (size_t i = 0; i < run->request->count && status == VTM_OK; i++)
    status = check_features(run, &run->models[i].input, error);
  return status;
}

static vtm_status recall_images(vtm_fid_run *run, vtm_error *error) {
  const bool rehash = vtm_settings_flag(run->settings, "rehash");
  vtm_store *store = run->request->store;
  vtm_status status = VTM_OK;
  if (run->reference.kind == VTM_FID_FOLDER)
    status = vtm_images_recall(run->context, store, rehash, &run->reference.images, error);
  for (size_t i = 0; i < run->request->count && status == VTM_OK; i++)
    if (run->models[i].input.kind == VTM_FID_FOLDER)
      status = vtm_images_recall(run->context, store, rehash, &run->models[i].input.images, error);
  return status;
}

static void fingerprint(const vtm_fid_run *run) {
  vtm_result_builder *builder = run->builder;
  const bool network = vtm_view_is_open(&run->view);
  vtm_result_fingerprint(builder, "protocol", "%s", run->protocol->name);
  if (network) {
    vtm_view_request request;
    char resize[128] = "";
    if (view(run->settings, &request, NULL) == VTM_OK) vtm_view_describe_resize(&request, resize, sizeof(resize));
    vtm_result_fingerprint(builder, "resize", "%s", resize);
    vtm_result_fingerprint(builder, "input", "%s", run->protocol->input);
  }
  vtm_fingerprint_machine(run->context, builder, network,
                          network ? vtm_settings_text(run->settings, "precision") : NULL);
}

/* An image could not be read: looks for all the others too, so that they can be mended at one go. */
static vtm_status list_broken(vtm_fid_run *run, vtm_status first, vtm_error *error) {
  if (!run->image_failed || first == VTM_ERROR_MEMORY || first == VTM_ERROR_NUMERIC) return first;
  const vtm_status status = vtm_fid_check_images(run, NULL);
  if (status == VTM_ERROR_CANCELLED) return vtm_fail_cancelled(error);
  size_t count = vtm_images_report_problems(run->context, &run->reference.images);
  for (size_t i = 0; i < run->request->count; i++)
    count += vtm_images_report_problems(run->context, &run->models[i].input.images);
  return count == 0 ? first : vtm_images_fail_broken(count, first, error);
}

/* The smaller side of a row; 0: not known. */
static size_t images_of(const vtm_score_row *row) {
  const size_t a = row->n_reference;
  const size_t b = row->n_generated;
  return a == 0 ? b : b == 0 || a < b ? a : b;
}

static void warn_of_rank(const vtm_fid_run *run, vtm_score_row *rows) {
  static const char text[] =
      "%zu images for %zu features: the covariances are of rank %zu, so the score is too high and depends on the "
      "number "
      "of images; compare it only with scores of the same %zu images";
  bool alike = true;
  for (size_t i = 1; i < run->request->count; i++) alike = alike && images_of(&rows[i]) == images_of(&rows[0]);
  for (size_t i = 0; i < run->request->count; i++) {
    const size_t n = images_of(&rows[i]);
    if (n == 0 || n > run->features) continue;
    if (!alike) vtm_result_warn_row(run->builder, &rows[i], text, n, run->features, n - 1, n);
    if (alike && i == 0) vtm_result_warn(run->builder, text, n, run->features, n - 1, n);
  }
}

static vtm_status score_model(vtm_fid_run *run, vtm_fid_model *model, vtm_score_row *row, vtm_error *error) {
  const vtm_gaussian *reference = &run->subsets[model->subset].gaussian;
  vtm_frechet distance;
  vtm_status status = vtm_fid_fit_model(run, model, row->name, error);
  if (status == VTM_OK && vtm_is_cancelled(run->context)) status = vtm_fail_cancelled(error);
  if (status == VTM_OK)
    status = vtm_frechet_distance(run->context->pool, reference, &model->gaussian, &distance, error);
  if (status != VTM_OK) return status;
  row->value = distance.value;
  row->n_reference = reference->n;
  row->n_generated = model->gaussian.n;
  vtm_result_term(run->builder, row, "mean", distance.mean);
  vtm_result_term(run->builder, row, "covariance", distance.covariance);
  vtm_images_warn(&model->input.images, run->builder, row);
  status = vtm_fid_add_interval(run, model, row, error);
  vtm_gaussian_free(&model->gaussian);
  return status;
}

static vtm_status save_features(vtm_fid_run *run, const char *path, const vtm_fid_origin *origin, vtm_error *error) {
  const char **names = vtm_allocate(run->all_count, sizeof(*names), error);
  if (names == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < run->all_count; i++) names[i] = run->reference.images.folder.entries[run->all[i]].stem;
  const vtm_status status =
      vtm_fid_write_features(path, run->rows.values, run->all_count, run->features, names, origin, error);
  free(names);
  if (status == VTM_OK) vtm_result_note(run->builder, "wrote the features of %zu images to %s", run->all_count, path);
  return status;
}

static vtm_status save(vtm_fid_run *run, vtm_error *error) {
  const char *statistics = vtm_settings_text(run->settings, "save-stats");
  const char *features = vtm_settings_text(run->settings, "save-features");
  vtm_fid_origin origin = {.protocol = run->protocol->name};
  for (size_t i = 0; i < run->builder->result.protocol_count; i++)
    if (strcmp(run->builder->result.protocol[i].name, "weights_sha256") == 0)
      origin.weights_sha256 = run->builder->result.protocol[i].text;
  vtm_status status = VTM_OK;
  if (statistics != NULL) {
    status = vtm_fid_write_statistics(run->context->pool, statistics, &run->subsets[0].gaussian, &origin, error);
    if (status == VTM_OK)
      vtm_result_note(run->builder, "wrote the statistics of %zu images to %s", run->all_count, statistics);
  }
  if (features != NULL && status == VTM_OK) status = save_features(run, features, &origin, error);
  return status;
}

static vtm_status check_request(const vtm_fid_run *run, vtm_error *error) {
  const bool statistics = vtm_settings_text(run->settings, "save-stats") != NULL;
  const bool features = vtm_settings_text(run->settings, "save-features") != NULL;
  if (run->request->count == 0 && !statistics && !features)
    return vtm_fail(error, VTM_ERROR_USAGE,
                    "a folder of generated images is needed, or --save-stats to keep what %s says",
                    run->reference.path);
  if (statistics && run->reference.kind == VTM_FID_STATISTICS)
    return vtm_fail(error, VTM_ERROR_USAGE, "--save-stats: %s holds statistics already", run->reference.path);
  if (features && run->reference.kind != VTM_FID_FOLDER)
    return vtm_fail(error, VTM_ERROR_USAGE, "--save-features: %s is no folder of images", run->reference.path);
  return VTM_OK;
}

/* What is decided before images are read. */
static vtm_status prepare(vtm_fid_run *run, vtm_error *error) {
  vtm_status status = vtm_fid_open_inputs(run, error);
  if (status == VTM_OK) status = check_request(run, error);
  if (status == VTM_OK) status = vtm_fid_choose_entries(run, error);
  if (status == VTM_OK) status = prepare_network(run, error);
  if (status == VTM_OK) status = recall_images(run, error);
  if (status == VTM_OK && vtm_view_is_open(&run->view) && vtm_settings_flag(run->settings, "skip-broken")) {
    status = vtm_fid_check_images(run, error);
    if (status == VTM_OK) vtm_fid_leave_out_broken(run);
  }
  if (status == VTM_OK) status = vtm_fid_make_subsets(run, error);
  if (status == VTM_OK) status = vtm_fid_fit_statistics(run, error);
  if (status == VTM_OK && vtm_settings_text(run->settings, "save-features") != NULL) {
    size_t unbounded = SIZE_MAX;
    status = vtm_kept_rows_open(run->all_count, run->features, &unbounded, &run->rows, error);
  }
  if (status == VTM_OK) status = vtm_fid_keep_rows(run, error);
  return status;
}

static vtm_status check_results(const vtm_fid_run *run, vtm_score_row *rows, vtm_error *error) {
  size_t found = 0;
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < run->request->count && status == VTM_OK; i++) {
    const vtm_fid_model *model = &run->models[i];
    const vtm_result_set set = {&run->reference.images, &model->input.images, model->partner};
    status = vtm_check_results(run->context, run->settings, &set, run->builder, &rows[i], &found, error);
  }
  return status == VTM_OK ? vtm_require_no_findings(run->settings, found, error) : status;
}

static vtm_status score_all(vtm_fid_run *run, vtm_error *error) {
  vtm_score_row *rows =
      vtm_result_rows(run->builder, run->request->generated, run->request->names, run->request->count);
  if (rows == NULL) return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory for the result");
  run->builder->result.label = run->protocol->label;
  fingerprint(run);
  vtm_fid_note_selection(run, rows);
  if (run->protocol->note != NULL) vtm_result_note(run->builder, "%s", run->protocol->note);
  vtm_status status = vtm_fid_fit_reference(run, error);
  for (size_t i = 0; i < run->request->count && status == VTM_OK; i++)
    status = score_model(run, &run->models[i], &rows[i], error);
  if (status != VTM_OK) return list_broken(run, status, error);
  warn_of_rank(run, rows);
  vtm_images_warn(&run->reference.images, run->builder, NULL);
  status = vtm_fid_add_differences(run, rows, error);
  if (status == VTM_OK) status = check_results(run, rows, error);
  return status == VTM_OK ? save(run, error) : status;
}

static vtm_status run_fid(vtm_context *context, const vtm_settings *settings, const vtm_score_request *request,
                          vtm_result_builder *builder, vtm_error *error) {
  vtm_fid_run run = {.context = context,
                     .settings = settings,
                     .request = request,
                     .builder = builder,
                     .protocol = vtm_fid_protocol_find(vtm_settings_text(settings, "protocol"))};
  vtm_status status = prepare(&run, error);
  if (status == VTM_OK) status = score_all(&run, error);
  vtm_view_close(&run.view);
  vtm_fid_close_inputs(&run);
  return status;
}

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
    .run = run_fid,
    .view = view,
};
