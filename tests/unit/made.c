/* SPDX-License-Identifier: Apache-2.0 */
#include "made.h"

#include <dirent.h>

#include "base/fileio.h"
#include "x509/algid.h"
#include "x509/name.h"

/* The point of GB/T 32918.5, appendix A.2. */
const uint8_t made_spki[91] = {
	0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
	0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d, 0x03, 0x42, 0x00, 0x04, 0x09, 0xf9, 0xdf, 0x31, 0x1e,
	0x54, 0x21, 0xa1, 0x50, 0xdd, 0x7d, 0x16, 0x1e, 0x4b, 0xc5, 0xc6, 0x72, 0x17, 0x9f, 0xad, 0x18,
	0x33, 0xfc, 0x07, 0x6b, 0xb0, 0x8f, 0xf3, 0x56, 0xf3, 0x50, 0x20, 0xcc, 0xea, 0x49, 0x0c, 0xe2,
	0x67, 0x75, 0xa5, 0x2d, 0xc6, 0xea, 0x71, 0x8c, 0xc1, 0xaa, 0x60, 0x0a, 0xed, 0x05, 0xfb, 0xf3,
	0x5e, 0x08, 0x4a, 0x66, 0x32, 0xf6, 0x07, 0x2d, 0xa9, 0xad, 0x13,
};
uint8_t made_key_id[20];
const uint8_t made_issuer_key_id[20] = { 1, 2,  3,  4,  5,  6,  7,  8,  9,  10,
	                                 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 };

static struct egov_buf buffer(void)
{
	return (struct egov_buf)EGOV__BUF(EGOV__MAX_FILE);
}

static void add(struct egov__name *name, const char *type, const char *value)
{
	struct egov_error err = { 0 };

	assert_ok(egov__name_add(name, egov__attribute_by_name(egov__slice_text(type)),
	                         egov__slice_text(value), &err),
	          &err);
}

void made_name(struct egov_buf *out, const char *o, const char *cn)
{
	struct egov__name *name = egov__name_new();
	struct egov_error err = { 0 };

	assert_non_null(name);
	add(name, "C", "CN");
	add(name, "O", o);
	add(name, "CN", cn);
	assert_ok(egov__name_encode(name, out, &err), &err);
	egov__name_free(name);
}

void made_set(struct made *made, enum made_part part, struct egov_slice der)
{
	egov_buf_reset(&made->part[part]);
	egov__buf_slice(&made->part[part], der);
	assert_false(made->part[part].failed);
}

void made_set_hex(struct made *made, enum made_part part, const char *hex)
{
	struct egov_buf *der = help_hex_buf(hex);

	made_set(made, part, egov_buf_slice(der));
	egov_buf_free(der);
}

void made_ext(struct made *made, enum egov__oid type, bool critical, struct egov_slice value)
{
	size_t i = 0;

	while (i < made->ext_count && made->ext[i].type != type)
		i++;
	assert_true(i < 16);
	if (i == made->ext_count) {
		made->ext_count++;
		made->ext[i].value = buffer();
	}
	made->ext[i].type = type;
	made->ext[i].critical = critical;
	egov_buf_reset(&made->ext[i].value);
	egov__buf_slice(&made->ext[i].value, value);
}

void made_ext_hex(struct made *made, enum egov__oid type, bool critical, const char *hex)
{
	struct egov_buf *value = help_hex_buf(hex);

	made_ext(made, type, critical, egov_buf_slice(value));
	egov_buf_free(value);
}

void made_ext_drop(struct made *made, enum egov__oid type)
{
	for (size_t i = 0; i < made->ext_count; i++)
		if (made->ext[i].type == type) {
			egov__buf_clear(&made->ext[i].value);
			made->ext_count--;
			memmove(&made->ext[i], &made->ext[i + 1],
			        (made->ext_count - i) * sizeof(made->ext[0]));
			return;
		}
	fail_msg("no extension of this type to drop");
}

static void start(struct made *made)
{
	struct egov_buf name = buffer();

	memset(made, 0, sizeof(*made));
	for (size_t i = 0; i < MADE_PARTS; i++)
		made->part[i] = buffer();
	made_set(made, MADE_ALGORITHM, egov__algid_sm2_sm3(EGOV__SIGALG_ABSENT));
	made_name(&name, "Test Agency", "Test CA");
	made_set(made, MADE_ISSUER, egov_buf_slice(&name));
	egov__buf_clear(&name);
}

/* Takes what an encoder wrote for an extension. */
static void take(struct made *made, enum egov__oid type, bool critical, struct egov_buf *value)
{
	assert_false(value->failed);
	made_ext(made, type, critical, egov_buf_slice(value));
	egov_buf_reset(value);
}

static void add_cert_extensions(struct made *made)
{
	static const uint8_t policy[] = { 0x88, 0x37, 0x01, 0x01 };
	const struct egov_slice policies[] = { EGOV__SLICE(policy) };
	const struct egov_slice uris[] = { egov__slice_text(MADE_CRL_URI) };
	struct egov_error err = { 0 };
	struct egov_buf value = buffer();

	assert_ok(egov__key_identifier(EGOV__SLICE(made_spki), made_key_id, &err), &err);
	egov__ext_put_aki(&value, EGOV__SLICE(made_issuer_key_id));
	take(made, EGOV__OID_AKI, false, &value);
	egov__ext_put_ski(&value, EGOV__SLICE(made_key_id));
	take(made, EGOV__OID_SKI, false, &value);
	egov__ext_put_key_usage(&value, EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_NON_REPUDIATION);
	take(made, EGOV__OID_KEY_USAGE, true, &value);
	egov__ext_put_policies(&value, policies, 1, NULL);
	take(made, EGOV__OID_POLICIES, false, &value);
	egov__ext_put_crl_dp(&value, uris, 1);
	take(made, EGOV__OID_CRL_DP, false, &value);
	egov__ext_put_aia(&value, "http://ca.example.cn/cert/ca.cer", "http://ocsp.example.cn/");
	take(made, EGOV__OID_AIA, false, &value);
	egov__buf_clear(&value);
}

void made_cert(struct made *made)
{
	struct egov_buf name = buffer();

	start(made);
	made->ext_tag = EGOV__CONTEXT_CONS | 3;
	made_set_hex(made, MADE_VERSION, "a0 03 02 01 02");
	made_set_hex(made, MADE_SERIAL, "02 10 010000000001 7af1f2f3f4f5f6f7f8f9");
	made_set_hex(made, MADE_TIMES,
	             "30 1e 17 0d 3236303130313030303030305a 17 0d 3239303130313030303030305a");
	made_name(&name, "Test Bureau", "Zhang San");
	made_set(made, MADE_SUBJECT, egov_buf_slice(&name));
	egov__buf_clear(&name);
	made_set(made, MADE_KEY, EGOV__SLICE(made_spki));
	add_cert_extensions(made);
}

void made_crl(struct made *made)
{
	struct egov_buf value = buffer();

	start(made);
	made->ext_tag = EGOV__CONTEXT_CONS;
	made_set_hex(made, MADE_VERSION, "02 01 01");
	made_set_hex(made, MADE_TIMES,
	             "17 0d 3236303630313030303030305a 17 0d 3236303630383030303030305a");
	made_set_hex(made, MADE_ENTRIES,
	             "30 36"
	             "30 20 02 01 05 17 0d 3236303530313030303030305a"
	             " 30 0c 30 0a 06 03 55 1d 15 04 03 0a 01 01"
	             "30 12 02 01 07 17 0d 3236303530323030303030305a");
	egov__ext_put_aki(&value, EGOV__SLICE(made_issuer_key_id));
	take(made, EGOV__OID_AKI, false, &value);
	egov__buf_clear(&value);
	made_ext_hex(made, EGOV__OID_CRL_NUMBER, false, "02 01 07");
}

void made_clear(struct made *made)
{
	for (size_t i = 0; i < MADE_PARTS; i++)
		egov__buf_clear(&made->part[i]);
	for (size_t i = 0; i < made->ext_count; i++)
		egov__buf_clear(&made->ext[i].value);
}

void made_tbs(const struct made *made, struct egov_buf *out)
{
	const size_t tbs = egov__der_open(out, EGOV__SEQUENCE);

	for (size_t i = 0; i < MADE_PARTS; i++)
		egov__buf_slice(out, egov_buf_slice(&made->part[i]));
	if (made->ext_count > 0) {
		const size_t wrap = egov__der_open(out, made->ext_tag);
		const size_t list = egov__der_open(out, EGOV__SEQUENCE);

		for (size_t i = 0; i < made->ext_count; i++)
			egov__ext_put(out, made->ext[i].type, made->ext[i].critical,
			              egov_buf_slice(&made->ext[i].value));
		egov__der_close(out, list);
		egov__der_close(out, wrap);
	}
	egov__der_close(out, tbs);
	assert_false(out->failed);
}

void made_signed(const struct made *made, struct egov_buf *out)
{
	static const uint8_t signature[] = { 0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01 };
	const size_t all = egov__der_open(out, EGOV__SEQUENCE);

	made_tbs(made, out);
	egov__buf_slice(out, egov_buf_slice(&made->part[MADE_ALGORITHM]));
	egov__der_put_bit_octets(out, EGOV__SLICE(signature));
	egov__der_close(out, all);
	assert_false(out->failed);
}

void made_corpus(const char *folder, const char *suffix, made_file_fn *fn, void *user)
{
	const char *root = getenv("EGOV_CORPORA");
	char *path = egov__path_join(root == NULL || *root == 0 ? "../shared/corpora" : root, folder);
	struct dirent **names;
	const int count = scandir(path, &names, NULL, alphasort);

	if (count < 0) {
		printf("skipped: no folder %s of the corpora\n", path);
		free(path);
		skip();
	}
	for (int i = 0; i < count; i++) {
		const size_t size = strlen(names[i]->d_name), end = strlen(suffix);

		if (size > end && strcmp(names[i]->d_name + size - end, suffix) == 0) {
			char *file = egov__path_join(path, names[i]->d_name);
			struct egov_buf *bytes = help_read(file);

			fn(user, names[i]->d_name, egov_buf_slice(bytes));
			egov_buf_free(bytes);
			free(file);
		}
		free(names[i]);
	}
	free(names);
	free(path);
}
