/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_OPERATOR_H
#define RECORD_OPERATOR_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * What operators may do.  The super administrator and the audit administrator are
 * peers that appoint the others; business and audit are separate sides (GM/T 0034;
 * GM/T 0037).
 */
enum egov__role {
	EGOV__ROLE_REGISTRAR = 1,       /* takes applications in */
	EGOV__ROLE_REVIEWER = 2,        /* reviews their materials */
	EGOV__ROLE_APPROVER = 4,        /* decides on them */
	EGOV__ROLE_CA_OPERATOR = 8,     /* issues, revokes, publishes, registers CPS */
	EGOV__ROLE_AUDITOR = 16,        /* signs that the records were checked */
	EGOV__ROLE_ADMINISTRATOR = 32,  /* appoints administrators and the business side */
	EGOV__ROLE_AUDIT_ADMINISTRATOR = 64     /* appoints the audit side */
};

/* Names, joined by ", ", appended to out. */
void egov__roles_print(unsigned roles, struct egov_buf *out);

/* A list of names separated by commas: EGOV_E_USAGE for another word or none;
 * EGOV_E_POLICY for roles that one person may not have together. */
EGOV_MUST_CHECK enum egov_status egov__roles_parse(const char *text, unsigned *roles,
                                                   struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__roles_check(unsigned roles, struct egov_error *err);

/* What operators do.  An act of a name is the operation that a refusal names; its
 * effect begins with an entry of a kind of record/kinds.h. */
struct egov__act {
	const char *name, *kind;
	unsigned roles;                 /* one of them is needed */
	bool service;                   /* carries out what people approved, or the CA's own
	                                 * duty: may run under a login name, unsigned */
	size_t people;                  /* how many must sign in a production home, with as
	                                 * many keys */
	unsigned all;                   /* roles of which each must be among them */
};

#define EGOV__ACT_CEREMONY "ceremony"
#define EGOV__ACT_SUBMIT "apply-submit"
#define EGOV__ACT_REVIEW "apply-review"
#define EGOV__ACT_APPROVE "apply-approve"
#define EGOV__ACT_REJECT "apply-reject"
#define EGOV__ACT_ISSUE "issue"
#define EGOV__ACT_RENEW "renew"         /* these three: egov__succession_name */
#define EGOV__ACT_REKEY "rekey"
#define EGOV__ACT_EXTEND "extend"
#define EGOV__ACT_RESUME "resume"
#define EGOV__ACT_KEY_REQUEST "key-request"
#define EGOV__ACT_REVOKE "revoke"
#define EGOV__ACT_HOLD "hold"
#define EGOV__ACT_RELEASE "release"
#define EGOV__ACT_LEGAL_HOLD "legal-hold"
#define EGOV__ACT_LEGAL_RELEASE "legal-release"
#define EGOV__ACT_ARCHIVE "record-archive"
#define EGOV__ACT_ARCHIVE_RETURN "record-archive-return"
#define EGOV__ACT_BACKUP "record-backup"
#define EGOV__ACT_RECONCILE "record-reconcile"
#define EGOV__ACT_PURGE "record-purge"
#define EGOV__ACT_PACK "record-pack"
#define EGOV__ACT_PACK_FULL "record-pack-full"  /* with what is sealed */
#define EGOV__ACT_LAWFUL "record-lawful"        /* the same, for whom the law lets see it */
#define EGOV__ACT_CRL "crl-publish"
#define EGOV__ACT_CRL_IMPORT "crl-import"
#define EGOV__ACT_TRANSFER_OUT "crl-export"
#define EGOV__ACT_TRANSFER_IN "crl-import-packet"
#define EGOV__ACT_POLICY "policy-add"
#define EGOV__ACT_CLOCK "clock"
#define EGOV__ACT_UNSEAL "record-unseal"
#define EGOV__ACT_WITNESS "record-witness"
#define EGOV__ACT_CERTIFY "record-certify"
#define EGOV__ACT_INSTALL "init-install"
#define EGOV__ACT_ROLLOVER "ca-rollover"
#define EGOV__ACT_KEY_DESTROY "ca-key-destroy"
#define EGOV__ACT_KEY_DESTROY_EARLY "ca-key-destroy-early"      /* while something rests on it */
#define EGOV__ACT_OPERATOR_ADD "operator-add"
#define EGOV__ACT_OPERATOR_REMOVE "operator-remove"
#define EGOV__ACT_AUDITOR_ADD "auditor-add"     /* appointments of the audit side */
#define EGOV__ACT_AUDITOR_REMOVE "auditor-remove"

/* NULL where there is no such act. */
const struct egov__act *egov__act_find(struct egov_slice name);

/* Whether entries of this kind need a signature in a production home. */
bool egov__kind_is_signed(const char *kind);

/* Whether an act of this kind has all who must sign it: people so many, with these roles
 * among them. */
bool egov__act_has_all(const struct egov__act *act, size_t people, unsigned roles);

/* The act of adding or removing an operator of these roles. */
const char *egov__act_appoint(unsigned roles, bool removing);

/* Names that do not belong to people: "os:" and a login name. */
bool egov__actor_is_service(const char *actor);

#endif
