/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REQUEST_PERSON_H
#define REQUEST_PERSON_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Whether two people are two is decided by their names, octet by octet: so a name
 * is 1 to 64 characters of UTF-8 without controls, without characters that do
 * not show, and its only blanks are single spaces inside.
 */
#define EGOV__PERSON_MAX 64
bool egov__person_valid(struct egov_slice name);

#endif
