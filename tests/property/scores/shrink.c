#include "property/scores/shrink.h"

#include <string.h>
#include <time.h>

double now(void) {
  struct timespec time = {0};
  (void)clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

int history_play(const history *played, const playing *how, tally *sums, vtm_text *wrong, vtm_text *script) {
  world state;
  tally own_sums = {0};
  vtm_text own_wrong = {0};
  int failed = NO_STEP;
  if (sums == NULL) sums = &own_sums;
  world_begin(&state);
  for (int i = 0; i < played->count && failed == NO_STEP; i++) {
    const step *what = &played->steps[i];
    if (how->is_over != NULL && how->is_over(how->user)) break;
    sums->steps++;
    if (what->kind < STEP_RUN)
      world_step(&state, what);
    else if (!judge_step(&state, what, !how->last_only || i == played->count - 1, sums, &own_wrong))
      failed = i;
  }
  if (wrong != NULL && own_wrong.length > 0) vtm_text_append(wrong, own_wrong.bytes);
  if (script != NULL) vtm_text_append(script, state.script.bytes);
  vtm_text_free(&own_wrong);
  world_end(&state);
  return failed;
}

typedef struct shrinking {
  history *best;
  int tries, played;
  double deadline;
} shrinking;

/* Only a failure of the last step counts: the others are not judged. */
static bool takes(shrinking *s, const history *candidate) {
  const playing how = {.last_only = true};
  for (int i = 0; i < s->tries && now() < s->deadline; i++) {
    s->played++;
    if (history_play(candidate, &how, NULL, NULL, NULL) == NO_STEP) continue;
    *s->best = *candidate;
    return true;
  }
  return false;
}

static bool drop(shrinking *s, int first, int count) {
  history candidate = *s->best;
  memmove(&candidate.steps[first], &candidate.steps[first + count],
          (size_t)(candidate.count - first - count) * sizeof(step));
  candidate.count -= count;
  return takes(s, &candidate);
}

/* Delta debugging (Zeller and Hildebrandt 2002): ranges of steps, from halves down to single ones. The last step stays.
 */
static void drop_steps(shrinking *s) {
  for (int size = s->best->count / 2; size >= 1; size /= 2)
    for (int end = s->best->count - 1; end > 0; end -= size) {
      if (end > s->best->count - 1) end = s->best->count - 1;
      if (end <= 0) break;
      (void)drop(s, end > size ? end - size : 0, end > size ? size : end);
    }
}

static uint8_t first_metric(const command *c) {
  uint8_t metric = 0;
  while (!command_has(c, metric)) metric++;
  return metric;
}

/* Not the only one. */
static void leave_out_metric(command *c, int metric) {
  c->metrics[metric] = false;
  if (!command_has_sets(c) && !command_has_pairs(c)) c->metrics[metric] = true;
}

/* The command with one option less; false when there is nothing to take away, or no such option. */
static bool is_simpler(command *c, int option) {
  const command before = *c;
  switch (option) {
    case 0: c->model_count = 1; break;
    case 1: c->interval = c->no_lint = c->per_image = c->rehash = false; break;
    case 2: c->config = false; break;
    case 3: c->save_stats = c->save_features = 0; break;
    case 4: c->skip_broken = false; break;
    case 5: c->each = false; break;
    case 6: c->all_images = false; break;
    case 7: c->seen.exact = c->seen.pillow13 = false; break;
    case 8: c->seen.mask = c->seen.precision = 0; break;
    case 9: c->seen.size = 0; break;
    case 10: c->threads = 1; break;
    case 11: c->threads = 0; break;
    case 12: c->batch = 0; break;
    case 13: c->kind = first_metric(c); break;
    default: leave_out_metric(c, option - 14); break;
  }
  return memcmp(c, &before, sizeof(before)) != 0;
}

static void simplify(shrinking *s, int index) {
  enum { OPTIONS = 14 + METRICS };
  for (int option = 0; option < OPTIONS; option++) {
    history candidate = *s->best;
    if (is_simpler(&candidate.steps[index].command, option)) (void)takes(s, &candidate);
  }
}

int history_shrink(history *failed, int tries, double seconds) {
  shrinking s = {.best = failed, .tries = tries, .deadline = now() + seconds};
  int before;
  do {
    before = failed->count;
    drop_steps(&s);
  } while (failed->count < before && now() < s.deadline);
  for (int i = failed->count - 1; i >= 0; i--)
    if (failed->steps[i].kind >= STEP_RUN) simplify(&s, i);
  drop_steps(&s);
  return s.played;
}
