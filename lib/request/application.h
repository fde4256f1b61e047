/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REQUEST_APPLICATION_H
#define REQUEST_APPLICATION_H

#include <egovca/application.h>

#include "asn1/oid.h"
#include "base/buf.h"
#include "base/time.h"

/* Facts about the holder, in the words of egov-application(5), [holder]. */
enum egov__fact {
	EGOV__FACT_COUNTRY,             /* country; CN where it is not given */
	EGOV__FACT_PROVINCE,
	EGOV__FACT_LOCALITY,
	EGOV__FACT_ORGANIZATION,
	EGOV__FACT_ORGANIZATIONAL_UNIT,
	EGOV__FACT_NAME,                /* of the person, agency seal, CA or service */
	EGOV__FACT_TITLE,
	EGOV__FACT_EMAIL,
	EGOV__FACT_EMPLOYEE_NUMBER,     /* serialNumber attribute */
	/* National identifiers, with their check digits verified. */
	EGOV__FACT_RESIDENT_ID,         /* GB 11643, 18 characters, mod 11-2 */
	EGOV__FACT_CREDIT_CODE,         /* GB 32100 unified social credit code, mod 31 */
	/* The person who applies for a unit. */
	EGOV__FACT_AGENT_NAME,
	EGOV__FACT_AGENT_RESIDENT_ID,
	EGOV__FACT_COUNT
};

/* Key of a fact in the text, e.g. "unified_social_credit_code". */
const char *egov__fact_key(enum egov__fact fact);

/* The DN attribute that it may become; EGOV__OID_UNKNOWN for identifiers. */
enum egov__oid egov__fact_attribute(enum egov__fact fact);

/* Name of the profile of the encryption certificate that is applied for beside it, NULL
 * where none is; lent. */
const char *egov__application_encrypt_profile(const struct egov_application *application);

/* "government", ... and back; false where there is no such kind. */
const char *egov__holder_kind_name(enum egov_holder_kind kind);
bool egov__holder_kind_parse(struct egov_slice name, enum egov_holder_kind *kind);

/* Whether text may be the name of a profile: 1 to 64 of a-z, 0-9 and "-". */
bool egov__profile_name_valid(const char *text);

/* Its value, NULL where it was not stated; lent. */
const char *egov__application_fact(const struct egov_application *application,
                                   enum egov__fact fact);

/* Kinds of proof (Order No. 4, Art. 21; ceremony: CA certificates of our own). */
enum egov__proof_kind {
	EGOV__PROOF_IDENTITY,           /* Art. 21 para 2: check of identity */
	EGOV__PROOF_REVIEW,             /* Art. 21 para 2: review of the materials */
	EGOV__PROOF_NOTICE,             /* Art. 21 para 2: the four things told */
	EGOV__PROOF_AGREEMENT,          /* Art. 21 para 3: the service agreement */
	EGOV__PROOF_CEREMONY,           /* internal: record of the key ceremony */
	EGOV__PROOF_COUNT
};

struct egov__proof {
	bool present;
	const char *kind;               /* "identity", ... static */
	const char *clause;             /* "Order No. 4, Art. 21 para 2", ... static */
	const char *method, *operator;  /* how, and who did it; NULL where absent */
	egov_time time;                 /* EGOV_TIME_NONE where absent */
	const char *evidence_name;      /* file name without its folder */
	struct egov_slice evidence;     /* the file's octets; empty once restored */
	uint8_t evidence_digest[32];    /* SM3 */
	const char *version;            /* of the notice or agreement text, else NULL */
};

const struct egov__proof *egov__application_proof(const struct egov_application *application,
                                                  enum egov__proof_kind kind);

/* EGOV_E_POLICY where a proof claims to be later than now. */
EGOV_MUST_CHECK enum egov_status egov__application_check_times(const struct egov_application *a,
                                                               egov_time now,
                                                               struct egov_error *err);

/*
 * The store's working copy: the text of the application as it was read, and
 * after it a section [evidence] with the digest of each proof's evidence,
 * "identity = <64 hexadecimal digits>".
 */
struct egov_slice egov__application_text(const struct egov_application *application);

/*
 * Everything private in one DER package, for sealing:
 *
 *	Package ::= SEQUENCE {
 *		version   INTEGER (1),
 *		text      UTF8String,           -- the working copy
 *		evidence  SEQUENCE OF SEQUENCE {
 *			kind      UTF8String,   -- "identity", ...
 *			name      UTF8String,   -- of the file, without its folder
 *			digest    OCTET STRING, -- SM3 of contents
 *			contents  OCTET STRING } }
 *
 * EGOV_E_USAGE for an application that was restored: it has no evidence.
 */
EGOV_MUST_CHECK enum egov_status egov__application_package(const struct egov_application *a,
                                                           struct egov_buf *out,
                                                           struct egov_error *err);

/*
 * What an intent records of an application's proofs: SM3 over the DER of
 *
 *	Proofs ::= SEQUENCE OF SEQUENCE {       -- in the order of enum egov__proof_kind
 *		kind, method, operator  UTF8String,
 *		time                    GeneralizedTime,
 *		evidence                OCTET STRING,   -- SM3
 *		version                 UTF8String OPTIONAL }
 */
EGOV_MUST_CHECK enum egov_status egov__application_proofs_digest(const struct egov_application *a,
                                                                 uint8_t digest[32],
                                                                 struct egov_error *err);

/*
 * An application again from the store's working copy, byte for byte as
 * egov__application_text gave it.  The evidence itself is sealed: its slices
 * are empty, its digests are those of [evidence].  name stands for the text in
 * messages.
 */
EGOV_MUST_CHECK enum egov_status egov__application_restore(struct egov_slice text,
                                                           const char *name,
                                                           struct egov_application **out,
                                                           struct egov_error *err);

/* Whether the CA made it for a key of its own: no text can say so. */
bool egov__application_is_own(const struct egov_application *application);

/* The application of a root CA's own certificate: kind internal, facts from a DN
 * in text form (each attribute once, C among them), no proofs; profile_name is
 * the profile's. */
EGOV_MUST_CHECK enum egov_status egov__application_own(const char *subject_dn,
                                                       const char *profile_name,
                                                       const uint8_t key_digest[32],
                                                       struct egov_application **out,
                                                       struct egov_error *err);

/* Check digits.  False where the text is malformed or its check digit is wrong. */
bool egov__resident_id_valid(const char *text);
bool egov__credit_code_valid(const char *text);
bool egov__organization_code_valid(const char *text);          /* GB 11714, with or without hyphen */
bool egov__registration_number_valid(const char *text);        /* GS 15, of 15 digits */

#endif
