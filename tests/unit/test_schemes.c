/* How models name their results: for each scheme folders that it must explain, and folders that it must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "helpers/named_folder.h"
#include "vtonmetrics/tools/dataset.h"

static const char people[] = "00006_00.jpg|00008_00.jpg|08348_00.jpg";

/* In the outcome each result is `stem=person`, then +garment, #repeat, @type. A result without partner is
 * `stem=`, a duplicate `stem=!`, an ambiguous one `stem=?`. */
typedef struct fixture {
  const char *id;
  const char *scheme; /* what it is about */
  bool chosen;        /* auto has to choose it, or must not */
  const char *people, *garments, *results, *outcome;
} fixture;

static const fixture fixtures[] = {
    {"stem", "stem", true, people, NULL, "00006_00.png|00008_00.JPG|00009_00.png",
     "00006_00=00006_00 00008_00=00008_00 00009_00="},
    {"stem-twins", "stem", true, people, NULL, "00006_00.jpg|00006_00.png|00008_00.png",
     "00006_00=! 00006_00=! 00008_00=00008_00"},
    {"stem-twin-people", "stem", true, "1.jpg|1.png|2.jpg", NULL, "1.jpg|2.jpg", "1=? 2=2"},
    {"stem-not", "stem", false, people, NULL, "00006_00__08348_00.jpg", "00006_00__08348_00=00006_00+08348_00"},
    {"promptdresser", "promptdresser", true, people, NULL, "00006_00__08348_00.jpg|00008_00__77777_00.jpg",
     "00006_00__08348_00=00006_00+08348_00 00008_00__77777_00=00008_00+77777_00"},
    {"promptdresser-repeats", "promptdresser", true, people, NULL,
     "00006_00__08348_00_0.jpg|00006_00__08348_00_1.jpg|00006_00__08348_00_12.jpg",
     "00006_00__08348_00_0=00006_00+08348_00#0 00006_00__08348_00_1=00006_00+08348_00#1 "
     "00006_00__08348_00_12=00006_00+08348_00#12"},
    {"promptdresser-repeats-of-unknown", "promptdresser", true, people, NULL, "00006_00__x.jpg|00006_00__x_1.jpg",
     "00006_00__x=00006_00+x 00006_00__x_1=00006_00+x#1"},
    {"promptdresser-counted", "promptdresser", true, people, NULL,
     "00006_00__14651_00_0.jpg|00006_00__14651_00_1.jpg|00008_00__77777_01.jpg",
     "00006_00__14651_00_0=00006_00+14651_00#0 00006_00__14651_00_1=00006_00+14651_00#1 "
     "00008_00__77777_01=00008_00+77777_01"},
    {"promptdresser-views-are-not-counted", "promptdresser", true, people, NULL,
     "00006_00__14651_00.jpg|00008_00__14651_01.jpg",
     "00006_00__14651_00=00006_00+14651_00 00008_00__14651_01=00008_00+14651_01"},
    {"promptdresser-garment-with-number", "promptdresser", true, people, "dress_1.jpg|dress_2.jpg",
     "00006_00__dress_1.jpg|00006_00__dress_2.jpg|00006_00__dress_2_0.jpg",
     "00006_00__dress_1=00006_00+dress_1 00006_00__dress_2=00006_00+dress_2 "
     "00006_00__dress_2_0=00006_00+dress_2#0"},
    {"promptdresser-whole-garment-first", "promptdresser", true, people, "dress.jpg|dress_1.jpg",
     "00006_00__dress.jpg|00006_00__dress_1.jpg", "00006_00__dress=00006_00+dress 00006_00__dress_1=00006_00+dress_1"},
    {"promptdresser-viton-ids", "promptdresser", true, "000001_0.jpg|000002_0.jpg", NULL,
     "000001_0__000001_1.jpg|000002_0__000002_1_3.jpg",
     "000001_0__000001_1=000001_0+000001_1 000002_0__000002_1_3=000002_0+000002_1#3"},
    {"promptdresser-not-three", "promptdresser", false, people, NULL, "00006_00___08348_00.png",
     "00006_00___08348_00=00006_00+08348_00"},
    {"stableviton", "stableviton", true, people, NULL, "00006_00_08348_00.jpg|00008_00_00006_00.jpg",
     "00006_00_08348_00=00006_00+08348_00 00008_00_00006_00=00008_00+00006_00"},
    {"stableviton-unknown-garments", "stableviton", true, people, NULL, "00006_00_14651_00.jpg|00008_00_dress.jpg",
     "00006_00_14651_00=00006_00+14651_00 00008_00_dress=00008_00+dress"},
    {"stableviton-known-garment-decides", "stableviton", true, "a.jpg|a_b.jpg", "b_c.jpg", "a_b_c.jpg", "a_b_c=a+b_c"},
    {"stableviton-ambiguous", "stableviton", true, "a.jpg|a_b.jpg|d.jpg", NULL, "a_b_c.jpg|d_e.jpg", "a_b_c=? d_e=d+e"},
    {"stableviton-not-shortened", "stableviton", false, people, NULL, "00006_08348_00.jpg",
     "00006_08348_00=00006_00+08348_00"},
    /* Of 00006_00 and 00006_01 VITON-HD's name says neither; of x_1 and x_1-2 neither. */
    {"viton-hd-two-views", "viton-hd", true, "00006_00.jpg|00006_01.jpg|00007_00.jpg", NULL,
     "00006_08348_00.jpg|00007_08348_00.jpg", "00006_08348_00=? 00007_08348_00=00007_00+08348_00"},
    {"viton-hd-all-ambiguous", "viton-hd", true, "x_1.jpg|x_1-2.jpg", NULL, "x_x_1.jpg|x_x_1-2.jpg",
     "x_x_1=? x_x_1-2=?"},
    {"viton-hd-words", "viton-hd", true, "anna_red.jpg|bert_blue.jpg", NULL, "anna_bert_blue.jpg|bert_anna_red.jpg",
     "anna_bert_blue=anna_red+bert_blue bert_anna_red=bert_blue+anna_red"},
    {"namesake", "stableviton", true, "1.jpg|1_2.jpg|3_4.jpg", "2.jpg|9.jpg", "1_2.jpg|1_9.jpg|3_4_9.jpg",
     "1_2=? 1_9=1+9 3_4_9=3_4+9"},
    {"viton-hd-not-views", "viton-hd", false, "00006_00.jpg|00008_00.jpg", NULL,
     "00006_01 (1).jpg|00006_00 (1).jpg|00008_01-v2.png|00008_00.png",
     "00006_00 (1)= 00006_01 (1)= 00008_00=00008_00 00008_01-v2="},
    {"garment-under-photograph", "tryoffdiff", false, "1_0.jpg|1_1.jpg", NULL, "1_0.png", "1_0=1_0"},
    {"viton-hd", "viton-hd", true, people, NULL, "00006_08348_00.jpg|00008_14651_00.jpg",
     "00006_08348_00=00006_00+08348_00 00008_14651_00=00008_00+14651_00"},
    {"viton-hd-other-digits", "viton-hd", true, "7_000.jpg|12345678_1.jpg", NULL, "7_12345678_1.jpg|12345678_x.jpg",
     "12345678_x=12345678_1+x 7_12345678_1=7_000+12345678_1"},
    {"viton-hd-two-of-one-head", "viton-hd", true, "00006_00.jpg|00006_01.jpg|00008_00.jpg", NULL,
     "00006_08348_00.jpg|00008_08348_00.jpg", "00006_08348_00=? 00008_08348_00=00008_00+08348_00"},
    {"viton-hd-not-another-picture", "viton-hd", false, "00006_00.jpg|00008_00.jpg", NULL, "00006_01.jpg|00008_01.jpg",
     "00006_01= 00008_01="},
    {"stableviton-not-a-number", "stableviton", false, "00006_00.jpg|00008_00.jpg", NULL,
     "00006_00_1.jpg|00008_00_2.jpg", "00006_00_1= 00008_00_2="},
    {"stableviton-numbers-as-ids", "stableviton", true, "6.jpg|8.jpg", NULL, "6_77.jpg|8_6.jpg", "6_77=6+77 8_6=8+6"},
    {"viton-hd-not-whole-person", "viton-hd", false, people, NULL, "00006_00_08348_00.jpg",
     "00006_00_08348_00=00006_00+08348_00"},
    {"gp-vton", "gp-vton", true, people, NULL,
     "upper_body___00006_00.jpg___08348_00.png|dresses___00008_00.PNG___00008_00.png",
     "dresses___00008_00.PNG___00008_00=00008_00+00008_00@dresses "
     "upper_body___00006_00.jpg___08348_00=00006_00+08348_00@upper_body"},
    {"gp-vton-not-two-parts", "gp-vton", false, people, NULL, "00006_00___08348_00.png",
     "00006_00___08348_00=00006_00+08348_00"},
    {"pasta-gan", "pasta-gan", true, people, NULL, "00006_00___08348_00.png|00008_00___x.png",
     "00006_00___08348_00=00006_00+08348_00 00008_00___x=00008_00+x"},
    {"pasta-gan-not-two-underscores", "pasta-gan", false, people, NULL, "00006_00__08348_00.png",
     "00006_00__08348_00=00006_00+08348_00"},
    {"ootdiffusion", "ootdiffusion", true, people, NULL, "out_hd_0.png|out_hd_1.png|out_dc_7.png",
     "out_dc_7= out_hd_0= out_hd_1="},
    {"ootdiffusion-not-others", "ootdiffusion", false, people, NULL, "out_hd_0.png|result.png", "out_hd_0= result="},
    {"ootdiffusion-not-existing", "ootdiffusion", false, "out_hd_0.jpg|out_hd_1.jpg", NULL, "out_hd_0.png|out_hd_1.png",
     "out_hd_0=out_hd_0 out_hd_1=out_hd_1"},
};
enum { FIXTURES = sizeof(fixtures) / sizeof(*fixtures) };

static char *outcome_text(const vtm_folder *reference, const vtm_folder *generated, const vtm_matching *matching) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  assert_non_null(out);
  for (size_t i = 0; i < generated->count; i++) {
    const vtm_file_match *file = &matching->files[i];
    (void)fprintf(out, "%s%s=", i > 0 ? " " : "", generated->entries[i].stem);
    if (file->kind == VTM_DUPLICATE) (void)fputc('!', out);
    if (file->kind == VTM_AMBIGUOUS) (void)fputc('?', out);
    if (file->kind != VTM_MATCHED) continue;
    (void)fputs(reference->entries[file->reference].stem, out);
    if (file->garment != NULL) (void)fprintf(out, "+%.*s", (int)file->garment_length, file->garment);
    if (file->repeat >= 0) (void)fprintf(out, "#%ld", file->repeat);
    if (file->type != NULL) (void)fprintf(out, "@%.*s", (int)file->type_length, file->type);
  }
  assert_int_equal(fclose(out), 0);
  return text;
}

static void check_fixture(const fixture *wanted) {
  vtm_folder reference = named_folder("image", wanted->people);
  vtm_folder generated = named_folder("results", wanted->results);
  vtm_folder garments = {0};
  if (wanted->garments != NULL) garments = named_folder("cloth", wanted->garments);
  const vtm_match_options options = {.struct_size = sizeof(options),
                                     .garments = wanted->garments != NULL ? &garments : NULL};
  vtm_matching matching;
  vtm_error error = {0};
  if (vtm_match(&reference, &generated, &options, &matching, &error) != VTM_OK)
    fail_msg("%s: %s", wanted->id, error.message);
  char *outcome = outcome_text(&reference, &generated, &matching);
  if ((strcmp(matching.scheme, wanted->scheme) == 0) != wanted->chosen)
    fail_msg("%s: the scheme %s was chosen: %s", wanted->id, matching.scheme, matching.reason);
  if (strcmp(outcome, wanted->outcome) != 0) fail_msg("%s: '%s' instead of '%s'", wanted->id, outcome, wanted->outcome);
  for (size_t i = 0; i < generated.count; i++) {
    char line[512];
    assert_true(vtm_matching_explain(&reference, &generated, &matching, i, line, sizeof(line)) > 10);
  }
  assert_int_equal(matching.count + matching.only_generated_count, generated.count);
  assert_int_equal(matching.people + matching.only_reference_count, reference.count);
  free(outcome);
  vtm_matching_clear(&matching);
  vtm_folder_clear(&garments);
  vtm_folder_clear(&generated);
  vtm_folder_clear(&reference);
}

static void test_fixtures(void **state) {
  (void)state;
  for (size_t i = 0; i < FIXTURES; i++) check_fixture(&fixtures[i]);
}

static void test_every_scheme_has_fixtures(void **state) {
  (void)state;
  assert_true(vtm_scheme_count() >= 7);
  for (size_t k = 0; k < vtm_scheme_count(); k++) {
    const vtm_scheme_info *scheme = vtm_scheme_at(k);
    size_t chosen = 0;
    size_t refused = 0;
    for (size_t i = 0; i < FIXTURES; i++) {
      if (strcmp(fixtures[i].scheme, scheme->name) != 0) continue;
      *(fixtures[i].chosen ? &chosen : &refused) += 1;
    }
    if ((chosen == 0 && !scheme->on_request) || refused == 0)
      fail_msg("%s: %zu fixtures that trigger it, %zu that must not", scheme->name, chosen, refused);
  }
  assert_null(vtm_scheme_at(vtm_scheme_count()));
}

static vtm_status match(const char *reference_names, const char *result_names, const char *how, char **outcome,
                        vtm_error *error) {
  vtm_folder reference = named_folder("image", reference_names);
  vtm_folder generated = named_folder("results", result_names);
  const vtm_match_options options = {.struct_size = sizeof(options), .how = how};
  vtm_matching matching;
  const vtm_status status = vtm_match(&reference, &generated, &options, &matching, error);
  *outcome = status == VTM_OK ? outcome_text(&reference, &generated, &matching) : NULL;
  vtm_matching_clear(&matching);
  vtm_folder_clear(&generated);
  vtm_folder_clear(&reference);
  return status;
}

static void expect_outcome(const char *reference_names, const char *result_names, const char *how,
                           const char *expected) {
  vtm_error error = {0};
  char *outcome;
  if (match(reference_names, result_names, how, &outcome, &error) != VTM_OK) fail_msg("%s", error.message);
  assert_string_equal(outcome, expected);
  free(outcome);
}

static void expect_refusal(const char *reference_names, const char *result_names, const char *how, vtm_status status,
                           const char *part) {
  vtm_error error = {0};
  char *outcome;
  assert_int_equal(match(reference_names, result_names, how, &outcome, &error), status);
  if (strstr(error.message, part) == NULL) fail_msg("'%s' is not in '%s'", part, error.message);
}

static void test_each_example_is_of_its_scheme(void **state) {
  (void)state;
  for (size_t k = 0; k < vtm_scheme_count(); k++) {
    vtm_folder reference = named_folder("image", people);
    vtm_folder generated = named_folder("results", vtm_scheme_at(k)->example);
    vtm_matching matching;
    vtm_error error = {0};
    const vtm_match_options options = {.struct_size = sizeof(options),
                                       .how = vtm_scheme_at(k)->on_request ? vtm_scheme_at(k)->name : NULL};
    assert_int_equal(vtm_match(&reference, &generated, &options, &matching, &error), VTM_OK);
    assert_string_equal(matching.scheme, vtm_scheme_at(k)->name);
    vtm_matching_clear(&matching);
    vtm_folder_clear(&generated);
    vtm_folder_clear(&reference);
  }
}

/* A scheme that is asked for is used, however badly it fits. */
static void test_scheme_by_name(void **state) {
  (void)state;
  expect_outcome(people, "00006_00.jpg|00008_00__x.jpg", "stem", "00006_00=00006_00 00008_00__x=");
  expect_outcome(people, "00006_00.jpg|00008_00__x.jpg", "promptdresser", "00006_00= 00008_00__x=00008_00+x");
  expect_outcome(people, "00006_00_08348_00.jpg", "hr-viton", "00006_00_08348_00=00006_00+08348_00");
  expect_outcome(people, "00006_00___08348_00.png", "pasta-gan++", "00006_00___08348_00=00006_00+08348_00");
  expect_refusal(people, "a.jpg", "stm", VTM_ERROR_USAGE, "unknown way 'stm'; did you mean stem?");
  expect_refusal(people, "a.jpg", "pairs:", VTM_ERROR_USAGE, "the file is missing");
}

static void test_auto_refuses_a_tie(void **state) {
  (void)state;
  /* As P_C the first is a result for 1, as VITON-HD's one for 1_00. */
  expect_refusal("1.jpg|1_00.jpg", "1_x.jpg", NULL, VTM_ERROR_DATA,
                 "equally well. Take 1_x.jpg: as stableviton (P_C.jpg) it is a result for 1.jpg, as viton-hd (P "
                 "without its last _00, then _C.jpg) it is a result for 1.jpg or 1_00.jpg. Say which is meant: --match "
                 "stableviton or --match viton-hd");
  expect_outcome("1.jpg|1_00.jpg", "1_x.jpg", "viton-hd", "1_x=?");
  expect_refusal("1.jpg|2.jpg", "1.jpg|2__1.jpg", NULL, VTM_ERROR_DATA, "--match stem or --match promptdresser");
}

static void test_auto_says_why(void **state) {
  (void)state;
  vtm_folder reference = named_folder("image", people);
  vtm_folder generated = named_folder("results", "00006_00__x.jpg|00008_00__y.jpg|00008_00.jpg|z.jpg");
  vtm_matching matching;
  vtm_error error = {0};
  assert_int_equal(vtm_match(&reference, &generated, NULL, &matching, &error), VTM_OK);
  assert_string_equal(matching.reason,
                      "P__C.jpg, repeats P__C_k.jpg explains 2 of 4 names; the next best, stem (P.jpg), 1");
  vtm_matching_clear(&matching);
  vtm_folder_clear(&generated);
  vtm_folder_clear(&reference);
}

static void test_expressions(void **state) {
  (void)state;
  expect_outcome(people, "gen-00006_00-with-77.png|gen-1.png", "regex:gen-(?<person>.+)-with-(?<garment>.+)",
                 "gen-00006_00-with-77=00006_00+77 gen-1=");
  expect_outcome(people, "dresses,00008_00.jpg,77,3.png",
                 "regex:(?<type>\\w+),(?<person>[^,]+),(?<garment>\\d+),(?<repeat>\\d+)",
                 "dresses,00008_00.jpg,77,3=00008_00+77#3@dresses");
  /* The whole name has to match. */
  expect_outcome(people, "00006_00.png|x00006_00.png", "regex:(?<person>0.*)", "00006_00=00006_00 x00006_00=");
  expect_outcome("\xff.jpg", "a\xff.jpg", "regex:a(?<person>.*)", "a\xff=");
  expect_refusal(people, "a.jpg", "regex:(?<person>[0-9", VTM_ERROR_USAGE,
                 "wrong at character 14: missing terminating ] for character class: (?<person>[0-9 <-- HERE ");
  expect_refusal(people, "a.jpg", "regex:\\d+", VTM_ERROR_USAGE, "no group named person");
  expect_refusal(people, "a.jpg", "regex:", VTM_ERROR_USAGE, "no group named person");
}

static void test_expression_that_explodes(void **state) {
  (void)state;
  expect_refusal(people, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!.jpg", "regex:(?<person>(a+)+)[bc]",
                 VTM_ERROR_LIMIT, "was given up at the name 'aaaaaaaaaa");
  char *deep = malloc(6001);
  assert_non_null(deep);
  memset(deep, '(', 6000);
  deep[6000] = '\0';
  memcpy(deep, "regex:", 6);
  expect_refusal(people, "a.jpg", deep, VTM_ERROR_USAGE, "longer than");
  deep[3000] = '\0';
  expect_refusal(people, "a.jpg", deep, VTM_ERROR_USAGE, "wrong at character");
  free(deep);
}

static void test_suffixes_are_no_garments(void **state) {
  (void)state;
  static const char pairs[] = "00006_00_08348_00_result.png|00008_00_00006_00_result.png";
  expect_outcome(people, "00006_00_result.png|00008_00_result.png|08348_00_result.png", NULL,
                 "00006_00_result=00006_00 00008_00_result=00008_00 08348_00_result=08348_00");
  expect_outcome(people, "00006_00_fake_B.png|00008_00_fake_B.png", NULL,
                 "00006_00_fake_B=00006_00 00008_00_fake_B=00008_00");
  expect_outcome(people, "00006_00__out.png|00008_00__out.png", NULL, "00006_00__out=00006_00 00008_00__out=00008_00");
  expect_outcome(people, pairs, NULL,
                 "00006_00_08348_00_result=00006_00+08348_00 00008_00_00006_00_result=00008_00+00006_00");
  /* garments that nobody knows: built as the people's names are, numbers, or different */
  expect_outcome(people, "00006_00_14651_00.png|00008_00_14651_00.png", NULL,
                 "00006_00_14651_00=00006_00+14651_00 00008_00_14651_00=00008_00+14651_00");
  expect_outcome(people, "00006_00__dress.png|00008_00__shirt.png", NULL,
                 "00006_00__dress=00006_00+dress 00008_00__shirt=00008_00+shirt");
  /* who says what C is has it so */
  expect_outcome(people, "00006_00_result.png|00008_00_result.png", "stableviton",
                 "00006_00_result=00006_00+result 00008_00_result=00008_00+result");
  expect_refusal(
      people, "00006_00_tryon.png|00006_00_mask.png|00008_00_tryon.png|00008_00_mask.png", NULL, VTM_ERROR_DATA,
      "results: several files of a person, told apart by endings that name no garment: _mask (2 files), _tryon "
      "(2 files). Choose the results: --match 'regex:(?<person>.+)_mask' takes those of the first, or move the "
      "others out; if these are garments: --match stableviton");
  expect_refusal(people, "00006_00_real_A.png|00006_00_fake_B.png|00008_00_fake_B.png", NULL, VTM_ERROR_DATA,
                 "_fake_B (2 files), _real_A (1 files)");
  expect_refusal(people, "00006_00_08348_00_a.png|00006_00_08348_00_b.png|00008_00_08348_00_a.png", NULL,
                 VTM_ERROR_DATA, "_a (2 files), _b (1 files). Choose the results: move the others out");
}

static void expect_near(const char *reference_name, const char *result_name, const char *how, size_t expected) {
  vtm_folder reference = named_folder("image", reference_name);
  vtm_folder generated = named_folder("results", result_name);
  const vtm_match_options options = {.struct_size = sizeof(options), .how = how};
  vtm_matching matching;
  vtm_error error = {0};
  assert_int_equal(vtm_match(&reference, &generated, &options, &matching, &error), VTM_OK);
  assert_int_equal(matching.near_names, expected);
  if (expected > 0) {
    char line[512];
    (void)vtm_matching_explain(&reference, &generated, &matching, matching.only_generated[0], line, sizeof(line));
    assert_non_null(strstr(line, "differs only in letter case or Unicode form"));
  }
  vtm_matching_clear(&matching);
  vtm_folder_clear(&generated);
  vtm_folder_clear(&reference);
}

static void test_names_that_look_equal(void **state) {
  (void)state;
  expect_near("Anna.jpg", "anna.png", NULL, 1);
  expect_near("Zo\xc3\xab.jpg", "Zoe\xcc\x88.jpg", NULL, 1);              /* composed and not */
  expect_near("\xce\xa3\xce\xb1.jpg", "\xcf\x83\xce\xb1.jpg", "stem", 1); /* Greek capital and small */
  expect_near("Anna_0.jpg|b.jpg", "b__x.jpg|anna_0__x.jpg", NULL, 1);     /* inside a scheme */
  expect_near("Zo\xc3\xab.jpg", "Zoe.jpg", NULL, 0);
  expect_near("A\xff.jpg|b.jpg", "b.jpg|a\xff.jpg", NULL, 1); /* not UTF-8: ASCII letters only */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fixtures),
      cmocka_unit_test(test_every_scheme_has_fixtures),
      cmocka_unit_test(test_each_example_is_of_its_scheme),
      cmocka_unit_test(test_scheme_by_name),
      cmocka_unit_test(test_auto_refuses_a_tie),
      cmocka_unit_test(test_auto_says_why),
      cmocka_unit_test(test_expressions),
      cmocka_unit_test(test_expression_that_explodes),
      cmocka_unit_test(test_suffixes_are_no_garments),
      cmocka_unit_test(test_names_that_look_equal),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
