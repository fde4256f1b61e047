/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HOME_HOME_COPY_H
#define HOME_HOME_COPY_H

#include "home/home.h"

/*
 * A copy of a home: every regular file but the ledger, locks and what killed runs left; and
 * in it a list of them, each line SM3 in hex, two blanks, the path.  Lines that begin with "#"
 * are notes.
 */

/* Copies the files of from into to, which is empty, and adds their lines to list. */
EGOV_MUST_CHECK enum egov_status egov__home_copy_files(const char *from, const char *to,
                                                       struct egov_buf *list,
                                                       struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__home_list_add(const char *dir, const char *name,
                                                     struct egov_buf *list, struct egov_error *err);

/* Each file of the list as it was: EGOV_E_CORRUPT for the first that is not; how many. */
EGOV_MUST_CHECK enum egov_status egov__home_list_check(const char *dir, struct egov_slice list,
                                                       uint64_t *files, struct egov_error *err);

#endif
