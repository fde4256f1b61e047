/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_VERIFY_H
#define EGOVCA_VERIFY_H

#include <egovca/buffer.h>
#include <egovca/report.h>
#include <egovca/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Whether a certificate may be relied upon: path, signatures, time, purpose,
 * policy, revocation (RFC 5280, 6; GM/T 0015).  Fails closed: EGOV_OK means
 * trusted, nothing else does.  Strict, with one leniency that genuine
 * hierarchies need: a trust anchor's basicConstraints and keyUsage may be not
 * critical (the national root ROOTCA's are not); all others are asked for by
 * name, as bits of enum egov_tolerate.  A verifier belongs to one thread while it
 * is filled; after that egov_verify may run in any number of threads with one.  It
 * remembers the signatures that it found good, and what it answered with EGOV_OK:
 * the next certificate below the same CAs is cheap, the same question again nearly
 * free.
 */
struct egov_verifier;

EGOV_API struct egov_verifier *egov_verifier_new(void);        /* NULL without memory */
EGOV_API void egov_verifier_free(struct egov_verifier *verifier);

/* Adds every certificate or CRL in bytes (DER, PEM of many, bare base64).
 * Certificates added to the pool help to build a path and are not trusted. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_verifier_add_trust(struct egov_verifier *verifier, struct egov_slice bytes,
                        struct egov_error *err);
/* The same of anchors below which SM2 signatures are made under a signer ID of their
 * own, whatever the options say.  EGOV_E_EXISTS: trusted already. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_verifier_add_trust_id(struct egov_verifier *verifier, struct egov_slice bytes,
                           struct egov_slice id, struct egov_error *err);
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_verifier_add_pool(struct egov_verifier *verifier, struct egov_slice bytes,
                       struct egov_error *err);
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_verifier_add_crl(struct egov_verifier *verifier, struct egov_slice bytes,
                      struct egov_error *err);

/*
 * A signed, dated list of CAs (egov-trust-list(5); Order No. 4, Art. 22), one of a
 * verifier.  A CA whose certificate is in the pool by then is an anchor where the list has
 * it; a path through a CA that the list has is judged by its entry, at the moment of the
 * options.  EGOV_E_UNTRUSTED: not signed by signer, dated in the future, or stale;
 * EGOV_E_POLICY: older than the newest that state has seen (rollback); EGOV_E_EXISTS:
 * there is one already.
 */
struct egov_trust_list_options {
	struct egov_slice list;         /* the text with its signature */
	struct egov_slice signer;       /* the certificate that lists are signed with */
	struct egov_slice id;           /* SM2 signer ID; data NULL: the default */
	egov_time now;                  /* when the list must be current */
	const char *state;              /* file that keeps which list was seen last; NULL: none */
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_verifier_add_trust_list(struct egov_verifier *verifier,
                             const struct egov_trust_list_options *options,
                             struct egov_error *err);

/* OCSP responses (DER, PEM "OCSP RESPONSE", bare base64): answers about status beside
 * CRLs.  Nonces are of no account. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_verifier_add_ocsp(struct egov_verifier *verifier, struct egov_slice bytes,
                       struct egov_error *err);

/* What is not refused where it is asked for: bits of the options' tolerate. */
enum egov_tolerate {
	EGOV_TOLERATE_CRITICALITY = 1 << 0,             /* extensions critical or not, against RFC 5280 */
	EGOV_TOLERATE_KEY_IDENTIFIERS = 1 << 1,         /* missing, or not fitting */
	EGOV_TOLERATE_NAME_FORMS = 1 << 2,              /* alternative names, host constraints */
	EGOV_TOLERATE_SERIAL_NUMBERS = 1 << 3,          /* zero, negative, too long */
	EGOV_TOLERATE_OLD_VERSIONS = 1 << 4,            /* a certificate of version 1 or 2 */
	EGOV_TOLERATE_ANCHOR_EXPIRED = 1 << 5,
	EGOV_TOLERATE_ANCHOR_LIMITS = 1 << 6,           /* an anchor is a name and a key alone */
	EGOV_TOLERATE_NO_NEXT_UPDATE = 1 << 7,          /* of CRLs and OCSP answers */
	EGOV_TOLERATE_SMALL_KEYS = 1 << 8,              /* RSA of 512 bits and more */
	EGOV_TOLERATE_OLD_DIGESTS = 1 << 9,             /* SHA-1, MD5 */
	EGOV_TOLERATE_OTHER_ALGORITHMS = 1 << 10,       /* whatever OpenSSL verifies */
	EGOV_TOLERATE_WRITTEN_DEFAULTS = 1 << 11        /* basicConstraints with cA FALSE written out */
};

/* The bits of names such as "key-identifiers", separated by commas; 0 where one is
 * not known. */
EGOV_API unsigned egov_tolerate_by_name(const char *names);

/* A record for each: tolerate, what, clause. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_tolerate_list(struct egov_report *report, struct egov_error *err);

/* What is asked for; zeroed means: no purpose, no policy, default ID, CRLs used
 * where they are there. */
struct egov_verify_options {
	egov_time at;                   /* the moment to judge at; always given */
	int require_revocation;         /* every certificate but the anchor is known not to be revoked */
	const char *purpose;            /* "sign", "ca", "ocsp", "server", "client", "timestamp"; or NULL */
	const char *policy_oid;         /* dotted, or several separated by commas: one must be valid
	                                 * along the path (anyPolicy: whichever); or NULL */
	struct egov_slice id;           /* SM2 signer ID of anchors without one; data NULL: the default */
	int inhibit_policy_mapping;     /* no mapping counts (RFC 5280, 6.1.1 (e)) */
	int inhibit_any_policy;         /* no anyPolicy counts (RFC 5280, 6.1.1 (g)) */
	const char *name;               /* "dns:HOST", "ip:ADDRESS" or "email:MAILBOX" that
	                                 * subjectAltName must have; or NULL */
	const char *eku;                /* dotted OID that extKeyUsage must name; or NULL */
	unsigned tolerate;              /* bits of enum egov_tolerate */
	int limit_depth;                /* at most depth CAs, those that issued to themselves apart, */
	unsigned depth;                 /* between the certificate and its anchor; else, and at most, 8 */
	egov_time max_age;              /* seconds since thisUpdate of CRLs and OCSP answers; 0: any */
	int require_listed;             /* a CA of the path must be on the trust list */
	egov_time now;                  /* where it lies after at: CRLs made since at, until now,
	                                 * tell about at too; 0: none does */
};

/*
 * Judges one certificate (DER, PEM or bare base64 of one).  EGOV_OK: trusted.
 * EGOV_E_UNTRUSTED: not, and err names the first cause.  EGOV_E_SYNTAX: it does
 * not decode.  findings (NULL allowed) gets a record for each check: check,
 * result ("pass", "fail", "warn", "skip"), what, source, age (of the source, in
 * seconds), clause; then one with the eight contents of Order No. 4, Art. 19; one with
 * judged-at and sm3 of the bytes given; last one with the verdict ("trusted",
 * "untrusted", "malformed") and, unless it is trusted, reason and clause.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_verify(struct egov_verifier *verifier, struct egov_slice certificate,
            const struct egov_verify_options *options, struct egov_report *findings,
            struct egov_error *err);

/*
 * Judges the signing and the encryption certificate of one holder: each as egov_verify
 * does (purpose, name and eku are asked of the signing certificate alone; without a
 * purpose, "sign"), then whether they are a pair (GM/T 0034; GM/T 0043, 6.2.1 g):
 * subject, issuer, keys, keyUsage, validity.  findings gets a record "certificate"
 * ("signing", "encryption") before those of each, then the checks of the pair and its
 * verdict.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_verify_pair(struct egov_verifier *verifier, struct egov_slice signing,
                 struct egov_slice encryption, const struct egov_verify_options *options,
                 struct egov_report *findings, struct egov_error *err);

/*
 * Judges a signature over a document: SignedData of GM/T 0010 (GB/T 35275) or CMS
 * (RFC 5652), as DER or BER, PEM or bare base64.  content is the document where it is
 * not within the signature; data NULL: it is.  Of each signer: its certificate, which
 * the signature or the verifier has, the digest, the signature itself (SM2 under the ID
 * of the options), then the certificate as egov_verify judges it at the moment of the
 * options (without a purpose: "sign").  EGOV_OK: every signer is good.  findings gets,
 * of each, a record with signer (1, 2, ...), its checks, those of its certificate and a
 * record with signer and verdict; last the verdict on all.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_verify_signature(struct egov_verifier *verifier, struct egov_slice signature,
                      struct egov_slice content, const struct egov_verify_options *options,
                      struct egov_report *findings, struct egov_error *err);

/* A record for each check that these functions make, in the order in which causes
 * are named: check, clause, severity ("error", or "warning": told, and refuses
 * nothing), and tolerate where options relax it. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_verify_checks(struct egov_report *report, struct egov_error *err);

#ifdef __cplusplus
}
#endif

#endif
