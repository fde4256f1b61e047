/* SPDX-License-Identifier: Apache-2.0 */
#include "chain.h"

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "crypto/digest.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "x509/algid.h"

struct key {
	struct egov_secret *d;
	uint8_t point[EGOV__SM2_POINT], spki[EGOV__SM2_SPKI], id[EGOV__SHA1_SIZE];
};

static struct egov_buf *new_buffer(void)
{
	struct egov_buf *buf = egov_buf_new(EGOV__MAX_FILE);

	assert_non_null(buf);
	return buf;
}

/* Made once a process, so that chains of one test may share them. */
static const struct key *get_key(size_t n)
{
	static struct key keys[CHAIN_KEYS];
	struct key *key = &keys[n];
	struct egov_error err = { 0 };

	assert_true(n < CHAIN_KEYS);
	if (key->d == NULL) {
		assert_ok(egov__sm2_generate(&key->d, key->point, &err), &err);
		egov__sm2_point_spki(key->point, key->spki);
		assert_ok(egov__key_identifier(EGOV__SLICE(key->spki), key->id, &err), &err);
	}
	return key;
}

struct egov_slice chain_spki(size_t key)
{
	return EGOV__SLICE(get_key(key)->spki);
}

static void put_attribute(struct egov_buf *out, enum egov__oid type, uint8_t tag, const char *value)
{
	const size_t set = egov__der_open(out, EGOV__SET);
	const size_t pair = egov__der_open(out, EGOV__SEQUENCE);

	egov__der_put(out, EGOV__OID, egov__oid_get(type)->contents);
	egov__der_put(out, tag, egov__slice_text(value));
	egov__der_close(out, pair);
	egov__der_close(out, set);
}

static void put_name(struct egov_buf *out, uint8_t tag, const char *cn)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	put_attribute(out, EGOV__OID_COUNTRY, EGOV__PRINTABLE_STRING, "CN");
	put_attribute(out, EGOV__OID_COMMON_NAME, tag == 0 ? EGOV__UTF8_STRING : tag, cn);
	egov__der_close(out, mark);
}

static void put_validity(struct egov_buf *out, const struct chain_plan *plan)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	egov__der_put_time(out, plan->from == 0 ? CHAIN_AT - 365 * CHAIN_DAY : plan->from);
	egov__der_put_time(out, plan->until == 0 ? CHAIN_AT + 365 * CHAIN_DAY : plan->until);
	egov__der_close(out, mark);
}

/* Appends the extension whose value fills value, and empties that. */
static void put_ext(struct egov_buf *out, enum egov__oid type, bool critical, struct egov_buf *value)
{
	egov__ext_put(out, type, critical, egov_buf_slice(value));
	egov_buf_reset(value);
}

static void put_basic(struct egov_buf *out, const struct chain_plan *plan, struct egov_buf *value)
{
	const struct egov__basic_constraints basic = { plan->ca, plan->path_len > 0,
		                                       plan->path_len - 1u };

	if (plan->no_basic)
		return;
	egov__ext_put_basic_constraints(value, &basic);
	put_ext(out, EGOV__OID_BASIC_CONSTRAINTS, plan->ca && !plan->basic_not_critical, value);
}

static void put_usage(struct egov_buf *out, const struct chain_plan *plan, struct egov_buf *value)
{
	const unsigned usual = plan->ca ? EGOV__KU_KEY_CERT_SIGN | EGOV__KU_CRL_SIGN
	                                : EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_NON_REPUDIATION;

	if (plan->no_usage)
		return;
	egov__ext_put_key_usage(value, plan->usage == 0 ? usual : plan->usage);
	put_ext(out, EGOV__OID_KEY_USAGE, true, value);
}

static void put_eku(struct egov_buf *out, const struct chain_plan *plan, struct egov_buf *value)
{
	struct egov_slice oids[4];
	size_t count = 0;
	char names[128], *save = NULL;

	if (plan->eku == NULL)
		return;
	assert_true(egov__text_copy(names, sizeof(names), plan->eku));
	for (char *at = strtok_r(names, ",", &save); at != NULL; at = strtok_r(NULL, ",", &save)) {
		assert_true(count < 4);
		oids[count++] = egov__oid_get(egov__oid_by_text(at))->contents;
	}
	egov__ext_put_eku(value, oids, count);
	put_ext(out, EGOV__OID_EKU, plan->eku_critical, value);
}

static void put_policy(struct egov_buf *out, const struct chain_plan *plan, struct egov_buf *value)
{
	struct egov_buf *oid = new_buffer();
	struct egov_error err = { 0 };
	struct egov_slice slice;

	if (plan->policy != NULL) {
		assert_ok(egov__der_oid_parse(plan->policy, oid, &err), &err);
		slice = egov_buf_slice(oid);
		egov__ext_put_policies(value, &slice, 1, NULL);
		put_ext(out, EGOV__OID_POLICIES, false, value);
	}
	egov_buf_free(oid);
}

static void put_extensions(struct egov_buf *out, const struct chain_plan *plan, size_t signer)
{
	const size_t tagged = egov__der_open(out, EGOV__CONTEXT_CONS | 3);
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);
	struct egov_buf *value = new_buffer();
	struct egov_slice uri;

	if (!plan->no_key_ids) {
		egov__ext_put_aki(value, EGOV__SLICE(get_key(signer)->id));
		put_ext(out, EGOV__OID_AKI, false, value);
		egov__ext_put_ski(value, EGOV__SLICE(get_key(plan->key)->id));
		put_ext(out, EGOV__OID_SKI, false, value);
	}
	put_basic(out, plan, value);
	put_usage(out, plan, value);
	put_eku(out, plan, value);
	put_policy(out, plan, value);
	if (plan->crl_dp != NULL) {
		uri = egov__slice_text(plan->crl_dp);
		egov__ext_put_crl_dp(value, &uri, 1);
		put_ext(out, EGOV__OID_CRL_DP, false, value);
	}
	egov__buf_slice(out, plan->more);
	egov_buf_free(value);
	egov__der_close(out, mark);
	egov__der_close(out, tagged);
}

static void put_serial(struct egov_buf *out, const struct chain_plan *plan)
{
	struct egov_buf *octets;

	if (plan->serial_hex == NULL) {
		egov__der_put_uint(out, plan->serial == 0 ? 1 : plan->serial);
		return;
	}
	octets = help_hex_buf(plan->serial_hex);
	egov__der_put(out, EGOV__INTEGER, egov_buf_slice(octets));
	egov_buf_free(octets);
}

static void put_spki(struct egov_buf *out, const struct chain_plan *plan)
{
	struct egov_buf *prefix;

	if (plan->spki_prefix == NULL) {
		egov__buf_slice(out, chain_spki(plan->key));
		return;
	}
	prefix = help_hex_buf(plan->spki_prefix);
	egov__buf_slice(out, egov_buf_slice(prefix));
	egov__buf_append(out, get_key(plan->key)->point, EGOV__SM2_POINT);
	egov_buf_free(prefix);
}

static void put_tbs(struct egov_buf *out, const struct chain_plan *plan, size_t signer)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);
	static const uint8_t unique[] = { 0x81, 0x02, 0x00, 0x01, 0x82, 0x02, 0x00, 0x02 };
	size_t tagged;

	if (plan->version != 1) {
		tagged = egov__der_open(out, EGOV__CONTEXT_CONS);
		egov__der_put_uint(out, plan->version == 0 ? 2 : plan->version - 1);
		egov__der_close(out, tagged);
	}
	put_serial(out, plan);
	egov__buf_slice(out, egov__algid_sm2_sm3(plan->unequal_algorithms ? EGOV__SIGALG_NULL
	                                                                 : EGOV__SIGALG_ABSENT));
	put_name(out, plan->issuer == NULL ? plan->subject_tag : plan->issuer_tag,
	         plan->issuer == NULL ? plan->subject : plan->issuer);
	put_validity(out, plan);
	put_name(out, plan->subject_tag, plan->subject);
	put_spki(out, plan);
	if (plan->unique_ids)
		egov__buf_append(out, unique, sizeof(unique));
	if (plan->version != 1 && plan->version != 2)
		put_extensions(out, plan, signer);
	egov__der_close(out, mark);
}

void chain_sign(size_t key, const char *id, struct egov_slice message, struct egov_buf *der)
{
	const struct key *signer = get_key(key);
	uint8_t e[EGOV__SM2_E], raw[EGOV__SM2_RAW_SIGNATURE];
	struct egov_error err = { 0 };

	assert_ok(egov__sm2_e(EGOV__SLICE(signer->point),
	                      egov__slice_text(id == NULL ? EGOV__SM2_DEFAULT_ID : id), message, e,
	                      &err), &err);
	assert_ok(egov__sm2_sign_e(signer->d, signer->point, e, raw, &err), &err);
	assert_ok(egov__sm2_signature_der(raw, der, &err), &err);
}

static void put_signature(struct egov_buf *out, struct egov_slice tbs, const struct key *key,
                          const char *id, bool plain, bool broken)
{
	struct egov_buf *der = new_buffer();
	uint8_t e[EGOV__SM2_E], raw[EGOV__SM2_RAW_SIGNATURE];
	struct egov_error err = { 0 };

	if (plain)
		assert_ok(egov__sm3(&tbs, 1, e, &err), &err);
	else
		assert_ok(egov__sm2_e(EGOV__SLICE(key->point),
		                      egov__slice_text(id == NULL ? EGOV__SM2_DEFAULT_ID : id), tbs, e,
		                      &err), &err);
	assert_ok(egov__sm2_sign_e(key->d, key->point, e, raw, &err), &err);
	raw[40] ^= broken ? 1 : 0;
	assert_ok(egov__sm2_signature_der(raw, der, &err), &err);
	egov__der_put_bit_octets(out, egov_buf_slice(der));
	egov_buf_free(der);
}

struct egov_buf *chain_cert(const struct chain_plan *plan)
{
	struct egov_buf *out = new_buffer(), *tbs = new_buffer();
	const size_t signer = plan->issuer == NULL ? plan->key : plan->issuer_key;
	size_t mark;

	put_tbs(tbs, plan, signer);
	mark = egov__der_open(out, EGOV__SEQUENCE);
	egov__buf_slice(out, egov_buf_slice(tbs));
	egov__buf_slice(out, egov__algid_sm2_sm3(EGOV__SIGALG_ABSENT));
	put_signature(out, egov_buf_slice(tbs), get_key(signer), plan->id, plan->plain_digest,
	              plan->broken_signature);
	egov__der_close(out, mark);
	egov_buf_free(tbs);
	assert_false(out->failed);
	return out;
}

struct egov_buf *chain_extension(const char *oid, bool critical, struct egov_slice value)
{
	struct egov_buf *out = new_buffer(), *contents = new_buffer();
	struct egov_error err = { 0 };
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	assert_ok(egov__der_oid_parse(oid, contents, &err), &err);
	egov__der_put(out, EGOV__OID, egov_buf_slice(contents));
	if (critical)
		egov__der_put_boolean(out, true);
	egov__der_put(out, EGOV__OCTET_STRING, value);
	egov__der_close(out, mark);
	egov_buf_free(contents);
	return out;
}

/* --- CRLs ------------------------------------------------------------------------- */

void chain_name(struct egov_buf *out, const char *cn)
{
	put_name(out, 0, cn);
}

void chain_names(struct egov_buf *out, uint8_t tag, const char *cn)
{
	const size_t list = egov__der_open(out, tag);
	const size_t name = egov__der_open(out, EGOV__CONTEXT_CONS | 4);

	chain_name(out, cn);
	egov__der_close(out, name);
	egov__der_close(out, list);
}

static void put_entry_issuer(struct egov_buf *out, const char *cn)
{
	struct egov_buf *value = new_buffer();

	chain_names(value, EGOV__SEQUENCE, cn);
	put_ext(out, EGOV__OID_CERTIFICATE_ISSUER, true, value);
	egov_buf_free(value);
}

static void put_invalidity(struct egov_buf *out, egov_time since)
{
	struct egov_buf *value = new_buffer();

	egov__der_put_generalized_time(value, since);
	put_ext(out, EGOV__OID_INVALIDITY_DATE, false, value);
	egov_buf_free(value);
}

static void put_entry(struct egov_buf *out, const struct chain_crl_plan *plan, size_t i)
{
	const struct chain_crl_entry *entry = &plan->entries[i];
	const egov_time revoked_at = plan->times[i].revoked_at, since = plan->times[i].invalid_since;
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);
	const uint8_t reason[] = { EGOV__ENUMERATED, 1, (uint8_t)entry->reason };
	struct egov_buf *unknown = NULL;
	size_t list;

	egov__der_put_uint(out, entry->serial);
	egov__der_put_time(out, revoked_at == 0 ? CHAIN_AT - 20 * CHAIN_DAY : revoked_at);
	if (entry->reason >= 0 || since != 0 || entry->unknown_critical || entry->issuer != NULL) {
		list = egov__der_open(out, EGOV__SEQUENCE);
		if (entry->issuer != NULL)
			put_entry_issuer(out, entry->issuer);
		if (entry->reason >= 0)
			egov__ext_put(out, EGOV__OID_REASON_CODE, false, EGOV__SLICE(reason));
		if (since != 0)
			put_invalidity(out, since);
		if (entry->unknown_critical) {
			unknown = chain_extension("1.2.3.4", true, EGOV__SLICE(reason));
			egov__buf_slice(out, egov_buf_slice(unknown));
			egov_buf_free(unknown);
		}
		egov__der_close(out, list);
	}
	egov__der_close(out, mark);
}

static void put_crl_tbs(struct egov_buf *out, const struct chain_crl_plan *plan)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);
	struct egov_buf *value = new_buffer();
	size_t list, tagged;

	egov__der_put_uint(out, 1);
	egov__buf_slice(out, egov__algid_sm2_sm3(EGOV__SIGALG_ABSENT));
	put_name(out, 0, plan->issuer);
	egov__der_put_time(out, plan->from == 0 ? CHAIN_AT - 5 * CHAIN_DAY : plan->from);
	if (plan->until != -1)
		egov__der_put_time(out, plan->until == 0 ? CHAIN_AT + 5 * CHAIN_DAY : plan->until);
	if (plan->entries[0].serial != 0) {
		list = egov__der_open(out, EGOV__SEQUENCE);
		for (size_t i = 0; i < 4 && plan->entries[i].serial != 0; i++)
			put_entry(out, plan, i);
		egov__der_close(out, list);
	}
	tagged = egov__der_open(out, EGOV__CONTEXT_CONS);
	list = egov__der_open(out, EGOV__SEQUENCE);
	egov__ext_put_aki(value, EGOV__SLICE(get_key(plan->key)->id));
	put_ext(out, EGOV__OID_AKI, false, value);
	if (plan->number > 0) {
		egov__der_put_uint(value, plan->number);
		put_ext(out, EGOV__OID_CRL_NUMBER, false, value);
	}
	egov__buf_slice(out, plan->more);
	egov__der_close(out, list);
	egov__der_close(out, tagged);
	egov_buf_free(value);
	egov__der_close(out, mark);
}

struct egov_buf *chain_crl(const struct chain_crl_plan *plan)
{
	struct egov_buf *out = new_buffer(), *tbs = new_buffer();
	size_t mark;

	put_crl_tbs(tbs, plan);
	mark = egov__der_open(out, EGOV__SEQUENCE);
	egov__buf_slice(out, egov_buf_slice(tbs));
	egov__buf_slice(out, egov__algid_sm2_sm3(EGOV__SIGALG_ABSENT));
	put_signature(out, egov_buf_slice(tbs), get_key(plan->key), plan->id, false, false);
	egov__der_close(out, mark);
	egov_buf_free(tbs);
	assert_false(out->failed);
	return out;
}

/* --- OCSP responses ------------------------------------------------------------------ */

static void put_hash(struct egov_buf *out, struct egov_slice oid, struct egov_slice bytes)
{
	static const uint8_t sha1[] = { 0x2b, 0x0e, 0x03, 0x02, 0x1a };
	uint8_t digest[EGOV__DIGEST_MAX];
	size_t size = EGOV__SHA1_SIZE;
	struct egov_error err = { 0 };

	if (egov__slice_equal(oid, EGOV__SLICE(sha1)))
		assert_ok(egov__sha1(bytes, digest, &err), &err);
	else
		assert_ok(egov__digest(egov__oid_find(oid), bytes, digest, &size, &err), &err);
	egov__der_put(out, EGOV__OCTET_STRING, (struct egov_slice){ digest, size });
}

static void put_cert_id(struct egov_buf *out, const struct chain_ocsp_plan *plan)
{
	struct egov_buf *oid = new_buffer(), *name = new_buffer();
	const size_t id = egov__der_open(out, EGOV__SEQUENCE);
	const size_t algorithm = egov__der_open(out, EGOV__SEQUENCE);
	struct egov_error err = { 0 };

	assert_ok(egov__der_oid_parse(plan->digest == NULL ? "1.2.156.10197.1.401" : plan->digest, oid,
	                              &err), &err);
	egov__der_put(out, EGOV__OID, egov_buf_slice(oid));
	egov__der_close(out, algorithm);
	put_name(name, 0, plan->ca);
	put_hash(out, egov_buf_slice(oid), egov_buf_slice(name));
	put_hash(out, egov_buf_slice(oid), EGOV__SLICE(get_key(plan->ca_key)->point));
	egov__der_put_uint(out, plan->serial);
	egov__der_close(out, id);
	egov_buf_free(oid);
	egov_buf_free(name);
}

static void put_general_time(struct egov_buf *out, egov_time t)
{
	char text[EGOV_TIME_TEXT], digits[16];
	size_t used = 0;

	egov_time_format(t, text);
	for (const char *c = text; *c != 0; c++)
		if (*c >= '0' && *c <= '9')
			digits[used++] = *c;
	digits[used++] = 'Z';
	egov__der_put(out, EGOV__GENERALIZED_TIME, (struct egov_slice){ (uint8_t *)digits, used });
}

static void put_status(struct egov_buf *out, const struct chain_ocsp_plan *plan)
{
	const uint8_t reason[] = { EGOV__ENUMERATED, 1, (uint8_t)plan->reason };
	size_t mark, tagged;

	if (plan->status != 1) {
		egov__der_put(out, (uint8_t)(EGOV__CONTEXT | plan->status), EGOV__NO_SLICE);
		return;
	}
	mark = egov__der_open(out, EGOV__CONTEXT_CONS | 1);
	put_general_time(out, CHAIN_AT - 20 * CHAIN_DAY);
	if (plan->reason >= 0) {
		tagged = egov__der_open(out, EGOV__CONTEXT_CONS);
		egov__buf_append(out, reason, sizeof(reason));
		egov__der_close(out, tagged);
	}
	egov__der_close(out, mark);
}

static void put_answer(struct egov_buf *out, const struct chain_ocsp_plan *plan)
{
	const size_t list = egov__der_open(out, EGOV__SEQUENCE);
	const size_t answer = egov__der_open(out, EGOV__SEQUENCE);
	size_t tagged, exts;

	put_cert_id(out, plan);
	put_status(out, plan);
	put_general_time(out, plan->from == 0 ? CHAIN_AT - 5 * CHAIN_DAY : plan->from);
	if (plan->until != -1) {
		tagged = egov__der_open(out, EGOV__CONTEXT_CONS);
		put_general_time(out, plan->until == 0 ? CHAIN_AT + 5 * CHAIN_DAY : plan->until);
		egov__der_close(out, tagged);
	}
	if (plan->more.size > 0) {
		tagged = egov__der_open(out, EGOV__CONTEXT_CONS | 1);
		exts = egov__der_open(out, EGOV__SEQUENCE);
		egov__buf_slice(out, plan->more);
		egov__der_close(out, exts);
		egov__der_close(out, tagged);
	}
	egov__der_close(out, answer);
	egov__der_close(out, list);
}

static void put_response_data(struct egov_buf *out, const struct chain_ocsp_plan *plan)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);
	const size_t id = egov__der_open(out, EGOV__CONTEXT_CONS | (plan->responder == NULL ? 2 : 1));

	if (plan->responder == NULL)
		egov__der_put(out, EGOV__OCTET_STRING, EGOV__SLICE(get_key(plan->key)->id));
	else
		put_name(out, 0, plan->responder);
	egov__der_close(out, id);
	put_general_time(out, plan->produced == 0 ? CHAIN_AT - CHAIN_DAY : plan->produced);
	put_answer(out, plan);
	egov__der_close(out, mark);
}

static void put_basic_response(struct egov_buf *out, const struct chain_ocsp_plan *plan)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);
	struct egov_buf *data = new_buffer(), *cert;
	size_t tagged, list;

	put_response_data(data, plan);
	egov__buf_slice(out, egov_buf_slice(data));
	egov__buf_slice(out, egov__algid_sm2_sm3(EGOV__SIGALG_ABSENT));
	put_signature(out, egov_buf_slice(data), get_key(plan->key), NULL, false,
	              plan->broken_signature);
	if (plan->within != NULL) {
		cert = chain_cert(plan->within);
		tagged = egov__der_open(out, EGOV__CONTEXT_CONS);
		list = egov__der_open(out, EGOV__SEQUENCE);
		egov__buf_slice(out, egov_buf_slice(cert));
		egov__der_close(out, list);
		egov__der_close(out, tagged);
		egov_buf_free(cert);
	}
	egov_buf_free(data);
	egov__der_close(out, mark);
}

struct egov_buf *chain_ocsp(const struct chain_ocsp_plan *plan)
{
	static const uint8_t successful[] = { EGOV__ENUMERATED, 1, 0 };
	static const uint8_t basic[] = { 0x2b, 6, 1, 5, 5, 7, 0x30, 1, 1 };
	struct egov_buf *out = new_buffer();
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);
	size_t tagged, bytes, octets;

	egov__buf_append(out, successful, sizeof(successful));
	tagged = egov__der_open(out, EGOV__CONTEXT_CONS);
	bytes = egov__der_open(out, EGOV__SEQUENCE);
	egov__der_put(out, EGOV__OID, EGOV__SLICE(basic));
	octets = egov__der_open(out, EGOV__OCTET_STRING);
	put_basic_response(out, plan);
	egov__der_close(out, octets);
	egov__der_close(out, bytes);
	egov__der_close(out, tagged);
	egov__der_close(out, mark);
	assert_false(out->failed);
	return out;
}

/* --- the bench --------------------------------------------------------------------- */

struct chain_three chain_three(void)
{
	return (struct chain_three){
		.root = { .subject = "root", .key = 0, .ca = true },
		.ca = { .subject = "ca", .issuer = "root", .key = 1, .issuer_key = 0, .serial = 2,
			.ca = true, .policy = CHAIN_POLICY },
		.leaf = { .subject = "leaf", .issuer = "ca", .key = 2, .issuer_key = 1, .serial = 3,
			  .policy = CHAIN_POLICY }
	};
}

struct chain_bench chain_bench(void)
{
	struct chain_bench bench = { .verifier = egov_verifier_new(), .options = { .at = CHAIN_AT } };

	assert_non_null(bench.verifier);
	return bench;
}

void chain_bench_free(struct chain_bench *bench)
{
	egov_verifier_free(bench->verifier);
	for (size_t i = 0; i < bench->trusted; i++)
		egov_buf_free(bench->trust[i]);
	for (size_t i = 0; i < bench->pooled; i++)
		egov_buf_free(bench->pool[i]);
	egov_buf_free(bench->leaf);
}

void chain_trust(struct chain_bench *bench, const struct chain_plan *plan)
{
	struct egov_buf *der = chain_cert(plan);
	struct egov_error err = { 0 };

	assert_true(bench->trusted < CHAIN_ROOM);
	assert_ok(egov_verifier_add_trust(bench->verifier, egov_buf_slice(der), &err), &err);
	bench->trust[bench->trusted++] = der;
}

void chain_pool(struct chain_bench *bench, const struct chain_plan *plan)
{
	struct egov_buf *der = chain_cert(plan);
	struct egov_error err = { 0 };

	assert_true(bench->pooled < CHAIN_ROOM);
	assert_ok(egov_verifier_add_pool(bench->verifier, egov_buf_slice(der), &err), &err);
	bench->pool[bench->pooled++] = der;
}

void chain_leaf(struct chain_bench *bench, const struct chain_plan *plan)
{
	egov_buf_free(bench->leaf);
	bench->leaf = chain_cert(plan);
}

void chain_add_crl(struct chain_bench *bench, const struct chain_crl_plan *plan)
{
	struct egov_buf *der = chain_crl(plan);
	struct egov_error err = { 0 };

	assert_ok(egov_verifier_add_crl(bench->verifier, egov_buf_slice(der), &err), &err);
	egov_buf_free(der);
}

struct chain_bench chain_bench_three(const struct chain_three *three)
{
	struct chain_bench bench = chain_bench();

	chain_trust(&bench, &three->root);
	chain_pool(&bench, &three->ca);
	chain_leaf(&bench, &three->leaf);
	return bench;
}

enum egov_status chain_verify(struct chain_bench *bench, struct egov_report *findings,
                              struct egov_error *err)
{
	return egov_verify(bench->verifier, egov_buf_slice(bench->leaf), &bench->options, findings,
	                   err);
}

/* --- the oracle -------------------------------------------------------------------- */

static X509 *x509(const struct egov_buf *der)
{
	const unsigned char *at = der->data;
	X509 *cert = d2i_X509(NULL, &at, (long)der->size);
	ASN1_OCTET_STRING *id = ASN1_OCTET_STRING_new();

	assert_non_null(cert);
	assert_non_null(id);
	assert_int_equal(ASN1_OCTET_STRING_set(id, (const unsigned char *)EGOV__SM2_DEFAULT_ID, 16),
	                 1);
	X509_set0_distinguishing_id(cert, id);
	return cert;
}

bool chain_oracle(const struct chain_bench *bench)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509) *pool = sk_X509_new_null();
	X509 *leaf = x509(bench->leaf), *cert;
	bool good;

	for (size_t i = 0; i < bench->trusted; i++) {
		cert = x509(bench->trust[i]);
		assert_int_equal(X509_STORE_add_cert(store, cert), 1);
		X509_free(cert);
	}
	for (size_t i = 0; i < bench->pooled; i++)
		assert_true(sk_X509_push(pool, x509(bench->pool[i])) > 0);
	assert_int_equal(X509_STORE_CTX_init(ctx, store, leaf, pool), 1);
	X509_STORE_CTX_set_time(ctx, 0, (time_t)bench->options.at);
	X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_X509_STRICT | X509_V_FLAG_PARTIAL_CHAIN);
	good = X509_verify_cert(ctx) == 1;
	X509_STORE_CTX_free(ctx);
	sk_X509_pop_free(pool, X509_free);
	X509_STORE_free(store);
	X509_free(leaf);
	return good;
}

void chain_assert(struct chain_bench *bench, const char *fragment, const char *clause, bool oracle,
                  const char *file, int line)
{
	struct egov_error err = { 0 };
	const enum egov_status rc = chain_verify(bench, NULL, &err);
	const bool accepted = chain_oracle(bench);

	chain_bench_free(bench);
	if (fragment == NULL && rc != EGOV_OK)
		print_error("refused: %s\n", err.text);
	else if (fragment != NULL && rc != EGOV_E_UNTRUSTED)
		print_error("%s, wanted: untrusted, %s\n", egov_status_name(rc), fragment);
	else if (fragment != NULL && strstr(err.text, fragment) == NULL)
		print_error("%s, wanted: %s\n", err.text, fragment);
	else if (clause != NULL && (err.clause == NULL || strcmp(err.clause, clause) != 0))
		print_error("clause %s, wanted: %s\n", err.clause, clause);
	else if (accepted != oracle)
		print_error("OpenSSL %s it\n", accepted ? "accepts" : "refuses");
	else
		return;
	_fail(file, line);
}

static void expect_case(const struct chain_case *row)
{
	struct chain_three three = chain_three();
	struct chain_plan *const plan = row->place == CHAIN_LEAF ? &three.leaf
	                                : row->place == CHAIN_CA ? &three.ca : &three.root;
	struct egov_buf *value = help_hex_buf(row->hex);
	struct egov_buf *ext = chain_extension(row->oid, row->critical, egov_buf_slice(value));
	struct chain_bench bench;

	plan->no_basic = strcmp(row->oid, "2.5.29.19") == 0;
	plan->no_usage = strcmp(row->oid, "2.5.29.15") == 0;
	if (strcmp(row->oid, "2.5.29.32") == 0)
		plan->policy = NULL;
	plan->more = egov_buf_slice(ext);
	bench = chain_bench_three(&three);
	egov_buf_free(value);
	egov_buf_free(ext);
	printf("%s %s in %s\n", row->oid, row->hex, plan->subject);
	chain_expect(&bench, row->fragment, row->clause, row->oracle);
}

void chain_expect_cases(const struct chain_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		expect_case(&cases[i]);
}
