/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/crl_deliver.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fileio.h"
#include "publish/hook.h"
#include "publish/ldap.h"

/* --- a program --- */

static bool wants_hook(const struct egov__home_conf *conf)
{
	return conf->hook != NULL;
}

static enum egov_status run_hook(const struct egov__crl_delivery *d, struct egov_error *err)
{
	const struct egov__home_conf *const conf = egov__home_conf(d->home);
	const struct egov__hook hook = { conf->hook, conf->hook_limit };
	char file[EGOV__LIST_NAME + 40], *path;
	enum egov_status rc;

	(void)snprintf(file, sizeof(file), "crl/%s-%" PRIu64 ".crl", d->name, d->number);
	path = egov__path_join(d->web_root, file);
	rc = path == NULL ? egov_error_nomem(err)
	                  : egov__hook_run(&hook, d->name, d->number, path, err);
	free(path);
	return rc;
}

/* --- a directory --- */

static bool wants_ldap(const struct egov__home_conf *conf)
{
	return conf->ldap.url != NULL;
}

/* What everybody gets there is what was put there. */
static enum egov_status read_back(const struct egov__ldap *to, const struct egov__ldap_place *place,
                                  const struct egov_recorded *recorded, const char *public_url,
                                  struct egov_error *err)
{
	const struct egov__source list = egov__recorded_source(recorded);
	struct egov__source got;
	struct egov__ldap from = *to;
	struct egov_buf *found = NULL;
	bool same = false;
	enum egov_status rc;

	if (public_url != NULL) {
		from.url = public_url;
		from.start_tls = false;
	}
	rc = egov__ldap_read(&from, place, (size_t)list.size + 1, &found, err);
	if (rc == EGOV_OK) {
		got = egov__source_slice(egov_buf_slice(found));
		rc = egov__source_equal(&list, &got, &same, err);
	}
	if (rc == EGOV_OK && !same)
		rc = egov_error_set(err, EGOV_E_IO, NULL, "%s: gives something else than was published",
		                    from.url);
	egov_buf_free(found);
	return rc;
}

static enum egov_status put(const struct egov__crl_delivery *d, const struct egov__ldap *to,
                            struct egov_error *err)
{
	const struct egov__ldap_place place = { d->entry,
		                                egov__ldap_attribute(d->only_ca, d->delta) };
	const char *const public_url = egov__home_conf(d->home)->ldap.public_url;
	struct egov_recorded *own = NULL;
	const struct egov_recorded *recorded = d->recorded;
	enum egov_status rc = EGOV_OK;

	if (recorded == NULL) {
		rc = egov__record_crl(egov__home_record(d->home), d->number, &own, err);
		recorded = own;
	}
	if (rc == EGOV_OK)
		rc = egov__ldap_publish(to, &place, recorded, err);
	if (rc == EGOV_OK)
		rc = read_back(to, &place, recorded, public_url, err);
	egov__recorded_free(own);
	return rc;
}

static enum egov_status read_password(const struct egov__crl_delivery *d,
                                      struct egov_secret **password, struct egov_error *err)
{
	const char *const file = egov__home_conf(d->home)->ldap.password_file;
	char *path;
	enum egov_status rc;

	if (file == NULL)
		return EGOV_OK;
	path = egov__home_path(d->home, file);
	rc = path == NULL ? egov_error_nomem(err) : egov__file_read_secret(path, password, err);
	free(path);
	return rc;
}

static enum egov_status put_ldap(const struct egov__crl_delivery *d, struct egov_error *err)
{
	const struct egov__home_ldap *const conf = &egov__home_conf(d->home)->ldap;
	char *ca = conf->ca_file == NULL ? NULL : egov__home_path(d->home, conf->ca_file);
	struct egov_secret *password = NULL;
	struct egov__ldap to = { .url = conf->url,
		                 .base = conf->base,
		                 .bind_dn = conf->bind_dn,
		                 .start_tls = conf->start_tls,
		                 .ca_file = ca,
		                 .seconds = (unsigned)conf->limit };
	enum egov_status rc = conf->ca_file != NULL && ca == NULL ? egov_error_nomem(err) : EGOV_OK;

	if (rc == EGOV_OK)
		rc = read_password(d, &password, err);
	to.password = password;
	if (rc == EGOV_OK)
		rc = put(d, &to, err);
	egov__secret_free(password);
	free(ca);
	return rc;
}

/* --- all of them --- */

static const struct target {
	const char *name;               /* of its notes, too */
	bool (*wanted)(const struct egov__home_conf *conf);
	enum egov_status (*bring)(const struct egov__crl_delivery *d, struct egov_error *err);
} targets[] = {
	{ "hook", wants_hook, run_hook },
	{ "ldap", wants_ldap, put_ldap },
};

static enum egov_status bring(const struct egov__crl_delivery *d, const struct target *target,
                              struct egov_error *err)
{
	char *folder, name[32];
	uint64_t arrived = 0;
	enum egov_status rc;

	(void)snprintf(name, sizeof(name), "targets/%s", target->name);
	folder = egov__home_path(d->home, name);
	rc = folder == NULL ? egov_error_nomem(err)
	                    : egov__target_number(folder, d->name, &arrived, err);
	if (rc == EGOV_OK && arrived != d->number) {
		rc = target->bring(d, err);
		if (rc == EGOV_OK)
			rc = egov__target_note(folder, d->name, d->number, err);
	}
	free(folder);
	return egov_error_prefix(err, rc, "%s", target->name);
}

enum egov_status egov__crl_deliver(const struct egov__crl_delivery *delivery,
                                   struct egov_error *err)
{
	enum egov_status first = EGOV_OK;

	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		enum egov_status rc;

		if (!targets[i].wanted(egov__home_conf(delivery->home)))
			continue;
		rc = bring(delivery, &targets[i], first == EGOV_OK ? err : NULL);
		first = first == EGOV_OK ? rc : first;
	}
	return first;
}
