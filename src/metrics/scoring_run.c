/* One pass over the pictures, for all networks and measures of pixels. */
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "features/image_cache.h"
#include "metrics/scoring.h"
#include "metrics/settings.h"

/* The pass: what the runner asks of and tells to the scoring. */
typedef struct pass {
  vtm_scoring *scoring;
  const vtm_loader **loaders; /* of each extractor */
  vtm_viewer *viewers;
  vtm_status look_up_status;
} pass;

/* One image of one tuple. */
typedef struct tuple_image {
  size_t tuple, member, entry; /* entry: VTM_NO_ENTRY: none, or no file is behind it */
  vtm_images *images;
} tuple_image;

static tuple_image image_at(const vtm_scoring *scoring, size_t tuple, size_t member) {
  vtm_input *side = vtm_scoring_side(scoring, member);
  const size_t entry = vtm_tuple_entry(&scoring->tuples, tuple, member);
  return (tuple_image){.tuple = tuple,
                       .member = member,
                       .entry = side->kind == VTM_INPUT_FOLDER ? entry : VTM_NO_ENTRY,
                       .images = &side->images};
}

/* ---- tuples ---- */

/* Whether some extractor of features wants an image that no tuple of pairs holds. */
static vtm_status find_alone(const vtm_scoring *scoring, size_t member, bool **alone_out, vtm_error *error) {
  const vtm_input *side = vtm_scoring_side(scoring, member);
  const size_t count = side->images.folder.count;
  bool *alone = vtm_allocate(count, sizeof(*alone), error);
  *alone_out = alone;
  if (alone == NULL) return VTM_ERROR_MEMORY;
  if (side->kind != VTM_INPUT_FOLDER) return VTM_OK;
  for (size_t x = 0; x < scoring->extracted_count; x++) {
    const vtm_extracted *extracted = &scoring->extracted[x];
    if (extracted->rows == NULL) continue;
    const bool *wanted = member == 0 ? extracted->wanted_reference : extracted->wanted_generated[member - 1];
    for (size_t k = 0; k < count; k++) alone[k] = alone[k] || wanted[k];
  }
  for (size_t i = 0; i < scoring->request->count; i++) {
    const vtm_matching *matching = &scoring->models[i].matching;
    for (size_t k = 0; k < matching->count; k++) {
      if (member == 0) alone[matching->pairs[k].reference] = false;
      if (member == i + 1) alone[matching->pairs[k].generated] = false;
    }
  }
  return VTM_OK;
}

static vtm_status make_tuples(vtm_scoring *scoring, vtm_error *error) {
  const size_t models = scoring->request->count;
  vtm_tuple_model *tuples = vtm_allocate(models, sizeof(*tuples), error);
  bool **alone = vtm_allocate(models + 1, sizeof(*alone), error);
  vtm_status status = tuples != NULL && alone != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  for (size_t m = 0; m <= models && status == VTM_OK; m++) status = find_alone(scoring, m, &alone[m], error);
  for (size_t i = 0; i < models && status == VTM_OK; i++)
    tuples[i] = (vtm_tuple_model){.pairs = scoring->models[i].matching.pairs,
                                  .pair_count = scoring->models[i].matching.count,
                                  .alone = alone[i + 1],
                                  .entry_count = scoring->models[i].input.images.folder.count};
  if (status == VTM_OK)
    status = vtm_tuples_make(tuples, models, alone[0], scoring->reference.images.folder.count, &scoring->tuples, error);
  for (size_t m = 0; m <= models && alone != NULL; m++) free(alone[m]);
  free((void *)alone);
  free(tuples);
  return status;
}

/* ---- what is known ---- */

static bool is_wanted(const vtm_extracted *extracted, const tuple_image *image) {
  const bool *wanted =
      image->member == 0 ? extracted->wanted_reference : extracted->wanted_generated[image->member - 1];
  return wanted[image->entry];
}

/* The files of tuples that come next, until the store has been asked for those of `tuple`. */
static vtm_status look_up_until(vtm_scoring *scoring, size_t tuple, vtm_error *error) {
  vtm_image_ref refs[VTM_LOOK_UP_MOST];
  const vtm_tuples *tuples = &scoring->tuples;
  vtm_status status = VTM_OK;
  while (scoring->store != NULL && scoring->looked_up <= tuple && status == VTM_OK) {
    size_t count = 0;
    do {
      for (size_t m = 0; m < tuples->members; m++) {
        const tuple_image image = image_at(scoring, scoring->looked_up, m);
        if (image.entry == VTM_NO_ENTRY) continue;
        if (count == VTM_LOOK_UP_MOST) {
          status = vtm_image_cache_look_up(scoring->context, refs, count, error);
          count = 0;
        }
        refs[count++] = (vtm_image_ref){image.images, image.entry};
      }
      scoring->looked_up++;
    } while (count + tuples->members <= VTM_LOOK_UP_MOST && scoring->looked_up < tuples->count);
    if (status == VTM_OK) status = vtm_image_cache_look_up(scoring->context, refs, count, error);
  }
  return status;
}

static bool find_values(const vtm_extracted *extracted, const vtm_scoring *scoring, const tuple_image *image,
                        void *result) {
  const vtm_extractor *extractor = &extracted->extractor;
  if (extractor->features > 0) return vtm_extractor_find_features(extractor, image->images, image->entry, result);
  const tuple_image reference = image_at(scoring, image->tuple, 0);
  return vtm_extractor_find_layers(extractor, reference.images, reference.entry, image->images, image->entry, result);
}

/* Only of values that were computed in an earlier pass. */
static bool is_computed(const vtm_extracted *extracted, const vtm_scoring *scoring, const tuple_image *image) {
  return extracted->present[image->member - 1][vtm_tuple_pair(&scoring->tuples, image->tuple, image->member)];
}

/* A photograph with several results stands in several tuples, one after the other; its features are wanted once. */
static bool is_repeated(const vtm_scoring *scoring, const tuple_image *image) {
  return image->member == 0 && image->tuple > 0 &&
         vtm_tuple_entry(&scoring->tuples, image->tuple - 1, 0) == image->entry;
}

static size_t prepare_tuples(void *user, size_t first) {
  pass *p = user;
  if (p->look_up_status == VTM_OK) p->look_up_status = look_up_until(p->scoring, first, NULL);
  return p->look_up_status == VTM_OK && p->scoring->store != NULL ? p->scoring->looked_up : p->scoring->tuples.count;
}

static vtm_recalled find_known(void *user, size_t item, size_t viewer, void *result) {
  pass *p = user;
  vtm_scoring *scoring = p->scoring;
  const vtm_extracted *extracted = &scoring->extracted[viewer];
  const size_t members = scoring->tuples.members;
  const tuple_image image = image_at(scoring, item / members, item % members);
  if (image.entry == VTM_NO_ENTRY) return VTM_ABSENT;
  if (extracted->rows != NULL && (!is_wanted(extracted, &image) || is_repeated(scoring, &image))) return VTM_ABSENT;
  if (extracted->rows == NULL && (image.tuple >= scoring->tuples.matched || is_computed(extracted, scoring, &image)))
    return VTM_ABSENT;
  if (extracted->rows != NULL && vtm_feature_rows_has(&extracted->rows[image.member], image.entry)) return VTM_ABSENT;
  return find_values(extracted, scoring, &image, result) ? VTM_KNOWN : VTM_NOT_KNOWN;
}

/* ---- what has to be computed ---- */

static vtm_status load_image(void *user, size_t item, int thread, vtm_pixels *pixels, vtm_error *error) {
  const pass *p = user;
  const size_t members = p->scoring->tuples.members;
  const tuple_image image = image_at(p->scoring, item / members, item % members);
  return vtm_images_load(image.images, p->loaders, p->scoring->extracted_count, image.entry, thread, pixels, error);
}

static void keep_features(vtm_extracted *extracted, const tuple_image *image, const vtm_outcome *outcome) {
  if (!outcome->known)
    vtm_extractor_keep_features(&extracted->extractor, image->images, image->entry, outcome->features);
  vtm_feature_rows_put(&extracted->rows[image->member], image->entry, outcome->features);
}

static void keep_layers(const vtm_scoring *scoring, vtm_extracted *extracted, const tuple_image *image,
                        const vtm_outcome *outcome) {
  const tuple_image reference = image_at(scoring, image->tuple, 0);
  const size_t pair = vtm_tuple_pair(&scoring->tuples, image->tuple, image->member);
  const size_t layers = extracted->extractor.layers;
  if (!outcome->known)
    vtm_extractor_keep_layers(&extracted->extractor, reference.images, reference.entry, image->images, image->entry,
                              outcome->layers);
  memcpy(extracted->layers[image->member - 1] + pair * layers, outcome->layers, layers * sizeof(double));
  extracted->present[image->member - 1][pair] = true;
}

/* Bytes that were read for a hash and turned out not to be needed. */
static void drop_bytes(const tuple_image *image) {
  uint8_t *bytes = NULL;
  size_t size = 0;
  if (image->entry != VTM_NO_ENTRY && vtm_image_cache_take_bytes(image->images, image->entry, SIZE_MAX, &bytes, &size))
    free(bytes);
}

static vtm_status take_outcome(void *user, const vtm_outcome *outcome, vtm_error *error) {
  const pass *p = user;
  vtm_scoring *scoring = p->scoring;
  vtm_extracted *extracted = &scoring->extracted[outcome->viewer];
  const tuple_image image = image_at(scoring, outcome->group, outcome->member);
  const tuple_image reference = image_at(scoring, outcome->group, 0);
  drop_bytes(&image);
  drop_bytes(&reference);
  if (outcome->error != NULL) {
    if (scoring->skip_broken && image.images->problems[image.entry] != NULL) return VTM_OK;
    scoring->image_failed = true;
    return vtm_images_fail(image.images, image.entry, outcome->error, error);
  }
  if (outcome->features != NULL)
    keep_features(extracted, &image, outcome);
  else
    keep_layers(scoring, extracted, &image, outcome);
  return VTM_OK;
}

/* ---- what is broken ---- */

/* Pairs of different sizes, where images are compared as they are. */
static size_t report_sizes(const vtm_scoring *scoring) {
  size_t count = 0;
  for (size_t i = 0; i < scoring->request->count; i++) {
    const vtm_scored_model *model = &scoring->models[i];
    for (size_t k = 0; k < model->matching.count; k++) {
      const vtm_pair pair = model->matching.pairs[k];
      const vtm_image_size a = scoring->reference.images.sizes[pair.reference];
      const vtm_image_size b = model->input.images.sizes[pair.generated];
      const bool known = a.width > 0 && b.width > 0;
      if (model->dropped[k] || !known || (a.width == b.width && a.height == b.height)) continue;
      vtm_text line = {0};
      vtm_text_format(&line, "%s/%s: is %dx%d, but the reference %s is %dx%d", model->input.images.folder.path,
                      model->input.images.folder.entries[pair.generated].name, b.width, b.height,
                      scoring->reference.images.folder.entries[pair.reference].name, a.width, a.height);
      if (!line.failed) vtm_context_add_broken(scoring->context, line.bytes);
      vtm_text_free(&line);
      count++;
    }
  }
  return count;
}

static void mark_wanted(const vtm_scoring *scoring) {
  for (size_t t = 0; t < scoring->tuples.count; t++)
    for (size_t m = 0; m < scoring->tuples.members; m++) {
      const tuple_image image = image_at(scoring, t, m);
      if (image.entry != VTM_NO_ENTRY) image.images->wanted[image.entry] = true;
    }
}

/* "psnr, mse": the metrics that compare pictures as they are. */
static void list_native(const vtm_scoring *scoring, vtm_text *names) {
  for (size_t i = 0; i < scoring->request->metric_count; i++) {
    const vtm_measured *measured = &scoring->measured[i];
    if (measured->extracted == NULL || measured->extracted->layers == NULL) continue;
    if (measured->extracted->extractor.request.width != 0) continue;
    vtm_text_format(names, "%s%s", names->length > 0 ? ", " : "", measured->metric->info.name);
  }
}

/* An image could not be used: decodes those that come after it too, so that all can be fixed at one go. */
static vtm_status list_broken(vtm_scoring *scoring, vtm_status first, vtm_error *error) {
  if (!scoring->image_failed || first == VTM_ERROR_MEMORY || first == VTM_ERROR_NUMERIC) return first;
  const vtm_loader *loader = &scoring->extracted[0].extractor.loader;
  mark_wanted(scoring);
  size_t count = 0;
  for (size_t m = 0; m <= scoring->request->count; m++) {
    vtm_input *side = vtm_scoring_side(scoring, m);
    if (side->kind != VTM_INPUT_FOLDER) continue;
    if (vtm_images_check(scoring->context, loader, &side->images, NULL) == VTM_ERROR_CANCELLED)
      return vtm_fail_cancelled(error);
    if (!scoring->skip_broken) count += vtm_images_report_problems(scoring->context, &side->images);
  }
  if (count > 0) return vtm_images_fail_broken(count, first, error);
  vtm_text native = {0};
  list_native(scoring, &native);
  count = native.length > 0 ? report_sizes(scoring) : 0;
  const vtm_status status =
      count == 0
          ? first
          : vtm_fail(error, VTM_ERROR_DATA,
                     "%s: %zu pair%s of different sizes, which cannot be compared pixel by pixel; --size 256 resizes "
                     "both pictures, with --size native results have to be saved as large as their photographs",
                     native.bytes, count, count == 1 ? "" : "s");
  vtm_text_free(&native);
  return status;
}

/* ---- the pass ---- */

static vtm_status run_networks(pass *p, vtm_error *error) {
  vtm_scoring *scoring = p->scoring;
  for (size_t x = 0; x < scoring->extracted_count; x++) {
    p->loaders[x] = &scoring->extracted[x].extractor.loader;
    p->viewers[x] = scoring->extracted[x].extractor.viewer;
    if (scoring->extracted[x].host != NULL)
      p->viewers[x].host = &p->viewers[scoring->extracted[x].host - scoring->extracted];
  }
  const vtm_source source = {.count = scoring->tuples.count,
                             .members = scoring->tuples.members,
                             .prepare = prepare_tuples,
                             .recall = find_known,
                             .load = load_image,
                             .user = p};
  const vtm_run networks = {.viewers = p->viewers,
                            .viewer_count = scoring->extracted_count,
                            .stage = "pictures",
                            .source = &source,
                            .batch = (size_t)scoring->request->settings[0]->values.batch,
                            .sink = take_outcome,
                            .sink_user = p};
  return vtm_run_networks(scoring->context, &networks, error);
}

vtm_status vtm_scoring_run_tuples(vtm_scoring *scoring, vtm_error *error) {
  pass p = {.scoring = scoring};
  vtm_status status = VTM_OK;
  scoring->looked_up = 0;
  p.loaders = vtm_allocate(scoring->extracted_count, sizeof(*p.loaders), error);
  p.viewers = vtm_allocate(scoring->extracted_count, sizeof(*p.viewers), error);
  if (p.loaders == NULL || p.viewers == NULL) status = VTM_ERROR_MEMORY;
  if (status == VTM_OK) {
    status = run_networks(&p, error);
    if (status != VTM_OK) status = list_broken(scoring, status, error);
  }
  free((void *)p.loaders);
  free(p.viewers);
  return status;
}

vtm_status vtm_scoring_run(vtm_scoring *scoring, vtm_error *error) {
  if (scoring->extracted_count == 0) return VTM_OK;
  const vtm_status status = make_tuples(scoring, error);
  return status == VTM_OK ? vtm_scoring_run_tuples(scoring, error) : status;
}
