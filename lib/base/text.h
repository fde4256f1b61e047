/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>

#include "base/buf.h"

/* Decimal digits only, min to max. what names it in messages. */
EGOV_MUST_CHECK enum egov_status egov__number_parse(const char *text, const char *what,
                                                    uint64_t min, uint64_t max, uint64_t *out,
                                                    struct egov_error *err);

/* Hex with or without colons between octets, any case, appended to out. */
EGOV_MUST_CHECK enum egov_status egov__hex_parse(const char *text, const char *what,
                                                 struct egov_buf *out, struct egov_error *err);

/* UTF-8 as RFC 3629 has it: shortest forms, no surrogates, up to U+10FFFF.
 * *characters counts code points; NULL allowed. */
bool egov__utf8_check(struct egov_slice text, size_t *characters);

/* How many octets of text, at most room, hold whole characters of UTF-8. */
size_t egov__text_fit(const char *text, size_t room);

/* True where UTF-8 text holds a C0 or C1 control character or a NUL. */
bool egov__utf8_has_control(struct egov_slice text);

/* The characters of PrintableString (X.680, 41.4). */
bool egov__is_printable_string(struct egov_slice text);

/* The next item of a list separated by commas, without the blanks around it;
 * false at the end. A stack of its own: moves *list forward. */
bool egov__list_next(struct egov_slice *list, struct egov_slice *item);

/* Whether slice holds exactly this text. */
bool egov__slice_is(struct egov_slice slice, const char *text);

#endif
