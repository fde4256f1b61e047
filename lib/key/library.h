/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEY_LIBRARY_H
#define KEY_LIBRARY_H

#include "base/error.h"

/* Loading a device's library runs its code: the path must be absolute, and nobody but root
 * and the caller able to write the file.  what: the attribute that names it. */
EGOV_MUST_CHECK enum egov_status egov__library_check(const char *what, const char *path,
                                                     struct egov_error *err);

#endif
