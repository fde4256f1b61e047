/* SPDX-License-Identifier: Apache-2.0 */
#include "request/application_impl.h"

#include "base/der.h"
#include "crypto/sm3.h"

static void put_text(struct egov_buf *out, const char *text)
{
	egov__der_put(out, EGOV__UTF8_STRING, egov__slice_text(text));
}

static void put_evidence(struct egov_buf *out, const struct egov__proof *proof)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	put_text(out, proof->kind);
	put_text(out, proof->evidence_name);
	egov__der_put(out, EGOV__OCTET_STRING, EGOV__SLICE(proof->evidence_digest));
	egov__der_put(out, EGOV__OCTET_STRING, proof->evidence);
	egov__der_close(out, mark);
}

enum egov_status egov__application_package(const struct egov_application *a,
                                           struct egov_buf *out, struct egov_error *err)
{
	size_t package, list;

	for (int i = 0; i < EGOV__PROOF_COUNT; i++)
		if (a->proofs[i].present && a->evidence[i] == NULL)
			return egov_error_set(err, EGOV_E_USAGE, NULL,
			                      "the evidence of %s is sealed already",
			                      a->proofs[i].kind);
	package = egov__der_open(out, EGOV__SEQUENCE);
	egov__der_put_uint(out, 1);
	egov__der_put(out, EGOV__UTF8_STRING, egov_buf_slice(&a->text));
	list = egov__der_open(out, EGOV__SEQUENCE);
	for (int i = 0; i < EGOV__PROOF_COUNT; i++)
		if (a->proofs[i].present)
			put_evidence(out, &a->proofs[i]);
	egov__der_close(out, list);
	egov__der_close(out, package);
	return egov__buf_check(out, err);
}

static void put_proof(struct egov_buf *out, const struct egov__proof *proof)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	put_text(out, proof->kind);
	put_text(out, proof->method);
	put_text(out, proof->operator);
	egov__der_put_generalized_time(out, proof->time);
	egov__der_put(out, EGOV__OCTET_STRING, EGOV__SLICE(proof->evidence_digest));
	if (proof->version != NULL)
		put_text(out, proof->version);
	egov__der_close(out, mark);
}

enum egov_status egov__application_proofs_digest(const struct egov_application *a,
                                                 uint8_t digest[32], struct egov_error *err)
{
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_slice whole;
	enum egov_status rc;
	size_t mark = egov__der_open(&der, EGOV__SEQUENCE);

	for (int i = 0; i < EGOV__PROOF_COUNT; i++)
		if (a->proofs[i].present)
			put_proof(&der, &a->proofs[i]);
	egov__der_close(&der, mark);
	rc = egov__buf_check(&der, err);
	whole = egov_buf_slice(&der);
	if (rc == EGOV_OK)
		rc = egov__sm3(&whole, 1, digest, err);
	egov__buf_clear(&der);
	return rc;
}
