/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PUBLISH_HOOK_H
#define PUBLISH_HOOK_H

#include "base/buf.h"

/*
 * A program that brings a list elsewhere: run as PROGRAM LIST NUMBER FILE, with nothing on
 * standard input and its output on standard error.  EGOV_E_IO where it cannot be run or says
 * that it failed: the same call may succeed later.
 */
EGOV_MUST_CHECK enum egov_status egov__hook_run(const char *program, const char *list,
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
