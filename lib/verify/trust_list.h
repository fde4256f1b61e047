/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_TRUST_LIST_H
#define VERIFY_TRUST_LIST_H

#include "base/buf.h"
#include "base/time.h"
#include "crypto/sm3.h"

/*
 * A signed, dated list of CAs (egov-trust-list(5); Order No. 4, Art. 22): text, and below
 * it an SM2 signature over all that stands before.
 */
#define EGOV__TRUST_LIST_MAX 4096       /* entries */

struct egov__trust_entry {
	char *name;
	uint8_t sm3[EGOV__SM3_SIZE];    /* of the CA certificate's DER */
	egov_time since, until;         /* until: EGOV_TIME_NONE where it has no end */
};

struct egov__trust_list {
	char *name;
	uint64_t number;
	egov_time date, next_update;
	uint8_t sm3[EGOV__SM3_SIZE];    /* of the text with its signature */
	struct egov__trust_entry *entries;
	size_t count;
};
void egov__trust_list_free(struct egov__trust_list *list);

/* The text and the DER signature of a list; both lie in bytes or in signature. */
EGOV_MUST_CHECK enum egov_status egov__trust_list_split(struct egov_slice bytes,
                                                        struct egov_slice *text,
                                                        struct egov_buf *signature,
                                                        struct egov_error *err);

/* Reads the text alone. */
EGOV_MUST_CHECK enum egov_status egov__trust_list_parse(struct egov_slice text,
                                                        struct egov__trust_list **out,
                                                        struct egov_error *err);

/* The entry of a certificate, or NULL. */
const struct egov__trust_entry *egov__trust_list_find(const struct egov__trust_list *list,
                                                      struct egov_slice der);

/* trust_list_state.c: a list older than the newest that the file has seen, or another one
 * of the same number, is refused (EGOV_E_POLICY); a newer one is written there, before
 * anybody relies upon it.  EGOV_E_CORRUPT where the file says nothing that is understood. */
EGOV_MUST_CHECK enum egov_status egov__trust_list_see(const struct egov__trust_list *list,
                                                      const char *path, struct egov_error *err);

#endif
