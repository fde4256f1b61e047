/* SPDX-License-Identifier: Apache-2.0 */
#include "help_record.h"

#include "archive/segment.h"
#include "key/signer.h"

#define ENTRIES 64
#define FIRST 1000

static const struct help_key *key;
static const uint8_t root[32] = { 7 };

/* What a test packs: entries of two kinds, every other one with an object, some sealed. */
static struct egov_slice entry_of(unsigned i, char text[128])
{
	const int size = snprintf(text, 128, "entry %u of kind %u: the serial 40000000%08x, of li", i,
	                          i % 2, i * 2654435761u);

	return (struct egov_slice){ (const uint8_t *)text, (size_t)size };
}

static struct egov_slice object_of(unsigned i, char text[512])
{
	const int size = snprintf(text, 512, "%0200u|%u|%0200x", 1u, i * 40503u, 2u);

	return (struct egov_slice){ (const uint8_t *)text, i % 2 == 0 ? (size_t)size : 0 };
}

static struct egov_slice sealed_of(unsigned i)
{
	static const uint8_t blob[] = { 1, 2, 3, 0, 255 };

	return (struct egov_slice){ blob, i % 3 == 0 ? sizeof(blob) : 0 };
}

static void fill(struct egov__segment_writer *writer, unsigned count)
{
	char entry[128], object[512];
	struct egov_error err = { 0 };

	for (unsigned i = 0; i < count; i++) {
		const struct egov__segment_item item = {
			.kind = i % 2 == 0 ? "issue" : "revoke", .profile = "agency-sign",
			.entry = entry_of(i, entry), .sealed = sealed_of(i),
			.object = object_of(i, object),
		};

		assert_ok(egov__segment_add(writer, &item, &err), &err);
	}
}

static const struct egov__segment facts = { .number = 3, .revision = 2, .first = FIRST, .root = root };

static struct egov_buf made = EGOV__BUF(EGOV__SEGMENT_MAX);

static void make(unsigned count, struct egov_buf *out)
{
	struct egov__segment said = facts;
	struct egov__segment_writer *writer = NULL;
	struct egov_buf content = EGOV__BUF(EGOV__SEGMENT_MAX), signature = EGOV__BUF(256);
	struct egov_error err = { 0 };

	said.home = EGOV__SLICE(root);
	said.journal_key = EGOV__SLICE(key->spki);
	assert_ok(egov__segment_begin(&writer, &err), &err);
	fill(writer, count);
	assert_int_equal(egov__segment_count(writer), count);
	assert_false(egov__segment_is_full(writer));
	assert_ok(egov__segment_content(writer, &said, &content, &err), &err);
	help_sign_message(key, egov_buf_slice(&content), &signature);
	assert_ok(egov__segment_join(egov_buf_slice(&content), egov_buf_slice(&signature), out, &err),
	          &err);
	egov__segment_free(writer);
	egov__buf_clear(&content);
	egov__buf_clear(&signature);
}

static int set_up(void **state)
{
	(void)state;
	key = help_named_key("journal");
	make(ENTRIES, &made);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	egov__buf_clear(&made);
	return 0;
}

static void assert_part(const struct egov__segment *segment, struct egov__zlib *zlib,
                        const struct egov__packed *packed, struct egov_slice wanted)
{
	struct egov_buf bytes = EGOV__BUF(1024);
	struct egov_error err = { 0 };

	assert_ok(egov__segment_unpack(segment, zlib, packed, &bytes, &err), &err);
	assert_true(egov__slice_equal(egov_buf_slice(&bytes), wanted));
	egov__buf_clear(&bytes);
}

/* Everything in any order, as it was added. */
static void read_back(void **state)
{
	struct egov__segment segment;
	struct egov__segment_record record;
	struct egov__zlib *zlib = NULL;
	struct egov_error err = { 0 };
	char entry[128], object[512];

	(void)state;
	assert_ok(egov__zlib_open(&zlib, &err), &err);
	assert_ok(egov__segment_read(egov_buf_slice(&made), &segment, &err), &err);
	assert_ok(egov__segment_verify(&segment, EGOV__SLICE(key->spki), &err), &err);
	assert_int_equal(segment.number, 3);
	assert_int_equal(segment.revision, 2);
	assert_int_equal(segment.first, FIRST);
	assert_int_equal(segment.count, ENTRIES);
	assert_memory_equal(segment.root, root, sizeof(root));
	assert_int_equal(segment.dictionaries_count, 3);
	for (unsigned i = ENTRIES; i-- > 0;) {
		assert_ok(egov__segment_record(&segment, i, &record, &err), &err);
		assert_part(&segment, zlib, &record.entry, entry_of(i, entry));
		assert_part(&segment, zlib, &record.object, object_of(i, object));
		assert_true(egov__slice_equal(record.sealed, sealed_of(i)));
	}
	assert_fails(egov__segment_record(&segment, ENTRIES, &record, &err), &err, EGOV_E_CORRUPT,
	             "it has no such entry");
	egov__zlib_close(zlib);
}

/* What one profile's certificates share is there once. */
static void shared(void **state)
{
	char entry[128], object[512];
	size_t raw = 0;

	(void)state;
	for (unsigned i = 0; i < ENTRIES; i++)
		raw += entry_of(i, entry).size + object_of(i, object).size;
	assert_true(made.size * 2 < raw);
}

static void few(void **state)
{
	struct egov_buf file = EGOV__BUF(EGOV__SEGMENT_MAX);
	struct egov__segment segment;
	struct egov_error err = { 0 };

	(void)state;
	make(1, &file);
	assert_ok(egov__segment_read(egov_buf_slice(&file), &segment, &err), &err);
	assert_int_equal(segment.count, 1);
	assert_int_equal(segment.dictionaries_count, 0);
	egov__buf_clear(&file);
}

/* Reads all of it, as far as it goes; whether there was nothing wrong. */
static bool is_good(struct egov_slice file)
{
	struct egov__segment segment;
	struct egov__segment_record record;
	struct egov__zlib *zlib = NULL;
	struct egov_buf bytes = EGOV__BUF(4096);
	struct egov_error err = { 0 };
	enum egov_status rc = egov__zlib_open(&zlib, &err);

	if (rc == EGOV_OK)
		rc = egov__segment_read(file, &segment, &err);
	for (uint64_t i = 0; rc == EGOV_OK && i < segment.count; i++) {
		egov_buf_reset(&bytes);
		rc = egov__segment_record(&segment, i, &record, &err);
		if (rc == EGOV_OK)
			rc = egov__segment_unpack(&segment, zlib, &record.entry, &bytes, &err);
		if (rc == EGOV_OK)
			rc = egov__segment_unpack(&segment, zlib, &record.object, &bytes, &err);
	}
	if (rc == EGOV_OK)
		rc = egov__segment_verify(&segment, EGOV__SLICE(key->spki), &err);
	if (rc != EGOV_OK)
		assert_int_equal(rc, EGOV_E_CORRUPT);
	egov__zlib_close(zlib);
	egov__buf_clear(&bytes);
	return rc == EGOV_OK;
}

/* Any octet that is another one: an error, never something else than was archived. */
static void altered(void **state)
{
	uint8_t *const bytes = made.data;

	(void)state;
	assert_true(is_good(egov_buf_slice(&made)));
	for (size_t i = 0; i < made.size; i += 7) {
		bytes[i] ^= (uint8_t)(1u << i % 8);
		assert_false(is_good(egov_buf_slice(&made)));
		bytes[i] ^= (uint8_t)(1u << i % 8);
	}
	for (size_t size = 0; size < made.size; size += 13)
		assert_false(is_good((struct egov_slice){ bytes, size }));
}

static void other_key(void **state)
{
	const struct help_key *const other = help_named_key("other");
	struct egov__segment segment;
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov__segment_read(egov_buf_slice(&made), &segment, &err), &err);
	assert_fails(egov__segment_verify(&segment, EGOV__SLICE(other->spki), &err), &err,
	             EGOV_E_CORRUPT, "names another journal key");
}

/* A stream that grows beyond what is wanted, or needs a dictionary that is not there. */
static void streams(void **state)
{
	static const uint8_t zeros[100000];
	struct egov_buf packed = EGOV__BUF(EGOV__SEGMENT_MAX), bytes = EGOV__BUF(99999);
	struct egov_buf whole = EGOV__BUF(sizeof(zeros));
	struct egov__zlib *zlib = NULL;
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov__zlib_open(&zlib, &err), &err);
	assert_ok(egov__zlib_pack(zlib, EGOV__NO_SLICE, EGOV__SLICE(zeros), &packed, &err), &err);
	assert_fails(egov__zlib_unpack(zlib, EGOV__NO_SLICE, egov_buf_slice(&packed), &bytes, &err),
	             &err, EGOV_E_CORRUPT, "damaged");
	assert_ok(egov__zlib_unpack(zlib, EGOV__NO_SLICE, egov_buf_slice(&packed), &whole, &err), &err);
	assert_int_equal(whole.size, sizeof(zeros));
	egov__buf_byte(&packed, 0);
	egov_buf_reset(&whole);
	assert_fails(egov__zlib_unpack(zlib, EGOV__NO_SLICE, egov_buf_slice(&packed), &whole, &err),
	             &err, EGOV_E_CORRUPT, "damaged");
	egov_buf_reset(&packed);
	egov_buf_reset(&whole);
	assert_ok(egov__zlib_pack(zlib, EGOV__SLICE(root), EGOV__SLICE(root), &packed, &err), &err);
	assert_fails(egov__zlib_unpack(zlib, EGOV__NO_SLICE, egov_buf_slice(&packed), &whole, &err),
	             &err, EGOV_E_CORRUPT, "damaged");
	assert_ok(egov__zlib_unpack(zlib, EGOV__SLICE(root), egov_buf_slice(&packed), &whole, &err),
	          &err);
	assert_true(egov__slice_equal(egov_buf_slice(&whole), EGOV__SLICE(root)));
	egov__zlib_close(zlib);
	egov__buf_clear(&packed);
	egov__buf_clear(&bytes);
	egov__buf_clear(&whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_back), cmocka_unit_test(shared),    cmocka_unit_test(few),
		cmocka_unit_test(altered),   cmocka_unit_test(other_key), cmocka_unit_test(streams),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
