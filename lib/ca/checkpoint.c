/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/checkpoint.h"

#include <egovca/record.h>

#include <inttypes.h>

#include "base/der.h"
#include "base/report.h"
#include "base/text.h"
#include "ca/issuing.h"
#include "record/checkpoint.h"

static const char clause[] = "Order No. 4, Art. 24";

static struct egov_store *store_of(struct egov_home *home)
{
	return egov__record_store(egov__home_record(home));
}

/* --- what entries say of witnesses --- */

struct search {
	uint64_t size;                  /* that is asked for */
	uint64_t countersigned;         /* the first of at least that; 0: none */
	uint64_t older;                 /* the last that a witness has of less; 0: none */
	struct egov_buf *witnesses;     /* of exactly that; NULL: not wanted */
};

static enum egov_status see_witness(void *user, const struct egov__journal_row *entry,
                                    struct egov_error *err)
{
	struct search *const s = user;
	struct egov__body *body = NULL;
	const char *text;
	uint64_t number = 0;
	enum egov_status rc = egov__body_parse(entry->body, &body, err);

	if (rc != EGOV_OK)
		return rc;
	text = egov__body_get_text(body, EGOV__KEY_COUNTERSIGNATURE);
	if (egov__body_get_number(body, EGOV__KEY_NUMBER, &number)) {
		if (number < s->size && number > s->older)
			s->older = number;
		if (number >= s->size && text != NULL
		    && (s->countersigned == 0 || number < s->countersigned))
			s->countersigned = number;
		if (number == s->size && text != NULL && s->witnesses != NULL)
			rc = egov__hex_parse(text, "countersignature", s->witnesses, err);
	}
	egov__body_free(body);
	return rc;
}

static enum egov_status search(struct egov_home *home, struct search *s, struct egov_error *err)
{
	return egov__store_journal_walk(store_of(home), 0, EGOV__WITNESS_SUBJECT, see_witness, s, err);
}

/* --- lodged forms --- */

static enum egov_status put_lodged(struct egov_home *home, const struct egov__checkpoint_row *row,
                                   struct egov_buf *out, struct egov_error *err)
{
	struct egov_buf id = EGOV__BUF(64), checkpoint = EGOV__BUF(EGOV__MAX_OBJECT),
	                witnesses = EGOV__BUF(EGOV__MAX_FILE), signature = EGOV__BUF(256);
	struct search s = { .size = row->size, .witnesses = &witnesses };
	enum egov_status rc;

	egov__buf_slice(&signature, row->signature);
	rc = egov__home_meta(home, EGOV__META_HOME_ID, &id, err);
	if (rc == EGOV_OK)
		rc = egov__checkpoint_encode(egov_buf_slice(&id), row, &checkpoint, err);
	if (rc == EGOV_OK)
		rc = search(home, &s, err);
	if (rc == EGOV_OK)
		rc = egov__buf_check(&signature, err);
	if (rc == EGOV_OK) {
		egov__lodged_put(out, egov_buf_slice(&checkpoint), egov_buf_slice(&signature),
		                 egov_buf_slice(&witnesses));
		rc = egov__buf_check(out, err);
	}
	egov__buf_clear(&id);
	egov__buf_clear(&checkpoint);
	egov__buf_clear(&witnesses);
	egov__buf_clear(&signature);
	return rc;
}

enum egov_status egov__checkpoint_lodged(struct egov_home *home, uint64_t size,
                                         struct egov_buf *out, struct egov_error *err)
{
	struct egov__checkpoint_row row;
	bool found = false;
	enum egov_status rc = egov__store_checkpoint_from(store_of(home), size, &row, &found, err);

	if (rc == EGOV_OK && (!found || row.size != size))
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "there is no checkpoint over %" PRIu64 " entries", size);
	return rc == EGOV_OK ? put_lodged(home, &row, out, err) : rc;
}

enum egov_status egov__checkpoint_now(struct egov_home *home, uint64_t *size,
                                      struct egov_error *err)
{
	struct egov__checkpoint_row row;
	struct egov_signer *journal = NULL;
	bool found = false;
	enum egov_status rc = egov__home_signer(home, EGOV_KEY_JOURNAL, &journal, err);

	if (rc == EGOV_OK)
		rc = egov__record_checkpoint(egov__home_record(home), journal, egov_home_now(home), err);
	egov_signer_close(journal);
	if (rc == EGOV_OK)
		rc = egov__store_checkpoint_last(store_of(home), &row, &found, err);
	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause, "there is no checkpoint");
	if (rc == EGOV_OK)
		*size = row.size;
	return rc;
}

enum egov_status egov__checkpoint_for(struct egov_home *home, uint64_t size, struct egov_buf *out,
                                      struct egov_error *err)
{
	struct search s = { .size = size };
	struct egov__checkpoint_row row;
	bool found = false;
	uint64_t chosen = 0;
	enum egov_status rc = search(home, &s, err);

	if (rc == EGOV_OK && s.countersigned != 0)
		return egov__checkpoint_lodged(home, s.countersigned, out, err);
	if (rc == EGOV_OK)
		rc = egov__store_checkpoint_last(store_of(home), &row, &found, err);
	if (rc == EGOV_OK && found && row.size >= size)
		chosen = row.size;
	else if (rc == EGOV_OK)
		rc = egov__checkpoint_now(home, &chosen, err);
	return rc == EGOV_OK ? egov__checkpoint_lodged(home, chosen, out, err) : rc;
}

enum egov_status egov__checkpoint_witnessed(struct egov_home *home, uint64_t size,
                                            struct egov_buf *out, struct egov_error *err)
{
	struct search s = { .size = size };
	const enum egov_status rc = search(home, &s, err);

	return rc == EGOV_OK && s.older != 0 ? egov__checkpoint_lodged(home, s.older, out, err) : rc;
}

/* --- by time and by count --- */

/* Whether enough was recorded since the last, or it is old enough and something was. */
static enum egov_status is_due(struct egov_home *home, bool *due, struct egov_error *err)
{
	const struct egov__home_conf *const conf = egov__home_conf(home);
	struct egov__checkpoint_row last;
	struct egov__journal_row row;
	egov_time when = EGOV_TIME_NONE;
	uint64_t size = 0, covered = 0;
	bool found = false;
	enum egov_status rc = egov__store_journal_last(store_of(home), &row, &found, err);

	size = rc == EGOV_OK && found ? row.seq + 1 : 0;
	if (rc == EGOV_OK)
		rc = egov__store_checkpoint_last(store_of(home), &last, &found, err);
	if (rc != EGOV_OK)
		return rc;
	covered = found ? last.size : 0;
	if (found)
		rc = egov_time_add(last.time, conf->checkpoint_period, &when, err);
	*due = size - covered >= conf->checkpoint_entries
	       || (size > covered && (!found || egov_home_now(home) >= when));
	return rc;
}

#define STEP 1024               /* entries, between two looks */

void egov__checkpoint_grown(struct egov_home *home, uint64_t before)
{
	const uint64_t limit = egov__home_conf(home)->checkpoint_entries;
	const uint64_t step = limit < STEP ? limit : STEP;
	const uint64_t now = egov__record_size(egov__home_record(home));
	struct egov__checkpoint_row last;
	uint64_t size = 0;
	bool found = false;

	if (before / step == now / step
	    || egov__store_checkpoint_last(store_of(home), &last, &found, NULL) != EGOV_OK)
		return;
	if (now - (found && last.size <= now ? last.size : 0) >= limit)
		(void)!egov__checkpoint_now(home, &size, NULL);
}

static enum egov_status tell(struct egov_home *home, bool made, struct egov_buf *file,
                             struct egov_report *report, struct egov_error *err)
{
	struct egov_buf lodged = EGOV__BUF(EGOV__MAX_FILE);
	struct egov__checkpoint_row row;
	bool found = false;
	enum egov_status rc = egov__store_checkpoint_last(store_of(home), &row, &found, err);

	if (rc != EGOV_OK)
		return rc;
	egov__report_add(report, "signed", "%s", made ? "yes" : "no");
	if (found) {
		egov__report_add(report, "entries", "%" PRIu64, row.size);
		egov__report_hex(report, "root", EGOV__SLICE(row.root));
		egov__report_time(report, "time", row.time);
	}
	if (found && file != NULL) {
		rc = put_lodged(home, &row, &lodged, err);
		if (rc == EGOV_OK)
			rc = egov__checkpoint_file_write(egov__home_journal_key(home),
			                                 egov_buf_slice(&lodged), file, err);
	}
	egov__buf_clear(&lodged);
	return rc == EGOV_OK ? egov__report_check(report, err) : rc;
}

enum egov_status egov_record_checkpoint(struct egov_home *home, const char *actor, int if_due,
                                        struct egov_buf *file, struct egov_report *report,
                                        struct egov_error *err)
{
	uint64_t before = 0, after = 0, size = 0;
	bool due = true;
	enum egov_status rc = egov__actor_valid(actor, err);

	if (rc == EGOV_OK)
		rc = egov__store_checkpoint_count(store_of(home), &before, err);
	if (rc == EGOV_OK && if_due)
		rc = is_due(home, &due, err);
	if (rc == EGOV_OK && due) {
		rc = egov__checkpoint_now(home, &size, err);
		rc = egov__refuse(home, actor, "", "record-checkpoint", rc, err);
	}
	if (rc == EGOV_OK)
		rc = egov__store_checkpoint_count(store_of(home), &after, err);
	return rc == EGOV_OK ? tell(home, after > before, file, report, err) : rc;
}
