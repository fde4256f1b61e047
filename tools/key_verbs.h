/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEY_VERBS_H
#define KEY_VERBS_H

#include "tool.h"

/* What the commands of egov-key take. */
struct key_options {
	const char *module, *label, *so_pin_file, *pin_file;
	const char *algorithm, *module_map;
	bool decrypt;
	const char *second, *reason;
	const char *shares, *prefix, *key, *share_out;
	struct tool_list custodians;
	const char *signing_key, *certificate, *sign_certificate, *centre, *passphrase_file, *key_out;
};

int key_init_token(struct tool *tool);
int key_generate(struct tool *tool);
int key_list(struct tool *tool);
int key_info(struct tool *tool);
int key_pubkey(struct tool *tool);
int key_selftest(struct tool *tool);
int key_states(struct tool *tool);
int key_destroy(struct tool *tool);
int key_split_pin(struct tool *tool);
int key_open_share(struct tool *tool);
int key_import(struct tool *tool);

/* How a key is opened from this program: never for the CA's purpose. */
struct egov_key_options key_opening(const struct tool *tool);

/* Prints the report and frees it, or fails; returns the exit status. */
int key_end(struct tool *tool, enum egov_status rc, struct egov_report *report,
            struct egov_error *err);

#endif
