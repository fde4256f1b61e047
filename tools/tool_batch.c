/* SPDX-License-Identifier: Apache-2.0 */
#include "tool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

enum egov_status tool_list_next(struct tool_lines *lines, bool *more, struct egov_error *err)
{
	ssize_t size;

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
	tool_progress(NULL, batch->done, 0);
}

int tool_batch_end(const struct tool *tool, const struct tool_batch *batch, const char *name)
{
	tool_progress_end();
	if (batch->failed > 0)
		tool_note(tool, _("%s: %zu of %zu failed"), name, batch->failed, batch->done);
	return batch->status;
}
