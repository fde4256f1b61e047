/* SPDX-License-Identifier: Apache-2.0 */
#include "made.h"

#include <jansson.h>
#include <unistd.h>

#include "base/der.h"
#include "base/fileio.h"
#include "base/pem.h"
#include "base/report.h"
#include "crl/crl_read.h"
#include "crypto/sm3.h"

static struct egov_buf buffer(void)
{
	return (struct egov_buf)EGOV__BUF(EGOV__MAX_FILE);
}

static void reads_every_field(void **state)
{
	struct egov_error err = { 0 };
	struct egov_buf der = buffer();
	struct egov__crl_entry entry;
	struct egov__ext ext;
	struct egov_crl *crl = NULL;
	struct made made;
	bool found = false;
	static const uint8_t five[] = { 5 }, six[] = { 6 }, seven[] = { 7 };

	(void)state;
	made_crl(&made);
	made_signed(&made, &der);
	assert_ok(egov_crl_decode(egov_buf_slice(&der), &crl, &err), &err);
	const struct egov__crl_fields *f = egov__crl_fields(crl);

	assert_int_equal(f->version, 2);
	assert_int_equal(egov_crl_this_update(crl), 1780272000); /* 2026-06-01 */
	assert_int_equal(egov_crl_next_update(crl), 1780876800);
	assert_false(f->this_wrong_type || f->next_wrong_type || f->has_empty_list);
	assert_true(egov__slice_equal(egov_crl_issuer(crl),
	                              egov_buf_slice(&made.part[MADE_ISSUER])));
	assert_int_equal(egov_crl_entries(crl), 2);
	assert_true(egov__crl_ext(crl, EGOV__OID_CRL_NUMBER, &ext));
	assert_ok(egov__crl_find(crl, EGOV__SLICE(five), &found, &entry, &err), &err);
	assert_true(found);
	assert_int_equal(entry.reason, 1);
	assert_int_equal(entry.revoked_at, 1777593600); /* 2026-05-01 */
	assert_true(entry.invalidity_date == EGOV_TIME_NONE);
	assert_ok(egov__crl_find(crl, EGOV__SLICE(seven), &found, &entry, &err), &err);
	assert_true(found);
	assert_int_equal(entry.reason, -1);
	assert_ok(egov__crl_find(crl, EGOV__SLICE(six), &found, &entry, &err), &err);
	assert_false(found);
	egov_crl_free(crl);
	egov__buf_clear(&der);
	made_clear(&made);
}

/* An entry: serial 5, 2026-05-01, and this list of entry extensions. */
#define ENTRY_HEAD "02 01 05 17 0d 3236303530313030303030305a"

static const struct {
	enum made_part part;
	const char *hex;
	enum egov_status status;
	const char *fragment;
} parts[] = {
	{ MADE_VERSION, "02 01 00", EGOV_E_SYNTAX, "version: 0 found" },
	{ MADE_VERSION, "02 01 02", EGOV_E_SYNTAX, "version: 2 found" },
	{ MADE_VERSION, "", EGOV_E_SYNTAX, "in a CRL of version 1" },
	{ MADE_ISSUER, "30 02 31 00", EGOV_E_SYNTAX, "issuer: name: empty RDN" },
	{ MADE_TIMES, "02 01 01", EGOV_E_SYNTAX, "thisUpdate: tag 02" },
	{ MADE_TIMES, "17 0d 3236303630313030303030305a 17 0b 323630363038303030305a", EGOV_E_SYNTAX,
	  "nextUpdate: want digits" },
	{ MADE_TIMES, "17 0d 3236303630313030303030305a", EGOV_OK, NULL },
	{ MADE_ENTRIES, "", EGOV_OK, NULL },
	{ MADE_ENTRIES, "30 00", EGOV_OK, NULL },
	{ MADE_ENTRIES, "30 03 02 01 05", EGOV_E_SYNTAX, "entry 1: revoked certificate: tag 02" },
	{ MADE_ENTRIES, "30 15 30 13 02 02 00 05 17 0d 3236303530313030303030305a", EGOV_E_SYNTAX,
	  "entry 1: serial of a revoked certificate: INTEGER not in its shortest form" },
	{ MADE_ENTRIES, "30 16 30 14 " ENTRY_HEAD " 30 00", EGOV_E_SYNTAX, "entry 1: " },
	{ MADE_ENTRIES, "30 16 30 14 " ENTRY_HEAD " 05 00", EGOV_E_SYNTAX,
	  "entry 1: crlEntryExtensions: tag 05" },
	/* reasonCode 7, 11, and of the wrong type */
	{ MADE_ENTRIES, "30 22 30 20 " ENTRY_HEAD " 30 0c 30 0a 06 03 55 1d 15 04 03 0a 01 07",
	  EGOV_E_SYNTAX, "entry 1: reasonCode: not one of" },
	{ MADE_ENTRIES, "30 22 30 20 " ENTRY_HEAD " 30 0c 30 0a 06 03 55 1d 15 04 03 0a 01 0b",
	  EGOV_E_SYNTAX, "entry 1: reasonCode: not one of" },
	{ MADE_ENTRIES, "30 22 30 20 " ENTRY_HEAD " 30 0c 30 0a 06 03 55 1d 15 04 03 02 01 01",
	  EGOV_E_SYNTAX, "reasonCode: tag 02" },
	/* invalidityDate as UTCTime */
	{ MADE_ENTRIES,
	  "30 2e 30 2c " ENTRY_HEAD
	  " 30 18 30 16 06 03 55 1d 18 04 0f 17 0d 3236303530313030303030305a",
	  EGOV_E_SYNTAX, "invalidityDate: not a GeneralizedTime" },
	/* reasonCode twice */
	{ MADE_ENTRIES,
	  "30 2e 30 2c " ENTRY_HEAD
	  " 30 18 30 0a 06 03 55 1d 15 04 03 0a 01 01 30 0a 06 03 55 1d 15 04 03 0a 01 01",
	  EGOV_E_SYNTAX, "reasonCode" },
	{ MADE_UNIQUE_IDS, "81 01 00", EGOV_E_SYNTAX, "tag 81 found" },
};

/* The same list in a file is judged the same piece by piece. */
static void put_file(struct egov_slice der, char **folder, char **path)
{
	struct egov_error err = { 0 };

	*folder = help_dir();
	*path = egov__path_join(*folder, "pieces.crl");
	assert_non_null(*path);
	assert_ok(egov__file_replace(*path, der, 0600, &err), &err);
}

static void judge_file(struct egov_slice der, const struct egov_crl *crl, size_t i)
{
	struct egov_error err = { 0 };
	struct egov_crl_file *file = NULL;
	char *folder, *path;
	enum egov_status rc;

	put_file(der, &folder, &path);
	rc = egov_crl_file_open(path, &file, &err);
	assert_int_equal(rc == EGOV_OK, crl != NULL);
	if (parts[i].status == EGOV_OK)
		help_assert_ok(rc, &err, parts[i].hex, __FILE__, __LINE__);
	else
		help_assert_fails(rc, &err, parts[i].status, parts[i].fragment, parts[i].hex,
		                  __FILE__, __LINE__);
	egov_crl_file_close(file);
	free(path);
	help_dir_remove(folder);
}

/* Of two algorithms the outer one is judged, whichever way a list is read: that they differ is
 * for others to say. */
static void leaves_the_inner_algorithm(void **state)
{
	static const uint8_t null[] = { 0x05, 0x00 };
	struct egov_error err = { 0 };
	struct egov_buf der = buffer();
	struct egov_crl_file *file = NULL;
	struct egov_crl *crl = NULL;
	struct made made;
	char *folder, *path;
	uint8_t *parameters;

	(void)state;
	made_crl(&made);
	made_set_hex(&made, MADE_ALGORITHM, "30 0d 06 09 2a 86 48 86 f7 0d 01 01 0b 05 00");
	made_signed(&made, &der);
	parameters = memmem(der.data, der.size, null, sizeof(null));
	assert_non_null(parameters);
	parameters[0] = 0xdc;
	assert_ok(egov_crl_decode(egov_buf_slice(&der), &crl, &err), &err);
	put_file(egov_buf_slice(&der), &folder, &path);
	assert_ok(egov_crl_file_open(path, &file, &err), &err);
	egov_crl_file_close(file);
	egov_crl_free(crl);
	free(path);
	help_dir_remove(folder);
	egov__buf_clear(&der);
	made_clear(&made);
}

/* --- longer than what is held of it --- */

#define MANY 9000

/* Entries of every form, one of them longer than a window. */
static void make_many(struct made *made)
{
	struct egov_buf *const out = &made->part[MADE_ENTRIES];
	struct egov_buf more = EGOV__BUF(EGOV__MAX_FILE), value = EGOV__BUF(EGOV__MAX_FILE);
	size_t list, entry, exts;

	made_crl(made);
	egov_buf_reset(out);
	list = egov__der_open(out, EGOV__SEQUENCE);
	for (uint64_t i = 1; i <= MANY; i++) {
		entry = egov__der_open(out, EGOV__SEQUENCE);
		egov__der_put_uint(out, i << i % 40);
		egov__der_put_time(out, (egov_time)(1777593600 + i * (i % 7 == 0 ? 1000000 : 1)));
		if (i % 3 == 0) {
			exts = egov__der_open(out, EGOV__SEQUENCE);
			const uint8_t reason[] = { EGOV__ENUMERATED, 1, i % 2 == 0 ? 1 : 4 };

			egov__ext_put(out, EGOV__OID_REASON_CODE, false, EGOV__SLICE(reason));
			if (i % 9 == 0) {
				egov_buf_reset(&value);
				egov__der_put_generalized_time(&value, 1777593600);
				egov__ext_put(out, EGOV__OID_INVALIDITY_DATE, false,
				              egov_buf_slice(&value));
			}
			if (i == MANY / 3) {
				memset(egov__buf_extend(&more, 100000), 'x', 100000);
				egov__ext_put(out, EGOV__OID_CERTIFICATE_ISSUER, true,
				              egov_buf_slice(&more));
			}
			egov__der_close(out, exts);
		}
		egov__der_close(out, entry);
	}
	egov__der_close(out, list);
	egov__buf_clear(&more);
	egov__buf_clear(&value);
}

static enum egov_status hash(void *user, struct egov_slice bytes, struct egov_error *err)
{
	return egov__sm3_update(user, bytes, err);
}

static void check_walk(const struct egov__crl_input *input, const struct egov__crl_outline *list,
                       const struct egov_crl *crl)
{
	struct egov_slice entries = egov__crl_fields(crl)->entries;
	struct egov__crl_entry entry;
	struct egov__crl_walk walk;
	struct egov_error err = { 0 };

	egov__crl_walk_open(&walk, &input->source, list);
	while (entries.size > 0) {
		assert_ok(egov__crl_next(&entries, &entry, &err), &err);
		assert_ok(egov__crl_walk_next(&walk, &err), &err);
		assert_true(walk.has);
		assert_true(egov__slice_equal(walk.entry.serial, entry.serial));
		assert_true(egov__slice_equal(walk.entry.extensions, entry.extensions));
		assert_true(egov__crl_entry_same(&walk.entry, &entry));
	}
	assert_ok(egov__crl_walk_next(&walk, &err), &err);
	assert_false(walk.has);
	egov__crl_walk_close(&walk);
}

static void reads_a_long_list_in_pieces(void **state)
{
	struct egov_error err = { 0 };
	struct egov_buf der = EGOV__BUF(EGOV__MAX_CRL);
	struct egov__crl_input input;
	struct egov__crl_outline list;
	struct egov__sm3 *sm3 = NULL;
	struct egov_crl *crl = NULL;
	uint8_t digest[32], wanted[32];
	char *folder, *path;
	struct made made;

	(void)state;
	make_many(&made);
	made_signed(&made, &der);
	assert_ok(egov_crl_decode(egov_buf_slice(&der), &crl, &err), &err);
	put_file(egov_buf_slice(&der), &folder, &path);
	assert_ok(egov__crl_input_open(path, &input, &err), &err);
	assert_null(input.source.memory);
	assert_ok(egov__sm3_new(&sm3, &err), &err);
	const struct egov__crl_listener listener = { .signed_bytes = hash, .user = sm3 };

	assert_ok(egov__crl_read(&input.source, &listener, &list, &err), &err);
	assert_int_equal(list.fields.count, MANY);
	assert_ok(egov__sm3_final(sm3, digest, &err), &err);
	assert_ok(egov__sm3(&egov__crl_fields(crl)->tbs, 1, wanted, &err), &err);
	assert_memory_equal(digest, wanted, 32);
	check_walk(&input, &list, crl);
	/* What was cut off since is told. */
	assert_int_equal(truncate(path, 70000), 0);
	egov__crl_outline_clear(&list);
	assert_fails(egov__crl_read(&input.source, NULL, &list, &err), &err, EGOV_E_IO, "shorter");
	egov__crl_input_close(&input);
	egov__sm3_free(sm3);
	egov_crl_free(crl);
	free(path);
	help_dir_remove(folder);
	egov__buf_clear(&der);
	made_clear(&made);
}

static void judges_each_part(void **state)
{
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct egov_buf der = buffer();
		struct egov_crl *crl = NULL;
		struct made made;

		made_crl(&made);
		made_set_hex(&made, parts[i].part, parts[i].hex);
		made_signed(&made, &der);
		enum egov_status rc = egov_crl_decode(egov_buf_slice(&der), &crl, &err);

		if (parts[i].status == EGOV_OK)
			help_assert_ok(rc, &err, parts[i].hex, __FILE__, __LINE__);
		else
			help_assert_fails(rc, &err, parts[i].status, parts[i].fragment, parts[i].hex,
			                  __FILE__, __LINE__);
		judge_file(egov_buf_slice(&der), crl, i);
		egov_crl_free(crl);
		egov__buf_clear(&der);
		made_clear(&made);
	}
}

static void tells_what_lint_asks(void **state)
{
	struct egov_error err = { 0 };
	struct egov_buf der = buffer();
	struct egov__crl_entry entry;
	struct egov__crl_fields f;
	struct egov_slice list;
	struct made made;

	(void)state;
	made_crl(&made);
	made_set_hex(&made, MADE_ENTRIES, "30 00");
	made_set_hex(&made, MADE_TIMES, "18 0f 32303236303630313030303030305a");
	made_tbs(&made, &der);
	assert_ok(egov__crl_tbs_decode(egov_buf_slice(&der), &f, &err), &err);
	assert_true(f.has_empty_list);
	assert_true(f.this_wrong_type);
	assert_true(f.next_update == EGOV_TIME_NONE);
	/* Serial 5 of 2026 as GeneralizedTime, certificateIssuer, and an unknown one, critical. */
	made_set_hex(&made, MADE_ENTRIES,
	             "30 39 30 37 02 01 05 18 0f 32303236303530313030303030305a 30 21"
	             "30 10 06 03 55 1d 1d 01 01 ff 04 06 30 04 a4 02 30 00"
	             "30 0d 06 03 2a 03 04 01 01 ff 04 03 02 01 00");
	egov_buf_reset(&der);
	made_tbs(&made, &der);
	assert_ok(egov__crl_tbs_decode(egov_buf_slice(&der), &f, &err), &err);
	list = f.entries;
	assert_ok(egov__crl_next(&list, &entry, &err), &err);
	assert_true(entry.wrong_type);
	assert_true(entry.unknown_critical);
	assert_int_equal(entry.certificate_issuer.size, 6);
	assert_int_equal(entry.extensions.size, 0x21);
	assert_int_equal(list.size, 0);
	egov__buf_clear(&der);
	made_clear(&made);
}

static void refuses_extensions_that_it_cannot_read(void **state)
{
	static const struct {
		enum egov__oid type;
		const char *hex, *fragment;
	} cases[] = {
		{ EGOV__OID_CRL_NUMBER, "02 01 ff", "cRLNumber" },
		{ EGOV__OID_DELTA_CRL, "04 00", "deltaCRLIndicator" },
		{ EGOV__OID_AKI, "30 02 04 00", "authorityKeyIdentifier" },
		{ EGOV__OID_IDP, "30 03 83 01 ff", "issuingDistributionPoint" },
	};
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct egov_buf der = buffer();
		struct egov_crl *crl = NULL;
		struct made made;

		made_crl(&made);
		made_ext_hex(&made, cases[i].type, false, cases[i].hex);
		made_signed(&made, &der);
		assert_fails(egov_crl_decode(egov_buf_slice(&der), &crl, &err), &err, EGOV_E_SYNTAX,
		             cases[i].fragment);
		assert_null(crl);
		egov__buf_clear(&der);
		made_clear(&made);
	}
}

static void names_reasons(void **state)
{
	(void)state;
	for (int reason = -2; reason < 14; reason++) {
		const char *name = egov_reason_name(reason);

		if (reason < 0 || reason == 7 || reason > 10)
			assert_null(name);
		else
			assert_int_equal(egov_reason_by_name(name), reason);
	}
	assert_string_equal(egov_reason_name(6), "certificateHold");
	assert_int_equal(egov_reason_by_name("KeyCompromise"), -1);
	assert_int_equal(egov_reason_by_name(""), -1);
}

static void reports_list_and_entries(void **state)
{
	struct egov_error err = { 0 };
	struct egov_buf der = buffer();
	struct egov_report *report = egov_report_new();
	struct egov_crl *crl = NULL;
	struct made made;

	(void)state;
	made_crl(&made);
	made_signed(&made, &der);
	assert_ok(egov_crl_decode(egov_buf_slice(&der), &crl, &err), &err);
	assert_ok(egov_crl_report(crl, 1, report, &err), &err);
	assert_int_equal(egov_report_records(report), 3);
	assert_string_equal(egov_report_find(report, 0, "number"), "07");
	assert_string_equal(egov_report_find(report, 0, "issuer"),
	                    "C=CN, O=Test Agency, CN=Test CA");
	assert_string_equal(egov_report_find(report, 0, "this-update"), "2026-06-01T00:00:00Z");
	assert_string_equal(egov_report_find(report, 0, "next-update"), "2026-06-08T00:00:00Z");
	assert_string_equal(egov_report_find(report, 0, "entries"), "2");
	assert_string_equal(egov_report_find(report, 0, "signature-algorithm"), "SM2-with-SM3");
	assert_non_null(egov_report_find(report, 0, "extension-authority-key-identifier"));
	assert_string_equal(egov_report_find(report, 1, "serial"), "05");
	assert_string_equal(egov_report_find(report, 1, "reason"), "keyCompromise");
	assert_string_equal(egov_report_find(report, 2, "revoked-at"), "2026-05-02T00:00:00Z");
	assert_null(egov_report_find(report, 2, "reason"));
	egov_report_free(report);
	report = egov_report_new();
	assert_ok(egov_crl_report(crl, 0, report, &err), &err);
	assert_int_equal(egov_report_records(report), 1);
	egov_report_free(report);
	egov_crl_free(crl);
	egov__buf_clear(&der);
	made_clear(&made);
}

static void takes_pem_and_bare_base64(void **state)
{
	struct egov_buf der = buffer(), text = buffer();
	struct egov_error err = { 0 };
	struct egov_crl *crl = NULL;
	struct made made;

	(void)state;
	made_crl(&made);
	made_signed(&made, &der);
	egov__pem_encode(&text, "X509 CRL", egov_buf_slice(&der));
	assert_ok(egov_crl_decode(egov_buf_slice(&text), &crl, &err), &err);
	assert_true(egov__slice_equal(egov_crl_der(crl), egov_buf_slice(&der)));
	egov_crl_free(crl);
	crl = NULL;
	egov_buf_reset(&text);
	egov__base64_encode(&text, egov_buf_slice(&der), 0);
	assert_ok(egov_crl_decode(egov_buf_slice(&text), &crl, &err), &err);
	egov_crl_free(crl);
	egov__buf_clear(&der);
	egov__buf_clear(&text);
	made_clear(&made);
}

/* --- material that others made ------------------------------------------------------ */

/* Accepted: as many entries as said, and OpenSSL reads the same. */
static bool read_one(const char *name, struct egov_slice bytes, size_t *entries)
{
	struct egov_error err = { 0 };
	struct egov_crl *crl = NULL;

	if (egov_crl_decode(bytes, &crl, &err) != EGOV_OK) {
		printf("  %s: %s\n", name, err.text);
		assert_int_equal(err.status, EGOV_E_SYNTAX);
		return false;
	}
	help_assert_ok(egov__crl_witness(egov_crl_der(crl), &err), &err, name, __FILE__, __LINE__);
	*entries = egov_crl_entries(crl);
	egov_crl_free(crl);
	return true;
}

static json_t *load_index(const char *name)
{
	struct egov_buf *text = help_corpus(name);
	json_t *index = json_loadb((const char *)text->data, text->size, 0, NULL);

	egov_buf_free(text);
	assert_non_null(index);
	return index;
}

/* A file of the corpora, unpacked where it is packed. */
static struct egov_buf *load(const char *name, const char *dir)
{
	const char *root = getenv("EGOV_CORPORA");
	char *path;
	struct egov_buf *bytes;

	if (strstr(name, ".xz") == NULL)
		return help_corpus(name);
	path = egov__path_join(dir, "unpacked");
	assert_int_equal(help_run("xz -dc '%s/%s' >'%s'",
	                          root == NULL || *root == 0 ? "../shared/corpora" : root, name,
	                          path),
	                 0);
	bytes = help_read(path);
	free(path);
	return bytes;
}

/* What OpenSSL reads and we do not, each for the reason given. */
static const struct {
	const char *file, *fragment;
} refused[] = {
	{ "2d513c9301.crl", "version: 5 found" },
	{ "4c01fd223d.crl", "nextUpdate: want digits to the second" },
	{ "831c340b0c.crl", "entry 1: reasonCode" },
	{ "8939a8024f.crl", "version: 0 found" },
	{ "8b8283222d.crl", "entry 1: invalidityDate: not a GeneralizedTime" },
	{ "a4006f28fa.crl", "thisUpdate: no such date" },
	{ "eecf6132a9.crl", "entry 1: invalidityDate: not a GeneralizedTime" },
};

static void check_refused(const char *file, struct egov_slice bytes)
{
	struct egov_error err = { 0 };
	struct egov_crl *crl = NULL;

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (strcmp(refused[i].file, file) == 0) {
			assert_fails(egov_crl_decode(bytes, &crl, &err), &err, EGOV_E_SYNTAX,
			             refused[i].fragment);
			return;
		}
	fail_msg("%s: refused without a known reason", file);
}

static void reads_every_crl_of_the_index(void **state)
{
	json_t *index = load_index("crls/index.json"), *entry;
	size_t i, accepted = 0, total = 0;
	char *dir = help_dir();

	(void)state;
	json_array_foreach(index, i, entry) {
		const char *file = json_string_value(json_object_get(entry, "file"));
		const bool parses = json_is_true(json_object_get(entry, "parses"));
		size_t entries = 0;
		char name[256];

		(void)snprintf(name, sizeof(name), "crls/%s", file);
		struct egov_buf *bytes = load(name, dir);
		const bool ours = read_one(name, egov_buf_slice(bytes), &entries);

		if (ours) {
			assert_true(parses);
			assert_int_equal(entries,
			                 json_integer_value(json_object_get(entry, "entries")));
			accepted++;
			total += entries;
		} else if (parses) {
			check_refused(file, egov_buf_slice(bytes));
		}
		egov_buf_free(bytes);
	}
	assert_int_equal(json_array_size(index), 53);
	assert_int_equal(accepted, 43);
	assert_true(total > 80000);
	json_decref(index);
	help_dir_remove(dir);
}

struct count {
	size_t accepted, refused;
};

static void count_one(void *user, const char *name, struct egov_slice bytes)
{
	struct count *count = user;
	size_t entries = 0;

	if (read_one(name, bytes, &entries))
		count->accepted++;
	else
		count->refused++;
}

static void reads_every_sm2_crl(void **state)
{
	struct count count = { 0, 0 };

	(void)state;
	made_corpus("sm2-crls", ".pem", count_one, &count);
	assert_int_equal(count.accepted, 24);
	assert_int_equal(count.refused, 0);
}

/* The files that are called invalid_ for their form; what is left of these has a
 * form that is right, and is judged by those who use the list. */
static void read_boringssl(void *user, const char *name, struct egov_slice bytes)
{
	static const char *const right[] = { "invalid_idp_onlycontains_user_and_ca_certs.pem",
		                             "invalid_revoked_empty_sequence.pem" };
	struct egov_buf der = buffer();
	struct egov_error err = { 0 };
	struct count *count = user;
	bool found = false, wanted = strncmp(name, "invalid_", 8) != 0;
	size_t entries = 0;

	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
		wanted = wanted || strcmp(name, right[i]) == 0;
	assert_ok(egov__pem_next(&bytes, "CRL", &found, &der, &err), &err);
	assert_true(found);
	if (read_one(name, egov_buf_slice(&der), &entries) != wanted)
		fail_msg("%s: %s", name, wanted ? "refused" : "accepted");
	count->accepted += wanted;
	count->refused += !wanted;
	egov__buf_clear(&der);
}

static void reads_boringssl_s_crls(void **state)
{
	struct count count = { 0, 0 };

	(void)state;
	made_corpus("boringssl-crl", ".pem", read_boringssl, &count);
	assert_int_equal(count.accepted, 22);
	assert_int_equal(count.refused, 13);
}

/* An entry whose date is written so. */
static enum egov_status read_dated(const char *digits, egov_time *at)
{
	uint8_t der[20] = { 0x30, 18, 0x02, 1, 5, 0x17, 13 };
	struct egov_slice entries = EGOV__SLICE(der);
	struct egov__crl_entry entry = { .reason = 0 };
	struct egov_error err = { 0 };
	enum egov_status rc;

	memcpy(der + 7, digits, 12);
	der[19] = 'Z';
	rc = egov__crl_next(&entries, &entry, &err);
	*at = entry.revoked_at;
	return rc;
}

static void test_every_day_of_a_century(void **state)
{
	static const char *const wrong[] = {
		"230229000000", "000230000000", "231301000000", "230001000000", "230100000000",
		"230132000000", "230431000000", "230101240000", "230101006000", "230101000060",
		"2301010000 0", "a30101000000", "500000000000", "49123100000:",
	};
	const egov_time from = -631152000, to = 2524608000;      /* 1950, 2050 */
	struct egov__date d;
	char digits[64];
	egov_time at = 0;

	(void)state;
	for (egov_time t = from; t < to; t += 86400 - 7) {
		egov__time_split(t, &d);
		(void)snprintf(digits, sizeof(digits), "%02d%02d%02d%02d%02d%02d", d.year % 100, d.month,
		               d.day, d.hour, d.minute, d.second);
		assert_int_equal(read_dated(digits, &at), EGOV_OK);
		assert_int_equal(at, t);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(read_dated(wrong[i], &at), EGOV_E_SYNTAX);
	for (unsigned i = 0; i < 12 * 255; i++) {
		const int octet = (int)(i % 255) - 127;

		(void)snprintf(digits, sizeof(digits), "261122080000");
		digits[i / 255] = (char)octet;
		if (octet < '0' || octet > '9')
			assert_int_equal(read_dated(digits, &at), EGOV_E_SYNTAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_field),
		cmocka_unit_test(judges_each_part),
		cmocka_unit_test(leaves_the_inner_algorithm),
		cmocka_unit_test(reads_a_long_list_in_pieces),
		cmocka_unit_test(tells_what_lint_asks),
		cmocka_unit_test(refuses_extensions_that_it_cannot_read),
		cmocka_unit_test(names_reasons),
		cmocka_unit_test(reports_list_and_entries),
		cmocka_unit_test(takes_pem_and_bare_base64),
		cmocka_unit_test(reads_every_crl_of_the_index),
		cmocka_unit_test(reads_every_sm2_crl),
		cmocka_unit_test(reads_boringssl_s_crls),
		cmocka_unit_test(test_every_day_of_a_century),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
