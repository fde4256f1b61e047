/* SPDX-License-Identifier: Apache-2.0 */
#include "cms/ber.h"

#include "base/der.h"

#define MAX_DEPTH 24
#define CONSTRUCTED 0x20
#define IN_PIECES (EGOV__OCTET_STRING | CONSTRUCTED)

static const char clause[] = "X.690, 8.1";

struct header {
	uint8_t tag;
	bool indefinite;
	size_t length;
};

static enum egov_status cut_short(struct egov_error *err)
{
	return egov_error_set(err, EGOV_E_SYNTAX, clause, "not BER: cut short");
}

static enum egov_status read_length(struct egov_slice *in, struct header *header,
                                    struct egov_error *err)
{
	size_t octets = in->data[0] & 0x7f;

	header->length = octets;
	header->indefinite = in->data[0] == 0x80;
	*in = (struct egov_slice){ in->data + 1, in->size - 1 };
	if (octets > in->size)
		return cut_short(err);
	if (header->indefinite || in->data[-1] < 0x80)
		return EGOV_OK;
	header->length = 0;
	for (; octets > 0; octets--) {
		if (header->length > SIZE_MAX >> 8)
			return egov_error_set(err, EGOV_E_SYNTAX, clause, "not BER: oversized length");
		header->length = header->length << 8 | in->data[0];
		*in = (struct egov_slice){ in->data + 1, in->size - 1 };
	}
	return EGOV_OK;
}

static enum egov_status read_header(struct egov_slice *in, struct header *header,
                                    struct egov_error *err)
{
	enum egov_status rc;

	if (in->size < 2)
		return cut_short(err);
	header->tag = in->data[0];
	*in = (struct egov_slice){ in->data + 1, in->size - 1 };
	if ((header->tag & 0x1f) == 0x1f || header->tag == 0)
		return egov_error_set(err, EGOV_E_SYNTAX, clause, "not BER: no type has the tag %02x",
		                      header->tag);
	rc = read_length(in, header, err);
	if (rc != EGOV_OK)
		return rc;
	if (header->indefinite && (header->tag & CONSTRUCTED) == 0)
		return egov_error_set(err, EGOV_E_SYNTAX, clause,
		                      "not BER: indefinite length of a primitive type");
	return header->length > in->size ? cut_short(err) : EGOV_OK;
}

static enum egov_status copy(struct egov_slice *in, bool piece, unsigned depth,
                             struct egov_buf *out, struct egov_error *err);

/* What a constructed value holds: to the end of its length, or of its contents. */
static enum egov_status copy_contents(struct egov_slice *in, const struct header *header,
                                      unsigned depth, struct egov_buf *out, struct egov_error *err)
{
	struct egov_slice within = { in->data, header->length };
	struct egov_slice *from = header->indefinite ? in : &within;
	const bool pieces = header->tag == IN_PIECES;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && from->size > 0) {
		if (header->indefinite && from->size >= 2 && from->data[0] == 0 && from->data[1] == 0) {
			*in = (struct egov_slice){ in->data + 2, in->size - 2 };
			return EGOV_OK;
		}
		rc = copy(from, pieces, depth + 1, out, err);
	}
	if (rc == EGOV_OK && header->indefinite)
		return cut_short(err);
	*in = header->indefinite ? *in
	                         : (struct egov_slice){ in->data + header->length,
		                                        in->size - header->length };
	return rc;
}

/* piece: of an OCTET STRING, whose own tag and length go. */
static enum egov_status copy(struct egov_slice *in, bool piece, unsigned depth,
                             struct egov_buf *out, struct egov_error *err)
{
	struct header header = { 0 };
	size_t mark = 0;
	enum egov_status rc = read_header(in, &header, err);

	if (rc != EGOV_OK)
		return rc;
	if (depth > MAX_DEPTH)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "more than %u levels of nesting",
		                      MAX_DEPTH);
	if (piece && header.tag != EGOV__OCTET_STRING && header.tag != IN_PIECES)
		return egov_error_set(err, EGOV_E_SYNTAX, "X.690, 8.7",
		                      "not BER: an OCTET STRING in pieces of another type");
	if (!piece)
		mark = egov__der_open(out, header.tag == IN_PIECES ? EGOV__OCTET_STRING : header.tag);
	if ((header.tag & CONSTRUCTED) != 0) {
		rc = copy_contents(in, &header, depth, out, err);
	} else {
		egov__buf_append(out, in->data, header.length);
		*in = (struct egov_slice){ in->data + header.length, in->size - header.length };
	}
	if (!piece)
		egov__der_close(out, mark);
	return rc;
}

enum egov_status egov__ber_to_der(struct egov_slice ber, struct egov_buf *out,
                                  struct egov_error *err)
{
	enum egov_status rc = copy(&ber, false, 0, out, err);

	if (rc == EGOV_OK && ber.size > 0)
		rc = egov_error_set(err, EGOV_E_SYNTAX, NULL, "%zu octets after its end", ber.size);
	return rc == EGOV_OK ? egov__buf_check(out, err) : rc;
}
