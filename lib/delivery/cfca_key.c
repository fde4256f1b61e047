/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/der.h"
#include "base/pem.h"
#include "base/text.h"
#include "delivery/delivery_impl.h"

/*
 * As CFCA answers a request for double certificates: SEQUENCE { INTEGER 1, OCTET
 * STRING C1 without 04 || C3 || C2 }, where the plaintext is X || Y || d; as text in
 * base64 with commas, maybe after a head of 64 digits and 16 digits of length.
 */
#define NUMBER 32
#define PLAINTEXT (3 * NUMBER)
#define HEAD "0000000000000001000000000000000100000000000000000000000000000000"
#define LENGTH 16

static bool has_head(struct egov_slice in)
{
	return in.size >= strlen(HEAD) && memcmp(in.data, HEAD, strlen(HEAD)) == 0;
}

bool egov__cfca_text_is(struct egov_slice in)
{
	return has_head(in)
	       || (in.size > 0 && in.data[0] == 'M' && memchr(in.data, ',', in.size) != NULL);
}

static struct egov_slice trimmed(struct egov_slice in)
{
	while (in.size > 0 && (in.data[in.size - 1] == '\n' || in.data[in.size - 1] == '\r'))
		in.size--;
	return in;
}

static enum egov_status skip_head(struct egov_slice *in, struct egov_error *err)
{
	char digits[LENGTH + 1] = "";
	uint64_t length = 0;
	enum egov_status rc;

	in->data += strlen(HEAD);
	in->size -= strlen(HEAD);
	if (in->size < LENGTH)
		return egov_error_set(err, EGOV_E_SYNTAX, NULL, "encrypted key of CFCA: cut short");
	memcpy(digits, in->data, LENGTH);
	in->data += LENGTH;
	in->size -= LENGTH;
	rc = egov__number_parse(digits, "encrypted key of CFCA: its length", 1, EGOV__MAX_OBJECT,
	                        &length, err);
	if (rc != EGOV_OK && err != NULL)
		err->status = EGOV_E_SYNTAX;
	if (rc == EGOV_OK && length == in->size)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_SYNTAX, NULL,
	                      "encrypted key of CFCA: %zu characters found, %s wanted", in->size,
	                      digits);
}

enum egov_status egov__cfca_text_decode(struct egov_slice in, struct egov_buf *der,
                                        struct egov_error *err)
{
	struct egov_buf text = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = EGOV_OK;

	in = trimmed(in);
	if (has_head(in))
		rc = skip_head(&in, err);
	for (size_t i = 0; rc == EGOV_OK && i < in.size; i++)
		if (in.data[i] != ',')
			egov__buf_byte(&text, in.data[i]);
	if (rc == EGOV_OK)
		rc = egov__buf_check(&text, err);
	if (rc == EGOV_OK)
		rc = egov__base64_decode(egov_buf_slice(&text), der, err);
	egov__buf_clear(&text);
	return rc;
}

enum egov_status egov__cfca_key_read(struct egov_slice in, struct egov__delivery *out,
                                     struct egov_error *err)
{
	static const char what[] = "encrypted key of CFCA";
	struct egov_slice fields, raw = EGOV__NO_SLICE;
	uint64_t version = 0;
	enum egov_status rc = egov__der_only(in, EGOV__SEQUENCE, what, &fields, err);

	out->form = EGOV__DELIVERY_CFCA;
	if (rc == EGOV_OK)
		rc = egov__der_uint(&fields, "version", &version, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&fields, EGOV__OCTET_STRING, what, &raw, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(fields, what, err);
	if (rc == EGOV_OK && (version != 1 || raw.size != 3 * NUMBER + PLAINTEXT))
		rc = egov_error_set(err, EGOV_E_SYNTAX, NULL,
		                    "%s: want version 1 and %d octets", what, 3 * NUMBER + PLAINTEXT);
	if (rc != EGOV_OK)
		return rc;
	return egov__delivery_raw_cipher(
		&(struct egov__raw_cipher){ .x = { raw.data, NUMBER },
	                                    .y = { raw.data + NUMBER, NUMBER },
	                                    .hash = { raw.data + 2 * NUMBER, NUMBER },
	                                    .c2 = { raw.data + 3 * NUMBER, PLAINTEXT } },
		out, err);
}
