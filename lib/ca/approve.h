/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_APPROVE_H
#define CA_APPROVE_H

#include <egovca/operator.h>

#include "home/home.h"
#include "record/approval.h"
#include "record/operator.h"

/* A person's name in the journal: request/person.h. */
EGOV_MUST_CHECK enum egov_status egov__actor_valid(const char *actor, struct egov_error *err);

/*
 * Whether this actor may take this act (record/operator.h), before anything is done
 * for it: the operator who logged in, in a role for it; in a test home anybody whom
 * nobody stands behind; in a production home without an operator a service alone.
 * EGOV_E_POLICY is journalled here.
 */
EGOV_MUST_CHECK enum egov_status egov__actor_check(struct egov_home *home, const char *act,
                                                   const char *actor, struct egov_error *err);

/* The registered certificate of an operator who may act now, and take this act
 * (NULL: any). */
EGOV_MUST_CHECK enum egov_status egov__operator_right(struct egov_home *home, const char *name,
                                                      const struct egov__act *act,
                                                      struct egov_cert **out,
                                                      struct egov_error *err);

/* An Approval of the matter by this key, now: appended. */
EGOV_MUST_CHECK enum egov_status egov__approval_sign(struct egov_signer *signer,
                                                     const struct egov_cert *cert,
                                                     struct egov_slice matter, egov_time now,
                                                     struct egov_buf *approval,
                                                     struct egov_error *err);

/* An egov__object_fn: the one object of a file goes to user, a struct egov_buf. */
EGOV_MUST_CHECK enum egov_status egov__object_only(void *user, struct egov_slice der,
                                                   struct egov_error *err);

/*
 * Has all who act sign this matter, and journals their approvals, right before
 * the entry of the effect, which has the same subject: inside its transaction, and
 * before rows that note their position.  Where nobody logged in and nobody has to,
 * nothing.
 */
/* Whether somebody logged in, or asks what there is to sign: else subject and facts are
 * not looked at. */
bool egov__approve_is_signed(struct egov_home *home);
EGOV_MUST_CHECK enum egov_status egov__approve(struct egov_home *home, const char *act,
                                               const char *subject, const struct egov_buf *facts,
                                               struct egov_error *err);

#endif
