/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/record.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fileio.h"
#include "base/pem.h"
#include "base/report.h"
#include "base/text.h"
#include "ca/checkpoint.h"
#include "ca/issuing.h"
#include "ca/witness.h"
#include "crypto/sm3.h"

static const char clause[] = "Order No. 4, Art. 24";

#define PLACES 64

static struct egov_store *store_of(struct egov_home *home)
{
	return egov__record_store(egov__home_record(home));
}

/* "DIR/0123456789abcdef-42.pem" */
static char *file_of(const char *directory, const struct egov__lodged *lodged)
{
	char id[EGOV__HOME_ID], name[64];

	egov__home_id_text(lodged->home, id);
	(void)snprintf(name, sizeof(name), "%s-%" PRIu64 ".pem", id, lodged->tree.size);
	return egov__path_join(directory, name);
}

/* --- a checkpoint from elsewhere against the journal --- */

static enum egov_status compare(struct egov_home *home, const struct egov__lodged *lodged,
                                const char *place, struct egov_error *err)
{
	struct egov__kept kept = { .size = lodged->tree.size };
	enum egov_status rc = egov__sm3(&lodged->checkpoint, 1, kept.digest, err);

	memcpy(kept.root, lodged->tree.root, sizeof(kept.root));
	return rc == EGOV_OK ? egov__home_compare_kept(home, &kept, place, err) : rc;
}

static enum egov_status compare_file(void *user, const char *path, struct egov_error *err)
{
	struct egov_home *const home = user;
	struct egov__kept kept;
	enum egov_status rc = egov__home_read_kept(home, path, &kept, err);

	return rc == EGOV_OK ? egov__home_compare_kept(home, &kept, path, err) : rc;
}

/* --- another home --- */

struct kept {
	struct egov_home *home;
	const char *place;
	uint64_t wanted;                /* size that must be there */
	bool found;
};

static enum egov_status compare_kept(void *user, const struct egov__kept *is,
                                     struct egov_error *err)
{
	struct kept *const kept = user;

	kept->found = kept->found || is->size == kept->wanted;
	return egov__home_compare_kept(kept->home, is, kept->place, err);
}

static enum egov_status compare_home(struct egov_home *home, const char *place, const char *id,
                                     uint64_t wanted, struct egov_error *err)
{
	struct kept kept = { home, place, wanted, false };
	struct egov_home *other = NULL;
	enum egov_status rc = egov__witness_open(home, place, &other, err);

	if (rc == EGOV_OK)
		rc = egov__witness_walk(other, id, compare_kept, &kept, err);
	if (rc == EGOV_OK && !kept.found)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "%s: the checkpoint over %" PRIu64 " entries is not there any more",
		                    place, wanted);
	egov_home_close(other);
	return rc;
}

/* --- lodging --- */

struct lodging {
	struct egov_home *home;
	const struct egov_witness_options *options;
	struct egov_buf der;                    /* Lodged */
	struct egov__lodged lodged;
	struct egov_buf text;                   /* CheckpointFile, PEM */
	struct egov_buf countersignature;
	char *place;                            /* on the heap */
	char id[EGOV__HOME_ID];
};

static enum egov_status write_text(struct lodging *l, struct egov_error *err)
{
	struct egov_buf file = EGOV__BUF(EGOV__MAX_FILE);
	enum egov_status rc = egov__checkpoint_file_write(egov__home_journal_key(l->home),
	                                                  egov_buf_slice(&l->der), &file, err);

	egov__pem_encode(&l->text, EGOV__CHECKPOINT_LABEL, egov_buf_slice(&file));
	if (rc == EGOV_OK)
		rc = egov__buf_check(&l->text, err);
	egov__buf_clear(&file);
	return rc;
}

static enum egov_status find_place(struct lodging *l, const char *path, struct egov_error *err)
{
	l->place = realpath(path, NULL);
	if (l->place == NULL)
		return egov_error_errno(err, "%s: cannot lodge a checkpoint there", path);
	if (egov__utf8_has_control(egov__slice_text(l->place)))
		return egov_error_set(err, EGOV_E_POLICY, NULL, "%s: a name with control characters", path);
	return EGOV_OK;
}

/* A place that has more than the journal is known before anything goes there. */
static enum egov_status note_place(const struct lodging *l, const char *how, const char *place,
                                   struct egov_error *err)
{
	const enum egov_status rc = egov__home_note_place(l->home, how, place, err);

	return rc == EGOV_OK ? egov__home_check_witnessed(l->home, err) : rc;
}

/* What lies there under the same name is the same one: nobody's evidence is written over. */
static enum egov_status check_name(const struct lodging *l, const char *path,
                                   struct egov_error *err)
{
	struct egov__kept kept;
	enum egov__kept_as as = EGOV__KEPT_OURS;
	uint64_t entries = 0;
	enum egov_status rc;

	if (access(path, F_OK) != 0)
		return EGOV_OK;
	rc = egov__home_read_kept(l->home, path, &kept, err);
	if (rc == EGOV_OK)
		rc = egov__home_compare_kept(l->home, &kept, path, err);
	if (rc == EGOV_OK)
		rc = egov__home_judge_kept(l->home, &kept, &as, &entries, err);
	if (rc == EGOV_OK && as == EGOV__KEPT_NOTED)
		rc = egov_error_set(err, EGOV_E_EXISTS, NULL,
		                    "%s: the checkpoint of a journal that was lost, over as many "
		                    "entries; the next will have another name",
		                    path);
	return rc;
}

/* Where nothing can be replaced, the names tell which is the last. */
static enum egov_status put_last(struct lodging *l, struct egov_error *err)
{
	enum egov_status rc = egov__kept_put_last(l->place, l->id, egov_buf_slice(&l->text), err);

	if (rc != EGOV_E_IO)
		return rc;
	egov_error_clear(err);
	return egov__home_note_place(l->home, "names", l->place, err);
}

static enum egov_status to_directory(struct lodging *l, struct egov_error *err)
{
	char *path = NULL;
	enum egov_status rc = find_place(l, l->options->directory, err);

	if (rc == EGOV_OK)
		rc = note_place(l, "last", l->place, err);
	if (rc == EGOV_OK && (path = file_of(l->place, &l->lodged)) == NULL)
		rc = egov_error_nomem(err);
	if (rc == EGOV_OK)
		rc = check_name(l, path, err);
	if (rc == EGOV_OK && access(path, F_OK) != 0)
		rc = egov__file_replace(path, egov_buf_slice(&l->text), 0644, err);
	if (rc == EGOV_OK)
		rc = put_last(l, err);
	free(path);
	return rc;
}

static enum egov_status keep_here(struct egov_home *other, const struct lodging *l,
                                  struct egov_error *err)
{
	struct egov_record *const record = egov__home_record(other);
	struct egov__body *body = egov__body_new();
	char subject[EGOV__HOME_ID + 8];
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&l->lodged.checkpoint, 1, digest, err);

	(void)snprintf(subject, sizeof(subject), "home-%s", l->id);
	egov__body_number_add(body, EGOV__KEY_NUMBER, l->lodged.tree.size);
	egov__body_hex_add(body, EGOV__KEY_ROOT, (struct egov_slice){ l->lodged.tree.root, 32 });
	if (rc == EGOV_OK) {
		egov__body_hex_add(body, EGOV__KEY_SM3, EGOV__SLICE(digest));
		rc = egov__record_begin(record, egov_home_now(other), err);
	}
	if (rc == EGOV_OK) {
		rc = egov__record_append(record, EGOV__KIND_WITNESSED, l->options->actor, subject, body,
		                         EGOV__NO_SLICE, err);
		if (rc == EGOV_OK)
			rc = egov__record_commit(record, err);
		else
			egov__record_rollback(record);
	}
	egov__body_free(body);
	return rc == EGOV_OK ? egov__home_keep(other, l->id, egov_buf_slice(&l->text), err) : rc;
}

static enum egov_status to_home(struct lodging *l, struct egov_error *err)
{
	struct egov_home *other = NULL;
	struct egov_buf id = EGOV__BUF(64);
	enum egov_status rc = find_place(l, l->options->home, err);

	if (rc == EGOV_OK)
		rc = egov__witness_open(l->home, l->place, &other, err);
	if (rc == EGOV_OK)
		rc = egov__home_meta(other, EGOV__META_HOME_ID, &id, err);
	if (rc == EGOV_OK && egov__slice_equal(egov_buf_slice(&id), l->lodged.home))
		rc = egov_error_set(err, EGOV_E_POLICY, clause, "a home is no witness of itself");
	if (rc == EGOV_OK)
		rc = note_place(l, "home", l->place, err);
	if (rc == EGOV_OK)
		rc = keep_here(other, l, err);
	egov_home_close(other);
	egov__buf_clear(&id);
	return rc;
}

static enum egov_status check_key(const struct lodging *l, const struct egov_signer *signer,
                                  const struct egov_cert *cert, struct egov_error *err)
{
	const struct egov_slice spki = egov_signer_public_key(signer);
	bool owns = false;
	enum egov_status rc = egov__home_owns_key(l->home, spki, &owns, err);

	if (rc == EGOV_OK && !egov__slice_equal(spki, egov_cert_public_key(cert)))
		rc = egov_error_set(err, EGOV_E_POLICY, clause,
		                    "the key is not the one of the witness's certificate");
	if (rc == EGOV_OK && owns)
		rc = egov_error_set(err, EGOV_E_POLICY, clause, "a home is no witness of itself");
	return rc;
}

static enum egov_status by_key(struct lodging *l, struct egov_error *err)
{
	struct egov_signer *signer = NULL;
	struct egov_cert *cert = NULL;
	struct egov_buf place = EGOV__BUF(128);
	uint8_t digest[EGOV__SM3_SIZE];
	struct egov_slice spki;
	enum egov_status rc = egov_cert_decode(l->options->certificate, &cert, err);

	if (rc == EGOV_OK)
		rc = note_place(l, NULL, NULL, err);
	if (rc == EGOV_OK)
		rc = egov__home_operator_key(l->home, l->options->key_uri, &signer, err);
	if (rc == EGOV_OK)
		rc = check_key(l, signer, cert, err);
	if (rc == EGOV_OK)
		rc = egov__countersign(signer, egov_cert_der(cert), l->lodged.checkpoint,
		                       egov_home_now(l->home), &l->countersignature, err);
	if (rc == EGOV_OK) {
		spki = egov_cert_public_key(cert);
		rc = egov__sm3(&spki, 1, digest, err);
	}
	if (rc == EGOV_OK) {
		egov__buf_hex(&place, EGOV__SLICE(digest));
		l->place = egov__buf_string(&place) == NULL ? NULL
		                                            : egov__text_dup(egov__buf_string(&place));
		rc = l->place == NULL ? egov_error_nomem(err) : EGOV_OK;
	}
	egov_signer_close(signer);
	egov_cert_free(cert);
	egov__buf_clear(&place);
	return rc;
}

/* What stands in the entry and what whoever acts signs. */
static enum egov_status append(const struct lodging *l, const char *method, struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__body *body = egov__body_new();
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&l->lodged.checkpoint, 1, digest, err);

	egov__body_number_add(body, EGOV__KEY_NUMBER, l->lodged.tree.size);
	if (rc == EGOV_OK)
		egov__body_hex_add(body, EGOV__KEY_SM3, EGOV__SLICE(digest));
	egov__body_text_add(body, EGOV__KEY_METHOD, method);
	egov__body_text_add(body, EGOV__KEY_PLACE, l->place);
	if (l->countersignature.size > 0)
		egov__body_hex_add(body, EGOV__KEY_COUNTERSIGNATURE,
		                   egov_buf_slice(&l->countersignature));
	if (rc == EGOV_OK)
		egov__fact_hex_add(&facts, EGOV__KEY_SM3, EGOV__SLICE(digest));
	if (rc == EGOV_OK)
		rc = egov__approve(l->home, EGOV__ACT_WITNESS, EGOV__WITNESS_SUBJECT, &facts, err);
	if (rc == EGOV_OK)
		rc = egov__record_append(egov__home_record(l->home), EGOV__KIND_WITNESS,
		                         l->options->actor, EGOV__WITNESS_SUBJECT, body,
		                         EGOV__NO_SLICE, err);
	egov__body_free(body);
	egov__buf_clear(&facts);
	return rc;
}

static enum egov_status lodge(struct lodging *l, struct egov_report *report, struct egov_error *err)
{
	const struct egov_witness_options *const o = l->options;
	struct egov_record *const record = egov__home_record(l->home);
	const char *const method = o->directory != NULL ? "directory" : o->home != NULL ? "home" : "key";
	struct egov_slice in;
	uint64_t size = 0;
	enum egov_status rc = egov__home_check_witnessed(l->home, err);

	if (rc == EGOV_OK)
		rc = egov__checkpoint_now(l->home, &size, err);
	if (rc == EGOV_OK)
		rc = egov__checkpoint_lodged(l->home, size, &l->der, err);
	in = egov_buf_slice(&l->der);
	if (rc == EGOV_OK)
		rc = egov__lodged_read(&in, &l->lodged, err);
	if (rc == EGOV_OK)
		rc = write_text(l, err);
	egov__home_id_text(l->lodged.home, l->id);
	if (rc == EGOV_OK)
		rc = o->directory != NULL ? to_directory(l, err)
		     : o->home != NULL    ? to_home(l, err)
		                          : by_key(l, err);
	if (rc == EGOV_OK)
		rc = egov__home_keep(l->home, l->id, egov_buf_slice(&l->text), err);
	if (rc == EGOV_OK)
		rc = egov__record_begin(record, egov_home_now(l->home), err);
	if (rc != EGOV_OK)
		return rc;
	rc = append(l, method, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK) {
		egov__record_rollback(record);
		return rc;
	}
	egov__report_add(report, "entries", "%" PRIu64, l->lodged.tree.size);
	egov__report_hex(report, "root", (struct egov_slice){ l->lodged.tree.root, 32 });
	egov__report_add(report, "method", "%s", method);
	egov__report_add(report, "place", "%s", l->place);
	return egov__report_check(report, err);
}

enum egov_status egov_record_witness(struct egov_home *home,
                                     const struct egov_witness_options *options,
                                     struct egov_report *report, struct egov_error *err)
{
	struct lodging l = { .home = home, .options = options, .der = EGOV__BUF(EGOV__MAX_FILE),
		             .text = EGOV__BUF(2 * EGOV__MAX_FILE),
		             .countersignature = EGOV__BUF(EGOV__MAX_OBJECT) };
	enum egov_status rc;

	if ((options->directory != NULL) + (options->home != NULL) + (options->key_uri != NULL) != 1)
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      "want one witness: a directory, a home, or a key");
	rc = egov__actor_check(home, EGOV__ACT_WITNESS, options->actor, err);
	if (rc != EGOV_OK)
		return rc;
	rc = lodge(&l, report, err);
	egov__buf_clear(&l.der);
	egov__buf_clear(&l.text);
	egov__buf_clear(&l.countersignature);
	free(l.place);
	return egov__refuse(home, options->actor, EGOV__WITNESS_SUBJECT, EGOV__ACT_WITNESS, rc, err);
}

/* --- checking what was lodged --- */

struct checking {
	struct egov_home *home;
	struct egov_report *report;
	char id[EGOV__HOME_ID];
	char *places[PLACES];
	size_t count;
};

static enum egov_status check_countersignature(const struct egov__body *body,
                                               const struct egov__lodged *lodged,
                                               struct egov_error *err)
{
	const char *text = egov__body_get_text(body, EGOV__KEY_COUNTERSIGNATURE);
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__countersignature witness;
	struct egov_slice in;
	enum egov_status rc =
		text == NULL ? EGOV_E_SYNTAX : egov__hex_parse(text, "countersignature", &der, NULL);

	in = egov_buf_slice(&der);
	if (rc == EGOV_OK)
		rc = egov__countersignature_read(&in, &witness, NULL);
	if (rc == EGOV_OK)
		rc = egov__countersignature_verify(&witness, lodged->checkpoint, err);
	else if (rc != EGOV_E_NOMEM)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "the countersignature of a witness is damaged");
	egov__buf_clear(&der);
	return rc;
}

/* A directory is read as a whole once. */
static enum egov_status is_new(struct checking *c, const char *place, bool *new,
                               struct egov_error *err)
{
	*new = false;
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->places[i], place) == 0)
			return EGOV_OK;
	*new = true;
	if (c->count == PLACES)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "more than %d places", PLACES);
	c->places[c->count] = egov__text_dup(place);
	return c->places[c->count++] == NULL ? egov_error_nomem(err) : EGOV_OK;
}

static enum egov_status check_file(struct checking *c, const char *place,
                                   const struct egov__lodged *lodged, struct egov_error *err)
{
	char *path = file_of(place, lodged);
	bool new = false;
	enum egov_status rc = path == NULL ? egov_error_nomem(err) : is_new(c, place, &new, err);

	if (rc == EGOV_OK && new)
		rc = egov__home_walk_kept(place, c->id, compare_file, c->home, err);
	if (rc == EGOV_OK && access(path, F_OK) != 0)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "%s: the checkpoint over %" PRIu64 " entries is not there any more",
		                    place, lodged->tree.size);
	free(path);
	return rc;
}

static enum egov_status check_one(struct checking *c, const struct egov__body *body,
                                  const struct egov__lodged *lodged, struct egov_error *err)
{
	const char *method = egov__body_get_text(body, EGOV__KEY_METHOD);
	const char *place = egov__body_get_text(body, EGOV__KEY_PLACE);
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&lodged->checkpoint, 1, digest, err);

	if (rc == EGOV_OK && (method == NULL || place == NULL
	                      || !egov__body_has_hex(body, EGOV__KEY_SM3, EGOV__SLICE(digest))))
		return egov_error_set(err, EGOV_E_CORRUPT, clause,
		                      "another checkpoint was lodged than the ledger has");
	if (rc == EGOV_OK)
		rc = compare(c->home, lodged, place, err);
	if (rc == EGOV_OK)
		rc = strcmp(method, "directory") == 0 ? check_file(c, place, lodged, err)
		     : strcmp(method, "home") == 0
		             ? compare_home(c->home, place, c->id, lodged->tree.size, err)
		             : check_countersignature(body, lodged, err);
	if (rc != EGOV_OK || c->report == NULL)
		return rc;
	egov__report_record(c->report);
	egov__report_add(c->report, "lodged", "%" PRIu64, lodged->tree.size);
	egov__report_add(c->report, "method", "%s", method);
	egov__report_add(c->report, "place", "%s", place);
	return EGOV_OK;
}

static enum egov_status check_entry(void *user, const struct egov__journal_row *entry,
                                    struct egov_error *err)
{
	struct checking *const c = user;
	struct egov_buf der = EGOV__BUF(EGOV__MAX_FILE);
	struct egov__lodged lodged;
	struct egov__body *body = NULL;
	struct egov_slice in;
	uint64_t number = 0;
	const uint64_t seq = entry->seq;
	enum egov_status rc;

	if (strcmp(entry->kind, EGOV__KIND_WITNESS) != 0)
		return EGOV_OK;
	rc = egov__body_parse(entry->body, &body, err);
	if (rc == EGOV_OK && !egov__body_get_number(body, EGOV__KEY_NUMBER, &number))
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause, "it names no checkpoint");
	if (rc == EGOV_OK)
		rc = egov__checkpoint_lodged(c->home, number, &der, err);
	in = egov_buf_slice(&der);
	if (rc == EGOV_OK)
		rc = egov__lodged_read(&in, &lodged, err);
	if (rc == EGOV_OK)
		rc = check_one(c, body, &lodged, err);
	egov__body_free(body);
	egov__buf_clear(&der);
	return rc == EGOV_OK ? rc : egov_error_prefix(err, rc, "journal entry %" PRIu64, seq);
}

enum egov_status egov_record_witnesses(struct egov_home *home, struct egov_report *report,
                                       struct egov_error *err)
{
	struct checking c = { .home = home, .report = report };
	struct egov_buf id = EGOV__BUF(64);
	enum egov_status rc = egov__home_meta(home, EGOV__META_HOME_ID, &id, err);

	egov__home_id_text(egov_buf_slice(&id), c.id);
	if (rc == EGOV_OK)
		rc = egov__store_journal_walk(store_of(home), 0, EGOV__WITNESS_SUBJECT, check_entry, &c,
		                              err);
	if (rc == EGOV_OK)
		rc = egov__home_check_witnessed(home, err);
	if (rc == EGOV_OK && report != NULL)
		rc = egov__report_check(report, err);
	while (c.count > 0)
		free(c.places[--c.count]);
	egov__buf_clear(&id);
	return rc;
}
