/* Reads the names of a folder by one scheme. */
#include "dataset/match_names.h"

#include <string.h>

void vtm_file_match_set(const vtm_known_names *names, const vtm_reading *reading, vtm_file_match *file) {
  const vtm_folder *people = names->reference;
  *file = (vtm_file_match){.kind = VTM_NO_PARTNER, .reference = VTM_NO_ENTRY, .other = VTM_NO_ENTRY, .repeat = -1};
  if (reading->rank == VTM_READ_NOTHING) return;
  *file = (vtm_file_match){.kind = VTM_MATCHED,
                           .reference = reading->reference,
                           .other = reading->rival,
                           .garment = reading->garment.bytes,
                           .garment_length = reading->garment.length,
                           .type = reading->type.bytes,
                           .type_length = reading->type.length,
                           .repeat = reading->repeat};
  const size_t next = reading->reference + 1;
  if (file->other == VTM_NO_ENTRY && next < people->count &&
      strcmp(people->entries[next].stem, people->entries[next - 1].stem) == 0)
    file->other = next; /* two photographs of one name */
  if (file->other != VTM_NO_ENTRY) file->kind = VTM_AMBIGUOUS;
}

/* A name that is another photograph's own, as 1_2 is beside a person 1 and a garment 2, may show either. */
static void look_for_namesake(const vtm_known_names *names, size_t file, vtm_reading *reading) {
  const vtm_slice stem = vtm_stem_of(names->generated, file);
  size_t namesake;
  if (reading->rank != VTM_READ_NOTHING && reading->rival == VTM_NO_ENTRY &&
      vtm_folder_find(names->reference, stem.bytes, stem.length, &namesake) &&
      strcmp(names->reference->entries[reading->reference].stem, stem.bytes) != 0)
    reading->rival = namesake;
}

void vtm_read_names(const vtm_known_names *names, const vtm_scheme *scheme, vtm_file_match *files) {
  for (size_t i = 0; i < names->generated->count; i++) {
    vtm_reading reading = VTM_READING_START;
    scheme->read(scheme, names, vtm_stem_of(names->generated, i), &reading);
    if (!scheme->info.on_request) look_for_namesake(names, i, &reading);
    vtm_file_match_set(names, &reading, &files[i]);
  }
}
