/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_SEEN_H
#define CRYPTO_SEEN_H

#include "base/buf.h"

/*
 * Whether what is gone through several times in one run are the octets of the first time: of
 * what is too long to hold, and may be changed meanwhile.  This is SHA-256, for which processors
 * have instructions: it takes a fifth of the time of SM3.  Nothing that is signed, recorded or
 * handed out depends on it: that is SM3's.
 */
#define EGOV__SEEN_SIZE 32
struct evp_md_ctx_st;
struct egov__seen {
	struct evp_md_ctx_st *ctx;      /* NULL: not begun */
};
EGOV_MUST_CHECK enum egov_status egov__seen_begin(struct egov__seen *seen, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__seen_update(struct egov__seen *seen,
                                                   struct egov_slice bytes,
                                                   struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__seen_end(struct egov__seen *seen,
                                                uint8_t out[EGOV__SEEN_SIZE],
                                                struct egov_error *err);
void egov__seen_clear(struct egov__seen *seen);

#endif
