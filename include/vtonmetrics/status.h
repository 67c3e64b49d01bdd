/* Status codes and error messages.
 *
 * Every function that can fail returns a vtm_status and takes a `vtm_error *error`, which may be
 * NULL. On failure the callee fills it with the same status and one line of text: what, where, why
 * and, when known, what to do. Look at it only after a failure: a success may leave anything in it.
 * The caller owns the vtm_error (usually on its stack), so functions may be called from any thread
 * at once and no message is ever overwritten by another thread. */
#ifndef VTONMETRICS_STATUS_H
#define VTONMETRICS_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(VTM_BUILDING_LIBRARY)
#define VTM_API __attribute__((visibility("default")))
#else
#define VTM_API
#endif

typedef enum vtm_status {
  VTM_OK = 0,
  VTM_ERROR_USAGE = 1,       /* an argument or option is wrong: the caller's mistake */
  VTM_ERROR_NOT_FOUND = 2,   /* a file, folder or weights file does not exist */
  VTM_ERROR_IO = 3,          /* the system refused: permission, full disk, read error */
  VTM_ERROR_FORMAT = 4,      /* a file's content is malformed or of another kind */
  VTM_ERROR_LIMIT = 5,       /* a file needs more than a limit allows */
  VTM_ERROR_MEMORY = 6,      /* no memory */
  VTM_ERROR_DATA = 7,        /* well-formed input that cannot be scored (no names in common, one image) */
  VTM_ERROR_NUMERIC = 8,     /* NaN or infinity where a number is needed */
  VTM_ERROR_UNSUPPORTED = 9, /* this build, machine or format version cannot do it */
  VTM_ERROR_NETWORK = 10,    /* a download failed */
  VTM_ERROR_CANCELLED = 11,  /* vtm_context_cancel was called */
  VTM_ERROR_DEVICE = 12      /* a GPU or its driver failed */
} vtm_status;

typedef struct vtm_error {
  vtm_status status;
  char message[2048]; /* one line of UTF-8: other bytes of names are written \n, \xNN; a long one lacks its middle */
} vtm_error;

/* A short English name ("malformed file"); static storage. */
VTM_API const char *vtm_status_name(vtm_status status);

#ifdef __cplusplus
}
#endif
#endif
