/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_KEY_H
#define EGOVCA_KEY_H

#include <egovca/buffer.h>
#include <egovca/report.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Keys in tokens and files, named by URI:
 *   pkcs11:token=T;object=O[;id=..]?module-path=/abs/lib.so&pin-source=file:/abs/pin   (RFC 7512)
 *   sdf:lib=/abs/lib.so;index=N?pin-source=file:/abs/pin  crypto device, GM/T 0018
 *   file:/abs/key.pem?pin-source=file:/abs/passphrase     encrypted PKCS#8, tests only
 * A handle belongs to one thread at a time.  After fork() every call on a
 * handle of the parent fails with EGOV_E_DEVICE until it is opened anew.
 */
struct egov_signer;

/* What a key may be used for through this handle.  Certificates, CRLs and the
 * CA's own requests are signed with purpose CA, by the signing layer alone. */
enum egov_key_purpose {
	EGOV_KEY_CA = 1,
	EGOV_KEY_JOURNAL = 2,
	EGOV_KEY_OTHER = 3
};

/* Asks a person for a PIN or passphrase: writes at most room octets to pin and
 * returns how many, or -1 where there is nobody to ask. */
typedef long egov_pin_fn(void *user, const char *prompt, char *pin, size_t room);

/*
 * Where keys live and how modules are spoken to.  Zeroed is a valid default.
 * module_map: file of mechanism mappings (egov-key(1), MODULE MAPPING), NULL
 * for the built-in mappings alone.  pin: asked where no pin-source is given.
 * decrypts: not 0 where a key that is made may also open what is encrypted to it.
 */
struct egov_key_options {
	enum egov_key_purpose purpose;  /* 0 means EGOV_KEY_OTHER */
	const char *module_map;
	egov_pin_fn *pin;
	void *pin_user;
	int decrypts;
};

/*
 * Opens the one private key that the URI names and logs in.
 * EGOV_E_SYNTAX: the URI.  EGOV_E_NOTFOUND: token or key.  EGOV_E_POLICY:
 * several keys match, module file not safe, PIN in the URI.  EGOV_E_AUTH: PIN
 * wrong, locked or missing.  EGOV_E_DEVICE: the module failed, detail is CKR_ or SDR_.
 * EGOV_E_UNSUPPORTED: the key or module cannot sign with SM2.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_signer_open(const char *uri, const struct egov_key_options *options,
                 struct egov_signer **out, struct egov_error *err);
EGOV_API void egov_signer_close(struct egov_signer *signer);

/* SubjectPublicKeyInfo, 91 octets; lent. */
EGOV_API struct egov_slice egov_signer_public_key(const struct egov_signer *signer);

/* 1 where the key lives in software (a file, or a token that says so), else 0. */
EGOV_API int egov_signer_is_software(const struct egov_signer *signer);

/* Module, token, label, ID, algorithm, mechanisms, flags, SM3 of the public key. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_signer_report(const struct egov_signer *signer, struct egov_report *report,
                   struct egov_error *err);

/* Signs and verifies a message made for it; shows that key, module and mapping
 * work.  Refused for purpose CA. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_signer_selftest(struct egov_signer *signer, struct egov_error *err);

/* Formats a token: label, SO PIN, user PIN (both read from files as for a
 * pin-source).  The first free slot of the module is taken. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_token_init(const char *module, const char *label, const char *so_pin_file,
                const char *pin_file, struct egov_error *err);

/*
 * A PIN for several custodians: writes count shares (2 to 9), the files PREFIX1,
 * PREFIX2, ...; all of them together give the PIN, fewer say nothing of it.  pin_file
 * as for egov_token_init; NULL: a new PIN that nobody sees.  custodians: a
 * SubjectPublicKeyInfo for each share, which is sealed to it; NULL: shares in the clear.
 * A pin-source or PIN file "shares:/abs/1,/abs/2,ask" puts them together again.
 */
struct egov_pin_split_options {
	const char *pin_file;
	size_t count;
	const struct egov_slice *custodians;
	const char *prefix;
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_pin_split(const struct egov_pin_split_options *options, struct egov_report *report,
               struct egov_error *err);

/* Opens a sealed share with the custodian's key, in a file or in a token that decrypts, into
 * file. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_pin_open(const char *key, const struct egov_key_options *options, struct egov_slice sealed,
              const char *file, struct egov_error *err);

/* Makes an SM2 key pair in the token that the URI names, under its object
 * label and ID (made from the public key where the URI has none).
 * EGOV_E_EXISTS where the name is taken.  algorithm is "sm2". */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_key_generate(const char *uri, const char *algorithm, const struct egov_key_options *options,
                  struct egov_report *report, struct egov_error *err);

/* A record for every private key that the URI matches. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_key_list(const char *uri, const struct egov_key_options *options, struct egov_report *report,
              struct egov_error *err);

/* The SubjectPublicKeyInfo of the key, without using the private key. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_key_public(const char *uri, const struct egov_key_options *options, struct egov_buf *spki,
                struct egov_error *err);

#ifdef __cplusplus
}
#endif

#endif
