/* LD_PRELOAD: the first flock waits until the file $SLOW_LOCK_UNTIL is there, half a minute at most, so that a test can
 * do something between an opening and its lock. */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { LOOKS = 3000, BETWEEN = 10000 }; /* microseconds */

__attribute__((visibility("default"))) int flock(int descriptor, int operation) {
  static bool waited;
  const char *until = getenv("SLOW_LOCK_UNTIL");
  for (int i = 0; i < LOOKS && !waited && until != NULL && access(until, F_OK) != 0; i++) (void)usleep(BETWEEN);
  waited = true;
  int (*real)(int, int);
  void *found = dlsym(RTLD_NEXT, "flock");
  memcpy(&real, &found, sizeof(real));
  return real(descriptor, operation);
}
