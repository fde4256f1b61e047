/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/record.h>

#include "record_verbs.h"

#define MAX_CERTIFICATE (64u << 10)

static enum egov_status checkpoint(struct tool *tool, struct egov_home *home,
                                   struct egov_report *report, struct egov_error *err)
{
	const struct record_options *o = tool->options;
	struct tool to = *tool;
	struct egov_buf *file = o->export_file == NULL ? NULL : egov_buf_new(16u << 20);
	enum egov_status rc;

	if (o->export_file != NULL && file == NULL)
		return tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
	rc = egov_record_checkpoint(home, tool_actor(tool, home), o->if_due, file, report, err);
	to.out = o->export_file;
	if (rc == EGOV_OK && file != NULL && egov_buf_slice(file).size > 0)
		rc = tool_put_object(&to, "EGOVCA CHECKPOINT", egov_buf_slice(file), err);
	egov_buf_free(file);
	return rc;
}

int record_checkpoint(struct tool *tool)
{
	return tool_with_home(tool, checkpoint, tool->home);
}

static enum egov_status certify(struct tool *tool, struct egov_home *home,
                                struct egov_report *report, struct egov_error *err)
{
	return egov_record_certify(home, tool_actor(tool, home), report, err);
}

int record_certify(struct tool *tool)
{
	return tool_with_home(tool, certify, tool->home);
}

static enum egov_status witness(struct tool *tool, struct egov_home *home,
                                struct egov_report *report, struct egov_error *err)
{
	const struct record_options *o = tool->options;
	struct egov_witness_options options = { .actor = tool_actor(tool, home),
		                                .directory = o->directory,
		                                .home = o->other,
		                                .key_uri = o->key };
	struct egov_buf *certificate = NULL;
	enum egov_status rc = EGOV_OK;

	if (o->check)
		return egov_record_witnesses(home, report, err);
	if (o->certificate != NULL)
		rc = tool_in(o->certificate, MAX_CERTIFICATE, &certificate, err);
	if (rc == EGOV_OK) {
		if (certificate != NULL)
			options.certificate = egov_buf_slice(certificate);
		rc = egov_record_witness(home, &options, report, err);
	}
	egov_buf_free(certificate);
	return rc;
}

int record_witness(struct tool *tool)
{
	const struct record_options *o = tool->options;

	if (o->check + (o->directory != NULL) + (o->other != NULL) + (o->key != NULL) != 1
	    || (o->key != NULL) != (o->certificate != NULL))
		return tool_usage(tool, _("give one of --check, --directory, --other-home, and --key "
		                          "with --certificate"));
	return tool_with_home(tool, witness, tool->home);
}
