/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_BODY_H
#define RECORD_BODY_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/time.h"

/* The public body of a journal entry: one JSON object as text, keys in the
 * order they were added, no white space.  Failures stick until
 * egov__body_check. */
struct egov__body;

struct egov__body *egov__body_new(void);        /* NULL without memory */
void egov__body_free(struct egov__body *body);
/* body NULL is allowed everywhere and does nothing.  egov__body_optional_add leaves
 * out what is NULL or empty. */
void egov__body_text_add(struct egov__body *body, const char *key, const char *value);
void egov__body_optional_add(struct egov__body *body, const char *key, const char *value);
void egov__body_number_add(struct egov__body *body, const char *key, uint64_t value);
void egov__body_hex_add(struct egov__body *body, const char *key, struct egov_slice bytes);
void egov__body_time_add(struct egov__body *body, const char *key, egov_time t);
const char *egov__body_text(struct egov__body *body);   /* lent; NULL where something had failed */

/* EGOV_OK, EGOV_E_NOMEM, or EGOV_E_SYNTAX for a value that is not UTF-8 text, a
 * number past 2^63 - 1 or a key that was there already. */
EGOV_MUST_CHECK enum egov_status egov__body_check(const struct egov__body *body,
                                                  struct egov_error *err);

/* Reads one back: EGOV_E_CORRUPT where it is not such an object.  What follows is asked of one
 * that was read, and nothing is added to that. */
EGOV_MUST_CHECK enum egov_status egov__body_parse(const char *text, struct egov__body **out,
                                                  struct egov_error *err);

/* The key of field i, in their order, lent; NULL past the last.  Whether a key is there. */
const char *egov__body_key(const struct egov__body *body, size_t i);
bool egov__body_has(const struct egov__body *body, const char *key);

/* The value of a key, lent; NULL or false where it is absent or of another type. */
const char *egov__body_get_text(const struct egov__body *body, const char *key);
bool egov__body_get_number(const struct egov__body *body, const char *key, uint64_t *value);
bool egov__body_get_time(const struct egov__body *body, const char *key, egov_time *t);

/* Whether the key holds exactly these bytes in hex. */
bool egov__body_has_hex(const struct egov__body *body, const char *key, struct egov_slice bytes);

#endif
