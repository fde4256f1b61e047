/* SPDX-License-Identifier: Apache-2.0 */
#include "home/home.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char art16[] = "Order No. 4, Art. 16, 17";

/* Looks for a version that came into force after the one that a profile names. */
struct succession {
	egov_time now;
	const char *wanted;
	bool found;
	egov_time published, effective; /* of the wanted one */
	egov_time latest;               /* when the last one in force took effect */
	struct egov_buf version;        /* that one */
};

static enum egov_status see_policy(void *user, const struct egov__policy_row *row,
                                   struct egov_error *err)
{
	struct succession *s = user;

	if (strcmp(row->version, s->wanted) == 0) {
		s->found = true;
		s->published = row->published;
		s->effective = row->effective;
	}
	if (row->published > s->now || row->effective > s->now || row->effective <= s->latest)
		return EGOV_OK;
	s->latest = row->effective;
	egov_buf_reset(&s->version);
	egov__buf_text(&s->version, row->version);
	return egov__buf_check(&s->version, err);
}

static enum egov_status judge(struct succession *s, struct egov_error *err)
{
	char when[EGOV_TIME_TEXT];

	if (!s->found)
		return egov_error_set(err, EGOV_E_POLICY, art16,
		                      "CPS version %s is not registered: egov-policy add", s->wanted);
	if (s->published > s->now || s->effective > s->now) {
		egov_time_format(s->published > s->effective ? s->published : s->effective, when);
		return egov_error_set(err, EGOV_E_POLICY, art16,
		                      "CPS version %s is not published and in force before %s",
		                      s->wanted, when);
	}
	if (s->latest > s->effective) {
		egov_time_format(s->latest, when);
		return egov_error_set(err, EGOV_E_POLICY, art16,
		                      "CPS version %s gave way to version %s, in force since %s: "
		                      "the profile must name that one",
		                      s->wanted, egov__buf_string(&s->version), when);
	}
	return EGOV_OK;
}

static enum egov_status check_cps(struct egov_home *home, const struct egov_profile *profile,
                                  struct egov_error *err)
{
	struct succession s = { .now = egov_home_now(home),
		                .wanted = egov__profile_cps_version(profile),
		                .latest = EGOV_TIME_NONE,
		                .version = EGOV__BUF(256) };
	enum egov_status rc;

	if (s.wanted == NULL)
		return EGOV_OK;
	rc = egov__store_policy_walk(egov__record_store(egov__home_record(home)), see_policy, &s, err);
	if (rc == EGOV_OK)
		rc = judge(&s, err);
	egov__buf_clear(&s.version);
	return rc;
}

static enum egov_status check_use(struct egov_home *home, const struct egov_profile *profile,
                                  struct egov_error *err)
{
	if (egov_profile_is_test(profile) == egov_home_is_test(home))
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_POLICY, NULL, "a %s profile, refused by a %s home",
	                      egov_profile_is_test(profile) ? "test" : "production",
	                      egov_home_is_test(home) ? "test" : "production");
}

/* As it lies in the home, fit for use or not. */
static enum egov_status load(struct egov_home *home, const char *name, struct egov_profile **out,
                             struct egov_error *err)
{
	struct egov_buf file = EGOV__BUF(128);
	char *path = NULL;
	enum egov_status rc;

	/* It becomes part of a path. */
	if (!egov__profile_name_valid(name))
		return egov_error_set(err, EGOV_E_SYNTAX, NULL,
		                      "profile \"%.64s\": want lower case letters, digits and hyphens",
		                      name);
	egov__buf_printf(&file, "profiles/%s.conf", name);
	if (egov__buf_string(&file) != NULL)
		path = egov__home_path(home, egov__buf_string(&file));
	if (path == NULL)
		rc = egov_error_nomem(err);
	else if (access(path, F_OK) != 0 && errno == ENOENT)
		rc = egov_error_set(err, EGOV_E_POLICY, NULL,
		                    "this home has no such profile: %s is not there", path);
	else
		rc = egov_profile_load(path, out, err);
	egov__buf_clear(&file);
	free(path);
	return rc == EGOV_OK ? rc : egov_error_prefix(err, rc, "profile %s", name);
}

enum egov_status egov__home_profile(struct egov_home *home, const char *name,
                                    struct egov_profile **out, struct egov_error *err)
{
	struct egov_profile *profile = NULL;
	enum egov_status rc = load(home, name, &profile, err);

	if (rc != EGOV_OK)
		return rc;
	rc = check_use(home, profile, err);
	if (rc == EGOV_OK)
		rc = check_cps(home, profile, err);
	if (rc != EGOV_OK) {
		egov_profile_free(profile);
		return egov_error_prefix(err, rc, "profile %s", name);
	}
	*out = profile;
	return EGOV_OK;
}

int egov__home_retention(struct egov_home *home, const char *name)
{
	struct egov_profile *profile = NULL;
	int years = EGOV__RETENTION_LONGEST;

	if (load(home, name, &profile, NULL) == EGOV_OK)
		years = egov__profile_retention(profile).years;
	egov_profile_free(profile);
	return years;
}
