/* SPDX-License-Identifier: Apache-2.0 */
#include "tool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LINE_MAX 65536          /* octets of a line */

/* --- lists ---------------------------------------------------------------------- */

enum egov_status tool_list_open(const char *path, struct tool_lines *lines, struct egov_error *err)
{
	*lines = (struct tool_lines){ .path = path };
	lines->file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	if (lines->file != NULL)
		return EGOV_OK;
	err->detail = errno;
	return tool_error(err, EGOV_E_IO, NULL, _("%s: cannot open: %s"), path, strerror(errno));
}

void tool_list_close(struct tool_lines *lines)
{
	if (lines->file != NULL && lines->file != stdin)
		(void)fclose(lines->file);
	free(lines->text);
	lines->file = NULL;
	lines->text = NULL;
}

/* Cuts the line at its tabs: the number of fields, at most one more than room. */
static size_t split(char *text, char **fields, size_t room)
{
	size_t count = 0;

	while (text != NULL) {
		char *const tab = strchr(text, '\t');

		if (count == room)
			return room + 1;
		fields[count++] = text;
		if (tab != NULL)
			*tab = 0;
		text = tab == NULL ? NULL : tab + 1;
	}
	return count;
}

static enum egov_status next_operand(struct tool_lines *lines, bool *more, struct egov_error *err)
{
	*more = lines->number < lines->operands->count;
	if (!*more)
		return EGOV_OK;
	free(lines->text);
	lines->text = strdup(lines->operands->items[lines->number]);
	if (lines->text == NULL)
		return tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
	lines->fields[0] = lines->text;
	lines->count = 1;
	lines->number++;
	return EGOV_OK;
}

enum egov_status tool_list_next(struct tool_lines *lines, bool *more, struct egov_error *err)
{
	ssize_t size;

	if (lines->operands != NULL)
		return next_operand(lines, more, err);
	do {
		errno = 0;
		size = getline(&lines->text, &lines->room, lines->file);
		lines->number++;
		if (size > 0 && lines->text[size - 1] == '\n')
			lines->text[--size] = 0;
	} while (size == 0 || (size > 0 && lines->text[0] == '#'));
	*more = size > 0;
	if (size < 0 && ferror(lines->file)) {
		err->detail = errno;
		return tool_error(err, EGOV_E_IO, NULL, _("%s: cannot read: %s"), lines->path,
		                  strerror(errno));
	}
	if (size < 0)
		return EGOV_OK;
	lines->broken = size > LINE_MAX || strlen(lines->text) != (size_t)size;
	lines->count = split(lines->text, lines->fields, TOOL_FIELDS);
	return EGOV_OK;
}

enum egov_status tool_list_check(const struct tool_lines *lines, size_t count,
                                 struct egov_error *err)
{
	if (lines->broken)
		return tool_error(err, EGOV_E_SYNTAX, NULL,
		                  _("a line of text of at most %d octets is wanted"), LINE_MAX);
	if (lines->count != count)
		return tool_error(err, EGOV_E_SYNTAX, NULL,
		                  _("%zu fields separated by tabs are wanted"), count);
	for (size_t i = 0; i < count; i++)
		if (lines->fields[i][0] == 0)
			return tool_error(err, EGOV_E_SYNTAX, NULL, _("field %zu is empty"), i + 1);
	return EGOV_OK;
}

/* --- results -------------------------------------------------------------------- */

void tool_batch_add(struct tool_batch *batch, enum egov_status status)
{
	batch->done++;
	batch->failed += status != EGOV_OK;
	batch->status = tool_worse(batch->status, tool_exit_status(status));
	tool_progress(NULL, batch->done, batch->total);
}

int tool_batch_end(const struct tool *tool, const struct tool_batch *batch, const char *name)
{
	tool_progress_end();
	if (batch->failed > 0 && name != NULL)
		tool_note(tool, _("%s: %zu of %zu failed"), name, batch->failed, batch->done);
	else if (batch->failed > 0)
		tool_note(tool, _("%zu of %zu failed"), batch->failed, batch->done);
	return batch->status;
}

/* --- in groups ------------------------------------------------------------------ */

#define GROUP 512               /* lines a commit, */
#define GROUP_MS 20             /* or so long, whichever is first */

struct groups {
	struct tool *tool;
	struct egov_home *home;
	struct tool_lines lines;
	struct tool_batch batch;
	tool_line_fn *each;
	struct tool_result *results;    /* GROUP of them, not yet on disk */
	size_t count;
	int64_t began;                  /* ms */
};

static int64_t now_ms(void)
{
	struct timespec now = { 0, 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum egov_status print(struct groups *g, const struct tool_result *r, struct egov_error *err)
{
	char number[24], text[sizeof(r->err.text) + 128] = "";
	const bool failed = r->err.status != EGOV_OK;
	const struct tool_field fields[] = {
		{ "line", r->number == 0 ? NULL : number },
		{ "status", failed ? "failed" : r->word },
		{ r->made_name, r->made },
		{ r->name, r->subject },
		{ "error", failed ? text : NULL },
	};

	(void)snprintf(number, sizeof(number), "%zu", r->number);
	tool_error_text(&r->err, text, sizeof(text));
	return tool_print_line(g->tool, fields, sizeof(fields) / sizeof(fields[0]), err);
}

/* Results are told once they are on disk; where that fails, the failure is. */
static enum egov_status end_group(struct groups *g, struct egov_error *err)
{
	struct egov_error lost = { 0 };
	enum egov_status rc = EGOV_OK;

	if (g->count == 0)
		return EGOV_OK;
	if (egov_home_group_commit(g->home, &lost) == EGOV_OK)
		lost.status = EGOV_OK;
	for (size_t i = 0; i < g->count; i++) {
		struct tool_result *r = &g->results[i];

		if (lost.status != EGOV_OK && r->err.status == EGOV_OK)
			r->err = lost;
		if (rc == EGOV_OK)
			rc = print(g, r, err);
		tool_batch_add(&g->batch, r->err.status);
		free(r->subject);
		free(r->made);
	}
	g->count = 0;
	return rc;
}

static enum egov_status do_line(struct groups *g, struct egov_error *err)
{
	struct tool_result *const r = &g->results[g->count];
	enum egov_status rc = tool_clock(&g->tool->clock, err);

	if (rc != EGOV_OK)
		return rc;
	egov_home_set_clock(g->home, &g->tool->clock);
	if (g->count == 0) {
		g->began = now_ms();
		rc = egov_home_group_begin(g->home, err);
		if (rc != EGOV_OK)
			return rc;
	}
	*r = (struct tool_result){ .number = g->lines.number, .word = "done" };
	g->each(g->tool, g->home, &g->lines, r);
	g->count++;
	return g->count == GROUP || now_ms() - g->began >= GROUP_MS ? end_group(g, err) : EGOV_OK;
}

static enum egov_status do_lines(struct groups *g, struct egov_error *err)
{
	bool more = true;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && more) {
		rc = tool_list_next(&g->lines, &more, err);
		if (rc == EGOV_OK && more)
			rc = do_line(g, err);
	}
	if (rc == EGOV_OK)
		return end_group(g, err);
	(void)end_group(g, &(struct egov_error){ 0 });
	return rc;
}

static enum egov_status open_lines(const struct tool *tool, const char *list,
                                   struct tool_lines *lines, struct egov_error *err)
{
	if (list != NULL)
		return tool_list_open(list, lines, err);
	*lines = (struct tool_lines){ .operands = &tool->operands };
	return EGOV_OK;
}

/* How many lines there will be; 0: what is read comes only once. */
static size_t count_lines(const struct tool_lines *lines)
{
	const off_t begin = lines->file == NULL ? -1 : ftello(lines->file);
	bool at_begin = true;
	size_t count = 0;
	int c;

	if (begin < 0)
		return lines->file == NULL ? lines->operands->count : 0;
	while ((c = getc_unlocked(lines->file)) != EOF) {
		count += at_begin && c != '\n' && c != '#';
		at_begin = c == '\n';
	}
	return fseeko(lines->file, begin, SEEK_SET) == 0 ? count : 0;
}

static int tell_late(const struct groups *g, egov_time deadline, const char *list)
{
	char by[EGOV_TIME_TEXT], at[EGOV_TIME_TEXT];
	struct egov_error err = { 0 };

	egov_time_format(deadline, by);
	egov_time_format(egov_home_now(g->home), at);
	(void)tool_error(&err, EGOV_E_UNTRUSTED, "Order No. 4, Art. 18",
	                 _("the end was reached at %s, the deadline was %s"), at, by);
	return tool_fail(&err, list);
}

int tool_in_groups(struct tool *tool, const char *list, egov_time deadline, tool_line_fn *each)
{
	struct groups g = { .tool = tool, .each = each };
	struct egov_error err = { 0 };
	enum egov_status rc = EGOV_OK;

	g.results = calloc(GROUP, sizeof(*g.results));
	if (g.results == NULL)
		rc = tool_error(&err, EGOV_E_NOMEM, NULL, _("out of memory"));
	if (rc == EGOV_OK)
		rc = open_lines(tool, list, &g.lines, &err);
	if (rc == EGOV_OK)
		rc = tool_home(tool, &g.home, &err);
	tool_progress_begin(tool, _("done"));
	if (rc == EGOV_OK && deadline != EGOV_TIME_NONE) {
		g.batch.total = count_lines(&g.lines);
		tool_progress_deadline(egov_home_now(g.home), deadline);
	}
	if (rc == EGOV_OK)
		rc = do_lines(&g, &err);
	if (rc == EGOV_OK && deadline != EGOV_TIME_NONE && egov_home_now(g.home) > deadline)
		g.batch.status = tool_worse(g.batch.status, tell_late(&g, deadline, list));
	egov_home_close(g.home);
	tool_list_close(&g.lines);
	free(g.results);
	if (rc != EGOV_OK)
		g.batch.status = tool_worse(g.batch.status, tool_fail(&err, list));
	return tool_batch_end(tool, &g.batch, list);
}
