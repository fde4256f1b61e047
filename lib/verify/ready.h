/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_READY_H
#define VERIFY_READY_H

#include "cert/cert.h"
#include "crypto/sm2.h"

/*
 * The SM2 keys of issuers, made ready once.  Certificates are known by their
 * addresses: they outlive this.  Bounded: where there is no place for one, it
 * is made anew each time.  Any number of threads.
 */
struct egov__ready;

struct egov__ready_key {
	const struct egov_cert *cert;
	struct egov__sm2_key *key;
	struct egov_slice point;
	uint8_t default_z[32];          /* under the default signer ID */
};

struct egov__ready *egov__ready_new(void);      /* NULL without memory */
void egov__ready_free(struct egov__ready *ready);

/* Lent; NULL where its key is no SM2 key, or there is no place or no memory. */
const struct egov__ready_key *egov__ready_get(struct egov__ready *ready,
                                              const struct egov_cert *cert);

#endif
