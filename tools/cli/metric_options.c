#include "cli/metric_options.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What makes no sense for several metrics and models at once. */
static const char *const withheld[] = {"save-stats", "save-features"};

/* Where a comparison has another default than a single score. */
static const vtm_option changed[] = {
    {.name = "interval",
     .type = VTM_OPTION_FLAG,
     .default_value = "true",
     .help = "Give a 95 % confidence interval for each score and each difference. On unless --no-interval is given."},
};

static bool is_withheld(const char *name) {
  for (size_t i = 0; i < sizeof(withheld) / sizeof(*withheld); i++)
    if (strcmp(withheld[i], name) == 0) return true;
  return false;
}

static const vtm_option *find_metric_option(const vtm_metric_info *metric, const char *name) {
  for (size_t i = 0; i < metric->option_count; i++)
    if (strcmp(metric->options[i].name, name) == 0) return &metric->options[i];
  return NULL;
}

typedef enum sharing { ALONE, SHARED_FIRST, SHARED_AGAIN, CONFLICT_FIRST, CONFLICT_AGAIN } sharing;

static sharing sharing_of(size_t metric, const vtm_option *option) {
  bool alone = true;
  bool first = true;
  bool alike = true;
  for (size_t m = 0; m < vtm_metric_count(); m++) {
    const vtm_option *other = m != metric ? find_metric_option(vtm_metric_at(m), option->name) : NULL;
    if (other == NULL) continue;
    alone = false;
    first = first && m > metric;
    alike = alike && !option->own;
  }
  if (alone) return ALONE;
  return alike ? (first ? SHARED_FIRST : SHARED_AGAIN) : (first ? CONFLICT_FIRST : CONFLICT_AGAIN);
}

static void add_metric_option(cli_metric_options *all, const vtm_option *option, const char *name, bool shown,
                              const cli_metric_option_source *source) {
  vtm_option *added = &all->options[all->count];
  *added = *option;
  for (size_t i = 0; i < sizeof(changed) / sizeof(*changed); i++)
    if (strcmp(changed[i].name, option->name) == 0) *added = changed[i];
  added->name = name;
  if (!shown) added->help = NULL;
  all->sources[all->count++] = *source;
}

static vtm_status add_both(cli_metric_options *all, size_t metric, const vtm_option *option, vtm_error *error) {
  const vtm_metric_info *info = vtm_metric_at(metric);
  const sharing kind = sharing_of(metric, option);
  const bool conflict = kind == CONFLICT_FIRST || kind == CONFLICT_AGAIN;
  char *name = strdup(option->name);
  char *longer = NULL;
  if (name == NULL || asprintf(&longer, "%s-%s", info->name, option->name) < 0) {
    free(name);
    return cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
  }
  if (kind == SHARED_AGAIN || kind == CONFLICT_AGAIN)
    free(name);
  else
    add_metric_option(all, option, name, !conflict, &(cli_metric_option_source){NULL, option->name, conflict});
  add_metric_option(all, option, longer, conflict, &(cli_metric_option_source){info, option->name, false});
  return VTM_OK;
}

vtm_status cli_metric_options_open(cli_metric_options *all, vtm_error *error) {
  size_t most = 1;
  for (size_t m = 0; m < vtm_metric_count(); m++) most += 2 * vtm_metric_at(m)->option_count;
  *all = (cli_metric_options){.options = calloc(most, sizeof(*all->options)),
                              .sources = calloc(most, sizeof(*all->sources))};
  if (all->options == NULL || all->sources == NULL) return cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
  vtm_status status = VTM_OK;
  for (size_t m = 0; m < vtm_metric_count(); m++)
    for (size_t i = 0; i < vtm_metric_at(m)->option_count && status == VTM_OK; i++)
      if (!is_withheld(vtm_metric_at(m)->options[i].name))
        status = add_both(all, m, &vtm_metric_at(m)->options[i], error);
  return status;
}

void cli_metric_options_close(cli_metric_options *all) {
  for (size_t i = 0; i < all->count; i++) free((void *)(uintptr_t)all->options[i].name);
  free(all->options);
  free(all->sources);
  *all = (cli_metric_options){0};
}

/* NULL for an option that is no metric's. */
static const cli_metric_option_source *source_of(const cli_metric_options *all, const vtm_option *option) {
  return option >= all->options && option < all->options + all->count ? &all->sources[option - all->options] : NULL;
}

static bool option_concerns(const cli_metric_option_source *source, const vtm_metric_info *metric) {
  return source->metric != NULL ? source->metric == metric : find_metric_option(metric, source->name) != NULL;
}

vtm_status cli_metric_options_apply(const cli_metric_options *all, const cli_command_line *line, vtm_settings *settings,
                                    vtm_error *error) {
  const vtm_metric_info *metric = vtm_settings_info(settings);
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < line->given_count && status == VTM_OK; i++) {
    const cli_metric_option_source *source = source_of(all, line->given[i].option);
    if (source != NULL && option_concerns(source, metric))
      status = vtm_settings_set(settings, source->name, line->given[i].value, error);
  }
  return status;
}

/* An option of which each metric has its own is clear where one of the metrics compared has it. */
static vtm_status check_ambiguous(const char *name, vtm_settings *const *settings, size_t count, vtm_error *error) {
  char forms[512] = "";
  size_t found = 0;
  for (size_t m = 0, used = 0; m < count && used < sizeof(forms); m++) {
    const vtm_metric_info *info = vtm_settings_info(settings[m]);
    if (find_metric_option(info, name) == NULL) continue;
    used += (size_t)snprintf(forms + used, sizeof(forms) - used, "%s--%s-%s", used > 0 ? " or " : "", info->name, name);
    found++;
  }
  if (found < 2) return VTM_OK;
  return cli_fail(error, VTM_ERROR_USAGE, "--%s: ambiguous, each metric has its own: %s", name, forms);
}

vtm_status cli_metric_options_check(const cli_metric_options *all, const cli_command_line *line,
                                    vtm_settings *const *settings, size_t count, vtm_error *error) {
  for (size_t i = 0; i < line->given_count; i++) {
    const cli_metric_option_source *source = source_of(all, line->given[i].option);
    if (source == NULL) continue;
    const vtm_status status = source->ambiguous ? check_ambiguous(source->name, settings, count, error) : VTM_OK;
    if (status != VTM_OK) return status;
    bool used = false;
    for (size_t m = 0; m < count; m++) used = used || option_concerns(source, vtm_settings_info(settings[m]));
    if (!used)
      return cli_fail(error, VTM_ERROR_USAGE, "--%s: has no effect: none of the compared metrics has it",
                      line->given[i].option->name);
  }
  return VTM_OK;
}
