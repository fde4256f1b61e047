/* SPDX-License-Identifier: Apache-2.0 */
#include "record/journal_statement.h"

#include "crypto/sm3.h"
#include "request/request.h"
#include "x509/name.h"

static const char clause[] = "Order No. 4, Art. 40";

enum egov_status egov__journal_name(struct egov_slice journal_spki, struct egov_buf *name,
                                    struct egov_error *err)
{
	struct egov_buf text = EGOV__BUF(256);
	struct egov__name *parsed = NULL;
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&journal_spki, 1, digest, err);

	if (rc != EGOV_OK)
		return rc;
	egov__buf_text(&text, "C=CN, O=egovca journal key, CN=");
	egov__buf_hex(&text, EGOV__SLICE(digest));
	rc = egov__buf_string(&text) == NULL ? egov_error_nomem(err)
	                                     : egov__name_parse(egov__buf_string(&text), &parsed, err);
	if (rc == EGOV_OK)
		rc = egov__name_encode(parsed, name, err);
	egov__name_free(parsed);
	egov__buf_clear(&text);
	return rc;
}

enum egov_status egov__journal_statement_read(struct egov_slice der, struct egov_slice journal_spki,
                                              struct egov_request **out, struct egov_error *err)
{
	struct egov_buf name = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_request *request = NULL;
	enum egov_status rc = egov_request_decode(der, EGOV__NO_SLICE, &request, NULL);

	if (rc == EGOV_OK)
		rc = egov__journal_name(journal_spki, &name, err);
	else if (rc == EGOV_E_NOMEM)
		rc = egov_error_nomem(err);
	else
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "what the CA signed of the journal key does not verify");
	if (rc == EGOV_OK && !egov__slice_equal(egov__request_subject(request), egov_buf_slice(&name)))
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "what the CA signed of the journal key is of another key");
	if (rc == EGOV_OK) {
		*out = request;
		request = NULL;
	}
	egov_request_free(request);
	egov__buf_clear(&name);
	return rc;
}
