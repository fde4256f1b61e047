/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_PEM_H
#define BASE_PEM_H

#include "base/source.h"

/* RFC 7468 text around DER, appended to out; label is e.g. "CERTIFICATE". */
void egov__pem_encode(struct egov_buf *out, const char *label, struct egov_slice der);

/* The same text, made of a source as it is read; the source must stay. */
struct egov__pem_text {
	struct egov__source source;
	const struct egov__source *der;
	char begin[64], end[64];
	uint64_t lines;                 /* octets of all lines between them */
};
void egov__pem_open(struct egov__pem_text *text, const char *label, const struct egov__source *der);

/*
 * The next object with this label in *text, which moves past it; NULL label:
 * any.  A block begins at the beginning of a line; other text between blocks is
 * skipped.  *found false at the end.  Base64 that is malformed, or a block that
 * does not end as it begins: EGOV_E_SYNTAX.
 */
EGOV_MUST_CHECK enum egov_status egov__pem_next(struct egov_slice *text, const char *label,
                                                bool *found, struct egov_buf *der,
                                                struct egov_error *err);

/* Whether the bytes are text with a PEM block rather than DER. */
bool egov__pem_is(struct egov_slice bytes);

/* Base64 of RFC 4648, section 4; decoding skips white space and nothing else. */
void egov__base64_encode(struct egov_buf *out, struct egov_slice bytes, size_t line);
EGOV_MUST_CHECK enum egov_status egov__base64_decode(struct egov_slice text, struct egov_buf *out,
                                                     struct egov_error *err);

/* Called for every object of an input that is DER, PEM (label) or bare base64
 * of one object; stops where the callback fails. */
typedef enum egov_status egov__object_fn(void *user, struct egov_slice der, struct egov_error *err);

EGOV_MUST_CHECK enum egov_status egov__objects(struct egov_slice input, const char *label,
                                               egov__object_fn *fn, void *user,
                                               struct egov_error *err);

#endif
