/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PUBLISH_HOOK_H
#define PUBLISH_HOOK_H

#include "base/buf.h"

/* A program that brings lists elsewhere, and how many seconds it has for one. */
struct egov__hook {
	const char *program;
	uint64_t limit;
};

/*
 * Run as PROGRAM LIST NUMBER FILE, with nothing on standard input and its output on standard
 * error, in a process group of its own, which is killed when its time is over.  EGOV_E_IO where
 * it cannot be run, says that it failed, or hangs: the same call may succeed later.
 */
EGOV_MUST_CHECK enum egov_status egov__hook_run(const struct egov__hook *hook, const char *list,
                                                uint64_t number, const char *file,
                                                struct egov_error *err);

/*
 * The number of the last list of this name that reached a target, in a file of the folder of
 * the target; 0: none.  Noted once the target has it, so what failed is tried again.
 */
EGOV_MUST_CHECK enum egov_status egov__target_number(const char *folder, const char *list,
                                                     uint64_t *number, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__target_note(const char *folder, const char *list,
                                                   uint64_t number, struct egov_error *err);

#endif
