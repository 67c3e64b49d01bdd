/* PyTorch files made by hand, good and hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "helpers/scratch.h"
#include "helpers/torch_files.h"

static const float values[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
static const torch_storage storage = {"0", values, sizeof(values), 12};

static vtm_status read_back(const char *path, vtm_weights **weights, vtm_error *error) {
  *error = (vtm_error){0};
  return vtm_weights_open(path, weights, error);
}

/* Both containers must refuse, with the same words. */
static void expect_pickle(const vtm_text *pickle, const torch_storage *stored, size_t count, vtm_status status,
                          const char *says) {
  for (int legacy = 0; legacy < 2; legacy++) {
    const char *path = scratch("hostile.pth");
    assert_true((legacy ? torch_write_legacy : torch_write_zip)(path, pickle, stored, count));
    vtm_weights *weights = NULL;
    vtm_error error;
    const vtm_status got = read_back(path, &weights, &error);
    if (got != status || strstr(error.message, says) == NULL)
      fail_msg("legacy %d, expected '%s': %d '%s'", legacy, says, (int)got, error.message);
    vtm_weights_destroy(weights);
  }
}

static void expect_view(const torch_view *view, vtm_status status, const char *says) {
  vtm_text pickle = {0};
  pickle_start(&pickle);
  vtm_text_append(&pickle, "}");
  pickle_text(&pickle, "weight");
  pickle_tensor(&pickle, view, false);
  vtm_text_append(&pickle, "s.");
  expect_pickle(&pickle, &storage, 1, status, says);
  vtm_text_free(&pickle);
}

static void expect_program(const char *program, size_t size, vtm_status status, const char *says) {
  vtm_text pickle = {0};
  vtm_text_append_bytes(&pickle, program, size);
  expect_pickle(&pickle, NULL, 0, status, says);
  vtm_text_free(&pickle);
}

#define PROGRAM(text, status, says) expect_program(text, sizeof(text) - 1, status, says)

static void round_trip(void **state) {
  (void)state;
  const int64_t counter = 5;
  const vtm_tensor tensors[] = {{"conv.weight", VTM_FLOAT32, 4, {1, 3, 2, 2}, 12, values},
                                {"bn.num_batches_tracked", VTM_INT64, 0, {0}, 1, &counter},
                                {"empty", VTM_FLOAT32, 1, {0}, 0, values}};
  for (int legacy = 0; legacy < 2; legacy++) {
    const char *path = scratch("good.pth");
    assert_true(torch_write_state(path, tensors, 3, legacy));
    vtm_weights *weights = NULL;
    vtm_error error;
    if (read_back(path, &weights, &error) != VTM_OK) fail_msg("%s", error.message);
    assert_string_equal(vtm_weights_format(weights), legacy ? "torch-pickle" : "torch-zip");
    assert_int_equal(vtm_weights_count(weights), 3);
    assert_memory_equal(vtm_weights_find(weights, "conv.weight")->data, values, sizeof(values));
    assert_int_equal(*(const int64_t *)vtm_weights_find(weights, "bn.num_batches_tracked")->data, 5);
    assert_int_equal(vtm_weights_find(weights, "empty")->count, 0);
    vtm_weights_destroy(weights);
  }
}

static void beyond_the_storage(void **state) {
  (void)state;
  const char *beyond = "reaches beyond its storage '0' of 12 elements";
  expect_view(&(torch_view){VTM_FLOAT32, "0", 12, 0, 1, {12}, {1}}, VTM_OK, "");
  expect_view(&(torch_view){VTM_FLOAT32, "0", 12, 0, 1, {13}, {1}}, VTM_ERROR_FORMAT, beyond);
  expect_view(&(torch_view){VTM_FLOAT32, "0", 12, 1, 1, {12}, {1}}, VTM_ERROR_FORMAT, beyond);
  expect_view(&(torch_view){VTM_FLOAT32, "0", 12, 0, 2, {3, 4}, {1, 3}}, VTM_OK, "");
  expect_view(&(torch_view){VTM_FLOAT32, "0", 12, 0, 2, {3, 4}, {2, 3}}, VTM_ERROR_FORMAT, beyond);
  expect_view(&(torch_view){VTM_FLOAT32, "0", 12, INT64_MAX, 1, {1}, {1}}, VTM_ERROR_FORMAT, beyond);
  expect_view(&(torch_view){VTM_FLOAT32, "0", 12, 0, 2, {2, 2}, {INT64_MAX, INT64_MAX}}, VTM_ERROR_FORMAT, beyond);
  expect_view(&(torch_view){VTM_FLOAT32, "0", 12, 0, 2, {INT64_MAX, INT64_MAX}, {0, 0}}, VTM_ERROR_FORMAT, beyond);
  expect_view(&(torch_view){VTM_FLOAT32, "0", 12, 0, 1, {1 << 20}, {0}}, VTM_ERROR_FORMAT, "repeats the elements");
  expect_view(&(torch_view){VTM_FLOAT32, "0", 12, -1, 1, {1}, {1}}, VTM_ERROR_FORMAT, "impossible offset");
  expect_view(&(torch_view){VTM_FLOAT32, "0", 12, 0, 1, {-1}, {1}}, VTM_ERROR_FORMAT, "impossible offset");
  expect_view(&(torch_view){VTM_FLOAT32, "0", 12, 0, 1, {2}, {-1}}, VTM_ERROR_FORMAT, "impossible offset");
}

static void storages_that_lie(void **state) {
  (void)state;
  expect_view(&(torch_view){VTM_FLOAT32, "0", 11, 0, 1, {1}, {1}}, VTM_ERROR_FORMAT, "storage");
  expect_view(&(torch_view){VTM_FLOAT32, "0", INT64_MAX, 0, 1, {1}, {1}}, VTM_ERROR_FORMAT, "storage");
  expect_view(&(torch_view){VTM_FLOAT64, "0", 12, 0, 1, {1}, {1}}, VTM_ERROR_FORMAT, "torage");
  expect_view(&(torch_view){VTM_FLOAT32, "1", 12, 0, 1, {1}, {1}}, VTM_ERROR_FORMAT, "");
  vtm_text pickle = {0}; /* one key, two sizes */
  const torch_view first = {VTM_FLOAT32, "0", 12, 0, 1, {1}, {1}};
  const torch_view second = {VTM_FLOAT32, "0", 6, 0, 1, {1}, {1}};
  pickle_start(&pickle);
  vtm_text_append(&pickle, "}(");
  pickle_text(&pickle, "a");
  pickle_tensor(&pickle, &first, false);
  pickle_text(&pickle, "b");
  pickle_tensor(&pickle, &second, false);
  vtm_text_append(&pickle, "u.");
  expect_pickle(&pickle, &storage, 1, VTM_ERROR_FORMAT, "described in two ways");
  vtm_text_free(&pickle);
}

static void hostile_programs(void **state) {
  (void)state;
  PROGRAM(
      "\x80\x02"
      "cos\nsystem\nX\x02\0\0\0id\x85R.",
      VTM_ERROR_FORMAT, "names os.system");
  PROGRAM("\x80\x04\x8c\x05posix\x8c\x06system\x93.", VTM_ERROR_FORMAT, "names posix.system");
  PROGRAM(
      "\x80\x02"
      "ctorch\nload\n.",
      VTM_ERROR_FORMAT, "names torch.load");
  PROGRAM(
      "\x80\x02"
      "ctorch\nFloatStorage\n)R.",
      VTM_ERROR_FORMAT, "calls torch.FloatStorage");
  PROGRAM("\x80\x02(ios\nsystem\n.", VTM_ERROR_FORMAT, "opcode INST");
  PROGRAM("\x80\x02)\x81.", VTM_ERROR_FORMAT, "opcode NEWOBJ");
  PROGRAM("\x80\x02\x82\x01.", VTM_ERROR_FORMAT, "opcode EXT1");
  PROGRAM("\x80\x02P0\n.", VTM_ERROR_FORMAT, "opcode PERSID");
  PROGRAM("\x80\x02\xff.", VTM_ERROR_FORMAT, "opcode unknown (0xff)");
  PROGRAM("\x80\x09N.", VTM_ERROR_FORMAT, "unknown protocol version");
  PROGRAM("\x80\x02.", VTM_ERROR_FORMAT, "stops with more or less than one value");
  PROGRAM("\x80\x02NN.", VTM_ERROR_FORMAT, "stops with more or less than one value");
  PROGRAM("\x80\x02(.", VTM_ERROR_FORMAT, "stack is empty");
  PROGRAM("\x80\x02Ns.", VTM_ERROR_FORMAT, "stack is empty");
  PROGRAM("\x80\x02t.", VTM_ERROR_FORMAT, "no mark");
  PROGRAM("\x80\x02(\x85.", VTM_ERROR_FORMAT, "stack is empty");
  PROGRAM("\x80\x02NNa.", VTM_ERROR_FORMAT, "not a list");
  PROGRAM("\x80\x02}(Nu.", VTM_ERROR_FORMAT, "not a dictionary");
  PROGRAM("\x80\x02}Nb.", VTM_ERROR_FORMAT, "BUILD");
  PROGRAM("\x80\x02h\x05.", VTM_ERROR_FORMAT, "never put");
  PROGRAM("\x80\x02Nr\xff\xff\xff\xff.", VTM_ERROR_FORMAT, "memo number");
  PROGRAM("\x80\x02X\xff\xff\xff\xffx.", VTM_ERROR_FORMAT, "more than 65,536 bytes");
  PROGRAM("\x80\x02X\x02\0\0\0a\0.", VTM_ERROR_FORMAT, "NUL");
  PROGRAM("\x80\x02\x8a\x09\1\1\1\1\1\1\1\1\1.", VTM_ERROR_FORMAT, "64 bits");
  PROGRAM("\x80\x02NQ.", VTM_ERROR_FORMAT, "persistent id");
  PROGRAM("\x80\x02(X\x06\0\0\0moduletQ.", VTM_ERROR_FORMAT, "holds a 'module'");
  PROGRAM(
      "\x80\x02"
      "ccollections\nOrderedDict\nN\x85R.",
      VTM_ERROR_FORMAT, "OrderedDict");
  PROGRAM(
      "\x80\x02"
      "ctorch._utils\n_rebuild_tensor_v2\n)R.",
      VTM_ERROR_FORMAT, "_rebuild_tensor_v2");
  PROGRAM("\x80\x02}.", VTM_ERROR_FORMAT, "a dictionary without tensors");
  PROGRAM("\x80\x02].", VTM_ERROR_FORMAT, "a list");
}

static void loops(void **state) {
  (void)state;
  PROGRAM("\x80\x02]q\0h\0a.", VTM_ERROR_FORMAT, "holds a loop");           /* l = []; l.append(l) */
  PROGRAM("\x80\x02}q\0X\1\0\0\0sh\0s.", VTM_ERROR_FORMAT, "holds a loop"); /* d["s"] = d */
  PROGRAM("\x80\x02]q\0]q\1h\0ah\1h\0h\1a0a.", VTM_ERROR_FORMAT, "");       /* two that hold each other */
  PROGRAM(
      "\x80\x02}X\1\0\0\0a]q\0h\0\x85"
      "as.",
      VTM_ERROR_FORMAT, "holds a loop"); /* through a tuple */
}

/* A megabyte of opcodes must end soon, with a limit or an error, whatever they are. */
static void floods(void **state) {
  (void)state;
  static char flood[3 << 20];
  const char opcodes[] = {'(', ']', '}', ')', 'N', '0'};
  for (size_t i = 0; i < sizeof(opcodes); i++) {
    memset(flood, opcodes[i], sizeof(flood));
    memcpy(flood, "\x80\x02", 2);
    vtm_weights *weights = NULL;
    vtm_error error = {0};
    assert_int_not_equal(vtm_weights_open(scratch_write("flood.pth", flood, sizeof(flood)), &weights, &error), VTM_OK);
    assert_true(strstr(error.message, "refused") != NULL || strstr(error.message, "malformed") != NULL);
  }
}

static void repeat(vtm_text *pickle, const char *opcodes, size_t size, int times) {
  for (int i = 0; i < times; i++) vtm_text_append_bytes(pickle, opcodes, size);
}

/* One value may stand in any number of places: what a file costs is bounded by the sum of what it builds. */
static void one_list_for_many_dictionaries(void **state) {
  (void)state;
  vtm_text pickle = {0};
  pickle_start(&pickle);
  pickle_global(&pickle, "collections", "OrderedDict");
  vtm_text_append_bytes(&pickle, "q\0NN\x86q\1](", 9);
  repeat(&pickle, "h\1", 2, 3000);
  vtm_text_append_bytes(&pickle,
                        "e\x85q\2"
                        "0",
                        5);
  repeat(&pickle, "h\0h\2R0", 6, 1000);
  vtm_text_append(&pickle, "N.");
  expect_pickle(&pickle, NULL, 0, VTM_ERROR_LIMIT, "the containers of its pickle hold more than 4194304 items");
  vtm_text_free(&pickle);
}

static void one_name_for_many_tensors(void **state) {
  (void)state;
  const torch_view view = {
      .dtype = VTM_FLOAT32, .key = "0", .storage_count = 12, .rank = 1, .shape = {12}, .stride = {1}};
  static char name[65001];
  memset(name, 'n', sizeof(name) - 1);
  vtm_text pickle = {0};
  pickle_start(&pickle);
  pickle_text(&pickle, name);
  vtm_text_append_bytes(&pickle,
                        "q\0"
                        "0",
                        3);
  pickle_tensor(&pickle, &view, false);
  vtm_text_append_bytes(&pickle,
                        "q\1"
                        "0}(",
                        5);
  repeat(&pickle, "h\0h\1", 4, 20000);
  vtm_text_append(&pickle, "u.");
  assert_true(torch_write_zip(scratch("names.pth"), &pickle, &storage, 1));
  vtm_weights *weights = NULL;
  vtm_error error;
  assert_int_equal(read_back(scratch("names.pth"), &weights, &error), VTM_ERROR_LIMIT);
  assert_non_null(strstr(error.message, "its tensors' names are more than 67108864 bytes together"));
  vtm_text_free(&pickle);
}

/* Seconds of computing, not of waiting: the machine may be busy. */
static void one_dictionary_in_many_places(void **state) {
  (void)state;
  vtm_text pickle = {0};
  pickle_start(&pickle);
  vtm_text_append_bytes(&pickle,
                        "Nq\0"
                        "0}q\1(",
                        8);
  repeat(&pickle, "h\0", 2, 600000);
  vtm_text_append_bytes(&pickle, "u0}(", 4);
  repeat(&pickle, "h\0h\1", 4, 200000);
  vtm_text_append(&pickle, "u.");
  const clock_t start = clock();
  expect_pickle(&pickle, NULL, 0, VTM_ERROR_FORMAT, "holds no dictionary of tensors");
  assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 10);
  vtm_text_free(&pickle);
}

static void a_long_key(void **state) {
  (void)state;
  static char key[300];
  memset(key, '7', sizeof(key) - 1);
  const torch_view view = {
      .dtype = VTM_FLOAT32, .key = key, .storage_count = 12, .rank = 1, .shape = {12}, .stride = {1}};
  expect_view(&view, VTM_ERROR_FORMAT, "a storage that is not (class, key, device, number of elements)");
}

static void truncated_everywhere(void **state) {
  (void)state;
  const vtm_tensor tensor = {"conv.weight", VTM_FLOAT32, 1, {12}, 12, values};
  for (int legacy = 0; legacy < 2; legacy++) {
    static char bytes[4096];
    assert_true(torch_write_state(scratch("whole.pth"), &tensor, 1, legacy));
    FILE *file = fopen(scratch("whole.pth"), "rb");
    assert_non_null(file);
    const size_t size = fread(bytes, 1, sizeof(bytes), file);
    (void)fclose(file);
    assert_in_range(size, 100, sizeof(bytes) - 1);
    for (size_t length = 0; length < size; length++) {
      vtm_weights *weights = NULL;
      vtm_error error = {0};
      const vtm_status status = vtm_weights_open(scratch_write("cut.pth", bytes, length), &weights, &error);
      if (status == VTM_OK) fail_msg("legacy %d: %zu of %zu bytes were enough", legacy, length, size);
      assert_string_not_equal(error.message, "");
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(round_trip),
      cmocka_unit_test(beyond_the_storage),
      cmocka_unit_test(storages_that_lie),
      cmocka_unit_test(hostile_programs),
      cmocka_unit_test(loops),
      cmocka_unit_test(floods),
      cmocka_unit_test(one_list_for_many_dictionaries),
      cmocka_unit_test(one_name_for_many_tensors),
      cmocka_unit_test(one_dictionary_in_many_places),
      cmocka_unit_test(a_long_key),
      cmocka_unit_test(truncated_everywhere),
  };
  return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
