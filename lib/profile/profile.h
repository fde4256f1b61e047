/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROFILE_PROFILE_H
#define PROFILE_PROFILE_H

#include <egovca/profile.h>

#include "asn1/oid.h"
#include "base/buf.h"
#include "base/time.h"
#include "request/application.h"
#include "request/request.h"

enum egov__profile_kind {
	EGOV__PROFILE_ROOT_CA,
	EGOV__PROFILE_SUB_CA,
	EGOV__PROFILE_SIGNING,          /* end entity, digitalSignature + nonRepudiation */
	EGOV__PROFILE_OCSP,
	EGOV__PROFILE_ENCRYPTION,       /* end entity, the encryption half of a pair */
	EGOV__PROFILE_DEVICE,           /* end entity, server or client of TLS */
	EGOV__PROFILE_TIMESTAMP
};

/* The profile of what one key of a root certifies of another: on no application. */
#define EGOV__PROFILE_LINK "ca-link"

enum egov__profile_kind egov__profile_kind(const struct egov_profile *profile);

/* SM3 of the text that was parsed, 32 octets: what a journal says of it. */
struct egov_slice egov__profile_digest(const struct egov_profile *profile);

/* Policy OIDs as contents octets, at most 16; none for a root. */
size_t egov__profile_policies(const struct egov_profile *profile, const struct egov_slice **oids);

const char *egov__profile_cps_version(const struct egov_profile *profile);     /* NULL for a root */
const char *egov__profile_cps_uri(const struct egov_profile *profile);         /* or NULL */
unsigned egov__profile_key_usage(const struct egov_profile *profile);
size_t egov__profile_eku(const struct egov_profile *profile, const struct egov_slice **oids);

/* basicConstraints of a CA profile: pathLen, or -1 where it has none. */
int egov__profile_path_len(const struct egov_profile *profile);

struct egov_duration egov__profile_validity(const struct egov_profile *profile);
struct egov_duration egov__profile_max_validity(const struct egov_profile *profile);

/* Retention after loss of validity (Order No. 4, Art. 24): at least 5 years, 10
 * for government holders. */
#define EGOV__RETENTION_LONGEST 10              /* years */
struct egov_duration egov__profile_retention(const struct egov_profile *profile);

/* Whether identity check, review and approval need different people. */
bool egov__profile_two_people(const struct egov_profile *profile);

/* How a certificate may follow another of the same holder (egov-issue(1)). */
enum egov__succession {
	EGOV__RENEW = 1,                /* same key, a new period */
	EGOV__REKEY = 2,                /* new key */
	EGOV__EXTEND = 3                /* same key, same start, later end */
};
const char *egov__succession_name(enum egov__succession operation);

/* What it rests on. */
enum egov__renewal_basis {
	EGOV__BASIS_NONE,               /* not done */
	EGOV__BASIS_APPLICATION,        /* the whole gate of Art. 21 again */
	EGOV__BASIS_CONSENT             /* the holder's signature with the key before, too */
};
struct egov__profile_renewal {
	enum egov__renewal_basis basis[EGOV__EXTEND + 1];
	struct egov_duration window;            /* before the end, for what keeps the key */
	struct egov_duration key_life;          /* of one key, from its first start */
	struct egov_duration identity_life;     /* since the last application */
};
const struct egov__profile_renewal *egov__profile_renewal(const struct egov_profile *profile);

/* Whether the certificates say where revocation is published, and whether
 * the SubjectInfoAccess, AIA and nocheck extensions are written. */
struct egov__profile_extensions {
	bool crl_dp, freshest_crl, aia_ca_issuers, aia_ocsp, ocsp_nocheck;
	enum egov__oid identity[4];     /* identity extensions; EGOV__OID_UNKNOWN ends them */
};
const struct egov__profile_extensions *
egov__profile_extensions(const struct egov_profile *profile);

/* The profile of this text; path stands for it in messages. */
EGOV_MUST_CHECK enum egov_status egov__profile_parse(struct egov_slice text, const char *path,
                                                     struct egov_profile **out,
                                                     struct egov_error *err);

/*
 * The profiles that ship with the library, as text (made at build time from
 * examples/profiles): name is e.g. "sub-ca", test tells the test form.
 */
struct egov__builtin_profile {
	const char *name;
	bool test;
	const char *text;
};
extern const struct egov__builtin_profile egov__builtin_profiles[];    /* ends with name NULL */

/*
 * An application, a request and a profile that agree: the subject built from
 * the application alone, the key pinned by it and proven by the request.  Only
 * egov__profile_judge makes one, only the certificate builder takes one.  It
 * borrows nothing: the three may be freed.
 */
struct egov_judged;

/*
 * Judges; EGOV_E_POLICY names what is missing or different, and its article:
 * application for another profile or holder kind, fact missing, proof missing,
 * key not the one pinned, one person where two are needed.
 */
EGOV_MUST_CHECK enum egov_status egov__profile_judge(const struct egov_profile *profile,
                                                     const struct egov_application *application,
                                                     const struct egov_request *request,
                                                     struct egov_judged **out,
                                                     struct egov_error *err);
/* The same for a key without a request: whoever brings it has made sure whose it
 * is (a key-management centre, or a request that was decoded before). */
EGOV_MUST_CHECK enum egov_status egov__profile_judge_key(const struct egov_profile *profile,
                                                         const struct egov_application *application,
                                                         struct egov_slice public_key,
                                                         struct egov_judged **out,
                                                         struct egov_error *err);
/* The holder of a certificate again, whose facts were judged before: its subject and
 * identity extensions under today's profile, with this key. */
struct egov__judged_before {
	struct egov_slice subject;      /* DER Name */
	struct egov_slice extensions;   /* as egov__ext_find takes them */
	struct egov_slice public_key;   /* SubjectPublicKeyInfo to be certified */
};
EGOV_MUST_CHECK enum egov_status egov__profile_judge_again(
	const struct egov_profile *profile, const struct egov__judged_before *before,
	struct egov_judged **out, struct egov_error *err);

/*
 * Both halves of a pair (GM/T 0034), which the application wants under these two
 * profiles: one subject, and two keys, of which the signing key is pinned and the
 * other one comes from the key-management centre; without it the first half alone,
 * *encryption stays NULL.  An application for a pair is not judged otherwise.
 */
struct egov__pair_plan {
	const struct egov_profile *signing, *encryption;
	struct egov_slice signing_key, encryption_key;  /* SubjectPublicKeyInfo */
};
EGOV_MUST_CHECK enum egov_status egov__profile_judge_pair(
	const struct egov__pair_plan *plan, const struct egov_application *application,
	struct egov_judged **signing, struct egov_judged **encryption, struct egov_error *err);
void egov__judged_free(struct egov_judged *judged);

struct egov_slice egov__judged_subject(const struct egov_judged *judged);      /* DER Name */
struct egov_slice egov__judged_public_key(const struct egov_judged *judged);   /* SPKI */

/* Whether the judgement was made under this profile, by its text. */
bool egov__judged_is_under(const struct egov_judged *judged, const struct egov_profile *profile);

/* The value of an identity extension of the profile; NULL past the last. */
const char *egov__judged_identity(const struct egov_judged *judged, size_t i, enum egov__oid *type);

/* The part of the judgement that needs no request, for egov-apply: whether the
 * application could be certified under the profile. */
EGOV_MUST_CHECK enum egov_status egov__profile_check_application(
	const struct egov_profile *profile, const struct egov_application *application,
	struct egov_error *err);

/* The same for a pair, before there is an encryption key. */
EGOV_MUST_CHECK enum egov_status egov__profile_check_pair(const struct egov_profile *signing,
                                                          const struct egov_profile *encryption,
                                                          const struct egov_application *application,
                                                          struct egov_error *err);

/* notAfter for a certificate from not_before: the profile's validity, or wanted
 * (NULL: none), at most its maximum and at most limit (the issuer's own end;
 * EGOV_TIME_NONE: none).  EGOV_E_POLICY where it does not fit. */
EGOV_MUST_CHECK enum egov_status egov__profile_not_after(const struct egov_profile *profile,
                                                         egov_time not_before,
                                                         const struct egov_duration *wanted,
                                                         egov_time limit, egov_time *not_after,
                                                         struct egov_error *err);

#endif
