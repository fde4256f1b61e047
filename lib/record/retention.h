/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_RETENTION_H
#define RECORD_RETENTION_H

#include "store/store.h"

/*
 * How long records are kept (Order No. 4, Art. 24; trial measures of 2009, Art. 24):
 * from loss of validity on, the later of expiry and revocation, five years, and ten
 * those of government holders and of the CA itself.
 */
#define EGOV__KEEP_LAW 5                /* years */
#define EGOV__KEEP_GOVERNMENT 10

/* The first moment after so many years: their last day, which has the month and day of
 * their first or is the last of its month, counts whole, as it does in Beijing (Civil
 * Code, Art. 201 to 204). */
EGOV_MUST_CHECK enum egov_status egov__keep_until(egov_time lost, int years, egov_time *until,
                                                  struct egov_error *err);

/* What the law says of one certificate, whatever else rests on its records. */
struct egov__keep {
	egov_time not_after, revoked_at;        /* EGOV_TIME_NONE: not revoked */
	egov_time signed_until;         /* the end of what it signed last: of a CA's own */
	egov_time lost_at;              /* the latest of these */
	int holder;                     /* enum egov_holder_kind */
	int years;                      /* EGOV__KEEP_LAW or EGOV__KEEP_GOVERNMENT */
	bool own;                       /* of the CA itself: all others are verified with it */
	char profile[72];
};
/* As of an entry of the journal (its number; UINT64_MAX: now). */
EGOV_MUST_CHECK enum egov_status egov__keep_of(struct egov_store *store, struct egov_slice serial,
                                               uint64_t at, struct egov__keep *keep, bool *found,
                                               struct egov_error *err);

/*
 * Certificates that rest on the records of one, itself first: the other half of its
 * pair, which shares its application, and what follows it on that application.
 */
#define EGOV__KIN_SERIAL 20
struct egov__kin {
	uint8_t bytes[EGOV__KIN_SERIAL];
	size_t size;
};
#define EGOV__KIN_MAX 512
struct egov__family {
	struct egov__kin *kin;
	size_t count;
};
EGOV_MUST_CHECK enum egov_status egov__family_find(struct egov_store *store,
                                                   struct egov_slice serial,
                                                   struct egov__family *family,
                                                   struct egov_error *err);
void egov__family_clear(struct egov__family *family);
struct egov_slice egov__family_serial(const struct egov__family *family, size_t i);

/* Legal holds on the records of a certificate, by its serial in hex, as of an entry of
 * the journal (its number; UINT64_MAX: now). */
#define EGOV__CASE_MAX 100              /* octets */
struct egov__legal_hold {
	char name[EGOV__CASE_MAX + 1];          /* of its case */
	egov_time since;
};
#define EGOV__LEGAL_HOLDS 16
struct egov__legal_holds {
	struct egov__legal_hold on[EGOV__LEGAL_HOLDS];
	size_t count;
};
EGOV_MUST_CHECK enum egov_status egov__legal_holds_find(struct egov_store *store,
                                                        const char *subject, uint64_t at,
                                                        struct egov__legal_holds *holds,
                                                        struct egov_error *err);
bool egov__legal_holds_have(const struct egov__legal_holds *holds, const char *name);

#endif
