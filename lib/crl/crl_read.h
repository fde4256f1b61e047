/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRL_CRL_READ_H
#define CRL_CRL_READ_H

#include "base/source.h"
#include "crl/crl.h"

/* The DER of a list: of a file that holds just that, piece by piece; of any other, which may
 * be PEM, bare base64 or a pipe ("-": standard input), as egov_crl_decode takes it. */
struct egov__crl_input {
	struct egov__source source;
	struct egov__source_file file;
	uint8_t *der;
};
EGOV_MUST_CHECK enum egov_status egov__crl_input_open(const char *path,
                                                      struct egov__crl_input *input,
                                                      struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__crl_input_take(struct egov_slice bytes,
                                                      struct egov__crl_input *input,
                                                      struct egov_error *err);
/* The same of what its file has been opened for; closed where it fails. */
EGOV_MUST_CHECK enum egov_status egov__crl_input_file(struct egov__crl_input *input,
                                                      struct egov_error *err);
void egov__crl_input_close(struct egov__crl_input *input);

/*
 * A list that is too long to hold: what surrounds its entries is kept, the entries are read
 * from its source, each as strictly as egov_crl_decode reads them and by the same code.
 */
struct egov__crl_outline {
	struct egov__crl_fields fields;         /* der, tbs and entries are empty */
	uint64_t tbs_at, tbs_size;              /* where they lie in the source */
	uint64_t entries_at, entries_size;      /* contents of revokedCertificates */
	struct egov_buf around;                 /* the list without its entries, whole */
};

/* What is told on the way, each may be NULL: the algorithm inside, before any octet of what
 * is signed; these octets, in order; each entry. */
struct egov__crl_listener {
	enum egov_status (*algorithm)(void *user, struct egov_slice algorithm, enum egov__oid type,
	                              struct egov_error *err);
	egov__window_fn *signed_bytes;
	enum egov_status (*entry)(void *user, const struct egov__crl_entry *entry,
	                          struct egov_error *err);
	egov_time *this_update;         /* set before the first entry; EGOV_TIME_NONE: it is none */
	void *user;
};

/* Reads all of it once. */
EGOV_MUST_CHECK enum egov_status egov__crl_read(const struct egov__source *source,
                                                     const struct egov__crl_listener *listener,
                                                     struct egov__crl_outline *out,
                                                     struct egov_error *err);
/* The same of a TBSCertList alone, whose outer algorithm and signature are empty. */
EGOV_MUST_CHECK enum egov_status egov__crl_read_tbs(const struct egov__source *source,
                                                         const struct egov__crl_listener *listener,
                                                         struct egov__crl_outline *out,
                                                         struct egov_error *err);
/* What surrounds the entries alone, for who reads them later: they are not counted. */
EGOV_MUST_CHECK enum egov_status egov__crl_leap(const struct egov__source *source,
                                                struct egov__crl_outline *out,
                                                struct egov_error *err);
void egov__crl_outline_clear(struct egov__crl_outline *list);

/* The entries of a list, one after the other. */
struct egov__crl_walk {
	struct egov__window in;
	uint64_t left;
	struct egov__crl_entry entry;           /* lent until the next */
	bool has;
};
void egov__crl_walk_open(struct egov__crl_walk *walk, const struct egov__source *source,
                         const struct egov__crl_outline *list);
EGOV_MUST_CHECK enum egov_status egov__crl_walk_next(struct egov__crl_walk *walk,
                                                     struct egov_error *err);
void egov__crl_walk_close(struct egov__crl_walk *walk);

/* A record of what surrounds the entries; of an entry. */
struct egov_report;
void egov__crl_report_head(const struct egov__crl_fields *fields, struct egov_report *report);
void egov__crl_report_entry(const struct egov__crl_entry *entry, struct egov_report *report);

/* Compares two by serial; each change goes into fn. */
typedef enum egov_status egov__crl_change_fn(void *user, const char *what,
                                             const struct egov__crl_entry *before,
                                             const struct egov__crl_entry *after,
                                             struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__crl_compare(struct egov__crl_walk *before,
                                                   struct egov__crl_walk *after,
                                                   egov__crl_change_fn *fn, void *user,
                                                   struct egov_error *err);
void egov__crl_report_change(const char *what, const struct egov__crl_entry *before,
                             const struct egov__crl_entry *after, struct egov_report *report);

#endif
