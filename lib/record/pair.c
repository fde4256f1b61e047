/* SPDX-License-Identifier: Apache-2.0 */
#include "record/pair.h"

#include "crypto/sm3.h"
#include "record/result.h"

void egov__key_request_body(const struct egov__key_request_row *row, struct egov__body *body)
{
	egov__body_hex_add(body, EGOV__KEY_SM3, EGOV__SLICE(row->digest));
}

static enum egov_status add_digest(struct egov__body *body, const char *key,
                                   struct egov_slice bytes, struct egov_error *err)
{
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__object_digest(bytes, digest, err);

	if (rc == EGOV_OK)
		egov__body_hex_add(body, key, EGOV__SLICE(digest));
	return rc;
}

enum egov_status egov__pair_body(const struct egov__pair_row *row, struct egov__body *body,
                                 struct egov_error *err)
{
	enum egov_status rc;

	egov__body_hex_add(body, EGOV__KEY_SERIAL, row->sign_serial);
	egov__body_hex_add(body, EGOV__KEY_ENCRYPT_SERIAL, row->encrypt_serial);
	egov__body_text_add(body, EGOV__KEY_APPLICATION, row->application);
	rc = add_digest(body, EGOV__KEY_SM3, row->answer, err);
	return rc == EGOV_OK ? add_digest(body, EGOV__KEY_CENTRE_SM3, row->centre, err) : rc;
}

enum egov_status egov__record_key_request(struct egov_record *record,
                                          const struct egov__key_request_row *row,
                                          struct egov_error *err)
{
	struct egov__body *body = egov__body_new();
	enum egov_status rc = egov__store_key_request_add(egov__record_store(record), row, err);

	egov__key_request_body(row, body);
	if (rc == EGOV_OK)
		rc = egov__record_append(record, EGOV__KIND_KEY_REQUEST, row->actor,
		                         row->application, body, EGOV__NO_SLICE, err);
	egov__body_free(body);
	return rc;
}

enum egov_status egov__record_pair(struct egov_record *record, const char *actor,
                                   const struct egov__pair_row *row, struct egov_error *err)
{
	struct egov__body *body = egov__body_new();
	struct egov_buf subject = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = egov__store_pair_add(egov__record_store(record), row, err);

	egov__buf_hex(&subject, row->sign_serial);
	if (rc == EGOV_OK)
		rc = egov__pair_body(row, body, err);
	if (rc == EGOV_OK)
		rc = egov__buf_string(&subject) == NULL
		             ? egov_error_nomem(err)
		             : egov__record_append(record, EGOV__KIND_PAIR, actor,
		                                   egov__buf_string(&subject), body,
		                                   EGOV__NO_SLICE, err);
	egov__buf_clear(&subject);
	egov__body_free(body);
	return rc;
}
