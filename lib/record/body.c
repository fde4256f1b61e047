/* SPDX-License-Identifier: Apache-2.0 */
#include "record/body.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/text.h"
#include "record/flat.h"

struct egov__body {
	struct egov__flat *flat;        /* of one that was read: in the place of object */
	json_t *object;
	struct egov_buf text;           /* of the last egov__body_text */
	enum egov_status failed;        /* the first failure */
};

struct egov__body *egov__body_new(void)
{
	struct egov__body *body = calloc(1, sizeof(*body));

	if (body == NULL)
		return NULL;
	body->text = (struct egov_buf)EGOV__BUF(EGOV__MAX_FILE);
	body->object = json_object();
	if (body->object == NULL) {
		free(body);
		return NULL;
	}
	return body;
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

static void fail(struct egov__body *body, enum egov_status why)
{
	if (body->failed == EGOV_OK)
		body->failed = why;
}

/* Takes value. */
static void add(struct egov__body *body, const char *key, json_t *value)
{
	if (body->object == NULL || json_object_get(body->object, key) != NULL) {
		json_decref(value);
		fail(body, EGOV_E_SYNTAX);
	} else if (value == NULL || json_object_set_new(body->object, key, value) != 0) {
		fail(body, EGOV_E_NOMEM);
	}
}

void egov__body_text_add(struct egov__body *body, const char *key, const char *value)
{
	if (body == NULL)
		return;
	if (value == NULL)
		fail(body, EGOV_E_NOMEM);
	else if (!egov__utf8_check(egov__slice_text(value), NULL))
		fail(body, EGOV_E_SYNTAX);
	else
		add(body, key, json_string(value));
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
	if (value > INT64_MAX)
		fail(body, EGOV_E_SYNTAX);
	else
		add(body, key, json_integer((json_int_t)value));
}

void egov__body_hex_add(struct egov__body *body, const char *key, struct egov_slice bytes)
{
	struct egov_buf hex = EGOV__BUF(2 * EGOV__MAX_OBJECT);
	const char *text;

	if (body == NULL)
		return;
	egov__buf_hex(&hex, bytes);
	text = egov__buf_string(&hex);
	if (text == NULL)
		fail(body, EGOV_E_NOMEM);
	else
		add(body, key, json_string(text));
	egov__buf_clear(&hex);
}

void egov__body_time_add(struct egov__body *body, const char *key, egov_time t)
{
	char text[EGOV_TIME_TEXT];

	if (body == NULL)
		return;
	egov_time_format(t, text);
	add(body, key, json_string(text));
}

static int write_part(const char *part, size_t size, void *buf)
{
	egov__buf_append(buf, part, size);
	return 0;
}

/* Into a buffer that remembers a failure: jansson's own loses keys that it has no memory for. */
const char *egov__body_text(struct egov__body *body)
{
	const char *text = NULL;

	if (body == NULL || body->failed != EGOV_OK || body->object == NULL)
		return NULL;
	egov_buf_reset(&body->text);
	if (json_dump_callback(body->object, write_part, &body->text, JSON_COMPACT) == 0)
		text = egov__buf_string(&body->text);
	if (text == NULL)
		fail(body, EGOV_E_NOMEM);
	return text;
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

/* same: the body is written as it was read. */
static enum egov_status parse(const char *text, struct egov__body **out, bool *same,
                              struct egov_error *err)
{
	struct egov__body *body = calloc(1, sizeof(*body));
	enum egov_status rc = EGOV_OK;
	const char *written = NULL;
	json_error_t why = { 0 };

	if (body == NULL)
		return egov_error_nomem(err);
	body->text = (struct egov_buf)EGOV__BUF(EGOV__MAX_FILE);
	body->object = json_loads(text, JSON_REJECT_DUPLICATES, &why);
	/* Where the parser had no memory to begin with, jansson gives no reason. */
	if (body->object == NULL && (json_error_code(&why) == json_error_out_of_memory
	                             || json_error_code(&why) == json_error_unknown))
		rc = egov_error_nomem(err);
	else if (!json_is_object(body->object))
		rc = egov_error_set(err, EGOV_E_CORRUPT, NULL, "its body is not a JSON object");
	else if ((written = egov__body_text(body)) == NULL)
		rc = egov_error_nomem(err);
	if (rc == EGOV_OK) {
		*same = strcmp(written, text) == 0;
		*out = body;
		return EGOV_OK;
	}
	egov__body_free(body);
	return rc;
}

static enum egov_status parse_flat(struct egov__flat *flat, struct egov__body **out,
                                   struct egov_error *err)
{
	struct egov__body *body = calloc(1, sizeof(*body));

	if (body == NULL) {
		free(flat);
		return egov_error_nomem(err);
	}
	body->text = (struct egov_buf)EGOV__BUF(EGOV__MAX_FILE);
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
