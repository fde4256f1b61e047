/* SPDX-License-Identifier: Apache-2.0 */
#include "record/approval.h"

#include "base/der.h"
#include "base/text.h"
#include "cert/cert.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"

#define MATTER_DOMAIN "egovca matter"
#define TEST_MATTER_DOMAIN "egovca test matter"
#define APPROVAL_DOMAIN "egovca approval"

/* --- facts --- */

void egov__fact_text_add(struct egov_buf *facts, const char *key, const char *value)
{
	const size_t mark = egov__der_open(facts, EGOV__SEQUENCE);

	egov__der_put(facts, EGOV__UTF8_STRING, egov__slice_text(key));
	egov__der_put(facts, EGOV__UTF8_STRING, egov__slice_text(value));
	egov__der_close(facts, mark);
}

void egov__fact_hex_add(struct egov_buf *facts, const char *key, struct egov_slice bytes)
{
	struct egov_buf hex = EGOV__BUF(EGOV__MAX_OBJECT);

	egov__buf_hex(&hex, bytes);
	if (egov__buf_string(&hex) == NULL)
		facts->failed = facts->starved = true;
	else
		egov__fact_text_add(facts, key, egov__buf_string(&hex));
	egov__buf_clear(&hex);
}

void egov__fact_time_add(struct egov_buf *facts, const char *key, egov_time t)
{
	char text[EGOV_TIME_TEXT];

	egov_time_format(t, text);
	egov__fact_text_add(facts, key, text);
}

static enum egov_status read_text(struct egov_slice *in, const char *what, struct egov_slice *text,
                                  struct egov_error *err)
{
	enum egov_status rc = egov__der_read(in, EGOV__UTF8_STRING, what, text, err);

	if (rc == EGOV_OK && (!egov__utf8_check(*text, NULL) || egov__utf8_has_control(*text)))
		rc = egov_error_set(err, EGOV_E_SYNTAX, NULL,
		                    "%s: not UTF-8 text without control characters", what);
	return rc;
}

static enum egov_status read_fact(struct egov_slice *facts, struct egov_slice *key,
                                  struct egov_slice *value, struct egov_error *err)
{
	struct egov_slice in;
	enum egov_status rc = egov__der_read(facts, EGOV__SEQUENCE, "fact", &in, err);

	if (rc == EGOV_OK)
		rc = read_text(&in, "key", key, err);
	if (rc == EGOV_OK)
		rc = read_text(&in, "value", value, err);
	return rc == EGOV_OK ? egov__der_end(in, "fact", err) : rc;
}

bool egov__fact_next(struct egov_slice *facts, struct egov_slice *key, struct egov_slice *value)
{
	return facts->size > 0 && read_fact(facts, key, value, NULL) == EGOV_OK;
}

/* --- the three forms --- */

static void open_form(struct egov_buf *out, const char *domain)
{
	egov__der_put_uint(out, 1);
	egov__der_put(out, EGOV__UTF8_STRING, egov__slice_text(domain));
}

/* Version and domain, of a SEQUENCE that fills der. */
static enum egov_status read_form(struct egov_slice der, const char *domain, struct egov_slice *in,
                                  struct egov_error *err)
{
	struct egov_slice name = EGOV__NO_SLICE;
	uint64_t version = 0;
	enum egov_status rc = egov__der_only(der, EGOV__SEQUENCE, domain, in, err);

	if (rc == EGOV_OK)
		rc = egov__der_uint(in, "version", &version, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(in, EGOV__UTF8_STRING, "domain", &name, err);
	if (rc == EGOV_OK && (version != 1 || !egov__slice_is(name, domain)))
		rc = egov_error_set(err, EGOV_E_SYNTAX, NULL, "not version 1 of \"%s\"", domain);
	return rc;
}

enum egov_status egov__matter_encode(const struct egov__matter *matter, struct egov_buf *out,
                                     struct egov_error *err)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	open_form(out, matter->test ? TEST_MATTER_DOMAIN : MATTER_DOMAIN);
	egov__der_put(out, EGOV__OCTET_STRING, matter->home);
	egov__der_put(out, EGOV__UTF8_STRING, matter->act);
	egov__der_put(out, EGOV__UTF8_STRING, matter->subject);
	egov__der_put(out, EGOV__SEQUENCE, matter->facts);
	egov__der_close(out, mark);
	return egov__buf_check(out, err);
}

enum egov_status egov__matter_decode(struct egov_slice der, struct egov__matter *out,
                                     struct egov_error *err)
{
	struct egov__matter matter = { .der = der };
	struct egov_slice in, facts, key, value;
	enum egov_status rc;

	matter.test = read_form(der, TEST_MATTER_DOMAIN, &in, NULL) == EGOV_OK;
	rc = matter.test ? EGOV_OK : read_form(der, MATTER_DOMAIN, &in, err);

	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__OCTET_STRING, "home", &matter.home, err);
	if (rc == EGOV_OK)
		rc = read_text(&in, "act", &matter.act, err);
	if (rc == EGOV_OK)
		rc = read_text(&in, "subject", &matter.subject, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__SEQUENCE, "facts", &matter.facts, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(in, "matter", err);
	facts = matter.facts;
	while (rc == EGOV_OK && facts.size > 0)
		rc = read_fact(&facts, &key, &value, err);
	if (rc == EGOV_OK)
		*out = matter;
	return rc;
}

enum egov_status egov__statement_encode(const struct egov__statement *statement,
                                        struct egov_buf *out, struct egov_error *err)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	open_form(out, APPROVAL_DOMAIN);
	egov__buf_slice(out, statement->matter.der);
	egov__der_put(out, EGOV__OCTET_STRING, statement->certificate);
	egov__der_put_generalized_time(out, statement->time);
	egov__der_put(out, EGOV__OCTET_STRING, statement->nonce);
	egov__der_close(out, mark);
	return egov__buf_check(out, err);
}

static enum egov_status read_octets(struct egov_slice *in, const char *what, size_t size,
                                    struct egov_slice *octets, struct egov_error *err)
{
	enum egov_status rc = egov__der_read(in, EGOV__OCTET_STRING, what, octets, err);

	if (rc == EGOV_OK && octets->size != size)
		rc = egov_error_set(err, EGOV_E_SYNTAX, NULL, "%s: %zu octets, want %zu", what,
		                    octets->size, size);
	return rc;
}

/* GeneralizedTime alone, as the encoder writes it. */
static enum egov_status read_time(struct egov_slice *in, egov_time *t, struct egov_error *err)
{
	if (egov__der_peek(*in) != EGOV__GENERALIZED_TIME)
		return egov_error_set(err, EGOV_E_SYNTAX, NULL, "time: not a GeneralizedTime");
	return egov__der_time(in, "time", t, NULL, err);
}

enum egov_status egov__statement_decode(struct egov_slice der, struct egov__statement *out,
                                        struct egov_error *err)
{
	struct egov__statement statement = { .der = der };
	struct egov__tlv matter = { .whole = EGOV__NO_SLICE };
	struct egov_slice in;
	enum egov_status rc = read_form(der, APPROVAL_DOMAIN, &in, err);

	if (rc == EGOV_OK)
		rc = egov__der_any(&in, &matter, err);
	if (rc == EGOV_OK)
		rc = egov__matter_decode(matter.whole, &statement.matter, err);
	if (rc == EGOV_OK)
		rc = read_octets(&in, "certificate", EGOV__SM3_SIZE, &statement.certificate, err);
	if (rc == EGOV_OK)
		rc = read_time(&in, &statement.time, err);
	if (rc == EGOV_OK)
		rc = read_octets(&in, "nonce", EGOV__NONCE, &statement.nonce, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(in, "statement", err);
	if (rc == EGOV_OK)
		*out = statement;
	return rc;
}

enum egov_status egov__approval_encode(const struct egov__approval *approval, struct egov_buf *out,
                                       struct egov_error *err)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	egov__buf_slice(out, approval->statement.der);
	egov__buf_slice(out, approval->certificate);
	egov__der_put(out, EGOV__OCTET_STRING, approval->signature);
	egov__der_close(out, mark);
	return egov__buf_check(out, err);
}

enum egov_status egov__approval_decode(struct egov_slice der, struct egov__approval *out,
                                       struct egov_error *err)
{
	struct egov__approval approval = { .signature = EGOV__NO_SLICE };
	struct egov__tlv statement = { .whole = EGOV__NO_SLICE };
	struct egov__tlv certificate = { .whole = EGOV__NO_SLICE };
	struct egov_slice in;
	enum egov_status rc = egov__der_only(der, EGOV__SEQUENCE, "approval", &in, err);

	if (rc == EGOV_OK)
		rc = egov__der_any(&in, &statement, err);
	if (rc == EGOV_OK)
		rc = egov__statement_decode(statement.whole, &approval.statement, err);
	if (rc == EGOV_OK)
		rc = egov__der_any(&in, &certificate, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__OCTET_STRING, "signature", &approval.signature, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(in, "approval", err);
	approval.certificate = certificate.whole;
	if (rc == EGOV_OK)
		*out = approval;
	return rc;
}

enum egov_status egov__statement_verify(const struct egov__statement *statement,
                                        struct egov_slice certificate, struct egov_slice signature,
                                        struct egov_error *err)
{
	struct egov_cert *cert = NULL;
	struct egov_slice point = EGOV__NO_SLICE;
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&certificate, 1, digest, err);

	if (rc == EGOV_OK && !egov__slice_equal(EGOV__SLICE(digest), statement->certificate))
		rc = egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                    "the statement names another certificate than its signer's");
	if (rc == EGOV_OK)
		rc = egov_cert_decode(certificate, &cert, err);
	if (rc == EGOV_OK)
		rc = egov__sm2_spki_point(egov_cert_public_key(cert), &point, err);
	if (rc == EGOV_OK)
		rc = egov__sm2_verify(point, egov__slice_text(EGOV__SM2_DEFAULT_ID), statement->der,
		                      signature, err);
	egov_cert_free(cert);
	return rc;
}
