/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/der.h"
#include "base/report.h"
#include "base/text.h"
#include "crl/crl.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "record/approval.h"
#include "record/body.h"
#include "record/catalogue.h"
#include "record/evidence.h"
#include "record/journal_statement.h"
#include "record/kinds.h"
#include "record/tree.h"
#include "verify/verify.h"
#include "x509/name.h"

static const char clause[] = "Order No. 4, Art. 40";

#define ENTRIES_MAX 4096
#define DOCUMENTS_MAX 256

struct entry {
	struct egov__evidence_entry e;
	struct egov__body *body;
	char *body_text;
};

struct document {
	struct egov_slice bytes;
	uint8_t digest[EGOV__SM3_SIZE];
	bool used;
};

struct judge {
	const struct egov__evidence_trust *trust;
	struct egov_report *report;
	struct egov__evidence evidence;
	struct entry *entries;
	size_t entries_count;
	struct document *documents;
	size_t documents_count;
	struct egov_buf serial;                 /* in hex */
	struct egov_cert *cert;
	const struct egov_cert *ca;             /* of trust, that signed it; NULL: none */
	const struct entry *intent, *issue, *revoke, *hold;
	bool full;
	bool certified;                 /* a CA of trust says whose key the journal's is */
};

static enum egov_status wrong(struct egov_error *err, const struct entry *entry,
                              const char *message)
{
	return egov_error_set(err, EGOV_E_CORRUPT, clause, "entry %" PRIu64 ": %s", entry->e.seq,
	                      egov__text(message));
}

static bool is_kind(const struct entry *entry, const char *kind)
{
	return egov__slice_is(entry->e.kind, kind);
}

/* --- what is there --- */

/* The leaf, its proof, and the private data that the leaf commits to. */
static enum egov_status check_entry(const struct judge *j, const struct entry *entry,
                                    struct egov_error *err)
{
	uint8_t leaf[32], digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__tree_leaf(entry->e.der, leaf, err);

	if (rc == EGOV_OK)
		rc = egov__proof_check_inclusion(leaf, entry->e.seq, &j->evidence.lodged.tree,
		                                 entry->e.proof, err);
	if (rc == EGOV_OK && entry->e.private.size > 0)
		rc = egov__sm3(&entry->e.private, 1, digest, err);
	if (rc == EGOV_OK && entry->e.private.size > 0
	    && !egov__slice_equal(entry->e.commitment, EGOV__SLICE(digest)))
		rc = wrong(err, entry, EGOV__N("its private data are not those it commits to"));
	return rc;
}

static enum egov_status read_entries(struct judge *j, struct egov_error *err)
{
	struct egov_slice in = j->evidence.entries;
	enum egov_status rc = EGOV_OK;

	j->entries = calloc(ENTRIES_MAX, sizeof(*j->entries));
	if (j->entries == NULL)
		return egov_error_nomem(err);
	while (rc == EGOV_OK && in.size > 0) {
		struct entry *const entry = &j->entries[j->entries_count];

		if (j->entries_count == ENTRIES_MAX)
			return egov_error_set(err, EGOV_E_CORRUPT, clause, "too many entries");
		rc = egov__evidence_next(&in, &entry->e, err);
		if (rc != EGOV_OK)
			return rc;
		j->entries_count++;
		if (j->entries_count > 1 && entry->e.seq <= entry[-1].e.seq)
			return wrong(err, entry, EGOV__N("it does not follow the one before it"));
		entry->body_text = egov__slice_copy(entry->e.body);
		rc = entry->body_text == NULL ? egov_error_nomem(err) : check_entry(j, entry, err);
		if (rc == EGOV_OK)
			rc = egov__body_parse(entry->body_text, &entry->body, err);
		j->full = j->full || entry->e.private.size > 0;
	}
	return rc;
}

static enum egov_status read_documents(struct judge *j, struct egov_error *err)
{
	struct egov_slice in = j->evidence.documents;
	enum egov_status rc = EGOV_OK;

	j->documents = calloc(DOCUMENTS_MAX, sizeof(*j->documents));
	if (j->documents == NULL)
		return egov_error_nomem(err);
	while (rc == EGOV_OK && in.size > 0) {
		struct document *const document = &j->documents[j->documents_count];

		if (j->documents_count == DOCUMENTS_MAX)
			return egov_error_set(err, EGOV_E_CORRUPT, clause, "too many documents");
		rc = egov__lodged_octets(&in, "document", 0, &document->bytes, err);
		if (rc == EGOV_OK)
			rc = egov__sm3(&document->bytes, 1, document->digest, err);
		j->documents_count++;
	}
	return rc;
}

/* The document whose SM3 an entry has under this key; NULL: it is not here. */
static struct document *document_of(struct judge *j, const struct entry *entry, const char *key)
{
	for (size_t i = 0; i < j->documents_count; i++)
		if (egov__body_has_hex(entry->body, key, EGOV__SLICE(j->documents[i].digest))) {
			j->documents[i].used = true;
			return &j->documents[i];
		}
	return NULL;
}

/* --- telling --- */

/* What is signed is judged, not told. */
static void tell_fields(struct judge *j, const struct entry *entry)
{
	const char *key;
	uint64_t number;

	for (size_t i = 0; (key = egov__body_key(entry->body, i)) != NULL; i++) {
		const char *text = egov__body_get_text(entry->body, key);

		key = egov__kind_field(key);
		if (key == NULL)
			continue;
		if (text != NULL && strcmp(key, EGOV__KEY_STATEMENT) != 0
		    && strcmp(key, EGOV__KEY_SIGNATURE) != 0)
			egov__report_add(j->report, key, "%s", text);
		else if (egov__body_get_number(entry->body, key, &number))
			egov__report_add(j->report, key, "%" PRIu64, number);
	}
}

static void tell_entry(struct judge *j, const struct entry *entry, const char *proven)
{
	const struct {
		const char *key;
		struct egov_slice value;
	} fields[] = { { "kind", entry->e.kind },     { "actor", entry->e.actor },
		       { "source", entry->e.source }, { "subject", entry->e.subject } };

	egov__report_record(j->report);
	egov__report_add(j->report, "entry", "%" PRIu64, entry->e.seq);
	egov__report_time(j->report, "time", entry->e.time);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		egov__report_add(j->report, fields[i].key, "%.*s", (int)fields[i].value.size,
		                 (const char *)fields[i].value.data);
	tell_fields(j, entry);
	egov__report_add(j->report, "proven", "%s", egov__text(proven));
}

/* --- certificate --- */

static enum egov_status find_subjects(struct judge *j, struct egov_error *err)
{
	const char *serial = egov__buf_string(&j->serial);

	for (size_t i = 0; serial != NULL && i < j->entries_count; i++) {
		const struct entry *const entry = &j->entries[i];
		const struct entry **const place = is_kind(entry, EGOV__KIND_INTENT)   ? &j->intent
		                                   : is_kind(entry, EGOV__KIND_ISSUE)  ? &j->issue
		                                   : is_kind(entry, EGOV__KIND_REVOKE) ? &j->revoke
		                                   : is_kind(entry, EGOV__KIND_HOLD)   ? &j->hold
		                                   : is_kind(entry, EGOV__KIND_RECONCILED) ? &j->hold
		                                                                       : NULL;

		if (place != NULL && egov__slice_is(entry->e.subject, serial)
		    && (*place == NULL || is_kind(entry, EGOV__KIND_REVOKE)))
			*place = entry;
	}
	if (serial == NULL)
		return egov_error_nomem(err);
	if (j->intent == NULL || j->issue == NULL || j->issue < j->intent)
		return egov_error_set(err, EGOV_E_CORRUPT, clause,
		                      "it does not have the entries of issuing serial %s", serial);
	return EGOV_OK;
}

static enum egov_status find_ca(struct judge *j, struct egov_error *err)
{
	enum egov_status rc = EGOV_E_UNTRUSTED;

	for (size_t i = 0; rc == EGOV_E_UNTRUSTED && i < j->trust->cas_count; i++) {
		rc = egov__slice_equal(egov_cert_issuer(j->cert),
		                       egov_cert_subject(j->trust->cas[i]))
		             ? egov__verify_cert_signature(j->cert, j->trust->cas[i],
		                                           egov__slice_text(EGOV__SM2_DEFAULT_ID),
		                                           NULL)
		             : EGOV_E_UNTRUSTED;
		if (rc == EGOV_OK)
			j->ca = j->trust->cas[i];
	}
	if (rc == EGOV_E_NOMEM)
		return egov_error_nomem(err);
	return EGOV_OK;
}

static enum egov_status judge_certificate(struct judge *j, struct egov_error *err)
{
	struct document *const document = document_of(j, j->issue, EGOV__KEY_SM3);
	uint8_t tbs[EGOV__SM3_SIZE];
	enum egov_status rc;

	if (document == NULL)
		return wrong(err, j->issue, EGOV__N("the certificate that it speaks of is not here"));
	rc = egov_cert_decode(document->bytes, &j->cert, err);
	if (rc == EGOV_OK)
		rc = egov__sm3(&egov__cert_fields(j->cert)->tbs, 1, tbs, err);
	if (rc != EGOV_OK)
		return rc;
	if (!egov__slice_equal(egov_cert_serial(j->cert), j->evidence.serial))
		return wrong(err, j->issue, EGOV__N("the certificate has another serial number"));
	if (!egov__body_has_hex(j->intent->body, EGOV__KEY_TBS_SM3, EGOV__SLICE(tbs)))
		return wrong(err, j->intent,
		             EGOV__N("what was to be signed is not what the certificate has"));
	return find_ca(j, err);
}

/* --- approvals --- */

static enum egov_status read_hex(const struct entry *entry, const char *key, struct egov_buf *out,
                                 struct egov_error *err)
{
	const char *text = egov__body_get_text(entry->body, key);

	return text == NULL ? EGOV_E_SYNTAX : egov__hex_parse(text, key, out, err);
}

static enum egov_status judge_approval(struct judge *j, const struct entry *entry,
                                       struct egov_error *err)
{
	struct document *const document = document_of(j, entry, EGOV__KEY_CERTIFICATE);
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT), signature = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__statement statement;
	enum egov_status rc = document == NULL ? EGOV_E_SYNTAX
	                                       : read_hex(entry, EGOV__KEY_STATEMENT, &der, NULL);

	if (rc == EGOV_OK)
		rc = read_hex(entry, EGOV__KEY_SIGNATURE, &signature, NULL);
	if (rc == EGOV_OK)
		rc = egov__statement_decode(egov_buf_slice(&der), &statement, NULL);
	if (rc == EGOV_OK)
		rc = egov__statement_verify(&statement, document->bytes, egov_buf_slice(&signature),
		                            NULL);
	if (rc == EGOV_OK && !egov__slice_equal(statement.matter.subject, entry->e.subject))
		rc = EGOV_E_SYNTAX;
	if (rc == EGOV_E_NOMEM)
		rc = egov_error_nomem(err);
	else if (rc != EGOV_OK)
		rc = wrong(err, entry, EGOV__N("the operator's signature does not verify"));
	else
		tell_entry(j, entry,
		           EGOV__N("the operator signed exactly this, with the key of the "
		                   "certificate that the journal has"));
	egov__buf_clear(&der);
	egov__buf_clear(&signature);
	return rc;
}

/* --- lists --- */

/* The intent of a list stands before its entry. */
static const struct entry *intent_of(const struct judge *j, const struct entry *list)
{
	for (const struct entry *e = list; e-- > j->entries;)
		if (is_kind(e, EGOV__KIND_INTENT) && egov__slice_equal(e->e.subject, list->e.subject))
			return e;
	return NULL;
}

/* A list that was made after the revocation has it, one before has not, but for what was
 * on hold or has ended. */
static enum egov_status judge_listing(struct judge *j, const struct entry *entry,
                                      const struct egov_crl *crl, struct egov_error *err)
{
	const struct entry *const intent = intent_of(j, entry);
	struct egov__crl_entry listed;
	bool found = false;
	enum egov_status rc = egov__crl_find(crl, j->evidence.serial, &found, &listed, err);

	if (rc != EGOV_OK)
		return rc;
	if (intent == NULL)
		return wrong(err, entry, EGOV__N("the intent of this list is not here"));
	if (found && (j->revoke == NULL || intent < j->revoke)
	    && (j->hold == NULL || intent < j->hold))
		return wrong(err, entry, EGOV__N("the list has what was not revoked"));
	if (!found && j->revoke != NULL && intent > j->revoke
	    && egov_crl_this_update(crl) <= egov_cert_not_after(j->cert))
		return wrong(err, entry, EGOV__N("the list lacks what was revoked"));
	tell_entry(j, entry,
	           found ? EGOV__N("this revocation list, signed by the CA, lists the certificate")
	                 : EGOV__N("this revocation list, signed by the CA, does not list the "
	                           "certificate"));
	return EGOV_OK;
}

static enum egov_status judge_list(struct judge *j, const struct entry *entry,
                                   struct egov_error *err)
{
	struct document *const document = document_of(j, entry, EGOV__KEY_SM3);
	struct egov_crl *crl = NULL;
	enum egov_status rc;

	if (document == NULL)
		return wrong(err, entry, EGOV__N("the list that it speaks of is not here"));
	rc = egov_crl_decode(document->bytes, &crl, err);
	if (rc == EGOV_OK && j->ca != NULL)
		rc = egov__verify_crl_signature(crl, j->ca, egov__slice_text(EGOV__SM2_DEFAULT_ID),
		                                NULL);
	if (rc == EGOV_E_UNTRUSTED)
		rc = wrong(err, entry, EGOV__N("the list is not signed by the CA"));
	if (rc == EGOV_OK)
		rc = judge_listing(j, entry, crl, err);
	egov_crl_free(crl);
	return rc;
}

/* --- the story --- */

static enum egov_status judge_story(struct judge *j, const struct entry *entry,
                                    struct egov_error *err)
{
	char *kind = egov__slice_copy(entry->e.kind);
	const struct egov__kind *known;

	if (kind == NULL)
		return egov_error_nomem(err);
	known = egov__kind_find(kind);
	free(kind);
	if (is_kind(entry, EGOV__KIND_APPROVAL))
		return judge_approval(j, entry, err);
	if (is_kind(entry, EGOV__KIND_CRL))
		return judge_list(j, entry, err);
	(void)document_of(j, entry, EGOV__KEY_CERTIFICATE);
	if (known == NULL)
		return wrong(err, entry, EGOV__N("there is no such kind of entry"));
	tell_entry(j, entry, known->says);
	return EGOV_OK;
}

static bool has_entry(const struct judge *j, const char *kind, const char *subject)
{
	for (size_t i = 0; i < j->entries_count; i++)
		if (is_kind(&j->entries[i], kind) && egov__slice_is(j->entries[i].e.subject, subject))
			return true;
	return false;
}

/* Who was applied for was taken in and approved; nothing is here that nothing speaks of. */
static enum egov_status check_whole(const struct judge *j, struct egov_error *err)
{
	const char *application = egov__body_get_text(j->intent->body, EGOV__KEY_APPLICATION);

	if (application != NULL
	    && (!has_entry(j, EGOV__KIND_APPLY_SUBMIT, application)
	        || !has_entry(j, EGOV__KIND_APPLY_APPROVE, application)))
		return egov_error_set(err, EGOV_E_CORRUPT, clause,
		                      "it does not have the entries of application %s", application);
	for (size_t i = 0; i < j->documents_count; i++)
		if (!j->documents[i].used)
			return egov_error_set(err, EGOV_E_CORRUPT, clause,
			                      "document %zu: no entry speaks of it", i + 1);
	return EGOV_OK;
}

static enum egov_status tell_story(struct judge *j, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < j->entries_count; i++)
		rc = judge_story(j, &j->entries[i], err);
	return rc == EGOV_OK ? check_whole(j, err) : rc;
}

/* --- the journal --- */

static enum egov_status judge_journal(struct judge *j, struct egov_error *err)
{
	const struct egov__evidence *const e = &j->evidence;
	enum egov_status rc = egov__lodged_verify(&e->lodged, e->journal_key, err);

	if (rc != EGOV_OK || !e->has_witnessed)
		return rc;
	if (!egov__slice_equal(e->lodged.home, e->witnessed.home))
		return egov_error_set(err, EGOV_E_CORRUPT, clause,
		                      "the two checkpoints are of two journals");
	rc = egov__lodged_verify(&e->witnessed, e->journal_key, err);
	if (rc == EGOV_OK)
		rc = egov__proof_check_consistency(&e->witnessed.tree, &e->lodged.tree,
		                                   e->consistency, err);
	return rc;
}

/* Nobody else can make up entries: one of the CAs that are trusted says that the key is its own. */
static enum egov_status judge_statement(struct judge *j, struct egov_error *err)
{
	struct egov_request *request = NULL;
	enum egov_status rc;

	if (j->evidence.statement.size == 0)
		return EGOV_OK;
	rc = egov__journal_statement_read(j->evidence.statement, j->evidence.journal_key, &request, err);
	for (size_t i = 0; rc == EGOV_OK && i < j->trust->cas_count; i++)
		j->certified = j->certified
		               || egov__slice_equal(egov_request_public_key(request),
		                                    egov_cert_public_key(j->trust->cas[i]));
	egov_request_free(request);
	return rc;
}

static void tell_statement(const struct judge *j)
{
	egov__report_add(j->report, "journal-certified", "%s", j->certified ? "yes" : "no");
	if (!j->certified)
		return;
	egov__report_add(j->report, "proven", "%s",
	                 egov__text(EGOV__N("the CA's key signed that this is the key of its journal: "
	                                    "nobody else made these entries")));
}

static const struct egov__lodged *witnessed(const struct judge *j)
{
	return j->evidence.has_witnessed ? &j->evidence.witnessed : &j->evidence.lodged;
}

static enum egov_status tell_witnesses(struct judge *j, struct egov_error *err)
{
	struct egov_slice in = witnessed(j)->witnesses;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && in.size > 0) {
		struct egov__countersignature witness = { .time = 0 };
		struct egov__cert_fields cert = { .version = 0 };
		struct egov_buf name = EGOV__BUF(EGOV__MAX_OBJECT);

		rc = egov__countersignature_read(&in, &witness, err);
		if (rc == EGOV_OK)
			rc = egov__cert_read(witness.certificate, &cert, err);
		if (rc != EGOV_OK)
			break;
		egov__name_print(cert.subject, &name);
		egov__report_record(j->report);
		egov__report_take(j->report, "witness", &name);
		egov__report_time(j->report, "time", witness.time);
		egov__report_add(j->report, "entries", "%" PRIu64, witnessed(j)->tree.size);
		egov__report_add(j->report, "proven", "%s",
		                 egov__text(EGOV__N("this witness signed the root of the journal: "
		                                    "nothing before it was changed since")));
	}
	return rc;
}

static enum egov_status wants_witness(const struct judge *j, const struct egov_cert *wanted,
                                      struct egov_error *err)
{
	struct egov_slice in = witnessed(j)->witnesses;
	struct egov__countersignature witness;
	struct egov__cert_fields cert;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && in.size > 0) {
		rc = egov__countersignature_read(&in, &witness, err);
		if (rc == EGOV_OK)
			rc = egov__cert_read(witness.certificate, &cert, err);
		if (rc == EGOV_OK && egov__slice_equal(cert.spki, egov_cert_public_key(wanted)))
			return EGOV_OK;
	}
	if (rc != EGOV_OK)
		return rc;
	return egov_error_set(err, EGOV_E_UNTRUSTED, clause,
	                      "the witness that is asked for has not countersigned");
}

static enum egov_status judge_trust(const struct judge *j, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	if (j->ca == NULL)
		return egov_error_set(err, EGOV_E_UNTRUSTED, clause,
		                      "the certificate is not signed by the CA that is trusted");
	for (size_t i = 0; rc == EGOV_OK && i < j->trust->witnesses_count; i++)
		rc = wants_witness(j, j->trust->witnesses[i], err);
	return rc;
}

static void tell_summary(const struct judge *j)
{
	struct egov_buf subject = EGOV__BUF(EGOV__MAX_OBJECT), issuer = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_report *const report = j->report;

	egov__name_print(egov_cert_subject(j->cert), &subject);
	egov__name_print(egov_cert_issuer(j->cert), &issuer);
	egov__report_hex(report, "serial", j->evidence.serial);
	egov__report_take(report, "subject", &subject);
	egov__report_take(report, "issuer", &issuer);
	egov__report_time(report, "not-before", egov_cert_not_before(j->cert));
	egov__report_time(report, "not-after", egov_cert_not_after(j->cert));
	egov__report_add(report, "form", "%s", j->full ? "full" : "redacted");
	egov__report_add(report, "entries", "%" PRIu64, j->evidence.lodged.tree.size);
	egov__report_hex(report, "root", (struct egov_slice){ j->evidence.lodged.tree.root, 32 });
	egov__report_time(report, "checkpoint", j->evidence.lodged.time);
	egov__report_hex(report, "home", j->evidence.lodged.home);
	egov__report_hex(report, "journal-key", j->evidence.journal_key);
	egov__report_add(report, "witnessed", "%" PRIu64,
	                 witnessed(j)->witnesses.size > 0 ? witnessed(j)->tree.size : 0);
	tell_statement(j);
}

static enum egov_status judge(struct judge *j, struct egov_error *err)
{
	enum egov_status rc = judge_journal(j, err);

	if (rc == EGOV_OK)
		rc = judge_statement(j, err);
	if (rc == EGOV_OK)
		rc = read_entries(j, err);
	if (rc == EGOV_OK)
		rc = read_documents(j, err);
	if (rc == EGOV_OK)
		rc = find_subjects(j, err);
	if (rc == EGOV_OK)
		rc = judge_certificate(j, err);
	if (rc != EGOV_OK)
		return rc;
	tell_summary(j);
	rc = tell_story(j, err);
	if (rc == EGOV_OK)
		rc = tell_witnesses(j, err);
	if (rc == EGOV_OK)
		rc = egov__report_check(j->report, err);
	return rc == EGOV_OK ? judge_trust(j, err) : rc;
}

enum egov_status egov__evidence_judge(struct egov_slice der,
                                      const struct egov__evidence_trust *trust,
                                      struct egov_report *report, struct egov_error *err)
{
	struct judge j = { .trust = trust, .report = report, .serial = EGOV__BUF(1024) };
	enum egov_status rc = egov__evidence_read(der, &j.evidence, err);

	egov__buf_hex(&j.serial, j.evidence.serial);
	if (rc == EGOV_OK)
		rc = judge(&j, err);
	/* Also where its digest is right: we never wrote that. */
	rc = egov_error_altered(err, rc);
	for (size_t i = 0; i < j.entries_count; i++) {
		egov__body_free(j.entries[i].body);
		free(j.entries[i].body_text);
	}
	free(j.entries);
	free(j.documents);
	egov_cert_free(j.cert);
	egov__buf_clear(&j.serial);
	return rc;
}
