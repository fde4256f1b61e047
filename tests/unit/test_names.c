/* SPDX-License-Identifier: Apache-2.0 */
/* nameConstraints along a path: whose names they limit, and which. */
#include "chain.h"

#define NAME_CONSTRAINTS "2.5.29.30"
#define ALT_NAME "2.5.29.17"

/* Subtrees of a CA: DNS example.cn; directory C=CN; DNS all. */
#define DNS "820a6578616d706c652e636e"
#define PERMIT_DNS "3010a00e300c" DNS
#define EXCLUDE_DNS "3010a10e300c" DNS
#define PERMIT_CN "3015a0133011a40f300d310b3009060355040613" "02434e"
#define EXCLUDE_CN "3015a1133011a40f300d310b3009060355040613" "02434e"
#define PERMIT_JP "3015a0133011a40f300d310b3009060355040613" "024a50"
#define PERMIT_EMAIL "3010a00e300c810a6578616d706c652e636e"
#define PERMIT_IP "300ea00c300a87080a000000ff000000"
#define PERMIT_RID "3008a006300488022a03"
/* Names of a certificate: DNS www.example.cn, www.other.cn; IP 10.0.0.1; RID. */
#define WWW "3010820e7777772e6578616d706c652e636e"
#define OTHER "300e820c7777772e6f746865722e636e"
#define IP "300687040a000001"
#define RID "300488022a03"

struct row {
	enum chain_place place;         /* whose constraints */
	const char *constraints, *names;
	const char *common_name;        /* of the leaf, NULL: "leaf" */
	const char *fragment;
	bool oracle;
};

static struct egov_buf *extension(struct chain_plan *plan, const char *oid, const char *hex)
{
	struct egov_buf *value, *ext;

	if (hex == NULL)
		return NULL;
	value = help_hex_buf(hex);
	ext = chain_extension(oid, true, egov_buf_slice(value));
	plan->more = egov_buf_slice(ext);
	egov_buf_free(value);
	return ext;
}

static void expect(const struct row *row)
{
	struct chain_three three = chain_three();
	struct chain_plan *const plan = row->place == CHAIN_LEAF ? &three.leaf
	                                : row->place == CHAIN_CA ? &three.ca : &three.root;
	struct egov_buf *names = extension(&three.leaf, ALT_NAME, row->names);
	struct egov_buf *limits = extension(plan, NAME_CONSTRAINTS, row->constraints);

	if (row->common_name != NULL)
		three.leaf.subject = row->common_name;
	struct chain_bench bench = chain_bench_three(&three);
	egov_buf_free(names);
	egov_buf_free(limits);
	chain_expect(&bench, row->fragment, row->fragment == NULL ? NULL : "RFC 5280, 4.2.1.10",
	             row->oracle);
}

static void expect_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		printf("row %zu\n", i);
		expect(&rows[i]);
	}
}
#define EXPECT(rows) expect_rows(rows, sizeof(rows) / sizeof((rows)[0]))

static void names_below_keep_within(void **state)
{
	static const struct row rows[] = {
		{ CHAIN_CA, PERMIT_DNS, WWW, NULL, NULL, true },
		{ CHAIN_CA, PERMIT_DNS, OTHER, NULL,
		  "CN=ca: name DNS:www.other.cn of C=CN, CN=leaf lies in no subtree that its "
		  "nameConstraints permit", false },
		{ CHAIN_CA, EXCLUDE_DNS, WWW, NULL,
		  "CN=ca: name DNS:www.example.cn of C=CN, CN=leaf lies in a subtree that its "
		  "nameConstraints exclude", false },
		{ CHAIN_CA, EXCLUDE_DNS, OTHER, NULL, NULL, true },
		/* A form that nobody limits, and a limit of a form that nobody has. */
		{ CHAIN_CA, PERMIT_DNS, IP, NULL, NULL, true },
		{ CHAIN_CA, PERMIT_DNS, NULL, NULL, NULL, true },
		{ CHAIN_CA, PERMIT_IP, IP, NULL, NULL, true },
		/* An anchor's hold too. */
		{ CHAIN_ROOT, PERMIT_DNS, WWW, NULL, NULL, true },
		{ CHAIN_ROOT, PERMIT_DNS, OTHER, NULL, "CN=root: name DNS:www.other.cn", false },
		{ CHAIN_LEAF, PERMIT_DNS, NULL, NULL,
		  "CN=leaf: nameConstraints in a certificate that is no CA's", true },
	};

	(void)state;
	EXPECT(rows);
}

static void subjects_are_directory_names(void **state)
{
	static const struct row rows[] = {
		{ CHAIN_CA, PERMIT_CN, NULL, NULL, NULL, true },
		{ CHAIN_CA, PERMIT_JP, NULL, NULL,
		  "CN=ca: name DirName:C=CN, CN=leaf of C=CN, CN=leaf lies in no subtree", false },
		{ CHAIN_CA, EXCLUDE_CN, NULL, NULL, "lies in a subtree that its", false },
		/* Those of CAs below as well. */
		{ CHAIN_ROOT, PERMIT_JP, NULL, NULL, "CN=root: name DirName:C=CN, CN=", false },
	};

	(void)state;
	EXPECT(rows);
}

static void common_names_count_where_no_other_does(void **state)
{
	static const struct row rows[] = {
		{ CHAIN_CA, PERMIT_DNS, NULL, "www.example.cn", NULL, true },
		{ CHAIN_CA, PERMIT_DNS, NULL, "www.other.cn", "name DNS:www.other.cn of", false },
		{ CHAIN_CA, PERMIT_DNS, WWW, "www.other.cn", NULL, true },
		{ CHAIN_CA, PERMIT_DNS, IP, "www.other.cn", "name DNS:www.other.cn of", false },
		/* OpenSSL takes no common name for an address. */
		{ CHAIN_CA, PERMIT_IP, NULL, "11.0.0.1", "name IP:11.0.0.1 of", true },
		{ CHAIN_CA, PERMIT_IP, NULL, "10.0.0.1", NULL, true },
		{ CHAIN_CA, PERMIT_IP, NULL, "::1", "name IP:", true },
		{ CHAIN_CA, PERMIT_IP, IP, "11.0.0.1", NULL, true },
		{ CHAIN_CA, PERMIT_DNS, NULL, "Zhang San", NULL, true },
	};

	(void)state;
	EXPECT(rows);
}

static void what_cannot_be_compared_refuses(void **state)
{
	static const struct row rows[] = {
		{ CHAIN_CA, PERMIT_RID, RID, NULL,
		  "name RID:1.2.3 of C=CN, CN=leaf a form of name whose constraints are not evaluated",
		  false },
		{ CHAIN_CA, PERMIT_RID, WWW, NULL, NULL, true },
		/* DNS "*": no name of a host. */
		{ CHAIN_CA, PERMIT_DNS, "300382012a", NULL, "dNSName \"*\" is malformed", false },
		{ CHAIN_CA, "3007a005300382012a", WWW, NULL,
		  "CN=ca: malformed nameConstraints: dNSName \"*\" is malformed", false },
		{ CHAIN_CA, PERMIT_EMAIL, "300381012a", NULL, "rfc822Name \"*\" is malformed", false },
		{ CHAIN_CA, PERMIT_IP, "300387012a", NULL, "iPAddress of 1 octets", false },
	};

	(void)state;
	EXPECT(rows);
}

/* The CA's new key, certified by its old one: its name is not judged by limits
 * that it would not keep; those of the leaf are. */
static void rollover_certificates_are_exempt(void **state)
{
	struct chain_plan rollover = { .subject = "ca", .issuer = "ca", .key = 4, .issuer_key = 1,
		                       .serial = 8, .ca = true };
	struct egov_buf *names, *limits, *inside;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct chain_three three = chain_three();

		limits = extension(&three.ca, NAME_CONSTRAINTS, PERMIT_DNS);
		names = extension(&rollover, ALT_NAME, OTHER);
		inside = extension(&three.leaf, ALT_NAME, i == 0 ? WWW : OTHER);
		three.leaf.issuer_key = 4;
		struct chain_bench bench = chain_bench_three(&three);
		chain_pool(&bench, &rollover);
		egov_buf_free(limits);
		egov_buf_free(names);
		egov_buf_free(inside);
		chain_expect(&bench, i == 0 ? NULL : "name DNS:www.other.cn of C=CN, CN=leaf", NULL,
		             i == 0);
	}
}

/* A limited certificate of the CA never hides another one of it. */
static void a_constrained_twin_hides_nothing(void **state)
{
	struct chain_three three = chain_three();
	struct chain_plan twin = three.ca;
	struct egov_buf *limits = extension(&twin, NAME_CONSTRAINTS, PERMIT_JP);
	struct chain_bench bench = chain_bench();

	(void)state;
	twin.serial = 9;
	chain_trust(&bench, &three.root);
	chain_pool(&bench, &twin);
	chain_pool(&bench, &three.ca);
	chain_leaf(&bench, &three.leaf);
	egov_buf_free(limits);
	/* OpenSSL takes the first and does not come back. */
	chain_expect(&bench, NULL, NULL, false);
}

/* As many names as fit under as many subtrees as fit: refused, and soon. */
static void work_is_bounded(void **state)
{
	struct chain_three three = chain_three();
	struct egov_buf *limits = egov_buf_new(EGOV__MAX_OBJECT), *ext[2];
	struct egov_buf *names = egov_buf_new(EGOV__MAX_OBJECT);
	const size_t outer = egov__der_open(limits, EGOV__SEQUENCE);
	const size_t list = egov__der_open(limits, EGOV__CONTEXT_CONS | 1);
	const size_t all = egov__der_open(names, EGOV__SEQUENCE);
	uint8_t ip[8] = { 10, 0, 0, 0, 255, 255, 255, 255 };

	(void)state;
	for (unsigned i = 0; i < 4000; i++) {
		const size_t one = egov__der_open(limits, EGOV__SEQUENCE);

		ip[2] = (uint8_t)(i >> 8), ip[3] = (uint8_t)i;
		egov__der_put(limits, EGOV__CONTEXT | EGOV__GN_IP, EGOV__SLICE(ip));
		egov__der_close(limits, one);
		ip[1] = 1;
		egov__der_put(names, EGOV__CONTEXT | EGOV__GN_IP, (struct egov_slice){ ip, 4 });
		ip[1] = 0;
	}
	egov__der_close(limits, list);
	egov__der_close(limits, outer);
	egov__der_close(names, all);
	ext[0] = chain_extension(NAME_CONSTRAINTS, true, egov_buf_slice(limits));
	ext[1] = chain_extension(ALT_NAME, true, egov_buf_slice(names));
	three.ca.more = egov_buf_slice(ext[0]);
	three.leaf.more = egov_buf_slice(ext[1]);
	struct chain_bench bench = chain_bench_three(&three);
	egov_buf_free(limits);
	egov_buf_free(names);
	egov_buf_free(ext[0]);
	egov_buf_free(ext[1]);
	chain_expect(&bench, "comparisons of names and policies", NULL, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_below_keep_within),
		cmocka_unit_test(subjects_are_directory_names),
		cmocka_unit_test(common_names_count_where_no_other_does),
		cmocka_unit_test(what_cannot_be_compared_refuses),
		cmocka_unit_test(rollover_certificates_are_exempt),
		cmocka_unit_test(a_constrained_twin_hides_nothing),
		cmocka_unit_test(work_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
