/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_LIST_H
#define RECORD_LIST_H

#include "record/record.h"
#include "x509/algid.h"

/* For lib/record alone: what lists sign lies in the ledger in pieces. */

/* The pieces of a list that is held in memory; any other has them already. */
EGOV_MUST_CHECK enum egov_status egov__list_keep(struct egov_record *record,
                                                 const struct egov_tbs *tbs, uint64_t number,
                                                 struct egov_error *err);

/* The bytes of an earlier run. */
EGOV_MUST_CHECK enum egov_status egov__list_restore(struct egov_record *record, uint64_t number,
                                                    enum egov__sigalg_params params,
                                                    struct egov_tbs **out,
                                                    struct egov_error *err);

#endif
