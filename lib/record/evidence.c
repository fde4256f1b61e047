/* SPDX-License-Identifier: Apache-2.0 */
#include "record/evidence.h"

#include <string.h>

#include "base/der.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"

static const char clause[] = "Order No. 4, Art. 40";
static const char domain[] = "egovca evidence";
#define WITNESSED (EGOV__CONTEXT_CONS | 0)
#define PRIVATE (EGOV__CONTEXT | 0)
#define STATEMENT (EGOV__CONTEXT | 1)

/* --- reading --- */

static enum egov_status read_witnessed(struct egov_slice *in, struct egov__evidence *out,
                                       struct egov_error *err)
{
	struct egov_slice contents = EGOV__NO_SLICE;
	enum egov_status rc;

	if (egov__der_peek(*in) != WITNESSED)
		return EGOV_OK;
	out->has_witnessed = true;
	rc = egov__der_read(in, WITNESSED, "witnessed", &contents, err);
	if (rc == EGOV_OK)
		rc = egov__lodged_read(&contents, &out->witnessed, err);
	if (rc == EGOV_OK)
		rc = egov__lodged_octets(&contents, "proof", 0, &out->consistency, err);
	return rc == EGOV_OK ? egov__der_end(contents, "witnessed", err) : rc;
}

static enum egov_status read_statement(struct egov_slice *in, struct egov_slice *out,
                                       struct egov_error *err)
{
	enum egov_status rc = egov__der_read(in, STATEMENT, "statement", out, err);

	if (rc == EGOV_OK && out->size == 0)
		rc = egov_error_set(err, EGOV_E_SYNTAX, NULL, "statement: is empty");
	return rc;
}

static enum egov_status check_digest(const struct egov_slice *all, struct egov_slice *rest,
                                     struct egov_error *err)
{
	const struct egov_slice before = { all->data, all->size - rest->size };
	struct egov_slice digest = EGOV__NO_SLICE;
	uint8_t made[EGOV__SM3_SIZE];
	enum egov_status rc = egov__lodged_octets(rest, "digest", sizeof(made), &digest, err);

	if (rc == EGOV_OK)
		rc = egov__der_end(*rest, "evidence", err);
	if (rc == EGOV_OK)
		rc = egov__sm3(&before, 1, made, err);
	if (rc == EGOV_OK && !egov__slice_equal(digest, EGOV__SLICE(made)))
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "it is not as it was written: its digest differs");
	return rc;
}

static enum egov_status read_contents(struct egov_slice in, struct egov__evidence *out,
                                      struct egov_error *err)
{
	const struct egov_slice all = in;
	enum egov_status rc = egov__lodged_head(&in, domain, err);

	*out = (struct egov__evidence){ .has_witnessed = false };
	if (rc == EGOV_OK)
		rc = egov__lodged_octets(&in, "serial", 0, &out->serial, err);
	if (rc == EGOV_OK)
		rc = egov__lodged_octets(&in, "journalKey", EGOV__SM2_SPKI, &out->journal_key, err);
	if (rc == EGOV_OK && egov__der_peek(in) == STATEMENT)
		rc = read_statement(&in, &out->statement, err);
	if (rc == EGOV_OK)
		rc = egov__lodged_read(&in, &out->lodged, err);
	if (rc == EGOV_OK)
		rc = read_witnessed(&in, out, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__SEQUENCE, "entries", &out->entries, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__SEQUENCE, "documents", &out->documents, err);
	return rc == EGOV_OK ? check_digest(&all, &in, err) : rc;
}

enum egov_status egov__evidence_read(struct egov_slice der, struct egov__evidence *out,
                                     struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(der, EGOV__SEQUENCE, "evidence", &in, err);

	if (rc == EGOV_OK)
		rc = read_contents(in, out, err);
	return egov_error_altered(err, rc);
}

static enum egov_status read_entry(struct egov_slice in, struct egov__evidence_entry *out,
                                   struct egov_error *err)
{
	struct egov_slice *const texts[] = { &out->kind, &out->actor, &out->source, &out->subject,
		                             &out->body };
	uint64_t version = 0;
	enum egov_status rc = egov__der_uint(&in, "version", &version, err);

	if (rc == EGOV_OK && version != 1)
		rc = egov_error_set(err, EGOV_E_SYNTAX, NULL, "entry: not of version 1");
	if (rc == EGOV_OK)
		rc = egov__der_uint(&in, "sequence", &out->seq, err);
	if (rc == EGOV_OK)
		rc = egov__lodged_time(&in, &out->time, err);
	for (size_t i = 0; rc == EGOV_OK && i < sizeof(texts) / sizeof(texts[0]); i++)
		rc = egov__der_read(&in, EGOV__UTF8_STRING, "text", texts[i], err);
	if (rc == EGOV_OK && in.size > 0)
		rc = egov__lodged_octets(&in, "commitment", EGOV__SM3_SIZE, &out->commitment, err);
	return rc == EGOV_OK ? egov__der_end(in, "entry", err) : rc;
}

static enum egov_status read_item(struct egov_slice *entries, struct egov__evidence_entry *out,
                                  struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE, entry = EGOV__NO_SLICE, before;
	enum egov_status rc = egov__der_read(entries, EGOV__SEQUENCE, "entry", &in, err);

	*out = (struct egov__evidence_entry){ .seq = 0 };
	before = in;
	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__SEQUENCE, "entry", &entry, err);
	out->der = (struct egov_slice){ before.data, before.size - in.size };
	if (rc == EGOV_OK)
		rc = read_entry(entry, out, err);
	if (rc == EGOV_OK && egov__der_peek(in) == PRIVATE)
		rc = egov__der_read(&in, PRIVATE, "private", &out->private, err);
	if (rc == EGOV_OK)
		rc = egov__lodged_octets(&in, "proof", 0, &out->proof, err);
	return rc == EGOV_OK ? egov__der_end(in, "entry", err) : rc;
}

enum egov_status egov__evidence_next(struct egov_slice *entries, struct egov__evidence_entry *out,
                                     struct egov_error *err)
{
	return egov_error_altered(err, read_item(entries, out, err));
}

/* --- writing --- */

void egov__evidence_add(struct egov_buf *entries, const struct egov__evidence_entry *entry)
{
	const size_t mark = egov__der_open(entries, EGOV__SEQUENCE);

	egov__buf_slice(entries, entry->der);
	if (entry->private.size > 0)
		egov__der_put(entries, PRIVATE, entry->private);
	egov__der_put(entries, EGOV__OCTET_STRING, entry->proof);
	egov__der_close(entries, mark);
}

enum egov_status egov__evidence_write(const struct egov__evidence *evidence, struct egov_buf *out,
                                      struct egov_error *err)
{
	struct egov_buf body = EGOV__BUF(2 * (size_t)EGOV__MAX_CRL);
	struct egov_slice all;
	uint8_t digest[EGOV__SM3_SIZE];
	size_t mark;
	enum egov_status rc;

	egov__der_put_uint(&body, 1);
	egov__der_put(&body, EGOV__UTF8_STRING, egov__slice_text(domain));
	egov__der_put(&body, EGOV__OCTET_STRING, evidence->serial);
	egov__der_put(&body, EGOV__OCTET_STRING, evidence->journal_key);
	if (evidence->statement.size > 0)
		egov__der_put(&body, STATEMENT, evidence->statement);
	egov__buf_slice(&body, evidence->lodged.der);
	if (evidence->has_witnessed) {
		mark = egov__der_open(&body, WITNESSED);
		egov__buf_slice(&body, evidence->witnessed.der);
		egov__der_put(&body, EGOV__OCTET_STRING, evidence->consistency);
		egov__der_close(&body, mark);
	}
	egov__der_put(&body, EGOV__SEQUENCE, evidence->entries);
	egov__der_put(&body, EGOV__SEQUENCE, evidence->documents);
	rc = egov__buf_check(&body, err);
	all = egov_buf_slice(&body);
	if (rc == EGOV_OK)
		rc = egov__sm3(&all, 1, digest, err);
	if (rc == EGOV_OK) {
		egov__der_put(&body, EGOV__OCTET_STRING, EGOV__SLICE(digest));
		egov__der_put(out, EGOV__SEQUENCE, egov_buf_slice(&body));
		rc = egov__buf_check(&body, err);
	}
	if (rc == EGOV_OK)
		rc = egov__buf_check(out, err);
	egov__buf_clear(&body);
	return rc;
}
