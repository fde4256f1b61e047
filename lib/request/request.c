/* SPDX-License-Identifier: Apache-2.0 */
#include "request/request.h"

#include <stdlib.h>

#include "base/der.h"
#include "base/pem.h"
#include "base/text.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "request/attributes.h"
#include "x509/name.h"

/* Where a request leaves the standard and is read all the same. */
enum {
	UNWRAPPED_ATTRIBUTES = 1 << 0,
	CURVE_AS_ALGORITHM = 1 << 1
};

struct egov_request {
	struct egov_buf der;            /* the slices lie in it */
	struct egov_slice info;         /* whole CertificationRequestInfo: what is signed */
	struct egov_slice subject;      /* whole Name */
	struct egov_slice attributes;   /* contents of [0] */
	struct egov_slice algorithm;    /* whole TLV */
	struct egov_slice signature;
	uint8_t spki[EGOV__SM2_SPKI];
	unsigned deviations;
};

static const char version_clause[] = "RFC 2986, 4.1";

/* --- the one object in the input ------------------------------------------------ */

static enum egov_status take(void *user, struct egov_slice der, struct egov_error *err)
{
	struct egov_buf *const one = user;

	if (one->size > 0)
		return egov_error_set(err, EGOV_E_SYNTAX, NULL, "more than one request in the input");
	if (der.size > EGOV__MAX_OBJECT)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "request of %zu octets, at most %u allowed",
		                      der.size, EGOV__MAX_OBJECT);
	egov__buf_slice(one, der);
	return egov__buf_check(one, err);
}

static enum egov_status take_pem(struct egov_slice text, struct egov_buf *der,
                                 struct egov_error *err)
{
	static const char *const labels[] = { "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST" };
	struct egov_buf block = EGOV__BUF(text.size);
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		struct egov_slice rest = text;
		bool found = true;

		while (rc == EGOV_OK && found) {
			rc = egov__pem_next(&rest, labels[i], &found, &block, err);
			if (rc == EGOV_OK && found)
				rc = take(der, egov_buf_slice(&block), err);
		}
	}
	egov__buf_clear(&block);
	if (rc == EGOV_OK && der->size == 0)
		rc = egov_error_set(err, EGOV_E_SYNTAX, "RFC 7468, 7",
		                    "no PEM block CERTIFICATE REQUEST in the input");
	return rc;
}

static enum egov_status take_input(struct egov_slice bytes, struct egov_buf *der,
                                   struct egov_error *err)
{
	/* Base64 with its lines is less than twice as long as what it holds. */
	if (bytes.size > 2 * EGOV__MAX_OBJECT)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "input of %zu octets, at most %u allowed",
		                      bytes.size, 2 * EGOV__MAX_OBJECT);
	if (egov__pem_is(bytes))
		return take_pem(bytes, der, err);
	return egov__objects(bytes, NULL, take, der, err);
}

/* --- reading -------------------------------------------------------------------- */

/* The next TLV, whole. */
static enum egov_status read_whole(struct egov_slice *in, uint8_t tag, const char *what,
                                   struct egov_slice *whole, struct egov_error *err)
{
	const uint8_t *const start = in->data;
	struct egov_slice value = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_read(in, tag, what, &value, err);

	if (rc == EGOV_OK)
		*whole = (struct egov_slice){ start, (size_t)(in->data - start) };
	return rc;
}

/* Tables of GM/T 0015 and GM/T 0043 print the curve where the algorithm stands,
 * and requests like that exist: the point is taken, the form is not. */
static bool is_curve_as_algorithm(struct egov_slice spki)
{
	static const uint8_t prefix[] = { 0x30, 0x5a, 0x30, 0x14, 0x06, 0x08, 0x2a, 0x81, 0x1c,
		                          0xcf, 0x55, 0x01, 0x82, 0x2d, 0x06, 0x08, 0x2a, 0x81,
		                          0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d, 0x03, 0x42, 0x00 };

	return spki.size == sizeof(prefix) + EGOV__SM2_POINT
	       && memcmp(spki.data, prefix, sizeof(prefix)) == 0;
}

static enum egov_status read_key(struct egov_request *request, struct egov_slice spki,
                                 struct egov_error *err)
{
	struct egov_slice point = EGOV__NO_SLICE;
	enum egov_status rc;

	if (is_curve_as_algorithm(spki)) {
		request->deviations |= CURVE_AS_ALGORITHM;
		point = (struct egov_slice){ spki.data + spki.size - EGOV__SM2_POINT,
			                     EGOV__SM2_POINT };
		rc = egov__sm2_point_check(point, err);
	} else {
		rc = egov__sm2_spki_point(spki, &point, err);
	}
	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "public key");
	egov__sm2_point_spki(point.data, request->spki);
	return EGOV_OK;
}

enum egov_status egov__request_subject_check(struct egov_slice subject, struct egov_error *err)
{
	const enum egov_status rc = egov__name_check(subject, err);

	return rc == EGOV_OK ? rc : egov_error_prefix(err, rc, "subject");
}

static enum egov_status read_version(struct egov_slice *in, struct egov_error *err)
{
	uint64_t version = 0;
	enum egov_status rc = egov__der_uint(in, "version", &version, err);

	if (rc == EGOV_OK && version != 0)
		return egov_error_set(err, EGOV_E_POLICY, version_clause,
		                      "version: INTEGER %llu found, 0 wanted (PKCS#10 v1 is the only one)",
		                      (unsigned long long)version);
	return rc;
}

static enum egov_status read_info(struct egov_request *request, struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE, spki = EGOV__NO_SLICE;
	bool unwrapped = false;
	enum egov_status rc;

	rc = egov__der_only(request->info, EGOV__SEQUENCE, "certificationRequestInfo", &in, err);
	if (rc == EGOV_OK)
		rc = read_version(&in, err);
	if (rc == EGOV_OK)
		rc = read_whole(&in, EGOV__SEQUENCE, "subject", &request->subject, err);
	if (rc == EGOV_OK)
		rc = egov__request_subject_check(request->subject, err);
	if (rc == EGOV_OK)
		rc = read_whole(&in, EGOV__SEQUENCE, "public key", &spki, err);
	if (rc == EGOV_OK)
		rc = read_key(request, spki, err);
	if (rc == EGOV_OK)
		rc = egov__der_only(in, EGOV__CONTEXT_CONS | 0, "attributes", &request->attributes, err);
	if (rc == EGOV_OK)
		rc = egov__request_attributes_check(request->attributes, &unwrapped, err);
	if (rc == EGOV_OK && unwrapped)
		request->deviations |= UNWRAPPED_ATTRIBUTES;
	return rc;
}

static enum egov_status read_algorithm(struct egov_request *request, struct egov_slice *in,
                                       struct egov_error *err)
{
	enum egov__oid type = EGOV__OID_UNKNOWN;
	enum egov_status rc;

	rc = read_whole(in, EGOV__SEQUENCE, "signatureAlgorithm", &request->algorithm, err);
	if (rc == EGOV_OK)
		rc = egov__algid_signature(request->algorithm, &type, err);
	if (rc == EGOV_OK && type != EGOV__OID_SM2_SM3)
		return egov_error_set(err, EGOV_E_POLICY, "GM/T 0092",
		                      "signatureAlgorithm: %s found, SM2-with-SM3 wanted",
		                      type == EGOV__OID_UNKNOWN ? egov__text("another one")
		                                                : egov__oid_get(type)->name);
	return rc;
}

static enum egov_status read_request(struct egov_request *request, struct egov_error *err)
{
	uint8_t raw[EGOV__SM2_RAW_SIGNATURE];
	struct egov_slice in = EGOV__NO_SLICE;
	enum egov_status rc;

	rc = egov__der_only(egov_buf_slice(&request->der), EGOV__SEQUENCE, "request", &in, err);
	if (rc == EGOV_OK)
		rc = read_whole(&in, EGOV__SEQUENCE, "certificationRequestInfo", &request->info, err);
	if (rc == EGOV_OK)
		rc = read_info(request, err);
	if (rc == EGOV_OK)
		rc = read_algorithm(request, &in, err);
	if (rc == EGOV_OK)
		rc = egov__der_bit_octets(&in, "signature", &request->signature, err);
	if (rc == EGOV_OK)
		rc = egov__sm2_signature_raw(request->signature, raw, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(in, "request", err);
	/* What is read no further, and lies in what will be stored, is DER too. */
	if (rc == EGOV_OK)
		rc = egov__der_check(egov_buf_slice(&request->der), err);
	return rc;
}

/* --- proof of possession --------------------------------------------------------- */

static struct egov_slice point_of(const struct egov_request *request)
{
	return (struct egov_slice){ request->spki + EGOV__SM2_SPKI - EGOV__SM2_POINT,
		                    EGOV__SM2_POINT };
}

static enum egov_status verify_with(const struct egov_request *request, struct egov_slice id)
{
	return egov__sm2_verify(point_of(request), id, request->info, request->signature, NULL);
}

/* SM3 of the bytes alone, without Z: a mistake of its own. */
static enum egov_status verify_without_z(const struct egov_request *request)
{
	uint8_t e[EGOV__SM2_E];
	enum egov_status rc = egov__sm3(&request->info, 1, e, NULL);

	if (rc == EGOV_OK)
		rc = egov__sm2_verify_e(point_of(request), e, request->signature, NULL);
	return rc;
}

/* What the requester probably did, for the message; nothing is accepted for it. */
static enum egov_status guess(const struct egov_request *request, const char **text)
{
	enum egov_status rc = verify_with(request, EGOV__NO_SLICE);

	*text = EGOV__N("it fits the empty ID, which OpenSSL takes unless told -sigopt "
	                "distid:1234567812345678");
	if (rc == EGOV_E_UNTRUSTED) {
		rc = verify_with(request, egov__slice_text(EGOV__SM2_DEFAULT_ID));
		*text = EGOV__N("it fits the default ID 1234567812345678");
	}
	if (rc == EGOV_E_UNTRUSTED) {
		rc = verify_without_z(request);
		*text = EGOV__N("it was made over SM3 without Z");
	}
	if (rc != EGOV_E_UNTRUSTED)
		return rc;
	*text = EGOV__N("it fits neither the default nor the empty ID");
	return EGOV_OK;
}

static enum egov_status check_possession(const struct egov_request *request, struct egov_slice id,
                                         struct egov_error *err)
{
	uint8_t e[EGOV__SM2_E];
	const char *why = NULL;
	enum egov_status rc;

	if (id.data == NULL)
		id = egov__slice_text(EGOV__SM2_DEFAULT_ID);
	rc = egov__sm2_e(point_of(request), id, request->info, e, err);
	if (rc != EGOV_OK)
		return rc;
	rc = egov__sm2_verify_e(point_of(request), e, request->signature, NULL);
	if (rc == EGOV_E_UNTRUSTED)
		rc = guess(request, &why);
	if (rc == EGOV_OK && why != NULL)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "GM/T 0009, 10",
		                      "signature does not verify under the SM2 signer ID asked for: %s",
		                      egov__text(why));
	if (rc == EGOV_E_NOMEM)
		return egov_error_nomem(err);
	if (rc != EGOV_OK)
		return egov_error_set(err, rc, NULL, "signature: SM2 verification failed");
	return EGOV_OK;
}

enum egov_status egov__request_read(struct egov_slice bytes, struct egov_request **out,
                                    struct egov_error *err)
{
	struct egov_request *request = calloc(1, sizeof(*request));
	enum egov_status rc;

	if (request == NULL)
		return egov_error_nomem(err);
	request->der.max = EGOV__MAX_OBJECT;
	rc = take_input(bytes, &request->der, err);
	if (rc == EGOV_OK)
		rc = read_request(request, err);
	if (rc == EGOV_OK) {
		*out = request;
		request = NULL;
	}
	egov_request_free(request);
	return rc;
}

enum egov_status egov_request_decode(struct egov_slice bytes, struct egov_slice id,
                                     struct egov_request **out, struct egov_error *err)
{
	struct egov_request *request = NULL;
	enum egov_status rc = egov__request_read(bytes, &request, err);

	if (rc == EGOV_OK)
		rc = check_possession(request, id, err);
	if (rc == EGOV_OK)
		*out = request;
	else
		egov_request_free(request);
	return rc;
}

void egov_request_free(struct egov_request *request)
{
	if (request == NULL)
		return;
	egov__buf_clear(&request->der);
	free(request);
}

struct egov_slice egov_request_der(const struct egov_request *request)
{
	return egov_buf_slice(&request->der);
}

struct egov_slice egov_request_public_key(const struct egov_request *request)
{
	return EGOV__SLICE(request->spki);
}

struct egov_slice egov__request_subject(const struct egov_request *request)
{
	return request->subject;
}

bool egov__request_is_unwrapped(const struct egov_request *request)
{
	return (request->deviations & UNWRAPPED_ATTRIBUTES) != 0;
}

/* --- showing ---------------------------------------------------------------------- */

static void report_deviations(const struct egov_request *request, struct egov_report *report)
{
	if (request->deviations & UNWRAPPED_ATTRIBUTES)
		egov__report_add(report, "deviation", "%s",
		                 egov__text("attribute values stand without their SET (CFCA's form)"));
	if (request->deviations & CURVE_AS_ALGORITHM)
		egov__report_add(report, "deviation", "%s",
		                 egov__text("the public key names the curve as its algorithm"));
}

enum egov_status egov_request_report(const struct egov_request *request,
                                     struct egov_report *report, struct egov_error *err)
{
	const struct egov_slice spki = egov_request_public_key(request);
	struct egov_buf subject = EGOV__BUF(4 * EGOV__MAX_OBJECT);
	const bool has_null = egov__slice_equal(request->algorithm,
	                                        egov__algid_sm2_sm3(EGOV__SIGALG_NULL));
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&spki, 1, digest, err);

	egov__name_print(request->subject, &subject);
	if (rc == EGOV_OK)
		rc = egov__buf_check(&subject, err);
	if (rc == EGOV_OK) {
		egov__report_record(report);
		egov__report_add(report, "subject", "%s", egov__buf_string(&subject));
		egov__report_hex(report, "public-key", spki);
		egov__report_hex(report, "public-key-sm3", EGOV__SLICE(digest));
		egov__report_add(report, "signature-algorithm", "SM2-with-SM3");
		egov__report_add(report, "signature-parameters", "%s", has_null ? "NULL" : "absent");
		egov__request_attributes_report(request->attributes, report);
		report_deviations(request, report);
		rc = egov__report_check(report, err);
	}
	egov__buf_clear(&subject);
	return rc;
}
