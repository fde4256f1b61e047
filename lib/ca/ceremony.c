/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/ceremony.h"

#include <egovca/ca.h>
#include <egovca/request.h>
#include <egovca/version.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fileio.h"
#include "base/report.h"
#include "ca/init_ca.h"
#include "cert/tbs_form.h"

static const char art6[] = "Order No. 4, Art. 6";

egov_time egov__ceremony_now(struct egov__ceremony *c)
{
	if (c->options->tick != NULL)
		c->options->tick(c->options->tick_user, &c->clock);
	return c->file.test && c->clock.test != EGOV_TIME_NONE ? c->clock.test : c->clock.real;
}

enum egov_status egov__ceremony_note(struct egov__ceremony *c, const char *step, const char *what,
                                     struct egov_error *err)
{
	return egov__transcript_add(c->transcript, egov__ceremony_now(c), c->options->actor, step,
	                            what, err);
}

enum egov_status egov__ceremony_note_digest(struct egov__ceremony *c, const char *step,
                                            const char *what,
                                            const uint8_t digest[EGOV__SM3_SIZE],
                                            struct egov_error *err)
{
	struct egov_buf text = EGOV__BUF(EGOV__MAX_OBJECT);
	const char *whole;
	enum egov_status rc;

	egov__buf_printf(&text, "%s, SM3 ", what);
	egov__buf_hex(&text, (struct egov_slice){ digest, EGOV__SM3_SIZE });
	whole = egov__buf_string(&text);
	rc = whole == NULL ? egov_error_nomem(err) : egov__ceremony_note(c, step, whole, err);
	egov__buf_clear(&text);
	return rc;
}

/* --- what is about to be signed --- */

static enum egov_status check_end(const struct egov__ceremony_file *file,
                                  const struct egov__cert_fields *fields, struct egov_error *err)
{
	char found[EGOV_TIME_TEXT], wanted[EGOV_TIME_TEXT];
	egov_time end = EGOV_TIME_NONE;
	enum egov_status rc = egov_time_add(fields->not_before, file->validity, &end, err);

	if (rc != EGOV_OK || end == fields->not_after)
		return rc;
	egov_time_format(fields->not_after, found);
	egov_time_format(end, wanted);
	return egov__conf_error(file->conf, "ca", "validity", err, EGOV_E_POLICY, art6,
	                        "the certificate ends at %s, the file wants %s", found, wanted);
}

static enum egov_status check_path_length(const struct egov__ceremony_file *file,
                                          const struct egov__cert_fields *fields,
                                          struct egov_error *err)
{
	struct egov__basic_constraints constraints = { .ca = false };
	struct egov__ext ext;
	enum egov_status rc = EGOV_OK;

	if (egov__ext_find(fields->extensions, EGOV__OID_BASIC_CONSTRAINTS, &ext))
		rc = egov__ext_basic_constraints(ext.value, &constraints, err);
	if (rc == EGOV_OK
	    && (!constraints.has_path_len || constraints.path_len != file->path_length))
		rc = egov__conf_error(file->conf, "ca", "path_length", err, EGOV_E_POLICY, art6,
		                      "the certificate has another limit on the CAs below it, or none");
	return rc;
}

enum egov_status egov__ceremony_check_certificate(const struct egov__ceremony_file *file,
                                                  const struct egov__cert_fields *fields,
                                                  struct egov_error *err)
{
	enum egov_status rc = file->has_validity ? check_end(file, fields, err) : EGOV_OK;

	return rc == EGOV_OK && file->has_path_length ? check_path_length(file, fields, err) : rc;
}

enum egov_status egov__ceremony_compare(struct egov__ceremony *c, struct egov_slice form,
                                        struct egov_error *err)
{
	const struct egov_slice shown = egov_buf_slice(&c->forms);

	if (form.size > shown.size - c->compared
	    || memcmp(shown.data + c->compared, form.data, form.size) != 0)
		return egov_error_set(err, EGOV_E_POLICY, art6,
		                      "what the real key would sign is not what the dry run showed");
	c->compared += form.size;
	return EGOV_OK;
}

static enum egov_status note_signing(struct egov__ceremony *c, const struct egov_tbs *tbs,
                                     struct egov_error *err)
{
	const struct egov_slice der = egov__tbs_der(tbs);
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&der, 1, digest, err);

	if (rc == EGOV_OK)
		rc = egov__ceremony_note_digest(c, "sign",
		                                egov__tbs_kind(tbs) == EGOV_OBJECT_REQUEST
		                                        ? "request TBS"
		                                        : "certificate TBS",
		                                digest, err);
	return rc;
}

static enum egov_status see(void *user, const struct egov_tbs *tbs, struct egov_error *err)
{
	struct egov__ceremony *const c = user;
	struct egov_buf form = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__cert_fields fields;
	enum egov_status rc = egov__tbs_form(tbs, &form, err);

	if (rc == EGOV_OK && egov__tbs_kind(tbs) == EGOV_OBJECT_CERTIFICATE) {
		rc = egov__cert_tbs_decode(egov__tbs_der(tbs), &fields, err);
		if (rc == EGOV_OK)
			rc = egov__ceremony_check_certificate(&c->file, &fields, err);
	}
	if (rc == EGOV_OK && c->dry) {
		egov__buf_slice(&c->forms, egov_buf_slice(&form));
		rc = egov__buf_check(&c->forms, err);
	} else if (rc == EGOV_OK) {
		rc = egov__ceremony_compare(c, egov_buf_slice(&form), err);
		if (rc == EGOV_OK)
			rc = note_signing(c, tbs, err);
	}
	egov__buf_clear(&form);
	return rc;
}

/* --- the home is whole --- */

static enum egov_status keep_object(struct egov__ceremony *c, struct egov_home *home,
                                    struct egov_error *err)
{
	egov_buf_reset(&c->object);
	return egov__home_meta(home, c->file.subordinate ? EGOV__META_REQUEST : EGOV__META_CERTIFICATE,
	                       &c->object, err);
}

static enum egov_status put_file(struct egov_home *home, const char *name, struct egov_slice bytes,
                                 struct egov_error *err)
{
	char *path = egov__home_path(home, name);
	enum egov_status rc = path == NULL ? egov_error_nomem(err)
	                                   : egov__file_replace(path, bytes, 0640, err);

	free(path);
	return rc;
}

static enum egov_status keep_files(const struct egov__ceremony *c, struct egov_home *home,
                                   struct egov_error *err)
{
	char *folder = egov__home_path(home, EGOV__CEREMONY_FOLDER);
	enum egov_status rc = folder == NULL ? egov_error_nomem(err)
	                                     : egov__dir_make(folder, 0750, err);

	free(folder);
	if (rc == EGOV_OK)
		rc = put_file(home, EGOV__CEREMONY_FILE, egov_buf_slice(c->file.text), err);
	if (rc == EGOV_OK)
		rc = put_file(home, EGOV__CEREMONY_TRANSCRIPT, egov__transcript_text(c->transcript), err);
	return rc;
}

static enum egov_status note_intent(void *user, const struct egov__intent_row *row,
                                    struct egov_error *err)
{
	struct egov__intent_row *last = user;

	(void)err;
	last->id = row->id;
	memcpy(last->tbs_digest, row->tbs_digest, sizeof(last->tbs_digest));
	return EGOV_OK;
}

static enum egov_status append_entry(const struct egov__ceremony *c, struct egov_home *home,
                                     struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	struct egov__body *body = egov__body_new();
	struct egov__intent_row last = { .id = 0 };
	const char *actor = NULL;
	enum egov_status rc = egov__store_intent_walk(egov__record_store(record), EGOV__INTENT_DONE,
	                                              note_intent, &last, err);

	egov__body_hex_add(body, EGOV__KEY_CEREMONY_SM3, EGOV__SLICE(c->file.digest));
	egov__body_hex_add(body, EGOV__KEY_FORM_SM3, EGOV__SLICE(c->form_digest));
	egov__body_number_add(body, EGOV__KEY_INTENT, last.id);
	egov__body_hex_add(body, EGOV__KEY_TBS_SM3, EGOV__SLICE(last.tbs_digest));
	egov__body_hex_add(body, EGOV__KEY_TRANSCRIPT_SM3, EGOV__SLICE(c->transcript_digest));
	if (rc == EGOV_OK)
		rc = egov__ceremony_approve(c, home, &actor, err);
	if (rc == EGOV_OK)
		rc = egov__record_append(record, EGOV__KIND_CEREMONY, actor, EGOV__KIND_CEREMONY, body,
		                         EGOV__NO_SLICE, err);
	egov__body_free(body);
	return rc;
}

static enum egov_status journal(const struct egov__ceremony *c, struct egov_home *home,
                                struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(home), err);

	if (rc == EGOV_OK)
		rc = append_entry(c, home, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

static enum egov_status whole(void *user, struct egov_home *home, struct egov_error *err)
{
	struct egov__ceremony *const c = user;
	struct egov_slice object, text;
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = keep_object(c, home, err);

	if (rc != EGOV_OK || c->dry)
		return rc;
	object = egov_buf_slice(&c->object);
	rc = egov__sm3(&object, 1, digest, err);
	if (rc == EGOV_OK)
		rc = egov__ceremony_note_digest(c, "signed",
		                                c->file.subordinate ? "request" : "certificate",
		                                digest, err);
	if (rc == EGOV_OK)
		rc = egov__ceremony_note(c, "home",
		                         "complete; the journal has the SM3 of all lines up to here",
		                         err);
	text = c->transcript == NULL ? EGOV__NO_SLICE : egov__transcript_text(c->transcript);
	if (rc == EGOV_OK)
		rc = egov__sm3(&text, 1, c->transcript_digest, err);
	if (rc == EGOV_OK)
		rc = keep_files(c, home, err);
	return rc == EGOV_OK ? journal(c, home, err) : rc;
}

/* --- making the home --- */

struct administrators {
	char *people[EGOV__CEREMONY_PEOPLE], *auditors[EGOV__CEREMONY_PEOPLE];
	size_t people_count, auditors_count;
};

static void administrators_clear(struct administrators *a)
{
	while (a->people_count > 0)
		free(a->people[--a->people_count]);
	while (a->auditors_count > 0)
		free(a->auditors[--a->auditors_count]);
}

/* "NAME=FILE", as egov_init takes them. */
static enum egov_status fill_administrators(const struct egov__ceremony *c, struct administrators *a,
                                            struct egov_error *err)
{
	for (size_t i = 0; i < c->file.people_count; i++) {
		const struct egov__ceremony_person *const p = &c->file.people[i];
		struct egov_buf text = EGOV__BUF(EGOV__MAX_OBJECT);
		char *made;

		if (p->bit == 0)
			continue;
		egov__buf_printf(&text, "%s=%s", p->name, p->path);
		made = text.failed ? NULL : egov__slice_copy(egov_buf_slice(&text));
		egov__buf_clear(&text);
		if (made == NULL)
			return egov_error_nomem(err);
		if (p->bit == EGOV__ROLE_ADMINISTRATOR)
			a->people[a->people_count++] = made;
		else
			a->auditors[a->auditors_count++] = made;
	}
	return EGOV_OK;
}

static enum egov_status make_home(struct egov__ceremony *c, struct egov_report *report,
                                  struct egov_error *err)
{
	const struct egov__ceremony_file *const f = &c->file;
	const struct egov__tbs_watch watch = { see, c };
	const struct egov__init_extra extra = { .dry = c->dry,
		                                .watch = &watch,
		                                .whole = whole,
		                                .user = c,
		                                .settings = f->settings,
		                                .settings_count = f->settings_count };
	struct administrators people = { .people_count = 0 };
	struct egov_init_options o = { .dir = c->options->dir,
		                       .test = f->test,
		                       .subject = f->subject,
		                       .key_uri = f->ca_key,
		                       .journal_key_uri = f->journal_key,
		                       .custodian_file = f->papers[EGOV__CEREMONY_CUSTODIAN].path,
		                       .self_signed = !f->subordinate,
		                       .crl_url = f->crl_url,
		                       .ca_issuers_url = f->ca_issuers_url,
		                       .ocsp_url = f->ocsp_url,
		                       .null_params = f->null_params,
		                       .allow_software = f->allow_software,
		                       .module_map = f->papers[EGOV__CEREMONY_MODULE_MAP].path,
		                       .actor = c->options->actor,
		                       .source = c->options->source,
		                       .pin = c->options->pin,
		                       .pin_user = c->options->pin_user };
	enum egov_status rc = fill_administrators(c, &people, err);

	(void)egov__ceremony_now(c);
	o.clock = c->clock;
	o.administrators = (const char *const *)people.people;
	o.administrators_count = people.people_count;
	o.audit_administrators = (const char *const *)people.auditors;
	o.audit_administrators_count = people.auditors_count;
	if (rc == EGOV_OK)
		rc = egov__init(&o, &extra, report, err);
	administrators_clear(&people);
	return rc;
}

/* --- the dry run --- */

static void report_people(const struct egov__ceremony *c, struct egov_report *report)
{
	for (size_t i = 0; i < c->file.people_count; i++)
		egov__report_add(report, "person", "%s, %s", c->file.people[i].name,
		                 c->file.people[i].role);
}

static enum egov_status report_object(const struct egov__ceremony *c, struct egov_report *report,
                                      struct egov_error *err)
{
	const struct egov_slice der = egov_buf_slice(&c->object);
	struct egov_request *request = NULL;
	struct egov_cert *cert = NULL;
	enum egov_status rc;

	if (c->file.subordinate) {
		rc = egov_request_decode(der, EGOV__NO_SLICE, &request, err);
		if (rc == EGOV_OK)
			rc = egov_request_report(request, report, err);
	} else {
		rc = egov_cert_decode(der, &cert, err);
		if (rc == EGOV_OK)
			rc = egov_cert_report(cert, report, err);
	}
	egov_cert_free(cert);
	egov_request_free(request);
	return rc;
}

/* Everything is made once in the temporary place of the home, with keys that are gone
 * with this run. */
static enum egov_status dry_run(struct egov__ceremony *c, struct egov_report *report,
                                struct egov_error *err)
{
	struct egov_report *unused = egov_report_new();
	struct egov_slice forms;
	enum egov_status rc;

	c->dry = true;
	rc = unused == NULL ? egov_error_nomem(err) : make_home(c, unused, err);
	c->dry = false;
	egov_report_free(unused);
	forms = egov_buf_slice(&c->forms);
	if (rc == EGOV_OK)
		rc = egov__sm3(&forms, 1, c->form_digest, err);
	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "dry run");
	egov__report_add(report, "ceremony", "%s", c->file.title);
	egov__report_hex(report, EGOV__KEY_CEREMONY_SM3, EGOV__SLICE(c->file.digest));
	egov__report_hex(report, EGOV__KEY_FORM_SM3, EGOV__SLICE(c->form_digest));
	egov__report_add(report, "use", "%s", c->file.test ? "test" : "production");
	report_people(c, report);
	egov__report_add(report, "would-sign", "%s", c->file.subordinate ? "request" : "certificate");
	return report_object(c, report, err);
}

/* --- the real run --- */

enum egov_status egov__ceremony_program(const char *file, struct egov_buf *out,
                                        struct egov_error *err)
{
	struct egov_buf *bytes = NULL;
	struct egov_slice slice;
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = EGOV_OK;

	egov__buf_text(out, "egovca " EGOV_VERSION);
	if (file == NULL)
		return egov__buf_check(out, err);
	rc = egov__file_read(file, EGOV__MAX_CRL, &bytes, err);
	if (rc == EGOV_OK) {
		slice = egov_buf_slice(bytes);
		rc = egov__sm3(&slice, 1, digest, err);
	}
	if (rc == EGOV_OK) {
		egov__buf_text(out, ", SM3 ");
		egov__buf_hex(out, EGOV__SLICE(digest));
		rc = egov__buf_check(out, err);
	}
	egov_buf_free(bytes);
	return rc;
}

static enum egov_status note_people(struct egov__ceremony *c, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < c->file.people_count; i++) {
		struct egov_buf text = EGOV__BUF(EGOV__MAX_OBJECT);

		egov__buf_printf(&text, "%s: %s", c->file.people[i].role, c->file.people[i].name);
		rc = egov__buf_string(&text) == NULL
		             ? egov_error_nomem(err)
		             : egov__ceremony_note(c, "person", egov__buf_string(&text), err);
		egov__buf_clear(&text);
	}
	for (size_t i = 0; rc == EGOV_OK && i < EGOV__CEREMONY_PAPERS; i++)
		if (c->file.papers[i].path != NULL)
			rc = egov__ceremony_note_digest(c, "paper", c->file.papers[i].key,
			                                c->file.papers[i].digest, err);
	return rc;
}

static enum egov_status note_review(struct egov__ceremony *c, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	if (c->options->reviewed != NULL)
		rc = egov__ceremony_note_digest(c, "review", "of this file", c->file.digest, err);
	for (size_t i = 0; rc == EGOV_OK && i < c->approvals_count; i++) {
		const struct egov_slice der = c->approvals[i].approval.statement.der;
		uint8_t digest[EGOV__SM3_SIZE];

		rc = egov__sm3(&der, 1, digest, err);
		if (rc == EGOV_OK)
			rc = egov__transcript_add(c->transcript, egov__ceremony_now(c),
			                          c->approvals[i].person->name, "approval",
			                          c->approvals[i].person->role, err);
		if (rc == EGOV_OK)
			rc = egov__ceremony_note_digest(c, "approval", "statement", digest, err);
	}
	return rc;
}

static enum egov_status note_begin(struct egov__ceremony *c, struct egov_error *err)
{
	const bool again = egov__transcript_is_continued(c->transcript);
	struct egov_buf program = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = egov__ceremony_note(c, again ? "continue" : "begin", c->file.title, err);

	if (rc == EGOV_OK)
		rc = egov__ceremony_program(c->options->program, &program, err);
	if (rc == EGOV_OK)
		rc = egov__buf_string(&program) == NULL
		             ? egov_error_nomem(err)
		             : egov__ceremony_note(c, "program", egov__buf_string(&program), err);
	if (rc == EGOV_OK)
		rc = note_people(c, err);
	if (rc == EGOV_OK)
		rc = egov__ceremony_note_digest(c, "dry-run", "what would be signed", c->form_digest, err);
	if (rc == EGOV_OK)
		rc = note_review(c, err);
	egov__buf_clear(&program);
	return rc;
}

static enum egov_status check_window(struct egov__ceremony *c, struct egov_error *err)
{
	const egov_time now = egov__ceremony_now(c);

	if (c->file.not_before != EGOV_TIME_NONE && now < c->file.not_before)
		return egov__conf_error(c->file.conf, "ceremony", "not_before", err, EGOV_E_POLICY, art6,
		                        "it is too early for this ceremony");
	if (c->file.not_after != EGOV_TIME_NONE && now > c->file.not_after)
		return egov__conf_error(c->file.conf, "ceremony", "not_after", err, EGOV_E_POLICY, art6,
		                        "it is too late for this ceremony");
	return EGOV_OK;
}

/* The home is in its place: the transcript beside it has done its work. */
static enum egov_status finish(struct egov__ceremony *c, struct egov_report *report,
                               struct egov_error *err)
{
	enum egov_status rc;

	if (unlink(c->transcript_path) != 0 && errno != ENOENT)
		return egov_error_errno(err, "%s: cannot remove", c->transcript_path);
	rc = egov__dir_sync_of(c->transcript_path, err);
	egov__report_hex(report, EGOV__KEY_CEREMONY_SM3, EGOV__SLICE(c->file.digest));
	egov__report_hex(report, EGOV__KEY_TRANSCRIPT_SM3, EGOV__SLICE(c->transcript_digest));
	egov__report_add(report, "transcript", "%s/%s", c->options->dir, EGOV__CEREMONY_TRANSCRIPT);
	return rc == EGOV_OK ? egov__report_check(report, err) : rc;
}

static enum egov_status hold(struct egov__ceremony *c, struct egov_report *report,
                             struct egov_error *err)
{
	enum egov_status rc = check_window(c, err);

	if (rc == EGOV_OK)
		rc = egov__transcript_open(c->transcript_path, EGOV__SLICE(c->file.digest),
		                           &c->transcript, err);
	if (rc == EGOV_OK)
		rc = note_begin(c, err);
	if (rc == EGOV_OK)
		rc = egov__ceremony_keys(c, err);
	egov__report_record(report);
	if (rc == EGOV_OK)
		rc = make_home(c, report, err);
	return rc == EGOV_OK ? finish(c, report, err) : rc;
}

/* --- the whole --- */

/* A home that this ceremony made, whose run was cut off before it could say so. */
static enum egov_status find_finished(struct egov__ceremony *c, bool *finished,
                                      struct egov_error *err)
{
	char *file = egov__path_join(c->options->dir, EGOV__CEREMONY_FILE);
	char *transcript = egov__path_join(c->options->dir, EGOV__CEREMONY_TRANSCRIPT);
	struct egov_buf *bytes = NULL, *text = NULL;
	struct egov_slice slice;
	enum egov_status rc = EGOV_OK;

	*finished = false;
	if (file == NULL || transcript == NULL) {
		rc = egov_error_nomem(err);
	} else if (access(c->transcript_path, F_OK) == 0
	           && egov__file_read_regular(file, EGOV__MAX_FILE, &bytes, NULL) == EGOV_OK
	           && egov__slice_equal(egov_buf_slice(bytes), egov_buf_slice(c->file.text))) {
		rc = egov__file_read_regular(transcript, EGOV__MAX_FILE, &text, err);
		if (rc == EGOV_OK) {
			slice = egov_buf_slice(text);
			rc = egov__sm3(&slice, 1, c->transcript_digest, err);
		}
		*finished = rc == EGOV_OK;
	}
	egov_buf_free(bytes);
	egov_buf_free(text);
	free(file);
	free(transcript);
	return rc;
}

static enum egov_status name_transcript(struct egov__ceremony *c, struct egov_error *err)
{
	struct egov_buf path = EGOV__BUF(4096);

	egov__buf_text(&path, c->options->dir);
	while (path.size > 1 && path.data[path.size - 1] == '/')
		path.size--;
	egov__buf_text(&path, ".transcript");
	c->transcript_path = path.failed ? NULL : egov__slice_copy(egov_buf_slice(&path));
	egov__buf_clear(&path);
	return c->transcript_path == NULL ? egov_error_nomem(err) : EGOV_OK;
}

static enum egov_status run(struct egov__ceremony *c, struct egov_report *report,
                            struct egov_error *err)
{
	const struct egov_ceremony_options *const o = c->options;
	bool finished = false;
	enum egov_status rc = name_transcript(c, err);

	if (rc == EGOV_OK)
		rc = find_finished(c, &finished, err);
	if (rc == EGOV_OK && finished)
		return finish(c, report, err);
	if (rc == EGOV_OK)
		rc = egov__init_place(o->dir, err);
	if (rc == EGOV_OK)
		rc = dry_run(c, report, err);
	if (rc == EGOV_OK && o->matter != NULL)
		return egov__ceremony_matter(c, o->matter, err);
	if (rc != EGOV_OK || o->dry_run)
		return rc;
	rc = egov__ceremony_reviewed(c, err);
	return rc == EGOV_OK ? hold(c, report, err) : rc;
}

static void ceremony_clear(struct egov__ceremony *c)
{
	egov__ceremony_approvals_clear(c);
	egov__transcript_close(c->transcript);
	free(c->transcript_path);
	egov__buf_clear(&c->object);
	egov__buf_clear(&c->forms);
	egov__ceremony_file_clear(&c->file);
}

enum egov_status egov_ceremony(const struct egov_ceremony_options *options,
                               struct egov_report *report, struct egov_error *err)
{
	struct egov__ceremony c = { .options = options,
		                    .clock = options->clock,
		                    .forms = EGOV__BUF(EGOV__MAX_OBJECT),
		                    .object = EGOV__BUF(EGOV__MAX_OBJECT) };
	enum egov_status rc = egov__actor_valid(options->actor, err);

	if (rc == EGOV_OK)
		rc = egov__ceremony_file_load(options->file, &c.file, err);
	if (rc == EGOV_OK)
		rc = run(&c, report, err);
	ceremony_clear(&c);
	return rc;
}
