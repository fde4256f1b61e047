/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "base/text.h"
#include "key/p11.h"
#include "key/pin.h"
#include "key/sdf.h"
#include "key/signer_impl.h"

/*
 * A key in a crypto device behind GM/T 0018.  The device signs e; the right to use a key is
 * of a session, so it is asked for again with each session.
 */
struct sdf_signer {
	const struct egov__key_uri *uri;        /* lent */
	struct egov__sdf sdf;
	void *device, *session;
	bool has_right;
	struct egov_secret *pin;                /* for the session after a loss */
	uint8_t point[EGOV__SM2_POINT];
	struct egov__sdf_device_info info;
};

/* --- numbers in fields ------------------------------------------------------------------ */

/* The 32 octets of number i, which stand at the right of its field. */
static bool read_number(const uint8_t *numbers, size_t i, size_t field, uint8_t out[32])
{
	const uint8_t *at = numbers + i * field;

	for (size_t j = 0; j + 32 < field; j++)
		if (at[j] != 0)
			return false;
	memcpy(out, at + field - 32, 32);
	return true;
}

static enum egov_status wrong_field(struct egov_error *err, size_t field)
{
	return egov_error_set(err, EGOV_E_DEVICE, "GM/T 0018, 5.3",
	                      "the device's numbers are not right-aligned in fields of %zu bits: "
	                      "field-bits is %s for some makers",
	                      field * 8, field == EGOV__SDF_FIELD ? "256" : "512");
}

/* --- sessions --------------------------------------------------------------------------- */

static void close_session(struct sdf_signer *s)
{
	if (s->has_right)
		(void)s->sdf.release_right(s->session, s->uri->sdf_index);
	if (s->session != NULL)
		(void)s->sdf.close_session(s->session);
	if (s->device != NULL)
		(void)s->sdf.close_device(s->device);
	s->has_right = false;
	s->session = s->device = NULL;
}

static enum egov_status open_session(struct sdf_signer *s, struct egov_error *err)
{
	int code = s->sdf.open_device(&s->device);

	if (code != EGOV__SDR_OK || s->device == NULL) {
		s->device = NULL;
		return egov__sdf_error(err, code, "SDF_OpenDevice");
	}
	code = s->sdf.open_session(s->device, &s->session);
	if (code != EGOV__SDR_OK || s->session == NULL) {
		s->session = NULL;
		return egov__sdf_error(err, code, "SDF_OpenSession");
	}
	return EGOV_OK;
}

static enum egov_status read_point(const struct sdf_signer *s, uint8_t point[EGOV__SM2_POINT],
                                   struct egov_error *err)
{
	struct egov__sdf_public_key key = { .bits = 0 };
	uint8_t found[EGOV__SM2_POINT] = { 4 };
	const size_t field = s->uri->sdf_field;
	const int code = s->sdf.export_public(s->session, s->uri->sdf_index, &key);
	enum egov_status rc;

	if (code != EGOV__SDR_OK)
		return egov__sdf_error(err, code, "SDF_ExportSignPublicKey_ECC");
	if (key.bits != EGOV__SDF_BITS)
		return egov_error_set(err, EGOV_E_UNSUPPORTED, "GM/T 0018, 5.3",
		                      "key %u of the device has %lu bits, SM2 has %d",
		                      s->uri->sdf_index, (unsigned long)key.bits, EGOV__SDF_BITS);
	if (!read_number(key.numbers, 0, field, found + 1)
	    || !read_number(key.numbers, 1, field, found + 33))
		return wrong_field(err, field);
	rc = egov__sm2_point_check(EGOV__SLICE(found), err);
	if (rc == EGOV_OK)
		memcpy(point, found, sizeof(found));
	return egov_error_prefix(err, rc, "key %u of the device", s->uri->sdf_index);
}

/* Makers have their own codes for a wrong password. */
static enum egov_status refused(const struct sdf_signer *s, int code, struct egov_error *err)
{
	static const char call[] = "SDF_GetPrivateKeyAccessRight";
	struct egov_error cause = { .status = EGOV_OK };

	if (code < EGOV__SDR_MAKERS && egov__sdf_error(&cause, code, call) != EGOV_E_AUTH)
		return egov__sdf_error(err, code, call);
	(void)egov__sdf_error(&cause, code, call);
	return egov_error_detail(err, EGOV_E_AUTH, code, NULL,
	                         "the device refuses the password of key %u: %s", s->uri->sdf_index,
	                         cause.text);
}

/* A library has its own copy of the password to scribble in. */
static enum egov_status get_right(struct sdf_signer *s, struct egov_error *err)
{
	struct egov_slice pin = egov__secret_slice(s->pin);
	struct egov_secret *copy = egov__secret_new(pin);
	int code;

	if (copy == NULL)
		return egov_error_nomem(err);
	pin = egov__secret_slice(copy);
	code = s->sdf.get_right(s->session, s->uri->sdf_index, (unsigned char *)(uintptr_t)pin.data,
	                        (unsigned)pin.size);
	egov__secret_free(copy);
	s->has_right = code == EGOV__SDR_OK;
	return s->has_right ? EGOV_OK : refused(s, code, err);
}

/* --- signing ---------------------------------------------------------------------------- */

/* A device that comes back after one of these is asked once more. */
static bool is_loss(int code)
{
	return code == EGOV__SDR_COMMFAIL || code == EGOV__SDR_HARDFAIL
	       || code == EGOV__SDR_OPENDEVICE || code == EGOV__SDR_OPENSESSION
	       || code == EGOV__SDR_PARDENY || code == EGOV__SDR_PRKRERR;
}

/* Everything anew; the key must be the same one. */
static enum egov_status reconnect(struct sdf_signer *s, struct egov_error *err)
{
	uint8_t point[EGOV__SM2_POINT];
	enum egov_status rc;

	close_session(s);
	rc = open_session(s, err);
	if (rc == EGOV_OK)
		rc = read_point(s, point, err);
	if (rc == EGOV_OK && memcmp(point, s->point, sizeof(point)) != 0)
		rc = egov_error_set(err, EGOV_E_DEVICE, NULL,
		                    "another key lies under number %u of the device now",
		                    s->uri->sdf_index);
	return rc == EGOV_OK ? get_right(s, err) : rc;
}

static int sign_once(const struct sdf_signer *s, const uint8_t e[EGOV__SM2_E],
                     struct egov__sdf_signature *signature)
{
	uint8_t input[EGOV__SM2_E];

	memcpy(input, e, sizeof(input));
	*signature = (struct egov__sdf_signature){ { 0 } };
	return s->sdf.sign(s->session, s->uri->sdf_index, input, sizeof(input), signature);
}

/* A signature that never came may be asked for again: k is fresh each time. */
static enum egov_status sign_or_reconnect(struct sdf_signer *s, const uint8_t e[EGOV__SM2_E],
                                          struct egov__sdf_signature *signature,
                                          struct egov_error *err)
{
	enum egov_status rc;
	int code = s->session == NULL ? EGOV__SDR_OPENSESSION : sign_once(s, e, signature);

	if (is_loss(code)) {
		struct egov_error lost = { .status = EGOV_OK };

		(void)egov__sdf_error(&lost, code, "SDF_InternalSign_ECC");
		rc = reconnect(s, err);
		if (rc != EGOV_OK) {
			close_session(s);
			return egov_error_prefix(err, rc, "after %s", lost.text);
		}
		code = sign_once(s, e, signature);
	}
	if (code == EGOV__SDR_OK)
		return EGOV_OK;
	close_session(s);
	return egov__sdf_error(err, code, "SDF_InternalSign_ECC");
}

static enum egov_status sign_e(void *state, const uint8_t e[EGOV__SM2_E],
                               uint8_t raw[EGOV__SM2_RAW_SIGNATURE], struct egov_error *err)
{
	struct sdf_signer *s = state;
	const size_t field = s->uri->sdf_field;
	struct egov__sdf_signature signature;
	struct egov__p11_guard guard;
	enum egov_status rc;

	egov__p11_enter(&guard);
	rc = sign_or_reconnect(s, e, &signature, err);
	egov__p11_leave(&guard);
	if (rc == EGOV_OK
	    && (!read_number(signature.numbers, 0, field, raw)
	        || !read_number(signature.numbers, 1, field, raw + 32)))
		rc = wrong_field(err, field);
	return rc;
}

/* --- the signer ------------------------------------------------------------------------- */

/* Fields of fixed width end at a NUL or are padded with blanks; some makers write GBK. */
static void add_field(struct egov_report *report, const char *key, const unsigned char *text,
                      size_t size)
{
	struct egov_slice field = { text, strnlen((const char *)text, size) };

	while (field.size > 0 && field.data[field.size - 1] == ' ')
		field.size--;
	if (egov__utf8_check(field, NULL) && !egov__utf8_has_control(field))
		egov__report_add(report, key, "%.*s", (int)field.size, (const char *)field.data);
	else
		egov__report_hex(report, key, field);
}

static enum egov_status report(const void *state, struct egov_report *to, struct egov_error *err)
{
	const struct sdf_signer *s = state;

	egov__report_add(to, "library", "%s", s->uri->sdf_library);
	add_field(to, "manufacturer", s->info.issuer, sizeof(s->info.issuer));
	add_field(to, "model", s->info.device, sizeof(s->info.device));
	add_field(to, "serial", s->info.serial, sizeof(s->info.serial));
	egov__report_add(to, "device-version", "0x%08lx", (unsigned long)s->info.device_version);
	egov__report_add(to, "index", "%u", s->uri->sdf_index);
	return egov__report_check(to, err);
}

static void close_signer(void *state, bool forked)
{
	struct sdf_signer *s = state;
	struct egov__p11_guard guard;

	if (!forked) {
		egov__p11_enter(&guard);
		close_session(s);
		egov__sdf_unload(&s->sdf);
		egov__p11_leave(&guard);
	}
	egov__secret_free(s->pin);
	free(s);
}

static const struct egov__signer_impl sdf_impl = { sign_e, report, close_signer };

/* Library, device, session, and the public key, which needs no password. */
static enum egov_status open_key(struct sdf_signer *s, struct egov_error *err)
{
	enum egov_status rc = egov__sdf_load(s->uri->sdf_library, &s->sdf, err);
	int code;

	if (rc == EGOV_OK)
		rc = open_session(s, err);
	if (rc != EGOV_OK)
		return rc;
	code = s->sdf.device_info(s->session, &s->info);
	if (code != EGOV__SDR_OK)
		return egov__sdf_error(err, code, "SDF_GetDeviceInfo");
	return read_point(s, s->point, err);
}

static enum egov_status open_right(struct sdf_signer *s, const struct egov_key_options *options,
                                   struct egov_error *err)
{
	char prompt[96];
	enum egov_status rc;

	(void)snprintf(prompt, sizeof(prompt), egov__text("password of key %u of the device"),
	               s->uri->sdf_index);
	rc = egov__pin_get(s->uri->pin_source, options, prompt, &s->pin, err);
	return rc == EGOV_OK ? get_right(s, err) : rc;
}

/* options: of the log-in, or NULL with password false. */
static enum egov_status open_sdf(const struct egov__key_uri *uri, bool password,
                                 const struct egov_key_options *options, struct sdf_signer **out,
                                 struct egov_error *err)
{
	struct sdf_signer *s = calloc(1, sizeof(*s));
	struct egov__p11_guard guard;
	enum egov_status rc;

	if (s == NULL)
		return egov_error_nomem(err);
	s->uri = uri;
	egov__p11_enter(&guard);
	rc = open_key(s, err);
	if (rc == EGOV_OK && password)
		rc = open_right(s, options, err);
	egov__p11_leave(&guard);
	if (rc == EGOV_OK)
		*out = s;
	else
		close_signer(s, false);
	return rc;
}

enum egov_status egov__sdf_signer_open(const struct egov__key_uri *uri,
                                       const struct egov_key_options *options,
                                       struct egov__signer_opened *out, struct egov_error *err)
{
	struct sdf_signer *s = NULL;
	enum egov_status rc = open_sdf(uri, true, options, &s, err);

	if (rc != EGOV_OK)
		return rc;
	*out = (struct egov__signer_opened){ .impl = &sdf_impl, .state = s,
		                             .software = uri->sdf_software };
	memcpy(out->point, s->point, sizeof(out->point));
	return EGOV_OK;
}

enum egov_status egov__sdf_public(const struct egov__key_uri *uri, uint8_t point[EGOV__SM2_POINT],
                                  struct egov_error *err)
{
	struct sdf_signer *s = NULL;
	enum egov_status rc = open_sdf(uri, false, NULL, &s, err);

	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "%s", uri->name);
	memcpy(point, s->point, EGOV__SM2_POINT);
	close_signer(s, false);
	return EGOV_OK;
}
