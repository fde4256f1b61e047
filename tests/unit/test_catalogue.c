/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "base/text.h"
#include "record/catalogue.h"

static enum egov_status check(const char *kind, const char *body, bool private,
                              struct egov_error *err)
{
	const struct egov__journal_row row = { .kind = kind, .actor = "a", .subject = "s",
		                               .body = body, .has_commitment = private };

	return egov__kind_check(&row, err);
}

/* A report keeps names of fields: each of the table's has one that is static. */
static void test_every_field_has_a_name(void **state)
{
	const struct egov__kind *kind;

	(void)state;
	for (size_t i = 0; (kind = egov__kind_at(i)) != NULL; i++) {
		struct egov_slice list = egov__slice_text(kind->fields), field;

		assert_ptr_equal(egov__kind_find(kind->name), kind);
		while (egov__list_next(&list, &field)) {
			char name[64];
			const bool optional = field.data[0] == '[';

			(void)snprintf(name, sizeof(name), "%.*s", (int)(field.size - (optional ? 2 : 0)),
			               (const char *)field.data + optional);
			assert_non_null(egov__kind_field(name));
			assert_string_equal(egov__kind_field(name), name);
		}
	}
	assert_null(egov__kind_field("nothing"));
	assert_null(egov__kind_find("nothing"));
}

static void test_entries_have_their_fields(void **state)
{
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(check("request", "{\"intent\":1,\"sm3\":\"00\"}", false, &err), &err);
	assert_ok(check("refused", "{\"operation\":\"issue\",\"status\":\"x\"}", true, &err), &err);
	assert_fails(check("request", "{\"intent\":1}", false, &err), &err, EGOV_E_CORRUPT,
	             "lacks its field sm3");
	assert_fails(check("request", "{\"intent\":1,\"sm3\":\"00\",\"name\":\"x\"}", false, &err), &err,
	             EGOV_E_CORRUPT, "has no field name");
	assert_fails(check("request", "{\"intent\":1,\"sm3\":\"00\"}", true, &err), &err, EGOV_E_CORRUPT,
	             "has no private part");
	assert_fails(check("nothing", "{}", false, &err), &err, EGOV_E_CORRUPT,
	             "there is no kind of entry");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_field_has_a_name),
		cmocka_unit_test(test_entries_have_their_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
