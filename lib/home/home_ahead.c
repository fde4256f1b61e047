/* SPDX-License-Identifier: Apache-2.0 */
#include "home/home_witnessed.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fileio.h"
#include "crl/crl_peek.h"
#include "crypto/sm3_aside.h"

/* --- lists that were taken over --- */

enum egov_status egov__home_is_reconciled(struct egov_home *home, uint64_t number,
                                          const struct egov__source *list, bool *is,
                                          struct egov_error *err)
{
	uint8_t digest[EGOV__SM3_SIZE];
	char subject[32];
	enum egov_status rc = egov__sm3_source(EGOV__NO_SLICE, list, digest, err);

	*is = false;
	(void)snprintf(subject, sizeof(subject), "crl-%" PRIu64, number);
	return rc == EGOV_OK ? egov__home_is_noted(home, subject, digest, is, err) : rc;
}

/* --- what is served --- */

struct walk {
	struct egov_home *home;
	egov__served_fn *fn;
	void *user;
};

static enum egov_status see_scope(const struct walk *walk, const struct egov__crl_scope *scope,
                                  struct egov_error *err)
{
	char name[EGOV__LIST_NAME], file[EGOV__LIST_NAME + 16];
	char *root = egov__home_path(walk->home, egov__home_conf(walk->home)->web_root), *path = NULL;
	enum egov_status rc = EGOV_OK;

	egov__home_list_name(scope, name);
	(void)snprintf(file, sizeof(file), "crl/%s.crl", name);
	if (root != NULL)
		path = egov__path_join(root, file);
	if (path == NULL)
		rc = egov_error_nomem(err);
	else if (access(path, F_OK) == 0 || errno != ENOENT)
		rc = walk->fn(walk->user, path, err);
	free(path);
	free(root);
	return rc;
}

static enum egov_status see_part(void *user, uint64_t generation, uint64_t part,
                                 struct egov_error *err)
{
	const struct egov__crl_scope complete = { generation, part, 0, 0 };
	const struct egov__crl_scope delta = { generation, part, 1, 0 };
	enum egov_status rc = see_scope(user, &complete, err);

	return rc == EGOV_OK ? see_scope(user, &delta, err) : rc;
}

static enum egov_status see_generation(void *user, const struct egov__generation_row *row,
                                       struct egov_error *err)
{
	return see_part(user, row->number, 0, err);
}

enum egov_status egov__home_walk_served(struct egov_home *home, egov__served_fn *fn, void *user,
                                        struct egov_error *err)
{
	struct egov_store *store = egov__record_store(egov__home_record(home));
	struct walk walk = { home, fn, user };
	enum egov_status rc = egov__store_generation_walk(store, see_generation, &walk, err);

	return rc == EGOV_OK ? egov__store_crl_part_walk(store, see_part, &walk, err) : rc;
}

/* --- which of it lies ahead --- */

struct ahead {
	uint64_t last;                  /* the highest number that the ledger gave out */
	uint64_t highest;               /* that a list has */
};

static enum egov_status check_served(void *user, const char *path, struct egov_error *err)
{
	struct ahead *const ahead = user;
	struct egov__source_file file = { .fd = -1 };
	uint64_t number = 0;
	bool regular = false, has = false;
	enum egov_status rc = egov__source_open(path, &file, &regular, err);

	if (rc != EGOV_OK || !regular)
		return rc;
	rc = egov__crl_peek(&file.source, &number, &has, err);
	egov__source_close(&file);
	if (rc == EGOV_OK && has && number > ahead->highest)
		ahead->highest = number;
	if (rc == EGOV_OK && has && number > ahead->last)
		rc = egov_error_set(err, EGOV_E_CORRUPT, "Order No. 4, Art. 18(3)",
		                    "%s has number %" PRIu64 ", the ledger's last is %" PRIu64
		                    ": the ledger is older than what was published, and lacks what "
		                    "these lists revoked (egov-record reconcile)",
		                    path, number, ahead->last);
	return rc;
}

/* --- many lists: what was seen of them once --- */

/* The folder of the lists as it was when each of them was looked at: a list that came since,
 * under its name or another, has changed the folder. */
struct seen {
	uint64_t device, inode, seconds, nanoseconds, highest;
};
#define MANY 4
#define SEEN "crl.seen"
#define SEEN_FORMAT "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n"
#define SEEN_MAX 128
/* Two changes as close as this can leave the same time. */
#define SEEN_SETTLED 2

static enum egov_status look_at_folder(struct egov_home *home, struct seen *now,
                                       struct egov_error *err)
{
	char *root = egov__home_path(home, egov__home_conf(home)->web_root);
	char *folder = root == NULL ? NULL : egov__path_join(root, "crl");
	struct stat st = { 0 };
	enum egov_status rc = folder == NULL ? egov_error_nomem(err) : EGOV_OK;

	if (rc == EGOV_OK && stat(folder, &st) != 0 && errno != ENOENT)
		rc = egov_error_errno(err, "%s: cannot look at it", folder);
	*now = (struct seen){ st.st_dev, st.st_ino, (uint64_t)st.st_mtim.tv_sec,
		              (uint64_t)st.st_mtim.tv_nsec, 0 };
	free(folder);
	free(root);
	return rc;
}

/* Whether it was seen so, after it had settled, with nothing that the ledger does not know. */
static enum egov_status was_seen(const char *path, const struct seen *now, uint64_t last,
                                 bool *seen, struct egov_error *err)
{
	struct egov_buf *text = NULL;
	struct seen then = { 0 };
	struct stat st;
	const char *string;
	enum egov_status rc;

	*seen = false;
	if (stat(path, &st) != 0)
		return EGOV_OK;
	rc = egov__file_read_regular(path, SEEN_MAX, &text, NULL);
	if (rc != EGOV_OK)
		return rc == EGOV_E_NOMEM ? egov_error_nomem(err) : EGOV_OK;
	string = egov__buf_string(text);
	if (string != NULL
	    && sscanf(string, SEEN_FORMAT, &then.device, &then.inode, &then.seconds,
	              &then.nanoseconds, &then.highest) == 5)
		*seen = then.device == now->device && then.inode == now->inode
		        && then.seconds == now->seconds && then.nanoseconds == now->nanoseconds
		        && then.highest <= last
		        && (uint64_t)st.st_mtim.tv_sec >= now->seconds + SEEN_SETTLED;
	egov_buf_free(text);
	return EGOV_OK;
}

static enum egov_status note_seen(const char *path, const struct seen *now, struct egov_error *err)
{
	struct egov_buf text = EGOV__BUF(SEEN_MAX);
	enum egov_status rc;

	egov__buf_printf(&text, SEEN_FORMAT, now->device, now->inode, now->seconds, now->nanoseconds,
	                 now->highest);
	rc = egov__buf_check(&text, err);
	if (rc == EGOV_OK)
		rc = egov__file_replace(path, egov_buf_slice(&text), 0600, err);
	egov__buf_clear(&text);
	return rc;
}

static enum egov_status check_many(struct egov_home *home, struct ahead *ahead,
                                   struct egov_error *err)
{
	char *path = egov__home_path(home, SEEN);
	struct seen now = { 0 };
	bool seen = false;
	enum egov_status rc = path == NULL ? egov_error_nomem(err) : look_at_folder(home, &now, err);

	if (rc == EGOV_OK)
		rc = was_seen(path, &now, ahead->last, &seen, err);
	if (rc == EGOV_OK && !seen) {
		rc = egov__home_walk_served(home, check_served, ahead, err);
		now.highest = ahead->highest;
		if (rc == EGOV_OK)
			rc = note_seen(path, &now, err);
	}
	free(path);
	return rc;
}

bool egov__home_is_restored(const struct egov_home *home)
{
	char *path = egov__home_path(home, EGOV__BACKUP_LIST);
	const bool is = path == NULL || access(path, F_OK) == 0 || errno != ENOENT;

	free(path);
	return is;
}

enum egov_status egov__home_check_ahead(struct egov_home *home, struct egov_error *err)
{
	struct ahead ahead = { 0, 0 };
	enum egov_status rc;

	if (egov__home_is_restored(home))
		return egov_error_set(err, EGOV_E_CORRUPT, "Order No. 4, Art. 18(3)",
		                      "this home is a backup, since it has %s: what was revoked since "
		                      "it was made is missing (egov-record reconcile)",
		                      EGOV__BACKUP_LIST);
	rc = egov__store_counter_get(egov__record_store(egov__home_record(home)), EGOV__COUNTER_CRL,
	                             &ahead.last, err);
	if (rc == EGOV_OK)
		rc = egov__home_conf(home)->crl_shards >= MANY
		             ? check_many(home, &ahead, err)
		             : egov__home_walk_served(home, check_served, &ahead, err);
	return rc == EGOV_OK ? egov__home_check_witnessed(home, err) : rc;
}
