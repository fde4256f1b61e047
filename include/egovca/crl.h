/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_CRL_H
#define EGOVCA_CRL_H

#include <egovca/buffer.h>
#include <egovca/cert.h>
#include <egovca/report.h>
#include <egovca/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A certificate revocation list that was read (RFC 5280, 5; GM/T 0015, 5.3):
 * strict DER; trust is egovca/verify.h.  Immutable; may be shared between threads. */
struct egov_crl;

/* One CRL: DER, PEM ("X509 CRL") or bare base64 (some CAs publish that). */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_crl_decode(struct egov_slice bytes, struct egov_crl **out, struct egov_error *err);
EGOV_API void egov_crl_free(struct egov_crl *crl);

EGOV_API struct egov_slice egov_crl_der(const struct egov_crl *crl);
EGOV_API struct egov_slice egov_crl_issuer(const struct egov_crl *crl);        /* DER Name */
EGOV_API egov_time egov_crl_this_update(const struct egov_crl *crl);
EGOV_API egov_time egov_crl_next_update(const struct egov_crl *crl);   /* EGOV_TIME_NONE: absent */
EGOV_API size_t egov_crl_entries(const struct egov_crl *crl);

/* Number, times, issuer, extensions; then a record for each entry if entries is not 0. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_crl_report(const struct egov_crl *crl, int entries, struct egov_report *report,
                struct egov_error *err);

/* What stands on the second list otherwise than on the first, a record each, and how many. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_crl_diff(const struct egov_crl *a, const struct egov_crl *b, size_t *changes,
              struct egov_report *report, struct egov_error *err);

/* RFC 5280 names of reasons ("keyCompromise"); NULL / -1 where there is none. */
EGOV_API const char *egov_reason_name(int reason);
EGOV_API int egov_reason_by_name(const char *name);

#ifdef __cplusplus
}
#endif

#endif
