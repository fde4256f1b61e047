/* SPDX-License-Identifier: Apache-2.0 */
#include "record/lodged.h"

#include <string.h>

#include "base/der.h"
#include "base/text.h"
#include "cert/cert.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "key/signer.h"

static const char clause[] = "Order No. 4, Art. 24";
static const char file_domain[] = "egovca checkpoint", witness_domain[] = "egovca witness";

/* --- pieces --- */

enum egov_status egov__lodged_head(struct egov_slice *in, const char *domain,
                                   struct egov_error *err)
{
	struct egov_slice text = EGOV__NO_SLICE;
	uint64_t version = 0;
	enum egov_status rc = egov__der_uint(in, "version", &version, err);

	if (rc == EGOV_OK)
		rc = egov__der_read(in, EGOV__UTF8_STRING, "domain", &text, err);
	if (rc == EGOV_OK && (version != 1 || !egov__slice_is(text, domain)))
		rc = egov_error_set(err, EGOV_E_SYNTAX, NULL, "not version 1 of \"%s\"", domain);
	return rc;
}

enum egov_status egov__lodged_octets(struct egov_slice *in, const char *what, size_t size,
                                     struct egov_slice *out, struct egov_error *err)
{
	enum egov_status rc = egov__der_read(in, EGOV__OCTET_STRING, what, out, err);

	if (rc == EGOV_OK && size != 0 && out->size != size)
		rc = egov_error_set(err, EGOV_E_SYNTAX, NULL, "%s: %zu octets, want %zu", what,
		                    out->size, size);
	return rc;
}

enum egov_status egov__lodged_time(struct egov_slice *in, egov_time *out, struct egov_error *err)
{
	if (egov__der_peek(*in) != EGOV__GENERALIZED_TIME)
		return egov_error_set(err, EGOV_E_SYNTAX, NULL, "time: not a GeneralizedTime");
	return egov__der_time(in, "time", out, NULL, err);
}

enum egov_status egov__lodged_sequence(struct egov_slice *in, const char *what,
                                       struct egov_slice *whole, struct egov_slice *contents,
                                       struct egov_error *err)
{
	const struct egov_slice before = *in;
	enum egov_status rc = egov__der_read(in, EGOV__SEQUENCE, what, contents, err);

	if (rc == EGOV_OK)
		*whole = (struct egov_slice){ before.data, before.size - in->size };
	return rc;
}

/* --- a checkpoint --- */

static enum egov_status read_checkpoint(struct egov_slice in, struct egov__lodged *out,
                                        struct egov_error *err)
{
	struct egov_slice root = EGOV__NO_SLICE;
	uint64_t version = 0;
	enum egov_status rc = egov__der_uint(&in, "version", &version, err);

	if (rc == EGOV_OK && version != 1)
		rc = egov_error_set(err, EGOV_E_SYNTAX, NULL, "checkpoint: not of version 1");
	if (rc == EGOV_OK)
		rc = egov__lodged_octets(&in, "home", 32, &out->home, err);
	if (rc == EGOV_OK)
		rc = egov__der_uint(&in, "size", &out->tree.size, err);
	if (rc == EGOV_OK)
		rc = egov__lodged_octets(&in, "root", 32, &root, err);
	out->tree.root = root.data;
	if (rc == EGOV_OK)
		rc = egov__lodged_time(&in, &out->time, err);
	return rc == EGOV_OK ? egov__der_end(in, "checkpoint", err) : rc;
}

enum egov_status egov__lodged_read(struct egov_slice *in, struct egov__lodged *out,
                                   struct egov_error *err)
{
	struct egov_slice contents = EGOV__NO_SLICE, checkpoint = EGOV__NO_SLICE;
	enum egov_status rc = egov__lodged_sequence(in, "lodged checkpoint", &out->der, &contents, err);

	if (rc == EGOV_OK)
		rc = egov__lodged_sequence(&contents, "checkpoint", &out->checkpoint, &checkpoint, err);
	if (rc == EGOV_OK)
		rc = read_checkpoint(checkpoint, out, err);
	if (rc == EGOV_OK)
		rc = egov__lodged_octets(&contents, "signature", 0, &out->signature, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&contents, EGOV__SEQUENCE, "witnesses", &out->witnesses, err);
	return rc == EGOV_OK ? egov__der_end(contents, "lodged checkpoint", err) : rc;
}

void egov__lodged_put(struct egov_buf *out, struct egov_slice checkpoint,
                      struct egov_slice signature, struct egov_slice witnesses)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	egov__buf_slice(out, checkpoint);
	egov__der_put(out, EGOV__OCTET_STRING, signature);
	egov__der_put(out, EGOV__SEQUENCE, witnesses);
	egov__der_close(out, mark);
}

enum egov_status egov__lodged_signed(struct egov_slice spki, struct egov_slice message,
                                     struct egov_slice signature, struct egov_error *err)
{
	struct egov_slice point = EGOV__NO_SLICE;
	enum egov_status rc = egov__sm2_spki_point(spki, &point, NULL);

	if (rc == EGOV_OK)
		rc = egov__sm2_verify(point, egov__slice_text(EGOV__SM2_DEFAULT_ID), message,
		                      signature, NULL);
	if (rc == EGOV_E_NOMEM)
		return egov_error_nomem(err);
	return rc == EGOV_OK ? rc : EGOV_E_CORRUPT;
}

enum egov_status egov__lodged_verify(const struct egov__lodged *lodged,
                                     struct egov_slice journal_spki, struct egov_error *err)
{
	struct egov_slice witnesses = lodged->witnesses;
	enum egov_status rc = egov__lodged_signed(journal_spki, lodged->checkpoint, lodged->signature, err);

	if (rc == EGOV_E_CORRUPT)
		return egov_error_set(err, rc, clause,
		                      "the checkpoint's signature is not the journal key's");
	while (rc == EGOV_OK && witnesses.size > 0) {
		struct egov__countersignature witness;

		rc = egov__countersignature_read(&witnesses, &witness, err);
		if (rc == EGOV_OK)
			rc = egov__countersignature_verify(&witness, lodged->checkpoint, err);
	}
	return rc;
}

/* --- countersignatures --- */

enum egov_status egov__countersignature_read(struct egov_slice *in,
                                             struct egov__countersignature *out,
                                             struct egov_error *err)
{
	struct egov_slice contents = EGOV__NO_SLICE, statement = EGOV__NO_SLICE,
	                  whole = EGOV__NO_SLICE, certificate = EGOV__NO_SLICE;
	enum egov_status rc = egov__lodged_sequence(in, "countersignature", &whole, &contents, err);

	if (rc == EGOV_OK)
		rc = egov__lodged_sequence(&contents, "statement", &out->statement, &statement, err);
	if (rc == EGOV_OK)
		rc = egov__lodged_head(&statement, witness_domain, err);
	if (rc == EGOV_OK)
		rc = egov__lodged_octets(&statement, "checkpoint", 32, &out->digest, err);
	if (rc == EGOV_OK)
		rc = egov__lodged_time(&statement, &out->time, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(statement, "statement", err);
	if (rc == EGOV_OK)
		rc = egov__lodged_sequence(&contents, "certificate", &out->certificate, &certificate, err);
	if (rc == EGOV_OK)
		rc = egov__lodged_octets(&contents, "signature", 0, &out->signature, err);
	return rc == EGOV_OK ? egov__der_end(contents, "countersignature", err) : rc;
}

enum egov_status egov__countersignature_verify(const struct egov__countersignature *witness,
                                               struct egov_slice checkpoint,
                                               struct egov_error *err)
{
	struct egov__cert_fields cert;
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&checkpoint, 1, digest, err);

	if (rc == EGOV_OK && !egov__slice_equal(witness->digest, EGOV__SLICE(digest)))
		rc = EGOV_E_CORRUPT;
	if (rc == EGOV_OK && egov__cert_read(witness->certificate, &cert, NULL) != EGOV_OK)
		rc = EGOV_E_CORRUPT;
	if (rc == EGOV_OK)
		rc = egov__lodged_signed(cert.spki, witness->statement, witness->signature, err);
	if (rc == EGOV_E_CORRUPT)
		rc = egov_error_set(err, rc, clause,
		                    "a witness's signature is not one of this checkpoint");
	return rc;
}

enum egov_status egov__countersign(struct egov_signer *signer, struct egov_slice certificate,
                                   struct egov_slice checkpoint, egov_time now,
                                   struct egov_buf *out, struct egov_error *err)
{
	struct egov_buf statement = EGOV__BUF(EGOV__MAX_OBJECT), signature = EGOV__BUF(256);
	uint8_t digest[EGOV__SM3_SIZE];
	size_t mark = egov__der_open(&statement, EGOV__SEQUENCE);
	enum egov_status rc = egov__sm3(&checkpoint, 1, digest, err);

	egov__der_put_uint(&statement, 1);
	egov__der_put(&statement, EGOV__UTF8_STRING, egov__slice_text(witness_domain));
	if (rc == EGOV_OK)
		egov__der_put(&statement, EGOV__OCTET_STRING, EGOV__SLICE(digest));
	egov__der_put_generalized_time(&statement, now);
	egov__der_close(&statement, mark);
	if (rc == EGOV_OK)
		rc = egov__buf_check(&statement, err);
	if (rc == EGOV_OK)
		rc = egov__signer_sign(signer, EGOV_KEY_OTHER, egov_buf_slice(&statement), &signature,
		                       err);
	if (rc == EGOV_OK) {
		mark = egov__der_open(out, EGOV__SEQUENCE);
		egov__buf_slice(out, egov_buf_slice(&statement));
		egov__buf_slice(out, certificate);
		egov__der_put(out, EGOV__OCTET_STRING, egov_buf_slice(&signature));
		egov__der_close(out, mark);
		rc = egov__buf_check(out, err);
	}
	egov__buf_clear(&statement);
	egov__buf_clear(&signature);
	return rc;
}

/* --- the file --- */

enum egov_status egov__checkpoint_file_read(struct egov_slice der,
                                            struct egov__checkpoint_file *out,
                                            struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(der, EGOV__SEQUENCE, "checkpoint file", &in, err);

	if (rc == EGOV_OK)
		rc = egov__lodged_head(&in, file_domain, err);
	if (rc == EGOV_OK)
		rc = egov__lodged_octets(&in, "journalKey", EGOV__SM2_SPKI, &out->journal_key, err);
	if (rc == EGOV_OK)
		rc = egov__lodged_read(&in, &out->lodged, err);
	return rc == EGOV_OK ? egov__der_end(in, "checkpoint file", err) : rc;
}

enum egov_status egov__checkpoint_file_write(struct egov_slice journal_key,
                                             struct egov_slice lodged, struct egov_buf *out,
                                             struct egov_error *err)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	egov__der_put_uint(out, 1);
	egov__der_put(out, EGOV__UTF8_STRING, egov__slice_text(file_domain));
	egov__der_put(out, EGOV__OCTET_STRING, journal_key);
	egov__buf_slice(out, lodged);
	egov__der_close(out, mark);
	return egov__buf_check(out, err);
}
