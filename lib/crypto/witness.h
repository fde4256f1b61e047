/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_WITNESS_H
#define CRYPTO_WITNESS_H

#include "base/buf.h"
#include "base/time.h"

/*
 * The second reader: OpenSSL decodes what we encoded, and tells what it
 * understood.  Nothing here trusts our own decoders.  Names are as OpenSSL
 * keeps them; tbs is encoded anew from what it understood.
 */
struct egov__witness_ext {
	struct egov_buf oid;            /* contents octets */
	bool critical;
	struct egov_buf value;
};

struct egov__witness_entry {
	struct egov_slice serial;       /* INTEGER contents, in entry_serials */
	egov_time revoked_at;
	int reason;                     /* -1 where absent */
	egov_time invalidity_date;      /* EGOV_TIME_NONE where absent */
};

struct egov__witness {
	long version;                   /* as encoded: 2 for v3, 1 for a v2 CRL */
	struct egov_buf serial;         /* INTEGER contents; certificates */
	struct egov_buf issuer, subject, spki, tbs;
	struct egov_buf algorithm;              /* the inner one, of certificates */
	struct egov_buf outer_algorithm, signature;
	egov_time not_before, not_after;        /* thisUpdate and nextUpdate for CRLs */
	struct egov__witness_ext *exts;
	size_t ext_count;
	struct egov__witness_entry *entries;
	size_t entry_count;
	struct egov_buf entry_serials;
};

/* EGOV_E_SYNTAX where OpenSSL does not take all of der for such an object. */
EGOV_MUST_CHECK enum egov_status egov__witness_certificate(struct egov_slice der,
                                                           struct egov__witness **out,
                                                           struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__witness_crl(struct egov_slice der,
                                                   struct egov__witness **out,
                                                   struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__witness_request(struct egov_slice der,
                                                       struct egov__witness **out,
                                                       struct egov_error *err);
void egov__witness_free(struct egov__witness *witness);

#endif
