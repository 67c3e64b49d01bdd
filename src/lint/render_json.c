/* A lint report as one JSON object, and as SARIF 2.1.0 for code review systems. Text that is not UTF-8
 * cannot be in JSON: such bytes are written \xNN, as in messages. */
#include "lint/render_json.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "lint/render_common.h"

#define SARIF_SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"
#define SARIF_BASE "%SRCROOT%"

/* `failed` is set when memory runs out; later calls do nothing then. */
typedef struct json_writer {
  cJSON *root;
  bool failed;
} json_writer;

static cJSON *check_added(json_writer *writer, const cJSON *item) {
  if (item == NULL) writer->failed = true;
  return (cJSON *)(uintptr_t)item;
}

static void add_text(json_writer *writer, cJSON *object, const char *name, const char *value) {
  if (writer->failed) return;
  if (value == NULL) {
    (void)check_added(writer, cJSON_AddNullToObject(object, name));
    return;
  }
  char *printable = vtm_lint_printable(value, NULL);
  if (printable == NULL)
    writer->failed = true;
  else
    (void)check_added(writer, cJSON_AddStringToObject(object, name, printable));
  free(printable);
}

static void add_count(json_writer *writer, cJSON *object, const char *name, size_t value) {
  if (!writer->failed) (void)check_added(writer, cJSON_AddNumberToObject(object, name, (double)value));
}

static cJSON *add_object(json_writer *writer, cJSON *object, const char *name) {
  return writer->failed ? NULL : check_added(writer, cJSON_AddObjectToObject(object, name));
}

static cJSON *add_array(json_writer *writer, cJSON *object, const char *name) {
  return writer->failed ? NULL : check_added(writer, cJSON_AddArrayToObject(object, name));
}

static cJSON *append_object(json_writer *writer, cJSON *array) {
  if (writer->failed) return NULL;
  cJSON *object = check_added(writer, cJSON_CreateObject());
  if (object != NULL && !cJSON_AddItemToArray(array, object)) {
    cJSON_Delete(object);
    writer->failed = true;
    return NULL;
  }
  return object;
}

static void add_element(json_writer *writer, cJSON *array, const char *value) {
  char *printable = writer->failed ? NULL : vtm_lint_printable(value, NULL);
  cJSON *item = printable != NULL ? cJSON_CreateString(printable) : NULL;
  free(printable);
  if (item == NULL || !cJSON_AddItemToArray(array, item)) {
    cJSON_Delete(item);
    writer->failed = true;
  }
}

static vtm_status print_json(json_writer *writer, vtm_text *text, vtm_error *error) {
  char *printed = writer->failed ? NULL : cJSON_Print(writer->root);
  cJSON_Delete(writer->root);
  if (printed == NULL) return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory while writing JSON");
  vtm_text_append(text, printed);
  vtm_text_append(text, "\n");
  cJSON_free(printed);
  return VTM_OK;
}

static void add_finding(json_writer *writer, cJSON *array, const vtm_lint_finding *finding) {
  cJSON *object = append_object(writer, array);
  if (object == NULL) return;
  add_text(writer, object, "rule", finding->rule->id);
  add_text(writer, object, "severity", vtm_lint_severity_name(finding->rule->severity));
  add_text(writer, object, "path", finding->path);
  if (finding->line > 0) add_count(writer, object, "line", finding->line);
  if (finding->other != NULL) add_text(writer, object, "other", finding->other);
  add_text(writer, object, "message", finding->message);
  cJSON *more = finding->more_count > 0 ? add_array(writer, object, "more") : NULL;
  for (size_t i = 0; i < finding->more_count && more != NULL; i++) add_element(writer, more, finding->more[i]);
}

static void add_rule_counts(json_writer *writer, const vtm_lint_result *result) {
  cJSON *rules = add_array(writer, writer->root, "rules");
  for (size_t i = 0; i < result->count_count && !writer->failed; i++) {
    cJSON *rule = append_object(writer, rules);
    if (rule == NULL) return;
    add_text(writer, rule, "id", result->counts[i].rule->id);
    add_text(writer, rule, "severity", vtm_lint_severity_name(result->counts[i].rule->severity));
    add_count(writer, rule, "count", result->counts[i].count);
    add_text(writer, rule, "reason", result->counts[i].rule->reason);
    add_text(writer, rule, "fix", result->counts[i].rule->fix);
  }
}

vtm_status vtm_lint_render_json(const vtm_lint_result *result, const vtm_lint_report_options *options, vtm_text *text,
                                vtm_error *error) {
  json_writer writer = {.root = cJSON_CreateObject()};
  (void)check_added(&writer, writer.root);
  cJSON *root = writer.root;
  add_text(&writer, root, "schema", "vtonmetrics/dataset-lint/2");
  add_text(&writer, root, "dataset", result->dataset);
  add_text(&writer, root, "layout", result->layout);
  add_text(&writer, root, "layout_reason", result->layout_reason);
  if (!writer.failed) (void)check_added(&writer, cJSON_AddBoolToObject(root, "quick", result->quick));
  add_count(&writer, root, "files", result->files);
  add_count(&writer, root, "errors", result->errors);
  add_count(&writer, root, "warnings", result->warnings);
  add_count(&writer, root, "ignored", result->ignored);
  cJSON *notes = add_array(&writer, root, "notes");
  for (size_t i = 0; i < result->note_count && notes != NULL; i++) add_element(&writer, notes, result->notes[i]);
  add_rule_counts(&writer, result);
  cJSON *findings = add_array(&writer, root, "findings");
  const size_t shown = vtm_lint_shown(result, options);
  for (size_t i = 0; i < shown && !writer.failed; i++) add_finding(&writer, findings, &result->findings[i]);
  return print_json(&writer, text, error);
}

/* ---- SARIF ---- */

static void add_message(json_writer *writer, cJSON *object, const char *name, const char *message) {
  cJSON *holder = add_object(writer, object, name);
  if (holder != NULL) add_text(writer, holder, "text", message);
}

static void add_sarif_rules(json_writer *writer, cJSON *driver, const vtm_lint_result *result) {
  cJSON *rules = add_array(writer, driver, "rules");
  for (size_t i = 0; i < result->count_count && !writer->failed; i++) {
    const vtm_lint_rule_info *info = result->counts[i].rule;
    cJSON *rule = append_object(writer, rules);
    if (rule == NULL) return;
    add_text(writer, rule, "id", info->id);
    add_message(writer, rule, "shortDescription", info->reason);
    add_message(writer, rule, "help", info->fix);
    cJSON *configuration = add_object(writer, rule, "defaultConfiguration");
    if (configuration != NULL) add_text(writer, configuration, "level", vtm_lint_severity_name(info->severity));
  }
}

/* Everything but unreserved characters and slashes as %NN. */
static char *uri_of(const char *beginning, const char *path) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  vtm_text uri = {0};
  vtm_text_append(&uri, beginning);
  for (const char *c = path; *c != '\0'; c++) {
    if (strchr(plain, *c) != NULL)
      vtm_text_append_bytes(&uri, c, 1);
    else
      vtm_text_format(&uri, "%%%02X", (unsigned)(unsigned char)*c);
  }
  return vtm_text_take(&uri, NULL);
}

/* Relative to the working folder, which a CI server has as the root of the checkout; what lies outside has no place in
 * it. */
static void add_sarif_location(json_writer *writer, cJSON *locations, const char *path, size_t line) {
  cJSON *location = append_object(writer, locations);
  if (location == NULL) return;
  cJSON *physical = add_object(writer, location, "physicalLocation");
  cJSON *artifact = physical != NULL ? add_object(writer, physical, "artifactLocation") : NULL;
  if (artifact == NULL) return;
  char *plain = path != NULL ? vtm_path_from_here(path, NULL) : NULL;
  const bool outside = plain != NULL && plain[0] == '/';
  char *uri = plain != NULL ? uri_of(outside ? "file://" : "", plain) : NULL;
  if (uri == NULL) writer->failed = true;
  add_text(writer, artifact, "uri", uri);
  if (!outside) add_text(writer, artifact, "uriBaseId", SARIF_BASE);
  free(uri);
  free(plain);
  cJSON *region = line > 0 ? add_object(writer, physical, "region") : NULL;
  if (region != NULL) add_count(writer, region, "startLine", line);
}

/* Without its address, which is that of this machine: the reader knows where the checkout is. */
static void add_sarif_base(json_writer *writer, cJSON *run) {
  cJSON *bases = add_object(writer, run, "originalUriBaseIds");
  cJSON *base = bases != NULL ? add_object(writer, bases, SARIF_BASE) : NULL;
  if (base != NULL) add_message(writer, base, "description", "The folder in which the program was run.");
}

static void add_sarif_result(json_writer *writer, cJSON *results, const vtm_lint_result *result,
                             const vtm_lint_finding *finding) {
  cJSON *object = append_object(writer, results);
  if (object == NULL) return;
  char *path = vtm_lint_working_path(result, finding->path, finding->path_of_results);
  char *other =
      finding->other != NULL ? vtm_lint_working_path(result, finding->other, finding->other_of_results) : NULL;
  add_text(writer, object, "ruleId", finding->rule->id);
  add_text(writer, object, "level", vtm_lint_severity_name(finding->rule->severity));
  add_message(writer, object, "message", finding->message);
  cJSON *locations = add_array(writer, object, "locations");
  if (locations != NULL) add_sarif_location(writer, locations, path, finding->line);
  cJSON *related = finding->other != NULL ? add_array(writer, object, "relatedLocations") : NULL;
  if (related != NULL) add_sarif_location(writer, related, other, 0);
  free(path);
  free(other);
}

vtm_status vtm_lint_render_sarif(const vtm_lint_result *result, const vtm_lint_report_options *options, vtm_text *text,
                                 vtm_error *error) {
  json_writer writer = {.root = cJSON_CreateObject()};
  (void)check_added(&writer, writer.root);
  add_text(&writer, writer.root, "$schema", SARIF_SCHEMA);
  add_text(&writer, writer.root, "version", "2.1.0");
  cJSON *runs = add_array(&writer, writer.root, "runs");
  cJSON *run = append_object(&writer, runs);
  cJSON *tool = run != NULL ? add_object(&writer, run, "tool") : NULL;
  cJSON *driver = tool != NULL ? add_object(&writer, tool, "driver") : NULL;
  if (driver != NULL) {
    add_text(&writer, driver, "name", "vtonmetrics dataset-lint");
    if (options->version != NULL) add_text(&writer, driver, "version", options->version);
    add_sarif_rules(&writer, driver, result);
    add_sarif_base(&writer, run);
    cJSON *results = add_array(&writer, run, "results");
    const size_t shown = vtm_lint_shown(result, options);
    for (size_t i = 0; i < shown && !writer.failed; i++)
      add_sarif_result(&writer, results, result, &result->findings[i]);
  }
  return print_json(&writer, text, error);
}
