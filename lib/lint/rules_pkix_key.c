/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lint/lint_impl.h"

/* Rules on algorithms and keys: RFC 3279, 4055, 5480, 8410, 9881, 9935 beside RFC 5280, 4.1.1.2
 * and 4.1.2.7. */

enum parameters { ABSENT, IS_NULL, MAY_BE_NULL, CURVE, PRESENT };

/* An algorithm by the octets that its identifier begins with, and what stands behind it: the
 * last octet, from first to last; 0 and 0: nothing. */
struct algorithm {
	const char *prefix;
	uint8_t size, first, last;
	enum parameters parameters;
	const char *clause;
	unsigned usages, ca_usages;     /* of keyUsage that its key may have; 0: any */
};

#define SIGNING (EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_NON_REPUDIATION)
#define ISSUING (EGOV__KU_KEY_CERT_SIGN | EGOV__KU_CRL_SIGN)
#define AGREEING (EGOV__KU_KEY_AGREEMENT | EGOV__KU_ENCIPHER_ONLY | EGOV__KU_DECIPHER_ONLY)
#define WRAPPING (EGOV__KU_KEY_ENCIPHERMENT | EGOV__KU_DATA_ENCIPHERMENT)

#define PKCS1 "\x2a\x86\x48\x86\xf7\x0d\x01\x01"
#define NIST_SIGN "\x60\x86\x48\x01\x65\x03\x04\x03"

static const struct algorithm signatures[] = {
	{ PKCS1, 8, 2, 5, IS_NULL, "RFC 3279, 2.2.1", 0, 0 },
	{ PKCS1, 8, 11, 14, IS_NULL, "RFC 4055, 5", 0, 0 },
	{ PKCS1, 8, 10, 10, PRESENT, "RFC 4055, 3.1", 0, 0 },
	{ "\x2a\x86\x48\xce\x3d\x04", 6, 1, 1, ABSENT, "RFC 3279, 2.2.3", 0, 0 },
	{ "\x2a\x86\x48\xce\x3d\x04\x03", 7, 1, 4, ABSENT, "RFC 5758, 3.2", 0, 0 },
	{ "\x2a\x86\x48\xce\x38\x04", 6, 3, 3, ABSENT, "RFC 3279, 2.2.2", 0, 0 },
	{ NIST_SIGN, 8, 1, 2, ABSENT, "RFC 5758, 3.1", 0, 0 },
	{ NIST_SIGN, 8, 17, 46, ABSENT, "RFC 9881, 2", 0, 0 },
	{ "\x2b\x65", 2, 112, 113, ABSENT, "RFC 8410, 3", 0, 0 },
	{ "\x2a\x81\x1c\xcf\x55\x01\x83\x75", 8, 0, 0, MAY_BE_NULL, "GM/T 0015, 5.2.2", 0, 0 },
};

static const struct algorithm keys[] = {
	{ PKCS1, 8, 1, 1, IS_NULL, "RFC 3279, 2.3.1", SIGNING | WRAPPING,
	  SIGNING | WRAPPING | ISSUING },
	{ "\x2a\x86\x48\xce\x3d\x02\x01", 7, 0, 0, CURVE, "RFC 5480, 2.1.1", SIGNING | AGREEING,
	  SIGNING | AGREEING | ISSUING },
	{ "\x2b\x65", 2, 110, 111, ABSENT, "RFC 8410, 3", AGREEING, AGREEING },
	{ "\x2b\x65", 2, 112, 113, ABSENT, "RFC 8410, 3", SIGNING, SIGNING | ISSUING },
	{ NIST_SIGN, 8, 17, 31, ABSENT, "RFC 9881, 4", SIGNING, SIGNING | ISSUING },
	{ NIST_SIGN, 8, 32, 46, ABSENT, "RFC 9881, 4", SIGNING, SIGNING },
	{ "\x60\x86\x48\x01\x65\x03\x04\x04", 8, 1, 3, ABSENT, "RFC 9935, 3",
	  EGOV__KU_KEY_ENCIPHERMENT, EGOV__KU_KEY_ENCIPHERMENT },
};

static const struct algorithm *find(const struct algorithm *table, size_t count,
                                    struct egov_slice oid)
{
	for (size_t i = 0; i < count; i++) {
		const struct algorithm *const a = &table[i];
		const size_t size = (size_t)a->size + (a->last != 0);

		if (oid.size != size || memcmp(oid.data, a->prefix, a->size) != 0)
			continue;
		if (a->last == 0 || (oid.data[size - 1] >= a->first && oid.data[size - 1] <= a->last))
			return a;
	}
	return NULL;
}

/* The identifier and the parameters of an AlgorithmIdentifier; tag 0: absent. */
static enum egov_status split(struct egov_slice algorithm, struct egov_slice *oid,
                              struct egov__tlv *parameters, struct egov_error *err)
{
	static const char what[] = "algorithm";
	struct egov_slice in = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(algorithm, EGOV__SEQUENCE, what, &in, err);

	*parameters = (struct egov__tlv){ .tag = 0 };
	if (rc == EGOV_OK)
		rc = egov__der_oid(&in, what, oid, err);
	if (rc == EGOV_OK && in.size > 0)
		rc = egov__der_any(&in, parameters, err);
	return rc != EGOV_OK ? rc : egov__der_end(in, what, err);
}

static bool fits(enum parameters wanted, const struct egov__tlv *found)
{
	switch (wanted) {
	case ABSENT:
		return found->tag == 0;
	case IS_NULL:
		return found->tag == EGOV__NULL;
	case MAY_BE_NULL:
		return found->tag == 0 || found->tag == EGOV__NULL;
	case CURVE:
		return found->tag == EGOV__OID;
	case PRESENT:
	default:
		return found->tag == EGOV__SEQUENCE;
	}
}

static const char *wanted_name(enum parameters wanted)
{
	static const char *const names[] = {
		EGOV__N("parameters must be absent"), EGOV__N("parameters must be NULL"),
		EGOV__N("parameters must be absent or NULL"),
		EGOV__N("parameters must be the identifier of a curve"),
		EGOV__N("parameters must be there"),
	};

	return egov__text(names[wanted]);
}

static enum egov_status check_parameters(const struct algorithm *table, size_t count,
                                         struct egov_slice algorithm, const char *what,
                                         struct egov_error *err)
{
	struct egov_slice oid = EGOV__NO_SLICE;
	struct egov__tlv parameters;
	const struct algorithm *known;
	enum egov_status rc = split(algorithm, &oid, &parameters, err);

	if (rc != EGOV_OK)
		return rc;
	known = find(table, count, oid);
	if (known == NULL || fits(known->parameters, &parameters))
		return EGOV_OK;
	return egov__lint_found(err, "%s: %s (%s)", what, wanted_name(known->parameters),
	                        known->clause);
}

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static enum egov_status signature_parameters(const struct egov__lint_subject *s,
                                             struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	if (s->algorithm.size > 0)
		rc = check_parameters(signatures, COUNT(signatures), s->algorithm, "signature", err);
	if (rc == EGOV_OK && !egov__slice_equal(s->algorithm, s->outer))
		rc = check_parameters(signatures, COUNT(signatures), s->outer, "signatureAlgorithm",
		                      err);
	return rc;
}

/* --- keys -------------------------------------------------------------------------- */

struct key {
	struct egov_slice algorithm, oid;
	const struct algorithm *known;          /* or NULL */
	struct egov__tlv parameters;
	struct egov_slice bits;                 /* contents of the BIT STRING */
};

static enum egov_status read_key(struct egov_slice spki, struct key *key, struct egov_error *err)
{
	static const char what[] = "subjectPublicKeyInfo";
	struct egov_slice in = EGOV__NO_SLICE;
	struct egov__tlv algorithm = { 0 };
	enum egov_status rc = egov__der_only(spki, EGOV__SEQUENCE, what, &in, err);

	*key = (struct key){ .known = NULL };
	if (rc == EGOV_OK)
		rc = egov__der_any(&in, &algorithm, err);
	if (rc == EGOV_OK)
		rc = split(algorithm.whole, &key->oid, &key->parameters, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__BIT_STRING, what, &key->bits, err);
	if (rc != EGOV_OK)
		return rc;
	key->algorithm = algorithm.whole;
	key->known = find(keys, COUNT(keys), key->oid);
	return egov__der_end(in, what, err);
}

static enum egov_status key_parameters(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct key key;
	const enum egov_status rc = read_key(s->spki, &key, err);

	if (rc != EGOV_OK || key.known == NULL || fits(key.known->parameters, &key.parameters))
		return rc;
	return egov__lint_found(err, "public key: %s (%s)", wanted_name(key.known->parameters),
	                        key.known->clause);
}

static enum egov_status positive(struct egov_slice *in, const char *what, struct egov_error *err)
{
	struct egov_slice value = EGOV__NO_SLICE;
	const enum egov_status rc = egov__der_read(in, EGOV__INTEGER, what, &value, err);

	if (rc != EGOV_OK)
		return rc;
	if (value.size == 0 || value.data[0] >= 0x80 || (value.size == 1 && value.data[0] == 0))
		return egov__lint_found(err, "%s: not a positive number", what);
	return egov__der_integer_check(value, what, err);
}

static enum egov_status rsa_key(struct egov_slice octets, struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(octets, EGOV__SEQUENCE, "RSAPublicKey", &in, err);

	if (rc == EGOV_OK)
		rc = positive(&in, "modulus", err);
	if (rc == EGOV_OK)
		rc = positive(&in, "publicExponent", err);
	return rc != EGOV_OK ? rc : egov__der_end(in, "RSAPublicKey", err);
}

static bool is_sm2(const struct key *key)
{
	return key->parameters.tag == EGOV__OID
	       && egov__oid_find(key->parameters.value) == EGOV__OID_SM2_CURVE;
}

/* A point of one of the two forms that RFC 5480, 2.2 allows. */
static enum egov_status ec_point(const struct egov__lint_subject *s, const struct key *key,
                                 struct egov_slice octets, struct egov_error *err)
{
	if (is_sm2(key))
		return egov__lint_sm2_key(s, err);
	if (octets.size > 2
	    && ((octets.data[0] == 4 && octets.size % 2 == 1) || octets.data[0] == 2
	        || octets.data[0] == 3))
		return EGOV_OK;
	return egov__lint_found(err, "public key: neither a compressed nor an uncompressed point");
}

static enum egov_status key_value(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov_slice octets;
	struct key key;
	const enum egov_status rc = read_key(s->spki, &key, NULL);

	if (rc != EGOV_OK)
		return EGOV_OK;         /* pkix-key-parameters */
	if (key.bits.size < 2 || key.bits.data[0] != 0)
		return egov__lint_found(err, "public key: empty, or not of whole octets");
	octets = (struct egov_slice){ key.bits.data + 1, key.bits.size - 1 };
	if (key.known == &keys[0])
		return rsa_key(octets, err);
	return key.known == &keys[1] ? ec_point(s, &key, octets, err) : EGOV_OK;
}

/* The encryption half of a pair is an SM2 key that enciphers (GM/T 0015, table C.4). */
static enum egov_status key_usages(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov_buf text = EGOV__BUF(1024);
	const unsigned bits = egov__lint_usage(s);
	struct key key;
	unsigned allowed;

	if (bits == 0 || read_key(s->spki, &key, NULL) != EGOV_OK || key.known == NULL)
		return EGOV_OK;
	if (is_sm2(&key))
		return EGOV_OK;
	allowed = egov__lint_is_ca(s) ? key.known->ca_usages : key.known->usages;
	if ((bits & ~allowed & ~(unsigned)ISSUING) == 0
	    && ((bits & ISSUING) == 0 || (key.known->ca_usages & ISSUING) != 0))
		return EGOV_OK;
	egov__key_usage_print(bits & ~allowed, &text);
	(void)egov__lint_found(err, "keyUsage: %.*s, which the key is not for", (int)text.size,
	                       (const char *)text.data);
	egov__buf_clear(&text);
	return EGOV_E_POLICY;
}

/* RFC 4055, 1.2 and RFC 3279, 2.3.1: an RSA key that signs certificates should not encipher. */
static enum egov_status ca_enciphers(const struct egov__lint_subject *s, struct egov_error *err)
{
	const unsigned bits = egov__lint_usage(s);
	struct key key;

	if ((bits & ISSUING) == 0 || (bits & WRAPPING) == 0 || read_key(s->spki, &key, NULL) != EGOV_OK
	    || key.known != &keys[0])
		return EGOV_OK;
	return egov__lint_found(err, "keyUsage: an RSA key that signs certificates and enciphers");
}

const struct egov__lint_row egov__rules_pkix_key[] = {
	EGOV__RULE(CERT | CRL | CSR | OCSP, RFC5280, "pkix-sigalg-parameters", "signatureAlgorithm",
	           "RFC 5280, 4.1.1.2", ERROR, "the parameters that the algorithm has",
	           signature_parameters),
	EGOV__RULE(CERT | CSR, RFC5280, "pkix-key-parameters", "subjectPublicKeyInfo",
	           "RFC 5280, 4.1.2.7", ERROR, "the parameters that the key's algorithm has",
	           key_parameters),
	EGOV__RULE(CERT | CSR, RFC5280, "pkix-key-value", "subjectPublicKeyInfo", "RFC 5280, 4.1.2.7",
	           ERROR, "a key: positive numbers, or a point, that of SM2 on the curve", key_value),
	EGOV__RULE(CERT, RFC5280, "pkix-key-usage", "keyUsage", "RFC 5280, 4.2.1.3", ERROR,
	           "usages that the key's algorithm can serve", key_usages),
	EGOV__RULE(CERT, RFC5280, "pkix-key-ca-enciphers", "keyUsage", "RFC 4055, 1.2", WARNING,
	           "an RSA key of a CA does not encipher", ca_enciphers),
	{ { .id = NULL }, NULL },
};
