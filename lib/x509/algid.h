/* SPDX-License-Identifier: Apache-2.0 */
#ifndef X509_ALGID_H
#define X509_ALGID_H

#include "asn1/oid.h"
#include "base/buf.h"

/*
 * AlgorithmIdentifier of SM2 with SM3 (1.2.156.10197.1.501).  The texts say
 * that parameters are absent, the sample of GM/T 0015 and every operating CA
 * write NULL (certificates.md, 2.2): a setting of the whole CA, both are read.
 */
enum egov__sigalg_params {
	EGOV__SIGALG_ABSENT = 0,
	EGOV__SIGALG_NULL = 1
};

/* The complete DER; static. */
struct egov_slice egov__algid_sm2_sm3(enum egov__sigalg_params params);

/* The signature algorithm of a DER AlgorithmIdentifier (whole TLV);
 * EGOV__OID_UNKNOWN where the OID is unknown; EGOV_E_SYNTAX where parameters
 * are of a form that the algorithm does not allow. */
EGOV_MUST_CHECK enum egov_status egov__algid_signature(struct egov_slice der, enum egov__oid *out,
                                                       struct egov_error *err);

#endif
