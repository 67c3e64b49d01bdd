/* How many processors there are for this process. */
#ifndef VTM_BASE_PROCESSORS_H
#define VTM_BASE_PROCESSORS_H

/* Those of the affinity mask, which counts each hardware thread of each kind of core, or as many as the quota of the
 * process's control groups pays for, if these are fewer. At least 1. */
int vtm_usable_processors(void);

/* The smallest CPU quota of the control groups that the file `membership` lists (/proc/self/cgroup) and of the groups
 * above them, in processors, rounded up: half a processor is 1. 0: no limit. `root`: where control groups of version 1
 * or 2 are mounted (/sys/fs/cgroup). Inside a container the listed groups may not be visible; those above them are. */
int vtm_cgroup_processors(const char *membership, const char *root);

#endif
