/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/der.h"

struct egov__pieces {
	struct egov_store *store;
	uint64_t number;
	uint64_t count;                 /* of pieces; the first is 0 */
	size_t first;                   /* octets of the first */
	struct egov__source tbs, list;
	uint8_t head[EGOV__DER_HEAD];   /* of the list, before the pieces */
	size_t head_size;
	struct egov_buf signature;
	uint64_t held;                  /* which one room has, where size is not 0 */
	size_t size;
	uint8_t *room;
};

static enum egov_status damaged(const struct egov__pieces *p, struct egov_error *err)
{
	return egov_error_set(err, EGOV_E_CORRUPT, "Order No. 4, Art. 24",
	                      "%s: CRL number %" PRIu64 " is not whole", p->store->path, p->number);
}

/* --- reading --- */

static void read_bytes(struct egov__query *query, void *to)
{
	*(struct egov_slice *)to = egov__column_blob(query);
}

/* Into the room; each of them but the first and the last is full. */
static enum egov_status load(struct egov__pieces *p, uint64_t piece, struct egov_error *err)
{
	static const char sql[] = "SELECT bytes FROM crl_piece WHERE number = ?1 AND piece = ?2";
	struct egov__query query;
	struct egov_slice bytes = EGOV__NO_SLICE;
	enum egov_status rc = egov__query_read(p->store, sql, "CRL", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, p->number);
	egov__query_number(&query, piece);
	p->size = 0;
	(void)egov__query_next(&query, read_bytes, &bytes, &rc, err);
	if (rc == EGOV_OK && (bytes.size == 0 || bytes.size > EGOV__PIECE
	                      || (piece > 0 && piece + 1 < p->count && bytes.size < EGOV__PIECE)))
		rc = damaged(p, err);
	if (rc == EGOV_OK) {
		memcpy(p->room, bytes.data, bytes.size);
		p->held = piece;
		p->size = bytes.size;
	}
	egov__query_close(&query);
	return rc;
}

/* Which piece has the octet at at, into the room, and where in it that is. */
static enum egov_status find(struct egov__pieces *p, uint64_t at, size_t *from,
                             struct egov_error *err)
{
	const bool first = at < p->first;
	const uint64_t piece = first ? 0 : 1 + (at - p->first) / EGOV__PIECE;
	enum egov_status rc = EGOV_OK;

	*from = first ? (size_t)at : (size_t)((at - p->first) % EGOV__PIECE);
	if (p->size == 0 || p->held != piece)
		rc = load(p, piece, err);
	return rc == EGOV_OK && *from >= p->size ? damaged(p, err) : rc;
}

static enum egov_status lend_tbs(void *user, uint64_t at, struct egov_slice *out,
                                 struct egov_error *err)
{
	struct egov__pieces *const p = user;
	size_t from = 0;
	const enum egov_status rc = find(p, at, &from, err);

	if (rc == EGOV_OK)
		*out = (struct egov_slice){ p->room + from, p->size - from };
	return rc;
}

static enum egov_status read_tbs(void *user, uint64_t at, uint8_t *to, size_t size,
                                 struct egov_error *err)
{
	struct egov__pieces *const p = user;
	enum egov_status rc = EGOV_OK;

	while (size > 0) {
		size_t part, from = 0;

		rc = find(p, at, &from, err);
		if (rc != EGOV_OK)
			return rc;
		part = p->size - from < size ? p->size - from : size;
		memcpy(to, p->room + from, part);
		to += part;
		at += part;
		size -= part;
	}
	return rc;
}

/* What of a part before or behind lies at at; it is taken off. */
static void take_part(struct egov_slice part, uint64_t begin, uint64_t *at, uint8_t **to,
                      size_t *size)
{
	const size_t from = (size_t)(*at - begin);
	const size_t left = part.size - from < *size ? part.size - from : *size;

	memcpy(*to, part.data + from, left);
	*at += left;
	*to += left;
	*size -= left;
}

static enum egov_status read_list(void *user, uint64_t at, uint8_t *to, size_t size,
                                  struct egov_error *err)
{
	struct egov__pieces *const p = user;
	const uint64_t behind = p->head_size + p->tbs.size;
	enum egov_status rc = EGOV_OK;

	if (at < p->head_size && size > 0)
		take_part((struct egov_slice){ p->head, p->head_size }, 0, &at, &to, &size);
	if (at < behind && size > 0) {
		const size_t part = behind - at < size ? (size_t)(behind - at) : size;

		rc = read_tbs(p, at - p->head_size, to, part, err);
		at += part;
		to += part;
		size -= part;
	}
	if (rc == EGOV_OK && size > 0)
		take_part(egov_buf_slice(&p->signature), behind, &at, &to, &size);
	return rc;
}

static enum egov_status lend_list(void *user, uint64_t at, struct egov_slice *out,
                                  struct egov_error *err)
{
	struct egov__pieces *const p = user;
	const uint64_t behind = p->head_size + p->tbs.size;
	const struct egov_slice tail = egov_buf_slice(&p->signature);

	if (at < p->head_size)
		*out = (struct egov_slice){ p->head + at, (size_t)(p->head_size - at) };
	else if (at < behind)
		return lend_tbs(p, at - p->head_size, out, err);
	else
		*out = (struct egov_slice){ tail.data + (at - behind),
			                    tail.size - (size_t)(at - behind) };
	return EGOV_OK;
}

/* --- a list's --- */

static enum egov_status make(struct egov_store *store, uint64_t number, struct egov__pieces **out,
                             struct egov_error *err)
{
	struct egov__pieces *p = calloc(1, sizeof(*p));

	if (p == NULL || (p->room = malloc(EGOV__PIECE)) == NULL) {
		free(p);
		return egov_error_nomem(err);
	}
	p->store = store;
	p->number = number;
	p->signature = (struct egov_buf)EGOV__BUF(EGOV__MAX_OBJECT);
	p->tbs.read = read_tbs;
	p->tbs.lend = lend_tbs;
	p->list.read = read_list;
	p->list.lend = lend_list;
	p->tbs.user = p->list.user = p;
	*out = p;
	return EGOV_OK;
}

enum egov_status egov__pieces_new(struct egov_store *store, uint64_t number,
                                  struct egov__pieces **out, struct egov_error *err)
{
	struct egov__pieces *p = NULL;
	const enum egov_status rc = make(store, number, &p, err);

	if (rc != EGOV_OK)
		return rc;
	p->count = 1;
	*out = p;
	return EGOV_OK;
}

static enum egov_status add(struct egov__pieces *p, uint64_t piece, struct egov_slice bytes,
                            struct egov_error *err)
{
	static const char sql[] = "INSERT INTO crl_piece(number, piece, bytes) VALUES(?1, ?2, ?3)";
	struct egov__query query;
	enum egov_status rc;

	if (bytes.size == 0 || bytes.size > EGOV__PIECE)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "a piece of %zu octets", bytes.size);
	rc = egov__query_write(p->store, sql, "CRL of this number", &query, err);
	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, p->number);
	egov__query_number(&query, piece);
	egov__query_blob(&query, bytes);
	rc = egov__query_run(&query, err);
	if (rc == EGOV_OK)
		p->tbs.size += bytes.size;
	return rc;
}

enum egov_status egov__pieces_write(struct egov__pieces *p, struct egov_slice bytes,
                                    struct egov_error *err)
{
	const enum egov_status rc = add(p, p->count, bytes, err);

	if (rc == EGOV_OK)
		p->count++;
	return rc;
}

enum egov_status egov__pieces_finish(struct egov__pieces *p, struct egov_slice first,
                                     struct egov_error *err)
{
	const enum egov_status rc = add(p, 0, first, err);

	if (rc == EGOV_OK)
		p->first = first.size;
	return rc;
}

struct extent {
	uint64_t count, last, first, last_size;
};

static void read_extent(struct egov__query *query, void *to)
{
	struct extent *const e = to;

	e->count = egov__column_number(query);
	e->last = egov__column_number(query);
	e->first = egov__column_number(query);
	e->last_size = egov__column_number(query);
}

/* How many there are is told by the last one: one that is missing is found when it is read. */
static enum egov_status measure(struct egov__pieces *p, struct egov_error *err)
{
	static const char sql[] =
		"SELECT count(*), coalesce(max(piece), 0),"
		" coalesce((SELECT length(bytes) FROM crl_piece WHERE number = ?1 AND piece = 0), 0),"
		" coalesce((SELECT length(bytes) FROM crl_piece WHERE number = ?1"
		" ORDER BY piece DESC LIMIT 1), 0) FROM crl_piece WHERE number = ?1";
	struct egov__query query;
	struct extent e = { 0, 0, 0, 0 };
	enum egov_status rc = egov__query_read(p->store, sql, "CRL", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, p->number);
	(void)egov__query_next(&query, read_extent, &e, &rc, err);
	egov__query_close(&query);
	if (rc != EGOV_OK)
		return rc;
	if (e.count == 0 || e.count != e.last + 1 || e.first == 0 || e.first > EGOV__PIECE
	    || e.last_size == 0 || e.last_size > EGOV__PIECE)
		return damaged(p, err);
	p->count = e.count;
	p->first = (size_t)e.first;
	p->tbs.size = e.first;
	if (e.count > 1)
		p->tbs.size += (e.count - 2) * EGOV__PIECE + e.last_size;
	return EGOV_OK;
}

enum egov_status egov__pieces_open(struct egov_store *store, uint64_t number,
                                   struct egov__pieces **out, struct egov_error *err)
{
	struct egov__pieces *p = NULL;
	enum egov_status rc = make(store, number, &p, err);

	if (rc != EGOV_OK)
		return rc;
	rc = measure(p, err);
	if (rc == EGOV_OK)
		*out = p;
	else
		egov__pieces_free(p);
	return rc;
}

enum egov_status egov__pieces_sign(struct egov__pieces *p, struct egov_slice signature,
                                   struct egov_error *err)
{
	struct egov_buf head = EGOV__BUF(EGOV__DER_HEAD);
	enum egov_status rc;

	egov_buf_reset(&p->signature);
	egov__buf_slice(&p->signature, signature);
	egov__der_header(&head, EGOV__SEQUENCE, (size_t)p->tbs.size + signature.size);
	rc = egov__buf_check(&p->signature, err);
	if (rc == EGOV_OK)
		rc = egov__buf_check(&head, err);
	if (rc == EGOV_OK) {
		memcpy(p->head, head.data, head.size);
		p->head_size = head.size;
		p->list.size = head.size + p->tbs.size + signature.size;
	}
	egov__buf_clear(&head);
	return rc;
}

const struct egov__source *egov__pieces_tbs(const struct egov__pieces *p)
{
	return &p->tbs;
}

const struct egov__source *egov__pieces_list(const struct egov__pieces *p)
{
	return &p->list;
}

void egov__pieces_free(struct egov__pieces *p)
{
	if (p == NULL)
		return;
	egov__buf_clear(&p->signature);
	free(p->room);
	free(p);
}

/* --- in the ledger --- */

enum egov_status egov__store_crl_open(struct egov_store *store, const struct egov__crl_row *row,
                                      struct egov__pieces **out, struct egov_error *err)
{
	struct egov_buf signature = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__pieces *p = NULL;
	enum egov_status rc;

	/* The row may be lent by the store until it is asked again. */
	egov__buf_slice(&signature, row->signature);
	rc = egov__buf_check(&signature, err);
	if (rc == EGOV_OK)
		rc = egov__pieces_open(store, row->number, &p, err);
	if (rc == EGOV_OK)
		rc = egov__pieces_sign(p, egov_buf_slice(&signature), err);
	egov__buf_clear(&signature);
	if (rc == EGOV_OK)
		*out = p;
	else
		egov__pieces_free(p);
	return rc;
}

static void read_number(struct egov__query *query, void *to)
{
	*(uint64_t *)to = egov__column_number(query);
}

enum egov_status egov__store_pieces_odd(struct egov_store *store, uint64_t *number, bool *found,
                                        struct egov_error *err)
{
	static const char sql[] = "SELECT DISTINCT number FROM crl_piece WHERE NOT EXISTS"
		" (SELECT 1 FROM intent WHERE kind = 3 AND crl_number = crl_piece.number) LIMIT 1";
	struct egov__query query;
	uint64_t odd = 0;
	bool some;
	enum egov_status rc = egov__query_read(store, sql, "CRL", &query, err);

	if (rc != EGOV_OK)
		return rc;
	some = egov__query_next(&query, read_number, &odd, &rc, err);
	egov__query_close(&query);
	if (rc == EGOV_OK && some)
		*number = odd;
	if (rc == EGOV_OK)
		*found = some;
	return rc;
}
