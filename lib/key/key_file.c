/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/fileio.h"
#include "base/report.h"
#include "key/key_file.h"
#include "key/pin.h"
#include "key/signer_impl.h"

/* A private key in a file: PKCS#8, encrypted or not.  For tests. */
struct file_signer {
	const struct egov__key_uri *uri;
	struct egov__sm2_key *key;
};

static enum egov_status sign_e(void *state, const uint8_t e[EGOV__SM2_E],
                               uint8_t raw[EGOV__SM2_RAW_SIGNATURE], struct egov_error *err)
{
	const struct file_signer *file = state;

	return egov__sm2_key_sign_e(file->key, e, raw, err);
}

static enum egov_status report_file(const void *state, struct egov_report *report,
                                    struct egov_error *err)
{
	const struct file_signer *file = state;

	egov__report_add(report, "file", "%s", file->uri->file);
	return egov__report_check(report, err);
}

static void close_file(void *state, bool forked)
{
	struct file_signer *file = state;

	(void)forked;
	egov__sm2_key_free(file->key);
	free(file);
}

static const struct egov__signer_impl file_impl = { sign_e, report_file, close_file };

/* A passphrase is asked for only where the key turns out to be encrypted. */
static enum egov_status load(const struct egov__key_uri *uri,
                             const struct egov_key_options *options, struct egov_slice pkcs8,
                             struct egov_secret **d, struct egov_error *err)
{
	struct egov_secret *passphrase = NULL;
	struct egov_error first = { .status = EGOV_OK };
	enum egov_status rc = EGOV_OK;

	if (uri->pin_source == NULL) {
		rc = egov__sm2_pkcs8_load(pkcs8, NULL, d, &first);
		if (rc != EGOV_E_AUTH) {
			if (rc != EGOV_OK && err != NULL && err->status == EGOV_OK)
				*err = first;
			return rc;
		}
	}
	rc = egov__pin_get(uri->pin_source, options, egov__text("passphrase of the key file"),
	                   &passphrase, err);
	if (rc == EGOV_OK)
		rc = egov__sm2_pkcs8_load(pkcs8, passphrase, d, err);
	egov__secret_free(passphrase);
	return rc;
}

enum egov_status egov__file_load(const struct egov__key_uri *uri,
                                 const struct egov_key_options *options, struct egov_secret **d,
                                 struct egov_error *err)
{
	struct egov_buf pkcs8 = EGOV__BUF(0);
	enum egov_status rc = egov__file_read_private(uri->file, EGOV__MAX_OBJECT, &pkcs8, err);

	if (rc == EGOV_OK)
		rc = load(uri, options, egov_buf_slice(&pkcs8), d, err);
	egov__buf_clear(&pkcs8);
	return rc;
}

enum egov_status egov__file_signer_open(const struct egov__key_uri *uri,
                                        const struct egov_key_options *options,
                                        struct egov__signer_opened *out, struct egov_error *err)
{
	struct file_signer *file = calloc(1, sizeof(*file));
	struct egov__signer_opened opened = { .impl = &file_impl, .state = file, .software = true };
	struct egov_secret *d = NULL;
	enum egov_status rc;

	if (file == NULL)
		return egov_error_nomem(err);
	file->uri = uri;
	rc = egov__file_load(uri, options, &d, err);
	if (rc == EGOV_OK)
		rc = egov__sm2_public(d, opened.point, err);
	if (rc == EGOV_OK)
		rc = egov__sm2_key_new(EGOV__SLICE(opened.point), d, &file->key, err);
	egov__secret_free(d);
	if (rc != EGOV_OK) {
		close_file(file, false);
		return rc;
	}
	*out = opened;
	return EGOV_OK;
}
