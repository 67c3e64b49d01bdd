#include "metrics/results_check.h"

#include <math.h>
#include <stdlib.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "metrics/settings.h"

typedef enum fault {
  NO_FAULT,
  IS_PHOTOGRAPH,
  IS_OTHERS,
  IS_BLACK,
  IS_ONE_COLOUR,
  IS_FLAT,
  IS_STRIP,
  IS_REPEATED
} fault;

typedef struct check {
  const vtm_result_set *set;
  vtm_result_builder *builder;
  vtm_score_row *row;
  size_t *order; /* results that were looked at, those of the same pixels side by side */
  size_t count;
  unsigned char *faults; /* of each result; one is told of by its first fault only */
} check;

static const vtm_image_summary *look_of(const check *c, size_t result) { return &c->set->results->summaries[result]; }
static const char *name_of(const check *c, size_t result) { return c->set->results->folder.entries[result].name; }

/* NULL: not known. */
static const vtm_image_summary *photograph_of(const check *c, size_t result) {
  if (c->set->partner == NULL || c->set->partner[result] == VTM_NO_ENTRY) return NULL;
  const vtm_image_summary *look = &c->set->reference->summaries[c->set->partner[result]];
  return look->taken ? look : NULL;
}

static int by_pixels(const void *left, const void *right, void *user) {
  const vtm_image_summary *summaries = user;
  const size_t a = *(const size_t *)left;
  const size_t b = *(const size_t *)right;
  const int order = vtm_image_summary_compare(&summaries[a], &summaries[b]);
  if (order != 0) return order;
  return (a > b) - (a < b);
}

/* The entries that were looked at, sorted by pixels, then as they are in the folder. */
static size_t *sort_by_pixels(const vtm_images *images, const bool *used, size_t *count, vtm_error *error) {
  size_t *order = vtm_allocate(images->folder.count + 1, sizeof(*order), error);
  *count = 0;
  if (order == NULL) return NULL;
  for (size_t i = 0; i < images->folder.count; i++)
    if (used != NULL && used[i] && images->summaries[i].taken) order[(*count)++] = i;
  qsort_r(order, *count, sizeof(*order), by_pixels, images->summaries);
  return order;
}

/* ---- finding ---- */

/* Results that are the photograph of their person. */
static void find_photographs(check *c) {
  for (size_t i = 0; i < c->count; i++) {
    const vtm_image_summary *photograph = photograph_of(c, c->order[i]);
    if (photograph != NULL && vtm_image_summary_compare(look_of(c, c->order[i]), photograph) == 0)
      c->faults[c->order[i]] = IS_PHOTOGRAPH;
  }
}

/* Results, other than flat ones, that are the photograph of somebody else, or of anybody where they are not matched. */
static vtm_status find_others(check *c, vtm_error *error) {
  size_t photographs = 0;
  size_t *theirs = sort_by_pixels(c->set->reference, c->set->reference_used, &photographs, error);
  if (theirs == NULL) return VTM_ERROR_MEMORY;
  const vtm_image_summary *summaries = c->set->reference->summaries;
  for (size_t i = 0, k = 0; i < c->count; i++) {
    const vtm_image_summary *look = look_of(c, c->order[i]);
    while (k < photographs && vtm_image_summary_compare(&summaries[theirs[k]], look) < 0) k++;
    const bool is_one = k < photographs && vtm_image_summary_compare(&summaries[theirs[k]], look) == 0;
    if (is_one && c->faults[c->order[i]] == NO_FAULT)
      c->faults[c->order[i]] = c->set->partner == NULL ? IS_PHOTOGRAPH : IS_OTHERS;
  }
  free(theirs);
  return VTM_OK;
}

static void find_flat(check *c) {
  static const unsigned char faults[] = {
      [VTM_NOT_FLAT] = NO_FAULT, [VTM_BLACK] = IS_BLACK, [VTM_SINGLE_COLOUR] = IS_ONE_COLOUR, [VTM_FLAT] = IS_FLAT};
  for (size_t i = 0; i < c->count; i++)
    if (c->faults[c->order[i]] == NO_FAULT) c->faults[c->order[i]] = faults[look_of(c, c->order[i])->flatness];
}

/* How many pictures of the photograph's shape lie side by side or one above the other; 1: it is no strip. A border
 * around each picture moves the shape a little. */
static int count_pictures(const vtm_image_summary *look, const vtm_image_summary *photograph) {
  enum { MOST = 6 };
  const double slack = 0.02;
  const double wider = ((double)look->width * photograph->height) / ((double)look->height * photograph->width);
  const double times = wider >= 1 ? wider : 1 / wider;
  const double whole = round(times);
  return whole >= 2 && whole <= MOST && fabs(times - whole) <= slack * whole ? (int)whole : 1;
}

static void find_strips(check *c) {
  for (size_t i = 0; i < c->count; i++) {
    const vtm_image_summary *photograph = photograph_of(c, c->order[i]);
    if (c->faults[c->order[i]] == NO_FAULT && photograph != NULL &&
        count_pictures(look_of(c, c->order[i]), photograph) > 1)
      c->faults[c->order[i]] = IS_STRIP;
  }
}

static void find_repeated(check *c) {
  for (size_t i = 1; i < c->count; i++) {
    unsigned char *before = &c->faults[c->order[i - 1]];
    unsigned char *here = &c->faults[c->order[i]];
    if (*here != NO_FAULT || vtm_image_summary_compare(look_of(c, c->order[i - 1]), look_of(c, c->order[i])) != 0)
      continue;
    if (*before == NO_FAULT || *before == IS_REPEATED) *before = *here = IS_REPEATED;
  }
}

/* ---- telling ---- */

/* How many results have the fault, and the first of them. */
static size_t count_fault(const check *c, fault wanted, size_t *first) {
  size_t count = 0;
  for (size_t i = c->set->results->folder.count; i-- > 0;)
    if (c->faults[i] == wanted) {
      count++;
      *first = i;
    }
  return count;
}

static void tell_of_photographs(const check *c, size_t count, size_t first) {
  const char *name = name_of(c, first);
  const bool matched = c->set->partner != NULL;
  if (count == c->count)
    vtm_result_warn_finding(
        c->builder, c->row,
        "all results (%zu of %zu) are photographs of the reference, pixel for pixel: is this a folder "
        "compared with itself?",
        count, c->count);
  else if (matched)
    vtm_result_warn_finding(c->builder, c->row,
                            "%zu of %zu results %s the photograph itself, pixel for pixel, for example %s: nothing was "
                            "tried on there, and the score looks too good",
                            count, c->count, count == 1 ? "is" : "are", name);
  else
    vtm_result_warn_finding(
        c->builder, c->row,
        "%zu of %zu results %s among the reference's photographs, pixel for pixel, for example %s: the "
        "score looks too good",
        count, c->count, count == 1 ? "is" : "are", name);
}

static void tell_of_others(const check *c) {
  size_t first = 0;
  const size_t count = count_fault(c, IS_OTHERS, &first);
  if (count > 0)
    vtm_result_warn_finding(c->builder, c->row,
                            "%zu of %zu results %s the photograph of somebody else, pixel for pixel, for example %s: "
                            "nothing was tried on there; have names or numbers been shifted?",
                            count, c->count, count == 1 ? "is" : "are", name_of(c, first));
}

static void tell_of_flat(const check *c, fault wanted, const char *what) {
  size_t first = 0;
  const size_t count = count_fault(c, wanted, &first);
  if (count > 0)
    vtm_result_warn_finding(c->builder, c->row, "%zu of %zu results %s %s, for example %s: run the model on %s again",
                            count, c->count, count == 1 ? "is" : "are", what, name_of(c, first),
                            count == 1 ? "it" : "them");
}

static void tell_of_strips(const check *c) {
  size_t first = 0;
  const size_t count = count_fault(c, IS_STRIP, &first);
  if (count == 0) return;
  const vtm_image_summary *look = look_of(c, first);
  const vtm_image_summary *photograph = photograph_of(c, first);
  vtm_result_warn_finding(c->builder, c->row,
                          "%zu of %zu results %s like a strip of several pictures, for example %s: %dx%d, %d times the "
                          "shape of its photograph of %dx%d; cut the result out",
                          count, c->count, count == 1 ? "looks" : "look", name_of(c, first), look->width, look->height,
                          count_pictures(look, photograph), photograph->width, photograph->height);
}

static void tell_of_repeated(const check *c) {
  size_t first = 0;
  const size_t count = count_fault(c, IS_REPEATED, &first);
  if (count == 0) return;
  size_t other = first + 1;
  while (c->faults[other] != IS_REPEATED || vtm_image_summary_compare(look_of(c, first), look_of(c, other)) != 0)
    other++;
  vtm_result_warn_finding(
      c->builder, c->row,
      "%zu of %zu results are the same picture as another result, pixel for pixel, for example %s and "
      "%s: the model did not run for each of them",
      count, c->count, name_of(c, first), name_of(c, other));
}

/* ---- sizes ---- */

static bool is_same_size(const vtm_image_summary *a, const vtm_image_summary *b) {
  return a->width == b->width && a->height == b->height;
}

/* Is `look` to its photograph as `first` is to its own, give or take the rounding to whole pixels? */
static bool is_same_scale(const vtm_image_summary *look, const vtm_image_summary *photograph,
                          const vtm_image_summary *first, const vtm_image_summary *first_photograph) {
  const double across = (double)photograph->width * first->width / first_photograph->width;
  const double down = (double)photograph->height * first->height / first_photograph->height;
  return fabs(look->width - across) <= 1 && fabs(look->height - down) <= 1;
}

typedef struct size_survey {
  size_t first, odd; /* results: the first, and one that does not go with it */
  size_t looked_at, with_photograph;
  size_t unlike, example; /* of another size than the photograph: how many, and the first */
  bool mixed;
} size_survey;

static size_survey survey_sizes(const check *c) {
  size_survey survey = {0};
  for (size_t i = 0; i < c->set->results->folder.count; i++) {
    const vtm_image_summary *look = look_of(c, i);
    if (!c->set->results_used[i] || !look->taken || c->faults[i] == IS_STRIP) continue;
    if (survey.looked_at++ == 0) survey.first = i;
    const vtm_image_summary *photograph = photograph_of(c, i);
    const vtm_image_summary *first = look_of(c, survey.first);
    const vtm_image_summary *first_photograph = photograph_of(c, survey.first);
    if (photograph != NULL) survey.with_photograph++;
    if (photograph != NULL && !is_same_size(look, photograph) && survey.unlike++ == 0) survey.example = i;
    const bool known = photograph != NULL && first_photograph != NULL;
    const bool goes = is_same_size(look, first) || (known && is_same_scale(look, photograph, first, first_photograph));
    if (!goes && !survey.mixed) {
      survey.mixed = true;
      survey.odd = i;
    }
  }
  return survey;
}

/* Photographs of several sizes, held against results without knowing whose they are: nothing can be said. */
static bool has_mixed_photographs(const check *c) {
  const vtm_images *reference = c->set->reference;
  const vtm_image_summary *first = NULL;
  for (size_t i = 0; i < reference->folder.count; i++) {
    if (!c->set->reference_used[i] || !reference->summaries[i].taken) continue;
    if (first == NULL) first = &reference->summaries[i];
    if (!is_same_size(first, &reference->summaries[i])) return true;
  }
  return false;
}

static bool is_another_shape(const vtm_image_summary *look, const vtm_image_summary *photograph) {
  const double slack = 1.02;
  const double ratio = ((double)look->width * photograph->height) / ((double)look->height * photograph->width);
  return ratio > slack || ratio < 1 / slack;
}

static void tell_of_mixed_sizes(const check *c, const size_survey *survey) {
  const vtm_image_summary *first = look_of(c, survey->first);
  const vtm_image_summary *odd = look_of(c, survey->odd);
  vtm_result_warn_finding(c->builder, c->row, "results of mixed sizes: %s is %dx%d, %s is %dx%d",
                          name_of(c, survey->first), first->width, first->height, name_of(c, survey->odd), odd->width,
                          odd->height);
}

/* Many models return smaller or square pictures: that is worth a note. Sizes that do not go together are worth a
 * warning. */
static void tell_of_sizes(const check *c) {
  const size_survey survey = survey_sizes(c);
  if (survey.mixed) {
    if (survey.unlike > 0 || (survey.with_photograph == 0 && !has_mixed_photographs(c)))
      tell_of_mixed_sizes(c, &survey);
  } else if (survey.unlike > 0) {
    const vtm_image_summary *look = look_of(c, survey.example);
    const vtm_image_summary *photograph = photograph_of(c, survey.example);
    vtm_result_note(c->builder,
                    "%s: the results have another %s than their photographs, for example %s: %dx%d, not %dx%d%s",
                    c->row->name, is_another_shape(look, photograph) ? "shape" : "size", name_of(c, survey.example),
                    look->width, look->height, photograph->width, photograph->height,
                    is_another_shape(look, photograph) ? ": right only if they were stretched to it, not cut" : "");
  }
}

/* ---- red and blue exchanged ---- */

/* Of squares, over all cells and channels. */
static int64_t colour_distance(const vtm_image_summary *result, const vtm_image_summary *photograph, bool exchanged) {
  int64_t sum = 0;
  for (int i = 0; i < VTM_COLOURS; i++) {
    const int other = exchanged ? i - i % 3 + 2 - i % 3 : i;
    const int apart = result->colours[other] - photograph->colours[i];
    sum += apart * apart;
  }
  return sum;
}

static double levels(int64_t squares, size_t pictures) {
  return sqrt((double)squares / ((double)pictures * VTM_COLOURS));
}

/* Pictures written in the order blue, green, red. Nothing can be told from gray ones, whose distances are equal.
 * Another garment may turn one picture's colours round, but not those of most. Of 28 photographs and results of other
 * people 18 at most are nearer when exchanged, of models' own results 4 of 24; the fewer there are, the clearer it has
 * to be. */
static void tell_of_exchanged(const check *c) {
  enum { LEAST = 4, MANY = 20 };
  const double most_of_all = 0.8;
  size_t telling = 0;
  size_t nearer = 0;
  int64_t as_is = 0;
  int64_t exchanged = 0;
  for (size_t i = 0; i < c->count; i++) {
    const vtm_image_summary *look = look_of(c, c->order[i]);
    const vtm_image_summary *photograph = photograph_of(c, c->order[i]);
    if (photograph == NULL) continue;
    const int64_t distance = colour_distance(look, photograph, false);
    const int64_t other = colour_distance(look, photograph, true);
    if (distance == other) continue;
    telling++;
    nearer += other < distance;
    as_is += distance;
    exchanged += other;
  }
  const double times = telling < MANY ? 4 : 1.25;
  if (telling < LEAST || (double)nearer < most_of_all * (double)telling || (double)exchanged * times > (double)as_is)
    return;
  vtm_result_warn_finding(c->builder, c->row,
                          "%zu of %zu results are nearer to their photograph with red and blue exchanged (%.1f levels "
                          "of 255 apart, else %.1f): the results or the photographs were saved as BGR, which OpenCV "
                          "has; convert them and score again",
                          nearer, c->count, levels(exchanged, telling), levels(as_is, telling));
}

static void tell(const check *c) {
  size_t first = 0;
  const size_t photographs = count_fault(c, IS_PHOTOGRAPH, &first);
  if (photographs > 0) tell_of_photographs(c, photographs, first);
  if (photographs == c->count) return;
  tell_of_others(c);
  tell_of_flat(c, IS_BLACK, "black");
  tell_of_flat(c, IS_ONE_COLOUR, "of one colour");
  tell_of_flat(c, IS_FLAT, "so flat that nothing can be seen");
  tell_of_strips(c);
  tell_of_repeated(c);
  tell_of_exchanged(c);
  tell_of_sizes(c);
}

static void list_findings(vtm_context *context, const vtm_score_row *row, size_t from) {
  for (size_t i = from; i < row->finding_count; i++) {
    vtm_text line = {0};
    vtm_text_format(&line, "%s: %s", row->path, row->warnings[i]);
    if (!line.failed) vtm_context_add_broken(context, line.bytes);
    vtm_text_free(&line);
  }
}

vtm_status vtm_check_results(vtm_context *context, const vtm_settings *settings, const vtm_result_set *set,
                             vtm_result_builder *builder, vtm_score_row *row, size_t *found, vtm_error *error) {
  if (!settings->values.lint) return VTM_OK;
  const size_t before = row->finding_count;
  check c = {.set = set, .builder = builder, .row = row};
  c.order = sort_by_pixels(set->results, set->results_used, &c.count, error);
  c.faults = vtm_allocate(set->results->folder.count + 1, 1, error);
  vtm_status status = c.order != NULL && c.faults != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  if (status == VTM_OK && c.count > 0) {
    find_photographs(&c);
    find_flat(&c);
    status = find_others(&c, error);
    find_strips(&c);
    find_repeated(&c);
    if (status == VTM_OK) tell(&c);
  }
  free(c.order);
  free(c.faults);
  if (settings->values.strict) list_findings(context, row, before);
  *found += row->finding_count - before;
  return status;
}

vtm_status vtm_require_no_findings(const vtm_settings *settings, size_t found, vtm_error *error) {
  if (found == 0 || !settings->values.strict) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_DATA,
                  "%zu fault%s in the results, and --strict: no score is given; fix %s, or go on with a warning "
                  "without --strict",
                  found, found == 1 ? "" : "s", found == 1 ? "it" : "them");
}

vtm_status vtm_check_strictness(const vtm_settings *settings, vtm_error *error) {
  if (!settings->values.strict || settings->values.lint) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_USAGE, "--strict is about what --no-lint turns off: give one of them only");
}
