/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRL_CRL_PEEK_H
#define CRL_CRL_PEEK_H

#include "base/source.h"
#include "crl/crl.h"

/* The number of a list, past whose entries it leaps: nothing else of it is looked at or
 * verified.  *has is false where there is none, or where this is no list. */
EGOV_MUST_CHECK enum egov_status egov__crl_peek(const struct egov__source *source,
                                                uint64_t *number, bool *has,
                                                struct egov_error *err);

#endif
