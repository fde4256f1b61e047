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
	struct egov_buf *request, *consent, *answer;    /* of the job that was taken last */
	char *encrypt_profile;
};

/* What comes back with a result. */
struct line {
	size_t number;
	char *application, *output;
	char *encrypt_output, *envelope_output;         /* of a pair */
};

static void free_line(struct line *line)
{
	if (line == NULL)
		return;
	free(line->application);
	free(line->output);
	free(line->encrypt_output);
	free(line->envelope_output);
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
	line->encrypt_output = strdup(lines->count > 5 ? lines->fields[5] : "");
	line->envelope_output = strdup(lines->count > 6 ? lines->fields[6] : "");
	if (line->application == NULL || line->output == NULL || line->encrypt_output == NULL
	    || line->envelope_output == NULL) {
		free_line(line);
		return NULL;
	}
	return line;
}

/* The value behind "WORD:" where the field begins so, else NULL. */
static const char *behind(const char *field, const char *word)
{
	const size_t size = strlen(word);

	return strncmp(field, word, size) == 0 && field[size] == ':' ? field + size + 1 : NULL;
}

/* "pair:SIGNING:ENCRYPTION", and three more fields. */
static enum egov_status fill_pair(struct batch *b, struct egov_issue_job *job, const char *profiles,
                                  struct egov_error *err)
{
	const char *colon = strchr(profiles, ':');
	enum egov_status rc = tool_list_check(&b->lines, 7, err);

	if (rc == EGOV_OK && colon == NULL)
		rc = tool_error(err, EGOV_E_USAGE, NULL, _("\"%s\": want pair:PROFILE:PROFILE"),
		                b->lines.fields[0]);
	if (rc == EGOV_OK && strcmp(b->lines.fields[3], "-") == 0)
		rc = tool_error(err, EGOV_E_USAGE, NULL, _("output -: a pair goes to files of its own"));
	if (rc == EGOV_OK)
		rc = tool_in(b->lines.fields[4], EGOV_MAX_OBJECT, &b->answer, err);
	if (rc != EGOV_OK)
		return rc;
	b->encrypt_profile = strdup(colon + 1);
	if (b->encrypt_profile == NULL)
		return tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
	b->lines.fields[0][colon - b->lines.fields[0]] = 0;
	job->operation = "pair";
	job->profile = profiles;
	job->encrypt_profile = b->encrypt_profile;
	job->answer = egov_buf_slice(b->answer);
	return EGOV_OK;
}

/* "renew:SERIAL" and the like: an application or "consent:FILE"; a request or "-". */
static enum egov_status fill_follower(struct batch *b, struct egov_issue_job *job,
                                      struct egov_error *err)
{
	const char *consent = behind(b->lines.fields[1], "consent");
	enum egov_status rc = tool_list_check(&b->lines, 4, err);

	if (rc == EGOV_OK && consent != NULL) {
		rc = tool_in(consent, EGOV_MAX_OBJECT, &b->consent, err);
		job->application = NULL;
		if (rc == EGOV_OK)
			job->consent = egov_buf_slice(b->consent);
	}
	return rc;
}

/* What the first field says. */
static enum egov_status fill_operation(struct batch *b, struct egov_issue_job *job,
                                       struct egov_error *err)
{
	static const char *const words[] = { "renew", "rekey", "extend" };
	const char *const what = b->lines.count > 0 ? b->lines.fields[0] : "";
	const char *value = behind(what, "pair");

	job->profile = what;
	job->application = b->lines.count > 1 ? b->lines.fields[1] : "";
	if (value != NULL)
		return fill_pair(b, job, value, err);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		value = behind(what, words[i]);
		if (value != NULL && b->lines.count > 1) {
			job->operation = words[i];
			job->serial = value;
			return fill_follower(b, job, err);
		}
	}
	return tool_list_check(&b->lines, 4, err);
}

static void fill_job(struct batch *b, struct egov_issue_job *job)
{
	enum egov_status rc = fill_operation(b, job, &job->error);

	if (rc == EGOV_OK && b->tool->out == NULL && strcmp(b->lines.fields[3], "-") == 0)
		rc = tool_error(&job->error, EGOV_E_USAGE, NULL,
		                _("output -: --out must name the file that it goes to"));
	if (rc == EGOV_OK && job->serial != NULL && strcmp(b->lines.fields[2], "-") == 0)
		return;
	if (rc == EGOV_OK)
		rc = tool_in(b->lines.fields[2], EGOV_MAX_FILE, &b->request, &job->error);
	if (rc != EGOV_OK)
		return;
	job->request = egov_buf_slice(b->request);
	job->request_name = b->lines.fields[2];
}

static void drop_job(struct batch *b)
{
	egov_buf_free(b->request);
	egov_buf_free(b->consent);
	egov_buf_free(b->answer);
	free(b->encrypt_profile);
	b->request = b->consent = b->answer = NULL;
	b->encrypt_profile = NULL;
}

/* A batch may take hours: the home's time goes on with it. */
static enum egov_status next(void *user, struct egov_issue_job *job, int *more,
                             struct egov_error *err)
{
	struct batch *b = user;
	bool found = false;
	enum egov_status rc = tool_list_next(&b->lines, &found, err);

	drop_job(b);
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

/* Where an earlier run got as far as this, the file is left alone: *left. */
static enum egov_status put_one(struct batch *b, const char *path, const char *label,
                                struct egov_slice der, bool *left, struct egov_error *err)
{
	const bool bundled = strcmp(path, "-") == 0;
	struct egov_buf *bytes = egov_buf_new(EGOV_MAX_FILE);
	enum egov_status rc;

	if (bytes == NULL)
		return tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
	rc = b->tool->der ? EGOV_OK : egov_pem_encode(label, der, bytes, err);
	if (rc == EGOV_OK) {
		const struct egov_slice made = b->tool->der ? der : egov_buf_slice(bytes);

		*left = *left && !bundled && holds(path, made);
		if (bundled)
			rc = tool_bundle_add(&b->bundle, made, err);
		else if (!*left)
			rc = tool_put_many(path, made, err);
	}
	egov_buf_free(bytes);
	return rc;
}

static enum egov_status put(struct batch *b, const struct line *line,
                            const struct egov_issue_result *result, const char **word,
                            struct egov_error *err)
{
	const struct {
		const char *path, *label;
		struct egov_slice der;
	} objects[] = {
		{ line->envelope_output, "SM2 ENVELOPED KEY", result->envelope },
		{ line->encrypt_output, "CERTIFICATE", result->encrypt_certificate },
		{ line->output, "CERTIFICATE", result->certificate },
	};
	bool all_left = result->earlier;
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < sizeof(objects) / sizeof(objects[0]); i++) {
		bool left = result->earlier;

		if (objects[i].der.size == 0)
			continue;
		rc = put_one(b, objects[i].path, objects[i].label, objects[i].der, &left, err);
		all_left = all_left && left;
	}
	if (rc == EGOV_OK)
		*word = !result->earlier ? "issued" : all_left ? "done" : "written";
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
	drop_job(b);
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
