/* SPDX-License-Identifier: Apache-2.0 */
#include "made.h"

#include "crl/crl.h"

static struct egov_buf buffer(void)
{
	return (struct egov_buf)EGOV__BUF(EGOV__MAX_FILE);
}

static struct egov_crl *decode(const struct made *made)
{
	struct egov_error err = { 0 };
	struct egov_buf der = buffer();
	struct egov_crl *crl = NULL;

	made_signed(made, &der);
	assert_ok(egov_crl_decode(egov_buf_slice(&der), &crl, &err), &err);
	egov__buf_clear(&der);
	return crl;
}

static const struct {
	enum made_part part;
	const char *hex, *fragment;
} others[] = {
	{ MADE_ALGORITHM, "30 0c 06 08 2a811ccf55018375 0500", "signatureAlgorithm" },
	{ MADE_ISSUER, "30 00", "issuer" },
	{ MADE_TIMES, "17 0d 3236303630313030303030315a 17 0d 3236303630383030303030305a",
	  "thisUpdate" },
	{ MADE_TIMES, "17 0d 3236303630313030303030305a 17 0d 3236303630383030303030315a",
	  "nextUpdate" },
	{ MADE_TIMES, "17 0d 3236303630313030303030305a", "nextUpdate" },
	{ MADE_ENTRIES, "", "tbsCertList" },
};

static void sees_every_difference(void **state)
{
	struct egov_error err = { 0 };
	struct egov__witness *w = NULL;
	struct egov_crl *crl;
	struct made made;

	(void)state;
	made_crl(&made);
	crl = decode(&made);
	assert_ok(egov__witness_crl(egov_crl_der(crl), &w, &err), &err);
	assert_ok(egov__crl_agree(egov__crl_fields(crl), w, &err), &err);
	assert_ok(egov__crl_witness(egov_crl_der(crl), &err), &err);
	egov_crl_free(crl);
	made_clear(&made);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		made_crl(&made);
		made_set_hex(&made, others[i].part, others[i].hex);
		crl = decode(&made);
		assert_fails(egov__crl_agree(egov__crl_fields(crl), w, &err), &err, EGOV_E_CRYPTO,
		             others[i].fragment);
		egov_crl_free(crl);
		made_clear(&made);
	}
	egov__witness_free(w);
}

static void sees_entries_one_by_one(void **state)
{
	struct egov_error err = { 0 };
	struct egov__witness *w = NULL;
	struct egov__crl_fields f;
	struct egov_crl *crl;
	struct made made;

	(void)state;
	made_crl(&made);
	crl = decode(&made);
	f = *egov__crl_fields(crl);
	assert_ok(egov__witness_crl(egov_crl_der(crl), &w, &err), &err);
	w->entries[1].reason = 1;
	assert_fails(egov__crl_agree(&f, w, &err), &err, EGOV_E_CRYPTO, "entry of the list");
	w->entries[1].reason = -1;
	w->entries[0].revoked_at++;
	assert_fails(egov__crl_agree(&f, w, &err), &err, EGOV_E_CRYPTO, "entry of the list");
	w->entries[0].revoked_at--;
	w->entries[0].invalidity_date = 0;
	assert_fails(egov__crl_agree(&f, w, &err), &err, EGOV_E_CRYPTO, "entry of the list");
	w->entries[0].invalidity_date = EGOV_TIME_NONE;
	w->entry_serials.data[1] ^= 1;
	assert_fails(egov__crl_agree(&f, w, &err), &err, EGOV_E_CRYPTO, "entry of the list");
	w->entry_serials.data[1] ^= 1;
	w->entry_count--;
	assert_fails(egov__crl_agree(&f, w, &err), &err, EGOV_E_CRYPTO, "entry of the list");
	w->entry_count++;
	f.entries = EGOV__NO_SLICE;
	assert_fails(egov__crl_agree(&f, w, &err), &err, EGOV_E_CRYPTO, "number of entries");
	f = *egov__crl_fields(crl);
	f.version = 1;
	assert_fails(egov__crl_agree(&f, w, &err), &err, EGOV_E_CRYPTO, "version");
	f = *egov__crl_fields(crl);
	f.signature.size--;
	assert_fails(egov__crl_agree(&f, w, &err), &err, EGOV_E_CRYPTO, "signature");
	assert_ok(egov__crl_agree(egov__crl_fields(crl), w, &err), &err);
	egov__witness_free(w);
	egov_crl_free(crl);
	made_clear(&made);
}

static void what_one_of_them_cannot_read_is_a_disagreement(void **state)
{
	struct egov_error err = { 0 };
	struct egov_buf der = buffer();
	struct made made;

	(void)state;
	made_crl(&made);
	made_set_hex(&made, MADE_VERSION, "02 01 02");  /* OpenSSL reads it */
	made_signed(&made, &der);
	assert_fails(egov__crl_witness(egov_buf_slice(&der), &err), &err, EGOV_E_CRYPTO,
	             "cannot be read: CRL: version");
	egov__buf_clear(&der);
	made_clear(&made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sees_every_difference),
		cmocka_unit_test(sees_entries_one_by_one),
		cmocka_unit_test(what_one_of_them_cannot_read_is_a_disagreement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
