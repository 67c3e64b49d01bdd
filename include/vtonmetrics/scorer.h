/* Scoring pictures that are in memory, as a training loop has them at the end of an epoch:
 *
 *   const vtm_scorer_options options = {.struct_size = sizeof(options), .reference = "image", .settings = settings,
 *                                       .metric_count = 2};
 *   vtm_scorer_create(context, &options, &scorer, &error);
 *   for each result:
 *     vtm_scorer_add(scorer, &picture, 1, &error);
 *   vtm_scorer_finish(scorer, &comparison, &error);
 *
 * The result is that of vtm_compare on a folder of the same pictures, bit for bit; only paths differ. */
#ifndef VTONMETRICS_SCORER_H
#define VTONMETRICS_SCORER_H

#include <stddef.h>
#include <stdint.h>

#include "vtonmetrics/compare.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vtm_scorer vtm_scorer;

typedef struct vtm_scorer_options {
  size_t struct_size;
  /* A folder of photographs; for set measures also a .npz of statistics or features. NULL: photographs are added by
   * vtm_scorer_add_reference. */
  const char *reference;
  const char *name;                    /* of the model in the result; NULL: "memory" */
  const vtm_settings *const *settings; /* one for each metric; they have to outlive the scorer */
  size_t metric_count;
} vtm_scorer_options;

/* One picture: the bytes of an image file, or pixels. */
typedef struct vtm_scorer_picture {
  size_t struct_size;
  const char *name;      /* as a file would be called: "00003_00.png" */
  const char *reference; /* of a result: the name or stem of its photograph; NULL: the one of its own stem */
  const void *encoded;   /* NULL: there are pixels; else these bytes count, and pixels, width and height do not */
  size_t encoded_size;
  const uint8_t *pixels; /* height x width x 3, RGB, 8 bits, without padding */
  int width, height;
} vtm_scorer_picture;

/* The context and the settings must live until the scorer is destroyed, and no other call may use the context
 * meanwhile. Features of a folder of photographs are kept in the store that the settings name; those of pictures in
 * memory never are. On success the caller owns *scorer. */
VTM_API vtm_status vtm_scorer_create(vtm_context *context, const vtm_scorer_options *options, vtm_scorer **scorer,
                                     vtm_error *error);
VTM_API void vtm_scorer_destroy(vtm_scorer *scorer); /* NULL is allowed */

/* Add photographs (only where options.reference is NULL) and results. They may be called from any thread, in any order,
 * but the photograph that a result needs comes before it; the pictures may be freed afterwards. Networks run inside
 * these calls, on some pictures at a time. So memory grows by the features only (8 KB for each image, see metric.h),
 * and by photographs in memory that pair measures need.
 *
 * A second photograph, or a second result, of one name (but for the extension) is VTM_ERROR_DATA, and so is a result
 * without the photograph that its metrics need. A picture that cannot be decoded fails here, with the message that a
 * file would have. A picture that is refused is not kept. All others of the call are, those behind it too: the scorer
 * goes on without it, and the error is that of the first one. All elements of an array have one struct_size; if that of
 * the first is no size, none of them is read. */
VTM_API vtm_status vtm_scorer_add_reference(vtm_scorer *scorer, const vtm_scorer_picture *pictures, size_t count,
                                            vtm_error *error);
VTM_API vtm_status vtm_scorer_add(vtm_scorer *scorer, const vtm_scorer_picture *pictures, size_t count,
                                  vtm_error *error);

/* Scores what was added, as vtm_compare does; on success the caller owns *comparison. Afterwards, also on failure, the
 * scorer has no results, and those of the next epoch may be added. The photographs and their features stay.
 *
 * It may run beside calls that add, and waits for them: a picture counts for the epoch in which it is taken. So that it
 * is known which, add all of an epoch first. A result whose size does not suit its photograph is accepted, and fails
 * when its batch is computed, in a later call; the epoch is then without a score. After vtm_context_cancel every call
 * that computes is VTM_ERROR_CANCELLED, for good: destroy the scorer and the context. */
VTM_API vtm_status vtm_scorer_finish(vtm_scorer *scorer, vtm_comparison **comparison, vtm_error *error);

#ifdef __cplusplus
}
#endif
#endif
