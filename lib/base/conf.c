/* SPDX-License-Identifier: Apache-2.0 */
#include "base/conf.h"

#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fileio.h"
#include "base/text.h"

#define LINE_MAX_OCTETS 198     /* what libinih reads into its line, less the newline */
#define NAME_MAX_OCTETS 48      /* libinih cuts longer section names and keys silently */

struct item {
	char *section, *key;    /* key NULL: the section's own line */
	struct egov_buf value;
	unsigned line;
	bool known;
};

struct egov__conf {
	char *name;
	struct item *items;
	size_t count, room;
};

/* What the callbacks of libinih share while one text is parsed. */
struct parsing {
	struct egov__conf *conf;
	struct egov_slice rest;
	unsigned line;
	bool indented;          /* the current line goes on from the one before */
	struct egov_error *err;
	enum egov_status rc;
};

/* Most keys differ in their first octet: every line is held against all before it. */
static bool is_key(const struct item *item, const char *key)
{
	if (key == NULL || item->key == NULL)
		return key == NULL && item->key == NULL;
	return *item->key == *key && strcmp(item->key, key) == 0;
}

static struct item *find(const struct egov__conf *conf, const char *section, const char *key)
{
	for (size_t i = 0; i < conf->count; i++)
		if (is_key(&conf->items[i], key) && strcmp(conf->items[i].section, section) == 0)
			return &conf->items[i];
	return NULL;
}

static struct item *make_room(struct egov__conf *conf)
{
	const size_t wanted = conf->room == 0 ? 32 : conf->room * 2;
	struct item *grown;

	if (conf->count < conf->room)
		return &conf->items[conf->count];
	grown = reallocarray(conf->items, wanted, sizeof(*grown));
	if (grown == NULL)
		return NULL;
	conf->items = grown;
	conf->room = wanted;
	return &grown[conf->count];
}

static enum egov_status add(struct parsing *p, const char *section, const char *key,
                            const char *value)
{
	struct egov__conf *conf = p->conf;
	struct item *item = make_room(conf);

	if (item == NULL)
		return egov_error_nomem(p->err);
	*item = (struct item){ .section = egov__text_dup(section),
		               .key = key == NULL ? NULL : egov__text_dup(key),
		               .value = EGOV__BUF(EGOV__MAX_OBJECT),
		               .line = p->line };
	conf->count++;
	egov__buf_text(&item->value, value);
	if (item->section == NULL || (key != NULL && item->key == NULL))
		return egov_error_nomem(p->err);
	(void)egov__buf_string(&item->value);
	return egov__buf_check(&item->value, p->err);
}

static enum egov_status on_value(struct parsing *p, const char *section, const char *key,
                                 const char *value)
{
	struct item *last = p->conf->count == 0 ? NULL : &p->conf->items[p->conf->count - 1];

	if (p->indented && last != NULL && last->key != NULL && strcmp(last->key, key) == 0) {
		egov__buf_text(&last->value, value);
		(void)egov__buf_string(&last->value);
		return egov__buf_check(&last->value, p->err);
	}
	if (*section == 0)
		return egov_error_set(p->err, EGOV_E_SYNTAX, NULL, "key \"%s\" before any [section]",
		                      key);
	if (strlen(section) > NAME_MAX_OCTETS || strlen(key) > NAME_MAX_OCTETS)
		return egov_error_set(p->err, EGOV_E_SYNTAX, NULL,
		                      "section or key of more than %d octets", NAME_MAX_OCTETS);
	if (find(p->conf, section, key) != NULL)
		return egov_error_set(p->err, EGOV_E_SYNTAX, NULL, "[%s] %s: given twice", section,
		                      key);
	return add(p, section, key, value);
}

static int handler(void *user, const char *section, const char *key, const char *value)
{
	struct parsing *p = user;

	if (p->rc == EGOV_OK)
		p->rc = on_value(p, section, key, value);
	return p->rc == EGOV_OK;
}

static struct egov_slice without_blanks(struct egov_slice line)
{
	while (line.size > 0 && (line.data[0] == ' ' || line.data[0] == '\t' || line.data[0] == '\r'))
		line = (struct egov_slice){ line.data + 1, line.size - 1 };
	return line;
}

/* Whether an indented line has a value to go on from. */
static bool has_open_value(const struct egov__conf *conf)
{
	return conf->count > 0 && conf->items[conf->count - 1].key != NULL;
}

static enum egov_status add_section(struct parsing *p, struct egov_slice name)
{
	char *text = egov__slice_copy(name);
	enum egov_status rc;

	if (text == NULL)
		return egov_error_nomem(p->err);
	if (find(p->conf, text, NULL) != NULL)
		rc = egov_error_set(p->err, EGOV_E_SYNTAX, NULL, "[%s]: given twice", text);
	else
		rc = add(p, text, NULL, "");
	free(text);
	return rc;
}

/* libinih does not report the lines of sections, would merge two of the same
 * name and drop what stands behind one: they are noted here, while the line
 * passes by. */
static enum egov_status note_section(struct parsing *p, struct egov_slice line)
{
	struct egov_slice name = line, rest;
	const uint8_t *close;

	if (p->indented && !has_open_value(p->conf))
		name = without_blanks(line);
	if (name.size == 0 || name.data[0] != '[')
		return EGOV_OK;
	close = memchr(name.data, ']', name.size);
	if (close == NULL)
		return egov_error_set(p->err, EGOV_E_SYNTAX, NULL, "[section] without its \"]\"");
	rest = (struct egov_slice){ close + 1, (size_t)(name.data + name.size - close) - 1 };
	rest = without_blanks(rest);
	if (rest.size > 0 && rest.data[0] != ';' && rest.data[0] != '#')
		return egov_error_set(p->err, EGOV_E_SYNTAX, NULL, "text behind a [section]");
	return add_section(p, (struct egov_slice){ name.data + 1, (size_t)(close - name.data) - 1 });
}

/* A tab is none here, nor is the carriage return of a line's end. */
static bool has_control(struct egov_slice line)
{
	struct egov_slice part = line;

	if (line.size > 0 && line.data[line.size - 1] == '\r')
		line.size--;
	for (size_t i = 0; i <= line.size; i++) {
		if (i < line.size && line.data[i] != '\t')
			continue;
		part.size = (size_t)(line.data + i - part.data);
		if (egov__utf8_has_control(part))
			return true;
		part.data = line.data + i + 1;
	}
	return false;
}

static enum egov_status take_line(struct parsing *p, char *to, size_t room,
                                  struct egov_slice line)
{
	if (line.size > LINE_MAX_OCTETS || line.size + 2 > room)
		return egov_error_set(p->err, EGOV_E_SYNTAX, NULL,
		                      "line of %zu octets, at most %d: continue it on an indented line",
		                      line.size, LINE_MAX_OCTETS);
	if (!egov__utf8_check(line, NULL))
		return egov_error_set(p->err, EGOV_E_SYNTAX, "RFC 3629", "not UTF-8");
	if (has_control(line))
		return egov_error_set(p->err, EGOV_E_SYNTAX, NULL, "control character");
	memcpy(to, line.data, line.size);
	to[line.size] = '\n';
	to[line.size + 1] = 0;
	p->indented = line.size > 0 && (line.data[0] == ' ' || line.data[0] == '\t');
	return note_section(p, line);
}

/* Gives libinih the next line, and refuses what it would cut or merge. */
static char *reader(char *to, int room, void *stream)
{
	struct parsing *p = stream;
	const uint8_t *end;
	struct egov_slice line;

	if (p->rc != EGOV_OK || p->rest.size == 0)
		return NULL;
	end = memchr(p->rest.data, '\n', p->rest.size);
	line.data = p->rest.data;
	line.size = end == NULL ? p->rest.size : (size_t)(end - p->rest.data);
	p->line++;
	p->rest.data += line.size + (end != NULL);
	p->rest.size -= line.size + (end != NULL);
	p->rc = take_line(p, to, (size_t)room, line);
	return p->rc == EGOV_OK ? to : NULL;
}

enum egov_status egov__conf_parse(struct egov_slice text, const char *name,
                                  struct egov__conf **out, struct egov_error *err)
{
	struct egov__conf *conf = calloc(1, sizeof(*conf));
	struct parsing p = { .conf = conf, .rest = text, .err = err, .rc = EGOV_OK };
	int bad;

	if (conf == NULL || (conf->name = egov__text_dup(name)) == NULL) {
		free(conf);
		return egov_error_nomem(err);
	}
	if (text.size >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0)       /* some editors leave it */
		p.rest = (struct egov_slice){ text.data + 3, text.size - 3 };
	bad = ini_parse_stream(reader, &p, handler, &p);
	if (p.rc == EGOV_OK && bad != 0) {
		p.line = bad > 0 ? (unsigned)bad : 0;
		p.rc = egov_error_set(err, EGOV_E_SYNTAX, NULL,
		                      "neither [section] nor \"key = value\"");
	}
	if (p.rc != EGOV_OK) {
		egov__conf_free(conf);
		return egov_error_prefix(err, p.rc, "%s:%u", name, p.line);
	}
	*out = conf;
	return EGOV_OK;
}

enum egov_status egov__conf_load(const char *path, struct egov__conf **out, struct egov_error *err)
{
	struct egov_buf *text = NULL;
	enum egov_status rc = egov__file_read(path, EGOV__MAX_OBJECT, &text, err);

	if (rc == EGOV_OK)
		rc = egov__conf_parse(egov_buf_slice(text), path, out, err);
	egov_buf_free(text);
	return rc;
}

void egov__conf_free(struct egov__conf *conf)
{
	if (conf == NULL)
		return;
	for (size_t i = 0; i < conf->count; i++) {
		free(conf->items[i].section);
		free(conf->items[i].key);
		egov__buf_clear(&conf->items[i].value);
	}
	free(conf->items);
	free(conf->name);
	free(conf);
}

const char *egov__conf_get(struct egov__conf *conf, const char *section, const char *key)
{
	struct item *item = find(conf, section, key);

	(void)egov__conf_has_section(conf, section);
	if (item == NULL)
		return NULL;
	item->known = true;
	return (const char *)item->value.data;
}

enum egov_status egov__conf_require(struct egov__conf *conf, const char *section, const char *key,
                                    const char **value, struct egov_error *err)
{
	const char *found = egov__conf_get(conf, section, key);

	if (found == NULL || *found == 0)
		return egov__conf_error(conf, section, key, err, EGOV_E_SYNTAX, NULL, "missing");
	*value = found;
	return EGOV_OK;
}

enum egov_status egov__conf_boolean(struct egov__conf *conf, const char *section, const char *key,
                                    bool *value, struct egov_error *err)
{
	const char *text = egov__conf_get(conf, section, key);

	if (text == NULL)
		return EGOV_OK;
	if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
		return egov__conf_error(conf, section, key, err, EGOV_E_SYNTAX, NULL,
		                        "\"%s\": want yes or no", text);
	*value = strcmp(text, "yes") == 0;
	return EGOV_OK;
}

enum egov_status egov__conf_number(struct egov__conf *conf, const char *section, const char *key,
                                   uint64_t min, uint64_t max, uint64_t *value,
                                   struct egov_error *err)
{
	const char *text = egov__conf_get(conf, section, key);
	enum egov_status rc;

	if (text == NULL)
		return EGOV_OK;
	rc = egov__number_parse(text, key, min, max, value, err);
	return egov__conf_prefix(conf, section, key, err, rc);
}

enum egov_status egov__conf_duration(struct egov__conf *conf, const char *section, const char *key,
                                     struct egov_duration *value, struct egov_error *err)
{
	const char *text = egov__conf_get(conf, section, key);

	if (text == NULL)
		return EGOV_OK;
	return egov__conf_prefix(conf, section, key, err, egov_duration_parse(text, value, err));
}

enum egov_status egov__conf_time(struct egov__conf *conf, const char *section, const char *key,
                                 egov_time *value, struct egov_error *err)
{
	const char *text = egov__conf_get(conf, section, key);

	if (text == NULL)
		return EGOV_OK;
	return egov__conf_prefix(conf, section, key, err, egov_time_parse(text, value, err));
}

enum egov_status egov__conf_choice(struct egov__conf *conf, const char *section, const char *key,
                                   const char *const words[2], bool *is_second,
                                   struct egov_error *err)
{
	const char *value = NULL;
	enum egov_status rc = egov__conf_require(conf, section, key, &value, err);

	if (rc != EGOV_OK)
		return rc;
	if (strcmp(value, words[0]) != 0 && strcmp(value, words[1]) != 0)
		return egov__conf_error(conf, section, key, err, EGOV_E_SYNTAX, NULL,
		                        "\"%s\": want %s or %s", value, words[0], words[1]);
	*is_second = strcmp(value, words[1]) == 0;
	return EGOV_OK;
}

enum egov_status egov__conf_digest(struct egov__conf *conf, const char *section, const char *key,
                                   uint8_t digest[EGOV__CONF_DIGEST], struct egov_error *err)
{
	struct egov_buf bytes = EGOV__BUF(EGOV__MAX_OBJECT);
	const char *text = NULL;
	enum egov_status rc = egov__conf_require(conf, section, key, &text, err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__hex_parse(text, "SM3 digest", &bytes, err);
	if (rc == EGOV_OK && bytes.size != EGOV__CONF_DIGEST)
		rc = egov_error_set(err, EGOV_E_SYNTAX, "GB/T 32905",
		                    "SM3 digest of %zu octets, want %d", bytes.size,
		                    EGOV__CONF_DIGEST);
	if (rc == EGOV_OK)
		memcpy(digest, bytes.data, EGOV__CONF_DIGEST);
	egov__buf_clear(&bytes);
	return egov__conf_prefix(conf, section, key, err, rc);
}

bool egov__conf_has_section(struct egov__conf *conf, const char *section)
{
	struct item *item = find(conf, section, NULL);

	if (item == NULL)
		return false;
	item->known = true;
	return true;
}

const char *egov__conf_section(const struct egov__conf *conf, size_t i)
{
	for (size_t at = 0; at < conf->count; at++)
		if (conf->items[at].key == NULL && i-- == 0)
			return conf->items[at].section;
	return NULL;
}

enum egov_status egov__conf_check_unknown(const struct egov__conf *conf, struct egov_error *err)
{
	for (size_t i = 0; i < conf->count; i++) {
		const struct item *item = &conf->items[i];

		if (!item->known && item->key == NULL)
			return egov_error_set(err, EGOV_E_SYNTAX, NULL, "%s:%u: [%s]: unknown section",
			                      conf->name, item->line, item->section);
		if (!item->known)
			return egov_error_set(err, EGOV_E_SYNTAX, NULL, "%s:%u: [%s] %s: unknown key",
			                      conf->name, item->line, item->section, item->key);
	}
	return EGOV_OK;
}

enum egov_status egov__conf_prefix(const struct egov__conf *conf, const char *section,
                                   const char *key, struct egov_error *err, enum egov_status rc)
{
	const struct item *item = find(conf, section, key);

	if (rc == EGOV_OK)
		return rc;
	if (item == NULL)
		item = find(conf, section, NULL);
	if (item == NULL)
		return egov_error_prefix(err, rc, "%s: [%s] %s", conf->name, section, key);
	return egov_error_prefix(err, rc, "%s:%u: [%s] %s", conf->name, item->line, section, key);
}

enum egov_status egov__conf_error(const struct egov__conf *conf, const char *section,
                                  const char *key, struct egov_error *err, enum egov_status status,
                                  const char *clause, const char *fmt, ...)
{
	char text[sizeof(err->text)];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), egov__text(fmt), args);
	va_end(args);
	(void)egov_error_set(err, status, clause, "%s", text);
	return egov__conf_prefix(conf, section, key, err, status);
}

/* A blank at an end would be lost, and what follows ';' would be a comment. */
bool egov__conf_can_hold(const char *value)
{
	const struct egov_slice text = egov__slice_text(value);
	const char *const blanks = " \t";

	if (!egov__utf8_check(text, NULL) || has_control(text) || memchr(value, '\r', text.size) != NULL)
		return false;
	if (text.size > 0 && (strchr(blanks, value[0]) != NULL || value[0] == ';'
	                      || strchr(blanks, value[text.size - 1]) != NULL))
		return false;
	for (size_t i = 1; i < text.size; i++)
		if (value[i] == ';' && strchr(blanks, value[i - 1]) != NULL)
			return false;
	return true;
}

/* Lines end between characters of UTF-8, never before a blank (it would be
 * lost to the indentation) nor before ';' (it would begin a comment). */
static size_t line_end(const uint8_t *at, size_t room)
{
	size_t take = room;

	while (take > 0 && ((at[take] & 0xc0) == 0x80 || strchr(" \t;#", at[take]) != NULL
	                    || strchr(" \t", at[take - 1]) != NULL))
		take--;
	return take;
}

void egov__conf_put(struct egov_buf *out, const char *key, const char *value)
{
	const size_t room = LINE_MAX_OCTETS - NAME_MAX_OCTETS - strlen(" = ");
	const uint8_t *at = (const uint8_t *)value;
	size_t left = strlen(value);

	if (!egov__conf_can_hold(value))
		out->failed = true;
	egov__buf_printf(out, "%s = ", key);
	while (left > room) {
		const size_t take = line_end(at, room);

		if (take == 0) {
			out->failed = true;
			return;
		}
		egov__buf_append(out, at, take);
		egov__buf_text(out, "\n    ");
		at += take;
		left -= take;
	}
	egov__buf_append(out, at, left);
	egov__buf_byte(out, '\n');
}
