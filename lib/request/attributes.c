/* SPDX-License-Identifier: Apache-2.0 */
#include "request/attributes.h"

#include "base/der.h"
#include "base/text.h"
#include "crypto/sm2.h"
#include "x509/ext.h"

#define MAX_ATTRIBUTES 32

/* The 136 octets of CFCA's temporary key: a head, then X and Y, each followed
 * by 32 octets of zero (certificates.md, 4.2). */
#define TEMP_KEY 136
#define COORDINATE 32
static const uint8_t temp_head[8] = { 0x00, 0xb4, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00 };

static const char *const attribute_noun = EGOV__N("request attribute");
static const char password_noun[] = "challengePassword";
static const char extensions_noun[] = "extensionRequest";
static const char *const temp_noun = EGOV__N("temporary key");

enum egov_status egov__request_attribute_next(struct egov_slice *attributes,
                                              struct egov__request_attribute *out,
                                              struct egov_error *err)
{
	struct egov__request_attribute found = { .unwrapped = false };
	struct egov_slice in = EGOV__NO_SLICE;
	struct egov__tlv value = { 0 };
	enum egov_status rc;

	rc = egov__der_read(attributes, EGOV__SEQUENCE, attribute_noun, &in, err);
	if (rc != EGOV_OK)
		return rc;
	rc = egov__der_oid(&in, attribute_noun, &found.oid, err);
	if (rc != EGOV_OK)
		return rc;
	rc = egov__der_any(&in, &value, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(in, attribute_noun, err);
	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "%s", attribute_noun);
	found.type = egov__oid_find(found.oid);
	found.unwrapped = value.tag != EGOV__SET;
	found.values = found.unwrapped ? value.whole : value.value;
	*out = found;
	return EGOV_OK;
}

/* The only value, which must have this tag. */
static enum egov_status only_value(const struct egov__request_attribute *attribute, uint8_t tag,
                                   const char *noun, struct egov_slice *value,
                                   struct egov_error *err)
{
	struct egov_slice values = attribute->values;
	struct egov__tlv tlv = { 0 };
	enum egov_status rc = egov__der_any(&values, &tlv, err);

	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "%s", noun);
	if (values.size > 0)
		return egov_error_set(err, EGOV_E_POLICY, "RFC 2985, 5.4", "%s: more than one value",
		                      noun);
	if (tlv.tag != tag)
		return egov_error_set(err, EGOV_E_POLICY,
		                      attribute->type == EGOV__OID_CHALLENGE_PASSWORD
		                              ? "GM/T 0092"
		                              : "RFC 2985, 5.4",
		                      "%s: value of tag %02x, %02x wanted", noun, tlv.tag, tag);
	*value = tlv.value;
	return EGOV_OK;
}

static enum egov_status check_password(const struct egov__request_attribute *attribute,
                                       struct egov_error *err)
{
	struct egov_slice text = EGOV__NO_SLICE;
	enum egov_status rc = only_value(attribute, EGOV__PRINTABLE_STRING, password_noun, &text, err);

	if (rc == EGOV_OK && !egov__is_printable_string(text))
		return egov_error_set(err, EGOV_E_SYNTAX, "X.680, 41.4",
		                      "%s: not all characters are of PrintableString", password_noun);
	return rc;
}

static enum egov_status check_extensions(const struct egov__request_attribute *attribute,
                                         struct egov_error *err)
{
	struct egov_slice exts = EGOV__NO_SLICE;
	enum egov_status rc = only_value(attribute, EGOV__SEQUENCE, extensions_noun, &exts, err);

	if (rc == EGOV_OK)
		rc = egov__exts_check(exts, err);
	return rc == EGOV_OK ? rc : egov_error_prefix(err, rc, "%s", extensions_noun);
}

/* The point of a temporary key. */
static enum egov_status read_temp_key(const struct egov__request_attribute *attribute,
                                      uint8_t point[EGOV__SM2_POINT], struct egov_error *err)
{
	static const uint8_t zero[COORDINATE];
	struct egov_slice octets = EGOV__NO_SLICE, key = EGOV__NO_SLICE;
	uint64_t version = 0;
	enum egov_status rc = only_value(attribute, EGOV__OCTET_STRING, temp_noun, &octets, err);

	if (rc == EGOV_OK)
		rc = egov__der_only(octets, EGOV__SEQUENCE, temp_noun, &octets, err);
	if (rc == EGOV_OK)
		rc = egov__der_uint(&octets, temp_noun, &version, err);
	if (rc == EGOV_OK)
		rc = egov__der_only(octets, EGOV__OCTET_STRING, temp_noun, &key, err);
	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "%s", temp_noun);
	if (version != 1 || key.size != TEMP_KEY
	    || memcmp(key.data, temp_head, sizeof(temp_head)) != 0
	    || memcmp(key.data + 40, zero, COORDINATE) != 0
	    || memcmp(key.data + 104, zero, COORDINATE) != 0)
		return egov_error_set(err, EGOV_E_SYNTAX, NULL, "%s: not of CFCA's form", temp_noun);
	point[0] = 4;
	memcpy(point + 1, key.data + 8, COORDINATE);
	memcpy(point + 1 + COORDINATE, key.data + 72, COORDINATE);
	rc = egov__sm2_point_check((struct egov_slice){ point, EGOV__SM2_POINT }, err);
	return rc == EGOV_OK ? rc : egov_error_prefix(err, rc, "%s", temp_noun);
}

static enum egov_status check_one(const struct egov__request_attribute *attribute,
                                  struct egov_error *err)
{
	uint8_t point[EGOV__SM2_POINT];

	switch (attribute->type) {
	case EGOV__OID_CHALLENGE_PASSWORD:
		return check_password(attribute, err);
	case EGOV__OID_EXTENSION_REQUEST:
		return check_extensions(attribute, err);
	case EGOV__OID_CFCA_TEMP_KEY:
		return read_temp_key(attribute, point, err);
	default:
		return EGOV_OK;
	}
}

/* Whether the type stands in the list before the place where it lies. */
static bool repeats(struct egov_slice attributes, const struct egov__request_attribute *last)
{
	struct egov__request_attribute one;

	while (attributes.size > 0
	       && egov__request_attribute_next(&attributes, &one, NULL) == EGOV_OK
	       && one.oid.data != last->oid.data)
		if (egov__slice_equal(one.oid, last->oid))
			return true;
	return false;
}

enum egov_status egov__request_attributes_check(struct egov_slice attributes, bool *unwrapped,
                                                struct egov_error *err)
{
	struct egov_slice in = attributes;
	struct egov__request_attribute one;
	bool any = false;

	for (size_t count = 0; in.size > 0; count++) {
		enum egov_status rc = egov__request_attribute_next(&in, &one, err);

		if (rc != EGOV_OK)
			return rc;
		if (count == MAX_ATTRIBUTES)
			return egov_error_set(err, EGOV_E_LIMIT, NULL, "more than %u request attributes",
			                      MAX_ATTRIBUTES);
		if (repeats(attributes, &one))
			return egov_error_set(err, EGOV_E_SYNTAX, "RFC 2986, 4.1",
			                      "an attribute type stands twice");
		rc = check_one(&one, err);
		if (rc != EGOV_OK)
			return rc;
		any = any || one.unwrapped;
	}
	*unwrapped = any;
	return EGOV_OK;
}

static void report_extensions(const struct egov__request_attribute *attribute,
                              struct egov_report *report)
{
	struct egov_slice exts = EGOV__NO_SLICE;
	struct egov__ext ext;

	if (only_value(attribute, EGOV__SEQUENCE, extensions_noun, &exts, NULL) != EGOV_OK)
		return;
	while (exts.size > 0 && egov__ext_next(&exts, &ext, NULL) == EGOV_OK) {
		struct egov_buf line = EGOV__BUF(4 * EGOV__MAX_OBJECT);
		const char *text;

		egov__ext_print(&ext, &line);
		text = egov__buf_string(&line);
		egov__report_add(report, "requested-extension", "%s", text == NULL ? "" : text);
		egov__buf_clear(&line);
	}
}

static void report_temp_key(const struct egov__request_attribute *attribute,
                            struct egov_report *report)
{
	uint8_t point[EGOV__SM2_POINT];

	if (read_temp_key(attribute, point, NULL) == EGOV_OK)
		egov__report_hex(report, "temporary-key", EGOV__SLICE(point));
}

static void report_one(const struct egov__request_attribute *attribute, struct egov_report *report)
{
	struct egov_buf name = EGOV__BUF(EGOV__MAX_OBJECT);
	const char *text;

	switch (attribute->type) {
	case EGOV__OID_CHALLENGE_PASSWORD:
		egov__report_add(report, "challenge-password", "present");
		break;
	case EGOV__OID_EXTENSION_REQUEST:
		report_extensions(attribute, report);
		break;
	case EGOV__OID_CFCA_TEMP_KEY:
		report_temp_key(attribute, report);
		break;
	default:
		egov__oid_print(attribute->oid, &name);
		text = egov__buf_string(&name);
		egov__report_add(report, "attribute", "%s", text == NULL ? "" : text);
		egov__buf_clear(&name);
	}
}

void egov__request_attributes_report(struct egov_slice attributes, struct egov_report *report)
{
	struct egov__request_attribute one;

	while (attributes.size > 0 && egov__request_attribute_next(&attributes, &one, NULL) == EGOV_OK)
		report_one(&one, report);
}
