/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "crl/crl.h"
#include "record/check.h"
#include "record/imported.h"

/* A list that a CA above this one made, against its entries and its own bytes. */
struct imported {
	const struct egov__imported_row *row;
	char name[EGOV__IMPORT_SUBJECT];
};

static enum egov_status wrong(const struct imported *i, const char *message,
                              struct egov_error *err)
{
	return egov__check_wrong(err, EGOV__N("imported list"), i->name, message);
}

static enum egov_status check_entry(const struct egov__check *check, const struct imported *i,
                                    struct egov_error *err)
{
	struct egov__journal_row wanted = { .kind = EGOV__KIND_CRL_IMPORT, .actor = i->row->actor,
		                            .subject = i->name, .time = i->row->time };
	struct egov__body *body = egov__body_new();
	uint64_t seq = 0;
	enum egov_status rc = egov__import_body(i->row, body, err);

	wanted.body = egov__body_text(body);
	if (rc == EGOV_OK)
		rc = egov__check_one(check, EGOV__N("imported list"), &wanted, &seq, err);
	egov__body_free(body);
	return rc;
}

static enum egov_status check_bytes(const struct imported *i, struct egov_error *err)
{
	const struct egov__imported_row *const row = i->row;
	struct egov_crl *crl = NULL;
	uint64_t number = 0;
	bool same;
	enum egov_status rc = egov_crl_decode(row->der, &crl, NULL);

	same = rc == EGOV_OK
	       && egov__crl_number(egov__crl_fields(crl)->extensions, &number, NULL) == EGOV_OK
	       && number == row->number && egov_crl_this_update(crl) == row->this_update
	       && egov_crl_next_update(crl) == row->next_update
	       && egov_crl_entries(crl) == row->entries;
	egov_crl_free(crl);
	if (rc == EGOV_E_NOMEM)
		return egov_error_nomem(err);
	return same ? EGOV_OK : wrong(i, EGOV__N("its row is not what its bytes say"), err);
}

static enum egov_status see_served(void *user, const struct egov__journal_row *entry,
                                   const struct egov__body *body, struct egov_error *err)
{
	const struct imported *const i = user;

	(void)body;
	return entry->time == i->row->published_at
	               ? EGOV_OK
	               : wrong(i, EGOV__N("was published at another time"), err);
}

static enum egov_status check_imported(void *user, const struct egov__imported_row *row,
                                       struct egov_error *err)
{
	const struct egov__check *const check = user;
	struct imported i = { .row = row };
	struct egov__entry_walk walk = { EGOV__KIND_IMPORT_PUBLISH, see_served, &i, 0 };
	enum egov_status rc;

	egov__import_subject(row, i.name);
	rc = check_entry(check, &i, err);
	if (rc == EGOV_OK)
		rc = check_bytes(&i, err);
	if (rc == EGOV_OK)
		rc = egov__check_entries_of(check, i.name, &walk, err);
	if (rc == EGOV_OK && walk.count != (row->published_at != EGOV_TIME_NONE))
		rc = wrong(&i, EGOV__N("was published by the ledger or the journal alone"), err);
	return rc;
}

enum egov_status egov__check_imports(struct egov__check *check, struct egov_error *err)
{
	return egov__store_imported_walk(check->store, check_imported, check, err);
}

struct search {
	const char *subject;
	bool found;
};

static enum egov_status match(void *user, const struct egov__imported_row *row,
                              struct egov_error *err)
{
	struct search *search = user;
	char name[EGOV__IMPORT_SUBJECT];

	(void)err;
	egov__import_subject(row, name);
	search->found |= strcmp(name, search->subject) == 0;
	return EGOV_OK;
}

enum egov_status egov__check_has_import(const struct egov__check *check, const char *subject,
                                        bool *found, struct egov_error *err)
{
	struct search search = { subject, false };
	enum egov_status rc = egov__store_imported_walk(check->store, match, &search, err);

	if (rc == EGOV_OK)
		*found = search.found;
	return rc;
}
