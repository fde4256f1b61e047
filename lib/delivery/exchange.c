/* SPDX-License-Identifier: Apache-2.0 */
#include "delivery/exchange.h"

#include "base/der.h"
#include "base/text.h"
#include "cert/signed.h"
#include "delivery/delivery.h"

#define DIGEST 32
#define APPLICATION_MAX 64

static const char clause[] = "GM/T 0034";
static const char request_type[] = "EgovKeyRequest";
static const char answer_type[] = "EgovKeyAnswer";

/* --- writing --- */

static size_t open_content(struct egov_buf *out, const char *type)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	egov__der_put(out, EGOV__UTF8_STRING, egov__slice_text(type));
	egov__der_put_uint(out, 1);
	return mark;
}

enum egov_status egov__key_request_content(const struct egov__key_request *request,
                                           struct egov_buf *out, struct egov_error *err)
{
	const size_t mark = open_content(out, request_type);

	egov__der_put(out, EGOV__OCTET_STRING, request->home);
	egov__der_put(out, EGOV__UTF8_STRING, request->application);
	egov__der_put_generalized_time(out, request->time);
	egov__buf_slice(out, request->subject);
	egov__buf_slice(out, request->signing_key);
	egov__der_close(out, mark);
	return egov__buf_check(out, err);
}

enum egov_status egov__key_answer_content(const struct egov__key_answer *answer,
                                          struct egov_buf *out, struct egov_error *err)
{
	const size_t mark = open_content(out, answer_type);

	egov__der_put(out, EGOV__OCTET_STRING, answer->request);
	egov__der_put_generalized_time(out, answer->time);
	egov__buf_slice(out, answer->public_key);
	egov__buf_slice(out, answer->private_key);
	egov__der_close(out, mark);
	return egov__buf_check(out, err);
}

enum egov_status egov__exchange_join(const struct egov__exchanged *parts, struct egov_buf *out,
                                     struct egov_error *err)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	egov__buf_slice(out, parts->content);
	egov__der_put(out, EGOV__OCTET_STRING, parts->signature);
	egov__der_close(out, mark);
	return egov__buf_check(out, err);
}

/* --- reading --- */

static enum egov_status split(struct egov_slice der, struct egov__exchanged *parts,
                              struct egov_error *err)
{
	struct egov_slice in;
	enum egov_status rc = egov__der_only(der, EGOV__SEQUENCE, "message", &in, err);

	if (rc == EGOV_OK)
		rc = egov__signed_element(&in, EGOV__SEQUENCE, "content", &parts->content, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__OCTET_STRING, "signature", &parts->signature, err);
	return rc == EGOV_OK ? egov__der_end(in, "message", err) : rc;
}

/* Type and version; in is moved to the fields behind them. */
static enum egov_status read_head(struct egov_slice content, const char *type,
                                  struct egov_slice *in, struct egov_error *err)
{
	struct egov_slice found = EGOV__NO_SLICE;
	uint64_t version = 0;
	enum egov_status rc = egov__der_only(content, EGOV__SEQUENCE, "content", in, err);

	if (rc == EGOV_OK)
		rc = egov__der_read(in, EGOV__UTF8_STRING, "type", &found, err);
	if (rc == EGOV_OK)
		rc = egov__der_uint(in, "version", &version, err);
	if (rc == EGOV_OK && (!egov__slice_is(found, type) || version != 1))
		rc = egov_error_set(err, EGOV_E_SYNTAX, clause, "want %s, version 1", type);
	return rc;
}

static enum egov_status read_digest(struct egov_slice *in, const char *what,
                                    struct egov_slice *out, struct egov_error *err)
{
	enum egov_status rc = egov__der_read(in, EGOV__OCTET_STRING, what, out, err);

	if (rc == EGOV_OK && out->size != DIGEST)
		rc = egov_error_set(err, EGOV_E_SYNTAX, clause, "%s: %zu octets, want %d", what,
		                    out->size, DIGEST);
	return rc;
}

static enum egov_status read_time(struct egov_slice *in, egov_time *out, struct egov_error *err)
{
	if (egov__der_peek(*in) != EGOV__GENERALIZED_TIME)
		return egov_error_set(err, EGOV_E_SYNTAX, clause, "time: want a GeneralizedTime");
	return egov__der_time(in, "time", out, NULL, err);
}

static enum egov_status read_application(struct egov_slice *in, struct egov_slice *out,
                                         struct egov_error *err)
{
	enum egov_status rc = egov__der_read(in, EGOV__UTF8_STRING, "application", out, err);

	if (rc == EGOV_OK
	    && (out->size == 0 || out->size > APPLICATION_MAX || !egov__utf8_check(*out, NULL)
	        || egov__utf8_has_control(*out)))
		rc = egov_error_set(err, EGOV_E_SYNTAX, clause,
		                    "application: want 1 to %d octets of text", APPLICATION_MAX);
	return rc;
}

static enum egov_status read_key(struct egov_slice *in, const char *what, struct egov_slice *spki,
                                 struct egov_slice *point, struct egov_error *err)
{
	enum egov_status rc = egov__signed_element(in, EGOV__SEQUENCE, what, spki, err);

	if (rc == EGOV_OK)
		rc = egov_error_prefix(err, egov__sm2_spki_point(*spki, point, err), "%s", what);
	return rc;
}

static enum egov_status request_fields(struct egov_slice content, struct egov__key_request *out,
                                       struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE, point;
	enum egov_status rc = read_head(content, request_type, &in, err);

	if (rc == EGOV_OK)
		rc = read_digest(&in, "home", &out->home, err);
	if (rc == EGOV_OK)
		rc = read_application(&in, &out->application, err);
	if (rc == EGOV_OK)
		rc = read_time(&in, &out->time, err);
	if (rc == EGOV_OK)
		rc = egov__signed_name(&in, "subject", &out->subject, err);
	if (rc == EGOV_OK)
		rc = read_key(&in, "signingKey", &out->signing_key, &point, err);
	return rc == EGOV_OK ? egov__der_end(in, request_type, err) : rc;
}

enum egov_status egov__key_request_read(struct egov_slice der, struct egov__key_request *out,
                                        struct egov__exchanged *parts, struct egov_error *err)
{
	enum egov_status rc = split(der, parts, err);

	if (rc == EGOV_OK)
		rc = request_fields(parts->content, out, err);
	return egov_error_prefix(err, rc, "key request");
}

static enum egov_status answer_fields(struct egov_slice content, struct egov__key_answer *out,
                                      struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE, sealed = EGOV__NO_SLICE;
	enum egov_status rc = read_head(content, answer_type, &in, err);

	if (rc == EGOV_OK)
		rc = read_digest(&in, "request", &out->request, err);
	if (rc == EGOV_OK)
		rc = read_time(&in, &out->time, err);
	if (rc == EGOV_OK)
		rc = read_key(&in, "publicKey", &out->public_key, &out->point, err);
	if (rc == EGOV_OK)
		rc = egov__signed_element(&in, EGOV__SEQUENCE, "privateKey", &out->private_key, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(in, answer_type, err);
	if (rc == EGOV_OK)
		rc = egov__enveloped_key_check(out->private_key, &sealed, err);
	if (rc == EGOV_OK && !egov__slice_equal(sealed, out->point))
		rc = egov_error_set(err, EGOV_E_POLICY, clause,
		                    "the sealed private key is said to be of another public key");
	return rc;
}

enum egov_status egov__key_answer_read(struct egov_slice der, struct egov__key_answer *out,
                                       struct egov__exchanged *parts, struct egov_error *err)
{
	enum egov_status rc = split(der, parts, err);

	if (rc == EGOV_OK)
		rc = answer_fields(parts->content, out, err);
	return egov_error_prefix(err, rc, "key answer");
}

enum egov_status egov__exchange_verify(const struct egov__exchanged *parts, struct egov_slice spki,
                                       struct egov_error *err)
{
	struct egov_slice point;
	enum egov_status rc = egov__sm2_spki_point(spki, &point, err);

	return rc == EGOV_OK ? egov__sm2_verify(point, egov__slice_text(EGOV__SM2_DEFAULT_ID),
	                                        parts->content, parts->signature, err)
	                     : rc;
}
