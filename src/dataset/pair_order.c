/* Finds out which column of a pair list is the person, by the folders that hold the names. */
#include "dataset/pair_order.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Signs of one order for each of the other, for the order to count as the list's. */
enum { MAJORITY = 9 };
/* Where most names are in both folders, one that is in one of them may be a file that is missing. */
enum { FEWEST_MISSING = 2 };

const char *vtm_pair_order_name(vtm_pair_order order) {
  static const char *const names[] = {"auto", "garment-person", "person-garment"};
  return names[order];
}

vtm_pair_order vtm_opposite_order(vtm_pair_order order) {
  if (order == VTM_ORDER_UNKNOWN) return order;
  return order == VTM_ORDER_GARMENT_PERSON ? VTM_ORDER_PERSON_GARMENT : VTM_ORDER_GARMENT_PERSON;
}

static bool folder_holds(const vtm_folder *folder, const char *name) {
  size_t index;
  return vtm_folder_find(folder, name, vtm_stem_length(name), &index);
}

static void find_possible_orders(const vtm_pair_line *line, const vtm_folder *people, const vtm_folder *garments,
                                 bool *garment_person, bool *person_garment) {
  const bool first = folder_holds(people, line->first);
  const bool second = folder_holds(people, line->second);
  *garment_person = second && (garments == NULL || folder_holds(garments, line->first));
  *person_garment = first && (garments == NULL || folder_holds(garments, line->second));
}

vtm_pair_order vtm_pair_line_order(const vtm_pair_line *line, const vtm_folder *people, const vtm_folder *garments) {
  bool garment_person;
  bool person_garment;
  find_possible_orders(line, people, garments, &garment_person, &person_garment);
  if (garment_person == person_garment) return VTM_ORDER_UNKNOWN;
  return garment_person ? VTM_ORDER_GARMENT_PERSON : VTM_ORDER_PERSON_GARMENT;
}

bool vtm_line_is_turned(const vtm_pair_line *line, const vtm_folder *people, const vtm_folder *garments,
                        const vtm_order_evidence *evidence, vtm_pair_order order) {
  if (order == VTM_ORDER_UNKNOWN || evidence->shared_names) return false;
  const char *person = order == VTM_ORDER_GARMENT_PERSON ? line->second : line->first;
  const char *garment = order == VTM_ORDER_GARMENT_PERSON ? line->first : line->second;
  return folder_holds(people, garment) && folder_holds(garments, person) && !folder_holds(people, person) &&
         !folder_holds(garments, garment);
}

bool vtm_is_same_name(const vtm_pair_line *line) {
  const size_t length = vtm_stem_length(line->first);
  return length == vtm_stem_length(line->second) && memcmp(line->first, line->second, length) == 0;
}

static bool share_names(const vtm_folder *people, const vtm_folder *garments) {
  if (garments == NULL) return false;
  const vtm_folder *smaller = people->count < garments->count ? people : garments;
  const vtm_folder *other = smaller == people ? garments : people;
  size_t shared = 0;
  size_t index;
  for (size_t i = 0; i < smaller->count; i++)
    shared += vtm_folder_find(other, smaller->entries[i].stem, strlen(smaller->entries[i].stem), &index);
  return shared * 2 > smaller->count;
}

enum { FIRST = 1, SECOND = 2 };

/* In which columns each name stands that `folder` alone has; NULL when memory runs out. */
static unsigned char *find_columns(const vtm_pair_list *list, const vtm_folder *folder, const vtm_folder *other) {
  unsigned char *columns = vtm_allocate(folder->count, 1, NULL);
  for (size_t i = 0; i < list->count && columns != NULL; i++) {
    const char *const names[] = {list->lines[i].first, list->lines[i].second};
    size_t index;
    for (int k = 0; k < 2; k++)
      if (vtm_folder_find(folder, names[k], vtm_stem_length(names[k]), &index) && !folder_holds(other, names[k]))
        columns[index] |= k == 0 ? FIRST : SECOND;
  }
  return columns;
}

static size_t count_column(const unsigned char *columns, size_t count, unsigned char column) {
  size_t found = 0;
  for (size_t i = 0; i < count && columns != NULL; i++) found += (columns[i] & column) != 0;
  return found;
}

/* Lines show an order by the hundred where one file is missing, so files are counted: those that each order says are
 * missing. Without memory none is counted, and the order stays unknown. */
static vtm_pair_order order_of_fewest_missing(const vtm_pair_list *list, const vtm_folder *people,
                                              const vtm_folder *garments) {
  unsigned char *only_people = find_columns(list, people, garments);
  unsigned char *only_garments = find_columns(list, garments, people);
  const size_t as_garment_person =
      count_column(only_people, people->count, FIRST) + count_column(only_garments, garments->count, SECOND);
  const size_t as_person_garment =
      count_column(only_people, people->count, SECOND) + count_column(only_garments, garments->count, FIRST);
  free(only_people);
  free(only_garments);
  if (as_person_garment >= FEWEST_MISSING && as_person_garment > MAJORITY * as_garment_person)
    return VTM_ORDER_GARMENT_PERSON;
  if (as_garment_person >= FEWEST_MISSING && as_garment_person > MAJORITY * as_person_garment)
    return VTM_ORDER_PERSON_GARMENT;
  return VTM_ORDER_UNKNOWN;
}

vtm_pair_order vtm_pair_list_order(const vtm_pair_list *list, const vtm_folder *people, const vtm_folder *garments,
                                   vtm_order_evidence *evidence) {
  *evidence = (vtm_order_evidence){.shared_names = share_names(people, garments)};
  size_t same = 0;
  for (size_t i = 0; i < list->count; i++) {
    const vtm_pair_line *line = &list->lines[i];
    bool garment_person;
    bool person_garment;
    find_possible_orders(line, people, garments, &garment_person, &person_garment);
    if ((garment_person || person_garment) && vtm_is_same_name(line)) same++;
    if (garment_person && person_garment) {
      evidence->either++;
    } else if (garment_person) {
      if (evidence->garment_person++ == 0) evidence->first_garment_person = line->line;
    } else if (person_garment) {
      if (evidence->person_garment++ == 0) evidence->first_person_garment = line->line;
    } else {
      evidence->neither++;
    }
  }
  evidence->same_names = same > 0 && same + evidence->neither == list->count;
  if (evidence->shared_names) return order_of_fewest_missing(list, people, garments);
  if (evidence->garment_person > MAJORITY * evidence->person_garment) return VTM_ORDER_GARMENT_PERSON;
  if (evidence->person_garment > MAJORITY * evidence->garment_person) return VTM_ORDER_PERSON_GARMENT;
  return VTM_ORDER_UNKNOWN;
}
