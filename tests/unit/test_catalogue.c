#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "nn/network.h"
#include "vtonmetrics/weights.h"

static void records(void **state) {
  (void)state;
  assert_true(vtm_weights_catalogue_size() > 0);
  assert_null(vtm_weights_catalogue_at(vtm_weights_catalogue_size()));
  assert_null(vtm_weights_catalogue_find("no such"));
  for (size_t i = 0; i < vtm_weights_catalogue_size(); i++) {
    const vtm_weights_record *record = vtm_weights_catalogue_at(i);
    const size_t digits = strspn(record->sha256_prefix, "0123456789abcdef");
    assert_ptr_equal(vtm_weights_catalogue_find(record->name), record);
    assert_true(digits == strlen(record->sha256_prefix) && (digits == 8 || digits == 64));
    /* PyTorch's rule: NAME-PREFIX.pth */
    if (digits == 8) assert_non_null(strstr(record->file_name, record->sha256_prefix));
    if (record->url != NULL)
      assert_string_equal(record->url + strlen(record->url) - strlen(record->file_name), record->file_name);
    assert_true(record->bytes > 0 && record->licence[0] != '\0' && record->description[0] != '\0');
  }
}

/* What fid and lpips need is the file of a network that exists. */
static void networks(void **state) {
  (void)state;
  const char *const needed[] = {"inception-torchvision", "inception-fid", "lpips-alex"};
  for (size_t i = 0; i < 3; i++) assert_non_null(vtm_network_find(vtm_weights_catalogue_find(needed[i])->network));
}

static void embedded(void **state) {
  (void)state;
  char *path = NULL;
  vtm_error error = {0};
  vtm_weights *weights = NULL;
  if (vtm_weights_locate("lpips-alex", &path, &error) != VTM_OK) fail_msg("%s", error.message);
  assert_int_equal(vtm_weights_verify("lpips-alex", path, &error), VTM_OK);
  assert_int_equal(vtm_weights_verify("inception-fid", path, &error), VTM_ERROR_FORMAT);
  assert_non_null(strstr(error.message, "0c6d9f8ff0816355ee8214289a053bbc3f37577c1e318814533a62beaeb14ca1"));
  assert_non_null(strstr(error.message, "6726825d..."));
  assert_int_equal(vtm_weights_open(path, &weights, &error), VTM_OK);
  assert_int_equal(vtm_weights_count(weights), 15);
  assert_string_equal(vtm_weights_sha256(weights), vtm_weights_catalogue_find("lpips-alex")->sha256_prefix);
  vtm_weights_destroy(weights);
  vtm_free(path);
  assert_int_equal(vtm_weights_locate("no such", &path, &error), VTM_ERROR_USAGE);
  assert_int_equal(vtm_weights_verify("no such", "file", &error), VTM_ERROR_USAGE);
}

/* The linear layers are the published ones, bit for bit. */
static void linear_layers(void **state) {
  (void)state;
  char *path = NULL;
  vtm_error error = {0};
  vtm_weights *published = NULL;
  vtm_weights *ours = NULL;
  if (vtm_weights_open(SHARED_DIR "/weights/lpips-lin-v0.1-alex.pth", &published, &error) != VTM_OK) {
    (void)printf("skipped: %s\n", error.message);
    skip();
  }
  assert_int_equal(vtm_weights_locate("lpips-alex", &path, &error), VTM_OK);
  assert_int_equal(vtm_weights_open(path, &ours, &error), VTM_OK);
  assert_int_equal(vtm_weights_count(published), 5);
  for (size_t i = 0; i < 5; i++) {
    const vtm_tensor *theirs = vtm_weights_at(published, i);
    const vtm_tensor *tensor = vtm_weights_find(ours, theirs->name);
    assert_non_null(tensor);
    assert_int_equal(tensor->count, theirs->count);
    assert_memory_equal(tensor->data, theirs->data, theirs->count * sizeof(float));
  }
  vtm_weights_destroy(published);
  vtm_weights_destroy(ours);
  vtm_free(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(records), cmocka_unit_test(networks), cmocka_unit_test(embedded),
                                     cmocka_unit_test(linear_layers)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
