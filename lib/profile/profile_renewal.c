/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/profile_impl.h"

#include <string.h>

#define CLAUSE "Order No. 4, Art. 18(1)"

static const char section[] = "renewal";
static const char *const operations[] = { [EGOV__RENEW] = "renew", [EGOV__REKEY] = "rekey",
	                                  [EGOV__EXTEND] = "extend" };
static const char *const durations[] = { "window", "key_life", "identity_life" };

const char *egov__succession_name(enum egov__succession operation)
{
	return operations[operation];
}

/* Only what holders have follows what they had: the CA's own certificates are made
 * in a ceremony each. */
static enum egov_status forbid_all(struct egov_profile *p, struct egov_error *err)
{
	if (!egov__conf_has_section(p->conf, section))
		return EGOV_OK;
	return egov__conf_error(p->conf, section, "", err, EGOV_E_POLICY, CLAUSE,
	                        "in profiles of kind signing alone");
}

static enum egov_status read_basis(struct egov_profile *p, enum egov__succession operation,
                                   struct egov_error *err)
{
	static const char *const words[] = { [EGOV__BASIS_NONE] = "no",
		                             [EGOV__BASIS_APPLICATION] = "application",
		                             [EGOV__BASIS_CONSENT] = "consent" };
	const char *key = operations[operation];
	const char *text = egov__conf_get(p->conf, section, key);

	if (text == NULL)
		return EGOV_OK;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(text, words[i]) == 0) {
			p->renewal.basis[operation] = (enum egov__renewal_basis)i;
			return EGOV_OK;
		}
	return egov__conf_error(p->conf, section, key, err, EGOV_E_SYNTAX, CLAUSE,
	                        "\"%.40s\": want no, application or consent", text);
}

enum egov_status egov__profile_read_renewal(struct egov_profile *p, struct egov_error *err)
{
	struct egov__profile_renewal *const r = &p->renewal;
	struct egov_duration *const values[] = { &r->window, &r->key_life, &r->identity_life };
	enum egov_status rc = EGOV_OK;

	r->window = (struct egov_duration){ .seconds = INT64_C(90) * 86400 };
	r->key_life = p->max_validity;
	r->identity_life = p->validity;
	if (p->kind != EGOV__PROFILE_SIGNING)
		return forbid_all(p, err);
	for (int i = EGOV__RENEW; rc == EGOV_OK && i <= EGOV__EXTEND; i++)
		rc = read_basis(p, (enum egov__succession)i, err);
	for (size_t i = 0; rc == EGOV_OK && i < sizeof(durations) / sizeof(durations[0]); i++)
		rc = egov__conf_duration(p->conf, section, durations[i], values[i], err);
	return rc;
}

const struct egov__profile_renewal *egov__profile_renewal(const struct egov_profile *profile)
{
	return &profile->renewal;
}
