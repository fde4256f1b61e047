/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRL_CRL_H
#define CRL_CRL_H

#include <egovca/crl.h>

#include "base/time.h"
#include "cert/cert.h"

struct egov__crl_fields {
	struct egov_slice der, tbs;             /* whole TLVs */
	unsigned version;                       /* 1 or 2 */
	struct egov_slice inner_algorithm, outer_algorithm;     /* whole TLVs */
	enum egov__oid signature_algorithm;
	struct egov_slice issuer;               /* whole TLV */
	egov_time this_update, next_update;     /* next: EGOV_TIME_NONE where absent */
	bool this_wrong_type, next_wrong_type, has_empty_list;
	struct egov_slice entries;              /* contents of revokedCertificates */
	size_t count;
	struct egov_slice extensions;           /* contents of Extensions, empty where absent */
	struct egov_slice signature;
};
const struct egov__crl_fields *egov__crl_fields(const struct egov_crl *crl);
bool egov__crl_ext(const struct egov_crl *crl, enum egov__oid type, struct egov__ext *ext);

/* The cRLNumber among the extensions of a list: EGOV_E_NOTFOUND where there is none,
 * EGOV_E_LIMIT past what the ledger counts to. */
EGOV_MUST_CHECK enum egov_status egov__crl_number(struct egov_slice extensions, uint64_t *number,
                                                  struct egov_error *err);
/* The number of the complete list that a delta list changes; 0: it is complete. */
EGOV_MUST_CHECK enum egov_status egov__crl_base(struct egov_slice extensions, uint64_t *number,
                                                struct egov_error *err);

/* Reads DER that the caller keeps. */
EGOV_MUST_CHECK enum egov_status egov__crl_decode_fields(struct egov_slice der,
                                                         struct egov__crl_fields *out,
                                                         struct egov_error *err);

/* Reads a TBSCertList alone: for lint. */
EGOV_MUST_CHECK enum egov_status egov__crl_tbs_decode(struct egov_slice tbs,
                                                      struct egov__crl_fields *out,
                                                      struct egov_error *err);

/* An entry of a list, read or to be written. */
struct egov__crl_entry {
	struct egov_slice der;                  /* the whole TLV; to be written: as it is, empty:
	                                         * it is made of the rest */
	struct egov_slice serial;               /* INTEGER contents */
	egov_time revoked_at;
	int reason;                             /* CRLReason, -1 where absent */
	egov_time invalidity_date;              /* EGOV_TIME_NONE where absent */
	struct egov_slice certificate_issuer;   /* extension value, empty where absent */
	bool unknown_critical;                  /* a critical entry extension we do not know */
	/* Read alone: */
	bool wrong_type;                        /* of the time (RFC 5280, 5.1.2.6) */
	bool plain;                             /* but for a reasonCode that is not critical */
	struct egov_slice extensions;           /* contents, empty where absent */
};

/* The next entry of the contents of revokedCertificates. */
EGOV_MUST_CHECK enum egov_status egov__crl_next(struct egov_slice *entries,
                                                struct egov__crl_entry *entry,
                                                struct egov_error *err);

/*
 * RevokedCertificate (RFC 5280, 5.1) by itself, as it stands on a list: of a delta list where
 * delta is set.  EGOV_E_CORRUPT where the serial or the reason is none of ours.
 */
#define EGOV__CRL_SERIAL 32             /* octets of a serial, at most */
#define EGOV__CRL_ENTRY 128             /* and of an entry of ours */
EGOV_MUST_CHECK enum egov_status egov__crl_entry_encode(const struct egov__crl_entry *e, bool delta,
                                                        uint8_t out[EGOV__CRL_ENTRY],
                                                        size_t *size, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__crl_serial_check(struct egov_slice serial,
                                                        struct egov_error *err);
/* Its serial; false where it is no entry of ours. */
bool egov__crl_entry_serial(struct egov_slice der, struct egov_slice *serial);

/* A list of version 1 has no extensions of entries (RFC 5280, 5.1.2.1). */
EGOV_MUST_CHECK enum egov_status egov__crl_entry_version(unsigned version,
                                                         const struct egov__crl_entry *entry,
                                                         struct egov_error *err);

/* The order of serials that are not negative, in which a list of ours rises; whether two
 * entries say the same. */
int egov__crl_order(struct egov_slice a, struct egov_slice b);
bool egov__crl_entry_same(const struct egov__crl_entry *a, const struct egov__crl_entry *b);

/* Looks a serial up; *found tells.  The first entry of that serial: in an
 * indirect CRL there may be others, of other issuers. */
EGOV_MUST_CHECK enum egov_status egov__crl_find(const struct egov_crl *crl,
                                                struct egov_slice serial, bool *found,
                                                struct egov__crl_entry *entry,
                                                struct egov_error *err);

/*
 * TBSCertList (GM/T 0015, 5.3, table C.5): v2, issuer's bytes, both times,
 * entries in strictly rising order of serial (EGOV_E_CORRUPT otherwise), AKI,
 * cRLNumber, and a critical IDP where idp_uri is not NULL, which says whether it
 * is a list of users or CAs alone; a critical deltaCRLIndicator where it changes the
 * list of number base, freshestCRL where the address of such lists is given.  The list
 * is absent where there is no entry.  next is called count times, or until it gives an entry
 * without a serial.
 */
#define EGOV__CRL_ALL SIZE_MAX
typedef enum egov_status egov__crl_source_fn(void *user, struct egov__crl_entry *entry,
                                             struct egov_error *err);
struct egov__crl_plan {
	const struct egov__issuer *issuer;
	uint64_t number;
	egov_time this_update, next_update;
	const char *idp_uri;
	size_t count;
	egov__crl_source_fn *next;
	void *user;
	bool only_users, only_ca;
	uint64_t base;                  /* 0: a complete list */
	const char *freshest_uri;       /* or NULL; of complete lists */
	const struct egov__crl_keep *keep;      /* NULL: it is held in memory */
};

/*
 * Where a list goes that is too long to hold: entries and what stands behind them, in blocks
 * of EGOV__CRL_BLOCK octets but for the last, then what goes before them, which is known
 * behind them; the place of all of it becomes that of the value.
 */
#define EGOV__CRL_BLOCK (64u << 10)
struct egov__tbs_place;
struct egov__crl_keep {
	enum egov_status (*write)(void *user, struct egov_slice bytes, struct egov_error *err);
	enum egov_status (*close)(void *user, struct egov_slice head, struct egov__tbs_place *place,
	                          struct egov_error *err);
	void *user;
};
#define EGOV__MAX_LIST (UINT64_C(1) << 31)
EGOV_MUST_CHECK enum egov_status egov__crl_build(const struct egov__crl_plan *plan,
                                                 struct egov_tbs **out, struct egov_error *err);

/* As egov__cert_witness, entries included. */
EGOV_MUST_CHECK enum egov_status egov__crl_witness(struct egov_slice der, struct egov_error *err);

EGOV_MUST_CHECK enum egov_status egov__crl_agree(const struct egov__crl_fields *fields,
                                                 const struct egov__witness *witness,
                                                 struct egov_error *err);

#endif
