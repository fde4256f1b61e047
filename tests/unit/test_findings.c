/* SPDX-License-Identifier: Apache-2.0 */
/* Names for people in messages: bounded, and cut between characters. */
#include "chain.h"

#include "base/text.h"
#include "verify/judge.h"

static void expect_label(const char *cn, const char *wanted)
{
	const struct chain_plan plan = { .subject = cn, .key = 0 };
	struct egov_buf *der = chain_cert(&plan);
	struct egov_cert *cert = NULL;
	struct egov_error err = { 0 };
	struct egov__label label;

	assert_ok(egov_cert_decode(egov_buf_slice(der), &cert, &err), &err);
	if (wanted != NULL)
		assert_string_equal(egov__label(cert, &label), wanted);
	else
		(void)egov__label(cert, &label);
	assert_true(strlen(label.text) < sizeof(label.text));
	assert_true(egov__utf8_check(egov__slice_text(label.text), NULL));
	egov_cert_free(cert);
	egov_buf_free(der);
}

static void short_names_stand_whole(void **state)
{
	(void)state;
	expect_label("张三", "C=CN, CN=张三");
}

static void long_names_are_cut_between_characters(void **state)
{
	char cn[256];

	(void)state;
	for (size_t filler = 0; filler < 4; filler++) {
		size_t at = 0;

		memset(cn, 'x', filler);
		for (at = filler; at + 4 < 200; at += 3)
			memcpy(cn + at, "政", 3);
		cn[at] = 0;
		expect_label(cn, NULL);
	}
	memset(cn, 'a', 200);
	cn[200] = 0;
	expect_label(cn, "C=CN, CN=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	             "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_names_stand_whole),
		cmocka_unit_test(long_names_are_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
