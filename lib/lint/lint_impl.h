/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LINT_LINT_IMPL_H
#define LINT_LINT_IMPL_H

#include "lint/lint.h"

/* What a rule looks at; for the files of this folder alone. */
struct egov__lint_subject {
	const struct egov__lint_context *context;
	const struct egov_tbs *tbs;
	enum egov_object_kind kind;
	bool self_signed;
	struct egov_slice subject, spki;        /* certificates and requests */
	struct egov_slice issuer, algorithm;    /* certificates and CRLs */
	struct egov_slice extensions;           /* certificates and CRLs: contents */
	struct egov__cert_fields cert;
	struct egov__crl_fields crl;
	uint64_t request_version;
	struct egov_slice attributes;           /* requests: contents of [0] */
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

/* Kinds of certificates. */
bool egov__lint_is_ca(const struct egov__lint_subject *s);
bool egov__lint_is(const struct egov__lint_subject *s, enum egov__profile_kind kind);

#endif
