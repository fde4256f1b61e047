/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LINT_LINT_IMPL_H
#define LINT_LINT_IMPL_H

#include "base/der.h"
#include "lint/lint.h"

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
	uint8_t place[EGOV__OID_COUNT];
	struct egov__ext ext[EGOV__EXT_MAX];
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
	struct egov_slice issuer, algorithm;    /* certificates and CRLs */
	struct egov_slice extensions;           /* contents; data NULL where absent */
	struct egov__lint_time time[2];         /* of the validity; thisUpdate, nextUpdate */
	struct egov__lint_exts *exts;
	struct egov__cert_fields cert;
	struct egov__crl_fields crl;
	uint64_t request_version;
	struct egov_slice attributes;           /* requests: contents of [0] */
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

#define egov__lint_found(err, ...) egov_error_set((err), EGOV_E_POLICY, NULL, __VA_ARGS__)

/* The extension of this type in a certificate or CRL. */
bool egov__lint_ext(const struct egov__lint_subject *s, enum egov__oid type,
                    struct egov__ext *ext);

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

#endif
