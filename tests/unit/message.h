/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_MESSAGE_H
#define TESTS_MESSAGE_H

/*
 * Signatures over documents for tests, illegal ones too.  A zeroed signer of a key of
 * chain.h makes what GM/T 0010 has: signed attributes, SM2-1, DER.
 */
#include "chain.h"

struct message_signer {
	const struct chain_plan *cert;
	bool not_embedded;                      /* its certificate is not within */
	bool by_key_id;
	const char *id;                         /* signer ID, NULL: default */
	enum egov__oid digest, algorithm;       /* 0: SM3, SM2-sign */
	bool no_attributes;
	bool no_type, no_digest, two_digests;
	enum egov__oid type;                    /* of the attribute; 0: that of the content */
	const char *digest_of;                  /* another document in messageDigest */
	egov_time signed_at;                    /* 0: no signingTime */
	const struct chain_plan *names;         /* certificate in signingCertificateV2, by SM3 */
	bool unsorted;                          /* signed as they stand, not as DER */
	bool raw, broken;                       /* r || s; a bit of s is another */
};

struct message_plan {
	bool cms;                               /* identifiers of PKCS#7, not of GM/T 0010 */
	bool cms_inner;                         /* the same of the content */
	const char *document, *attached;        /* attached NULL: document, "": detached */
	struct message_signer signers[3];
	size_t count;
	struct egov_buf *certs[3];              /* message_make's own: each is made once */
};
struct egov_buf *message_make(const struct message_plan *plan);

/* The same value with indefinite lengths, OCTET STRINGs in pieces. */
struct egov_buf *message_ber(const struct egov_buf *der);

#endif
