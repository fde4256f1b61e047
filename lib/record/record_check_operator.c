/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cert/cert.h"
#include "crypto/sm3.h"
#include "record/check.h"
#include "record/record.h"

static enum egov_status wrong(struct egov_error *err, const struct egov__operator_row *row,
                              const char *message)
{
	return egov__check_wrong(err, EGOV__N("operator"), row->name, message);
}

/* --- its certificate --- */

static enum egov_status check_certificate(const struct egov__operator_row *row,
                                          struct egov_error *err)
{
	struct egov_cert *cert = NULL;
	struct egov_slice key;
	uint8_t digest[EGOV__SM3_SIZE], key_digest[EGOV__SM3_SIZE] = { 0 };
	enum egov_status rc = egov__sm3(&row->certificate, 1, digest, err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__check_found(egov_cert_decode(row->certificate, &cert, NULL), err);
	if (rc == EGOV_OK) {
		key = egov_cert_public_key(cert);
		rc = egov__sm3(&key, 1, key_digest, err);
	} else if (rc == EGOV_E_CORRUPT) {
		rc = EGOV_OK;           /* its digest of the key is wrong then */
	}
	egov_cert_free(cert);
	if (rc == EGOV_OK
	    && (memcmp(digest, row->certificate_digest, sizeof(digest)) != 0
	        || memcmp(key_digest, row->key_digest, sizeof(key_digest)) != 0))
		rc = wrong(err, row, EGOV__N("its certificate is not that of its digests"));
	return rc;
}

/* --- its entries --- */

struct step {
	uint64_t seq;
	const char *kind, *body;
	egov_time time;
	bool found;
};

static enum egov_status see_step(void *user, const struct egov__journal_row *entry,
                                 struct egov_error *err)
{
	struct step *const step = user;

	(void)err;
	if (entry->seq == step->seq)
		step->found = strcmp(entry->kind, step->kind) == 0
		              && strcmp(entry->body, step->body) == 0
		              && entry->time == step->time;
	return EGOV_OK;
}

static enum egov_status check_step(const struct egov__check *check,
                                   const struct egov__operator_row *row, struct step *step,
                                   struct egov__body *body, struct egov_error *err)
{
	enum egov_status rc;

	step->body = egov__body_text(body);
	rc = egov__body_check(body, err);
	if (rc == EGOV_OK)
		rc = egov__store_journal_walk(check->store, step->seq, row->name, see_step, step, err);
	if (rc == EGOV_OK && !step->found)
		rc = wrong(err, row, EGOV__N("the ledger says something else than the journal"));
	return rc;
}

static enum egov_status check_addition(const struct egov__check *check,
                                       const struct egov__operator_row *row,
                                       struct egov_error *err)
{
	struct step step = { .seq = row->position, .kind = EGOV__KIND_OPERATOR_ADD,
		             .time = row->added_at };
	struct egov__body *body = egov__body_new();
	enum egov_status rc;

	egov__operator_body(row, body);
	rc = check_step(check, row, &step, body, err);
	egov__body_free(body);
	return rc;
}

static enum egov_status check_removal(struct egov__check *check,
                                      const struct egov__operator_row *row,
                                      struct egov_error *err)
{
	struct step step = { .seq = row->removed_position, .kind = EGOV__KIND_OPERATOR_REMOVE,
		             .time = row->removed_at };
	struct egov__body *body;
	enum egov_status rc;

	if (row->removed_at == EGOV_TIME_NONE)
		return EGOV_OK;
	check->removed++;
	body = egov__body_new();
	egov__body_hex_add(body, EGOV__KEY_CERTIFICATE, EGOV__SLICE(row->certificate_digest));
	rc = check_step(check, row, &step, body, err);
	egov__body_free(body);
	return rc;
}

/* A key belongs to one name for ever. */
static enum egov_status same_key(void *user, const struct egov__operator_row *row,
                                 struct egov_error *err)
{
	const struct egov__operator_row *const other = user;

	if (memcmp(row->key_digest, other->key_digest, sizeof(row->key_digest)) == 0
	    && strcmp(row->name, other->name) != 0)
		return wrong(err, other, EGOV__N("its key is another operator's"));
	return EGOV_OK;
}

static enum egov_status check_operator(void *user, const struct egov__operator_row *row,
                                       struct egov_error *err)
{
	struct egov__check *const check = user;
	struct egov__operator_row copy = *row;
	enum egov_status rc = check_certificate(row, err);

	if (rc == EGOV_OK)
		rc = check_addition(check, row, err);
	if (rc == EGOV_OK)
		rc = check_removal(check, row, err);
	if (rc == EGOV_OK)
		rc = egov__store_operator_walk(check->store, NULL, same_key, &copy, err);
	check->operators++;
	return rc;
}

enum egov_status egov__check_operators(struct egov__check *check, struct egov_error *err)
{
	enum egov_status rc =
		egov__store_operator_walk(check->store, NULL, check_operator, check, err);

	if (rc == EGOV_OK
	    && (check->operators != check->additions || check->removed != check->removals))
		rc = egov_error_set(err, EGOV_E_CORRUPT, "Order No. 4, Art. 24",
		                    "the journal has other operators than the ledger");
	return rc;
}
