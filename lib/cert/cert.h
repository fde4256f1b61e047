/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERT_CERT_H
#define CERT_CERT_H

#include <egovca/cert.h>

#include "base/time.h"
#include "crypto/witness.h"
#include "profile/profile.h"
#include "x509/algid.h"
#include "x509/ext.h"
#include "x509/tbs.h"

/* What was decoded; slices lie in der. */
struct egov__cert_fields {
	struct egov_slice der, tbs;             /* whole TLVs */
	unsigned version;                       /* 1, 2 or 3 */
	struct egov_slice serial;               /* INTEGER contents, maybe negative or long */
	struct egov_slice inner_algorithm, outer_algorithm;     /* whole TLVs */
	enum egov__oid signature_algorithm;     /* of outer_algorithm, maybe UNKNOWN */
	struct egov_slice issuer, subject;      /* whole TLVs */
	egov_time not_before, not_after;
	bool not_before_wrong_type, not_after_wrong_type;       /* RFC 5280, 4.1.2.5 */
	struct egov_slice spki;                 /* whole TLV */
	struct egov_slice issuer_unique_id, subject_unique_id;  /* empty where absent */
	struct egov_slice extensions;           /* contents of Extensions, empty where absent */
	struct egov_slice signature;            /* octets of the BIT STRING */
};
const struct egov__cert_fields *egov__cert_fields(const struct egov_cert *cert);

/* The extension of this type; false where it is absent. */
bool egov__cert_ext(const struct egov_cert *cert, enum egov__oid type, struct egov__ext *ext);

/* The fields of a certificate's DER, strictly, without a copy; what lies deeper than
 * they do is not looked at. */
EGOV_MUST_CHECK enum egov_status egov__cert_read(struct egov_slice der,
                                                 struct egov__cert_fields *out,
                                                 struct egov_error *err);

/* Reads a TBSCertificate alone (der and outer fields stay empty): for lint. */
EGOV_MUST_CHECK enum egov_status egov__cert_tbs_decode(struct egov_slice tbs,
                                                       struct egov__cert_fields *out,
                                                       struct egov_error *err);

/* What an issuer writes into what it issues. */
struct egov__issuer {
	struct egov_slice name;         /* its subject, DER, copied byte for byte */
	struct egov_slice key_id;       /* its subjectKeyIdentifier */
	const char *crl_uri, *ca_issuers_uri, *ocsp_uri;        /* NULL: none */
	const char *freshest_uri;       /* of delta lists; NULL: none */
	enum egov__sigalg_params params;
};

/*
 * TBSCertificate from a judged application (GM/T 0015, 5.2, tables C.1 to C.3):
 * v3, serial (a big-endian number, written without leading zeros), issuer's
 * bytes, validity, subject and key of judged, extensions of its profile.  A root
 * profile goes with an issuer without name, and no other does.  An address that
 * the profile writes and the issuer lacks: EGOV_E_POLICY.
 */
struct egov__cert_plan {
	const struct egov_profile *profile;
	const struct egov_judged *judged;
	const struct egov__issuer *issuer;      /* name and key_id empty: self-signed root */
	struct egov_slice serial;
	egov_time not_before, not_after;
};
EGOV_MUST_CHECK enum egov_status egov__cert_build(const struct egov__cert_plan *plan,
                                                  struct egov_tbs **out, struct egov_error *err);

/* SEQUENCE { tbs, algorithm, BIT STRING signature }: the outer form that
 * requests, certificates and CRLs share. */
EGOV_MUST_CHECK enum egov_status egov__signed_assemble(const struct egov_tbs *tbs,
                                                       struct egov_slice signature,
                                                       struct egov_buf *der,
                                                       struct egov_error *err);
/* What stands behind the tbs in it. */
EGOV_MUST_CHECK enum egov_status egov__signed_behind(const struct egov_tbs *tbs,
                                                     struct egov_slice signature,
                                                     struct egov_buf *out,
                                                     struct egov_error *err);

/* Decodes with OpenSSL and compares every field and extension with our own
 * reading: EGOV_E_CRYPTO where the two disagree on what was meant. */
EGOV_MUST_CHECK enum egov_status egov__cert_witness(struct egov_slice der, struct egov_error *err);

/* The judgement of that comparison alone. */
EGOV_MUST_CHECK enum egov_status egov__cert_agree(const struct egov__cert_fields *fields,
                                                  const struct egov__witness *witness,
                                                  struct egov_error *err);

#endif
