/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_HELP_SIGNER_H
#define TESTS_HELP_SIGNER_H

#include "help.h"

#include "key/signer.h"

/* Signers of every kind, and what they sign.  The URI names the key. */
struct egov_signer *help_signer_open(const char *uri, const struct egov_key_options *options);
void help_signer_refused(const char *uri, const struct egov_key_options *options,
                         enum egov_status status, const char *fragment);

/* Signs "message" for purpose other. */
enum egov_status help_signer_sign(struct egov_signer *signer, struct egov_buf *signature,
                                  struct egov_error *err);

/* It signs, and OpenSSL and libgcrypt accept the signature with the default ID. */
void help_signer_signs(struct egov_signer *signer);

/* It does not, with this status, detail and fragment, and gives nothing out. */
void help_signer_fails(struct egov_signer *signer, enum egov_status status, long detail,
                       const char *fragment);

/* Whether libgcrypt, which shares no code with us or OpenSSL, accepts r || s over e. */
bool help_libgcrypt_accepts(const uint8_t point[65], const uint8_t e[32], const uint8_t raw[64]);

#endif
