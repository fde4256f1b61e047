/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>

#include "base/der.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every reader of contents, on a TLV of any tag; what is accepted is written
 * again and must give the same octets. */
static void contents(const struct egov__tlv *tlv)
{
	struct egov_slice in = tlv->whole, out = EGOV__NO_SLICE;
	struct egov_buf again = EGOV__BUF(1u << 20);
	struct egov_error err = { 0 };
	bool wrong_type = false, value = false;
	unsigned bits = 0;
	uint64_t number = 0;
	egov_time t = 0;

	if (egov__der_uint(&in, "n", &number, NULL) == EGOV_OK)
		egov__der_put_uint(&again, number);
	else if (egov__der_boolean(&in, "b", &value, NULL) == EGOV_OK)
		egov__der_put_boolean(&again, value);
	else if (egov__der_named_bits(&in, "bits", &bits, NULL) == EGOV_OK)
		egov__der_put_named_bits(&again, bits);
	else if (egov__der_time(&in, "time", &t, &wrong_type, NULL) == EGOV_OK)
		wrong_type ? egov__der_put_generalized_time(&again, t) : egov__der_put_time(&again, t);
	else if (egov__der_bit_octets(&in, "key", &out, NULL) == EGOV_OK)
		egov__der_put_bit_octets(&again, out);
	else if (egov__der_oid(&in, "oid", &out, NULL) == EGOV_OK)
		egov__der_put(&again, EGOV__OID, out);
	else
		egov__der_put(&again, tlv->tag, tlv->value);
	if (!egov__slice_equal(egov_buf_slice(&again), tlv->whole))
		__builtin_trap();
	egov_buf_reset(&again);
	if (egov__der_oid_text(tlv->value, &again, &err) != err.status)
		__builtin_trap();
	egov__buf_clear(&again);
}

static void walk(struct egov_slice in, unsigned depth)
{
	struct egov__tlv tlv;

	while (egov__der_any(&in, &tlv, NULL) == EGOV_OK) {
		if (tlv.whole.size < 4096)
			contents(&tlv);
		if ((tlv.tag & 0x20) != 0 && depth < 30)
			walk(tlv.value, depth + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	walk((struct egov_slice){ data, size }, 0);
	return 0;
}
