/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "lint/lint_impl.h"

/* Rules on names.  The issuer is the CA's subject byte for byte, so what it
 * looks like was judged when the CA's own certificate was made. */

typedef enum egov_status item_fn(const struct egov__name_item *item, struct egov_error *err);

static enum egov_status each_item(const struct egov__lint_subject *s, item_fn *fn,
                                  struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < s->subject_name->count; i++)
		rc = fn(&s->subject_name->item[i], err);
	return rc;
}

static const char *item_name(const struct egov__name_item *item)
{
	const struct egov__oid_info *const info = egov__oid_get(item->type);

	return info == NULL ? egov__text("an unknown attribute") : info->name;
}

/* C first, CN last, the larger unit before the smaller, one attribute an RDN. */
static enum egov_status order(const struct egov__lint_subject *s, struct egov_error *err)
{
	const struct egov__lint_name *const name = s->subject_name;
	unsigned place = 0;

	for (size_t i = 0; i < name->count; i++) {
		const struct egov__name_item *const item = &name->item[i];
		const struct egov__attribute *const type = egov__attribute_by_oid(item->type);

		if (item->rdn != i)
			return egov__lint_found(err, "subject: %s shares its RDN", item_name(item));
		if (i == 0 && item->type != EGOV__OID_COUNTRY)
			return egov__lint_found(err, "subject: %s stands where countryName must",
			                        item_name(item));
		if (type == NULL)
			return egov__lint_found(err, "subject: %s has no place in a name",
			                        item_name(item));
		if (type->place < place)
			return egov__lint_found(err, "subject: %s stands too late", item_name(item));
		place = type->place;
	}
	return egov__lint_name_fault("subject", s->subject, name, err);
}

static bool is_printable_by_x520(enum egov__oid type)
{
	return type == EGOV__OID_SERIAL_NUMBER || type == EGOV__OID_DN_QUALIFIER;
}

static enum egov_status string_type(const struct egov__name_item *item, struct egov_error *err)
{
	const struct egov__attribute *const type = egov__attribute_by_oid(item->type);

	if (item->type == EGOV__OID_COUNTRY
	    && (item->tag != EGOV__PRINTABLE_STRING || !egov__slice_is(item->value, "CN")))
		return egov__lint_found(err, "subject: countryName is not PrintableString CN");
	if (is_printable_by_x520(item->type) && item->tag == EGOV__UTF8_STRING)
		return EGOV_OK;         /* a note, gm-dn-serial */
	if (type == NULL || item->tag == type->tag)
		return EGOV_OK;
	return egov__lint_found(err, "subject: %s has string type %02x, %02x wanted",
	                        item_name(item), item->tag, type->tag);
}

static enum egov_status string_types(const struct egov__lint_subject *s, struct egov_error *err)
{
	return each_item(s, string_type, err);
}

static enum egov_status serial_type(const struct egov__name_item *item, struct egov_error *err)
{
	if (!is_printable_by_x520(item->type) || item->tag == EGOV__PRINTABLE_STRING)
		return EGOV_OK;
	return egov__lint_found(err, "subject: %s is not PrintableString (X.520)", item_name(item));
}

static enum egov_status serial_types(const struct egov__lint_subject *s, struct egov_error *err)
{
	return each_item(s, serial_type, err);
}

static enum egov_status issuer_bytes(const struct egov__lint_subject *s, struct egov_error *err)
{
	const struct egov_slice wanted = s->self_signed ? s->subject : s->context->issuer_name;

	if (wanted.size == 0 || egov__slice_equal(s->issuer, wanted))
		return EGOV_OK;
	return egov__lint_found(err, s->self_signed
	                                     ? EGOV__N("issuer and subject are not the same octets")
	                                     : EGOV__N("the issuer is not the octets of the CA's "
	                                               "subject"));
}

const struct egov__lint_row egov__rules_name[] = {
	EGOV__RULE_FOREIGN(CERT | CSR, GM, "gm-dn-order", "subject", "GM/T 0043, 6.2.1 e", ERROR,
	                   EGOV__LINT_WARNING, "C first, then S, L, O, OU, CN last", order),
	EGOV__RULE_FOREIGN(CERT | CSR, GM, "gm-dn-types", "subject", "GM/T 0043, 6.2.1", ERROR,
	                   EGOV__LINT_WARNING,
	                   "C PrintableString CN, e-mail IA5String, the rest UTF8String",
	                   string_types),
	EGOV__RULE(CERT | CSR, GM, "gm-dn-serial", "subject", "ITU-T X.520", NOTE,
	           "serialNumber and dnQualifier as PrintableString", serial_types),
	EGOV__RULE(CERT | CRL, GM, "gm-dn-issuer", "issuer", "GM/T 0043, 6.2.3 d", ERROR,
	           "the issuer is the CA's subject octet by octet", issuer_bytes),
	{ { .id = NULL }, NULL },
};
