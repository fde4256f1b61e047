/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/crl_pair.h"

#include <inttypes.h>

#define AHEAD 300               /* seconds that the clocks of two runs or machines may differ */
#define DROP_FLOOR 100          /* below this size a list may halve without a word */

enum egov_status egov__crl_pair_issuer(const struct egov__crl_pair *pair, struct egov_error *err)
{
	if (egov__slice_equal(pair->made->issuer, egov_cert_subject(pair->issuer)))
		return EGOV_OK;
	return egov_error_set(err, pair->wrong, NULL, "issuer is not the CA's subject byte for byte");
}

enum egov_status egov__crl_pair_number(const struct egov__crl_pair *pair, struct egov_error *err)
{
	if (pair->number > pair->last_number)
		return EGOV_OK;
	return egov_error_set(err, pair->wrong, NULL, "number %" PRIu64 " after number %" PRIu64,
	                      pair->number, pair->last_number);
}

enum egov_status egov__crl_pair_not_future(const struct egov__crl_pair *pair,
                                           struct egov_error *err)
{
	char made[EGOV_TIME_TEXT];

	if (pair->made->this_update <= pair->now + AHEAD)
		return EGOV_OK;
	egov_time_format(pair->made->this_update, made);
	return egov_error_set(err, EGOV_E_POLICY, NULL, "thisUpdate %s lies in the future", made);
}

enum egov_status egov__crl_pair_not_before(const struct egov__crl_pair *pair,
                                           struct egov_error *err)
{
	char made[EGOV_TIME_TEXT], last[EGOV_TIME_TEXT];

	if (pair->last == NULL || pair->clock_set_back
	    || pair->made->this_update >= pair->last->this_update)
		return EGOV_OK;
	egov_time_format(pair->made->this_update, made);
	egov_time_format(pair->last->this_update, last);
	return egov_error_set(err, EGOV_E_POLICY, NULL,
	                      "thisUpdate %s lies before the last list's, %s", made, last);
}

enum egov_status egov__crl_pair_next_update(const struct egov__crl_pair *pair,
                                            struct egov_error *err)
{
	char made[EGOV_TIME_TEXT], most[EGOV_TIME_TEXT];
	egov_time bound = EGOV_TIME_NONE;
	enum egov_status rc = egov_time_add(pair->made->this_update, pair->maximum, &bound, err);

	if (rc == EGOV_OK && pair->made->next_update <= pair->made->this_update)
		rc = egov_error_set(err, EGOV_E_POLICY, NULL, "nextUpdate is not after thisUpdate");
	if (rc != EGOV_OK || pair->made->next_update <= bound)
		return rc;
	egov_time_format(pair->made->next_update, made);
	egov_time_format(bound, most);
	return egov_error_set(err, EGOV_E_POLICY, NULL,
	                      "nextUpdate %s lies past the bound, %s ([crl] %s)", made, most,
	                      pair->maximum_key);
}

enum egov_status egov__crl_pair_size(const struct egov__crl_pair *pair, struct egov_error *err)
{
	const size_t before = pair->last == NULL ? 0 : pair->last->count;

	if (before < DROP_FLOOR || pair->made->count >= before / 2 || pair->accept_drop)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_POLICY, NULL,
	                      "%zu entries after %zu: less than half; if that is right, set "
	                      "[crl] accept_drop = yes for one run",
	                      pair->made->count, before);
}
