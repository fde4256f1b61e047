/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "request/notice.h"

static const char chinese[] =
	"证书申请告知书\n"
	"版本：2026-1\n"
	"\n"
	"一、证书的使用条件\n"
	"证书仅用于政务活动。\n"
	"二、法律责任\n"
	"1. 申请人应当提供真实资料，违反使用条件的，承担法律责任。\n"
	"三、保存和使用持有人信息的权利和义务\n"
	"认证机构依法保存申请资料。\n"
	"四、双方的责任范围\n"
	"见服务协议。\n";

static const char english[] =
	"Notice to applicants\r\n"
	"Version: 2026-1\r\n"
	"\r\n"
	"# CONDITIONS OF USE\r\n"
	"The certificate serves official business only.\r\n"
	"(2) Legal liability\r\n"
	"False statements are punished.\r\n"
	"Part 3: Rights and duties about keeping and using holder data\r\n"
	"Data are kept for ten years.\r\n"
	"4) Scope of responsibility of both sides\r\n"
	"See the agreement.\r\n";

static enum egov_status check(const char *text, struct egov_error *err)
{
	return egov__notice_check(egov__slice_text(text), "2026-1", err);
}

static void refused(const char *text, const char *old, const char *new, const char *words)
{
	char *copy = help_changed(text, old, new);
	struct egov_error err = { 0 };

	assert_int_equal(check(copy, &err), EGOV_E_POLICY);
	assert_string_equal(err.clause, "Order No. 4, Art. 21 para 2");
	assert_fails(EGOV_E_POLICY, &err, EGOV_E_POLICY, words);
	free(copy);
}

static void accepted(const char *text, const char *old, const char *new)
{
	char *copy = help_changed(text, old, new);
	struct egov_error err = { 0 };

	assert_ok(check(copy, &err), &err);
	free(copy);
}

static void the_four_parts_in_either_language(void **state)
{
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(check(chinese, &err), &err);
	assert_ok(check(english, &err), &err);
}

static void headings_come_in_many_forms(void **state)
{
	static const char *const forms[] = { "使用条件", "使用条件：", "　使用条件　", "## 使用条件",
		                             "1. 使用条件", "1、使用条件", "1）使用条件",
		                             "（一）使用条件", "第一条 使用条件", "十一、使用条件",
		                             "Article 1 Conditions of use", "conditions of use:" };

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		accepted(chinese, "一、证书的使用条件", forms[i]);
}

static void a_sentence_is_not_a_heading(void **state)
{
	static const char *const forms[] = {
		"证书的使用条件", "1. 请遵守使用条件。", "1. 请遵守使用条件；然后使用；",
		"1. 请遵守。使用条件", "as in the conditions of use", "使用条件如下",
		("一、请各位申请人在使用证书之前仔细阅读并且长期遵守我机构在官方网站以及营业场所公布的全部"
		"规章制度、操作规程、收费标准、投诉办法、应急预案、保密制度以及其中所列的各项使用条件"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		refused(chinese, "一、证书的使用条件", forms[i], "no part \"使用条件\" (conditions of use)");
}

static void each_part_must_be_there(void **state)
{
	(void)state;
	refused(chinese, "二、法律责任\n", "", "no part \"法律责任\"");
	refused(chinese, "权利和义务", "权利", "no part \"权利和义务\"");
	refused(chinese, "四、双方的责任范围\n", "", "no part \"责任范围\"");
	refused(english, "(2) Legal liability", "(2) Penalties", "no part \"法律责任\"");
}

static void each_part_must_say_something(void **state)
{
	(void)state;
	refused(chinese, "证书仅用于政务活动。\n", " \n\n　\n", "nothing under \"使用条件\"");
	refused(chinese, "认证机构依法保存申请资料。\n", "", "nothing under \"权利和义务\"");
	refused(chinese, "见服务协议。\n", "", "nothing under \"责任范围\"");
	refused(english, "See the agreement.\r\n", "\r\n", "nothing under \"责任范围\"");
}

/* One heading for two parts leaves the second without any. */
static void a_heading_stands_for_one_part(void **state)
{
	(void)state;
	refused(chinese, "四、双方的责任范围\n", "四、法律责任和责任范围\n", "no part \"责任范围\"");
}

static void a_list_of_contents_does_no_harm(void **state)
{
	(void)state;
	accepted(chinese, "一、证书的使用条件\n",
	         "1. 使用条件\n2. 法律责任\n3. 权利和义务\n4. 责任范围\n\n一、证书的使用条件\n");
}

static void the_version_must_be_the_one_named(void **state)
{
	(void)state;
	accepted(chinese, "版本：2026-1", "版本号: 2026-1");
	accepted(chinese, "版本：2026-1", "VERSION ： 2026-1　");
	refused(chinese, "版本：2026-1", "版本：2026-10",
	        "version \"2026-10\", the application names \"2026-1\"");
	refused(chinese, "版本：2026-1", "版本：\x1b[2J", "version \"\"");
	refused(chinese, "版本：2026-1\n", "", "no line \"Version: 2026-1\"");
	refused(chinese, "版本：2026-1", "版本 2026-1", "no line \"Version: 2026-1\"");
	/* A line inside a part is not about the notice. */
	refused(chinese, "版本：2026-1\n\n一、证书的使用条件\n", "一、证书的使用条件\n版本：2026-1\n",
	        "no line \"Version: 2026-1\"");
}

static void the_text_must_be_utf8(void **state)
{
	char *copy = help_changed(chinese, "证书", "\xd6\xa4\xca\xe9");
	struct egov_error err = { 0 };

	(void)state;
	assert_fails(check(copy, &err), &err, EGOV_E_SYNTAX, "not UTF-8");
	free(copy);
	accepted(chinese, "证书申请告知书", "\xef\xbb\xbf版本：2026-1");
}

static void no_text_at_all(void **state)
{
	struct egov_error err = { 0 };

	(void)state;
	assert_fails(egov__notice_check(EGOV__NO_SLICE, "1", &err), &err, EGOV_E_POLICY, "no line");
	assert_int_equal(egov__notice_check(EGOV__NO_SLICE, "1", NULL), EGOV_E_POLICY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_four_parts_in_either_language),
		cmocka_unit_test(headings_come_in_many_forms),
		cmocka_unit_test(a_sentence_is_not_a_heading),
		cmocka_unit_test(each_part_must_be_there),
		cmocka_unit_test(each_part_must_say_something),
		cmocka_unit_test(a_heading_stands_for_one_part),
		cmocka_unit_test(a_list_of_contents_does_no_harm),
		cmocka_unit_test(the_version_must_be_the_one_named),
		cmocka_unit_test(the_text_must_be_utf8),
		cmocka_unit_test(no_text_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
