/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/profile_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "x509/ext.h"
#include "x509/name.h"

#define ART_21_1 "Order No. 4, Art. 21 para 1"
#define ART_21_2 "Order No. 4, Art. 21 para 2"
#define PAIRS "GM/T 0034"
#define VALUE_MAX 19            /* an identifier of 18 characters and its NUL */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct egov_judged {
	uint8_t profile_digest[EGOV__SM3_SIZE];
	struct egov_buf subject, public_key;
	enum egov__oid identity[COUNT(((struct egov__profile_extensions *)NULL)->identity)];
	char value[COUNT(((struct egov__profile_extensions *)NULL)->identity)][VALUE_MAX];
};

static enum egov_status check_purpose(const struct egov_profile *profile,
                                      const struct egov_application *application,
                                      struct egov_error *err)
{
	const enum egov_holder_kind kind = egov_application_holder_kind(application);
	const bool second = profile->kind == EGOV__PROFILE_ENCRYPTION;
	const char *wanted = second ? egov__application_encrypt_profile(application)
	                            : egov_application_profile(application);

	if (wanted == NULL)
		return egov_error_set(err, EGOV_E_POLICY, ART_21_1,
		                      "the application is for no encryption certificate");
	if (strcmp(wanted, profile->name) != 0)
		return egov_error_set(err, EGOV_E_POLICY, ART_21_1,
		                      "the application is for profile %s", wanted);
	if ((profile->holders & 1u << kind) == 0)
		return egov_error_set(err, EGOV_E_POLICY, ART_21_1,
		                      "not for holders of kind %s", egov__holder_kind_name(kind));
	return EGOV_OK;
}

static bool needs_fact(const struct egov_profile *profile, enum egov__fact fact)
{
	const enum egov__oid *identity = profile->extensions.identity;

	for (; *identity != EGOV__OID_UNKNOWN; identity++)
		if (egov__identity_fact(*identity) == fact)
			return true;
	return fact == profile->common_name || profile->rules[fact] == SUBJECT_REQUIRED;
}

static enum egov_status check_facts(const struct egov_profile *profile,
                                    const struct egov_application *application,
                                    struct egov_error *err)
{
	for (int i = 0; i < EGOV__FACT_AGENT_NAME; i++) {
		const enum egov__fact fact = (enum egov__fact)i;

		if (needs_fact(profile, fact) && egov__application_fact(application, fact) == NULL)
			return egov_error_set(err, EGOV_E_POLICY, ART_21_1,
			                      "the application does not state %s",
			                      egov__fact_key(fact));
	}
	return EGOV_OK;
}

/* Of one key of the CA by another: nobody applies for it. */
static bool is_link(const struct egov_profile *profile)
{
	return strcmp(profile->name, EGOV__PROFILE_LINK) == 0;
}

/* A root vouches for itself, and one key of it for the next: nobody has applied.
 * What the CA makes for itself rests on a ceremony, all else on Art. 21. */
static bool needs_proof(const struct egov_profile *profile, enum egov__proof_kind kind)
{
	if (profile->kind == EGOV__PROFILE_ROOT_CA || is_link(profile))
		return false;
	return (profile->holders == 1u << EGOV_HOLDER_INTERNAL) == (kind == EGOV__PROOF_CEREMONY);
}

static enum egov_status check_proofs(const struct egov_profile *profile,
                                     const struct egov_application *application,
                                     struct egov_error *err)
{
	const struct egov__proof *identity, *review;

	for (int i = 0; i < EGOV__PROOF_COUNT; i++) {
		const enum egov__proof_kind kind = (enum egov__proof_kind)i;
		const struct egov__proof *proof = egov__application_proof(application, kind);

		if (needs_proof(profile, kind) && !proof->present)
			return egov_error_set(err, EGOV_E_POLICY, proof->clause,
			                      "the application has no proof of %s", proof->kind);
	}
	identity = egov__application_proof(application, EGOV__PROOF_IDENTITY);
	review = egov__application_proof(application, EGOV__PROOF_REVIEW);
	if (profile->two_people && identity->present && review->present
	    && strcmp(identity->operator, review->operator) == 0)
		return egov_error_set(err, EGOV_E_POLICY, ART_21_2,
		                      "%s both checked the identity and reviewed the materials, two "
		                      "people are wanted",
		                      identity->operator);
	return EGOV_OK;
}

static enum egov_status check_application(const struct egov_profile *profile,
                                          const struct egov_application *application,
                                          struct egov_error *err)
{
	enum egov_status rc = check_purpose(profile, application, err);

	if (rc == EGOV_OK && is_link(profile) && !egov__application_is_own(application))
		rc = egov_error_set(err, EGOV_E_POLICY, "RFC 4210, 4.4",
		                    "this profile is for keys of the CA itself");
	if (rc == EGOV_OK)
		rc = check_facts(profile, application, err);
	if (rc == EGOV_OK)
		rc = check_proofs(profile, application, err);
	return egov_error_prefix(err, rc, "profile %s", profile->name);
}

enum egov_status egov__profile_check_application(const struct egov_profile *profile,
                                                 const struct egov_application *application,
                                                 struct egov_error *err)
{
	if (profile->kind == EGOV__PROFILE_ENCRYPTION)
		return egov_error_set(err, EGOV_E_POLICY, PAIRS,
		                      "profile %s: an encryption certificate is issued together with "
		                      "a signing certificate, for a key that a key-management centre "
		                      "made",
		                      profile->name);
	if (egov__application_encrypt_profile(application) != NULL)
		return egov_error_set(err, EGOV_E_POLICY, PAIRS,
		                      "the application is for a pair: an encryption certificate under "
		                      "profile %s belongs to it",
		                      egov__application_encrypt_profile(application));
	return check_application(profile, application, err);
}

static void put_hex(struct egov_slice digest, char text[2 * EGOV__SM3_SIZE + 1])
{
	for (size_t i = 0; i < EGOV__SM3_SIZE; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", digest.data[i]);
}

/* Only what the officers pinned: a request swapped on its way gets nothing. */
static enum egov_status check_key(const struct egov_application *application,
                                  struct egov_slice spki, struct egov_error *err)
{
	const struct egov_slice pinned = egov_application_key_digest(application);
	char found_text[2 * EGOV__SM3_SIZE + 1], pinned_text[2 * EGOV__SM3_SIZE + 1];
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&spki, 1, digest, err);

	if (rc != EGOV_OK || egov__slice_equal(pinned, EGOV__SLICE(digest)))
		return rc;
	put_hex(EGOV__SLICE(digest), found_text);
	put_hex(pinned, pinned_text);
	return egov_error_set(err, EGOV_E_POLICY, ART_21_2,
	                      "the request's key has the SM3 digest %s, the application pins %s",
	                      found_text, pinned_text);
}

static enum egov_status add_attribute(struct egov__name *name, enum egov__oid type,
                                      const char *value, struct egov_error *err)
{
	return egov__name_add(name, egov__attribute_by_oid(type), egov__slice_text(value), err);
}

static enum egov_status build_subject(const struct egov_profile *profile,
                                      const struct egov_application *application,
                                      struct egov_buf *out, struct egov_error *err)
{
	struct egov__name *name = egov__name_new();
	enum egov_status rc = name == NULL ? egov_error_nomem(err) : EGOV_OK;

	for (int i = 0; rc == EGOV_OK && i < EGOV__FACT_RESIDENT_ID; i++) {
		const enum egov__fact fact = (enum egov__fact)i;
		const char *value = egov__application_fact(application, fact);

		if (profile->rules[fact] != SUBJECT_ABSENT && value != NULL)
			rc = add_attribute(name, egov__fact_attribute(fact), value, err);
	}
	if (rc == EGOV_OK)
		rc = add_attribute(name, EGOV__OID_COMMON_NAME,
		                   egov__application_fact(application, profile->common_name), err);
	if (rc == EGOV_OK)
		rc = egov__name_encode(name, out, err);
	egov__name_free(name);
	return egov_error_prefix(err, rc, "subject");
}

static void copy_identities(struct egov_judged *judged, const struct egov_profile *profile,
                            const struct egov_application *application)
{
	for (size_t i = 0; profile->extensions.identity[i] != EGOV__OID_UNKNOWN; i++) {
		const enum egov__oid type = profile->extensions.identity[i];

		judged->identity[i] = type;
		(void)egov__text_copy(judged->value[i], VALUE_MAX,
		                      egov__application_fact(application, egov__identity_fact(type)));
	}
}

static enum egov_status fill(struct egov_judged *judged, const struct egov_profile *profile,
                             const struct egov_application *application,
                             struct egov_slice public_key, struct egov_error *err)
{
	enum egov_status rc = build_subject(profile, application, &judged->subject, err);

	if (rc != EGOV_OK)
		return rc;
	memcpy(judged->profile_digest, profile->digest, sizeof(judged->profile_digest));
	copy_identities(judged, profile, application);
	egov__buf_slice(&judged->public_key, public_key);
	return egov__buf_check(&judged->public_key, err);
}

/* Facts and proofs have been judged, and whose the key is. */
static enum egov_status make_judged(const struct egov_profile *profile,
                                    const struct egov_application *application,
                                    struct egov_slice public_key, struct egov_judged **out,
                                    struct egov_error *err)
{
	struct egov_judged *judged = calloc(1, sizeof(*judged));
	enum egov_status rc;

	if (judged == NULL)
		return egov_error_nomem(err);
	judged->subject.max = EGOV__MAX_OBJECT;
	judged->public_key.max = EGOV__MAX_OBJECT;
	rc = egov_error_prefix(err, fill(judged, profile, application, public_key, err),
	                       "profile %s", profile->name);
	if (rc == EGOV_OK)
		*out = judged;
	else
		egov__judged_free(judged);
	return rc;
}

enum egov_status egov__profile_judge(const struct egov_profile *profile,
                                     const struct egov_application *application,
                                     const struct egov_request *request,
                                     struct egov_judged **out, struct egov_error *err)
{
	return egov__profile_judge_key(profile, application, egov_request_public_key(request), out,
	                               err);
}

enum egov_status egov__profile_judge_key(const struct egov_profile *profile,
                                         const struct egov_application *application,
                                         struct egov_slice public_key, struct egov_judged **out,
                                         struct egov_error *err)
{
	enum egov_status rc = egov__profile_check_application(profile, application, err);

	if (rc == EGOV_OK)
		rc = egov_error_prefix(err, check_key(application, public_key, err), "profile %s",
		                       profile->name);
	return rc == EGOV_OK ? make_judged(profile, application, public_key, out, err) : rc;
}

/* --- pairs --- */

static enum egov_status check_kinds(const struct egov_profile *signing,
                                    const struct egov_profile *encryption,
                                    struct egov_error *err)
{
	if (signing->kind != EGOV__PROFILE_SIGNING || encryption->kind != EGOV__PROFILE_ENCRYPTION)
		return egov_error_set(err, EGOV_E_POLICY, PAIRS,
		                      "profiles %s and %s: want one of kind signing and one of kind "
		                      "encryption",
		                      signing->name, encryption->name);
	return EGOV_OK;
}

enum egov_status egov__profile_check_pair(const struct egov_profile *signing,
                                          const struct egov_profile *encryption,
                                          const struct egov_application *application,
                                          struct egov_error *err)
{
	enum egov_status rc = check_kinds(signing, encryption, err);

	if (rc == EGOV_OK)
		rc = check_application(signing, application, err);
	return rc == EGOV_OK ? check_application(encryption, application, err) : rc;
}

static enum egov_status check_two(const struct egov_judged *signing,
                                  const struct egov_judged *encryption, struct egov_error *err)
{
	if (!egov__slice_equal(egov__judged_subject(signing), egov__judged_subject(encryption)))
		return egov_error_set(err, EGOV_E_POLICY, PAIRS,
		                      "the two profiles give one holder different subjects");
	if (egov__slice_equal(egov__judged_public_key(signing),
	                      egov__judged_public_key(encryption)))
		return egov_error_set(err, EGOV_E_POLICY, PAIRS,
		                      "the encryption key is the signing key");
	return EGOV_OK;
}

enum egov_status egov__profile_judge_pair(const struct egov__pair_plan *plan,
                                          const struct egov_application *application,
                                          struct egov_judged **signing,
                                          struct egov_judged **encryption, struct egov_error *err)
{
	struct egov_judged *first = NULL, *second = NULL;
	enum egov_status rc =
		egov__profile_check_pair(plan->signing, plan->encryption, application, err);

	if (rc == EGOV_OK)
		rc = egov_error_prefix(err, check_key(application, plan->signing_key, err),
		                       "profile %s", plan->signing->name);
	if (rc == EGOV_OK)
		rc = make_judged(plan->signing, application, plan->signing_key, &first, err);
	if (rc == EGOV_OK && plan->encryption_key.size > 0)
		rc = make_judged(plan->encryption, application, plan->encryption_key, &second, err);
	if (rc == EGOV_OK && second != NULL)
		rc = check_two(first, second, err);
	if (rc == EGOV_OK) {
		*signing = first;
		*encryption = second;
		first = second = NULL;
	}
	egov__judged_free(first);
	egov__judged_free(second);
	return rc;
}

static enum egov_status copy_before(struct egov_judged *judged, const struct egov_profile *profile,
                                    const struct egov__judged_before *before,
                                    struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && profile->extensions.identity[i] != EGOV__OID_UNKNOWN; i++) {
		const enum egov__oid type = profile->extensions.identity[i];
		struct egov__ext ext;
		struct egov_slice value = EGOV__NO_SLICE;

		if (egov__ext_find(before->extensions, type, &ext))
			rc = egov__ext_identity(type, ext.value, &value, err);
		if (rc == EGOV_OK && (value.size == 0 || value.size >= VALUE_MAX))
			rc = egov_error_set(err, EGOV_E_POLICY, ART_21_1,
			                    "the certificate before has no %s, which the profile wants "
			                    "by now: a new application is needed",
			                    egov__oid_get(type)->name);
		if (rc == EGOV_OK) {
			judged->identity[i] = type;
			memcpy(judged->value[i], value.data, value.size);
		}
	}
	return rc;
}

enum egov_status egov__profile_judge_again(const struct egov_profile *profile,
                                           const struct egov__judged_before *before,
                                           struct egov_judged **out, struct egov_error *err)
{
	struct egov_judged *judged = calloc(1, sizeof(*judged));
	enum egov_status rc;

	if (judged == NULL)
		return egov_error_nomem(err);
	judged->subject.max = EGOV__MAX_OBJECT;
	judged->public_key.max = EGOV__MAX_OBJECT;
	memcpy(judged->profile_digest, profile->digest, sizeof(judged->profile_digest));
	egov__buf_slice(&judged->subject, before->subject);
	egov__buf_slice(&judged->public_key, before->public_key);
	rc = copy_before(judged, profile, before, err);
	if (rc == EGOV_OK)
		rc = egov__buf_check(&judged->subject, err);
	if (rc == EGOV_OK)
		rc = egov__buf_check(&judged->public_key, err);
	if (rc == EGOV_OK)
		*out = judged;
	else
		egov__judged_free(judged);
	return egov_error_prefix(err, rc, "profile %s", profile->name);
}

void egov__judged_free(struct egov_judged *judged)
{
	if (judged == NULL)
		return;
	egov__buf_clear(&judged->subject);
	egov__buf_clear(&judged->public_key);
	free(judged);
}

struct egov_slice egov__judged_subject(const struct egov_judged *judged)
{
	return egov_buf_slice(&judged->subject);
}

struct egov_slice egov__judged_public_key(const struct egov_judged *judged)
{
	return egov_buf_slice(&judged->public_key);
}

bool egov__judged_is_under(const struct egov_judged *judged, const struct egov_profile *profile)
{
	return memcmp(judged->profile_digest, profile->digest, sizeof(profile->digest)) == 0;
}

const char *egov__judged_identity(const struct egov_judged *judged, size_t i, enum egov__oid *type)
{
	if (i >= COUNT(judged->identity) || judged->identity[i] == EGOV__OID_UNKNOWN)
		return NULL;
	*type = judged->identity[i];
	return judged->value[i];
}
