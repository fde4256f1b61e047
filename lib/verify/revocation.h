/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_REVOCATION_H
#define VERIFY_REVOCATION_H

#include "verify/judge.h"

/*
 * What the files about revocation share.  One call of egov__check_revoked asks
 * the lists and answers that a verifier holds about one certificate.  What
 * cannot be relied upon never makes it good; why says what is wrong with it.
 */

/* ReasonFlags, bit n as 1 << n (RFC 5280, 5.2.5): all that a list can be for. */
#define EGOV__ALL_REASONS 0x1feu

/* The signer of a list, or of an answer, is judged while a certificate is: the
 * chain of those, innermost first. */
struct egov__pending {
	const void *source;             /* the list or answer whose signer is judged */
	const struct egov__link *link;  /* and whose status it is to tell */
	const struct egov__pending *outer;
};
#define EGOV__MAX_PENDING 4

/* The certificate that is asked about, and names as they are compared. */
struct egov__subject {
	const struct egov__link *link;
	struct egov_slice issuer;       /* canonical, of the certificate's issuer */
	bool ca;
};

/* crl_scope.c: for which reasons the list tells about the certificate, by issuer,
 * extensions and distribution points; 0: about others.  *fit false: it is about
 * this one, and cannot be used. */
struct egov__scope {
	unsigned reasons;
	bool delta, indirect, fit;
};
EGOV_MUST_CHECK enum egov_status egov__crl_scope(const struct egov__subject *subject,
                                                 const struct egov__known_crl *known,
                                                 struct egov__scope *scope,
                                                 struct egov_error *why, struct egov_error *err);

/* crl_use.c: whether the moment is right, and whether somebody signed it who may
 * (RFC 5280, 6.3.3 (f) and (g)). */
EGOV_MUST_CHECK enum egov_status egov__crl_dates(const struct egov__judgement *j,
                                                 egov_time this_update, egov_time next_update,
                                                 struct egov_error *why);
EGOV_MUST_CHECK enum egov_status egov__crl_signer(const struct egov__subject *subject,
                                                  const struct egov__known_crl *known, bool *good,
                                                  struct egov_error *why, struct egov_error *err);

/* Whether cert, which signed source, has a good path to the anchor of link's. */
EGOV_MUST_CHECK enum egov_status egov__signer_path(const struct egov__link *link,
                                                   const void *source,
                                                   const struct egov_cert *cert, bool *good,
                                                   struct egov_error *err);

/* A judgement of a signer on behalf of another, with nothing that its caller asked for;
 * what it spent is taken over. */
bool egov__may_go_deeper(const struct egov__link *link, const void *source);
void egov__plain_judgement(struct egov__judgement *j, const struct egov_verify_options *plain,
                           const struct egov__pending *pending);
void egov__plain_judged(struct egov__judgement *j, const struct egov__judgement *plain);

/* ocsp_ask.c: the newest answer that can be relied upon (known NULL: none), and why the
 * first that cannot be is so. */
struct egov__ocsp_found {
	const struct egov__known_ocsp *known;
	struct egov__ocsp_answer answer;
	bool unusable;
	struct egov_error why;
};
EGOV_MUST_CHECK enum egov_status egov__ocsp_ask(const struct egov__link *link,
                                                struct egov__ocsp_found *found,
                                                struct egov_error *err);

/* crl_entry.c: the entry of the certificate. */
EGOV_MUST_CHECK enum egov_status egov__crl_entry_of(const struct egov__subject *subject,
                                                    const struct egov__known_crl *known,
                                                    bool *found, struct egov__crl_entry *entry,
                                                    struct egov_error *err);

/* Whether GeneralNames (contents) have this canonical name as a directoryName. */
EGOV_MUST_CHECK enum egov_status egov__general_names_have(struct egov_slice names,
                                                          struct egov_slice canonical, bool *have,
                                                          struct egov_error *err);

/* crl_later.c: what lists made between the moment judged at and now tell about that
 * moment: EGOV_E_UNTRUSTED, or for which reasons it is known not to have been revoked. */
struct egov__later {
	unsigned covered;
	const struct egov_crl *source;          /* NULL: none tells anything */
	egov_time revoked_at;                   /* after the moment; 0: not that it were known */
	int reason;
};
bool egov__crl_is_later(const struct egov__judgement *j, const struct egov__known_crl *known);
EGOV_MUST_CHECK enum egov_status egov__crl_ask_later(const struct egov__subject *subject,
                                                     struct egov__later *later,
                                                     struct egov_error *err);

/* revoked.c: the cause that an entry is. */
enum egov_status egov__crl_refuse(const struct egov__crl_entry *entry, struct egov_error *err);

#endif
