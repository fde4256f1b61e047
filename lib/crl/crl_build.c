/* SPDX-License-Identifier: Apache-2.0 */
#include "crl/crl.h"

#include <stdlib.h>
#include <string.h>

#include "base/der.h"
#include "x509/tbs_build.h"

/* --- entries, block by block --- */

struct writer {
	const struct egov__crl_plan *plan;
	const struct egov__crl_keep *keep;
	size_t serial;                  /* octets of the serial before; 0: none yet */
	uint8_t before[EGOV__CRL_SERIAL];
	uint64_t size;                  /* of what was written so far */
	size_t used;
	uint8_t block[EGOV__CRL_BLOCK + EGOV__CRL_ENTRY];
};

/* Serials rise. */
static enum egov_status check_order(struct writer *w, struct egov_slice serial,
                                    struct egov_error *err)
{
	if (egov__crl_order(serial, (struct egov_slice){ w->before, w->serial }) <= 0)
		return egov_error_set(err, EGOV_E_CORRUPT, NULL,
		                      "the list of the revoked does not rise by serial number");
	memcpy(w->before, serial.data, serial.size);
	w->serial = serial.size;
	return EGOV_OK;
}

static enum egov_status put_entry(struct writer *w, const struct egov__crl_entry *e,
                                  struct egov_error *err)
{
	uint8_t *const to = w->block + w->used;
	size_t size = e->der.size;
	enum egov_status rc = size == 0 ? egov__crl_entry_encode(e, w->plan->base != 0, to, &size, err)
	                                : egov__crl_serial_check(e->serial, err);

	if (rc == EGOV_OK && size > EGOV__CRL_ENTRY)
		rc = egov_error_set(err, EGOV_E_LIMIT, NULL, "an entry of a list of %zu octets", size);
	if (rc == EGOV_OK)
		rc = check_order(w, e->serial, err);
	if (rc != EGOV_OK)
		return rc;
	if (e->der.size > 0)
		memcpy(to, e->der.data, size);
	w->used += size;
	return EGOV_OK;
}

/* The first octets of what is at hand. */
static enum egov_status flush(struct writer *w, size_t size, struct egov_error *err)
{
	const struct egov_slice bytes = { w->block, size };
	const enum egov_status rc = w->keep->write(w->keep->user, bytes, err);

	w->size += size;
	w->used -= size;
	if (w->used > 0)
		memmove(w->block, w->block + size, w->used);
	return rc;
}

static enum egov_status write_entries(struct writer *w, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < w->plan->count; i++) {
		struct egov__crl_entry entry = { .reason = -1, .invalidity_date = EGOV_TIME_NONE };

		rc = w->plan->next(w->plan->user, &entry, err);
		if (rc == EGOV_OK && w->plan->count == EGOV__CRL_ALL && entry.serial.size == 0)
			return EGOV_OK;
		if (rc == EGOV_OK)
			rc = put_entry(w, &entry, err);
		if (rc == EGOV_OK && w->used >= EGOV__CRL_BLOCK)
			rc = flush(w, EGOV__CRL_BLOCK, err);
	}
	return rc;
}

/* What stands behind the entries, and the rest of the last block. */
static enum egov_status write_tail(struct writer *w, struct egov_slice tail, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && tail.size > 0) {
		const size_t room = EGOV__CRL_BLOCK - w->used;
		const size_t size = tail.size < room ? tail.size : room;

		memcpy(w->block + w->used, tail.data, size);
		w->used += size;
		tail.data += size;
		tail.size -= size;
		if (w->used == EGOV__CRL_BLOCK)
			rc = flush(w, EGOV__CRL_BLOCK, err);
	}
	return rc == EGOV_OK && w->used > 0 ? flush(w, w->used, err) : rc;
}

/* *entries: how many octets the entries have. */
static enum egov_status put_contents(const struct egov__crl_plan *plan,
                                     const struct egov__crl_keep *keep, struct egov_slice tail,
                                     uint64_t *entries, struct egov_error *err)
{
	struct writer *w = malloc(sizeof(*w));
	enum egov_status rc;

	if (w == NULL)
		return egov_error_nomem(err);
	w->plan = plan;
	w->keep = keep;
	w->serial = 0;
	w->size = 0;
	w->used = 0;
	rc = write_entries(w, err);
	if (rc == EGOV_OK)
		*entries = w->size + w->used;
	if (rc == EGOV_OK)
		rc = write_tail(w, tail, err);
	free(w);
	return rc;
}

/* --- what surrounds them --- */

static void put_extension(struct egov_buf *out, enum egov__oid type, bool critical,
                          struct egov_buf *value)
{
	out->failed = out->failed || value->failed;
	out->starved = out->starved || value->starved;
	egov__ext_put(out, type, critical, egov_buf_slice(value));
	egov_buf_reset(value);
}

static void put_extensions(struct egov_buf *out, const struct egov__crl_plan *plan)
{
	const size_t wrap = egov__der_open(out, EGOV__CONTEXT_CONS | 0);
	const size_t list = egov__der_open(out, EGOV__SEQUENCE);
	struct egov_buf value = EGOV__BUF(EGOV__MAX_OBJECT);

	egov__ext_put_aki(&value, plan->issuer->key_id);
	put_extension(out, EGOV__OID_AKI, false, &value);
	egov__der_put_uint(&value, plan->number);
	put_extension(out, EGOV__OID_CRL_NUMBER, false, &value);
	if (plan->idp_uri != NULL) {
		egov__ext_put_idp(&value, plan->idp_uri, plan->only_users, plan->only_ca);
		put_extension(out, EGOV__OID_IDP, true, &value);
	}
	if (plan->base != 0) {
		egov__der_put_uint(&value, plan->base);
		put_extension(out, EGOV__OID_DELTA_CRL, true, &value);
	} else if (plan->freshest_uri != NULL) {
		const struct egov_slice uri = egov__slice_text(plan->freshest_uri);

		egov__ext_put_crl_dp(&value, &uri, 1);
		put_extension(out, EGOV__OID_FRESHEST_CRL, false, &value);
	}
	egov__buf_clear(&value);
	egov__der_close(out, list);
	egov__der_close(out, wrap);
}

/* All up to the entries, whose size is known now, and the lengths of what they are in. */
static void put_head(struct egov_buf *out, const struct egov__crl_plan *plan, uint64_t entries,
                     size_t tail)
{
	struct egov_buf head = EGOV__BUF(EGOV__MAX_OBJECT), list = EGOV__BUF(16);

	egov__der_put_uint(&head, 1);
	egov__buf_slice(&head, egov__algid_sm2_sm3(plan->issuer->params));
	egov__buf_slice(&head, plan->issuer->name);
	egov__der_put_time(&head, plan->this_update);
	egov__der_put_time(&head, plan->next_update);
	if (entries > 0)
		egov__der_header(&list, EGOV__SEQUENCE, (size_t)entries);
	egov__der_header(out, EGOV__SEQUENCE, head.size + list.size + (size_t)entries + tail);
	egov__buf_slice(out, egov_buf_slice(&head));
	egov__buf_slice(out, egov_buf_slice(&list));
	out->failed = out->failed || head.failed || list.failed;
	out->starved = out->starved || head.starved || list.starved;
	egov__buf_clear(&head);
	egov__buf_clear(&list);
}

static enum egov_status check_plan(const struct egov__crl_plan *plan, struct egov_error *err)
{
	if (plan->issuer->name.size == 0 || plan->issuer->key_id.size == 0)
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      "a CRL needs the issuer's name and key identifier");
	if (plan->next_update <= plan->this_update)
		return egov_error_set(err, EGOV_E_POLICY, "GM/T 0015, 5.3",
		                      "nextUpdate is not later than thisUpdate");
	if (plan->base >= plan->number && plan->base != 0)
		return egov_error_set(err, EGOV_E_CORRUPT, "RFC 5280, 5.2.4",
		                      "a delta list has a higher number than its base");
	return EGOV_OK;
}

/* --- where it goes --- */

static enum egov_status append(void *user, struct egov_slice bytes, struct egov_error *err)
{
	egov__buf_slice(user, bytes);
	return egov__buf_check(user, err);
}

/* The head goes before what is there. */
static enum egov_status put_before(struct egov_buf *der, struct egov_slice head,
                                   struct egov_error *err)
{
	const size_t size = der->size;

	if (egov__buf_extend(der, head.size) == NULL)
		return egov__buf_check(der, err);
	if (size > 0)
		memmove(der->data + head.size, der->data, size);
	memcpy(der->data, head.data, head.size);
	return EGOV_OK;
}

static enum egov_status close_list(const struct egov__crl_plan *plan, struct egov_buf *held,
                                   struct egov_slice head, struct egov_tbs **out,
                                   struct egov_error *err)
{
	struct egov__tbs_place place = { .release = NULL };
	enum egov_status rc;

	if (plan->keep == NULL) {
		rc = put_before(held, head, err);
		return rc != EGOV_OK ? rc
		                     : egov__tbs_new(EGOV_OBJECT_CRL, held, plan->issuer->params, out,
		                                     err);
	}
	rc = plan->keep->close(plan->keep->user, head, &place, err);
	return rc == EGOV_OK ? egov__tbs_new_list(&place, plan->issuer->params, out, err) : rc;
}

enum egov_status egov__crl_build(const struct egov__crl_plan *plan, struct egov_tbs **out,
                                 struct egov_error *err)
{
	struct egov_buf head = EGOV__BUF(EGOV__MAX_OBJECT), tail = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_buf held = EGOV__BUF(EGOV__MAX_CRL);
	const struct egov__crl_keep in_memory = { .write = append, .user = &held };
	uint64_t entries = 0;
	enum egov_status rc = check_plan(plan, err);

	if (rc == EGOV_OK) {
		put_extensions(&tail, plan);
		rc = egov__buf_check(&tail, err);
	}
	if (rc == EGOV_OK)
		rc = put_contents(plan, plan->keep == NULL ? &in_memory : plan->keep,
		                  egov_buf_slice(&tail), &entries, err);
	if (rc == EGOV_OK && entries > EGOV__MAX_LIST)
		rc = egov_error_set(err, EGOV_E_LIMIT, NULL, "the list grows too long");
	if (rc == EGOV_OK) {
		put_head(&head, plan, entries, tail.size);
		rc = egov__buf_check(&head, err);
	}
	if (rc == EGOV_OK)
		rc = close_list(plan, &held, egov_buf_slice(&head), out, err);
	egov__buf_clear(&head);
	egov__buf_clear(&tail);
	egov__buf_clear(&held);
	return rc;
}
