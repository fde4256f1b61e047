/* SPDX-License-Identifier: Apache-2.0 */
#include "key_verbs.h"

#include <egovca/delivery.h>

/* The files that go with a delivery; NULL where an option is not given. */
struct inputs {
	struct egov_buf *delivery, *certificate, *sign_certificate, *centre;
};

static enum egov_status read_one(const char *path, struct egov_buf **buf, struct egov_slice *slice,
                                 struct egov_error *err)
{
	enum egov_status rc;

	if (path == NULL)
		return EGOV_OK;
	rc = tool_in(path, EGOV_MAX_OBJECT, buf, err);
	if (rc == EGOV_OK)
		*slice = egov_buf_slice(*buf);
	return rc;
}

static enum egov_status read_all(const struct tool *tool, struct inputs *in,
                                 struct egov_delivery_options *to, struct egov_error *err)
{
	const struct key_options *o = tool->options;
	enum egov_status rc =
		read_one(tool->operands.items[0], &in->delivery, &to->delivery, err);

	if (rc == EGOV_OK)
		rc = read_one(o->certificate, &in->certificate, &to->certificate, err);
	if (rc == EGOV_OK)
		rc = read_one(o->sign_certificate, &in->sign_certificate, &to->sign_certificate, err);
	if (rc == EGOV_OK)
		rc = read_one(o->centre, &in->centre, &to->centre_certificate, err);
	return rc;
}

/* The key goes into a file that nobody else may read; the report is the data. */
int key_import(struct tool *tool)
{
	const struct key_options *o = tool->options;
	struct egov_error err = { .status = EGOV_OK };
	struct inputs in = { NULL, NULL, NULL, NULL };
	struct egov_delivery_options options = { .signing_key = o->signing_key,
		                                 .passphrase_file = o->passphrase_file,
		                                 .keys = key_opening(tool) };
	struct egov_report *report = egov_report_new();
	struct egov_buf *pkcs8 = egov_buf_new(EGOV_MAX_OBJECT);
	enum egov_status rc = EGOV_OK;

	if (pkcs8 == NULL || report == NULL)
		rc = tool_error(&err, EGOV_E_NOMEM, NULL, _("out of memory"));
	if (rc == EGOV_OK)
		rc = read_all(tool, &in, &options, &err);
	if (rc == EGOV_OK)
		rc = egov_delivery_import(&options, pkcs8, report, &err);
	if (rc == EGOV_OK)
		rc = egov_file_replace(o->key_out, egov_buf_slice(pkcs8), 0600, &err);
	egov_buf_free(pkcs8);
	egov_buf_free(in.centre);
	egov_buf_free(in.sign_certificate);
	egov_buf_free(in.certificate);
	egov_buf_free(in.delivery);
	return key_end(tool, rc, report, &err);
}
