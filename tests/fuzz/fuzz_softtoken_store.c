/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of a software token.  The first octet of the input tells what the rest is: the
 * whole file; the body, MAC and counters, which get a right checksum here; or a list of public
 * or of private objects.  What is read is written again and must come out the same.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/der.h"
#include "softtoken/object.h"
#include "softtoken/store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static void fuzz_list(struct egov_slice der, unsigned class)
{
	struct egov__softlist list = { 0 };
	struct egov_buf again = EGOV__BUF(EGOV__SOFTSTORE_MAX);

	if (egov__softlist_decode(der, class, &list, NULL) == EGOV_OK) {
		egov__softlist_encode(&list, class, &again);
		must(egov__slice_equal(egov_buf_slice(&again), der));
	}
	egov__softlist_clear(&list);
	egov__buf_clear(&again);
}

static void fuzz_file(struct egov_slice file)
{
	static const uint8_t octets[EGOV__SOFTSTORE_MASTER] = { 1 };
	struct egov_secret *master = egov__secret_new(EGOV__SLICE(octets));
	struct egov_buf again = EGOV__BUF(EGOV__SOFTSTORE_MAX), objects = EGOV__BUF(EGOV__SOFTSTORE_MAX);
	struct egov__softstore store;

	must(master != NULL);
	if (egov__softstore_decode(file, &store, NULL) == EGOV_OK) {
		fuzz_list(store.public_objects, EGOV__SOFTOBJECT_PUBLIC);
		must(egov__softstore_retry(&store, store.tries, &again, NULL) == EGOV_OK);
		must(egov__slice_equal(egov_buf_slice(&again), file));
		must(egov__softstore_open(&store, master, &objects, NULL) == EGOV_E_CORRUPT);
		egov_buf_reset(&again);
		must(egov__softstore_encode(&store, master, store.public_objects, EGOV__NO_SLICE, &again,
		                            NULL) == EGOV_OK);
		must(egov__softstore_decode(egov_buf_slice(&again), &store, NULL) == EGOV_OK);
		must(egov__softstore_open(&store, master, &objects, NULL) == EGOV_OK);
	}
	egov__buf_clear(&again);
	egov__buf_clear(&objects);
	egov__secret_free(master);
}

static void fuzz_checked(struct egov_slice fields)
{
	struct egov_buf file = EGOV__BUF(EGOV__SOFTSTORE_MAX);
	uint8_t sum[EGOV__SM3_SIZE];
	size_t mark;

	must(egov__sm3(&fields, 1, sum, NULL) == EGOV_OK);
	egov__buf_text(&file, EGOV__SOFTSTORE_MAGIC);
	mark = egov__der_open(&file, EGOV__SEQUENCE);
	egov__buf_slice(&file, fields);
	egov__der_put(&file, EGOV__OCTET_STRING, EGOV__SLICE(sum));
	egov__der_close(&file, mark);
	if (!file.failed)
		fuzz_file(egov_buf_slice(&file));
	egov__buf_clear(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct egov_slice in = { data + 1, size - 1 };

	if (size == 0 || size > EGOV__MAX_OBJECT)
		return 0;
	switch (data[0] & 3) {
	case 0:
		fuzz_file(in);
		break;
	case 1:
		fuzz_checked(in);
		break;
	case 2:
		fuzz_list(in, EGOV__SOFTOBJECT_PUBLIC);
		break;
	default:
		fuzz_list(in, EGOV__SOFTOBJECT_PRIVATE);
	}
	return 0;
}
