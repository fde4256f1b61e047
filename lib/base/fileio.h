/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FILEIO_H
#define BASE_FILEIO_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"

/*
 * A file is replaced as a whole: written beside under a temporary name that is
 * locked, synced, renamed over the old one, and its directory synced.  A run
 * that fails or is killed leaves the old file; what a killed one leaves beside
 * begins with EGOV__TEMP_PREFIX and is removed by egov__dir_sweep.  Several
 * writers at once are fine, the last one wins.
 */
#define EGOV__TEMP_PREFIX ".egov-tmp-"

/* Reads a file of any kind but a directory, or standard input for "-", of at
 * most max octets.  Waits for a pipe. */
EGOV_MUST_CHECK enum egov_status egov__file_read(const char *path, size_t max,
                                                 struct egov_buf **out, struct egov_error *err);

/* Reads a file that must be a regular one, whatever its name: EGOV_E_POLICY for a
 * pipe, device or directory, EGOV_E_LIMIT past max octets. */
EGOV_MUST_CHECK enum egov_status egov__file_read_regular(const char *path, size_t max,
                                                         struct egov_buf **out,
                                                         struct egov_error *err);

/* Reads a file that holds a secret: not a link, a regular file of root or of
 * the caller, closed to group and others, else EGOV_E_POLICY.  out is an empty
 * stack buffer. */
EGOV_MUST_CHECK enum egov_status egov__file_read_private(const char *path, size_t max,
                                                         struct egov_buf *out,
                                                         struct egov_error *err);

/* The same for at most EGOV__SECRET_MAX octets and one final newline, which is
 * dropped. */
struct egov_secret;
EGOV_MUST_CHECK enum egov_status egov__file_read_secret(const char *path, struct egov_secret **out,
                                                        struct egov_error *err);

/* mode is set whatever the umask is.  A link, a device, a pipe or a directory is
 * not replaced (EGOV_E_IO). */
EGOV_MUST_CHECK enum egov_status egov__file_replace(const char *path, struct egov_slice bytes,
                                                    mode_t mode, struct egov_error *err);
/* The same with what may be too long to hold. */
struct egov__source;
EGOV_MUST_CHECK enum egov_status egov__file_replace_from(const char *path,
                                                         const struct egov__source *source,
                                                         mode_t mode, struct egov_error *err);
/* path becomes another name of existing, a file beside it that nobody writes to any more, as
 * atomically.  *linked false: what the folder lies on has no such names, and nothing was done. */
EGOV_MUST_CHECK enum egov_status egov__file_replace_link(const char *path, const char *existing,
                                                         bool *linked, struct egov_error *err);

/* All of bytes into an open file; path is for messages. */
EGOV_MUST_CHECK enum egov_status egov__file_write(int fd, const char *path,
                                                  struct egov_slice bytes, struct egov_error *err);

/* Makes one directory, its mode less the umask, and syncs its parent;
 * EGOV_E_EXISTS where it is. */
EGOV_MUST_CHECK enum egov_status egov__dir_make(const char *path, mode_t mode,
                                                struct egov_error *err);

/* Makes a directory's entries durable. */
EGOV_MUST_CHECK enum egov_status egov__dir_sync(const char *path, struct egov_error *err);

/* The same of the directory that path lies in. */
EGOV_MUST_CHECK enum egov_status egov__dir_sync_of(const char *path, struct egov_error *err);

/* Removes what killed runs left beside the files of this directory, and nothing
 * of a writer that lives, wherever it runs. */
EGOV_MUST_CHECK enum egov_status egov__dir_sweep(const char *path, struct egov_error *err);

/* "dir/name" on the heap, NULL without memory. */
char *egov__path_join(const char *dir, const char *name);

#endif
