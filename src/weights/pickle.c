#include "weights/pickle.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

/* Far above what real files have: a checkpoint of a thousand tensors makes some 20,000 values. */
enum { VALUE_LIMIT = 1 << 20, HELD_LIMIT = 1 << 22, MEMO_LIMIT = 1 << 20, TEXT_LIMIT = 1 << 16, CHUNK = 1024 };

typedef struct machine {
  const uint8_t *bytes;
  size_t size, position;
  vtm_pickle *pickle;
  vtm_pickle_value **stack;
  size_t depth, stack_capacity;
  vtm_pickle_value **memo;
  size_t memo_size, memo_capacity, memo_next;
  bool stopped;
  uint8_t opcode;
  vtm_error *error;
} machine;

typedef vtm_pickle_value value;

/* ---- values ---- */

vtm_status vtm_pickle_new(vtm_pickle *pickle, vtm_pickle_kind kind, value **value_out, vtm_error *error) {
  if (pickle->count >= VALUE_LIMIT)
    return vtm_fail(error, VTM_ERROR_LIMIT, "%s: its pickle builds more than %d values: refused", pickle->where,
                    VALUE_LIMIT);
  const size_t chunk = pickle->count / CHUNK;
  if (chunk == pickle->chunk_count) {
    if (!vtm_grow(&pickle->chunks, &pickle->chunk_capacity, chunk + 1, sizeof(*pickle->chunks), error))
      return VTM_ERROR_MEMORY;
    pickle->chunks[chunk] = vtm_allocate(CHUNK, sizeof(**pickle->chunks), error);
    if (pickle->chunks[chunk] == NULL) return VTM_ERROR_MEMORY;
    pickle->chunk_count++;
  }
  *value_out = &pickle->chunks[chunk][pickle->count++ % CHUNK];
  (*value_out)->kind = (uint8_t)kind;
  return VTM_OK;
}

vtm_status vtm_pickle_extend(vtm_pickle *pickle, value *container, value *const *items, size_t count,
                             vtm_error *error) {
  vtm_pickle_items *target = &container->as.items;
  if (count > HELD_LIMIT - pickle->held)
    return vtm_fail(error, VTM_ERROR_LIMIT, "%s: the containers of its pickle hold more than %d items: refused",
                    pickle->where, HELD_LIMIT);
  if (!vtm_grow(&target->at, &target->capacity, target->count + count, sizeof(*target->at), error))
    return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < count; i++) target->at[target->count++] = items[i];
  pickle->held += count;
  return VTM_OK;
}

const value *vtm_pickle_get(const value *dict, const char *key) {
  for (size_t i = 0; i + 1 < dict->as.items.count; i += 2) {
    const value *candidate = dict->as.items.at[i];
    if (candidate->kind == VTM_PICKLE_TEXT && strcmp(candidate->as.text.bytes, key) == 0)
      return dict->as.items.at[i + 1];
  }
  return NULL;
}

static void free_value(value *v) {
  switch ((vtm_pickle_kind)v->kind) {
    case VTM_PICKLE_TEXT: free(v->as.text.bytes); break;
    case VTM_PICKLE_TUPLE:
    case VTM_PICKLE_LIST:
    case VTM_PICKLE_DICT: free(v->as.items.at); break;
    case VTM_PICKLE_STORAGE: free(v->as.storage); break;
    case VTM_PICKLE_TENSOR: free(v->as.tensor); break;
    case VTM_PICKLE_NONE:
    case VTM_PICKLE_BOOL:
    case VTM_PICKLE_INT:
    case VTM_PICKLE_FLOAT:
    case VTM_PICKLE_GLOBAL:
    case VTM_PICKLE_MARK: break;
  }
}

value *vtm_pickle_at(const vtm_pickle *pickle, size_t index) { return &pickle->chunks[index / CHUNK][index % CHUNK]; }

void vtm_pickle_free(vtm_pickle *pickle) {
  for (size_t i = 0; i < pickle->count; i++) free_value(vtm_pickle_at(pickle, i));
  for (size_t i = 0; i < pickle->chunk_count; i++) free(pickle->chunks[i]);
  free(pickle->chunks);
  *pickle = (vtm_pickle){0};
}

/* ---- the machine ---- */

static vtm_status fail_malformed_pickle(machine *m, const char *why) {
  return vtm_fail(m->error, VTM_ERROR_FORMAT, "%s: malformed pickle at byte %zu: %s", m->pickle->where, m->position,
                  why);
}

static vtm_status take_bytes(machine *m, size_t count, const uint8_t **bytes) {
  if (count > m->size - m->position) return fail_malformed_pickle(m, "it ends in the middle (the file is truncated)");
  *bytes = m->bytes + m->position;
  m->position += count;
  return VTM_OK;
}

static vtm_status take_number(machine *m, size_t count, uint64_t *number) {
  const uint8_t *bytes = NULL;
  const vtm_status status = take_bytes(m, count, &bytes);
  if (status != VTM_OK) return status;
  *number = 0;
  for (size_t i = count; i-- > 0;) *number = *number << 8 | bytes[i];
  return VTM_OK;
}

static vtm_status push_value(machine *m, value *v) {
  if (!vtm_grow(&m->stack, &m->stack_capacity, m->depth + 1, sizeof(*m->stack), m->error)) return VTM_ERROR_MEMORY;
  if (m->depth >= VALUE_LIMIT)
    return vtm_fail(m->error, VTM_ERROR_LIMIT, "%s: its pickle's stack is deeper than %d: refused", m->pickle->where,
                    VALUE_LIMIT);
  m->stack[m->depth++] = v;
  return VTM_OK;
}

static vtm_status push_new(machine *m, vtm_pickle_kind kind, value **v) {
  const vtm_status status = vtm_pickle_new(m->pickle, kind, v, m->error);
  return status == VTM_OK ? push_value(m, *v) : status;
}

/* The topmost value; a mark does not count as one. */
static vtm_status top_value(machine *m, value **v) {
  if (m->depth == 0 || m->stack[m->depth - 1]->kind == VTM_PICKLE_MARK)
    return fail_malformed_pickle(m, "the stack is empty");
  *v = m->stack[m->depth - 1];
  return VTM_OK;
}

static vtm_status pop_value(machine *m, value **v) {
  const vtm_status status = top_value(m, v);
  if (status == VTM_OK) m->depth--;
  return status;
}

/* Cuts the stack at the topmost mark; the values above it stay readable at (*items)[0 .. count-1]. */
static vtm_status pop_to_mark(machine *m, value ***items, size_t *count) {
  size_t mark = m->depth;
  while (mark > 0 && m->stack[mark - 1]->kind != VTM_PICKLE_MARK) mark--;
  if (mark == 0) return fail_malformed_pickle(m, "no mark on the stack");
  *items = m->stack + mark;
  *count = m->depth - mark;
  m->depth = mark - 1;
  return VTM_OK;
}

static vtm_status extend_container(machine *m, value *container, value *const *items, size_t count) {
  return vtm_pickle_extend(m->pickle, container, items, count, m->error);
}

/* ---- opcodes, in the order of CPython's Lib/pickle.py where that helps ---- */

static vtm_status op_proto(machine *m) {
  enum { HIGHEST = 5 };
  uint64_t version = 0;
  const vtm_status status = take_number(m, 1, &version);
  return status == VTM_OK && version > HIGHEST ? fail_malformed_pickle(m, "unknown protocol version") : status;
}

static vtm_status op_frame(machine *m) {
  uint64_t length = 0;
  return take_number(m, 8, &length); /* a hint for buffering only */
}

static vtm_status op_stop(machine *m) {
  if (m->depth != 1) return fail_malformed_pickle(m, "it stops with more or less than one value");
  m->stopped = true;
  value *v = NULL;
  return top_value(m, &v);
}

static vtm_status op_mark(machine *m) {
  value *v = NULL;
  return push_new(m, VTM_PICKLE_MARK, &v);
}

static vtm_status op_pop(machine *m) {
  if (m->depth == 0) return fail_malformed_pickle(m, "the stack is empty");
  m->depth--;
  return VTM_OK;
}

static vtm_status op_pop_mark(machine *m) {
  value **items = NULL;
  size_t count = 0;
  return pop_to_mark(m, &items, &count);
}

static vtm_status op_none(machine *m) {
  value *v = NULL;
  return push_new(m, VTM_PICKLE_NONE, &v);
}

static vtm_status op_bool(machine *m) {
  enum { NEWTRUE = 0x88 };
  value *v = NULL;
  const vtm_status status = push_new(m, VTM_PICKLE_BOOL, &v);
  if (status == VTM_OK) v->as.integer = m->opcode == NEWTRUE;
  return status;
}

static vtm_status push_integer(machine *m, int64_t number) {
  value *v = NULL;
  const vtm_status status = push_new(m, VTM_PICKLE_INT, &v);
  if (status == VTM_OK) v->as.integer = number;
  return status;
}

static vtm_status op_binint(machine *m) {
  uint64_t number = 0;
  const vtm_status status = take_number(m, 4, &number);
  return status == VTM_OK ? push_integer(m, (int32_t)(uint32_t)number) : status;
}

static vtm_status op_binint1(machine *m) {
  uint64_t number = 0;
  const vtm_status status = take_number(m, 1, &number);
  return status == VTM_OK ? push_integer(m, (int64_t)number) : status;
}

static vtm_status op_binint2(machine *m) {
  uint64_t number = 0;
  const vtm_status status = take_number(m, 2, &number);
  return status == VTM_OK ? push_integer(m, (int64_t)number) : status;
}

/* Two's complement, little endian, of any length; no size, offset or stride needs more than 64 bits. */
static vtm_status op_long1(machine *m) {
  uint64_t length = 0;
  const uint8_t *bytes = NULL;
  vtm_status status = take_number(m, 1, &length);
  if (status == VTM_OK) status = take_bytes(m, (size_t)length, &bytes);
  if (status != VTM_OK) return status;
  if (length > 8) return fail_malformed_pickle(m, "a number of more than 64 bits");
  uint64_t number = length > 0 && (bytes[length - 1] & 0x80) ? UINT64_MAX : 0;
  for (size_t i = (size_t)length; i-- > 0;) number = number << 8 | bytes[i];
  return push_integer(m, (int64_t)number);
}

static vtm_status op_binfloat(machine *m) {
  const uint8_t *bytes = NULL;
  value *v = NULL;
  vtm_status status = take_bytes(m, 8, &bytes);
  if (status == VTM_OK) status = push_new(m, VTM_PICKLE_FLOAT, &v);
  if (status != VTM_OK) return status;
  uint64_t bits = 0;
  for (int i = 0; i < 8; i++) bits = bits << 8 | bytes[i]; /* big endian, unlike all else */
  memcpy(&v->as.number, &bits, sizeof(bits));
  return VTM_OK;
}

static vtm_status push_text(machine *m, const uint8_t *bytes, size_t length) {
  value *v = NULL;
  const vtm_status status = push_new(m, VTM_PICKLE_TEXT, &v);
  if (status != VTM_OK) return status;
  v->as.text.bytes = vtm_allocate(length + 1, 1, m->error);
  if (v->as.text.bytes == NULL) return VTM_ERROR_MEMORY;
  if (length > 0) memcpy(v->as.text.bytes, bytes, length);
  v->as.text.length = length;
  return VTM_OK;
}

static vtm_status sized_text(machine *m, size_t size_bytes) {
  uint64_t length = 0;
  const uint8_t *bytes = NULL;
  vtm_status status = take_number(m, size_bytes, &length);
  if (status == VTM_OK && length > TEXT_LIMIT) status = fail_malformed_pickle(m, "a text of more than 65,536 bytes");
  if (status == VTM_OK) status = take_bytes(m, (size_t)length, &bytes);
  if (status == VTM_OK && memchr(bytes, '\0', (size_t)length) != NULL)
    status = fail_malformed_pickle(m, "a text that holds a NUL");
  return status == VTM_OK ? push_text(m, bytes, (size_t)length) : status;
}

static vtm_status op_text1(machine *m) { return sized_text(m, 1); }
static vtm_status op_text4(machine *m) { return sized_text(m, 4); }
static vtm_status op_text8(machine *m) { return sized_text(m, 8); }

static vtm_status op_empty_tuple(machine *m) {
  value *v = NULL;
  return push_new(m, VTM_PICKLE_TUPLE, &v);
}

static vtm_status op_empty_list(machine *m) {
  value *v = NULL;
  return push_new(m, VTM_PICKLE_LIST, &v);
}

static vtm_status op_empty_dict(machine *m) {
  value *v = NULL;
  return push_new(m, VTM_PICKLE_DICT, &v);
}

static vtm_status make_tuple(machine *m, value *const *items, size_t count) {
  value *tuple = NULL;
  vtm_status status = vtm_pickle_new(m->pickle, VTM_PICKLE_TUPLE, &tuple, m->error);
  if (status == VTM_OK) status = extend_container(m, tuple, items, count);
  return status == VTM_OK ? push_value(m, tuple) : status;
}

static vtm_status op_tuple(machine *m) {
  value **items = NULL;
  size_t count = 0;
  const vtm_status status = pop_to_mark(m, &items, &count);
  return status == VTM_OK ? make_tuple(m, items, count) : status;
}

static vtm_status op_small_tuple(machine *m) {
  enum { TUPLE1 = 0x85 };
  const size_t count = (size_t)(m->opcode - TUPLE1) + 1;
  value *unused = NULL;
  for (size_t i = 0; i < count; i++) {
    const vtm_status status = pop_value(m, &unused);
    if (status != VTM_OK) return status;
  }
  return make_tuple(m, m->stack + m->depth, count);
}

static vtm_status op_append(machine *m) {
  value *item = NULL;
  value *list = NULL;
  vtm_status status = pop_value(m, &item);
  if (status == VTM_OK) status = top_value(m, &list);
  if (status != VTM_OK) return status;
  if (list->kind != VTM_PICKLE_LIST) return fail_malformed_pickle(m, "APPEND to what is not a list");
  return extend_container(m, list, &item, 1);
}

static vtm_status op_appends(machine *m) {
  value **items = NULL;
  size_t count = 0;
  value *list = NULL;
  vtm_status status = pop_to_mark(m, &items, &count);
  if (status == VTM_OK) status = top_value(m, &list);
  if (status != VTM_OK) return status;
  if (list->kind != VTM_PICKLE_LIST) return fail_malformed_pickle(m, "APPENDS to what is not a list");
  return extend_container(m, list, items, count);
}

static vtm_status set_items(machine *m, value *const *items, size_t count) {
  value *dict = NULL;
  const vtm_status status = top_value(m, &dict);
  if (status != VTM_OK) return status;
  if (dict->kind != VTM_PICKLE_DICT || count % 2 != 0)
    return fail_malformed_pickle(m, "SETITEM on what is not a dictionary");
  return extend_container(m, dict, items, count);
}

static vtm_status op_setitem(machine *m) {
  value *pair[2] = {NULL, NULL};
  vtm_status status = pop_value(m, &pair[1]);
  if (status == VTM_OK) status = pop_value(m, &pair[0]);
  return status == VTM_OK ? set_items(m, pair, 2) : status;
}

static vtm_status op_setitems(machine *m) {
  value **items = NULL;
  size_t count = 0;
  const vtm_status status = pop_to_mark(m, &items, &count);
  return status == VTM_OK ? set_items(m, items, count) : status;
}

static vtm_status put_memo(machine *m, uint64_t index) {
  value *v = NULL;
  vtm_status status = top_value(m, &v);
  if (status != VTM_OK) return status;
  if (index >= MEMO_LIMIT) return fail_malformed_pickle(m, "a memo number of more than a million");
  const size_t needed = (size_t)index + 1;
  if (needed > m->memo_size) {
    if (!vtm_grow(&m->memo, &m->memo_capacity, needed, sizeof(*m->memo), m->error)) return VTM_ERROR_MEMORY;
    memset(m->memo + m->memo_size, 0, (needed - m->memo_size) * sizeof(*m->memo));
    m->memo_size = needed;
  }
  m->memo[index] = v;
  return VTM_OK;
}

static vtm_status get_memo(machine *m, uint64_t index) {
  if (index >= m->memo_size || m->memo[index] == NULL)
    return fail_malformed_pickle(m, "it gets a memo that was never put");
  return push_value(m, m->memo[index]);
}

static vtm_status op_binput(machine *m) {
  uint64_t index = 0;
  const vtm_status status = take_number(m, 1, &index);
  return status == VTM_OK ? put_memo(m, index) : status;
}

static vtm_status op_long_binput(machine *m) {
  uint64_t index = 0;
  const vtm_status status = take_number(m, 4, &index);
  return status == VTM_OK ? put_memo(m, index) : status;
}

static vtm_status op_memoize(machine *m) { return put_memo(m, m->memo_next++); }

static vtm_status op_binget(machine *m) {
  uint64_t index = 0;
  const vtm_status status = take_number(m, 1, &index);
  return status == VTM_OK ? get_memo(m, index) : status;
}

static vtm_status op_long_binget(machine *m) {
  uint64_t index = 0;
  const vtm_status status = take_number(m, 4, &index);
  return status == VTM_OK ? get_memo(m, index) : status;
}

static vtm_status push_global(machine *m, const char *module, const char *name) {
  const vtm_pickle_global *global = NULL;
  value *v = NULL;
  vtm_status status = m->pickle->resolver->find_global(m->pickle, module, name, &global, m->error);
  if (status == VTM_OK) status = push_new(m, VTM_PICKLE_GLOBAL, &v);
  if (status == VTM_OK) v->as.global = global;
  return status;
}

static vtm_status take_line(machine *m, char line[256]) {
  const size_t rest = m->size - m->position;
  const uint8_t *start = m->bytes + m->position;
  const uint8_t *end = rest == 0 ? NULL : memchr(start, '\n', rest < 256 ? rest : 256);
  if (end == NULL) return fail_malformed_pickle(m, "a name without an end");
  const size_t length = (size_t)(end - start);
  memcpy(line, start, length);
  line[length] = '\0';
  m->position += length + 1;
  return VTM_OK;
}

static vtm_status op_global(machine *m) {
  char module[256];
  char name[256];
  vtm_status status = take_line(m, module);
  if (status == VTM_OK) status = take_line(m, name);
  return status == VTM_OK ? push_global(m, module, name) : status;
}

static vtm_status op_stack_global(machine *m) {
  value *module = NULL;
  value *name = NULL;
  vtm_status status = pop_value(m, &name);
  if (status == VTM_OK) status = pop_value(m, &module);
  if (status != VTM_OK) return status;
  if (module->kind != VTM_PICKLE_TEXT || name->kind != VTM_PICKLE_TEXT)
    return fail_malformed_pickle(m, "a global whose name is not text");
  return push_global(m, module->as.text.bytes, name->as.text.bytes);
}

static vtm_status op_reduce(machine *m) {
  value *arguments = NULL;
  value *callable = NULL;
  value *result = NULL;
  vtm_status status = pop_value(m, &arguments);
  if (status == VTM_OK) status = pop_value(m, &callable);
  if (status != VTM_OK) return status;
  if (callable->kind != VTM_PICKLE_GLOBAL || arguments->kind != VTM_PICKLE_TUPLE)
    return fail_malformed_pickle(m, "REDUCE needs a global and a tuple");
  const vtm_pickle_global *global = callable->as.global;
  if (global->call == NULL)
    return vtm_fail(m->error, VTM_ERROR_FORMAT, "%s: calls %s.%s, which no tensor needs: refused", m->pickle->where,
                    global->module, global->name);
  status = global->call(m->pickle, global, arguments, &result, m->error);
  return status == VTM_OK ? push_value(m, result) : status;
}

/* The state of an OrderedDict (torch hangs `_metadata` on it) says nothing about tensors. */
static vtm_status op_build(machine *m) {
  value *state = NULL;
  value *object = NULL;
  vtm_status status = pop_value(m, &state);
  if (status == VTM_OK) status = top_value(m, &object);
  if (status != VTM_OK) return status;
  if (object->kind != VTM_PICKLE_DICT || state->kind != VTM_PICKLE_DICT)
    return fail_malformed_pickle(m, "BUILD on what is not a dictionary");
  return VTM_OK;
}

static vtm_status op_binpersid(machine *m) {
  value *id = NULL;
  value *storage = NULL;
  vtm_status status = pop_value(m, &id);
  if (status == VTM_OK) status = m->pickle->resolver->load_persistent(m->pickle, id, &storage, m->error);
  return status == VTM_OK ? push_value(m, storage) : status;
}

typedef struct opcode {
  const char *name;
  vtm_status (*run)(machine *m); /* NULL: known by name and refused */
} opcode;

static const opcode opcodes[256] = {
    ['('] = {"MARK", op_mark},
    ['.'] = {"STOP", op_stop},
    ['0'] = {"POP", op_pop},
    ['1'] = {"POP_MARK", op_pop_mark},
    ['2'] = {"DUP", NULL},
    ['B'] = {"BINBYTES", NULL},
    ['C'] = {"SHORT_BINBYTES", NULL},
    ['F'] = {"FLOAT", NULL},
    ['G'] = {"BINFLOAT", op_binfloat},
    ['I'] = {"INT", NULL},
    ['J'] = {"BININT", op_binint},
    ['K'] = {"BININT1", op_binint1},
    ['L'] = {"LONG", NULL},
    ['M'] = {"BININT2", op_binint2},
    ['N'] = {"NONE", op_none},
    ['P'] = {"PERSID", NULL},
    ['Q'] = {"BINPERSID", op_binpersid},
    ['R'] = {"REDUCE", op_reduce},
    ['S'] = {"STRING", NULL},
    ['T'] = {"BINSTRING", op_text4},
    ['U'] = {"SHORT_BINSTRING", op_text1},
    ['V'] = {"UNICODE", NULL},
    ['X'] = {"BINUNICODE", op_text4},
    ['\x5d'] = {"EMPTY_LIST", op_empty_list},
    ['a'] = {"APPEND", op_append},
    ['b'] = {"BUILD", op_build},
    ['c'] = {"GLOBAL", op_global},
    ['d'] = {"DICT", NULL},
    ['e'] = {"APPENDS", op_appends},
    ['g'] = {"GET", NULL},
    ['h'] = {"BINGET", op_binget},
    ['i'] = {"INST", NULL},
    ['j'] = {"LONG_BINGET", op_long_binget},
    ['l'] = {"LIST", NULL},
    ['o'] = {"OBJ", NULL},
    ['p'] = {"PUT", NULL},
    ['q'] = {"BINPUT", op_binput},
    ['r'] = {"LONG_BINPUT", op_long_binput},
    ['s'] = {"SETITEM", op_setitem},
    ['t'] = {"TUPLE", op_tuple},
    ['u'] = {"SETITEMS", op_setitems},
    [')'] = {"EMPTY_TUPLE", op_empty_tuple},
    ['}'] = {"EMPTY_DICT", op_empty_dict},
    [0x80] = {"PROTO", op_proto},
    [0x81] = {"NEWOBJ", NULL},
    [0x82] = {"EXT1", NULL},
    [0x83] = {"EXT2", NULL},
    [0x84] = {"EXT4", NULL},
    [0x85] = {"TUPLE1", op_small_tuple},
    [0x86] = {"TUPLE2", op_small_tuple},
    [0x87] = {"TUPLE3", op_small_tuple},
    [0x88] = {"NEWTRUE", op_bool},
    [0x89] = {"NEWFALSE", op_bool},
    [0x8a] = {"LONG1", op_long1},
    [0x8b] = {"LONG4", NULL},
    [0x8c] = {"SHORT_BINUNICODE", op_text1},
    [0x8d] = {"BINUNICODE8", op_text8},
    [0x8e] = {"BINBYTES8", NULL},
    [0x8f] = {"EMPTY_SET", NULL},
    [0x90] = {"ADDITEMS", NULL},
    [0x91] = {"FROZENSET", NULL},
    [0x92] = {"NEWOBJ_EX", NULL},
    [0x93] = {"STACK_GLOBAL", op_stack_global},
    [0x94] = {"MEMOIZE", op_memoize},
    [0x95] = {"FRAME", op_frame},
    [0x96] = {"BYTEARRAY8", NULL},
    [0x97] = {"NEXT_BUFFER", NULL},
    [0x98] = {"READONLY_BUFFER", NULL},
};

static vtm_status run_opcode(machine *m) {
  const uint8_t *byte = NULL;
  const vtm_status status = take_bytes(m, 1, &byte);
  if (status != VTM_OK) return status;
  m->opcode = *byte;
  const opcode *op = &opcodes[m->opcode];
  if (op->run == NULL)
    return vtm_fail(m->error, VTM_ERROR_FORMAT,
                    "%s: pickle at byte %zu: opcode %s (0x%02x), which no file of tensors needs: refused",
                    m->pickle->where, m->position - 1, op->name != NULL ? op->name : "unknown", m->opcode);
  return op->run(m);
}

vtm_status vtm_pickle_run(const uint8_t *bytes, size_t size, vtm_pickle *pickle, value **result, size_t *used,
                          vtm_error *error) {
  machine m = {.bytes = bytes, .size = size, .pickle = pickle, .error = error};
  vtm_status status = VTM_OK;
  while (status == VTM_OK && !m.stopped) status = run_opcode(&m);
  if (status == VTM_OK) {
    *result = m.stack[0];
    *used = m.position;
  }
  free(m.stack);
  free(m.memo);
  return status;
}
