/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_PROVEN_H
#define VERIFY_PROVEN_H

#include <stdbool.h>

#include "crypto/sm3.h"

/*
 * Statements that a verifier has found true, each known by an SM3 digest of all
 * that it says: asked again, they cost no public key operation.  What was found
 * false is not kept.  Bounded: an old statement may be forgotten for a new one.
 * Any number of threads.
 */
struct egov__proven;

struct egov__proven *egov__proven_new(void);    /* NULL without memory */
void egov__proven_free(struct egov__proven *proven);

bool egov__proven_has(struct egov__proven *proven, const uint8_t statement[EGOV__SM3_SIZE]);

/* Without memory it is not kept. */
void egov__proven_add(struct egov__proven *proven, const uint8_t statement[EGOV__SM3_SIZE]);

#endif
