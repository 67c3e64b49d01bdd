#include "features/images.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "features/image_cache.h"
#include "image/probe.h"
#include "image/resize.h"
#include "vtonmetrics/tools/pairs.h"

enum { IMAGES_A_ROUND = 8 }; /* for each thread, between two summaries at whether the run is cancelled */

vtm_status vtm_images_prepare(vtm_images *images, vtm_error *error) {
  const size_t count = images->folder.count;
  images->wanted = vtm_allocate(count, sizeof(*images->wanted), error);
  images->loaded = vtm_allocate(count, sizeof(*images->loaded), error);
  images->notes = vtm_allocate(count, sizeof(*images->notes), error);
  images->problems = vtm_allocate(count, sizeof(*images->problems), error);
  images->sizes = vtm_allocate(count, sizeof(*images->sizes), error);
  images->summaries = vtm_allocate(count, sizeof(*images->summaries), error);
  images->formats = vtm_allocate(count, sizeof(*images->formats), error);
  const bool complete = images->wanted && images->loaded && images->notes && images->problems && images->sizes &&
                        images->summaries && images->formats;
  return complete ? VTM_OK : VTM_ERROR_MEMORY;
}

vtm_status vtm_images_open(vtm_folder *folder, vtm_images *images, vtm_error *error) {
  *images = (vtm_images){.folder = *folder};
  *folder = (vtm_folder){0};
  const vtm_status status = vtm_images_prepare(images, error);
  if (status != VTM_OK) vtm_images_close(images);
  return status;
}

vtm_status vtm_images_open_single(const char *path, vtm_images *images, vtm_error *error) {
  *images = (vtm_images){0};
  vtm_folder *folder = &images->folder;
  const char *slash = strrchr(path, '/');
  const char *name = slash != NULL ? slash + 1 : path;
  folder->path = vtm_copy_text(path, error);
  folder->entries = vtm_allocate(1, sizeof(*folder->entries), error);
  vtm_status status = folder->path != NULL && folder->entries != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  if (status == VTM_OK) {
    if (slash == NULL || slash == path)
      (void)snprintf(folder->path, strlen(path) + 1, "%s", slash == NULL ? "." : "/");
    else
      folder->path[slash - path] = '\0';
    folder->count = 1;
    folder->entries[0] = (vtm_folder_entry){.name = vtm_copy_text(name, error), .stem = vtm_copy_text(name, error)};
    if (folder->entries[0].name == NULL || folder->entries[0].stem == NULL) status = VTM_ERROR_MEMORY;
  }
  if (status == VTM_OK) {
    folder->entries[0].stem[vtm_path_extension(name) - name] = '\0';
    status = vtm_images_prepare(images, error);
  }
  if (status != VTM_OK) vtm_images_close(images);
  return status;
}

/* ---- pictures in memory ---- */

vtm_status vtm_images_open_memory(const char *path, vtm_images *images, vtm_error *error) {
  *images = (vtm_images){0};
  images->folder.path = vtm_copy_text(path, error);
  vtm_status status = images->folder.path != NULL ? vtm_images_prepare(images, error) : VTM_ERROR_MEMORY;
  if (status == VTM_OK) images->memory = vtm_allocate(1, sizeof(*images->memory), error);
  if (status == VTM_OK && images->memory == NULL) status = VTM_ERROR_MEMORY;
  if (status != VTM_OK) vtm_images_close(images);
  return status;
}

/* Room for `count` entries in one of the arrays, new ones zero. */
static bool grow_array(void *array, size_t size, size_t old, size_t count, vtm_error *error) {
  void *current;
  memcpy(&current, array, sizeof(current));
  char *grown = vtm_reallocate(current, count, size, error);
  if (grown == NULL) return false;
  memset(grown + old * size, 0, (count - old) * size);
  memcpy(array, &grown, sizeof(grown));
  return true;
}

/* Each of the arrays, with the size of its elements. */
typedef struct image_array {
  void *array; /* address of the pointer */
  size_t size;
} image_array;

enum { ARRAYS = 9 };

static void list_arrays(vtm_images *images, image_array arrays[ARRAYS]) {
  const image_array all[ARRAYS] = {{&images->folder.entries, sizeof(*images->folder.entries)},
                                   {&images->memory, sizeof(*images->memory)},
                                   {&images->wanted, sizeof(*images->wanted)},
                                   {&images->loaded, sizeof(*images->loaded)},
                                   {&images->notes, sizeof(*images->notes)},
                                   {&images->problems, sizeof(*images->problems)},
                                   {&images->sizes, sizeof(*images->sizes)},
                                   {&images->summaries, sizeof(*images->summaries)},
                                   {&images->formats, sizeof(*images->formats)}};
  memcpy(arrays, all, sizeof(all));
}

vtm_status vtm_images_append(vtm_images *images, const char *name, const vtm_image *picture, vtm_error *error) {
  const size_t count = images->folder.count;
  image_array arrays[ARRAYS];
  list_arrays(images, arrays);
  if (count >= images->capacity) {
    const size_t room = count < 64 ? 64 : count + count / 2;
    for (size_t a = 0; a < ARRAYS; a++)
      if (!grow_array(arrays[a].array, arrays[a].size, count, room, error)) return VTM_ERROR_MEMORY;
    images->capacity = room;
  }
  vtm_folder_entry *entry = &images->folder.entries[count];
  *entry = (vtm_folder_entry){.name = vtm_copy_text(name, error), .stem = vtm_copy_text(name, error)};
  if (entry->name == NULL || entry->stem == NULL) {
    free(entry->name);
    free(entry->stem);
    return VTM_ERROR_MEMORY;
  }
  entry->stem[vtm_stem_length(name)] = '\0';
  images->memory[count] = *picture;
  images->folder.count = count + 1;
  return VTM_OK;
}

vtm_status vtm_images_reorder(vtm_images *images, const size_t *order, vtm_error *error) {
  const size_t count = images->folder.count;
  image_array arrays[ARRAYS];
  size_t largest = 0;
  list_arrays(images, arrays);
  for (size_t a = 0; a < ARRAYS; a++) largest = arrays[a].size > largest ? arrays[a].size : largest;
  char *copy = vtm_allocate(count, largest, error);
  if (copy == NULL) return VTM_ERROR_MEMORY;
  for (size_t a = 0; a < ARRAYS; a++) {
    const size_t size = arrays[a].size;
    char *elements;
    memcpy(&elements, arrays[a].array, sizeof(elements));
    memcpy(copy, elements, count * size);
    for (size_t i = 0; i < count; i++) memcpy(elements + i * size, copy + order[i] * size, size);
  }
  free(copy);
  return VTM_OK;
}

void vtm_images_close(vtm_images *images) {
  for (size_t i = 0; images->memory != NULL && i < images->folder.count; i++) vtm_image_clear(&images->memory[i]);
  free(images->memory);
  for (size_t i = 0; images->problems != NULL && i < images->folder.count; i++) free(images->problems[i]);
  free(images->problems);
  free(images->wanted);
  free(images->loaded);
  free(images->notes);
  free(images->sizes);
  free(images->summaries);
  free(images->formats);
  vtm_image_cache_free(images->cache);
  vtm_folder_clear(&images->folder);
  *images = (vtm_images){0};
}

vtm_status vtm_loader_open(vtm_context *context, vtm_resize_filter filter, bool pillow13, int width, int height,
                           uint64_t max_pixels, vtm_loader *loader, vtm_error *error) {
  *loader = (vtm_loader){.limits = {.struct_size = sizeof(vtm_image_limits), .max_pixels = max_pixels},
                         .width = width,
                         .height = height,
                         .threads = (size_t)vtm_context_threads(context)};
  loader->resizers = vtm_allocate(loader->threads, sizeof(vtm_resizer *), error);
  vtm_status status = loader->resizers != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  for (size_t i = 0; i < loader->threads && status == VTM_OK; i++)
    status = vtm_resizer_create_for(filter, pillow13, context->cpu_features, &loader->resizers[i], error);
  if (status != VTM_OK) vtm_loader_close(loader);
  return status;
}

void vtm_loader_close(vtm_loader *loader) {
  for (size_t i = 0; loader->resizers != NULL && i < loader->threads; i++) vtm_resizer_destroy(loader->resizers[i]);
  free(loader->resizers);
  *loader = (vtm_loader){0};
}

/* An image on its way from a file to the pixels that are wanted of it; `loaders` are as many as `pixels`. */
typedef struct reading {
  vtm_images *images;
  size_t entry;
  vtm_image_limits limits;
  const vtm_loader *const *loaders;
  vtm_pixels *pixels;
  size_t count;
  int thread;
  vtm_image *image;
  vtm_image_place place; /* of its pixels, when they were decoded into memory of ours */
} reading;

/* Where a picture goes for a device to resize it; NULL: it is to be resized here. */
static uint8_t *hold_picture(vtm_resizer *resizer, vtm_image_size from, vtm_image_size to, vtm_pixels *pixels) {
  vtm_resampling resampling;
  if (!vtm_pixels_take_pictures(pixels) ||
      !vtm_resizer_describe(resizer, from.width, from.height, to.width, to.height, &resampling))
    return NULL;
  return vtm_pixels_hold(pixels, &resampling);
}

vtm_status vtm_images_make_pixels(vtm_resizer *resizer, const vtm_image *image, vtm_image_size size, vtm_pixels *pixels,
                                  vtm_error *error) {
  uint8_t *picture = hold_picture(resizer, (vtm_image_size){image->width, image->height}, size, pixels);
  if (picture != NULL) {
    if (picture != image->pixels) memcpy(picture, image->pixels, (size_t)image->width * (size_t)image->height * 3);
    return VTM_OK;
  }
  float *values = vtm_pixels_resize(pixels, size.width, size.height, error);
  if (values == NULL) return error != NULL ? error->status : VTM_ERROR_MEMORY;
  return vtm_resizer_run(resizer, image, size.width, size.height, values, error);
}

static vtm_image_size size_wanted(const vtm_loader *loader, int width, int height) {
  return (vtm_image_size){loader->width > 0 ? loader->width : width, loader->height > 0 ? loader->height : height};
}

/* The first of the pixels that hold the picture as it is get it straight from the decoder. */
static void find_place(reading *r, const uint8_t *bytes, size_t size, const char *path) {
  vtm_image_header header;
  for (size_t i = 0; i < r->count && r->place.pixels == NULL; i++) {
    if (!r->pixels[i].wanted || !vtm_pixels_take_pictures(&r->pixels[i])) continue;
    if (vtm_image_probe_bytes(bytes, size, path, &r->limits, &header, NULL) != VTM_OK) return;
    const vtm_image_size from = {header.width, header.height};
    const vtm_image_size to = size_wanted(r->loaders[i], header.width, header.height);
    r->place.pixels = hold_picture(r->loaders[i]->resizers[r->thread], from, to, &r->pixels[i]);
    r->place.width = header.width;
    r->place.height = header.height;
  }
}

static vtm_status read_memory(reading *r, const char *name, vtm_error *error) {
  const vtm_image *picture = &r->images->memory[r->entry];
  const size_t size = (size_t)picture->width * (size_t)picture->height * 3;
  if (picture->pixels == NULL) return vtm_fail(error, VTM_ERROR_DATA, "%s: the picture is no longer there", name);
  *r->image = *picture;
  r->image->pixels = vtm_allocate(size, 1, error);
  if (r->image->pixels == NULL) return VTM_ERROR_MEMORY;
  memcpy(r->image->pixels, picture->pixels, size);
  return VTM_OK;
}

/* As vtm_image_read does, with a look at the bytes on the way. */
static vtm_status read_file(reading *r, const char *path, vtm_error *error) {
  uint8_t *bytes = NULL;
  size_t size = 0;
  const uint64_t most = vtm_image_max_bytes(&r->limits);
  vtm_status status = VTM_OK;
  if (!vtm_image_cache_take_bytes(r->images, r->entry, most, &bytes, &size)) {
    status = vtm_file_read(path, most, &bytes, &size, error);
    if (status == VTM_OK) vtm_image_cache_notice_bytes(r->images, r->entry, bytes, size);
  }
  if (status == VTM_OK) {
    find_place(r, bytes, size, path);
    status = vtm_image_decode_into(bytes, size, path, &r->limits, &r->place, r->image, error);
  }
  free(bytes);
  return status;
}

/* The first problem that is found stays. Short memory is no fault of the file. */
static void keep_problem(vtm_images *images, size_t entry, const vtm_error *error) {
  char *none = NULL;
  char *copy = error->status != VTM_ERROR_MEMORY ? vtm_copy_text(error->message, NULL) : NULL;
  if (copy != NULL &&
      !__atomic_compare_exchange_n(&images->problems[entry], &none, copy, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
    free(copy);
}

/* Called from several threads, now and then for one entry: a photograph of which there are several results. */
static vtm_status read_image(reading *r, vtm_error *error) {
  vtm_images *images = r->images;
  char *path = vtm_folder_file(&images->folder, r->entry);
  if (path == NULL) return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory for the name of a file");
  vtm_error own = {0};
  own.status = images->memory != NULL ? read_memory(r, path, &own) : read_file(r, path, &own);
  free(path);
  __atomic_store_n(&images->loaded[r->entry], true, __ATOMIC_RELAXED);
  if (own.status != VTM_OK) {
    keep_problem(images, r->entry, &own);
    if (error != NULL) *error = own;
    return own.status;
  }
  __atomic_store_n(&images->notes[r->entry], r->image->notes, __ATOMIC_RELAXED);
  __atomic_store_n(&images->formats[r->entry], r->image->format, __ATOMIC_RELAXED);
  __atomic_store_n(&images->sizes[r->entry].width, r->image->width, __ATOMIC_RELAXED);
  __atomic_store_n(&images->sizes[r->entry].height, r->image->height, __ATOMIC_RELAXED);
  return VTM_OK;
}

vtm_status vtm_images_load(vtm_images *images, const vtm_loader *const *loaders, size_t count, size_t entry, int thread,
                           vtm_pixels *pixels, vtm_error *error) {
  vtm_image image = {0};
  reading r = {.images = images,
               .entry = entry,
               .image = &image,
               .limits = loaders[0]->limits,
               .loaders = loaders,
               .pixels = pixels,
               .count = count,
               .thread = thread};
  bool summarise = images->cache != NULL;
  for (size_t i = 0; i < count; i++) summarise = summarise || loaders[i]->summarise;
  vtm_status status = read_image(&r, error);
  if (status != VTM_OK) return status;
  if (summarise) vtm_image_summary_take(&images->summaries[entry], &image);
  for (size_t i = 0; i < count && status == VTM_OK; i++)
    if (pixels[i].wanted)
      status = vtm_images_make_pixels(loaders[i]->resizers[thread], &image,
                                      size_wanted(loaders[i], image.width, image.height), &pixels[i], error);
  vtm_image_leave(&image, &r.place);
  return status;
}

typedef struct check_job {
  vtm_images *images;
  const vtm_loader *loader;
  size_t first;
  char *short_of_memory; /* one for each thread */
} check_job;

static void check_image(void *user, size_t task, int thread) {
  check_job *job = user;
  const size_t entry = job->first + task;
  vtm_images *images = job->images;
  vtm_image image = {0};
  reading r = {.images = images, .entry = entry, .limits = job->loader->limits, .image = &image};
  if (!images->wanted[entry] || images->loaded[entry]) return;
  if (vtm_images_is_cached(images, entry, &job->loader->limits)) {
    vtm_images_use_cached_header(images, entry);
    return;
  }
  if (read_image(&r, NULL) != VTM_OK) job->short_of_memory[thread] |= images->problems[entry] == NULL;
  vtm_image_clear(&image);
}

vtm_status vtm_images_check(vtm_context *context, const vtm_loader *loader, vtm_images *images, vtm_error *error) {
  const size_t round = IMAGES_A_ROUND * loader->threads;
  check_job job = {.images = images, .loader = loader};
  job.short_of_memory = vtm_allocate(loader->threads, 1, error);
  if (job.short_of_memory == NULL) return VTM_ERROR_MEMORY;
  vtm_status status = VTM_OK;
  for (job.first = 0; job.first < images->folder.count && status == VTM_OK; job.first += round) {
    const size_t left = images->folder.count - job.first;
    vtm_pool_run(context->pool, left < round ? left : round, check_image, &job);
    vtm_report_progress(context, "checking", job.first + (left < round ? left : round), images->folder.count);
    if (vtm_is_cancelled(context)) status = vtm_fail_cancelled(error);
  }
  for (size_t i = 0; i < loader->threads && status == VTM_OK; i++)
    if (job.short_of_memory[i]) status = vtm_fail(error, VTM_ERROR_MEMORY, "out of memory while looking at images");
  free(job.short_of_memory);
  return status;
}

size_t vtm_images_report_problems(vtm_context *context, const vtm_images *images) {
  size_t count = 0;
  for (size_t i = 0; i < images->folder.count; i++)
    if (images->problems[i] != NULL) {
      vtm_context_add_broken(context, images->problems[i]);
      count++;
    }
  return count;
}

vtm_status vtm_images_fail_broken(size_t count, vtm_status status, vtm_error *error) {
  return vtm_fail(error, status, "%zu image%s cannot be used: mend or remove %s, or go on without %s by --skip-broken",
                  count, count == 1 ? "" : "s", count == 1 ? "it" : "them", count == 1 ? "it" : "them");
}

vtm_status vtm_images_fail(const vtm_images *images, size_t entry, const vtm_error *item_error, vtm_error *error) {
  if (images->problems[entry] != NULL) return vtm_fail(error, item_error->status, "%s", images->problems[entry]);
  char *path = vtm_folder_file(&images->folder, entry);
  if (path == NULL) return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory for the name of a file");
  const vtm_status status = vtm_fail(error, item_error->status, "%s: %s", path, item_error->message);
  free(path);
  return status;
}
