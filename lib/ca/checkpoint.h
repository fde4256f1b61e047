/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_CHECKPOINT_H
#define CA_CHECKPOINT_H

#include "home/home.h"
#include "record/lodged.h"

/* Lodged forms of checkpoints (record/lodged.h), with all that countersigned them: appended. */

/* The one over exactly so many entries: EGOV_E_CORRUPT where there is none. */
EGOV_MUST_CHECK enum egov_status egov__checkpoint_lodged(struct egov_home *home, uint64_t size,
                                                         struct egov_buf *out,
                                                         struct egov_error *err);

/* One over at least so many: the first that was countersigned, else the last, which is
 * signed where there is none. */
EGOV_MUST_CHECK enum egov_status egov__checkpoint_for(struct egov_home *home, uint64_t size,
                                                      struct egov_buf *out,
                                                      struct egov_error *err);

/* The last over fewer that a witness has; nothing where there is none. */
EGOV_MUST_CHECK enum egov_status egov__checkpoint_witnessed(struct egov_home *home, uint64_t size,
                                                            struct egov_buf *out,
                                                            struct egov_error *err);

/* Signs one over the whole journal with the journal key, unless there is one; its size. */
EGOV_MUST_CHECK enum egov_status egov__checkpoint_now(struct egov_home *home, uint64_t *size,
                                                      struct egov_error *err);

/*
 * One that is due by count, where the journal grew from before entries by what was issued: a CA
 * whose people forget it has them all the same.  What was issued stands whether it can be
 * signed or not; the next who issues tries again.  Most calls look at nothing.
 */
void egov__checkpoint_grown(struct egov_home *home, uint64_t before);

#endif
