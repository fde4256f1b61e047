/* SPDX-License-Identifier: Apache-2.0 */
#include "home/home.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/fileio.h"
#include "base/secret.h"
#include "base/text.h"
#include "crypto/random.h"
#include "crypto/sm3.h"
#include "key/decrypter.h"
#include "key/key_destroy.h"

#define LOCK_TRIES 50           /* a second */

struct egov_home {
	char *dir;
	struct egov__home_conf conf;
	struct egov_store *store;
	struct egov_record *record;
	struct egov_buf ca_key, journal_key, custodian_key;
	egov_time now;
	char host[128];
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

enum egov_status egov__home_generation_of(struct egov_home *home, struct egov_slice spki,
                                          uint64_t *number, struct egov_error *err)
{
	struct egov__generation_row row;
	uint8_t digest[EGOV__SM3_SIZE];
	bool found = false;
	enum egov_status rc = egov__sm3(&spki, 1, digest, err);

	if (rc == EGOV_OK)
		rc = egov__store_generation_by_key(home->store, digest, &row, &found, err);
	if (rc == EGOV_OK)
		*number = found ? row.number : 0;
	return rc;
}

enum egov_status egov__home_owns_key(struct egov_home *home, struct egov_slice spki, bool *owns,
                                     struct egov_error *err)
{
	uint64_t number = 0;
	enum egov_status rc = egov__home_generation_of(home, spki, &number, err);

	if (rc == EGOV_OK)
		*owns = number != 0 || egov__slice_equal(spki, egov_buf_slice(&home->journal_key))
		        || egov__slice_equal(spki, egov_buf_slice(&home->custodian_key));
	return rc;
}

void egov__home_meta_name(const char *name, uint64_t generation, char out[EGOV__META_NAME])
{
	if (generation == 1)
		(void)snprintf(out, EGOV__META_NAME, "%s", name);
	else
		(void)snprintf(out, EGOV__META_NAME, "%s-%" PRIu64, name, generation);
}

void egov__home_file_name(uint64_t generation, char out[EGOV__FILE_NAME])
{
	if (generation == 1)
		(void)snprintf(out, EGOV__FILE_NAME, "ca");
	else
		(void)snprintf(out, EGOV__FILE_NAME, "ca%" PRIu64, generation);
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

enum egov_status egov_home_set_source(struct egov_home *home, const char *source,
                                      struct egov_error *err)
{
	return egov__record_source(home->record, source, err);
}

void egov_home_own_process(void)
{
	egov__store_own_process();
}

egov_time egov_home_now(const struct egov_home *home)
{
	return home->now;
}

enum egov_status egov_home_group_begin(struct egov_home *home, struct egov_error *err)
{
	return egov__record_group_begin(home->record, home->now, err);
}

enum egov_status egov_home_group_commit(struct egov_home *home, struct egov_error *err)
{
	return egov__record_group_commit(home->record, err);
}

enum egov_status egov_home_set_host(struct egov_home *home, const char *host,
                                    struct egov_error *err)
{
	size_t characters = 0;

	if (*host == 0 || strlen(host) >= sizeof(home->host)
	    || !egov__utf8_check(egov__slice_text(host), &characters)
	    || egov__utf8_has_control(egov__slice_text(host)))
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      "a machine has a name of 1 to %zu octets on one line",
		                      sizeof(home->host) - 1);
	(void)egov__text_copy(home->host, sizeof(home->host), host);
	return EGOV_OK;
}

/* Nobody else has a name that is drawn. */
enum egov_status egov__home_host(struct egov_home *home, const char **host, struct egov_error *err)
{
	struct egov_buf hex = EGOV__BUF(64);
	uint8_t octets[16];
	enum egov_status rc = EGOV_OK;

	if (home->host[0] == 0) {
		rc = egov__random(octets, sizeof(octets), err);
		egov__buf_hex(&hex, EGOV__SLICE(octets));
		if (rc == EGOV_OK && egov__buf_string(&hex) == NULL)
			rc = egov_error_nomem(err);
		if (rc == EGOV_OK)
			(void)egov__text_copy(home->host, sizeof(home->host), egov__buf_string(&hex));
		egov__buf_clear(&hex);
	}
	*host = home->host;
	return rc;
}

void egov_home_set_clock(struct egov_home *home, const struct egov_clock *clock)
{
	home->now = home->conf.test && clock->test != EGOV_TIME_NONE ? clock->test : clock->real;
}

enum egov_status egov__home_check_past(const struct egov_home *home, const char *name,
                                       egov_time time, struct egov_error *err)
{
	char wanted[EGOV_TIME_TEXT], now[EGOV_TIME_TEXT];

	if (time == EGOV_TIME_NONE || time <= home->now)
		return EGOV_OK;
	egov_time_format(time, wanted);
	egov_time_format(home->now, now);
	return egov_error_set(err, EGOV_E_USAGE, NULL, "%s: %s lies in the future, now is %s", name,
	                      wanted, now);
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
	const bool test = egov__slice_is(egov_buf_slice(&kind), "test");

	if (rc == EGOV_OK && !test && !egov__slice_is(egov_buf_slice(&kind), "production"))
		rc = egov_error_set(err, EGOV_E_CORRUPT, NULL,
		                    "%s/ledger.db: it is neither of a test nor of production",
		                    home->dir);
	if (rc == EGOV_OK && test != home->conf.test)
		rc = egov_error_set(err, EGOV_E_POLICY, NULL,
		                    "%s/egovca.conf: [ca] use = %s, but the home was made for %s",
		                    home->dir, home->conf.test ? "test" : "production",
		                    home->conf.test ? "production" : "test");
	egov__buf_clear(&kind);
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
		rc = egov_error_altered(err,
		                        egov__record_open(home->store,
		                                          egov_buf_slice(&home->custodian_key),
		                                          &home->record, err));
	if (rc == EGOV_OK) {
		egov__record_limit_signatures(home->record, home->conf.signature_limit);
		egov__record_limit_silence(home->record, home->conf.record_silence);
	}
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
		rc = egov__dir_sweep(home->dir, err);
	if (rc != EGOV_OK)
		goto out;
	egov_home_set_clock(home, clock);
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

/* Whether this is the key that the home knows, and may be used. */
static enum egov_status check_signer(const struct egov_home *home, const struct egov_signer *signer,
                                     struct egov_slice want, struct egov_error *err)
{
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

enum egov_status egov__home_decrypter(struct egov_home *home, const char *uri,
                                      struct egov__decrypter **out, struct egov_error *err)
{
	char *map = home->conf.module_map == NULL ? NULL
	                                          : egov__home_path(home, home->conf.module_map);
	const struct egov_key_options options = { .module_map = map,
		                                  .pin = home->pin,
		                                  .pin_user = home->pin_user,
		                                  .decrypts = 1 };
	const enum egov_status rc = egov__decrypter_open(uri, &options, out, err);

	free(map);
	return rc;
}

/* A key that the configuration names under [key], and the ledger knows. */
struct known_key {
	const char *name, *uri;
	enum egov_key_purpose purpose;
	struct egov_slice spki;
};

static enum egov_status open_signer(struct egov_home *home, const struct known_key *key,
                                    struct egov_signer **out, struct egov_error *err)
{
	struct egov_signer *signer = NULL;
	enum egov_status rc = open_key(home, key->uri, key->purpose, &signer, err);

	if (rc == EGOV_OK)
		rc = check_signer(home, signer, key->spki, err);
	if (rc != EGOV_OK) {
		egov_signer_close(signer);
		return egov_error_prefix(err, rc, "[key] %s", key->name);
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

static enum egov_status active_generation(struct egov_home *home, uint64_t *number,
                                          struct egov_error *err)
{
	struct egov__generation_row row;
	bool found = false;
	enum egov_status rc = egov__store_generation_by_key(home->store, NULL, &row, &found, err);

	if (rc != EGOV_OK)
		return rc;
	if (!found)
		rc = egov__store_generation_get(home->store, 1, &row, &found, err);
	if (rc == EGOV_OK && found && row.state == EGOV__GENERATION_PENDING)
		return egov_error_set(err, EGOV_E_POLICY, NULL,
		                      "%s: this CA has no certificate yet: egov-init --install what "
		                      "the parent made of its request",
		                      home->dir);
	if (rc == EGOV_OK && (!found || row.state != EGOV__GENERATION_ACTIVE))
		return egov_error_set(err, EGOV_E_POLICY, "Order No. 4, Art. 22",
		                      "the CA has no active key");
	*number = row.number;
	return rc;
}

static enum egov_status open_ca_signer(struct egov_home *home, uint64_t generation,
                                       struct egov_signer **out, struct egov_error *err)
{
	struct egov_buf spki = EGOV__BUF(EGOV__MAX_OBJECT);
	char meta[EGOV__META_NAME], name[32] = "ca";
	struct known_key key = { name, home->conf.keys[generation].uri, EGOV_KEY_CA,
		                 EGOV__NO_SLICE };
	enum egov_status rc;

	if (generation > 1)
		(void)snprintf(name, sizeof(name), "ca_%" PRIu64, generation);
	if (key.uri == NULL)
		return egov_error_set(err, EGOV_E_POLICY, NULL,
		                      "%s/egovca.conf: [key] %s is missing: the URI of the CA's key "
		                      "of generation %" PRIu64,
		                      home->dir, name, generation);
	egov__home_meta_name(EGOV__META_CA_KEY, generation, meta);
	rc = egov__home_meta(home, meta, &spki, err);
	key.spki = egov_buf_slice(&spki);
	if (rc == EGOV_OK)
		rc = open_signer(home, &key, out, err);
	egov__buf_clear(&spki);
	return rc;
}

enum egov_status egov__home_ca_signer(struct egov_home *home, uint64_t generation,
                                      struct egov_signer **out, struct egov_error *err)
{
	enum egov_status rc = egov__home_check_ahead(home, err);

	if (rc == EGOV_OK && generation == 0)
		rc = active_generation(home, &generation, err);
	return rc == EGOV_OK ? open_ca_signer(home, generation, out, err) : rc;
}

enum egov_status egov__home_new_signer(struct egov_home *home, uint64_t generation,
                                       struct egov_signer **out, struct egov_error *err)
{
	struct egov_signer *signer = NULL;
	enum egov_status rc =
		open_key(home, home->conf.keys[generation].uri, EGOV_KEY_CA, &signer, err);

	if (rc == EGOV_OK)
		rc = check_software(home, signer, err);
	if (rc == EGOV_OK) {
		*out = signer;
		return EGOV_OK;
	}
	egov_signer_close(signer);
	return egov_error_prefix(err, rc, "[key] ca_%" PRIu64, generation);
}

enum egov_status egov__home_destroy_key(struct egov_home *home, uint64_t generation,
                                        bool *was_there, struct egov_error *err)
{
	char *map = home->conf.module_map == NULL ? NULL
	                                          : egov__home_path(home, home->conf.module_map);
	const struct egov_key_options options = { .module_map = map,
		                                  .pin = home->pin,
		                                  .pin_user = home->pin_user };
	const char *const uri = home->conf.keys[generation].uri;
	struct egov_buf spki = EGOV__BUF(EGOV__MAX_OBJECT);
	char name[EGOV__META_NAME];
	enum egov_status rc;

	egov__home_meta_name(EGOV__META_CA_KEY, generation, name);
	rc = egov__home_meta(home, name, &spki, err);
	if (rc == EGOV_OK && uri == NULL)
		rc = egov_error_set(err, EGOV_E_POLICY, NULL,
		                    "%s/egovca.conf: [key] has no URI of the CA's key of generation "
		                    "%" PRIu64,
		                    home->dir, generation);
	if (rc == EGOV_OK)
		rc = egov__key_destroy(uri, &options, egov_buf_slice(&spki), was_there, err);
	egov__buf_clear(&spki);
	free(map);
	return rc;
}

enum egov_status egov__home_signer(struct egov_home *home, enum egov_key_purpose purpose,
                                   struct egov_signer **out, struct egov_error *err)
{
	const struct known_key journal = { "journal", home->conf.journal_key, EGOV_KEY_JOURNAL,
		                           egov_buf_slice(&home->journal_key) };

	return purpose == EGOV_KEY_CA ? egov__home_ca_signer(home, 0, out, err)
	                              : open_signer(home, &journal, out, err);
}

/* Asks for a PIN once and says it again. */
struct asked {
	egov_pin_fn *ask;
	void *user;
	struct egov_secret *pin;
};

static long ask_once(void *user, const char *prompt, char *pin, size_t room)
{
	struct asked *asked = user;
	struct egov_slice known;
	long size;

	if (asked->pin == NULL) {
		size = asked->ask(asked->user, prompt, pin, room);
		if (size >= 0)
			asked->pin = egov__secret_new((struct egov_slice){ (uint8_t *)pin, (size_t)size });
		return size;
	}
	known = egov__secret_slice(asked->pin);
	if (known.size > room)
		return -1;
	memcpy(pin, known.data, known.size);
	return (long)known.size;
}

enum egov_status egov__home_signers(struct egov_home *home, size_t count,
                                    struct egov_signer **out, struct egov_error *err)
{
	struct asked asked = { home->pin, home->pin_user, NULL };
	enum egov_status rc = EGOV_OK;
	size_t made = 0;

	if (home->pin != NULL) {
		home->pin = ask_once;
		home->pin_user = &asked;
	}
	while (rc == EGOV_OK && made < count) {
		rc = egov__home_signer(home, EGOV_KEY_CA, &out[made], err);
		made += rc == EGOV_OK;
	}
	home->pin = asked.ask;
	home->pin_user = asked.user;
	egov__secret_free(asked.pin);
	while (rc != EGOV_OK && made > 0) {
		egov_signer_close(out[--made]);
		out[made] = NULL;
	}
	return rc;
}

enum egov_status egov__home_ca_certificate(struct egov_home *home, uint64_t generation,
                                           struct egov_cert **out, struct egov_error *err)
{
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	char name[EGOV__META_NAME];
	enum egov_status rc;

	egov__home_meta_name(EGOV__META_CERTIFICATE, generation, name);
	rc = egov__home_meta(home, name, &der, err);
	if (rc == EGOV_OK)
		rc = egov_cert_decode(egov_buf_slice(&der), out, err);
	egov__buf_clear(&der);
	return rc;
}

enum egov_status egov__home_certificate(struct egov_home *home, struct egov_cert **out,
                                        struct egov_error *err)
{
	uint64_t generation = 0;
	enum egov_status rc = active_generation(home, &generation, err);

	return rc == EGOV_OK ? egov__home_ca_certificate(home, generation, out, err) : rc;
}

enum egov_status egov__home_issuer(struct egov_home *home, const struct egov_cert *ca,
                                   struct egov__issuer *issuer, struct egov_error *err)
{
	struct egov__ext ext;
	struct egov_slice key_id;
	uint64_t generation = 1;
	enum egov_status rc;

	if (!egov__cert_ext(ca, EGOV__OID_SKI, &ext))
		return egov_error_set(err, EGOV_E_POLICY, "GM/T 0015, table C.2",
		                      "the CA's certificate has no subjectKeyIdentifier");
	rc = egov__ext_ski(ext.value, &key_id, err);
	if (rc == EGOV_OK && !egov__slice_equal(egov_cert_public_key(ca), egov_buf_slice(&home->ca_key)))
		rc = egov__home_generation_of(home, egov_cert_public_key(ca), &generation, err);
	if (rc != EGOV_OK)
		return rc;
	*issuer = (struct egov__issuer){ .name = egov_cert_subject(ca),
		                         .key_id = key_id,
		                         .crl_uri = home->conf.keys[generation].crl_url,
		                         .ca_issuers_uri = home->conf.keys[generation].ca_issuers_url,
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
