/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_ABOVE_H
#define CA_ABOVE_H

#include "home/home.h"

/* Whoever certified this CA, as far as the chain goes that was installed with its certificates:
 * calls for each certificate of this CA and of those above it whose issuer is there, once. */
typedef enum egov_status egov__above_fn(void *user, const struct egov_cert *cert,
                                        const struct egov_cert *issuer, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__above_walk(struct egov_home *home, egov__above_fn *fn,
                                                  void *user, struct egov_error *err);

/* A list of such an issuer that is had, and the last one that was imported of those that are about
 * the same certificates: EGOV_E_UNTRUSTED where the latter is newer, or of the same number and
 * another. */
struct egov__source;
EGOV_MUST_CHECK enum egov_status egov__above_compare(struct egov_home *home,
                                                     const struct egov_cert *issuer,
                                                     struct egov_slice extensions,
                                                     const struct egov__source *list,
                                                     struct egov_error *err);

#endif
