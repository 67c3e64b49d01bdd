/* Pieces of JSON documents that several reports share. */
#ifndef VTM_REPORT_JSON_BUILDER_H
#define VTM_REPORT_JSON_BUILDER_H

#include <cjson/cJSON.h>

#include "base/text.h"
#include "vtonmetrics/metric.h"

/* Collects the first failure, so that a document is built without a check on each line. */
typedef struct vtm_json_builder {
  bool failed;
} vtm_json_builder;

cJSON *vtm_json_checked(vtm_json_builder *build, cJSON *item);
/* Hands `item` to an object, or to an array when `name` is NULL; NULL is a failure. */
void vtm_json_put(vtm_json_builder *build, cJSON *object, const char *name, cJSON *item);

cJSON *vtm_json_text(const char *text); /* file names are bytes, JSON is UTF-8: what is malformed becomes \xNN */
cJSON *vtm_json_number(double value);   /* with all digits; null for NaN and infinity, which JSON lacks */
cJSON *vtm_json_count(size_t count);    /* null for 0: not known */
cJSON *vtm_json_texts(vtm_json_builder *build, const char *const *texts, size_t count);

cJSON *vtm_json_interval(vtm_json_builder *build, const vtm_interval *interval);

/* An object with the schema's name. */
cJSON *vtm_json_document(vtm_json_builder *build);
/* Appends and frees the document; also after a failure while it was built. */
vtm_status vtm_json_print(const vtm_json_builder *build, cJSON *root, vtm_text *text, vtm_error *error);

#endif
