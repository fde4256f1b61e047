/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_FILE_H
#define EGOVCA_FILE_H

#include <egovca/buffer.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The usual maxima of what is read, in octets. */
#define EGOV_MAX_OBJECT (64u << 10)     /* one certificate or request */
#define EGOV_MAX_FILE (16u << 20)       /* a text, a list of certificates, an evidence file */
#define EGOV_MAX_CRL (1u << 30)         /* a certificate revocation list that is held */

/* Reads a file, or standard input for "-".  EGOV_E_IO: missing or unreadable;
 * EGOV_E_LIMIT: more than max octets. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_file_read(const char *path, size_t max, struct egov_buf **out, struct egov_error *err);

/* Replaces a file as a whole: written beside, synced, renamed over the old one.
 * Whatever fails, the old file stays.  A link, a device, a pipe or a directory
 * is not replaced (EGOV_E_IO).  mode as for chmod(2). */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_file_replace(const char *path, struct egov_slice bytes, unsigned mode,
                  struct egov_error *err);

/* Appends the RFC 7468 text of DER to out; label is e.g. "CERTIFICATE". */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_pem_encode(const char *label, struct egov_slice der, struct egov_buf *out,
                struct egov_error *err);

#ifdef __cplusplus
}
#endif

#endif
