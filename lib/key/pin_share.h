/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEY_PIN_SHARE_H
#define KEY_PIN_SHARE_H

#include "base/buf.h"
#include "base/secret.h"

/*
 * A PIN in several hands: all shares together give it, any fewer say nothing of it.  The
 * PIN is padded to 64 octets (its length, its octets, zeros), all shares but the last are
 * random, and the last is their exclusive or with it.  A share is one line of text:
 *
 *   egov-share 1 SET I K OCTETS CHECK
 *
 * SET is 8 hexadecimal digits that the shares of one PIN have in common, I its number
 * among K, OCTETS 128 digits, CHECK the first 8 digits of SM3 of the line before it.
 */
#define EGOV__PIN_SHARES 9
#define EGOV__PIN_SHARED_MAX 63 /* octets of the PIN */

/* 2 to EGOV__PIN_SHARES shares; they are the caller's. */
EGOV_MUST_CHECK enum egov_status egov__pin_split(struct egov_slice pin, size_t count,
                                                 struct egov_secret **shares,
                                                 struct egov_error *err);

/* In any order.  EGOV_E_AUTH names the share that is damaged, of another PIN, there
 * twice, or how many are wanted. */
EGOV_MUST_CHECK enum egov_status egov__pin_join(struct egov_secret *const *shares, size_t count,
                                                struct egov_secret **pin, struct egov_error *err);

#endif
