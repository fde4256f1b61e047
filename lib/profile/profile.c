/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/profile_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/fileio.h"

/* NAME.conf, or as they ship, NAME.test.conf and NAME.production.conf: a home
 * finds a profile by its name. */
static bool is_named_by(const struct egov_profile *profile, const char *path)
{
	static const char *const tails[] = { ".production.conf", ".test.conf" };
	const char *slash = strrchr(path, '/');
	const char *base = slash == NULL ? path : slash + 1;
	const size_t size = strlen(profile->name);

	if (strncmp(base, profile->name, size) != 0)
		return false;
	return strcmp(base + size, ".conf") == 0 || strcmp(base + size, tails[profile->test]) == 0;
}

enum egov_status egov_profile_load(const char *path, struct egov_profile **out,
                                   struct egov_error *err)
{
	struct egov_profile *profile = NULL;
	struct egov_buf *text = NULL;
	enum egov_status rc = egov__file_read(path, EGOV__MAX_OBJECT, &text, err);

	if (rc == EGOV_OK)
		rc = egov__profile_parse(egov_buf_slice(text), path, &profile, err);
	egov_buf_free(text);
	if (rc == EGOV_OK && !is_named_by(profile, path)) {
		rc = egov__conf_error(profile->conf, "profile", "name", err, EGOV_E_POLICY, NULL,
		                      "\"%s\" for %s use, which is not what the file is called",
		                      profile->name, profile->test ? "test" : "production");
		egov_profile_free(profile);
		profile = NULL;
	}
	if (rc == EGOV_OK)
		*out = profile;
	return rc;
}

void egov_profile_free(struct egov_profile *profile)
{
	if (profile == NULL)
		return;
	egov__buf_clear(&profile->policies.bytes);
	egov__buf_clear(&profile->eku.bytes);
	egov__conf_free(profile->conf);
	free(profile);
}

const char *egov_profile_name(const struct egov_profile *profile)
{
	return profile->name;
}

int egov_profile_is_test(const struct egov_profile *profile)
{
	return profile->test;
}

struct egov_slice egov__profile_digest(const struct egov_profile *profile)
{
	return EGOV__SLICE(profile->digest);
}

enum egov__profile_kind egov__profile_kind(const struct egov_profile *profile)
{
	return profile->kind;
}

size_t egov__profile_policies(const struct egov_profile *profile, const struct egov_slice **oids)
{
	*oids = profile->policies.oids;
	return profile->policies.count;
}

const char *egov__profile_cps_version(const struct egov_profile *profile)
{
	return profile->cps_version;
}

const char *egov__profile_cps_uri(const struct egov_profile *profile)
{
	return profile->cps_uri;
}

unsigned egov__profile_key_usage(const struct egov_profile *profile)
{
	return profile->key_usage;
}

size_t egov__profile_eku(const struct egov_profile *profile, const struct egov_slice **oids)
{
	*oids = profile->eku.oids;
	return profile->eku.count;
}

int egov__profile_path_len(const struct egov_profile *profile)
{
	return profile->path_len;
}

struct egov_duration egov__profile_validity(const struct egov_profile *profile)
{
	return profile->validity;
}

struct egov_duration egov__profile_max_validity(const struct egov_profile *profile)
{
	return profile->max_validity;
}

struct egov_duration egov__profile_retention(const struct egov_profile *profile)
{
	return profile->retention;
}

bool egov__profile_two_people(const struct egov_profile *profile)
{
	return profile->two_people;
}

const struct egov__profile_extensions *egov__profile_extensions(const struct egov_profile *profile)
{
	return &profile->extensions;
}

enum egov_status egov__profile_not_after(const struct egov_profile *profile,
                                         egov_time not_before,
                                         const struct egov_duration *wanted, egov_time limit,
                                         egov_time *not_after, struct egov_error *err)
{
	char end_text[EGOV_TIME_TEXT], most_text[EGOV_TIME_TEXT];
	egov_time end, most;
	enum egov_status rc;

	rc = egov_time_add(not_before, wanted == NULL ? profile->validity : *wanted, &end, err);
	if (rc == EGOV_OK)
		rc = egov_time_add(not_before, profile->max_validity, &most, err);
	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "profile %s: validity", profile->name);
	egov_time_format(end, end_text);
	if (end > most) {
		egov_time_format(most, most_text);
		return egov_error_set(err, EGOV_E_POLICY, "Order No. 4, Art. 19",
		                      "profile %s: validity: until %s, at most %s allowed",
		                      profile->name, end_text, most_text);
	}
	if (limit != EGOV_TIME_NONE && end > limit) {
		egov_time_format(limit, most_text);
		return egov_error_set(err, EGOV_E_POLICY, "RFC 5280, 6.1.3",
		                      "profile %s: validity: until %s, but the issuer's own "
		                      "certificate ends at %s: ask for a shorter one",
		                      profile->name, end_text, most_text);
	}
	*not_after = end;
	return EGOV_OK;
}
