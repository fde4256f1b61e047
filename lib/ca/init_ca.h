/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_INIT_CA_H
#define CA_INIT_CA_H

#include <egovca/ca.h>

#include "home/home.h"

/* Sees what a key of the CA is about to sign, before it is on record; a failure keeps it
 * from being signed. */
struct egov__tbs_watch {
	enum egov_status (*see)(void *user, const struct egov_tbs *tbs, struct egov_error *err);
	void *user;
};

/* The CA's own name and a key of it. */
struct egov__own_ca {
	const char *actor;
	struct egov_slice subject;      /* DER Name */
	const char *subject_text;
	uint64_t generation;            /* of the key */
	struct egov_signer *signer;     /* purpose EGOV_KEY_CA */
	const char *act;                /* that operators sign for; NULL: something else is signed */
	const struct egov__tbs_watch *watch;    /* or NULL */
};

/* What a ceremony adds to the making of a home. */
struct egov__init_extra {
	bool dry;                       /* with throw-away keys, and nothing stays */
	const struct egov__tbs_watch *watch;
	/* The home is whole, and is not yet in its place. */
	enum egov_status (*whole)(void *user, struct egov_home *home, struct egov_error *err);
	void *user;
	const struct egov__home_setting *settings;      /* of egovca.conf */
	size_t settings_count;
};

/* egov_init; extra NULL: nothing. */
EGOV_MUST_CHECK enum egov_status egov__init(const struct egov_init_options *options,
                                            const struct egov__init_extra *extra,
                                            struct egov_report *report, struct egov_error *err);

/* EGOV_E_EXISTS where something is in the way of a home. */
EGOV_MUST_CHECK enum egov_status egov__init_place(const char *path, struct egov_error *err);

/* Each of these is done once: where the home has the value already, it stays. */

/* Makes, signs and records the PKCS#10 request of the key; keeps it as
 * EGOV__META_REQUEST of the generation. */
EGOV_MUST_CHECK enum egov_status egov__own_request(struct egov_home *home,
                                                   const struct egov__own_ca *own,
                                                   struct egov_error *err);

/* The same of what the key says of the journal's (record/journal_statement.h); keeps it as
 * EGOV__META_JOURNAL_STATEMENT. */
EGOV_MUST_CHECK enum egov_status egov__own_statement(struct egov_home *home,
                                                     const struct egov__own_ca *own,
                                                     struct egov_error *err);

/* Gives up the intent of a paper of the CA itself that a killed run left; whoever makes them
 * holds EGOV__OWN_LOCK. */
#define EGOV__OWN_LOCK "rollover.lock"
EGOV_MUST_CHECK enum egov_status egov__own_close_leftover(struct egov_home *home,
                                                          const char *actor,
                                                          struct egov_error *err);

/* A certificate that the CA gives itself. */
struct egov__own_paper {
	const char *profile;
	const char *name;               /* of the value that keeps it */
	const char *file;               /* in the web root: cert/FILE.cer */
	uint64_t of;                    /* the generation whose key it certifies */
	const struct egov_cert *issuer; /* of the key that signs; NULL: self-signed */
	const egov_time *end;           /* not later than this; NULL: as the profile says */
};

/* Makes, signs, records, keeps and publishes it; *out (NULL allowed) gets it. */
EGOV_MUST_CHECK enum egov_status egov__own_certificate(struct egov_home *home,
                                                       const struct egov__own_ca *own,
                                                       const struct egov__own_paper *paper,
                                                       struct egov_cert **out,
                                                       struct egov_error *err);

/* The self-signed one on the generation's request, under profile root-ca. */
EGOV_MUST_CHECK enum egov_status egov__own_root(struct egov_home *home,
                                                const struct egov__own_ca *own,
                                                struct egov_cert **out, struct egov_error *err);

/* Inside a transaction: the generation becomes active, the one before it retires.
 * EGOV_E_BUSY where that one was about to sign something that has no result yet. */
EGOV_MUST_CHECK enum egov_status egov__own_activate(struct egov_home *home, const char *actor,
                                                    uint64_t generation, struct egov_error *err);

/* The first operators: that there are enough of them, and, in the transaction of the
 * journal's "init", their rows and entries. */
EGOV_MUST_CHECK enum egov_status egov__init_people_check(const struct egov_init_options *options,
                                                         struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__init_people(struct egov_home *home,
                                                   const struct egov_init_options *options,
                                                   struct egov_error *err);

/* The web root's path on the heap; NULL without memory. */
char *egov__web_root(const struct egov_home *home);

#endif
