/* SPDX-License-Identifier: Apache-2.0 */
#include "help_record.h"

#include "base/fileio.h"
#include "key/signer.h"

static const char passphrase[] = "only for tests";

/* Keys are made once a program: guarding a key file takes half a second. */
#define KEYS 4

static struct named {
	const char *name;
	struct help_key key;
	struct egov_buf pem;            /* empty until it is asked for */
} keys[KEYS];

static struct named *named(const char *name)
{
	size_t i = 0;

	while (i < KEYS && keys[i].name != NULL && strcmp(keys[i].name, name) != 0)
		i++;
	assert_true(i < KEYS);
	if (keys[i].name == NULL) {
		help_key_make(&keys[i].key);
		keys[i].name = name;
		keys[i].pem = (struct egov_buf)EGOV__BUF(EGOV__MAX_OBJECT);
	}
	return &keys[i];
}

const struct help_key *help_named_key(const char *name)
{
	return &named(name)->key;
}

static void save(struct named *key)
{
	struct egov_secret *pass = egov__secret_new(egov__slice_text(passphrase));
	struct egov_error err = { 0 };

	assert_non_null(pass);
	assert_ok(egov__sm2_pkcs8_save(key->key.d, pass, &key->pem, &err), &err);
	egov__secret_free(pass);
}

char *help_key_file(const char *dir, const char *name)
{
	struct named *const key = named(name);
	char *path = egov__path_join(dir, name), *pin = NULL, *uri = NULL;

	assert_non_null(path);
	assert_true(asprintf(&pin, "%s.pin", path) > 0);
	assert_true(asprintf(&uri, "file:%s?pin-source=file:%s", path, pin) > 0);
	if (key->pem.size == 0)
		save(key);
	help_write(path, egov_buf_slice(&key->pem));
	help_write(pin, egov__slice_text(passphrase));
	free(path);
	free(pin);
	return uri;
}

struct egov_signer *help_signer(const char *uri, enum egov_key_purpose purpose)
{
	const struct egov_key_options options = { .purpose = purpose };
	struct egov_signer *signer = NULL;
	struct egov_error err = { 0 };

	assert_ok(egov_signer_open(uri, &options, &signer, &err), &err);
	return signer;
}

void help_record_reopen(struct help_record *h)
{
	egov__record_close(h->record);
	egov__store_close(h->store);
	h->record = NULL;
	h->store = NULL;
	assert_ok(egov__store_open(h->path, 5000, &h->store, &h->err), &h->err);
	assert_ok(egov__record_open(h->store, EGOV__SLICE(h->custodian_spki), &h->record, &h->err),
	          &h->err);
}

int help_record_set_up(void **state)
{
	struct help_record *h = calloc(1, sizeof(*h));
	uint8_t point[EGOV__SM2_POINT];

	assert_non_null(h);
	h->dir = help_dir();
	h->path = egov__path_join(h->dir, "ledger.db");
	assert_non_null(h->path);
	assert_ok(egov__sm2_generate(&h->custodian, point, &h->err), &h->err);
	egov__sm2_point_spki(point, h->custodian_spki);
	h->journal_uri = help_key_file(h->dir, "journal.pem");
	memcpy(h->journal_spki, help_named_key("journal.pem")->spki, sizeof(h->journal_spki));
	h->store = help_store(h->dir);
	help_record_reopen(h);
	assert_ok(egov__record_begin(h->record, HELP_NOW, &h->err), &h->err);
	assert_ok(egov__record_setting(h->record, "os:init", EGOV__META_HOME_ID,
	                               egov__slice_text("home of the tests"), &h->err), &h->err);
	assert_ok(egov__record_commit(h->record, &h->err), &h->err);
	*state = h;
	return 0;
}

int help_record_tear_down(void **state)
{
	struct help_record *h = *state;

	egov__record_close(h->record);
	egov__store_close(h->store);
	egov__secret_free(h->custodian);
	free(h->journal_uri);
	free(h->path);
	help_dir_remove(h->dir);
	free(h);
	return 0;
}

void help_generation(struct help_record *h, struct egov_slice spki)
{
	uint64_t number = 0;

	assert_ok(egov__record_begin(h->record, HELP_NOW, &h->err), &h->err);
	assert_ok(egov__record_generation_new(h->record, "os:init", spki, &number, &h->err), &h->err);
	assert_ok(egov__record_generation_state(h->record, "os:init", number, EGOV__GENERATION_ACTIVE,
	                                        EGOV__NO_SLICE, &h->err), &h->err);
	assert_ok(egov__record_commit(h->record, &h->err), &h->err);
}

void help_append(struct help_record *h, egov_time now, const char *subject, const char *private)
{
	struct egov__body *body = egov__body_new();

	egov__body_text_add(body, "about", subject);
	assert_ok(egov__record_begin(h->record, now, &h->err), &h->err);
	assert_ok(egov__record_append(h->record, "test", "li", subject, body,
	                              private == NULL ? EGOV__NO_SLICE : egov__slice_text(private),
	                              &h->err), &h->err);
	assert_ok(egov__record_commit(h->record, &h->err), &h->err);
	egov__body_free(body);
}

enum egov_status help_check(struct help_record *h, struct egov_report *report,
                            struct egov_error *err)
{
	struct egov__progress nobody = { 0 };

	return egov__record_check(h->record, EGOV__SLICE(h->journal_spki), &nobody, report, err);
}
