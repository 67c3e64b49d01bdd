/* Finds out which column of a pair list is the person, by the folders that hold the names. */
#include "dataset/pair_order.h"

#include <string.h>

enum { MAJORITY = 9 }; /* lines of one order for each of the other, for the order to count as the list's */

const char *vtm_pair_order_name(vtm_pair_order order) {
  static const char *const names[] = {"auto", "garment-person", "person-garment"};
  return names[order];
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

bool vtm_is_same_name(const vtm_pair_line *line) {
  const size_t length = vtm_stem_length(line->first);
  return length == vtm_stem_length(line->second) && memcmp(line->first, line->second, length) == 0;
}

vtm_pair_order vtm_pair_list_order(const vtm_pair_list *list, const vtm_folder *people, const vtm_folder *garments,
                                   vtm_order_evidence *evidence) {
  *evidence = (vtm_order_evidence){0};
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
  if (evidence->garment_person > MAJORITY * evidence->person_garment) return VTM_ORDER_GARMENT_PERSON;
  if (evidence->person_garment > MAJORITY * evidence->garment_person) return VTM_ORDER_PERSON_GARMENT;
  return VTM_ORDER_UNKNOWN;
}
