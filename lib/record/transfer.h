/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_TRANSFER_H
#define RECORD_TRANSFER_H

#include "base/time.h"
#include "record/body.h"
#include "store/store.h"

/*
 * What a home without a network sends to one that publishes for it (egov-transfer(5)); DER:
 *
 *   TransferPacket ::= SEQUENCE {                  -- PEM label EGOVCA TRANSFER
 *     content     TransferContent,
 *     signature   OCTET STRING }                   -- of content, by the journal key
 *
 *   TransferContent ::= SEQUENCE {
 *     version     INTEGER (1),
 *     domain      UTF8String ("egovca transfer"),
 *     issuer      OCTET STRING (SIZE (32)),        -- SM3 of the sending CA's certificate
 *     journalKey  OCTET STRING (SIZE (91)),        -- SubjectPublicKeyInfo
 *     receiver    OCTET STRING (SIZE (32)),        -- SM3 of the receiving CA's SubjectPublicKeyInfo
 *     number      INTEGER,                         -- from 1
 *     previous    OCTET STRING (SIZE (32)),        -- SM3 of packet number - 1; zeros before the first
 *     time        GeneralizedTime,
 *     lists       SEQUENCE (SIZE (1..MAX)) OF SEQUENCE {   -- names rise
 *       name        UTF8String,                    -- "ca-arl"
 *       list        OCTET STRING } }               -- DER of the CertificateList
 *
 * The signature is SM2 with SM3 under the default ID, DER.
 */
#define EGOV__TRANSFER_LABEL "EGOVCA TRANSFER"

struct egov__transfer {
	struct egov_slice content;      /* whole; signed */
	struct egov_slice issuer, journal_key, receiver, previous;
	uint64_t number;
	egov_time time;
	struct egov_slice lists;        /* contents */
	struct egov_slice signature;
};
struct egov__transfer_list {
	struct egov_slice name, der;
};

/* Whether an input, DER or PEM, means to be a packet. */
bool egov__transfer_is(struct egov_slice input);

EGOV_MUST_CHECK enum egov_status egov__transfer_read(struct egov_slice der,
                                                     struct egov__transfer *out,
                                                     struct egov_error *err);
/* The next of lists. */
EGOV_MUST_CHECK enum egov_status egov__transfer_next(struct egov_slice *lists,
                                                     struct egov__transfer_list *out,
                                                     struct egov_error *err);
/* EGOV_E_CORRUPT unless the journal key that it names signed it. */
EGOV_MUST_CHECK enum egov_status egov__transfer_verify(const struct egov__transfer *transfer,
                                                       struct egov_error *err);

/* Appended to out: one of lists; the content of all fields but content and signature; the
 * packet of these two. */
void egov__transfer_add(struct egov_buf *out, const struct egov__transfer_list *list);
void egov__transfer_content(const struct egov__transfer *transfer, struct egov_buf *out);
void egov__transfer_put(struct egov_slice content, struct egov_slice signature,
                        struct egov_buf *out);

/* "transfer-N-" and how its SM3 begins: the subject of the entries about a packet, at both
 * ends; and their public body. */
#define EGOV__TRANSFER_SUBJECT 48
void egov__transfer_subject(const struct egov__transfer_row *row,
                            char out[EGOV__TRANSFER_SUBJECT]);
EGOV_MUST_CHECK enum egov_status egov__transfer_body(const struct egov__transfer_row *row,
                                                     struct egov__body *body,
                                                     struct egov_error *err);

#endif
