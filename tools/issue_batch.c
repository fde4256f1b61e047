/* SPDX-License-Identifier: Apache-2.0 */
/* egov-issue --batch: a certificate for each line of a list. */
#include "issue_batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <egovca/ca.h>

struct batch {
	struct tool *tool;
	struct egov_home *home;
	struct tool_lines lines;
	struct tool_batch results;
	struct tool_bundle bundle;      /* of outputs named "-" */
	struct egov_buf *request;       /* of the job that was taken last */
};

/* What comes back with a result. */
struct line {
	size_t number;
	char *application, *output;
};

static void free_line(struct line *line)
{
	if (line == NULL)
		return;
	free(line->application);
	free(line->output);
	free(line);
}

static struct line *new_line(const struct tool_lines *lines)
{
	struct line *line = calloc(1, sizeof(*line));

	if (line == NULL)
		return NULL;
	line->number = lines->number;
	line->application = strdup(lines->count > 1 ? lines->fields[1] : "");
	line->output = strdup(lines->count > 3 ? lines->fields[3] : "");
	if (line->application == NULL || line->output == NULL) {
		free_line(line);
		return NULL;
	}
	return line;
}

static void fill_job(struct batch *b, struct egov_issue_job *job)
{
	enum egov_status rc = tool_list_check(&b->lines, 4, &job->error);

	if (rc == EGOV_OK && b->tool->out == NULL && strcmp(b->lines.fields[3], "-") == 0)
		rc = tool_error(&job->error, EGOV_E_USAGE, NULL,
		                _("output -: --out must name the file that it goes to"));
	if (rc == EGOV_OK)
		rc = tool_in(b->lines.fields[2], EGOV_MAX_FILE, &b->request, &job->error);
	if (rc != EGOV_OK)
		return;
	job->profile = b->lines.fields[0];
	job->application = b->lines.fields[1];
	job->request = egov_buf_slice(b->request);
	job->request_name = b->lines.fields[2];
}

/* A batch may take hours: the home's time goes on with it. */
static enum egov_status next(void *user, struct egov_issue_job *job, int *more,
                             struct egov_error *err)
{
	struct batch *b = user;
	bool found = false;
	enum egov_status rc = tool_list_next(&b->lines, &found, err);

	egov_buf_free(b->request);
	b->request = NULL;
	*more = found;
	if (rc != EGOV_OK || !found)
		return rc;
	rc = tool_clock(&b->tool->clock, err);
	if (rc != EGOV_OK)
		return rc;
	egov_home_set_clock(b->home, &b->tool->clock);
	job->user = new_line(&b->lines);
	if (job->user == NULL)
		return tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
	fill_job(b, job);
	return EGOV_OK;
}

static bool holds(const char *path, struct egov_slice bytes)
{
	struct egov_buf *found = NULL;
	struct egov_slice is;
	bool same;

	if (egov_file_read(path, EGOV_MAX_FILE, &found, NULL) != EGOV_OK)
		return false;
	is = egov_buf_slice(found);
	same = is.size == bytes.size && memcmp(is.data, bytes.data, bytes.size) == 0;
	egov_buf_free(found);
	return same;
}

/* Where an earlier run got as far as this, the file is left alone. */
static enum egov_status put(struct batch *b, const struct line *line,
                            const struct egov_issue_result *result, const char **word,
                            struct egov_error *err)
{
	const bool bundled = strcmp(line->output, "-") == 0;
	struct egov_buf *bytes = egov_buf_new(EGOV_MAX_FILE);
	enum egov_status rc;

	if (bytes == NULL)
		return tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
	rc = b->tool->der ? EGOV_OK
	                  : egov_pem_encode("CERTIFICATE", result->certificate, bytes, err);
	if (rc == EGOV_OK) {
		const struct egov_slice made = b->tool->der ? result->certificate
		                                            : egov_buf_slice(bytes);

		*word = !result->earlier                          ? "issued"
		        : !bundled && holds(line->output, made) ? "done"
		                                                  : "written";
		if (bundled)
			rc = tool_bundle_add(&b->bundle, made, err);
		else if (strcmp(*word, "done") != 0)
			rc = tool_put_many(line->output, made, err);
	}
	egov_buf_free(bytes);
	return rc;
}

static void hex(struct egov_slice bytes, char *text, size_t room)
{
	for (size_t i = 0; i < bytes.size && 2 * i + 2 < room; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", bytes.data[i]);
}

static enum egov_status print(const struct batch *b, const struct line *line, const char *word,
                              const struct egov_issue_result *result,
                              const struct egov_error *failed, struct egov_error *err)
{
	char number[24], serial[64] = "", text[sizeof(failed->text) + 128] = "";
	const struct tool_field fields[] = {
		{ "line", number },
		{ "status", word },
		{ "serial", *serial != 0 || result->serial.size > 0 ? serial : NULL },
		{ "application", b->tool->json ? line->application : NULL },
		{ "output", b->tool->json ? line->output : NULL },
		{ "error", failed->status == EGOV_OK ? NULL : text },
	};

	(void)snprintf(number, sizeof(number), "%zu", line->number);
	hex(result->serial, serial, sizeof(serial));
	tool_error_text(failed, text, sizeof(text));
	return tool_print_line(b->tool, fields, sizeof(fields) / sizeof(fields[0]), err);
}

static enum egov_status take(void *user, const struct egov_issue_result *result,
                             struct egov_error *err)
{
	struct batch *b = user;
	struct line *line = result->user;
	struct egov_error failed = { 0 };
	const char *word = "failed";
	enum egov_status rc;

	if (result->status != EGOV_OK)
		failed = *result->error;
	else if (put(b, line, result, &word, &failed) != EGOV_OK)
		word = "failed";
	rc = print(b, line, word, result, &failed, err);
	tool_batch_add(&b->results, failed.status);
	free_line(line);
	return rc;
}

static enum egov_status run_batch(struct batch *b, unsigned signers, struct egov_error *err)
{
	const struct issue_options *o = b->tool->options;
	struct egov_issue_batch_options options = { .validity = o->validity,
		                                    .signers = signers,
		                                    .next = next,
		                                    .take = take,
		                                    .user = b };
	enum egov_status rc = tool_list_open(o->batch, &b->lines, err);

	if (rc == EGOV_OK)
		rc = tool_bundle_open(&b->bundle, b->tool->out, err);
	if (rc == EGOV_OK)
		rc = tool_home(b->tool, &b->home, err);
	if (rc == EGOV_OK) {
		options.actor = tool_actor(b->tool, b->home);
		rc = egov_issue_batch(b->home, &options, err);
	}
	if (rc == EGOV_OK)
		rc = tool_bundle_put(&b->bundle, err);
	tool_bundle_drop(&b->bundle);
	egov_home_close(b->home);
	tool_list_close(&b->lines);
	egov_buf_free(b->request);
	return rc;
}

int issue_batch(struct tool *tool)
{
	const struct issue_options *o = tool->options;
	struct batch b = { .tool = tool };
	struct egov_error err = { 0 };
	unsigned long signers = 0;
	char *end = NULL;

	if (o->threads != NULL) {
		errno = 0;
		signers = strtoul(o->threads, &end, 10);
		if (*end != 0 || errno != 0 || signers == 0 || signers > 256)
			return tool_usage(tool, _("--threads: a number of threads from 1 to 256"));
	}
	tool_progress_begin(tool, _("issued"));
	if (run_batch(&b, (unsigned)signers, &err) != EGOV_OK)
		b.results.status = tool_worse(b.results.status, tool_fail(&err, o->batch));
	return tool_batch_end(tool, &b.results, o->batch);
}
