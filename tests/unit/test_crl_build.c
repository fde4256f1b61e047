/* SPDX-License-Identifier: Apache-2.0 */
#include "help_issue.h"

#include <time.h>

#include "asn1/asn1.h"
#include "base/der.h"
#include "base/fileio.h"
#include "base/pem.h"
#include "crl/crl.h"
#include "made.h"
#include "x509/tbs.h"

#define CRL_URI MADE_CRL_URI
#define NOW INT64_C(1780272000)         /* 2026-06-01 */
#define DAY 86400

/* Entries of a fixed list, or serials counted up for a long one. */
struct source {
	const struct egov__crl_entry *entries;
	size_t at;
	uint8_t serial[16];
	bool fails;
};

static enum egov_status next_entry(void *user, struct egov__crl_entry *entry, struct egov_error *err)
{
	struct source *source = user;

	if (source->fails)
		return egov_error_set(err, EGOV_E_IO, NULL, "the store cannot be read");
	*entry = source->entries[source->at++];
	return EGOV_OK;
}

static enum egov_status count_up(void *user, struct egov__crl_entry *entry, struct egov_error *err)
{
	struct source *source = user;
	const size_t n = source->at++ + 1;

	(void)err;
	source->serial[0] = 0x40;
	for (size_t i = 0; i < 8; i++)
		source->serial[1 + i] = (uint8_t)(n >> (56 - 8 * i));
	entry->serial = EGOV__SLICE(source->serial);
	entry->revoked_at = NOW - (egov_time)n;
	entry->reason = n % 3 == 0 ? 1 : n % 3 == 1 ? 0 : -1;
	entry->invalidity_date = n % 2 == 0 ? NOW - DAY : EGOV_TIME_NONE;
	return EGOV_OK;
}

static struct egov__issuer issuer_of(const struct help_key *key, struct egov_buf *name)
{
	*name = (struct egov_buf)EGOV__BUF(1024);
	made_name(name, "Test Agency", "Test CA");
	return (struct egov__issuer){ egov_buf_slice(name), EGOV__SLICE(key->key_id), NULL, NULL, NULL,
		                      NULL, EGOV__SIGALG_ABSENT };
}

static struct egov__crl_plan plan_of(const struct egov__issuer *issuer, struct source *source,
                                     size_t count)
{
	return (struct egov__crl_plan){ issuer, 7, NOW, NOW + 7 * DAY, NULL, count, next_entry, source,
		                        false, false, 0, NULL, NULL };
}

struct fixture {
	struct help_key key;
	struct egov_buf name;
	struct egov__issuer issuer;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	help_key_make(&f->key);
	f->issuer = issuer_of(&f->key, &f->name);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	egov__buf_clear(&f->name);
	help_key_clear(&f->key);
	free(f);
	return 0;
}

/* Built, signed, read by both readers. */
static struct egov_crl *make(const struct fixture *f, const struct egov__crl_plan *plan)
{
	struct egov_buf der = EGOV__BUF(EGOV__MAX_CRL);
	struct egov_error err = { 0 };
	struct egov_tbs *tbs = NULL;
	struct egov_crl *crl = NULL;

	assert_ok(egov__crl_build(plan, &tbs, &err), &err);
	assert_int_equal(egov__tbs_kind(tbs), EGOV_OBJECT_CRL);
	help_sign(&f->key, tbs, &der);
	assert_ok(egov__crl_witness(egov_buf_slice(&der), &err), &err);
	assert_ok(egov_crl_decode(egov_buf_slice(&der), &crl, &err), &err);
	egov__tbs_free(tbs);
	egov__buf_clear(&der);
	return crl;
}

static void an_empty_list_is_absent(void **state)
{
	const struct fixture *f = *state;
	struct source source = { 0 };
	struct egov__crl_plan plan = plan_of(&f->issuer, &source, 0);
	struct egov_crl *crl = make(f, &plan);
	const struct egov__crl_fields *c = egov__crl_fields(crl);
	struct egov_slice number;
	struct egov__ext ext;
	struct egov__aki aki;

	assert_int_equal(c->version, 2);
	assert_int_equal(c->count, 0);
	assert_false(c->has_empty_list);
	assert_true(egov__slice_equal(c->issuer, f->issuer.name));
	assert_int_equal(c->this_update, NOW);
	assert_int_equal(c->next_update, NOW + 7 * DAY);
	assert_true(egov__crl_ext(crl, EGOV__OID_CRL_NUMBER, &ext));
	assert_false(ext.critical);
	assert_int_equal(egov__ext_number(ext.value, &number, NULL), EGOV_OK);
	assert_int_equal(number.size, 1);
	assert_int_equal(number.data[0], 7);
	assert_true(egov__crl_ext(crl, EGOV__OID_AKI, &ext));
	assert_false(ext.critical);
	assert_int_equal(egov__ext_aki(ext.value, &aki, NULL), EGOV_OK);
	assert_true(egov__slice_equal(aki.key_id, EGOV__SLICE(f->key.key_id)));
	assert_false(egov__crl_ext(crl, EGOV__OID_IDP, &ext));
	egov_crl_free(crl);
}

static void entries_are_written_as_they_must(void **state)
{
	static const uint8_t a[] = { 0x05 }, b[] = { 0x00, 0x80 }, c[] = { 0x01, 0x00 },
	                     d[] = { 0x01, 0x00, 0x00 };
	const struct egov__crl_entry entries[] = {
		{ .serial = EGOV__SLICE(a), .revoked_at = NOW - DAY, .reason = 1,
		  .invalidity_date = NOW - 2 * DAY },
		{ .serial = EGOV__SLICE(b), .revoked_at = NOW - DAY, .reason = 0,
		  .invalidity_date = EGOV_TIME_NONE },
		{ .serial = EGOV__SLICE(c), .revoked_at = NOW, .reason = -1,
		  .invalidity_date = EGOV_TIME_NONE },
		{ .serial = EGOV__SLICE(d), .revoked_at = NOW, .reason = 6,
		  .invalidity_date = INT64_C(2524608000) },
	};
	const struct fixture *f = *state;
	struct source source = { .entries = entries };
	struct egov__crl_plan plan = plan_of(&f->issuer, &source, 4);
	struct egov_crl *crl = make(f, &plan);
	struct egov_slice list = egov__crl_fields(crl)->entries;
	struct egov__crl_entry entry;

	assert_int_equal(source.at, 4);
	assert_int_equal(egov_crl_entries(crl), 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(egov__crl_next(&list, &entry, NULL), EGOV_OK);
		assert_true(egov__slice_equal(entry.serial, entries[i].serial));
		assert_int_equal(entry.revoked_at, entries[i].revoked_at);
		assert_int_equal(entry.reason, entries[i].reason == 0 ? -1 : entries[i].reason);
		assert_true(entry.invalidity_date == entries[i].invalidity_date);
		assert_false(entry.wrong_type);
		if (i == 1 || i == 2)
			assert_int_equal(entry.extensions.size, 0);
	}
	egov_crl_free(crl);
}

/* invalidityDate is GeneralizedTime before 2050 too (RFC 5280, 5.3.2); other times are not. */
static void times_on_both_sides_of_2050(void **state)
{
	static const uint8_t serial[] = { 5 };
	const struct fixture *f = *state;
	struct egov__crl_entry entry = { .serial = EGOV__SLICE(serial), .reason = -1,
		                         .revoked_at = NOW, .invalidity_date = NOW };
	struct source source = { .entries = &entry };
	struct egov__crl_plan plan = plan_of(&f->issuer, &source, 1);
	struct egov_buf *head = help_hex_buf("17 0d 3439313233313233353935395a"
	                                     "18 0f 32303530303130313030303030305a");
	struct egov_buf *written =
		help_hex_buf("02 01 05 17 0d 3236303630313030303030305a 30 1a 30 18"
	                     "06 03 551d18 04 11 18 0f 32303236303630313030303030305a");
	struct egov_error err = { 0 };
	struct egov_crl *crl;

	assert_ok(egov_time_parse("2049-12-31T23:59:59Z", &plan.this_update, &err), &err);
	assert_ok(egov_time_parse("2050-01-01T00:00:00Z", &plan.next_update, &err), &err);
	crl = make(f, &plan);
	assert_non_null(memmem(egov_crl_der(crl).data, egov_crl_der(crl).size, head->data, head->size));
	assert_non_null(memmem(egov_crl_der(crl).data, egov_crl_der(crl).size, written->data,
	                       written->size));
	egov_crl_free(crl);
	egov_buf_free(head);
	egov_buf_free(written);
}

static void a_distribution_point_is_critical(void **state)
{
	const struct fixture *f = *state;
	struct source source = { 0 };
	struct egov__crl_plan plan = plan_of(&f->issuer, &source, 0);
	struct egov__general_name name;
	struct egov_crl *crl;
	struct egov__ext ext;
	struct egov__idp idp;

	plan.idp_uri = CRL_URI;
	crl = make(f, &plan);
	assert_true(egov__crl_ext(crl, EGOV__OID_IDP, &ext));
	assert_true(ext.critical);
	assert_int_equal(egov__ext_idp(ext.value, &idp, NULL), EGOV_OK);
	assert_int_equal(egov__general_names_next(&idp.point.full_name, &name, NULL), EGOV_OK);
	assert_int_equal(name.tag, EGOV__GN_URI);
	assert_true(egov__slice_equal(name.value, egov__slice_text(CRL_URI)));
	assert_false(idp.only_user || idp.only_ca || idp.indirect || idp.has_reasons);
	egov_crl_free(crl);
}

/* GM/T 0015, table C.5; RFC 5280, 5.2.4 to 5.2.6. */
static void a_delta_list_says_what_it_changes(void **state)
{
	static const uint8_t five[] = { 5 };
	const struct fixture *f = *state;
	const struct egov__crl_entry removal = { .serial = EGOV__SLICE(five), .revoked_at = NOW,
		                                 .reason = 8, .invalidity_date = EGOV_TIME_NONE };
	struct source source = { .entries = &removal };
	struct egov__crl_plan plan = plan_of(&f->issuer, &source, 1);
	struct egov_error err = { 0 };
	struct egov_tbs *tbs = NULL;
	struct egov_crl *crl;
	struct egov__ext ext;
	struct egov__idp idp;
	uint64_t base = 9;

	plan.base = 7;
	assert_fails(egov__crl_build(&plan, &tbs, &err), &err, EGOV_E_CORRUPT, "higher number");
	plan.base = 6;
	plan.freshest_uri = "http://x/ca-delta.crl";
	plan.idp_uri = "http://x/ca-s3.crl";
	plan.only_users = true;
	crl = make(f, &plan);
	assert_true(egov__crl_ext(crl, EGOV__OID_DELTA_CRL, &ext) && ext.critical);
	assert_ok(egov__crl_base(egov__crl_fields(crl)->extensions, &base, &err), &err);
	assert_int_equal(base, 6);
	assert_false(egov__crl_ext(crl, EGOV__OID_FRESHEST_CRL, &ext));
	assert_true(egov__crl_ext(crl, EGOV__OID_IDP, &ext) && ext.critical);
	assert_ok(egov__ext_idp(ext.value, &idp, &err), &err);
	assert_true(idp.only_user && !idp.only_ca);
	egov_crl_free(crl);

	plan.base = 0;
	plan.count = 0;
	plan.only_users = false;
	plan.only_ca = true;
	crl = make(f, &plan);
	assert_ok(egov__crl_base(egov__crl_fields(crl)->extensions, &base, &err), &err);
	assert_int_equal(base, 0);
	assert_true(egov__crl_ext(crl, EGOV__OID_FRESHEST_CRL, &ext) && !ext.critical);
	assert_true(egov__crl_ext(crl, EGOV__OID_IDP, &ext));
	assert_ok(egov__ext_idp(ext.value, &idp, &err), &err);
	assert_true(!idp.only_user && idp.only_ca);
	egov_crl_free(crl);
}

static void refuses_what_does_not_rise(void **state)
{
	static const uint8_t five[] = { 5 }, six[] = { 6 }, negative[] = { 0x80 },
	                     padded[] = { 0, 5 }, high[] = { 0, 0x80 };
	static const struct {
		struct egov_slice first, second;
		const char *fragment;
	} cases[] = {
		{ { six, 1 }, { five, 1 }, "does not rise" },
		{ { five, 1 }, { five, 1 }, "does not rise" },
		{ { high, 2 }, { six, 1 }, "does not rise" },
		{ { five, 1 }, { negative, 1 }, "none of ours" },
		{ { padded, 2 }, { six, 1 }, "none of ours" },
		{ { five, 0 }, { six, 1 }, "none of ours" },
	};
	const struct fixture *f = *state;
	struct egov_error err = { 0 };
	struct egov_tbs *tbs = NULL;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct egov__crl_entry entries[] = {
			{ .serial = cases[i].first, .revoked_at = NOW, .reason = -1,
			  .invalidity_date = EGOV_TIME_NONE },
			{ .serial = cases[i].second, .revoked_at = NOW, .reason = -1,
			  .invalidity_date = EGOV_TIME_NONE },
		};
		struct source source = { .entries = entries };
		struct egov__crl_plan plan = plan_of(&f->issuer, &source, 2);

		assert_fails(egov__crl_build(&plan, &tbs, &err), &err, EGOV_E_CORRUPT,
		             cases[i].fragment);
		assert_null(tbs);
	}
}

static void refuses_other_plans(void **state)
{
	static const uint8_t five[] = { 5 }, names[] = { 0x30, 0x00 };
	const struct fixture *f = *state;
	struct egov__crl_entry entry = { .serial = EGOV__SLICE(five), .revoked_at = NOW, .reason = 8,
		                         .invalidity_date = EGOV_TIME_NONE };
	struct source source = { .entries = &entry };
	struct egov__crl_plan plan = plan_of(&f->issuer, &source, 1);
	struct egov__issuer nobody = { .params = EGOV__SIGALG_ABSENT };
	struct egov_error err = { 0 };
	struct egov_tbs *tbs = NULL;
	static const int reasons[] = { 8, 7, 11, -2 };

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		source.at = 0;
		entry.reason = reasons[i];
		assert_fails(egov__crl_build(&plan, &tbs, &err), &err, EGOV_E_CORRUPT,
		             "cannot stand in a complete CRL");
	}
	source.at = 0;
	entry.reason = 1;
	entry.certificate_issuer = EGOV__SLICE(names);
	assert_fails(egov__crl_build(&plan, &tbs, &err), &err, EGOV_E_UNSUPPORTED, "indirect");
	source.at = 0;
	source.fails = true;
	assert_fails(egov__crl_build(&plan, &tbs, &err), &err, EGOV_E_IO, "store cannot be read");
	plan.count = 0;
	plan.next_update = plan.this_update;
	assert_fails(egov__crl_build(&plan, &tbs, &err), &err, EGOV_E_POLICY, "nextUpdate");
	plan.issuer = &nobody;
	assert_fails(egov__crl_build(&plan, &tbs, &err), &err, EGOV_E_USAGE, "name and key identifier");
	assert_null(tbs);
}

/* Entries that were made before stand there octet for octet, and rise as all do. */
static void entries_may_be_ready(void **state)
{
	const struct fixture *f = *state;
	struct source plain = { .at = 0 };
	struct egov__crl_entry entries[40];
	uint8_t ready[40][EGOV__CRL_ENTRY], serials[40][16];
	struct source source = { .entries = entries };
	struct egov__crl_plan made = plan_of(&f->issuer, &plain, 40);
	struct egov__crl_plan copied = plan_of(&f->issuer, &source, 40);
	struct egov_error err = { 0 };
	struct egov_tbs *a = NULL, *b = NULL;
	struct egov_slice serial;

	made.next = count_up;
	for (size_t i = 0; i < 40; i++) {
		struct egov__crl_entry e = { .reason = -1 };
		size_t size = 0;

		assert_ok(count_up(&plain, &e, &err), &err);
		memcpy(serials[i], e.serial.data, e.serial.size);
		assert_ok(egov__crl_entry_encode(&e, false, ready[i], &size, &err), &err);
		entries[i] = (struct egov__crl_entry){ .der = { ready[i], size },
			                               .serial = { serials[i], e.serial.size } };
		assert_true(egov__crl_entry_serial(entries[i].der, &serial));
		assert_true(egov__slice_equal(serial, entries[i].serial));
		for (size_t less = 0; less < size; less++)
			assert_false(egov__crl_entry_serial((struct egov_slice){ ready[i], less }, &serial));
	}
	plain.at = 0;
	assert_ok(egov__crl_build(&made, &a, &err), &err);
	assert_ok(egov__crl_build(&copied, &b, &err), &err);
	assert_true(egov__slice_equal(egov__tbs_der(a), egov__tbs_der(b)));
	egov__tbs_free(b);
	b = NULL;

	source.at = 0;
	entries[1] = entries[0];
	assert_fails(egov__crl_build(&copied, &b, &err), &err, EGOV_E_CORRUPT, "does not rise");
	source.at = 0;
	entries[0].der.size = EGOV__CRL_ENTRY + 1;
	assert_fails(egov__crl_build(&copied, &b, &err), &err, EGOV_E_LIMIT, "129 octets");
	assert_null(b);
	egov__tbs_free(a);
}

/* --- the same list by libtasn1 -------------------------------------------------- */

static struct egov__asn1 *value_of(const char *type)
{
	struct egov__asn1 *value = NULL;
	struct egov_error err = { 0 };

	assert_ok(egov__asn1_new(type, &value, &err), &err);
	return value;
}

static void put(struct egov__asn1 *value, const char *path, struct egov_slice bytes)
{
	struct egov_error err = { 0 };

	assert_ok(egov__asn1_write(value, path, bytes, &err), &err);
}

static void put_text(struct egov__asn1 *value, const char *path, const char *text)
{
	struct egov_error err = { 0 };

	assert_ok(egov__asn1_write_text(value, path, text, &err), &err);
}

static struct egov_buf *encoded(struct egov__asn1 *value)
{
	struct egov_buf *out = egov_buf_new(EGOV__MAX_OBJECT);
	struct egov_error err = { 0 };

	assert_ok(egov__asn1_encode(value, out, &err), &err);
	egov__asn1_free(value);
	return out;
}

static void put_extension(struct egov__asn1 *list, const char *oid, bool critical,
                          struct egov_buf *value)
{
	struct egov_error err = { 0 };

	assert_ok(egov__asn1_append(list, "", &err), &err);
	put_text(list, "?LAST.extnID", oid);
	put_text(list, "?LAST.critical", critical ? "TRUE" : "FALSE");
	put(list, "?LAST.extnValue", egov_buf_slice(value));
	egov_buf_free(value);
}

static struct egov_buf *entry_extensions(void)
{
	static const uint8_t key_compromise[] = { 1 };
	struct egov__asn1 *list = value_of("PKIX.Extensions");
	struct egov__asn1 *reason = value_of("PKIX.CRLReason");
	struct egov__asn1 *date = value_of("PKIX.InvalidityDate");

	put(reason, "", EGOV__SLICE(key_compromise));
	put_extension(list, "2.5.29.21", false, encoded(reason));
	put_text(date, "", "20260530000000Z");
	put_extension(list, "2.5.29.24", false, encoded(date));
	return encoded(list);
}

static struct egov_buf *list_extensions(const struct fixture *f)
{
	static const uint8_t seven[] = { 7 };
	struct egov__asn1 *list = value_of("PKIX.Extensions");
	struct egov__asn1 *aki = value_of("PKIX.AuthorityKeyIdentifier");
	struct egov__asn1 *number = value_of("PKIX.Number");
	struct egov_error err = { 0 };

	put(aki, "keyIdentifier", EGOV__SLICE(f->key.key_id));
	assert_ok(egov__asn1_omit(aki, "authorityCertIssuer", &err), &err);
	assert_ok(egov__asn1_omit(aki, "authorityCertSerialNumber", &err), &err);
	put_extension(list, "2.5.29.35", false, encoded(aki));
	put(number, "", EGOV__SLICE(seven));
	put_extension(list, "2.5.29.20", false, encoded(number));
	return encoded(list);
}

static void put_entry(struct egov__asn1 *v, struct egov_slice serial, struct egov_buf *exts)
{
	struct egov_error err = { 0 };

	assert_ok(egov__asn1_append(v, "revokedCertificates", &err), &err);
	put(v, "revokedCertificates.?LAST.userCertificate", serial);
	put_text(v, "revokedCertificates.?LAST.revocationDate", "utcTime");
	put_text(v, "revokedCertificates.?LAST.revocationDate.utcTime", "260531000000Z");
	if (exts == NULL)
		assert_ok(egov__asn1_omit(v, "revokedCertificates.?LAST.crlEntryExtensions", &err),
		          &err);
	else
		put(v, "revokedCertificates.?LAST.crlEntryExtensions", egov_buf_slice(exts));
	egov_buf_free(exts);
}

static void libtasn1_makes_the_same(void **state)
{
	static const uint8_t five[] = { 0x05 }, large[] = { 0x00, 0x80 }, one[] = { 1 };
	const struct egov__crl_entry entries[] = {
		{ .serial = EGOV__SLICE(five), .revoked_at = NOW - DAY, .reason = 1,
		  .invalidity_date = NOW - 2 * DAY },
		{ .serial = EGOV__SLICE(large), .revoked_at = NOW - DAY, .reason = -1,
		  .invalidity_date = EGOV_TIME_NONE },
	};
	const struct fixture *f = *state;
	struct source source = { .entries = entries };
	struct egov__crl_plan plan = plan_of(&f->issuer, &source, 2);
	struct egov__asn1 *v = value_of("PKIX.TBSCertList");
	struct egov_buf *exts = list_extensions(f), *theirs;
	struct egov_error err = { 0 };
	struct egov_tbs *tbs = NULL;

	put(v, "version", EGOV__SLICE(one));
	put(v, "signature", egov__algid_sm2_sm3(EGOV__SIGALG_ABSENT));
	put(v, "issuer", f->issuer.name);
	put_text(v, "thisUpdate", "utcTime");
	put_text(v, "thisUpdate.utcTime", "260601000000Z");
	put_text(v, "nextUpdate", "utcTime");
	put_text(v, "nextUpdate.utcTime", "260608000000Z");
	put_entry(v, EGOV__SLICE(five), entry_extensions());
	put_entry(v, EGOV__SLICE(large), NULL);
	put(v, "crlExtensions", egov_buf_slice(exts));
	theirs = encoded(v);
	assert_ok(egov__crl_build(&plan, &tbs, &err), &err);
	assert_int_equal(egov__tbs_der(tbs).size, theirs->size);
	assert_memory_equal(egov__tbs_der(tbs).data, theirs->data, theirs->size);
	egov__tbs_free(tbs);
	egov_buf_free(theirs);
	egov_buf_free(exts);
}

/* libtasn1 takes 56 seconds for this many. */
static void a_long_list_is_streamed(void **state)
{
	const size_t count = 30000;
	const struct fixture *f = *state;
	struct source source = { 0 };
	struct egov__crl_plan plan = plan_of(&f->issuer, &source, count);
	struct egov__crl_entry entry;
	const clock_t start = clock();
	bool found = false;
	struct egov_crl *crl;

	plan.next = count_up;
	crl = make(f, &plan);
	assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 10.0);
	assert_int_equal(source.at, count);
	assert_int_equal(egov_crl_entries(crl), count);
	assert_int_equal(egov__crl_find(crl, EGOV__SLICE(source.serial), &found, &entry, NULL), EGOV_OK);
	assert_true(found);
	assert_int_equal(entry.revoked_at, NOW - (egov_time)count);
	egov_crl_free(crl);
}

/* Its CRL commands know no SM2 ID: the bytes to be signed are verified by dgst. */
static void stock_openssl_verifies(void **state)
{
	static const uint8_t five[] = { 5 };
	const struct fixture *f = *state;
	struct egov__crl_entry entry = { .serial = EGOV__SLICE(five), .revoked_at = NOW, .reason = 1,
		                         .invalidity_date = EGOV_TIME_NONE };
	struct source source = { .entries = &entry };
	struct egov__crl_plan plan = plan_of(&f->issuer, &source, 1);
	struct egov_buf pem = EGOV__BUF(EGOV__MAX_FILE);
	const struct egov__crl_fields *c;
	struct egov_crl *crl;
	char *dir = help_dir(), *path;

	crl = make(f, &plan);
	c = egov__crl_fields(crl);
	path = egov__path_join(dir, "tbs");
	help_write(path, c->tbs);
	free(path);
	path = egov__path_join(dir, "signature");
	help_write(path, c->signature);
	free(path);
	egov__pem_encode(&pem, "PUBLIC KEY", EGOV__SLICE(f->key.spki));
	path = egov__path_join(dir, "key.pem");
	help_write(path, egov_buf_slice(&pem));
	free(path);
	path = egov__path_join(dir, "crl.der");
	help_write(path, c->der);
	free(path);
	assert_int_equal(help_run("cd '%s' && openssl dgst -sm3 -verify key.pem -signature signature "
	                          "-sigopt distid:1234567812345678 tbs >/dev/null 2>&1", dir),
	                 0);
	assert_int_not_equal(help_run("cd '%s' && openssl dgst -sm3 -verify key.pem -signature signature "
	                              "-sigopt distid:x tbs >/dev/null 2>&1", dir),
	                     0);
	assert_int_equal(help_run("cd '%s' && openssl crl -inform DER -in crl.der -noout -text | "
	                          "grep -q 'Serial Number: 05'", dir),
	                 0);
	egov__buf_clear(&pem);
	egov_crl_free(crl);
	help_dir_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_list_is_absent),
		cmocka_unit_test(entries_are_written_as_they_must),
		cmocka_unit_test(times_on_both_sides_of_2050),
		cmocka_unit_test(a_distribution_point_is_critical),
		cmocka_unit_test(a_delta_list_says_what_it_changes),
		cmocka_unit_test(refuses_what_does_not_rise),
		cmocka_unit_test(refuses_other_plans),
		cmocka_unit_test(entries_may_be_ready),
		cmocka_unit_test(libtasn1_makes_the_same),
		cmocka_unit_test(a_long_list_is_streamed),
		cmocka_unit_test(stock_openssl_verifies),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
