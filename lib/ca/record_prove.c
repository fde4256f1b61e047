/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/record.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/der.h"
#include "base/pem.h"
#include "base/report.h"
#include "base/text.h"
#include "ca/checkpoint.h"
#include "ca/prove.h"
#include "ca/serial.h"
#include "ca/unseal.h"
#include "crypto/sm3.h"
#include "record/entry.h"
#include "record/evidence.h"

#define ENTRIES_MAX 2048

/* An entry that was gathered. */
struct item {
	uint64_t seq;
	struct egov_buf der, private;
};

struct proving {
	struct egov_home *home;
	struct egov_store *store;               /* what is read */
	const struct egov_prove_options *options;
	struct egov__decrypter *custodian;      /* NULL: private parts stay sealed */
	struct egov_buf serial, hex, application, cps, unsealed;
	struct egov_buf statement;              /* of the CA's key that signed it, or of a later one */
	uint64_t generation;                    /* of that key */
	struct item *items;
	size_t count;
	struct egov_buf documents;
	struct egov__lodged lodged, witnessed;
	struct egov_buf lodged_der, witnessed_der, consistency;
	bool has_witnessed;
	/* while operators are looked up */
	struct egov_slice wanted;
	bool found;
};

/* --- gathering --- */

static void note_unsealed(struct proving *p, uint64_t seq)
{
	egov__buf_printf(&p->unsealed, "%s%" PRIu64, p->unsealed.size == 0 ? "" : ", ", seq);
}

static enum egov_status gather(struct proving *p, const struct egov__journal_row *row,
                               struct egov_error *err)
{
	struct item *const item = &p->items[p->count];
	enum egov_status rc;

	for (size_t i = 0; i < p->count; i++)
		if (p->items[i].seq == row->seq)
			return EGOV_OK;
	if (p->count == ENTRIES_MAX)
		return egov_error_set(err, EGOV_E_LIMIT, NULL,
		                      "more than %d entries are about this certificate", ENTRIES_MAX);
	*item = (struct item){ row->seq, EGOV__BUF(EGOV__MAX_OBJECT), EGOV__BUF(EGOV__MAX_CRL) };
	p->count++;
	rc = egov__entry_encode(row, &item->der, err);
	if (rc == EGOV_OK && p->custodian != NULL && row->sealed.size > 0) {
		note_unsealed(p, row->seq);
		rc = egov__unseal(p->custodian, row, &item->private, err);
	}
	return rc;
}

/* Who looked is no part of what happened. */
static enum egov_status take_all(void *user, const struct egov__journal_row *row,
                                 struct egov_error *err)
{
	return strcmp(row->kind, EGOV__KIND_UNSEAL) == 0 ? EGOV_OK : gather(user, row, err);
}

static enum egov_status take_policy(void *user, const struct egov__journal_row *row,
                                    struct egov_error *err)
{
	return strcmp(row->kind, EGOV__KIND_POLICY) != 0 ? EGOV_OK : gather(user, row, err);
}

/* The entry that registered this operator with this certificate. */
static enum egov_status take_addition(void *user, const struct egov__journal_row *row,
                                      struct egov_error *err)
{
	struct proving *const p = user;
	struct egov__body *body = NULL;
	enum egov_status rc;

	if (strcmp(row->kind, EGOV__KIND_OPERATOR_ADD) != 0)
		return EGOV_OK;
	rc = egov__body_parse(row->body, &body, err);
	if (rc == EGOV_OK && egov__body_has_hex(body, EGOV__KEY_CERTIFICATE, p->wanted))
		rc = gather(p, row, err);
	egov__body_free(body);
	return rc;
}

static enum egov_status add_document(struct proving *p, struct egov_slice bytes,
                                     struct egov_error *err)
{
	egov__der_put(&p->documents, EGOV__OCTET_STRING, bytes);
	return egov__buf_check(&p->documents, err);
}

static enum egov_status match_operator(void *user, const struct egov__operator_row *row,
                                       struct egov_error *err)
{
	struct proving *const p = user;

	if (p->found || !egov__slice_equal(p->wanted, EGOV__SLICE(row->certificate_digest)))
		return EGOV_OK;
	p->found = true;
	return add_document(p, row->certificate, err);
}

/* --- the operators who signed --- */

struct signers {
	struct egov_buf names[64], digests[64];
	size_t count;
};

static enum egov_status note_signer(struct signers *s, const char *name, struct egov_slice digest)
{
	for (size_t i = 0; i < s->count; i++)
		if (egov__slice_equal(egov_buf_slice(&s->digests[i]), digest))
			return EGOV_OK;
	if (s->count == sizeof(s->names) / sizeof(s->names[0]))
		return EGOV_E_LIMIT;
	s->names[s->count] = (struct egov_buf)EGOV__BUF(512);
	s->digests[s->count] = (struct egov_buf)EGOV__BUF(64);
	egov__buf_text(&s->names[s->count], name);
	egov__buf_slice(&s->digests[s->count++], digest);
	return EGOV_OK;
}

struct signing {
	struct proving *p;
	struct signers *signers;
};

static enum egov_status find_signer(void *user, const struct egov__journal_row *row,
                                    struct egov_error *err)
{
	struct signing *const s = user;
	struct egov__body *body = NULL;
	struct egov_buf digest = EGOV__BUF(64);
	const char *text;
	enum egov_status rc = EGOV_OK;

	if (strcmp(row->kind, EGOV__KIND_APPROVAL) != 0)
		return EGOV_OK;
	rc = egov__body_parse(row->body, &body, err);
	text = rc == EGOV_OK ? egov__body_get_text(body, EGOV__KEY_CERTIFICATE) : NULL;
	if (text != NULL)
		rc = egov__hex_parse(text, "certificate", &digest, err);
	if (rc == EGOV_OK && text != NULL
	    && note_signer(s->signers, row->actor, egov_buf_slice(&digest)) != EGOV_OK)
		rc = egov_error_set(err, EGOV_E_LIMIT, NULL, "too many operators signed");
	egov__body_free(body);
	egov__buf_clear(&digest);
	return rc;
}

static enum egov_status add_signer(struct proving *p, struct egov_buf *name,
                                   struct egov_slice digest, struct egov_error *err)
{
	const char *text = egov__buf_string(name);
	enum egov_status rc;

	if (text == NULL)
		return egov_error_nomem(err);
	p->wanted = digest;
	p->found = false;
	rc = egov__store_operator_walk(p->store, text, match_operator, p, err);
	return rc == EGOV_OK ? egov__store_journal_walk(p->store, 0, text, take_addition, p, err) : rc;
}

/* Those of the application and of the certificate: lists are made by services. */
static enum egov_status add_signers(struct proving *p, const char *const *subjects, size_t count,
                                    struct egov_error *err)
{
	struct signers signers = { .count = 0 };
	struct signing s = { p, &signers };
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < count; i++)
		rc = egov__store_journal_walk(p->store, 0, subjects[i], find_signer, &s, err);
	for (size_t i = 0; rc == EGOV_OK && i < signers.count; i++)
		rc = add_signer(p, &signers.names[i], egov_buf_slice(&signers.digests[i]), err);
	for (size_t i = 0; i < signers.count; i++) {
		egov__buf_clear(&signers.names[i]);
		egov__buf_clear(&signers.digests[i]);
	}
	return rc;
}

/* --- revocation lists --- */

/* When its status first changed: journal entries before that; found: whether it did. */
struct change {
	uint64_t position;
	bool found;
};

static enum egov_status see_hold(void *user, const struct egov__hold_row *row,
                                 struct egov_error *err)
{
	struct change *const change = user;

	(void)err;
	if (!change->found || row->position < change->position)
		change->position = row->position;
	change->found = true;
	return EGOV_OK;
}

static enum egov_status find_change(struct proving *p, struct change *change,
                                    struct egov_error *err)
{
	struct egov__revoked_row row;
	bool found = false;
	enum egov_status rc = egov__store_hold_walk(p->store, egov_buf_slice(&p->serial), see_hold,
	                                            change, err);

	if (rc == EGOV_OK)
		rc = egov__store_revoked_get(p->store, egov_buf_slice(&p->serial), &row, &found, err);
	if (rc == EGOV_OK && found && !change->found)
		*change = (struct change){ row.position, true };
	return rc;
}

static enum egov_status add_list(struct proving *p, const struct egov__crl_scope *scope,
                                 uint64_t position, bool after, struct egov_error *err)
{
	struct egov_buf der = EGOV__BUF(EGOV__MAX_CRL);
	struct egov__pieces *pieces = NULL;
	struct egov__crl_row row;
	char subject[32];
	bool found = false;
	enum egov_status rc = egov__store_crl_near(p->store, scope,
	                                           &(struct egov__crl_near){ position, after },
	                                           &row, &found, err);

	if (rc != EGOV_OK || !found)
		return rc;
	(void)snprintf(subject, sizeof(subject), "crl-%" PRIu64, row.number);
	rc = egov__store_crl_open(p->store, &row, &pieces, err);
	if (rc == EGOV_OK)
		rc = egov__source_append(egov__pieces_list(pieces), &der, err);
	if (rc == EGOV_OK)
		rc = add_document(p, egov_buf_slice(&der), err);
	if (rc == EGOV_OK)
		rc = egov__store_journal_walk(p->store, 0, subject, take_all, p, err);
	egov__pieces_free(pieces);
	egov__buf_clear(&der);
	return rc;
}

/* The last before the change and the first after; of what is good, the latest. */
static enum egov_status add_lists(struct proving *p, struct egov_error *err)
{
	struct egov__crl_scope scope = { 0, 0, 0, 0 };
	struct change change = { INT64_MAX, false };
	enum egov_status rc = egov__store_list_of_serial(p->store, egov_buf_slice(&p->serial), &scope,
	                                                 err);

	if (rc == EGOV_OK)
		rc = find_change(p, &change, err);
	if (rc == EGOV_OK)
		rc = add_list(p, &scope, change.position, false, err);
	if (rc == EGOV_OK && change.found)
		rc = add_list(p, &scope, change.position, true, err);
	return rc;
}

/* --- everything --- */

static enum egov_status find_certificate(struct proving *p, struct egov_error *err)
{
	struct egov__certificate_row row;
	bool found = false;
	enum egov_status rc = egov__serial_parse(p->options->serial, &p->serial, err);

	if (rc == EGOV_OK)
		rc = egov__store_certificate_get(p->store, egov_buf_slice(&p->serial), &row, &found,
		                                 err);
	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL,
		                    "no certificate of this CA has this serial");
	if (rc == EGOV_OK && row.der.size == EGOV__SM3_SIZE)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL,
		                    "the records of this certificate were destroyed when they were due");
	if (rc != EGOV_OK)
		return rc;
	p->generation = row.generation;
	egov__buf_hex(&p->hex, row.serial);
	egov__buf_text(&p->application, row.application);
	egov__buf_text(&p->cps, row.cps_version);
	return add_document(p, row.der, err);
}

/* What a key of the CA says of the journal's: that which signed the certificate, or else the
 * next that said it. */
static enum egov_status find_statement(struct proving *p, struct egov_error *err)
{
	char name[EGOV__META_NAME];
	bool found = false;
	enum egov_status rc = EGOV_OK;

	for (uint64_t i = p->generation; rc == EGOV_OK && !found && i <= EGOV__GENERATIONS; i++) {
		egov__home_meta_name(EGOV__META_JOURNAL_STATEMENT, i, name);
		rc = egov__store_meta_get(p->store, name, &p->statement, &found, err);
	}
	return rc;
}

static int compare_items(const void *a, const void *b)
{
	const struct item *const x = a, *const y = b;

	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static enum egov_status gather_all(struct proving *p, struct egov_error *err)
{
	const char *subjects[2] = { NULL, NULL };
	enum egov_status rc = find_certificate(p, err);
	const char *cps = egov__buf_string(&p->cps);

	subjects[0] = egov__buf_string(&p->hex);
	subjects[1] = egov__buf_string(&p->application);
	if (rc == EGOV_OK && (cps == NULL || subjects[0] == NULL || subjects[1] == NULL))
		rc = egov_error_nomem(err);
	for (size_t i = 0; rc == EGOV_OK && i < 2; i++)
		if (*subjects[i] != 0)
			rc = egov__store_journal_walk(p->store, 0, subjects[i], take_all, p, err);
	if (rc == EGOV_OK && *cps != 0)
		rc = egov__store_journal_walk(p->store, 0, cps, take_policy, p, err);
	if (rc == EGOV_OK)
		rc = find_statement(p, err);
	if (rc == EGOV_OK)
		rc = add_lists(p, err);
	if (rc == EGOV_OK)
		rc = add_signers(p, subjects, *subjects[1] != 0 ? 2 : 1, err);
	if (rc == EGOV_OK)
		qsort(p->items, p->count, sizeof(*p->items), compare_items);
	return rc;
}

static enum egov_status gather_view(struct proving *p, struct egov_error *err)
{
	enum egov_status rc = egov__store_snapshot(p->store, err);

	if (rc != EGOV_OK)
		return rc;
	rc = gather_all(p, err);
	egov__store_rollback(p->store);
	return rc;
}

/* The tree grows and keeps what it has: a checkpoint may be ahead of the view. */
static struct egov__nodes nodes_of(const struct proving *p)
{
	return egov__nodes_of(egov__record_store(egov__home_record(p->home)));
}

static enum egov_status write(struct proving *p, struct egov_buf *out, struct egov_error *err)
{
	const struct egov__nodes nodes = nodes_of(p);
	struct egov_buf entries = EGOV__BUF(EGOV__MAX_CRL), proof = EGOV__BUF(EGOV__PROOF_MAX);
	struct egov__evidence e = { .serial = egov_buf_slice(&p->serial),
		                    .journal_key = egov__home_journal_key(p->home),
		                    .statement = egov_buf_slice(&p->statement),
		                    .lodged = p->lodged,
		                    .has_witnessed = p->has_witnessed,
		                    .witnessed = p->witnessed,
		                    .consistency = egov_buf_slice(&p->consistency),
		                    .documents = egov_buf_slice(&p->documents) };
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < p->count; i++) {
		egov_buf_reset(&proof);
		rc = egov__proof_inclusion(&nodes, p->items[i].seq, p->lodged.tree.size, &proof, err);
		if (rc == EGOV_OK)
			egov__evidence_add(&entries, &(struct egov__evidence_entry){
				.der = egov_buf_slice(&p->items[i].der),
				.private = egov_buf_slice(&p->items[i].private),
				.proof = egov_buf_slice(&proof) });
	}
	if (rc == EGOV_OK)
		rc = egov__buf_check(&entries, err);
	e.entries = egov_buf_slice(&entries);
	if (rc == EGOV_OK)
		rc = egov__evidence_write(&e, out, err);
	egov__buf_clear(&entries);
	egov__buf_clear(&proof);
	return rc;
}

/* A checkpoint over all of it, and the last that a witness has, if that is an older one. */
static enum egov_status choose_checkpoint(struct proving *p, struct egov_error *err)
{
	const uint64_t size = p->items[p->count - 1].seq + 1;
	const struct egov__nodes nodes = nodes_of(p);
	enum egov_status rc = egov__checkpoint_for(p->home, size, &p->lodged_der, err);
	struct egov_slice in = egov_buf_slice(&p->lodged_der);

	if (rc == EGOV_OK)
		rc = egov__lodged_read(&in, &p->lodged, err);
	if (rc == EGOV_OK && p->lodged.witnesses.size == 0)
		rc = egov__checkpoint_witnessed(p->home, p->lodged.tree.size, &p->witnessed_der, err);
	if (rc != EGOV_OK || p->witnessed_der.size == 0)
		return rc;
	in = egov_buf_slice(&p->witnessed_der);
	p->has_witnessed = true;
	rc = egov__lodged_read(&in, &p->witnessed, err);
	if (rc == EGOV_OK)
		rc = egov__proof_consistency(&nodes, p->witnessed.tree.size, p->lodged.tree.size,
		                             &p->consistency, err);
	return rc;
}

static enum egov_status open_custodian(struct proving *p, struct egov_error *err)
{
	if (p->options->custodian_key == NULL)
		return EGOV_OK;
	return egov__home_decrypter(p->home, p->options->custodian_key, &p->custodian, err);
}

static enum egov_status prove(struct proving *p, struct egov_buf *out, struct egov_error *err)
{
	enum egov_status rc = gather_view(p, err);

	if (rc == EGOV_OK && p->unsealed.size > 0)
		rc = egov__buf_string(&p->unsealed) == NULL
		             ? egov_error_nomem(err)
		             : egov__unseal_record(p->home, p->options->actor, egov__buf_string(&p->hex),
		                                   egov__buf_string(&p->unsealed), err);
	if (rc == EGOV_OK)
		rc = choose_checkpoint(p, err);
	return rc == EGOV_OK ? write(p, out, err) : rc;
}

static void clear(struct proving *p)
{
	struct egov_buf *const bufs[] = { &p->statement,  &p->serial,     &p->hex,           &p->application, &p->cps,
		                          &p->unsealed,   &p->documents,     &p->lodged_der,
		                          &p->witnessed_der, &p->consistency };

	for (size_t i = 0; i < p->count; i++) {
		egov__buf_clear(&p->items[i].der);
		egov__buf_clear(&p->items[i].private);
	}
	free(p->items);
	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		egov__buf_clear(bufs[i]);
}

static enum egov_status begin(struct proving *p, struct egov_home *home, struct egov_store *store,
                              const struct egov_prove_options *options, struct egov_error *err)
{
	*p = (struct proving){ .home = home,
		               .store = store,
		               .options = options,
		               .serial = EGOV__BUF(1024),
		               .hex = EGOV__BUF(2048),
		               .application = EGOV__BUF(1024),
		               .cps = EGOV__BUF(1024),
		               .unsealed = EGOV__BUF(EGOV__MAX_OBJECT),
		               .statement = EGOV__BUF(EGOV__MAX_OBJECT),
		               .documents = EGOV__BUF(EGOV__MAX_CRL),
		               .lodged_der = EGOV__BUF(EGOV__MAX_FILE),
		               .witnessed_der = EGOV__BUF(EGOV__MAX_FILE),
		               .consistency = EGOV__BUF(EGOV__PROOF_MAX) };
	p->items = calloc(ENTRIES_MAX, sizeof(*p->items));
	return p->items == NULL ? egov_error_nomem(err) : EGOV_OK;
}

enum egov_status egov__prove_in_view(struct egov_home *home, const struct egov__prove_view *view,
                                     const char *serial, struct egov_buf *evidence,
                                     struct egov_error *err)
{
	const struct egov_prove_options options = { .serial = serial };
	struct proving p;
	enum egov_status rc = begin(&p, home, view->store, &options, err);

	p.custodian = view->custodian;
	if (rc == EGOV_OK)
		rc = gather_all(&p, err);
	if (rc == EGOV_OK)
		rc = choose_checkpoint(&p, err);
	if (rc == EGOV_OK)
		rc = write(&p, evidence, err);
	clear(&p);
	return rc;
}

enum egov_status egov_record_prove(struct egov_home *home, const struct egov_prove_options *options,
                                   struct egov_buf *evidence, struct egov_report *report,
                                   struct egov_error *err)
{
	struct proving p;
	enum egov_status rc = options->custodian_key == NULL
	                              ? egov__actor_valid(options->actor, err)
	                              : egov__actor_check(home, EGOV__ACT_UNSEAL, options->actor, err);

	if (rc != EGOV_OK)
		return rc;
	rc = begin(&p, home, egov__record_store(egov__home_record(home)), options, err);
	if (rc == EGOV_OK)
		rc = open_custodian(&p, err);
	if (rc == EGOV_OK)
		rc = prove(&p, evidence, err);
	egov__decrypter_close(p.custodian);
	if (rc == EGOV_OK) {
		egov__report_hex(report, "serial", egov_buf_slice(&p.serial));
		egov__report_add(report, "form", "%s", p.unsealed.size > 0 ? "full" : "redacted");
		egov__report_add(report, "entries", "%zu", p.count);
		egov__report_add(report, "journal", "%" PRIu64, p.lodged.tree.size);
		egov__report_add(report, "journal-certified", "%s", p.statement.size > 0 ? "yes" : "no");
		egov__report_add(report, "witnessed", "%" PRIu64,
		                 p.has_witnessed               ? p.witnessed.tree.size
		                 : p.lodged.witnesses.size > 0 ? p.lodged.tree.size
		                                               : 0);
		rc = egov__report_check(report, err);
	}
	clear(&p);
	if (options->custodian_key != NULL)
		return egov__refuse(home, options->actor, "", EGOV__ACT_UNSEAL, rc, err);
	/* Who asks for what is not there has asked, no more. */
	return rc == EGOV_E_NOTFOUND
	               ? rc
	               : egov__refuse(home, options->actor, "", "record-prove", rc, err);
}

/* --- verifying: no home --- */

struct certs {
	struct egov_cert *items[64];
	size_t count;
};

static enum egov_status take_cert(void *user, struct egov_slice der, struct egov_error *err)
{
	struct certs *const certs = user;
	enum egov_status rc;

	if (certs->count == sizeof(certs->items) / sizeof(certs->items[0]))
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "more than %zu certificates",
		                      certs->count);
	rc = egov_cert_decode(der, &certs->items[certs->count], err);
	certs->count += rc == EGOV_OK;
	return rc;
}

static void free_certs(struct certs *certs)
{
	while (certs->count > 0)
		egov_cert_free(certs->items[--certs->count]);
}

enum egov_status egov_evidence_verify(struct egov_slice evidence,
                                      const struct egov_evidence_options *options,
                                      struct egov_report *report, struct egov_error *err)
{
	struct certs cas = { .count = 0 }, witnesses = { .count = 0 };
	enum egov_status rc = egov__objects(options->trust, "CERTIFICATE", take_cert, &cas, err);

	if (rc == EGOV_OK && options->witnesses.size > 0)
		rc = egov__objects(options->witnesses, "CERTIFICATE", take_cert, &witnesses, err);
	if (rc == EGOV_OK) {
		const struct egov__evidence_trust trust = { cas.items, witnesses.items, cas.count,
			                                    witnesses.count };

		rc = egov__evidence_judge(evidence, &trust, report, err);
	}
	free_certs(&cas);
	free_certs(&witnesses);
	return rc;
}
