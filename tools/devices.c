/* vtonmetrics devices: which GPUs are there, and why one cannot be used. */
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/json_text.h"
#include "cli/tool.h"
#include "vtonmetrics/device.h"

static const vtm_option options[] = {
    {.name = "json", .type = VTM_OPTION_FLAG, .help = "Print one JSON object instead of text."},
};
static const cli_option_group groups[] = {{"Output", options, sizeof(options) / sizeof(*options)}};

enum { LONGEST_VERSION = 32 };

/* "13.0", "none" */
static const char *cuda_version(int version, char text[LONGEST_VERSION]) {
  if (version == 0)
    (void)snprintf(text, LONGEST_VERSION, "none");
  else
    (void)snprintf(text, LONGEST_VERSION, "%d.%d", version / 1000, version % 1000 / 10);
  return text;
}

static const char *cudnn_version(int version, char text[LONGEST_VERSION]) {
  if (version == 0)
    (void)snprintf(text, LONGEST_VERSION, "none");
  else
    (void)snprintf(text, LONGEST_VERSION, "%d.%d.%d", version / 10000, version % 10000 / 100, version % 100);
  return text;
}

static void print_device(FILE *out, const vtm_device *device) {
  (void)fprintf(out, "%s  %s, compute capability %d.%d", device->name, device->title, device->capability / 10,
                device->capability % 10);
  if (device->memory_total > 0)
    (void)fprintf(out, ", %.1f of %.1f GB free", (double)device->memory_free * 1e-9,
                  (double)device->memory_total * 1e-9);
  (void)fprintf(out, "\n        %s%s\n", device->usable ? "can be used" : "cannot be used: ", device->problem);
}

static char *as_text(const vtm_device_report *report) {
  char *text = NULL;
  size_t size = 0;
  char driver[LONGEST_VERSION];
  char toolkit[LONGEST_VERSION];
  char cudnn[LONGEST_VERSION];
  FILE *out = open_memstream(&text, &size);
  if (out == NULL) return NULL;
  (void)fprintf(out, "module   %s\n", report->module[0] != '\0' ? report->module : "none");
  (void)fprintf(out, "driver   %s%s\n", report->driver > 0 ? "CUDA up to " : "", cuda_version(report->driver, driver));
  (void)fprintf(out, "toolkit  %s\n", cuda_version(report->toolkit, toolkit));
  (void)fprintf(out, "cuDNN    %s\n", cudnn_version(report->cudnn, cudnn));
  if (report->problem[0] != '\0') (void)fprintf(out, "no GPU can be used: %s\n", report->problem);
  for (size_t i = 0; i < report->count; i++) print_device(out, &report->devices[i]);
  if (fclose(out) == 0) return text;
  free(text);
  return NULL;
}

static void add_text(cJSON *object, const char *name, const char *text) {
  (void)cJSON_AddItemToObject(object, name, text[0] != '\0' ? cJSON_CreateString(text) : cJSON_CreateNull());
}

static void add_device(cJSON *list, const vtm_device *device) {
  cJSON *object = cJSON_CreateObject();
  char capability[LONGEST_VERSION];
  (void)snprintf(capability, sizeof(capability), "%d.%d", device->capability / 10, device->capability % 10);
  (void)cJSON_AddStringToObject(object, "device", device->name);
  (void)cJSON_AddStringToObject(object, "title", device->title);
  (void)cJSON_AddStringToObject(object, "compute_capability", capability);
  (void)cJSON_AddNumberToObject(object, "memory_total", (double)device->memory_total);
  (void)cJSON_AddNumberToObject(object, "memory_free", (double)device->memory_free);
  (void)cJSON_AddBoolToObject(object, "usable", device->usable);
  add_text(object, "problem", device->problem);
  (void)cJSON_AddItemToArray(list, object);
}

static char *as_json(const vtm_device_report *report) {
  char driver[LONGEST_VERSION];
  char toolkit[LONGEST_VERSION];
  char cudnn[LONGEST_VERSION];
  cJSON *root = cJSON_CreateObject();
  (void)cJSON_AddStringToObject(root, "schema", "vtonmetrics/devices/1");
  add_text(root, "module", report->module);
  add_text(root, "driver", report->driver > 0 ? cuda_version(report->driver, driver) : "");
  add_text(root, "toolkit", report->toolkit > 0 ? cuda_version(report->toolkit, toolkit) : "");
  add_text(root, "cudnn", report->cudnn > 0 ? cudnn_version(report->cudnn, cudnn) : "");
  add_text(root, "problem", report->problem);
  cJSON *list = cJSON_AddArrayToObject(root, "devices");
  for (size_t i = 0; i < report->count; i++) add_device(list, &report->devices[i]);
  return cli_json_text(root);
}

static int list_devices(cli_session *session) {
  vtm_error error = {.status = VTM_ERROR_MEMORY, .message = "out of memory"};
  vtm_device_report *report = NULL;
  vtm_status status = vtm_device_report_create(&report, &error);
  if (status != VTM_OK) return cli_report_error(session, &error);
  bool usable = false;
  for (size_t i = 0; i < report->count; i++) usable = usable || report->devices[i].usable;
  char *text = cli_command_line_flag(&session->line, "json") ? as_json(report) : as_text(report);
  vtm_device_report_destroy(report);
  status = text != NULL ? cli_write_output(session, NULL, text, &error) : VTM_ERROR_MEMORY;
  free(text);
  if (status != VTM_OK) return cli_report_error(session, &error);
  return usable ? CLI_EXIT_DONE : CLI_EXIT_NO;
}

static const cli_example examples[] = {
    {"vtonmetrics devices", "GPUs, driver, CUDA toolkit and cuDNN, and whether each GPU can be used"},
    {"vtonmetrics devices --json", "the same for programs"},
    {"vtonmetrics fid image/ LADI/ --device cuda:1", "compute on the second of them"},
};

static const cli_tool tool = {.name = "devices",
                              .summary = "which GPUs are there, and why one cannot be used",
                              .description =
                                  "Metrics take the first GPU that can be used and otherwise the processor; "
                                  "--device of a metric chooses another. Exit status 1 means that no GPU can "
                                  "be used.",
                              .groups = groups,
                              .group_count = sizeof(groups) / sizeof(*groups),
                              .examples = examples,
                              .example_count = sizeof(examples) / sizeof(*examples),
                              .run = list_devices};

int main(int argc, char **argv) { return cli_main(&tool, argc, argv); }
