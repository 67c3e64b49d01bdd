/* Lines of a result that say how it was made, and what was noticed on the way. */
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/memory.h"
#include "metrics/results_check.h"
#include "metrics/scoring.h"
#include "metrics/settings.h"
#include "vtonmetrics/tools/file.h"

/* How far scores were from those of f32: tryon28's 28 photographs and three models, FID with seeded weights under the
 * protocol torchvision, LPIPS of each pair at 256x256 and native size. */
typedef struct precision_shift {
  const char *precision, *text;
} precision_shift;

static const precision_shift shifts[] = {
    {"bf16x3", "factors of 16 bits: FID within 4e-5 of its value, LPIPS within 1e-6, where it was measured"},
    {"bf16",
     "factors of 8 bits: FID within 3 % of its value, LPIPS within 1e-3, where it was measured; for trials, not "
     "for publication"},
    {"tf32",
     "factors of 11 bits: FID within 0.3 % of its value, LPIPS within 1e-4, emulated; no GPU has measured it yet"},
    {"fp16",
     "factors of 11 bits: FID within 0.3 % of its value, LPIPS within 1e-4, emulated; no GPU has measured it yet"},
};

static void note_precision(const char *precision, vtm_result_builder *builder) {
  for (size_t i = 0; i < sizeof(shifts) / sizeof(*shifts); i++)
    if (strcmp(shifts[i].precision, precision) == 0)
      vtm_result_note(builder, "precision %s: %s", precision, shifts[i].text);
}

static void describe_network(vtm_result_builder *builder, const vtm_network_use *use, bool absolute) {
  char *shown = absolute ? NULL : vtm_path_shown(use->path, NULL);
  const char *path = vtm_result_copy(builder, shown != NULL ? shown : use->path);
  free(shown);
  const vtm_network_request *request = &use->request;
  const vtm_weights_record *record = vtm_weights_catalogue_find(request->weights);
  const char *published = record != NULL && record->sha256_prefix != NULL ? record->sha256_prefix : "";
  char digest[VTM_SHA256_TEXT];
  vtm_digest_text(&use->digest, digest);
  vtm_result_fingerprint(builder, "convolution", "%s",
                         vtm_engine_forms(use->context, request->precision, request->exact));
  vtm_result_fingerprint(builder, "network", "%s", request->network);
  vtm_result_fingerprint(builder, "weights", "%s", request->weights);
  vtm_result_fingerprint(builder, "weights_file", "%s", path);
  vtm_result_fingerprint(builder, "weights_sha256", "%s", digest);
  vtm_result_fingerprint(builder, "weights_format", "%s", vtm_result_copy(builder, use->format));
  note_precision(request->precision, builder);
  if (use->prefix[0] != '\0')
    vtm_result_note(builder, "the names in the weights %s begin with '%s', which was left out", path, use->prefix);
  if (strncmp(digest, published, strlen(published)) != 0)
    vtm_result_note(builder,
                    "the weights %s are not the published file of %s (its SHA-256 begins with %.8s, this one's with "
                    "%.8s): unless they were converted from it, the score compares with no published one",
                    path, request->weights, published, digest);
}

void vtm_describe_extractor(vtm_result_builder *builder, const vtm_extractor *extractor) {
  if (extractor->request.measure == NULL)
    describe_network(builder, &extractor->network, extractor->request.absolute_paths);
}

void vtm_describe_machine(vtm_context *context, vtm_result_builder *builder, const vtm_extractor *extractor) {
  if (extractor != NULL) vtm_result_fingerprint(builder, "decoder", "%s", vtm_jpeg_decoder());
  if (extractor != NULL && extractor->request.measure == NULL)
    vtm_result_fingerprint(builder, "precision", "%s", extractor->request.network.precision);
  vtm_result_fingerprint(builder, "device", "%s", vtm_context_device(context));
}

void vtm_warn_of_images(const vtm_images *images, const bool *used, vtm_result_builder *builder, vtm_score_row *row) {
  for (unsigned note = 1; note <= VTM_IMAGE_FIRST_FRAME; note <<= 1) {
    size_t count = 0;
    size_t example = 0;
    for (size_t i = images->folder.count; i-- > 0;)
      if (used[i] && (images->notes[i] & note)) {
        count++;
        example = i;
      }
    if (count == 0) continue;
    const char *text = vtm_image_note_text((vtm_image_note)note);
    char *path = vtm_folder_file(&images->folder, example);
    const char *plural = count == 1 ? "" : "s";
    if (path == NULL)
      builder->arena.failed = true;
    else if (row != NULL)
      vtm_result_warn_row(builder, row, "%zu image%s, for example %s: %s", count, plural, path, text);
    else
      vtm_result_warn(builder, "%zu image%s, for example %s: %s", count, plural, path, text);
    free(path);
  }
}

vtm_status vtm_scoring_check_results(const vtm_scoring *scoring, vtm_measured *measured, vtm_error *error) {
  size_t found = 0;
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < scoring->request->count && status == VTM_OK; i++) {
    const vtm_selection *selection = &measured->selections[i];
    const vtm_result_set set = {.reference = &scoring->reference.images,
                                .results = &scoring->models[i].input.images,
                                .partner = selection->partner,
                                .reference_used = measured->used_reference,
                                .results_used = selection->used};
    status = vtm_check_results(scoring->context, measured->settings, &set, measured->builder, &measured->rows[i],
                               &found, error);
  }
  return status == VTM_OK ? vtm_require_no_findings(measured->settings, found, error) : status;
}
