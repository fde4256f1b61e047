/* SPDX-License-Identifier: Apache-2.0 */
/* Matters and approvals: what we accept is written again as the same octets. */
#include <stdlib.h>
#include <string.h>

#include "record/approval.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_matter(const struct egov__matter *matter)
{
	struct egov_buf again = EGOV__BUF(EGOV__MAX_FILE);

	if (egov__matter_encode(matter, &again, NULL) != EGOV_OK
	    || !egov__slice_equal(egov_buf_slice(&again), matter->der))
		abort();
	egov__buf_clear(&again);
}

static void check_approval(const struct egov__approval *approval, struct egov_slice der)
{
	struct egov_buf statement = EGOV__BUF(EGOV__MAX_FILE), again = EGOV__BUF(EGOV__MAX_FILE);

	check_matter(&approval->statement.matter);
	if (egov__statement_encode(&approval->statement, &statement, NULL) != EGOV_OK
	    || !egov__slice_equal(egov_buf_slice(&statement), approval->statement.der))
		abort();
	if (egov__approval_encode(approval, &again, NULL) != EGOV_OK
	    || !egov__slice_equal(egov_buf_slice(&again), der))
		abort();
	/* A statement names its certificate by digest: nothing else verifies. */
	if (egov__statement_verify(&approval->statement, approval->certificate,
	                           approval->signature, NULL)
	            == EGOV_OK
	    && approval->certificate.size == 0)
		abort();
	egov__buf_clear(&statement);
	egov__buf_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct egov_slice der = { data, size };
	struct egov_error err = { 0 };
	struct egov__matter matter;
	struct egov__approval approval;

	if (egov__matter_decode(der, &matter, NULL) == EGOV_OK)
		check_matter(&matter);
	if (egov__approval_decode(der, &approval, &err) != err.status)
		abort();
	if (err.status == EGOV_OK)
		check_approval(&approval, der);
	return 0;
}
