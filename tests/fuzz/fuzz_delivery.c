/* SPDX-License-Identifier: Apache-2.0 */
/* A private key as a centre sends it, in any form, opened with a key of 32 octets 11;
 * what opens is the other half of the public key in it. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "delivery/delivery.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void open_it(const struct egov__delivery *delivery, struct egov_error *err)
{
	uint8_t octets[EGOV__SM2_PRIVATE], point[EGOV__SM2_POINT];
	struct egov__decrypter *opener = NULL;
	struct egov_secret *mine, *d = NULL;

	memset(octets, 0x11, sizeof(octets));
	mine = egov__secret_new(EGOV__SLICE(octets));
	if (mine == NULL || egov__decrypter_new(mine, &opener, err) != EGOV_OK) {
		egov__secret_free(mine);
		return;
	}
	if (egov__delivery_open(delivery, opener, EGOV__NO_SLICE, &d, err) != EGOV_OK) {
		if (err->text[0] == 0)
			abort();
	} else if (egov__sm2_public(d, point, NULL) != EGOV_OK
	           || (delivery->point.size > 0
	               && !egov__slice_equal(delivery->point, EGOV__SLICE(point)))) {
		abort();
	}
	egov__secret_free(d);
	egov__secret_free(mine);
	egov__decrypter_close(opener);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct egov__delivery delivery;
	struct egov_error err = { 0 };

	if (egov__delivery_decode((struct egov_slice){ data, size }, &delivery, &err) == EGOV_OK) {
		open_it(&delivery, &err);
		egov__delivery_clear(&delivery);
	} else if (err.text[0] == 0) {
		abort();
	}
	return 0;
}
