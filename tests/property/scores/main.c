/* A state machine with an oracle: random histories of folders of pictures and of the store of computed values, and
 * after each run every number of it must be, to the bit, what it is without a store and what one pair alone gives
 * (oracle.h).
 *
 *   property_scores [--seed N] [--seconds N] [--steps N] [--workers N] [--histories N] [--shrink N]
 *
 * Histories have the seeds N, N + 1, ...; one of the same seed and number of steps is the same everywhere.
 * $VTM_PROPERTY_SEED and $VTM_PROPERTY_SECONDS go before the first two; the seed 0 is the time of day. A history that
 * fails is made shorter and printed as lines of shell. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "property/scores/shrink.h"

#ifndef VTM_PROPERTY_SECONDS
#define VTM_PROPERTY_SECONDS 50
#endif

/* Of this process and of all that it ran: what a busy machine does not stretch. */
static double processor_time(void) {
  const int whose[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
  double seconds = 0;
  for (int i = 0; i < 2; i++) {
    struct rusage used;
    if (getrusage(whose[i], &used) != 0) continue;
    seconds += (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec);
    seconds += 1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
  }
  return seconds;
}

typedef struct plan {
  uint64_t seed;
  long seconds, steps, workers, histories, shrink; /* histories: 0: as many as there is time for */
} plan;

typedef struct worker {
  const plan *wanted;
  int number;
  double begun;
  tally sums;
  int histories;
} worker;

/* Never before something was judged, however slow the machine. */
static bool is_over(void *user) {
  const worker *w = user;
  return (now() - w->begun > (double)w->wanted->seconds && w->sums.scored > 0) || access("../../stop", F_OK) == 0;
}

static void report(const worker *w, uint64_t seed, history *failed, int length, int played, const vtm_text *first) {
  const playing how = {.last_only = true};
  vtm_text wrong = {0};
  vtm_text script = {0};
  const double took = now() - w->begun;
  int again = NO_STEP;
  failed->steps[failed->count - 1].command.fresh = true; /* the reader sees both */
  for (int i = 0; i < 3 && again == NO_STEP; i++) {
    wrong.length = script.length = 0;
    again = history_play(failed, &how, NULL, &wrong, &script);
  }
  printf("FAILED: seed %llu, step %d, after %d steps and %d commands:\n%s", (unsigned long long)seed, length,
         w->sums.steps, w->sums.commands, first->bytes);
  printf(
      "\nOf %d steps %d are left, after %d replays and %.0f s in all. In an empty folder, with the folders tests and "
      "bin "
      "of the build in PATH:\n\nexport VTONMETRICS_STORE=none\n%s\n%s\n",
      length, failed->count, played, took, script.bytes,
      again != NO_STEP ? wrong.bytes : "(it did not fail again: it does so now and then only)");
  printf("The whole history: property_scores --workers 1 --histories 1 --steps %ld --seed %llu\n", w->wanted->steps,
         (unsigned long long)seed);
  vtm_text_free(&wrong);
  vtm_text_free(&script);
}

/* Whether the history was good. */
static bool work_on(worker *w, uint64_t seed) {
  static history drawn;
  const playing how = {.is_over = is_over, .user = w};
  vtm_text wrong = {0};
  history_draw(&drawn, seed, (int)w->wanted->steps, oracle_has_amx());
  const int failed = history_play(&drawn, &how, &w->sums, &wrong, NULL);
  w->histories++;
  if (failed != NO_STEP) {
    printf("seed %llu failed after %.1f s (%.1f of a processor), %d steps and %d commands\n", (unsigned long long)seed,
           now() - w->begun, processor_time(), w->sums.steps, w->sums.commands);
    (void)fflush(stdout);
    FILE *stop = fopen("../stop", "w");
    if (stop != NULL) (void)fclose(stop);
    drawn.count = failed + 1;
    const int played = history_shrink(&drawn, 2, (double)w->wanted->shrink);
    report(w, seed, &drawn, failed + 1, played, &wrong);
  }
  vtm_text_free(&wrong);
  return failed == NO_STEP;
}

/* Exit status of a worker: 0 when all it saw was right. */
static int work(const plan *wanted, int number) {
  worker w = {.wanted = wanted, .number = number, .begun = now()};
  char folder[16];
  bool good = true;
  (void)snprintf(folder, sizeof(folder), "%d", number);
  if (mkdir(folder, 0777) != 0 || chdir(folder) != 0) give_up("no folder for a worker");
  for (long i = number; good && (wanted->histories == 0 || i < wanted->histories); i += wanted->workers) {
    if (now() - w.begun > (double)wanted->seconds || access("../stop", F_OK) == 0) break;
    good = work_on(&w, wanted->seed + (uint64_t)i);
  }
  printf(
      "worker %d: %d histories of %ld steps at most, %d steps, %d commands judged (%d with scores, %d refused as they "
      "should be), %d values, %.0f s (%.0f of a processor)\n",
      number, w.histories, wanted->steps, w.sums.steps, w.sums.commands, w.sums.scored, w.sums.failing, w.sums.values,
      now() - w.begun, processor_time());
  oracle_close();
  return good ? 0 : 1;
}

/* ---- the program ---- */

static long number_of(const char *text) { return strtol(text, NULL, 10); }

static plan read_plan(int count, char **arguments) {
  const char *seed = getenv("VTM_PROPERTY_SEED");
  const char *seconds = getenv("VTM_PROPERTY_SECONDS");
  plan read = {.seed = 1, .seconds = VTM_PROPERTY_SECONDS, .steps = 60, .workers = 2, .shrink = 120};
  for (int i = 1; i + 1 < count; i += 2) {
    const char *name = arguments[i];
    const char *value = arguments[i + 1];
    if (strcmp(name, "--seed") == 0) read.seed = strtoull(value, NULL, 10);
    if (strcmp(name, "--seconds") == 0) read.seconds = number_of(value);
    if (strcmp(name, "--steps") == 0) read.steps = number_of(value);
    if (strcmp(name, "--workers") == 0) read.workers = number_of(value);
    if (strcmp(name, "--histories") == 0) read.histories = number_of(value);
    if (strcmp(name, "--shrink") == 0) read.shrink = number_of(value);
  }
  if (seed != NULL) read.seed = strtoull(seed, NULL, 10);
  if (seconds != NULL) read.seconds = number_of(seconds);
  if (read.seed == 0) read.seed = (uint64_t)time(NULL);
  if (read.steps > MOST_STEPS) read.steps = MOST_STEPS;
  if (read.workers < 1) read.workers = 1;
  return read;
}

/* Lines of a history call this program and those of the build beside it; none of them may reach for what is the user's.
 */
static void prepare_environment(void) {
  char own[4096] = "";
  char path[8192 + 4096];
  const ssize_t length = readlink("/proc/self/exe", own, sizeof(own) - 1);
  char *slash = length > 0 ? strrchr(own, '/') : NULL;
  const char *programs = getenv("BIN_DIR");
  if (slash == NULL) give_up("this program does not know where it lies");
  *slash = '\0';
  if (programs != NULL)
    (void)snprintf(path, sizeof(path), "%s:%s:/usr/bin:/bin", own, programs);
  else
    (void)snprintf(path, sizeof(path), "%s:%s/../bin:/usr/bin:/bin", own, own);
  (void)setenv("PATH", path, 1);
  (void)setenv("VTONMETRICS_STORE", "none", 1);
  (void)setenv("VTONMETRICS_OFFLINE", "1", 1);
  (void)setenv("VTONMETRICS_CUDA_MODULE", "/dev/null", 1);
  (void)setenv("LC_ALL", "C.UTF-8", 1);
  (void)unsetenv("VTONMETRICS_WEIGHTS");
  (void)unsetenv("VTONMETRICS_STORE_SIZE");
}

static int run_workers(const plan *wanted) {
  int worst = 0;
  for (int i = 0; i < wanted->workers; i++) {
    const pid_t child = fork();
    if (child < 0) give_up("no second process");
    if (child == 0) exit(work(wanted, i)); /* NOLINT(concurrency-mt-unsafe) */
  }
  for (int i = 0; i < wanted->workers; i++) {
    int status = 0;
    if (wait(&status) < 0) give_up("a worker is lost");
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 2;
    if (code > worst) worst = code;
  }
  return worst;
}

int main(int count, char **arguments) {
  const int line = script_command(count, arguments);
  if (line >= 0) return line;
  const plan wanted = read_plan(count, arguments);
  const char *folder = getenv("TMPDIR");
  char root[512];
  char removal[600];
  prepare_environment();
  (void)snprintf(root, sizeof(root), "%s/vtonmetrics-property-XXXXXX", folder != NULL ? folder : "/tmp");
  if (mkdtemp(root) == NULL || chdir(root) != 0) give_up("no folder for pictures");
  printf("seeds from %llu, %ld s\n", (unsigned long long)wanted.seed, wanted.seconds);
  (void)fflush(stdout);
  const int worst = run_workers(&wanted);
  (void)snprintf(removal, sizeof(removal), "rm -rf '%s'", root);
  if (chdir("/") != 0 || system(removal) != 0) give_up("%s is left", root); /* NOLINT(cert-env33-c) */
  return worst;
}
