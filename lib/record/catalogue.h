/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_CATALOGUE_H
#define RECORD_CATALOGUE_H

#include "store/store.h"

/*
 * The kinds of entries: what their subject is, the fields of their public bodies (those in
 * brackets may be absent), whether a private part is sealed beside them, and what they say.
 * egov-record(5) is made from this table; egov__record_check holds every entry of a home
 * against it.
 */
struct egov__kind {
	const char *name, *subject, *fields;
	bool sealed;                    /* there may be a private part */
	const char *says;               /* EGOV__N */
};
const struct egov__kind *egov__kind_at(size_t i);       /* NULL past the end */
const struct egov__kind *egov__kind_find(const char *name);

/* The name of a field, static; NULL where no kind has it. */
const char *egov__kind_field(const char *key);

/* EGOV_E_CORRUPT: a kind that is none, a field that is missing or does not belong there, a
 * private part where there is none. */
EGOV_MUST_CHECK enum egov_status egov__kind_check(const struct egov__journal_row *entry,
                                                  struct egov_error *err);

#endif
