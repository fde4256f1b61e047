/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/segment.h"

#include "base/der.h"

#define SEALED (EGOV__CONTEXT | 0)
#define OBJECT (EGOV__CONTEXT_CONS | 1)
#define NAME 128

/* Something to be packed: where it lies in raw. */
struct part {
	size_t at, size;
	size_t class;
};

/* What shares a dictionary: it is made of the first few. */
#define SAMPLES_MAX 4
#define SAMPLED 16              /* one for so many */
#define SHARED_MIN 4            /* by fewer it is not worth its octets */
#define DICTIONARY_MAX 16384    /* octets; zlib looks back 32768 */
struct class {
	char name[NAME];
	uint64_t count;
	struct part samples[SAMPLES_MAX];
	uint64_t number;                /* of its dictionary; 0: none */
	struct egov_buf dictionary;
};

struct record {
	struct part entry, sealed, object;      /* size 0: none */
};

struct egov__segment_writer {
	struct egov_buf raw;
	struct record *records;
	size_t count, capacity;
	struct class classes[EGOV__SEGMENT_DICTIONARIES];
	size_t classes_count;
	uint64_t dictionaries;
	struct egov__zlib *zlib;
};

enum egov_status egov__segment_begin(struct egov__segment_writer **out, struct egov_error *err)
{
	struct egov__segment_writer *w = calloc(1, sizeof(*w));
	enum egov_status rc;

	if (w == NULL)
		return egov_error_nomem(err);
	w->raw = (struct egov_buf)EGOV__BUF(EGOV__SEGMENT_MAX);
	rc = egov__zlib_open(&w->zlib, err);
	if (rc == EGOV_OK)
		*out = w;
	else
		free(w);
	return rc;
}

void egov__segment_free(struct egov__segment_writer *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < w->classes_count; i++)
		egov__buf_clear(&w->classes[i].dictionary);
	egov__buf_clear(&w->raw);
	egov__zlib_close(w->zlib);
	free(w->records);
	free(w);
}

bool egov__segment_is_full(const struct egov__segment_writer *w)
{
	return w->raw.size >= EGOV__SEGMENT_RAW || w->count >= EGOV__SEGMENT_ENTRIES;
}

uint64_t egov__segment_size(const struct egov__segment_writer *w)
{
	return w->raw.size;
}

uint64_t egov__segment_count(const struct egov__segment_writer *w)
{
	return w->count;
}

/* --- gathering --- */

/* The last one takes what there is no room for: it only packs less well. */
static struct class *class_of(struct egov__segment_writer *w, const char *name)
{
	struct class *class;

	for (size_t i = 0; i < w->classes_count; i++)
		if (strcmp(w->classes[i].name, name) == 0)
			return &w->classes[i];
	if (w->classes_count == EGOV__SEGMENT_DICTIONARIES)
		return &w->classes[EGOV__SEGMENT_DICTIONARIES - 1];
	class = &w->classes[w->classes_count++];
	(void)egov__text_copy(class->name, sizeof(class->name), name);
	class->dictionary = (struct egov_buf)EGOV__BUF(DICTIONARY_MAX);
	return class;
}

/* class NULL: it is not packed. */
static struct part add_part(struct egov__segment_writer *w, struct class *class,
                            struct egov_slice bytes)
{
	struct part part = { .at = w->raw.size, .size = bytes.size };

	egov__buf_slice(&w->raw, bytes);
	if (class != NULL && bytes.size > 0) {
		part.class = (size_t)(class - w->classes);
		if (class->count < SAMPLES_MAX)
			class->samples[class->count] = part;
		class->count++;
	}
	return part;
}

static enum egov_status grow(struct egov__segment_writer *w, struct egov_error *err)
{
	const size_t capacity = w->capacity == 0 ? 256 : 2 * w->capacity;
	struct record *records;

	if (w->count < w->capacity)
		return EGOV_OK;
	records = reallocarray(w->records, capacity, sizeof(*records));
	if (records == NULL)
		return egov_error_nomem(err);
	w->records = records;
	w->capacity = capacity;
	return EGOV_OK;
}

enum egov_status egov__segment_add(struct egov__segment_writer *w,
                                   const struct egov__segment_item *item, struct egov_error *err)
{
	char name[NAME];
	enum egov_status rc = grow(w, err);

	if (rc != EGOV_OK)
		return rc;
	(void)snprintf(name, sizeof(name), "%s of %s", item->kind, item->profile);
	w->records[w->count++] = (struct record){
		.entry = add_part(w, class_of(w, item->kind), item->entry),
		.sealed = add_part(w, NULL, item->sealed),
		.object = add_part(w, item->object.size == 0 ? NULL : class_of(w, name), item->object),
	};
	return egov__buf_check(&w->raw, err);
}

/* --- packing --- */

static struct egov_slice bytes_of(const struct egov__segment_writer *w, const struct part *part)
{
	return (struct egov_slice){ w->raw.data + part->at, part->size };
}

static enum egov_status put_dictionary(struct egov__segment_writer *w, struct class *class,
                                       struct egov_buf *out, struct egov_error *err)
{
	struct egov_buf *const dictionary = &class->dictionary;

	for (uint64_t i = 0; class->count >= SHARED_MIN && i < SAMPLES_MAX
	                     && i * SAMPLED < class->count; i++)
		if (dictionary->size + class->samples[i].size <= DICTIONARY_MAX)
			egov__buf_slice(dictionary, bytes_of(w, &class->samples[i]));
	if (dictionary->size == 0)
		return egov__buf_check(dictionary, err);
	class->number = ++w->dictionaries;
	egov__der_put(out, EGOV__OCTET_STRING, egov_buf_slice(dictionary));
	return EGOV_OK;
}

static enum egov_status put_packed(struct egov__segment_writer *w, uint8_t tag,
                                   const struct part *part, struct egov_buf *out,
                                   struct egov_error *err)
{
	const struct class *const class = &w->classes[part->class];
	const size_t mark = egov__der_open(out, tag);
	struct egov_slice dictionary = EGOV__NO_SLICE;
	size_t stream;
	enum egov_status rc;

	if (class->number > 0)
		dictionary = egov_buf_slice(&class->dictionary);
	egov__der_put_uint(out, class->number);
	stream = egov__der_open(out, EGOV__OCTET_STRING);
	rc = egov__zlib_pack(w->zlib, dictionary, bytes_of(w, part), out, err);
	egov__der_close(out, stream);
	egov__der_close(out, mark);
	return rc;
}

static enum egov_status put_record(struct egov__segment_writer *w, const struct record *record,
                                   struct egov_buf *out, struct egov_error *err)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);
	enum egov_status rc = put_packed(w, EGOV__SEQUENCE, &record->entry, out, err);

	if (rc == EGOV_OK && record->sealed.size > 0)
		egov__der_put(out, SEALED, bytes_of(w, &record->sealed));
	if (rc == EGOV_OK && record->object.size > 0)
		rc = put_packed(w, OBJECT, &record->object, out, err);
	egov__der_close(out, mark);
	return rc == EGOV_OK ? egov__buf_check(out, err) : rc;
}

static enum egov_status put_records(struct egov__segment_writer *w, struct egov_buf *records,
                                    struct egov_buf *index, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < w->count; i++) {
		for (unsigned shift = 32; shift > 0; shift -= 8)
			egov__buf_byte(index, (uint8_t)(records->size >> (shift - 8)));
		rc = put_record(w, &w->records[i], records, err);
	}
	return rc == EGOV_OK ? egov__buf_check(index, err) : rc;
}

static void put_facts(const struct egov__segment *facts, struct egov_buf *out)
{
	egov__der_put_uint(out, 1);
	egov__der_put(out, EGOV__UTF8_STRING, egov__slice_text("egovca archive"));
	egov__der_put(out, EGOV__OCTET_STRING, facts->home);
	egov__der_put(out, EGOV__OCTET_STRING, facts->journal_key);
	egov__der_put_uint(out, facts->number);
	egov__der_put_uint(out, facts->revision);
	egov__der_put_uint(out, facts->first);
	egov__der_put(out, EGOV__OCTET_STRING, (struct egov_slice){ facts->root, 32 });
}

enum egov_status egov__segment_content(struct egov__segment_writer *w,
                                       const struct egov__segment *facts,
                                       struct egov_buf *content, struct egov_error *err)
{
	struct egov_buf records = EGOV__BUF(EGOV__SEGMENT_MAX), index = EGOV__BUF(EGOV__MAX_FILE);
	const size_t mark = egov__der_open(content, EGOV__SEQUENCE);
	size_t dictionaries;
	enum egov_status rc = EGOV_OK;

	put_facts(facts, content);
	dictionaries = egov__der_open(content, EGOV__SEQUENCE);
	for (size_t i = 0; rc == EGOV_OK && i < w->classes_count; i++)
		rc = put_dictionary(w, &w->classes[i], content, err);
	egov__der_close(content, dictionaries);
	if (rc == EGOV_OK)
		rc = put_records(w, &records, &index, err);
	egov__der_put(content, EGOV__OCTET_STRING, egov_buf_slice(&index));
	egov__der_put(content, EGOV__SEQUENCE, egov_buf_slice(&records));
	egov__der_close(content, mark);
	egov__buf_clear(&records);
	egov__buf_clear(&index);
	return rc == EGOV_OK ? egov__buf_check(content, err) : rc;
}

enum egov_status egov__segment_join(struct egov_slice content, struct egov_slice signature,
                                    struct egov_buf *out, struct egov_error *err)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	egov__buf_slice(out, content);
	egov__der_put(out, EGOV__OCTET_STRING, signature);
	egov__der_close(out, mark);
	return egov__buf_check(out, err);
}
