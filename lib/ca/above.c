/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/above.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/source.h"
#include "ca/crl_import.h"
#include "crypto/sm3.h"

static struct egov_store *store_of(struct egov_home *home)
{
	return egov__record_store(egov__home_record(home));
}

/* --- certificates --- */

struct family {
	struct egov_cert **items;
	size_t count;
};

static bool has(const struct family *family, struct egov_slice der)
{
	size_t i = 0;

	while (i < family->count && !egov__slice_equal(egov_cert_der(family->items[i]), der))
		i++;
	return i < family->count;
}

static enum egov_status see_certificate(void *user, struct egov_slice der, struct egov_error *err)
{
	struct family *family = user;
	struct egov_cert **more;
	enum egov_status rc;

	if (has(family, der))
		return EGOV_OK;
	more = realloc(family->items, (family->count + 1) * sizeof(struct egov_cert *));
	if (more == NULL)
		return egov_error_nomem(err);
	family->items = more;
	rc = egov_cert_decode(der, &more[family->count], err);
	family->count += rc == EGOV_OK;
	return rc;
}

static enum egov_status collect(struct egov_home *home, struct family *family,
                                struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	for (uint64_t g = 1; rc == EGOV_OK && g <= EGOV__GENERATIONS; g++) {
		struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
		char name[EGOV__META_NAME];
		bool found = false;

		egov__home_meta_name(EGOV__META_CERTIFICATE, g, name);
		rc = egov__store_meta_get(store_of(home), name, &der, &found, err);
		if (rc == EGOV_OK && found && der.size > 0)
			rc = see_certificate(family, egov_buf_slice(&der), err);
		egov__buf_clear(&der);
	}
	return rc == EGOV_OK ? egov__import_walk_above(home, see_certificate, family, err) : rc;
}

/* CAs of several generations have one name. */
static const struct egov_cert *issuer_of(const struct family *family, const struct egov_cert *cert)
{
	const struct egov_cert *named = NULL;
	struct egov__ext aki;
	const bool has_aki = egov__cert_ext(cert, EGOV__OID_AKI, &aki);

	for (size_t i = 0; i < family->count; i++) {
		if (!egov__slice_equal(egov_cert_subject(family->items[i]), egov_cert_issuer(cert)))
			continue;
		if (has_aki && egov__import_names_key(aki.value, family->items[i]))
			return family->items[i];
		named = named == NULL ? family->items[i] : named;
	}
	return named;
}

enum egov_status egov__above_walk(struct egov_home *home, egov__above_fn *fn, void *user,
                                  struct egov_error *err)
{
	struct family family = { NULL, 0 };
	enum egov_status rc = collect(home, &family, err);

	for (size_t i = 0; rc == EGOV_OK && i < family.count; i++) {
		const struct egov_cert *const issuer = issuer_of(&family, family.items[i]);

		if (issuer != NULL)
			rc = fn(user, family.items[i], issuer, err);
	}
	for (size_t i = 0; i < family.count; i++)
		egov_cert_free(family.items[i]);
	free(family.items);
	return rc;
}

/* --- lists --- */

struct last {
	uint8_t issuer[EGOV__SM3_SIZE];
	struct egov_slice extensions;           /* of the list that is had */
	const struct egov__source *list;
	uint64_t number;                        /* of the last that was imported */
	bool same;                              /* the bytes of that one */
};

static bool about_the_same(struct egov_slice extensions, const struct egov_crl *crl)
{
	struct egov__ext a, b;
	const bool is = egov__ext_find(extensions, EGOV__OID_IDP, &a);

	return is == egov__crl_ext(crl, EGOV__OID_IDP, &b)
	       && (!is || egov__slice_equal(a.value, b.value));
}

static enum egov_status see_imported(void *user, const struct egov__imported_row *row,
                                     struct egov_error *err)
{
	struct last *last = user;
	const struct egov__source imported = egov__source_slice(row->der);
	struct egov_crl *crl = NULL;
	enum egov_status rc;

	if (memcmp(row->issuer_digest, last->issuer, sizeof(last->issuer)) != 0
	    || row->number <= last->number || row->published_at == EGOV_TIME_NONE)
		return EGOV_OK;
	rc = egov_crl_decode(row->der, &crl, err);
	if (rc == EGOV_OK && about_the_same(last->extensions, crl)) {
		last->number = row->number;
		rc = egov__source_equal(&imported, last->list, &last->same, err);
	}
	egov_crl_free(crl);
	return rc;
}

enum egov_status egov__above_compare(struct egov_home *home, const struct egov_cert *issuer,
                                     struct egov_slice extensions, const struct egov__source *list,
                                     struct egov_error *err)
{
	const struct egov_slice key = egov_cert_public_key(issuer);
	struct last last = { .extensions = extensions, .list = list };
	uint64_t number = 0;
	enum egov_status rc = egov__crl_number(extensions, &number, err);

	if (rc == EGOV_OK)
		rc = egov__sm3(&key, 1, last.issuer, err);
	if (rc == EGOV_OK)
		rc = egov__store_imported_walk(store_of(home), see_imported, &last, err);
	if (rc != EGOV_OK || number > last.number)
		return rc;
	if (number < last.number)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 5.2.3",
		                      "number %" PRIu64 " is served, number %" PRIu64
		                      " was published",
		                      number, last.number);
	return last.same ? EGOV_OK
	                 : egov_error_set(err, EGOV_E_UNTRUSTED, "Order No. 4, Art. 18(3)",
	                                  "the ledger holds no such list of number %" PRIu64, number);
}
