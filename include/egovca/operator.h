/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_OPERATOR_H
#define EGOVCA_OPERATOR_H

#include <egovca/buffer.h>
#include <egovca/home.h>
#include <egovca/report.h>
#include <egovca/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The people of a CA, with roles and SM2 certificates, and what they sign (Order
 * No. 4, Art. 6, 28; GM/T 0034; GM/T 0037).  An approval is an SM2 signature over
 * exactly what is approved; it stands in the journal right before its effect.  A
 * production home takes no person's act without one; a test home takes a name.
 */

/* --- who acts through a handle of a home --- */

/*
 * The operator of this name acts from now on, and signs with this key, which must
 * be that of the registered certificate: EGOV_E_POLICY otherwise, journalled.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_operator_login(struct egov_home *home, const char *name, const char *key_uri,
                    struct egov_error *err);

/*
 * An approval that was signed elsewhere (egov_operator_sign; PEM or DER) counts for
 * the act that comes next.  EGOV_E_SYNTAX: it does not decode.  EGOV_E_POLICY,
 * journalled: its signer is no operator, or its signature is wrong.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_operator_present(struct egov_home *home, struct egov_slice approval, struct egov_error *err);

/*
 * From now on acts stop before they are done, with EGOV_E_BUSY, and matter, which
 * must outlive the home, has what must be signed for them: DER.  Nothing is
 * changed and no signature is needed.
 */
EGOV_API void egov_operator_ask(struct egov_home *home, struct egov_buf *matter);

/* The name of the one who logged in or whose approval was presented first; NULL:
 * nobody.  Lent. */
EGOV_API const char *egov_operator_name(struct egov_home *home);

/* --- the register --- */

struct egov_operator_options {
	const char *actor;
	const char *name;
	const char *roles;              /* names separated by commas */
	struct egov_slice certificate;  /* SM2, with keyUsage digitalSignature */
	const char *certificate_name;   /* stands for it in messages */
};

/* Administrators appoint; the configuration says how many must sign.  A name is
 * taken until it is removed; a key belongs to one name for ever. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_operator_add(struct egov_home *home, const struct egov_operator_options *options,
                  struct egov_report *report, struct egov_error *err);

/* What was signed before stays valid. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_operator_remove(struct egov_home *home, const char *actor, const char *name,
                     struct egov_report *report, struct egov_error *err);

/* A record an operator; all: the removed too. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_operator_list(struct egov_home *home, int all, struct egov_report *report,
                   struct egov_error *err);

/* --- signing elsewhere --- */

struct egov_operator_sign_options {
	struct egov_slice matter;       /* what egov_operator_ask gave, DER or PEM */
	struct egov_slice certificate;  /* the signer's */
	const char *key_uri;
	const char *module_map;         /* as in egov_key_options */
	egov_pin_fn *pin;
	void *pin_user;
	struct egov_clock clock;        /* its test time counts for matters of homes for tests */
};

/* Signs a matter; approval gets DER.  Needs no home.  report gets what was signed. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_operator_sign(const struct egov_operator_sign_options *options, struct egov_buf *approval,
                   struct egov_report *report, struct egov_error *err);

/* What a matter or an approval says.  EGOV_E_UNTRUSTED where the approval's signature
 * is not its certificate's. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_operator_show(struct egov_slice bytes, struct egov_report *report, struct egov_error *err);

/* --- what was signed --- */

/* A record an approval in the journal, about one subject or all (NULL). */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_operator_approvals(struct egov_home *home, const char *subject, struct egov_report *report,
                        struct egov_error *err);

/* One of them by the number of its entry, for verification by others: the octets that
 * were signed, the signature and the signer's certificate, each DER, appended; report
 * gets what they are about. */
struct egov_operator_export {
	struct egov_buf *statement, *signature, *certificate;
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_operator_export_entry(struct egov_home *home, const char *entry,
                           struct egov_operator_export *out, struct egov_report *report,
                           struct egov_error *err);

#ifdef __cplusplus
}
#endif

#endif
