/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_CHECKPOINT_H
#define RECORD_CHECKPOINT_H

#include "store/store.h"

/* DER of a Checkpoint (record/record.h), appended to out. */
EGOV_MUST_CHECK enum egov_status egov__checkpoint_encode(struct egov_slice home,
                                                         const struct egov__checkpoint_row *row,
                                                         struct egov_buf *out,
                                                         struct egov_error *err);

#endif
