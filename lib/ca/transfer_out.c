/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "ca/approve.h"
#include "ca/issuing.h"
#include "ca/mandate.h"
#include "crl/part.h"
#include "crypto/sm3.h"
#include "home/home.h"
#include "record/transfer.h"

static const char clause[] = "Order No. 4, Art. 18(3)";

/* A packet on its way out. */
struct sending {
	struct egov_home *home;
	const struct egov_crl_export_options *options;
	struct egov_cert *receiver;
	struct egov__transfer packet;
	struct egov__transfer_key key;
	struct egov_buf lists, content, der;
	struct item {
		char name[EGOV__LIST_NAME];
		uint64_t number;
	} *items;
	size_t count;
	uint8_t issuer[EGOV__SM3_SIZE], previous[32], digest[EGOV__SM3_SIZE];
	uint64_t generation;            /* of the key that certified the receiver */
	uint64_t number;
	bool made;                      /* it is new */
};

static struct egov_record *record_of(const struct sending *s)
{
	return egov__home_record(s->home);
}

static struct egov_store *store_of(const struct sending *s)
{
	return egov__record_store(record_of(s));
}

/* --- whom it is for --- */

/* A CA that this one has certified. */
static enum egov_status check_receiver(struct sending *s, struct egov_error *err)
{
	struct egov__certificate_row row;
	struct egov_slice key;
	bool found = false, own = false;
	enum egov_status rc = egov_cert_decode(s->options->receiver, &s->receiver, err);

	if (rc == EGOV_OK)
		rc = egov__store_certificate_get(store_of(s), egov_cert_serial(s->receiver), &row,
		                                 &found, err);
	if (rc == EGOV_OK)
		found = found && egov__slice_equal(row.der, egov_cert_der(s->receiver));
	if (rc == EGOV_OK)
		rc = egov__home_owns_key(s->home, egov_cert_public_key(s->receiver), &own, err);
	if (rc == EGOV_OK && (!found || own))
		rc = egov_error_set(err, EGOV_E_POLICY, clause,
		                    "the receiver is no CA that this one has certified");
	if (rc == EGOV_OK)
		rc = egov__mandate_check_ca(s->receiver, egov_home_now(s->home), err);
	if (rc != EGOV_OK)
		return rc;
	key = egov_cert_public_key(s->receiver);
	rc = egov__sm3(&key, 1, s->key.receiver, err);
	key = egov__home_journal_key(s->home);
	return rc == EGOV_OK ? egov__sm3(&key, 1, s->key.sender, err) : rc;
}

/* The certificate of the key that certified it, which it has in its chain. */
static enum egov_status find_issuer(struct sending *s, struct egov_error *err)
{
	struct egov__crl_scope scope = { .generation = 0 };
	struct egov_cert *ca = NULL;
	struct egov_slice der;
	enum egov_status rc = egov__store_list_of_serial(store_of(s), egov_cert_serial(s->receiver),
	                                                 &scope, err);

	if (rc == EGOV_OK)
		rc = egov__home_ca_certificate(s->home, scope.generation, &ca, err);
	if (rc == EGOV_OK) {
		s->generation = scope.generation;
		der = egov_cert_der(ca);
		rc = egov__sm3(&der, 1, s->issuer, err);
	}
	egov_cert_free(ca);
	return rc;
}

/* --- what goes into it --- */

static enum egov_status see_list(void *user, const struct egov__crl_row *row,
                                 struct egov_error *err)
{
	const struct egov__crl_scope scope = { row->generation, row->part, row->base, 0 };
	struct sending *const s = user;
	struct item *more;

	if (row->base != 0 || row->generation > s->generation
	    || row->next_update <= egov_home_now(s->home))
		return EGOV_OK;
	more = realloc(s->items, (s->count + 1) * sizeof(*more));
	if (more == NULL)
		return egov_error_nomem(err);
	s->items = more;
	more[s->count].number = row->number;
	egov__home_list_name(&scope, more[s->count++].name);
	return EGOV_OK;
}

static int by_name(const void *a, const void *b)
{
	const struct item *const x = a, *const y = b;

	return strcmp(x->name, y->name);
}

static enum egov_status add_list(struct sending *s, const struct item *item,
                                 struct egov_error *err)
{
	struct egov__transfer_list list = { .name = egov__slice_text(item->name) };
	struct egov_recorded *recorded = NULL;
	struct egov_buf der = EGOV__BUF(EGOV__MAX_CRL);
	struct egov__source source;
	enum egov_status rc = egov__record_crl(record_of(s), item->number, &recorded, err);

	if (rc == EGOV_OK) {
		source = egov__recorded_source(recorded);
		rc = egov__source_append(&source, &der, err);
	}
	if (rc == EGOV_OK) {
		list.der = egov_buf_slice(&der);
		egov__transfer_add(&s->lists, &list);
		rc = egov__buf_check(&s->lists, err);
	}
	egov__recorded_free(recorded);
	egov__buf_clear(&der);
	return rc;
}

/* The complete lists that are in force, so that a packet that is lost takes none with it; but
 * not those of later keys, which the receiver does not know. */
static enum egov_status gather(struct sending *s, struct egov_error *err)
{
	enum egov_status rc = egov__store_crl_walk_served(store_of(s), see_list, s, err);

	if (rc == EGOV_OK && s->count == 0)
		rc = egov_error_set(err, EGOV_E_POLICY, clause,
		                    "no list of this CA is in force: publish one first");
	if (rc == EGOV_OK)
		qsort(s->items, s->count, sizeof(*s->items), by_name);
	for (size_t i = 0; rc == EGOV_OK && i < s->count; i++)
		rc = add_list(s, &s->items[i], err);
	return rc;
}

/* --- one that was made before --- */

static enum egov_status keep(struct sending *s, const struct egov__transfer_row *row,
                             struct egov_error *err)
{
	memcpy(s->digest, row->digest, sizeof(s->digest));
	s->number = row->number;
	egov__buf_slice(&s->der, row->der);
	return egov__buf_check(&s->der, err);
}

/* That of a number; or the last one, where nothing is new since. */
static enum egov_status look_back(struct sending *s, bool *found, struct egov_error *err)
{
	struct egov__transfer_row row;
	struct egov__transfer last;
	enum egov_status rc;

	s->key.number = s->options->number;
	rc = egov__store_transfer_get(store_of(s), &s->key, &row, found, err);
	if (rc == EGOV_OK && !*found && s->options->number != 0)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL,
		                    "there is no packet of number %" PRIu64 " for this receiver",
		                    s->options->number);
	if (rc != EGOV_OK || !*found)
		return rc;
	if (s->options->number != 0)
		return keep(s, &row, err);
	rc = egov__transfer_read(row.der, &last, err);
	if (rc != EGOV_OK)
		return rc;
	*found = egov__slice_equal(last.lists, egov_buf_slice(&s->lists));
	if (*found)
		return keep(s, &row, err);
	s->number = row.number;
	memcpy(s->previous, row.digest, sizeof(s->previous));
	return EGOV_OK;
}

/* --- a new one --- */

static enum egov_status sign(struct sending *s, struct egov_error *err)
{
	struct egov_buf signature = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_signer *journal = NULL;
	struct egov_slice der;
	enum egov_status rc = egov__home_signer(s->home, EGOV_KEY_JOURNAL, &journal, err);

	if (rc == EGOV_OK)
		rc = egov__signer_sign(journal, EGOV_KEY_JOURNAL, egov_buf_slice(&s->content),
		                       &signature, err);
	if (rc == EGOV_OK) {
		egov__transfer_put(egov_buf_slice(&s->content), egov_buf_slice(&signature), &s->der);
		rc = egov__buf_check(&s->der, err);
	}
	der = egov_buf_slice(&s->der);
	if (rc == EGOV_OK)
		rc = egov__transfer_read(der, &s->packet, err);
	if (rc == EGOV_OK)
		rc = egov__transfer_verify(&s->packet, err);
	if (rc == EGOV_OK)
		rc = egov__sm3(&der, 1, s->digest, err);
	egov_signer_close(journal);
	egov__buf_clear(&signature);
	return rc;
}

static enum egov_status make(struct sending *s, struct egov_error *err)
{
	enum egov_status rc;

	s->packet = (struct egov__transfer){ .issuer = EGOV__SLICE(s->issuer),
		                             .journal_key = egov__home_journal_key(s->home),
		                             .receiver = EGOV__SLICE(s->key.receiver),
		                             .previous = EGOV__SLICE(s->previous),
		                             .number = ++s->number,
		                             .time = egov_home_now(s->home),
		                             .lists = egov_buf_slice(&s->lists) };
	egov__transfer_content(&s->packet, &s->content);
	rc = egov__buf_check(&s->content, err);
	return rc == EGOV_OK ? sign(s, err) : rc;
}

static enum egov_status record_inside(const struct sending *s, struct egov_error *err)
{
	struct egov__transfer_row row = { .number = s->number,
		                          .actor = s->options->actor,
		                          .time = egov_home_now(s->home),
		                          .der = egov_buf_slice(&s->der) };
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__body *body = egov__body_new();
	char subject[EGOV__TRANSFER_SUBJECT];
	enum egov_status rc;

	memcpy(row.sender, s->key.sender, sizeof(row.sender));
	memcpy(row.receiver, s->key.receiver, sizeof(row.receiver));
	memcpy(row.digest, s->digest, sizeof(row.digest));
	egov__transfer_subject(&row, subject);
	egov__fact_hex_add(&facts, EGOV__KEY_SM3, EGOV__SLICE(row.digest));
	rc = egov__transfer_body(&row, body, err);
	if (rc == EGOV_OK)
		rc = egov__approve(s->home, EGOV__ACT_TRANSFER_OUT, subject, &facts, err);
	if (rc == EGOV_OK)
		rc = egov__store_transfer_add(store_of(s), &row, err);
	if (rc == EGOV_OK)
		rc = egov__record_append(record_of(s), EGOV__KIND_TRANSFER_OUT, row.actor, subject, body,
		                         EGOV__NO_SLICE, err);
	egov__body_free(body);
	egov__buf_clear(&facts);
	return rc;
}

/* Before it leaves: whoever is killed in between hands the same one out again. */
static enum egov_status put_on_record(const struct sending *s, struct egov_error *err)
{
	enum egov_status rc = egov__record_begin(record_of(s), egov_home_now(s->home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = record_inside(s, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record_of(s), err);
	if (rc != EGOV_OK)
		egov__record_rollback(record_of(s));
	return rc;
}

static enum egov_status send(struct sending *s, struct egov_error *err)
{
	bool found = false;
	enum egov_status rc = check_receiver(s, err);

	if (rc == EGOV_OK)
		rc = find_issuer(s, err);
	if (rc == EGOV_OK && s->options->number == 0)
		rc = gather(s, err);
	if (rc == EGOV_OK)
		rc = look_back(s, &found, err);
	if (rc != EGOV_OK || found)
		return rc;
	s->made = true;
	rc = make(s, err);
	return rc == EGOV_OK ? put_on_record(s, err) : rc;
}

static enum egov_status tell(const struct sending *s, struct egov_buf *packet,
                             struct egov_report *report, struct egov_error *err)
{
	egov__buf_slice(packet, egov_buf_slice(&s->der));
	egov__report_add(report, "number", "%" PRIu64, s->number);
	egov__report_add(report, "new", "%s", s->made ? "yes" : "no");
	for (size_t i = 0; i < s->count; i++)
		egov__report_add(report, "list", "%s", s->items[i].name);
	egov__report_hex(report, "receiver", EGOV__SLICE(s->key.receiver));
	egov__report_hex(report, "journal-key-sm3", EGOV__SLICE(s->key.sender));
	egov__report_hex(report, "sm3", EGOV__SLICE(s->digest));
	return egov__buf_check(packet, err) == EGOV_OK ? egov__report_check(report, err)
	                                               : egov_error_nomem(err);
}

enum egov_status egov_crl_export(struct egov_home *home,
                                 const struct egov_crl_export_options *options,
                                 struct egov_buf *packet, struct egov_report *report,
                                 struct egov_error *err)
{
	struct sending s = { .home = home,
		             .options = options,
		             .lists = EGOV__BUF(EGOV__MAX_CRL),
		             .content = EGOV__BUF(EGOV__MAX_CRL),
		             .der = EGOV__BUF(EGOV__MAX_CRL) };
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_TRANSFER_OUT, options->actor, err);
	int lock = -1;

	if (rc != EGOV_OK)
		return rc;
	rc = egov__home_lock(home, EGOV__CRL_LOCK, &lock, err);
	if (rc == EGOV_OK)
		rc = send(&s, err);
	if (rc == EGOV_OK)
		rc = tell(&s, packet, report, err);
	rc = egov__refuse(home, options->actor, "", EGOV__ACT_TRANSFER_OUT, rc, err);
	egov__home_unlock(lock);
	egov_cert_free(s.receiver);
	egov__buf_clear(&s.lists);
	egov__buf_clear(&s.content);
	egov__buf_clear(&s.der);
	free(s.items);
	return rc;
}
