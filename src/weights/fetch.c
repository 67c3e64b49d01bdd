/* Download into FILE.part in the user's data folder; the hash is checked before it becomes FILE. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/context.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "weights/download.h"
#include "weights/locate.h"

/* *made: how many of the last parts of the path were not there. */
static vtm_status make_folders(const char *folder, size_t *made, vtm_error *error) {
  char *path = vtm_copy_text(folder, error);
  if (path == NULL) return VTM_ERROR_MEMORY;
  vtm_status status = VTM_OK;
  for (char *slash = path; slash != NULL && status == VTM_OK;) {
    slash = strchr(slash + 1, '/');
    if (slash != NULL) *slash = '\0';
    if (mkdir(path, 0777) == 0)
      (*made)++;
    else if (errno != EEXIST)
      status = vtm_fail_errno(error, errno, path, "make the folder");
    if (slash != NULL) *slash = '/';
  }
  free(path);
  return status;
}

/* The folders that were made for nothing; what holds something stays. */
static void remove_folders(char *folder, size_t made) {
  for (; made > 0 && rmdir(folder) == 0; made--) {
    char *slash = strrchr(folder, '/');
    if (slash == NULL) return;
    *slash = '\0';
  }
}

static bool has_scheme(const char *text) { return strstr(text, "://") != NULL; }

/* A mirror may name the file or the folder that holds it. Names of files end in one of these. */
static bool names_a_file(const char *url) {
  static const char *const endings[] = {".pth", ".pt", ".safetensors"};
  for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
    if (strcmp(vtm_path_extension(url), endings[i]) == 0) return true;
  return false;
}

static vtm_status choose_url(const vtm_weights_record *record, const char *from, char **url, vtm_error *error) {
  *url = NULL;
  if (from == NULL && record->url == NULL)
    return vtm_fail(error, VTM_ERROR_USAGE,
                    "%s comes with vtonmetrics and has no address of its own; name a mirror with --from URL",
                    record->name);
  if (from != NULL && !has_scheme(from))
    return vtm_fail(error, VTM_ERROR_USAGE,
                    "--from '%s' is not an address: http://, https:// or file:///folder is expected", from);
  if (from == NULL || names_a_file(from))
    *url = vtm_copy_text(from != NULL ? from : record->url, error);
  else
    *url = vtm_path_join(from, record->file_name, error);
  return *url == NULL ? VTM_ERROR_MEMORY : VTM_OK;
}

static vtm_status check_offline(const char *url, const vtm_weights_record *record, vtm_error *error) {
  if (!vtm_is_offline() || strncmp(url, "file://", 7) == 0) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_NETWORK,
                  "%s: not downloaded, because VTONMETRICS_OFFLINE is set; unset it, or copy %s from another machine",
                  url, record->file_name);
}

static bool is_still(int fd, const char *path) {
  struct stat opened;
  struct stat named;
  return fstat(fd, &opened) == 0 && lstat(path, &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

/* The part file, locked: two downloads into one file would mix. One that another process had locked may be complete by
 * now, and have got its final name between our opening and our lock: then what is locked is not the part. */
static vtm_status open_part(const char *path, FILE **part, vtm_error *error) {
  *part = NULL;
  int fd = -1;
  do {
    if (fd >= 0) (void)close(fd);
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0) return vtm_fail_errno(error, errno, path, "write");
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
      (void)close(fd);
      return vtm_fail(error, VTM_ERROR_IO, "%s: another download of this file is running", path);
    }
  } while (!is_still(fd, path));
  *part = fdopen(fd, "r+b");
  if (*part == NULL) {
    const int code = errno;
    (void)close(fd);
    return vtm_fail_errno(error, code, path, "write");
  }
  return VTM_OK;
}

static vtm_status check_and_rename(const vtm_weights_record *record, const char *url, const char *part,
                                   const char *target, vtm_error *error) {
  vtm_error reason = {0};
  vtm_status status = vtm_weights_verify(record->name, part, &reason);
  if (status == VTM_ERROR_FORMAT) {
    (void)unlink(part); /* resuming it could never succeed */
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: what was downloaded is wrong and was removed: %s", url,
                    reason.message);
  }
  if (status != VTM_OK) return vtm_fail(error, status, "%s", reason.message);
  if (rename(part, target) != 0) return vtm_fail_errno(error, errno, target, "write");
  return VTM_OK;
}

static vtm_status download_part(vtm_context *context, const vtm_weights_record *record, const char *url,
                                const char *path, FILE *part, vtm_error *error) {
  /* The catalogue's sizes are approximate. */
  const vtm_download_request request = {
      .url = url, .stage = record->name, .path = path, .part = part, .most = record->bytes + record->bytes / 8};
  vtm_error reason = {0};
  struct stat left;
  const vtm_status status = vtm_download(context, &request, &reason);
  if (status == VTM_OK) return VTM_OK;
  if (status == VTM_ERROR_LIMIT || (fstat(fileno(part), &left) == 0 && left.st_size == 0)) (void)unlink(path);
  return vtm_fail(error, status, "%s%s", reason.message,
                  status == VTM_ERROR_LIMIT ? "; what came was removed. Another address can be given with --from" : "");
}

static vtm_status fetch_to(vtm_context *context, const vtm_weights_record *record, const char *url, const char *target,
                           vtm_error *error) {
  vtm_text text = {0};
  vtm_text_format(&text, "%s.part", target);
  char *path = vtm_text_take(&text, error);
  if (path == NULL) return VTM_ERROR_MEMORY;
  FILE *part = NULL;
  vtm_status status = open_part(path, &part, error);
  /* Another process may have fetched the file since it was looked for. */
  const bool there = status == VTM_OK && vtm_weights_verify(record->name, target, NULL) == VTM_OK;
  /* An earlier attempt may have ended between the last byte and the rename. */
  const bool whole = status == VTM_OK && !there && vtm_weights_verify(record->name, path, NULL) == VTM_OK;
  if (there)
    (void)unlink(path);
  else if (status == VTM_OK && !whole)
    status = download_part(context, record, url, path, part, error);
  if (status == VTM_OK && !there) status = check_and_rename(record, url, path, target, error);
  if (part != NULL) (void)fclose(part); /* after the rename: the lock lasts until then */
  free(path);
  return status;
}

vtm_status vtm_weights_fetch(vtm_context *context, const char *name, const char *from, char **path, vtm_error *error) {
  *path = NULL;
  vtm_status status = vtm_context_check_process(context, error);
  if (status != VTM_OK) return status;
  const vtm_weights_record *record = vtm_weights_catalogue_find(name);
  if (record == NULL)
    return vtm_fail(error, VTM_ERROR_USAGE, "unknown weights '%s': see 'vtonmetrics weights list'", name);
  char *folder = NULL;
  char *target = NULL;
  char *url = NULL;
  status = vtm_weights_user_folder(&folder, error);
  if (status == VTM_OK && (target = vtm_path_join(folder, record->file_name, error)) == NULL) status = VTM_ERROR_MEMORY;
  const bool there = status == VTM_OK && vtm_weights_verify(name, target, NULL) == VTM_OK;
  if (status == VTM_OK && !there) {
    status = choose_url(record, from, &url, error);
    if (status == VTM_OK) status = check_offline(url, record, error);
    size_t made = 0;
    if (status == VTM_OK) status = make_folders(folder, &made, error);
    if (status == VTM_OK) status = fetch_to(context, record, url, target, error);
    if (status != VTM_OK) remove_folders(folder, made);
  }
  free(url);
  free(folder);
  if (status == VTM_OK)
    *path = target;
  else
    free(target);
  return status;
}
