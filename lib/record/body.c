/* SPDX-License-Identifier: Apache-2.0 */
#include "record/body.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/text.h"
#include "record/flat.h"

struct egov__body {
	struct egov__flat *flat;        /* one that was read is this, */
	json_t *object;                 /* or this */
	struct egov_buf text;           /* one that is made: without the last brace */
	enum egov_status failed;        /* the first failure */
};

static struct egov__body *new_body(void)
{
	struct egov__body *body = calloc(1, sizeof(*body));

	if (body != NULL)
		body->text = (struct egov_buf)EGOV__BUF(EGOV__MAX_FILE);
	return body;
}

struct egov__body *egov__body_new(void)
{
	struct egov__body *body = new_body();

	if (body == NULL)
		return NULL;
	egov__buf_byte(&body->text, '{');
	if (!body->text.failed)
		return body;
	egov__body_free(body);
	return NULL;
}

void egov__body_free(struct egov__body *body)
{
	if (body == NULL)
		return;
	json_decref(body->object);
	free(body->flat);
	egov__buf_clear(&body->text);
	free(body);
}

/* --- writing --- */

static void fail(struct egov__body *body, enum egov_status why)
{
	if (body->failed == EGOV_OK)
		body->failed = why;
}

/* As jansson writes it: what is read is held against that. */
static void put_string(struct egov_buf *text, const char *value)
{
	static const char escaped[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *from = value;

	egov__buf_byte(text, '"');
	for (const char *at = value;; at++) {
		const unsigned char c = (unsigned char)*at;
		const char *letter;

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		egov__buf_append(text, from, (size_t)(at - from));
		if (c == 0)
			break;
		letter = strchr(escaped, c);
		if (letter != NULL)
			egov__buf_printf(text, "\\%c", letters[letter - escaped]);
		else
			egov__buf_printf(text, "\\u%04X", c);
		from = at + 1;
	}
	egov__buf_byte(text, '"');
}

/* Whether the field that begins at mark, with a comma and its key, has a key that is there: in no
 * text does a comma stand before a quotation mark, since that is escaped. */
static bool is_double(const struct egov_buf *text, size_t mark)
{
	const uint8_t *const field = text->data + mark;
	const size_t size = text->size - mark;

	return memmem(text->data, mark, field, size) != NULL
	       || (size <= mark && memcmp(text->data + 1, field + 1, size - 1) == 0);
}

/* The key; false where nothing can be added. */
static bool begin_field(struct egov__body *body, const char *key)
{
	struct egov_buf *const text = &body->text;
	const size_t mark = text->size;

	if (mark == 0)          /* it was read */
		fail(body, EGOV_E_SYNTAX);
	if (body->failed != EGOV_OK)
		return false;
	if (mark > 1)
		egov__buf_byte(text, ',');
	put_string(text, key);
	egov__buf_byte(text, ':');
	if (mark > 1 && !text->failed && is_double(text, mark))
		fail(body, EGOV_E_SYNTAX);
	return body->failed == EGOV_OK;
}

static void end_field(struct egov__body *body)
{
	if (body->text.failed)
		fail(body, body->text.starved ? EGOV_E_NOMEM : EGOV_E_SYNTAX);
}

void egov__body_text_add(struct egov__body *body, const char *key, const char *value)
{
	if (body == NULL)
		return;
	if (value == NULL) {
		fail(body, EGOV_E_NOMEM);
	} else if (!egov__utf8_check(egov__slice_text(value), NULL)) {
		fail(body, EGOV_E_SYNTAX);
	} else if (begin_field(body, key)) {
		put_string(&body->text, value);
		end_field(body);
	}
}

void egov__body_optional_add(struct egov__body *body, const char *key, const char *value)
{
	if (value != NULL && *value != 0)
		egov__body_text_add(body, key, value);
}

void egov__body_number_add(struct egov__body *body, const char *key, uint64_t value)
{
	if (body == NULL)
		return;
	if (value > INT64_MAX) {
		fail(body, EGOV_E_SYNTAX);
	} else if (begin_field(body, key)) {
		egov__buf_printf(&body->text, "%" PRIu64, value);
		end_field(body);
	}
}

void egov__body_hex_add(struct egov__body *body, const char *key, struct egov_slice bytes)
{
	if (body == NULL || !begin_field(body, key))
		return;
	egov__buf_byte(&body->text, '"');
	egov__buf_hex(&body->text, bytes);
	egov__buf_byte(&body->text, '"');
	end_field(body);
}

void egov__body_time_add(struct egov__body *body, const char *key, egov_time t)
{
	char text[EGOV_TIME_TEXT];

	egov_time_format(t, text);
	egov__body_text_add(body, key, text);
}

const char *egov__body_text(struct egov__body *body)
{
	if (body == NULL || body->failed != EGOV_OK || body->text.size == 0)
		return NULL;
	if (!egov__buf_reserve(&body->text, 2)) {
		end_field(body);
		return NULL;
	}
	memcpy(body->text.data + body->text.size, "}", 2);
	return (const char *)body->text.data;
}

enum egov_status egov__body_check(const struct egov__body *body, struct egov_error *err)
{
	if (body == NULL || body->failed == EGOV_E_NOMEM)
		return egov_error_nomem(err);
	if (body->failed != EGOV_OK)
		return egov_error_set(err, body->failed, NULL,
		                      "journal entry: a value is not UTF-8 text, too large or there twice");
	return EGOV_OK;
}

/* --- reading --- */

static int write_part(const char *part, size_t size, void *buf)
{
	egov__buf_append(buf, part, size);
	return 0;
}

/* Whether it would be written as it was read.  Into a buffer that remembers a failure: jansson's
 * own loses keys that it has no memory for. */
static enum egov_status is_same(const json_t *object, const char *text, bool *same,
                                struct egov_error *err)
{
	struct egov_buf written = EGOV__BUF(EGOV__MAX_FILE);
	enum egov_status rc = EGOV_OK;

	if (json_dump_callback(object, write_part, &written, JSON_COMPACT) != 0
	    || egov__buf_string(&written) == NULL)
		rc = egov_error_nomem(err);
	else
		*same = strcmp(egov__buf_string(&written), text) == 0;
	egov__buf_clear(&written);
	return rc;
}

static enum egov_status parse(const char *text, struct egov__body **out, bool *same,
                              struct egov_error *err)
{
	struct egov__body *body = new_body();
	enum egov_status rc;
	json_error_t why = { 0 };

	if (body == NULL)
		return egov_error_nomem(err);
	body->object = json_loads(text, JSON_REJECT_DUPLICATES, &why);
	/* Where the parser had no memory to begin with, jansson gives no reason. */
	if (body->object == NULL && (json_error_code(&why) == json_error_out_of_memory
	                             || json_error_code(&why) == json_error_unknown))
		rc = egov_error_nomem(err);
	else if (!json_is_object(body->object))
		rc = egov_error_set(err, EGOV_E_CORRUPT, NULL, "its body is not a JSON object");
	else
		rc = is_same(body->object, text, same, err);
	if (rc == EGOV_OK)
		*out = body;
	else
		egov__body_free(body);
	return rc;
}

static enum egov_status parse_flat(struct egov__flat *flat, struct egov__body **out,
                                   struct egov_error *err)
{
	struct egov__body *body = new_body();

	if (body == NULL) {
		free(flat);
		return egov_error_nomem(err);
	}
	body->flat = flat;
	*out = body;
	return EGOV_OK;
}

/* jansson passes over characters that it finds no memory for, and takes the rest for another
 * text or for none: what is not as we write it is read once more. */
enum egov_status egov__body_parse(const char *text, struct egov__body **out, struct egov_error *err)
{
	struct egov__body *body = NULL;
	struct egov__flat *flat = NULL;
	bool same = false;
	enum egov_status rc;

	if (!egov__flat_read(text, &flat))
		return egov_error_nomem(err);
	if (flat != NULL)
		return parse_flat(flat, out, err);
	rc = parse(text, &body, &same, NULL);
	if (rc != EGOV_OK || !same) {
		egov__body_free(body);
		rc = parse(text, &body, &same, err);
	}
	if (rc == EGOV_OK)
		*out = body;
	return rc;
}

const char *egov__body_key(const struct egov__body *body, size_t i)
{
	void *at;

	if (body->flat != NULL)
		return i < body->flat->count ? body->flat->fields[i].key : NULL;
	at = json_object_iter(body->object);
	while (at != NULL && i-- > 0)
		at = json_object_iter_next(body->object, at);
	return at == NULL ? NULL : json_object_iter_key(at);
}

bool egov__body_has(const struct egov__body *body, const char *key)
{
	return body->flat != NULL ? egov__flat_find(body->flat, key) != EGOV__FLAT_FIELDS
	                          : json_object_get(body->object, key) != NULL;
}

const char *egov__body_get_text(const struct egov__body *body, const char *key)
{
	unsigned i;

	if (body->flat == NULL)
		return json_string_value(json_object_get(body->object, key));
	i = egov__flat_find(body->flat, key);
	return i == EGOV__FLAT_FIELDS ? NULL : body->flat->fields[i].text;
}

static bool find_number(const struct egov__body *body, const char *key, int64_t *value)
{
	const json_t *number;
	unsigned i;

	if (body->flat != NULL) {
		i = egov__flat_find(body->flat, key);
		if (i == EGOV__FLAT_FIELDS || body->flat->fields[i].text != NULL)
			return false;
		*value = body->flat->fields[i].number;
		return true;
	}
	number = json_object_get(body->object, key);
	*value = json_is_integer(number) ? json_integer_value(number) : 0;
	return json_is_integer(number);
}

bool egov__body_get_number(const struct egov__body *body, const char *key, uint64_t *value)
{
	int64_t number = 0;

	if (!find_number(body, key, &number) || number < 0)
		return false;
	*value = (uint64_t)number;
	return true;
}

bool egov__body_get_time(const struct egov__body *body, const char *key, egov_time *t)
{
	const char *text = egov__body_get_text(body, key);

	return text != NULL && egov_time_parse(text, t, NULL) == EGOV_OK;
}

bool egov__body_has_hex(const struct egov__body *body, const char *key, struct egov_slice bytes)
{
	static const char digits[] = "0123456789abcdef";
	const char *text = egov__body_get_text(body, key);

	if (text == NULL || strlen(text) / 2 != bytes.size || strlen(text) % 2 != 0)
		return false;
	for (size_t i = 0; i < bytes.size; i++)
		if (text[2 * i] != digits[bytes.data[i] >> 4]
		    || text[2 * i + 1] != digits[bytes.data[i] & 15])
			return false;
	return true;
}
