/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "x509/ext.h"

static struct egov_error err;

static enum egov_status on_subtree(void *user, bool excluded, const struct egov__general_name *base,
                                   struct egov_error *e)
{
	struct egov_buf *text = user;

	(void)e;
	egov__buf_text(text, excluded ? "-" : "+");
	egov__general_name_print(base, text);
	egov__buf_byte(text, ' ');
	return EGOV_OK;
}

static enum egov_status on_mapping(void *user, struct egov_slice from, struct egov_slice to,
                                   struct egov_error *e)
{
	struct egov_buf *text = user;

	(void)e;
	egov__oid_print(from, text);
	egov__buf_byte(text, '>');
	egov__oid_print(to, text);
	egov__buf_byte(text, ' ');
	return EGOV_OK;
}

/* wanted: what was seen; or with a status, a fragment of the message. */
static void decodes(enum egov__oid type, const char *hex, enum egov_status status,
                    const char *wanted)
{
	struct egov_buf *der = help_hex_buf(hex);
	struct egov_buf text = EGOV__BUF(4000);
	struct egov__policy_constraints pc = { 0 };
	uint32_t skip = 0;
	enum egov_status rc;

	egov__buf_text(&text, "");
	switch (type) {
	case EGOV__OID_NAME_CONSTRAINTS:
		rc = egov__ext_name_constraints(egov_buf_slice(der), on_subtree, &text, &err);
		break;
	case EGOV__OID_POLICY_MAPPINGS:
		rc = egov__ext_policy_mappings(egov_buf_slice(der), on_mapping, &text, &err);
		break;
	case EGOV__OID_POLICY_CONSTRAINTS:
		rc = egov__ext_policy_constraints(egov_buf_slice(der), &pc, &err);
		egov__buf_printf(&text, "%d:%u %d:%u ", pc.has_require_explicit,
		                 (unsigned)pc.require_explicit, pc.has_inhibit_mapping,
		                 (unsigned)pc.inhibit_mapping);
		break;
	default:
		rc = egov__ext_inhibit_any_policy(egov_buf_slice(der), &skip, &err);
		egov__buf_printf(&text, "%u ", (unsigned)skip);
	}
	printf("%s\n", hex);
	if (status == EGOV_OK) {
		assert_ok(rc, &err);
		assert_string_equal(egov__buf_string(&text), wanted);
	} else {
		assert_fails(rc, &err, status, wanted);
	}
	egov__buf_clear(&text);
	egov_buf_free(der);
	err = (struct egov_error){ 0 };
}

static void name_constraints(void **state)
{
	const enum egov__oid type = EGOV__OID_NAME_CONSTRAINTS;

	(void)state;
	decodes(type, "3007 a005 3003 8201 61", EGOV_OK, "+DNS:a ");
	decodes(type, "300e a005 3003 8201 61 a105 3003 8101 62", EGOV_OK, "+DNS:a -email:b ");
	decodes(type, "300e a10c 300a 8708 0a000000 fffe0000", EGOV_OK,
	        "-IP:10.0.0.0/255.254.0.0 ");
	/* A minimum of 0 that is written out. */
	decodes(type, "300a a008 3006 8201 61 8001 00", EGOV_OK, "+DNS:a ");
	decodes(type, "300a a008 3006 8201 61 8001 01", EGOV_E_SYNTAX, "with a minimum");
	decodes(type, "300a a008 3006 8201 61 8101 01", EGOV_E_SYNTAX, "with a maximum");
	decodes(type, "3000", EGOV_E_SYNTAX, "empty list");
	decodes(type, "3002 a000", EGOV_E_SYNTAX, "empty list of subtrees");
	decodes(type, "300e a105 3003 8201 61 a005 3003 8101 62", EGOV_E_SYNTAX, "");
	decodes(type, "3007 a005 3003 8901 61", EGOV_E_SYNTAX, "tag 89");
	decodes(type, "300a a008 3006 8201 61 8201 62", EGOV_E_SYNTAX, "");
	decodes(type, "300a a008 3006 8704 0a000000", EGOV_E_SYNTAX, "of 4 octets, want 8 or 32");
	decodes(type, "300e a10c 300a 8708 0a000000 ff00ff00", EGOV_E_SYNTAX, "a zero before a one");
	decodes(type, "300e a10c 300a 8708 0a000000 fd000000", EGOV_E_SYNTAX, "a zero before a one");
}

static void policy_constraints(void **state)
{
	const enum egov__oid type = EGOV__OID_POLICY_CONSTRAINTS;

	(void)state;
	decodes(type, "3003 8001 00", EGOV_OK, "1:0 0:0 ");
	decodes(type, "3003 8101 07", EGOV_OK, "0:0 1:7 ");
	decodes(type, "3006 8001 01 8101 02", EGOV_OK, "1:1 1:2 ");
	decodes(type, "300c 800a 01000000000000000000", EGOV_OK, "1:4294967295 0:0 ");
	decodes(type, "3007 8005 0100000000", EGOV_OK, "1:4294967295 0:0 ");
	decodes(type, "3000", EGOV_E_SYNTAX, "empty list");
	decodes(type, "3003 8001 ff", EGOV_E_SYNTAX, "negative");
	decodes(type, "3004 8002 0001", EGOV_E_SYNTAX, "");
	decodes(type, "3002 8000", EGOV_E_SYNTAX, "");
	decodes(type, "3006 8101 01 8001 02", EGOV_E_SYNTAX, "");
	decodes(type, "3003 8201 00", EGOV_E_SYNTAX, "");
}

static void other_policy_extensions(void **state)
{
	(void)state;
	decodes(EGOV__OID_INHIBIT_ANY_POLICY, "0201 03", EGOV_OK, "3 ");
	decodes(EGOV__OID_INHIBIT_ANY_POLICY, "0201 80", EGOV_E_SYNTAX, "negative");
	decodes(EGOV__OID_INHIBIT_ANY_POLICY, "0201 03 00", EGOV_E_SYNTAX, "");
	decodes(EGOV__OID_INHIBIT_ANY_POLICY, "0a01 03", EGOV_E_SYNTAX, "");
	decodes(EGOV__OID_POLICY_MAPPINGS, "300a 3008 0602 2a03 0602 2a04", EGOV_OK, "1.2.3>1.2.4 ");
	decodes(EGOV__OID_POLICY_MAPPINGS, "3000", EGOV_E_SYNTAX, "empty list");
	decodes(EGOV__OID_POLICY_MAPPINGS, "3006 3004 0602 2a03", EGOV_E_SYNTAX, "");
	decodes(EGOV__OID_POLICY_MAPPINGS, "300c 300a 0602 2a03 0602 2a04 0500", EGOV_E_SYNTAX, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(name_constraints),
		cmocka_unit_test(policy_constraints),
		cmocka_unit_test(other_policy_extensions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
