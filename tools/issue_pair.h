/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ISSUE_PAIR_H
#define ISSUE_PAIR_H

#include <egovca/ca.h>

#include "tool.h"

/* Where the other two objects of a pair go. */
struct issue_pair_files {
	const char *answer, *encrypt_out, *envelope_out;
};

/* The key request, to standard output or --out. */
enum egov_status issue_key_request(struct tool *tool, struct egov_home *home,
                                   const struct egov_pair_options *options,
                                   struct egov_error *err);

/* Both certificates and the sealed key; options->answer is read here. */
enum egov_status issue_pair(struct tool *tool, struct egov_home *home,
                            struct egov_pair_options *options,
                            const struct issue_pair_files *files, struct egov_error *err);

#endif
