/* SPDX-License-Identifier: Apache-2.0 */
#include "home/home_conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "crl/part.h"
#include "home/home_conf_ldap.h"

#define WAIT_DEFAULT 10 /* seconds */

/* A URL goes into certificates as IA5String: visible ASCII. */
enum egov_status egov__home_check_url(const char *url, struct egov_error *err)
{
	if (strncmp(url, "http://", 7) != 0 && strncmp(url, "ldap://", 7) != 0
	    && strncmp(url, "https://", 8) != 0)
		return egov_error_set(err, EGOV_E_SYNTAX, "GM/T 0015, table C.3",
		                      "\"%.200s\": want a URL of http, https or ldap", url);
	for (const char *p = url; *p != 0; p++)
		if (*p <= ' ' || *p >= 0x7f)
			return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.2.1.6",
			                      "a URL holds visible ASCII characters alone");
	return EGOV_OK;
}

static enum egov_status url(struct egov__conf *conf, const char *section, const char *key,
                            const char **out, struct egov_error *err)
{
	const char *value = egov__conf_get(conf, section, key);

	*out = value != NULL && *value != 0 ? value : NULL;
	return *out == NULL ? EGOV_OK
	                    : egov__conf_prefix(conf, section, key, err,
	                                        egov__home_check_url(value, err));
}

static enum egov_status load_ca_and_keys(struct egov__home_conf *conf, struct egov_error *err)
{
	static const char *const uses[2] = { "test", "production" };
	static const char *const params[2] = { "absent", "null" };
	struct egov__conf *text = conf->text;
	bool production = false, null_params = false;
	enum egov_status rc;

	conf->agency = egov__conf_get(text, "agency", "name");
	rc = egov__conf_choice(text, "ca", "use", uses, &production, err);
	if (rc == EGOV_OK && egov__conf_get(text, "ca", "signature_parameters") != NULL)
		rc = egov__conf_choice(text, "ca", "signature_parameters", params, &null_params, err);
	conf->ca_resume = (struct egov_duration){ .seconds = 7 * 86400 };
	if (rc == EGOV_OK)
		rc = egov__conf_duration(text, "ca", "resume", &conf->ca_resume, err);
	if (rc == EGOV_OK)
		rc = egov__conf_require(text, "key", "ca", &conf->ca_key, err);
	if (rc == EGOV_OK)
		rc = egov__conf_require(text, "key", "journal", &conf->journal_key, err);
	if (rc == EGOV_OK)
		rc = egov__conf_boolean(text, "key", "allow_software", &conf->allow_software, err);
	if (rc == EGOV_OK)
		rc = egov__conf_number(text, "key", "signature_limit", 1, INT64_MAX,
		                       &conf->signature_limit, err);
	conf->module_map = egov__conf_get(text, "key", "module_map");
	conf->test = !production;
	conf->params = null_params ? EGOV__SIGALG_NULL : EGOV__SIGALG_ABSENT;
	return rc;
}

/* How many runs may fail before a list is stale. */
#define FAILURES 3

/* period, and FAILURES runs more. */
static enum egov_status latest(const struct egov__home_conf *conf, struct egov_duration period,
                               egov_time *out, struct egov_error *err)
{
	egov_time t = 0;
	enum egov_status rc = egov_time_add(0, period, &t, err);

	for (int i = 0; rc == EGOV_OK && i < FAILURES; i++)
		rc = egov_time_add(t, conf->crl_retry, &t, err);
	if (rc == EGOV_OK)
		*out = t;
	return rc;
}

enum egov_status egov__home_conf_latest(const struct egov__home_conf *conf, bool delta,
                                        egov_time *age, struct egov_error *err)
{
	return latest(conf, delta ? conf->crl_delta_period : conf->crl_period, age, err);
}

/*
 * What the CPS promises: a revocation is decided so long after it was reported, and listed so
 * long after that.  It can wait for a period and the next run, so the CPS cannot promise less.
 */
static enum egov_status load_clock(struct egov__home_conf *conf, struct egov_error *err)
{
	const struct egov_duration period = conf->crl_delta ? conf->crl_delta_period
	                                                    : conf->crl_period;
	egov_time most = 0, least = 0, promised = 0;
	enum egov_status rc = latest(conf, period, &most, err);

	conf->decide_within = (struct egov_duration){ .seconds = 86400 };
	conf->list_within = (struct egov_duration){ .seconds = most };
	if (rc == EGOV_OK)
		rc = egov__conf_duration(conf->text, "crl", "decide_within", &conf->decide_within, err);
	if (rc == EGOV_OK)
		rc = egov__conf_duration(conf->text, "crl", "list_within", &conf->list_within, err);
	if (rc == EGOV_OK)
		rc = egov_time_add(0, period, &least, err);
	if (rc == EGOV_OK)
		rc = egov_time_add(least, conf->crl_retry, &least, err);
	if (rc == EGOV_OK)
		rc = egov_time_add(0, conf->list_within, &promised, err);
	if (rc != EGOV_OK || promised >= least)
		return rc;
	return egov__conf_error(conf->text, "crl", "list_within", err, EGOV_E_POLICY,
	                        "Order No. 4, Art. 17",
	                        "a revocation can wait longer for the next list: want at least "
	                        "period (or delta_period) and retry");
}

/* A list must be replaced before it is stale, though runs fail. */
static enum egov_status check_period(const struct egov__home_conf *conf, struct egov_error *err)
{
	egov_time due = 0, stale = 0;
	enum egov_status rc = latest(conf, conf->crl_period, &due, err);

	if (rc == EGOV_OK)
		rc = egov_time_add(0, conf->crl_validity, &stale, err);
	if (rc != EGOV_OK)
		return egov__conf_prefix(conf->text, "crl", "period", err, rc);
	if (due < stale)
		return EGOV_OK;
	return egov__conf_error(conf->text, "crl", "period", err, EGOV_E_POLICY, "RFC 5280, 5.1.2.5",
	                        "three runs that fail would leave the last list stale: want period "
	                        "and three times retry to be shorter than validity");
}

/* Lists beside the one have addresses that are made from it: "ca.crl", "ca-arl.crl". */
static enum egov_status check_names(const struct egov__home_conf *conf, struct egov_error *err)
{
	static const char wanted[] = "/ca.crl";
	const char *const url = conf->crl_url;
	const char *const key = conf->crl_separate_ca ? "separate_ca"
	                        : conf->crl_shards > 0 ? "shards"
	                                               : "delta_period";
	const size_t size = url == NULL ? 0 : strlen(url), tail = strlen(wanted);

	if (!conf->crl_separate_ca && conf->crl_shards == 0 && !conf->crl_delta)
		return EGOV_OK;
	if (size >= tail && size <= EGOV__HOME_LIST_URL && strcmp(url + size - tail, wanted) == 0)
		return EGOV_OK;
	return egov__conf_error(conf->text, "crl", key, err, EGOV_E_POLICY, "RFC 5280, 5.2.5",
	                        "the addresses of these lists are made from that of the first: want "
	                        "[crl] url to end in %s, in at most %d characters",
	                        wanted, EGOV__HOME_LIST_URL);
}

/* A delta list is replaced before it is stale, and says less than its base. */
static enum egov_status check_delta(const struct egov__home_conf *conf, struct egov_error *err)
{
	egov_time due = 0, stale = 0, base = 0;
	enum egov_status rc = latest(conf, conf->crl_delta_period, &due, err);

	if (rc == EGOV_OK)
		rc = egov_time_add(0, conf->crl_delta_validity, &stale, err);
	if (rc == EGOV_OK)
		rc = egov_time_add(0, conf->crl_validity, &base, err);
	if (rc == EGOV_OK && due < stale && stale <= base)
		return EGOV_OK;
	if (rc != EGOV_OK)
		return egov__conf_prefix(conf->text, "crl", "delta_period", err, rc);
	return egov__conf_error(conf->text, "crl", "delta_period", err, EGOV_E_POLICY,
	                        "RFC 5280, 5.2.4",
	                        "want delta_period and three times retry to be shorter than "
	                        "delta_validity, and that no longer than validity");
}

static enum egov_status load_lists(struct egov__home_conf *conf, struct egov_error *err)
{
	struct egov__conf *text = conf->text;
	enum egov_status rc =
		egov__conf_boolean(text, "crl", "separate_ca", &conf->crl_separate_ca, err);

	if (rc == EGOV_OK)
		rc = egov__conf_number(text, "crl", "shards", 0, EGOV__SHARDS, &conf->crl_shards,
		                       err);
	conf->crl_delta = egov__conf_get(text, "crl", "delta_period") != NULL;
	conf->crl_delta_validity = (struct egov_duration){ .seconds = 86400 };
	if (rc == EGOV_OK)
		rc = egov__conf_duration(text, "crl", "delta_period", &conf->crl_delta_period, err);
	if (rc == EGOV_OK)
		rc = egov__conf_duration(text, "crl", "delta_validity", &conf->crl_delta_validity,
		                         err);
	if (rc == EGOV_OK)
		rc = check_names(conf, err);
	return rc == EGOV_OK && conf->crl_delta ? check_delta(conf, err) : rc;
}

static enum egov_status load_crl(struct egov__home_conf *conf, struct egov_error *err)
{
	struct egov__conf *text = conf->text;
	enum egov_status rc;

	conf->crl_period = (struct egov_duration){ .seconds = 86400 };
	conf->crl_validity = (struct egov_duration){ .seconds = 7 * 86400 };
	conf->crl_maximum = (struct egov_duration){ .seconds = 10 * 86400 };
	rc = url(text, "crl", "url", &conf->crl_url, err);
	if (rc == EGOV_OK)
		rc = egov__conf_duration(text, "crl", "period", &conf->crl_period, err);
	if (rc == EGOV_OK)
		rc = egov__conf_duration(text, "crl", "validity", &conf->crl_validity, err);
	if (rc == EGOV_OK)
		rc = egov__conf_duration(text, "crl", "maximum", &conf->crl_maximum, err);
	conf->crl_retry = (struct egov_duration){ .seconds = 3600 };
	if (rc == EGOV_OK)
		rc = egov__conf_duration(text, "crl", "retry", &conf->crl_retry, err);
	conf->import_maximum = (struct egov_duration){ .years = 1, .seconds = 86400 };
	if (rc == EGOV_OK)
		rc = egov__conf_duration(text, "crl", "import_maximum", &conf->import_maximum, err);
	conf->crl_lease = (struct egov_duration){ .seconds = 3600 };
	if (rc == EGOV_OK)
		rc = egov__conf_duration(text, "crl", "lease", &conf->crl_lease, err);
	if (rc == EGOV_OK)
		rc = egov__conf_boolean(text, "crl", "accept_drop", &conf->crl_accept_drop, err);
	conf->crl_release_people = 2;
	if (rc == EGOV_OK)
		rc = egov__conf_boolean(text, "crl", "hold", &conf->crl_hold, err);
	if (rc == EGOV_OK)
		rc = egov__conf_number(text, "crl", "release_people", 1, 2,
		                       &conf->crl_release_people, err);
	if (rc == EGOV_OK)
		rc = load_lists(conf, err);
	if (rc == EGOV_OK)
		rc = check_period(conf, err);
	return rc == EGOV_OK ? load_clock(conf, err) : rc;
}

static enum egov_status load_services(struct egov__home_conf *conf, struct egov_error *err)
{
	struct egov__conf *text = conf->text;
	enum egov_status rc;

	conf->store_wait = WAIT_DEFAULT;
	conf->record_silence = (struct egov_duration){ .seconds = INT64_C(90) * 86400 };
	conf->appointers = 1;
	rc = egov__conf_number(text, "store", "wait", 0, 3600, &conf->store_wait, err);
	if (rc == EGOV_OK)
		rc = egov__conf_duration(text, "record", "silence", &conf->record_silence, err);
	conf->checkpoint_entries = 10000;
	if (rc == EGOV_OK)
		rc = egov__conf_number(text, "record", "checkpoint_entries", 1, INT64_MAX,
		                       &conf->checkpoint_entries, err);
	conf->checkpoint_period = (struct egov_duration){ .seconds = 86400 };
	if (rc == EGOV_OK)
		rc = egov__conf_duration(text, "record", "checkpoint_period",
		                         &conf->checkpoint_period, err);
	if (rc == EGOV_OK)
		rc = egov__conf_number(text, "operator", "appointers", 1, 2, &conf->appointers, err);
	if (rc == EGOV_OK)
		rc = url(text, "ocsp", "url", &conf->ocsp_url, err);
	if (rc == EGOV_OK)
		rc = url(text, "publish", "ca_issuers_url", &conf->ca_issuers_url, err);
	conf->key_centre = egov__conf_get(text, "key_centre", "certificate");
	if (rc == EGOV_OK)
		rc = egov__conf_boolean(text, "publish", "read_back", &conf->read_back, err);
	if (rc == EGOV_OK)
		rc = egov__conf_boolean(text, "publish", "pem", &conf->pem, err);
	conf->hook = egov__conf_get(text, "publish", "hook");
	if (rc == EGOV_OK && conf->hook != NULL && *conf->hook != '/')
		rc = egov__conf_error(text, "publish", "hook", err, EGOV_E_SYNTAX, NULL,
		                      "\"%s\": want the whole path of a program", conf->hook);
	conf->hook_limit = 60;
	if (rc == EGOV_OK)
		rc = egov__conf_number(text, "publish", "hook_limit", 1, 3600, &conf->hook_limit, err);
	if (rc == EGOV_OK)
		rc = egov__home_conf_ldap(text, &conf->ldap, err);
	conf->web_root = egov__conf_get(text, "publish", "web_root");
	if (conf->web_root == NULL || *conf->web_root == 0)
		conf->web_root = "publish";
	return rc;
}

/* "http://x/crl/ca.crl" of the first key is "http://x/crl/ca2.crl" of the second: the
 * name under which its file is published.  NULL where the name is another. */
static enum egov_status derive(struct egov__home_conf *conf, const char *first, const char *suffix,
                               unsigned generation, const char **out, struct egov_error *err)
{
	const size_t size = first == NULL ? 0 : strlen(first), tail = strlen(suffix);
	struct egov_buf url = EGOV__BUF(4096);
	char *made;

	if (size < tail || strcmp(first + size - tail, suffix) != 0)
		return EGOV_OK;
	egov__buf_append(&url, first, size - strlen(strrchr(suffix, '.')));
	egov__buf_printf(&url, "%u%s", generation, strrchr(suffix, '.'));
	made = url.failed ? NULL : egov__slice_copy(egov_buf_slice(&url));
	egov__buf_clear(&url);
	if (made == NULL)
		return egov_error_nomem(err);
	conf->derived[conf->derived_count++] = made;
	*out = made;
	return EGOV_OK;
}

/* Where there are several lists, their names tell them apart. */
static enum egov_status check_key_url(const struct egov__home_conf *conf, unsigned generation,
                                      struct egov_error *err)
{
	const char *const url = conf->keys[generation].crl_url;
	char wanted[16], key[16];
	const size_t tail = (size_t)snprintf(wanted, sizeof(wanted), "/ca%u.crl", generation);
	const size_t size = url == NULL ? 0 : strlen(url);

	if (!conf->crl_separate_ca && conf->crl_shards == 0 && !conf->crl_delta)
		return EGOV_OK;
	if (size >= tail && size <= EGOV__HOME_LIST_URL && strcmp(url + size - tail, wanted) == 0)
		return EGOV_OK;
	(void)snprintf(key, sizeof(key), "url_%u", generation);
	return egov__conf_error(conf->text, "crl", key, err, EGOV_E_POLICY, "RFC 5280, 5.2.5",
	                        "the addresses of several lists are made from it: want it to end in "
	                        "%s",
	                        wanted);
}

static enum egov_status load_key(struct egov__home_conf *conf, unsigned generation,
                                 struct egov_error *err)
{
	struct egov__home_key_conf *key = &conf->keys[generation];
	char ca[32], crl[32], issuers[32];
	enum egov_status rc;

	(void)snprintf(ca, sizeof(ca), "ca_%u", generation);
	(void)snprintf(crl, sizeof(crl), "url_%u", generation);
	(void)snprintf(issuers, sizeof(issuers), "ca_issuers_url_%u", generation);
	key->uri = egov__conf_get(conf->text, "key", ca);
	rc = url(conf->text, "crl", crl, &key->crl_url, err);
	if (rc == EGOV_OK)
		rc = url(conf->text, "publish", issuers, &key->ca_issuers_url, err);
	if (rc != EGOV_OK || key->uri == NULL)
		return rc;
	if (key->crl_url == NULL)
		rc = derive(conf, conf->crl_url, "/ca.crl", generation, &key->crl_url, err);
	if (rc == EGOV_OK)
		rc = check_key_url(conf, generation, err);
	if (rc == EGOV_OK && key->ca_issuers_url == NULL)
		rc = derive(conf, conf->ca_issuers_url, "/ca.cer", generation,
		            &key->ca_issuers_url, err);
	return rc;
}

static enum egov_status load_keys(struct egov__home_conf *conf, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	conf->keys[1] = (struct egov__home_key_conf){ conf->ca_key, conf->crl_url,
		                                      conf->ca_issuers_url };
	for (unsigned i = 2; rc == EGOV_OK && i <= EGOV__HOME_KEYS; i++)
		rc = load_key(conf, i, err);
	return rc;
}

enum egov_status egov__home_conf_load(const char *path, struct egov__home_conf *conf,
                                      struct egov_error *err)
{
	enum egov_status rc;

	memset(conf, 0, sizeof(*conf));
	rc = egov__conf_load(path, &conf->text, err);
	if (rc == EGOV_OK)
		rc = load_ca_and_keys(conf, err);
	if (rc == EGOV_OK)
		rc = load_crl(conf, err);
	if (rc == EGOV_OK)
		rc = load_services(conf, err);
	if (rc == EGOV_OK)
		rc = load_keys(conf, err);
	if (rc == EGOV_OK)
		rc = egov__conf_check_unknown(conf->text, err);
	if (rc != EGOV_OK)
		egov__home_conf_free(conf);
	return rc;
}

void egov__home_conf_free(struct egov__home_conf *conf)
{
	while (conf->derived_count > 0)
		free(conf->derived[--conf->derived_count]);
	egov__conf_free(conf->text);
	conf->text = NULL;
}

static void put_optional(struct egov_buf *out, const char *key, const char *value)
{
	if (value != NULL)
		egov__conf_put(out, key, value);
}

/* The text that was asked for, else the one that a home begins with; NULL: none. */
static void put_setting(const struct egov__home_conf *conf, struct egov_buf *out,
                        const struct egov__home_setting *usual)
{
	const char *value = usual->value;

	for (size_t i = 0; i < conf->settings_count; i++)
		if (strcmp(conf->settings[i].section, usual->section) == 0
		    && strcmp(conf->settings[i].key, usual->key) == 0)
			value = conf->settings[i].value;
	put_optional(out, usual->key, value);
}

const struct egov__home_setting egov__home_settings[] = {
	{ "ca", "resume", NULL },
	{ "key", "signature_limit", NULL },
	{ "crl", "period", "1d" },
	{ "crl", "retry", NULL },
	{ "crl", "validity", "7d" },
	{ "crl", "maximum", "10d" },
	{ "crl", "hold", NULL },
	{ "crl", "release_people", NULL },
	{ "crl", "separate_ca", NULL },
	{ "crl", "shards", NULL },
	{ "crl", "delta_period", NULL },
	{ "crl", "delta_validity", NULL },
	{ "crl", "accept_drop", NULL },
	{ "crl", "lease", NULL },
	{ "crl", "import_maximum", NULL },
	{ "crl", "decide_within", NULL },
	{ "crl", "list_within", NULL },
	{ "publish", "read_back", NULL },
	{ "publish", "hook_limit", NULL },
	{ "store", "wait", NULL },
	{ "record", "checkpoint_entries", NULL },
	{ "record", "checkpoint_period", NULL },
	{ "record", "silence", NULL },
	{ "operator", "appointers", NULL },
	{ NULL, NULL, NULL },
};

static void put_settings(const struct egov__home_conf *conf, const char *section,
                         struct egov_buf *out)
{
	for (const struct egov__home_setting *s = egov__home_settings; s->section != NULL; s++)
		if (strcmp(s->section, section) == 0)
			put_setting(conf, out, s);
}

static bool has_setting(const struct egov__home_conf *conf, const char *section)
{
	for (size_t i = 0; i < conf->settings_count; i++)
		if (strcmp(conf->settings[i].section, section) == 0)
			return true;
	return false;
}

/* Sections that a home does not begin with unless asked. */
static void put_rest(const struct egov__home_conf *conf, struct egov_buf *out)
{
	static const char *const sections[] = { "store", "record", "operator" };

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		if (!has_setting(conf, sections[i]))
			continue;
		egov__buf_printf(out, "\n[%s]\n", sections[i]);
		put_settings(conf, sections[i], out);
	}
}

void egov__home_conf_write(const struct egov__home_conf *conf, struct egov_buf *out)
{
	egov__buf_text(out, "# Configuration of a CA home: egovca.conf(5).\n\n[agency]\n");
	put_optional(out, "name", conf->agency);
	egov__buf_text(out, "\n[ca]\n");
	egov__conf_put(out, "use", conf->test ? "test" : "production");
	egov__conf_put(out, "signature_parameters",
	               conf->params == EGOV__SIGALG_NULL ? "null" : "absent");
	put_settings(conf, "ca", out);
	egov__buf_text(out, "\n[key]\n");
	egov__conf_put(out, "ca", conf->ca_key);
	egov__conf_put(out, "journal", conf->journal_key);
	put_optional(out, "module_map", conf->module_map);
	egov__conf_put(out, "allow_software", conf->allow_software ? "yes" : "no");
	put_settings(conf, "key", out);
	egov__buf_text(out, "\n[crl]\n");
	put_optional(out, "url", conf->crl_url);
	put_settings(conf, "crl", out);
	egov__buf_text(out, "\n[ocsp]\n");
	put_optional(out, "url", conf->ocsp_url);
	egov__buf_text(out, "\n[publish]\n");
	put_optional(out, "ca_issuers_url", conf->ca_issuers_url);
	egov__buf_text(out, "web_root = publish\n");
	put_settings(conf, "publish", out);
	put_rest(conf, out);
}
