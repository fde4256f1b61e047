/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_TRANSCRIPT_H
#define CA_TRANSCRIPT_H

#include "base/buf.h"
#include "base/time.h"

/*
 * The minutes of a ceremony (egov-ceremony(5)): a text whose lines are time, who, step and
 * what, separated by tabs.  Each line is on disk before the step that it announces, or the
 * one after the step that it tells, so that a run that was cut off is found again.  One
 * process at a time has it.
 */
struct egov__transcript;

/*
 * Opens the transcript at path or begins it; EGOV_E_BUSY where another run has it.  Its
 * first line names the ceremony by digest: EGOV_E_POLICY where it is another's.
 */
EGOV_MUST_CHECK enum egov_status egov__transcript_open(const char *path, struct egov_slice ceremony,
                                                       struct egov__transcript **out,
                                                       struct egov_error *err);
void egov__transcript_close(struct egov__transcript *transcript);

/* Whether an earlier run began it. */
bool egov__transcript_is_continued(const struct egov__transcript *transcript);

/* One line; control characters in what become blanks. */
EGOV_MUST_CHECK enum egov_status egov__transcript_add(struct egov__transcript *transcript,
                                                      egov_time now, const char *who,
                                                      const char *step, const char *what,
                                                      struct egov_error *err);

/* What the last line of this step says, in a copy on the heap; *out is NULL where there is
 * none. */
EGOV_MUST_CHECK enum egov_status egov__transcript_find(const struct egov__transcript *transcript,
                                                       const char *step, char **out,
                                                       struct egov_error *err);

/* Everything so far. */
struct egov_slice egov__transcript_text(const struct egov__transcript *transcript);

/* A line as egov__transcript_add writes it, appended. */
void egov__transcript_line(struct egov_buf *out, egov_time now, const char *who, const char *step,
                           const char *what);

/* The first lines: what this is, and of which ceremony. */
void egov__transcript_head(struct egov_buf *out, struct egov_slice ceremony);

#endif
