/* SPDX-License-Identifier: Apache-2.0 */
#include "x509/ext.h"

#include "base/der.h"
#include "base/text.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"

static const struct {
	const char *name;
	unsigned bit;
} key_usages[] = {
	{ "digitalSignature", EGOV__KU_DIGITAL_SIGNATURE },
	{ "nonRepudiation", EGOV__KU_NON_REPUDIATION },
	{ "contentCommitment", EGOV__KU_NON_REPUDIATION },
	{ "keyEncipherment", EGOV__KU_KEY_ENCIPHERMENT },
	{ "dataEncipherment", EGOV__KU_DATA_ENCIPHERMENT },
	{ "keyAgreement", EGOV__KU_KEY_AGREEMENT },
	{ "keyCertSign", EGOV__KU_KEY_CERT_SIGN },
	{ "cRLSign", EGOV__KU_CRL_SIGN },
	{ "encipherOnly", EGOV__KU_ENCIPHER_ONLY },
	{ "decipherOnly", EGOV__KU_DECIPHER_ONLY },
};
#define KEY_USAGES (sizeof(key_usages) / sizeof(key_usages[0]))

enum egov_status egov__ext_next(struct egov_slice *exts, struct egov__ext *ext,
                                struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE, oid = EGOV__NO_SLICE, value = EGOV__NO_SLICE;
	bool critical = false;
	enum egov_status rc = egov__der_read(exts, EGOV__SEQUENCE, "extension", &in, err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__der_oid(&in, "extension", &oid, err);
	if (rc != EGOV_OK)
		return rc;
	if (egov__der_peek(in) == EGOV__BOOLEAN) {
		rc = egov__der_boolean(&in, "extension: critical", &critical, err);
		if (rc != EGOV_OK)
			return rc;
		if (!critical)
			return egov_error_set(err, EGOV_E_SYNTAX, "X.690, 11.5",
			                      "extension: critical FALSE is written out");
	}
	rc = egov__der_read(&in, EGOV__OCTET_STRING, EGOV__N("extension value"), &value, err);
	if (rc != EGOV_OK)
		return rc;
	rc = egov__der_end(in, "extension", err);
	if (rc != EGOV_OK)
		return rc;
	*ext = (struct egov__ext){ oid, egov__oid_find(oid), critical, value };
	return EGOV_OK;
}

/* Each certificate is asked this many times: the others are stepped over unread. */
bool egov__ext_find(struct egov_slice exts, enum egov__oid type, struct egov__ext *ext)
{
	const struct egov_slice wanted = egov__oid_get(type)->contents;
	struct egov_slice at = exts, in, oid;

	while (egov__der_read(&exts, EGOV__SEQUENCE, "", &in, NULL) == EGOV_OK
	       && egov__der_read(&in, EGOV__OID, "", &oid, NULL) == EGOV_OK) {
		if (egov__slice_equal(oid, wanted))
			return egov__ext_next(&at, ext, NULL) == EGOV_OK;
		at = exts;
	}
	return false;
}

static bool repeats(const struct egov_slice *oids, size_t count, struct egov_slice oid)
{
	for (size_t i = 0; i < count; i++)
		if (egov__slice_equal(oids[i], oid))
			return true;
	return false;
}

static enum egov_status stands_twice(struct egov_slice oid, const char *clause,
                                     struct egov_error *err)
{
	struct egov_buf name = EGOV__BUF(EGOV__MAX_OBJECT);
	const char *text;

	egov__oid_print(oid, &name);
	text = egov__buf_string(&name);
	(void)egov_error_set(err, EGOV_E_SYNTAX, clause, "extension %s stands twice",
	                     text == NULL ? "" : text);
	egov__buf_clear(&name);
	return EGOV_E_SYNTAX;
}

enum egov_status egov__exts_check(struct egov_slice exts, struct egov_error *err)
{
	static const char clause[] = "RFC 5280, 4.2";
	struct egov_slice oids[EGOV__EXT_MAX], in = exts;
	struct egov__ext ext;

	if (exts.size == 0)
		return egov_error_set(err, EGOV_E_SYNTAX, clause, "extensions: empty list");
	for (size_t count = 0; in.size > 0; count++) {
		const enum egov_status rc = egov__ext_next(&in, &ext, err);

		if (rc != EGOV_OK)
			return rc;
		if (count == EGOV__EXT_MAX)
			return egov_error_set(err, EGOV_E_LIMIT, NULL, "more than %u extensions",
			                      EGOV__EXT_MAX);
		if (repeats(oids, count, ext.oid))
			return stands_twice(ext.oid, clause, err);
		oids[count] = ext.oid;
	}
	return EGOV_OK;
}

void egov__ext_put(struct egov_buf *out, enum egov__oid type, bool critical,
                   struct egov_slice value)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	egov__der_put(out, EGOV__OID, egov__oid_get(type)->contents);
	if (critical)
		egov__der_put_boolean(out, true);
	egov__der_put(out, EGOV__OCTET_STRING, value);
	egov__der_close(out, mark);
}

unsigned egov__key_usage_bit(struct egov_slice name)
{
	for (size_t i = 0; i < KEY_USAGES; i++)
		if (egov__slice_is(name, key_usages[i].name))
			return key_usages[i].bit;
	return 0;
}

void egov__key_usage_print(unsigned bits, struct egov_buf *out)
{
	const char *separator = "";

	for (size_t i = 0; i < KEY_USAGES; i++)
		if (bits & key_usages[i].bit) {
			egov__buf_printf(out, "%s%s", separator, key_usages[i].name);
			bits &= ~key_usages[i].bit;
			separator = ", ";
		}
	if (bits != 0)
		egov__buf_printf(out, "%sunknown bits %#x", separator, bits);
}

enum egov_status egov__key_identifier(struct egov_slice spki, uint8_t id[20],
                                      struct egov_error *err)
{
	struct egov_slice point = EGOV__NO_SLICE;
	enum egov_status rc = egov__sm2_spki_point(spki, &point, err);

	return rc != EGOV_OK ? rc : egov__sha1(point, id, err);
}
