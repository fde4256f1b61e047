/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOFTTOKEN_DIR_H
#define SOFTTOKEN_DIR_H

#include "base/buf.h"
#include "softtoken/store.h"

/*
 * The directory of tokens, one file "SERIAL.token" each.  Directory and files
 * must belong to the caller or root and be closed to group and others.  A file
 * is replaced as a whole, so readers need no lock; writers hold the file "lock".
 */

/* Where the tokens are: EGOV_SOFTTOKEN_DIR, else XDG_STATE_HOME/egov-softtoken, else
 * HOME/.local/state/egov-softtoken, else, for root, /var/lib/egovca/tokens; absolute,
 * on the heap. */
EGOV_MUST_CHECK enum egov_status egov__softdir_find(char **dir, struct egov_error *err);

/* Makes it, and what is missing above it, with mode 0700. */
EGOV_MUST_CHECK enum egov_status egov__softdir_make(const char *dir, struct egov_error *err);

#define EGOV__SOFTDIR_MAX 256

struct egov__softnames {
	size_t count;
	char serial[EGOV__SOFTDIR_MAX][EGOV__SOFTSTORE_SERIAL + 1];
};

/* The serials of the tokens there, sorted; none where there is no directory. */
EGOV_MUST_CHECK enum egov_status egov__softdir_list(const char *dir, struct egov__softnames *names,
                                                    struct egov_error *err);

/* A token's file.  EGOV_E_NOTFOUND, or EGOV_E_POLICY where others could get at it. */
EGOV_MUST_CHECK enum egov_status egov__softdir_read(const char *dir, const char *serial,
                                                    struct egov_buf **file,
                                                    struct egov_error *err);

EGOV_MUST_CHECK enum egov_status egov__softdir_write(const char *dir, const char *serial,
                                                     struct egov_slice file,
                                                     struct egov_error *err);

/* Waits at most ten seconds to be the only writer (EGOV_E_BUSY), and removes what killed
 * writers left; egov__softdir_unlock closes the descriptor. */
EGOV_MUST_CHECK enum egov_status egov__softdir_lock(const char *dir, int *fd,
                                                    struct egov_error *err);
void egov__softdir_unlock(int fd);

#endif
