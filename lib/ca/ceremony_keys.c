/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/ceremony.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char clause[] = "Order No. 4, Art. 22";

/* A key that the ceremony makes, and the steps that tell of it. */
struct making {
	struct egov__ceremony *c;
	const char *uri;
	const char *begin, *made;
	uint8_t digest[EGOV__SM3_SIZE];
	bool there;
};

static struct egov_key_options key_options(const struct egov__ceremony *c)
{
	return (struct egov_key_options){
		.module_map = c->file.papers[EGOV__CEREMONY_MODULE_MAP].path,
		.pin = c->options->pin,
		.pin_user = c->options->pin_user
	};
}

static enum egov_status look(struct making *m, struct egov_error *err)
{
	const struct egov_key_options options = key_options(m->c);
	struct egov_error missing = { .status = EGOV_OK };
	struct egov_buf spki = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_slice slice;
	enum egov_status rc = egov_key_public(m->uri, &options, &spki, &missing);

	m->there = rc == EGOV_OK;
	slice = egov_buf_slice(&spki);
	if (rc == EGOV_OK)
		rc = egov__sm3(&slice, 1, m->digest, err);
	else if (rc == EGOV_E_NOTFOUND)
		rc = EGOV_OK;
	else if (err != NULL)
		*err = missing;
	egov__buf_clear(&spki);
	return rc;
}

/* An earlier run has noted the key: it is there still, and the same. */
static enum egov_status check_made(const struct making *m, const char *noted,
                                   struct egov_error *err)
{
	struct egov_buf hex = EGOV__BUF(128);
	enum egov_status rc = EGOV_OK;

	egov__buf_hex(&hex, EGOV__SLICE(m->digest));
	if (!m->there || egov__buf_string(&hex) == NULL
	    || strstr(noted, egov__buf_string(&hex)) == NULL)
		rc = egov_error_set(err, EGOV_E_POLICY, clause,
		                    "%s: the key that this ceremony made is gone, or another one is "
		                    "in its place: begin anew with another transcript and another "
		                    "name of the key",
		                    m->made);
	egov__buf_clear(&hex);
	return rc;
}

static enum egov_status generate(struct making *m, struct egov_error *err)
{
	const struct egov_key_options options = key_options(m->c);
	struct egov_report *unused = egov_report_new();
	enum egov_status rc = unused == NULL ? egov_error_nomem(err)
	                                     : egov__ceremony_note(m->c, m->begin, m->uri, err);

	if (rc == EGOV_OK)
		rc = egov_key_generate(m->uri, "sm2", &options, unused, err);
	egov_report_free(unused);
	if (rc == EGOV_E_NOTFOUND) {
		rc = EGOV_E_DEVICE;
		if (err != NULL)
			err->status = rc;
	}
	if (rc == EGOV_OK)
		rc = look(m, err);
	if (rc == EGOV_OK && !m->there)
		rc = egov_error_set(err, EGOV_E_DEVICE, clause, "the key that was made is not there");
	return rc;
}

/* What was there before is no key of this ceremony: nobody has seen it made. */
static enum egov_status make_new(struct making *m, bool begun, struct egov_error *err)
{
	const char *how = "made";
	enum egov_status rc = EGOV_OK;

	if (!m->c->file.make_keys) {
		how = "made before, as the file says";
		if (!m->there)
			rc = egov_error_set(err, EGOV_E_DEVICE, clause,
			                    "the key is not there, and [key] make is no");
	} else if (m->there && !begun) {
		rc = egov_error_set(err, EGOV_E_POLICY, clause,
		                    "there is such a key already: a ceremony makes its keys itself");
	} else if (m->there) {
		how = "made by the run that was interrupted";
	} else {
		rc = generate(m, err);
	}
	return rc == EGOV_OK ? egov__ceremony_note_digest(m->c, m->made, how, m->digest, err) : rc;
}

static enum egov_status make(struct making *m, struct egov_error *err)
{
	char *made = NULL, *begun = NULL;
	enum egov_status rc = look(m, err);

	if (rc == EGOV_OK)
		rc = egov__transcript_find(m->c->transcript, m->made, &made, err);
	if (rc == EGOV_OK)
		rc = egov__transcript_find(m->c->transcript, m->begin, &begun, err);
	if (rc == EGOV_OK)
		rc = made != NULL ? check_made(m, made, err) : make_new(m, begun != NULL, err);
	free(made);
	free(begun);
	return rc;
}

enum egov_status egov__ceremony_keys(struct egov__ceremony *c, struct egov_error *err)
{
	struct making ca = { .c = c, .uri = c->file.ca_key, .begin = "ca-key-begin", .made = "ca-key" };
	struct making journal = { .c = c,
		                  .uri = c->file.journal_key,
		                  .begin = "journal-key-begin",
		                  .made = "journal-key" };
	enum egov_status rc = egov_error_prefix(err, make(&ca, err), "[key] ca");

	return rc == EGOV_OK ? egov_error_prefix(err, make(&journal, err), "[key] journal") : rc;
}
