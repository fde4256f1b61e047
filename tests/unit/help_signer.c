/* SPDX-License-Identifier: Apache-2.0 */
#include "help_signer.h"

#include <gcrypt.h>

#include "crypto/sm2.h"

struct egov_signer *help_signer_open(const char *uri, const struct egov_key_options *options)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_signer *signer = NULL;

	assert_ok(egov_signer_open(uri, options, &signer, &err), &err);
	return signer;
}

void help_signer_refused(const char *uri, const struct egov_key_options *options,
                         enum egov_status status, const char *fragment)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_signer *signer = NULL;

	assert_fails(egov_signer_open(uri, options, &signer, &err), &err, status, fragment);
	assert_null(signer);
}

enum egov_status help_signer_sign(struct egov_signer *signer, struct egov_buf *signature,
                                  struct egov_error *err)
{
	return egov__signer_sign(signer, EGOV_KEY_OTHER, egov__slice_text("message"), signature, err);
}

void help_signer_signs(struct egov_signer *signer)
{
	const struct egov_slice id = egov__slice_text(EGOV__SM2_DEFAULT_ID);
	const struct egov_slice message = egov__slice_text("message");
	struct egov_error err = { .status = EGOV_OK };
	struct egov_buf signature = EGOV__BUF(128);
	uint8_t e[EGOV__SM2_E], raw[EGOV__SM2_RAW_SIGNATURE];
	struct egov_slice point;

	assert_ok(help_signer_sign(signer, &signature, &err), &err);
	assert_ok(egov__sm2_spki_point(egov_signer_public_key(signer), &point, &err), &err);
	assert_ok(egov__sm2_verify(point, id, message, egov_buf_slice(&signature), &err), &err);
	assert_ok(egov__sm2_signature_raw(egov_buf_slice(&signature), raw, &err), &err);
	assert_ok(egov__sm2_e(point, id, message, e, &err), &err);
	assert_true(help_libgcrypt_accepts(point.data, e, raw));
	egov__buf_clear(&signature);
}

void help_signer_fails(struct egov_signer *signer, enum egov_status status, long detail,
                       const char *fragment)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_buf signature = EGOV__BUF(128);
	enum egov_status rc = help_signer_sign(signer, &signature, &err);

	assert_int_equal(err.detail, detail);
	assert_fails(rc, &err, status, fragment);
	assert_int_equal(signature.size, 0);
	egov__buf_clear(&signature);
}

bool help_libgcrypt_accepts(const uint8_t point[65], const uint8_t e[32], const uint8_t raw[64])
{
	gcry_sexp_t key = NULL, data = NULL, signature = NULL;
	gcry_error_t answer;

	assert_non_null(gcry_check_version(NULL));
	assert_int_equal(gcry_sexp_build(&key, NULL,
	                                 "(public-key (ecc (curve sm2p256v1)(flags sm2)(q %b)))", 65,
	                                 point), 0);
	assert_int_equal(gcry_sexp_build(&data, NULL, "(data (flags raw)(value %b))", 32, e), 0);
	assert_int_equal(gcry_sexp_build(&signature, NULL, "(sig-val (sm2 (r %b)(s %b)))", 32, raw, 32,
	                                 raw + 32), 0);
	answer = gcry_pk_verify(signature, data, key);
	gcry_sexp_release(key);
	gcry_sexp_release(data);
	gcry_sexp_release(signature);
	return answer == 0;
}
