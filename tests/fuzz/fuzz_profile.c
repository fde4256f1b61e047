/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>

#include "profile/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever loads keeps what every profile promises. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct egov_profile *p = NULL;
	const struct egov_slice *oids;
	bool root;

	if (egov__profile_parse((struct egov_slice){ data, size }, "input", &p, NULL) != EGOV_OK)
		return 0;
	root = egov__profile_kind(p) == EGOV__PROFILE_ROOT_CA;
	if ((egov__profile_policies(p, &oids) == 0) != root
	    || (egov__profile_cps_version(p) == NULL) != root
	    || egov__profile_extensions(p)->crl_dp == root || egov__profile_key_usage(p) == 0
	    || egov__profile_retention(p).years < 5)
		__builtin_trap();
	egov_profile_free(p);
	return 0;
}
