/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/init_ca.h"

#include <string.h>

#include "base/fileio.h"
#include "ca/operator.h"

enum egov_status egov__init_people_check(const struct egov_init_options *o, struct egov_error *err)
{
	if (!o->test && (o->administrators_count == 0 || o->audit_administrators_count == 0))
		return egov_error_set(err, EGOV_E_POLICY, "GM/T 0037",
		                      "a production home begins with an administrator and an audit "
		                      "administrator (--administrator, --audit-administrator)");
	if (!o->test && !egov__actor_is_service(o->actor))
		return egov_error_set(err, EGOV_E_POLICY, "GM/T 0037",
		                      "a production home takes no bare name, and has no operators "
		                      "before it is made: leave --actor out");
	return EGOV_OK;
}

static enum egov_status put_certified(struct egov_home *home, struct egov__appointment *a,
                                      const char *path, struct egov_error *err)
{
	struct egov_buf *file = NULL;
	struct egov_cert *cert = NULL;
	enum egov_status rc = egov__file_read(path, EGOV__MAX_OBJECT, &file, err);

	if (rc == EGOV_OK) {
		rc = egov__operator_certificate(home, egov_buf_slice(file), egov_home_now(home),
		                                &cert, err);
		if (rc != EGOV_OK)
			(void)egov_error_prefix(err, rc, "%s", path);
	}
	a->certificate = cert;
	if (rc == EGOV_OK)
		rc = egov__operator_put(home, a, err);
	egov_cert_free(cert);
	egov_buf_free(file);
	return rc;
}

/* "NAME=FILE". */
static enum egov_status put(struct egov_home *home, const char *actor, const char *person,
                            unsigned role, struct egov_error *err)
{
	const char *equals = strchr(person, '=');
	struct egov__appointment a = { .actor = actor, .roles = role };
	struct egov_buf name = EGOV__BUF(512);
	enum egov_status rc;

	if (equals == NULL)
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      "administrator \"%.200s\": want NAME=CERTIFICATE", person);
	egov__buf_append(&name, person, (size_t)(equals - person));
	a.name = egov__buf_string(&name);
	rc = egov__operator_name(a.name, err);
	if (rc == EGOV_OK)
		rc = put_certified(home, &a, equals + 1, err);
	egov__buf_clear(&name);
	return rc;
}

enum egov_status egov__init_people(struct egov_home *home, const struct egov_init_options *o,
                                   struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < o->administrators_count; i++)
		rc = put(home, o->actor, o->administrators[i], EGOV__ROLE_ADMINISTRATOR, err);
	for (size_t i = 0; rc == EGOV_OK && i < o->audit_administrators_count; i++)
		rc = put(home, o->actor, o->audit_administrators[i],
		         EGOV__ROLE_AUDIT_ADMINISTRATOR, err);
	return rc;
}
