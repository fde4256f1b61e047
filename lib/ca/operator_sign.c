/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/operator.h"

#include "base/pem.h"
#include "crypto/random.h"
#include "crypto/sm3.h"

enum egov_status egov__approval_sign(struct egov_signer *signer, const struct egov_cert *cert,
                                     struct egov_slice matter, egov_time now,
                                     struct egov_buf *approval, struct egov_error *err)
{
	const struct egov_slice der = egov_cert_der(cert);
	struct egov_buf statement = EGOV__BUF(EGOV__MAX_OBJECT), signature = EGOV__BUF(256);
	uint8_t digest[EGOV__SM3_SIZE], nonce[EGOV__NONCE];
	struct egov__statement s = { .matter.der = matter,
		                     .certificate = EGOV__SLICE(digest),
		                     .time = now,
		                     .nonce = EGOV__SLICE(nonce) };
	enum egov_status rc = egov__sm3(&der, 1, digest, err);

	if (rc == EGOV_OK)
		rc = egov__random(nonce, sizeof(nonce), err);
	if (rc == EGOV_OK)
		rc = egov__statement_encode(&s, &statement, err);
	if (rc == EGOV_OK)
		rc = egov__signer_sign(signer, EGOV_KEY_OTHER, egov_buf_slice(&statement), &signature,
		                       err);
	if (rc == EGOV_OK) {
		const struct egov__approval a = { .statement.der = egov_buf_slice(&statement),
			                          .certificate = der,
			                          .signature = egov_buf_slice(&signature) };

		rc = egov__approval_encode(&a, approval, err);
	}
	egov__buf_clear(&statement);
	egov__buf_clear(&signature);
	return rc;
}

enum egov_status egov__object_only(void *user, struct egov_slice der, struct egov_error *err)
{
	struct egov_buf *const only = user;

	if (only->size > 0)
		return egov_error_set(err, EGOV_E_SYNTAX, NULL, "more than one object");
	egov__buf_slice(only, der);
	return egov__buf_check(only, err);
}

static enum egov_status open_key(const struct egov_operator_sign_options *o,
                                 const struct egov_cert *cert, struct egov_signer **out,
                                 struct egov_error *err)
{
	struct egov_key_options options = { .purpose = EGOV_KEY_OTHER, .module_map = o->module_map,
		                            .pin = o->pin, .pin_user = o->pin_user };
	enum egov_status rc = egov__home_open_key(o->key_uri, &options, out, err);

	if (rc == EGOV_OK
	    && !egov__slice_equal(egov_signer_public_key(*out), egov_cert_public_key(cert)))
		rc = egov_error_set(err, EGOV_E_POLICY, "GM/T 0037",
		                    "the key is not the certificate's");
	return rc;
}

enum egov_status egov_operator_sign(const struct egov_operator_sign_options *o,
                                    struct egov_buf *approval, struct egov_report *report,
                                    struct egov_error *err)
{
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_cert *cert = NULL;
	struct egov_signer *signer = NULL;
	struct egov__matter matter;
	egov_time now = o->clock.real;
	enum egov_status rc =
		egov__objects(o->matter, EGOV__MATTER_LABEL, egov__object_only, &der, err);

	if (rc == EGOV_OK)
		rc = egov__matter_decode(egov_buf_slice(&der), &matter, err);
	if (rc == EGOV_OK) {
		rc = egov_cert_decode(o->certificate, &cert, err);
		if (rc != EGOV_OK)
			(void)egov_error_prefix(err, rc, "%s", egov__text(EGOV__N("certificate")));
	}
	if (rc == EGOV_OK)
		rc = open_key(o, cert, &signer, err);
	if (rc == EGOV_OK && matter.test && o->clock.test != EGOV_TIME_NONE)
		now = o->clock.test;
	if (rc == EGOV_OK)
		rc = egov__approval_sign(signer, cert, matter.der, now, approval, err);
	if (rc == EGOV_OK) {
		egov__matter_report(&matter, report);
		egov__report_time(report, "signed-at", now);
		rc = egov__report_check(report, err);
	}
	egov_signer_close(signer);
	egov_cert_free(cert);
	egov__buf_clear(&der);
	return rc;
}
