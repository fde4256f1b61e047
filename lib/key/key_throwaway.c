/* SPDX-License-Identifier: Apache-2.0 */
#include "key/throwaway.h"

#include <stdlib.h>

#include "base/report.h"
#include "base/secret.h"
#include "key/signer_impl.h"

/* A private key that lives in this process alone. */

static enum egov_status sign_e(void *state, const uint8_t e[EGOV__SM2_E],
                               uint8_t raw[EGOV__SM2_RAW_SIGNATURE], struct egov_error *err)
{
	return egov__sm2_key_sign_e(state, e, raw, err);
}

static enum egov_status report_none(const void *state, struct egov_report *report,
                                    struct egov_error *err)
{
	(void)state;
	return egov__report_check(report, err);
}

static void close_key(void *state, bool forked)
{
	(void)forked;
	egov__sm2_key_free(state);
}

static const struct egov__signer_impl throwaway_impl = { sign_e, report_none, close_key };

enum egov_status egov__signer_throwaway(enum egov_key_purpose purpose, struct egov_signer **out,
                                        struct egov_error *err)
{
	struct egov__signer_opened opened = { .impl = &throwaway_impl, .software = true };
	struct egov__key_uri *uri = calloc(1, sizeof(*uri));
	struct egov__sm2_key *key = NULL;
	struct egov_secret *d = NULL;
	enum egov_status rc;

	if (uri == NULL || (uri->name = egov__text_dup(egov__text("throw-away key"))) == NULL) {
		rc = egov_error_nomem(err);
		goto out;
	}
	rc = egov__sm2_generate(&d, opened.point, err);
	if (rc == EGOV_OK)
		rc = egov__sm2_key_new(EGOV__SLICE(opened.point), d, &key, err);
	opened.state = key;
	if (rc == EGOV_OK)
		rc = egov__signer_take(uri, &opened, purpose, out, err);
	if (rc == EGOV_OK) {
		uri = NULL;
		key = NULL;
	}
out:
	egov__sm2_key_free(key);
	egov__secret_free(d);
	egov__key_uri_free(uri);
	return rc;
}
