/* SPDX-License-Identifier: Apache-2.0 */
#include "base/der.h"
#include "base/text.h"
#include "x509/ext.h"
#include "x509/name.h"

/* What a printer needs from call to call: where to, and whether anything stands. */
struct list {
	struct egov_buf *out;
	bool begun;
};

typedef enum egov_status print_fn(struct egov_slice der, struct egov_buf *out);

static struct egov_buf *next_item(struct list *list)
{
	if (list->begun)
		egov__buf_text(list->out, ", ");
	list->begun = true;
	return list->out;
}

static void put_ip(struct egov_slice ip, struct egov_buf *out)
{
	if (ip.size == 8 || ip.size == 32) {    /* an address and its mask */
		put_ip((struct egov_slice){ ip.data, ip.size / 2 }, out);
		egov__buf_byte(out, '/');
		put_ip((struct egov_slice){ ip.data + ip.size / 2, ip.size / 2 }, out);
	} else if (ip.size == 4)
		egov__buf_printf(out, "%u.%u.%u.%u", ip.data[0], ip.data[1], ip.data[2], ip.data[3]);
	else
		for (size_t i = 0; i < ip.size; i++)
			egov__buf_printf(out, i > 0 && ip.size == 16 && i % 2 == 0 ? ":%02x" : "%02x",
			                 ip.data[i]);
}

void egov__general_name_print(const struct egov__general_name *name, struct egov_buf *out)
{
	static const char *const labels[] = { "otherName", "email",   "DNS", "X400", "DirName",
		                              "EDI",       "URI",     "IP",  "RID" };

	egov__buf_printf(out, "%s:", labels[name->tag]);
	switch (name->tag) {
	case EGOV__GN_EMAIL:
	case EGOV__GN_DNS:
	case EGOV__GN_URI:
		egov__buf_slice(out, name->value);
		break;
	case EGOV__GN_DIRECTORY:
		egov__name_print(name->value, out);
		break;
	case EGOV__GN_IP:
		put_ip(name->value, out);
		break;
	case EGOV__GN_REGISTERED_ID:
		egov__oid_print(name->value, out);
		break;
	default:
		egov__buf_byte(out, '#');
		egov__buf_hex(out, name->value);
	}
}

static enum egov_status print_names(struct egov_slice names, struct list *list)
{
	struct egov__general_name name;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && names.size > 0) {
		rc = egov__general_names_next(&names, &name, NULL);
		if (rc == EGOV_OK)
			egov__general_name_print(&name, next_item(list));
	}
	return rc;
}

static enum egov_status key_usage(struct egov_slice der, struct egov_buf *out)
{
	unsigned bits = 0;
	enum egov_status rc = egov__ext_key_usage(der, &bits, NULL);

	if (rc == EGOV_OK)
		egov__key_usage_print(bits, out);
	return rc;
}

static enum egov_status basic_constraints(struct egov_slice der, struct egov_buf *out)
{
	struct egov__basic_constraints bc = { false, false, 0 };
	enum egov_status rc = egov__ext_basic_constraints(der, &bc, NULL);

	if (rc != EGOV_OK)
		return rc;
	egov__buf_printf(out, "CA:%s", bc.ca ? "TRUE" : "FALSE");
	if (bc.has_path_len)
		egov__buf_printf(out, ", pathlen:%llu", (unsigned long long)bc.path_len);
	return EGOV_OK;
}

static enum egov_status ski(struct egov_slice der, struct egov_buf *out)
{
	struct egov_slice id = EGOV__NO_SLICE;
	enum egov_status rc = egov__ext_ski(der, &id, NULL);

	if (rc == EGOV_OK)
		egov__buf_hex(out, id);
	return rc;
}

static enum egov_status aki(struct egov_slice der, struct egov_buf *out)
{
	struct list list = { out, false };
	struct egov__aki value;
	enum egov_status rc = egov__ext_aki(der, &value, NULL);

	if (rc != EGOV_OK)
		return rc;
	if (value.key_id.size > 0)
		egov__buf_hex(next_item(&list), value.key_id);
	if (value.issuer.size > 0)
		rc = print_names(value.issuer, &list);
	if (rc == EGOV_OK && value.serial.size > 0) {
		egov__buf_text(next_item(&list), "serial:");
		egov__buf_hex(out, value.serial);
	}
	return rc;
}

static enum egov_status one_oid(void *user, struct egov_slice oid, struct egov_error *err)
{
	(void)err;
	egov__oid_print(oid, next_item(user));
	return EGOV_OK;
}

static enum egov_status eku(struct egov_slice der, struct egov_buf *out)
{
	struct list list = { out, false };

	return egov__ext_eku(der, one_oid, &list, NULL);
}

/* A CPS URI is shown, other qualifiers by their type. */
static enum egov_status print_qualifier(struct egov_slice *qualifiers, struct egov_buf *out)
{
	struct egov_slice info = EGOV__NO_SLICE, oid = EGOV__NO_SLICE, uri = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_read(qualifiers, EGOV__SEQUENCE, "", &info, NULL);

	if (rc == EGOV_OK)
		rc = egov__der_oid(&info, "", &oid, NULL);
	if (rc != EGOV_OK)
		return rc;
	egov__buf_byte(out, ' ');
	if (egov__oid_find(oid) == EGOV__OID_CPS_QUALIFIER && egov__der_peek(info) == EGOV__IA5_STRING
	    && egov__der_only(info, EGOV__IA5_STRING, "", &uri, NULL) == EGOV_OK
	    && egov__utf8_check(uri, NULL) && !egov__utf8_has_control(uri))
		egov__buf_slice(out, uri);
	else
		egov__oid_print(oid, out);
	return EGOV_OK;
}

static enum egov_status one_policy(void *user, struct egov_slice oid, struct egov_slice qualifiers,
                                   struct egov_error *err)
{
	struct egov_buf *const out = next_item(user);
	enum egov_status rc = EGOV_OK;

	(void)err;
	egov__oid_print(oid, out);
	while (rc == EGOV_OK && qualifiers.size > 0)
		rc = print_qualifier(&qualifiers, out);
	return rc;
}

static enum egov_status policies(struct egov_slice der, struct egov_buf *out)
{
	struct list list = { out, false };

	return egov__ext_policies(der, one_policy, &list, NULL);
}

static enum egov_status one_name(void *user, const struct egov__general_name *name,
                                 struct egov_error *err)
{
	(void)err;
	egov__general_name_print(name, next_item(user));
	return EGOV_OK;
}

static enum egov_status general_names(struct egov_slice der, struct egov_buf *out)
{
	struct list list = { out, false };

	return egov__ext_general_names(der, one_name, &list, NULL);
}

static void print_reasons(bool present, unsigned reasons, struct list *list)
{
	if (present)
		egov__buf_printf(next_item(list), "reasons:%#x", reasons);
}

static enum egov_status print_point(const struct egov__distribution_point *point, struct list *list)
{
	enum egov_status rc = print_names(point->full_name, list);

	if (rc == EGOV_OK && point->relative.size > 0) {
		egov__buf_text(next_item(list), "relative:#");
		egov__buf_hex(list->out, point->relative);
	}
	print_reasons(point->has_reasons, point->reasons, list);
	if (rc == EGOV_OK && point->crl_issuer.size > 0) {
		egov__buf_text(next_item(list), "issuer ");
		list->begun = false;
		rc = print_names(point->crl_issuer, list);
	}
	return rc;
}

static enum egov_status one_point(void *user, const struct egov__distribution_point *point,
                                  struct egov_error *err)
{
	(void)err;
	return print_point(point, user);
}

static enum egov_status crl_dp(struct egov_slice der, struct egov_buf *out)
{
	struct list list = { out, false };

	return egov__ext_crl_dp(der, one_point, &list, NULL);
}

static enum egov_status idp(struct egov_slice der, struct egov_buf *out)
{
	struct list list = { out, false };
	struct egov__idp value;
	enum egov_status rc = egov__ext_idp(der, &value, NULL);

	if (rc == EGOV_OK)
		rc = print_point(&value.point, &list);
	if (rc != EGOV_OK)
		return rc;
	if (value.only_user)
		egov__buf_text(next_item(&list), "onlyContainsUserCerts");
	if (value.only_ca)
		egov__buf_text(next_item(&list), "onlyContainsCACerts");
	if (value.indirect)
		egov__buf_text(next_item(&list), "indirectCRL");
	if (value.only_attribute)
		egov__buf_text(next_item(&list), "onlyContainsAttributeCerts");
	return EGOV_OK;
}

static enum egov_status one_access(void *user, struct egov_slice method,
                                   const struct egov__general_name *location,
                                   struct egov_error *err)
{
	struct egov_buf *const out = next_item(user);

	(void)err;
	egov__oid_print(method, out);
	egov__buf_byte(out, ' ');
	egov__general_name_print(location, out);
	return EGOV_OK;
}

static enum egov_status access_info(struct egov_slice der, struct egov_buf *out)
{
	struct list list = { out, false };

	return egov__ext_access(der, one_access, &list, NULL);
}

static enum egov_status one_subtree(void *user, bool excluded,
                                    const struct egov__general_name *base, struct egov_error *err)
{
	struct egov_buf *const out = next_item(user);

	(void)err;
	egov__buf_text(out, excluded ? "excluded " : "permitted ");
	egov__general_name_print(base, out);
	return EGOV_OK;
}

static enum egov_status name_constraints(struct egov_slice der, struct egov_buf *out)
{
	struct list list = { out, false };

	return egov__ext_name_constraints(der, one_subtree, &list, NULL);
}

static enum egov_status one_mapping(void *user, struct egov_slice from, struct egov_slice to,
                                    struct egov_error *err)
{
	struct egov_buf *const out = next_item(user);

	(void)err;
	egov__oid_print(from, out);
	egov__buf_text(out, " to ");
	egov__oid_print(to, out);
	return EGOV_OK;
}

static enum egov_status policy_mappings(struct egov_slice der, struct egov_buf *out)
{
	struct list list = { out, false };

	return egov__ext_policy_mappings(der, one_mapping, &list, NULL);
}

static enum egov_status policy_constraints(struct egov_slice der, struct egov_buf *out)
{
	struct list list = { out, false };
	struct egov__policy_constraints value;
	enum egov_status rc = egov__ext_policy_constraints(der, &value, NULL);

	if (rc != EGOV_OK)
		return rc;
	if (value.has_require_explicit)
		egov__buf_printf(next_item(&list), "requireExplicitPolicy:%ju",
		                 (uintmax_t)value.require_explicit);
	if (value.has_inhibit_mapping)
		egov__buf_printf(next_item(&list), "inhibitPolicyMapping:%ju",
		                 (uintmax_t)value.inhibit_mapping);
	return EGOV_OK;
}

static enum egov_status inhibit_any_policy(struct egov_slice der, struct egov_buf *out)
{
	uint32_t skip = 0;
	enum egov_status rc = egov__ext_inhibit_any_policy(der, &skip, NULL);

	if (rc == EGOV_OK)
		egov__buf_printf(out, "%ju", (uintmax_t)skip);
	return rc;
}

static enum egov_status number(struct egov_slice der, struct egov_buf *out)
{
	struct egov_slice contents = EGOV__NO_SLICE;
	enum egov_status rc = egov__ext_number(der, &contents, NULL);

	if (rc == EGOV_OK)
		egov__buf_hex(out, contents);
	return rc;
}

static enum egov_status identity(struct egov_slice der, struct egov_buf *out)
{
	struct egov_slice value = EGOV__NO_SLICE;
	enum egov_status rc = egov__ext_identity(EGOV__OID_UNKNOWN, der, &value, NULL);

	if (rc == EGOV_OK)
		egov__buf_slice(out, value);
	return rc;
}

static enum egov_status nocheck(struct egov_slice der, struct egov_buf *out)
{
	struct egov_slice value = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(der, EGOV__NULL, "", &value, NULL);

	if (rc == EGOV_OK)
		egov__buf_text(out, "present");
	return rc;
}

static enum egov_status date(struct egov_slice der, struct egov_buf *out)
{
	char text[EGOV_TIME_TEXT];
	egov_time t = 0;
	enum egov_status rc = egov__der_time(&der, "", &t, NULL, NULL);

	if (rc != EGOV_OK)
		return rc;
	egov_time_format(t, text);
	egov__buf_text(out, text);
	return egov__der_end(der, "", NULL);
}

static const struct {
	enum egov__oid type;
	print_fn *print;
} printers[] = {
	{ EGOV__OID_AKI, aki },
	{ EGOV__OID_SKI, ski },
	{ EGOV__OID_KEY_USAGE, key_usage },
	{ EGOV__OID_SAN, general_names },
	{ EGOV__OID_ISSUER_ALT_NAME, general_names },
	{ EGOV__OID_CERTIFICATE_ISSUER, general_names },
	{ EGOV__OID_BASIC_CONSTRAINTS, basic_constraints },
	{ EGOV__OID_NAME_CONSTRAINTS, name_constraints },
	{ EGOV__OID_POLICIES, policies },
	{ EGOV__OID_POLICY_MAPPINGS, policy_mappings },
	{ EGOV__OID_POLICY_CONSTRAINTS, policy_constraints },
	{ EGOV__OID_INHIBIT_ANY_POLICY, inhibit_any_policy },
	{ EGOV__OID_EKU, eku },
	{ EGOV__OID_CRL_DP, crl_dp },
	{ EGOV__OID_FRESHEST_CRL, crl_dp },
	{ EGOV__OID_AIA, access_info },
	{ EGOV__OID_SIA, access_info },
	{ EGOV__OID_OCSP_NOCHECK, nocheck },
	{ EGOV__OID_CRL_NUMBER, number },
	{ EGOV__OID_DELTA_CRL, number },
	{ EGOV__OID_IDP, idp },
	{ EGOV__OID_INVALIDITY_DATE, date },
	{ EGOV__OID_IDENTIFY_CODE, identity },
	{ EGOV__OID_INSURANCE_NUMBER, identity },
	{ EGOV__OID_REGISTRATION_NUMBER, identity },
	{ EGOV__OID_ORGANIZATION_CODE, identity },
	{ EGOV__OID_TAXATION_NUMBER, identity },
};

/* What no printer reads, or not to its end, is shown as it is. */
void egov__ext_print(const struct egov__ext *ext, struct egov_buf *out)
{
	size_t mark;

	egov__oid_print(ext->oid, out);
	egov__buf_text(out, ext->critical ? " (critical): " : ": ");
	mark = out->size;
	for (size_t i = 0; i < sizeof(printers) / sizeof(printers[0]); i++)
		if (printers[i].type == ext->type
		    && printers[i].print(ext->value, out) == EGOV_OK)
			return;
	if (!out->failed)
		out->size = mark;
	egov__buf_byte(out, '#');
	egov__buf_hex(out, ext->value);
}
