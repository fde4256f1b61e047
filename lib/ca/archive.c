/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/archive.h"

#include <egovca/archive.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "archive/segment.h"
#include "base/fileio.h"
#include "ca/approve.h"
#include "ca/checkpoint.h"
#include "ca/issuing.h"
#include "record/archive.h"

struct archiving {
	struct egov_home *home;
	const char *actor;
	const char *act;                /* what is signed for; NULL: an order to destroy was */
	struct egov_signer *journal;    /* NULL: not opened yet */
	struct egov__progress progress;
	uint64_t others;                /* egov__store_others when this one wrote last */
};

static struct egov_record *record_of(const struct archiving *a)
{
	return egov__home_record(a->home);
}

static struct egov_store *store_of(const struct archiving *a)
{
	return egov__record_store(record_of(a));
}

static struct archiving begin(struct egov_home *home, const char *actor)
{
	return (struct archiving){ .home = home, .actor = actor,
		                   .progress = egov__home_progress(home) };
}

static enum egov_status open_journal_key(struct archiving *a, struct egov_error *err)
{
	return a->journal != NULL ? EGOV_OK
	                          : egov__home_signer(a->home, EGOV_KEY_JOURNAL, &a->journal, err);
}

/* --- files --- */

static enum egov_status overwrite(int fd, const char *path, struct egov_error *err)
{
	static const uint8_t zeros[65536];
	struct stat st;
	off_t at = 0;

	if (fstat(fd, &st) != 0)
		return egov_error_errno(err, "%s: cannot look at it", path);
	while (at < st.st_size) {
		const off_t left = st.st_size - at;
		const ssize_t n = pwrite(fd, zeros, left < (off_t)sizeof(zeros) ? (size_t)left : sizeof(zeros),
		                         at);

		if (n < 0 && errno != EINTR)
			return egov_error_errno(err, "%s: cannot overwrite", path);
		at += n < 0 ? 0 : n;
	}
	return fsync(fd) == 0 ? EGOV_OK : egov_error_errno(err, "%s: cannot sync", path);
}

#define GONE ".gone"            /* behind the name of what is being removed */

static bool ends_with(const char *name, const char *end)
{
	const size_t size = strlen(name), tail = strlen(end);

	return size >= tail && strcmp(name + size - tail, end) == 0;
}

static enum egov_status wipe_file(const char *path, struct egov_error *err)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	enum egov_status rc = fd < 0 ? egov_error_errno(err, "%s: cannot open", path)
	                             : overwrite(fd, path, err);

	if (rc == EGOV_OK && unlink(path) != 0)
		rc = egov_error_errno(err, "%s: cannot remove", path);
	if (fd >= 0)
		(void)close(fd);
	return rc == EGOV_OK ? egov__dir_sync_of(path, err) : rc;
}

/* It may hold what was destroyed.  Its name goes first: who still looks for it finds that it was
 * replaced. */
static enum egov_status wipe(const struct archiving *a, const char *name, struct egov_error *err)
{
	struct egov_buf gone = EGOV__BUF(512);
	char *path = egov__store_archive_path(store_of(a), name), *to = NULL;
	enum egov_status rc = EGOV_OK;

	egov__buf_printf(&gone, "%s%s", name, ends_with(name, GONE) ? "" : GONE);
	if (egov__buf_string(&gone) != NULL)
		to = egov__store_archive_path(store_of(a), egov__buf_string(&gone));
	if (path == NULL || to == NULL)
		rc = egov_error_nomem(err);
	else if (rename(path, to) != 0)
		rc = egov_error_errno(err, "%s: cannot rename", path);
	if (rc == EGOV_OK)
		rc = wipe_file(to, err);
	egov__buf_clear(&gone);
	free(path);
	free(to);
	return rc;
}

/* Whether a file of this name is one that no row speaks of. */
static enum egov_status is_left_over(const struct archiving *a, const char *name, bool *is,
                                     struct egov_error *err)
{
	struct egov__segment_row row;
	char wanted[EGOV__SEGMENT_NAME];
	const uint64_t number = strtoull(name, NULL, 10);
	bool found = false;
	enum egov_status rc = EGOV_OK;

	*is = number > 0 && ends_with(name, ".seg" GONE);
	if (number == 0 || !ends_with(name, ".seg"))
		return EGOV_OK;
	rc = egov__store_segment_get(store_of(a), number, &row, &found, err);
	if (rc == EGOV_OK && found)
		egov__segment_name(&row, wanted);
	*is = rc == EGOV_OK && (!found || strcmp(wanted, name) != 0);
	return rc;
}

static enum egov_status tidy_folder(const struct archiving *a, DIR *dir, struct egov_error *err)
{
	const struct dirent *entry;
	bool left_over = false;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && (entry = readdir(dir)) != NULL) {
		rc = is_left_over(a, entry->d_name, &left_over, err);
		if (rc == EGOV_OK && left_over)
			rc = wipe(a, entry->d_name, err);
	}
	return rc;
}

/* What a killed run left: files that it wrote and did not record, or replaced and did not
 * remove. */
static enum egov_status tidy(const struct archiving *a, struct egov_error *err)
{
	char *path = egov__store_archive_path(store_of(a), "");
	DIR *dir;
	enum egov_status rc;

	if (path == NULL)
		return egov_error_nomem(err);
	rc = egov__dir_sweep(path, err);
	dir = rc == EGOV_OK ? opendir(path) : NULL;
	if (rc == EGOV_OK)
		rc = dir == NULL ? egov_error_errno(err, "%s: cannot open", path)
		                 : tidy_folder(a, dir, err);
	if (dir != NULL)
		(void)closedir(dir);
	free(path);
	return rc;
}

enum egov_status egov__archive_tidy(struct egov_home *home, struct egov_error *err)
{
	const struct archiving a = begin(home, NULL);

	return tidy(&a, err);
}

/* On disk, read back from there, and as the ledger has it. */
static enum egov_status put_file(const struct archiving *a, const struct egov__segment_row *row,
                                 struct egov_slice bytes, struct egov_error *err)
{
	char name[EGOV__SEGMENT_NAME], *path;
	size_t octets = 0;
	enum egov_status rc;

	egov__segment_name(row, name);
	path = egov__store_archive_path(store_of(a), name);
	rc = path == NULL ? egov_error_nomem(err) : egov__file_replace(path, bytes, 0600, err);
	free(path);
	return rc == EGOV_OK ? egov__archive_judge(store_of(a), row, egov__home_journal_key(a->home),
	                                           &octets, err)
	                     : rc;
}

/* --- moving --- */

/* Others who write get the ledger for the better part of the time. */
static enum egov_status give_way(struct archiving *a, struct egov_error *err)
{
	const struct timespec pause = { 0, 50000000 };
	uint64_t mark = 0;
	enum egov_status rc = egov__store_others(store_of(a), &mark, err);

	if (rc == EGOV_OK && mark != a->others)
		(void)nanosleep(&pause, NULL);
	a->others = mark;
	return rc;
}

static enum egov_status move(struct archiving *a, struct egov__segment_row *row,
                             struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && row->moved < row->entries) {
		const uint64_t before = row->moved;

		rc = egov__archive_move(record_of(a), egov_home_now(a->home), row, err);
		for (uint64_t i = before; i < row->moved; i++)
			egov__progress_step(&a->progress);
		if (rc == EGOV_OK)
			rc = give_way(a, err);
	}
	return rc;
}

/* The last one alone can be unfinished: the next is made after it. */
static enum egov_status finish(struct archiving *a, struct egov__segment_row *row,
                               struct egov_error *err)
{
	bool found = false;
	enum egov_status rc = egov__store_segment_get(store_of(a), 0, row, &found, err);

	if (rc == EGOV_OK && !found)
		*row = (struct egov__segment_row){ .number = 0 };
	return rc == EGOV_OK ? move(a, row, err) : rc;
}

/* --- one segment --- */

/* An operator who acts signs for this file. */
static enum egov_status approve(const struct archiving *a, const struct egov__segment_row *row,
                                struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT), number = EGOV__BUF(32);
	enum egov_status rc = EGOV_OK;

	if (a->act == NULL)
		return EGOV_OK;
	egov__buf_printf(&number, "%" PRIu64, row->number);
	if (egov__buf_string(&number) == NULL)
		rc = egov_error_nomem(err);
	else
		egov__fact_text_add(&facts, EGOV__KEY_NUMBER, egov__buf_string(&number));
	egov__fact_hex_add(&facts, EGOV__KEY_SM3, EGOV__SLICE(row->digest));
	if (rc == EGOV_OK)
		rc = egov__approve(a->home, a->act, EGOV__ARCHIVE_SUBJECT, &facts, err);
	egov__buf_clear(&number);
	egov__buf_clear(&facts);
	return rc;
}

static enum egov_status note(const struct archiving *a, const struct egov__segment_row *row,
                             struct egov_error *err)
{
	enum egov_status rc = egov__record_begin(record_of(a), egov_home_now(a->home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = approve(a, row, err);
	if (rc == EGOV_OK)
		rc = egov__record_archived(record_of(a), a->actor, row, err);
	if (rc == EGOV_OK)
		return egov__record_commit(record_of(a), err);
	egov__record_rollback(record_of(a));
	return rc;
}

static void tell(struct egov_report *report, const struct egov__segment_row *row, size_t octets)
{
	char name[EGOV__SEGMENT_NAME];

	egov__segment_name(row, name);
	egov__report_record(report);
	egov__report_add(report, "archive", "%s", name);
	egov__report_add(report, "first", "%" PRIu64, row->first);
	egov__report_add(report, "entries", "%" PRIu64, row->entries);
	egov__report_hex(report, "sm3", EGOV__SLICE(row->digest));
	egov__report_add(report, "octets", "%zu", octets);
}

static enum egov_status make(struct archiving *a, struct egov__segment_row *row, uint64_t end,
                             struct egov_report *report, struct egov_error *err)
{
	struct egov_buf file = EGOV__BUF(EGOV__SEGMENT_MAX);
	enum egov_status rc = open_journal_key(a, err);

	*row = (struct egov__segment_row){ .number = row->number + 1, .revision = 1,
		                           .first = row->first + row->entries };
	if (rc == EGOV_OK)
		rc = egov__archive_pack(record_of(a), a->journal, row, end, &file, err);
	if (rc == EGOV_OK)
		rc = put_file(a, row, egov_buf_slice(&file), err);
	if (rc == EGOV_OK)
		rc = note(a, row, err);
	if (rc == EGOV_OK)
		tell(report, row, file.size);
	egov__buf_clear(&file);
	return rc == EGOV_OK ? move(a, row, err) : rc;
}

/* The lock goes in between: somebody may wait for it. */
static enum egov_status make_next(struct archiving *a, uint64_t end, bool *more,
                                  struct egov_report *report, struct egov_error *err)
{
	struct egov__segment_row row;
	int lock = -1;
	enum egov_status rc = egov__home_lock(a->home, EGOV__ARCHIVE_LOCK, &lock, err);

	if (rc == EGOV_OK)
		rc = tidy(a, err);
	if (rc == EGOV_OK)
		rc = finish(a, &row, err);
	if (rc == EGOV_OK && row.first + row.entries < end)
		rc = make(a, &row, end, report, err);
	*more = rc == EGOV_OK && row.first + row.entries < end;
	egov__home_unlock(lock);
	return rc;
}

/* --- what is archived --- */

/* The entries up to a time are covered by a checkpoint. */
static enum egov_status find_end(const struct archiving *a, egov_time until, uint64_t *end,
                                 struct egov_error *err)
{
	struct egov__checkpoint_row checkpoint;
	struct egov__segment_row last;
	struct egov__journal_row entry;
	uint64_t first = 0, covered = 0;
	bool found = false;
	enum egov_status rc = egov__store_segment_get(store_of(a), 0, &last, &found, err);

	if (rc == EGOV_OK && found)
		first = last.first + last.entries;
	if (rc == EGOV_OK)
		rc = egov__store_journal_last(store_of(a), &entry, &found, err);
	if (rc == EGOV_OK)
		*end = found ? entry.seq + 1 : 0;
	if (rc == EGOV_OK && until != EGOV_TIME_NONE) {
		uint64_t since = 0;

		rc = egov__store_journal_since(store_of(a), first, until, &since, &found, err);
		if (rc == EGOV_OK && found)
			*end = since;
	}
	if (rc != EGOV_OK || *end <= first)
		return rc;
	rc = egov__store_checkpoint_from(store_of(a), *end, &checkpoint, &found, err);
	return rc == EGOV_OK && !found ? egov__checkpoint_now(a->home, &covered, err) : rc;
}

static enum egov_status tell_all(const struct archiving *a, struct egov_report *report,
                                 struct egov_error *err)
{
	struct egov__segment_row last;
	uint64_t octets = 0;
	bool found = false;
	enum egov_status rc = egov__store_segment_get(store_of(a), 0, &last, &found, err);

	if (rc == EGOV_OK)
		rc = egov__store_free_space(store_of(a), &octets, err);
	if (rc != EGOV_OK)
		return rc;
	egov__report_record(report);
	egov__report_add(report, "archived", "%" PRIu64, found ? last.first + last.entries : 0);
	egov__report_add(report, "free", "%" PRIu64, octets);
	return egov__report_check(report, err);
}

static enum egov_status run(struct archiving *a, const struct egov_archive_options *options,
                            struct egov_report *report, struct egov_error *err)
{
	uint64_t end = 0;
	bool more = true;
	enum egov_status rc = find_end(a, options->until, &end, err);

	a->progress.total = end;
	while (rc == EGOV_OK && more)
		rc = make_next(a, end, &more, report, err);
	if (rc == EGOV_OK && options->compact)
		rc = egov__store_compact(store_of(a), err);
	return rc == EGOV_OK ? tell_all(a, report, err) : rc;
}

enum egov_status egov_record_archive(struct egov_home *home,
                                     const struct egov_archive_options *options,
                                     struct egov_report *report, struct egov_error *err)
{
	struct archiving a = begin(home, options->actor);
	enum egov_status rc;

	a.act = EGOV__ACT_ARCHIVE;
	rc = egov__home_check_past(home, "until", options->until, err);
	if (rc != EGOV_OK)
		return rc;
	rc = egov__actor_check(home, EGOV__ACT_ARCHIVE, options->actor, err);
	if (rc != EGOV_OK)
		return rc;
	rc = run(&a, options, report, err);
	egov_signer_close(a.journal);
	return rc == EGOV_OK ? rc
	                     : egov__refuse(home, options->actor, EGOV__ARCHIVE_SUBJECT,
	                                    EGOV__ACT_ARCHIVE, rc, err);
}

/* --- looking at them --- */

static enum egov_status see_segment(void *user, const struct egov__segment_row *row,
                                    size_t octets, struct egov_error *err)
{
	struct egov_report *const report = user;

	tell(report, row, octets);
	return egov__report_check(report, err);
}

enum egov_status egov_record_archive_verify(struct egov_home *home, struct egov_report *report,
                                            struct egov_error *err)
{
	const struct archiving a = begin(home, NULL);
	const enum egov_status rc = egov__archives_check(
		record_of(&a), egov__home_journal_key(home), see_segment, report, err);

	return rc == EGOV_OK ? tell_all(&a, report, err) : rc;
}

/* --- back --- */

static enum egov_status bring_back(struct archiving *a, struct egov__segment_row *row,
                                   struct egov_error *err)
{
	char name[EGOV__SEGMENT_NAME];
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && row->moved > 0) {
		rc = egov__archive_return(record_of(a), egov_home_now(a->home), row, err);
		if (rc == EGOV_OK)
			rc = give_way(a, err);
	}
	if (rc == EGOV_OK)
		rc = egov__record_begin(record_of(a), egov_home_now(a->home), err);
	if (rc != EGOV_OK)
		return rc;
	rc = approve(a, row, err);
	if (rc == EGOV_OK)
		rc = egov__record_archive_returned(record_of(a), a->actor, row, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record_of(a), err);
	else
		egov__record_rollback(record_of(a));
	egov__segment_name(row, name);
	return rc == EGOV_OK ? wipe(a, name, err) : rc;
}

static enum egov_status bring_all_back(struct archiving *a, uint64_t number, struct egov_error *err)
{
	struct egov__segment_row row;
	bool found = false;
	enum egov_status rc = egov__store_segment_get(store_of(a), number, &row, &found, err);

	if (rc == EGOV_OK && (!found || number == 0))
		return egov_error_set(err, EGOV_E_NOTFOUND, NULL, "there is no archive %" PRIu64, number);
	if (rc == EGOV_OK)
		rc = tidy(a, err);
	while (rc == EGOV_OK && found) {
		rc = egov__store_segment_get(store_of(a), 0, &row, &found, err);
		found = found && row.number >= number;
		if (rc == EGOV_OK && found)
			rc = bring_back(a, &row, err);
	}
	return rc;
}

enum egov_status egov_record_archive_return(struct egov_home *home, const char *actor,
                                            unsigned long number, struct egov_report *report,
                                            struct egov_error *err)
{
	struct archiving a = begin(home, actor);
	int lock = -1;
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_ARCHIVE_RETURN, actor, err);

	if (rc != EGOV_OK)
		return rc;
	a.act = EGOV__ACT_ARCHIVE_RETURN;
	rc = egov__home_lock(home, EGOV__ARCHIVE_LOCK, &lock, err);
	if (rc == EGOV_OK)
		rc = bring_all_back(&a, number, err);
	egov__home_unlock(lock);
	if (rc == EGOV_OK)
		return tell_all(&a, report, err);
	return egov__refuse(home, actor, EGOV__ARCHIVE_SUBJECT, EGOV__ACT_ARCHIVE_RETURN, rc, err);
}

/* --- destroying --- */

static enum egov_status forget_in(struct archiving *a, struct egov__segment_row *row,
                                  struct egov_error *err)
{
	struct egov_buf file = EGOV__BUF(EGOV__SEGMENT_MAX);
	char before[EGOV__SEGMENT_NAME];
	enum egov_status rc = open_journal_key(a, err);

	egov__segment_name(row, before);
	if (rc == EGOV_OK)
		rc = egov__archive_return_tainted(record_of(a), egov_home_now(a->home), row, err);
	if (rc == EGOV_OK)
		rc = egov__archive_repack(record_of(a), a->journal, row, &file, err);
	if (rc == EGOV_OK)
		rc = put_file(a, row, egov_buf_slice(&file), err);
	if (rc == EGOV_OK)
		rc = note(a, row, err);
	egov__buf_clear(&file);
	return rc == EGOV_OK ? wipe(a, before, err) : rc;
}

enum egov_status egov__archive_forget(struct egov_home *home, const char *actor,
                                      struct egov_error *err)
{
	struct archiving a = begin(home, actor);
	struct egov__segment_row row = { .number = 0 };
	bool found = true;
	enum egov_status rc = tidy(&a, err);

	while (rc == EGOV_OK && found) {
		rc = egov__store_segment_tainted(store_of(&a), row.number, &row, &found, err);
		if (rc == EGOV_OK && found)
			rc = forget_in(&a, &row, err);
	}
	egov_signer_close(a.journal);
	return rc;
}
