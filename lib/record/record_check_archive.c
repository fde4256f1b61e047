/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/archive.h"
#include "record/check.h"

/* What the journal says of each segment, by its number. */
struct said {
	uint64_t revision;              /* 0: it has come back */
	uint64_t first, entries;
	char digest[65];
};
struct archives {
	const struct egov__check *check;
	struct egov_slice journal_spki;
	struct said *said;
	size_t count, capacity;
	uint64_t end;                   /* entries that rows so far have */
	size_t rows;
	egov__archive_fn *fn;           /* NULL: nobody wants to see them one by one */
	void *user;
};

static enum egov_status wrong(struct egov_error *err, uint64_t number, const char *message)
{
	char name[24];

	(void)snprintf(name, sizeof(name), "%" PRIu64, number);
	return egov__check_wrong(err, EGOV__N("archive"), name, message);
}

/* --- entries --- */

static enum egov_status grow(struct archives *a, struct egov_error *err)
{
	const size_t capacity = a->capacity == 0 ? 64 : 2 * a->capacity;
	struct said *said;

	if (a->count < a->capacity)
		return EGOV_OK;
	said = reallocarray(a->said, capacity, sizeof(*said));
	if (said == NULL)
		return egov_error_nomem(err);
	a->said = said;
	a->capacity = capacity;
	return EGOV_OK;
}

/* The one that an entry is about: one that there is, or the next. */
static enum egov_status find(struct archives *a, uint64_t number, struct said **out,
                             struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	if (number == 0 || number > a->count + 1)
		return wrong(err, number, EGOV__N("its number does not follow the one before"));
	if (number == a->count + 1) {
		rc = grow(a, err);
		if (rc == EGOV_OK)
			a->said[a->count++] = (struct said){ .revision = 0 };
	}
	if (rc == EGOV_OK)
		*out = &a->said[number - 1];
	return rc;
}

static enum egov_status take(struct archives *a, const struct egov__body *body, bool back,
                             struct egov_error *err)
{
	const char *digest = egov__body_get_text(body, EGOV__KEY_SM3);
	struct said says = { .revision = 0 }, *said = NULL;
	uint64_t number = 0;
	enum egov_status rc;

	if (!egov__body_get_number(body, EGOV__KEY_NUMBER, &number)
	    || !egov__body_get_number(body, EGOV__KEY_REVISION, &says.revision)
	    || !egov__body_get_number(body, EGOV__KEY_FIRST, &says.first)
	    || !egov__body_get_number(body, EGOV__KEY_COUNT, &says.entries)
	    || (!back && (digest == NULL || !egov__text_copy(says.digest, sizeof(says.digest), digest))))
		return wrong(err, number, EGOV__N("its entry does not say what it is"));
	rc = find(a, number, &said, err);
	if (rc != EGOV_OK)
		return rc;
	if (says.revision != said->revision + !back
	    || (said->revision > 0
	        && (says.first != said->first || says.entries != said->entries)))
		return wrong(err, number, EGOV__N("its revision does not follow the one before"));
	*said = says;
	if (back)
		said->revision = 0;
	return EGOV_OK;
}

static enum egov_status see_entry(void *user, const struct egov__journal_row *entry,
                                  struct egov_error *err)
{
	const bool back = strcmp(entry->kind, EGOV__KIND_ARCHIVE_RETURN) == 0;
	struct egov__body *body = NULL;
	enum egov_status rc;

	if (!back && strcmp(entry->kind, EGOV__KIND_ARCHIVE) != 0)
		return EGOV_OK;
	rc = egov__body_parse(entry->body, &body, err);
	if (rc == EGOV_OK)
		rc = take(user, body, back, err);
	egov__body_free(body);
	return rc == EGOV_OK ? rc : egov_error_prefix(err, rc, "journal entry %" PRIu64, entry->seq);
}

/* --- rows --- */

static enum egov_status check_moved(const struct archives *a, const struct egov__segment_row *row,
                                    struct egov_error *err)
{
	uint64_t count = 0;
	enum egov_status rc = egov__store_moved_count(a->check->store, row->first + row->moved,
	                                              row->first + row->entries, &count, err);

	if (rc == EGOV_OK && count > 0)
		rc = wrong(err, row->number, EGOV__N("more entries lie there alone than it counts"));
	return rc;
}

static enum egov_status check_row(void *user, const struct egov__segment_row *row,
                                  struct egov_error *err)
{
	struct archives *const a = user;
	struct egov_buf hex = EGOV__BUF(128);
	const struct said *said;
	size_t octets = 0;
	enum egov_status rc = EGOV_OK;

	if (row->number != a->rows + 1 || row->first != a->end || row->number > a->count)
		return wrong(err, row->number, EGOV__N("it does not follow the one before"));
	said = &a->said[a->rows++];
	a->end += row->entries;
	egov__buf_hex(&hex, EGOV__SLICE(row->digest));
	if (egov__buf_string(&hex) == NULL)
		rc = egov_error_nomem(err);
	else if (said->revision != row->revision || said->first != row->first
	         || said->entries != row->entries
	         || strcmp(said->digest, egov__buf_string(&hex)) != 0)
		rc = wrong(err, row->number,
		           EGOV__N("the ledger says something else than the journal"));
	egov__buf_clear(&hex);
	if (rc == EGOV_OK)
		rc = egov__archive_judge(a->check->store, row, a->journal_spki, &octets, err);
	if (rc == EGOV_OK)
		rc = check_moved(a, row, err);
	return rc == EGOV_OK && a->fn != NULL ? a->fn(a->user, row, octets, err) : rc;
}

static enum egov_status check_rest(const struct archives *a, struct egov_error *err)
{
	for (size_t i = a->rows; i < a->count; i++)
		if (a->said[i].revision > 0)
			return wrong(err, i + 1, EGOV__N("the ledger has no row of it"));
	return EGOV_OK;
}

static enum egov_status check_all(struct archives *a, struct egov_error *err)
{
	enum egov_status rc = egov__store_journal_walk(a->check->store, 0, EGOV__ARCHIVE_SUBJECT,
	                                               see_entry, a, err);

	if (rc == EGOV_OK)
		rc = egov__store_segment_walk(a->check->store, check_row, a, err);
	if (rc == EGOV_OK)
		rc = check_rest(a, err);
	free(a->said);
	return rc;
}

enum egov_status egov__check_archives(struct egov__check *check, struct egov_slice journal_spki,
                                      struct egov_error *err)
{
	struct archives a = { .check = check, .journal_spki = journal_spki };
	const enum egov_status rc = check_all(&a, err);

	check->archived = a.end;
	return rc;
}

enum egov_status egov__archives_check(struct egov_record *record, struct egov_slice journal_spki,
                                      egov__archive_fn *fn, void *user, struct egov_error *err)
{
	const struct egov__check check = { .store = egov__record_store(record) };
	struct archives a = { .check = &check, .journal_spki = journal_spki, .fn = fn, .user = user };
	enum egov_status rc = egov__store_snapshot(check.store, err);

	if (rc != EGOV_OK)
		return rc;
	rc = check_all(&a, err);
	egov__store_rollback(check.store);
	return rc;
}

enum egov_status egov__check_has_archive(const struct egov__check *check, const char *subject,
                                         bool *found, struct egov_error *err)
{
	(void)check;
	(void)err;
	*found = strcmp(subject, EGOV__ARCHIVE_SUBJECT) == 0;
	return EGOV_OK;
}
