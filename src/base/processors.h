/* How many processors this process may use. */
#ifndef VTM_BASE_PROCESSORS_H
#define VTM_BASE_PROCESSORS_H

/* The hardware threads in the affinity mask, or the CPU quota of the process's control groups if that is smaller. At
 * least 1. */
int vtm_usable_processors(void);

/* The smallest CPU quota of the control groups that the file `membership` lists (/proc/self/cgroup) and of the groups
 * above them, in processors, rounded up: half a processor is 1. 0: no limit. `root`: where control groups of version 1
 * or 2 are mounted (/sys/fs/cgroup). Inside a container the listed groups may not be visible; those above them are. */
int vtm_cgroup_processors(const char *membership, const char *root);

#endif
