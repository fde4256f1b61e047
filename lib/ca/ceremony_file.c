/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/ceremony_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fileio.h"
#include "profile/profile.h"
#include "record/operator.h"
#include "request/person.h"

static const char art6[] = "Order No. 4, Art. 6", gmt0037[] = "GM/T 0037";

/* --- words --- */

static enum egov_status read_about(struct egov__ceremony_file *f, struct egov_error *err)
{
	static const char *const uses[2] = { "production", "test" };
	static const char *const kinds[2] = { "root", "subordinate" };
	enum egov_status rc = egov__conf_require(f->conf, "ceremony", "title", &f->title, err);

	f->not_before = f->not_after = EGOV_TIME_NONE;
	if (rc == EGOV_OK)
		rc = egov__conf_choice(f->conf, "ceremony", "use", uses, &f->test, err);
	if (rc == EGOV_OK)
		rc = egov__conf_choice(f->conf, "ceremony", "kind", kinds, &f->subordinate, err);
	if (rc == EGOV_OK)
		rc = egov__conf_time(f->conf, "ceremony", "not_before", &f->not_before, err);
	if (rc == EGOV_OK)
		rc = egov__conf_time(f->conf, "ceremony", "not_after", &f->not_after, err);
	return rc;
}

/* How long a root lives is what its ceremony is for; a parent decides for others. */
static enum egov_status read_limits(struct egov__ceremony_file *f, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	f->has_validity = egov__conf_get(f->conf, "ca", "validity") != NULL;
	f->has_path_length = egov__conf_get(f->conf, "ca", "path_length") != NULL;
	if (!f->subordinate && !f->has_validity)
		return egov__conf_error(f->conf, "ca", "validity", err, EGOV_E_SYNTAX, NULL, "missing");
	rc = egov__conf_duration(f->conf, "ca", "validity", &f->validity, err);
	if (rc == EGOV_OK)
		rc = egov__conf_number(f->conf, "ca", "path_length", 0, 16, &f->path_length, err);
	return rc;
}

static enum egov_status read_ca(struct egov__ceremony_file *f, struct egov_error *err)
{
	static const char *const params[2] = { "absent", "null" };
	enum egov_status rc = egov__conf_require(f->conf, "ca", "subject", &f->subject, err);

	if (rc == EGOV_OK && egov__conf_get(f->conf, "ca", "signature_parameters") != NULL)
		rc = egov__conf_choice(f->conf, "ca", "signature_parameters", params, &f->null_params, err);
	return rc == EGOV_OK ? read_limits(f, err) : rc;
}

static enum egov_status read_keys(struct egov__ceremony_file *f, struct egov_error *err)
{
	enum egov_status rc = egov__conf_require(f->conf, "key", "ca", &f->ca_key, err);

	f->make_keys = true;
	if (rc == EGOV_OK)
		rc = egov__conf_require(f->conf, "key", "journal", &f->journal_key, err);
	if (rc == EGOV_OK)
		rc = egov__conf_boolean(f->conf, "key", "make", &f->make_keys, err);
	if (rc == EGOV_OK)
		rc = egov__conf_boolean(f->conf, "key", "allow_software", &f->allow_software, err);
	if (rc == EGOV_OK)
		rc = egov__conf_number(f->conf, "key", "shares", 2, 9, &f->shares, err);
	return rc;
}

static enum egov_status read_url(struct egov__ceremony_file *f, const char *section,
                                 const char *key, const char **url, struct egov_error *err)
{
	*url = egov__conf_get(f->conf, section, key);
	return *url == NULL ? EGOV_OK
	                    : egov__conf_prefix(f->conf, section, key, err,
	                                        egov__home_check_url(*url, err));
}

static enum egov_status read_services(struct egov__ceremony_file *f, struct egov_error *err)
{
	enum egov_status rc = read_url(f, "crl", "url", &f->crl_url, err);

	if (rc == EGOV_OK)
		rc = read_url(f, "ocsp", "url", &f->ocsp_url, err);
	if (rc == EGOV_OK)
		rc = read_url(f, "publish", "ca_issuers_url", &f->ca_issuers_url, err);
	for (const struct egov__home_setting *s = egov__home_settings; s->section != NULL; s++) {
		const char *value = egov__conf_get(f->conf, s->section, s->key);

		if (value != NULL && f->settings_count < EGOV__CEREMONY_SETTINGS)
			f->settings[f->settings_count++] =
				(struct egov__home_setting){ s->section, s->key, value };
	}
	return rc;
}

/* --- digests --- */

static enum egov_status compare(struct egov__ceremony_file *f, const char *section,
                                const char *key, struct egov_slice bytes,
                                struct egov_error *err)
{
	uint8_t stated[EGOV__SM3_SIZE], found[EGOV__SM3_SIZE];
	char sm3_key[64];
	enum egov_status rc;

	(void)snprintf(sm3_key, sizeof(sm3_key), "%s_sm3", key);
	rc = egov__conf_digest(f->conf, section, sm3_key, stated, err);
	if (rc == EGOV_OK)
		rc = egov__sm3(&bytes, 1, found, err);
	if (rc == EGOV_OK && memcmp(stated, found, sizeof(found)) != 0)
		rc = egov__conf_error(f->conf, section, sm3_key, err, EGOV_E_POLICY, art6,
		                      "the file is another one than was reviewed");
	return rc;
}

/* The file that [section] key names, beside the ceremony file; its digest is the one that
 * key_sm3 states. */
static enum egov_status read_beside(struct egov__ceremony_file *f, const char *section,
                                    const char *key, char **path, struct egov_buf **bytes,
                                    struct egov_error *err)
{
	const char *name = NULL;
	enum egov_status rc = egov__conf_require(f->conf, section, key, &name, err);

	if (rc != EGOV_OK)
		return rc;
	*path = *name == '/' ? egov__text_dup(name) : egov__path_join(f->folder, name);
	rc = *path == NULL ? egov_error_nomem(err)
	                   : egov__file_read(*path, EGOV__MAX_FILE, bytes, err);
	return rc == EGOV_OK ? compare(f, section, key, egov_buf_slice(*bytes), err) : rc;
}

static enum egov_status read_paper(struct egov__ceremony_file *f, struct egov__ceremony_paper *paper,
                                   struct egov_cert **cert, struct egov_error *err)
{
	struct egov_buf *bytes = NULL;
	struct egov_slice slice;
	enum egov_status rc = read_beside(f, paper->section, paper->key, &paper->path, &bytes, err);

	if (rc == EGOV_OK) {
		slice = egov_buf_slice(bytes);
		rc = egov__sm3(&slice, 1, paper->digest, err);
	}
	if (rc == EGOV_OK && cert != NULL)
		rc = egov__conf_prefix(f->conf, paper->section, paper->key, err,
		                       egov_cert_decode(slice, cert, err));
	egov_buf_free(bytes);
	return rc;
}

static enum egov_status read_papers(struct egov__ceremony_file *f, struct egov_error *err)
{
	static const struct {
		const char *section, *key;
		bool root, subordinate;         /* whose ceremony wants it */
	} wanted[EGOV__CEREMONY_PAPERS] = {
		[EGOV__CEREMONY_CUSTODIAN] = { "record", "custodian", true, true },
		[EGOV__CEREMONY_PARENT] = { "ca", "parent", false, true },
		[EGOV__CEREMONY_MODULE_MAP] = { "key", "module_map", false, false },
		[EGOV__CEREMONY_CPS] = { "policy", "cps", false, false },
	};
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < EGOV__CEREMONY_PAPERS; i++) {
		struct egov__ceremony_paper *const paper = &f->papers[i];
		const bool must = f->subordinate ? wanted[i].subordinate : wanted[i].root;

		paper->section = wanted[i].section;
		paper->key = wanted[i].key;
		if (must || egov__conf_get(f->conf, paper->section, paper->key) != NULL)
			rc = read_paper(f, paper, i == EGOV__CEREMONY_PARENT ? &f->parent : NULL, err);
	}
	f->cps_version = egov__conf_get(f->conf, "policy", "cps_version");
	if (rc == EGOV_OK && f->parent != NULL && !f->subordinate)
		rc = egov__conf_error(f->conf, "ca", "parent", err, EGOV_E_SYNTAX, NULL,
		                      "a root has no parent");
	return rc;
}

/* The profiles that the home begins with are those that were reviewed. */
static enum egov_status check_profiles(struct egov__ceremony_file *f, struct egov_error *err)
{
	const char *root = egov__conf_get(f->conf, "profiles", "root-ca");
	enum egov_status rc = EGOV_OK;

	if (root == NULL && !f->subordinate)
		return egov__conf_error(f->conf, "profiles", "root-ca", err, EGOV_E_SYNTAX, NULL,
		                        "missing");
	for (const struct egov__builtin_profile *p = egov__builtin_profiles;
	     rc == EGOV_OK && p->name != NULL; p++) {
		const struct egov_slice text = egov__slice_text(p->text);
		uint8_t stated[EGOV__SM3_SIZE], found[EGOV__SM3_SIZE];

		if (p->test != f->test || egov__conf_get(f->conf, "profiles", p->name) == NULL)
			continue;
		rc = egov__conf_digest(f->conf, "profiles", p->name, stated, err);
		if (rc == EGOV_OK)
			rc = egov__sm3(&text, 1, found, err);
		if (rc == EGOV_OK && memcmp(stated, found, sizeof(found)) != 0)
			rc = egov__conf_error(f->conf, "profiles", p->name, err, EGOV_E_POLICY, art6,
			                      "this version makes homes with another one than was "
			                      "reviewed");
	}
	return rc;
}

/* --- people --- */

static enum egov_status read_person(struct egov__ceremony_file *f, const char *section,
                                    struct egov_error *err)
{
	struct egov__ceremony_person *p = &f->people[f->people_count];
	struct egov_buf *bytes = NULL;
	enum egov_status rc;

	if (f->people_count == EGOV__CEREMONY_PEOPLE)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "more than %d people",
		                      EGOV__CEREMONY_PEOPLE);
	*p = (struct egov__ceremony_person){ .name = section + strlen("person ") };
	if (!egov__conf_has_section(f->conf, section)
	    || !egov__person_valid(egov__slice_text(p->name)))
		return egov__conf_error(f->conf, section, "", err, EGOV_E_SYNTAX, NULL,
		                        "want the name of a person after \"person\"");
	rc = egov__conf_require(f->conf, section, "role", &p->role, err);
	if (rc != EGOV_OK)
		return rc;
	f->people_count++;
	if (strcmp(p->role, "administrator") == 0)
		p->bit = EGOV__ROLE_ADMINISTRATOR;
	if (strcmp(p->role, "audit-administrator") == 0)
		p->bit = EGOV__ROLE_AUDIT_ADMINISTRATOR;
	if (p->bit == 0 && egov__conf_get(f->conf, section, "certificate") == NULL)
		return EGOV_OK;
	rc = read_beside(f, section, "certificate", &p->path, &bytes, err);
	if (rc == EGOV_OK)
		rc = egov__conf_prefix(f->conf, section, "certificate", err,
		                       egov_cert_decode(egov_buf_slice(bytes), &p->cert, err));
	egov_buf_free(bytes);
	return rc;
}

static enum egov_status check_people(const struct egov__ceremony_file *f, struct egov_error *err)
{
	unsigned bits = 0;
	uint64_t holders = 0;

	for (size_t i = 0; i < f->people_count; i++) {
		bits |= f->people[i].bit;
		holders += strcmp(f->people[i].role, "share-holder") == 0;
	}
	if (!f->test && bits != (EGOV__ROLE_ADMINISTRATOR | EGOV__ROLE_AUDIT_ADMINISTRATOR))
		return egov_error_set(err, EGOV_E_POLICY, gmt0037,
		                      "a production home begins with an administrator and an audit "
		                      "administrator ([person NAME] with these roles)");
	if (f->shares != 0 && holders != f->shares)
		return egov__conf_error(f->conf, "key", "shares", err, EGOV_E_POLICY,
		                        "Order No. 4, Art. 22",
		                        "the PIN has %d shares, but the people in the role "
		                        "share-holder are %d",
		                        (int)f->shares, (int)holders);
	return EGOV_OK;
}

static enum egov_status read_people(struct egov__ceremony_file *f, struct egov_error *err)
{
	const char *section;
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && (section = egov__conf_section(f->conf, i)) != NULL; i++)
		if (strncmp(section, "person ", 7) == 0)
			rc = read_person(f, section, err);
	return rc == EGOV_OK ? check_people(f, err) : rc;
}

/* A PIN that several hold is put together from as many shares. */
static enum egov_status check_shares(struct egov__ceremony_file *f, struct egov_error *err)
{
	const char *source = strstr(f->ca_key, "pin-source=shares:");
	uint64_t given = source == NULL ? 0 : 1;

	for (; source != NULL && *source != 0 && *source != '&'; source++)
		given += *source == ',';
	if (given == f->shares)
		return EGOV_OK;
	return egov__conf_error(f->conf, "key", "ca", err, EGOV_E_POLICY, "Order No. 4, Art. 22",
	                        "its pin-source takes %d shares, [key] shares says %d", (int)given,
	                        (int)f->shares);
}

/* --- the file --- */

static enum egov_status read_file(struct egov__ceremony_file *f, const char *path,
                                  struct egov_error *err)
{
	const char *slash = strrchr(path, '/');
	const size_t size = slash == NULL ? 0 : (size_t)(slash - path);
	struct egov_slice text;
	enum egov_status rc = egov__file_read(path, EGOV__MAX_FILE, &f->text, err);

	if (rc != EGOV_OK)
		return rc;
	f->folder = slash == NULL ? egov__text_dup(".")
	                          : egov__slice_copy((struct egov_slice){ (const uint8_t *)path,
	                                                                  size == 0 ? 1 : size });
	if (f->folder == NULL)
		return egov_error_nomem(err);
	text = egov_buf_slice(f->text);
	rc = egov__sm3(&text, 1, f->digest, err);
	return rc == EGOV_OK ? egov__conf_parse(text, path, &f->conf, err) : rc;
}

enum egov_status egov__ceremony_file_load(const char *path, struct egov__ceremony_file *f,
                                          struct egov_error *err)
{
	enum egov_status rc;

	memset(f, 0, sizeof(*f));
	rc = read_file(f, path, err);
	if (rc == EGOV_OK)
		rc = read_about(f, err);
	if (rc == EGOV_OK)
		rc = read_ca(f, err);
	if (rc == EGOV_OK)
		rc = read_keys(f, err);
	if (rc == EGOV_OK)
		rc = read_services(f, err);
	if (rc == EGOV_OK)
		rc = read_papers(f, err);
	if (rc == EGOV_OK)
		rc = check_profiles(f, err);
	if (rc == EGOV_OK)
		rc = read_people(f, err);
	if (rc == EGOV_OK)
		rc = check_shares(f, err);
	if (rc == EGOV_OK)
		rc = egov__conf_check_unknown(f->conf, err);
	if (rc != EGOV_OK)
		egov__ceremony_file_clear(f);
	return rc;
}

void egov__ceremony_file_clear(struct egov__ceremony_file *f)
{
	for (size_t i = 0; i < f->people_count; i++) {
		free(f->people[i].path);
		egov_cert_free(f->people[i].cert);
	}
	for (size_t i = 0; i < EGOV__CEREMONY_PAPERS; i++)
		free(f->papers[i].path);
	egov_cert_free(f->parent);
	egov__conf_free(f->conf);
	egov_buf_free(f->text);
	free(f->folder);
	memset(f, 0, sizeof(*f));
}
