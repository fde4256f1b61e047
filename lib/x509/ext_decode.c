/* SPDX-License-Identifier: Apache-2.0 */
#include "base/der.h"
#include "base/text.h"
#include "x509/ext_impl.h"
#include "x509/name.h"

#define MAX_NUMBER 20           /* octets: RFC 5280, 4.1.2.2 and 5.2.3 */

static const char key_usage[] = "keyUsage";
static const char basic_constraints[] = "basicConstraints";
static const char key_id_of[] = "subjectKeyIdentifier";
static const char aki_noun[] = "authorityKeyIdentifier";
static const char policies[] = "certificatePolicies";
static const char eku[] = "extKeyUsage";
static const char names_noun[] = "GeneralNames";
static const char access_noun[] = "authorityInfoAccess";

enum egov_status egov__ext_sequence(struct egov_slice der, const char *noun, struct egov_slice *in,
                                    struct egov_error *err)
{
	enum egov_status rc = egov__der_only(der, EGOV__SEQUENCE, noun, in, err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__der_check(*in, err);
	return rc == EGOV_OK ? rc : egov_error_prefix(err, rc, "%s", noun);
}

enum egov_status egov__ext_list(struct egov_slice der, const char *noun, struct egov_slice *in,
                                struct egov_error *err)
{
	enum egov_status rc = egov__ext_sequence(der, noun, in, err);

	if (rc == EGOV_OK && in->size == 0)
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.2.1", "%s: empty list", noun);
	return rc;
}

enum egov_status egov__ext_optional(struct egov_slice *in, uint8_t tag, const char *noun,
                                    struct egov_slice *value, struct egov_error *err)
{
	*value = EGOV__NO_SLICE;
	return egov__der_peek(*in) == tag ? egov__der_read(in, tag, noun, value, err) : EGOV_OK;
}

static enum egov_status default_false(bool value, const char *noun, struct egov_error *err)
{
	return value ? EGOV_OK
	             : egov_error_set(err, EGOV_E_SYNTAX, "X.690, 11.5", "%s: FALSE is written out",
	                              noun);
}

enum egov_status egov__ext_key_usage(struct egov_slice der, unsigned *bits, struct egov_error *err)
{
	unsigned found = 0;
	enum egov_status rc = egov__der_named_bits(&der, key_usage, &found, err);

	if (rc == EGOV_OK)
		rc = egov__der_end(der, key_usage, err);
	if (rc != EGOV_OK)
		return rc;
	if (found == 0)
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.2.1.3", "%s: no bit is set",
		                      key_usage);
	*bits = found;
	return EGOV_OK;
}

enum egov_status egov__ext_basic_constraints(struct egov_slice der,
                                             struct egov__basic_constraints *out,
                                             struct egov_error *err)
{
	struct egov__basic_constraints found = { false, false, 0 };
	struct egov_slice in = EGOV__NO_SLICE;
	enum egov_status rc = egov__ext_sequence(der, basic_constraints, &in, err);

	if (rc != EGOV_OK)
		return rc;
	if (egov__der_peek(in) == EGOV__BOOLEAN) {
		rc = egov__der_boolean(&in, "basicConstraints: cA", &found.ca, err);
		if (rc == EGOV_OK)
			rc = default_false(found.ca, "basicConstraints: cA", err);
		if (rc != EGOV_OK)
			return rc;
	}
	if (egov__der_peek(in) == EGOV__INTEGER) {
		rc = egov__der_uint(&in, "basicConstraints: pathLenConstraint", &found.path_len, err);
		if (rc != EGOV_OK)
			return rc;
		found.has_path_len = true;
	}
	rc = egov__der_end(in, basic_constraints, err);
	if (rc == EGOV_OK)
		*out = found;
	return rc;
}

enum egov_status egov__ext_ski(struct egov_slice der, struct egov_slice *key_id,
                               struct egov_error *err)
{
	struct egov_slice found = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(der, EGOV__OCTET_STRING, key_id_of, &found, err);

	if (rc != EGOV_OK)
		return rc;
	if (found.size == 0)
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.2.1.2", "%s: empty", key_id_of);
	*key_id = found;
	return EGOV_OK;
}

/* --- names -------------------------------------------------------------------- */

/* Text of an IA5String field that can be shown and compared: a NUL in it has
 * been used to make one name look like another. */
static enum egov_status check_ia5(struct egov_slice value, struct egov_error *err)
{
	for (size_t i = 0; i < value.size; i++) {
		if (value.data[i] >= 0x80)
			return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.2.1.6",
			                      "%s: octet %02x in an IA5String", names_noun,
			                      value.data[i]);
		if (value.data[i] < 0x20 || value.data[i] == 0x7f)
			return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.2.1.6",
			                      "%s: control character %02x", names_noun,
			                      value.data[i]);
	}
	return EGOV_OK;
}

static enum egov_status check_other_name(struct egov_slice value, struct egov_error *err)
{
	struct egov_slice oid = EGOV__NO_SLICE, wrapped = EGOV__NO_SLICE;
	struct egov__tlv tlv = { 0 };
	enum egov_status rc = egov__der_oid(&value, "otherName", &oid, err);

	if (rc == EGOV_OK)
		rc = egov__der_only(value, EGOV__CONTEXT_CONS, "otherName", &wrapped, err);
	if (rc == EGOV_OK)
		rc = egov__der_any(&wrapped, &tlv, err);
	return rc != EGOV_OK ? rc : egov__der_end(wrapped, "otherName", err);
}

static enum egov_status walk_name(struct egov__name_cursor *cursor, struct egov_error *err)
{
	struct egov__name_item item;
	bool more = true;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && more)
		rc = egov__name_next(cursor, &item, &more, err);
	return rc;
}

static enum egov_status check_directory_name(struct egov_slice value, struct egov_error *err)
{
	struct egov__name_cursor cursor;
	enum egov_status rc = egov__name_begin(value, &cursor, err);

	return rc != EGOV_OK ? rc : walk_name(&cursor, err);
}

/* An RDN whose SET is tagged [1]. */
static enum egov_status check_relative_name(struct egov_slice rdn, const char *noun,
                                            struct egov_error *err)
{
	struct egov__name_cursor cursor = { EGOV__NO_SLICE, rdn, 1 };

	if (rdn.size == 0)
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.2.1.13",
		                      "%s: empty relative name", noun);
	return walk_name(&cursor, err);
}

static enum egov_status check_registered_id(struct egov_slice value, struct egov_error *err)
{
	struct egov_buf text = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = egov__der_oid_text(value, &text, err);

	egov__buf_clear(&text);
	return rc;
}

enum egov_status egov__general_names_next(struct egov_slice *names, struct egov__general_name *name,
                                          struct egov_error *err)
{
	static const uint8_t tags[] = {
		EGOV__CONTEXT_CONS | EGOV__GN_OTHER,    EGOV__CONTEXT | EGOV__GN_EMAIL,
		EGOV__CONTEXT | EGOV__GN_DNS,           EGOV__CONTEXT_CONS | EGOV__GN_X400,
		EGOV__CONTEXT_CONS | EGOV__GN_DIRECTORY, EGOV__CONTEXT_CONS | EGOV__GN_EDI,
		EGOV__CONTEXT | EGOV__GN_URI,           EGOV__CONTEXT | EGOV__GN_IP,
		EGOV__CONTEXT | EGOV__GN_REGISTERED_ID,
	};
	struct egov__tlv tlv = { 0 };
	enum egov_status rc = egov__der_any(names, &tlv, err);
	const uint8_t number = tlv.tag & 0x1f;

	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, names_noun);
	if (number >= sizeof(tags) || tlv.tag != tags[number])
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.2.1.6", "%s: tag %02x found",
		                      names_noun, tlv.tag);
	if (number == EGOV__GN_EMAIL || number == EGOV__GN_DNS || number == EGOV__GN_URI)
		rc = check_ia5(tlv.value, err);
	else if (number == EGOV__GN_OTHER)
		rc = check_other_name(tlv.value, err);
	else if (number == EGOV__GN_DIRECTORY)
		rc = check_directory_name(tlv.value, err);
	else if (number == EGOV__GN_REGISTERED_ID)
		rc = check_registered_id(tlv.value, err);
	if (rc == EGOV_OK)
		*name = (struct egov__general_name){ number, tlv.value };
	return rc;
}

static enum egov_status check_names(struct egov_slice names, struct egov_error *err)
{
	struct egov__general_name name;
	enum egov_status rc = EGOV_OK;

	if (names.size == 0)
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.2.1.6", "%s: empty list",
		                      names_noun);
	while (rc == EGOV_OK && names.size > 0)
		rc = egov__general_names_next(&names, &name, err);
	return rc;
}

enum egov_status egov__ext_general_names(struct egov_slice der, egov__general_name_fn *fn,
                                         void *user, struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE;
	struct egov__general_name name;
	enum egov_status rc = egov__ext_list(der, names_noun, &in, err);

	while (rc == EGOV_OK && in.size > 0) {
		rc = egov__general_names_next(&in, &name, err);
		if (rc == EGOV_OK)
			rc = fn(user, &name, err);
	}
	return rc;
}

enum egov_status egov__ext_aki(struct egov_slice der, struct egov__aki *out, struct egov_error *err)
{
	struct egov__aki found = { EGOV__NO_SLICE, EGOV__NO_SLICE, EGOV__NO_SLICE };
	struct egov_slice in = EGOV__NO_SLICE;
	enum egov_status rc = egov__ext_sequence(der, aki_noun, &in, err);

	if (rc == EGOV_OK)
		rc = egov__ext_optional(&in, EGOV__CONTEXT | 0, aki_noun, &found.key_id, err);
	if (rc == EGOV_OK)
		rc = egov__ext_optional(&in, EGOV__CONTEXT_CONS | 1, aki_noun, &found.issuer, err);
	if (rc == EGOV_OK && found.issuer.data != NULL)
		rc = check_names(found.issuer, err);
	if (rc == EGOV_OK)
		rc = egov__ext_optional(&in, EGOV__CONTEXT | 2, aki_noun, &found.serial, err);
	if (rc == EGOV_OK && found.serial.data != NULL)
		rc = egov__der_integer_check(found.serial, aki_noun, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(in, aki_noun, err);
	if (rc == EGOV_OK)
		*out = found;
	return rc;
}

/* --- lists of identifiers ----------------------------------------------------- */

static enum egov_status next_policy(struct egov_slice *in, struct egov_slice *oid,
                                    struct egov_slice *qualifiers, struct egov_error *err)
{
	struct egov_slice info = EGOV__NO_SLICE, list = EGOV__NO_SLICE, kind = EGOV__NO_SLICE;
	struct egov__tlv value = { 0 };
	enum egov_status rc = egov__der_read(in, EGOV__SEQUENCE, policies, &info, err);

	*qualifiers = EGOV__NO_SLICE;
	if (rc == EGOV_OK)
		rc = egov__der_oid(&info, policies, oid, err);
	if (rc != EGOV_OK || info.size == 0)
		return rc;
	rc = egov__ext_list(info, policies, qualifiers, err);
	list = *qualifiers;
	while (rc == EGOV_OK && list.size > 0) {
		rc = egov__der_read(&list, EGOV__SEQUENCE, policies, &info, err);
		if (rc == EGOV_OK)
			rc = egov__der_oid(&info, policies, &kind, err);
		if (rc == EGOV_OK)
			rc = egov__der_any(&info, &value, err);
		if (rc == EGOV_OK)
			rc = egov__der_end(info, policies, err);
	}
	return rc;
}

/* Whether the policy stands in the list before the place where it lies. */
static bool policy_repeats(struct egov_slice list, struct egov_slice policy)
{
	struct egov_slice oid = EGOV__NO_SLICE, qualifiers;

	while (list.size > 0 && next_policy(&list, &oid, &qualifiers, NULL) == EGOV_OK
	       && oid.data != policy.data)
		if (egov__slice_equal(oid, policy))
			return true;
	return false;
}

enum egov_status egov__ext_policies(struct egov_slice der, egov__policy_fn *fn, void *user,
                                    struct egov_error *err)
{
	struct egov_slice list = EGOV__NO_SLICE, in, oid = EGOV__NO_SLICE, qualifiers;
	enum egov_status rc = egov__ext_list(der, policies, &list, err);

	in = list;
	for (size_t count = 0; rc == EGOV_OK && in.size > 0; count++) {
		rc = next_policy(&in, &oid, &qualifiers, err);
		if (rc != EGOV_OK)
			break;
		if (count == EGOV__EXT_MAX)
			return egov_error_set(err, EGOV_E_LIMIT, NULL, "%s: more than %u", policies,
			                      EGOV__EXT_MAX);
		if (policy_repeats(list, oid))
			return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.2.1.4",
			                      "%s: a policy stands twice", policies);
		rc = fn(user, oid, qualifiers, err);
	}
	return rc;
}

enum egov_status egov__ext_eku(struct egov_slice der, egov__oid_fn *fn, void *user,
                               struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE, oid = EGOV__NO_SLICE;
	enum egov_status rc = egov__ext_list(der, eku, &in, err);

	while (rc == EGOV_OK && in.size > 0) {
		rc = egov__der_oid(&in, eku, &oid, err);
		if (rc == EGOV_OK)
			rc = fn(user, oid, err);
	}
	return rc;
}

enum egov_status egov__ext_access(struct egov_slice der, egov__access_fn *fn, void *user,
                                  struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE, one = EGOV__NO_SLICE, method = EGOV__NO_SLICE;
	struct egov__general_name name;
	enum egov_status rc = egov__ext_list(der, access_noun, &in, err);

	while (rc == EGOV_OK && in.size > 0) {
		rc = egov__der_read(&in, EGOV__SEQUENCE, access_noun, &one, err);
		if (rc == EGOV_OK)
			rc = egov__der_oid(&one, access_noun, &method, err);
		if (rc == EGOV_OK)
			rc = egov__general_names_next(&one, &name, err);
		if (rc == EGOV_OK)
			rc = egov__der_end(one, access_noun, err);
		if (rc == EGOV_OK)
			rc = fn(user, method, &name, err);
	}
	return rc;
}

/* --- distribution points ------------------------------------------------------ */

/* DistributionPointName, in its explicit [0]. */
static enum egov_status read_point_name(struct egov_slice *in, const char *noun,
                                        struct egov__distribution_point *out,
                                        struct egov_error *err)
{
	struct egov_slice name = EGOV__NO_SLICE;
	enum egov_status rc;

	if (egov__der_peek(*in) != EGOV__CONTEXT_CONS)
		return EGOV_OK;
	rc = egov__der_read(in, EGOV__CONTEXT_CONS, noun, &name, err);
	if (rc != EGOV_OK)
		return rc;
	if (egov__der_peek(name) == (EGOV__CONTEXT_CONS | 1)) {
		rc = egov__der_only(name, EGOV__CONTEXT_CONS | 1, noun, &out->relative, err);
		return rc != EGOV_OK ? rc : check_relative_name(out->relative, noun, err);
	}
	rc = egov__der_only(name, EGOV__CONTEXT_CONS | 0, noun, &out->full_name, err);
	return rc != EGOV_OK ? rc : check_names(out->full_name, err);
}

static enum egov_status read_reasons(struct egov_slice *in, uint8_t tag, const char *noun,
                                     struct egov__distribution_point *out, struct egov_error *err)
{
	struct egov_slice value = EGOV__NO_SLICE;
	enum egov_status rc = egov__ext_optional(in, tag, noun, &value, err);

	if (rc != EGOV_OK || value.data == NULL)
		return rc;
	out->has_reasons = true;
	return egov__der_named_bits_check(value, noun, &out->reasons, err);
}

enum egov_status egov__ext_crl_dp(struct egov_slice der, egov__dp_fn *fn, void *user,
                                  struct egov_error *err)
{
	static const char noun[] = "cRLDistributionPoints";
	struct egov_slice in = EGOV__NO_SLICE, one = EGOV__NO_SLICE;
	enum egov_status rc = egov__ext_list(der, noun, &in, err);

	while (rc == EGOV_OK && in.size > 0) {
		struct egov__distribution_point point = { .has_reasons = false };

		rc = egov__der_read(&in, EGOV__SEQUENCE, noun, &one, err);
		if (rc == EGOV_OK)
			rc = read_point_name(&one, noun, &point, err);
		if (rc == EGOV_OK)
			rc = read_reasons(&one, EGOV__CONTEXT | 1, noun, &point, err);
		if (rc == EGOV_OK)
			rc = egov__ext_optional(&one, EGOV__CONTEXT_CONS | 2, noun, &point.crl_issuer, err);
		if (rc == EGOV_OK && point.crl_issuer.data != NULL)
			rc = check_names(point.crl_issuer, err);
		if (rc == EGOV_OK)
			rc = egov__der_end(one, noun, err);
		if (rc == EGOV_OK && point.full_name.size == 0 && point.relative.size == 0
		    && point.crl_issuer.size == 0)
			rc = egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.2.1.13",
			                    "%s: neither a name nor an issuer", noun);
		if (rc == EGOV_OK)
			rc = fn(user, &point, err);
	}
	return rc;
}

static enum egov_status read_flag(struct egov_slice *in, uint8_t tag, const char *noun, bool *out,
                                  struct egov_error *err)
{
	struct egov_slice value = EGOV__NO_SLICE;
	enum egov_status rc = egov__ext_optional(in, tag, noun, &value, err);

	if (rc != EGOV_OK || value.data == NULL)
		return rc;
	rc = egov__der_boolean_check(value, noun, out, err);
	return rc != EGOV_OK ? rc : default_false(*out, noun, err);
}

enum egov_status egov__ext_idp(struct egov_slice der, struct egov__idp *out, struct egov_error *err)
{
	static const char noun[] = "issuingDistributionPoint";
	struct egov__idp found = { .has_reasons = false };
	struct egov_slice in = EGOV__NO_SLICE;
	enum egov_status rc = egov__ext_sequence(der, noun, &in, err);

	if (rc == EGOV_OK)
		rc = read_point_name(&in, noun, &found.point, err);
	if (rc == EGOV_OK)
		rc = read_flag(&in, EGOV__CONTEXT | 1, noun, &found.only_user, err);
	if (rc == EGOV_OK)
		rc = read_flag(&in, EGOV__CONTEXT | 2, noun, &found.only_ca, err);
	if (rc == EGOV_OK)
		rc = read_reasons(&in, EGOV__CONTEXT | 3, noun, &found.point, err);
	if (rc == EGOV_OK)
		rc = read_flag(&in, EGOV__CONTEXT | 4, noun, &found.indirect, err);
	if (rc == EGOV_OK)
		rc = read_flag(&in, EGOV__CONTEXT | 5, noun, &found.only_attribute, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(in, noun, err);
	if (rc != EGOV_OK)
		return rc;
	found.has_reasons = found.point.has_reasons;
	found.reasons = found.point.reasons;
	*out = found;
	return EGOV_OK;
}

enum egov_status egov__ext_number(struct egov_slice der, struct egov_slice *contents,
                                  struct egov_error *err)
{
	static const char noun[] = "number";
	struct egov_slice found = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(der, EGOV__INTEGER, noun, &found, err);

	if (rc == EGOV_OK)
		rc = egov__der_integer_check(found, noun, err);
	if (rc != EGOV_OK)
		return rc;
	if (found.data[0] >= 0x80 || found.size > MAX_NUMBER)
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 5.2.3",
		                      "%s: negative, or of more than %u octets", noun, MAX_NUMBER);
	*contents = found;
	return EGOV_OK;
}

/* --- identities ---------------------------------------------------------------- */

/* The text of a TLV that fills der: a string, or one in a context tag. */
static bool unwrap_text(struct egov_slice der, struct egov_slice *value)
{
	struct egov__tlv tlv = { 0 };

	if (egov__der_any(&der, &tlv, NULL) != EGOV_OK || der.size != 0)
		return false;
	if (tlv.tag >= EGOV__CONTEXT_CONS && tlv.tag <= (EGOV__CONTEXT_CONS | 2)) {
		der = tlv.value;
		if (egov__der_any(&der, &tlv, NULL) != EGOV_OK || der.size != 0)
			return false;
	} else if (tlv.tag >= EGOV__CONTEXT && tlv.tag <= (EGOV__CONTEXT | 2)) {
		*value = tlv.value;
		return true;
	}
	*value = tlv.value;
	return tlv.tag == EGOV__PRINTABLE_STRING || tlv.tag == EGOV__UTF8_STRING
	       || tlv.tag == EGOV__IA5_STRING;
}

enum egov_status egov__ext_identity(enum egov__oid type, struct egov_slice der,
                                    struct egov_slice *value, struct egov_error *err)
{
	const struct egov__oid_info *const info = egov__oid_get(type);
	struct egov_slice found = der;

	if (!unwrap_text(der, &found))
		found = der;
	if (found.size == 0 || !egov__utf8_check(found, NULL) || egov__utf8_has_control(found))
		return egov_error_set(err, EGOV_E_SYNTAX, "GM/T 0015, 5.2.4.2.18",
		                      "%s: neither a string nor text", info == NULL ? "" : info->name);
	*value = found;
	return EGOV_OK;
}
