/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_WITNESS_H
#define CA_WITNESS_H

#include <egovca/report.h>

#include "home/home_witnessed.h"

/* Another home as a witness of this one. */
EGOV_MUST_CHECK enum egov_status egov__witness_open(struct egov_home *home, const char *dir,
                                                    struct egov_home **out,
                                                    struct egov_error *err);

/* What its journal says that it was given by the home with this id. */
typedef enum egov_status egov__witness_fn(void *user, const struct egov__kept *kept,
                                          struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__witness_walk(struct egov_home *other, const char *id,
                                                    egov__witness_fn *fn, void *user,
                                                    struct egov_error *err);

/*
 * Notes each checkpoint that a witness has of a journal that was lost, with an entry: from then
 * on it stops nothing.  Those of all places that are there, or that of a file.  With note false
 * they are counted alone.
 */
struct egov__lost {
	struct egov_home *home;
	const char *actor;
	struct egov_report *report;
	bool note;
	uint64_t count;                 /* gets how many there were */
	char id[EGOV__HOME_ID];         /* its own */
};
EGOV_MUST_CHECK enum egov_status egov__witness_lost(struct egov__lost *lost,
                                                    struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__witness_lost_file(struct egov__lost *lost,
                                                         const char *path,
                                                         struct egov_error *err);

#endif
