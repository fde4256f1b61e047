/* SPDX-License-Identifier: Apache-2.0 */
#include "x509/tbs.h"

#include <stdlib.h>

#include "base/der.h"
#include "x509/tbs_build.h"

struct egov_tbs {
	enum egov_object_kind kind;
	enum egov__sigalg_params params;
	struct egov_buf der;            /* either this */
	struct egov__tbs_place place;   /* or this; its source is that of the first, too */
};

/* The inner algorithm of a certificate or list stands behind its version and
 * serial number; the outer one must repeat it byte for byte (RFC 5280, 4.1.1.2). */
static bool holds_algorithm(struct egov_slice in, enum egov__sigalg_params params)
{
	struct egov__tlv tlv = { 0 };

	do {
		if (egov__der_any(&in, &tlv, NULL) != EGOV_OK)
			return false;
	} while (tlv.tag != EGOV__SEQUENCE);
	return egov__slice_equal(tlv.whole, egov__algid_sm2_sm3(params));
}

/* Of what may be long the beginning is enough. */
static enum egov_status check_algorithm(const struct egov__source *source,
                                        enum egov__sigalg_params params, struct egov_error *err)
{
	uint8_t bytes[256];
	const size_t size = source->size < sizeof(bytes) ? (size_t)source->size : sizeof(bytes);
	struct egov__der_head head = { 0 };
	enum egov_status rc = egov__source_read(source, 0, bytes, size, err);

	if (rc != EGOV_OK)
		return rc;
	if (egov__der_head((struct egov_slice){ bytes, size }, source->size, &head, NULL) == EGOV_OK
	    && head.tag == EGOV__SEQUENCE && head.size + head.contents == source->size
	    && holds_algorithm((struct egov_slice){ bytes + head.size, size - head.size }, params))
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_USAGE, "RFC 5280, 4.1.1.2",
	                      "the bytes to be signed name another signature algorithm");
}

static enum egov_status make(enum egov_object_kind kind, const struct egov__source *source,
                             enum egov__sigalg_params params, struct egov_tbs **out,
                             struct egov_error *err)
{
	struct egov_tbs *tbs;
	enum egov_status rc = EGOV_OK;

	if (kind != EGOV_OBJECT_REQUEST)
		rc = check_algorithm(source, params, err);
	if (rc != EGOV_OK)
		return rc;
	tbs = calloc(1, sizeof(*tbs));
	if (tbs == NULL)
		return egov_error_nomem(err);
	tbs->kind = kind;
	tbs->params = params;
	tbs->place.source = *source;
	*out = tbs;
	return EGOV_OK;
}

enum egov_status egov__tbs_new(enum egov_object_kind kind, struct egov_buf *der,
                               enum egov__sigalg_params params, struct egov_tbs **out,
                               struct egov_error *err)
{
	struct egov_tbs *tbs = NULL;
	const struct egov__source source = egov__source_slice(egov_buf_slice(der));
	enum egov_status rc = egov__buf_check(der, err);

	if (rc == EGOV_OK)
		rc = make(kind, &source, params, &tbs, err);
	if (rc != EGOV_OK)
		return rc;
	tbs->der = *der;
	*der = (struct egov_buf){ .max = der->max };
	*out = tbs;
	return EGOV_OK;
}

enum egov_status egov__tbs_new_list(const struct egov__tbs_place *place,
                                    enum egov__sigalg_params params, struct egov_tbs **out,
                                    struct egov_error *err)
{
	struct egov_tbs *tbs = NULL;
	const enum egov_status rc = make(EGOV_OBJECT_CRL, &place->source, params, &tbs, err);

	if (rc != EGOV_OK)
		return rc;
	tbs->place = *place;
	*out = tbs;
	return EGOV_OK;
}

enum egov_object_kind egov__tbs_kind(const struct egov_tbs *tbs)
{
	return tbs->kind;
}

struct egov_slice egov__tbs_der(const struct egov_tbs *tbs)
{
	return egov_buf_slice(&tbs->der);
}

const struct egov__source *egov__tbs_source(const struct egov_tbs *tbs)
{
	return &tbs->place.source;
}

struct egov_slice egov__tbs_signature_algorithm(const struct egov_tbs *tbs)
{
	return egov__algid_sm2_sm3(tbs->params);
}

void egov__tbs_free(struct egov_tbs *tbs)
{
	if (tbs == NULL)
		return;
	if (tbs->place.release != NULL)
		tbs->place.release(tbs->place.source.user);
	egov__buf_clear(&tbs->der);
	free(tbs);
}
