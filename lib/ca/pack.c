/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/record.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fileio.h"
#include "base/report.h"
#include "ca/issuing.h"
#include "ca/pack_page.h"
#include "ca/prove.h"
#include "ca/retention.h"
#include "ca/serial.h"
#include "crypto/sm3.h"
#include "home/home_copy.h"
#include "home/part.h"
#include "record/evidence.h"
#include "record/purge.h"

static const char clause[] = "Order No. 4, Art. 31, 32";

#define MODE 0400               /* of the files: read-only copies */

struct pack {
	struct egov_home *home;
	const struct egov_pack_options *options;
	const char *act, *form;
	char *part;
	struct egov__prove_view view;   /* a connection of its own: the CA's goes on writing */
	struct egov__purge_list list;   /* serials */
	uint64_t order, destroyed;
	struct egov__pack_page page;
	struct egov_buf manifest;
	uint8_t digest[EGOV__SM3_SIZE]; /* of the manifest */
};

/* --- which certificates --- */

struct period {
	const struct egov_pack_options *options;
	bool found;
};

static enum egov_status see_entry(void *user, const struct egov__journal_row *row,
                                  struct egov_error *err)
{
	struct period *const period = user;
	const struct egov_pack_options *const o = period->options;

	(void)err;
	period->found = period->found
	                || ((o->from == EGOV_TIME_NONE || row->time >= o->from)
	                    && (o->to == EGOV_TIME_NONE || row->time < o->to));
	return EGOV_OK;
}

static enum egov_status see_certificate(void *user, const struct egov__certificate_row *row,
                                        struct egov_error *err)
{
	struct pack *const p = user;
	struct period period = { p->options, false };
	struct egov_buf hex = EGOV__BUF(2048);
	const bool destroyed = row->der.size == EGOV__SM3_SIZE;
	enum egov_status rc;

	egov__buf_hex(&hex, row->serial);
	rc = egov__buf_string(&hex) == NULL
	             ? egov_error_nomem(err)
	             : egov__store_journal_walk(p->view.store, 0, egov__buf_string(&hex),
	                                        see_entry, &period, err);
	if (rc == EGOV_OK && period.found && !destroyed)
		egov__purge_list_add(&p->list, row->serial);
	p->destroyed += period.found && destroyed;
	egov__buf_clear(&hex);
	return rc;
}

static int compare_serials(const void *a, const void *b)
{
	const struct egov_buf *const x = a, *const y = b;
	const size_t size = x->size < y->size ? x->size : y->size;
	const int order = size == 0 ? 0 : memcmp(x->data, y->data, size);

	return order != 0 ? order : x->size < y->size ? -1 : x->size > y->size;
}

static enum egov_status add_asked(struct pack *p, struct egov_slice serial, struct egov_error *err)
{
	struct egov__certificate_row row;
	struct egov_buf hex = EGOV__BUF(2048);
	bool found = false;
	enum egov_status rc = egov__store_certificate_row(p->view.store, serial, &row, &found, err);

	egov__buf_hex(&hex, serial);
	if (rc == EGOV_OK && egov__buf_string(&hex) == NULL)
		rc = egov_error_nomem(err);
	if (rc == EGOV_OK && (!found || row.der.size == EGOV__SM3_SIZE))
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL,
		                    "%s: no certificate of this CA, whose records are there, has this "
		                    "serial",
		                    egov__buf_string(&hex));
	if (rc == EGOV_OK)
		egov__purge_list_add(&p->list, serial);
	egov__buf_clear(&hex);
	return rc;
}

/* Exactly those that are asked for, rising. */
static enum egov_status find_asked(struct pack *p, struct egov_error *err)
{
	const size_t count = p->options->serials_count;
	struct egov_buf *serials = calloc(count + 1, sizeof(*serials));
	enum egov_status rc = serials == NULL ? egov_error_nomem(err) : EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < count; i++) {
		serials[i] = (struct egov_buf)EGOV__BUF(1024);
		rc = egov__serial_parse(p->options->serials[i], &serials[i], err);
	}
	if (rc == EGOV_OK)
		qsort(serials, count, sizeof(*serials), compare_serials);
	for (size_t i = 0; rc == EGOV_OK && i < count; i++)
		if (i > 0 && compare_serials(&serials[i - 1], &serials[i]) == 0)
			rc = egov_error_set(err, EGOV_E_USAGE, NULL, "a serial is given twice");
		else
			rc = add_asked(p, egov_buf_slice(&serials[i]), err);
	for (size_t i = 0; serials != NULL && i < count; i++)
		egov__buf_clear(&serials[i]);
	free(serials);
	return rc;
}

static enum egov_status find_certificates(struct pack *p, struct egov_error *err)
{
	return p->options->serials != NULL
	               ? find_asked(p, err)
	               : egov__store_certificate_walk_rows(p->view.store, p->options->subject,
	                                                   see_certificate, p, err);
}

static enum egov_status open_view(struct pack *p, struct egov_error *err)
{
	char *ledger = egov__home_path(p->home, "ledger.db");
	enum egov_status rc = ledger == NULL ? egov_error_nomem(err)
	                                     : egov__store_open(ledger, 1000, &p->view.store, err);

	if (rc == EGOV_OK)
		rc = egov__store_snapshot(p->view.store, err);
	if (rc == EGOV_OK)
		rc = find_certificates(p, err);
	if (rc == EGOV_OK && p->list.count == 0)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL,
		                    "no certificate of this CA, whose records are there, fits");
	free(ledger);
	return rc;
}

/* --- its entries --- */

static void add_facts(const struct pack *p, const char *count, const uint8_t digest[32],
                      struct egov_buf *facts)
{
	const struct egov_pack_options *const o = p->options;

	egov__fact_text_add(facts, EGOV__KEY_CASE, o->name);
	egov__fact_text_add(facts, EGOV__KEY_FORM, p->form);
	egov__fact_text_add(facts, EGOV__KEY_COUNT, count);
	egov__fact_hex_add(facts, EGOV__KEY_LIST_SM3, (struct egov_slice){ digest, 32 });
	if (o->from != EGOV_TIME_NONE)
		egov__fact_time_add(facts, EGOV__KEY_FROM, o->from);
	if (o->to != EGOV_TIME_NONE)
		egov__fact_time_add(facts, EGOV__KEY_TO, o->to);
}

static void add_body(const struct pack *p, const uint8_t digest[32], struct egov__body *body)
{
	const struct egov_pack_options *const o = p->options;

	egov__body_text_add(body, EGOV__KEY_CASE, o->name);
	egov__body_text_add(body, EGOV__KEY_FORM, p->form);
	egov__body_number_add(body, EGOV__KEY_COUNT, p->list.count);
	egov__body_hex_add(body, EGOV__KEY_LIST_SM3, (struct egov_slice){ digest, 32 });
	if (o->from != EGOV_TIME_NONE)
		egov__body_time_add(body, EGOV__KEY_FROM, o->from);
	if (o->to != EGOV_TIME_NONE)
		egov__body_time_add(body, EGOV__KEY_TO, o->to);
}

static enum egov_status order(struct pack *p, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(p->home);
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__body *body = egov__body_new();
	struct egov__journal_row last;
	char count[24];
	uint8_t digest[32];
	bool found = false;
	enum egov_status rc = egov__purge_list_digest(&p->list, digest, err);

	(void)snprintf(count, sizeof(count), "%" PRIu64, p->list.count);
	if (rc == EGOV_OK) {
		add_facts(p, count, digest, &facts);
		add_body(p, digest, body);
		rc = egov__approve(p->home, p->act, EGOV__PACK_SUBJECT, &facts, err);
	}
	if (rc == EGOV_OK)
		rc = egov__record_append(record, EGOV__KIND_PACK, p->options->actor,
		                         EGOV__PACK_SUBJECT, body, EGOV__NO_SLICE, err);
	if (rc == EGOV_OK)
		rc = egov__store_journal_last(egov__record_store(record), &last, &found, err);
	if (rc == EGOV_OK)
		p->order = last.seq;
	egov__body_free(body);
	egov__buf_clear(&facts);
	return rc;
}

static enum egov_status close_order(struct pack *p, struct egov_error *err)
{
	struct egov__body *body = egov__body_new();
	enum egov_status rc;

	egov__body_number_add(body, EGOV__KEY_ORDER, p->order);
	egov__body_hex_add(body, EGOV__KEY_SM3, EGOV__SLICE(p->digest));
	rc = egov__record_append(egov__home_record(p->home), EGOV__KIND_PACKED, p->options->actor,
	                         EGOV__PACK_SUBJECT, body, EGOV__NO_SLICE, err);
	egov__body_free(body);
	return rc;
}

static enum egov_status note(struct pack *p,
                             enum egov_status (*entry)(struct pack *, struct egov_error *),
                             struct egov_error *err)
{
	struct egov_record *record = egov__home_record(p->home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(p->home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = entry(p, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

/* --- its files --- */

static enum egov_status put_file(struct pack *p, const char *name, struct egov_slice bytes,
                                 struct egov_error *err)
{
	char *path = egov__path_join(p->part, name);
	enum egov_status rc = path == NULL ? egov_error_nomem(err)
	                                   : egov__file_replace(path, bytes, MODE, err);

	free(path);
	return rc == EGOV_OK ? egov__home_list_add(p->part, name, &p->manifest, err) : rc;
}

static enum egov_status put_private(struct pack *p, const char *hex, struct egov_slice evidence,
                                    struct egov_error *err)
{
	struct egov__evidence e;
	struct egov__evidence_entry entry;
	char name[160];
	enum egov_status rc = egov__evidence_read(evidence, &e, err);

	while (rc == EGOV_OK && e.entries.size > 0) {
		rc = egov__evidence_next(&e.entries, &entry, err);
		if (rc != EGOV_OK || entry.private.size < 32)
			continue;
		(void)snprintf(name, sizeof(name), EGOV__PACK_PRIVATE "/%s-%" PRIu64, hex, entry.seq);
		rc = put_file(p, name,
		              (struct egov_slice){ entry.private.data + 32, entry.private.size - 32 }, err);
	}
	return rc;
}

static enum egov_status put_certificate(struct pack *p, const char *hex, struct egov_slice serial,
                                        struct egov_slice evidence, struct egov_error *err)
{
	struct egov__certificate_row row;
	char name[160];
	bool found = false;
	enum egov_status rc = egov__store_certificate_get(p->view.store, serial, &row, &found, err);

	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause, "certificate %s is not there", hex);
	if (rc == EGOV_OK) {
		rc = egov__pack_page_add(&p->page, hex, &row, evidence, err);
		(void)snprintf(name, sizeof(name), EGOV__PACK_CERTIFICATES "/%s.cer", hex);
	}
	if (rc == EGOV_OK)
		rc = put_file(p, name, row.der, err);
	(void)snprintf(name, sizeof(name), EGOV__PACK_EVIDENCE "/%s.der", hex);
	return rc == EGOV_OK ? put_file(p, name, evidence, err) : rc;
}

static enum egov_status put_one(struct pack *p, struct egov_slice serial, struct egov_error *err)
{
	struct egov_buf evidence = EGOV__BUF(2 * (size_t)EGOV__MAX_CRL), hex = EGOV__BUF(128);
	const char *text;
	enum egov_status rc;

	egov__buf_hex(&hex, serial);
	text = egov__buf_string(&hex);
	rc = text == NULL ? egov_error_nomem(err)
	                  : egov__prove_in_view(p->home, &p->view, text, &evidence, err);
	if (rc == EGOV_OK)
		rc = put_certificate(p, text, serial, egov_buf_slice(&evidence), err);
	if (rc == EGOV_OK && p->options->full)
		rc = put_private(p, text, egov_buf_slice(&evidence), err);
	egov__buf_clear(&evidence);
	egov__buf_clear(&hex);
	return rc;
}

/* sync: else made. */
static enum egov_status folder(const struct pack *p, const char *name, bool sync,
                               struct egov_error *err)
{
	char *path = egov__path_join(p->part, name);
	enum egov_status rc = path == NULL ? egov_error_nomem(err)
	                      : sync       ? egov__dir_sync(path, err)
	                                   : egov__dir_make(path, 0700, err);

	free(path);
	return rc;
}

static enum egov_status folders(const struct pack *p, bool sync, struct egov_error *err)
{
	enum egov_status rc = folder(p, EGOV__PACK_EVIDENCE, sync, err);

	if (rc == EGOV_OK)
		rc = folder(p, EGOV__PACK_CERTIFICATES, sync, err);
	return rc == EGOV_OK && p->options->full ? folder(p, EGOV__PACK_PRIVATE, sync, err) : rc;
}

static enum egov_status put_page(struct pack *p, struct egov_error *err)
{
	struct egov_buf html = EGOV__BUF(2 * (size_t)EGOV__MAX_CRL);
	enum egov_status rc = egov__pack_page_write(&p->page, p->home, p->options, &html, err);

	if (rc == EGOV_OK)
		rc = put_file(p, EGOV__PACK_PAGE, egov_buf_slice(&html), err);
	egov__buf_clear(&html);
	return rc;
}

static enum egov_status put_manifest(struct pack *p, struct egov_error *err)
{
	const struct egov_slice list = egov_buf_slice(&p->manifest);
	char *path = egov__path_join(p->part, EGOV__PACK_LIST);
	enum egov_status rc = path == NULL ? egov_error_nomem(err)
	                                   : egov__file_replace(path, list, MODE, err);

	free(path);
	if (rc == EGOV_OK)
		rc = egov__sm3(&list, 1, p->digest, err);
	if (rc == EGOV_OK)
		rc = folders(p, true, err);
	return rc == EGOV_OK ? egov__dir_sync(p->part, err) : rc;
}

static enum egov_status put_files(struct pack *p, struct egov_error *err)
{
	struct egov_slice serials = egov_buf_slice(&p->list.serials), serial;
	enum egov_status rc = folders(p, false, err);

	while (rc == EGOV_OK && egov__purge_list_next(&serials, &serial))
		rc = put_one(p, serial, err);
	if (rc == EGOV_OK)
		rc = put_page(p, err);
	return rc == EGOV_OK ? put_manifest(p, err) : rc;
}

/* --- one call --- */

static enum egov_status check_options(const struct egov_pack_options *o, struct egov_error *err)
{
	enum egov_status rc = egov__case_check(o->name, err);

	if (rc == EGOV_OK && (o->full != 0) != (o->custodian_key != NULL))
		rc = egov_error_set(err, EGOV_E_USAGE, clause,
		                    "a full pack and the custodian's key go together");
	if (rc == EGOV_OK && o->serials != NULL && (o->full == 0 || o->serials_count == 0))
		rc = egov_error_set(err, EGOV_E_USAGE, clause, "want serials of what is to be unsealed");
	if (rc == EGOV_OK && o->from != EGOV_TIME_NONE && o->to != EGOV_TIME_NONE && o->from >= o->to)
		rc = egov_error_set(err, EGOV_E_USAGE, NULL, "from: want a time before to");
	return rc;
}

/* Nothing is unsealed before its entry, and nothing has its name before the other. */
static enum egov_status make(struct pack *p, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	if (p->options->full)
		rc = egov__home_decrypter(p->home, p->options->custodian_key, &p->view.custodian, err);
	if (rc == EGOV_OK)
		rc = open_view(p, err);
	if (rc == EGOV_OK)
		rc = note(p, order, err);
	if (rc == EGOV_OK)
		rc = put_files(p, err);
	if (rc == EGOV_OK)
		rc = note(p, close_order, err);
	return rc == EGOV_OK ? egov__part_finish(p->part, p->options->dir, err) : rc;
}

static enum egov_status run(struct pack *p, struct egov_error *err)
{
	enum egov_status rc = check_options(p->options, err);

	if (rc == EGOV_OK)
		rc = egov__part_begin(p->options->dir, &p->part, err);
	if (rc == EGOV_OK) {
		rc = make(p, err);
		if (rc != EGOV_OK)
			egov__part_drop(p->part);
	}
	if (p->view.store != NULL)
		egov__store_rollback(p->view.store);
	egov__store_close(p->view.store);
	egov__decrypter_close(p->view.custodian);
	free(p->part);
	return rc;
}

static enum egov_status tell(const struct pack *p, struct egov_report *report,
                             struct egov_error *err)
{
	egov__report_add(report, "pack", "%s", p->options->dir);
	egov__report_add(report, "case", "%s", p->options->name);
	egov__report_add(report, "form", "%s", p->form);
	egov__report_add(report, "certificates", "%" PRIu64, p->list.count);
	if (p->destroyed > 0)
		egov__report_add(report, "destroyed", "%" PRIu64, p->destroyed);
	egov__report_hex(report, "manifest-sm3", EGOV__SLICE(p->digest));
	return egov__report_check(report, err);
}

enum egov_status egov_record_pack(struct egov_home *home, const struct egov_pack_options *options,
                                  struct egov_report *report, struct egov_error *err)
{
	struct pack p = { .home = home,
		          .options = options,
		          .act = options->serials != NULL ? EGOV__ACT_LAWFUL
		                 : options->full          ? EGOV__ACT_PACK_FULL
		                                          : EGOV__ACT_PACK,
		          .form = options->serials != NULL ? EGOV__PACK_LAWFUL
		                  : options->full          ? EGOV__PACK_FULL
		                                           : EGOV__PACK_REDACTED,
		          .list = EGOV__PURGE_LIST,
		          .page = EGOV__PACK_PAGE_NEW,
		          .manifest = EGOV__BUF(EGOV__MAX_CRL) };
	enum egov_status rc = egov__actor_check(home, p.act, options->actor, err);

	if (rc != EGOV_OK)
		return rc;
	rc = run(&p, err);
	if (rc == EGOV_OK)
		rc = tell(&p, report, err);
	else
		rc = egov__refuse(home, options->actor, EGOV__PACK_SUBJECT, p.act, rc, err);
	egov__buf_clear(&p.list.serials);
	egov__buf_clear(&p.manifest);
	egov__pack_page_clear(&p.page);
	return rc;
}
