/* score_folders METRIC REFERENCE GENERATED...: scores folders through the installed library.
 *
 *   cc score_folders.c $(pkg-config --cflags --libs vtonmetrics) -o score_folders
 *   ./score_folders lpips image/ LADI/
 */
#include <stdio.h>

#include <vtonmetrics/vtonmetrics.h>

static void print_progress(void *user, const vtm_progress *progress) {
  (void)user;
  fprintf(stderr, "%s: %zu of %zu\n", progress->stage, progress->done, progress->total);
}

static int fail(const vtm_error *error) {
  fprintf(stderr, "score_folders: %s\n", error->message);
  return 1;
}

static int score(vtm_context *context, const char *metric, const char *reference, const char *const *generated,
                 size_t count) {
  vtm_error error = {0};
  vtm_settings *settings = NULL;
  vtm_result *result = NULL;
  vtm_status status = vtm_settings_create(metric, &settings, &error);
  if (status == VTM_OK && vtm_metric_find(metric) != NULL && *metric == 'f')
    status = vtm_settings_set(settings, "protocol", "alexnet", &error); /* needs no download */
  if (status == VTM_OK) status = vtm_score(context, settings, reference, generated, count, &result, &error);
  vtm_settings_destroy(settings);
  if (status != VTM_OK) return fail(&error);
  for (size_t i = 0; i < result->row_count; i++) {
    const vtm_score_row *row = vtm_result_row(result, i);
    printf("%s %s %.7f\n", result->label, row->name, row->value);
  }
  vtm_result_destroy(result);
  return 0;
}

int main(int argc, char **argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: score_folders METRIC REFERENCE GENERATED...\n");
    return 2;
  }
  vtm_error error = {0};
  vtm_context *context = NULL;
  const vtm_context_options options = {.struct_size = sizeof(options), .progress = print_progress};
  if (vtm_context_create(&options, &context, &error) != VTM_OK) return fail(&error);
  const int result = score(context, argv[1], argv[2], (const char *const *)argv + 3, (size_t)argc - 3);
  vtm_context_destroy(context);
  return result;
}
