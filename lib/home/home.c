/* SPDX-License-Identifier: Apache-2.0 */
#include "home/home.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/fileio.h"
#include "base/text.h"

#define LOCK_TRIES 50           /* a second */

struct egov_home {
	char *dir;
	struct egov__home_conf conf;
	struct egov_store *store;
	struct egov_record *record;
	struct egov_buf ca_key, journal_key, custodian_key;
	egov_time now;
	egov_pin_fn *pin;
	void *pin_user;
	egov_progress_fn *progress;
	void *progress_user;
	struct egov__operators operators;
};

struct egov_record *egov__home_record(struct egov_home *home)
{
	return home->record;
}

const struct egov__home_conf *egov__home_conf(const struct egov_home *home)
{
	return &home->conf;
}

struct egov__operators *egov__home_operators(struct egov_home *home)
{
	return &home->operators;
}

struct egov_slice egov__home_journal_key(const struct egov_home *home)
{
	return egov_buf_slice(&home->journal_key);
}

bool egov__home_owns_key(const struct egov_home *home, struct egov_slice spki)
{
	return egov__slice_equal(spki, egov_buf_slice(&home->ca_key))
	       || egov__slice_equal(spki, egov_buf_slice(&home->journal_key))
	       || egov__slice_equal(spki, egov_buf_slice(&home->custodian_key));
}

void egov_home_progress(struct egov_home *home, egov_progress_fn *progress, void *user)
{
	home->progress = progress;
	home->progress_user = user;
}

struct egov__progress egov__home_progress(const struct egov_home *home)
{
	return (struct egov__progress){ .fn = home->progress, .user = home->progress_user };
}

egov_time egov_home_now(const struct egov_home *home)
{
	return home->now;
}

int egov_home_is_test(const struct egov_home *home)
{
	return home->conf.test;
}

char *egov__home_path(const struct egov_home *home, const char *name)
{
	return name[0] == '/' ? egov__text_dup(name) : egov__path_join(home->dir, name);
}

enum egov_status egov__home_meta(struct egov_home *home, const char *name, struct egov_buf *value,
                                 struct egov_error *err)
{
	bool found = false;
	enum egov_status rc = egov__store_meta_get(home->store, name, value, &found, err);

	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_CORRUPT, NULL, "%s/ledger.db: no value \"%s\"",
		                    home->dir, name);
	return rc;
}

/* The configuration can be edited, the ledger cannot: what a home was made for
 * stands in the ledger. */
static enum egov_status check_kind(struct egov_home *home, struct egov_error *err)
{
	struct egov_buf kind = EGOV__BUF(64);
	enum egov_status rc = egov__home_meta(home, EGOV__META_KIND, &kind, err);

	if (rc == EGOV_OK && egov__slice_is(egov_buf_slice(&kind), "test") != home->conf.test)
		rc = egov_error_set(err, EGOV_E_POLICY, NULL,
		                    "%s/egovca.conf: [ca] use = %s, but the home was made for %s",
		                    home->dir, home->conf.test ? "test" : "production",
		                    home->conf.test ? "production" : "test");
	egov__buf_clear(&kind);
	return rc;
}

/* Recovery of files: what killed runs left beside the published ones. */
static enum egov_status sweep(struct egov_home *home, struct egov_error *err)
{
	static const char *const below[] = { "", "/crl", "/cert", "/cps" };
	enum egov_status rc = egov__dir_sweep(home->dir, err);

	for (size_t i = 0; rc == EGOV_OK && i < sizeof(below) / sizeof(below[0]); i++) {
		struct egov_buf name = EGOV__BUF(4096);
		char *path = NULL;

		egov__buf_printf(&name, "%s%s", home->conf.web_root, below[i]);
		if (egov__buf_string(&name) != NULL)
			path = egov__home_path(home, egov__buf_string(&name));
		rc = path == NULL ? egov_error_nomem(err) : egov__dir_sweep(path, err);
		free(path);
		egov__buf_clear(&name);
	}
	return rc;
}

static enum egov_status open_ledger(struct egov_home *home, struct egov_error *err)
{
	char *path = egov__path_join(home->dir, "ledger.db");
	enum egov_status rc;

	if (path == NULL)
		return egov_error_nomem(err);
	rc = egov__store_open(path, (unsigned)home->conf.store_wait * 1000, &home->store, err);
	free(path);
	if (rc == EGOV_OK)
		rc = check_kind(home, err);
	if (rc == EGOV_OK)
		rc = egov__home_meta(home, EGOV__META_CA_KEY, &home->ca_key, err);
	if (rc == EGOV_OK)
		rc = egov__home_meta(home, EGOV__META_JOURNAL_KEY, &home->journal_key, err);
	if (rc == EGOV_OK)
		rc = egov__home_meta(home, EGOV__META_CUSTODIAN_KEY, &home->custodian_key, err);
	if (rc == EGOV_OK)
		rc = egov__record_open(home->store, egov_buf_slice(&home->custodian_key),
		                       &home->record, err);
	if (rc == EGOV_OK)
		egov__record_limit_signatures(home->record, home->conf.signature_limit);
	return rc;
}

enum egov_status egov_home_open(const char *dir, const struct egov_clock *clock, egov_pin_fn *pin,
                                void *pin_user, struct egov_home **out, struct egov_error *err)
{
	struct egov_home *home = calloc(1, sizeof(*home));
	char *path = egov__path_join(dir, "egovca.conf");
	enum egov_status rc;

	if (home == NULL || path == NULL || (home->dir = egov__text_dup(dir)) == NULL) {
		rc = egov_error_nomem(err);
		goto out;
	}
	home->ca_key = home->journal_key = home->custodian_key =
		(struct egov_buf)EGOV__BUF(EGOV__MAX_OBJECT);
	home->pin = pin;
	home->pin_user = pin_user;
	rc = egov__home_conf_load(path, &home->conf, err);
	if (rc == EGOV_OK)
		rc = open_ledger(home, err);
	if (rc == EGOV_OK)
		rc = sweep(home, err);
	if (rc != EGOV_OK)
		goto out;
	home->now = home->conf.test && clock->test != EGOV_TIME_NONE ? clock->test : clock->real;
	*out = home;
	home = NULL;
out:
	egov_home_close(home);
	free(path);
	return rc;
}

static void operators_clear(struct egov__operators *operators)
{
	for (size_t i = 0; i < operators->count; i++) {
		free(operators->acting[i].name);
		egov_signer_close(operators->acting[i].signer);
		egov_buf_free(operators->acting[i].approval);
	}
}

void egov_home_close(struct egov_home *home)
{
	if (home == NULL)
		return;
	operators_clear(&home->operators);
	egov__record_close(home->record);
	egov__store_close(home->store);
	egov__home_conf_free(&home->conf);
	egov__buf_clear(&home->ca_key);
	egov__buf_clear(&home->journal_key);
	egov__buf_clear(&home->custodian_key);
	free(home->dir);
	free(home);
}

static enum egov_status check_software(const struct egov_home *home,
                                       const struct egov_signer *signer, struct egov_error *err)
{
	if (egov_signer_is_software(signer) && !home->conf.test && !home->conf.allow_software)
		return egov_error_set(err, EGOV_E_POLICY, "Order No. 4, Art. 22",
		                      "lives in software; a production home wants a device, or "
		                      "allow_software = yes");
	return EGOV_OK;
}

/* Whether this is the key that the home was made with, and may be used. */
static enum egov_status check_signer(struct egov_home *home, const struct egov_signer *signer,
                                     bool is_ca, struct egov_error *err)
{
	const struct egov_slice want =
		egov_buf_slice(is_ca ? &home->ca_key : &home->journal_key);

	if (!egov__slice_equal(egov_signer_public_key(signer), want))
		return egov_error_set(err, EGOV_E_POLICY, NULL,
		                      "not the key that this home was made with");
	return check_software(home, signer, err);
}

enum egov_status egov__home_open_key(const char *uri, const struct egov_key_options *options,
                                     struct egov_signer **out, struct egov_error *err)
{
	enum egov_status rc = egov_signer_open(uri, options, out, err);

	if (rc == EGOV_E_NOTFOUND) {
		rc = EGOV_E_DEVICE;
		if (err != NULL)
			err->status = rc;
	}
	return rc;
}

static enum egov_status open_key(struct egov_home *home, const char *uri,
                                 enum egov_key_purpose purpose, struct egov_signer **out,
                                 struct egov_error *err)
{
	char *map = home->conf.module_map == NULL ? NULL
	                                          : egov__home_path(home, home->conf.module_map);
	const struct egov_key_options options = {
		.purpose = purpose, .module_map = map, .pin = home->pin, .pin_user = home->pin_user
	};
	const enum egov_status rc = egov__home_open_key(uri, &options, out, err);

	free(map);
	return rc;
}

enum egov_status egov__home_signer(struct egov_home *home, enum egov_key_purpose purpose,
                                   struct egov_signer **out, struct egov_error *err)
{
	const bool is_ca = purpose == EGOV_KEY_CA;
	struct egov_signer *signer = NULL;
	enum egov_status rc = open_key(home, is_ca ? home->conf.ca_key : home->conf.journal_key,
	                               purpose, &signer, err);

	if (rc == EGOV_OK)
		rc = check_signer(home, signer, is_ca, err);
	if (rc != EGOV_OK) {
		egov_signer_close(signer);
		return egov_error_prefix(err, rc, "[key] %s", is_ca ? "ca" : "journal");
	}
	*out = signer;
	return EGOV_OK;
}

enum egov_status egov__home_operator_key(struct egov_home *home, const char *uri,
                                         struct egov_signer **out, struct egov_error *err)
{
	struct egov_signer *signer = NULL;
	enum egov_status rc = open_key(home, uri, EGOV_KEY_OTHER, &signer, err);

	if (rc == EGOV_OK)
		rc = check_software(home, signer, err);
	if (rc != EGOV_OK) {
		egov_signer_close(signer);
		return rc;
	}
	*out = signer;
	return EGOV_OK;
}

enum egov_status egov__home_certificate(struct egov_home *home, struct egov_cert **out,
                                        struct egov_error *err)
{
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	bool found = false;
	enum egov_status rc =
		egov__store_meta_get(home->store, EGOV__META_CERTIFICATE, &der, &found, err);

	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_POLICY, NULL,
		                    "%s: this CA has no certificate yet: egov-init --install what "
		                    "the parent made of its request",
		                    home->dir);
	if (rc == EGOV_OK)
		rc = egov_cert_decode(egov_buf_slice(&der), out, err);
	egov__buf_clear(&der);
	return rc;
}

enum egov_status egov__home_issuer(struct egov_home *home, const struct egov_cert *ca,
                                   struct egov__issuer *issuer, struct egov_error *err)
{
	struct egov__ext ext;
	struct egov_slice key_id;
	enum egov_status rc;

	if (!egov__cert_ext(ca, EGOV__OID_SKI, &ext))
		return egov_error_set(err, EGOV_E_POLICY, "GM/T 0015, table C.2",
		                      "the CA's certificate has no subjectKeyIdentifier");
	rc = egov__ext_ski(ext.value, &key_id, err);
	if (rc != EGOV_OK)
		return rc;
	*issuer = (struct egov__issuer){ .name = egov_cert_subject(ca),
		                         .key_id = key_id,
		                         .crl_uri = home->conf.crl_url,
		                         .ca_issuers_uri = home->conf.ca_issuers_url,
		                         .ocsp_uri = home->conf.ocsp_url,
		                         .params = home->conf.params };
	return EGOV_OK;
}

/* The lock goes with the process that has it; waiting for it has the same limit
 * as waiting for the ledger. */
static enum egov_status wait_for_lock(int fd, uint64_t seconds, const char *path,
                                      struct egov_error *err)
{
	const struct timespec pause = { 0, 1000000000 / LOCK_TRIES };
	uint64_t tries = seconds * LOCK_TRIES;

	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK && tries == 0)
			return egov_error_set(err, EGOV_E_BUSY, NULL, "%s: another run holds it",
			                      path);
		if (errno != EWOULDBLOCK && errno != EINTR)
			return egov_error_errno(err, "%s: cannot lock", path);
		if (tries > 0)
			tries--;
		(void)nanosleep(&pause, NULL);
	}
	return EGOV_OK;
}

enum egov_status egov__home_lock(struct egov_home *home, const char *name, int *lock,
                                 struct egov_error *err)
{
	char *path = egov__home_path(home, name);
	enum egov_status rc;
	int fd;

	if (path == NULL)
		return egov_error_nomem(err);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	rc = fd < 0 ? egov_error_errno(err, "%s: cannot open", path)
	            : wait_for_lock(fd, home->conf.store_wait, path, err);
	free(path);
	if (rc == EGOV_OK)
		*lock = fd;
	else if (fd >= 0)
		(void)close(fd);
	return rc;
}

void egov__home_unlock(int lock)
{
	if (lock >= 0)
		(void)close(lock);
}
