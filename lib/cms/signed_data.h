/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CMS_SIGNED_DATA_H
#define CMS_SIGNED_DATA_H

#include "asn1/oid.h"
#include "base/buf.h"
#include "base/time.h"

/*
 * Signatures over documents: SignedData of GM/T 0010 (GB/T 35275), which is that of
 * PKCS#7 1.5 under other identifiers, and of CMS (RFC 5652).  Reading only: strict DER
 * after egov__ber_to_der where that is needed; slices lie in the bytes given.
 */
#define EGOV__SIGNERS_MAX 64
#define EGOV__ATTRIBUTES_MAX 64

struct egov__signed_data {
	bool gm;                        /* under the identifiers of GM/T 0010 */
	unsigned version;
	struct egov_slice content_type; /* OBJECT IDENTIFIER contents */
	bool attached;
	struct egov_slice content;      /* where it is attached */
	struct egov_slice certificates, crls;   /* contents, empty where absent */
	struct egov_slice signers;      /* contents of the SET */
};
EGOV_MUST_CHECK enum egov_status egov__signed_data_read(struct egov_slice der,
                                                        struct egov__signed_data *out,
                                                        struct egov_error *err);

struct egov__signer_info {
	unsigned version;
	struct egov_slice issuer, serial;       /* whole Name, INTEGER contents; or empty */
	struct egov_slice key_id;               /* subjectKeyIdentifier instead; or empty */
	enum egov__oid digest;                  /* maybe UNKNOWN */
	bool has_attributes;
	struct egov_slice attributes;           /* contents of the [0], as they stand */
	enum egov__oid algorithm;               /* maybe UNKNOWN */
	struct egov_slice signature;
};

/* The next one of signers. */
EGOV_MUST_CHECK enum egov_status egov__signer_info_next(struct egov_slice *signers,
                                                        struct egov__signer_info *out,
                                                        struct egov_error *err);

/* The signed attributes that mean something here; none stands twice or has not exactly
 * one value. */
struct egov__signed_attributes {
	struct egov_slice content_type, digest;         /* empty where absent */
	egov_time signing_time;                         /* EGOV_TIME_NONE where absent */
	enum egov__oid certificate_digest;              /* of signingCertificateV2 */
	struct egov_slice certificate_hash;             /* empty where absent */
};
EGOV_MUST_CHECK enum egov_status egov__signed_attributes_read(struct egov_slice attributes,
                                                              struct egov__signed_attributes *out,
                                                              struct egov_error *err);

/* What is signed in the place of attributes: the DER of SET OF, appended to out; its
 * elements in the order of DER (X.690, 11.6), or as they stand. */
void egov__signed_attributes_encode(struct egov_slice attributes, bool as_they_stand,
                                    struct egov_buf *out);

#endif
