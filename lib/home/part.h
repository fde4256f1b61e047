/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HOME_PART_H
#define HOME_PART_H

#include "base/error.h"

/*
 * A directory that has its name once it is whole: it is made under "NAME.part".
 */

/* Makes the part, mode 0700, and removes what a killed run left of one; its path on the
 * heap.  EGOV_E_EXISTS where there is a directory of that name. */
EGOV_MUST_CHECK enum egov_status egov__part_begin(const char *dir, char **part,
                                                  struct egov_error *err);

/* Gives it its name, durably. */
EGOV_MUST_CHECK enum egov_status egov__part_finish(const char *part, const char *dir,
                                                   struct egov_error *err);

/* Takes a part away that will not be whole, as far as that goes. */
void egov__part_drop(const char *part);

#endif
