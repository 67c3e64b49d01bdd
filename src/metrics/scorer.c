#include "vtonmetrics/scorer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/caller_struct.h"
#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "dataset/names.h"
#include "features/image_cache.h"
#include "metrics/scoring.h"
#include "metrics/settings.h"
#include "metrics/stem_index.h"
#include "vtonmetrics/tools/pairs.h"

enum { REFERENCE, RESULTS, SIDES }; /* numbers of the sides, as of members of a tuple */

/* Pictures of a side that were added and not computed yet are its last ones. A result's photograph is its pair. */
struct vtm_scorer {
  pthread_mutex_t lock;
  char *reference, *name;
  const char *names[1], *generated[1];
  const vtm_settings **settings;
  vtm_compare_request request;
  vtm_scoring scoring;
  bool reference_in_memory, reference_kept; /* kept: its pictures stay, for pairs */
  size_t computed[SIDES];
  vtm_stem_index stems[SIDES]; /* of pictures in memory */
  size_t *photographs;         /* of each result; VTM_NO_ENTRY: it has none */
  size_t photograph_capacity;
  size_t batch; /* pictures that are computed together */
};

/* ---- create ---- */

static bool needs_pairs(const vtm_scorer *scorer) {
  const vtm_input *reference = &scorer->scoring.reference;
  for (size_t i = 0; i < scorer->request.metric_count; i++)
    if (scorer->scoring.measured[i].metric->pair != NULL ||
        (!scorer->settings[i]->values.all_images && reference->kind != VTM_INPUT_STATISTICS && reference->named))
      return true;
  return false;
}

static bool compares_pairs(const vtm_scorer *scorer) {
  for (size_t i = 0; i < scorer->request.metric_count; i++)
    if (scorer->scoring.measured[i].metric->pair != NULL) return true;
  return false;
}

static vtm_status open_memory(const char *path, vtm_input *input, vtm_error *error) {
  *input = (vtm_input){.path = path, .named = true};
  return vtm_images_open_memory(path, &input->images, error);
}

static vtm_status open_sides(vtm_scorer *scorer, vtm_error *error) {
  vtm_scoring *scoring = &scorer->scoring;
  vtm_status status = scorer->reference_in_memory ? open_memory(scorer->reference, &scoring->reference, error)
                                                  : vtm_scoring_open_side(scoring, REFERENCE, error);
  if (status == VTM_OK) status = open_memory(scorer->name, &scoring->models[0].input, error);
  if (status == VTM_OK && compares_pairs(scorer) && scoring->reference.kind != VTM_INPUT_FOLDER)
    status = vtm_fail(error, VTM_ERROR_USAGE, "%s: pairs of images are compared, a .npz of features will not do",
                      scorer->reference);
  for (size_t i = 0; i < scorer->request.metric_count && status == VTM_OK; i++)
    scoring->measured[i].used_reference = vtm_allocate(scoring->reference.images.folder.count, sizeof(bool), error);
  for (size_t i = 0; i < scorer->request.metric_count && status == VTM_OK; i++)
    if (scoring->measured[i].used_reference == NULL) status = VTM_ERROR_MEMORY;
  return status;
}

static vtm_status open_scoring(vtm_context *context, const vtm_scorer_options *options, vtm_scorer *scorer,
                               vtm_error *error) {
  scorer->reference_in_memory = options->reference == NULL;
  scorer->reference = vtm_copy_text(options->reference != NULL ? options->reference : "memory (reference)", error);
  scorer->name = vtm_copy_text(options->name != NULL ? options->name : "memory", error);
  scorer->settings = vtm_allocate(options->metric_count, sizeof(*scorer->settings), error);
  if (scorer->reference == NULL || scorer->name == NULL || scorer->settings == NULL) return VTM_ERROR_MEMORY;
  memcpy((void *)scorer->settings, options->settings, options->metric_count * sizeof(*scorer->settings));
  scorer->names[0] = scorer->generated[0] = scorer->name;
  scorer->request = (vtm_compare_request){.struct_size = sizeof(scorer->request),
                                          .reference = scorer->reference,
                                          .generated = scorer->generated,
                                          .names = scorer->names,
                                          .count = 1,
                                          .settings = scorer->settings,
                                          .metric_count = options->metric_count,
                                          .people = VTM_COMPARE_EACH};
  scorer->batch = 4 * (size_t)vtm_context_threads(context); /* as many as the runner takes at once */
  scorer->scoring = (vtm_scoring){.context = context, .request = &scorer->request};
  scorer->scoring.store = vtm_scoring_open_store(context, scorer->settings[0]);
  vtm_status status = vtm_scoring_prepare(&scorer->scoring, error);
  if (status == VTM_OK) status = open_sides(scorer, error);
  if (status == VTM_OK) status = vtm_scoring_check_inputs(&scorer->scoring, error);
  if (status == VTM_OK) status = vtm_scoring_open_extractors(&scorer->scoring, error);
  scorer->reference_kept = status == VTM_OK && compares_pairs(scorer);
  return status;
}

vtm_status vtm_scorer_create(vtm_context *context, const vtm_scorer_options *given, vtm_scorer **scorer_out,
                             vtm_error *error) {
  vtm_scorer_options copy;
  const vtm_scorer_options *options = &copy;
  *scorer_out = NULL;
  vtm_status status = vtm_context_check_process(context, error);
  if (status == VTM_OK) status = vtm_copy_caller_struct(&copy, sizeof(copy), given, "vtm_scorer_options", error);
  if (status != VTM_OK) return status;
  if (options->metric_count == 0) return vtm_fail(error, VTM_ERROR_USAGE, "no metric is given to score by");
  vtm_scorer *scorer = vtm_allocate(1, sizeof(*scorer), error);
  if (scorer == NULL) return VTM_ERROR_MEMORY;
  (void)pthread_mutex_init(&scorer->lock, NULL);
  status = open_scoring(context, options, scorer, error);
  if (status == VTM_OK)
    *scorer_out = scorer;
  else
    vtm_scorer_destroy(scorer);
  return status;
}

void vtm_scorer_destroy(vtm_scorer *scorer) {
  if (scorer == NULL) return;
  if (scorer->scoring.request != NULL) {
    vtm_scoring_close(&scorer->scoring);
    vtm_store_close(scorer->scoring.store);
  }
  (void)pthread_mutex_destroy(&scorer->lock);
  for (size_t side = 0; side < SIDES; side++) vtm_stem_index_clear(&scorer->stems[side]);
  free(scorer->photographs);
  free((void *)scorer->settings);
  free(scorer->reference);
  free(scorer->name);
  free(scorer);
}

/* ---- computing what was added ---- */

/* The pair of a result has its number until all are sorted. */
static void append_tuple(size_t reference, size_t result, vtm_tuples *tuples) {
  size_t *entries = tuples->entries + tuples->count * SIDES;
  size_t *pairs = tuples->pairs + tuples->count * SIDES;
  entries[REFERENCE] = reference;
  entries[RESULTS] = result;
  pairs[REFERENCE] = VTM_NO_ENTRY;
  pairs[RESULTS] = reference != VTM_NO_ENTRY && result != VTM_NO_ENTRY ? result : VTM_NO_ENTRY;
  tuples->count++;
}

/* New results with their photographs first, then results and photographs without a partner. */
static void list_tuples(const vtm_scorer *scorer, size_t photographs, size_t results, vtm_tuples *tuples) {
  for (size_t i = scorer->computed[RESULTS]; i < results; i++)
    if (scorer->photographs[i] != VTM_NO_ENTRY) append_tuple(scorer->photographs[i], i, tuples);
  tuples->matched = tuples->count;
  for (size_t i = scorer->computed[RESULTS]; i < results; i++)
    if (scorer->photographs[i] == VTM_NO_ENTRY) append_tuple(VTM_NO_ENTRY, i, tuples);
  for (size_t i = scorer->computed[REFERENCE]; i < photographs; i++) append_tuple(i, VTM_NO_ENTRY, tuples);
}

static void drop_pictures(vtm_images *images, size_t first, size_t count) {
  for (size_t i = first; i < count; i++) vtm_image_clear(&images->memory[i]);
}

/* Rows of a folder's photographs are computed with their first result. */
static vtm_status compute(vtm_scorer *scorer, vtm_error *error) {
  vtm_scoring *scoring = &scorer->scoring;
  vtm_images *reference = &scoring->reference.images;
  vtm_images *results = &scoring->models[0].input.images;
  const size_t photograph_count = scorer->reference_in_memory ? reference->folder.count : 0;
  const size_t result_count = results->folder.count;
  const size_t most = photograph_count - scorer->computed[REFERENCE] + result_count - scorer->computed[RESULTS];
  vtm_tuples *tuples = &scoring->tuples;
  vtm_status status = VTM_OK;
  if (most == 0) return VTM_OK;
  *tuples = (vtm_tuples){.members = SIDES};
  tuples->entries = vtm_allocate(most * SIDES, sizeof(size_t), error);
  tuples->pairs = vtm_allocate(most * SIDES, sizeof(size_t), error);
  if (tuples->entries == NULL || tuples->pairs == NULL) status = VTM_ERROR_MEMORY;
  if (status == VTM_OK) {
    list_tuples(scorer, photograph_count, result_count, tuples);
    status = vtm_scoring_make_room(scoring, result_count, error);
  }
  if (status == VTM_OK && scoring->extracted_count > 0) status = vtm_scoring_run_tuples(scoring, error);
  vtm_tuples_free(tuples);
  if (status == VTM_OK) {
    drop_pictures(results, scorer->computed[RESULTS], result_count);
    if (scorer->reference_in_memory && !scorer->reference_kept)
      drop_pictures(reference, scorer->computed[REFERENCE], photograph_count);
    scorer->computed[REFERENCE] = photograph_count;
    scorer->computed[RESULTS] = result_count;
  }
  return status;
}

/* ---- adding ---- */

static vtm_status read_picture(const vtm_scorer *scorer, const vtm_scorer_picture *picture, vtm_image *image,
                               vtm_error *error) {
  const vtm_image_limits limits = {.struct_size = sizeof(limits),
                                   .max_pixels = (uint64_t)scorer->settings[0]->values.max_pixels};
  *image = (vtm_image){0};
  if (picture->name == NULL || picture->name[0] == '\0')
    return vtm_fail(error, VTM_ERROR_USAGE, "a picture needs a name");
  if (picture->encoded != NULL)
    return vtm_image_decode(picture->encoded, picture->encoded_size, picture->name, &limits, image, error);
  const uint64_t pixels =
      (uint64_t)(picture->width > 0 ? picture->width : 0) * (uint64_t)(picture->height > 0 ? picture->height : 0);
  if (picture->pixels == NULL || pixels == 0)
    return vtm_fail(error, VTM_ERROR_USAGE, "%s: a picture needs encoded bytes or pixels of some size", picture->name);
  if (pixels > limits.max_pixels)
    return vtm_fail(error, VTM_ERROR_LIMIT, "%s: %dx%d pixels, more than --max-pixels allows", picture->name,
                    picture->width, picture->height);
  *image = (vtm_image){.width = picture->width, .height = picture->height, .format = "pixels"};
  image->pixels = vtm_allocate((size_t)pixels, 3, error);
  if (image->pixels == NULL) return VTM_ERROR_MEMORY;
  memcpy(image->pixels, picture->pixels, (size_t)pixels * 3);
  return VTM_OK;
}

/* Photographs of a folder are sorted, those in memory are not. */
static size_t find_photograph(const vtm_scorer *scorer, const char *name) {
  const vtm_folder *folder = &scorer->scoring.reference.images.folder;
  const size_t length = vtm_stem_length(name);
  size_t found = VTM_NO_ENTRY;
  if (scorer->reference_in_memory) return vtm_stem_index_find(&scorer->stems[REFERENCE], folder, name, length);
  return vtm_folder_find(folder, name, length, &found) ? found : VTM_NO_ENTRY;
}

static vtm_status find_partner(const vtm_scorer *scorer, const vtm_scorer_picture *picture, size_t *photograph,
                               vtm_error *error) {
  const char *wanted = picture->reference != NULL ? picture->reference : picture->name;
  *photograph = needs_pairs(scorer) ? find_photograph(scorer, wanted) : VTM_NO_ENTRY;
  if (!needs_pairs(scorer) || *photograph != VTM_NO_ENTRY) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_DATA, "%s: %s has no photograph of the name %.*s", picture->name, scorer->reference,
                  (int)vtm_stem_length(wanted), wanted);
}

static vtm_status append_picture(vtm_scorer *scorer, int side, const vtm_scorer_picture *picture,
                                 const vtm_image *image, vtm_error *error) {
  vtm_images *images = &vtm_scoring_side(&scorer->scoring, (size_t)side)->images;
  const size_t count = images->folder.count;
  const size_t length = vtm_stem_length(picture->name);
  vtm_stem_index *stems = &scorer->stems[side];
  size_t photograph = VTM_NO_ENTRY;
  if (vtm_stem_index_find(stems, &images->folder, picture->name, length) != VTM_NO_ENTRY)
    return vtm_fail(error, VTM_ERROR_DATA, "%s: a picture of the name %.*s was added already: this one is left out",
                    images->folder.path, (int)length, picture->name);
  vtm_status status = vtm_stem_index_make_room(stems, &images->folder, count + 1, error);
  if (status == VTM_OK && side == RESULTS) status = find_partner(scorer, picture, &photograph, error);
  if (status == VTM_OK && side == RESULTS &&
      !vtm_grow(&scorer->photographs, &scorer->photograph_capacity, count + 1, sizeof(*scorer->photographs), error))
    status = VTM_ERROR_MEMORY;
  if (status == VTM_OK) status = vtm_images_append(images, picture->name, image, error);
  if (status == VTM_OK) vtm_stem_index_add(stems, &images->folder, count);
  if (status == VTM_OK && side == RESULTS) scorer->photographs[count] = photograph;
  return status;
}

/* Decoding is done by the calling thread, beside those of others; all else by one at a time. */
static vtm_status add_picture(vtm_scorer *scorer, int side, const vtm_scorer_picture *picture, vtm_error *error) {
  vtm_image image;
  vtm_status status = read_picture(scorer, picture, &image, error);
  if (status != VTM_OK) return status;
  (void)pthread_mutex_lock(&scorer->lock);
  status = append_picture(scorer, side, picture, &image, error);
  if (status != VTM_OK) vtm_image_clear(&image);
  (void)pthread_mutex_unlock(&scorer->lock);
  return status;
}

static vtm_status compute_batch(vtm_scorer *scorer, int side, vtm_error *error) {
  vtm_status status = VTM_OK;
  (void)pthread_mutex_lock(&scorer->lock);
  const size_t count = vtm_scoring_side(&scorer->scoring, (size_t)side)->images.folder.count;
  if (count - scorer->computed[side] >= scorer->batch) status = compute(scorer, error);
  (void)pthread_mutex_unlock(&scorer->lock);
  return status;
}

/* The distance of two elements is the size that they have for the caller. */
static vtm_status copy_element(const vtm_scorer_picture *pictures, size_t number, vtm_scorer_picture *picture,
                               vtm_error *error) {
  const char *given = (const char *)pictures + number * pictures->struct_size;
  size_t size;
  memcpy(&size, given, sizeof(size));
  if (size != pictures->struct_size)
    return vtm_fail(error, VTM_ERROR_USAGE,
                    "vtm_scorer_picture: struct_size of picture %zu of the call is %zu, of the first %zu: set each to "
                    "sizeof(vtm_scorer_picture)",
                    number + 1, size, pictures->struct_size);
  return vtm_copy_caller_struct(picture, sizeof(*picture), given, "vtm_scorer_picture", error);
}

/* A picture that is refused keeps no other from being added, and neither does a failed computation. */
static vtm_status add_pictures(vtm_scorer *scorer, int side, const vtm_scorer_picture *pictures, size_t count,
                               vtm_error *error) {
  vtm_error first = {0};
  size_t refused = 0;
  vtm_status computed = VTM_OK;
  const vtm_status process = vtm_context_check_process(scorer->scoring.context, error);
  if (process != VTM_OK) return process;
  for (size_t i = 0; i < count && computed != VTM_ERROR_CANCELLED; i++) {
    vtm_scorer_picture picture;
    vtm_error *why = refused == 0 ? &first : NULL;
    vtm_status status = copy_element(pictures, i, &picture, why);
    const bool size_unknown = i == 0 && status == VTM_ERROR_USAGE; /* so nobody knows where the others begin */
    if (status == VTM_OK) status = add_picture(scorer, side, &picture, why);
    if (status == VTM_OK && computed == VTM_OK) computed = compute_batch(scorer, side, error);
    refused += status != VTM_OK;
    if (size_unknown) break;
  }
  if (computed != VTM_OK || refused == 0) return computed;
  if (refused == 1) return vtm_fail(error, first.status, "%s", first.message);
  return vtm_fail(error, first.status, "%s (and %zu more of this call)", first.message, refused - 1);
}

vtm_status vtm_scorer_add_reference(vtm_scorer *scorer, const vtm_scorer_picture *pictures, size_t count,
                                    vtm_error *error) {
  if (!scorer->reference_in_memory)
    return vtm_fail(error, VTM_ERROR_USAGE, "the photographs are those of %s: none can be added", scorer->reference);
  return add_pictures(scorer, REFERENCE, pictures, count, error);
}

vtm_status vtm_scorer_add(vtm_scorer *scorer, const vtm_scorer_picture *pictures, size_t count, vtm_error *error) {
  return add_pictures(scorer, RESULTS, pictures, count, error);
}

/* ---- the result ---- */

static int by_stem_then_name(const void *left, const void *right, void *user) {
  const vtm_folder_entry *entries = user;
  return vtm_folder_entry_compare(&entries[*(const size_t *)left], &entries[*(const size_t *)right]);
}

static vtm_status sort_entries(const vtm_images *images, size_t **order_out, vtm_error *error) {
  const size_t count = images->folder.count;
  size_t *order = vtm_allocate(count, sizeof(*order), error);
  *order_out = order;
  if (order == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < count; i++) order[i] = i;
  qsort_r(order, count, sizeof(*order), by_stem_then_name, images->folder.entries);
  return VTM_OK;
}

/* From the order of adding to that of a folder. `order` is what sort_entries made. */
static vtm_status sort_side(vtm_scorer *scorer, size_t side, const size_t *order, vtm_error *error) {
  vtm_scoring *scoring = &scorer->scoring;
  vtm_images *images = &vtm_scoring_side(scoring, side)->images;
  vtm_status status = vtm_images_reorder(images, order, error);
  vtm_stem_index_refill(&scorer->stems[side], &images->folder);
  for (size_t x = 0; x < scoring->extracted_count && status == VTM_OK; x++)
    if (scoring->extracted[x].rows != NULL)
      status = vtm_feature_rows_reorder(&scoring->extracted[x].rows[side], order, images->folder.count, error);
  return status;
}

typedef struct numbered_pair {
  vtm_pair pair;
  size_t number; /* of the result when it was added */
} numbered_pair;

static int by_photograph(const void *left, const void *right) {
  const vtm_pair a = ((const numbered_pair *)left)->pair;
  const vtm_pair b = ((const numbered_pair *)right)->pair;
  if (a.reference != b.reference) return a.reference < b.reference ? -1 : 1;
  return (a.generated > b.generated) - (a.generated < b.generated);
}

static vtm_status reorder_layers(vtm_scoring *scoring, const numbered_pair *pairs, size_t count, vtm_error *error) {
  for (size_t x = 0; x < scoring->extracted_count; x++) {
    vtm_extracted *extracted = &scoring->extracted[x];
    const size_t layers = extracted->extractor.layers;
    if (extracted->rows != NULL) continue;
    double *sorted = vtm_allocate(count, layers * sizeof(*sorted), error);
    bool *present = vtm_allocate(count, sizeof(*present), error);
    if (sorted == NULL || present == NULL) {
      free(sorted);
      free(present);
      return VTM_ERROR_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
      memcpy(sorted + i * layers, extracted->layers[0] + pairs[i].number * layers, layers * sizeof(*sorted));
      present[i] = extracted->present[0][pairs[i].number];
    }
    free(extracted->layers[0]);
    free(extracted->present[0]);
    extracted->layers[0] = sorted;
    extracted->present[0] = present;
    extracted->pair_capacity = count;
  }
  return VTM_OK;
}

static vtm_status list_without_pair(size_t count, const bool *paired, vtm_matching *matching, vtm_error *error) {
  matching->only_reference = vtm_allocate(count, sizeof(*matching->only_reference), error);
  if (matching->only_reference == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < count; i++)
    if (!paired[i]) matching->only_reference[matching->only_reference_count++] = i;
  return VTM_OK;
}

/* places[i]: where entry i stands now. */
static vtm_status make_matching(vtm_scorer *scorer, const size_t *reference_places, const size_t *result_places,
                                vtm_error *error) {
  vtm_scoring *scoring = &scorer->scoring;
  vtm_scored_model *model = &scoring->models[0];
  vtm_matching *matching = &model->matching;
  const size_t count = model->input.images.folder.count;
  const size_t photographs = scoring->reference.images.folder.count;
  numbered_pair *pairs = vtm_allocate(count, sizeof(*pairs), error);
  bool *paired = vtm_allocate(photographs, sizeof(*paired), error);
  *matching = (vtm_matching){.scheme = "stem", .reason = vtm_copy_text("the names were given", error)};
  matching->pairs = vtm_allocate(count, sizeof(*matching->pairs), error);
  model->dropped = vtm_allocate(count, sizeof(*model->dropped), error);
  model->matched = true;
  vtm_status status =
      pairs && paired && matching->reason && matching->pairs && model->dropped ? VTM_OK : VTM_ERROR_MEMORY;
  for (size_t i = 0; i < count && status == VTM_OK; i++) {
    const size_t reference = scorer->photographs[i];
    const size_t place = reference_places != NULL ? reference_places[reference] : reference;
    pairs[i] = (numbered_pair){{place, result_places[i]}, i};
    matching->people += !paired[place];
    matching->repeats += paired[place];
    paired[place] = true;
  }
  if (status == VTM_OK) {
    qsort(pairs, count, sizeof(*pairs), by_photograph);
    for (size_t i = 0; i < count; i++) matching->pairs[i] = pairs[i].pair;
    matching->count = count;
    status = list_without_pair(photographs, paired, matching, error);
  }
  if (status == VTM_OK) status = reorder_layers(scoring, pairs, count, error);
  free(pairs);
  free(paired);
  return status;
}

static size_t *invert(const size_t *order, size_t count, vtm_error *error) {
  size_t *places = vtm_allocate(count, sizeof(*places), error);
  for (size_t i = 0; places != NULL && i < count; i++) places[order[i]] = i;
  return places;
}

/* Both sides in the order of folders, and who belongs to whom. */
static vtm_status sort_all(vtm_scorer *scorer, vtm_error *error) {
  vtm_scoring *scoring = &scorer->scoring;
  size_t *orders[SIDES] = {NULL};
  size_t *places[SIDES] = {NULL};
  vtm_status status = VTM_OK;
  for (size_t side = scorer->reference_in_memory ? REFERENCE : RESULTS; side < SIDES && status == VTM_OK; side++) {
    const vtm_images *images = &vtm_scoring_side(scoring, side)->images;
    status = sort_entries(images, &orders[side], error);
    if (status == VTM_OK) places[side] = invert(orders[side], images->folder.count, error);
    if (status == VTM_OK && places[side] == NULL) status = VTM_ERROR_MEMORY;
  }
  for (size_t side = 0; side < SIDES && status == VTM_OK; side++)
    if (orders[side] != NULL) status = sort_side(scorer, side, orders[side], error);
  if (status == VTM_OK && needs_pairs(scorer))
    status = make_matching(scorer, places[REFERENCE], places[RESULTS], error);
  for (size_t side = 0; side < SIDES; side++) {
    free(orders[side]);
    free(places[side]);
  }
  return status;
}

/* Results are forgotten, what is known of photographs stays. */
static vtm_status forget_results(vtm_scorer *scorer, vtm_error *error) {
  vtm_scoring *scoring = &scorer->scoring;
  vtm_scored_model *model = &scoring->models[0];
  for (size_t i = 0; i < scorer->request.metric_count; i++) {
    vtm_measured *measured = &scoring->measured[i];
    if (measured->builder != NULL) vtm_result_destroy(&measured->builder->result);
    measured->builder = NULL;
    vtm_selection_free(&measured->selections[0]);
    free(measured->paired_reference);
    free(measured->paired[0]);
    measured->paired_reference = NULL;
    measured->paired[0] = NULL;
  }
  for (size_t x = 0; x < scoring->extracted_count; x++) {
    vtm_extracted *extracted = &scoring->extracted[x];
    if (extracted->rows != NULL) {
      memset(extracted->rows[RESULTS].present, 0, extracted->rows[RESULTS].count * sizeof(bool));
    } else {
      extracted->pair_capacity = 0;
    }
  }
  vtm_tuples_free(&scoring->tuples);
  vtm_matching_clear(&model->matching);
  free(model->dropped);
  model->dropped = NULL;
  model->matched = false;
  scoring->people = scoring->all_people = 0;
  scorer->computed[RESULTS] = 0;
  scoring->image_failed = false;
  vtm_input_close(&model->input);
  vtm_stem_index_clear(&scorer->stems[RESULTS]);
  return open_memory(scorer->name, &model->input, error);
}

static vtm_status finish(vtm_scorer *scorer, vtm_comparison **comparison, vtm_error *error) {
  vtm_scoring *scoring = &scorer->scoring;
  vtm_context_clear_broken(scoring->context);
  if (scoring->models[0].input.images.folder.count == 0)
    return vtm_fail(error, VTM_ERROR_USAGE, "%s: no picture was added", scorer->name);
  vtm_status status = compute(scorer, error);
  if (status == VTM_OK) status = sort_all(scorer, error);
  for (size_t i = 0; i < scorer->request.metric_count; i++)
    scoring->measured[i].selections[0].matched = vtm_scoring_uses_pairs(scoring, &scoring->measured[i], 0);
  if (status == VTM_OK) status = vtm_scoring_start_results(scoring, error);
  if (status == VTM_OK) status = vtm_scoring_select(scoring, error);
  if (status == VTM_OK) status = vtm_scoring_run(scoring, error); /* photographs without a result, where all count */
  vtm_store_flush(scoring->store);
  return status == VTM_OK ? vtm_scoring_finish(scoring, comparison, error) : status;
}

vtm_status vtm_scorer_finish(vtm_scorer *scorer, vtm_comparison **comparison, vtm_error *error) {
  *comparison = NULL;
  vtm_status status = vtm_context_check_process(scorer->scoring.context, error);
  if (status != VTM_OK) return status;
  (void)pthread_mutex_lock(&scorer->lock);
  status = finish(scorer, comparison, error);
  const vtm_status forgotten = forget_results(scorer, status == VTM_OK ? error : NULL);
  if (status == VTM_OK && forgotten != VTM_OK) {
    vtm_comparison_destroy(*comparison);
    *comparison = NULL;
    status = forgotten;
  }
  (void)pthread_mutex_unlock(&scorer->lock);
  return status;
}
