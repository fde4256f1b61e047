/* SPDX-License-Identifier: Apache-2.0 */
#include "delivery/delivery.h"

#include "base/report.h"
#include "cert/cert.h"
#include "crypto/sm3.h"
#include "key/pin.h"

static const char clause[] = "GM/T 0034";

/* Everything that one call opens. */
struct import {
	const struct egov_delivery_options *options;
	struct egov__delivery delivery;
	struct egov_cert *sign, *encrypt, *centre;
	struct egov__decrypter *signing_key;
	struct egov_secret *d, *passphrase;
};

static void import_clear(struct import *i)
{
	egov__secret_free(i->passphrase);
	egov__secret_free(i->d);
	egov__decrypter_close(i->signing_key);
	egov_cert_free(i->centre);
	egov_cert_free(i->encrypt);
	egov_cert_free(i->sign);
	egov__delivery_clear(&i->delivery);
}

static enum egov_status refused(struct egov_error *err, const char *message)
{
	return egov_error_set(err, EGOV_E_POLICY, clause, "%s", egov__text(message));
}

/* The one that is given, else the one that came along. */
static enum egov_status read_cert(struct egov_slice given, struct egov_slice along,
                                  const char *name, struct egov_cert **out,
                                  struct egov_error *err)
{
	const struct egov_slice bytes = given.size > 0 ? given : along;

	if (bytes.size == 0)
		return EGOV_OK;
	return egov_error_prefix(err, egov_cert_decode(bytes, out, err), "%s", egov__text(name));
}

static enum egov_status same_as_along(const struct egov_cert *cert, struct egov_slice along,
                                      struct egov_error *err)
{
	if (cert == NULL || along.size == 0 || egov__slice_equal(egov_cert_der(cert), along))
		return EGOV_OK;
	return refused(err, EGOV__N("another certificate came with the key"));
}

static enum egov_status read_certs(struct import *i, struct egov_error *err)
{
	const struct egov_delivery_options *o = i->options;
	const struct egov__delivery *d = &i->delivery;
	enum egov_status rc = read_cert(o->certificate, d->encrypt_certificate,
	                                EGOV__N("encryption certificate"), &i->encrypt, err);

	if (rc == EGOV_OK)
		rc = read_cert(o->sign_certificate, d->sign_certificate,
		               EGOV__N("signing certificate"), &i->sign, err);
	if (rc == EGOV_OK)
		rc = read_cert(o->centre_certificate, EGOV__NO_SLICE,
		               EGOV__N("certificate of the centre"), &i->centre, err);
	if (rc == EGOV_OK)
		rc = same_as_along(i->encrypt, d->encrypt_certificate, err);
	return rc == EGOV_OK ? same_as_along(i->sign, d->sign_certificate, err) : rc;
}

/* The two certificates are one holder's, and the signing key is his. */
static enum egov_status check_holder(const struct import *i, struct egov_error *err)
{
	uint8_t spki[EGOV__SM2_SPKI];

	if (i->sign != NULL && i->encrypt != NULL
	    && !egov__slice_equal(egov_cert_subject(i->sign), egov_cert_subject(i->encrypt)))
		return refused(err, EGOV__N("the two certificates have different subjects"));
	if (i->sign == NULL)
		return EGOV_OK;
	egov__sm2_point_spki(egov__decrypter_point(i->signing_key).data, spki);
	if (!egov__slice_equal(egov_cert_public_key(i->sign), EGOV__SLICE(spki)))
		return refused(err, EGOV__N("the signing certificate is not the signing key's"));
	return EGOV_OK;
}

/* Who is asked for must have signed; a form without a signature has no sender. */
static enum egov_status check_centre(const struct import *i, struct egov_error *err)
{
	if (i->centre == NULL)
		return EGOV_OK;
	if (i->delivery.form != EGOV__DELIVERY_SIGNED)
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      "a delivery of this form has no sender to be checked");
	if (!egov__slice_equal(egov_cert_der(i->centre), i->delivery.sender_certificate))
		return egov_error_set(err, EGOV_E_UNTRUSTED, clause,
		                      "it comes from another centre");
	return EGOV_OK;
}

static enum egov_status open_delivery(struct import *i, struct egov_error *err)
{
	struct egov_slice wanted = EGOV__NO_SLICE;
	enum egov_status rc = EGOV_OK;

	if (i->encrypt != NULL)
		rc = egov_error_prefix(err,
		                       egov__sm2_spki_point(egov_cert_public_key(i->encrypt),
		                                            &wanted, err),
		                       "%s", egov__text("encryption certificate"));
	return rc == EGOV_OK ? egov__delivery_open(&i->delivery, i->signing_key, wanted, &i->d, err)
	                     : rc;
}

static enum egov_status tell(const struct import *i, struct egov_report *report,
                             struct egov_error *err)
{
	uint8_t point[EGOV__SM2_POINT], spki[EGOV__SM2_SPKI], digest[EGOV__SM3_SIZE];
	const struct egov_slice bytes = EGOV__SLICE(spki);
	enum egov_status rc = egov__sm2_public(i->d, point, err);

	if (rc != EGOV_OK)
		return rc;
	egov__sm2_point_spki(point, spki);
	rc = egov__sm3(&bytes, 1, digest, err);
	egov__report_add(report, "form", "%s", egov__delivery_form_name(i->delivery.form));
	egov__report_hex(report, "public-key-sm3", EGOV__SLICE(digest));
	egov__report_add(report, "certificate", "%s", i->encrypt != NULL ? "fits" : "none");
	if (i->delivery.form == EGOV__DELIVERY_SIGNED)
		egov__report_add(report, "sender", "%s",
		                 i->centre != NULL ? "as wanted" : "signed, but by nobody known");
	return rc == EGOV_OK ? egov__report_check(report, err) : rc;
}

enum egov_status egov_delivery_import(const struct egov_delivery_options *options,
                                      struct egov_buf *pkcs8, struct egov_report *report,
                                      struct egov_error *err)
{
	struct import i = { .options = options };
	enum egov_status rc = egov_error_prefix(
		err, egov__delivery_decode(options->delivery, &i.delivery, err), "%s",
		egov__text("delivery"));

	if (rc == EGOV_OK)
		rc = read_certs(&i, err);
	if (rc == EGOV_OK)
		rc = check_centre(&i, err);
	if (rc == EGOV_OK)
		rc = egov__decrypter_open(options->signing_key, &options->keys, &i.signing_key, err);
	if (rc == EGOV_OK)
		rc = check_holder(&i, err);
	if (rc == EGOV_OK)
		rc = open_delivery(&i, err);
	if (rc == EGOV_OK)
		rc = egov__pin_file_get(options->passphrase_file,
		                        egov__text("passphrase for the encryption key"),
		                        &i.passphrase, err);
	if (rc == EGOV_OK)
		rc = egov__sm2_pkcs8_save(i.d, i.passphrase, pkcs8, err);
	if (rc == EGOV_OK)
		rc = tell(&i, report, err);
	import_clear(&i);
	return rc;
}
