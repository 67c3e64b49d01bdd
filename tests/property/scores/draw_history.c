/* What is drawn, and how often. */
#include "property/scores/history.h"

#include "base/random.h"

const char *const lens_sizes[LENS_SIZES] = {"256", "native", "64x64", "96x64", "64x96"};
const char *const lens_masks[LENS_MASKS] = {"", "amx", "amx,avx512", "avx2"};
const char *const lens_precisions[LENS_PRECISIONS] = {"f32", "bf16x3", "bf16"};

const char *const metric_names[METRICS] = {"fid", "kid", "lpips", "ssim", "psnr"};

bool command_has(const command *given, int metric) {
  return given->kind == COMMAND_COMPARE ? given->metrics[metric] : given->kind == metric;
}

bool command_has_sets(const command *given) { return command_has(given, METRIC_FID) || command_has(given, METRIC_KID); }

bool command_has_pairs(const command *given) {
  return command_has(given, METRIC_LPIPS) || command_has(given, METRIC_SSIM) || command_has(given, METRIC_PSNR);
}

static uint32_t below(vtm_random *random, uint32_t count) {
  return vtm_random_scale((uint32_t)(vtm_random_next(random) >> 32), count);
}

static bool one_in(vtm_random *random, uint32_t count) { return below(random, count) == 0; }

static uint8_t small(vtm_random *random, uint32_t count) { return (uint8_t)below(random, count); }

/* ---- commands ---- */

static void draw_models(vtm_random *random, command *drawn) {
  uint8_t order[FOLDERS];
  uint8_t count = 0;
  drawn->reference = one_in(random, 8) ? small(random, FOLDERS) : 0;
  for (uint8_t f = 0; f < FOLDERS; f++) /* the photographs are a model only where they are not the reference */
    if (f != drawn->reference) order[count++] = f;
  for (uint8_t i = count; i > 1; i--) {
    const uint8_t other = small(random, i);
    const uint8_t kept = order[i - 1];
    order[i - 1] = order[other];
    order[other] = kept;
  }
  drawn->model_count = (uint8_t)(1 + below(random, MODELS));
  for (uint8_t i = 0; i < drawn->model_count; i++) drawn->models[i] = order[i];
}

/* A history has a lens that most of its commands see through, so that their pictures are partly known, and others that
 * differ from it in one respect, whose rows must not be taken for its own. */
static lens draw_home(vtm_random *random) {
  lens home = {.size = 2};
  const uint32_t size = below(random, 8);
  if (size < 2) home.size = 1;
  if (size == 7) home.size = small(random, LENS_SIZES);
  home.exact = one_in(random, 8);
  return home;
}

static lens draw_lens(vtm_random *random, lens home, bool amx) {
  switch (below(random, 12)) {
    case 0:
    case 1: home.size = small(random, LENS_SIZES); break;
    case 2: home.exact = !home.exact; break;
    case 3: home.pillow13 = !home.pillow13; break;
    case 4: home.mask = small(random, LENS_MASKS); break;
    case 5: home.precision = small(random, LENS_PRECISIONS); break;
    default: break;
  }
  if (!amx) home.precision = 0; /* the rest of the history stays the same */
  return home;
}

/* Plain C is too slow for more than a look at small pictures. */
static void bound_cost(command *drawn) {
  const bool small_pictures = drawn->kind == METRIC_LPIPS && drawn->seen.size != 0 && !drawn->seen.exact;
  if (drawn->seen.mask == LENS_MASKS - 1 && !small_pictures) drawn->seen.mask = 0;
}

static command draw_command(vtm_random *random, lens home, bool amx) {
  static const uint8_t kinds[] = {METRIC_LPIPS, METRIC_LPIPS, METRIC_FID,      METRIC_FID,      METRIC_KID,
                                  METRIC_SSIM,  METRIC_PSNR,  COMMAND_COMPARE, COMMAND_COMPARE, COMMAND_COMPARE};
  command drawn = {.kind = kinds[below(random, sizeof(kinds))]};
  draw_models(random, &drawn);
  drawn.seen = draw_lens(random, home, amx);
  bound_cost(&drawn);
  drawn.fresh = one_in(random, 2);
  drawn.batch = one_in(random, 2) ? 0 : (uint8_t)(1 + below(random, 9));
  drawn.threads = small(random, 5);
  drawn.skip_broken = one_in(random, 3);
  drawn.interval = one_in(random, 4);
  drawn.no_lint = one_in(random, 6);
  drawn.rehash = one_in(random, 8);
  drawn.per_image = (drawn.kind == COMMAND_COMPARE || !metric_is_of_sets(drawn.kind)) && one_in(random, 5);
  if (drawn.kind == COMMAND_COMPARE) {
    drawn.each = one_in(random, 3);
    drawn.config = one_in(random, 4);
    for (int m = 0; m < METRICS; m++) drawn.metrics[m] = one_in(random, 2);
    if (one_in(random, 2)) drawn.metrics[METRIC_FID] = drawn.metrics[METRIC_LPIPS] = true; /* of one network */
    if (!command_has_sets(&drawn) && !command_has_pairs(&drawn)) drawn.metrics[below(random, METRICS)] = true;
  }
  if (command_has_sets(&drawn)) drawn.all_images = one_in(random, 3);
  if (drawn.kind == METRIC_FID) {
    if (one_in(random, 4)) drawn.reference_saved = (uint8_t)(1 + below(random, SAVED_FILES));
    if (one_in(random, 5)) drawn.save_stats = (uint8_t)(1 + below(random, SAVED_FILES));
    if (one_in(random, 5)) drawn.save_features = (uint8_t)(1 + below(random, SAVED_FILES));
    if (drawn.save_features == drawn.save_stats) drawn.save_stats = 0;
  }
  return drawn;
}

/* ---- steps ---- */

static const struct {
  uint8_t kind, weight;
} weights[] = {{STEP_ADD, 6},    {STEP_CHANGE, 10}, {STEP_RENAME, 4},      {STEP_COPY, 4}, {STEP_REMOVE, 5},
               {STEP_BREAK, 2},  {STEP_MEND, 7},    {STEP_TOUCH, 3},       {STEP_SWAP, 4}, {STEP_WAIT, 1},
               {STEP_FORGET, 2}, {STEP_PRUNE, 3},   {STEP_DELETE_ROWS, 5}, {STEP_FLIP, 2}, {STEP_VERSION, 1},
               {STEP_RUN, 38},   {STEP_RUN_TWO, 3}, {STEP_RUN_KILL, 2}};

static uint8_t draw_kind(vtm_random *random) {
  enum { KINDS = sizeof(weights) / sizeof(*weights) };
  uint32_t sum = 0;
  for (int i = 0; i < KINDS; i++) sum += weights[i].weight;
  uint32_t at = below(random, sum);
  int i = 0;
  for (; at >= weights[i].weight; i++) at -= weights[i].weight;
  return weights[i].kind;
}

/* Few contents, so that one picture lies under several names. Most are of the first size, so that --size native has
 * pairs of one size. */
static step draw_step(vtm_random *random, uint8_t kind, lens home, bool amx) {
  step drawn = {.kind = kind};
  drawn.folder = small(random, FOLDERS);
  drawn.to_folder = small(random, FOLDERS);
  drawn.person = small(random, PEOPLE);
  drawn.to_person = small(random, PEOPLE);
  drawn.content = (uint16_t)(1 + below(random, MOST_CONTENTS));
  drawn.size = one_in(random, 6) ? small(random, PICTURE_SIZES) : 0;
  drawn.how = small(random, WRITINGS);
  drawn.number = (uint32_t)(vtm_random_next(random) >> 32);
  if (kind == STEP_RUN || kind == STEP_RUN_TWO || kind == STEP_RUN_KILL)
    drawn.command = draw_command(random, home, amx);
  if (kind == STEP_RUN_TWO) drawn.second = draw_command(random, home, amx);
  if (kind == STEP_RUN_TWO && one_in(random, 2)) drawn.second = drawn.command;
  if (kind == STEP_RUN_TWO || kind == STEP_RUN_KILL) { /* whose file would be left is not known */
    drawn.command.save_stats = drawn.command.save_features = 0;
    drawn.second.save_stats = drawn.second.save_features = 0;
  }
  return drawn;
}

void history_draw(history *drawn, uint64_t seed, int steps, bool amx) {
  vtm_random random = vtm_random_start(seed);
  const uint32_t a = below(&random, PEOPLE - 2);
  const uint32_t b = below(&random, PEOPLE - 2);
  const int people = 3 + (int)(a < b ? a : b); /* small folders are quick, and have all the faults of large ones */
  const lens home = draw_home(&random);
  *drawn = (history){0};
  for (int i = 0; i < people; i++) {
    step added = draw_step(&random, STEP_ADD, home, amx);
    added.person = (uint8_t)i;
    drawn->steps[drawn->count++] = added;
  }
  while (drawn->count < steps) drawn->steps[drawn->count++] = draw_step(&random, draw_kind(&random), home, amx);
}
