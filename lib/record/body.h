/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_BODY_H
#define RECORD_BODY_H

#include "base/buf.h"
#include "base/time.h"

/* The public body of a journal entry: one JSON object as text, keys in the
 * order they were added, no white space.  Failures stick until
 * egov__body_text, which gives NULL then. */
struct egov__body;

struct egov__body *egov__body_new(void);        /* NULL without memory */
void egov__body_free(struct egov__body *body);
/* body NULL is allowed everywhere and does nothing. */
void egov__body_text_add(struct egov__body *body, const char *key, const char *value);
void egov__body_number_add(struct egov__body *body, const char *key, uint64_t value);
void egov__body_hex_add(struct egov__body *body, const char *key, struct egov_slice bytes);
void egov__body_time_add(struct egov__body *body, const char *key, egov_time t);
const char *egov__body_text(struct egov__body *body);   /* lent */

#endif
