#include "weights/download.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/context.h"
#include "base/error.h"

bool vtm_is_offline(void) {
  const char *offline = getenv("VTONMETRICS_OFFLINE");
  return offline != NULL && offline[0] != '\0' && strcmp(offline, "0") != 0;
}

#if defined(VTM_HAVE_CURL)
#include <curl/curl.h>

bool vtm_download_is_possible(void) { return !vtm_is_offline(); }

typedef struct transfer {
  vtm_context *context;
  const vtm_download_request *request;
  curl_off_t start; /* bytes that were there before */
  uint64_t written; /* bytes in the file now */
  bool too_long;    /* the server sends more than request->most */
  int write_code;   /* errno of a failed write */
  CURL *curl;
} transfer;

static size_t receive_bytes(char *bytes, size_t size, size_t count, void *user) {
  transfer *t = user;
  t->too_long = size * count > t->request->most - t->written;
  if (t->too_long) return 0;
  t->written += size * count;
  errno = 0;
  const size_t written = fwrite(bytes, size, count, t->request->part);
  if (written != count) t->write_code = errno != 0 ? errno : EIO;
  return written * size;
}

static int report_download(void *user, curl_off_t total, curl_off_t done, curl_off_t up_total, curl_off_t up_done) {
  const transfer *t = user;
  (void)up_total;
  (void)up_done;
  if (vtm_is_cancelled(t->context)) return 1;
  if (done > 0)
    vtm_report_progress(t->context, t->request->stage, (size_t)(t->start + done),
                        total > 0 ? (size_t)(t->start + total) : 0);
  return 0;
}

static void set_options(transfer *t, char reason[CURL_ERROR_SIZE]) {
  enum { CONNECT_SECONDS = 30, STALL_SECONDS = 60, REDIRECTS = 10 };
  CURL *curl = t->curl;
  (void)curl_easy_setopt(curl, CURLOPT_URL, t->request->url);
  (void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
  (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  (void)curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L); /* a 404 page is not weights */
  (void)curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  (void)curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)REDIRECTS);
  (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https,file");
  (void)curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
  (void)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  (void)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)STALL_SECONDS);
  (void)curl_easy_setopt(curl, CURLOPT_USERAGENT, "vtonmetrics/" VTM_VERSION);
  (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive_bytes);
  (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
  (void)curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, report_download);
  (void)curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
  (void)curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  (void)curl_easy_setopt(curl, CURLOPT_RESUME_FROM_LARGE, t->start);
}

static CURLcode perform_transfer(transfer *t, char reason[CURL_ERROR_SIZE]) {
  reason[0] = '\0';
  if (fseeko(t->request->part, (off_t)t->start, SEEK_SET) != 0) {
    t->write_code = errno;
    return CURLE_WRITE_ERROR;
  }
  t->written = (uint64_t)t->start;
  set_options(t, reason);
  CURLcode code = curl_easy_perform(t->curl);
  if (fflush(t->request->part) != 0 && t->write_code == 0) {
    t->write_code = errno != 0 ? errno : EIO;
    code = CURLE_WRITE_ERROR;
  }
  return code;
}

static vtm_status explain_curl_error(const transfer *t, CURLcode code, const char *reason, vtm_error *error) {
  if (code == CURLE_ABORTED_BY_CALLBACK) return vtm_fail_cancelled(error);
  if (t->too_long)
    return vtm_fail(error, VTM_ERROR_LIMIT, "%s: is another file: the server sends more than %.1f MB", t->request->url,
                    (double)t->request->most / 1e6);
  if (t->write_code != 0) return vtm_fail_errno(error, t->write_code, t->request->path, "write the download");
  long answer = 0;
  (void)curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &answer);
  if (code == CURLE_HTTP_RETURNED_ERROR)
    return vtm_fail(error, VTM_ERROR_NETWORK, "%s: the server answers %ld%s; another address can be given with --from",
                    t->request->url, answer, answer == 404 ? " (no such file)" : "");
  if (code == CURLE_FILE_COULDNT_READ_FILE)
    return vtm_fail(error, VTM_ERROR_NOT_FOUND, "%s: no such file, or not readable", t->request->url);
  struct stat part;
  const long long have = fstat(fileno(t->request->part), &part) == 0 ? (long long)part.st_size : 0;
  return vtm_fail(error, VTM_ERROR_NETWORK, "%s: download failed: %s%s", t->request->url,
                  reason[0] != '\0' ? reason : curl_easy_strerror(code),
                  have > 0 ? "; what came is kept: run the command again to go on" : "");
}

/* A server without ranges, or with a shorter file, cannot resume: download from the start. libcurl takes status 416 for
 * success (the file is complete), but the caller has checked that it is not. */
static bool must_restart(const transfer *t, CURLcode code) {
  enum { RANGE_NOT_SATISFIABLE = 416 };
  long answer = 0;
  (void)curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &answer);
  return t->start > 0 &&
         (code == CURLE_RANGE_ERROR || code == CURLE_BAD_DOWNLOAD_RESUME || answer == RANGE_NOT_SATISFIABLE);
}

vtm_status vtm_download(vtm_context *context, const vtm_download_request *request, vtm_error *error) {
  struct stat status;
  if (fstat(fileno(request->part), &status) != 0) return vtm_fail_errno(error, errno, request->path, "read");
  transfer t = {.context = context, .request = request, .curl = curl_easy_init()};
  if (t.curl == NULL) return vtm_fail(error, VTM_ERROR_MEMORY, "%s: libcurl does not start", request->url);
  char reason[CURL_ERROR_SIZE] = "";
  /* a part longer than the whole file cannot be its beginning */
  const bool usable = (uint64_t)status.st_size <= request->most;
  if (usable) t.start = (curl_off_t)status.st_size;
  CURLcode code = usable || ftruncate(fileno(request->part), 0) == 0 ? perform_transfer(&t, reason) : CURLE_WRITE_ERROR;
  if (must_restart(&t, code)) {
    curl_easy_reset(t.curl);
    t.start = 0;
    code = ftruncate(fileno(request->part), 0) == 0 ? perform_transfer(&t, reason) : CURLE_WRITE_ERROR;
  }
  const vtm_status result = code == CURLE_OK ? VTM_OK : explain_curl_error(&t, code, reason, error);
  curl_easy_cleanup(t.curl);
  return result;
}

#else

bool vtm_download_is_possible(void) { return false; }

vtm_status vtm_download(vtm_context *context, const vtm_download_request *request, vtm_error *error) {
  (void)context;
  return vtm_fail(error, VTM_ERROR_UNSUPPORTED,
                  "%s: this build cannot download (libcurl was not found when it was built); get the file by other "
                  "means and name it with --weights",
                  request->url);
}

#endif
