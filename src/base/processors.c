#include "base/processors.h"

#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct quota {
  long microseconds, period; /* 0: no limit */
} quota;

/* The numbers in the first line of folder/name; words such as "max" count as 0. Returns how many there are. */
static int read_numbers(const char *folder, const char *name, long *first, long *second) {
  char path[PATH_MAX];
  char line[64];
  if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path)) return 0;
  FILE *file = fopen(path, "re");
  if (file == NULL) return 0;
  const bool read = fgets(line, sizeof(line), file) != NULL;
  (void)fclose(file);
  if (!read) return 0;
  *first = strtol(line, NULL, 10);
  const char *rest = strchr(line, ' ');
  if (rest == NULL) return 1;
  *second = strtol(rest, NULL, 10);
  return 2;
}

static quota read_quota(const char *folder, bool unified) {
  quota q = {0};
  long unused = 0;
  if (unified)
    (void)read_numbers(folder, "cpu.max", &q.microseconds, &q.period);             /* "max 100000" or "50000 100000" */
  else if (read_numbers(folder, "cpu.cfs_quota_us", &q.microseconds, &unused) > 0) /* "-1" or "50000" */
    (void)read_numbers(folder, "cpu.cfs_period_us", &q.period, &unused);
  return q;
}

/* The smaller of two limits, where 0 is no limit. */
static int smaller_limit(int a, int b) { return a == 0 || (b != 0 && b < a) ? b : a; }

/* The smallest limit of this group and of each group above it, up to the folder whose path has `top` bytes; 0: none. */
static int least_of_branch(char *folder, size_t top, bool unified) {
  int least = 0;
  for (;;) {
    const quota q = read_quota(folder, unified);
    if (q.microseconds > 0 && q.period > 0) {
      const long whole = q.microseconds / q.period + (q.microseconds % q.period != 0);
      least = smaller_limit(least, whole < INT_MAX ? (int)whole : INT_MAX);
    }
    char *slash = strrchr(folder + top, '/');
    if (slash == NULL) return least;
    *slash = '\0';
  }
}

static bool has_controller(const char *list, const char *wanted) {
  const size_t length = strlen(wanted);
  for (; *list != '\0'; list += strcspn(list, ","), list += *list == ',')
    if (strcspn(list, ",") == length && strncmp(list, wanted, length) == 0) return true;
  return false;
}

/* `line`: "0::/group" (version 2) or "4:cpu,cpuacct:/group" (version 1). */
static int limit_of_line(char *line, const char *root) {
  char folder[PATH_MAX];
  line[strcspn(line, "\n")] = '\0';
  char *controllers = strchr(line, ':');
  char *group = controllers != NULL ? strchr(controllers + 1, ':') : NULL;
  if (group == NULL) return 0;
  *controllers++ = '\0';
  *group++ = '\0';
  const bool unified = *controllers == '\0';
  if (!unified && !has_controller(controllers, "cpu")) return 0;
  const int top = snprintf(folder, sizeof(folder), "%s%s", root, unified ? "" : "/cpu");
  const int length = snprintf(folder, sizeof(folder), "%s%s%s", root, unified ? "" : "/cpu", group);
  return length < (int)sizeof(folder) ? least_of_branch(folder, (size_t)top, unified) : 0;
}

int vtm_cgroup_processors(const char *membership, const char *root) {
  FILE *file = fopen(membership, "re");
  char *line = NULL;
  size_t capacity = 0;
  int least = 0;
  if (file == NULL) return 0;
  while (getline(&line, &capacity, file) > 0) least = smaller_limit(least, limit_of_line(line, root));
  free(line);
  (void)fclose(file);
  return least;
}

int vtm_usable_processors(void) {
  cpu_set_t set; /* too small on machines with more than 1024 processors */
  const int allowed =
      sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : (int)sysconf(_SC_NPROCESSORS_ONLN);
  const int count = smaller_limit(vtm_cgroup_processors("/proc/self/cgroup", "/sys/fs/cgroup"), allowed);
  return count > 0 ? count : 1;
}
