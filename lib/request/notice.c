/* SPDX-License-Identifier: Apache-2.0 */
#include "request/notice.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

#define CLAUSE "Order No. 4, Art. 21 para 2"
#define HEADING_MAX 80          /* characters */
#define PARTS 4

/* What the heading of a part says, in either language. */
static const struct {
	const char *chinese, *english;
} parts[PARTS] = {
	{ "使用条件", "conditions of use" },
	{ "法律责任", "legal liability" },
	{ "权利和义务", "rights and duties" },
	{ "责任范围", "scope of responsibility" },
};

struct notice {
	struct egov_slice version;
	bool has_version;
	bool heading[PARTS], content[PARTS];
};

static bool starts_with(struct egov_slice line, const char *text)
{
	const size_t size = strlen(text);

	return line.size >= size && memcmp(line.data, text, size) == 0;
}

static bool ends_with(struct egov_slice line, const char *text)
{
	const size_t size = strlen(text);

	return line.size >= size && memcmp(line.data + line.size - size, text, size) == 0;
}

static bool skip(struct egov_slice *line, const char *text)
{
	if (!starts_with(*line, text))
		return false;
	line->data += strlen(text);
	line->size -= strlen(text);
	return true;
}

static bool skip_any(struct egov_slice *line, const char *const *texts)
{
	for (; *texts != NULL; texts++)
		if (skip(line, *texts))
			return true;
	return false;
}

/* Blanks, the ideographic one too, and the carriage return of CR LF. */
static struct egov_slice trim(struct egov_slice line)
{
	static const char *const blanks[] = { " ", "\t", "\r", "\u3000", NULL };

	while (skip_any(&line, blanks))
		;
	for (bool again = true; again;) {
		again = false;
		for (size_t i = 0; blanks[i] != NULL; i++)
			if (ends_with(line, blanks[i])) {
				line.size -= strlen(blanks[i]);
				again = true;
			}
	}
	return line;
}

/* Case of ASCII letters does not count. */
static bool contains(struct egov_slice line, const char *text)
{
	const size_t size = strlen(text);

	for (size_t at = 0; at + size <= line.size; at++)
		if (strncasecmp((const char *)line.data + at, text, size) == 0)
			return true;
	return false;
}

static bool skip_numerals(struct egov_slice *line)
{
	static const char *const chinese[] = { "一", "二", "三", "四", "五", "六",
		                               "七", "八", "九", "十", NULL };
	bool some = false;

	for (;;) {
		if (line->size > 0 && line->data[0] >= '0' && line->data[0] <= '9') {
			line->data++;
			line->size--;
		} else if (!skip_any(line, chinese)) {
			return some;
		}
		some = true;
	}
}

/* What a heading begins with: "#", "1.", "1)", "1、", "一、", "(1)", "（一）",
 * "第一条", "Part 1". */
static bool has_mark(struct egov_slice line)
{
	static const char *const open[] = { "(", "（", NULL };
	static const char *const close[] = { ")", "）", NULL };
	static const char *const after[] = { ".", "．", "、", ")", "）", NULL };
	static const char *const words[] = { "part ", "article ", "section " };

	if (starts_with(line, "#"))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (line.size > strlen(words[i])
		    && strncasecmp((const char *)line.data, words[i], strlen(words[i])) == 0) {
			line.data += strlen(words[i]);
			line.size -= strlen(words[i]);
			return skip_numerals(&line);
		}
	if (skip(&line, "第"))
		return skip_numerals(&line);
	if (skip_any(&line, open))
		return skip_numerals(&line) && skip_any(&line, close);
	return skip_numerals(&line) && skip_any(&line, after);
}

/* A sentence is not a heading, however it begins. */
static bool is_sentence(struct egov_slice line)
{
	static const char *const ends[] = { "。", "；", "，", ".", ";", ",", NULL };
	size_t characters = 0;

	if (!egov__utf8_check(line, &characters) || characters > HEADING_MAX)
		return true;
	for (size_t i = 0; ends[i] != NULL; i++)
		if (ends_with(line, ends[i]))
			return true;
	return contains(line, "。");
}

/* Nothing but the words, and maybe a colon. */
static bool is_exactly(struct egov_slice line, const char *words)
{
	const size_t size = strlen(words);

	if (line.size < size || strncasecmp((const char *)line.data, words, size) != 0)
		return false;
	line.data += size;
	line.size -= size;
	return line.size == 0 || egov__slice_is(line, ":") || egov__slice_is(line, "：");
}

/* The part that this line is the heading of, PARTS where it is none. */
static size_t heading_of(struct egov_slice line)
{
	const bool marked = has_mark(line) && !is_sentence(line);

	for (size_t i = 0; i < PARTS; i++) {
		if (is_exactly(line, parts[i].chinese) || is_exactly(line, parts[i].english))
			return i;
		if (marked && (contains(line, parts[i].chinese) || contains(line, parts[i].english)))
			return i;
	}
	return PARTS;
}

/* "Version: V", "版本：V" or "版本号：V"; value is what follows. */
static bool is_version_line(struct egov_slice line, struct egov_slice *value)
{
	static const char *const words[] = { "版本号", "版本", NULL };
	static const char *const colons[] = { ":", "：", NULL };
	static const char english[] = "version";

	if (line.size > strlen(english)
	    && strncasecmp((const char *)line.data, english, strlen(english)) == 0) {
		line.data += strlen(english);
		line.size -= strlen(english);
	} else if (!skip_any(&line, words)) {
		return false;
	}
	line = trim(line);
	if (!skip_any(&line, colons))
		return false;
	*value = trim(line);
	return true;
}

static void read_notice(struct egov_slice text, struct notice *notice)
{
	size_t part = PARTS;

	while (text.size > 0) {
		const uint8_t *end = memchr(text.data, '\n', text.size);
		const size_t size = end == NULL ? text.size : (size_t)(end - text.data);
		const struct egov_slice line = trim((struct egov_slice){ text.data, size });
		const size_t heading = heading_of(line);

		text.data += size + (end != NULL);
		text.size -= size + (end != NULL);
		if (heading < PARTS) {
			part = heading;
			notice->heading[part] = true;
		} else if (part < PARTS) {
			notice->content[part] |= line.size > 0;
		} else if (!notice->has_version) {
			notice->has_version = is_version_line(line, &notice->version);
		}
	}
}

static enum egov_status check_version(const struct notice *notice, const char *version,
                                      struct egov_error *err)
{
	const struct egov_slice found = notice->version;
	const bool fit_to_print = found.size <= 80 && !egov__utf8_has_control(found);

	if (!notice->has_version)
		return egov_error_set(err, EGOV_E_POLICY, CLAUSE,
		                      "the notice has no line \"Version: %s\" before its parts",
		                      version);
	if (!egov__slice_is(found, version))
		return egov_error_set(err, EGOV_E_POLICY, CLAUSE,
		                      "the notice is version \"%.*s\", the application names \"%s\"",
		                      fit_to_print ? (int)found.size : 0, (const char *)found.data,
		                      version);
	return EGOV_OK;
}

static enum egov_status check_part(const struct notice *notice, size_t i, struct egov_error *err)
{
	if (!notice->heading[i])
		return egov_error_set(err, EGOV_E_POLICY, CLAUSE,
		                      "the notice has no part \"%s\" (%s)", parts[i].chinese,
		                      parts[i].english);
	if (!notice->content[i])
		return egov_error_set(err, EGOV_E_POLICY, CLAUSE,
		                      "the notice says nothing under \"%s\" (%s)", parts[i].chinese,
		                      parts[i].english);
	return EGOV_OK;
}

enum egov_status egov__notice_check(struct egov_slice text, const char *version,
                                    struct egov_error *err)
{
	struct notice notice = { .has_version = false };
	enum egov_status rc;

	if (!egov__utf8_check(text, NULL))
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 3629",
		                      "the text of the notice is not UTF-8");
	(void)skip(&text, "\xef\xbb\xbf");
	read_notice(text, &notice);
	rc = check_version(&notice, version, err);
	for (size_t i = 0; rc == EGOV_OK && i < PARTS; i++)
		rc = check_part(&notice, i, err);
	return rc;
}
