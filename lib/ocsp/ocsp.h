/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OCSP_OCSP_H
#define OCSP_OCSP_H

#include "asn1/oid.h"
#include "base/buf.h"
#include "base/time.h"

/* OCSP responses that come from outside (RFC 6960, 4.2): strict DER, basic ones. */

struct egov__ocsp_fields {
	struct egov_slice tbs;                  /* ResponseData, whole TLV */
	struct egov_slice algorithm;            /* whole TLV */
	enum egov__oid signature_algorithm;
	struct egov_slice signature;
	struct egov_slice responder_name;       /* whole Name, or empty */
	struct egov_slice responder_key;        /* SHA-1 of the key, or empty */
	egov_time produced_at;
	struct egov_slice answers;              /* contents of responses */
	bool unknown_critical;                  /* a critical extension we do not know */
	struct egov_slice certificates;         /* contents of certs, empty where absent */
};

/* EGOV_E_SYNTAX too where responseStatus says that there is no answer. */
EGOV_MUST_CHECK enum egov_status egov__ocsp_decode(struct egov_slice der,
                                                   struct egov__ocsp_fields *out,
                                                   struct egov_error *err);

enum egov__ocsp_status { EGOV__OCSP_GOOD, EGOV__OCSP_REVOKED, EGOV__OCSP_UNKNOWN };
struct egov__ocsp_answer {
	struct egov_slice digest;               /* OID contents */
	struct egov_slice name_hash, key_hash;
	struct egov_slice serial;               /* INTEGER contents */
	enum egov__ocsp_status status;
	egov_time revoked_at;                   /* where it is revoked */
	int reason;                             /* CRLReason, -1 where absent */
	egov_time this_update, next_update;     /* next: EGOV_TIME_NONE where absent */
	bool unknown_critical;
};

/* The next SingleResponse. */
EGOV_MUST_CHECK enum egov_status egov__ocsp_next(struct egov_slice *answers,
                                                 struct egov__ocsp_answer *answer,
                                                 struct egov_error *err);

#endif
