/* Which forms the kinds of processors choose: for every layer of the networks, and by which rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backend/cpu/f32/cost_model.h"
#include "backend/cpu/instruction_sets.h"
#include "nn/streams.h"

/* Layers of one shape, and their forms in the order of vtm_cpu_class_number. */
typedef struct choice {
  int in_channels, out_channels, kernel_height, kernel_width, height;
  const char *forms[VTM_CPU_CLASSES];
} choice;

/* All layers that are not direct for every class of processor. */
static const choice choices[] = {
    {32, 32, 3, 3, 147, {"F(6,3) x F(6,3)", "F(6,3) x F(6,3)", "F(6,3) x F(6,3)", "F(6,3) x F(6,3)"}},
    {32, 64, 3, 3, 147, {"F(6,3) x F(6,3)", "F(6,3) x F(6,3)", "F(6,3) x F(6,3)", "F(6,3) x F(6,3)"}},
    {80, 192, 3, 3, 71, {"F(6,3) x F(6,3)", "F(6,3) x F(6,3)", "F(6,3) x F(6,3)", "F(6,3) x F(6,3)"}},
    {48, 64, 5, 5, 35, {"F(4,5) x F(4,5)", "F(4,5) x F(4,5)", "F(4,5) x F(4,5)", "F(4,5) x F(4,5)"}},
    {64, 96, 3, 3, 35, {"F(4,3) x F(4,3)", "F(6,3) x F(6,3)", "F(4,3) x F(4,3)", "F(6,3) x F(6,3)"}},
    {96, 96, 3, 3, 35, {"F(4,3) x F(4,3)", "F(6,3) x F(6,3)", "F(4,3) x F(4,3)", "F(6,3) x F(6,3)"}},
    {128, 128, 1, 7, 17, {"F(6,7)", "F(6,7)", "F(6,7)", "F(6,7)"}},
    {128, 192, 7, 1, 17, {"F(6,7)", "F(6,7)", "F(6,7)", "F(6,7)"}},
    {128, 128, 7, 1, 17, {"F(6,7)", "F(6,7)", "F(6,7)", "F(6,7)"}},
    {128, 192, 1, 7, 17, {"F(6,7)", "F(6,7)", "F(6,7)", "F(6,7)"}},
    {160, 160, 1, 7, 17, {"F(6,7)", "F(6,7)", "F(6,7)", "F(6,7)"}},
    {160, 192, 7, 1, 17, {"F(6,7)", "F(6,7)", "F(6,7)", "F(6,7)"}},
    {160, 160, 7, 1, 17, {"F(6,7)", "F(6,7)", "F(6,7)", "F(6,7)"}},
    {160, 192, 1, 7, 17, {"F(6,7)", "F(6,7)", "F(6,7)", "F(6,7)"}},
    {192, 192, 1, 7, 17, {"F(6,7)", "F(6,7)", "F(6,7)", "F(6,7)"}},
    {192, 192, 7, 1, 17, {"F(6,7)", "F(6,7)", "F(6,7)", "F(6,7)"}},
    {384, 384, 1, 3, 8, {"F(4,3)", "F(4,3)", "F(4,3)", "F(4,3)"}},
    {384, 384, 3, 1, 8, {"F(4,3)", "F(4,3)", "F(4,3)", "F(4,3)"}},
    {448, 384, 3, 3, 8, {"F(2,3) x F(2,3)", "F(4,3) x F(4,3)", "F(4,3) x F(4,3)", "F(4,3) x F(4,3)"}},
    {64, 192, 5, 5, 31, {"F(4,5) x F(4,5)", "F(4,5) x F(4,5)", "F(4,5) x F(4,5)", "F(4,5) x F(4,5)"}},
    {192, 384, 3, 3, 15, {"F(4,3) x F(4,3)", "F(4,3) x F(4,3)", "F(4,3) x F(4,3)", "F(4,3) x F(4,3)"}},
    {384, 256, 3, 3, 15, {"F(4,3) x F(4,3)", "F(4,3) x F(4,3)", "F(4,3) x F(4,3)", "F(4,3) x F(4,3)"}},
    {256, 256, 3, 3, 15, {"F(4,3) x F(4,3)", "F(4,3) x F(4,3)", "F(4,3) x F(4,3)", "F(4,3) x F(4,3)"}},
};

static const char *form_of(vtm_cpu_class_number number, const vtm_convolution *shape) {
  const vtm_cook_toom *form = vtm_choose_form(&vtm_cpu_classes[number], shape);
  return form != NULL ? form->name : "direct";
}

static const char *expected_form(vtm_cpu_class_number number, const vtm_convolution *shape) {
  for (size_t i = 0; i < sizeof(choices) / sizeof(*choices); i++) {
    const choice *c = &choices[i];
    if (c->in_channels == shape->in_channels && c->out_channels == shape->out_channels && shape->stride == 1 &&
        c->kernel_height == shape->kernel_height && c->kernel_width == shape->kernel_width &&
        c->height == shape->typical_height)
      return c->forms[number];
  }
  return "direct";
}

static int wrong_choices(const char *name) {
  vtm_engine engine = {.backend = &vtm_backend_cpu_portable};
  const vtm_network *network = vtm_network_find(name);
  vtm_plan plan;
  assert_int_equal(vtm_graph_create(network, &engine.graph, NULL), VTM_OK);
  const int size = network->typical_size;
  assert_int_equal(vtm_plan_create(&engine.graph, engine.backend, 1, size, size, &plan, NULL), VTM_OK);
  int wrong = 0;
  for (size_t i = 0; i < engine.graph.step_count; i++) {
    if (vtm_layer_is_pooling(engine.graph.steps[i].layer)) continue;
    vtm_convolution shape = vtm_engine_convolution(&engine, i, &plan);
    for (int c = 0; c < VTM_CPU_CLASSES; c++) {
      shape.exact = false;
      const char *form = form_of((vtm_cpu_class_number)c, &shape);
      const char *expected = expected_form((vtm_cpu_class_number)c, &shape);
      if (strcmp(form, expected) != 0) {
        print_error("%s, %s, %d->%d %dx%d at %d, class %d: %s, not %s\n", name, engine.graph.steps[i].layer->name,
                    shape.in_channels, shape.out_channels, shape.kernel_height, shape.kernel_width,
                    shape.typical_height, c, form, expected);
        wrong++;
      }
      shape.exact = true;
      assert_string_equal(form_of((vtm_cpu_class_number)c, &shape), "direct");
    }
  }
  vtm_plan_free(&plan);
  vtm_graph_free(&engine.graph);
  return wrong;
}

static void test_networks(void **state) {
  (void)state;
  static const char *const networks[] = {"inception-v3", "inception-fid", "alexnet", "lpips-alex"};
  int wrong = 0;
  for (size_t i = 0; i < sizeof(networks) / sizeof(*networks); i++) wrong += wrong_choices(networks[i]);
  assert_int_equal(wrong, 0);
}

/* A form that nobody chooses is code without use; choices holds what the networks choose, as test_networks knows. */
static void test_each_form_is_chosen(void **state) {
  (void)state;
  for (size_t i = 0; i < VTM_COOK_TOOM_FORMS; i++) {
    const vtm_cook_toom *form = &vtm_cook_toom_forms[i];
    bool chosen = false;
    for (size_t j = 0; j < sizeof(choices) / sizeof(*choices); j++)
      for (int c = 0; c < VTM_CPU_CLASSES; c++)
        chosen =
            chosen || (choices[j].kernel_height == form->kernel_height &&
                       choices[j].kernel_width == form->kernel_width && strcmp(choices[j].forms[c], form->name) == 0);
    if (!chosen) fail_msg("no layer is computed by %s", form->name);
  }
}

/* Appends the F(m,r) of one direction, unless it is there or is none. */
static void list_direction(char *names, size_t size, int outputs, int taps) {
  char one[16];
  (void)snprintf(one, sizeof(one), "F(%d,%d)", outputs, taps);
  if (taps == 1 || strstr(names, one) != NULL) return;
  const size_t used = strlen(names);
  (void)snprintf(names + used, size - used, "%s%s", used > 0 ? ", " : "", one);
}

/* What fingerprints say is what there is. */
static void test_names(void **state) {
  (void)state;
  char names[128] = "";
  char expected[256];
  for (size_t i = 0; i < VTM_COOK_TOOM_FORMS; i++) {
    const vtm_cook_toom *form = &vtm_cook_toom_forms[i];
    list_direction(names, sizeof(names), form->out_height, form->kernel_height);
    list_direction(names, sizeof(names), form->out_width, form->kernel_width);
  }
  (void)snprintf(expected, sizeof(expected), "direct; Cook-Toom %s where faster", names);
  assert_string_equal(VTM_COOK_TOOM_NAMES, expected);
}

static const vtm_convolution typical = {.in_channels = 64,
                                        .out_channels = 96,
                                        .kernel_height = 3,
                                        .kernel_width = 3,
                                        .stride = 1,
                                        .typical_height = 35,
                                        .typical_width = 35,
                                        .typical_images = 1};

/* The work of `shape` is at least that of `smaller`, in every form. */
static void check_costs_more(const vtm_convolution *shape, const vtm_convolution *smaller) {
  vtm_candidate more[VTM_MOST_CANDIDATES];
  vtm_candidate less[VTM_MOST_CANDIDATES];
  for (int c = 0; c < VTM_CPU_CLASSES; c++) {
    const int count = vtm_choose_candidates(&vtm_cpu_classes[c], shape, more);
    assert_int_equal(vtm_choose_candidates(&vtm_cpu_classes[c], smaller, less), count);
    assert_true(count > 1);
    assert_string_equal(more[0].name, "direct");
    for (int i = 0; i < count; i++) assert_true(more[i].cost > less[i].cost && less[i].cost > 0);
  }
}

static void test_more_work_costs_more(void **state) {
  (void)state;
  vtm_convolution larger = typical;
  larger.in_channels += 16;
  check_costs_more(&larger, &typical);
  larger = typical;
  larger.out_channels += 32;
  check_costs_more(&larger, &typical);
  larger = typical;
  larger.typical_height += 12; /* whole tiles of all forms */
  check_costs_more(&larger, &typical);
  /* images that go through together share the weights */
  vtm_convolution shared = typical;
  shared.typical_images = 4;
  check_costs_more(&typical, &shared);
}

static void test_budget(void **state) {
  (void)state;
  vtm_candidate list[VTM_MOST_CANDIDATES];
  for (int c = 0; c < VTM_CPU_CLASSES; c++) {
    const vtm_cpu_class *cpu = &vtm_cpu_classes[c];
    const int count = vtm_choose_candidates(cpu, &typical, list);
    const vtm_cook_toom *form = vtm_choose_form(cpu, &typical);
    assert_non_null(form);
    for (int i = 0; i < count; i++) {
      assert_true(list[i].error > 0);
      if (strcmp(list[i].name, form->name) == 0) assert_true(list[i].error <= VTM_LAYER_ERROR_BUDGET);
    }
    vtm_convolution asked = typical;
    asked.exact = true;
    assert_null(vtm_choose_form(cpu, &asked));
    asked.exact = false;
    for (asked.candidate = 1; asked.candidate <= count; asked.candidate++)
      assert_string_equal(form_of((vtm_cpu_class_number)c, &asked), list[asked.candidate - 1].name);
    assert_ptr_equal(vtm_choose_form(cpu, &asked), form); /* there are not so many */
  }
}

/* One output, a stride, an image: nothing is gained, or there is no form. */
static void test_direct_where_nothing_else_helps(void **state) {
  (void)state;
  for (int c = 0; c < VTM_CPU_CLASSES; c++) {
    vtm_convolution shape = typical;
    shape.typical_height = shape.typical_width = 1;
    assert_null(vtm_choose_form(&vtm_cpu_classes[c], &shape));
    shape.typical_height = shape.typical_width = 0; /* unknown */
    assert_null(vtm_choose_form(&vtm_cpu_classes[c], &shape));
    shape = typical;
    shape.stride = 2;
    assert_null(vtm_choose_form(&vtm_cpu_classes[c], &shape));
    shape = typical;
    shape.in_channels = 3;
    assert_null(vtm_choose_form(&vtm_cpu_classes[c], &shape));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_networks), cmocka_unit_test(test_each_form_is_chosen),
      cmocka_unit_test(test_names),    cmocka_unit_test(test_more_work_costs_more),
      cmocka_unit_test(test_budget),   cmocka_unit_test(test_direct_where_nothing_else_helps),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
