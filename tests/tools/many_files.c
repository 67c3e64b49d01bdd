/* many_files FOLDER ENDING COUNT: makes FOLDER/000001ENDING, ..., which all are one empty file under COUNT names.
 * A file system allows so many names for a file (ext4 65,000): then the next file is made. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int count, char **arguments) {
  if (count != 4 || chdir(arguments[1]) != 0) return 2;
  const long wanted = strtol(arguments[3], NULL, 10);
  char first[256] = "";
  char name[256];
  for (long i = 1; i <= wanted; i++) {
    (void)snprintf(name, sizeof(name), "%06ld%s", i, arguments[2]);
    if (*first != '\0' && link(first, name) == 0) continue;
    const int file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0 || close(file) != 0) return 1;
    (void)snprintf(first, sizeof(first), "%s", name);
  }
  return 0;
}
