/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include <egovca/buffer.h>

/* Overwrites memory in a way that the compiler keeps. */
void egov__cleanse(void *data, size_t size);

/*
 * A secret of up to EGOV__SECRET_MAX octets (a PIN, a passphrase, a key):
 * locked in memory where the system allows it, kept out of core dumps, cleansed
 * on free.  No print or log function accepts it.
 */
#define EGOV__SECRET_MAX 256

struct egov_secret;

/* A copy of bytes; NULL without memory or where bytes are too long. */
struct egov_secret *egov__secret_new(struct egov_slice bytes);
void egov__secret_free(struct egov_secret *secret);
struct egov_slice egov__secret_slice(const struct egov_secret *secret);

#endif
