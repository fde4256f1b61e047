/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_REQUEST_H
#define EGOVCA_REQUEST_H

#include <egovca/buffer.h>
#include <egovca/report.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A PKCS#10 certification request (RFC 2986, GM/T 0092-2020) whose proof of
 * possession has been verified: no other value of this type exists.  The
 * request contributes its public key and nothing else to a certificate.
 * Immutable; may be shared between threads.
 */
struct egov_request;

/*
 * Reads the one request in bytes, DER, PEM ("CERTIFICATE REQUEST" or "NEW
 * CERTIFICATE REQUEST") or bare base64, of at most 64 KiB, and verifies its
 * signature under the SM2 signer ID given; id.data NULL stands for the default
 * "1234567812345678" (GM/T 0009, clause 10).
 * EGOV_E_SYNTAX: not a request.  EGOV_E_POLICY: key or algorithm not SM2 with
 * SM3.  EGOV_E_UNTRUSTED: the signature does not verify; the message names the
 * ID that would fit, if a known one does, without accepting it.
 *
 * Two departures from the standard are read, never copied, and reported as
 * "deviation": attribute values without their SET (CFCA), and a public key that
 * names the curve where its algorithm belongs (the tables of GM/T 0015).
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_request_decode(struct egov_slice bytes, struct egov_slice id, struct egov_request **out,
                    struct egov_error *err);
EGOV_API void egov_request_free(struct egov_request *request);

/* The request's own DER, and its public key as the 91 octets of a standard
 * SubjectPublicKeyInfo, whichever form the request has; lent. */
EGOV_API struct egov_slice egov_request_der(const struct egov_request *request);
EGOV_API struct egov_slice egov_request_public_key(const struct egov_request *request);

/* Subject, key and attributes as one record: subject, public-key,
 * public-key-sm3 (what an application pins), signature-algorithm,
 * signature-parameters, and where there are such: challenge-password ("present"),
 * requested-extension, temporary-key, attribute, deviation. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_request_report(const struct egov_request *request, struct egov_report *report,
                    struct egov_error *err);

#ifdef __cplusplus
}
#endif

#endif
