/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_BUFFER_H
#define EGOVCA_BUFFER_H

#include <stddef.h>
#include <stdint.h>

#include <egovca/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes that somebody else owns.  {NULL, 0} is "no bytes". */
struct egov_slice {
	const uint8_t *data;
	size_t size;             /* octets */
};

/*
 * Owned bytes that grow up to a maximum set at birth.  Appending past the
 * maximum, or without memory, sets a sticky failure: build everything, ask
 * once.  Belongs to one thread at a time.
 */
struct egov_buf;

/* A new empty buffer that never holds more than max octets; NULL without memory. */
EGOV_API struct egov_buf *egov_buf_new(size_t max);

/* Cleanses and frees; NULL is allowed. */
EGOV_API void egov_buf_free(struct egov_buf *buf);

/* The bytes so far; lent until the buffer is next changed. */
EGOV_API struct egov_slice egov_buf_slice(const struct egov_buf *buf);

/* Forgets the bytes and the sticky failure, keeps the maximum. */
EGOV_API void egov_buf_reset(struct egov_buf *buf);

#ifdef __cplusplus
}
#endif

#endif
