/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_ISSUE_PAIR_H
#define CA_ISSUE_PAIR_H

#include <stdbool.h>

#include <egovca/ca.h>

/* egov_issue_pair for a batch, which has asked already whether its actor may, with a signer
 * of its own. */
struct egov__pair_lent_out {
	struct egov_pair_out objects;
	bool *earlier;                  /* gets whether an earlier run had issued both */
};
EGOV_MUST_CHECK enum egov_status egov__issue_pair_lent(struct egov_home *home,
                                                       const struct egov_pair_options *options,
                                                       struct egov_signer *signer,
                                                       const struct egov__pair_lent_out *out,
                                                       struct egov_error *err);

#endif
