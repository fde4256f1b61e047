/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/segment.h"

#include "base/der.h"
#include "base/text.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"

#define SEALED (EGOV__CONTEXT | 0)
#define OBJECT (EGOV__CONTEXT_CONS | 1)

static const char clause[] = "Order No. 4, Art. 24";

static enum egov_status wrong(struct egov_error *err, const char *what)
{
	return egov_error_set(err, EGOV_E_CORRUPT, clause, "archive: %s", egov__text(what));
}

/* --- the whole --- */

static enum egov_status read_head(struct egov_slice *in, struct egov_error *err)
{
	struct egov_slice domain = EGOV__NO_SLICE;
	uint64_t version = 0;
	enum egov_status rc = egov__der_uint(in, "version", &version, err);

	if (rc == EGOV_OK)
		rc = egov__der_read(in, EGOV__UTF8_STRING, "domain", &domain, err);
	if (rc == EGOV_OK && (version != 1 || !egov__slice_is(domain, "egovca archive")))
		rc = wrong(err, EGOV__N("it is none of version 1"));
	return rc;
}

static enum egov_status read_numbers(struct egov_slice *in, struct egov__segment *out,
                                     struct egov_error *err)
{
	struct egov_slice root = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_read(in, EGOV__OCTET_STRING, "home", &out->home, err);

	if (rc == EGOV_OK)
		rc = egov__der_read(in, EGOV__OCTET_STRING, "journalKey", &out->journal_key, err);
	if (rc == EGOV_OK)
		rc = egov__der_uint(in, "number", &out->number, err);
	if (rc == EGOV_OK)
		rc = egov__der_uint(in, "revision", &out->revision, err);
	if (rc == EGOV_OK)
		rc = egov__der_uint(in, "first", &out->first, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(in, EGOV__OCTET_STRING, "root", &root, err);
	if (rc == EGOV_OK && root.size != EGOV__SM3_SIZE)
		rc = wrong(err, EGOV__N("its root is no SM3"));
	out->root = root.data;
	return rc;
}

static enum egov_status read_dictionaries(struct egov_slice *in, struct egov__segment *out,
                                          struct egov_error *err)
{
	struct egov_slice list = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_read(in, EGOV__SEQUENCE, "dictionaries", &list, err);

	while (rc == EGOV_OK && list.size > 0) {
		if (out->dictionaries_count == EGOV__SEGMENT_DICTIONARIES)
			return wrong(err, EGOV__N("it has too many dictionaries"));
		rc = egov__der_read(&list, EGOV__OCTET_STRING, "dictionary",
		                    &out->dictionaries[out->dictionaries_count++], err);
	}
	return rc;
}

static uint32_t begin_of(const struct egov__segment *s, uint64_t i)
{
	const uint8_t *const at = s->index.data + 4 * i;

	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Records lie one behind the other, without a gap. */
static enum egov_status check_index(struct egov__segment *s, struct egov_error *err)
{
	struct egov_slice left = s->records, record;
	enum egov_status rc = EGOV_OK;

	if (s->index.size % 4 != 0 || s->index.size == 0)
		return wrong(err, EGOV__N("its index is cut short"));
	s->count = s->index.size / 4;
	for (uint64_t i = 0; rc == EGOV_OK && i < s->count; i++) {
		if (begin_of(s, i) != s->records.size - left.size)
			return wrong(err, EGOV__N("its index does not fit its records"));
		rc = egov__der_read(&left, EGOV__SEQUENCE, "record", &record, err);
	}
	return rc == EGOV_OK ? egov__der_end(left, "records", err) : rc;
}

static enum egov_status read_content(struct egov_slice in, struct egov__segment *out,
                                     struct egov_error *err)
{
	enum egov_status rc = read_head(&in, err);

	if (rc == EGOV_OK)
		rc = read_numbers(&in, out, err);
	if (rc == EGOV_OK)
		rc = read_dictionaries(&in, out, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__OCTET_STRING, "index", &out->index, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__SEQUENCE, "records", &out->records, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(in, "content", err);
	return rc == EGOV_OK ? check_index(out, err) : rc;
}

enum egov_status egov__segment_read(struct egov_slice der, struct egov__segment *out,
                                    struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE, content = EGOV__NO_SLICE, before;
	enum egov_status rc = egov__der_only(der, EGOV__SEQUENCE, "archive", &in, err);

	*out = (struct egov__segment){ .number = 0 };
	before = in;
	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__SEQUENCE, "content", &content, err);
	out->content = (struct egov_slice){ before.data, before.size - in.size };
	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__OCTET_STRING, "signature", &out->signature, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(in, "archive", err);
	if (rc == EGOV_OK)
		rc = read_content(content, out, err);
	return egov_error_altered(err, rc);
}

enum egov_status egov__segment_verify(const struct egov__segment *segment,
                                      struct egov_slice journal_spki, struct egov_error *err)
{
	struct egov_slice point = EGOV__NO_SLICE;
	enum egov_status rc = egov__sm2_spki_point(journal_spki, &point, err);

	if (rc == EGOV_OK && !egov__slice_equal(journal_spki, segment->journal_key))
		return wrong(err, EGOV__N("it names another journal key"));
	if (rc == EGOV_OK)
		rc = egov__sm2_verify(point, egov__slice_text(EGOV__SM2_DEFAULT_ID), segment->content,
		                      segment->signature, NULL);
	if (rc == EGOV_OK)
		return EGOV_OK;
	return rc == EGOV_E_NOMEM ? egov_error_nomem(err)
	                          : wrong(err, EGOV__N("its signature is not the journal key's"));
}

/* --- one record --- */

static enum egov_status read_packed(struct egov_slice in, struct egov__packed *out,
                                    struct egov_error *err)
{
	enum egov_status rc = egov__der_uint(&in, "dictionary", &out->dictionary, err);

	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__OCTET_STRING, "stream", &out->stream, err);
	if (rc == EGOV_OK && out->stream.size == 0)
		rc = wrong(err, EGOV__N("a stream is empty"));
	return rc == EGOV_OK ? egov__der_end(in, "packed", err) : rc;
}

static enum egov_status read_record(struct egov_slice in, struct egov__segment_record *out,
                                    struct egov_error *err)
{
	struct egov_slice value = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_read(&in, EGOV__SEQUENCE, "entry", &value, err);

	if (rc == EGOV_OK)
		rc = read_packed(value, &out->entry, err);
	if (rc == EGOV_OK && egov__der_peek(in) == SEALED) {
		rc = egov__der_read(&in, SEALED, "sealed", &out->sealed, err);
		if (rc == EGOV_OK && out->sealed.size == 0)
			rc = wrong(err, EGOV__N("a sealed blob is empty"));
	}
	if (rc == EGOV_OK && egov__der_peek(in) == OBJECT) {
		rc = egov__der_read(&in, OBJECT, "object", &value, err);
		if (rc == EGOV_OK)
			rc = read_packed(value, &out->object, err);
	}
	return rc == EGOV_OK ? egov__der_end(in, "record", err) : rc;
}

enum egov_status egov__segment_record(const struct egov__segment *segment, uint64_t i,
                                      struct egov__segment_record *out, struct egov_error *err)
{
	struct egov_slice in = segment->records, record = EGOV__NO_SLICE;
	enum egov_status rc;

	*out = (struct egov__segment_record){ .sealed = EGOV__NO_SLICE };
	if (i >= segment->count)
		return wrong(err, EGOV__N("it has no such entry"));
	in.data += begin_of(segment, i);
	in.size -= begin_of(segment, i);
	rc = egov__der_read(&in, EGOV__SEQUENCE, "record", &record, err);
	if (rc == EGOV_OK)
		rc = read_record(record, out, err);
	return egov_error_altered(err, rc);
}

enum egov_status egov__segment_unpack(const struct egov__segment *segment, struct egov__zlib *zlib,
                                      const struct egov__packed *packed, struct egov_buf *out,
                                      struct egov_error *err)
{
	struct egov_slice dictionary = EGOV__NO_SLICE;

	if (packed->stream.size == 0)
		return EGOV_OK;
	if (packed->dictionary > segment->dictionaries_count)
		return wrong(err, EGOV__N("it has no such dictionary"));
	if (packed->dictionary > 0)
		dictionary = segment->dictionaries[packed->dictionary - 1];
	return egov__zlib_unpack(zlib, dictionary, packed->stream, out, err);
}
