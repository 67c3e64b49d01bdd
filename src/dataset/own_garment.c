/* Which garment is a person's own: it carries the person's name, or differs from it as ID_1 from ID_0. */
#include "dataset/own_garment.h"

#include <string.h>

#include "vtonmetrics/tools/dataset.h"
#include "vtonmetrics/tools/pairs.h"

static bool is_own(const char *person, size_t person_length, const char *garment, size_t length) {
  if (length != person_length) return false;
  if (memcmp(person, garment, length) == 0) return true;
  return length > 2 && memcmp(person, garment, length - 1) == 0 && memcmp(person + length - 2, "_0", 2) == 0 &&
         memcmp(garment + length - 2, "_1", 2) == 0;
}

bool vtm_is_own_garment(const char *person, const char *garment) {
  return is_own(person, vtm_stem_length(person), garment, vtm_stem_length(garment));
}

bool vtm_is_own_garment_slice(const char *person, const char *garment, size_t length) {
  return is_own(person, strlen(person), garment, length);
}

/* ID of "ID_0", as "ID_1": where people and garments of one id differ so. */
static bool swap_ending(const char *stem, char from, char to, char swapped[256], size_t *length) {
  *length = strlen(stem);
  if (*length < 3 || *length > 255 || stem[*length - 2] != '_' || stem[*length - 1] != from) return false;
  memcpy(swapped, stem, *length);
  swapped[*length - 1] = to;
  return true;
}

bool vtm_find_own_garment(const vtm_folder *garments, const char *person, size_t *index) {
  char other[256];
  size_t length;
  if (vtm_folder_find(garments, person, strlen(person), index)) return true;
  return swap_ending(person, '0', '1', other, &length) && vtm_folder_find(garments, other, length, index);
}

bool vtm_has_owner(const vtm_folder *people, const char *garment) {
  char other[256];
  size_t length;
  size_t index;
  if (vtm_folder_find(people, garment, strlen(garment), &index)) return true;
  return swap_ending(garment, '1', '0', other, &length) && vtm_folder_find(people, other, length, &index);
}
