/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REQUEST_PERSON_H
#define REQUEST_PERSON_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * UTF-8 in which every character shows, and whose only blanks are single spaces
 * inside: two such texts that look the same are, but for letters that are alike.
 */
bool egov__text_shows(struct egov_slice text);

/* Whether two people are two is decided by their names, octet by octet: 1 to 64
 * characters that show. */
#define EGOV__PERSON_MAX 64
bool egov__person_valid(struct egov_slice name);

#endif
