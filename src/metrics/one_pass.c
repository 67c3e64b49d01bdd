#include "metrics/one_pass.h"

#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "features/image_cache.h"
#include "metrics/groups.h"
#include "metrics/settings.h"

typedef struct model {
  vtm_images images;
  vtm_matching matching;
} model;

struct vtm_one_pass {
  vtm_context *context;
  const vtm_compare_request *request;
  vtm_images reference;
  model *models;
  vtm_groups groups;
  size_t all_people;
  vtm_people people; /* names NULL: no restriction */
  vtm_extractor *views;
  const vtm_loader **loaders;
  vtm_viewer *viewers;
  bool skip_broken;
};

/* ---- who is compared with whom ---- */

static vtm_status open_models(vtm_one_pass *pass, vtm_error *error) {
  const vtm_compare_request *request = pass->request;
  const vtm_match_options options = {.how = vtm_settings_text(request->settings[0], "match")};
  vtm_status status = vtm_images_open(request->reference, &pass->reference, error);
  for (size_t i = 0; i < request->count && status == VTM_OK; i++) {
    model *m = &pass->models[i];
    status = vtm_images_open(request->generated[i], &m->images, error);
    if (status == VTM_OK) status = vtm_match(&pass->reference.folder, &m->images.folder, &options, &m->matching, error);
    if (status == VTM_OK)
      status = vtm_matching_require(&pass->reference.folder, &m->images.folder, &m->matching, error);
  }
  return status;
}

/* Which models have a result of each entry of the reference. */
static size_t *count_models(const vtm_one_pass *pass, vtm_error *error) {
  size_t *counts = vtm_allocate(pass->reference.folder.count, sizeof(*counts), error);
  for (size_t i = 0; counts != NULL && i < pass->request->count; i++) {
    const vtm_matching *matching = &pass->models[i].matching;
    for (size_t k = 0; k < matching->count; k++)
      if (k == 0 || matching->pairs[k].reference != matching->pairs[k - 1].reference)
        counts[matching->pairs[k].reference]++;
  }
  return counts;
}

static int by_text(const void *left, const void *right) {
  return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static vtm_status find_people(vtm_one_pass *pass, vtm_error *error) {
  const vtm_folder *folder = &pass->reference.folder;
  size_t *counts = count_models(pass, error);
  const char **names = vtm_allocate(folder->count, sizeof(*names), error);
  size_t common = 0;
  for (size_t k = 0; counts != NULL && names != NULL && k < folder->count; k++) {
    if (counts[k] > 0) pass->all_people++;
    if (counts[k] == pass->request->count) names[common++] = folder->entries[k].name;
  }
  const bool complete = counts != NULL && names != NULL;
  free(counts);
  if (!complete || common == pass->all_people) {
    free((void *)names);
    return complete ? VTM_OK : VTM_ERROR_MEMORY;
  }
  qsort(names, common, sizeof(*names), by_text);
  pass->people = (vtm_people){names, common};
  return VTM_OK;
}

vtm_status vtm_one_pass_open(vtm_context *context, const vtm_compare_request *request, vtm_one_pass **pass_out,
                             vtm_error *error) {
  *pass_out = NULL;
  vtm_one_pass *pass = vtm_allocate(1, sizeof(*pass), error);
  if (pass == NULL) return VTM_ERROR_MEMORY;
  pass->context = context;
  pass->request = request;
  pass->models = vtm_allocate(request->count, sizeof(*pass->models), error);
  pass->views = vtm_allocate(request->metric_count, sizeof(*pass->views), error);
  pass->loaders = vtm_allocate(request->metric_count, sizeof(*pass->loaders), error);
  pass->viewers = vtm_allocate(request->metric_count, sizeof(*pass->viewers), error);
  const bool complete = pass->models && pass->views && pass->loaders && pass->viewers;
  vtm_status status = complete ? open_models(pass, error) : VTM_ERROR_MEMORY;
  if (status == VTM_OK) status = find_people(pass, error);
  if (status == VTM_OK)
    *pass_out = pass;
  else
    vtm_one_pass_close(pass);
  return status;
}

void vtm_one_pass_close(vtm_one_pass *pass) {
  if (pass == NULL) return;
  for (size_t i = 0; pass->models != NULL && i < pass->request->count; i++) {
    vtm_matching_close(&pass->models[i].matching);
    vtm_images_close(&pass->models[i].images);
  }
  for (size_t i = 0; pass->views != NULL && i < pass->request->metric_count; i++) vtm_extractor_close(&pass->views[i]);
  vtm_images_close(&pass->reference);
  free(pass->models);
  free(pass->views);
  free((void *)pass->loaders);
  free(pass->viewers);
  vtm_groups_free(&pass->groups);
  free((void *)pass->people.names);
  free(pass);
}

const vtm_people *vtm_one_pass_people(const vtm_one_pass *pass) {
  return pass->people.names != NULL ? &pass->people : NULL;
}

size_t vtm_one_pass_all_people(const vtm_one_pass *pass) { return pass->all_people; }

/* ---- what is run ---- */

static bool takes_part(const void *user, size_t reference) {
  const vtm_one_pass *pass = user;
  if (pass->people.names == NULL || pass->request->people != VTM_COMPARE_COMMON) return true;
  const char *name = pass->reference.folder.entries[reference].name;
  return bsearch(&name, pass->people.names, pass->people.count, sizeof(name), by_text) != NULL;
}

/* What is in a group is wanted. */
static void mark_wanted(vtm_one_pass *pass) {
  for (size_t g = 0; g < pass->groups.count; g++)
    for (size_t m = 0; m < pass->groups.members; m++) {
      vtm_images *images = m == 0 ? &pass->reference : &pass->models[m - 1].images;
      const size_t entry = vtm_group_entry(&pass->groups, g, m);
      if (entry != VTM_NO_ENTRY) images->wanted[entry] = true;
    }
}

static vtm_status make_groups(vtm_one_pass *pass, vtm_error *error) {
  const vtm_group_filter filter = {takes_part, pass};
  vtm_model_pairs *pairs = vtm_allocate(pass->request->count, sizeof(*pairs), error);
  if (pairs == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < pass->request->count; i++)
    pairs[i] = (vtm_model_pairs){pass->models[i].matching.pairs, pass->models[i].matching.count};
  const vtm_status status = vtm_groups_make(pairs, pass->request->count, &filter, &pass->groups, error);
  free(pairs);
  if (status == VTM_OK) mark_wanted(pass);
  return status;
}

static vtm_status open_views(vtm_one_pass *pass, vtm_store *store, vtm_error *error) {
  vtm_result_builder *unread = vtm_result_start(error); /* the metrics will name the weights again */
  vtm_status status = unread != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  for (size_t i = 0; i < pass->request->metric_count && status == VTM_OK; i++) {
    const vtm_settings *settings = pass->request->settings[i];
    vtm_extractor_request request;
    status = vtm_settings_metric(settings)->view(settings, &request, error);
    if (status == VTM_OK)
      status = vtm_extractor_open(pass->context, store, settings, &request, unread, &pass->views[i], error);
    pass->loaders[i] = &pass->views[i].loader;
    pass->viewers[i] = pass->views[i].viewer;
    pass->skip_broken = pass->skip_broken || vtm_settings_flag(settings, "skip-broken");
  }
  if (unread != NULL) vtm_result_destroy(&unread->result);
  return status;
}

static vtm_status recall_images(vtm_one_pass *pass, vtm_store *store, vtm_error *error) {
  const bool rehash = vtm_settings_flag(pass->request->settings[0], "rehash");
  vtm_status status = vtm_image_cache_open(pass->context, store, rehash, &pass->reference, error);
  for (size_t i = 0; i < pass->request->count && status == VTM_OK; i++)
    status = vtm_image_cache_open(pass->context, store, rehash, &pass->models[i].images, error);
  return status;
}

/* ---- the pass ---- */

typedef struct place {
  vtm_images *images;
  size_t group, reference, entry;
} place;

static place place_of(vtm_one_pass *pass, size_t item) {
  const size_t member = item % pass->groups.members;
  const size_t group = item / pass->groups.members;
  return (place){.images = member == 0 ? &pass->reference : &pass->models[member - 1].images,
                 .group = group,
                 .reference = vtm_group_entry(&pass->groups, group, 0),
                 .entry = vtm_group_entry(&pass->groups, group, member)};
}

static vtm_recalled recall(void *user, size_t item, size_t viewer, void *result) {
  vtm_one_pass *pass = user;
  const vtm_extractor *view = &pass->views[viewer];
  const place p = place_of(pass, item);
  const bool repeated = p.group > 0 && vtm_group_entry(&pass->groups, p.group - 1, 0) == p.reference;
  if (p.entry == VTM_NO_ENTRY || (p.images == &pass->reference && repeated)) return VTM_ABSENT;
  bool known;
  if (vtm_network_taps(view->network.network) > 0)
    known = vtm_extractor_find_layers(view, &pass->reference, p.reference, p.images, p.entry, result);
  else
    known = vtm_extractor_find_features(view, p.images, p.entry, result);
  return known ? VTM_KNOWN : VTM_NOT_KNOWN;
}

static vtm_status load(void *user, size_t item, int thread, vtm_pixels *pixels, vtm_error *error) {
  vtm_one_pass *pass = user;
  const place p = place_of(pass, item);
  return vtm_images_load(p.images, pass->loaders, pass->request->metric_count, p.entry, thread, pixels, error);
}

static vtm_status keep(void *user, const vtm_outcome *outcome, vtm_error *error) {
  vtm_one_pass *pass = user;
  const vtm_extractor *view = &pass->views[outcome->viewer];
  const place p = place_of(pass, outcome->group * (pass->request->count + 1) + outcome->member);
  if (outcome->error != NULL && !pass->skip_broken) return vtm_fail(error, VTM_ERROR_DATA, "an image is broken");
  if (outcome->error != NULL || outcome->known) return VTM_OK;
  if (outcome->features != NULL)
    vtm_extractor_keep_features(view, p.images, p.entry, outcome->features);
  else
    vtm_extractor_keep_layers(view, &pass->reference, p.reference, p.images, p.entry, outcome->layers);
  return VTM_OK;
}

static vtm_status run(vtm_one_pass *pass, vtm_error *error) {
  const vtm_source source = {
      .count = pass->groups.count, .members = pass->groups.members, .recall = recall, .load = load, .user = pass};
  const vtm_run networks = {.viewers = pass->viewers,
                            .viewer_count = pass->request->metric_count,
                            .stage = "pictures",
                            .source = &source,
                            .batch = (size_t)vtm_settings_integer(pass->request->settings[0], "batch"),
                            .sink = keep,
                            .sink_user = pass};
  return vtm_run_networks(pass->context, &networks, error);
}

vtm_status vtm_one_pass_run(vtm_one_pass *pass, vtm_store *store, vtm_error *error) {
  vtm_status status = make_groups(pass, NULL);
  if (status == VTM_OK) status = open_views(pass, store, NULL);
  if (status == VTM_OK) status = recall_images(pass, store, NULL);
  if (status == VTM_OK) (void)run(pass, NULL);
  vtm_store_flush(store);
  return vtm_is_cancelled(pass->context) ? vtm_fail_cancelled(error) : VTM_OK;
}
