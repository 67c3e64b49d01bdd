/* Each format of a report, against the text that is expected, byte for byte. */
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
#include "vtonmetrics/report.h"

static const vtm_named_value gan_terms[] = {{"mean", 3.25}, {"covariance", 117.0004}};
static const vtm_named_value ladi_terms[] = {{"mean", 1.0 / 3.0}, {"covariance", 9.0}};
static const char *const ladi_warnings[] = {"1 image left out: LADI/x\ny.jpg"};
static const vtm_score_row fid_rows[] = {{.name = "GAN",
                                          .path = "out/GAN",
                                          .value = 120.2504,
                                          .n_reference = 28,
                                          .n_generated = 28,
                                          .terms = gan_terms,
                                          .term_count = 2},
                                         {.name = "LA_DI|x,\"y\"",
                                          .path = "LADI",
                                          .value = 28.0 / 3.0,
                                          .n_reference = 28,
                                          .n_generated = 27,
                                          .terms = ladi_terms,
                                          .term_count = 2,
                                          .warnings = ladi_warnings,
                                          .warning_count = 1}};
static const vtm_named_text protocol[] = {{"network", "alexnet"}, {"resize", "pillow-bicubic 256x256"}};
static const char *const notes[] = {"matched images only: 28 of 30"};
static const vtm_result fid = {.metric = "fid",
                               .label = "FD(alexnet)",
                               .lower_is_better = true,
                               .reference = "image",
                               .rows = fid_rows,
                               .row_count = 2,
                               .protocol = protocol,
                               .protocol_count = 2,
                               .notes = notes,
                               .note_count = 1};

static const double layers[] = {0.1, 0.2};
static const vtm_image_score pairs[] = {
    {.name = "a, b", .reference = "a, b.jpg", .value = 0.30000000000000004, .layers = layers},
    {.name = "c\xff", .reference = "c\xff.jpg", .value = 0.5, .layers = layers}};
static const vtm_named_value lpips_terms[] = {{"mean", 0.4}, {"median", 0.35}, {"std", 0.1}};
static const vtm_score_row lpips_row = {.name = "LADI",
                                        .path = "LADI/",
                                        .value = 0.4,
                                        .n_reference = 2,
                                        .n_generated = 2,
                                        .terms = lpips_terms,
                                        .term_count = 3,
                                        .images = pairs,
                                        .image_count = 2,
                                        .layer_count = 2};
static const vtm_result lpips = {.metric = "lpips",
                                 .label = "LPIPS(alex)",
                                 .lower_is_better = true,
                                 .reference = "image/",
                                 .rows = &lpips_row,
                                 .row_count = 1};

static char *render(const vtm_result *result, const char *format, bool color) {
  const vtm_report_options options = {.struct_size = sizeof(options), .color = color};
  vtm_error error = {0};
  char *text = NULL;
  assert_int_equal(vtm_report_render(result, format, &options, &text, &error), VTM_OK);
  assert_non_null(text);
  return text;
}

static void expect(const vtm_result *result, const char *format, const char *expected) {
  char *text = render(result, format, false);
  assert_string_equal(text, expected);
  free(text);
}

static void test_text(void **state) {
  (void)state;
  expect(&fid, "text",
         "FD(alexnet) against image (lower is better)\n"
         "\n"
         "  model        FD(alexnet)  photographs  results    mean  covariance\n"
         "  GAN             120.2504           28       28  3.2500    117.0004\n"
         "  LA_DI|x,\"y\"       9.3333           28       27  0.3333      9.0000\n"
         "\n"
         "Computed with\n"
         "  network  alexnet\n"
         "  resize   pillow-bicubic 256x256\n"
         "\n"
         "Note: matched images only: 28 of 30\n"
         "Warning: LA_DI|x,\"y\": 1 image left out: LADI/x\\ny.jpg\n");
  expect(&lpips, "text",
         "LPIPS(alex) against image/ (lower is better)\n"
         "\n"
         "  model  LPIPS(alex)  images     median        std\n"
         "  LADI     0.4000000       2  0.3500000  0.1000000\n");
}

static void test_text_in_colour(void **state) {
  (void)state;
  vtm_score_row rows[2];
  vtm_result alike = fid;
  memcpy(rows, fid_rows, sizeof(rows));
  rows[1].n_generated = rows[0].n_generated;
  alike.rows = rows;
  char *text = render(&alike, "text", true);
  assert_non_null(strstr(text, "\033[1;32m9.3333\033[0m")); /* the best */
  assert_null(strstr(text, "\033[1;32m120.2504\033[0m"));
  free(text);
  text = render(&fid, "text", true); /* of unlike numbers of results none is the best */
  assert_null(strstr(text, "\033[1;32m"));
  free(text);
}

static void test_csv_and_tsv(void **state) {
  (void)state;
  expect(&fid, "csv",
         "model,metric,value,n_reference,n_generated,mean,covariance,reference,generated\n"
         "GAN,FD(alexnet),120.2504,28,28,3.25,117.0004,image,out/GAN\n"
         "\"LA_DI|x,\"\"y\"\"\",FD(alexnet),9.333333333333334,28,27,0.3333333333333333,9,image,LADI\n");
  expect(&lpips, "tsv",
         "model\tmetric\tvalue\tn_reference\tn_generated\tmean\tmedian\tstd\treference\tgenerated\n"
         "LADI\tLPIPS(alex)\t0.4\t2\t2\t0.4\t0.35\t0.1\timage/\tLADI/\n");
}

static void test_markdown(void **state) {
  (void)state;
  expect(&fid, "markdown",
         "| model | FD(alexnet) | photographs | results | mean | covariance |\n"
         "|:---|---:|---:|---:|---:|---:|\n"
         "| GAN | 120.2504 | 28 | 28 | 3.2500 | 117.0004 |\n"
         "| LA\\_DI\\|x,\"y\" | 9.3333 | 28 | 27 | 0.3333 | 9.0000 |\n"
         "\n"
         "- matched images only: 28 of 30\n"
         "- LA\\_DI\\|x,\"y\": 1 image left out: LADI/x\\\\ny.jpg\n"
         "- network: alexnet\n"
         "- resize: pillow-bicubic 256x256\n");
}

static void test_latex(void **state) {
  (void)state;
  expect(&fid, "latex",
         "% matched images only: 28 of 30\n"
         "% LA_DI|x,\"y\": 1 image left out: LADI/x\\ny.jpg\n"
         "% network: alexnet\n"
         "% resize: pillow-bicubic 256x256\n"
         "\\begin{tabular}{lrrrrr}\n"
         "\\hline\n"
         "model & FD(alexnet) & photographs & results & mean & covariance \\\\\n"
         "\\hline\n"
         "GAN & 120.2504 & 28 & 28 & 3.2500 & 117.0004 \\\\\n"
         "LA\\_DI|x,\"y\" & 9.3333 & 28 & 27 & 0.3333 & 9.0000 \\\\\n"
         "\\hline\n"
         "\\end{tabular}\n");
}

static void test_value(void **state) {
  (void)state;
  expect(&fid, "value", "120.2504\n9.333333333333334\n");
}

static double number_at(const cJSON *object, const char *name) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
  assert_true(cJSON_IsNumber(item));
  return item->valuedouble;
}

static const char *text_at(const cJSON *object, const char *name) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
  assert_true(cJSON_IsString(item));
  return item->valuestring;
}

static void test_json_of_one_row(void **state) {
  (void)state;
  char *text = render(&lpips, "json", false);
  cJSON *root = cJSON_Parse(text);
  assert_non_null(root);
  assert_string_equal(text_at(root, "schema"), "vtonmetrics/3");
  assert_string_equal(text_at(root, "metric"), "lpips");
  assert_string_equal(text_at(root, "reference"), "image/");
  assert_string_equal(text_at(root, "generated"), "LADI/");
  expect_same_bits(number_at(root, "value"), 0.4);
  expect_same_bits(number_at(root, "median"), 0.35);
  expect_same_bits(number_at(root, "std"), 0.1);
  expect_same_bits(number_at(root, "n_generated"), 2.0);
  const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "pairs");
  assert_int_equal(cJSON_GetArraySize(list), 2);
  assert_string_equal(text_at(cJSON_GetArrayItem(list, 0), "name"), "a, b");
  assert_string_equal(text_at(cJSON_GetArrayItem(list, 1), "name"), "c\\xff"); /* JSON is UTF-8 */
  assert_non_null(strstr(text, "0.30000000000000004"));                        /* all digits */
  assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(cJSON_GetArrayItem(list, 0), "layers")), 2);
  assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(root, "results")), 1);
  assert_true(cJSON_IsArray(cJSON_GetObjectItem(root, "warnings")));
  assert_true(cJSON_IsArray(cJSON_GetObjectItem(root, "notes")));
  assert_true(cJSON_IsObject(cJSON_GetObjectItem(root, "protocol")));
  cJSON_Delete(root);
  free(text);
}

static void test_json_of_several_rows(void **state) {
  (void)state;
  char *text = render(&fid, "json", false);
  cJSON *root = cJSON_Parse(text);
  assert_non_null(root);
  assert_null(cJSON_GetObjectItem(root, "value")); /* of which model? */
  const cJSON *results = cJSON_GetObjectItem(root, "results");
  assert_int_equal(cJSON_GetArraySize(results), 2);
  const cJSON *ladi = cJSON_GetArrayItem(results, 1);
  assert_string_equal(text_at(ladi, "name"), "LA_DI|x,\"y\"");
  expect_same_bits(number_at(ladi, "value"), 28.0 / 3.0);
  expect_same_bits(number_at(cJSON_GetObjectItem(ladi, "terms"), "mean"), 1.0 / 3.0);
  assert_null(cJSON_GetObjectItem(ladi, "pairs"));
  assert_string_equal(text_at(cJSON_GetObjectItem(root, "protocol"), "network"), "alexnet");
  assert_string_equal(cJSON_GetArrayItem(cJSON_GetObjectItem(root, "warnings"), 0)->valuestring,
                      "LA_DI|x,\"y\": 1 image left out: LADI/x\ny.jpg");
  cJSON_Delete(root);
  free(text);
}

static void test_json_of_no_numbers(void **state) {
  (void)state;
  vtm_score_row row = {.name = "a", .path = "a", .value = (double)NAN};
  const vtm_result result = {.metric = "fid", .label = "FID", .reference = "r", .rows = &row, .row_count = 1};
  const double values[] = {(double)NAN, (double)INFINITY, -(double)INFINITY};
  for (size_t i = 0; i < 3; i++) {
    row.value = values[i];
    char *text = render(&result, "json", false);
    cJSON *root = cJSON_Parse(text);
    assert_non_null(root);
    const cJSON *value = cJSON_GetObjectItem(root, "value");
    if (i == 0)
      assert_true(cJSON_IsNull(value));
    else
      assert_true(value->valuedouble == values[i]);                      /* -1e999 */
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(root, "n_reference"))); /* unknown */
    cJSON_Delete(root);
    free(text);
  }
}

static void test_per_image(void **state) {
  (void)state;
  vtm_error error = {0};
  char *text = NULL;
  assert_int_equal(vtm_report_per_image(&lpips, &text, &error), VTM_OK);
  assert_string_equal(text,
                      "model,name,value,layer1,layer2\n"
                      "LADI,\"a, b\",0.30000000000000004,0.1,0.2\n"
                      "LADI,c\xff,0.5,0.1,0.2\n");
  free(text);
}

static void test_every_format_is_known(void **state) {
  (void)state;
  char names[256];
  (void)strncpy(names, vtm_report_formats(), sizeof(names) - 1);
  names[sizeof(names) - 1] = '\0';
  size_t count = 0;
  char *rest = NULL;
  for (char *name = strtok_r(names, "|", &rest); name != NULL; name = strtok_r(NULL, "|", &rest)) {
    free(render(&fid, name, false));
    count++;
  }
  assert_int_equal(count, 7);
  vtm_error error = {0};
  char *text = NULL;
  assert_int_equal(vtm_report_render(&fid, "xml", NULL, &text, &error), VTM_ERROR_USAGE);
  assert_null(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_text),
      cmocka_unit_test(test_text_in_colour),
      cmocka_unit_test(test_csv_and_tsv),
      cmocka_unit_test(test_markdown),
      cmocka_unit_test(test_latex),
      cmocka_unit_test(test_value),
      cmocka_unit_test(test_json_of_one_row),
      cmocka_unit_test(test_json_of_several_rows),
      cmocka_unit_test(test_json_of_no_numbers),
      cmocka_unit_test(test_per_image),
      cmocka_unit_test(test_every_format_is_known),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
