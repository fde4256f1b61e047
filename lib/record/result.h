/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_RESULT_H
#define RECORD_RESULT_H

#include "crl/crl_read.h"
#include "record/record.h"

/*
 * For lib/record alone: what the ledger and the journal say about a signed
 * object, made from its bytes and its intent; the writer and the check both
 * start here.  Slices and texts lie in what they were made from.
 */
struct egov__certificate_view {
	struct egov_buf subject;        /* readable DN */
	struct egov__certificate_row row;
};
EGOV_MUST_CHECK enum egov_status egov__certificate_view(struct egov_slice der,
                                                        const struct egov__intent_row *intent,
                                                        struct egov__certificate_view *out,
                                                        struct egov_error *err);
void egov__certificate_view_clear(struct egov__certificate_view *view);

/* A list may be too long to hold: it is read once.  seen: what was seen of its signed bytes when
 * SM3 of them was made for the intent (crypto/seen.h), in this run; NULL: that is made anew. */
struct egov__crl_view {
	struct egov__crl_outline outline;
	uint8_t digest[32];             /* SM3 of the list */
	struct egov__crl_row row;
};
EGOV_MUST_CHECK enum egov_status egov__crl_view(const struct egov__source *list,
                                                const struct egov__intent_row *intent,
                                                const uint8_t *seen,
                                                struct egov__crl_view *out,
                                                struct egov_error *err);
void egov__crl_view_clear(struct egov__crl_view *view);

/* SM3 of the bytes of an intent that has no result yet. */
EGOV_MUST_CHECK enum egov_status egov__intent_digest(struct egov_store *store,
                                                     const struct egov__intent_row *intent,
                                                     uint8_t digest[32], struct egov_error *err);

/* SM3 of an object; or what stands in its place where it was destroyed (record/purge.h). */
#define EGOV__DIGEST_ALONE 32           /* octets: no object is so short */
EGOV_MUST_CHECK enum egov_status egov__object_digest(struct egov_slice object, uint8_t digest[32],
                                                     struct egov_error *err);

/* The bodies of entries "intent", "issue", "crl" and "request". */
void egov__intent_body(const struct egov__intent_row *row, struct egov__body *body);
EGOV_MUST_CHECK enum egov_status egov__certificate_body(const struct egov__certificate_row *row,
                                                        struct egov__body *body,
                                                        struct egov_error *err);
void egov__crl_body(const struct egov__crl_row *row, const uint8_t digest[32],
                    struct egov__body *body);
EGOV_MUST_CHECK enum egov_status egov__request_body(const struct egov__request_row *row,
                                                    struct egov__body *body,
                                                    struct egov_error *err);

#endif
