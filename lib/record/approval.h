/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_APPROVAL_H
#define RECORD_APPROVAL_H

#include "base/buf.h"
#include "base/time.h"

/*
 * What is laid before a person, what he signs, and what he hands back; DER:
 *
 *   Matter ::= SEQUENCE {
 *     version      INTEGER (1),
 *     domain       UTF8String ("egovca matter", or "egovca test matter" in homes for tests),
 *     home         OCTET STRING,                  -- meta value "home-id"; of a ceremony
 *                                                 -- SM3 of its file
 *     act          UTF8String,                    -- record/operator.h
 *     subject      UTF8String,                    -- of the journal entry
 *     facts        SEQUENCE OF SEQUENCE { key UTF8String, value UTF8String } }
 *
 *   Statement ::= SEQUENCE {
 *     version      INTEGER (1),
 *     domain       UTF8String ("egovca approval"),
 *     matter       Matter,
 *     certificate  OCTET STRING (SIZE (32)),      -- SM3 of the signer's certificate
 *     time         GeneralizedTime,
 *     nonce        OCTET STRING (SIZE (16)) }     -- no statement counts twice
 *
 *   Approval ::= SEQUENCE {
 *     statement    Statement,
 *     certificate  Certificate,
 *     signature    OCTET STRING }                 -- of Statement; SM2, SM3, default ID
 *
 * Facts are digests and what the public body of the entry says too; keys rise in
 * the order in which the procedure adds them.
 */
struct egov__matter {
	struct egov_slice der;                  /* whole */
	struct egov_slice home, act, subject;
	struct egov_slice facts;                /* contents */
	bool test;                              /* of a home for tests */
};

struct egov__statement {
	struct egov_slice der;                  /* whole */
	struct egov__matter matter;
	struct egov_slice certificate;          /* 32 octets */
	egov_time time;
	struct egov_slice nonce;
};

struct egov__approval {
	struct egov__statement statement;
	struct egov_slice certificate, signature;
};

#define EGOV__NONCE 16
#define EGOV__APPROVAL_FRESH (7 * 86400)        /* seconds that a signature waits for its act */
#define EGOV__APPROVAL_SLACK 300                /* seconds that clocks may differ */
#define EGOV__MATTER_LABEL "EGOVCA MATTER"
#define EGOV__APPROVAL_LABEL "EGOVCA APPROVAL"

/* Facts, one after the other, appended to a buffer. */
void egov__fact_text_add(struct egov_buf *facts, const char *key, const char *value);
void egov__fact_hex_add(struct egov_buf *facts, const char *key, struct egov_slice bytes);
void egov__fact_time_add(struct egov_buf *facts, const char *key, egov_time t);

/* The next fact; false at the end.  For facts that were decoded. */
bool egov__fact_next(struct egov_slice *facts, struct egov_slice *key, struct egov_slice *value);

EGOV_MUST_CHECK enum egov_status egov__matter_encode(const struct egov__matter *matter,
                                                     struct egov_buf *out, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__matter_decode(struct egov_slice der,
                                                     struct egov__matter *out,
                                                     struct egov_error *err);

/* Of matter its der alone is written. */
EGOV_MUST_CHECK enum egov_status egov__statement_encode(const struct egov__statement *statement,
                                                        struct egov_buf *out,
                                                        struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__statement_decode(struct egov_slice der,
                                                        struct egov__statement *out,
                                                        struct egov_error *err);

/* Of statement its der alone is written. */
EGOV_MUST_CHECK enum egov_status egov__approval_encode(const struct egov__approval *approval,
                                                       struct egov_buf *out,
                                                       struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__approval_decode(struct egov_slice der,
                                                       struct egov__approval *out,
                                                       struct egov_error *err);

/* EGOV_E_UNTRUSTED where the signature is not this certificate's, or the
 * certificate is not the one that the statement names. */
EGOV_MUST_CHECK enum egov_status egov__statement_verify(const struct egov__statement *statement,
                                                        struct egov_slice certificate,
                                                        struct egov_slice signature,
                                                        struct egov_error *err);

#endif
