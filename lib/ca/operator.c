/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/operator.h"

#include <inttypes.h>
#include <string.h>

#include "ca/issuing.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"

static const char gmt0037[] = "GM/T 0037";

static struct egov_store *store_of(struct egov_home *home)
{
	return egov__record_store(egov__home_record(home));
}

enum egov_status egov__operator_name(const char *name, struct egov_error *err)
{
	enum egov_status rc = egov__actor_valid(name, err);

	if (rc == EGOV_OK && egov__actor_is_service(name))
		rc = egov_error_set(err, EGOV_E_USAGE, NULL,
		                    "names that begin with os: are no people's");
	return rc;
}

/* --- certificates --- */

static enum egov_status check_usage(const struct egov_cert *cert, struct egov_error *err)
{
	unsigned bits = 0;
	struct egov__ext ext;
	enum egov_status rc = EGOV_OK;

	if (egov__cert_ext(cert, EGOV__OID_KEY_USAGE, &ext))
		rc = egov__ext_key_usage(ext.value, &bits, err);
	if (rc == EGOV_OK && (bits & EGOV__KU_DIGITAL_SIGNATURE) == 0)
		rc = egov_error_set(err, EGOV_E_POLICY, "GM/T 0015, 5.2.4",
		                    "an operator's certificate wants keyUsage digitalSignature");
	return rc;
}

enum egov_status egov__operator_certificate(struct egov_home *home, struct egov_slice bytes,
                                            egov_time now, struct egov_cert **out,
                                            struct egov_error *err)
{
	struct egov_cert *cert = NULL;
	struct egov_slice point;
	bool owns = false;
	enum egov_status rc = egov_cert_decode(bytes, &cert, err);

	if (rc == EGOV_OK)
		rc = egov__sm2_spki_point(egov_cert_public_key(cert), &point, err);
	if (rc == EGOV_OK)
		rc = check_usage(cert, err);
	if (rc == EGOV_OK && (now < egov_cert_not_before(cert) || now >= egov_cert_not_after(cert)))
		rc = egov_error_set(err, EGOV_E_POLICY, "RFC 5280, 4.1.2.5",
		                    "an operator's certificate must be valid now");
	if (rc == EGOV_OK)
		rc = egov__home_owns_key(home, egov_cert_public_key(cert), &owns, err);
	if (rc == EGOV_OK && owns)
		rc = egov_error_set(err, EGOV_E_POLICY, gmt0037,
		                    "the certificate's key is this CA's own, or its journal's or "
		                    "custodian's");
	if (rc == EGOV_OK) {
		*out = cert;
		cert = NULL;
	}
	egov_cert_free(cert);
	return rc;
}

/* --- the register --- */

/* Two people have two keys, for ever: or one could come back as another. */
static enum egov_status check_key(void *user, const struct egov__operator_row *row,
                                  struct egov_error *err)
{
	const struct egov__operator_row *const new = user;

	if (strcmp(row->name, new->name) == 0
	    || memcmp(row->key_digest, new->key_digest, sizeof(row->key_digest)) != 0)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_POLICY, gmt0037,
	                      "the certificate's key is operator %s's; two people have two keys",
	                      row->name);
}

static enum egov_status check_new(struct egov_home *home, struct egov__operator_row *row,
                                  struct egov_error *err)
{
	struct egov__operator_row old;
	bool found = false;
	enum egov_status rc = egov__store_operator_get(store_of(home), row->name, &old, &found, err);

	if (rc == EGOV_OK && found)
		rc = egov_error_set(err, EGOV_E_EXISTS, gmt0037,
		                    "%s is an operator already; a change is a removal and an addition",
		                    row->name);
	return rc == EGOV_OK ? egov__store_operator_walk(store_of(home), NULL, check_key, row, err)
	                     : rc;
}

static enum egov_status fill_row(const struct egov__appointment *a, egov_time now,
                                 struct egov__operator_row *row, struct egov_error *err)
{
	const struct egov_slice der = egov_cert_der(a->certificate);
	const struct egov_slice key = egov_cert_public_key(a->certificate);
	enum egov_status rc;

	*row = (struct egov__operator_row){ .name = a->name,
		                            .roles = a->roles,
		                            .certificate = der,
		                            .added_at = now,
		                            .removed_at = EGOV_TIME_NONE };
	rc = egov__sm3(&der, 1, row->certificate_digest, err);
	return rc == EGOV_OK ? egov__sm3(&key, 1, row->key_digest, err) : rc;
}

static enum egov_status approve(struct egov_home *home, const char *act,
                                const struct egov__operator_row *row, const char *roles,
                                struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc;

	egov__fact_text_add(&facts, EGOV__KEY_ROLES, roles);
	egov__fact_hex_add(&facts, EGOV__KEY_CERTIFICATE, EGOV__SLICE(row->certificate_digest));
	rc = egov__approve(home, act, row->name, &facts, err);
	egov__buf_clear(&facts);
	return rc;
}

enum egov_status egov__operator_put(struct egov_home *home, const struct egov__appointment *a,
                                    struct egov_error *err)
{
	struct egov__body *body = egov__body_new();
	struct egov_buf roles = EGOV__BUF(256);
	struct egov__operator_row row;
	enum egov_status rc = fill_row(a, egov_home_now(home), &row, err);

	if (rc == EGOV_OK)
		rc = check_new(home, &row, err);
	egov__operator_body(&row, body);
	egov__roles_print(a->roles, &roles);
	if (rc == EGOV_OK && egov__buf_string(&roles) == NULL)
		rc = egov_error_nomem(err);
	if (rc == EGOV_OK && a->act != NULL)
		rc = approve(home, a->act, &row, egov__buf_string(&roles), err);
	if (rc == EGOV_OK)
		rc = egov__store_operator_add(store_of(home), &row, err);
	if (rc == EGOV_OK)
		rc = egov__record_append(egov__home_record(home), EGOV__KIND_OPERATOR_ADD, a->actor,
		                         a->name, body, EGOV__NO_SLICE, err);
	egov__buf_clear(&roles);
	egov__body_free(body);
	return rc;
}

/* --- procedures --- */

/* The home may want more than one administrator. */
static enum egov_status check_appointers(struct egov_home *home, struct egov_error *err)
{
	const struct egov__operators *const operators = egov__home_operators(home);
	const uint64_t wanted = egov__home_conf(home)->appointers;

	if (operators->matter != NULL || operators->count >= wanted
	    || (operators->count == 0 && egov_home_is_test(home)))
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_POLICY, gmt0037,
	                      "%" PRIu64 " administrators must sign an appointment here", wanted);
}

static enum egov_status add(struct egov_home *home, const struct egov__appointment *a,
                            struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__operator_put(home, a, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

static void add_fields(struct egov_report *report, const struct egov__operator_row *row)
{
	struct egov_buf roles = EGOV__BUF(256);

	egov__report_add(report, "operator", "%s", row->name);
	egov__roles_print(row->roles, &roles);
	egov__report_take(report, "roles", &roles);
	egov__report_hex(report, "certificate-sm3", EGOV__SLICE(row->certificate_digest));
	egov__report_hex(report, "key-sm3", EGOV__SLICE(row->key_digest));
}

enum egov_status egov_operator_add(struct egov_home *home,
                                   const struct egov_operator_options *options,
                                   struct egov_report *report, struct egov_error *err)
{
	struct egov_cert *cert = NULL;
	struct egov__operator_row row;
	struct egov__appointment a = { .actor = options->actor, .name = options->name };
	enum egov_status rc = egov__actor_valid(options->actor, err);

	if (rc == EGOV_OK)
		rc = egov__operator_name(options->name, err);
	if (rc == EGOV_OK)
		rc = egov__roles_parse(options->roles, &a.roles, err);
	if (rc != EGOV_OK)
		return egov__refuse(home, options->actor, options->name, EGOV__ACT_OPERATOR_ADD, rc,
		                    err);
	a.act = egov__act_appoint(a.roles, false);
	rc = egov__actor_check(home, a.act, options->actor, err);
	if (rc != EGOV_OK)
		return rc;
	rc = check_appointers(home, err);
	if (rc == EGOV_OK) {
		rc = egov__operator_certificate(home, options->certificate, egov_home_now(home),
		                                &cert, err);
		if (rc != EGOV_OK && options->certificate_name != NULL)
			rc = egov_error_prefix(err, rc, "%s", options->certificate_name);
	}
	a.certificate = cert;
	if (rc == EGOV_OK)
		rc = add(home, &a, err);
	if (rc == EGOV_OK)
		rc = fill_row(&a, egov_home_now(home), &row, err);
	if (rc == EGOV_OK) {
		add_fields(report, &row);
		rc = egov__report_check(report, err);
	} else {
		rc = egov__refuse(home, options->actor, options->name, a.act, rc, err);
	}
	egov_cert_free(cert);
	return rc;
}

/* --- removal --- */

static enum egov_status find(struct egov_home *home, const char *name,
                             struct egov__operator_row *row, struct egov_error *err)
{
	bool found = false;
	enum egov_status rc = egov__store_operator_get(store_of(home), name, row, &found, err);

	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, gmt0037, "no operator \"%.64s\"", name);
	return rc;
}

struct survivors {
	const struct egov__operator_row *removed;
	bool left;
};

static enum egov_status count_survivor(void *user, const struct egov__operator_row *row,
                                       struct egov_error *err)
{
	struct survivors *s = user;

	(void)err;
	if (row->removed_at == EGOV_TIME_NONE && row->id != s->removed->id
	    && (row->roles & s->removed->roles) != 0)
		s->left = true;
	return EGOV_OK;
}

/* Without an administrator nobody could ever be appointed again. */
static enum egov_status check_last(struct egov_home *home, const struct egov__operator_row *row,
                                   struct egov_error *err)
{
	struct survivors s = { row, false };
	enum egov_status rc;

	if (egov_home_is_test(home)
	    || (row->roles & (EGOV__ROLE_ADMINISTRATOR | EGOV__ROLE_AUDIT_ADMINISTRATOR)) == 0)
		return EGOV_OK;
	rc = egov__store_operator_walk(store_of(home), NULL, count_survivor, &s, err);
	if (rc == EGOV_OK && !s.left)
		rc = egov_error_set(err, EGOV_E_POLICY, gmt0037,
		                    "%s is the last of this role: add another before", row->name);
	return rc;
}

static enum egov_status remove_inside(struct egov_home *home, const char *actor, const char *act,
                                      const char *name, struct egov_error *err)
{
	struct egov__body *body = egov__body_new();
	struct egov_buf roles = EGOV__BUF(256);
	struct egov__operator_row row;
	enum egov_status rc = find(home, name, &row, err);

	if (rc == EGOV_OK) {
		/* What the getter lends ends with the next call. */
		row.name = name;
		row.certificate = EGOV__NO_SLICE;
		rc = check_last(home, &row, err);
	}
	if (rc == EGOV_OK) {
		egov__body_hex_add(body, EGOV__KEY_CERTIFICATE, EGOV__SLICE(row.certificate_digest));
		egov__roles_print(row.roles, &roles);
		rc = egov__buf_string(&roles) == NULL
		             ? egov_error_nomem(err)
		             : approve(home, act, &row, egov__buf_string(&roles), err);
	}
	if (rc == EGOV_OK)
		rc = egov__store_operator_remove(store_of(home), row.id, egov_home_now(home), err);
	if (rc == EGOV_OK)
		rc = egov__record_append(egov__home_record(home), EGOV__KIND_OPERATOR_REMOVE, actor,
		                         name, body, EGOV__NO_SLICE, err);
	egov__buf_clear(&roles);
	egov__body_free(body);
	return rc;
}

static enum egov_status transaction(struct egov_home *home, const char *actor, const char *act,
                                    const char *name, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = remove_inside(home, actor, act, name, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

enum egov_status egov_operator_remove(struct egov_home *home, const char *actor, const char *name,
                                      struct egov_report *report, struct egov_error *err)
{
	struct egov__operator_row row;
	const char *act;
	enum egov_status rc = egov__actor_valid(actor, err);

	if (rc != EGOV_OK)
		return rc;
	rc = find(home, name, &row, err);
	if (rc != EGOV_OK)
		return egov__refuse(home, actor, name, EGOV__ACT_OPERATOR_REMOVE, rc, err);
	act = egov__act_appoint(row.roles, true);
	rc = egov__actor_check(home, act, actor, err);
	if (rc != EGOV_OK)
		return rc;
	rc = check_appointers(home, err);
	if (rc == EGOV_OK)
		rc = transaction(home, actor, act, name, err);
	if (rc == EGOV_OK) {
		egov__report_add(report, "operator", "%s", name);
		egov__report_time(report, "removed-at", egov_home_now(home));
		rc = egov__report_check(report, err);
	} else {
		rc = egov__refuse(home, actor, name, act, rc, err);
	}
	return rc;
}

/* --- the list --- */

struct listing {
	struct egov_report *report;
	bool all;
};

static enum egov_status list_one(void *user, const struct egov__operator_row *row,
                                 struct egov_error *err)
{
	const struct listing *const l = user;
	struct egov_cert *cert = NULL;
	enum egov_status rc;

	if (!l->all && row->removed_at != EGOV_TIME_NONE)
		return EGOV_OK;
	rc = egov_cert_decode(row->certificate, &cert, err);
	if (rc != EGOV_OK)
		return rc;
	egov__report_record(l->report);
	add_fields(l->report, row);
	egov__report_hex(l->report, "serial", egov_cert_serial(cert));
	egov__report_time(l->report, "not-after", egov_cert_not_after(cert));
	egov__report_time(l->report, "added-at", row->added_at);
	if (row->removed_at != EGOV_TIME_NONE)
		egov__report_time(l->report, "removed-at", row->removed_at);
	egov_cert_free(cert);
	return EGOV_OK;
}

enum egov_status egov_operator_list(struct egov_home *home, int all, struct egov_report *report,
                                    struct egov_error *err)
{
	struct listing l = { report, all != 0 };
	enum egov_status rc = egov__store_operator_walk(store_of(home), NULL, list_one, &l, err);

	return rc == EGOV_OK ? egov__report_check(report, err) : rc;
}
