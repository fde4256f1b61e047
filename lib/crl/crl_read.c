/* SPDX-License-Identifier: Apache-2.0 */
#include "crl/crl_read.h"

#include "base/der.h"
#include "cert/signed.h"
#include "x509/algid.h"

/* --- entries --- */

/* The next entry of left octets that begin at the window, however long it is. */
static enum egov_status next_entry(struct egov__window *in, uint64_t *left,
                                   struct egov__crl_entry *entry, struct egov_error *err)
{
	struct egov__der_head head = { 0 };
	struct egov_slice list = EGOV__NO_SLICE;
	uint64_t wanted = *left < EGOV__DER_HEAD ? *left : EGOV__DER_HEAD;
	enum egov_status rc = EGOV_OK;

	if (in->ready.size < 256) {
		rc = egov__window_fill(in, (size_t)wanted, err);
		list = in->ready;
		list.size = list.size < *left ? list.size : (size_t)*left;
		/* What has no form is for the reader of entries to say. */
		if (rc == EGOV_OK && egov__der_head(list, *left, &head, NULL) == EGOV_OK)
			rc = egov__window_fill(in, (size_t)(head.size + head.contents), err);
	} else if (in->ready.data[1] >= 0x80
	           && egov__der_head(in->ready, *left, &head, NULL) == EGOV_OK) {
		rc = egov__window_fill(in, (size_t)(head.size + head.contents), err);
	}
	list = in->ready;
	list.size = list.size < *left ? list.size : (size_t)*left;
	if (rc == EGOV_OK)
		rc = egov__crl_next(&list, entry, err);
	if (rc != EGOV_OK)
		return rc;
	*left -= (size_t)(list.data - in->ready.data);
	egov__window_take(in, (size_t)(list.data - in->ready.data));
	return EGOV_OK;
}

void egov__crl_walk_open(struct egov__crl_walk *walk, const struct egov__source *source,
                         const struct egov__crl_outline *list)
{
	*walk = (struct egov__crl_walk){ .left = list->entries_size };
	egov__window_open(&walk->in, source, list->entries_at, list->entries_size);
}

enum egov_status egov__crl_walk_next(struct egov__crl_walk *walk, struct egov_error *err)
{
	walk->has = walk->left > 0;
	return walk->has ? next_entry(&walk->in, &walk->left, &walk->entry, err) : EGOV_OK;
}

void egov__crl_walk_close(struct egov__crl_walk *walk)
{
	egov__window_close(&walk->in);
}

/* --- what surrounds them --- */

/* A way through a TBSCertList; what is taken of it goes into around, the entries but. */
struct way {
	struct egov__window in;
	const struct egov__crl_listener *listener;
	struct egov__crl_outline *list;
	struct egov_buf tbs;            /* contents of the TBS without the entries */
	unsigned version;
	uint64_t at;                    /* where the window stands in the source */
	bool told;                      /* the algorithm */
	bool leap;                      /* past the entries */
};

static void take(struct way *way, size_t size)
{
	egov__window_take(&way->in, size);
	way->at += size;
}

static enum egov_status peek(struct way *way, uint64_t left, struct egov__der_head *head,
                             struct egov_error *err)
{
	const enum egov_status rc = egov__window_fill(&way->in, EGOV__DER_HEAD, err);

	return rc == EGOV_OK ? egov__der_head(way->in.ready, left, head, err) : rc;
}

#define MOST_UNTOLD 4096

/* The next TLV whole into around.  A list whose head is longer than that has no form. */
static enum egov_status keep(struct way *way, struct egov_slice *kept, struct egov_error *err)
{
	/* Until the algorithm is known nothing can be shown, so nothing may go. */
	const size_t most = way->told ? EGOV__MAX_FILE : MOST_UNTOLD;
	struct egov__der_head head = { 0 };
	size_t size;
	enum egov_status rc = peek(way, egov__window_left(&way->in), &head, err);

	if (rc != EGOV_OK)
		return rc;
	if (head.contents > most)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "a part of %llu octets",
		                      (unsigned long long)head.contents);
	size = head.size + (size_t)head.contents;
	rc = egov__window_fill(&way->in, size, err);
	if (rc != EGOV_OK)
		return rc;
	egov__buf_append(&way->tbs, way->in.ready.data, size);
	*kept = (struct egov_slice){ way->in.ready.data, size };
	take(way, size);
	return egov__buf_check(&way->tbs, err);
}

/* The tag of what comes next, 0 at the end. */
static enum egov_status peek_tag(struct way *way, uint8_t *tag, struct egov_error *err)
{
	const enum egov_status rc = egov__window_fill(&way->in, 1, err);

	*tag = way->in.ready.size == 0 ? 0 : way->in.ready.data[0];
	return rc;
}

static bool is_time(uint8_t tag)
{
	return tag == EGOV__UTC_TIME || tag == EGOV__GENERALIZED_TIME;
}

static enum egov_status tell_algorithm(struct way *way, struct egov_slice whole,
                                       struct egov_error *err)
{
	const struct egov__crl_listener *const l = way->listener;
	enum egov__oid type = EGOV__OID_UNKNOWN;
	struct egov_slice in = whole, again = EGOV__NO_SLICE;
	enum egov_status rc = egov__signed_algorithm(&in, EGOV__N("signature algorithm"), &again, err);

	/* Of the two that a list has the outer one is judged; this one for who goes by it. */
	if (rc == EGOV_OK && l->algorithm != NULL) {
		rc = egov__algid_signature(whole, &type, err);
		if (rc == EGOV_OK)
			rc = l->algorithm(l->user, whole, type, err);
	}
	way->told = true;
	way->in.see = l->signed_bytes;
	way->in.user = l->user;
	return rc;
}

static void tell_time(const struct egov__crl_listener *l, struct egov_slice whole)
{
	bool wrong_type = false;

	if (egov__der_time(&whole, "thisUpdate", l->this_update, &wrong_type, NULL) != EGOV_OK)
		*l->this_update = EGOV_TIME_NONE;
}

/* Version, algorithm, issuer, times, as far as they are there: what they are is judged when
 * all has been put together. */
static enum egov_status read_head(struct way *way, struct egov_error *err)
{
	struct egov_slice kept = EGOV__NO_SLICE;
	uint8_t tag = 0;
	enum egov_status rc = peek_tag(way, &tag, err);

	way->version = tag == EGOV__INTEGER ? 2 : 1;
	if (rc == EGOV_OK && tag == EGOV__INTEGER)
		rc = keep(way, &kept, err);
	if (rc == EGOV_OK)
		rc = keep(way, &kept, err);
	if (rc == EGOV_OK)
		rc = tell_algorithm(way, kept, err);
	for (int i = 0; rc == EGOV_OK && i < 2; i++)
		rc = keep(way, &kept, err);
	if (rc == EGOV_OK && way->listener->this_update != NULL)
		tell_time(way->listener, kept);
	if (rc == EGOV_OK)
		rc = peek_tag(way, &tag, err);
	return rc == EGOV_OK && is_time(tag) ? keep(way, &kept, err) : rc;
}

static enum egov_status read_entry(struct way *way, uint64_t *left, struct egov_error *err)
{
	const struct egov__crl_listener *const l = way->listener;
	struct egov__crl_entry entry;
	enum egov_status rc = next_entry(&way->in, left, &entry, err);

	if (rc == EGOV_OK && way->version < 2)
		rc = egov__crl_entry_version(way->version, &entry, err);
	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "entry %zu", way->list->fields.count + 1);
	way->list->fields.count++;
	return l->entry != NULL ? l->entry(l->user, &entry, err) : EGOV_OK;
}

static void leap(struct way *way)
{
	const struct egov__source *const source = way->in.source;
	const uint64_t end = way->in.end;

	egov__window_close(&way->in);
	egov__window_open(&way->in, source, way->at, end - way->at);
}

/* An empty list is kept: it is not the same as none. */
static enum egov_status read_entries(struct way *way, struct egov_error *err)
{
	struct egov__der_head head = { 0 };
	struct egov_slice kept;
	uint64_t left;
	uint8_t tag = 0;
	enum egov_status rc = peek_tag(way, &tag, err);

	if (rc != EGOV_OK || tag != EGOV__SEQUENCE)
		return rc;
	rc = peek(way, egov__window_left(&way->in), &head, err);
	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "%s", "revokedCertificates");
	if (head.contents == 0)
		return keep(way, &kept, err);
	take(way, head.size);
	way->list->entries_at = way->at;
	way->list->entries_size = left = head.contents;
	way->at += left;
	if (way->leap) {
		leap(way);
		return EGOV_OK;
	}
	while (rc == EGOV_OK && left > 0)
		rc = read_entry(way, &left, err);
	return rc;
}

static enum egov_status read_tbs(struct way *way, const struct egov__source *source,
                                 struct egov_error *err)
{
	struct egov__der_head head = { 0 };
	struct egov__crl_outline *const list = way->list;
	struct egov_slice kept;
	enum egov_status rc;

	egov__window_open(&way->in, source, list->tbs_at, list->tbs_size);
	way->at = list->tbs_at;
	/* What stands before the algorithm, and it, are not shown before they are known. */
	rc = egov__window_fill(&way->in, 3 * MOST_UNTOLD, err);
	if (rc == EGOV_OK)
		rc = peek(way, list->tbs_size, &head, err);
	if (rc == EGOV_OK)
		take(way, head.size);
	if (rc == EGOV_OK)
		rc = read_head(way, err);
	if (rc == EGOV_OK)
		rc = read_entries(way, err);
	while (rc == EGOV_OK && egov__window_left(&way->in) > 0)
		rc = keep(way, &kept, err);
	return rc == EGOV_OK ? egov__window_show(&way->in, err) : rc;
}

/* Where the TBS lies in a list, and what stands behind it. */
static enum egov_status find_parts(const struct egov__source *source, struct egov__crl_outline *list,
                                   struct egov_buf *behind, struct egov_error *err)
{
	struct egov__der_head head = { 0 };
	uint8_t bytes[EGOV__DER_HEAD];
	uint8_t *room;
	uint64_t at = 0, left = source->size;
	enum egov_status rc = EGOV_OK;

	for (int level = 0; rc == EGOV_OK && level < 2; level++) {
		const size_t size = left < sizeof(bytes) ? (size_t)left : sizeof(bytes);

		list->tbs_at = at;
		rc = egov__source_read(source, at, bytes, size, err);
		if (rc == EGOV_OK && size > 0 && bytes[0] != EGOV__SEQUENCE)
			rc = egov_error_set(err, EGOV_E_SYNTAX, NULL, "%s: tag %02x found, %02x wanted",
			                    egov__text(level == 0 ? EGOV__N("outer form")
			                                          : EGOV__N("to-be-signed part")),
			                    bytes[0], EGOV__SEQUENCE);
		if (rc == EGOV_OK)
			rc = egov__der_head((struct egov_slice){ bytes, size }, left, &head, err);
		if (rc == EGOV_OK && level == 0 && head.size + head.contents != left)
			rc = egov_error_set(err, EGOV_E_SYNTAX, NULL, "%s: %zu octets after its end",
			                    egov__text("outer form"),
			                    (size_t)(left - head.size - head.contents));
		list->tbs_size = head.size + head.contents;
		at += head.size;
		left = head.contents;
	}
	if (rc != EGOV_OK)
		return rc;
	at = list->tbs_at + list->tbs_size;
	left = source->size - at;
	if (left > EGOV__MAX_OBJECT)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "a part of %llu octets",
		                      (unsigned long long)left);
	room = egov__buf_extend(behind, (size_t)left);
	rc = egov__buf_check(behind, err);
	return rc == EGOV_OK && left > 0 ? egov__source_read(source, at, room, (size_t)left, err) : rc;
}

/* What was kept is a list of its own, which the one reader of lists judges. */
static enum egov_status join(struct way *way, const struct egov_buf *behind, bool whole,
                             struct egov_error *err)
{
	struct egov__crl_outline *const list = way->list;
	struct egov_buf *const out = &list->around;
	const size_t count = list->fields.count;
	const size_t tbs = egov__der_header_size(way->tbs.size) + way->tbs.size;
	enum egov_status rc;

	*out = (struct egov_buf)EGOV__BUF(4 * EGOV__MAX_FILE);
	if (whole)
		egov__der_header(out, EGOV__SEQUENCE, tbs + behind->size);
	egov__der_put(out, EGOV__SEQUENCE, egov_buf_slice(&way->tbs));
	egov__buf_slice(out, egov_buf_slice(behind));
	rc = egov__buf_check(out, err);
	if (rc == EGOV_OK)
		rc = whole ? egov__crl_decode_fields(egov_buf_slice(out), &list->fields, err)
		           : egov__crl_tbs_decode(egov_buf_slice(out), &list->fields, err);
	list->fields.der = list->fields.tbs = EGOV__NO_SLICE;
	list->fields.entries = EGOV__NO_SLICE;
	list->fields.count = count;
	return rc;
}

/* What is read: a list or its TBS, with its entries or not. */
enum extent { LIST, LIST_WITHOUT_ENTRIES, TBS };

static enum egov_status read_list(const struct egov__source *source, enum extent extent,
                                  const struct egov__crl_listener *listener,
                                  struct egov__crl_outline *out, struct egov_error *err)
{
	const bool whole = extent != TBS;
	static const struct egov__crl_listener nobody;
	struct egov__crl_outline list = { .tbs_size = source->size };
	struct egov_buf behind = EGOV__BUF(EGOV__MAX_OBJECT);
	struct way way = { .listener = listener == NULL ? &nobody : listener,
		           .list = &list,
		           .tbs = EGOV__BUF(2 * EGOV__MAX_FILE),
		           .leap = extent == LIST_WITHOUT_ENTRIES };
	enum egov_status rc = whole ? find_parts(source, &list, &behind, err) : EGOV_OK;

	if (rc == EGOV_OK)
		rc = read_tbs(&way, source, err);
	if (rc == EGOV_OK)
		rc = join(&way, &behind, whole, err);
	else
		rc = egov_error_prefix(err, rc, "CRL");
	egov__window_close(&way.in);
	egov__buf_clear(&way.tbs);
	egov__buf_clear(&behind);
	if (rc == EGOV_OK)
		*out = list;
	else
		egov__crl_outline_clear(&list);
	return rc;
}

enum egov_status egov__crl_read(const struct egov__source *source,
                                     const struct egov__crl_listener *listener,
                                     struct egov__crl_outline *out, struct egov_error *err)
{
	return read_list(source, LIST, listener, out, err);
}

enum egov_status egov__crl_read_tbs(const struct egov__source *source,
                                         const struct egov__crl_listener *listener,
                                         struct egov__crl_outline *out, struct egov_error *err)
{
	return read_list(source, TBS, listener, out, err);
}

enum egov_status egov__crl_leap(const struct egov__source *source, struct egov__crl_outline *out,
                                struct egov_error *err)
{
	return read_list(source, LIST_WITHOUT_ENTRIES, NULL, out, err);
}

void egov__crl_outline_clear(struct egov__crl_outline *list)
{
	egov__buf_clear(&list->around);
}
