/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include <stdlib.h>

#include "base/der.h"
#include "x509/name.h"

/* What a verifier was given. */

void egov__known_clear_list(struct egov__cert_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		egov_cert_free(list->items[i].cert);
		egov__buf_clear(&list->items[i].name);
	}
	free(list->items);
}

static void clear_crl(struct egov__known_crl *known)
{
	egov_crl_free(known->crl);
	egov__buf_clear(&known->issuer);
}

static void clear_ocsp(struct egov__known_ocsp *known)
{
	egov__buf_clear(&known->der);
	egov__known_clear_list(&known->certs);
}

void egov__known_clear(struct egov_verifier *verifier)
{
	egov__known_clear_list(&verifier->trust);
	egov__known_clear_list(&verifier->pool);
	for (size_t i = 0; i < verifier->crl_count; i++)
		clear_crl(&verifier->crls[i]);
	free(verifier->crls);
	for (size_t i = 0; i < verifier->ocsp_count; i++)
		clear_ocsp(&verifier->ocsps[i]);
	free(verifier->ocsps);
	for (size_t i = 0; i < verifier->id_count; i++)
		free((void *)(uintptr_t)verifier->ids[i].data);
	free(verifier->ids);
}

/* The array with room for one more element, or NULL. */
static void *grown(void *items, size_t count, size_t *room, size_t size)
{
	const size_t wanted = *room == 0 ? 16 : *room * 2;
	void *more;

	if (count < *room)
		return items;
	more = count < EGOV__MAX_KNOWN ? reallocarray(items, wanted, size) : NULL;
	if (more != NULL)
		*room = wanted;
	return more;
}

static enum egov_status no_room(size_t count, struct egov_error *err)
{
	if (count < EGOV__MAX_KNOWN)
		return egov_error_nomem(err);
	return egov_error_set(err, EGOV_E_LIMIT, NULL, "more than %d objects", EGOV__MAX_KNOWN);
}

/* --- certificates ---------------------------------------------------------------- */

static int order(struct egov_slice a, struct egov_slice b)
{
	const size_t common = a.size < b.size ? a.size : b.size;
	const int octets = common == 0 ? 0 : memcmp(a.data, b.data, common);

	return octets != 0 ? octets : (a.size > b.size) - (a.size < b.size);
}

/* The first item that is not before name (past: that is behind it). */
static size_t bound(const struct egov__cert_list *list, struct egov_slice name, bool past)
{
	size_t low = 0, high = list->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int found = order(egov_buf_slice(&list->items[middle].name), name);

		if (found < 0 || (past && found == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void egov__known_named(const struct egov__cert_list *list, struct egov_slice name, size_t *first,
                       size_t *end)
{
	*first = bound(list, name, false);
	*end = bound(list, name, true);
}

/* Behind its namesakes: of them, what was given first is tried first. */
static enum egov_status insert(struct egov__cert_list *list, struct egov__known_cert *known,
                               struct egov_error *err)
{
	struct egov__known_cert *items;
	size_t first, end;

	egov__known_named(list, egov_buf_slice(&known->name), &first, &end);
	for (size_t i = first; i < end; i++)
		if (egov__slice_equal(egov_cert_der(list->items[i].cert), egov_cert_der(known->cert)))
			return EGOV_OK;
	items = grown(list->items, list->count, &list->room, sizeof(*items));
	if (items == NULL)
		return no_room(list->count, err);
	list->items = items;
	memmove(&items[end + 1], &items[end], (list->count - end) * sizeof(*items));
	items[end] = *known;
	list->count++;
	items[end].id = list->id;
	*known = (struct egov__known_cert){ .name = EGOV__BUF(0) };
	return EGOV_OK;
}

enum egov_status egov__known_add_cert(void *list, struct egov_slice der, struct egov_error *err)
{
	struct egov__known_cert known = { .name = EGOV__BUF(EGOV__MAX_CANONICAL) };
	enum egov_status rc = egov_cert_decode(der, &known.cert, err);

	if (rc == EGOV_OK)
		rc = egov__name_canonical(egov__cert_fields(known.cert)->subject, &known.name, err);
	if (rc == EGOV_OK)
		rc = insert(list, &known, err);
	egov_cert_free(known.cert);
	egov__buf_clear(&known.name);
	return rc;
}

enum egov_status egov__known_borrow(const struct egov__cert_list *a,
                                    const struct egov__cert_list *b, struct egov__cert_list *out,
                                    struct egov_error *err)
{
	struct egov__known_cert *items = calloc(a->count + b->count + 1, sizeof(*items));
	size_t x = 0, y = 0, count = 0;

	if (items == NULL)
		return egov_error_nomem(err);
	while (x < a->count || y < b->count) {
		const bool first = y == b->count
		                   || (x < a->count
		                       && order(egov_buf_slice(&a->items[x].name),
		                                egov_buf_slice(&b->items[y].name)) <= 0);

		items[count++] = first ? a->items[x++] : b->items[y++];
	}
	*out = (struct egov__cert_list){ .items = items, .count = count, .room = count };
	return EGOV_OK;
}

/* --- CRLs ------------------------------------------------------------------------ */

/* Every entry once, so that looking one up later cannot fail on another. */
static enum egov_status walk_entries(struct egov__known_crl *known, struct egov_error *err)
{
	struct egov_slice entries = egov__crl_fields(known->crl)->entries;
	struct egov__crl_entry entry;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && entries.size > 0) {
		rc = egov__crl_next(&entries, &entry, err);
		if (rc == EGOV_OK) {
			known->unknown_critical |= entry.unknown_critical;
			known->names_issuers |= entry.certificate_issuer.size > 0;
		}
	}
	return rc;
}

enum egov_status egov__known_add_crl(void *user, struct egov_slice der, struct egov_error *err)
{
	struct egov_verifier *verifier = user;
	struct egov__known_crl *items, known = { .issuer = EGOV__BUF(EGOV__MAX_CANONICAL) };
	enum egov_status rc;

	items = grown(verifier->crls, verifier->crl_count, &verifier->crl_room, sizeof(*items));
	if (items == NULL)
		return no_room(verifier->crl_count, err);
	verifier->crls = items;
	rc = egov_crl_decode(der, &known.crl, err);
	if (rc == EGOV_OK)
		rc = egov__name_canonical(egov__crl_fields(known.crl)->issuer, &known.issuer, err);
	if (rc == EGOV_OK)
		rc = walk_entries(&known, err);
	if (rc == EGOV_OK)
		items[verifier->crl_count++] = known;
	else
		clear_crl(&known);
	return rc;
}

/* --- OCSP responses ---------------------------------------------------------------- */

/* Certificates that do not decode help nobody. */
static enum egov_status take_certificates(struct egov__known_ocsp *known, struct egov_error *err)
{
	struct egov_slice rest = known->fields.certificates;
	struct egov__tlv tlv;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && rest.size > 0) {
		rc = egov__der_any(&rest, &tlv, err);
		if (rc == EGOV_OK && egov__known_add_cert(&known->certs, tlv.whole, NULL) == EGOV_E_NOMEM)
			rc = egov_error_nomem(err);
	}
	return rc;
}

enum egov_status egov__known_add_ocsp(void *user, struct egov_slice der, struct egov_error *err)
{
	struct egov_verifier *verifier = user;
	struct egov__known_ocsp *items, known = { .der = EGOV__BUF(EGOV__MAX_FILE) };
	enum egov_status rc;

	items = grown(verifier->ocsps, verifier->ocsp_count, &verifier->ocsp_room, sizeof(*items));
	if (items == NULL)
		return no_room(verifier->ocsp_count, err);
	verifier->ocsps = items;
	egov__buf_slice(&known.der, der);
	rc = egov__buf_check(&known.der, err);
	if (rc == EGOV_OK)
		rc = egov__ocsp_decode(egov_buf_slice(&known.der), &known.fields, err);
	if (rc == EGOV_OK)
		rc = take_certificates(&known, err);
	if (rc == EGOV_OK)
		items[verifier->ocsp_count++] = known;
	else
		clear_ocsp(&known);
	return rc;
}
