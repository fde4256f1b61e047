/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of CAs: their text, their signature, what they decide. */
#include "chain.h"

#include "base/pem.h"
#include "base/report.h"
#include "verify/trust_list.h"

#define NOW "2027-01-15T08:00:00Z"

static struct chain_three three;
static struct chain_plan signer;        /* of lists, key 9 */
static struct chain_bench bench;
static struct egov_buf *ca, *signer_der;

static int set_up(void **state)
{
	(void)state;
	three = chain_three();
	signer = (struct chain_plan){ .subject = "maintainer", .key = 9 };
	signer_der = chain_cert(&signer);
	ca = chain_cert(&three.ca);
	bench = chain_bench();
	chain_leaf(&bench, &three.leaf);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	egov_buf_free(signer_der);
	egov_buf_free(ca);
	chain_bench_free(&bench);
	return 0;
}

/* The head, and an entry for the CA with these lines. */
static void put_text(struct egov_buf *out, unsigned number, const char *entry)
{
	uint8_t sm3[EGOV__SM3_SIZE];
	const struct egov_slice der = egov_buf_slice(ca);
	struct egov_error err = { 0 };

	assert_ok(egov__sm3(&der, 1, sm3, &err), &err);
	egov__buf_printf(out, "[trust-list]\nformat = 1\nname = list\nnumber = %u\n"
	                 "date = 2027-01-01\nnext-update = 2027-02-01\n", number);
	if (entry == NULL)
		return;
	egov__buf_printf(out, "\n[the CA]\nsm3 = ");
	egov__buf_hex(out, EGOV__SLICE(sm3));
	egov__buf_printf(out, "\n%s\n", entry);
}

static struct egov_buf *sign(const struct egov_buf *text, size_t key, const char *id)
{
	struct egov_buf *out = egov_buf_new(1u << 20), *der = egov_buf_new(256);

	assert_non_null(out);
	egov__buf_slice(out, egov_buf_slice(text));
	chain_sign(key, id, egov_buf_slice(text), der);
	egov__pem_encode(out, "SM2 SIGNATURE", egov_buf_slice(der));
	egov_buf_free(der);
	return out;
}

static enum egov_status add(const struct egov_buf *list, const char *now, const char *state,
                            struct egov_error *err)
{
	struct egov_trust_list_options options = { .list = egov_buf_slice(list),
		                                   .signer = egov_buf_slice(signer_der),
		                                   .state = state };

	assert_ok(egov_time_parse(now, &options.now, err), err);
	return egov_verifier_add_trust_list(bench.verifier, &options, err);
}

/* A list of that entry is taken, with the CA in the pool or as an anchor. */
static void use(const char *entry, bool anchored)
{
	struct egov_buf *text = egov_buf_new(1u << 16), *list;
	struct egov_error err = { 0 };

	put_text(text, 7, entry);
	list = sign(text, 9, NULL);
	if (anchored)
		assert_ok(egov_verifier_add_trust(bench.verifier, egov_buf_slice(ca), &err), &err);
	else
		assert_ok(egov_verifier_add_pool(bench.verifier, egov_buf_slice(ca), &err), &err);
	assert_ok(add(list, NOW, NULL, &err), &err);
	egov_buf_free(list);
	egov_buf_free(text);
}

static void refused(const char *fragment)
{
	struct egov_error err = { 0 };

	assert_fails(chain_verify(&bench, NULL, &err), &err, EGOV_E_UNTRUSTED, fragment);
	if (err.clause != NULL)
		assert_string_equal(err.clause, "Order No. 4, Art. 22");
}

static void a_listed_ca_is_an_anchor(void **state)
{
	struct egov_report *findings = egov_report_new();
	struct egov_error err = { 0 };
	const char *what = NULL, *source = NULL;

	(void)state;
	use("since = 2020-01-01", false);
	bench.options.require_listed = 1;
	assert_ok(chain_verify(&bench, findings, &err), &err);
	for (size_t r = 0; r < egov_report_records(findings); r++)
		if (egov_report_find(findings, r, "check") != NULL
		    && strcmp(egov_report_find(findings, r, "check"), "trust-list") == 0) {
			what = egov_report_find(findings, r, "what");
			source = egov_report_find(findings, r, "source");
		}
	assert_string_equal(what, "C=CN, CN=leaf: its CA is on the trust list, as the CA");
	assert_string_equal(source, "trust list list, number 7, dated 2027-01-01T00:00:00Z");
	egov_report_free(findings);
}

static void an_entry_has_its_time(void **state)
{
	struct egov_error err = { 0 };

	(void)state;
	use("since = 2027-01-10\nuntil = 2027-01-20", false);
	assert_ok(chain_verify(&bench, NULL, &err), &err);
	bench.options.at = CHAIN_AT - 6 * CHAIN_DAY;    /* the 9th */
	refused("its CA is on the trust list, as the CA, from 2027-01-10T00:00:00Z until 2027-01-20T00");
	bench.options.at = CHAIN_AT + 5 * CHAIN_DAY;
	refused("alone, judged at 2027-01-20T08:00:00Z");
}

/* What the caller trusts himself is refused too where the list has put it out. */
static void an_entry_out_of_force_refuses_an_anchor(void **state)
{
	(void)state;
	use("since = 2020-01-01\nuntil = 2026-06-30", true);
	refused("from 2020-01-01T00:00:00Z until 2026-06-30T00:00:00Z alone");
}

static void what_is_not_listed_is_not_required(void **state)
{
	struct egov_error err = { 0 };

	(void)state;
	use(NULL, true);
	assert_ok(chain_verify(&bench, NULL, &err), &err);
	bench.options.require_listed = 1;
	refused("no CA of its path is on the trust list list, number 7");
}

static void without_a_list_nothing_is_listed(void **state)
{
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov_verifier_add_trust(bench.verifier, egov_buf_slice(ca), &err), &err);
	assert_ok(chain_verify(&bench, NULL, &err), &err);
	bench.options.require_listed = 1;
	refused("no trust list was given, and one is required");
}

static void only_its_signer_signs_it(void **state)
{
	struct egov_buf *text = egov_buf_new(1u << 16), *list;
	struct egov_error err = { 0 };

	(void)state;
	put_text(text, 1, "since = 2020-01-01");
	list = sign(text, 8, NULL);
	assert_fails(add(list, NOW, NULL, &err), &err, EGOV_E_UNTRUSTED,
	             "trust list: SM2 signature does not verify with its signer's key");
	egov_buf_free(list);
	list = sign(text, 9, "");
	assert_fails(add(list, NOW, NULL, &err), &err, EGOV_E_UNTRUSTED,
	             "trust list: SM2 signature was made with the empty signer ID");
	egov_buf_free(list);
	list = sign(text, 9, NULL);
	assert_non_null(list->data);
	list->data[40] ^= 1;
	assert_fails(add(list, NOW, NULL, &err), &err, EGOV_E_UNTRUSTED, "does not verify");
	list->data[40] ^= 1;
	assert_fails(add(list, "2026-12-31T23:59:59Z", NULL, &err), &err, EGOV_E_UNTRUSTED,
	             "trust list: it is dated in the future, 2027-01-01T00:00:00Z");
	assert_fails(add(list, "2027-02-01", NULL, &err), &err, EGOV_E_UNTRUSTED,
	             "trust list: it is stale: the next one was due at 2027-02-01T00:00:00Z");
	egov__buf_text(list, "\n[another]\n");
	assert_fails(add(list, NOW, NULL, &err), &err, EGOV_E_SYNTAX,
	             "trust list: it does not end with its signature");
	list->size -= strlen("\n[another]\n");
	assert_ok(add(list, NOW, NULL, &err), &err);
	assert_fails(add(list, NOW, NULL, &err), &err, EGOV_E_EXISTS, "there is a trust list already");
	egov_buf_free(list);
	egov_buf_free(text);
}

static void the_signers_certificate_must_fit(void **state)
{
	struct egov_buf *text = egov_buf_new(1u << 16), *list;
	struct egov_error err = { 0 };

	(void)state;
	put_text(text, 1, NULL);
	list = sign(text, 9, NULL);
	egov_buf_free(signer_der);
	signer.usage = EGOV__KU_KEY_AGREEMENT;
	signer_der = chain_cert(&signer);
	assert_fails(add(list, NOW, NULL, &err), &err, EGOV_E_UNTRUSTED,
	             "its signer's keyUsage has no bit for signatures");
	egov_buf_free(signer_der);
	signer.usage = 0;
	signer.from = CHAIN_AT - CHAIN_DAY;
	signer_der = chain_cert(&signer);
	assert_fails(add(list, NOW, NULL, &err), &err, EGOV_E_UNTRUSTED,
	             "its date is not within the validity of its signer's certificate");
	egov_buf_free(list);
	egov_buf_free(text);
}

static void an_older_list_is_refused(void **state)
{
	char *dir = help_dir(), path[256];
	struct egov_buf *text = egov_buf_new(1u << 16), *lists[3], *other;
	struct egov_error err = { 0 };

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/state", dir);
	for (unsigned n = 0; n < 3; n++) {
		struct egov_verifier *fresh = egov_verifier_new();

		egov_buf_reset(text);
		put_text(text, n + 6, "since = 2020-01-01");
		lists[n] = sign(text, 9, NULL);
		egov_verifier_free(bench.verifier);
		bench.verifier = fresh;
		if (n < 2)
			assert_ok(add(lists[n], NOW, path, &err), &err);
	}
	assert_fails(add(lists[0], NOW, path, &err), &err, EGOV_E_POLICY,
	             "trust list: trust list number 6 is older than number 7, which");
	/* The same again, and again signed: another of the same number. */
	assert_ok(add(lists[1], NOW, path, &err), &err);
	egov_verifier_free(bench.verifier);
	bench.verifier = egov_verifier_new();
	egov_buf_reset(text);
	put_text(text, 7, NULL);
	other = sign(text, 9, NULL);
	assert_fails(add(other, NOW, path, &err), &err, EGOV_E_POLICY,
	             "trust list number 7 is not the one of that number that");
	egov_buf_free(other);
	help_write(path, egov__slice_text("junk\n"));
	assert_fails(add(lists[2], NOW, path, &err), &err, EGOV_E_CORRUPT,
	             "not the state of a trust list");
	/* Made by one who was killed before it was written: nothing was seen. */
	help_write(path, egov__slice_text(""));
	assert_ok(add(lists[2], NOW, path, &err), &err);
	other = help_read(path);
	assert_memory_equal(other->data, "egov-trust-list-state 1 8 ", 26);
	egov_buf_free(other);
	for (size_t n = 0; n < 3; n++)
		egov_buf_free(lists[n]);
	egov_buf_free(text);
	help_dir_remove(dir);
}

static void the_text_is_strict(void **state)
{
#define HEAD "[trust-list]\nformat = 1\nname = n\nnumber = 1\ndate = 2027-01-01\n"
#define NEXT "next-update = 2027-02-01\n"
#define SM3 "sm3 = 9c28d3847414bfff1a5749e7e2381146f82842083e8c592e16a612d04a5ba8cd\n"
	static const struct {
		const char *text, *fragment;
	} rows[] = {
		{ HEAD NEXT, NULL },
		{ HEAD NEXT "[a]\n" SM3 "since = 2027-01-01\n", NULL },
		{ HEAD, "next-update" },
		{ HEAD "next-update = 2027-01-01\n", "not after date" },
		{ NEXT HEAD, "next-update" },
		{ HEAD NEXT "more = 1\n", "more" },
		{ HEAD NEXT HEAD, "trust-list" },
		{ HEAD NEXT "[a]\n" SM3, "since" },
		{ HEAD NEXT "[a]\nsince = 2027-01-01\n", "sm3" },
		{ HEAD NEXT "[a]\nsm3 = 9c28\nsince = 2027-01-01\n", "2 octets, want the 32 of SM3" },
		{ HEAD NEXT "[a]\nsm3 = xy\nsince = 2027-01-01\n", "sm3" },
		{ HEAD NEXT "[a]\n" SM3 "since = 2027-01-01\nuntil = 2027-01-01\n", "not after since" },
		{ HEAD NEXT "[a]\n" SM3 "since = 2027-01-01\n[b]\n" SM3 "since = 2027-01-01\n",
		  "listed already, as a" },
		{ HEAD NEXT "[a]\n" SM3 "since = soon\n", "since" },
		{ "[trust-list]\nformat = 2\nname = n\n", "want 1" },
		{ "", "trust-list" },
	};
	struct egov__trust_list *list = NULL;
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const enum egov_status rc =
			egov__trust_list_parse(egov__slice_text(rows[i].text), &list, &err);

		printf("row %zu\n", i);
		if (rows[i].fragment == NULL) {
			assert_ok(rc, &err);
			egov__trust_list_free(list);
			continue;
		}
		assert_int_not_equal(rc, EGOV_OK);
		assert_non_null(strstr(err.text, rows[i].fragment));
		err = (struct egov_error){ 0 };
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_listed_ca_is_an_anchor, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_entry_has_its_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_entry_out_of_force_refuses_an_anchor, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(what_is_not_listed_is_not_required, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_a_list_nothing_is_listed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_its_signer_signs_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_signers_certificate_must_fit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_older_list_is_refused, set_up, tear_down),
		cmocka_unit_test(the_text_is_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
