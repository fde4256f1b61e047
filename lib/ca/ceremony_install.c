/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/ceremony.h"

#include <egovca/verify.h>

#include <stdlib.h>

#include "base/fileio.h"
#include "ca/install.h"
#include "ca/issuing.h"

static const char art6[] = "Order No. 4, Art. 6";

struct installing {
	struct egov_home *home;
	const struct egov_ceremony_install_options *options;
	struct egov__ceremony_file file;
	struct egov_buf transcript;
};

/* The file is the one that the home was made by. */
static enum egov_status check_file(const struct installing *i, struct egov_error *err)
{
	char *path = egov__home_path(i->home, EGOV__CEREMONY_FILE);
	struct egov_buf *kept = NULL;
	enum egov_status rc;

	if (path == NULL)
		return egov_error_nomem(err);
	rc = egov__file_read_regular(path, EGOV__MAX_FILE, &kept, err);
	if (rc == EGOV_OK
	    && (!i->file.subordinate
	        || !egov__slice_equal(egov_buf_slice(kept), egov_buf_slice(i->file.text))))
		rc = egov_error_set(err, EGOV_E_POLICY, art6,
		                    "%s is not the ceremony of a subordinate CA that this home was "
		                    "made by",
		                    i->options->file);
	egov_buf_free(kept);
	free(path);
	return rc;
}

/* The parent that the file names has signed it. */
static enum egov_status check_parent(const struct installing *i, const struct egov_cert *cert,
                                     struct egov_error *err)
{
	const struct egov_verify_options options = { .at = egov_home_now(i->home), .purpose = "ca" };
	struct egov_verifier *verifier = egov_verifier_new();
	enum egov_status rc = verifier == NULL
	                              ? egov_error_nomem(err)
	                              : egov_verifier_add_trust(verifier, egov_cert_der(i->file.parent),
	                                                        err);

	if (rc == EGOV_OK)
		rc = egov_verify(verifier, egov_cert_der(cert), &options, NULL, err);
	if (rc == EGOV_E_UNTRUSTED) {
		rc = EGOV_E_POLICY;
		if (err != NULL)
			err->status = rc;
		rc = egov__conf_prefix(i->file.conf, "ca", "parent", err, rc);
	}
	egov_verifier_free(verifier);
	return rc;
}

static enum egov_status check(void *user, const struct egov_cert *cert, struct egov_error *err)
{
	const struct installing *const i = user;
	enum egov_status rc = check_parent(i, cert, err);

	return rc == EGOV_OK ? egov__ceremony_check_certificate(&i->file, egov__cert_fields(cert), err)
	                     : rc;
}

static void put_line(struct installing *i, const char *step, struct egov_buf *what)
{
	const char *text = egov__buf_string(what);

	if (text == NULL)
		i->transcript.failed = true;
	else
		egov__transcript_line(&i->transcript, egov_home_now(i->home), i->options->actor, step,
		                      text);
	egov_buf_reset(what);
}

static enum egov_status put_digest(struct installing *i, const char *step, struct egov_slice bytes,
                                   struct egov_buf *what, struct egov_error *err)
{
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&bytes, 1, digest, err);

	egov__buf_text(what, "SM3 ");
	egov__buf_hex(what, EGOV__SLICE(digest));
	put_line(i, step, what);
	return rc;
}

static enum egov_status write_transcript(struct installing *i, const struct egov_cert *cert,
                                         struct egov_error *err)
{
	struct egov_buf what = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc;

	egov__transcript_head(&i->transcript, EGOV__SLICE(i->file.digest));
	egov__buf_text(&what, i->file.title);
	put_line(i, "begin", &what);
	rc = egov__ceremony_program(i->options->program, &what, err);
	put_line(i, "program", &what);
	if (rc == EGOV_OK)
		rc = put_digest(i, "parent", egov_cert_der(i->file.parent), &what, err);
	if (rc == EGOV_OK)
		rc = put_digest(i, "tbs", egov__cert_fields(cert)->tbs, &what, err);
	if (rc == EGOV_OK)
		rc = put_digest(i, "certificate", egov_cert_der(cert), &what, err);
	egov__buf_hex(&what, egov_cert_serial(cert));
	put_line(i, "serial", &what);
	egov__buf_clear(&what);
	return rc == EGOV_OK ? egov__buf_check(&i->transcript, err) : rc;
}

static enum egov_status describe(void *user, const struct egov_cert *cert,
                                 struct egov__body *body, struct egov_error *err)
{
	struct installing *const i = user;
	struct egov_slice text;
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = write_transcript(i, cert, err);

	text = egov_buf_slice(&i->transcript);
	if (rc == EGOV_OK)
		rc = egov__sm3(&text, 1, digest, err);
	if (rc != EGOV_OK)
		return rc;
	egov__body_hex_add(body, EGOV__KEY_CEREMONY_SM3, EGOV__SLICE(i->file.digest));
	egov__body_hex_add(body, EGOV__KEY_TRANSCRIPT_SM3, EGOV__SLICE(digest));
	return EGOV_OK;
}

static enum egov_status keep(void *user, struct egov_error *err)
{
	struct installing *const i = user;
	char *path = egov__home_path(i->home, EGOV__CEREMONY_INSTALL);
	enum egov_status rc = path == NULL
	                              ? egov_error_nomem(err)
	                              : egov__file_replace(path, egov_buf_slice(&i->transcript), 0640,
	                                                   err);

	free(path);
	return rc;
}

enum egov_status egov_ceremony_install(struct egov_home *home,
                                       const struct egov_ceremony_install_options *options,
                                       struct egov_report *report, struct egov_error *err)
{
	struct installing i = { .home = home,
		                .options = options,
		                .transcript = EGOV__BUF(EGOV__MAX_FILE) };
	const struct egov__install_also also = { check, describe, keep, &i };
	const struct egov__install install = { home, options->actor, options->certificate,
		                               options->chain, &also };
	enum egov_status rc = egov__ceremony_file_load(options->file, &i.file, err);

	if (rc == EGOV_OK)
		rc = check_file(&i, err);
	if (rc == EGOV_OK)
		rc = egov__install(&install, report, err);
	else
		rc = egov__refuse(home, options->actor, "", EGOV__ACT_INSTALL, rc, err);
	egov__ceremony_file_clear(&i.file);
	egov__buf_clear(&i.transcript);
	return rc;
}
