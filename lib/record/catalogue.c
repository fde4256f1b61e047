/* SPDX-License-Identifier: Apache-2.0 */
#include "record/catalogue.h"

#include <string.h>

#include "base/text.h"
#include "record/body.h"
#include "record/kinds.h"

static const char serial[] = "serial", ca_key[] = "ca-key-N", application[] = "application";

static const struct egov__kind kinds[] = {
	{ EGOV__KIND_APPLY_SUBMIT, application,
	  "profile, holder, key-sm3, proofs-sm3, identity-operator, [proof-identity-sm3],"
	  " [proof-review-sm3], [proof-notice-sm3], [proof-agreement-sm3], [proof-ceremony-sm3],"
	  " commitment",
	  true, EGOV__N("an application for this key was taken in, with proofs of this SM3") },
	{ EGOV__KIND_APPLY_REVIEW, application, "key-sm3, proofs-sm3", false,
	  EGOV__N("its materials were reviewed") },
	{ EGOV__KIND_APPLY_APPROVE, application, "key-sm3, proofs-sm3", false,
	  EGOV__N("it was approved") },
	{ EGOV__KIND_APPLY_REJECT, application, "commitment", true, EGOV__N("it was rejected") },
	{ EGOV__KIND_APPROVAL, "that of the entry that follows",
	  "act, certificate, statement, signature", false,
	  EGOV__N("an operator signed what follows") },
	{ EGOV__KIND_INTENT, "serial, crl-N or request-N",
	  "intent, object, [serial], [number], [part], [base], tbs-sm3, [profile], generation,"
	  " [application], [proofs-sm3], [request-sm3], [cps]",
	  false, EGOV__N("the bytes to be signed were on record before they were signed") },
	{ EGOV__KIND_INTENT_CLOSED, "that of the intent", "intent", true,
	  EGOV__N("the intent was given up") },
	{ EGOV__KIND_RESUME, serial, "intent, serial", false,
	  EGOV__N("issuing that had been cut off was finished") },
	{ EGOV__KIND_ISSUE, serial,
	  "intent, serial, sm3, key-sm3, not-before, not-after, [profile], [application], [cps]", false,
	  EGOV__N("this certificate was issued") },
	{ "renew", serial, "intent, predecessor, [consent]", false,
	  EGOV__N("the certificate renews another") },
	{ "rekey", serial, "intent, predecessor, [consent]", false,
	  EGOV__N("the certificate follows another, with a new key") },
	{ "extend", serial, "intent, predecessor, [consent]", false,
	  EGOV__N("the certificate extends another") },
	{ EGOV__KIND_KEY_REQUEST, application, "sm3", false,
	  EGOV__N("a key-management centre was asked for an encryption key") },
	{ EGOV__KIND_PAIR, serial, "serial, encrypt-serial, application, sm3, centre-sm3", false,
	  EGOV__N("signing and encryption certificate belong together") },
	{ EGOV__KIND_REVOKE, serial,
	  "serial, reason, revoked-at, [invalidity-date], [reported], not-after, commitment", true,
	  EGOV__N("it was revoked at this time, for this reason") },
	{ EGOV__KIND_HOLD, serial, "serial, not-after, commitment", true, EGOV__N("it was put on hold") },
	{ EGOV__KIND_RELEASE, serial, "serial, commitment", true, EGOV__N("it was released") },
	{ EGOV__KIND_CRL, "crl-N", "intent, number, sm3, entries, this-update, next-update", false,
	  EGOV__N("a revocation list was signed") },
	{ EGOV__KIND_PUBLISH, "crl-N", "number, sm3", false, EGOV__N("the list was published") },
	{ EGOV__KIND_REQUEST, "request-N", "intent, sm3", false,
	  EGOV__N("a request of the CA was signed") },
	{ EGOV__KIND_CRL_IMPORT, "import-LIST-N",
	  "number, sm3, key-sm3, entries, this-update, next-update, [gone]", false,
	  EGOV__N("a list of a CA that is offline was taken in") },
	{ EGOV__KIND_IMPORT_PUBLISH, "import-LIST-N", "number, sm3", false,
	  EGOV__N("a list of a CA that is offline was published") },
	{ EGOV__KIND_TRANSFER_OUT, "transfer-N-SM3", "number, sm3, key-sm3, receiver", false,
	  EGOV__N("a packet with lists was made for a CA below") },
	{ EGOV__KIND_TRANSFER_IN, "transfer-N-SM3", "number, sm3, key-sm3, receiver, [lost]", false,
	  EGOV__N("a packet with lists was taken from a CA above") },
	{ EGOV__KIND_LEASE, "crl", "holder, [before], [until]", false,
	  EGOV__N("another machine makes the lists from here on") },
	{ EGOV__KIND_POLICY, "version", "sm3, published, effective", false,
	  EGOV__N("the practice statement that applied was registered") },
	{ EGOV__KIND_OPERATOR_ADD, "name", "roles, certificate, key-sm3", false,
	  EGOV__N("the operator was registered with this certificate") },
	{ EGOV__KIND_OPERATOR_REMOVE, "name", "certificate", false,
	  EGOV__N("the operator was removed") },
	{ EGOV__KIND_REFUSED, "what was refused, or empty", "operation, status, [clause]", true,
	  EGOV__N("an operation was refused") },
	{ EGOV__KIND_LEGAL_HOLD, serial, "serial, case", true,
	  EGOV__N("its records were held for a case") },
	{ EGOV__KIND_LEGAL_RELEASE, serial, "serial, case", true,
	  EGOV__N("the hold on its records was released") },
	{ EGOV__KIND_BACKUP, "backup", "sm3", true, EGOV__N("a copy of the whole home was made") },
	{ EGOV__KIND_RECONCILE, "crl-N or checkpoint-N", "number, sm3, entries, lost", false,
	  EGOV__N("a list that the ledger had lost was read again, or a witness's checkpoint of entries"
	          " that were lost was noted") },
	{ EGOV__KIND_RECONCILED, serial,
	  "serial, reason, revoked-at, [invalidity-date], not-after, number, [commitment]", true,
	  EGOV__N("a revocation that the ledger had lost was recorded again") },
	{ EGOV__KIND_PURGE, "purge", "until, count, list-sm3", false,
	  EGOV__N("records that were due were ordered to be destroyed") },
	{ EGOV__KIND_PURGED, "purge", "order", false, EGOV__N("they were destroyed") },
	{ EGOV__KIND_PACK, EGOV__PACK_SUBJECT, "case, form, count, list-sm3, [from], [to]", false,
	  EGOV__N("records were to be copied for inspectors; where the form is full, their private"
	          " parts unsealed; where it is lawful, for an authority whose paper the case names") },
	{ EGOV__KIND_PACKED, EGOV__PACK_SUBJECT, "order, sm3", false,
	  EGOV__N("they were copied, with this list of files") },
	{ EGOV__KIND_ARCHIVE, EGOV__ARCHIVE_SUBJECT, "number, revision, first, count, sm3", false,
	  EGOV__N("entries were moved into a file with this SM3; or, in a later revision, what was"
	          " destroyed left it") },
	{ EGOV__KIND_ARCHIVE_RETURN, EGOV__ARCHIVE_SUBJECT, "number, revision, first, count", false,
	  EGOV__N("they were brought back from it") },
	{ EGOV__KIND_UNSEAL, "that of the entries", "unsealed", false,
	  EGOV__N("private parts of these entries were unsealed") },
	{ EGOV__KIND_WITNESS, EGOV__WITNESS_SUBJECT,
	  "number, sm3, method, place, [countersignature]", false,
	  EGOV__N("a checkpoint was lodged with a witness") },
	{ EGOV__KIND_WITNESSED, "home-ID", "number, root, sm3", false,
	  EGOV__N("a checkpoint of another home was lodged here") },
	{ EGOV__KIND_CLOCK, "clock", "latest", true, EGOV__N("the clock was said to be right") },
	{ EGOV__KIND_SETTING, "name", "sm3", false, EGOV__N("a setting of the ledger was put") },
	{ EGOV__KIND_CA_KEY, ca_key, "generation, state, key-sm3", true,
	  EGOV__N("a key of the CA went into this state") },
	{ EGOV__KIND_ROLLOVER, ca_key, "generation, key-sm3", false,
	  EGOV__N("the CA began to go over to another key") },
	{ EGOV__KIND_KEY_DESTROY, ca_key, "generation, state, key-sm3", true,
	  EGOV__N("a key of the CA was to be destroyed") },
	{ EGOV__KIND_KEY_DESTROYED, ca_key, "generation, state, key-sm3", true,
	  EGOV__N("a key of the CA was destroyed") },
	{ EGOV__KIND_INIT, "",
	  "use, ca, ca-key, journal-key, allow-software, version", false,
	  EGOV__N("the home was made") },
	{ EGOV__KIND_INSTALL, "",
	  "[serial], [not-before], [not-after], [ceremony-sm3], [transcript-sm3]", false,
	  EGOV__N("a certificate of the CA was installed") },
	{ EGOV__KIND_CEREMONY, "ceremony", "ceremony-sm3, form-sm3, intent, tbs-sm3, transcript-sm3",
	  false, EGOV__N("the CA's keys were made in a ceremony") },
};
/* All of their fields: a report keeps no key that is not static. */
static const char *const field_names[] = {
	"act", "allow-software", "application", "base", "before", "ca", "ca-key", "case", "centre-sm3",
	"ceremony-sm3", "certificate", "clause", "commitment", "consent", "count",
	"countersignature", "cps", "effective", "encrypt-serial", "entries", "first", "form", "form-sm3", "from",
	"generation", "gone", "holder", "identity-operator", "intent", "invalidity-date", "journal-key",
	"key-sm3", "latest", "list-sm3", "lost", "method", "next-update", "not-after", "not-before",
	"number", "object", "operation", "order", "part", "place", "predecessor", "profile",
	"proof-agreement-sm3", "proof-ceremony-sm3", "proof-identity-sm3", "proof-notice-sm3",
	"proof-review-sm3", "proofs-sm3", "published", "reason", "receiver", "reported", "request-sm3", "revision",
	"revoked-at",
	"roles", "root", "serial", "signature", "sm3", "state", "statement", "status", "tbs-sm3",
	"this-update", "to", "transcript-sm3", "unsealed", "until", "use", "version"
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

const struct egov__kind *egov__kind_at(size_t i)
{
	return i < KINDS ? &kinds[i] : NULL;
}

const struct egov__kind *egov__kind_find(const char *name)
{
	for (size_t i = 0; i < KINDS; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

const char *egov__kind_field(const char *key)
{
	for (size_t i = 0; i < sizeof(field_names) / sizeof(field_names[0]); i++)
		if (strcmp(field_names[i], key) == 0)
			return field_names[i];
	return NULL;
}

/* The next field of a list, without its brackets. */
static bool next_field(struct egov_slice *list, struct egov_slice *field, bool *optional)
{
	if (!egov__list_next(list, field))
		return false;
	*optional = field->size > 2 && field->data[0] == '[';
	if (*optional) {
		field->data++;
		field->size -= 2;
	}
	return true;
}

static bool has_field(const struct egov__kind *kind, const char *key)
{
	struct egov_slice list = egov__slice_text(kind->fields), field;
	bool optional;

	while (next_field(&list, &field, &optional))
		if (egov__slice_is(field, key))
			return true;
	return false;
}

static enum egov_status check_fields(const struct egov__kind *kind, const struct egov__body *body,
                                     struct egov_error *err)
{
	struct egov_slice list = egov__slice_text(kind->fields), field;
	const char *key;
	bool optional;

	for (size_t i = 0; (key = egov__body_key(body, i)) != NULL; i++)
		if (!has_field(kind, key))
			return egov_error_set(err, EGOV_E_CORRUPT, NULL,
			                      "an entry \"%s\" has no field %s", kind->name, key);
	while (next_field(&list, &field, &optional)) {
		char name[64];

		(void)snprintf(name, sizeof(name), "%.*s", (int)field.size, (const char *)field.data);
		if (!optional && !egov__body_has(body, name))
			return egov_error_set(err, EGOV_E_CORRUPT, NULL,
			                      "an entry \"%s\" lacks its field %s", kind->name, name);
	}
	return EGOV_OK;
}

/* Nearly all have their fields in the order of the list. */
static bool in_order(const struct egov__kind *kind, const struct egov__body *body)
{
	struct egov_slice list = egov__slice_text(kind->fields), field;
	const char *key = egov__body_key(body, 0);
	bool optional;

	for (size_t i = 0; next_field(&list, &field, &optional);) {
		if (key != NULL && egov__slice_is(field, key))
			key = egov__body_key(body, ++i);
		else if (!optional)
			return false;
	}
	return key == NULL;
}

enum egov_status egov__kind_check(const struct egov__journal_row *entry, struct egov_error *err)
{
	const struct egov__kind *const kind = egov__kind_find(entry->kind);
	struct egov__body *body = NULL;
	enum egov_status rc;

	if (kind == NULL)
		return egov_error_set(err, EGOV_E_CORRUPT, NULL, "there is no kind of entry \"%s\"",
		                      entry->kind);
	if (entry->has_commitment && !kind->sealed)
		return egov_error_set(err, EGOV_E_CORRUPT, NULL,
		                      "an entry \"%s\" has no private part", entry->kind);
	rc = egov__body_parse(entry->body, &body, err);
	if (rc == EGOV_OK && !in_order(kind, body))
		rc = check_fields(kind, body, err);
	egov__body_free(body);
	return rc;
}
