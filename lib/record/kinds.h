/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_KINDS_H
#define RECORD_KINDS_H

/*
 * Kinds of journal entries, what their subject is, and the keys of their public
 * bodies: egov__record_check reads back what is written under these names.
 * Digests are SM3 in hex, serials hex of the INTEGER contents, times RFC 3339,
 * reasons RFC 5280 names.  A public body never holds personal data: that goes
 * into the sealed blob, and where the ledger keeps it too, the body has a
 * commitment (egov__record_private).
 *
 * [x] stands where it applies.  Times in ledger rows are those of the entry.
 */

/* Written by lib/record.  SUBJECT is the serial in hex of a certificate, "crl-N"
 * of CRL number N, "request-N" of the request of intent N. */
#define EGOV__KIND_INTENT "intent"              /* intent, object, [serial], [number], [part],
                                                   [base], tbs-sm3, [profile], generation, [application,
                                                   proofs-sm3], [request-sm3], [cps] */
#define EGOV__KIND_INTENT_CLOSED "intent-closed"        /* intent */
#define EGOV__KIND_ISSUE "issue"                /* intent, serial, sm3, key-sm3, not-before,
                                                   not-after, [profile], [application], [cps] */
#define EGOV__KIND_CRL "crl"                    /* intent, number, sm3, entries, this-update,
                                                   next-update */
#define EGOV__KIND_REQUEST "request"            /* intent, sm3 */
#define EGOV__KIND_PUBLISH "publish"            /* number, sm3; subject "crl-N" */
#define EGOV__KIND_REFUSED "refused"            /* operation, status, [clause] */
#define EGOV__KIND_SETTING "setting"            /* sm3; subject: name of the meta value */

#define EGOV__KIND_CA_KEY "ca-key"              /* generation, state, key-sm3; subject "ca-key-N"
                                                   of generation N */

/* Appended by the procedures in lib/ca, in the transaction of the ledger row.
 * Other kinds (init, install, unseal, ...) may say what they like. */
#define EGOV__KIND_APPLY_SUBMIT "apply-submit"  /* subject: id; profile, holder (number), key-sm3,
                                                   proofs-sm3, identity-operator, commitment (of
                                                   the row's text); actor: the submitter */
#define EGOV__KIND_APPLY_REVIEW "apply-review"  /* subject: id; key-sm3, proofs-sm3; actor: the
                                                   reviewer */
#define EGOV__KIND_APPLY_APPROVE "apply-approve"        /* subject: id; key-sm3, proofs-sm3;
                                                   actors: approver, then second approver */
#define EGOV__KIND_APPLY_REJECT "apply-reject"  /* subject: id; commitment (of the row's reason) */
#define EGOV__KIND_REVOKE "revoke"              /* subject: serial; serial, reason, revoked-at,
                                                   [invalidity-date], [reported], not-after,
                                                   commitment (of the row's requested_by) */
/* "renew", "rekey" and "extend" (egov__succession_name): subject: the successor's serial;
 * intent, predecessor, [consent]. */
#define EGOV__KIND_RESUME "resume"              /* subject: serial; intent, serial; actor: who finished it */
#define EGOV__KIND_CLOCK "clock"                /* subject: "clock"; latest (time of the journal's
                                                   latest entry before); from here on the clock
                                                   counts from this entry */
#define EGOV__KIND_HOLD "hold"                  /* subject: serial; serial, not-after, commitment
                                                   (of the row's requested_by) */
#define EGOV__KIND_RELEASE "release"            /* subject: serial; serial, commitment (of the
                                                   row's end_requested_by) */
#define EGOV__KIND_LEGAL_HOLD "legal-hold"      /* subject: serial; serial, case; why is sealed */
#define EGOV__KIND_LEGAL_RELEASE "legal-release"        /* the same, of a hold that is on */
#define EGOV__KIND_BACKUP "backup"              /* subject "backup"; sm3 (of the list of its files);
                                                   where it lies is sealed */
#define EGOV__KIND_RECONCILE "reconcile"        /* subject "crl-N"; number, sm3, entries, lost: how
                                                   many of them the ledger did not know.  Subject
                                                   "checkpoint-N", of one that a witness has of a
                                                   journal that was lost: number (entries that it
                                                   covers), sm3 (of the Checkpoint), entries (that
                                                   the journal has), lost: how many more it had */
#define EGOV__CHECKPOINT_PREFIX "checkpoint-"
#define EGOV__CHECKPOINT_SUBJECT 40
#define EGOV__KIND_RECONCILED "reconciled"      /* subject: serial; what "revoke" has, and number of
                                                   the list that told it; reason certificateHold:
                                                   as "hold" */
#define EGOV__KIND_PURGE "purge"                /* subject "purge"; until, count, list-sm3 (of the
                                                   certificates' serials, each after an octet with its
                                                   length, rising): their records are destroyed */
#define EGOV__KIND_PURGED "purged"              /* subject "purge"; order (number of its entry): all
                                                   of it is gone */
#define EGOV__KIND_PACK "pack"                  /* subject "pack"; case, form, count, list-sm3 (as that
                                                   of "purge"), [from], [to]: copies for inspectors;
                                                   form "full": private parts are unsealed for it;
                                                   "lawful": the same, for these certificates
                                                   alone, on the paper that case names */
#define EGOV__KIND_PACKED "packed"              /* subject "pack"; order (number of its entry), sm3 (of
                                                   the list of its files): it is whole */
#define EGOV__PACK_SUBJECT "pack"
#define EGOV__PACK_FULL "full"
#define EGOV__PACK_LAWFUL "lawful"
#define EGOV__PACK_REDACTED "redacted"
#define EGOV__KIND_ARCHIVE "archive"            /* subject "archive"; number, revision, first, count, sm3
                                                   (of the file): these entries lie in a segment
                                                   (archive/segment.h) */
#define EGOV__KIND_ARCHIVE_RETURN "archive-return"      /* the same without sm3: they are back */
#define EGOV__ARCHIVE_SUBJECT "archive"
#define EGOV__KIND_KEY_REQUEST "key-request"    /* subject: application; sm3 */
#define EGOV__KIND_PAIR "pair"                  /* subject: serial of the signing certificate;
                                                   serial, encrypt-serial, application, sm3 (of
                                                   the centre's answer), centre-sm3; actor: that
                                                   of both intents */
#define EGOV__KIND_CRL_IMPORT "crl-import"      /* subject "import-LIST-N"; number, sm3, key-sm3 (of
                                                   its issuer), entries, this-update, next-update,
                                                   [gone] */
#define EGOV__KIND_IMPORT_PUBLISH "import-publish"      /* the same subject; number, sm3 */
#define EGOV__KIND_TRANSFER_OUT "transfer-out"  /* subject "transfer-N-SM3", SM3 as it begins;
                                                   number, sm3 (of the packet), key-sm3 (of the
                                                   journal key that signed it), receiver */
#define EGOV__KIND_TRANSFER_IN "transfer-in"    /* the same, and [lost]: packets before it */
#define EGOV__KIND_LEASE "lease"                /* subject: "crl"; holder, [before, until]: makes
                                                   lists from here on, after another one */
#define EGOV__LEASE_SUBJECT "crl"
#define EGOV__KIND_POLICY "policy"              /* subject: version; sm3, published, effective */
#define EGOV__KIND_ROLLOVER "rollover"          /* subject "ca-key-N"; generation, key-sm3 */
#define EGOV__KIND_KEY_DESTROY "key-destroy"    /* subject "ca-key-N"; generation, state, key-sm3;
                                                   second person and reason are sealed */
#define EGOV__KIND_KEY_DESTROYED "key-destroyed"        /* the same; it is gone from its token */
#define EGOV__KIND_INIT "init"
#define EGOV__KIND_INSTALL "install"            /* [ceremony-sm3, transcript-sm3: of
                                                   ceremony/install.txt] */
#define EGOV__KIND_CEREMONY "ceremony"          /* subject "ceremony"; ceremony-sm3, form-sm3,
                                                   intent, tbs-sm3, transcript-sm3 (of
                                                   ceremony/transcript.txt) */
#define EGOV__KIND_UNSEAL "unseal"              /* subject: that of the entries; unsealed (their
                                                   numbers) */
#define EGOV__KIND_WITNESS "witness"            /* subject "witness"; number (entries), sm3 (of the
                                                   Checkpoint), method, place, [countersignature] */
#define EGOV__WITNESS_SUBJECT "witness"
#define EGOV__KIND_WITNESSED "witnessed"        /* of another home's checkpoint; subject "home-"
                                                   and its id; number, root, sm3 */
#define EGOV__KIND_OPERATOR_ADD "operator-add"  /* subject: name; roles, certificate, key-sm3 */
#define EGOV__KIND_OPERATOR_REMOVE "operator-remove"    /* subject: name; certificate */
/* Right before the entry of what it approves, about the same subject (record/approval.h). */
#define EGOV__KIND_APPROVAL "approval"          /* act, certificate, statement, signature; actor:
                                                   the operator who signed */

#define EGOV__KEY_ACT "act"                     /* record/operator.h */
#define EGOV__KEY_APPLICATION "application"
#define EGOV__KEY_BEFORE "before"               /* a machine */
#define EGOV__KEY_BASE "base"                   /* number of the list that a delta list changes */
#define EGOV__KEY_CASE "case"                   /* whose records a legal hold keeps */
#define EGOV__KEY_CERTIFICATE "certificate"     /* digest of an operator's certificate */
#define EGOV__KEY_CENTRE_SM3 "centre-sm3"
#define EGOV__KEY_CEREMONY_SM3 "ceremony-sm3"   /* of a ceremony file */
#define EGOV__KEY_CLAUSE "clause"
#define EGOV__KEY_COMMITMENT "commitment"
#define EGOV__KEY_COUNT "count"
#define EGOV__KEY_CONSENT "consent"             /* the holder's signature, DER in hex */
#define EGOV__KEY_COUNTERSIGNATURE "countersignature"     /* DER in hex: record/lodged.h */
#define EGOV__KEY_CPS "cps"
#define EGOV__KEY_EFFECTIVE "effective"
#define EGOV__KEY_ENCRYPT_SERIAL "encrypt-serial"
#define EGOV__KEY_ENTRIES "entries"
#define EGOV__KEY_FIRST "first"                 /* number of an entry */
#define EGOV__KEY_FORM "form"                   /* of a pack */
#define EGOV__KEY_FORM_SM3 "form-sm3"           /* cert/tbs_form.h */
#define EGOV__KEY_FROM "from"                   /* time */
#define EGOV__KEY_GENERATION "generation"       /* of the CA's key */
#define EGOV__KEY_GONE "gone"                   /* serials that may leave a list */
#define EGOV__KEY_HOLDER "holder"
#define EGOV__KEY_IDENTITY_OPERATOR "identity-operator"
#define EGOV__KEY_INTENT "intent"
#define EGOV__KEY_INVALIDITY_DATE "invalidity-date"
#define EGOV__KEY_KEY_SM3 "key-sm3"
#define EGOV__KEY_LATEST "latest"               /* time */
#define EGOV__KEY_LIST_SM3 "list-sm3"
#define EGOV__KEY_LOST "lost"
#define EGOV__KEY_METHOD "method"               /* "directory", "home", "key" */
#define EGOV__KEY_NEXT_UPDATE "next-update"
#define EGOV__KEY_NOT_AFTER "not-after"
#define EGOV__KEY_NOT_BEFORE "not-before"
#define EGOV__KEY_NUMBER "number"
#define EGOV__KEY_OBJECT "object"               /* "certificate", "crl", "request" */
#define EGOV__KEY_OPERATION "operation"
#define EGOV__KEY_ORDER "order"                 /* number of an entry */
#define EGOV__KEY_PART "part"                   /* crl/part.h */
#define EGOV__KEY_PLACE "place"                 /* path, or SM3 of a key */
#define EGOV__KEY_PREDECESSOR "predecessor"     /* serial */
#define EGOV__KEY_PROFILE "profile"
#define EGOV__KEY_PROFILE_SM3 "profile-sm3"     /* facts alone */
#define EGOV__KEY_PROOFS_SM3 "proofs-sm3"
#define EGOV__KEY_PUBLISHED "published"
#define EGOV__KEY_REASON "reason"
#define EGOV__KEY_RECEIVER "receiver"           /* SM3 of a CA's key */
#define EGOV__KEY_REQUEST_SM3 "request-sm3"     /* of a PKCS #10 request; in facts: of what asked */
#define EGOV__KEY_REPORTED "reported"           /* time */
#define EGOV__KEY_REVISION "revision"           /* of a segment */
#define EGOV__KEY_REVOKED_AT "revoked-at"
#define EGOV__KEY_ROLES "roles"                 /* names, joined by ", " */
#define EGOV__KEY_ROOT "root"
#define EGOV__KEY_SERIAL "serial"
#define EGOV__KEY_SIGNATURE "signature"         /* DER in hex */
#define EGOV__KEY_SM3 "sm3"                     /* of the object, file or value */
#define EGOV__KEY_STATE "state"                 /* egov__generation_state_name */
#define EGOV__KEY_STATEMENT "statement"         /* DER in hex: what was signed */
#define EGOV__KEY_STATUS "status"               /* egov_status_name */
#define EGOV__KEY_TBS_SM3 "tbs-sm3"
#define EGOV__KEY_THIS_UPDATE "this-update"
#define EGOV__KEY_TO "to"                       /* time */
#define EGOV__KEY_TRANSCRIPT_SM3 "transcript-sm3"
#define EGOV__KEY_UNSEALED "unsealed"           /* numbers of entries, joined by ", " */
#define EGOV__KEY_UNTIL "until"                 /* time */

/* Counters of the ledger (egov__store_counter_next). */
#define EGOV__COUNTER_SERIAL "serial"           /* egov__record_reserve_serial's own */
#define EGOV__COUNTER_APPLICATION "application" /* ids are "A" and at least six digits of it */
#define EGOV__COUNTER_CRL "crl"                 /* CRL numbers: also used up by closed intents */

/* Names of the ledger's meta values. */
#define EGOV__META_HOME_ID "home-id"
#define EGOV__META_KIND "home-kind"             /* "test" or "production" */
#define EGOV__META_CRL_HOLDER "crl-holder"       /* the machine that makes lists */
#define EGOV__META_CRL_UNTIL "crl-until"         /* seconds of Unix time, in digits; 0: given up */
#define EGOV__META_JOURNAL_HEAD "journal-head"  /* egov__record_commit's own */

#endif
