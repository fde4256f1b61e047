/* SPDX-License-Identifier: Apache-2.0 */
#include "record/result.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/der.h"
#include "crl/part.h"
#include "crypto/sm3_aside.h"
#include "record/generation.h"
#include "record/stage_door.h"
#include "x509/name.h"

struct egov_signed {
	uint64_t intent;
	struct egov_buf der;            /* of a list what stands behind the bytes of its intent */
	bool was_seen;                  /* a list, when it was cleared in this run */
	uint8_t seen[EGOV__SEEN_SIZE];
};

struct egov_recorded {
	struct egov__stage stage;
	enum egov_object_kind kind;
	uint64_t number;                /* CRLs */
	struct egov_buf serial;         /* certificates */
	egov_time end;                  /* notAfter of a certificate; EGOV_TIME_NONE */
	struct egov_buf der;            /* either this */
	struct egov__pieces *list;      /* or this: a list of ours */
	bool has_digest;
	uint8_t digest[32];             /* SM3 of the list */
};

/* --- views --- */

static enum egov_status compare_tbs(const uint8_t digest[32], const uint8_t wanted[32],
                                    const struct egov__intent_row *intent, struct egov_error *err)
{
	if (memcmp(digest, wanted, 32) == 0)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_CORRUPT, "Order No. 4, Art. 24",
	                      "its signed bytes are not those of intent %" PRIu64, intent->id);
}

static enum egov_status check_tbs(struct egov_slice tbs, const struct egov__intent_row *intent,
                                  struct egov_error *err)
{
	uint8_t digest[32];
	enum egov_status rc = egov__sm3(&tbs, 1, digest, err);

	return rc == EGOV_OK ? compare_tbs(digest, intent->tbs_digest, intent, err) : rc;
}

static enum egov_status is_ca(struct egov_slice extensions, bool *out, struct egov_error *err)
{
	struct egov__ext ext;
	struct egov__basic_constraints value = { 0 };
	enum egov_status rc = EGOV_OK;

	if (egov__ext_find(extensions, EGOV__OID_BASIC_CONSTRAINTS, &ext))
		rc = egov__ext_basic_constraints(ext.value, &value, err);
	*out = value.ca;
	return rc;
}

enum egov_status egov__certificate_view(struct egov_slice der,
                                        const struct egov__intent_row *intent,
                                        struct egov__certificate_view *out, struct egov_error *err)
{
	struct egov__certificate_row *const row = &out->row;
	struct egov__cert_fields f;
	enum egov_status rc;

	*out = (struct egov__certificate_view){ .subject = EGOV__BUF(4 * EGOV__MAX_OBJECT) };
	rc = egov__cert_read(der, &f, err);
	if (rc != EGOV_OK)
		return rc;
	rc = check_tbs(f.tbs, intent, err);
	if (rc == EGOV_OK)
		rc = egov__sm3(&f.spki, 1, row->key_digest, err);
	if (rc == EGOV_OK)
		rc = is_ca(f.extensions, &row->is_ca, err);
	egov__name_print(f.subject, &out->subject);
	row->subject = egov__buf_string(&out->subject);
	if (rc == EGOV_OK && row->subject == NULL)
		rc = egov_error_nomem(err);
	row->serial = f.serial;
	row->intent = intent->id;
	row->generation = intent->generation;
	row->profile = intent->profile;
	row->application = intent->application;
	row->cps_version = intent->cps_version;
	row->not_before = f.not_before;
	row->not_after = f.not_after;
	row->der = f.der;
	if (rc != EGOV_OK)
		egov__certificate_view_clear(out);
	return rc;
}

void egov__certificate_view_clear(struct egov__certificate_view *view)
{
	egov__buf_clear(&view->subject);
}

/* What is signed, and the list around it, in one pass. */
struct digests {
	struct egov__sm3 *tbs;          /* either this */
	struct egov__seen seen;         /* or this */
	struct egov__sm3_aside *list;
};

static enum egov_status see_signed(void *user, struct egov_slice bytes, struct egov_error *err)
{
	struct digests *const d = user;
	const enum egov_status rc = d->tbs != NULL ? egov__sm3_update(d->tbs, bytes, err)
	                                           : egov__seen_update(&d->seen, bytes, err);

	return rc == EGOV_OK ? egov__sm3_aside_update(d->list, bytes, err) : rc;
}

static enum egov_status see_list(void *user, struct egov_slice bytes, struct egov_error *err)
{
	const struct digests *const d = user;

	return egov__sm3_aside_update(d->list, bytes, err);
}

/* How many octets stand before what is signed. */
static enum egov_status size_before(const struct egov__source *list, size_t *size,
                                    struct egov_error *err)
{
	uint8_t bytes[EGOV__DER_HEAD];
	const size_t room = list->size < sizeof(bytes) ? (size_t)list->size : sizeof(bytes);
	struct egov__der_head head = { 0 };
	enum egov_status rc = egov__source_read(list, 0, bytes, room, err);

	if (rc == EGOV_OK)
		rc = egov__der_head((struct egov_slice){ bytes, room }, list->size, &head, err);
	*size = head.size;
	return rc;
}

/* The few octets before what is signed come first. */
static enum egov_status read_view(const struct egov__source *list, struct digests *d,
                                  uint8_t tbs_digest[32], struct egov__crl_view *out,
                                  struct egov_error *err)
{
	const struct egov__crl_listener listener = { .signed_bytes = see_signed, .user = d };
	uint64_t behind = 0;
	size_t before = 0;
	enum egov_status rc = size_before(list, &before, err);

	if (rc == EGOV_OK)
		rc = egov__source_walk(list, 0, before, see_list, d, err);
	if (rc == EGOV_OK)
		rc = egov__crl_read(list, &listener, &out->outline, err);
	if (rc != EGOV_OK)
		return rc;
	behind = out->outline.tbs_at + out->outline.tbs_size;
	rc = egov__source_walk(list, behind, list->size - behind, see_list, d, err);
	if (rc == EGOV_OK)
		rc = egov__sm3_aside_final(d->list, out->digest, err);
	if (rc != EGOV_OK)
		return rc;
	return d->tbs != NULL ? egov__sm3_final(d->tbs, tbs_digest, err)
	                      : egov__seen_end(&d->seen, tbs_digest, err);
}

static enum egov_status find_row(const struct egov__intent_row *intent, struct egov__crl_view *out,
                                 struct egov_error *err)
{
	const struct egov__crl_fields *const f = &out->outline.fields;
	struct egov__crl_row *const row = &out->row;
	enum egov_status rc = egov__crl_number(f->extensions, &row->number, err);

	if (rc == EGOV_OK)
		rc = egov__crl_base(f->extensions, &row->base, err);
	if (rc == EGOV_OK)
		rc = egov__part_of_crl(f->extensions, &row->part, err);
	row->intent = intent->id;
	row->this_update = f->this_update;
	row->next_update = f->next_update;
	row->entries = f->count;
	return rc;
}

enum egov_status egov__crl_view(const struct egov__source *list,
                                const struct egov__intent_row *intent, const uint8_t *seen,
                                struct egov__crl_view *out, struct egov_error *err)
{
	struct digests d = { .tbs = NULL };
	uint8_t digest[32];
	enum egov_status rc = seen == NULL ? egov__sm3_new(&d.tbs, err)
	                                   : egov__seen_begin(&d.seen, err);

	*out = (struct egov__crl_view){ .row = { .number = 0 } };
	if (rc == EGOV_OK)
		rc = egov__sm3_aside_new(list->size, &d.list, err);
	if (rc == EGOV_OK)
		rc = read_view(list, &d, digest, out, err);
	if (rc == EGOV_OK)
		rc = compare_tbs(digest, seen == NULL ? intent->tbs_digest : seen, intent, err);
	if (rc == EGOV_OK)
		rc = find_row(intent, out, err);
	egov__sm3_free(d.tbs);
	egov__seen_clear(&d.seen);
	egov__sm3_aside_free(d.list);
	if (rc != EGOV_OK)
		egov__crl_view_clear(out);
	return rc;
}

void egov__crl_view_clear(struct egov__crl_view *view)
{
	egov__crl_outline_clear(&view->outline);
}

enum egov_status egov__intent_digest(struct egov_store *store,
                                     const struct egov__intent_row *intent, uint8_t digest[32],
                                     struct egov_error *err)
{
	struct egov__pieces *pieces = NULL;
	enum egov_status rc;

	if (intent->kind != EGOV_OBJECT_CRL)
		return egov__sm3(&intent->tbs, 1, digest, err);
	rc = egov__pieces_open(store, intent->crl_number, &pieces, err);
	if (rc == EGOV_OK)
		rc = egov__sm3_source(EGOV__NO_SLICE, egov__pieces_tbs(pieces), digest, err);
	egov__pieces_free(pieces);
	return rc;
}

/* --- bodies --- */

static const char *object_name(int kind)
{
	return kind == EGOV_OBJECT_CERTIFICATE ? "certificate"
	       : kind == EGOV_OBJECT_CRL       ? "crl"
	                                       : "request";
}

void egov__intent_body(const struct egov__intent_row *row, struct egov__body *body)
{
	static const uint8_t no_request[32];

	egov__body_number_add(body, EGOV__KEY_INTENT, row->id);
	egov__body_text_add(body, EGOV__KEY_OBJECT, object_name(row->kind));
	if (row->kind == EGOV_OBJECT_CERTIFICATE)
		egov__body_hex_add(body, EGOV__KEY_SERIAL, row->serial);
	if (row->kind == EGOV_OBJECT_CRL)
		egov__body_number_add(body, EGOV__KEY_NUMBER, row->crl_number);
	if (row->part != EGOV__PART_ALL)
		egov__body_number_add(body, EGOV__KEY_PART, row->part);
	if (row->base != 0)
		egov__body_number_add(body, EGOV__KEY_BASE, row->base);
	egov__body_hex_add(body, EGOV__KEY_TBS_SM3, EGOV__SLICE(row->tbs_digest));
	egov__body_optional_add(body, EGOV__KEY_PROFILE, row->profile);
	egov__body_number_add(body, EGOV__KEY_GENERATION, row->generation);
	if (*row->application != 0) {
		egov__body_text_add(body, EGOV__KEY_APPLICATION, row->application);
		egov__body_hex_add(body, EGOV__KEY_PROOFS_SM3, EGOV__SLICE(row->proofs_digest));
	}
	if (memcmp(row->request_digest, no_request, sizeof(no_request)) != 0)
		egov__body_hex_add(body, EGOV__KEY_REQUEST_SM3, EGOV__SLICE(row->request_digest));
	egov__body_optional_add(body, EGOV__KEY_CPS, row->cps_version);
}

enum egov_status egov__object_digest(struct egov_slice object, uint8_t digest[32],
                                     struct egov_error *err)
{
	if (object.size != EGOV__DIGEST_ALONE)
		return egov__sm3(&object, 1, digest, err);
	memcpy(digest, object.data, EGOV__DIGEST_ALONE);
	return EGOV_OK;
}

static enum egov_status add_digest(struct egov__body *body, struct egov_slice der,
                                   struct egov_error *err)
{
	uint8_t digest[32];
	enum egov_status rc = egov__object_digest(der, digest, err);

	if (rc == EGOV_OK)
		egov__body_hex_add(body, EGOV__KEY_SM3, EGOV__SLICE(digest));
	return rc;
}

enum egov_status egov__certificate_body(const struct egov__certificate_row *row,
                                        struct egov__body *body, struct egov_error *err)
{
	enum egov_status rc;

	egov__body_number_add(body, EGOV__KEY_INTENT, row->intent);
	egov__body_hex_add(body, EGOV__KEY_SERIAL, row->serial);
	rc = add_digest(body, row->der, err);
	egov__body_hex_add(body, EGOV__KEY_KEY_SM3, EGOV__SLICE(row->key_digest));
	egov__body_time_add(body, EGOV__KEY_NOT_BEFORE, row->not_before);
	egov__body_time_add(body, EGOV__KEY_NOT_AFTER, row->not_after);
	egov__body_optional_add(body, EGOV__KEY_PROFILE, row->profile);
	egov__body_optional_add(body, EGOV__KEY_APPLICATION, row->application);
	egov__body_optional_add(body, EGOV__KEY_CPS, row->cps_version);
	return rc;
}

void egov__crl_body(const struct egov__crl_row *row, const uint8_t digest[32],
                    struct egov__body *body)
{
	egov__body_number_add(body, EGOV__KEY_INTENT, row->intent);
	egov__body_number_add(body, EGOV__KEY_NUMBER, row->number);
	egov__body_hex_add(body, EGOV__KEY_SM3, (struct egov_slice){ digest, 32 });
	egov__body_number_add(body, EGOV__KEY_ENTRIES, row->entries);
	egov__body_time_add(body, EGOV__KEY_THIS_UPDATE, row->this_update);
	egov__body_time_add(body, EGOV__KEY_NEXT_UPDATE, row->next_update);
}

enum egov_status egov__request_body(const struct egov__request_row *row, struct egov__body *body,
                                    struct egov_error *err)
{
	egov__body_number_add(body, EGOV__KEY_INTENT, row->intent);
	return add_digest(body, row->der, err);
}

/* --- signed --- */

enum egov_status egov__signed_new(const struct egov_intent *intent, struct egov_buf *der,
                                  struct egov_signed **out, struct egov_error *err)
{
	const uint8_t *const seen = egov__intent_seen(intent);
	struct egov_signed *made;
	enum egov_status rc = egov__buf_check(der, err);

	if (rc != EGOV_OK)
		return rc;
	if (!egov__intent_is_spent(intent))
		return egov_error_set(err, EGOV_E_USAGE, NULL, "intent %" PRIu64 " has not signed",
		                      egov__intent_id(intent));
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return egov_error_nomem(err);
	made->intent = egov__intent_id(intent);
	made->was_seen = seen != NULL;
	if (seen != NULL)
		memcpy(made->seen, seen, sizeof(made->seen));
	made->der = *der;
	*der = (struct egov_buf)EGOV__BUF(made->der.max);
	*out = made;
	return EGOV_OK;
}

void egov__signed_free(struct egov_signed *signed_object)
{
	if (signed_object == NULL)
		return;
	egov__buf_clear(&signed_object->der);
	free(signed_object);
}

/* --- recording --- */

static enum egov_status store_certificate(struct egov_record *record,
                                          const struct egov_signed *object,
                                          const struct egov__intent_row *intent,
                                          struct egov_recorded *out, struct egov__body *body,
                                          struct egov_error *err)
{
	struct egov__certificate_view view;
	enum egov_status rc = egov__certificate_view(egov_buf_slice(&object->der), intent, &view, err);

	if (rc != EGOV_OK)
		return rc;
	view.row.issued_at = record->now;
	rc = egov__store_certificate_add(record->store, &view.row, err);
	if (rc == EGOV_OK)
		rc = egov__certificate_body(&view.row, body, err);
	egov__buf_slice(&out->serial, view.row.serial);
	out->end = view.row.not_after;
	egov__certificate_view_clear(&view);
	return rc;
}

static enum egov_status store_crl(struct egov_record *record, const struct egov_signed *object,
                                  const struct egov__intent_row *intent,
                                  struct egov_recorded *out, struct egov__body *body,
                                  struct egov_error *err)
{
	const struct egov_slice behind = egov_buf_slice(&object->der);
	struct egov__crl_view view;
	enum egov_status rc = egov__pieces_open(record->store, intent->crl_number, &out->list, err);

	if (rc == EGOV_OK)
		rc = egov__pieces_sign(out->list, behind, err);
	if (rc == EGOV_OK)
		rc = egov__crl_view(egov__pieces_list(out->list), intent,
		                    object->was_seen ? object->seen : NULL, &view, err);
	if (rc != EGOV_OK)
		return rc;
	view.row.signature = behind;
	rc = egov__store_crl_add(record->store, &view.row, err);
	egov__crl_body(&view.row, view.digest, body);
	out->number = view.row.number;
	out->has_digest = true;
	memcpy(out->digest, view.digest, sizeof(out->digest));
	egov__crl_view_clear(&view);
	return rc;
}

static enum egov_status store_request(struct egov_record *record, const struct egov_signed *object,
                                      const struct egov__intent_row *intent,
                                      struct egov_recorded *out, struct egov__body *body,
                                      struct egov_error *err)
{
	const struct egov__request_row row = { intent->id, egov_buf_slice(&object->der) };
	enum egov_status rc = egov__store_request_add(record->store, &row, err);

	(void)out;
	return rc == EGOV_OK ? egov__request_body(&row, body, err) : rc;
}

static const struct {
	const char *entry;
	enum egov_status (*store)(struct egov_record *, const struct egov_signed *,
	                          const struct egov__intent_row *, struct egov_recorded *,
	                          struct egov__body *, struct egov_error *);
} kinds[] = {
	[EGOV_OBJECT_REQUEST] = { EGOV__KIND_REQUEST, store_request },
	[EGOV_OBJECT_CERTIFICATE] = { EGOV__KIND_ISSUE, store_certificate },
	[EGOV_OBJECT_CRL] = { EGOV__KIND_CRL, store_crl },
};

static enum egov_status record_object(struct egov_record *record, const struct egov_signed *object,
                                      const struct egov__intent_row *intent,
                                      struct egov_recorded *out, struct egov_error *err)
{
	struct egov__body *body = egov__body_new();
	struct egov_buf subject = EGOV__BUF(EGOV__MAX_OBJECT);
	const char *text = NULL;
	const uint64_t generation = intent->generation;
	enum egov_status rc = kinds[intent->kind].store(record, object, intent, out, body, err);

	egov__record_subject(intent, &subject);
	text = egov__buf_string(&subject);
	if (rc == EGOV_OK && text == NULL)
		rc = egov_error_nomem(err);
	if (rc == EGOV_OK)
		rc = egov__record_append(record, kinds[intent->kind].entry, intent->actor, text, body,
		                         EGOV__NO_SLICE, err);
	if (rc == EGOV_OK)
		rc = egov__store_intent_state(record->store, intent->id, EGOV__INTENT_DONE, err);
	if (rc == EGOV_OK)
		rc = egov__generation_signed(record, generation, out->end, err);
	egov__buf_clear(&subject);
	egov__body_free(body);
	return rc;
}

static struct egov_recorded *new_recorded(enum egov_object_kind kind)
{
	struct egov_recorded *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return NULL;
	made->kind = kind;
	made->end = EGOV_TIME_NONE;
	made->serial = (struct egov_buf)EGOV__BUF(EGOV__MAX_OBJECT);
	made->der = (struct egov_buf)EGOV__BUF(EGOV__MAX_CRL);
	return made;
}

static enum egov_status intent_without_result(struct egov_record *record, uint64_t id,
                                              struct egov__intent_row *row, struct egov_error *err)
{
	bool found = false;
	enum egov_status rc = egov__store_intent_get(record->store, id, row, &found, err);

	if (rc != EGOV_OK)
		return rc;
	if (!found)
		return egov_error_set(err, EGOV_E_NOTFOUND, NULL, "there is no intent %" PRIu64, id);
	if (row->state != EGOV__INTENT_OPEN)
		return egov_error_set(err, EGOV_E_EXISTS, NULL,
		                      row->state == EGOV__INTENT_DONE
		                              ? EGOV__N("intent %" PRIu64 " has a result already")
		                              : EGOV__N("intent %" PRIu64 " was given up"),
		                      id);
	return EGOV_OK;
}

enum egov_status egov__record_result(struct egov_record *record, struct egov_signed *signed_object,
                                     struct egov_recorded **out, struct egov_error *err)
{
	struct egov__intent_row intent;
	struct egov_recorded *made = NULL;
	enum egov_status rc = egov__record_wants_transaction(record, err);

	if (rc == EGOV_OK)
		rc = intent_without_result(record, signed_object->intent, &intent, err);
	if (rc != EGOV_OK)
		return rc;
	made = new_recorded((enum egov_object_kind)intent.kind);
	if (made == NULL)
		return egov_error_nomem(err);
	rc = record_object(record, signed_object, &intent, made, err);
	if (rc == EGOV_OK)
		rc = egov__buf_check(&made->serial, err);
	if (rc != EGOV_OK) {
		egov__recorded_free(made);
		return rc;
	}
	if (made->list == NULL) {
		made->der = signed_object->der;
		signed_object->der = (struct egov_buf)EGOV__BUF(0);
	}
	egov__signed_free(signed_object);
	egov__stage_begin(record, &made->stage);
	*out = made;
	return EGOV_OK;
}

/* --- recorded --- */

static enum egov_status recorded_of(struct egov_record *record, struct egov_recorded *made,
                                    struct egov_slice der, struct egov_recorded **out,
                                    struct egov_error *err)
{
	enum egov_status rc;

	egov__buf_slice(&made->der, der);
	rc = egov__buf_check(&made->der, err);
	if (rc == EGOV_OK)
		rc = egov__buf_check(&made->serial, err);
	if (rc != EGOV_OK) {
		egov__recorded_free(made);
		return rc;
	}
	egov__stage_begin(record, &made->stage);
	*out = made;
	return EGOV_OK;
}

enum egov_status egov__record_certificate(struct egov_record *record, struct egov_slice serial,
                                          struct egov_recorded **out, struct egov_error *err)
{
	struct egov__certificate_row row;
	struct egov_recorded *made;
	bool found = false;
	enum egov_status rc = egov__store_certificate_get(record->store, serial, &row, &found, err);

	if (rc != EGOV_OK)
		return rc;
	if (!found)
		return egov_error_set(err, EGOV_E_NOTFOUND, NULL,
		                      "there is no certificate of this serial number");
	if (row.der.size == EGOV__DIGEST_ALONE)
		return egov_error_set(err, EGOV_E_NOTFOUND, "Order No. 4, Art. 24",
		                      "its records were destroyed, since they were due");
	made = new_recorded(EGOV_OBJECT_CERTIFICATE);
	if (made == NULL)
		return egov_error_nomem(err);
	egov__buf_slice(&made->serial, row.serial);
	return recorded_of(record, made, row.der, out, err);
}

static enum egov_status recorded_list(uint64_t number, struct egov_recorded **out,
                                      struct egov_error *err)
{
	struct egov_recorded *made;

	if (number == 0)
		return egov_error_set(err, EGOV_E_NOTFOUND, NULL, "there is no such CRL");
	made = new_recorded(EGOV_OBJECT_CRL);
	if (made == NULL)
		return egov_error_nomem(err);
	made->number = number;
	*out = made;
	return EGOV_OK;
}

enum egov_status egov__record_crl(struct egov_record *record, uint64_t number,
                                  struct egov_recorded **out, struct egov_error *err)
{
	struct egov__crl_row row = { .number = 0 };
	bool found = false;
	enum egov_status rc = number == 0
	                              ? egov__store_crl_last(record->store, NULL, &row, &found, err)
	                              : egov__store_crl_get(record->store, number, &row, &found, err);

	struct egov_recorded *made = NULL;

	if (rc == EGOV_OK)
		rc = recorded_list(found ? row.number : 0, &made, err);
	if (rc == EGOV_OK)
		rc = egov__store_crl_open(record->store, &row, &made->list, err);
	if (rc != EGOV_OK) {
		egov__recorded_free(made);
		return rc;
	}
	return recorded_of(record, made, EGOV__NO_SLICE, out, err);
}

/* Known where it was just made. */
static enum egov_status list_digest(const struct egov_recorded *recorded, uint8_t digest[32],
                                    struct egov_error *err)
{
	if (!recorded->has_digest)
		return egov__sm3_source(EGOV__NO_SLICE, egov__pieces_list(recorded->list), digest, err);
	memcpy(digest, recorded->digest, sizeof(recorded->digest));
	return EGOV_OK;
}

/* Publishing the same list again changes nothing. */
enum egov_status egov__record_published(struct egov_record *record,
                                        const struct egov_recorded *recorded, const char *actor,
                                        struct egov_error *err)
{
	struct egov__body *body;
	struct egov__crl_row row;
	uint8_t digest[32] = { 0 };
	char subject[32];
	bool found = false;
	enum egov_status rc = egov__record_wants_transaction(record, err);

	if (rc == EGOV_OK)
		rc = egov__store_crl_row(record->store, recorded->number, &row, &found, err);
	if (rc == EGOV_OK && (recorded->list == NULL || !found))
		rc = egov_error_set(err, EGOV_E_USAGE, NULL, "only a recorded CRL is published");
	if (rc != EGOV_OK || row.published)
		return rc;
	body = egov__body_new();
	egov__body_number_add(body, EGOV__KEY_NUMBER, row.number);
	rc = list_digest(recorded, digest, err);
	egov__body_hex_add(body, EGOV__KEY_SM3, EGOV__SLICE(digest));
	(void)snprintf(subject, sizeof(subject), "crl-%" PRIu64, row.number);
	if (rc == EGOV_OK)
		rc = egov__store_crl_published(record->store, row.number, record->now, err);
	if (rc == EGOV_OK)
		rc = egov__record_append(record, EGOV__KIND_PUBLISH, actor, subject, body,
		                         EGOV__NO_SLICE, err);
	egov__body_free(body);
	return rc;
}

/* --- lists that others made --- */

enum egov_status egov__record_import(struct egov_record *record, const char *list,
                                     struct egov_recorded **out, struct egov_error *err)
{
	struct egov__imported_row row = { .number = 0 };
	struct egov_recorded *made = NULL;
	bool found = false;
	enum egov_status rc = egov__store_imported_last(record->store, list, &row, &found, err);

	if (rc == EGOV_OK)
		rc = recorded_list(found ? row.number : 0, &made, err);
	return rc == EGOV_OK ? recorded_of(record, made, row.der, out, err) : rc;
}

enum egov_status egov__record_import_published(struct egov_record *record,
                                               const struct egov_recorded *recorded,
                                               const char *list, const char *actor,
                                               struct egov_error *err)
{
	struct egov__imported_row row;
	struct egov__body *body;
	char subject[EGOV__IMPORT_SUBJECT];
	bool found = false;
	enum egov_status rc = egov__record_wants_transaction(record, err);

	if (rc == EGOV_OK)
		rc = egov__store_imported_last(record->store, list, &row, &found, err);
	if (rc == EGOV_OK && (!found || row.number != recorded->number))
		rc = egov_error_set(err, EGOV_E_USAGE, NULL, "only a recorded CRL is published");
	if (rc != EGOV_OK || row.published_at != EGOV_TIME_NONE)
		return rc;
	body = egov__body_new();
	egov__body_number_add(body, EGOV__KEY_NUMBER, row.number);
	rc = add_digest(body, row.der, err);
	egov__import_subject(&row, subject);
	if (rc == EGOV_OK)
		rc = egov__store_imported_published(record->store, list, recorded->number, record->now,
		                                    err);
	if (rc == EGOV_OK)
		rc = egov__record_append(record, EGOV__KIND_IMPORT_PUBLISH, actor, subject, body,
		                         EGOV__NO_SLICE, err);
	egov__body_free(body);
	return rc;
}

enum egov_object_kind egov__recorded_kind(const struct egov_recorded *recorded)
{
	return recorded->kind;
}

struct egov_slice egov__recorded_der(const struct egov_recorded *recorded)
{
	if (recorded->stage.durability != EGOV__STAGE_DURABLE)
		return EGOV__NO_SLICE;
	return egov_buf_slice(&recorded->der);
}

struct egov__source egov__recorded_source(const struct egov_recorded *recorded)
{
	if (recorded->list == NULL || recorded->stage.durability != EGOV__STAGE_DURABLE)
		return egov__source_slice(egov__recorded_der(recorded));
	return *egov__pieces_list(recorded->list);
}

struct egov_slice egov__recorded_serial(const struct egov_recorded *recorded)
{
	return egov_buf_slice(&recorded->serial);
}

uint64_t egov__recorded_number(const struct egov_recorded *recorded)
{
	return recorded->number;
}

void egov__recorded_free(struct egov_recorded *recorded)
{
	if (recorded == NULL)
		return;
	egov__stage_end(&recorded->stage);
	egov__buf_clear(&recorded->serial);
	egov__buf_clear(&recorded->der);
	egov__pieces_free(recorded->list);
	free(recorded);
}
