/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_CERT_H
#define EGOVCA_CERT_H

#include <egovca/buffer.h>
#include <egovca/report.h>
#include <egovca/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A certificate that was read: strict DER, X.509 v3 fields (RFC 5280, 4.1;
 * GM/T 0015, 5.2).  Reading judges form, never trust: that is egovca/verify.h.
 * Immutable; may be shared between threads.  Slices that getters return lie in
 * the certificate's own copy of its DER.
 */
struct egov_cert;

/* One certificate: DER, PEM, or bare base64. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_cert_decode(struct egov_slice bytes, struct egov_cert **out, struct egov_error *err);
EGOV_API void egov_cert_free(struct egov_cert *cert);

EGOV_API struct egov_slice egov_cert_der(const struct egov_cert *cert);
EGOV_API struct egov_slice egov_cert_serial(const struct egov_cert *cert);     /* INTEGER contents */
EGOV_API struct egov_slice egov_cert_issuer(const struct egov_cert *cert);     /* DER Name */
EGOV_API struct egov_slice egov_cert_subject(const struct egov_cert *cert);    /* DER Name */
EGOV_API struct egov_slice egov_cert_public_key(const struct egov_cert *cert); /* SPKI */
EGOV_API egov_time egov_cert_not_before(const struct egov_cert *cert);
EGOV_API egov_time egov_cert_not_after(const struct egov_cert *cert);

/* Every field for people and programs; the eight contents of Order No. 4,
 * Art. 19 come first, under keys that begin with "article19-". */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_cert_report(const struct egov_cert *cert, struct egov_report *report, struct egov_error *err);

#ifdef __cplusplus
}
#endif

#endif
