/* Building a vtm_result. All its memory belongs to one arena that vtm_result_destroy frees. */
#ifndef VTM_METRICS_RESULT_H
#define VTM_METRICS_RESULT_H

#include "base/arena.h"
#include "vtonmetrics/metric.h"

/* When memory runs out later additions do nothing; vtm_result_finish reports it, so callers add freely and check
 * once. */
typedef struct vtm_result_builder {
  vtm_result result; /* first, so that the result's address is the builder's */
  vtm_arena arena;
} vtm_result_builder;

vtm_result_builder *vtm_result_start(vtm_error *error);
/* Hands the result over; on failure everything is freed. */
vtm_status vtm_result_finish(vtm_result_builder *builder, vtm_result **result, vtm_error *error);

/* Zeroed memory that lives as long as the result; NULL when memory has run out. */
void *vtm_result_allocate(vtm_result_builder *builder, size_t count, size_t size);
const char *vtm_result_copy(vtm_result_builder *builder, const char *text);

void vtm_result_note(vtm_result_builder *builder, const char *format, ...) __attribute__((format(printf, 2, 3)));
void vtm_result_warn(vtm_result_builder *builder, const char *format, ...) __attribute__((format(printf, 2, 3)));
void vtm_result_warn_row(vtm_result_builder *builder, vtm_score_row *row, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A warning of results that cannot be a model's work: it comes before those of other kinds. */
void vtm_result_warn_finding(vtm_result_builder *builder, vtm_score_row *row, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A file that was left out; `row` NULL: one of the reference. It comes before other warnings, but after findings. */
void vtm_result_warn_broken(vtm_result_builder *builder, vtm_score_row *row, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* One line of the fingerprint; `name` must be a literal. */
void vtm_result_fingerprint(vtm_result_builder *builder, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* `name` must be a literal. */
void vtm_result_term(vtm_result_builder *builder, vtm_score_row *row, const char *name, double value);

/* `count` empty rows with name and path set. A row without a name of its own (NULL) gets the path's last part, or all
 * of it where two would be alike. NULL when memory has run out. */
vtm_score_row *vtm_result_rows(vtm_result_builder *builder, const char *const *paths, const char *const *names,
                               size_t count);

#endif
