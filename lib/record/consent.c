/* SPDX-License-Identifier: Apache-2.0 */
#include "record/consent.h"

#include "record/inner.h"

enum egov_status egov__consent_text(struct egov_store *store, const struct egov__consent *consent,
                                    struct egov_buf *out, struct egov_error *err)
{
	struct egov_buf home = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = egov__checkpoint_home(store, &home, err);

	if (rc == EGOV_OK) {
		egov__buf_text(out, "egovca consent 1\nca: ");
		egov__buf_hex(out, egov_buf_slice(&home));
		egov__buf_printf(out, "\noperation: %s\nserial: ", consent->operation);
		egov__buf_hex(out, consent->serial);
		egov__buf_text(out, "\nkey-sm3: ");
		egov__buf_hex(out, (struct egov_slice){ consent->key_digest, 32 });
		egov__buf_text(out, "\n");
		rc = egov__buf_check(out, err);
	}
	egov__buf_clear(&home);
	return rc;
}

enum egov_status egov__consent_verify(struct egov_store *store,
                                      const struct egov__consent *consent, struct egov_slice spki,
                                      struct egov_slice signature, struct egov_error *err)
{
	struct egov_buf text = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_slice point;
	enum egov_status rc = egov__consent_text(store, consent, &text, err);

	if (rc == EGOV_OK)
		rc = egov__sm2_spki_point(spki, &point, err);
	if (rc == EGOV_OK) {
		rc = egov__sm2_verify(point, egov__slice_text(EGOV__SM2_DEFAULT_ID),
		                      egov_buf_slice(&text), signature, NULL);
		if (rc == EGOV_E_UNTRUSTED || rc == EGOV_E_SYNTAX)
			rc = egov_error_set(err, EGOV_E_POLICY, "GM/T 0034, 12.2",
			                    "the consent is no signature of the certificate's key over "
			                    "the text that asks for this");
		else if (rc != EGOV_OK)
			rc = egov_error_set(err, rc, NULL, "the consent cannot be verified");
	}
	egov__buf_clear(&text);
	return rc;
}

void egov__succession_body(const struct egov__succession_row *row, struct egov__body *body)
{
	egov__body_number_add(body, EGOV__KEY_INTENT, row->intent);
	egov__body_hex_add(body, EGOV__KEY_PREDECESSOR, row->predecessor);
	if (row->consent.size > 0)
		egov__body_hex_add(body, EGOV__KEY_CONSENT, row->consent);
}
