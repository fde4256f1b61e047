/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/cert.h>

#include "key_verbs.h"

#include <stdlib.h>
#include <string.h>

#define MAX_CERTIFICATE (64u << 10)
#define MAX_SHARES 9

/* The public keys of the custodians' certificates, which stay open behind them. */
struct custodians {
	struct egov_cert *certs[MAX_SHARES];
	struct egov_slice keys[MAX_SHARES];
};

static enum egov_status load(struct custodians *c, const struct tool_list *files,
                             struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < files->count; i++) {
		struct egov_buf *bytes = NULL;

		rc = tool_in(files->items[i], MAX_CERTIFICATE, &bytes, err);
		if (rc == EGOV_OK)
			rc = egov_cert_decode(egov_buf_slice(bytes), &c->certs[i], err);
		if (rc == EGOV_OK)
			c->keys[i] = egov_cert_public_key(c->certs[i]);
		egov_buf_free(bytes);
	}
	return rc;
}

/* A number from 2 to 9; 0 for anything else. */
static size_t parse_count(const char *text)
{
	return text != NULL && strlen(text) == 1 && *text >= '2' && *text <= '9'
	               ? (size_t)(*text - '0')
	               : 0;
}

int key_split_pin(struct tool *tool)
{
	const struct key_options *o = tool->options;
	struct custodians custodians = { .certs = { NULL } };
	struct egov_pin_split_options options = { .pin_file = o->pin_file,
		                                  .prefix = o->prefix,
		                                  .count = o->custodians.count > 0
		                                                   ? o->custodians.count
		                                                   : parse_count(o->shares) };
	struct egov_error err = { .status = EGOV_OK };
	struct egov_report *report = egov_report_new();
	enum egov_status rc = EGOV_E_NOMEM;
	int status;

	if ((o->shares != NULL) == (o->custodians.count > 0) || options.count < 2
	    || options.count > MAX_SHARES) {
		egov_report_free(report);
		return tool_usage(tool, _("give either --shares, a number from 2 to 9, or a "
		                          "--custodian for each share"));
	}
	if (report == NULL)
		(void)tool_error(&err, rc, NULL, _("out of memory"));
	else
		rc = load(&custodians, &o->custodians, &err);
	if (rc == EGOV_OK) {
		options.custodians = o->custodians.count > 0 ? custodians.keys : NULL;
		rc = egov_pin_split(&options, report, &err);
	}
	status = key_end(tool, rc, report, &err);
	for (size_t i = 0; i < MAX_SHARES; i++)
		egov_cert_free(custodians.certs[i]);
	return status;
}

int key_open_share(struct tool *tool)
{
	const struct key_options *o = tool->options;
	const struct egov_key_options opening = key_opening(tool);
	struct egov_error err = { .status = EGOV_OK };
	struct egov_buf *sealed = NULL;
	enum egov_status rc = tool_in(tool->operands.items[0], MAX_CERTIFICATE, &sealed, &err);

	if (rc == EGOV_OK)
		rc = egov_pin_open(o->key, &opening, egov_buf_slice(sealed), o->share_out, &err);
	egov_buf_free(sealed);
	return rc == EGOV_OK ? TOOL_YES : tool_fail(&err, tool->operands.items[0]);
}
