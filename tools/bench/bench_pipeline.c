#include "bench/bench_pipeline.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json_text.h"

/* ---- text ---- */

enum { COLUMNS = 90, IMAGES_A_THREAD = 12 }; /* of the timeline */

static const char letters[VTM_BENCH_ACTIVITIES + 1] = "drf";
static const char waiting = '.';

static void print_shares(FILE *out, const char *name, const vtm_bench_thread *thread, double whole) {
  (void)fprintf(out, "  %-7s", name);
  for (int a = 0; a < VTM_BENCH_ACTIVITIES; a++) (void)fprintf(out, " %8.1f", thread->seconds[a] / whole * 100);
  (void)fprintf(out, " %8.1f\n", thread->waiting / whole * 100);
}

static void print_table(FILE *out, const vtm_bench_pipeline *bench) {
  vtm_bench_thread all = {0};
  char name[24];
  (void)fprintf(out, "  %-7s", "thread");
  for (int a = 0; a < VTM_BENCH_ACTIVITIES; a++)
    (void)fprintf(out, " %7s%%", vtm_bench_activity_name((vtm_bench_activity)a));
  (void)fprintf(out, " %7s%%\n", "waiting");
  for (size_t i = 0; i < bench->thread_count; i++) {
    const vtm_bench_thread *thread = &bench->threads[i];
    (void)snprintf(name, sizeof(name), "%zu", i);
    print_shares(out, name, thread, bench->seconds);
    for (int a = 0; a < VTM_BENCH_ACTIVITIES; a++) all.seconds[a] += thread->seconds[a];
    all.waiting += thread->waiting;
  }
  print_shares(out, "all", &all, bench->seconds * (double)bench->thread_count);
}

/* The activity that fills most of the column from `start` to `end`. */
static char letter_of(const vtm_bench_pipeline *bench, size_t thread, double start, double end) {
  double seconds[VTM_BENCH_ACTIVITIES] = {0};
  double rest = end - start;
  for (size_t i = 0; i < bench->span_count; i++) {
    const vtm_bench_span *span = &bench->spans[i];
    const double from = span->start > start ? span->start : start;
    const double to = span->end < end ? span->end : end;
    if ((size_t)span->thread != thread || to <= from) continue;
    seconds[span->activity] += to - from;
    rest -= to - from;
  }
  char letter = waiting;
  double most = rest;
  for (int a = 0; a < VTM_BENCH_ACTIVITIES; a++)
    if (seconds[a] > most) {
      most = seconds[a];
      letter = letters[a];
    }
  return letter;
}

static void print_timeline(FILE *out, const vtm_bench_pipeline *bench) {
  const double part = (double)(bench->thread_count * IMAGES_A_THREAD) / (double)bench->images;
  const double column = bench->seconds * (part < 1 ? part : 1) / COLUMNS;
  (void)fprintf(out, "\nThe first %.0f ms, %.2f ms a letter: ", column * COLUMNS * 1e3, column * 1e3);
  for (int a = 0; a < VTM_BENCH_ACTIVITIES; a++)
    (void)fprintf(out, "%c %s, ", letters[a], vtm_bench_activity_name((vtm_bench_activity)a));
  (void)fprintf(out, "%c waiting\n", waiting);
  for (size_t i = 0; i < bench->thread_count; i++) {
    (void)fprintf(out, "  %-3zu ", i);
    for (int c = 0; c < COLUMNS; c++) (void)fputc(letter_of(bench, i, c * column, (c + 1) * column), out);
    (void)fputc('\n', out);
  }
}

char *bench_pipeline_text(const vtm_bench_pipeline *bench, const char *device) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  if (out == NULL) return NULL;
  (void)fprintf(out, "%s, %s, %zu thread%s of %s: %zu image%s of %s in %.2f s, %.1f a second\n", bench->network,
                bench->precision, bench->thread_count, bench->thread_count == 1 ? "" : "s", device, bench->images,
                bench->images == 1 ? "" : "s", bench->folder, bench->seconds, (double)bench->images / bench->seconds);
  (void)fprintf(out, "Weights packed in %.0f ms, the first images computed %.0f ms later.\n\n", bench->packing * 1e3,
                bench->first * 1e3);
  print_table(out, bench);
  print_timeline(out, bench);
  if (fclose(out) == 0) return text;
  free(text);
  return NULL;
}

/* ---- JSON ---- */

static void add_thread(cJSON *list, const vtm_bench_thread *thread) {
  cJSON *object = cJSON_CreateObject();
  for (int a = 0; a < VTM_BENCH_ACTIVITIES; a++)
    (void)cJSON_AddNumberToObject(object, vtm_bench_activity_name((vtm_bench_activity)a), thread->seconds[a]);
  (void)cJSON_AddNumberToObject(object, "waiting", thread->waiting);
  (void)cJSON_AddItemToArray(list, object);
}

static void add_span(cJSON *list, const vtm_bench_span *span) {
  cJSON *object = cJSON_CreateObject();
  (void)cJSON_AddNumberToObject(object, "thread", span->thread);
  (void)cJSON_AddStringToObject(object, "activity", vtm_bench_activity_name(span->activity));
  (void)cJSON_AddNumberToObject(object, "start", span->start);
  (void)cJSON_AddNumberToObject(object, "end", span->end);
  (void)cJSON_AddItemToArray(list, object);
}

char *bench_pipeline_json(const vtm_bench_pipeline *bench, const char *device) {
  cJSON *root = cJSON_CreateObject();
  (void)cJSON_AddStringToObject(root, "schema", "vtonmetrics/bench-pipeline/1");
  (void)cJSON_AddStringToObject(root, "network", bench->network);
  (void)cJSON_AddStringToObject(root, "precision", bench->precision);
  (void)cJSON_AddStringToObject(root, "device", device);
  (void)cJSON_AddStringToObject(root, "folder", bench->folder);
  (void)cJSON_AddNumberToObject(root, "images", (double)bench->images);
  (void)cJSON_AddNumberToObject(root, "packing", bench->packing);
  (void)cJSON_AddNumberToObject(root, "first", bench->first);
  (void)cJSON_AddNumberToObject(root, "seconds", bench->seconds);
  cJSON *threads = cJSON_AddArrayToObject(root, "threads");
  for (size_t i = 0; i < bench->thread_count; i++) add_thread(threads, &bench->threads[i]);
  cJSON *spans = cJSON_AddArrayToObject(root, "spans");
  for (size_t i = 0; i < bench->span_count; i++) add_span(spans, &bench->spans[i]);
  return cli_json_text(root);
}
