/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <stdlib.h>
#include <string.h>

#include "base/fileio.h"
#include "ca/issuing.h"
#include "crypto/sm3.h"

static const char art16[] = "Order No. 4, Art. 16";

static enum egov_status check_version(const char *version, struct egov_error *err)
{
	const size_t size = strlen(version);

	if (size == 0 || size > 32
	    || strspn(version, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-_")
	               != size)
		return egov_error_set(err, EGOV_E_USAGE, art16,
		                      "version \"%.40s\": want 1 to 32 letters, digits, . - _", version);
	return EGOV_OK;
}

/* The text is served under its version and stays retrievable (Art. 16 para 3). */
static enum egov_status serve(struct egov_home *home, const struct egov__policy_row *row,
                              struct egov_error *err)
{
	struct egov_buf name = EGOV__BUF(4096);
	char *path = NULL;
	enum egov_status rc = egov__home_sweep_served(home, err);

	if (rc != EGOV_OK)
		return rc;
	egov__buf_printf(&name, "%s/cps/cps-%s", egov__home_conf(home)->web_root, row->version);
	if (egov__buf_string(&name) != NULL)
		path = egov__home_path(home, egov__buf_string(&name));
	rc = path == NULL ? egov_error_nomem(err)
	                  : egov__file_replace(path, row->file, 0644, err);
	free(path);
	egov__buf_clear(&name);
	return rc;
}

/* Registering the same text again only serves it again. */
static bool is_same(const struct egov__policy_row *a, const struct egov__policy_row *b)
{
	return memcmp(a->digest, b->digest, sizeof(a->digest)) == 0 && a->published == b->published
	       && a->effective == b->effective;
}

static enum egov_status approve(struct egov_home *home, const struct egov__policy_row *row,
                                struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc;

	egov__fact_hex_add(&facts, EGOV__KEY_SM3, EGOV__SLICE(row->digest));
	egov__fact_time_add(&facts, EGOV__KEY_PUBLISHED, row->published);
	egov__fact_time_add(&facts, EGOV__KEY_EFFECTIVE, row->effective);
	rc = egov__approve(home, EGOV__ACT_POLICY, row->version, &facts, err);
	egov__buf_clear(&facts);
	return rc;
}

static enum egov_status put(struct egov_home *home, const char *actor,
                            const struct egov__policy_row *row, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	struct egov_store *store = egov__record_store(record);
	struct egov__policy_row old;
	struct egov__body *body;
	bool found = false;
	enum egov_status rc = egov__store_policy_get(store, row->version, &old, &found, err);

	if (rc != EGOV_OK || (found && is_same(&old, row)))
		return rc;
	if (found)
		return egov_error_set(err, EGOV_E_EXISTS, art16,
		                      "CPS version %s is registered already; a change is a new version",
		                      row->version);
	rc = approve(home, row, err);
	if (rc != EGOV_OK)
		return rc;
	body = egov__body_new();
	egov__body_hex_add(body, EGOV__KEY_SM3, EGOV__SLICE(row->digest));
	egov__body_time_add(body, EGOV__KEY_PUBLISHED, row->published);
	egov__body_time_add(body, EGOV__KEY_EFFECTIVE, row->effective);
	rc = egov__record_append(record, EGOV__KIND_POLICY, actor, row->version, body,
	                         EGOV__NO_SLICE, err);
	egov__body_free(body);
	return rc != EGOV_OK ? rc : egov__store_policy_put(store, row, err);
}

/* Recorded first, served then. */
static enum egov_status add(struct egov_home *home, const char *actor,
                            const struct egov__policy_row *row, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = put(home, actor, row, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK) {
		egov__record_rollback(record);
		return rc;
	}
	return serve(home, row, err);
}

static enum egov_status read_text(const struct egov_policy_options *options,
                                  struct egov__policy_row *row, struct egov_buf **file,
                                  struct egov_error *err)
{
	enum egov_status rc = egov__file_read(options->file, EGOV__MAX_FILE, file, err);

	if (rc != EGOV_OK)
		return rc;
	row->file = egov_buf_slice(*file);
	if (row->file.size == 0)
		return egov_error_set(err, EGOV_E_SYNTAX, art16, "%s: empty", options->file);
	return egov__sm3(&row->file, 1, row->digest, err);
}

enum egov_status egov_policy_add(struct egov_home *home, const struct egov_policy_options *options,
                                 struct egov_report *report, struct egov_error *err)
{
	struct egov__policy_row row = { .version = options->version,
		                        .published = options->published,
		                        .effective = options->effective };
	struct egov_buf *file = NULL;
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_POLICY, options->actor, err);

	if (rc == EGOV_OK)
		rc = check_version(options->version, err);
	if (rc != EGOV_OK)
		return rc;
	rc = read_text(options, &row, &file, err);
	if (rc == EGOV_OK && options->effective < options->published)
		rc = egov_error_set(err, EGOV_E_POLICY, art16,
		                    "CPS version %s would be in force before it is published",
		                    options->version);
	if (rc == EGOV_OK)
		rc = add(home, options->actor, &row, err);
	if (rc == EGOV_OK) {
		egov__report_add(report, "version", "%s", row.version);
		egov__report_hex(report, "sm3", EGOV__SLICE(row.digest));
		egov__report_time(report, "published", row.published);
		egov__report_time(report, "effective", row.effective);
		rc = egov__report_check(report, err);
	} else {
		rc = egov__refuse(home, options->actor, options->version, EGOV__ACT_POLICY, rc, err);
	}
	egov_buf_free(file);
	return rc;
}
