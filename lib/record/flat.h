/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_FLAT_H
#define RECORD_FLAT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The body of an entry as nearly all are: texts without escapes and whole numbers, under keys
 * that differ.  Reading one as JSON takes twenty times as long, which the check of a large journal
 * feels.
 */
#define EGOV__FLAT_FIELDS 24

struct egov__flat {
	struct {
		const char *key, *text;         /* text NULL: a number */
		int64_t number;
	} fields[EGOV__FLAT_FIELDS];
	unsigned count;
	char copy[];
};

/* *out NULL where text is another one, whatever it is, which a parser of JSON has to judge; false
 * without memory.  free() ends it. */
bool egov__flat_read(const char *text, struct egov__flat **out);

/* Number of the field with this key; EGOV__FLAT_FIELDS: there is none. */
unsigned egov__flat_find(const struct egov__flat *flat, const char *key);

#endif
