/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_DELIVERY_H
#define EGOVCA_DELIVERY_H

#include <egovca/buffer.h>
#include <egovca/key.h>
#include <egovca/report.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The private half of an encryption key pair comes from a key-management centre
 * (GM/T 0034), sealed to the holder's signing key.  Slices of size 0 are absent.
 */
struct egov_delivery_options {
	struct egov_slice delivery;             /* any of the forms below; DER, PEM or base64 */
	const char *signing_key;                /* URI of the holder's signing key, file: or pkcs11: */
	struct egov_slice certificate;          /* the encryption certificate */
	struct egov_slice sign_certificate;     /* the signing certificate */
	struct egov_slice centre_certificate;   /* who must have sent it */
	const char *passphrase_file;            /* for the private key that comes out */
	struct egov_key_options keys;
};

/*
 * Opens a delivery with the holder's own key and gives the encryption key out as
 * encrypted PKCS#8 (PEM).  Forms: SM2EnvelopedKey (GM/T 0009, 7.4), ENVELOPEDKEYBLOB
 * (GM/T 0016), SignedAndEnvelopedData (GM/T 0010), CSRResponse (GM/T 0092), CFCA's.
 * d*G must be the public key in the delivery and in the certificate; both
 * certificates must have one subject and the signing certificate the signing key.
 * EGOV_E_AUTH: for another key, or altered.  EGOV_E_POLICY: what does not go together.
 * EGOV_E_UNTRUSTED: the sender's signature, or another sender.  EGOV_E_UNSUPPORTED: the
 * token, or the key in it, does not decrypt.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_delivery_import(const struct egov_delivery_options *options, struct egov_buf *pkcs8,
                     struct egov_report *report, struct egov_error *err);

#ifdef __cplusplus
}
#endif

#endif
