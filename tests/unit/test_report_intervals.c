/* Intervals and differences in each format, the sentence for two rows, and the ranking with its ties. */
#include <cjson/cJSON.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "helpers/bits.h"
#include "vtonmetrics/compare.h"
#include "vtonmetrics/report.h"

static const vtm_interval gan_interval = {77.15, 100.49, 5.95};
static const vtm_interval ladi_interval = {58.32, 62.52, 1.07};
static const vtm_image_score influences[] = {{.name = "p1", .reference = "p1.jpg", .value = 0.75},
                                             {.name = "p2", .reference = "p2.jpg", .value = -0.75}};
static const vtm_score_row rows[] = {
    {.name = "GAN", .path = "GAN", .value = 88.82, .n_reference = 110, .n_generated = 110, .interval = &gan_interval},
    {.name = "LADI",
     .path = "LADI",
     .value = 60.42,
     .n_reference = 110,
     .n_generated = 110,
     .interval = &ladi_interval,
     .influences = influences,
     .influence_count = 2},
    {.name = "PRO_MPT", .path = "PRO_MPT", .value = 61.22, .n_reference = 110, .n_generated = 110}};

enum { GAN, LADI, PROMPT };

static const vtm_interval gan_less_ladi = {26.3, 30.5, 1.07}, gan_less_prompt = {24.6, 30.6, 1.53},
                          ladi_less_prompt = {-2.9, 1.3, 1.07};
static const vtm_difference differences[] = {
    {GAN, LADI, 110, 28.4, &gan_less_ladi, 0.0001, VTM_VERDICT_BEHIND, NULL},
    {GAN, PROMPT, 110, 27.6, &gan_less_prompt, 0.0002, VTM_VERDICT_BEHIND, NULL},
    {LADI, PROMPT, 110, -0.8, &ladi_less_prompt, 0.45, VTM_VERDICT_TIED, NULL},
};
static const vtm_result fid = {.metric = "fid",
                               .label = "FID",
                               .lower_is_better = true,
                               .reference = "image",
                               .rows = rows,
                               .row_count = 3,
                               .differences = differences,
                               .difference_count = 3};

static char *render(const vtm_result *result, const char *format) {
  vtm_error error = {0};
  char *text = NULL;
  assert_int_equal(vtm_report_render(result, format, NULL, &text, &error), VTM_OK);
  return text;
}

static void expect(const char *format, const char *expected) {
  char *text = render(&fid, format);
  assert_string_equal(text, expected);
  free(text);
}

static void test_text(void **state) {
  (void)state;
  expect("text",
         "FID against image (lower is better)\n"
         "\n"
         "  model                      FID  images\n"
         "  GAN      88.82 [77.15, 100.49]     110\n"
         "  LADI      60.42 [58.32, 62.52]     110\n"
         "  PRO_MPT                  61.22     110\n"
         "\n"
         "  LADI and PRO_MPT are tied on 110 people (PRO_MPT minus LADI: 0.8 [-1.3, 2.9], p = 0.45)\n"
         "  PRO_MPT is ahead of GAN by 27.6 [24.6, 30.6] (p < 0.001)\n");
}

/* What is zero but for rounding does not widen the column. */
static void test_text_of_tiny_intervals(void **state) {
  (void)state;
  const vtm_interval nothing = {0, 3e-15, 8e-16};
  const vtm_score_row itself[] = {
      {.name = "image", .path = "image", .n_reference = 110, .n_generated = 110, .interval = &nothing}, rows[LADI]};
  const vtm_result result = {
      .metric = "fid", .label = "FID", .lower_is_better = true, .reference = "image", .rows = itself, .row_count = 2};
  char *text = render(&result, "text");
  assert_non_null(
      strstr(text, "  image     0.0000 [0.0000, 0.0000]     110\n  LADI   60.4200 [58.3200, 62.5200]     110\n"));
  free(text);
}

static void test_markup(void **state) {
  (void)state;
  expect("markdown",
         "| model | FID | images |\n"
         "|:---|---:|---:|\n"
         "| GAN | 88.82 \\[77.15, 100.49\\] | 110 |\n"
         "| LADI | 60.42 \\[58.32, 62.52\\] | 110 |\n"
         "| PRO\\_MPT | 61.22 | 110 |\n"
         "\n"
         "- LADI and PRO\\_MPT are tied on 110 people (PRO\\_MPT minus LADI: 0.8 \\[-1.3, 2.9\\], p = 0.45)\n"
         "- PRO\\_MPT is ahead of GAN by 27.6 \\[24.6, 30.6\\] (p &lt; 0.001)\n");
  expect("latex",
         "% LADI and PRO_MPT are tied on 110 people (PRO_MPT minus LADI: 0.8 [-1.3, 2.9], p = 0.45)\n"
         "% PRO_MPT is ahead of GAN by 27.6 [24.6, 30.6] (p < 0.001)\n"
         "\\begin{tabular}{lrr}\n"
         "\\hline\n"
         "model & FID & images \\\\\n"
         "\\hline\n"
         "GAN & 88.82 [77.15, 100.49] & 110 \\\\\n"
         "LADI & 60.42 [58.32, 62.52] & 110 \\\\\n"
         "PRO\\_MPT & 61.22 & 110 \\\\\n"
         "\\hline\n"
         "\\end{tabular}\n");
}

static void test_csv(void **state) {
  (void)state;
  expect("csv",
         "model,metric,value,n_reference,n_generated,reference,generated,interval_low,interval_high,standard_error\n"
         "GAN,FID,88.82,110,110,image,GAN,77.15,100.49,5.95\n"
         "LADI,FID,60.42,110,110,image,LADI,58.32,62.52,1.07\n"
         "PRO_MPT,FID,61.22,110,110,image,PRO_MPT,,,\n");
}

static const cJSON *member(const cJSON *object, const char *name) {
  return cJSON_GetObjectItemCaseSensitive(object, name);
}

static void test_json(void **state) {
  (void)state;
  char *text = render(&fid, "json");
  cJSON *root = cJSON_Parse(text);
  assert_non_null(root);
  const cJSON *results = member(root, "results");
  const cJSON *ladi = cJSON_GetArrayItem(results, LADI);
  const cJSON *interval = member(ladi, "interval");
  expect_same_bits(member(interval, "low")->valuedouble, 58.32);
  expect_same_bits(member(interval, "high")->valuedouble, 62.52);
  expect_same_bits(member(interval, "standard_error")->valuedouble, 1.07);
  const cJSON *list = member(ladi, "influences");
  assert_int_equal(cJSON_GetArraySize(list), 2);
  assert_string_equal(member(cJSON_GetArrayItem(list, 1), "name")->valuestring, "p2");
  expect_same_bits(member(cJSON_GetArrayItem(list, 1), "value")->valuedouble, -0.75);
  assert_null(member(cJSON_GetArrayItem(results, PROMPT), "interval"));
  const cJSON *pairs = member(root, "differences");
  assert_int_equal(cJSON_GetArraySize(pairs), 3);
  const cJSON *last = cJSON_GetArrayItem(pairs, 2);
  assert_string_equal(member(last, "a")->valuestring, "LADI");
  assert_string_equal(member(last, "b")->valuestring, "PRO_MPT");
  expect_same_bits(member(last, "n")->valuedouble, 110);
  expect_same_bits(member(last, "value")->valuedouble, -0.8);
  expect_same_bits(member(member(last, "interval"), "high")->valuedouble, 1.3);
  expect_same_bits(member(last, "p")->valuedouble, 0.45);
  assert_string_equal(member(last, "verdict")->valuestring, "tied");
  assert_true(cJSON_IsNull(member(last, "why")));
  assert_string_equal(member(cJSON_GetArrayItem(pairs, 0), "verdict")->valuestring, "behind");
  cJSON_Delete(root);
  free(text);
}

static void expect_sentence(const vtm_result *result, size_t a, size_t b, const char *expected) {
  vtm_error error = {0};
  char *sentence = NULL;
  assert_int_equal(vtm_report_sentence(result, a, b, &sentence, &error), VTM_OK);
  assert_string_equal(sentence, expected);
  free(sentence);
}

static void test_sentences(void **state) {
  (void)state;
  expect_sentence(&fid, GAN, LADI, "LADI is ahead of GAN by 28.4 [26.3, 30.5] (p < 0.001)");
  expect_sentence(&fid, LADI, GAN, "LADI is ahead of GAN by 28.4 [26.3, 30.5] (p < 0.001)");
  expect_sentence(&fid, PROMPT, LADI,
                  "PRO_MPT and LADI are tied on 110 people (LADI minus PRO_MPT: -0.8 [-2.9, 1.3], p = 0.45)");
  vtm_result higher = fid;
  vtm_difference turned = differences[0];
  turned.verdict = VTM_VERDICT_AHEAD;
  higher.lower_is_better = false;
  higher.row_count = 2;
  higher.differences = &turned;
  higher.difference_count = 1;
  expect_sentence(&higher, GAN, LADI, "GAN is ahead of LADI by 28.4 [26.3, 30.5] (p < 0.001)");
  vtm_result unsure = fid;
  unsure.difference_count = 0;
  expect_sentence(&unsure, GAN, LADI, "LADI has a better value than GAN, by 28.4000; whether it is ahead is not known");
}

static void test_sentences_of_each_verdict(void **state) {
  (void)state;
  static const vtm_interval small = {0.0871, 0.0953, 0.002}, nothing = {0, 0, 0};
  vtm_difference tested = {GAN, LADI, 110, 0.0912, &small, 0.0003, VTM_VERDICT_BEHIND, NULL};
  vtm_result result = fid;
  result.row_count = 2;
  result.differences = &tested;
  result.difference_count = 1;
  expect_sentence(&result, GAN, LADI, "LADI is ahead of GAN by 0.0912 [0.0871, 0.0953] (p < 0.001)");
  tested.p = 0.0123;
  expect_sentence(&result, GAN, LADI, "LADI is ahead of GAN by 0.0912 [0.0871, 0.0953] (p = 0.012)");
  tested.n = 28;
  expect_sentence(&result, GAN, LADI,
                  "LADI is ahead of GAN by 0.0912 [0.0871, 0.0953] on the 28 people that both have (p = 0.012)");
  tested.verdict = VTM_VERDICT_TIED;
  tested.why = "p is too near to 0.05 for the sign patterns drawn";
  expect_sentence(
      &result, GAN, LADI,
      "GAN and LADI are tied on 28 people (LADI minus GAN: -0.0912 [-0.0953, -0.0871], p = 0.012): p is too "
      "near to 0.05 for the sign patterns drawn");
  tested = (vtm_difference){GAN, LADI, 28, 0, &nothing, 1, VTM_VERDICT_EQUAL, NULL};
  expect_sentence(&result, GAN, LADI,
                  "GAN and LADI have the same value on the people, and equal numbers of results, that both have");
  tested = (vtm_difference){GAN, LADI, 5, -3, NULL, NAN, VTM_VERDICT_UNKNOWN, "fewer than 10 people"};
  expect_sentence(
      &result, LADI, GAN,
      "GAN has a better value than LADI, by 3.0000; whether it is ahead is not known: fewer than 10 people");
  tested = (vtm_difference){GAN, LADI, 0, NAN, NULL, NAN, VTM_VERDICT_INCOMPARABLE, "of unlike photographs"};
  expect_sentence(&result, GAN, LADI, "GAN and LADI cannot be compared: of unlike photographs");
}

static void expect_ranking(const vtm_result *result, const size_t *order, const size_t *rank) {
  size_t got_order[3];
  size_t got_rank[3];
  vtm_result_ranking(result, got_order, got_rank);
  assert_memory_equal(got_order, order, sizeof(got_order));
  assert_memory_equal(got_rank, rank, sizeof(got_rank));
}

static void test_ranking(void **state) {
  (void)state;
  expect_ranking(&fid, (const size_t[]){LADI, PROMPT, GAN}, (const size_t[]){1, 1, 3});
  vtm_result plain = fid;
  plain.difference_count = 0;
  expect_ranking(&plain, (const size_t[]){LADI, PROMPT, GAN}, (const size_t[]){1, 2, 3});
}

/* The middle one is tied with both others, of which one is ahead: a sentence says so. */
static void test_ranking_of_what_is_not_transitive(void **state) {
  (void)state;
  vtm_difference some[3];
  memcpy(some, differences, sizeof(some));
  some[1].verdict = VTM_VERDICT_TIED; /* GAN and PRO_MPT */
  vtm_result result = fid;
  result.differences = some;
  expect_ranking(&result, (const size_t[]){LADI, PROMPT, GAN}, (const size_t[]){1, 1, 2});
  char *text = render(&result, "text");
  assert_non_null(strstr(text, "  PRO_MPT and GAN are tied on 110 people"));
  assert_non_null(strstr(text, "  LADI is ahead of GAN by 28.4 [26.3, 30.5] (p < 0.001)\n"));
  free(text);
}

/* One noisy model is tied with the best, though a better one than it is not. */
static void test_ranking_of_a_noisy_model(void **state) {
  (void)state;
  vtm_difference some[3];
  memcpy(some, differences, sizeof(some));
  some[0].verdict = VTM_VERDICT_TIED;  /* GAN and LADI */
  some[2].verdict = VTM_VERDICT_AHEAD; /* LADI and PRO_MPT */
  some[1].verdict = VTM_VERDICT_TIED;
  vtm_result result = fid;
  result.differences = some;
  expect_ranking(&result, (const size_t[]){LADI, PROMPT, GAN}, (const size_t[]){1, 2, 1});
  char *text = render(&result, "text");
  assert_non_null(strstr(text, "  LADI and GAN are tied on 110 people"));
  free(text);
}

static void test_no_ranks_of_what_cannot_be_compared(void **state) {
  (void)state;
  vtm_difference some[3];
  memcpy(some, differences, sizeof(some));
  some[1] = (vtm_difference){GAN, PROMPT, 0, NAN, NULL, NAN, VTM_VERDICT_INCOMPARABLE, "of unlike photographs"};
  vtm_result result = fid;
  result.differences = some;
  expect_ranking(&result, (const size_t[]){LADI, PROMPT, GAN}, (const size_t[]){0, 0, 0});
  result.difference_count = 0;
  vtm_score_row unlike[3];
  memcpy(unlike, rows, sizeof(unlike));
  unlike[GAN].n_generated = 109;
  result.rows = unlike;
  assert_int_equal(vtm_result_verdict(&result, GAN, LADI), VTM_VERDICT_INCOMPARABLE);
  assert_int_equal(vtm_result_verdict(&result, LADI, PROMPT), VTM_VERDICT_UNKNOWN);
  result.metric = "psnr"; /* does not depend on the number of results */
  assert_int_equal(vtm_result_verdict(&result, GAN, LADI), VTM_VERDICT_UNKNOWN);
  unlike[LADI].value = unlike[PROMPT].value;
  assert_int_equal(vtm_result_verdict(&result, LADI, PROMPT), VTM_VERDICT_EQUAL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_text),
      cmocka_unit_test(test_text_of_tiny_intervals),
      cmocka_unit_test(test_markup),
      cmocka_unit_test(test_csv),
      cmocka_unit_test(test_json),
      cmocka_unit_test(test_sentences),
      cmocka_unit_test(test_sentences_of_each_verdict),
      cmocka_unit_test(test_ranking),
      cmocka_unit_test(test_ranking_of_what_is_not_transitive),
      cmocka_unit_test(test_ranking_of_a_noisy_model),
      cmocka_unit_test(test_no_ranks_of_what_cannot_be_compared),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
