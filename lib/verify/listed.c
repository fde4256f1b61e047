/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include <inttypes.h>

#include "crypto/sm2.h"
#include "verify/trust_list.h"

/* Order No. 4, Art. 22: which CAs belong to the trust system, by a list that says so. */
static const char clause[] = "Order No. 4, Art. 22";

/* --- taking a list in -------------------------------------------------------------- */

/* The caller names the certificate that signs lists; it must have been one to sign with,
 * and valid when the list was made. */
static enum egov_status check_signer(const struct egov_cert *signer,
                                     const struct egov__trust_list *list, struct egov_error *err)
{
	const struct egov__cert_fields *f = egov__cert_fields(signer);
	bool present;
	unsigned bits;
	enum egov_status rc = egov__check_usage(signer, &present, &bits, err);

	if (rc != EGOV_OK)
		return rc;
	if ((bits & (EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_NON_REPUDIATION)) == 0)
		return egov_error_set(err, EGOV_E_UNTRUSTED, clause,
		                      "its signer's keyUsage has no bit for signatures");
	if (list->date < f->not_before || list->date > f->not_after)
		return egov_error_set(err, EGOV_E_UNTRUSTED, clause,
		                      "its date is not within the validity of its signer's certificate");
	return EGOV_OK;
}

static enum egov_status check_dates(const struct egov__trust_list *list, egov_time now,
                                    struct egov_error *err)
{
	char date[EGOV_TIME_TEXT], next[EGOV_TIME_TEXT];

	egov_time_format(list->date, date);
	egov_time_format(list->next_update, next);
	if (list->date > now)
		return egov_error_set(err, EGOV_E_UNTRUSTED, clause, "it is dated in the future, %s", date);
	if (now >= list->next_update)
		return egov_error_set(err, EGOV_E_UNTRUSTED, clause,
		                      "it is stale: the next one was due at %s", next);
	return EGOV_OK;
}

/* The signature first: what nobody signed is not read. */
static enum egov_status read_list(const struct egov_trust_list_options *options,
                                  const struct egov_cert *signer, struct egov__trust_list **out,
                                  struct egov_error *err)
{
	const struct egov_slice id = options->id.data == NULL
	                             ? egov__slice_text(EGOV__SM2_DEFAULT_ID) : options->id;
	struct egov__document_signature document = { .algorithm = EGOV__OID_SM2_SM3 };
	struct egov_buf signature = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__trust_list *list = NULL;
	enum egov_status rc = egov__trust_list_split(options->list, &document.message, &signature, err);

	document.signature = egov_buf_slice(&signature);
	if (rc == EGOV_OK)
		rc = egov__verify_document(&document, signer, id, err);
	if (rc == EGOV_OK)
		rc = egov__trust_list_parse(document.message, &list, err);
	if (rc == EGOV_OK)
		rc = egov__sm3(&options->list, 1, list->sm3, err);
	if (rc == EGOV_OK)
		rc = check_signer(signer, list, err);
	if (rc == EGOV_OK)
		rc = check_dates(list, options->now, err);
	if (rc == EGOV_OK && options->state != NULL)
		rc = egov__trust_list_see(list, options->state, err);
	egov__buf_clear(&signature);
	if (rc == EGOV_OK)
		*out = list;
	else
		egov__trust_list_free(list);
	return rc;
}

/* A CA that is listed is an anchor, once its certificate is here; whether it was listed at
 * the moment judged at is the check's matter. */
static enum egov_status trust_listed(struct egov_verifier *verifier,
                                     const struct egov__trust_list *list, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < verifier->pool.count; i++) {
		const struct egov_slice der = egov_cert_der(verifier->pool.items[i].cert);

		if (egov__trust_list_find(list, der) != NULL)
			rc = egov_verifier_add_trust(verifier, der, err);
	}
	return rc;
}

enum egov_status egov_verifier_add_trust_list(struct egov_verifier *verifier,
                                              const struct egov_trust_list_options *options,
                                              struct egov_error *err)
{
	struct egov__trust_list *list = NULL;
	struct egov_cert *signer = NULL;
	enum egov_status rc;

	if (verifier->list != NULL)
		return egov_error_set(err, EGOV_E_EXISTS, NULL, "there is a trust list already");
	rc = egov_error_prefix(err, egov_cert_decode(options->signer, &signer, err),
	                       "its signer");
	if (rc == EGOV_OK)
		rc = read_list(options, signer, &list, err);
	egov_cert_free(signer);
	if (rc == EGOV_OK)
		rc = trust_listed(verifier, list, err);
	if (rc == EGOV_OK)
		verifier->list = list;
	else
		egov__trust_list_free(list);
	return rc == EGOV_OK ? rc : egov_error_prefix(err, rc, "trust list");
}

/* --- the check ----------------------------------------------------------------------- */

static void say_source(const struct egov__trust_list *list, struct egov__note *note)
{
	char date[EGOV_TIME_TEXT];

	if (note == NULL)
		return;
	egov_time_format(list->date, date);
	egov_buf_reset(&note->source);
	egov__buf_printf(&note->source, egov__text("trust list %s, number %" PRIu64 ", dated %s"),
	                 list->name, list->number, date);
	note->dated = list->date;
}

static enum egov_status not_in_force(const struct egov__trust_entry *entry,
                                     const struct egov__link *link, struct egov_error *err)
{
	char since[EGOV_TIME_TEXT], until[EGOV_TIME_TEXT] = "-", now[EGOV_TIME_TEXT];

	egov_time_format(entry->since, since);
	egov_time_format(link->j->options->at, now);
	if (entry->until != EGOV_TIME_NONE)
		egov_time_format(entry->until, until);
	return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
	                      "its CA is on the trust list, as %s, from %s until %s alone, judged at %s",
	                      entry->name, since, until, now);
}

/* The entry nearest to the certificate decides; one that is not in force refuses. */
static enum egov_status decide(const struct egov__link *link,
                               const struct egov__trust_entry **entry, struct egov_error *err)
{
	const struct egov__path *path = link->path;
	const egov_time at = link->j->options->at;

	for (size_t i = path->count > 1 ? 1 : 0; i < path->count; i++) {
		const struct egov__trust_entry *found =
			egov__trust_list_find(link->j->verifier->list, egov_cert_der(path->certs[i]));

		if (found == NULL)
			continue;
		if (at < found->since || (found->until != EGOV_TIME_NONE && at >= found->until))
			return not_in_force(found, link, err);
		if (*entry == NULL)
			*entry = found;
	}
	return EGOV_OK;
}

enum egov_status egov__check_trust_list(const struct egov__link *link, struct egov__note *note,
                                        struct egov_error *err)
{
	const struct egov__trust_list *list = link->j->verifier->list;
	const bool required = link->j->options->require_listed != 0;
	const struct egov__trust_entry *entry = NULL;
	enum egov_status rc;

	if (list == NULL && required)
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      "no trust list was given, and one is required");
	if (list == NULL) {
		egov__note_skip(note, "no trust list given");
		return EGOV_OK;
	}
	say_source(list, note);
	rc = decide(link, &entry, err);
	if (rc != EGOV_OK)
		return rc;
	if (entry != NULL)
		egov__note_say(note, "its CA is on the trust list, as %s", entry->name);
	else if (required)
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      "no CA of its path is on the trust list %s, number %" PRIu64,
		                      list->name, list->number);
	else
		egov__note_skip(note, "no CA of its path is on the trust list");
	return EGOV_OK;
}
