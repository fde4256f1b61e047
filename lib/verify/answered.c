/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

/*
 * An answer follows from the certificate, the options and what the verifier
 * holds, and from nothing else.  What it holds is only ever added to, so the
 * numbers of things held say whether it still is the same.  Whoever adds a field
 * to one of the two adds it to the question as well.
 */
_Static_assert(sizeof(void *) != 8
               || (sizeof(struct egov_verify_options) == 112 && sizeof(struct egov_verifier) == 152),
               "a field that egov__answered_question leaves out");

struct numbers {
	uint64_t at, require_revocation, inhibit_policy_mapping, inhibit_any_policy;
	uint64_t trust, pool, ids, crls, ocsps;
	uint64_t tolerate, limit_depth, depth, max_age, list, require_listed, now;
	uint64_t certificate, purpose, policy, id, name, eku;   /* sizes: one more where given */
};

static struct egov_slice text(const char *given, uint64_t *size)
{
	*size = given == NULL ? 0 : strlen(given) + 1;
	return egov__slice_text(given == NULL ? "" : given);
}

bool egov__answered_question(const struct egov_verifier *verifier, struct egov_slice certificate,
                             const struct egov_verify_options *options,
                             uint8_t question[EGOV__SM3_SIZE])
{
	struct numbers numbers = { .at = (uint64_t)options->at,
		                   .require_revocation = options->require_revocation != 0,
		                   .inhibit_policy_mapping = options->inhibit_policy_mapping != 0,
		                   .inhibit_any_policy = options->inhibit_any_policy != 0,
		                   .tolerate = options->tolerate,
		                   .limit_depth = options->limit_depth != 0,
		                   .depth = options->depth,
		                   .max_age = (uint64_t)options->max_age,
		                   .now = (uint64_t)options->now,
		                   .list = verifier->list != NULL,
		                   .require_listed = options->require_listed != 0,
		                   .trust = verifier->trust.count,
		                   .pool = verifier->pool.count,
		                   .ids = verifier->id_count,
		                   .crls = verifier->crl_count,
		                   .ocsps = verifier->ocsp_count,
		                   .certificate = certificate.size,
		                   .id = options->id.data == NULL ? 0 : options->id.size + 1 };
	const struct egov_slice purpose = text(options->purpose, &numbers.purpose);
	const struct egov_slice policy = text(options->policy_oid, &numbers.policy);
	const struct egov_slice name = text(options->name, &numbers.name);
	const struct egov_slice eku = text(options->eku, &numbers.eku);
	const struct egov_slice parts[] = { egov__slice_text("answer"),
		                            { (const uint8_t *)&numbers, sizeof(numbers) },
		                            certificate, purpose, policy, options->id, name, eku };

	return egov__sm3(parts, sizeof(parts) / sizeof(parts[0]), question, NULL) == EGOV_OK;
}
