/* Paths that stay in a folder, and those that lead out of it, by the kernel's judgement and by a walk of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/beneath.h"
#include "vtonmetrics/tools/file.h"
#include "vtonmetrics/vtonmetrics.h"

typedef struct given {
  const char *path;
  bool stays;
  bool walks; /* stays for one that follows no link */
} given;

/* The folder "own" has inner/file, and these links; "other" is beside it. */
static const char *const links[][2] = {{"own/out", "../other"},
                                       {"own/out_absolute", "/"},
                                       {"own/in", "inner"},
                                       {"own/file_out", "../other/there"},
                                       {"own/new_out", "../other/not_yet"},
                                       {"own/new_in", "inner/not_yet"},
                                       {"own/inner/up", "../.."},
                                       {"own/inner/up_and_back", "../../own/inner"},
                                       {"own/loop", "loop"}};

static const given paths[] = {{"x.json", true, true},
                              {"inner/file", true, true},
                              {"inner/new", true, true},
                              {"./inner//new", true, true},
                              {"not/yet/there.json", true, true},
                              {"in/file", true, false},
                              {"in/new", true, false},
                              {"new_in", true, false},
                              {"..", false, false},
                              {"../own/x", false, false},
                              {"inner/../x", false, false},
                              {"not/../../x", false, false},
                              {"..x/y", true, true},
                              {"/tmp/x", false, false},
                              {"out", false, false},
                              {"out/there", false, false},
                              {"out/new", false, false},
                              {"out/a/b/c", false, false},
                              {"out_absolute/tmp/x", false, false},
                              {"file_out", false, false},
                              {"new_out", false, false},
                              {"in/up/other/x", false, false},
                              {"inner/up/x", false, false},
                              {"inner/up_and_back/file", false, false},
                              {"loop", false, false},
                              {"inner/file/x", false, false}};

static void make_file(const char *path) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_int_equal(fclose(file), 0);
}

static int make_tree(void **state) {
  static char folder[] = "/tmp/vtm_beneath_XXXXXX";
  if (mkdtemp(folder) == NULL || chdir(folder) != 0) return -1;
  *state = folder;
  if (mkdir("own", 0777) != 0 || mkdir("own/inner", 0777) != 0 || mkdir("other", 0777) != 0) return -1;
  if (mkdir("own/late", 0777) != 0) return -1;
  make_file("own/inner/file");
  make_file("other/there");
  for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++)
    if (symlink(links[i][1], links[i][0]) != 0) return -1;
  return 0;
}

static int remove_tree(void **state) {
  char command[64];
  (void)snprintf(command, sizeof(command), "rm -rf '%s'", (const char *)*state);
  return chdir("/") == 0 ? system(command) : -1;
}

static void check(const char *folder, const char *path, bool stays, bool walks) {
  if (vtm_path_stays_beneath(folder, path) != stays) fail_msg("'%s' in '%s': %s", path, folder, stays ? "out" : "in");
  if (vtm_path_stays_beneath_by_walk(folder, path) != walks)
    fail_msg("'%s' in '%s', by a walk: %s", path, folder, walks ? "out" : "in");
}

static void test_paths(void **state) {
  char whole[128];
  (void)snprintf(whole, sizeof(whole), "%s/own/", (const char *)*state);
  for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
    check("own", paths[i].path, paths[i].stays, paths[i].walks);
    check(whole, paths[i].path, paths[i].stays, paths[i].walks);
  }
}

static void test_folders(void **state) {
  (void)state;
  check("", "own/in/file", true, false);
  check("nowhere", "x", true, true);
  check("nowhere", "../x", false, false);
  check("own/inner/file", "x", false, false);
  /* the folder itself may be reached by a link: it is the one that the user named */
  check("own/out", "there", true, true);
}

static void expect_file(const char *path, bool there) {
  if ((access(path, F_OK) == 0) != there) fail_msg("%s is %s", path, there ? "not there" : "there");
}

static char *pin(const char *path, int *descriptor) {
  char *pinned = NULL;
  vtm_error error = {0};
  if (vtm_path_pin("own/", path, &pinned, descriptor, &error) != VTM_OK) fail_msg("%s", error.message);
  return pinned;
}

/* Between the check and the writing somebody puts links where folders and files were. */
static void test_pinned(void **state) {
  (void)state;
  vtm_error error = {0};
  int descriptor = -1;
  char *pinned = pin("late/x", &descriptor);
  assert_int_equal(rename("own/late", "own/moved"), 0);
  assert_int_equal(symlink("../other", "own/late"), 0);
  assert_int_equal(symlink("../../other/x", "own/moved/x"), 0);
  assert_int_equal(vtm_file_write(pinned, "1", 1, &error), VTM_OK);
  expect_file("own/moved/x", true);
  expect_file("other/x", false);
  (void)close(descriptor);
  vtm_free(pinned);

  pinned = pin("new_in", &descriptor); /* a link that may be followed is */
  assert_int_equal(vtm_file_write(pinned, "1", 1, &error), VTM_OK);
  expect_file("own/inner/not_yet", true);
  (void)close(descriptor);
  vtm_free(pinned);

  for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
    const bool possible = vtm_path_pin("own", paths[i].path, &pinned, &descriptor, &error) == VTM_OK;
    if (possible && !paths[i].stays && strcmp(paths[i].path, "inner/file/x") != 0)
      fail_msg("%s was pinned", paths[i].path);
    if (possible) (void)close(descriptor);
    vtm_free(pinned);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_paths), cmocka_unit_test(test_folders),
                                     cmocka_unit_test(test_pinned)};
  return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
