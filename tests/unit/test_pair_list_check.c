/* Checking pair lists: for each rule and dialect lists that trigger it and lists that must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "helpers/named_folder.h"
#include "vtonmetrics/tools/pairs.h"

typedef struct fixture {
  const char *id;
  const char *people, *garments, *list; /* list NULL: none */
  const char *results;                  /* NULL: none */
  vtm_pair_order order;
  const char *findings; /* "rule:line rule:line", in the order of the report; line 0 for none */
} fixture;

#define P "p1.jpg|p2.jpg"
#define C "c1.jpg|c2.jpg"
#define GOOD_STEMS "p1 c1\np2 c2\n"
#define ALL "a.jpg|b.jpg|c.jpg|d.jpg"
#define ROUND "a b\nb c\nc d\nd a\n"
#define GOOD "p1.jpg c1.jpg\np2.jpg c2.jpg\n"

static const fixture fixtures[] = {
    {"good", P, C, GOOD, NULL, 0, ""},
    {"good-without-extension", P, C, "p1 c1\np2 c2\n", NULL, 0, ""},
    {"good-turned", P, C, "c1 p1\nc2 p2\n", NULL, 0, ""},
    {"good-every-oddity", P, C, "\xef\xbb\xbf# list\r\n\r\np1.jpg\tc1 \r\np2\tc2.jpg # x\r\n", NULL, 0, ""},
    {"good-types", P, C, "p1 c1 dress\np2 c2 dress\n", NULL, 0, ""},
    {"good-no-list", "a.jpg|1_0.jpg", "a.jpg|1_1.jpg", NULL, NULL, 0, ""},
    {"good-same-names", "a.jpg|b.jpg", "a.jpg|b.jpg", "a a\nb b\n", "a.png|b.png", 0, ""},
    {"good-results", P, C, GOOD, "p1.png|p2.png", 0, ""},
    {"good-results-with-garments", P, C, GOOD, "p1__c1.png|p2__c2_0.png|p2__c2_1.png", 0, ""},
    {"good-results-order-unknown", "a.jpg|b.jpg", "a.jpg|b.jpg", "a b\nb a\n", "a.png|b.png", 0, ""},
    {"good-results-one-name-missing", "a.jpg|b.jpg|c.jpg", "a.jpg|b.jpg|c.jpg", "a a\nb b\nc x\n", "a.png|b.png|c.png",
     0, "pairs-missing-name:3"},
    {"missing-result-one-name-missing", "a.jpg|b.jpg|c.jpg", "a.jpg|b.jpg|c.jpg", "a a\nb b\nc x\n", "a.png", 0,
     "pairs-missing-name:3 result-missing:2"},
    {"image-unread", "p1.jxl|p2.jpg", "c1.jpg|c2.AVIF", GOOD_STEMS, "p1.heic|p2.png", 0,
     "image-unread:0 image-unread:0 image-unread:0"},
    {"pairs-empty-list", P, C, "# nothing\n\n", NULL, 0, "pairs-empty-list:0"},
    {"pairs-malformed-line", P, C, "p1 c1\np2\np2 c2\na b c d\n", NULL, 0,
     "pairs-malformed-line:2 pairs-malformed-line:4"},
    {"pairs-missing-person", P, C, GOOD "p3 c1\n", NULL, 0, "pairs-missing-person:3"},
    {"pairs-missing-garment", P, C, GOOD "p1 c3.jpg\n", NULL, 0, "pairs-missing-garment:3"},
    {"missing-garment-no-list", "a.jpg|b.jpg", "a.jpg", NULL, NULL, 0, "pairs-missing-garment:0"},
    {"missing-person-no-list", "a.jpg", "a.jpg|b.jpg", NULL, NULL, 0, "pairs-missing-person:0"},
    {"pairs-missing-name", "a.jpg|b.jpg", "a.jpg|b.jpg", "a b\nb a\na x\n", NULL, 0, "pairs-missing-name:3"},
    {"pairs-wrong-extension", P, C, "p1.png c1.jpg\np2.jpg c2\n", NULL, 0, "pairs-wrong-extension:1"},
    {"wrong-extension-by-case", P, C, "p1.JPG c1\np2.jpg c2.jpg\n", NULL, 0, "pairs-wrong-extension:1"},
    {"pairs-duplicate-pair", P, C, GOOD "p1 c1.jpg\np1 c1\n", NULL, 0, "pairs-duplicate-pair:3 pairs-duplicate-pair:4"},
    {"no-duplicate-other-garment", P, C, GOOD "p1 c2\n", NULL, 0, ""},
    {"pairs-mixed-order", P, C, "p1 c1\np2 c2\np1 c2\nc1 p2\np1 d1\np1 d2\np1 d3\np1 d4\np1 d5\np1 d6\np1 d7\n", NULL,
     0, NULL},
    {"mixed-order-of-halves", P, C, "p1 c1\nc2 p2\n", NULL, 0, "pairs-mixed-order:0"},
    {"mixed-order-as-said", P, C, "p1 c1\nc2 p2\np1 c2\n", NULL, VTM_ORDER_PERSON_GARMENT, "pairs-mixed-order:2"},
    {"pairs-swapped-columns", P, C, GOOD, NULL, VTM_ORDER_GARMENT_PERSON, "pairs-swapped-columns:0"},
    /* Every name is both: a line that fits the other way only names a missing file, whether or not the order is said.
     */
    {"missing-garment-of-both", ALL, "a.jpg|b.jpg|c.jpg", ROUND, NULL, VTM_ORDER_PERSON_GARMENT,
     "pairs-missing-garment:3"},
    {"missing-person-of-both", "a.jpg|b.jpg|c.jpg", ALL, ROUND, NULL, VTM_ORDER_PERSON_GARMENT,
     "pairs-missing-person:4"},
    {"missing-garment-in-both-columns", ALL, "a.jpg|b.jpg|c.jpg", ROUND, NULL, 0, "pairs-missing-garment:0"},
    {"missing-person-in-both-columns", "a.jpg|b.jpg|c.jpg", ALL, ROUND, NULL, 0, "pairs-missing-person:0"},
    {"not-swapped", P, C, GOOD, NULL, VTM_ORDER_PERSON_GARMENT, ""},
    {"pairs-missing-type", P, C, "p1 c1 dress\np2 c2\n", NULL, 0, "pairs-missing-type:0"},
    {"pairs-unused-person", P "|p3.jpg", C, GOOD, NULL, 0, "pairs-unused-person:0"},
    {"pairs-unused-garment", P, C "|c3.jpg", GOOD, NULL, 0, "pairs-unused-garment:0"},
    {"duplicate-name", "p1.jpg|p1.png|p2.jpg", C, GOOD, NULL, 0, "duplicate-name:0"},
    {"pairs-near-name", "Anna.jpg|p2.jpg", C, "anna c1\np2 c2\n", NULL, 0, "pairs-near-name:1 pairs-unused-person:0"},
    {"result-missing", P, C, GOOD, "p1.png", 0, "result-missing:2"},
    {"missing-result-of-garment", P, C, GOOD "p1 c2\n", "p1__c1.png|p2__c2.png", 0, "result-missing:3"},
    {"result-of-nobody", P, C, GOOD, "p1.png|p2.png|z.png", 0, "result-of-nobody:0"},
    {"result-unlisted", P, C, GOOD, "p1__c1.png|p1__c2.png|p2__c2.png", 0, "result-unlisted:0"},
    {"result-twice", P, C, GOOD, "p1.jpg|p1.png|p2.png", 0, "result-twice:0"},
    {"result-ambiguous", "a.jpg|a_b.jpg|d.jpg", "e.jpg", "a e\na_b e\nd e\n", "a_b_c.jpg|d_e.jpg|a_b_e.png", 0, NULL},
    {"near-result", "Anna.jpg|p2.jpg", C, "Anna c1\np2 c2\n", "anna.png|p2.png", 0,
     "pairs-near-name:0 result-missing:1"},
    /* Numbers are lines of the list, whose order is said. */
    {"numbered-results-of-both", "a.jpg|b.jpg", "a.jpg|b.jpg", "a b\nb a\n", "out_hd_0.png|out_hd_1.png",
     VTM_ORDER_PERSON_GARMENT, ""},
    {"numbered-results-missing", "a.jpg|b.jpg", "a.jpg|b.jpg", "a b\nb a\n", "out_hd_0.png", VTM_ORDER_GARMENT_PERSON,
     "result-missing:2"},
    {"numbered-results", P, C, GOOD, "out_hd_0.png|out_hd_1.png", 0, NULL},
};
enum { FIXTURES = sizeof(fixtures) / sizeof(*fixtures) };

typedef struct checked {
  vtm_folder people, garments, results;
  vtm_pair_list list;
  vtm_pairs_input input;
  vtm_pairs_report report;
} checked;

static void check_usual(const fixture *wanted, vtm_pair_order usual, checked *made) {
  *made =
      (checked){.people = named_folder("image", wanted->people), .garments = named_folder("cloth", wanted->garments)};
  vtm_error error = {0};
  if (wanted->list != NULL)
    assert_int_equal(vtm_pair_list_parse("pairs.txt", wanted->list, strlen(wanted->list), &made->list, &error), VTM_OK);
  if (wanted->results != NULL) made->results = named_folder("GAN", wanted->results);
  made->input = (vtm_pairs_input){.people = &made->people,
                                  .garments = &made->garments,
                                  .list = wanted->list != NULL ? &made->list : NULL,
                                  .order = wanted->order,
                                  .usual = usual,
                                  .results = &made->results,
                                  .result_count = wanted->results != NULL ? 1 : 0};
  if (vtm_pairs_check(&made->input, &made->report, &error) != VTM_OK) fail_msg("%s: %s", wanted->id, error.message);
}

static void check(const fixture *wanted, checked *made) { check_usual(wanted, VTM_ORDER_UNKNOWN, made); }

static void done(checked *made) {
  vtm_pairs_report_clear(&made->report);
  vtm_pair_list_clear(&made->list);
  vtm_folder_clear(&made->people);
  vtm_folder_clear(&made->garments);
  vtm_folder_clear(&made->results);
}

static char *findings_text(const vtm_pairs_report *report) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  assert_non_null(out);
  for (size_t i = 0; i < report->finding_count; i++)
    (void)fprintf(out, "%s%s:%zu", i ? " " : "", report->findings[i].rule->id, report->findings[i].line);
  assert_int_equal(fclose(out), 0);
  return text;
}

static void test_fixtures(void **state) {
  (void)state;
  for (size_t i = 0; i < FIXTURES; i++) {
    checked made;
    if (fixtures[i].findings == NULL) continue; /* looked at by tests of their own */
    check(&fixtures[i], &made);
    char *found = findings_text(&made.report);
    if (strcmp(found, fixtures[i].findings) != 0)
      fail_msg("%s: '%s' instead of '%s'", fixtures[i].id, found, fixtures[i].findings);
    free(found);
    done(&made);
  }
}

static const fixture *find(const char *id) {
  for (size_t i = 0; i < FIXTURES; i++)
    if (strcmp(fixtures[i].id, id) == 0) return &fixtures[i];
  fail_msg("no fixture %s", id);
  return NULL;
}

/* Rules that a fixture triggers; those that it does not are covered by the good ones. */
static void test_every_rule_has_fixtures(void **state) {
  (void)state;
  for (size_t r = 0; r < vtm_pair_rule_count(); r++) {
    const vtm_pair_rule *rule = vtm_pair_rule_at(r);
    size_t triggered = 0;
    size_t silent = 0;
    for (size_t i = 0; i < FIXTURES; i++) {
      checked made;
      bool found = false;
      check(&fixtures[i], &made);
      for (size_t k = 0; k < made.report.finding_count; k++) found = found || made.report.findings[k].rule == rule;
      *(found ? &triggered : &silent) += 1;
      done(&made);
    }
    if (triggered == 0 || silent == 0)
      fail_msg("%s: %zu fixtures that trigger it, %zu that do not", rule->id, triggered, silent);
    assert_true(strlen(rule->reason) > 10 && strlen(rule->fix) > 10);
  }
}

static void expect_text(const fixture *wanted, size_t finding, const char *text) {
  checked made;
  check(wanted, &made);
  assert_true(finding < made.report.finding_count);
  assert_string_equal(made.report.findings[finding].text, text);
  done(&made);
}

static void test_messages(void **state) {
  (void)state;
  expect_text(find("pairs-missing-person"), 0, "p3: not in image");
  expect_text(find("pairs-missing-name"), 0, "x: neither in image nor in cloth");
  expect_text(find("pairs-wrong-extension"), 0, "p1.png: in image the file is p1.jpg");
  expect_text(find("pairs-duplicate-pair"), 1, "p1 c1: the same pair as in line 1");
  expect_text(find("pairs-near-name"), 0, "anna: image has Anna.jpg, which differs in letter case or Unicode form");
  expect_text(find("mixed-order-of-halves"), 0,
              "1 lines can only be garment, person (the first is line 2), 1 only person, garment (line 1)");
  expect_text(find("pairs-swapped-columns"), 0,
              "2 lines can only be person-garment (the first is line 1), but --order garment-person was given");
  expect_text(find("missing-result-of-garment"), 0, "no result of p1.jpg in garment c2");
  expect_text(find("result-unlisted"), 0, "p1__c2.png: the pair is not in the list");
}

static void test_mixed_and_numbered(void **state) {
  (void)state;
  checked made;
  check(find("numbered-results"), &made);
  assert_int_equal(made.report.finding_count, 0);
  assert_string_equal(made.report.results[0].scheme, "pairs");
  done(&made);
  check(find("result-ambiguous"), &made);
  assert_string_equal(made.report.findings[made.report.finding_count - 1].rule->id, "result-ambiguous");
  assert_string_equal(made.report.findings[made.report.finding_count - 1].text, "a_b_c.jpg: may show a.jpg or a_b.jpg");
  done(&made);
}

static void expect_order(const char *people, const char *garments, const char *list, vtm_pair_order order, bool same) {
  vtm_folder a = named_folder("image", people);
  vtm_folder b = named_folder("cloth", garments);
  vtm_pair_list pairs;
  vtm_order_evidence evidence;
  assert_int_equal(vtm_pair_list_parse("list", list, strlen(list), &pairs, NULL), VTM_OK);
  assert_int_equal(vtm_pair_list_order(&pairs, &a, &b, &evidence), order);
  assert_int_equal(evidence.same_names, same);
  assert_int_equal(evidence.garment_person + evidence.person_garment + evidence.either + evidence.neither, pairs.count);
  vtm_pair_list_clear(&pairs);
  vtm_folder_clear(&a);
  vtm_folder_clear(&b);
}

static void test_order(void **state) {
  (void)state;
  expect_order("a.jpg|b.jpg", "a.jpg|b.jpg", "a b\nb a\n", VTM_ORDER_UNKNOWN, false);
  expect_order("a.jpg|b.jpg", "a.jpg|b.jpg", "a a\nb.jpg b\n", VTM_ORDER_UNKNOWN, true);
  /* Where names are shared, one that is not may be a missing file; two in one column are none. */
  expect_order("a.jpg|b.jpg", "a.jpg|b.jpg|c.jpg", "a b\nc a\n", VTM_ORDER_UNKNOWN, false);
  expect_order("a.jpg|b.jpg", "a.jpg|b.jpg|c.jpg", "a b\nc a\nc b\n", VTM_ORDER_UNKNOWN, false);
  expect_order("a.jpg|b.jpg", "a.jpg|b.jpg|c.jpg|d.jpg", "a b\nc a\nd b\n", VTM_ORDER_GARMENT_PERSON, false);
  expect_order("a.jpg|b.jpg|p.jpg|q.jpg", "a.jpg|b.jpg", "a b\np a\nq b\n", VTM_ORDER_PERSON_GARMENT, false);
  expect_order("a.jpg|b.jpg|c.jpg", "a.jpg|b.jpg", "a b\nb c\nc a\n", VTM_ORDER_UNKNOWN, false);
  expect_order("p.jpg", "c.jpg", "p c\n", VTM_ORDER_PERSON_GARMENT, false);
  expect_order("a.jpg", "b.jpg", "x y\n", VTM_ORDER_UNKNOWN, false);
  expect_order("p.jpg", "c.jpg", "p c\nc p\n", VTM_ORDER_UNKNOWN, false);
  expect_order("p.jpg", "c.jpg", "p c\np c\np c\np c\np c\np c\np c\np c\np c\np c\nc p\n", VTM_ORDER_PERSON_GARMENT,
               false);
}

/* ---- dialects ---- */

typedef struct dialect_fixture {
  const char *dialect, *list, *expected; /* expected NULL: cannot be written */
} dialect_fixture;

static const dialect_fixture dialect_fixtures[] = {
    {"course", "p1 c1\np2 c2\n", "c1.jpg p1.jpg\nc2.jpg p2.jpg\n"},
    {"course", "a b\n", NULL},
    {"viton-hd", "c1 p1\nc2 p2\n", "p1.jpg c1.jpg\np2.jpg c2.jpg\n"},
    {"viton-hd", "a b\nb a\n", NULL},
    {"dresscode", "c1 p1 dress\n", "p1.jpg\tc1.jpg\n"},
    {"dresscode", "b a\n", NULL},
    {"gp-vton", "c1 p1 upper\np2 c2 dress\n", NULL},
    {"gp-vton", "c1 p1 upper\nc2 p2 dress\n", "p1.jpg c1.jpg upper\np2.jpg c2.jpg dress\n"},
    {"gp-vton", "c1 p1\n", NULL},
    {"stems", "c1.jpg p1.jpg\n", "p1 c1\n"},
    {"stems", "a b\n", NULL},
    {NULL,
     "\xef\xbb\xbf"
     "c1.png p1\r\nc1 p1\r\nc9 p1\r\n# x\r\nc2 p2 dress\r\n",
     "c1.jpg p1.jpg\nc2.jpg p2.jpg dress\n"},
    {NULL, "a b\nb a\na zzz\n", "a.jpg b.jpg\nb.jpg a.jpg\n"},
    {NULL, "x y\n", NULL},
    {NULL, NULL, "a.jpg a.jpg\nb.jpg b.jpg\n"},
    {"course", "my shirt.jpg\tp1.jpg\n", "my shirt.jpg\tp1.jpg\n"},
};
enum { DIALECT_FIXTURES = sizeof(dialect_fixtures) / sizeof(*dialect_fixtures) };

static void test_writing(void **state) {
  (void)state;
  for (size_t i = 0; i < DIALECT_FIXTURES; i++) {
    const dialect_fixture *wanted = &dialect_fixtures[i];
    const fixture source = {"dialect", P "|a.jpg|b.jpg", C "|a.jpg|b.jpg|my shirt.jpg", wanted->list, NULL, 0, NULL};
    checked made;
    check(&source, &made);
    char *text = NULL;
    size_t pairs = 0;
    vtm_error error = {0};
    const vtm_pair_dialect *dialect = wanted->dialect != NULL ? vtm_pair_dialect_find(wanted->dialect) : NULL;
    const vtm_status status = vtm_pairs_correct(&made.input, &made.report, dialect, &text, &pairs, &error);
    if (wanted->expected == NULL) {
      if (status != VTM_ERROR_DATA) fail_msg("%zu: '%s' was written", i, text != NULL ? text : "");
      assert_true(strlen(error.message) > 20);
    } else {
      if (status != VTM_OK) fail_msg("%zu: %s", i, error.message);
      assert_string_equal(text, wanted->expected);
    }
    free(text);
    done(&made);
  }
}

/* With an order that was given, or the layout's, no line is turned: what does not exist in it is left out. */
static void test_writing_turns_nothing(void **state) {
  (void)state;
  static const struct {
    const char *people, *garments, *list;
    vtm_pair_order order, usual;
    const char *expected;
  } cases[] = {
      {ALL, "a.jpg|b.jpg|c.jpg", ROUND, VTM_ORDER_PERSON_GARMENT, 0, "a.jpg b.jpg\nb.jpg c.jpg\nd.jpg a.jpg\n"},
      {ALL, "a.jpg|b.jpg|c.jpg", ROUND, 0, VTM_ORDER_PERSON_GARMENT, "a.jpg b.jpg\nb.jpg c.jpg\nd.jpg a.jpg\n"},
      {"a.jpg|b.jpg|c.jpg", ALL, ROUND, 0, VTM_ORDER_PERSON_GARMENT, "a.jpg b.jpg\nb.jpg c.jpg\nc.jpg d.jpg\n"},
      {P, C, "p1 c1\nc2 p2\n", VTM_ORDER_PERSON_GARMENT, 0, "p1.jpg c1.jpg\n"},
      {P, C, "p1 c1\nc2 p2\n", 0, VTM_ORDER_PERSON_GARMENT, "p1.jpg c1.jpg\n"},
  };
  for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
    const fixture source = {"turned", cases[i].people, cases[i].garments, cases[i].list, NULL, cases[i].order, NULL};
    checked made;
    char *text = NULL;
    size_t pairs = 0;
    check_usual(&source, cases[i].usual, &made);
    assert_int_equal(vtm_pairs_correct(&made.input, &made.report, NULL, &text, &pairs, NULL), VTM_OK);
    assert_string_equal(text, cases[i].expected);
    free(text);
    done(&made);
  }
}

static void test_every_dialect_has_fixtures(void **state) {
  (void)state;
  for (size_t k = 0; k < vtm_pair_dialect_count(); k++) {
    const vtm_pair_dialect *dialect = vtm_pair_dialect_at(k);
    size_t written = 0;
    size_t refused = 0;
    for (size_t i = 0; i < DIALECT_FIXTURES; i++)
      if (dialect_fixtures[i].dialect != NULL && strcmp(dialect_fixtures[i].dialect, dialect->name) == 0)
        *(dialect_fixtures[i].expected != NULL ? &written : &refused) += 1;
    if (written == 0 || refused == 0) fail_msg("%s: %zu written, %zu refused", dialect->name, written, refused);
    /* Its example is a line of it. */
    vtm_pair_list list;
    assert_int_equal(vtm_pair_list_parse("x", dialect->example, strlen(dialect->example), &list, NULL), VTM_OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.with_type, dialect->type ? 1 : 0);
    assert_int_equal(list.tabs, dialect->separator == '\t');
    vtm_pair_list_clear(&list);
  }
  assert_null(vtm_pair_dialect_find("nonsense"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fixtures),
      cmocka_unit_test(test_every_rule_has_fixtures),
      cmocka_unit_test(test_messages),
      cmocka_unit_test(test_mixed_and_numbered),
      cmocka_unit_test(test_order),
      cmocka_unit_test(test_writing),
      cmocka_unit_test(test_writing_turns_nothing),
      cmocka_unit_test(test_every_dialect_has_fixtures),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
