/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/key_centre.h"

#include <stdlib.h>

#include "base/fileio.h"
#include "base/pem.h"

#define CLOCK_SLACK 300

static const char clause[] = "GM/T 0034";

/* --- who it is --- */

static enum egov_status check_centre(struct egov_home *home, const struct egov_cert *centre,
                                     struct egov_error *err)
{
	const egov_time now = egov_home_now(home);
	unsigned bits = EGOV__KU_DIGITAL_SIGNATURE;
	struct egov_slice point;
	struct egov__ext ext;
	bool own = false;
	enum egov_status rc = egov__sm2_spki_point(egov_cert_public_key(centre), &point, err);

	if (rc == EGOV_OK && egov__cert_ext(centre, EGOV__OID_KEY_USAGE, &ext))
		rc = egov__ext_key_usage(ext.value, &bits, err);
	if (rc != EGOV_OK)
		return rc;
	if ((bits & EGOV__KU_DIGITAL_SIGNATURE) == 0)
		return egov_error_set(err, EGOV_E_POLICY, clause,
		                      "the certificate of the key-management centre is not for "
		                      "signing");
	if (now < egov_cert_not_before(centre) || now > egov_cert_not_after(centre))
		return egov_error_set(err, EGOV_E_POLICY, clause,
		                      "the certificate of the key-management centre is not valid now");
	rc = egov__home_owns_key(home, egov_cert_public_key(centre), &own, err);
	if (rc == EGOV_OK && own)
		return egov_error_set(err, EGOV_E_POLICY, clause,
		                      "the key-management centre has a key of this CA");
	return rc;
}

enum egov_status egov__key_centre_open(struct egov_home *home, struct egov_cert **out,
                                       struct egov_error *err)
{
	const char *name = egov__home_conf(home)->key_centre;
	struct egov_buf *bytes = NULL;
	struct egov_cert *centre = NULL;
	char *path;
	enum egov_status rc;

	if (name == NULL || *name == 0)
		return egov_error_set(err, EGOV_E_POLICY, clause,
		                      "egovca.conf: [key_centre] certificate: missing: which centre "
		                      "makes encryption keys for this CA?");
	path = egov__home_path(home, name);
	if (path == NULL)
		return egov_error_nomem(err);
	rc = egov__file_read(path, EGOV__MAX_OBJECT, &bytes, err);
	if (rc == EGOV_OK)
		rc = egov_error_prefix(err, egov_cert_decode(egov_buf_slice(bytes), &centre, err),
		                       "%s", path);
	if (rc == EGOV_OK)
		rc = egov_error_prefix(err, check_centre(home, centre, err), "%s", path);
	if (rc == EGOV_OK) {
		*out = centre;
		centre = NULL;
	}
	egov_cert_free(centre);
	egov_buf_free(bytes);
	free(path);
	return rc;
}

/* --- what it says --- */

static enum egov_status keep(void *user, struct egov_slice der, struct egov_error *err)
{
	struct egov_buf *bytes = user;

	if (bytes->size > 0)
		return egov_error_set(err, EGOV_E_SYNTAX, NULL, "more than one object");
	egov__buf_slice(bytes, der);
	return egov__buf_check(bytes, err);
}

static enum egov_status not_signed(struct egov_error *err)
{
	egov_error_clear(err);
	return egov_error_set(err, EGOV_E_POLICY, clause,
	                      "key answer: not signed by the configured key-management centre");
}

enum egov_status egov__key_centre_answer(const struct egov_home *home,
                                         const struct egov_cert *centre, struct egov_slice input,
                                         struct egov_buf *bytes, struct egov__key_answer *answer,
                                         struct egov_error *err)
{
	struct egov__exchanged parts;
	enum egov_status rc =
		egov_error_prefix(err, egov__objects(input, EGOV__KEY_ANSWER_PEM, keep, bytes, err),
	                          "key answer");

	if (rc == EGOV_OK)
		rc = egov__key_answer_read(egov_buf_slice(bytes), answer, &parts, err);
	if (rc != EGOV_OK)
		return rc;
	rc = egov__exchange_verify(&parts, egov_cert_public_key(centre), err);
	if (rc == EGOV_E_UNTRUSTED)
		return not_signed(err);
	if (rc == EGOV_OK && answer->time > egov_home_now(home) + CLOCK_SLACK)
		rc = egov_error_set(err, EGOV_E_POLICY, clause, "key answer: of a time to come");
	return rc;
}
