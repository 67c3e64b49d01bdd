/* vtonmetrics bench: what the network's layers cost on this machine, and how exact they are; and what its threads do
 * while a folder of images goes through. */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench_pipeline.h"
#include "cli/json_text.h"
#include "cli/tool.h"
#include "vtonmetrics/tools/bench.h"

static const vtm_option options[] = {
    {.name = "net",
     .type = VTM_OPTION_CHOICE,
     .argument = "NAME",
     .default_value = "inception",
     .choices = "inception|alexnet",
     .help = "The network: Inception v3 at 299x299, or AlexNet's features at 256x256, with made-up weights."},
    {.name = "precision",
     .type = VTM_OPTION_CHOICE,
     .argument = "NAME",
     .default_value = "f32",
     .choices = "f32|bf16x3|bf16",
     .help = "Arithmetic of the network, as for the metrics."},
    {.name = "layers", .type = VTM_OPTION_FLAG, .help = "Print the table of layers: what is done without it, too."},
    {.name = "forms",
     .type = VTM_OPTION_FLAG,
     .help = "Below each layer, all forms that it could be computed in: measured in a run of the network each, and as "
             "modelled, by which one is chosen (*)."},
    {.name = "pipeline",
     .type = VTM_OPTION_TEXT,
     .argument = "DIR",
     .help = "Send the images of DIR through the network, and print what each thread spends its time with: reading and "
             "decoding, resizing, the network, waiting; and the first of it as a timeline."},
    {.name = "exact", .type = VTM_OPTION_FLAG, .help = "Direct convolution, and all 24 bits of each factor."},
    {.name = "seconds",
     .type = VTM_OPTION_INTEGER,
     .argument = "N",
     .default_value = "3",
     .minimum = 1,
     .maximum = 600,
     .help = "How long to measure; each layer's best time counts."},
    {.name = "json", .type = VTM_OPTION_FLAG, .help = "Print one JSON object instead of a table."},
};
static const cli_option_group own_options = {"Measuring", options, sizeof(options) / sizeof(*options)};

static void print_layer(FILE *out, const vtm_bench_layer *layer) {
  char shape[64];
  char kernel[32];
  (void)snprintf(shape, sizeof(shape), "%d->%d", layer->in_channels, layer->out_channels);
  (void)snprintf(kernel, sizeof(kernel), "%dx%d/%d", layer->kernel_height, layer->kernel_width, layer->stride);
  (void)fprintf(out, "  %-24s %-11s %-7s %3dx%-3d  %-15s", layer->name, shape, kernel, layer->height, layer->width,
                layer->form);
  if (layer->gflop > 0)
    (void)fprintf(out, " %6.3f", layer->gflop);
  else
    (void)fprintf(out, " %6s", "");
  (void)fprintf(out, " %7.3f %5.1f", layer->seconds * 1e3, layer->share * 100);
  if (layer->peak_share > 0) (void)fprintf(out, " %5.0f", layer->peak_share * 100);
  if (layer->gflop > 0) (void)fprintf(out, "%*s%.1e", layer->peak_share > 0 ? 2 : 8, "", layer->error);
  (void)fputc('\n', out);
}

static void print_forms(FILE *out, const vtm_bench_layer *layer) {
  for (size_t i = 0; i < layer->form_count; i++) {
    const vtm_bench_form *form = &layer->forms[i];
    (void)fprintf(out, "  %54s %c %-15s %14.3f ms, modelled %.3f, error %.1e\n", "", form->chosen ? '*' : ' ',
                  form->name, form->seconds * 1e3, form->modelled * 1e3, form->error);
  }
}

static char *as_text(const vtm_bench *bench, const char *device) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  if (out == NULL) return NULL;
  (void)fprintf(out, "%s, %s, one thread of %s", bench->network, bench->precision, device);
  if (bench->peak > 0) (void)fprintf(out, ", which forms %.0f G products a second at most", bench->peak * 1e-9);
  (void)fprintf(out, "\n\n  %-24s %-11s %-7s %-7s  %-15s %6s %7s %5s %5s  %s\n", "layer", "channels", "kernel",
                "output", "form", "GFLOP", "ms", "%", "peak%", "error");
  for (size_t i = 0; i < bench->layer_count; i++) {
    print_layer(out, &bench->layers[i]);
    print_forms(out, &bench->layers[i]);
  }
  (void)fprintf(out, "\n%.2f ms an image: %.1f images a second and thread\n", bench->seconds * 1e3, 1 / bench->seconds);
  if (fclose(out) == 0) return text;
  free(text);
  return NULL;
}

static void add_forms(cJSON *object, const vtm_bench_layer *layer) {
  static const char *const works[VTM_BENCH_WORKS] = {"products", "tiles", "transforms", "weights"};
  cJSON *list = cJSON_AddArrayToObject(object, "forms");
  for (size_t i = 0; i < layer->form_count; i++) {
    const vtm_bench_form *form = &layer->forms[i];
    cJSON *item = cJSON_CreateObject();
    (void)cJSON_AddStringToObject(item, "form", form->name);
    (void)cJSON_AddBoolToObject(item, "chosen", form->chosen);
    (void)cJSON_AddNumberToObject(item, "seconds", form->seconds);
    (void)cJSON_AddNumberToObject(item, "modelled", form->modelled);
    if (isfinite(form->error)) (void)cJSON_AddNumberToObject(item, "error", form->error);
    cJSON *work = cJSON_AddObjectToObject(item, "work");
    for (size_t j = 0; j < VTM_BENCH_WORKS; j++) (void)cJSON_AddNumberToObject(work, works[j], form->work[j]);
    (void)cJSON_AddItemToArray(list, item);
  }
}

static void add_layer(cJSON *list, const vtm_bench_layer *layer) {
  cJSON *object = cJSON_CreateObject();
  (void)cJSON_AddStringToObject(object, "layer", layer->name);
  (void)cJSON_AddNumberToObject(object, "in_channels", layer->in_channels);
  (void)cJSON_AddNumberToObject(object, "out_channels", layer->out_channels);
  (void)cJSON_AddNumberToObject(object, "kernel_height", layer->kernel_height);
  (void)cJSON_AddNumberToObject(object, "kernel_width", layer->kernel_width);
  (void)cJSON_AddNumberToObject(object, "stride", layer->stride);
  (void)cJSON_AddNumberToObject(object, "height", layer->height);
  (void)cJSON_AddNumberToObject(object, "width", layer->width);
  (void)cJSON_AddStringToObject(object, "form", layer->form);
  (void)cJSON_AddNumberToObject(object, "gflop", layer->gflop);
  (void)cJSON_AddNumberToObject(object, "seconds", layer->seconds);
  (void)cJSON_AddNumberToObject(object, "share", layer->share);
  if (layer->peak_share > 0) (void)cJSON_AddNumberToObject(object, "peak_share", layer->peak_share);
  if (layer->gflop > 0 && isfinite(layer->error)) (void)cJSON_AddNumberToObject(object, "error", layer->error);
  if (layer->form_count > 0) add_forms(object, layer);
  (void)cJSON_AddItemToArray(list, object);
}

static char *as_json(const vtm_bench *bench, const char *device) {
  cJSON *root = cJSON_CreateObject();
  (void)cJSON_AddStringToObject(root, "schema", "vtonmetrics/bench/1");
  (void)cJSON_AddStringToObject(root, "network", bench->network);
  (void)cJSON_AddStringToObject(root, "precision", bench->precision);
  (void)cJSON_AddStringToObject(root, "device", device);
  if (bench->peak > 0) (void)cJSON_AddNumberToObject(root, "peak", bench->peak);
  (void)cJSON_AddNumberToObject(root, "seconds", bench->seconds);
  cJSON *layers = cJSON_AddArrayToObject(root, "layers");
  for (size_t i = 0; i < bench->layer_count; i++) add_layer(layers, &bench->layers[i]);
  return cli_json_text(root);
}

/* The value given for an option, or its default. */
static const char *option_or_default(const cli_session *session, const char *name) {
  const char *given = cli_command_line_value(&session->line, name);
  for (size_t i = 0; i < own_options.count && given == NULL; i++)
    if (strcmp(options[i].name, name) == 0) given = options[i].default_value;
  return given;
}

static vtm_status bench_layers(cli_session *session, char **text, vtm_error *error) {
  const vtm_bench_options wanted = {.network = option_or_default(session, "net"),
                                    .precision = option_or_default(session, "precision"),
                                    .exact = cli_command_line_flag(&session->line, "exact"),
                                    .forms = cli_command_line_flag(&session->line, "forms"),
                                    .seconds = strtod(option_or_default(session, "seconds"), NULL)};
  const char *device = vtm_context_device(session->context);
  vtm_bench *bench = NULL;
  const vtm_status status = vtm_bench_layers(session->context, &wanted, &bench, error);
  if (status != VTM_OK) return status;
  *text = cli_command_line_flag(&session->line, "json") ? as_json(bench, device) : as_text(bench, device);
  vtm_bench_destroy(bench);
  return VTM_OK;
}

static vtm_status bench_pipeline(cli_session *session, const char *folder, char **text, vtm_error *error) {
  const vtm_bench_pipeline_options wanted = {.network = option_or_default(session, "net"),
                                             .precision = option_or_default(session, "precision"),
                                             .exact = cli_command_line_flag(&session->line, "exact"),
                                             .folder = folder};
  const char *device = vtm_context_device(session->context);
  vtm_bench_pipeline *bench = NULL;
  const vtm_status status = vtm_bench_folder(session->context, &wanted, &bench, error);
  if (status != VTM_OK) return status;
  *text = cli_command_line_flag(&session->line, "json") ? bench_pipeline_json(bench, device)
                                                        : bench_pipeline_text(bench, device);
  vtm_bench_pipeline_destroy(bench);
  return VTM_OK;
}

static int run_bench(cli_session *session) {
  vtm_error error = {0};
  char *text = NULL;
  const char *folder = cli_command_line_value(&session->line, "pipeline");
  vtm_status status = VTM_OK;
  if (folder != NULL && cli_command_line_flag(&session->line, "layers"))
    status = cli_fail(&error, VTM_ERROR_USAGE, "--layers and --pipeline are two tables: choose one");
  if (status == VTM_OK) status = cli_create_context(session, &error);
  if (status == VTM_OK)
    status = folder != NULL ? bench_pipeline(session, folder, &text, &error) : bench_layers(session, &text, &error);
  if (status == VTM_OK && text == NULL) status = cli_fail(&error, VTM_ERROR_MEMORY, "out of memory");
  if (status == VTM_OK) status = cli_write_output(session, NULL, text, &error);
  free(text);
  return status == VTM_OK ? CLI_EXIT_DONE : cli_report_error(session, &error);
}

static const cli_example examples[] = {
    {"vtonmetrics bench --layers", "Inception's layers on one thread"},
    {"vtonmetrics bench --net alexnet --precision bf16", "AlexNet's, with factors of 8 bits"},
    {"vtonmetrics bench --cpu-mask amx", "without the processor's matrix tiles"},
    {"vtonmetrics bench --forms --cpu-mask amx", "which forms there are, and whether the best are chosen"},
    {"vtonmetrics bench --pipeline image/", "whether the network waits for files"},
};

static const cli_section sections[] = {
    {.heading = "What the columns mean",
     .text = "form: how the convolution is computed: direct, in so many products of bf16 parts, or in the tiles of a "
             "Cook-Toom form such as F(4,3). GFLOP: of direct convolution. ms: an image on one thread, where several "
             "images go through a layer together their share. peak%: products formed, of what one thread could form, "
             "measured by the same command. error: rms of 200 outputs against double precision on the same input, over "
             "their standard deviation."}};

int main(int argc, char **argv) {
  const cli_option_group groups[] = {own_options, cli_processor_options};
  const cli_tool tool = {.name = "bench",
                         .summary = "the time of each layer of the network on this machine, and its error",
                         .description = "Needs no weights, and images only for --pipeline. Run it on an idle machine.",
                         .groups = groups,
                         .group_count = sizeof(groups) / sizeof(*groups),
                         .sections = sections,
                         .section_count = sizeof(sections) / sizeof(*sections),
                         .examples = examples,
                         .example_count = sizeof(examples) / sizeof(*examples),
                         .run = run_bench};
  return cli_main(&tool, argc, argv);
}
