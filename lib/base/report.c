/* SPDX-License-Identifier: Apache-2.0 */
#include "base/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct field {
	size_t record;
	const char *key;        /* static */
	char *value;
};

struct egov_report {
	struct field *fields;
	size_t count, room, records;
	bool failed;
};

struct egov_report *egov_report_new(void)
{
	return calloc(1, sizeof(struct egov_report));
}

void egov_report_free(struct egov_report *report)
{
	if (report == NULL)
		return;
	for (size_t i = 0; i < report->count; i++)
		free(report->fields[i].value);
	free(report->fields);
	free(report);
}

size_t egov_report_records(const struct egov_report *report)
{
	return report->records;
}

/* Fields lie in the order of their records: the first of r, by halving. */
static size_t first_of(const struct egov_report *report, size_t r)
{
	size_t low = 0, high = report->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (report->fields[middle].record < r)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t egov_report_fields(const struct egov_report *report, size_t r)
{
	return first_of(report, r + 1) - first_of(report, r);
}

static const struct field *field_at(const struct egov_report *report, size_t r, size_t f)
{
	const size_t at = first_of(report, r) + f;

	return at < report->count && report->fields[at].record == r ? &report->fields[at] : NULL;
}

const char *egov_report_key(const struct egov_report *report, size_t r, size_t f)
{
	const struct field *field = field_at(report, r, f);

	return field == NULL ? NULL : field->key;
}

const char *egov_report_value(const struct egov_report *report, size_t r, size_t f)
{
	const struct field *field = field_at(report, r, f);

	return field == NULL ? NULL : field->value;
}

const char *egov_report_find(const struct egov_report *report, size_t r, const char *key)
{
	const struct field *field;

	for (size_t f = 0; (field = field_at(report, r, f)) != NULL; f++)
		if (strcmp(field->key, key) == 0)
			return field->value;
	return NULL;
}

void egov__report_record(struct egov_report *report)
{
	report->records++;
}

static bool make_room(struct egov_report *report)
{
	const size_t room = report->room == 0 ? 16 : report->room * 2;
	struct field *grown;

	if (report->count < report->room)
		return true;
	grown = reallocarray(report->fields, room, sizeof(*grown));
	if (grown == NULL)
		return false;
	report->fields = grown;
	report->room = room;
	return true;
}

void egov__report_add(struct egov_report *report, const char *key, const char *fmt, ...)
{
	char *value = NULL;
	va_list args;
	int size;

	va_start(args, fmt);
	size = vasprintf(&value, fmt, args);
	va_end(args);
	if (size < 0 || !make_room(report)) {
		report->failed = true;
		if (size >= 0)
			free(value);
		return;
	}
	if (report->records == 0)
		report->records = 1;
	report->fields[report->count++] = (struct field){ report->records - 1, key, value };
}

void egov__report_take(struct egov_report *report, const char *key, struct egov_buf *text)
{
	const char *const value = egov__buf_string(text);

	if (value == NULL)
		report->failed = true;
	else
		egov__report_add(report, key, "%s", value);
	egov__buf_clear(text);
}

void egov__report_hex(struct egov_report *report, const char *key, struct egov_slice bytes)
{
	struct egov_buf hex = EGOV__BUF(2 * EGOV__MAX_OBJECT);

	egov__buf_hex(&hex, bytes);
	egov__report_take(report, key, &hex);
}

void egov__report_time(struct egov_report *report, const char *key, egov_time t)
{
	char text[EGOV_TIME_TEXT];

	egov_time_format(t, text);
	egov__report_add(report, key, "%s", text);
}

enum egov_status egov__report_check(const struct egov_report *report, struct egov_error *err)
{
	return report->failed ? egov_error_nomem(err) : EGOV_OK;
}
