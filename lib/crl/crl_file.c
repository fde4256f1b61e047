/* SPDX-License-Identifier: Apache-2.0 */
#include "crl/crl_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/der.h"
#include "base/fileio.h"
#include "base/report.h"
#include "cert/cert.h"
#include "cert/signed.h"

/* --- where the octets come from --- */

enum egov_status egov__crl_input_take(struct egov_slice bytes, struct egov__crl_input *input,
                                      struct egov_error *err)
{
	size_t size = 0;
	enum egov_status rc;

	*input = (struct egov__crl_input){ .file = { .fd = -1 } };
	rc = egov__one_object(bytes, "X509 CRL", EGOV__MAX_CRL, &input->der, &size, err);
	if (rc == EGOV_OK)
		input->source = egov__source_slice((struct egov_slice){ input->der, size });
	return rc;
}

/* Whether the file is one SEQUENCE and nothing else. */
static bool is_der(const struct egov__source *source)
{
	uint8_t bytes[EGOV__DER_HEAD];
	const size_t size = source->size < sizeof(bytes) ? (size_t)source->size : sizeof(bytes);
	struct egov__der_head head = { 0 };

	return egov__source_read(source, 0, bytes, size, NULL) == EGOV_OK
	       && egov__der_head((struct egov_slice){ bytes, size }, source->size, &head, NULL)
	                  == EGOV_OK
	       && head.tag == EGOV__SEQUENCE && head.size + head.contents == source->size;
}

static enum egov_status take_file(const char *path, struct egov__crl_input *input,
                                  struct egov_error *err)
{
	struct egov_buf *bytes = NULL;
	enum egov_status rc = egov__file_read(path, EGOV__MAX_CRL, &bytes, err);

	if (rc == EGOV_OK)
		rc = egov__crl_input_take(egov_buf_slice(bytes), input, err);
	egov_buf_free(bytes);
	return rc;
}

enum egov_status egov__crl_input_file(struct egov__crl_input *input, struct egov_error *err)
{
	struct egov_buf bytes = EGOV__BUF(EGOV__MAX_CRL);
	enum egov_status rc;

	if (is_der(&input->file.source)) {
		input->source = input->file.source;
		return EGOV_OK;
	}
	rc = egov__source_append(&input->file.source, &bytes, err);
	if (rc == EGOV_E_LIMIT)
		rc = egov_error_prefix(err, rc, "%s", input->file.path);
	egov__source_close(&input->file);
	if (rc == EGOV_OK)
		rc = egov__crl_input_take(egov_buf_slice(&bytes), input, err);
	egov__buf_clear(&bytes);
	return rc;
}

enum egov_status egov__crl_input_open(const char *path, struct egov__crl_input *input,
                                      struct egov_error *err)
{
	bool regular = false;
	enum egov_status rc;

	*input = (struct egov__crl_input){ .file = { .fd = -1 } };
	if (strcmp(path, "-") == 0)
		return take_file(path, input, err);
	rc = egov__source_open(path, &input->file, &regular, err);
	if (rc != EGOV_OK)
		return rc;
	return regular ? egov__crl_input_file(input, err) : take_file(path, input, err);
}

void egov__crl_input_close(struct egov__crl_input *input)
{
	egov__source_close(&input->file);
	free(input->der);
	input->der = NULL;
}

/* --- lists in files --- */

struct egov_crl_file {
	struct egov__crl_input input;
	struct egov__crl_outline list;
};

enum egov_status egov_crl_file_open(const char *path, struct egov_crl_file **out,
                                    struct egov_error *err)
{
	struct egov_crl_file *file = calloc(1, sizeof(*file));
	enum egov_status rc;

	if (file == NULL)
		return egov_error_nomem(err);
	rc = egov__crl_input_open(path, &file->input, err);
	if (rc == EGOV_OK)
		rc = egov__crl_read(&file->input.source, NULL, &file->list, err);
	if (rc == EGOV_OK)
		*out = file;
	else
		egov_crl_file_close(file);
	return rc;
}

void egov_crl_file_close(struct egov_crl_file *file)
{
	if (file == NULL)
		return;
	egov__crl_outline_clear(&file->list);
	egov__crl_input_close(&file->input);
	free(file);
}

/* Whoever gets records, one at a time. */
struct teller {
	egov_crl_record_fn *fn;
	void *user;
	size_t count;
};

static enum egov_status tell(struct teller *teller, struct egov_report *report,
                             struct egov_error *err)
{
	enum egov_status rc = egov__report_check(report, err);

	teller->count++;
	if (rc == EGOV_OK)
		rc = teller->fn(teller->user, report, err);
	egov_report_free(report);
	return rc;
}

static enum egov_status tell_entries(const struct egov_crl_file *file, struct teller *teller,
                                     struct egov_error *err)
{
	struct egov__crl_walk walk;
	struct egov_report *report;
	enum egov_status rc;

	egov__crl_walk_open(&walk, &file->input.source, &file->list);
	rc = egov__crl_walk_next(&walk, err);
	while (rc == EGOV_OK && walk.has) {
		report = egov_report_new();
		if (report == NULL) {
			rc = egov_error_nomem(err);
			break;
		}
		egov__crl_report_entry(&walk.entry, report);
		rc = tell(teller, report, err);
		if (rc == EGOV_OK)
			rc = egov__crl_walk_next(&walk, err);
	}
	egov__crl_walk_close(&walk);
	return rc;
}

enum egov_status egov_crl_file_report(const struct egov_crl_file *file, int entries,
                                      egov_crl_record_fn *fn, void *user, struct egov_error *err)
{
	struct teller teller = { fn, user, 0 };
	struct egov_report *report = egov_report_new();
	enum egov_status rc;

	if (report == NULL)
		return egov_error_nomem(err);
	egov__crl_report_head(&file->list.fields, report);
	rc = tell(&teller, report, err);
	return rc == EGOV_OK && entries != 0 ? tell_entries(file, &teller, err) : rc;
}

static enum egov_status tell_change(void *user, const char *what,
                                    const struct egov__crl_entry *before,
                                    const struct egov__crl_entry *after, struct egov_error *err)
{
	struct egov_report *report = egov_report_new();

	if (report == NULL)
		return egov_error_nomem(err);
	egov__crl_report_change(what, before, after, report);
	return tell(user, report, err);
}

enum egov_status egov_crl_file_diff(const struct egov_crl_file *a, const struct egov_crl_file *b,
                                    size_t *changes, egov_crl_record_fn *fn, void *user,
                                    struct egov_error *err)
{
	struct teller teller = { fn, user, 0 };
	struct egov__crl_walk before, after;
	enum egov_status rc;

	egov__crl_walk_open(&before, &a->input.source, &a->list);
	egov__crl_walk_open(&after, &b->input.source, &b->list);
	rc = egov__crl_compare(&before, &after, tell_change, &teller, err);
	egov__crl_walk_close(&before);
	egov__crl_walk_close(&after);
	if (rc == EGOV_OK)
		*changes = teller.count;
	return rc;
}
