/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LINT_LINT_IMPL_H
#define LINT_LINT_IMPL_H

#include "base/der.h"
#include "crl/crl_read.h"
#include "lint/lint.h"
#include "x509/name.h"

/* What the tables of this folder call the objects. */
enum {
	CERT = EGOV__LINT_CERTIFICATE,
	CRL = EGOV__LINT_CRL,
	CSR = EGOV__LINT_REQUEST,
	OCSP = EGOV__LINT_OCSP
};

/* A point in time as it was written. */
struct egov__lint_time {
	const char *name;               /* "notBefore"; NULL: absent */
	uint8_t tag;
	struct egov_slice value;
	egov_time at;                   /* EGOV_TIME_NONE where it is none */
	bool wrong_type;                /* RFC 5280, 4.1.2.5 */
};

/* Extensions as they stand, and where each known type does; 0: nowhere, else its number. */
struct egov__lint_exts {
	size_t count;
	bool too_many;                  /* more than EGOV__EXT_MAX, which are not read */
	bool strict;                    /* all were read, and no critical FALSE is written out */
	uint8_t place[EGOV__OID_COUNT];
	struct egov__ext ext[EGOV__EXT_MAX];
};

/* The attributes of a name, in order; whole: it was read to its end. */
#define EGOV__LINT_ITEMS 64
struct egov__lint_name {
	bool whole;
	size_t count;
	struct egov__name_item item[EGOV__LINT_ITEMS];
};

/* What is read once and asked for often, in the room of who calls. */
struct egov__lint_room {
	struct egov__lint_exts exts;
	struct egov__lint_name subject, issuer;
};

/* What entries of a CRL may have that a rule asks for. */
enum egov__lint_fault {
	EGOV__ENTRY_FORM,               /* it does not decode; those behind it are not looked at */
	EGOV__ENTRY_TIME_TYPE,
	EGOV__ENTRY_LATE,               /* revoked after thisUpdate */
	EGOV__ENTRY_UNSPECIFIED,
	EGOV__ENTRY_HOLD,
	EGOV__ENTRY_REMOVE,
	EGOV__ENTRY_CRITICAL,           /* an extension, and not certificateIssuer */
	EGOV__ENTRY_ISSUER,
	EGOV__ENTRY_ISSUER_NOT_CRITICAL,
	EGOV__ENTRY_FAULTS
};
struct egov__lint_entries {
	size_t count;                           /* of those looked at */
	size_t first[EGOV__ENTRY_FAULTS];       /* the number of the first entry, from 1; 0: none */
};

/* An OCSP response, and one of the answers in it. */
struct egov__lint_ocsp {
	unsigned status;                        /* UINT8_MAX: more than an octet */
	bool has_bytes;                         /* the rest is there */
	bool version_written;
	struct egov_slice type;                 /* contents of the OID */
	struct egov_slice responder;            /* whole TLV */
	struct egov__lint_time produced;
	struct egov_slice answers;              /* contents of responses */
	struct egov_slice certificates;         /* contents of [0] */
};
struct egov__lint_answer {
	struct egov_slice cert_id;
	int status;                             /* 0 good, 1 revoked, 2 unknown */
	int reason;                             /* of 1; -1 where absent */
	struct egov__lint_time revoked, this_update, next_update;
	struct egov_slice extensions;
};

/* What a rule looks at; for the files of this folder alone. */
struct egov__lint_subject {
	const struct egov__lint_context *context;
	unsigned object;                        /* one of enum egov__lint_object */
	enum egov__profile_kind holder;         /* certificates: of the profile, else as it looks */
	bool self_signed;
	struct egov_slice whole;                /* as far as it is made: the TBS alone before signing */
	struct egov_slice signature;            /* octets of the BIT STRING; empty before signing */
	struct egov_slice outer;                /* the AlgorithmIdentifier beside it */
	struct egov_slice subject, spki;        /* certificates and requests */
	enum egov_status sm2_key;               /* of spki: EGOV_OK where it is one, on the curve */
	struct egov_slice sm2_point;            /* the 65 octets of it */
	struct egov_slice issuer, algorithm;    /* certificates and CRLs */
	struct egov_slice extensions;           /* contents; data NULL where absent */
	struct egov__lint_time time[2];         /* of the validity; thisUpdate, nextUpdate */
	struct egov__lint_exts *exts;
	struct egov__lint_name *subject_name, *issuer_name;     /* of subject and issuer */
	struct egov__cert_fields cert;
	struct egov__crl_fields crl;
	struct egov__lint_entries entries;
	uint64_t request_version;
	struct egov_slice attributes;           /* requests: contents of [0] */
	struct egov__lint_ocsp ocsp;
	const struct egov_error *unread;        /* why the rest is not there, or NULL */
};

/*
 * A rule: EGOV_OK where it is kept.  What it finds it says with
 * egov__lint_found; EGOV_E_SYNTAX of a decoder is a finding too.
 */
typedef enum egov_status egov__lint_fn(const struct egov__lint_subject *s, struct egov_error *err);

struct egov__lint_row {
	struct egov__lint_rule_info info;
	egov__lint_fn *check;
};

/* A row; severity without its prefix, text is translated where it is shown. */
#define EGOV__RULE(objects, source, id, field, clause, severity, text, check)                      \
	EGOV__RULE_FOREIGN(objects, source, id, field, clause, severity, 0, text, check)
#define EGOV__RULE_FOREIGN(objects, source, id, field, clause, severity, foreign, text, check)     \
	{                                                                                          \
		{ id, clause, text, field, EGOV__LINT_##severity, foreign, EGOV__LINT_##source,    \
		  objects },                                                                       \
			check                                                                      \
	}

/* The table, in parts; each ends with an id of NULL. */
extern const struct egov__lint_row egov__rules_article19[];
extern const struct egov__lint_row egov__rules_form[];
extern const struct egov__lint_row egov__rules_name[];
extern const struct egov__lint_row egov__rules_extension[];
extern const struct egov__lint_row egov__rules_profile[];
extern const struct egov__lint_row egov__rules_crl[];
extern const struct egov__lint_row egov__rules_pkix_field[];
extern const struct egov__lint_row egov__rules_pkix_key[];
extern const struct egov__lint_row egov__rules_pkix_name[];
extern const struct egov__lint_row egov__rules_pkix_ext[];
extern const struct egov__lint_row egov__rules_pkix_altname[];
extern const struct egov__lint_row egov__rules_pkix_policy[];
extern const struct egov__lint_row egov__rules_pkix_crl[];
extern const struct egov__lint_row egov__rules_pkix_request[];
extern const struct egov__lint_row egov__rules_pkix_ocsp[];

#define egov__lint_found(err, ...) egov_error_set((err), EGOV_E_POLICY, NULL, __VA_ARGS__)

/* The extension of this type in a certificate or CRL. */
bool egov__lint_ext(const struct egov__lint_subject *s, enum egov__oid type,
                    struct egov__ext *ext);

/* The name of an extension, or what stands for it. */
const char *egov__lint_ext_name(enum egov__oid type);

/* EGOV_OK where the public key is one of SM2, on the curve; asked as often as one likes. */
EGOV_MUST_CHECK enum egov_status egov__lint_sm2_key(const struct egov__lint_subject *s,
                                                    struct egov_error *err);

/* walk.c: as far as they can be read.  The bits of keyUsage, 0 where there are none. */
unsigned egov__lint_usage(const struct egov__lint_subject *s);

/* The contents of an extension that is a list of names (or of anything); the next name. */
bool egov__lint_names(const struct egov__lint_subject *s, enum egov__oid type,
                      struct egov_slice *names);
bool egov__lint_next_name(struct egov_slice *names, struct egov__general_name *name);

/* Each base of nameConstraints; each qualifier of certificatePolicies. */
typedef void egov__lint_name_fn(void *user, const struct egov__general_name *name);
void egov__lint_subtrees(const struct egov__lint_subject *s, egov__lint_name_fn *fn, void *user);
typedef void egov__lint_qualifier_fn(void *user, struct egov_slice policy, struct egov_slice oid,
                                     struct egov_slice qualifier);
void egov__lint_qualifiers(const struct egov__lint_subject *s, egov__lint_qualifier_fn *fn,
                           void *user);

/* Each address in an extension of distribution points or of accesses; method UNKNOWN in points. */
typedef void egov__lint_address_fn(void *user, enum egov__oid method,
                                   const struct egov__general_name *name);
void egov__lint_addresses(const struct egov__lint_subject *s, enum egov__oid type,
                          egov__lint_address_fn *fn, void *user);

/* entries.c: notes what an entry has, seen->count of them with it; goes through a list once;
 * then the first entry with a fault, if there is one. */
void egov__lint_see_entry(struct egov__lint_entries *seen, egov_time this_update,
                          const struct egov__crl_entry *entry);
void egov__lint_read_entries(struct egov__lint_subject *s);
EGOV_MUST_CHECK enum egov_status egov__lint_entry(const struct egov__lint_subject *s,
                                                  enum egov__lint_fault fault, const char *found,
                                                  struct egov_error *err);

/* How many purposes of extKeyUsage these bits of keyUsage serve, or may for all that is known. */
size_t egov__lint_purposes_served(const struct egov__lint_subject *s, unsigned bits);

/* How often each purpose that makes a kind of certificate stands in extKeyUsage, and all. */
struct egov__lint_purposes {
	bool critical;
	size_t count, ocsp, stamping, tls;
};
EGOV_MUST_CHECK enum egov_status egov__lint_purposes(const struct egov__lint_subject *s,
                                                     struct egov__lint_purposes *out,
                                                     struct egov_error *err);

/* Kinds of certificates. */
bool egov__lint_is_ca(const struct egov__lint_subject *s);
bool egov__lint_is(const struct egov__lint_subject *s, enum egov__profile_kind kind);

/*
 * read.c: finds the parts of an object, or of a TBS alone, and judges none of
 * them.  What is not even that is EGOV_E_SYNTAX: there is nothing to judge.
 */
EGOV_MUST_CHECK enum egov_status egov__lint_read_tbs(struct egov__lint_subject *s,
                                                     struct egov_slice tbs,
                                                     struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__lint_read(struct egov__lint_subject *s,
                                                 struct egov_slice der, struct egov_error *err);

/* Finds out which extensions there are, in what was read. */
void egov__lint_index(struct egov__lint_subject *s);

/* read_ocsp.c: an OCSP response, the contents of its outer SEQUENCE; the next of its answers,
 * false at the end and where it is malformed. */
EGOV_MUST_CHECK enum egov_status egov__lint_read_ocsp(struct egov__lint_subject *s,
                                                      struct egov_slice in,
                                                      struct egov_error *err);
bool egov__lint_next_answer(struct egov_slice *answers, struct egov__lint_answer *answer);

/* A subject to be read into, with this room. */
struct egov__lint_subject egov__lint_begin(const struct egov__lint_context *context,
                                           struct egov__lint_room *room);

/* Why a name was not read to its end. */
EGOV_MUST_CHECK enum egov_status egov__lint_name_fault(const char *what, struct egov_slice name,
                                                       const struct egov__lint_name *read,
                                                       struct egov_error *err);

/* lint.c: the table over what was read.  Counts by severity; the first error goes into err
 * and is EGOV_E_POLICY. */
struct egov__lint_counts {
	size_t of[EGOV__LINT_NOTE + 1];
};
EGOV_MUST_CHECK enum egov_status egov__lint_run(const struct egov__lint_subject *s, size_t number,
                                                struct egov_report *findings,
                                                struct egov__lint_counts *counts,
                                                struct egov_error *err);

/* "certificate", "crl", "request", "ocsp"; "error", "warning", "note"; "rfc5280", "gm",
 * "article19", "cps". */
const char *egov__lint_object_name(unsigned object);
const char *egov__lint_severity_name(enum egov__severity severity);
const char *egov__lint_source_name(enum egov__lint_source source);

/* list.c: the list without its entries, as far as lint has them. */
struct egov__lint_list {
	const struct egov_tbs *tbs;
	struct egov__crl_outline outline;
	struct egov__lint_entries entries;
	uint8_t digest[32], seen[EGOV__SEEN_SIZE];
};

#endif
