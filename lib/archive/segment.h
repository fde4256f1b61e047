/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ARCHIVE_SEGMENT_H
#define ARCHIVE_SEGMENT_H

#include "archive/deflate.h"

/*
 * A part of the journal in a file of its own (egov-archive(5); Order No. 4, Art. 24); DER:
 *
 *   Segment ::= SEQUENCE {
 *     content       SegmentContent,
 *     signature     OCTET STRING }        -- SM2 by the journal key, over content as a whole
 *   SegmentContent ::= SEQUENCE {
 *     version       INTEGER (1),
 *     domain        UTF8String ("egovca archive"),
 *     home          OCTET STRING,         -- as in checkpoints
 *     journalKey    OCTET STRING (SIZE (91)),     -- SubjectPublicKeyInfo
 *     number        INTEGER,              -- of the segment, from 1
 *     revision      INTEGER,              -- from 1, one more each time something is destroyed
 *     first         INTEGER,              -- number of its first entry
 *     root          OCTET STRING (SIZE (32)),     -- of the journal's tree up to its last
 *     dictionaries  SEQUENCE OF OCTET STRING,
 *     index         OCTET STRING,         -- 4 octets a record, big endian: where it begins in
 *                                         -- the contents of records
 *     records       SEQUENCE OF Record }  -- of entries first, first + 1, ...
 *   Record ::= SEQUENCE {
 *     entry         Packed,               -- JournalEntry (record/record.h)
 *     sealed        [0] OCTET STRING OPTIONAL,    -- EgovSealed (crypto/envelope.h)
 *     object        [1] Packed OPTIONAL } -- what was signed; its SM3 alone: destroyed
 *   Packed ::= SEQUENCE {
 *     dictionary    INTEGER,              -- 0: none, n: the nth
 *     stream        OCTET STRING }        -- zlib (RFC 1950)
 */
#define EGOV__SEGMENT_RAW (8u << 20)    /* octets, unpacked, after which one is full */
#define EGOV__SEGMENT_MAX (64u << 20)   /* octets of a file */
#define EGOV__SEGMENT_ENTRIES 32768
#define EGOV__SEGMENT_DICTIONARIES 127

struct egov__packed {
	uint64_t dictionary;
	struct egov_slice stream;       /* empty: it is not there */
};

/* Read; slices lie in what it was read from. */
struct egov__segment {
	struct egov_slice content, signature;
	struct egov_slice home, journal_key;
	uint64_t number, revision, first, count;
	const uint8_t *root;            /* 32 octets */
	struct egov_slice dictionaries[EGOV__SEGMENT_DICTIONARIES];
	size_t dictionaries_count;
	struct egov_slice index, records;
};
struct egov__segment_record {
	struct egov__packed entry;
	struct egov_slice sealed;       /* empty: none */
	struct egov__packed object;
};

/* EGOV_E_CORRUPT where it is none: nobody but us writes it. */
EGOV_MUST_CHECK enum egov_status egov__segment_read(struct egov_slice der,
                                                    struct egov__segment *out,
                                                    struct egov_error *err);
/* That of entry first + i; EGOV_E_CORRUPT. */
EGOV_MUST_CHECK enum egov_status egov__segment_record(const struct egov__segment *segment,
                                                      uint64_t i, struct egov__segment_record *out,
                                                      struct egov_error *err);
/* Appended to out; nothing for what is not there. */
EGOV_MUST_CHECK enum egov_status egov__segment_unpack(const struct egov__segment *segment,
                                                      struct egov__zlib *zlib,
                                                      const struct egov__packed *packed,
                                                      struct egov_buf *out,
                                                      struct egov_error *err);
/* The signature, by this key. */
EGOV_MUST_CHECK enum egov_status egov__segment_verify(const struct egov__segment *segment,
                                                      struct egov_slice journal_spki,
                                                      struct egov_error *err);

/* Writing.  Records are added in the order of their entries. */
struct egov__segment_writer;
struct egov__segment_item {
	const char *kind;               /* entries of one kind share a dictionary, */
	const char *profile;            /* and objects of one kind and profile */
	struct egov_slice entry, sealed, object;        /* the last two may be empty */
};
EGOV_MUST_CHECK enum egov_status egov__segment_begin(struct egov__segment_writer **out,
                                                     struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__segment_add(struct egov__segment_writer *writer,
                                                   const struct egov__segment_item *item,
                                                   struct egov_error *err);
bool egov__segment_is_full(const struct egov__segment_writer *writer);
uint64_t egov__segment_size(const struct egov__segment_writer *writer);   /* octets, unpacked */
uint64_t egov__segment_count(const struct egov__segment_writer *writer);  /* records */
/* The content under these facts (home, journal_key, number, revision, first, root). */
EGOV_MUST_CHECK enum egov_status egov__segment_content(struct egov__segment_writer *writer,
                                                       const struct egov__segment *facts,
                                                       struct egov_buf *content,
                                                       struct egov_error *err);
void egov__segment_free(struct egov__segment_writer *writer);   /* NULL allowed */
/* Content and signature as one. */
EGOV_MUST_CHECK enum egov_status egov__segment_join(struct egov_slice content,
                                                    struct egov_slice signature,
                                                    struct egov_buf *out, struct egov_error *err);

#endif
