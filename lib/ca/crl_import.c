/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/crl_import.h"

#include <egovca/ca.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fileio.h"
#include "base/pem.h"
#include "ca/approve.h"
#include "ca/crl_checks.h"
#include "ca/crl_deliver.h"
#include "ca/crl_lease.h"
#include "ca/crl_manifest.h"
#include "ca/init_ca.h"
#include "ca/issuing.h"
#include "ca/serial.h"
#include "ca/transfer_in.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "publish/publish.h"
#include "record/transfer.h"
#include "verify/verify.h"

#define NAME_MAX_SIZE 20        /* of a list; "-NUMBER.crl" comes after it */

static struct egov_record *record_of(const struct egov__import *i)
{
	return egov__home_record(i->home);
}

enum egov_status egov__import_check_name(const char *name, struct egov_error *err)
{
	struct egov__crl_scope scope;
	const size_t size = strlen(name);

	if (size == 0 || size > NAME_MAX_SIZE || name[0] < 'a' || name[0] > 'z'
	    || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != size
	    || egov__home_list_parse(name, &scope, NULL) == EGOV_OK)
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      "list \"%.40s\": want 1 to %d small letters, digits and hyphens, "
		                      "a letter first, and no name of a list of this CA",
		                      name, NAME_MAX_SIZE);
	return EGOV_OK;
}

/* --- whose it is --- */

struct issuer_search {
	const struct egov_crl *crl;
	struct egov_cert **found;
};

bool egov__import_names_key(struct egov_slice value, const struct egov_cert *cert)
{
	struct egov__aki aki;
	struct egov__ext ext;
	struct egov_slice key_id;

	return egov__ext_aki(value, &aki, NULL) == EGOV_OK
	       && egov__cert_ext(cert, EGOV__OID_SKI, &ext)
	       && egov__ext_ski(ext.value, &key_id, NULL) == EGOV_OK
	       && egov__slice_equal(aki.key_id, key_id);
}

/* CAs of several generations have one name. */
static bool names_key(const struct egov_crl *crl, const struct egov_cert *cert)
{
	struct egov__ext ext;

	return egov__crl_ext(crl, EGOV__OID_AKI, &ext) && egov__import_names_key(ext.value, cert);
}

static enum egov_status see_issuer(void *user, struct egov_slice der, struct egov_error *err)
{
	struct issuer_search *search = user;
	struct egov_cert *cert = NULL;
	enum egov_status rc = egov_cert_decode(der, &cert, err);

	if (rc == EGOV_OK
	    && egov__slice_equal(egov_cert_subject(cert), egov_crl_issuer(search->crl))
	    && (*search->found == NULL || names_key(search->crl, cert))) {
		egov_cert_free(*search->found);
		*search->found = cert;
		cert = NULL;
	}
	egov_cert_free(cert);
	return rc;
}

enum egov_status egov__import_walk_above(struct egov_home *home, egov__object_fn *fn, void *user,
                                         struct egov_error *err)
{
	struct egov_store *store = egov__record_store(egov__home_record(home));
	enum egov_status rc = EGOV_OK;

	for (uint64_t g = 1; rc == EGOV_OK && g <= EGOV__GENERATIONS; g++) {
		struct egov_buf chain = EGOV__BUF(EGOV__MAX_FILE);
		char name[EGOV__META_NAME];
		bool found = false;

		egov__home_meta_name(EGOV__META_CHAIN, g, name);
		rc = egov__store_meta_get(store, name, &chain, &found, err);
		if (rc == EGOV_OK && found && chain.size > 0)
			rc = egov__objects(egov_buf_slice(&chain), "CERTIFICATE", fn, user, err);
		egov__buf_clear(&chain);
	}
	return rc;
}

static enum egov_status find_issuer(struct egov__import *i, struct egov_error *err)
{
	struct issuer_search search = { i->made, &i->issuer };
	enum egov_status rc = egov__import_walk_above(i->home, see_issuer, &search, err);

	if (rc == EGOV_OK && i->issuer == NULL)
		rc = egov_error_set(err, EGOV_E_POLICY, "GM/T 0043, 6.3.1",
		                    "crl-issuer-bytes: it is not of a CA above this one");
	return rc;
}

/* --- the last of its name --- */

static enum egov_status load_last(struct egov__import *i, struct egov_error *err)
{
	struct egov__imported_row row;
	bool found = false;
	enum egov_status rc = egov__store_imported_last(egov__record_store(record_of(i)),
	                                                i->list, &row, &found, err);

	if (rc != EGOV_OK || !found)
		return rc;
	i->last_number = row.number;
	i->again = egov__slice_equal(row.der, egov_crl_der(i->made));
	memcpy(i->last_issuer, row.issuer_digest, sizeof(i->last_issuer));
	return egov_crl_decode(row.der, &i->last, err);
}

static enum egov_status issuer_digest(const struct egov__import *i, uint8_t digest[32],
                                      struct egov_error *err)
{
	const struct egov_slice spki = egov_cert_public_key(i->issuer);

	return egov__sm3(&spki, 1, digest, err);
}

/* A name is one CA's. */
static enum egov_status same_issuer(const struct egov__import *i, struct egov_error *err)
{
	uint8_t digest[32];
	enum egov_status rc = i->last == NULL ? EGOV_OK : issuer_digest(i, digest, err);

	if (rc == EGOV_OK && i->last != NULL && memcmp(digest, i->last_issuer, sizeof(digest)) != 0)
		rc = egov_error_set(err, EGOV_E_POLICY, "RFC 5280, 5.2.5",
		                    "crl-scope: lists of another CA or key have this name");
	return rc;
}

/* --- on record --- */

static enum egov_status approve(const struct egov__import *i, const char *subject,
                                const uint8_t digest[32], struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc;

	egov__fact_hex_add(&facts, EGOV__KEY_SM3, (struct egov_slice){ digest, 32 });
	rc = egov__approve(i->home, EGOV__ACT_CRL_IMPORT, subject, &facts, err);
	egov__buf_clear(&facts);
	return rc;
}

static enum egov_status gone_text(const char *const *gone, size_t count, struct egov_buf *out,
                                  struct egov_error *err)
{
	struct egov_buf serial = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = EGOV_OK;

	for (size_t n = 0; rc == EGOV_OK && n < count; n++) {
		egov_buf_reset(&serial);
		rc = egov__serial_parse(gone[n], &serial, err);
		if (n > 0)
			egov__buf_text(out, " ");
		egov__buf_hex(out, egov_buf_slice(&serial));
	}
	egov__buf_clear(&serial);
	(void)egov__buf_string(out);
	return rc == EGOV_OK ? egov__buf_check(out, err) : rc;
}

static enum egov_status record_row(struct egov__import *i, struct egov__imported_row *row,
                                   bool approved, struct egov_error *err)
{
	char subject[EGOV__IMPORT_SUBJECT];
	uint8_t digest[32];
	struct egov__body *body = NULL;
	enum egov_status rc = issuer_digest(i, row->issuer_digest, err);

	if (rc == EGOV_OK)
		rc = egov__sm3(&row->der, 1, digest, err);
	egov__import_subject(row, subject);
	if (rc == EGOV_OK && !approved)
		rc = approve(i, subject, digest, err);
	if (rc == EGOV_OK) {
		body = egov__body_new();
		rc = egov__import_body(row, body, err);
	}
	if (rc == EGOV_OK)
		rc = egov__store_imported_add(egov__record_store(record_of(i)), row, err);
	if (rc == EGOV_OK)
		rc = egov__record_append(record_of(i), EGOV__KIND_CRL_IMPORT, row->actor, subject, body,
		                         EGOV__NO_SLICE, err);
	egov__body_free(body);
	return rc;
}

enum egov_status egov__import_record(struct egov__import *i, bool approved, struct egov_error *err)
{
	struct egov_buf gone = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__imported_row row = { .list = i->list,
		                          .number = i->number,
		                          .this_update = egov_crl_this_update(i->made),
		                          .next_update = egov_crl_next_update(i->made),
		                          .entries = egov_crl_entries(i->made),
		                          .actor = i->actor,
		                          .time = egov_home_now(i->home),
		                          .published_at = EGOV_TIME_NONE,
		                          .der = egov_crl_der(i->made) };
	enum egov_status rc = gone_text(i->gone, i->gone_count, &gone, err);

	row.gone = egov__buf_string(&gone);
	if (rc == EGOV_OK)
		rc = record_row(i, &row, approved, err);
	egov__buf_clear(&gone);
	return rc;
}

static enum egov_status put_on_record(struct egov__import *i, struct egov_error *err)
{
	enum egov_status rc = egov__record_begin(record_of(i), egov_home_now(i->home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__import_record(i, false, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record_of(i), err);
	if (rc != EGOV_OK)
		egov__record_rollback(record_of(i));
	return rc;
}

/* --- served --- */

static enum egov_status note_served(struct egov_home *home, const struct egov_recorded *recorded,
                                    const char *list, const char *actor, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__record_import_published(record, recorded, list, actor, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

static bool is_served(const char *web_root, const char *list, struct egov_slice der)
{
	char file[NAME_MAX_SIZE + 16], *path;
	struct egov_buf *found = NULL;
	bool is;

	(void)snprintf(file, sizeof(file), "crl/%s.crl", list);
	path = egov__path_join(web_root, file);
	is = path != NULL && egov__file_read_regular(path, der.size + 1, &found, NULL) == EGOV_OK
	     && egov__slice_equal(egov_buf_slice(found), der);
	egov_buf_free(found);
	free(path);
	return is;
}

/* File first, then the ledger's word that it is served; then elsewhere. */
static enum egov_status serve(struct egov_home *home, const char *list, const char *actor,
                              struct egov_error *err)
{
	struct egov_recorded *recorded = NULL;
	char *web_root = egov__web_root(home);
	struct egov__crl_delivery delivery = { .home = home, .web_root = web_root, .name = list,
		                               .entry = list };
	enum egov_status rc = web_root == NULL ? egov_error_nomem(err)
	                                       : egov__record_import(egov__home_record(home), list,
	                                                             &recorded, err);

	if (rc == EGOV_OK && !is_served(web_root, list, egov__recorded_der(recorded)))
		rc = egov__crl_failed(EGOV__CRL_READ_BACK,
		                      egov__publish_crl(recorded, list, web_root,
		                                        egov__home_conf(home)->pem, err), err);
	if (rc == EGOV_OK)
		rc = note_served(home, recorded, list, actor, err);
	if (rc == EGOV_OK)
		rc = egov__crl_manifest(home, web_root, err);
	if (rc == EGOV_OK) {
		delivery.number = egov__recorded_number(recorded);
		delivery.recorded = recorded;
		rc = egov__crl_deliver(&delivery, err);
	}
	egov__recorded_free(recorded);
	free(web_root);
	return rc;
}

/* Names of lists, which a walk over their rows cannot serve while it goes on. */
struct names {
	char (*items)[NAME_MAX_SIZE + 1];
	size_t count;
};

static enum egov_status note_name(void *user, const struct egov__imported_row *row,
                                  struct egov_error *err)
{
	struct names *names = user;
	void *more;

	if (names->count > 0 && strcmp(names->items[names->count - 1], row->list) == 0)
		return EGOV_OK;
	more = realloc(names->items, (names->count + 1) * sizeof(*names->items));
	if (more == NULL)
		return egov_error_nomem(err);
	names->items = more;
	(void)snprintf(names->items[names->count++], sizeof(*names->items), "%s", row->list);
	return EGOV_OK;
}

enum egov_status egov__import_serve_all(struct egov_home *home, const char *actor,
                                        struct egov_error *err)
{
	struct names names = { .items = NULL };
	enum egov_status rc = egov__store_imported_walk(egov__record_store(egov__home_record(home)),
	                                                note_name, &names, err);
	enum egov_status first = rc;

	for (size_t i = 0; rc == EGOV_OK && i < names.count; i++) {
		enum egov_status served =
			serve(home, names.items[i], actor, first == EGOV_OK ? err : NULL);

		if (first == EGOV_OK)
			first = egov_error_prefix(err, served, egov__text("list %s"), names.items[i]);
	}
	free(names.items);
	return first;
}

/* --- the whole --- */

void egov__import_clear(struct egov__import *i)
{
	egov_cert_free(i->issuer);
	egov_crl_free(i->made);
	egov_crl_free(i->last);
}

static enum egov_status check_gone(const struct egov_crl_import_options *options,
                                   struct egov_error *err)
{
	struct egov_buf gone = EGOV__BUF(EGOV__MAX_OBJECT);
	const enum egov_status rc = gone_text(options->gone, options->gone_count, &gone, err);

	egov__buf_clear(&gone);
	return rc;
}

enum egov_status egov__import_check(struct egov__import *i, struct egov_error *err)
{
	struct egov__import_case c = { .home = i->home, .gone = i->gone,
		                       .gone_count = i->gone_count };
	enum egov_status rc = egov_crl_decode(i->crl, &i->made, err);

	if (rc == EGOV_OK)
		rc = find_issuer(i, err);
	if (rc == EGOV_OK)
		rc = egov__crl_number(egov__crl_fields(i->made)->extensions, &i->number, err);
	if (rc == EGOV_E_NOTFOUND) {
		rc = EGOV_E_POLICY;
		if (err != NULL)
			err->status = rc;
	}
	if (rc == EGOV_OK)
		rc = load_last(i, err);
	if (rc != EGOV_OK || i->again)
		return rc;
	c.issuer = i->issuer;
	c.made = i->made;
	c.last = i->last;
	c.number = i->number;
	c.last_number = i->last_number;
	rc = same_issuer(i, err);
	return rc == EGOV_OK ? egov__import_checks(&c, err) : rc;
}

static enum egov_status import_list(struct egov_home *home,
                                    const struct egov_crl_import_options *options,
                                    struct egov_report *report, struct egov_error *err)
{
	struct egov__import i = { .home = home,
		                  .actor = options->actor,
		                  .list = options->list,
		                  .crl = options->crl,
		                  .gone = options->gone,
		                  .gone_count = options->gone_count };
	enum egov_status rc = egov__import_check(&i, err);

	if (rc == EGOV_OK && !i.again)
		rc = put_on_record(&i, err);
	if (rc == EGOV_OK)
		rc = serve(home, i.list, i.actor, err);
	if (rc == EGOV_OK) {
		egov__report_add(report, "list", "%s", i.list);
		egov__report_add(report, "imported", "%s", i.again ? "no" : "yes");
		egov__report_add(report, "number", "%" PRIu64, i.number);
		egov__report_add(report, "entries", "%zu", egov_crl_entries(i.made));
		egov__report_time(report, "this-update", egov_crl_this_update(i.made));
		egov__report_time(report, "next-update", egov_crl_next_update(i.made));
		rc = egov__report_check(report, err);
	}
	egov__import_clear(&i);
	return rc;
}

enum egov_status egov_crl_import(struct egov_home *home,
                                 const struct egov_crl_import_options *options,
                                 struct egov_report *report, struct egov_error *err)
{
	const bool packet = egov__transfer_is(options->crl);
	const char *const act = packet ? EGOV__ACT_TRANSFER_IN : EGOV__ACT_CRL_IMPORT;
	struct egov__crl_lease lease = { .home = home, .actor = options->actor };
	enum egov_status released, rc = egov__actor_check(home, act, options->actor, err);
	int lock = -1;

	if (rc != EGOV_OK)
		return rc;
	rc = egov__import_check_name(options->list, err);
	if (rc == EGOV_OK)
		rc = check_gone(options, err);
	if (rc == EGOV_OK)
		rc = egov__home_lock(home, EGOV__CRL_LOCK, &lock, err);
	if (rc == EGOV_OK)
		rc = egov__crl_lease_take(&lease, false, err);
	if (rc == EGOV_OK)
		rc = egov__home_sweep_served(home, err);
	if (rc == EGOV_OK)
		rc = packet ? egov__transfer_import(home, options, report, err)
		            : import_list(home, options, report, err);
	released = egov__crl_lease_release(&lease, rc == EGOV_OK ? err : NULL);
	rc = rc == EGOV_OK ? released : rc;
	rc = egov__refuse(home, options->actor, options->list, act, rc, err);
	egov__home_unlock(lock);
	return rc;
}
