/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of issuers that are made ready once. */
#include "chain.h"

#include <pthread.h>

#include "verify/ready.h"

#define MANY 400

static struct egov_cert *cert_with_key(size_t key, const char *spki_prefix)
{
	const struct chain_plan plan = { .subject = "ca", .key = key, .ca = true,
		                         .spki_prefix = spki_prefix };
	struct egov_buf *der = chain_cert(&plan);
	struct egov_cert *cert = NULL;
	struct egov_error err = { 0 };

	assert_ok(egov_cert_decode(egov_buf_slice(der), &cert, &err), &err);
	egov_buf_free(der);
	return cert;
}

static void has_the_key_of_the_certificate(void **state)
{
	struct egov__ready *ready = egov__ready_new();
	struct egov_cert *certs[2] = { cert_with_key(0, NULL), cert_with_key(1, NULL) };

	(void)state;
	assert_non_null(ready);
	for (size_t i = 0; i < 4; i++) {
		const struct egov__ready_key *key = egov__ready_get(ready, certs[i % 2]);
		const struct egov_slice spki = chain_spki(i % 2);

		if (key == NULL)        /* both fall on one place */
			continue;
		assert_ptr_equal(key->cert, certs[i % 2]);
		assert_memory_equal(key->point.data, spki.data + spki.size - EGOV__SM2_POINT,
		                    EGOV__SM2_POINT);
		assert_ptr_equal(egov__ready_get(ready, certs[i % 2]), key);
	}
	assert_non_null(egov__ready_get(ready, certs[0]));
	egov__ready_free(ready);
	egov__ready_free(NULL);
	egov_cert_free(certs[0]);
	egov_cert_free(certs[1]);
}

/* P-256, by its curve's name. */
static void has_no_key_of_another_kind(void **state)
{
	struct egov__ready *ready = egov__ready_new();
	struct egov_cert *cert = cert_with_key(
		0, "3059301306072a8648ce3d020106082a8648ce3d030107034200");

	(void)state;
	assert_null(egov__ready_get(ready, cert));
	assert_null(egov__ready_get(ready, cert));
	egov__ready_free(ready);
	egov_cert_free(cert);
}

/* More than there are places: each has its own key or none. */
static void many_share_the_places(void **state)
{
	struct egov__ready *ready = egov__ready_new();
	struct egov_cert *certs[MANY];
	size_t had = 0;

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		certs[i] = cert_with_key(i % CHAIN_KEYS, NULL);
	for (size_t i = 0; i < MANY; i++) {
		const struct egov__ready_key *key = egov__ready_get(ready, certs[i]);

		assert_true(key == NULL || key->cert == certs[i]);
		had += key != NULL;
	}
	assert_in_range(had, MANY / 8, 256);
	egov__ready_free(ready);
	for (size_t i = 0; i < MANY; i++)
		egov_cert_free(certs[i]);
}

struct asking {
	struct egov__ready *ready;
	struct egov_cert *certs[CHAIN_KEYS];
};

static void *ask(void *user)
{
	const struct asking *asking = user;

	for (size_t i = 0; i < 200; i++)
		(void)egov__ready_get(asking->ready, asking->certs[i % CHAIN_KEYS]);
	return NULL;
}

static void threads_share_it(void **state)
{
	struct asking asking = { .ready = egov__ready_new() };
	pthread_t threads[4];

	(void)state;
	for (size_t i = 0; i < CHAIN_KEYS; i++)
		asking.certs[i] = cert_with_key(i, NULL);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask, &asking), 0);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	egov__ready_free(asking.ready);
	for (size_t i = 0; i < CHAIN_KEYS; i++)
		egov_cert_free(asking.certs[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_the_key_of_the_certificate),
		cmocka_unit_test(has_no_key_of_another_kind),
		cmocka_unit_test(many_share_the_places),
		cmocka_unit_test(threads_share_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
