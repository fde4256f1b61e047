/* SPDX-License-Identifier: Apache-2.0 */
#ifndef X509_TBS_BUILD_H
#define X509_TBS_BUILD_H

#include "x509/algid.h"
#include "x509/tbs.h"

/* For the builders alone (see FENCES in the Makefile): seals bytes into a
 * value that nothing changes any more.  der is moved and left empty. */
EGOV_MUST_CHECK enum egov_status egov__tbs_new(enum egov_object_kind kind, struct egov_buf *der,
                                               enum egov__sigalg_params params,
                                               struct egov_tbs **out, struct egov_error *err);

/* A list whose bytes stay where they are: what they are read from, and who lets go of its user
 * with the value; where it fails, nobody. */
struct egov__tbs_place {
	struct egov__source source;
	void (*release)(void *user);
};
EGOV_MUST_CHECK enum egov_status egov__tbs_new_list(const struct egov__tbs_place *place,
                                                    enum egov__sigalg_params params,
                                                    struct egov_tbs **out, struct egov_error *err);

#endif
