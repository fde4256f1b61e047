/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <jansson.h>

#include "crypto/hmac.h"
#include "crypto/seen.h"
#include "crypto/sm3_aside.h"

static void check_sm3(struct egov_slice message, const char *hex)
{
	struct egov_error err = { 0 };
	uint8_t wanted[EGOV__SM3_SIZE], found[EGOV__SM3_SIZE];
	struct egov_slice parts[2] = { message, message };
	struct egov__sm3 *sm3 = NULL;

	help_hex(hex, wanted, sizeof(wanted));
	assert_ok(egov__sm3(parts, 1, found, &err), &err);
	assert_memory_equal(found, wanted, sizeof(wanted));
	parts[0].size /= 2;
	parts[1].data += parts[0].size;
	parts[1].size -= parts[0].size;
	assert_ok(egov__sm3(parts, 2, found, &err), &err);
	assert_memory_equal(found, wanted, sizeof(wanted));
	assert_ok(egov__sm3_new(&sm3, &err), &err);
	assert_ok(egov__sm3_update(sm3, parts[0], &err), &err);
	assert_ok(egov__sm3_update(sm3, parts[1], &err), &err);
	assert_ok(egov__sm3_final(sm3, found, &err), &err);
	assert_memory_equal(found, wanted, sizeof(wanted));
	egov__sm3_free(sm3);
}

/* GB/T 32905, appendix A. */
static void standard(void **state)
{
	uint8_t message[64];

	(void)state;
	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)("abcd"[i % 4]);
	check_sm3(egov__slice_text("abc"),
	          "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
	check_sm3(EGOV__SLICE(message),
	          "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
	check_sm3(egov__slice_text(""),
	          "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b");
	egov__sm3_free(NULL);
}

static void evp_tests(void **state)
{
	struct egov_buf *file = help_corpus("sm-kat/evpmd_sm3.txt");
	char *text = egov__slice_copy(egov_buf_slice(file)), *save = NULL;
	struct egov_buf *input = NULL;
	bool sm3 = false;
	int count = 0;

	(void)state;
	assert_non_null(text);
	for (char *line = strtok_r(text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save)) {
		if (strncmp(line, "Digest = ", 9) == 0) {
			sm3 = strcmp(line + 9, "SM3") == 0;
		} else if (sm3 && strncmp(line, "Input = ", 8) == 0) {
			input = help_hex_buf(line + 8);
		} else if (sm3 && strncmp(line, "Output = ", 9) == 0) {
			check_sm3(egov_buf_slice(input), line + 9);
			egov_buf_free(input);
			input = NULL;
			count++;
		}
	}
	assert_true(count >= 5);
	free(text);
	egov_buf_free(file);
}

static void check_hmac(const json_t *test)
{
	struct egov_error err = { 0 };
	struct egov_buf *key = help_hex_buf(json_string_value(json_object_get(test, "key")));
	struct egov_buf *msg = help_hex_buf(json_string_value(json_object_get(test, "msg")));
	struct egov_buf *tag = help_hex_buf(json_string_value(json_object_get(test, "tag")));
	const bool valid = strcmp(json_string_value(json_object_get(test, "result")), "valid") == 0;
	const struct egov_slice part = egov_buf_slice(msg);
	struct egov__hmac *keyed = NULL;
	uint8_t mac[EGOV__SM3_SIZE], again[EGOV__SM3_SIZE];

	assert_ok(egov__hmac_sm3(egov_buf_slice(key), &part, 1, mac, &err), &err);
	assert_true(tag->size <= sizeof(mac));
	assert_int_equal(memcmp(mac, tag->data, tag->size) == 0, valid);
	assert_ok(egov__hmac_new(egov_buf_slice(key), &keyed, &err), &err);
	assert_ok(egov__hmac_run(keyed, part, again, &err), &err);
	assert_memory_equal(again, mac, sizeof(mac));
	assert_ok(egov__hmac_run(keyed, egov__slice_text("another text"), again, &err), &err);
	assert_memory_not_equal(again, mac, sizeof(mac));
	assert_ok(egov__hmac_run(keyed, part, again, &err), &err);
	assert_memory_equal(again, mac, sizeof(mac));
	egov__hmac_free(keyed);
	egov_buf_free(key);
	egov_buf_free(msg);
	egov_buf_free(tag);
}

static void wycheproof_hmac(void **state)
{
	struct egov_buf *file = help_corpus("sm-kat/wycheproof-hmac_sm3_test.json");
	json_t *root = json_loadb((const char *)file->data, file->size, 0, NULL);
	const json_t *group, *test;
	size_t g, t, count = 0;

	(void)state;
	assert_non_null(root);
	json_array_foreach(json_object_get(root, "testGroups"), g, group)
		json_array_foreach(json_object_get(group, "tests"), t, test) {
			check_hmac(test);
			count++;
		}
	assert_int_equal(count, json_integer_value(json_object_get(root, "numberOfTests")));
	json_decref(root);
	egov_buf_free(file);
}

static void hmac_in_parts(void **state)
{
	struct egov_error err = { 0 };
	const struct egov_slice whole = egov__slice_text("ab");
	const struct egov_slice parts[] = { egov__slice_text("a"), egov__slice_text(""),
		                            egov__slice_text("b") };
	uint8_t one[EGOV__SM3_SIZE], other[EGOV__SM3_SIZE];

	(void)state;
	assert_ok(egov__hmac_sm3(EGOV__NO_SLICE, &whole, 1, one, &err), &err);
	assert_ok(egov__hmac_sm3(EGOV__NO_SLICE, parts, 3, other, &err), &err);
	assert_memory_equal(one, other, sizeof(one));
	assert_ok(egov__hmac_sm3(whole, &whole, 1, other, &err), &err);
	assert_memory_not_equal(one, other, sizeof(one));
}

/* Of less than a thread is started for, and of more; in pieces that are less than there is room
 * for, and more; and what is let go before its end. */
static void aside(void **state)
{
	static uint8_t bytes[EGOV__SM3_MUCH + 3 * EGOV__SM3_ROOM + 17];
	static const size_t sizes[] = { 0, 1, EGOV__SM3_MUCH - 1, EGOV__SM3_MUCH, sizeof(bytes) };
	static const size_t pieces[] = { 4099, EGOV__SM3_ROOM, EGOV__SM3_ROOM + 1, sizeof(bytes) };
	struct egov__sm3_aside *sm3 = NULL;
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 + i / 251);
	for (size_t i = 0; i < 5 * 4; i++) {
		const struct egov_slice all = { bytes, sizes[i / 4] };
		const struct egov__source source = egov__source_slice(all);
		uint8_t wanted[EGOV__SM3_SIZE], found[EGOV__SM3_SIZE];

		assert_ok(egov__sm3(&all, 1, wanted, &err), &err);
		assert_ok(egov__sm3_aside_new(all.size, &sm3, &err), &err);
		for (size_t at = 0; at < all.size; at += pieces[i % 4]) {
			const size_t left = all.size - at;
			const size_t size = left < pieces[i % 4] ? left : pieces[i % 4];

			assert_ok(egov__sm3_aside_update(sm3, (struct egov_slice){ bytes + at, size },
			                                 &err), &err);
		}
		assert_ok(egov__sm3_aside_final(sm3, found, &err), &err);
		assert_memory_equal(found, wanted, sizeof(wanted));
		egov__sm3_aside_free(sm3);
		assert_ok(egov__sm3_source(EGOV__NO_SLICE, &source, found, &err), &err);
		assert_memory_equal(found, wanted, sizeof(wanted));
	}
	assert_ok(egov__sm3_aside_new(sizeof(bytes), &sm3, &err), &err);
	assert_ok(egov__sm3_aside_update(sm3, EGOV__SLICE(bytes), &err), &err);
	egov__sm3_aside_free(sm3);
	egov__sm3_aside_free(NULL);
}

/* What was gone through before, and what was changed since. */
static void seen_before(void **state)
{
	static uint8_t bytes[EGOV__SM3_MUCH + 17];
	const struct egov_slice all = EGOV__SLICE(bytes), before = egov__slice_text("Z");
	const struct egov__source source = egov__source_slice(all);
	const struct egov_slice parts[] = { before, all };
	uint8_t seen[EGOV__SEEN_SIZE], wanted[EGOV__SM3_SIZE], found[EGOV__SM3_SIZE];
	struct egov__seen pass = { NULL };
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov__seen_begin(&pass, &err), &err);
	assert_ok(egov__seen_update(&pass, (struct egov_slice){ bytes, 5 }, &err), &err);
	assert_ok(egov__seen_update(&pass, (struct egov_slice){ bytes + 5, sizeof(bytes) - 5 }, &err),
	          &err);
	assert_ok(egov__seen_end(&pass, seen, &err), &err);
	egov__seen_clear(&pass);
	egov__seen_clear(&pass);
	assert_ok(egov__sm3(parts, 2, wanted, &err), &err);
	assert_ok(egov__sm3_source_seen(before, &source, seen, found, &err), &err);
	assert_memory_equal(found, wanted, sizeof(wanted));
	bytes[sizeof(bytes) - 1] ^= 1;
	assert_fails(egov__sm3_source_seen(before, &source, seen, found, &err), &err, EGOV_E_CORRUPT,
	             "not those that were checked");
	assert_ok(egov__sm3_source_seen(before, &source, NULL, found, &err), &err);
}

static void sha1(void **state)
{
	struct egov_error err = { 0 };
	uint8_t wanted[EGOV__SHA1_SIZE], found[EGOV__SHA1_SIZE];

	(void)state;
	help_hex("a9993e364706816aba3e25717850c26c9cd0d89d", wanted, sizeof(wanted));
	assert_ok(egov__sha1(egov__slice_text("abc"), found, &err), &err);
	assert_memory_equal(found, wanted, sizeof(wanted));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(standard),        cmocka_unit_test(evp_tests),
		cmocka_unit_test(wycheproof_hmac), cmocka_unit_test(hmac_in_parts),
		cmocka_unit_test(aside),           cmocka_unit_test(seen_before),
		cmocka_unit_test(sha1),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
