/* Comparisons as text: each format, and names that try to break out of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include <cmocka.h>

#include "../helpers/comparisons.h"
#include "vtonmetrics/report.h"
#include "vtonmetrics/tools/scores_report.h"

static const vtm_scores_task tasks[] = {{"full", &two_metrics}, {"color", &two_metrics}};
static const vtm_named_value seconds[] = {{"LADI", 0.25}};
static const vtm_scores two_tasks = {tasks, 2, seconds, 1};

static char *render(const char *format, const vtm_report_options *options) {
  vtm_error error = {0};
  char *text = NULL;
  if (vtm_report_comparison(&two_metrics, format, options, &text, &error) != VTM_OK) fail_msg("%s", error.message);
  return text;
}

static void expect_parts(const char *format, const vtm_report_options *options, const char *const *parts) {
  char *text = render(format, options);
  for (; *parts != NULL; parts++)
    if (strstr(text, *parts) == NULL) fail_msg("\"%s\" is missing in:\n%s", *parts, text);
  free(text);
}

static void test_text(void **state) {
  (void)state;
  char *text = render("text", &(vtm_report_options){.struct_size = sizeof(vtm_report_options)});
  assert_string_equal(
      text,
      "3 models against image, 2 to 24 images\n"
      "Note: 24 of 25 people are in all folders\n"
      "\n"
      "                      FD(alexnet)                  LPIPS(alex)\n"
      "  model               rank                value    rank      value\n"
      "  a|b_\"<script>\\n&,%    1=    0.33 [1.50, 4.50]       1  0.1000000\n"
      "  LADI                  1=    3.00 [1.50, 4.50]                   \n"
      "  GAN                    3  10.00 [8.00, 12.00]       2  0.7500000\n"
      "\n"
      "FD(alexnet), lower is better\n"
      "  a|b_\"<script>\\n&,% and LADI are tied on 24 people (LADI minus a|b_\"<script>\\n&,%: 2.7 [-0.4, "
      "5.8], p = 0.11)\n"
      "  LADI is ahead of GAN by 7.0 [6.0, 8.0] (p = 0.0020)\n"
      "\n"
      "LPIPS(alex), lower is better\n"
      "  a|b_\"<script>\\n&,% has a better value than GAN, by 0.6500000; whether it is ahead is not known\n"
      "\n"
      "Computed with\n"
      "  device    cpu\n"
      "FD(alexnet)\n"
      "  protocol  alexnet\n"
      "LPIPS(alex)\n"
      "  resize    none\n"
      "\n"
      "Note: matched images only: 24 of 25\n"
      "Warning: FD(alexnet): few images\n");
  free(text);
}

static void test_order_and_baseline(void **state) {
  (void)state;
  expect_parts("csv",
               &(vtm_report_options){.struct_size = sizeof(vtm_report_options), .sort = "given", .baseline = "GAN"},
               (const char *const[]){"FD(alexnet)_images,FD(alexnet)_difference,FD(alexnet)_difference_low,FD(alexnet)_"
                                     "difference_high,FD(alexnet)_verdict,LPIPS(alex)_rank",
                                     "\nGAN,3,10,8,12,1,24,,,,,2,0.75,,,,2,,,,\n\"a|b",
                                     ",24,-9.6,-10.6,-8.6,ahead,1,0.1,,,,,-0.65,,,unknown\n"
                                     "LADI,1,3,1.5,4.5,0.75,24,-7,-8,-6,ahead,,,,,,,,,,\n",
                                     NULL});
  expect_parts("text", &(vtm_report_options){.struct_size = sizeof(vtm_report_options), .baseline = "GAN"},
               (const char *const[]){"less GAN", "-7.0 [-8.0, -6.0]", "-0.6500000", NULL});
  vtm_error error = {0};
  char *text = NULL;
  assert_int_equal(
      vtm_report_comparison(&two_metrics, "text",
                            &(vtm_report_options){.struct_size = sizeof(vtm_report_options), .baseline = "X"}, &text,
                            &error),
      VTM_ERROR_USAGE);
  assert_int_equal(vtm_report_comparison(
                       &two_metrics, "text",
                       &(vtm_report_options){.struct_size = sizeof(vtm_report_options), .sort = "kid"}, &text, &error),
                   VTM_ERROR_USAGE);
  assert_int_equal(vtm_report_comparison(&two_metrics, "xml", NULL, &text, &error), VTM_ERROR_USAGE);
  assert_null(text);
}

static void test_names_do_not_break_out(void **state) {
  (void)state;
  const vtm_report_options options = {.struct_size = sizeof(options)};
  expect_parts("csv", &options, (const char *const[]){"\n\"a|b_\"\"<script>\n&,%\",1,", NULL});
  expect_parts("tsv", &options, (const char *const[]){"\na|b_\"<script>\\n&,%\t1\t", NULL});
  expect_parts("markdown", &options,
               (const char *const[]){"| a\\|b\\_\"&lt;script>\\\\n&amp;,% | 1= | **0.33 \\[1.50, 4.50\\]** |",
                                     "- FD(alexnet): a\\|b\\_\"&lt;script>", NULL});
  expect_parts("latex", &options,
               (const char *const[]){"a|b\\_\"<script>\\textbackslash{}n\\&,\\% & 1= & \\textbf{0.33 [1.50",
                                     ("\\multicolumn{2}{c}{FD(alexnet)} & \\multicolumn{2}{c}{LPIPS(alex)} \\\\\n"
                                      "\\cmidrule(lr){2-3}\n\\cmidrule(lr){4-5}\n"),
                                     "% FD(alexnet): a|b_\"<script>\\n&,% and LADI", "\\bottomrule", NULL});
}

static void test_colour(void **state) {
  (void)state;
  expect_parts("text", &(vtm_report_options){.struct_size = sizeof(vtm_report_options), .color = true},
               (const char *const[]){"\033[1;32m0.33 [1.50, 4.50]\033[0m", "\033[1;32m3.00 [1.50, 4.50]\033[0m",
                                     "\033[1;33mWarning\033[0m", NULL});
  char *text = render("text", &(vtm_report_options){.struct_size = sizeof(vtm_report_options), .color = true});
  assert_null(strstr(text, "\033[1;32m10.00"));
  free(text);
}

static void test_json(void **state) {
  (void)state;
  char *text = render("json", NULL);
  cJSON *root = cJSON_Parse(text);
  assert_non_null(root);
  assert_string_equal(cJSON_GetObjectItem(root, "schema")->valuestring, "vtonmetrics/3");
  const cJSON *fid = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "metrics"), 0);
  const cJSON *first = cJSON_GetArrayItem(cJSON_GetObjectItem(fid, "ranking"), 0);
  assert_string_equal(cJSON_GetObjectItem(first, "name")->valuestring, EVIL);
  assert_int_equal(cJSON_GetObjectItem(first, "rank")->valueint, 1);
  assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(fid, "sentences")), 2);
  cJSON_Delete(root);
  free(text);
}

static void test_tasks(void **state) {
  (void)state;
  vtm_error error = {0};
  char *text = NULL;
  assert_int_equal(vtm_report_scores(&two_tasks, "text", NULL, &text, &error), VTM_OK);
  assert_non_null(strstr(text, "full: 3 models against image"));
  assert_non_null(strstr(text, "FD(alexnet)  LPIPS(alex)            FD(alexnet)  LPIPS(alex)\n"));
  assert_non_null(strstr(text, "color, LPIPS(alex), lower is better"));
  free(text);
  assert_int_equal(vtm_report_scores(&two_tasks, "csv", NULL, &text, &error), VTM_OK);
  assert_int_equal(strncmp(text, "model,seconds_per_image,full_FD(alexnet)_rank,full_FD(alexnet),", 63), 0);
  assert_non_null(strstr(text, "\nLADI,0.25,1,3,"));
  free(text);
  assert_int_equal(vtm_report_scores(&two_tasks, "markdown", NULL, &text, &error), VTM_OK);
  assert_non_null(strstr(text, "| model | s/image | full<br>FD(alexnet) | full<br>LPIPS(alex) | color<br>FD"));
  free(text);
}

static void test_per_image(void **state) {
  (void)state;
  vtm_error error = {0};
  char *text = NULL;
  assert_int_equal(vtm_report_comparison_per_image(&two_metrics, &text, &error), VTM_OK);
  assert_string_equal(text,
                      "model,name,FD(alexnet)_influence,LPIPS(alex),LPIPS(alex)_layer1,LPIPS(alex)_layer2\n"
                      "GAN,p1,0.5,0.75,0.25,0.5\n"
                      "GAN,p2,-0.5,,,\n"
                      "GAN,p3,,0.75,0.25,0.5\n");
  free(text);
  assert_int_equal(vtm_report_scores_per_image(&two_tasks, &text, &error), VTM_OK);
  assert_non_null(strstr(text, "task,model,name,"));
  assert_non_null(strstr(text, "\ncolor,GAN,p2,-0.5,,,\n"));
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_text),
      cmocka_unit_test(test_order_and_baseline),
      cmocka_unit_test(test_names_do_not_break_out),
      cmocka_unit_test(test_colour),
      cmocka_unit_test(test_json),
      cmocka_unit_test(test_tasks),
      cmocka_unit_test(test_per_image),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
