/* SPDX-License-Identifier: Apache-2.0 */
#include "publish/publish.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fileio.h"
#include "base/pem.h"
#include "base/source.h"

static const char *label(enum egov_object_kind kind)
{
	return kind == EGOV_OBJECT_CERTIFICATE ? "CERTIFICATE"
	       : kind == EGOV_OBJECT_CRL       ? "X509 CRL"
	                                       : "CERTIFICATE REQUEST";
}

static enum egov_status read_back(const char *path, const struct egov__source *written,
                                  struct egov_error *err)
{
	struct egov__source_file file;
	bool regular = false, same = false;
	enum egov_status rc = egov__source_open(path, &file, &regular, err);

	if (rc == EGOV_OK && regular) {
		rc = egov__source_equal(&file.source, written, &same, err);
		egov__source_close(&file);
	}
	if (rc == EGOV_OK && !same)
		rc = egov_error_set(err, EGOV_E_CORRUPT, NULL,
		                    "%s: holds something else than was written", path);
	return rc;
}

static enum egov_status replace(const char *path, const struct egov__source *bytes,
                                struct egov_error *err)
{
	const enum egov_status rc = egov__file_replace_from(path, bytes, 0644, err);

	return rc == EGOV_OK ? read_back(path, bytes, err) : rc;
}

enum egov_status egov__publish_file(const struct egov_recorded *recorded, const char *path,
                                    bool pem, struct egov_error *err)
{
	const struct egov__source der = egov__recorded_source(recorded);
	struct egov__pem_text text;

	if (der.size == 0)
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      "%s: published before it was on record", path);
	if (!pem)
		return replace(path, &der, err);
	egov__pem_open(&text, label(egov__recorded_kind(recorded)), &der);
	return replace(path, &text.source, err);
}

static enum egov_status publish_under(const struct egov_recorded *recorded, const char *web_root,
                                      const char *name, bool pem, struct egov_error *err)
{
	char *path = egov__path_join(web_root, name);
	enum egov_status rc = path == NULL ? egov_error_nomem(err)
	                                   : egov__publish_file(recorded, path, pem, err);

	free(path);
	return rc;
}

static enum egov_status check_kind(const struct egov_recorded *recorded,
                                   enum egov_object_kind kind, struct egov_error *err)
{
	if (egov__recorded_kind(recorded) == kind)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_USAGE, NULL, "%s: not what is published there", label(kind));
}

/* The file of a number, written and read back, gets the name that everybody fetches; it is
 * written again where a file has one name only. */
static enum egov_status publish_again(const struct egov_recorded *recorded, const char *web_root,
                                      const char *numbered, const char *name,
                                      struct egov_error *err)
{
	char *from = egov__path_join(web_root, numbered), *to = egov__path_join(web_root, name);
	bool linked = false;
	enum egov_status rc = from == NULL || to == NULL
	                              ? egov_error_nomem(err)
	                              : egov__file_replace_link(to, from, &linked, err);

	if (rc == EGOV_OK && !linked)
		rc = egov__publish_file(recorded, to, false, err);
	free(from);
	free(to);
	return rc;
}

/* The list that everybody fetches comes last: it never names one that is missing. */
enum egov_status egov__publish_crl(const struct egov_recorded *recorded, const char *name,
                                   const char *web_root, bool pem, struct egov_error *err)
{
	char numbered[96], file[96];
	enum egov_status rc = check_kind(recorded, EGOV_OBJECT_CRL, err);

	(void)snprintf(numbered, sizeof(numbered), "crl/%s-%" PRIu64 ".crl", name,
	               egov__recorded_number(recorded));
	if (rc == EGOV_OK)
		rc = publish_under(recorded, web_root, numbered, false, err);
	(void)snprintf(file, sizeof(file), "crl/%s.pem", name);
	if (rc == EGOV_OK && pem)
		rc = publish_under(recorded, web_root, file, true, err);
	(void)snprintf(file, sizeof(file), "crl/%s.crl", name);
	return rc == EGOV_OK ? publish_again(recorded, web_root, numbered, file, err) : rc;
}

enum egov_status egov__publish_certificate(const struct egov_recorded *recorded, const char *name,
                                           const char *web_root, struct egov_error *err)
{
	struct egov_buf file = EGOV__BUF(4096);
	const char *path;
	enum egov_status rc = check_kind(recorded, EGOV_OBJECT_CERTIFICATE, err);

	for (int pem = 0; rc == EGOV_OK && pem <= 1; pem++) {
		egov_buf_reset(&file);
		egov__buf_printf(&file, "cert/%s.%s", name, pem ? "pem" : "cer");
		path = egov__buf_string(&file);
		rc = path == NULL ? egov_error_nomem(err)
		                  : publish_under(recorded, web_root, path, pem, err);
	}
	egov__buf_clear(&file);
	return rc;
}

enum egov_status egov__publish_text(const char *web_root, const char *name, struct egov_slice text,
                                    struct egov_error *err)
{
	const struct egov__source source = egov__source_slice(text);
	char *path = egov__path_join(web_root, name);
	struct egov_buf *found = NULL;
	enum egov_status rc = path == NULL ? egov_error_nomem(err) : EGOV_OK;

	if (rc == EGOV_OK
	    && (egov__file_read_regular(path, text.size + 1, &found, NULL) != EGOV_OK
	        || !egov__slice_equal(egov_buf_slice(found), text)))
		rc = replace(path, &source, err);
	egov_buf_free(found);
	free(path);
	return rc;
}
