/* SPDX-License-Identifier: Apache-2.0 */
#include "home/home_witnessed.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fileio.h"
#include "base/pem.h"
#include "base/text.h"
#include "crypto/sm3.h"

static const char clause[] = "Order No. 4, Art. 24";

#define PLACES_MAX 65536

void egov__home_id_text(struct egov_slice id, char out[EGOV__HOME_ID])
{
	out[0] = 0;
	for (size_t i = 0; i < 8 && i < id.size; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", id.data[i]);
}

static struct egov_store *store_of(struct egov_home *home)
{
	return egov__record_store(egov__home_record(home));
}

/* --- one against the journal --- */

struct noted {
	struct egov_slice digest;
	bool found;
};

static enum egov_status see_note(void *user, const struct egov__journal_row *entry,
                                 struct egov_error *err)
{
	struct noted *const noted = user;
	struct egov__body *body = NULL;
	enum egov_status rc;

	if (strcmp(entry->kind, EGOV__KIND_RECONCILE) != 0)
		return EGOV_OK;
	rc = egov__body_parse(entry->body, &body, err);
	if (rc == EGOV_OK && egov__body_has_hex(body, EGOV__KEY_SM3, noted->digest))
		noted->found = true;
	egov__body_free(body);
	return rc;
}

enum egov_status egov__home_is_noted(struct egov_home *home, const char *subject,
                                     const uint8_t digest[32], bool *is,
                                     struct egov_error *err)
{
	struct noted noted = { { digest, EGOV__SM3_SIZE }, false };
	const enum egov_status rc = egov__store_journal_walk(store_of(home), 0, subject, see_note,
	                                                     &noted, err);

	*is = rc == EGOV_OK && noted.found;
	return rc;
}

static enum egov_status is_noted(struct egov_home *home, const struct egov__kept *kept, bool *is,
                                 struct egov_error *err)
{
	char subject[EGOV__CHECKPOINT_SUBJECT];

	(void)snprintf(subject, sizeof(subject), EGOV__CHECKPOINT_PREFIX "%" PRIu64, kept->size);
	return egov__home_is_noted(home, subject, kept->digest, is, err);
}

enum egov_status egov__home_judge_kept(struct egov_home *home, const struct egov__kept *kept,
                                       enum egov__kept_as *as, uint64_t *entries,
                                       struct egov_error *err)
{
	const struct egov__nodes nodes = egov__nodes_of(store_of(home));
	struct egov__journal_row row;
	uint8_t root[32];
	bool found = false, noted = false;
	enum egov_status rc = egov__store_journal_last(store_of(home), &row, &found, err);

	*entries = rc == EGOV_OK && found ? row.seq + 1 : 0;
	*as = kept->size > *entries ? EGOV__KEPT_AHEAD : EGOV__KEPT_OURS;
	if (rc == EGOV_OK && *as == EGOV__KEPT_OURS) {
		rc = egov__proof_root(&nodes, kept->size, root, err);
		if (rc == EGOV_OK && memcmp(root, kept->root, sizeof(root)) != 0)
			*as = EGOV__KEPT_OTHER;
	}
	if (rc == EGOV_OK && *as != EGOV__KEPT_OURS)
		rc = is_noted(home, kept, &noted, err);
	if (noted)
		*as = EGOV__KEPT_NOTED;
	return rc;
}

enum egov_status egov__home_compare_kept(struct egov_home *home, const struct egov__kept *kept,
                                         const char *place, struct egov_error *err)
{
	enum egov__kept_as as = EGOV__KEPT_OURS;
	uint64_t entries = 0;
	enum egov_status rc = egov__home_judge_kept(home, kept, &as, &entries, err);

	if (rc == EGOV_OK && as == EGOV__KEPT_AHEAD)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "%s: a checkpoint over %" PRIu64 " entries was lodged, but the "
		                    "journal has %" PRIu64
		                    ": what was recorded since is missing (egov-record reconcile)",
		                    place, kept->size, entries);
	if (rc == EGOV_OK && as == EGOV__KEPT_OTHER)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "%s: the checkpoint over %" PRIu64 " entries that was lodged is "
		                    "not of this journal (egov-record reconcile, if an older ledger "
		                    "was restored)",
		                    place, kept->size);
	return rc;
}

/* --- files --- */

static enum egov_status first_object(void *user, struct egov_slice der, struct egov_error *err)
{
	egov__buf_slice(user, der);
	return egov__buf_check(user, err);
}

/* Its signature is not looked at. */
static enum egov_status read_file(struct egov_home *home, const char *path, struct egov_buf *der,
                                  struct egov__lodged *out, struct egov_error *err)
{
	struct egov__checkpoint_file file;
	struct egov_buf *text = NULL;
	enum egov_status rc = egov__file_read_regular(path, EGOV__MAX_FILE, &text, err);

	if (rc == EGOV_OK)
		rc = egov__objects(egov_buf_slice(text), EGOV__CHECKPOINT_LABEL, first_object, der, err);
	if (rc == EGOV_OK)
		rc = egov__checkpoint_file_read(egov_buf_slice(der), &file, err);
	if (rc == EGOV_OK && !egov__slice_equal(file.journal_key, egov__home_journal_key(home)))
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause, "another journal key than this home's");
	if (rc == EGOV_OK)
		*out = file.lodged;
	egov_buf_free(text);
	return rc;
}

static enum egov_status read_kept(struct egov_home *home, const char *path, bool verify,
                                  struct egov__kept *kept, struct egov_error *err)
{
	struct egov_buf der = EGOV__BUF(EGOV__MAX_FILE);
	struct egov__lodged lodged;
	enum egov_status rc = read_file(home, path, &der, &lodged, err);

	if (rc == EGOV_OK && verify)
		rc = egov__lodged_verify(&lodged, egov__home_journal_key(home), err);
	if (rc == EGOV_OK)
		rc = egov__sm3(&lodged.checkpoint, 1, kept->digest, err);
	if (rc == EGOV_OK) {
		kept->size = lodged.tree.size;
		memcpy(kept->root, lodged.tree.root, sizeof(kept->root));
	}
	egov__buf_clear(&der);
	return rc == EGOV_OK ? rc : egov_error_prefix(err, egov_error_altered(err, rc), "%s", path);
}

enum egov_status egov__home_read_kept(struct egov_home *home, const char *path,
                                      struct egov__kept *kept, struct egov_error *err)
{
	return read_kept(home, path, true, kept, err);
}

enum egov_status egov__home_walk_kept(const char *dir, const char *id, egov__kept_fn *fn,
                                      void *user, struct egov_error *err)
{
	DIR *const folder = opendir(dir);
	const struct dirent *item;
	enum egov_status rc = EGOV_OK;

	if (folder == NULL)
		return egov_error_errno(err, "%s: cannot read what was lodged there", dir);
	while (rc == EGOV_OK && (item = readdir(folder)) != NULL) {
		char *path;

		if (strncmp(item->d_name, id, strlen(id)) != 0 || item->d_name[strlen(id)] != '-')
			continue;
		path = egov__path_join(dir, item->d_name);
		rc = path == NULL ? egov_error_nomem(err) : fn(user, path, err);
		free(path);
	}
	(void)closedir(folder);
	return rc;
}

/* "DIR/ID-last.pem", on the heap. */
static char *last_of(const char *dir, const char *id)
{
	char name[EGOV__HOME_ID + 16];

	(void)snprintf(name, sizeof(name), "%s-last.pem", id);
	return egov__path_join(dir, name);
}

enum egov_status egov__kept_put_last(const char *dir, const char *id, struct egov_slice text,
                                     struct egov_error *err)
{
	char *path = last_of(dir, id);
	enum egov_status rc = path == NULL ? egov_error_nomem(err) : egov__dir_sweep(dir, err);

	if (rc == EGOV_OK)
		rc = egov__file_replace(path, text, 0644, err);
	free(path);
	return rc;
}

/* --- places --- */

static enum egov_status read_places(struct egov_home *home, struct egov_buf **text,
                                    struct egov_error *err)
{
	char *path = egov__home_path(home, EGOV__WITNESSED "/places");
	enum egov_status rc = EGOV_OK;

	if (path == NULL)
		rc = egov_error_nomem(err);
	else if (access(path, F_OK) == 0 || errno != ENOENT)
		rc = egov__file_read_regular(path, PLACES_MAX, text, err);
	free(path);
	return rc;
}

static enum egov_status each_line(struct egov_slice line, egov__place_fn *fn, void *user,
                                  struct egov_error *err)
{
	static const char *const ways[] = { "last", "names", "home" };
	char *text = egov__slice_copy(line), *dir;
	enum egov_status rc = EGOV_OK;

	if (text == NULL)
		return egov_error_nomem(err);
	dir = strchr(text, ' ');
	if (dir != NULL)
		*dir++ = 0;
	for (size_t i = 0; dir != NULL && i < sizeof(ways) / sizeof(ways[0]); i++)
		if (strcmp(text, ways[i]) == 0)
			rc = fn(user, ways[i], dir, err);
	free(text);
	return rc;
}

/* *has: whether there is such a file. */
static enum egov_status walk_places(struct egov_home *home, egov__place_fn *fn, void *user,
                                    bool *has, struct egov_error *err)
{
	struct egov_buf *text = NULL;
	struct egov_slice rest = EGOV__NO_SLICE;
	enum egov_status rc = read_places(home, &text, err);

	*has = text != NULL;
	if (text != NULL)
		rest = egov_buf_slice(text);
	while (rc == EGOV_OK && rest.size > 0) {
		const uint8_t *end = memchr(rest.data, '\n', rest.size);
		const size_t size = end == NULL ? rest.size : (size_t)(end - rest.data);

		rc = each_line((struct egov_slice){ rest.data, size }, fn, user, err);
		rest.data += size + (end != NULL);
		rest.size -= size + (end != NULL);
	}
	egov_buf_free(text);
	return rc;
}

enum egov_status egov__home_walk_places(struct egov_home *home, egov__place_fn *fn, void *user,
                                        struct egov_error *err)
{
	bool has = false;

	return walk_places(home, fn, user, &has, err);
}

struct adding {
	const char *dir;
	struct egov_buf text;
};

static enum egov_status keep_other(void *user, const char *how, const char *dir,
                                   struct egov_error *err)
{
	struct adding *const adding = user;

	if (adding->dir == NULL || strcmp(dir, adding->dir) != 0)
		egov__buf_printf(&adding->text, "%s %s\n", how, dir);
	return egov__buf_check(&adding->text, err);
}

/* The folder, on the heap. */
static enum egov_status make_folder(struct egov_home *home, char **folder, struct egov_error *err)
{
	*folder = egov__home_path(home, EGOV__WITNESSED);
	if (*folder == NULL)
		return egov_error_nomem(err);
	return access(*folder, F_OK) == 0 ? EGOV_OK : egov__dir_make(*folder, 0755, err);
}

static enum egov_status put_places(const char *folder, struct egov_slice text,
                                   struct egov_error *err)
{
	char *path = egov__path_join(folder, "places");
	enum egov_status rc = path == NULL ? egov_error_nomem(err)
	                                   : egov__file_replace(path, text, 0644, err);

	free(path);
	return rc;
}

enum egov_status egov__home_note_place(struct egov_home *home, const char *how, const char *dir,
                                       struct egov_error *err)
{
	struct adding adding = { dir, EGOV__BUF(PLACES_MAX) };
	char *folder = NULL;
	enum egov_status rc = make_folder(home, &folder, err);

	if (rc == EGOV_OK)
		rc = egov__home_walk_places(home, keep_other, &adding, err);
	if (dir != NULL)
		egov__buf_printf(&adding.text, "%s %s\n", how, dir);
	if (rc == EGOV_OK)
		rc = egov__buf_check(&adding.text, err);
	if (rc == EGOV_OK)
		rc = put_places(folder, egov_buf_slice(&adding.text), err);
	egov__buf_clear(&adding.text);
	free(folder);
	return rc;
}

enum egov_status egov__home_keep(struct egov_home *home, const char *id, struct egov_slice text,
                                 struct egov_error *err)
{
	char *folder = NULL;
	enum egov_status rc = make_folder(home, &folder, err);

	if (rc == EGOV_OK)
		rc = egov__kept_put_last(folder, id, text, err);
	free(folder);
	return rc;
}

/* --- what is ahead --- */

static enum egov_status own_id(struct egov_home *home, char id[EGOV__HOME_ID],
                               struct egov_error *err)
{
	struct egov_buf meta = EGOV__BUF(64);
	enum egov_status rc = egov__home_meta(home, EGOV__META_HOME_ID, &meta, err);

	egov__home_id_text(egov_buf_slice(&meta), id);
	egov__buf_clear(&meta);
	return rc;
}

struct looking {
	struct egov_home *home;
	char id[EGOV__HOME_ID];
	uint64_t size;                  /* of the last by its name */
};

/* The ledger's own row of it tells as much as its tree, which is read where there is none. */
static enum egov_status look_at(struct looking *l, const char *path, struct egov_error *err)
{
	struct egov__checkpoint_row row;
	struct egov__kept kept;
	bool found = false;
	enum egov_status rc;

	if (access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
		return EGOV_OK;
	rc = read_kept(l->home, path, false, &kept, err);
	if (rc == EGOV_OK)
		rc = egov__store_checkpoint_from(store_of(l->home), kept.size, &row, &found, err);
	if (rc != EGOV_OK
	    || (found && row.size == kept.size && memcmp(row.root, kept.root, sizeof(row.root)) == 0))
		return rc;
	rc = read_kept(l->home, path, true, &kept, err);
	return rc == EGOV_OK ? egov__home_compare_kept(l->home, &kept, path, err) : rc;
}

static enum egov_status see_name(void *user, const char *path, struct egov_error *err)
{
	struct looking *const l = user;
	const char *const at = strrchr(path, '-');
	uint64_t size = 0;
	char digits[24];

	(void)err;
	(void)snprintf(digits, sizeof(digits), "%.*s", (int)strspn(at + 1, "0123456789"), at + 1);
	if (egov__number_parse(digits, "size", 1, INT64_MAX, &size, NULL) == EGOV_OK && size > l->size)
		l->size = size;
	return EGOV_OK;
}

static enum egov_status look_at_names(struct looking *l, const char *dir, struct egov_error *err)
{
	char name[EGOV__HOME_ID + 32], *path;
	enum egov_status rc;

	if (access(dir, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
		return EGOV_OK;
	l->size = 0;
	rc = egov__home_walk_kept(dir, l->id, see_name, l, err);
	if (rc != EGOV_OK || l->size == 0)
		return rc;
	(void)snprintf(name, sizeof(name), "%s-%" PRIu64 ".pem", l->id, l->size);
	path = egov__path_join(dir, name);
	rc = path == NULL ? egov_error_nomem(err) : look_at(l, path, err);
	free(path);
	return rc;
}

static enum egov_status look_at_last(struct looking *l, const char *dir, struct egov_error *err)
{
	char *path = last_of(dir, l->id);
	const enum egov_status rc = path == NULL ? egov_error_nomem(err) : look_at(l, path, err);

	free(path);
	return rc;
}

static enum egov_status look_at_folder(struct looking *l, char *folder, struct egov_error *err)
{
	const enum egov_status rc = folder == NULL ? egov_error_nomem(err)
	                                           : look_at_last(l, folder, err);

	free(folder);
	return rc;
}

static enum egov_status look_at_place(void *user, const char *how, const char *dir,
                                      struct egov_error *err)
{
	struct looking *const l = user;
	enum egov_status rc = EGOV_OK;

	if (l->id[0] == 0)
		rc = own_id(l->home, l->id, err);
	if (rc != EGOV_OK)
		return rc;
	if (strcmp(how, "home") == 0)
		return look_at_folder(l, egov__path_join(dir, EGOV__WITNESSED), err);
	return strcmp(how, "names") == 0 ? look_at_names(l, dir, err) : look_at_last(l, dir, err);
}

/* Of a home that never lodged any, this costs a look at one name. */
enum egov_status egov__home_check_witnessed(struct egov_home *home, struct egov_error *err)
{
	struct looking l = { .home = home };
	bool has = false;
	enum egov_status rc = walk_places(home, look_at_place, &l, &has, err);

	if (rc == EGOV_OK && has && l.id[0] == 0)
		rc = own_id(home, l.id, err);
	return rc == EGOV_OK && has
	               ? look_at_folder(&l, egov__home_path(home, EGOV__WITNESSED), err)
	               : rc;
}
