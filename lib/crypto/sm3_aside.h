/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_SM3_ASIDE_H
#define CRYPTO_SM3_ASIDE_H

#include "base/source.h"
#include "crypto/sm3.h"

/*
 * SM3 of much, by a thread of its own: who gives the octets does something else with them
 * meanwhile.  Octets are copied: at most EGOV__SM3_ROOM of them wait.  Of less than
 * EGOV__SM3_MUCH, or where no thread can be had, it is done at once.
 */
#define EGOV__SM3_MUCH (UINT64_C(1) << 20)
#define EGOV__SM3_ROOM (512u << 10)

struct egov__sm3_aside;
/* size: how many octets come, about. */
EGOV_MUST_CHECK enum egov_status egov__sm3_aside_new(uint64_t size, struct egov__sm3_aside **out,
                                                     struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__sm3_aside_update(struct egov__sm3_aside *aside,
                                                        struct egov_slice bytes,
                                                        struct egov_error *err);
/* Waits for all of it. */
EGOV_MUST_CHECK enum egov_status egov__sm3_aside_final(struct egov__sm3_aside *aside,
                                                       uint8_t digest[EGOV__SM3_SIZE],
                                                       struct egov_error *err);
/* Ends the thread (NULL allowed). */
void egov__sm3_aside_free(struct egov__sm3_aside *aside);

/* SM3 of before and, behind it, all of a source. */
EGOV_MUST_CHECK enum egov_status egov__sm3_source(struct egov_slice before,
                                                  const struct egov__source *source,
                                                  uint8_t digest[EGOV__SM3_SIZE],
                                                  struct egov_error *err);
/* The same; EGOV_E_CORRUPT where the source is not what was seen before (crypto/seen.h), NULL:
 * nothing was. */
EGOV_MUST_CHECK enum egov_status egov__sm3_source_seen(struct egov_slice before,
                                                       const struct egov__source *source,
                                                       const uint8_t *seen,
                                                       uint8_t digest[EGOV__SM3_SIZE],
                                                       struct egov_error *err);

#endif
