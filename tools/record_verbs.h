/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_VERBS_H
#define RECORD_VERBS_H

#include "tool.h"

/* What the commands of egov-record take. */
struct record_options {
	bool accept;
	const char *reason;
	const char *name, *paper;       /* of a case; its reference */
	const char *confirm;
	bool dry_run;
	egov_time until;
	bool if_due, check, verify, compact;
	const char *restore;            /* number of an archive */
	const char *export_file;
	const char *directory, *other, *key, *certificate;      /* of a witness */
	const char *custodian_key, *bundle, *private_out;
	const char *trust, *witness;
	egov_time from, to;
	bool full;
	const char *manifest_sm3;
	const char *kind, *by, *serial, *application, *subject;
};

int record_due(struct tool *tool);
int record_hold(struct tool *tool);
int record_release(struct tool *tool);
int record_purge(struct tool *tool);
int record_reconcile(struct tool *tool);
int record_checkpoint(struct tool *tool);
int record_certify(struct tool *tool);
int record_witness(struct tool *tool);
int record_prove(struct tool *tool);
int record_verify_bundle(struct tool *tool);
int record_pack(struct tool *tool);
int record_lawful(struct tool *tool);
int record_verify_pack(struct tool *tool);
int record_list(struct tool *tool);
int record_show(struct tool *tool);
int record_kinds(struct tool *tool);
int record_archive(struct tool *tool);
int record_backup(struct tool *tool);
int record_restore(struct tool *tool);

#endif
