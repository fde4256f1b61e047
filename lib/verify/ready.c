/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/ready.h"

#include <pthread.h>
#include <stdlib.h>

#include "verify/judge.h"

#define PLACES 256

struct egov__ready {
	pthread_mutex_t lock;
	struct egov__ready_key places[PLACES];  /* what lies in one stays there */
};

struct egov__ready *egov__ready_new(void)
{
	struct egov__ready *ready = calloc(1, sizeof(*ready));

	if (ready != NULL && pthread_mutex_init(&ready->lock, NULL) != 0) {
		free(ready);
		return NULL;
	}
	return ready;
}

void egov__ready_free(struct egov__ready *ready)
{
	if (ready == NULL)
		return;
	for (size_t i = 0; i < PLACES; i++)
		egov__sm2_key_free(ready->places[i].key);
	(void)pthread_mutex_destroy(&ready->lock);
	free(ready);
}

static bool make(const struct egov_cert *cert, struct egov__ready_key *key)
{
	if (egov__verify_point(egov__cert_fields(cert)->spki, &key->point, NULL) != EGOV_OK
	    || egov__sm2_z(key->point, egov__slice_text(EGOV__SM2_DEFAULT_ID), key->default_z, NULL)
	               != EGOV_OK
	    || egov__sm2_key_new(key->point, NULL, &key->key, NULL) != EGOV_OK)
		return false;
	key->cert = cert;
	return true;
}

const struct egov__ready_key *egov__ready_get(struct egov__ready *ready,
                                              const struct egov_cert *cert)
{
	/* The allocator's granules, and then some bits of what lies above them. */
	const uintptr_t address = (uintptr_t)cert >> 4;
	struct egov__ready_key *key = &ready->places[(address ^ address >> 8) % PLACES];
	bool has;

	(void)pthread_mutex_lock(&ready->lock);
	has = key->cert == cert || (key->cert == NULL && make(cert, key));
	(void)pthread_mutex_unlock(&ready->lock);
	return has ? key : NULL;
}
