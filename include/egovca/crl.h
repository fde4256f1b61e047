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

/*
 * The same of lists in files, however long they are: a file that holds DER is read piece by
 * piece, so that memory does not grow with it; of others (PEM, base64, a pipe, "-") that holds
 * which egov_crl_decode says.  Opening one reads all of it once.  A file must not change while
 * it is open.
 */
struct egov_crl_file;
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_crl_file_open(const char *path, struct egov_crl_file **out, struct egov_error *err);
EGOV_API void egov_crl_file_close(struct egov_crl_file *file);

/* Gets one record of a report, which is gone afterwards. */
typedef enum egov_status egov_crl_record_fn(void *user, const struct egov_report *record,
                                            struct egov_error *err);
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_crl_file_report(const struct egov_crl_file *file, int entries, egov_crl_record_fn *fn,
                     void *user, struct egov_error *err);
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_crl_file_diff(const struct egov_crl_file *a, const struct egov_crl_file *b, size_t *changes,
                   egov_crl_record_fn *fn, void *user, struct egov_error *err);

/* RFC 5280 names of reasons ("keyCompromise"); NULL / -1 where there is none. */
EGOV_API const char *egov_reason_name(int reason);
EGOV_API int egov_reason_by_name(const char *name);

#ifdef __cplusplus
}
#endif

#endif
