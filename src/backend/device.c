#include "backend/device.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "vtonmetrics/device.h"

#define MODULE_FILE "vtonmetrics_cuda.so"

/* ---- the module ---- */

/* The folder of the library, or of the program that it is linked into. */
static bool own_folder(char folder[PATH_MAX]) {
  Dl_info self;
  if (dladdr(MODULE_FILE, &self) == 0 || self.dli_fname == NULL) return false;
  /* for a program the loader gives what it was started as, which may be relative */
  if (realpath(self.dli_fname[0] == '/' ? self.dli_fname : "/proc/self/exe", folder) == NULL) return false;
  char *slash = strrchr(folder, '/');
  if (slash != NULL) *slash = '\0';
  return slash != NULL;
}

/* The environment's, else beside the program, else beside the library, else where it was installed. */
static bool find_module(char path[PATH_MAX]) {
  const char *named = getenv("VTONMETRICS_CUDA_MODULE");
  if (named != NULL && named[0] != '\0') return snprintf(path, PATH_MAX, "%s", named) < PATH_MAX;
  char folder[PATH_MAX];
  static const char *const beside[] = {"/" VTM_MODULE_FROM_PROGRAM, "/vtonmetrics"};
  for (size_t i = 0; own_folder(folder) && i < sizeof(beside) / sizeof(*beside); i++)
    if (snprintf(path, PATH_MAX, "%s%s/" MODULE_FILE, folder, beside[i]) < PATH_MAX && access(path, R_OK) == 0)
      return true;
  return snprintf(path, PATH_MAX, "%s", VTM_INSTALLED_MODULE_DIR "/" MODULE_FILE) < PATH_MAX && access(path, R_OK) == 0;
}

/* NULL with the reason in *error. A module stays open: the libraries that it uses cannot be closed. */
static const vtm_module *open_module(const char *path, vtm_error *error) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == NULL) {
    const char *reason = dlerror();
    (void)vtm_fail(error, VTM_ERROR_UNSUPPORTED, "the CUDA module cannot be loaded: %s",
                   reason != NULL ? reason : path);
    return NULL;
  }
  void *symbol = dlsym(library, VTM_MODULE_SYMBOL);
  vtm_module_function function = NULL;
  memcpy(&function, &symbol, sizeof(symbol)); /* C has no cast from a pointer to data to one to a function */
  const vtm_module *module = function != NULL ? function() : NULL;
  if (module == NULL) {
    (void)vtm_fail(error, VTM_ERROR_UNSUPPORTED, "%s: is no module of vtonmetrics", path);
    return NULL;
  }
  if (module->abi != VTM_MODULE_ABI) {
    (void)vtm_fail(error, VTM_ERROR_UNSUPPORTED,
                   "%s: has interface %u, this program needs %d: install both from one build", path,
                   (unsigned)module->abi, VTM_MODULE_ABI);
    return NULL;
  }
  if (strcmp(module->version, VTM_VERSION) != 0) {
    (void)vtm_fail(error, VTM_ERROR_UNSUPPORTED,
                   "%s: belongs to vtonmetrics %s, this is %s: install both from one build", path, module->version,
                   VTM_VERSION);
    return NULL;
  }
  return module;
}

/* ---- devices ---- */

static void judge_device(const vtm_module *module, const vtm_module_device *from, vtm_device *to) {
  if (from->problem[0] != '\0')
    (void)snprintf(to->problem, sizeof(to->problem), "%s", from->problem);
  else if (from->capability < module->least_capability)
    (void)snprintf(to->problem, sizeof(to->problem), "compute capability %d.%d, %d.%d or later is needed",
                   from->capability / 10, from->capability % 10, module->least_capability / 10,
                   module->least_capability % 10);
  to->usable = to->problem[0] == '\0';
}

static vtm_status list_devices(const vtm_module *module, int count, bool open, vtm_device_report *report,
                               vtm_error *error) {
  report->devices = vtm_allocate((size_t)count, sizeof(*report->devices), error);
  if (report->devices == NULL) return VTM_ERROR_MEMORY;
  report->count = (size_t)count;
  for (int i = 0; i < count; i++) {
    vtm_module_device from = {0};
    vtm_device *to = &report->devices[i];
    module->describe(i, open, &from);
    (void)snprintf(to->name, sizeof(to->name), "cuda:%d", i);
    (void)snprintf(to->title, sizeof(to->title), "%s", from.title);
    to->capability = from.capability;
    to->memory_total = from.memory_total;
    to->memory_free = from.memory_free;
    judge_device(module, &from, to);
  }
  return VTM_OK;
}

/* *module: NULL when no device can be used at all. */
static vtm_status look(vtm_device_report *report, bool open, const vtm_module **module_out, vtm_error *error) {
  *module_out = NULL;
  if (!find_module(report->module)) {
    report->module[0] = '\0';
    (void)snprintf(report->problem, sizeof(report->problem), "%s",
                   "the CUDA module " MODULE_FILE " is not there: this build was made without the CUDA toolkit");
    return VTM_OK;
  }
  vtm_error reason = {0};
  const vtm_module *module = open_module(report->module, &reason);
  if (module == NULL) {
    (void)snprintf(report->problem, sizeof(report->problem), "%.1000s", reason.message);
    return VTM_OK;
  }
  vtm_module_versions versions = {0};
  char problem[VTM_MODULE_TEXT] = "";
  const int count = module->count(&versions, problem);
  report->driver = versions.driver;
  report->toolkit = versions.toolkit;
  report->cudnn = versions.cudnn;
  if (versions.driver == 0)
    (void)snprintf(report->problem, sizeof(report->problem), "%s", "no NVIDIA driver is installed");
  else if (versions.driver < module->least_driver)
    (void)snprintf(report->problem, sizeof(report->problem),
                   "the NVIDIA driver knows CUDA up to %d.%d, the module needs %d.%d: install a newer driver",
                   versions.driver / 1000, versions.driver % 1000 / 10, module->least_driver / 1000,
                   module->least_driver % 1000 / 10);
  else if (count <= 0)
    (void)snprintf(report->problem, sizeof(report->problem), "%s", problem[0] != '\0' ? problem : "no GPU is there");
  if (report->problem[0] != '\0') return VTM_OK;
  *module_out = module;
  return list_devices(module, count, open, report, error);
}

static vtm_status report_create(vtm_device_report **report, bool open, const vtm_module **module, vtm_error *error) {
  *report = vtm_allocate(1, sizeof(**report), error);
  if (*report == NULL) return VTM_ERROR_MEMORY;
  const vtm_status status = look(*report, open, module, error);
  if (status != VTM_OK) {
    vtm_device_report_destroy(*report);
    *report = NULL;
  }
  return status;
}

vtm_status vtm_device_report_create(vtm_device_report **report, vtm_error *error) {
  const vtm_module *module = NULL;
  return report_create(report, true, &module, error);
}

void vtm_device_report_destroy(vtm_device_report *report) {
  if (report == NULL) return;
  free(report->devices);
  free(report);
}

const vtm_device *vtm_device_report_device(const vtm_device_report *report, size_t index) {
  return index < report->count ? &report->devices[index] : NULL;
}

/* ---- the choice ---- */

/* "0" or "0,2": the numbers that follow "cuda:". */
static vtm_status parse_numbers(const char *wanted, const char *list, vtm_device_choice *choice, vtm_error *error) {
  for (const char *rest = list;;) {
    char *end = NULL;
    const long number = *rest >= '0' && *rest <= '9' ? strtol(rest, &end, 10) : -1;
    bool good = number >= 0 && number <= INT_MAX && (*end == '\0' || *end == ',');
    for (int i = 0; i < choice->count; i++) good = good && choice->devices[i] != (int)number;
    if (!good || choice->count == VTM_MOST_DEVICES)
      return vtm_fail(error, VTM_ERROR_USAGE,
                      "device '%s': cuda: is followed by the numbers of at most %d devices, each once, with commas "
                      "between them: cuda:0 or cuda:0,1",
                      wanted, VTM_MOST_DEVICES);
    choice->devices[choice->count++] = (int)number;
    if (*end == '\0') return VTM_OK;
    rest = end + 1;
  }
}

static void choose_first_usable(const vtm_device_report *report, vtm_device_choice *choice) {
  for (size_t i = 0; i < report->count && choice->count == 0; i++)
    if (report->devices[i].usable) choice->devices[choice->count++] = (int)i;
}

static vtm_status check_choice(const vtm_device_report *report, vtm_device_choice *choice, vtm_error *error) {
  if (report->problem[0] != '\0') return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "%s", report->problem);
  if (choice->count == 0) choose_first_usable(report, choice);
  if (choice->count == 0)
    return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "%s (%s): %s", report->devices[0].name, report->devices[0].title,
                    report->devices[0].problem);
  const vtm_device *first = &report->devices[choice->devices[0] < (int)report->count ? choice->devices[0] : 0];
  for (int i = 0; i < choice->count; i++) {
    if (choice->devices[i] >= (int)report->count)
      return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "there is no cuda:%d, the last is %s", choice->devices[i],
                      report->devices[report->count - 1].name);
    const vtm_device *device = &report->devices[choice->devices[i]];
    if (!device->usable)
      return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "%s (%s): %s", device->name, device->title, device->problem);
    if (strcmp(device->title, first->title) != 0)
      return vtm_fail(error, VTM_ERROR_UNSUPPORTED,
                      "%s is %s, %s is %s: only devices of one kind round alike and can share a run", first->name,
                      first->title, device->name, device->title);
  }
  return VTM_OK;
}

static void name_choice(const vtm_device_report *report, vtm_device_choice *choice) {
  const vtm_device *first = &report->devices[choice->devices[0]];
  int used = snprintf(choice->name, sizeof(choice->name), "cuda:");
  for (int i = 0; i < choice->count; i++)
    used += snprintf(choice->name + used, sizeof(choice->name) - (size_t)used, "%s%d", i > 0 ? "," : "",
                     choice->devices[i]);
  choice->capability = first->capability;
  (void)snprintf(choice->kind, sizeof(choice->kind), "%.80s, compute capability %d.%d, cuDNN %d.%d.%d", first->title,
                 first->capability / 10, first->capability % 10, report->cudnn / 10000, report->cudnn % 10000 / 100,
                 report->cudnn % 100);
  (void)snprintf(choice->name + used, sizeof(choice->name) - (size_t)used, " %s", choice->kind);
}

/* Of the devices in `choice`; when there are none, the first that can be used. */
static vtm_status choose_cuda(vtm_device_choice *choice, vtm_error *error) {
  vtm_device_report *report = NULL;
  const vtm_module *module = NULL;
  vtm_status status = report_create(&report, false, &module, error);
  if (status != VTM_OK) return status;
  status = check_choice(report, choice, error);
  if (status == VTM_OK) {
    name_choice(report, choice);
    choice->module = module;
  }
  vtm_device_report_destroy(report);
  return status;
}

vtm_status vtm_device_choose(const char *wanted, vtm_device_choice *choice, vtm_error *error) {
  *choice = (vtm_device_choice){0};
  if (wanted == NULL) wanted = "auto";
  const bool automatic = strcmp(wanted, "auto") == 0;
  vtm_error reason = {0};
  vtm_status status = VTM_OK;
  if (strcmp(wanted, "cpu") == 0) return VTM_OK;
  if (!automatic && (strncmp(wanted, "cuda", 4) != 0 || (wanted[4] != '\0' && wanted[4] != ':')))
    return vtm_fail(error, VTM_ERROR_USAGE, "unknown device '%s': known are auto, cpu, cuda, cuda:N and cuda:N,M",
                    wanted);
  if (!automatic && wanted[4] == ':') status = parse_numbers(wanted, wanted + 5, choice, error);
  const bool parsed = status == VTM_OK;
  if (parsed) status = choose_cuda(choice, &reason);
  if (status == VTM_OK) return VTM_OK;
  *choice = (vtm_device_choice){0};
  if (!parsed) return status;
  if (!automatic) return vtm_fail(error, status, "device '%s': %s", wanted, reason.message);
  (void)snprintf(choice->reason, sizeof(choice->reason), "%.1000s", reason.message);
  return VTM_OK;
}

vtm_compute vtm_compute_of(const vtm_context *context, vtm_precision precision) {
  const vtm_device_choice *choice = context->choice;
  if (choice->module == NULL)
    return (vtm_compute){
        .backend = vtm_backend_cpu(context->cpu_features, precision), .devices = choice->devices, .device_count = 1};
  return (vtm_compute){.backend = &choice->module->backends[precision],
                       .devices = choice->devices,
                       .device_count = (size_t)choice->count};
}
