/* SPDX-License-Identifier: Apache-2.0 */
#include "tool.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define CUT 160                 /* octets of a name that tell which it is */

static const char *program_name = "egov";

void tool_set_program(const char *name)
{
	program_name = name;
}

int tool_exit_status(enum egov_status status)
{
	switch (status) {
	case EGOV_OK:
		return TOOL_YES;
	case EGOV_E_UNTRUSTED:
	case EGOV_E_NOTFOUND:
		return TOOL_NO;
	case EGOV_E_USAGE:
		return TOOL_USAGE;
	case EGOV_E_LIMIT:
	case EGOV_E_UNSUPPORTED:
	case EGOV_E_SYNTAX:
	case EGOV_E_POLICY:
	case EGOV_E_EXISTS:
	case EGOV_E_AUTH:
		return TOOL_REFUSED;
	case EGOV_E_NOMEM:
	case EGOV_E_IO:
	case EGOV_E_BUSY:
	case EGOV_E_DEVICE:
		return TOOL_SURROUNDINGS;
	case EGOV_E_CORRUPT:
		return TOOL_CORRUPT;
	case EGOV_E_CRYPTO:
	default:
		return TOOL_BUG;
	}
}

/* The octets of the well-formed UTF-8 character at text, 0 where there is none
 * or it is a control character. */
static size_t printable(const unsigned char *text)
{
	const unsigned char c = text[0];
	size_t size = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : 4;
	uint32_t value = c & (0xffu >> (size + 1));

	if (size == 1)
		return c >= 0x20 && c != 0x7f;
	if (c < 0xc2 || c > 0xf4)
		return 0;
	for (size_t i = 1; i < size; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (text[i] & 0x3f);
	}
	if (value < 0xa0 || (size == 3 && value < 0x800) || (value >= 0xd800 && value <= 0xdfff)
	    || (size == 4 && (value < 0x10000 || value > 0x10ffff)))
		return 0;
	return size;
}

void tool_escape(FILE *to, const char *text)
{
	const unsigned char *from = (const unsigned char *)text, *at = from;

	for (;;) {
		const size_t size = printable(at);

		if (size > 0) {
			at += size;
			continue;
		}
		if (at > from)
			(void)fwrite(from, 1, (size_t)(at - from), to);
		if (*at == 0)
			break;
		(void)fprintf(to, "\\x%02x", *at++);
		from = at;
	}
}

/* A text that had no room for the whole object begins with a part of it. */
static bool begins_with(const char *text, const char *object)
{
	const size_t size = strlen(object);

	if (size >= CUT)
		return strncmp(text, object, CUT) == 0;
	return strncmp(text, object, size) == 0 && (text[size] == ':' || text[size] == 0);
}

void tool_message(const struct egov_error *err, const char *object)
{
	char code[32];

	tool_progress_hide();
	(void)fprintf(stderr, "%s: ", program_name);
	if (object != NULL && !begins_with(err->text, object)) {
		tool_escape(stderr, object);
		(void)fputs(": ", stderr);
	}
	tool_escape(stderr, err->status == EGOV_OK ? _("failed without a reason") : err->text);
	if (err->status == EGOV_E_DEVICE && err->detail != 0) {
		(void)snprintf(code, sizeof(code), "0x%08lx", (unsigned long)err->detail);
		if (strstr(err->text, code) == NULL)
			(void)fprintf(stderr, " (%s)", code);
	}
	if (err->clause != NULL)
		(void)fprintf(stderr, " (%s)", err->clause);
	(void)fputc('\n', stderr);
}

void tool_error_text(const struct egov_error *err, char *text, size_t room)
{
	(void)snprintf(text, room, err->clause == NULL ? "%s" : "%s (%s)", err->text, err->clause);
}

int tool_fail(const struct egov_error *err, const char *object)
{
	tool_message(err, object);
	return err->status == EGOV_OK ? TOOL_BUG : tool_exit_status(err->status);
}

/* "egov-x: " or "egov-x: subcommand: ", the text, a newline. */
static void __attribute__((format(printf, 2, 0)))
line(const struct tool *tool, const char *fmt, va_list args)
{
	char text[1024];

	(void)vsnprintf(text, sizeof(text), fmt, args);
	tool_progress_hide();
	(void)fprintf(stderr, "%s: ", program_name);
	if (tool->command != NULL && tool->command->name != NULL)
		(void)fprintf(stderr, "%s: ", tool->command->name);
	tool_escape(stderr, text);
	(void)fputc('\n', stderr);
}

void tool_note(const struct tool *tool, const char *fmt, ...)
{
	va_list args;

	if (tool->quiet)
		return;
	va_start(args, fmt);
	line(tool, fmt, args);
	va_end(args);
}

int tool_usage(const struct tool *tool, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	line(tool, fmt, args);
	va_end(args);
	return TOOL_USAGE;
}

enum egov_status tool_error(struct egov_error *err, enum egov_status status, const char *clause,
                            const char *fmt, ...)
{
	va_list args;

	if (err->status != EGOV_OK)
		return status;
	err->status = status;
	err->clause = clause;
	va_start(args, fmt);
	(void)vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	return status;
}

int tool_worse(int a, int b)
{
	return a > b ? a : b;
}
