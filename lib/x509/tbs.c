/* SPDX-License-Identifier: Apache-2.0 */
#include "x509/tbs.h"

#include <stdlib.h>

#include "base/der.h"
#include "x509/tbs_build.h"

struct egov_tbs {
	enum egov_object_kind kind;
	enum egov__sigalg_params params;
	struct egov_buf der;
};

/* The inner algorithm of a certificate or list stands behind its version and
 * serial number; the outer one must repeat it byte for byte (RFC 5280, 4.1.1.2). */
static bool holds_algorithm(const struct egov_buf *der, enum egov__sigalg_params params)
{
	struct egov_slice whole = egov_buf_slice(der), in = EGOV__NO_SLICE;
	struct egov__tlv tlv = { 0 };

	if (egov__der_only(whole, EGOV__SEQUENCE, "TBS", &in, NULL) != EGOV_OK)
		return false;
	do {
		if (egov__der_any(&in, &tlv, NULL) != EGOV_OK)
			return false;
	} while (tlv.tag != EGOV__SEQUENCE);
	return egov__slice_equal(tlv.whole, egov__algid_sm2_sm3(params));
}

enum egov_status egov__tbs_new(enum egov_object_kind kind, struct egov_buf *der,
                               enum egov__sigalg_params params, struct egov_tbs **out,
                               struct egov_error *err)
{
	struct egov_tbs *tbs;
	enum egov_status rc = egov__buf_check(der, err);

	if (rc != EGOV_OK)
		return rc;
	if (kind != EGOV_OBJECT_REQUEST && !holds_algorithm(der, params))
		return egov_error_set(err, EGOV_E_USAGE, "RFC 5280, 4.1.1.2",
		                      "the bytes to be signed name another signature algorithm");
	tbs = calloc(1, sizeof(*tbs));
	if (tbs == NULL)
		return egov_error_nomem(err);
	tbs->kind = kind;
	tbs->params = params;
	tbs->der = *der;
	*der = (struct egov_buf){ .max = der->max };
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

struct egov_slice egov__tbs_signature_algorithm(const struct egov_tbs *tbs)
{
	return egov__algid_sm2_sm3(tbs->params);
}

void egov__tbs_free(struct egov_tbs *tbs)
{
	if (tbs == NULL)
		return;
	egov__buf_clear(&tbs->der);
	free(tbs);
}
