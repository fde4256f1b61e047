/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_JUDGE_H
#define VERIFY_JUDGE_H

#include "ocsp/ocsp.h"
#include "verify/proven.h"
#include "verify/ready.h"
#include "verify/verify.h"

/*
 * What the files of this folder share.  One call of egov_verify is one
 * judgement: it searches for a path, judges it by the table of checks, and
 * where no path is good, judges the best bad one to name the first cause.
 */

#define EGOV__PATH_INTERMEDIATES 8      /* between the certificate and its anchor */
#define EGOV__PATH_ROOM (EGOV__PATH_INTERMEDIATES + 2)
#define EGOV__MAX_SIGNATURES 1024       /* public key operations of one judgement */
#define EGOV__MAX_STEPS 16384           /* certificates looked at from, in one search */
#define EGOV__MAX_WORK (1u << 21)       /* comparisons of names and policies in one search */
#define EGOV__MAX_KNOWN 10000           /* certificates or CRLs of one verifier */

/* Certificates in the order of their subjects, as these are compared. */
struct egov__known_cert {
	struct egov_cert *cert;
	struct egov_buf name;           /* egov__name_canonical of the subject */
	size_t id;                      /* of an anchor: its signer ID, ids[id - 1]; 0: the call's */
};
struct egov__cert_list {
	struct egov__known_cert *items;
	size_t count, room;
	size_t id;                      /* of those that are being added */
};

/* A CRL, and what a walk over all its entries found once. */
struct egov__known_crl {
	struct egov_crl *crl;
	struct egov_buf issuer;         /* egov__name_canonical of its issuer */
	bool unknown_critical;          /* an entry with a critical extension we do not know */
	bool names_issuers;             /* an entry with certificateIssuer */
};


/* An OCSP response, and the certificates within. */
struct egov__known_ocsp {
	struct egov_buf der;
	struct egov__ocsp_fields fields;        /* slices of der */
	struct egov__cert_list certs;
};

struct egov_verifier {
	struct egov__cert_list trust, pool;
	struct egov_slice *ids;         /* SM2 signer IDs of anchors, each on the heap */
	size_t id_count;
	struct egov__known_crl *crls;
	size_t crl_count, crl_room;
	struct egov__known_ocsp *ocsps;
	size_t ocsp_count, ocsp_room;
	struct egov__proven *proven;    /* signatures, and whole answers */
	struct egov__ready *ready;      /* keys of trust and pool */
	struct egov__trust_list *list;  /* NULL: none was given */
};

/* known.c.  The users of egov__objects that fill a list and a verifier. */
EGOV_MUST_CHECK enum egov_status egov__known_add_cert(void *list, struct egov_slice der,
                                                      struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__known_add_crl(void *verifier, struct egov_slice der,
                                                     struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__known_add_ocsp(void *verifier, struct egov_slice der,
                                                      struct egov_error *err);
void egov__known_clear(struct egov_verifier *verifier);

void egov__known_clear_list(struct egov__cert_list *list);

/* Both, a first among namesakes, borrowed: of *out only the array of items is new. */
EGOV_MUST_CHECK enum egov_status egov__known_borrow(const struct egov__cert_list *a,
                                                    const struct egov__cert_list *b,
                                                    struct egov__cert_list *out,
                                                    struct egov_error *err);

/* Those of this canonical name: items[first] to items[end - 1]. */
void egov__known_named(const struct egov__cert_list *list, struct egov_slice name, size_t *first,
                       size_t *end);

/* From the certificate (0) towards the anchor. */
enum egov__path_end {
	EGOV__PATH_ANCHORED,            /* the last one is an anchor */
	EGOV__PATH_NO_ISSUER,           /* nobody known issued the last one */
	EGOV__PATH_WRONG_KEY,           /* the last one did not sign the one before */
	EGOV__PATH_TOO_LONG,
	EGOV__PATH_GAVE_UP              /* more work than EGOV__MAX_SIGNATURES or _STEPS */
};
struct egov__path {
	const struct egov_cert *certs[EGOV__PATH_ROOM];
	size_t count;
	enum egov__path_end end;
	unsigned score;                 /* how near a bad one comes */
};

/* Signatures that were checked already: by these two addresses. */
struct egov__memo {
	struct { const void *signed_by, *object; bool good; } *items;
	size_t count, room;
};

/* asked.c: what the caller wants of the certificate by name. */
struct egov__asked {
	uint8_t name_tag;                       /* of GeneralName; 0: no name asked for */
	struct egov_slice name;                 /* of the caller, or in address */
	uint8_t address[16];
	struct egov_slice eku;                  /* OBJECT IDENTIFIER contents, in oid; or empty */
	uint8_t oid[64];
};

struct egov__purpose;
struct egov__pending;
struct egov__judgement {
	const struct egov_verifier *verifier;
	const struct egov_verify_options *options;
	const struct egov_cert *leaf;           /* that is judged */
	struct egov_slice leaf_sm3;             /* of the bytes that it was read from, or empty */
	struct egov_slice id;                   /* SM2 signer ID of the search at work */
	struct egov_slice call_id;              /* of anchors that have none of their own */
	struct egov_slice policy;               /* OBJECT IDENTIFIERs, empty: none asked for */
	bool any_policy;                        /* any will do, but there must be one */
	const struct egov__purpose *purpose;    /* NULL: none asked for */
	struct egov__asked asked;
	struct egov__memo memo;
	size_t work, steps;                     /* of EGOV__MAX_WORK, of EGOV__MAX_STEPS */
	const struct egov_cert *only_anchor;    /* where no other will do, or NULL */
	const struct egov__pending *pending;    /* revoked.c: on whose behalf a signer is judged */
	size_t depth;                           /* CAs between, those that issued to themselves apart */
};

static inline bool egov__tolerates(const struct egov__judgement *j, enum egov_tolerate what)
{
	return (j->options->tolerate & (unsigned)what) != 0;
}

/* tolerate.c: names of bits, separated by commas, appended to out. */
void egov__tolerate_names(unsigned bits, struct egov_buf *out);

/* path.c.  EGOV_OK: *path is good, every check passed.  EGOV_E_UNTRUSTED: *path
 * is the best of the bad.  Anything else: the search itself failed.  Of the anchors
 * those count whose signer ID is that of the judgement. */
EGOV_MUST_CHECK enum egov_status egov__path_search(struct egov__judgement *j,
                                                   const struct egov_cert *leaf,
                                                   struct egov__path *path,
                                                   struct egov_error *err);

/* The same without a search for the best of the bad, on top of what was spent already. */
EGOV_MUST_CHECK enum egov_status egov__path_find(struct egov__judgement *j,
                                                 const struct egov_cert *leaf,
                                                 struct egov__path *path, bool *found,
                                                 struct egov_error *err);

/* verify.c: the signer ID of an anchor: its own, or what the call gave. */
struct egov_slice egov__anchor_id(const struct egov__judgement *j,
                                  const struct egov__known_cert *anchor);

/* How well issuer's key fits what child says about it: a hint, no proof. */
enum egov__hint { EGOV__HINT_FITS, EGOV__HINT_NONE, EGOV__HINT_DIFFERS };
enum egov__hint egov__path_hint(const struct egov_cert *child, const struct egov_cert *issuer);

/* checks.c: the place of one check. */
struct egov__link {
	struct egov__judgement *j;
	const struct egov__path *path;
	size_t i;
	const struct egov_cert *cert;           /* certs[i] */
	const struct egov__cert_fields *fields; /* of cert */
	const struct egov_cert *issuer;         /* certs[i + 1], or NULL */
	bool anchor;
};

/* What a check says when it does not fail. */
struct egov__note {
	bool skip;
	struct egov_buf what, source;
	egov_time dated;                /* when the source was made; 0: the certificate */
};
#define EGOV__NOTE { false, EGOV__BUF(EGOV__MAX_OBJECT), EGOV__BUF(EGOV__MAX_OBJECT), 0 }
void egov__note_say(struct egov__note *note, const char *fmt, ...) EGOV__PRINTF(2, 3);
void egov__note_skip(struct egov__note *note, const char *fmt, ...) EGOV__PRINTF(2, 3);

/*
 * One check.  fn returns EGOV_OK, EGOV_E_UNTRUSTED with the cause, or a failure
 * of the check itself.  The order of the table is the order of causes: what
 * comes first is named first.
 */
enum egov__check_scope {
	EGOV__CHECK_LEAF,               /* certs[0], or the path as a whole */
	EGOV__CHECK_ALL,                /* every certificate, the anchor too */
	EGOV__CHECK_BELOW,              /* all but the anchor */
	EGOV__CHECK_ISSUERS,            /* all but certs[0] */
	EGOV__CHECK_JUDGED              /* certs[0], and all but the anchor */
};
enum egov__severity {
	EGOV__ERROR,
	EGOV__WARNING                   /* told where findings are asked for, refuses nothing */
};
struct egov__check {
	const char *id, *clause;
	enum egov__check_scope scope;
	bool early;                     /* needs nothing above certs[i]: prunes the search */
	enum egov__severity severity;
	unsigned tolerate;              /* what relaxes it: bits of enum egov_tolerate */
	enum egov_status (*fn)(const struct egov__link *link, struct egov__note *note,
	                       struct egov_error *err);
};
extern const struct egov__check egov__checks[];
extern const size_t egov__checks_count;

/* Every check over the path; findings (NULL allowed) gets a record for each,
 * *failures counts those that failed, err names the first.  Where neither is
 * asked for, the first failure is the last check; without err too, the early
 * ones are taken to have passed. */
EGOV_MUST_CHECK enum egov_status egov__checks_run(struct egov__judgement *j,
                                                  const struct egov__path *path,
                                                  struct egov_report *findings, size_t *failures,
                                                  struct egov_error *err);

/* The early checks of the last certificate of the path alone. */
EGOV_MUST_CHECK enum egov_status egov__checks_early(struct egov__judgement *j,
                                                    const struct egov__path *path,
                                                    struct egov_error *err);

/*
 * side.c: checks of things that are no path - a pair, a signature over a document, a
 * trust list - in tables of their own.  A run makes all of them, findings (NULL
 * allowed) gets a record for each, err names the first that failed.
 */
struct egov__side_check {
	const char *id, *clause;
	enum egov_status (*fn)(const void *object, struct egov__note *note,
	                       struct egov_error *err);
};
struct egov__side {
	const struct egov__side_check *checks;
	size_t count;
	const char *label, *source;     /* whose finding; what it rests on */
};
EGOV_MUST_CHECK enum egov_status egov__side_run(const struct egov__side *side, const void *object,
                                                struct egov_report *findings,
                                                struct egov_error *err);
void egov__side_list(const struct egov__side *side, struct egov_report *report);

/* document_checks.c: one signer of a document. */
struct egov__signed_data;
struct egov__signer_info;
struct egov__signed_attributes;
struct egov__document_signer {
	const struct egov__signed_data *data;
	const struct egov__signer_info *info;
	const struct egov__signed_attributes *attributes;
	const struct egov_cert *cert;           /* NULL: it is not known */
	struct egov_slice content;              /* given beside the signature; data NULL: none */
	struct egov_slice id;                   /* SM2 signer ID */
	egov_time at;
};
extern const struct egov__side egov__document_side;

/* pair.c */
extern const struct egov__side egov__pair_side;

/* extensions.c: an extension that does not decode refuses: cause becomes EGOV_E_UNTRUSTED. */
EGOV_MUST_CHECK enum egov_status egov__check_malformed(enum egov__oid type, enum egov_status rc,
                                                       const struct egov_error *cause,
                                                       struct egov_error *err);

/* basicConstraints of cert; absent: no CA. */
EGOV_MUST_CHECK enum egov_status egov__check_basic(const struct egov_cert *cert,
                                                   struct egov__basic_constraints *basic,
                                                   struct egov_error *err);

/* keyUsage of cert; absent: *present false and every bit set. */
EGOV_MUST_CHECK enum egov_status egov__check_usage(const struct egov_cert *cert, bool *present,
                                                   unsigned *bits, struct egov_error *err);

EGOV_MUST_CHECK enum egov_status egov__check_critical(const struct egov__link *link,
                                                      struct egov__note *note,
                                                      struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__check_extensions(const struct egov__link *link,
                                                        struct egov__note *note,
                                                        struct egov_error *err);

/* key_ids.c */
EGOV_MUST_CHECK enum egov_status egov__check_key_ids(const struct egov__link *link,
                                                     struct egov__note *note,
                                                     struct egov_error *err);

/* alt_names.c: the form of the subject and of the alternative names. */
EGOV_MUST_CHECK enum egov_status egov__check_alt_names(const struct egov__link *link,
                                                       struct egov__note *note,
                                                       struct egov_error *err);

/* constraints.c: what certificates say about those below them. */
EGOV_MUST_CHECK enum egov_status egov__check_ca(const struct egov__link *link,
                                                struct egov__note *note, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__check_path_length(const struct egov__link *link,
                                                         struct egov__note *note,
                                                         struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__check_key_usage(const struct egov__link *link,
                                                       struct egov__note *note,
                                                       struct egov_error *err);
bool egov__is_self_issued(const struct egov_cert *cert);

/* checks.c: EGOV_E_UNTRUSTED where more is wanted than EGOV__MAX_WORK. */
EGOV_MUST_CHECK enum egov_status egov__spend(struct egov__judgement *j, size_t work,
                                             struct egov_error *err);

/* names.c: nameConstraints of the certificate and the names of all below it. */
EGOV_MUST_CHECK enum egov_status egov__check_names(const struct egov__link *link,
                                                   struct egov__note *note,
                                                   struct egov_error *err);

/* name_form.c: names of one form.  A mailbox in UTF-8, which is an otherName,
 * has a number of its own here. */
enum { EGOV__GN_SMTP_UTF8 = 16 };
enum egov__fit {
	EGOV__FIT_OUTSIDE,
	EGOV__FIT_INSIDE,
	EGOV__FIT_OVERLAPS              /* what it stands for lies partly within */
};
/* Whether the syntax is one that can be compared: the base of a subtree; a name
 * (EGOV_E_UNSUPPORTED: its form is not evaluated). */
EGOV_MUST_CHECK enum egov_status egov__name_form_base(const struct egov__general_name *base,
                                                      struct egov_error *err);
/* As a subjectAltName has it: EGOV_E_SYNTAX where it is malformed. */
EGOV_MUST_CHECK enum egov_status egov__name_form_alternative(const struct egov__general_name *name,
                                                             struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__name_form_check(const struct egov__general_name *name,
                                                       struct egov_error *err);
/* Both checked, and of one form. */
EGOV_MUST_CHECK enum egov_status egov__name_form_fit(const struct egov__general_name *name,
                                                     const struct egov__general_name *base,
                                                     enum egov__fit *fit, struct egov_error *err);
/* A domain name of two labels at least, perhaps with a wildcard before them. */
bool egov__name_form_host(struct egov_slice text);

/* Whether the certificate's name stands for the one wanted: a host (a wildcard for
 * one label, RFC 9525, 6.3), a mailbox or an address. */
bool egov__name_form_matches(const struct egov__general_name *name,
                             const struct egov__general_name *wanted);

/* Whether it can be wanted: a host without a wildcard, a mailbox. */
bool egov__name_form_wanted(const struct egov__general_name *wanted);

/* asked.c.  name is "dns:", "ip:" or "email:" and what is wanted: EGOV_E_USAGE where it
 * is none. */
EGOV_MUST_CHECK enum egov_status egov__asked_read(struct egov__asked *asked, const char *name,
                                                  const char *eku, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__check_name(const struct egov__link *link,
                                                  struct egov__note *note,
                                                  struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__check_eku(const struct egov__link *link,
                                                 struct egov__note *note,
                                                 struct egov_error *err);

/* listed.c */
EGOV_MUST_CHECK enum egov_status egov__check_trust_list(const struct egov__link *link,
                                                        struct egov__note *note,
                                                        struct egov_error *err);

/* policy.c: the policies that are valid at the certificate. */
EGOV_MUST_CHECK enum egov_status egov__check_policy(const struct egov__link *link,
                                                    struct egov__note *note,
                                                    struct egov_error *err);

/* purpose.c: what the certificate may be used for. */
const struct egov__purpose *egov__purpose_by_name(const char *name);
EGOV_MUST_CHECK enum egov_status egov__check_purpose(const struct egov__link *link,
                                                     struct egov__note *note,
                                                     struct egov_error *err);

/* revoked.c */
EGOV_MUST_CHECK enum egov_status egov__check_revoked(const struct egov__link *link,
                                                     struct egov__note *note,
                                                     struct egov_error *err);

/* signature.c: as those of verify.h, with the ID and the leniencies of a judgement. */
EGOV_MUST_CHECK enum egov_status egov__judge_cert_signature(const struct egov__judgement *j,
                                                            const struct egov_cert *child,
                                                            const struct egov_cert *issuer,
                                                            struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__judge_crl_signature(const struct egov__judgement *j,
                                                           const struct egov_crl *crl,
                                                           const struct egov_cert *issuer,
                                                           struct egov_error *err);
unsigned egov__judge_allows(const struct egov__judgement *j);    /* EGOV__PK_ bits */

/* The point of an SM2 key, as certificates have it. */
EGOV_MUST_CHECK enum egov_status egov__verify_point(struct egov_slice spki,
                                                    struct egov_slice *point,
                                                    struct egov_error *err);

/* answered.c: the question whether this certificate is good, as a statement: it says
 * all that the answer rests on.  certificate is the SM3 digest of its bytes, or they
 * themselves.  false without memory. */
bool egov__answered_question(const struct egov_verifier *verifier, struct egov_slice certificate,
                             const struct egov_verify_options *options,
                             uint8_t question[EGOV__SM3_SIZE]);

/* The same answers as verify.h gives, remembered, without a reason.
 * EGOV_E_LIMIT when the work allowed is used up. */
EGOV_MUST_CHECK enum egov_status egov__memo_cert(struct egov__judgement *j,
                                                 const struct egov_cert *child,
                                                 const struct egov_cert *issuer, bool *good,
                                                 struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__memo_ocsp(struct egov__judgement *j,
                                                 const struct egov__known_ocsp *known,
                                                 const struct egov_cert *signer, bool *good,
                                                 struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__memo_crl(struct egov__judgement *j,
                                                const struct egov_crl *crl,
                                                const struct egov_cert *issuer, bool *good,
                                                struct egov_error *err);

/* findings.c: a certificate's name for people: its subject, cut where it is
 * long, or its serial number. */
struct egov__label {
	char text[120];
};
const char *egov__label(const struct egov_cert *cert, struct egov__label *label);
const char *egov__label_name(struct egov_slice name, struct egov__label *label);

void egov__findings_add(struct egov_report *findings, const struct egov__check *check,
                        const struct egov__link *link, struct egov__note *note,
                        const struct egov_error *cause);
EGOV_MUST_CHECK enum egov_status egov__findings_article19(struct egov_report *findings,
                                                          const struct egov_cert *leaf,
                                                          struct egov_error *err);
/* The last record: what came out; cause NULL: trusted. */
void egov__findings_verdict(struct egov_report *findings, const struct egov_error *cause);

/* What was judged, and when: so that findings that are kept name it. */
struct egov__judged {
	egov_time at;
	struct egov_slice object, beside;       /* beside: a document, the other of a pair; or empty */
};

/* How a call ends: what was judged and the verdict, where there is one, and the cause as
 * the call's error. */
EGOV_MUST_CHECK enum egov_status egov__findings_answer(struct egov_report *findings,
                                                       const struct egov__judged *judged,
                                                       enum egov_status rc,
                                                       struct egov_error *cause,
                                                       struct egov_error *err);

#endif
