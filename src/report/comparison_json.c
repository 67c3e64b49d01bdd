#include "report/comparison_json.h"
#include "report/json_builder.h"
#include "report/result_json.h"

static cJSON *ranking_item(vtm_json_builder *build, const vtm_scores_group *group) {
  cJSON *array = vtm_json_checked(build, cJSON_CreateArray());
  for (size_t i = 0; i < group->result->row_count && !build->failed; i++) {
    cJSON *entry = vtm_json_checked(build, cJSON_CreateObject());
    if (entry == NULL) break;
    vtm_json_put(build, entry, "rank", vtm_json_count(group->rank[i]));
    vtm_json_put(build, entry, "name", vtm_json_text(group->result->rows[group->order[i]].name));
    vtm_json_put(build, array, NULL, entry);
  }
  return array;
}

static cJSON *sentences_item(vtm_json_builder *build, vtm_ranked_scores *ranked, const vtm_scores_group *group) {
  cJSON *array = vtm_json_checked(build, cJSON_CreateArray());
  for (size_t k = 0; k < group->said_count && !build->failed; k++)
    vtm_json_put(build, array, NULL, vtm_json_text(vtm_ranked_scores_sentence(ranked, group, k)));
  return array;
}

static void put_task(vtm_json_builder *build, cJSON *object, vtm_ranked_scores *ranked, size_t task) {
  const vtm_comparison *comparison = ranked->scores->tasks[task].comparison;
  vtm_json_put(build, object, "reference", vtm_json_text(comparison->reference));
  vtm_json_put(build, object, "notes", vtm_json_texts(build, comparison->notes, comparison->note_count));
  cJSON *metrics = vtm_json_checked(build, cJSON_CreateArray());
  size_t first = 0;
  for (size_t t = 0; t < task; t++) first += ranked->scores->tasks[t].comparison->result_count;
  for (size_t i = 0; i < comparison->result_count && !build->failed; i++) {
    const vtm_scores_group *group = &ranked->groups[first + i];
    cJSON *entry = vtm_json_checked(build, cJSON_CreateObject());
    if (entry == NULL) break;
    vtm_json_put_result(build, entry, group->result);
    vtm_json_put(build, entry, "ranking", ranking_item(build, group));
    vtm_json_put(build, entry, "sentences", sentences_item(build, ranked, group));
    vtm_json_put(build, metrics, NULL, entry);
  }
  vtm_json_put(build, object, "metrics", metrics);
}

static void put_tasks(vtm_json_builder *build, cJSON *root, vtm_ranked_scores *ranked) {
  cJSON *tasks = vtm_json_checked(build, cJSON_CreateArray());
  for (size_t t = 0; t < ranked->scores->task_count && !build->failed; t++) {
    cJSON *object = vtm_json_checked(build, cJSON_CreateObject());
    if (object == NULL) break;
    vtm_json_put(build, object, "name", vtm_json_text(ranked->scores->tasks[t].name));
    put_task(build, object, ranked, t);
    vtm_json_put(build, tasks, NULL, object);
  }
  vtm_json_put(build, root, "tasks", tasks);
}

void vtm_comparison_json(vtm_ranked_scores *ranked, const vtm_report_options *options, vtm_text *text) {
  (void)options;
  const vtm_scores *scores = ranked->scores;
  vtm_json_builder build = {0};
  cJSON *root = vtm_json_document(&build);
  if (scores->task_count == 1 && *scores->tasks[0].name == '\0')
    put_task(&build, root, ranked, 0);
  else
    put_tasks(&build, root, ranked);
  cJSON *seconds = scores->seconds_count > 0 ? vtm_json_checked(&build, cJSON_CreateObject()) : NULL;
  for (size_t i = 0; i < scores->seconds_count && !build.failed; i++)
    vtm_json_put(&build, seconds, scores->seconds[i].name, vtm_json_number(scores->seconds[i].value));
  if (seconds != NULL) vtm_json_put(&build, root, "seconds_per_image", seconds);
  if (vtm_json_print(&build, root, text, NULL) != VTM_OK) text->failed = true;
}
