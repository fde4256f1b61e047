/* SPDX-License-Identifier: Apache-2.0 */
/* Names and uses that the caller asks for. */
#include "chain.h"

/* A leaf with this subjectAltName (hex of its value; NULL: none), asked for name. */
static struct chain_bench bench_of(const char *san, struct egov_buf **ext)
{
	struct chain_three three = chain_three();
	struct egov_buf *value = san == NULL ? NULL : help_hex_buf(san);

	*ext = NULL;
	if (value != NULL) {
		*ext = chain_extension("2.5.29.17", false, egov_buf_slice(value));
		three.leaf.more = egov_buf_slice(*ext);
	}
	egov_buf_free(value);
	return chain_bench_three(&three);
}

static void expect_name(const char *san, const char *name, const char *fragment)
{
	struct egov_buf *ext;
	struct chain_bench bench = bench_of(san, &ext);

	printf("%s in %s\n", name, san == NULL ? "nothing" : san);
	bench.options.tolerate = EGOV_TOLERATE_NAME_FORMS;
	bench.options.name = name;
	chain_expect(&bench, fragment, NULL, true);
	egov_buf_free(ext);
}

/* The hex of SEQUENCE { [tag] text }. */
static const char *san(unsigned tag, const char *text, char hex[512])
{
	const size_t size = strlen(text);
	char *at = hex;

	at += sprintf(at, "30%02x%02x%02x", (unsigned)size + 2, 0x80 | tag, (unsigned)size);
	for (size_t i = 0; i < size; i++)
		at += sprintf(at, "%02x", (unsigned char)text[i]);
	return hex;
}

static void hosts_are_those_of_the_alternative_names(void **state)
{
	static const struct {
		const char *has, *wanted;
		bool fits;
	} rows[] = {
		{ "www.example.cn", "www.example.cn", true },
		{ "www.example.cn", "WWW.Example.CN", true },
		{ "WWW.EXAMPLE.CN", "www.example.cn", true },
		{ "www.example.cn", "example.cn", false },
		{ "example.cn", "www.example.cn", false },
		{ "xwww.example.cn", "www.example.cn", false },
		{ "localhost", "localhost", true },
		{ "xn--fiq228c.example.cn", "xn--fiq228c.example.cn", true },
		{ "*.example.cn", "www.example.cn", true },
		{ "*.EXAMPLE.cn", "www.example.cn", true },
		{ "*.example.cn", "xn--fiq228c.example.cn", true },
		{ "*.example.cn", "a.b.example.cn", false },
		{ "*.example.cn", "example.cn", false },
		{ "*.cn", "example.cn", false },
		{ "*", "localhost", false },
		{ "w*.example.cn", "www.example.cn", false },
		{ "*w.example.cn", "www.example.cn", false },
		{ "www.*.cn", "www.example.cn", false },
		{ "*.*.cn", "www.example.cn", false },
		{ "www.example.cn.", "www.example.cn", false },
		{ ".example.cn", "www.example.cn", false },
	};
	char hex[512], name[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(name, sizeof(name), "dns:%s", rows[i].wanted);
		expect_name(san(2, rows[i].has, hex), name,
		            rows[i].fits ? NULL : "CN=leaf: not for dns:");
	}
	expect_name(san(2, "a.example.cn", hex), "dns:b.example.cn",
	            "not for dns:b.example.cn: its subjectAltName has DNS:a.example.cn");
	/* The subject is CN=leaf. */
	expect_name(NULL, "dns:leaf", "it has no subjectAltName, and commonName does not count");
	expect_name(san(1, "leaf@example.cn", hex), "dns:example.cn",
	            "its subjectAltName has no name of that form");
}

static void mailboxes_and_addresses(void **state)
{
	char hex[512];

	(void)state;
	expect_name(san(1, "Zhang.San@example.cn", hex), "email:Zhang.San@EXAMPLE.cn", NULL);
	expect_name(san(1, "Zhang.San@example.cn", hex), "email:zhang.san@example.cn",
	            "its subjectAltName has email:Zhang.San@example.cn");
	expect_name(san(1, "example.cn", hex), "email:a@example.cn", "not for email:");
	expect_name(san(2, "example.cn", hex), "email:a@example.cn", "no name of that form");
	expect_name("30068704c0000201", "ip:192.0.2.1", NULL);
	expect_name("30068704c0000201", "ip:192.0.2.2", "its subjectAltName has IP:192.0.2.1");
	expect_name("30128710 20010db8000000000000000000000001", "ip:2001:db8::1", NULL);
	expect_name("30128710 20010db8000000000000000000000001", "ip:2001:db8::2", "not for ip:");
	/* An IPv4 address is not its mapped form, and text is no address. */
	expect_name("30068704c0000201", "ip:::ffff:192.0.2.1", "not for ip:");
	expect_name(san(2, "192.0.2.1", hex), "ip:192.0.2.1", "no name of that form");
}

static void what_is_no_name_is_wrong_use(void **state)
{
	static const struct {
		const char *name, *fragment;
	} rows[] = {
		{ "www.example.cn", "begins with none of \"dns:\", \"ip:\", \"email:\"" },
		{ "dns:", "name dns: is no host name" },
		{ "dns:*.example.cn", "name dns:*.example.cn is no host name without a wildcard" },
		{ "dns:www.example.cn.", "is no host name" },
		{ "dns:a_b.example.cn", "is no host name" },
		{ "dns:192.0.2.1", "is no host name" },
		{ "dns:\xe6\xb5\x8b.cn", "has letters beyond ASCII: an internationalized domain" },
		{ "email:\xe5\xbc\xa0@example.cn", "a local part beyond ASCII is not compared" },
		{ "email:example.cn", "is no mailbox" },
		{ "ip:192.0.2", "is no IPv4 or IPv6 address" },
		{ "ip:", "is no IPv4 or IPv6 address" },
	};
	struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench_three(&three);
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bench.options.name = rows[i].name;
		assert_fails(chain_verify(&bench, NULL, &err), &err, EGOV_E_USAGE, rows[i].fragment);
	}
	bench.options.name = NULL;
	bench.options.eku = "serverAuth";
	assert_fails(chain_verify(&bench, NULL, &err), &err, EGOV_E_USAGE,
	             "extended key usage serverAuth is no dotted OID");
	chain_bench_free(&bench);
}

static void a_use_must_be_named(void **state)
{
	static const char server[] = "1.3.6.1.5.5.7.3.1", own[] = "1.2.156.112999.3.1";
	static const struct {
		const char *leaf, *ca, *wanted, *fragment;
	} rows[] = {
		{ "serverAuth,clientAuth", NULL, server, NULL },
		{ "clientAuth", NULL, server, "CN=leaf: its extKeyUsage has no 1.3.6.1.5.5.7.3.1" },
		{ NULL, NULL, server, "CN=leaf: it has no extKeyUsage, so no 1.3.6.1.5.5.7.3.1" },
		{ "anyExtendedKeyUsage", NULL, server, "CN=leaf: its extKeyUsage has no" },
		{ "serverAuth", "serverAuth", server, NULL },
		{ "serverAuth", "anyExtendedKeyUsage", server, NULL },
		{ "serverAuth", "clientAuth", server, "CN=ca: its extKeyUsage has no 1.3.6.1.5.5.7.3.1" },
		{ "serverAuth", NULL, own, "has no 1.2.156.112999.3.1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct chain_three three = chain_three();
		struct chain_bench bench;

		three.leaf.eku = rows[i].leaf;
		three.ca.eku = rows[i].ca;
		bench = chain_bench_three(&three);
		bench.options.eku = rows[i].wanted;
		chain_expect(&bench, rows[i].fragment, rows[i].fragment == NULL ? NULL : "RFC 5280, 4.2.1.12",
		             true);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_are_those_of_the_alternative_names),
		cmocka_unit_test(mailboxes_and_addresses),
		cmocka_unit_test(what_is_no_name_is_wrong_use),
		cmocka_unit_test(a_use_must_be_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
