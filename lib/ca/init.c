/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>
#include <egovca/version.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fileio.h"
#include "ca/init_ca.h"
#include "ca/issuing.h"
#include "crypto/sm2.h"
#include "key/throwaway.h"
#include "x509/name.h"

/* Names that never resolve (RFC 2606): test certificates are complete all the same. */
#define TEST_CRL_URL "http://pki.test.invalid/crl/ca.crl"
#define TEST_CA_URL "http://pki.test.invalid/cert/ca.cer"

/* Everything that making a home needs before the home is there. */
struct init {
	const struct egov_init_options *options;
	const struct egov__init_extra *extra;
	char *parent, *temp;            /* temp: the home until it is whole */
	int lock;                       /* on temp, or -1 */
	char *module_map;               /* absolute */
	struct egov_signer *ca, *journal;
	struct egov_buf *custodian;     /* the certificate file */
	struct egov_cert *custodian_cert;
	struct egov_buf subject, conf;
};

static void init_clear(struct init *i)
{
	egov_signer_close(i->ca);
	egov_signer_close(i->journal);
	egov_cert_free(i->custodian_cert);
	egov_buf_free(i->custodian);
	egov__buf_clear(&i->subject);
	egov__buf_clear(&i->conf);
	if (i->lock >= 0)
		(void)close(i->lock);
	free(i->module_map);
	free(i->temp);
	free(i->parent);
}

static enum egov_status open_key(const struct init *i, const char *uri,
                                 enum egov_key_purpose purpose, struct egov_signer **out,
                                 struct egov_error *err)
{
	const struct egov_init_options *o = i->options;
	const struct egov_key_options options = {
		.purpose = purpose, .module_map = i->module_map, .pin = o->pin, .pin_user = o->pin_user
	};
	enum egov_status rc = egov__home_open_key(uri, &options, out, err);

	if (rc == EGOV_OK && egov_signer_is_software(*out) && !o->test && !o->allow_software)
		rc = egov_error_set(err, EGOV_E_POLICY, "Order No. 4, Art. 22",
		                    "lives in software; a production home wants a device, or "
		                    "--allow-software");
	return egov_error_prefix(err, rc, "%s",
	                         purpose == EGOV_KEY_CA ? egov__text("CA key")
	                                                : egov__text("journal key"));
}

static enum egov_status open_keys(struct init *i, struct egov_error *err)
{
	enum egov_status rc;

	if (i->extra->dry) {
		rc = egov__signer_throwaway(EGOV_KEY_CA, &i->ca, err);
		return rc == EGOV_OK ? egov__signer_throwaway(EGOV_KEY_JOURNAL, &i->journal, err) : rc;
	}
	rc = open_key(i, i->options->key_uri, EGOV_KEY_CA, &i->ca, err);
	if (rc == EGOV_OK)
		rc = open_key(i, i->options->journal_key_uri, EGOV_KEY_JOURNAL, &i->journal, err);
	if (rc == EGOV_OK
	    && egov__slice_equal(egov_signer_public_key(i->ca), egov_signer_public_key(i->journal)))
		rc = egov_error_set(err, EGOV_E_POLICY, "Order No. 4, Art. 24",
		                    "the journal key is the CA key; want two keys");
	return rc;
}

static enum egov_status read_custodian(struct init *i, struct egov_error *err)
{
	const char *file = i->options->custodian_file;
	struct egov_slice point;
	enum egov_status rc = egov__file_read(file, EGOV__MAX_OBJECT, &i->custodian, err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov_cert_decode(egov_buf_slice(i->custodian), &i->custodian_cert, err);
	if (rc == EGOV_OK)
		rc = egov__sm2_spki_point(egov_cert_public_key(i->custodian_cert), &point, err);
	if (rc == EGOV_OK
	    && (egov__slice_equal(egov_cert_public_key(i->custodian_cert),
	                          egov_signer_public_key(i->ca))
	        || egov__slice_equal(egov_cert_public_key(i->custodian_cert),
	                             egov_signer_public_key(i->journal))))
		rc = egov_error_set(err, EGOV_E_POLICY, "Order No. 4, Art. 23",
		                    "the custodian's key is a key of the CA; want another");
	return egov_error_prefix(err, rc, "%s", file);
}

static enum egov_status encode_subject(struct init *i, struct egov_error *err)
{
	struct egov__name *name = NULL;
	enum egov_status rc = egov__name_parse(i->options->subject, &name, err);

	if (rc == EGOV_OK)
		rc = egov__name_encode(name, &i->subject, err);
	egov__name_free(name);
	return egov_error_prefix(err, rc, "subject");
}

/* What the configuration cannot say must not become something else in it. */
static enum egov_status check_values(const struct egov__home_conf *conf, struct egov_error *err)
{
	const struct {
		const char *name, *value;
	} values[] = {
		{ "organizationName", conf->agency },   { "URI of the CA key", conf->ca_key },
		{ "URI of the journal key", conf->journal_key }, { "module map", conf->module_map },
		{ "URL of the CRL", conf->crl_url },    { "URL of the OCSP responder", conf->ocsp_url },
		{ "URL of the CA's certificate", conf->ca_issuers_url },
	};

	for (size_t at = 0; at < sizeof(values) / sizeof(values[0]); at++)
		if (values[at].value != NULL && !egov__conf_can_hold(values[at].value))
			return egov_error_set(err, EGOV_E_SYNTAX, NULL,
			                      "%s \"%s\": a configuration cannot hold control "
			                      "characters, a blank at an end, or a semicolon at the "
			                      "start or after a blank",
			                      values[at].name, values[at].value);
	return EGOV_OK;
}

static enum egov_status write_conf(struct init *i, struct egov_error *err)
{
	const struct egov_init_options *o = i->options;
	struct egov_buf agency = EGOV__BUF(1024);
	struct egov__home_conf conf = { .test = o->test,
		                        .params = o->null_params ? EGOV__SIGALG_NULL
		                                                 : EGOV__SIGALG_ABSENT,
		                        .ca_key = o->key_uri,
		                        .journal_key = o->journal_key_uri,
		                        .module_map = i->module_map,
		                        .allow_software = o->allow_software,
		                        .crl_url = o->crl_url,
		                        .ocsp_url = o->ocsp_url,
		                        .ca_issuers_url = o->ca_issuers_url,
		                        .settings = i->extra->settings,
		                        .settings_count = i->extra->settings_count };
	bool found = false;
	enum egov_status rc = egov__name_get(egov_buf_slice(&i->subject), EGOV__OID_ORGANIZATION,
	                                     &agency, &found, err);

	if (conf.crl_url == NULL && o->test)
		conf.crl_url = TEST_CRL_URL;
	if (conf.ca_issuers_url == NULL && o->test)
		conf.ca_issuers_url = TEST_CA_URL;
	if (rc == EGOV_OK && found)
		conf.agency = egov__buf_string(&agency);
	if (rc == EGOV_OK)
		rc = check_values(&conf, err);
	if (rc == EGOV_OK)
		egov__home_conf_write(&conf, &i->conf);
	egov__buf_clear(&agency);
	return rc != EGOV_OK ? rc : egov__buf_check(&i->conf, err);
}

/* "parent/.egov-tmp-init-name", locked by the run that fills it: what a killed run
 * leaves, the next one clears. */
static enum egov_status name_temp(struct init *i, struct egov_error *err)
{
	const char *dir = i->options->dir;
	size_t size = strlen(dir);
	const char *name;
	struct egov_buf temp = EGOV__BUF(4096);

	while (size > 1 && dir[size - 1] == '/')
		size--;
	name = memrchr(dir, '/', size);
	name = name == NULL ? dir : name + 1;
	size -= (size_t)(name - dir);
	if (size == 0 || (size == 1 && name[0] == '.') || (size == 2 && memcmp(name, "..", 2) == 0))
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      "%s: want a path that ends in the home's own name", dir);
	egov__buf_append(&temp, dir, (size_t)(name - dir));
	i->parent = temp.size == 0 ? egov__text_dup(".") : egov__slice_copy(egov_buf_slice(&temp));
	egov__buf_text(&temp, EGOV__TEMP_PREFIX "init-");
	egov__buf_append(&temp, name, size);
	i->temp = temp.failed ? NULL : egov__slice_copy(egov_buf_slice(&temp));
	egov__buf_clear(&temp);
	return i->temp == NULL || i->parent == NULL ? egov_error_nomem(err) : EGOV_OK;
}

static bool same_folder(const char *path, int fd)
{
	struct stat named, opened;

	return lstat(path, &named) == 0 && fstat(fd, &opened) == 0 && S_ISDIR(named.st_mode)
	       && named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

/* The folder may go, or be renamed, between its opening and its lock. */
static enum egov_status lock_temp(struct init *i, struct egov_error *err)
{
	for (int tries = 0; tries < 100; tries++) {
		if (mkdir(i->temp, 0755) != 0 && errno != EEXIST)
			return egov_error_errno(err, "%s: cannot make a home there", i->parent);
		i->lock = open(i->temp, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (i->lock >= 0 && flock(i->lock, LOCK_EX | LOCK_NB) != 0)
			break;
		if (i->lock >= 0 && same_folder(i->temp, i->lock))
			return EGOV_OK;
		if (i->lock < 0 && errno != ENOENT)
			return egov_error_errno(err, "%s: cannot open", i->temp);
		if (i->lock >= 0)
			(void)close(i->lock);
		i->lock = -1;
	}
	return egov_error_set(err, EGOV_E_BUSY, NULL, "%s: another egov-init is making this home",
	                      i->options->dir);
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	return where->level == 0 ? 0 : remove(path);
}

/* Empties the folder that is ours. */
static enum egov_status clear_temp(const struct init *i, struct egov_error *err)
{
	if (nftw(i->temp, remove_entry, 8, FTW_DEPTH | FTW_PHYS) != 0)
		return egov_error_errno(err, "%s: cannot remove what a killed run left", i->temp);
	return EGOV_OK;
}

static enum egov_status exists(const char *dir, struct egov_error *err)
{
	return egov_error_set(err, EGOV_E_EXISTS, NULL, "%s: exists already", dir);
}

/* In one step; an empty folder may stand where the home will. */
static enum egov_status put_in_place(const struct init *i, struct egov_error *err)
{
	const char *dir = i->options->dir;

	if (rename(i->temp, dir) == 0)
		return egov__dir_sync(i->parent, err);
	if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR)
		return exists(dir, err);
	return egov_error_errno(err, "%s: cannot put the home in place", dir);
}

static enum egov_status journal_init(const struct init *i, struct egov_home *home,
                                     struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	struct egov__body *body = egov__body_new();
	enum egov_status rc;

	egov__body_text_add(body, "use", i->options->test ? "test" : "production");
	egov__body_text_add(body, "ca", i->options->self_signed ? "root" : "subordinate");
	egov__body_text_add(body, "ca-key", egov_signer_is_software(i->ca) ? "software" : "device");
	egov__body_text_add(body, "journal-key",
	                    egov_signer_is_software(i->journal) ? "software" : "device");
	egov__body_text_add(body, "allow-software", i->options->allow_software ? "yes" : "no");
	egov__body_text_add(body, "version", EGOV_VERSION);
	rc = egov__record_begin(record, egov_home_now(home), err);
	if (rc == EGOV_OK)
		rc = egov__init_people(home, i->options, err);
	if (rc == EGOV_OK)
		rc = egov__record_append(record, EGOV__KIND_INIT, i->options->actor, "", body,
		                         EGOV__NO_SLICE, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	egov__body_free(body);
	return rc;
}

static enum egov_status make_root(struct egov_home *home, const struct egov__own_ca *own,
                                  struct egov_report *report, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	struct egov_cert *cert = NULL;
	enum egov_status rc = egov__own_root(home, own, &cert, err);

	if (rc == EGOV_OK)
		rc = egov__record_begin(record, egov_home_now(home), err);
	if (rc == EGOV_OK)
		rc = egov__own_activate(home, own->actor, own->generation, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc == EGOV_OK)
		egov__report_hex(report, "serial", egov_cert_serial(cert));
	else
		egov__record_rollback(record);
	egov_cert_free(cert);
	return rc;
}

/* The home lies in its temporary place: journal, request, root certificate. */
static enum egov_status fill(const struct init *i, struct egov_report *report,
                             struct egov_error *err)
{
	const struct egov_init_options *o = i->options;
	const struct egov__own_ca own = { .actor = o->actor,
		                          .subject = egov_buf_slice(&i->subject),
		                          .subject_text = o->subject,
		                          .generation = 1,
		                          .signer = i->ca,
		                          .watch = i->extra->watch };
	struct egov_home *home = NULL;
	enum egov_status rc =
		egov_home_open(i->temp, &o->clock, o->pin, o->pin_user, &home, err);

	if (rc == EGOV_OK && o->source != NULL)
		rc = egov_home_set_source(home, o->source, err);
	if (rc == EGOV_OK)
		rc = journal_init(i, home, err);
	if (rc == EGOV_OK)
		rc = egov__own_request(home, &own, err);
	if (rc == EGOV_OK && o->self_signed)
		rc = make_root(home, &own, report, err);
	if (rc == EGOV_OK && i->extra->whole != NULL)
		rc = i->extra->whole(i->extra->user, home, err);
	if (rc == EGOV_OK)
		rc = egov__record_checkpoint(egov__home_record(home), i->journal,
		                             egov_home_now(home), err);
	egov_home_close(home);
	return rc;
}

static enum egov_status build(struct init *i, struct egov_report *report, struct egov_error *err)
{
	const struct egov_init_options *o = i->options;
	const struct egov__home_plan plan = {
		.dir = i->temp,
		.actor = o->actor,
		.source = o->source,
		.test = o->test,
		.now = o->test && o->clock.test != EGOV_TIME_NONE ? o->clock.test : o->clock.real,
		.conf = egov_buf_slice(&i->conf),
		.custodian = egov_buf_slice(i->custodian),
		.custodian_key = egov_cert_public_key(i->custodian_cert),
		.ca_key = egov_signer_public_key(i->ca),
		.journal_key = egov_signer_public_key(i->journal),
		.subject = egov_buf_slice(&i->subject)
	};
	enum egov_status rc = lock_temp(i, err);

	if (rc != EGOV_OK)
		return rc;
	rc = clear_temp(i, err);
	if (rc == EGOV_OK)
		rc = egov__home_lay_out(&plan, err);
	if (rc == EGOV_OK)
		rc = fill(i, report, err);
	if (rc == EGOV_OK && !i->extra->dry)
		rc = put_in_place(i, err);
	if ((rc != EGOV_OK || i->extra->dry) && same_folder(i->temp, i->lock) && clear_temp(i, NULL) == EGOV_OK)
		(void)rmdir(i->temp);
	return rc;
}

/* Refused before keys are touched: what is plainly in the way. */
enum egov_status egov__init_place(const char *path, struct egov_error *err)
{
	DIR *dir = opendir(path);
	size_t entries = 0;

	if (dir == NULL)
		return errno == ENOENT    ? EGOV_OK
		       : errno == ENOTDIR ? exists(path, err)
		                          : egov_error_errno(err, "%s: cannot use as a home", path);
	while (readdir(dir) != NULL)
		entries++;
	(void)closedir(dir);
	return entries > 2 ? exists(path, err) : EGOV_OK;
}

static enum egov_status check_urls(const struct egov_init_options *o, struct egov_error *err)
{
	const struct {
		const char *name, *url;
	} urls[] = { { "crl-url", o->crl_url },
		     { "ca-issuers-url", o->ca_issuers_url },
		     { "ocsp-url", o->ocsp_url } };
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < sizeof(urls) / sizeof(urls[0]); i++)
		if (urls[i].url != NULL)
			rc = egov_error_prefix(err, egov__home_check_url(urls[i].url, err), "%s",
			                       urls[i].name);
	return rc;
}

/* The configuration of a home is read wherever its programs run. */
static enum egov_status find_module_map(struct init *i, struct egov_error *err)
{
	const char *path = i->options->module_map;

	if (path == NULL)
		return EGOV_OK;
	i->module_map = realpath(path, NULL);
	return i->module_map == NULL ? egov_error_errno(err, "%s: cannot open", path) : EGOV_OK;
}

enum egov_status egov__init(const struct egov_init_options *options,
                            const struct egov__init_extra *extra, struct egov_report *report,
                            struct egov_error *err)
{
	static const struct egov__init_extra nothing = { .dry = false };
	struct init i = { .options = options,
		          .extra = extra == NULL ? &nothing : extra,
		          .lock = -1,
		          .subject = EGOV__BUF(EGOV__MAX_OBJECT),
		          .conf = EGOV__BUF(EGOV__MAX_OBJECT) };
	enum egov_status rc = egov__actor_valid(options->actor, err);

	if (rc == EGOV_OK)
		rc = egov__init_people_check(options, err);
	if (rc == EGOV_OK)
		rc = name_temp(&i, err);
	if (rc == EGOV_OK && !i.extra->dry)
		rc = egov__init_place(options->dir, err);
	if (rc == EGOV_OK)
		rc = check_urls(options, err);
	if (rc == EGOV_OK)
		rc = find_module_map(&i, err);
	if (rc == EGOV_OK)
		rc = encode_subject(&i, err);
	if (rc == EGOV_OK)
		rc = open_keys(&i, err);
	if (rc == EGOV_OK)
		rc = read_custodian(&i, err);
	if (rc == EGOV_OK)
		rc = write_conf(&i, err);
	if (rc == EGOV_OK)
		rc = build(&i, report, err);
	if (rc == EGOV_OK) {
		egov__report_add(report, "home", "%s", options->dir);
		rc = egov__report_check(report, err);
	}
	init_clear(&i);
	return rc;
}

enum egov_status egov_init(const struct egov_init_options *options, struct egov_report *report,
                           struct egov_error *err)
{
	return egov__init(options, NULL, report, err);
}
