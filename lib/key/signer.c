/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <p11-kit/pkcs11.h>

#include "base/report.h"
#include "crypto/random.h"
#include "crypto/sm3_aside.h"
#include "key/signer_ca.h"
#include "key/signer_impl.h"

struct egov_signer {
	struct egov__signer_opened key;
	struct egov__key_uri *uri;
	enum egov_key_purpose purpose;
	pid_t owner;
	struct egov__sm2_key *public_key;
	uint8_t spki[EGOV__SM2_SPKI];
	uint8_t z[EGOV__SM3_SIZE];      /* constant for a key and an ID */
};

static enum egov_status check_purpose(const struct egov_key_options *options,
                                      enum egov_key_purpose *purpose, struct egov_error *err)
{
	*purpose = options == NULL || options->purpose == 0 ? EGOV_KEY_OTHER : options->purpose;
	if (*purpose < EGOV_KEY_CA || *purpose > EGOV_KEY_OTHER)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "no such key purpose: %d",
		                      (int)*purpose);
	return EGOV_OK;
}

enum egov_status egov__signer_take(struct egov__key_uri *uri,
                                   const struct egov__signer_opened *key,
                                   enum egov_key_purpose purpose, struct egov_signer **out,
                                   struct egov_error *err)
{
	const struct egov_slice id = egov__slice_text(EGOV__SM2_DEFAULT_ID);
	struct egov_signer *signer = calloc(1, sizeof(*signer));
	enum egov_status rc;

	if (signer == NULL)
		return egov_error_nomem(err);
	rc = egov__sm2_z(EGOV__SLICE(key->point), id, signer->z, err);
	if (rc == EGOV_OK)
		rc = egov__sm2_key_new(EGOV__SLICE(key->point), NULL, &signer->public_key, err);
	if (rc != EGOV_OK) {
		free(signer);
		return rc;
	}
	signer->key = *key;
	signer->uri = uri;
	signer->purpose = purpose;
	signer->owner = getpid();
	egov__sm2_point_spki(key->point, signer->spki);
	*out = signer;
	return EGOV_OK;
}

static enum egov_status open_key(const struct egov__key_uri *uri,
                                 const struct egov_key_options *options,
                                 struct egov__signer_opened *key, struct egov_error *err)
{
	if (uri->p11 != NULL)
		return egov__pkcs11_signer_open(uri, options, key, err);
	if (uri->sdf_library != NULL)
		return egov__sdf_signer_open(uri, options, key, err);
	return egov__file_signer_open(uri, options, key, err);
}

enum egov_status egov_signer_open(const char *text, const struct egov_key_options *options,
                                  struct egov_signer **out, struct egov_error *err)
{
	struct egov__key_uri *uri = NULL;
	struct egov__signer_opened key = { .impl = NULL };
	enum egov_key_purpose purpose;
	enum egov_status rc = check_purpose(options, &purpose, err);

	if (rc == EGOV_OK)
		rc = egov__key_uri_parse(text, &uri, err);
	if (rc != EGOV_OK)
		return rc;
	rc = open_key(uri, options, &key, err);
	if (rc == EGOV_OK)
		rc = egov__signer_take(uri, &key, purpose, out, err);
	if (rc == EGOV_OK)
		return EGOV_OK;
	rc = egov_error_prefix(err, rc, "%s", uri->name);
	if (key.impl != NULL)
		key.impl->close(key.state, false);
	egov__key_uri_free(uri);
	return rc;
}

void egov_signer_close(struct egov_signer *signer)
{
	if (signer == NULL)
		return;
	signer->key.impl->close(signer->key.state, signer->owner != getpid());
	egov__key_uri_free(signer->uri);
	egov__sm2_key_free(signer->public_key);
	free(signer);
}

struct egov_slice egov_signer_public_key(const struct egov_signer *signer)
{
	return EGOV__SLICE(signer->spki);
}

int egov_signer_is_software(const struct egov_signer *signer)
{
	return signer->key.software;
}

enum egov_key_purpose egov__signer_purpose(const struct egov_signer *signer)
{
	return signer->purpose;
}

/* Return codes of modules do not tell a fork: sessions of the parent seem to
 * work in the child, and both would use one of them. */
static enum egov_status check_process(const struct egov_signer *signer, struct egov_error *err)
{
	if (signer->owner == getpid())
		return EGOV_OK;
	return egov_error_detail(err, EGOV_E_DEVICE, CKR_CRYPTOKI_NOT_INITIALIZED, NULL,
	                         "%s: the process forked after the key was opened: open it anew",
	                         signer->uri->name);
}

/* The signature must verify, whatever made it: this finds a wrong mechanism,
 * another key, a fault, and ECDSA in the place of SM2. */
static enum egov_status check_signature(const struct egov_signer *signer,
                                        const uint8_t e[EGOV__SM2_E], struct egov_slice der,
                                        struct egov_error *err)
{
	struct egov_error ignored = { .status = EGOV_OK };
	enum egov_status rc = egov__sm2_key_verify_e(signer->public_key, e, der, &ignored);

	if (rc == EGOV_OK)
		return EGOV_OK;
	if (rc != EGOV_E_UNTRUSTED)
		return egov_error_set(err, rc, ignored.clause, "%s", ignored.text);
	return egov_error_set(err, EGOV_E_DEVICE, "GB/T 32918.2, 7.1",
	                      "the signature that was made does not verify with the public key: "
	                      "wrong mechanism, another key, or ECDSA instead of SM2");
}

static enum egov_status sign_e(struct egov_signer *signer, const uint8_t e[EGOV__SM2_E],
                               struct egov_buf *signature, struct egov_error *err)
{
	uint8_t raw[EGOV__SM2_RAW_SIGNATURE];
	struct egov_buf der = EGOV__BUF(128);
	enum egov_status rc = signer->key.impl->sign_e(signer->key.state, e, raw, err);

	if (rc == EGOV_OK) {
		rc = egov__sm2_signature_der(raw, &der, NULL);
		if (rc == EGOV_E_SYNTAX)
			rc = egov_error_set(err, EGOV_E_DEVICE, "GM/T 0009, 7.3",
			                    "the signature that was made has r or s outside 1 to n-1");
		else if (rc != EGOV_OK)
			rc = egov__buf_check(&der, err);
	}
	if (rc == EGOV_OK)
		rc = check_signature(signer, e, egov_buf_slice(&der), err);
	if (rc == EGOV_OK) {
		egov__buf_slice(signature, egov_buf_slice(&der));
		rc = egov__buf_check(signature, err);
	} else {
		rc = egov_error_prefix(err, rc, "%s", signer->uri->name);
	}
	egov__buf_clear(&der);
	return rc;
}

static enum egov_status sign(struct egov_signer *signer, const struct egov__source *message,
                             const uint8_t *seen, struct egov_buf *signature,
                             struct egov_error *err)
{
	uint8_t e[EGOV__SM2_E];
	const enum egov_status rc = egov__sm3_source_seen(EGOV__SLICE(signer->z), message, seen, e,
	                                                  err);

	return rc == EGOV_OK ? sign_e(signer, e, signature, err) : rc;
}

enum egov_status egov__signer_sign(struct egov_signer *signer, enum egov_key_purpose purpose,
                                   struct egov_slice message, struct egov_buf *signature,
                                   struct egov_error *err)
{
	const struct egov__source source = egov__source_slice(message);
	enum egov_status rc = check_process(signer, err);

	if (rc != EGOV_OK)
		return rc;
	if (purpose == EGOV_KEY_CA || purpose != signer->purpose)
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      "%s: opened for purpose %d, may not sign for purpose %d",
		                      signer->uri->name, (int)signer->purpose, (int)purpose);
	return sign(signer, &source, NULL, signature, err);
}

enum egov_status egov__signer_sign_ca(struct egov_signer *signer, const struct egov__source *tbs,
                                      const uint8_t *seen, struct egov_buf *signature,
                                      struct egov_error *err)
{
	enum egov_status rc = check_process(signer, err);

	if (rc != EGOV_OK)
		return rc;
	if (signer->purpose != EGOV_KEY_CA)
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      "%s: opened for purpose %d, may not sign for the CA",
		                      signer->uri->name, (int)signer->purpose);
	return sign(signer, tbs, seen, signature, err);
}

/* The text before the random octets makes sure that nobody can take the
 * signature for one of something else: no DER begins with an 'e'. */
enum egov_status egov_signer_selftest(struct egov_signer *signer, struct egov_error *err)
{
	static const char prefix[] = "egov self-test, signs nothing else: ";
	uint8_t message[sizeof(prefix) - 1 + 32];
	struct egov_buf signature = EGOV__BUF(128);
	enum egov_status rc;

	if (signer->purpose == EGOV_KEY_CA)
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      "%s: the CA's key signs certificates and CRLs alone: open it "
		                      "for another purpose to test it",
		                      signer->uri->name);
	memcpy(message, prefix, sizeof(prefix) - 1);
	rc = egov__random(message + sizeof(prefix) - 1, 32, err);
	if (rc == EGOV_OK)
		rc = egov__signer_sign(signer, signer->purpose, EGOV__SLICE(message), &signature, err);
	egov__buf_clear(&signature);
	return rc;
}

enum egov_status egov_signer_report(const struct egov_signer *signer, struct egov_report *report,
                                    struct egov_error *err)
{
	const struct egov_slice spki = EGOV__SLICE(signer->spki);
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = check_process(signer, err);

	if (rc == EGOV_OK)
		rc = egov__sm3(&spki, 1, digest, err);
	if (rc != EGOV_OK)
		return rc;
	egov__report_record(report);
	egov__report_add(report, "key", "%s", signer->uri->name);
	egov__report_add(report, "algorithm", "sm2");
	egov__report_add(report, "software", "%s", signer->key.software ? "yes" : "no");
	egov__report_hex(report, "public-key-sm3", EGOV__SLICE(digest));
	return signer->key.impl->report(signer->key.state, report, err);
}
