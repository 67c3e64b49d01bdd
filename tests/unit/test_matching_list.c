/* --match pairs:FILE, unpaired sets, and what is refused before scoring. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "helpers/named_folder.h"
#include "vtonmetrics/tools/dataset.h"

static char list_path[] = "/tmp/vtm-list.XXXXXX";

typedef struct matched {
  vtm_folder reference, generated;
  vtm_matching matching;
  vtm_status status;
  vtm_error error;
} matched;

static matched match(const char *people, const char *results, const char *list) {
  matched made = {.reference = named_folder("image", people), .generated = named_folder("results", results)};
  char how[128];
  if (list != NULL) {
    FILE *file = fopen(list_path, "wb");
    assert_non_null(file);
    assert_true(fputs(list, file) >= 0);
    assert_int_equal(fclose(file), 0);
    (void)snprintf(how, sizeof(how), "pairs:%s", list_path);
  }
  const vtm_match_options options = {.struct_size = sizeof(options), .how = list != NULL ? how : NULL};
  made.status = vtm_match(&made.reference, &made.generated, &options, &made.matching, &made.error);
  return made;
}

static void done(matched *made) {
  vtm_matching_clear(&made->matching);
  vtm_folder_clear(&made->generated);
  vtm_folder_clear(&made->reference);
}

static void expect_pair(const matched *made, size_t pair, const char *person, const char *result, const char *garment) {
  assert_int_equal(made->status, VTM_OK);
  assert_true(pair < made->matching.count);
  const vtm_pair *found = &made->matching.pairs[pair];
  assert_string_equal(made->reference.entries[found->reference].stem, person);
  assert_string_equal(made->generated.entries[found->generated].stem, result);
  const vtm_file_match *file = &made->matching.files[found->generated];
  if (garment == NULL) {
    assert_null(file->garment);
    return;
  }
  assert_non_null(file->garment);
  assert_int_equal(file->garment_length, strlen(garment));
  assert_memory_equal(file->garment, garment, strlen(garment));
}

static void test_people_with_listed_garments(void **state) {
  (void)state;
  matched made = match("a.jpg|b.jpg|c.jpg", "a.png|b.png|c.png", "a.jpg x.jpg\nb.jpg y.jpg\nq.jpg z.jpg\n");
  assert_string_equal(made.matching.scheme, "pairs");
  assert_int_equal(made.matching.count, 2);
  expect_pair(&made, 0, "a", "a", "x");
  expect_pair(&made, 1, "b", "b", "y");
  assert_int_equal(made.matching.foreign, 2);
  char line[512];
  (void)vtm_matching_explain(&made.reference, &made.generated, &made.matching, 2, line, sizeof(line));
  assert_string_equal(line, "c.png: skipped: not in the pair list, or its photograph is not found");
  done(&made);
}

static void test_garment_in_name_must_be_listed(void **state) {
  (void)state;
  matched made = match("a.jpg|b.jpg", "a__x.png|a__y.png|b__x.png", "x a\ny b\nx b\n");
  assert_int_equal(made.matching.count, 2);
  expect_pair(&made, 0, "a", "a__x", "x");
  expect_pair(&made, 1, "b", "b__x", "x");
  done(&made);
}

static void test_two_garments_for_a_name_without(void **state) {
  (void)state;
  matched made = match("a.jpg|b.jpg", "a.png|b.png", "a x\na y\nb x\n");
  expect_pair(&made, 0, "a", "a", NULL);
  expect_pair(&made, 1, "b", "b", "x");
  done(&made);
}

static void test_order_that_cannot_be_told(void **state) {
  (void)state;
  matched made = match("a.jpg|b.jpg|c.jpg|d.jpg", "a.png|b.png|c.png|d.png", "a b\nb c\nc a\n");
  assert_int_equal(made.status, VTM_OK);
  assert_int_equal(made.matching.count, 3); /* d is in neither column */
  expect_pair(&made, 0, "a", "a", NULL);    /* b or c: not guessed */
  done(&made);
}

static void test_numbered_results(void **state) {
  (void)state;
  matched made = match("a.jpg|b.jpg|c.jpg", "out_hd_0.png|out_hd_1.png|out_hd_5.png", "x b\ny a\n# end\nz c\n");
  assert_int_equal(made.matching.count, 2);
  expect_pair(&made, 0, "a", "out_hd_1", "y");
  expect_pair(&made, 1, "b", "out_hd_0", "x");
  assert_non_null(strstr(made.matching.reason, "pair i of the list, counted from 0"));
  done(&made);
  made = match("a.jpg|b.jpg", "out_hd_0.png|out_hd_1.png", "a b\nb a\n");
  assert_int_equal(made.status, VTM_ERROR_DATA);
  assert_non_null(strstr(made.error.message, "cannot determine which column is the person"));
  done(&made);
  made = match("a.jpg|b.jpg", "out_hd_0.png|out_hd_1.png", "b b\na a\n");
  expect_pair(&made, 0, "a", "out_hd_1", "a");
  done(&made);
}

static void test_results_and_photographs(void **state) {
  (void)state;
  for (int turned = 0; turned < 2; turned++) {
    matched made = match("a.jpg|b.jpg", "out_hd_0.png|first try.png|left.png",
                         turned ? "b.jpg\tfirst try.png\na.jpg\tout_hd_0.png\n" : "first try\tb\nout_hd_0.png\ta\n");
    assert_int_equal(made.matching.count, 2);
    expect_pair(&made, 0, "a", "out_hd_0", NULL);
    expect_pair(&made, 1, "b", "first try", NULL);
    assert_non_null(strstr(made.matching.reason, turned ? "in its second column" : "in its first column"));
    done(&made);
  }
}

static void test_lists_that_cannot_be_used(void **state) {
  (void)state;
  matched made = match("a.jpg", "a.png", "a b\n\nalone\n");
  assert_int_equal(made.status, VTM_ERROR_FORMAT);
  assert_non_null(strstr(made.error.message, ": line 3: one name only"));
  done(&made);
  made = match("a.jpg", "a.png", "# nothing\n");
  assert_int_equal(made.status, VTM_ERROR_DATA);
  assert_non_null(strstr(made.error.message, "holds no pair"));
  done(&made);
  made = match("a.jpg", "a.png", "x y\n");
  assert_int_equal(made.status, VTM_OK);
  assert_int_equal(vtm_matching_require(&made.reference, &made.generated, &made.matching, &made.error), VTM_ERROR_DATA);
  assert_non_null(strstr(made.error.message, "The pair list names none of them"));
  done(&made);
}

static void expect_unpaired(const char *people, const char *results, const char *list, bool refused) {
  matched made = match(people, results, list);
  assert_int_equal(made.status, VTM_OK);
  const vtm_status status = vtm_matching_require_paired(&made.reference, &made.generated, &made.matching, &made.error);
  assert_int_equal(status, refused ? VTM_ERROR_DATA : VTM_OK);
  if (refused) assert_non_null(strstr(made.error.message, "--unpaired-anyway"));
  done(&made);
}

static void test_unpaired_sets(void **state) {
  (void)state;
  expect_unpaired("a.jpg|b.jpg", "a.png|b.png", NULL, false);
  expect_unpaired("a.jpg|b.jpg", "a__a.png|b__b.png", NULL, false);
  expect_unpaired("a.jpg|b.jpg", "a__b.png|b__a.png", NULL, true);
  expect_unpaired("a.jpg|b.jpg", "a__a.png|b__a.png", NULL, true); /* one is enough */
  expect_unpaired("1_0.jpg|2_0.jpg", "1_0__1_1.png|2_0__2_1.png", NULL, false);
  expect_unpaired("1_0.jpg|2_0.jpg", "1_0.png|2_0.png", "1_0.jpg 1_1.jpg\n2_0.jpg 2_1.jpg\n", false);
  /* Either way round the garment is another's. */
  expect_unpaired("a.jpg|b.jpg|c.jpg", "a.png|b.png|c.png", "a b\nb c\nc a\n", true);
  expect_unpaired("1_0.jpg|2_0.jpg", "1_0.png|2_0.png", "1_0.jpg 2_1.jpg\n2_0.jpg 1_1.jpg\n", true);
}

static void test_repeats_are_kept(void **state) {
  (void)state;
  matched made = match("a.jpg|b.jpg", "a__a_2.png|a__a_10.png|a__a_0.png|b__b_0.png|a__b.png", NULL);
  assert_int_equal(made.matching.count, 5);
  assert_int_equal(made.matching.people, 2);
  assert_int_equal(made.matching.repeats, 3);
  expect_pair(&made, 0, "a", "a__a_0", "a");
  expect_pair(&made, 1, "a", "a__a_2", "a");
  expect_pair(&made, 2, "a", "a__a_10", "a");
  expect_pair(&made, 3, "a", "a__b", "b");
  expect_pair(&made, 4, "b", "b__b_0", "b");
  done(&made);
}

static void test_two_results_for_one_pair(void **state) {
  (void)state;
  matched made = match("a.jpg|b.jpg", "upper___a.jpg___b.png|dress___a.jpg___b.png|upper___b.jpg___b.png", NULL);
  assert_int_equal(made.matching.duplicates, 2);
  assert_int_equal(made.matching.count, 1);
  assert_int_equal(vtm_matching_require(&made.reference, &made.generated, &made.matching, &made.error), VTM_ERROR_DATA);
  assert_non_null(strstr(made.error.message, "are results for one pair"));
  char line[512];
  (void)vtm_matching_explain(&made.reference, &made.generated, &made.matching, 0, line, sizeof(line));
  assert_string_equal(line,
                      "dress___a.jpg___b.png: shows a.jpg in garment b, type dress, and so does "
                      "upper___a.jpg___b.png: it is ambiguous which is meant");
  done(&made);
}

static void test_text_of_all(void **state) {
  (void)state;
  matched made = match("a.jpg|b.jpg|c.jpg", "a.png|B.png|x\ny.png", NULL);
  char *text = NULL;
  assert_int_equal(vtm_matching_text(&made.reference, &made.generated, &made.matching, true, &text, NULL), VTM_OK);
  assert_string_equal(text,
                      "results against image\n"
                      "  matched by    stem: P.jpg explains 1 of 3 names\n"
                      "  pairs         1, of 1 people\n"
                      "  skipped       2 of 3 photographs, 2 of 3 results; 1 whose name differs only in letter case or "
                      "Unicode form\n"
                      "  B.png: skipped: no photograph of that name; b.jpg differs only in letter case or "
                      "Unicode form: rename one of them\n"
                      "  a.png: shows a.jpg\n"
                      "  x\\ny.png: skipped: no photograph of that name\n"
                      "  b.jpg: no result shows it\n"
                      "  c.jpg: no result shows it\n");
  free(text);
  done(&made);
}

static int make_list(void **state) {
  (void)state;
  const int descriptor = mkstemp(list_path);
  return descriptor >= 0 ? close(descriptor) : -1;
}

static int remove_list(void **state) {
  (void)state;
  return unlink(list_path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_people_with_listed_garments),
      cmocka_unit_test(test_garment_in_name_must_be_listed),
      cmocka_unit_test(test_two_garments_for_a_name_without),
      cmocka_unit_test(test_order_that_cannot_be_told),
      cmocka_unit_test(test_numbered_results),
      cmocka_unit_test(test_results_and_photographs),
      cmocka_unit_test(test_lists_that_cannot_be_used),
      cmocka_unit_test(test_unpaired_sets),
      cmocka_unit_test(test_repeats_are_kept),
      cmocka_unit_test(test_two_results_for_one_pair),
      cmocka_unit_test(test_text_of_all),
  };
  return cmocka_run_group_tests(tests, make_list, remove_list);
}
