/* SPDX-License-Identifier: Apache-2.0 */
#ifndef X509_TBS_H
#define X509_TBS_H

#include "base/source.h"

/*
 * To-be-signed bytes: complete and immutable.  Only the builders of requests,
 * certificates and CRLs make one (x509/tbs_build.h, fenced), only lint accepts
 * one.  The way goes on: egov_tbs -> egov_cleared -> egov_intent ->
 * egov_signed -> egov_recorded.
 */
enum egov_object_kind {
	EGOV_OBJECT_REQUEST = 1,        /* CertificationRequestInfo of the CA's own key */
	EGOV_OBJECT_CERTIFICATE = 2,
	EGOV_OBJECT_CRL = 3
};

struct egov_tbs;

enum egov_object_kind egov__tbs_kind(const struct egov_tbs *tbs);
/* Empty where they are a list that is too long to hold: ask for the source. */
struct egov_slice egov__tbs_der(const struct egov_tbs *tbs);
const struct egov__source *egov__tbs_source(const struct egov_tbs *tbs);

/* The AlgorithmIdentifier that the outer SEQUENCE repeats; whole TLV, in der
 * for certificates and CRLs. */
struct egov_slice egov__tbs_signature_algorithm(const struct egov_tbs *tbs);
void egov__tbs_free(struct egov_tbs *tbs);

#endif
