/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_CRL_CHECKS_H
#define CA_CRL_CHECKS_H

#include "crl/crl_read.h"
#include "home/home.h"

/* A list that is compared: what surrounds its entries, and where they are read. */
struct egov__crl_text {
	struct egov__source source;
	struct egov__crl_outline list;
};

/* What the checks before a list is signed compare. */
struct egov__crl_comparison;
struct egov__crl_case {
	struct egov_home *home;
	const struct egov_cert *ca;
	const struct egov__crl_outline *made;   /* read again from the bytes to be signed */
	const struct egov__crl_text *last;      /* the last list that we signed; NULL: none */
	struct egov__crl_scope scope;
	uint64_t last_base;                     /* of the last list, where it is a delta list */
	bool clock_set_back;                    /* since the last list: its time says nothing */
	uint64_t number, last_number;
	const struct egov__crl_comparison *compared;    /* of egov__crl_checks alone */
};

/*
 * Its entries against the revoked set and the last list, as somebody reads them (see is an entry
 * function of struct egov__crl_listener).  Of the case all is there but made and compared.
 */
EGOV_MUST_CHECK enum egov_status egov__crl_comparison_new(const struct egov__crl_case *c,
                                                          struct egov__crl_comparison **out,
                                                          struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__crl_comparison_see(void *comparison,
                                                          const struct egov__crl_entry *entry,
                                                          struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__crl_comparison_end(struct egov__crl_comparison *comparison,
                                                          struct egov_error *err);
void egov__crl_comparison_free(struct egov__crl_comparison *comparison);

/*
 * Runs the table of checks over the case, whose entries were compared; the first that does not hold is
 * EGOV_E_POLICY or EGOV_E_CORRUPT with the check's id before its text.  With explain
 * (or NULL) all of them, a record each.
 */
EGOV_MUST_CHECK enum egov_status egov__crl_checks(const struct egov__crl_case *c,
                                                  struct egov_report *explain,
                                                  struct egov_error *err);

/* Those alone that need no bytes, before these take their number's place. */
EGOV_MUST_CHECK enum egov_status egov__crl_checks_before(const struct egov__crl_case *c,
                                                         struct egov_report *explain,
                                                         struct egov_error *err);

/* When a check is made. */
enum egov__crl_stage {
	EGOV__CRL_BEFORE,               /* before anything is made */
	EGOV__CRL_MADE,                 /* of the bytes, before they are signed */
	EGOV__CRL_SIGNED,
	EGOV__CRL_SERVED
};
/* A row of the table, NULL past the last.  Those that are not of the bytes are made on the
 * way of the publication; egov__crl_failed names them. */
struct egov__crl_check_info {
	const char *id, *clause;
	enum egov__crl_stage stage;
};
const struct egov__crl_check_info *egov__crl_check(size_t i);
/* That of an id; NULL where the table has no such row. */
const char *egov__crl_clause(const char *id);

/* The rows before and after the bytes. */
enum egov__crl_step {
	EGOV__CRL_LEASE, EGOV__CRL_CLOCK, EGOV__CRL_SOURCE, EGOV__CRL_KEY, EGOV__CRL_ENTRIES,
	EGOV__CRL_SIGNATURE, EGOV__CRL_READ_BACK, EGOV__CRL_ADDRESS
};
/* rc, its id before the text where the step failed. */
enum egov_status egov__crl_failed(enum egov__crl_step step, enum egov_status rc,
                                  struct egov_error *err);

/* status, or EGOV_E_NOMEM: "serial SERIAL: message". */
enum egov_status egov__crl_serial_wrong(enum egov_status status, struct egov_slice serial,
                                        const char *message, struct egov_error *err);

/* A record of explain: an id, its clause, whether it held, and why not. */
void egov__crl_explain(struct egov_report *explain, const char *id, const char *clause,
                       const char *verdict, const struct egov_error *why);

#endif
