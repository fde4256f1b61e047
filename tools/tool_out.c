/* SPDX-License-Identifier: Apache-2.0 */
#include "tool.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_field(const char *key, const char *value)
{
	(void)printf("%s: ", key);
	tool_escape(stdout, value);
	(void)fputc('\n', stdout);
}

static void print_text(struct tool *tool, const struct egov_report *report, size_t r,
                       const char *key, const char *value)
{
	if (tool->printed > 0)
		(void)fputc('\n', stdout);
	if (key != NULL)
		print_field(key, value);
	for (size_t f = 0; f < egov_report_fields(report, r); f++)
		print_field(egov_report_key(report, r, f), egov_report_value(report, r, f));
}

/* JSON holds control characters itself, but nothing that is not UTF-8. */
static json_t *value_of(const char *text)
{
	json_t *value = json_string(text);
	char *escaped = NULL;
	size_t size = 0;
	FILE *stream;

	if (value != NULL || (stream = open_memstream(&escaped, &size)) == NULL)
		return value;
	tool_escape(stream, text);
	if (fclose(stream) == 0)
		value = json_string(escaped);
	free(escaped);
	return value;
}

/* -1 without memory.  The second value of a key makes an array of the first. */
static int add(json_t *object, const char *key, json_t *value)
{
	json_t *old = json_object_get(object, key);
	json_t *list;

	if (old == NULL)
		return json_object_set_new(object, key, value);
	if (json_is_array(old))
		return json_array_append_new(old, value);
	list = json_array();
	if (json_array_append(list, old) != 0 || json_array_append_new(list, value) != 0) {
		json_decref(list);
		return -1;
	}
	return json_object_set_new(object, key, list);
}

static int print_json(const struct egov_report *report, size_t r, const char *key,
                      const char *value)
{
	json_t *object = json_object();
	int bad = object == NULL ? -1 : 0;

	if (bad == 0 && key != NULL)
		bad = add(object, key, value_of(value));
	for (size_t f = 0; bad == 0 && f < egov_report_fields(report, r); f++)
		bad = add(object, egov_report_key(report, r, f),
		          value_of(egov_report_value(report, r, f)));
	if (bad == 0) {
		/* A short write stays with the stream and is told by tool_flush. */
		(void)json_dumpf(object, stdout, JSON_COMPACT);
		(void)fputc('\n', stdout);
	}
	json_decref(object);
	return bad;
}

enum egov_status tool_print_about(struct tool *tool, const struct egov_report *report, size_t r,
                                  const char *key, const char *value, struct egov_error *err)
{
	const size_t records = egov_report_records(report);

	tool_progress_hide();
	/* What is told about nothing else is a record too. */
	for (; r < (records == 0 && key != NULL ? 1 : records); r++) {
		if (!tool->json)
			print_text(tool, report, r, key, value);
		else if (print_json(report, r, key, value) != 0)
			return tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
		tool->printed++;
	}
	return EGOV_OK;
}

/* The PEM as the first value of the record. */
static enum egov_status print_pem(struct tool *tool, const struct tool_object *object,
                                  const struct egov_report *report, struct egov_error *err)
{
	struct egov_buf *pem = egov_buf_new(2 * EGOV_MAX_FILE);
	char *text = NULL;
	enum egov_status rc = EGOV_E_NOMEM;

	if (pem != NULL)
		rc = egov_pem_encode(object->label, object->der, pem, err);
	if (rc == EGOV_OK)
		text = strndup((const char *)egov_buf_slice(pem).data, egov_buf_slice(pem).size);
	if (text != NULL)
		rc = tool_print_about(tool, report, 0, object->key, text, err);
	else
		rc = tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
	free(text);
	egov_buf_free(pem);
	return rc;
}

enum egov_status tool_hand_out(struct tool *tool, const struct tool_object *object,
                               const struct egov_report *report, struct egov_error *err)
{
	enum egov_status rc;

	if (tool->json && tool->out == NULL)
		return print_pem(tool, object, report, err);
	rc = tool_put_object(tool, object->label, object->der, err);
	if (rc == EGOV_OK && tool->out != NULL)
		rc = tool_print(tool, report, err);
	return rc;
}

enum egov_status tool_print(struct tool *tool, const struct egov_report *report,
                            struct egov_error *err)
{
	return tool_print_about(tool, report, 0, NULL, NULL, err);
}

static int print_object(const struct tool_field *fields, size_t count)
{
	json_t *object = json_object();
	int bad = object == NULL ? -1 : 0;

	for (size_t i = 0; bad == 0 && i < count; i++)
		if (fields[i].value != NULL)
			bad = add(object, fields[i].key, value_of(fields[i].value));
	if (bad == 0) {
		(void)json_dumpf(object, stdout, JSON_COMPACT);
		(void)fputc('\n', stdout);
	}
	json_decref(object);
	return bad;
}

enum egov_status tool_print_line(struct tool *tool, const struct tool_field *fields, size_t count,
                                 struct egov_error *err)
{
	bool first = true;

	tool_progress_hide();
	tool->printed++;
	if (tool->json)
		return print_object(fields, count) == 0
		               ? EGOV_OK
		               : tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
	for (size_t i = 0; i < count; i++) {
		if (fields[i].value == NULL)
			continue;
		if (!first)
			(void)fputc('\t', stdout);
		first = false;
		tool_escape(stdout, fields[i].value);
	}
	(void)fputc('\n', stdout);
	return EGOV_OK;
}

enum egov_status tool_flush(struct egov_error *err)
{
	const bool failed = ferror(stdout) != 0;
	int cause;

	errno = 0;
	if (fflush(stdout) == 0 && !failed)
		return EGOV_OK;
	cause = errno;
	err->status = EGOV_OK;
	if (cause == 0)
		return tool_error(err, EGOV_E_IO, NULL, _("standard output: cannot write"));
	return tool_error(err, EGOV_E_IO, NULL, _("standard output: cannot write: %s"),
	                  strerror(cause));
}
