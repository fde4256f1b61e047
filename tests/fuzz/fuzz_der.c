/* SPDX-License-Identifier: Apache-2.0 */
/* DER from outside through every reader, and through the writers back again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/der.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* Each reader by itself; what is accepted is written again and gives the same octets. */
static bool reads_number(struct egov_slice in, struct egov_buf *again)
{
	uint64_t number = 0;

	if (egov__der_uint(&in, "", &number, NULL) != EGOV_OK)
		return false;
	egov__der_put_uint(again, number);
	return true;
}

static bool reads_integer(struct egov_slice in, struct egov_buf *again)
{
	struct egov_slice value = EGOV__NO_SLICE;

	if (egov__der_read(&in, EGOV__INTEGER, "", &value, NULL) != EGOV_OK
	    || egov__der_integer_check(value, "", NULL) != EGOV_OK || value.data[0] >= 0x80)
		return false;
	egov__der_put_unsigned(again, value);
	return true;
}

static bool reads_boolean(struct egov_slice in, struct egov_buf *again)
{
	bool value = false;

	if (egov__der_boolean(&in, "", &value, NULL) != EGOV_OK)
		return false;
	egov__der_put_boolean(again, value);
	return true;
}

static bool reads_named_bits(struct egov_slice in, struct egov_buf *again)
{
	unsigned bits = 0;

	if (egov__der_named_bits(&in, "", &bits, NULL) != EGOV_OK)
		return false;
	must(bits <= 0xffff);
	egov__der_put_named_bits(again, bits);
	return true;
}

static bool reads_bit_octets(struct egov_slice in, struct egov_buf *again)
{
	struct egov_slice octets = EGOV__NO_SLICE;

	if (egov__der_bit_octets(&in, "", &octets, NULL) != EGOV_OK)
		return false;
	egov__der_put_bit_octets(again, octets);
	return true;
}

static bool reads_time(struct egov_slice in, struct egov_buf *again)
{
	const bool generalized = egov__der_peek(in) == EGOV__GENERALIZED_TIME;
	char text[EGOV_TIME_TEXT];
	bool wrong_type = false;
	egov_time t = 0, parsed = 0;

	if (egov__der_time(&in, "", &t, &wrong_type, NULL) != EGOV_OK)
		return false;
	egov_time_format(t, text);
	must(egov_time_parse(text, &parsed, NULL) == EGOV_OK && parsed == t);
	must(generalized || !wrong_type);
	if (wrong_type)
		egov__der_put_generalized_time(again, t);
	else
		egov__der_put_time(again, t);
	return true;
}

static bool reads_oid(struct egov_slice in, struct egov_buf *again)
{
	struct egov_buf text = EGOV__BUF(1u << 20), parsed = EGOV__BUF(1u << 20);
	struct egov_slice oid = EGOV__NO_SLICE;

	if (egov__der_oid(&in, "", &oid, NULL) != EGOV_OK)
		return false;
	/* Arcs past 2^56 have a text at most. */
	if (egov__der_oid_text(oid, &text, NULL) == EGOV_OK
	    && egov__der_oid_parse(egov__buf_string(&text), &parsed, NULL) == EGOV_OK)
		must(egov__slice_equal(egov_buf_slice(&parsed), oid));
	egov__der_put(again, EGOV__OID, oid);
	egov__buf_clear(&text);
	egov__buf_clear(&parsed);
	return true;
}

static void read_contents(const struct egov__tlv *tlv)
{
	static bool (*const readers[])(struct egov_slice, struct egov_buf *) = {
		reads_number, reads_integer, reads_boolean, reads_named_bits,
		reads_bit_octets, reads_time, reads_oid,
	};
	struct egov_buf again = EGOV__BUF(1u << 20);
	struct egov_slice value = EGOV__NO_SLICE;
	size_t mark;

	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		egov_buf_reset(&again);
		if (readers[i](tlv->whole, &again))
			must(egov__slice_equal(egov_buf_slice(&again), tlv->whole));
	}
	must(egov__der_only(tlv->whole, tlv->tag, "", &value, NULL) == EGOV_OK
	     && egov__slice_equal(value, tlv->value));
	egov_buf_reset(&again);
	mark = egov__der_open(&again, tlv->tag);
	egov__buf_slice(&again, tlv->value);
	egov__der_close(&again, mark);
	must(egov__slice_equal(egov_buf_slice(&again), tlv->whole));
	must(egov__der_header_size(tlv->value.size) == tlv->whole.size - tlv->value.size);
	egov__buf_clear(&again);
}

/* Whether everything could be read, down to depth levels. */
static bool walk(struct egov_slice in, unsigned depth)
{
	struct egov__tlv tlv;

	while (in.size > 0) {
		const struct egov_slice before = in;

		if (egov__der_any(&in, &tlv, NULL) != EGOV_OK) {
			must(egov__slice_equal(in, before) && in.data == before.data);
			return false;
		}
		must(tlv.whole.size + in.size == before.size && tlv.whole.data == before.data);
		if (tlv.whole.size < 4096)
			read_contents(&tlv);
		if ((tlv.tag & 0x20) != 0 && (depth == 0 || !walk(tlv.value, depth - 1)))
			return false;
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct egov_slice in = { data, size };
	struct egov_error err = { 0 };
	const bool whole = walk(in, 24);

	/* What is well-formed is refused for the contents of a primitive type alone. */
	if (egov__der_check(in, &err) == EGOV_OK)
		must(whole && err.status == EGOV_OK);
	else
		must(!whole || strcmp(err.clause, "X.690, 11") == 0);
	return 0;
}
