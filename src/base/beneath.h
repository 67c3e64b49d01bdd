/* Whether a path leads out of a folder. Used for files from somebody else, which may write in their own folder only. */
#ifndef VTM_BASE_BENEATH_H
#define VTM_BASE_BENEATH_H

#include <stdbool.h>

/* Whether `path`, which is relative to `folder` ("" for the working folder), stays in it or below when the kernel
 * follows it, symbolic links and all. What does not exist yet is judged by the folders that do, and in a folder that is
 * not there the name alone decides. A path that is absolute or has a ".." does not stay. */
bool vtm_path_stays_beneath(const char *folder, const char *path);
/* The same for a kernel without openat2 (before 5.6, or under an old seccomp filter): no link at all may be on the way.
 */
bool vtm_path_stays_beneath_by_walk(const char *folder, const char *path);

#endif
