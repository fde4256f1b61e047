/* SPDX-License-Identifier: Apache-2.0 */
#include "home/home.h"

#include <stdlib.h>

#include "base/fileio.h"
#include "crypto/sm3.h"

static const char *const folders[] = { "profiles", "publish", "publish/crl", "publish/cert",
	                               "publish/cps", "archive" };

static enum egov_status put_file(const char *dir, const char *name, struct egov_slice bytes,
                                 mode_t mode, struct egov_error *err)
{
	char *path = egov__path_join(dir, name);
	enum egov_status rc;

	if (path == NULL)
		return egov_error_nomem(err);
	rc = egov__file_replace(path, bytes, mode, err);
	free(path);
	return rc;
}

static enum egov_status make_folders(const char *dir, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < sizeof(folders) / sizeof(folders[0]); i++) {
		char *path = egov__path_join(dir, folders[i]);

		rc = path == NULL ? egov_error_nomem(err) : egov__dir_make(path, 0755, err);
		free(path);
	}
	return rc;
}

static enum egov_status put_profiles(const char *dir, bool test, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	for (const struct egov__builtin_profile *p = egov__builtin_profiles;
	     rc == EGOV_OK && p->name != NULL; p++) {
		struct egov_buf name = EGOV__BUF(256);
		const char *text;

		if (p->test != test)
			continue;
		egov__buf_printf(&name, "profiles/%s.conf", p->name);
		text = egov__buf_string(&name);
		rc = text == NULL ? egov_error_nomem(err)
		                  : put_file(dir, text, egov__slice_text(p->text), 0644, err);
		egov__buf_clear(&name);
	}
	return rc;
}

static enum egov_status put_values(struct egov_record *record, const struct egov__home_plan *plan,
                                   struct egov_error *err)
{
	uint8_t id[EGOV__SM3_SIZE];
	const struct {
		const char *name;
		struct egov_slice value;
	} values[] = {
		{ EGOV__META_KIND, egov__slice_text(plan->test ? "test" : "production") },
		{ EGOV__META_HOME_ID, EGOV__SLICE(id) },
		{ EGOV__META_CA_KEY, plan->ca_key },
		{ EGOV__META_JOURNAL_KEY, plan->journal_key },
		{ EGOV__META_CUSTODIAN_KEY, plan->custodian_key },
		{ EGOV__META_SUBJECT, plan->subject },
	};
	enum egov_status rc = egov__sm3(&plan->ca_key, 1, id, err);

	for (size_t i = 0; rc == EGOV_OK && i < sizeof(values) / sizeof(values[0]); i++)
		rc = egov__record_setting(record, plan->actor, values[i].name, values[i].value, err);
	return rc;
}

static enum egov_status make_ledger(const struct egov__home_plan *plan, struct egov_error *err)
{
	struct egov_store *store = NULL;
	struct egov_record *record = NULL;
	uint64_t generation = 0;
	char *path = egov__path_join(plan->dir, "ledger.db");
	enum egov_status rc;

	if (path == NULL)
		return egov_error_nomem(err);
	rc = egov__store_create(path, 0, &store, err);
	if (rc == EGOV_OK)
		rc = egov__record_open(store, plan->custodian_key, &record, err);
	if (rc == EGOV_OK && plan->source != NULL)
		rc = egov__record_source(record, plan->source, err);
	if (rc == EGOV_OK)
		rc = egov__record_begin(record, plan->now, err);
	if (rc == EGOV_OK)
		rc = put_values(record, plan, err);
	if (rc == EGOV_OK)
		rc = egov__record_generation_new(record, plan->actor, plan->ca_key, &generation, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	egov__record_close(record);
	egov__store_close(store);
	free(path);
	return rc;
}

enum egov_status egov__home_lay_out(const struct egov__home_plan *plan, struct egov_error *err)
{
	enum egov_status rc = make_folders(plan->dir, err);

	if (rc == EGOV_OK)
		rc = put_profiles(plan->dir, plan->test, err);
	if (rc == EGOV_OK)
		rc = put_file(plan->dir, "custodian.pem", plan->custodian, 0644, err);
	if (rc == EGOV_OK)
		rc = make_ledger(plan, err);
	if (rc == EGOV_OK)
		rc = put_file(plan->dir, "egovca.conf", plan->conf, 0640, err);
	return rc;
}
