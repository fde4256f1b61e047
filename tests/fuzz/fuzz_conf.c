/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>

#include "base/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct egov__conf *conf = NULL;
	struct egov_error err = { 0 };
	const char *section;

	if (egov__conf_parse((struct egov_slice){ data, size }, "fuzz", &conf, &err) != err.status)
		__builtin_trap();
	if (conf == NULL)
		return 0;
	for (size_t i = 0; (section = egov__conf_section(conf, i)) != NULL; i++) {
		if (!egov__conf_has_section(conf, section))
			__builtin_trap();
		(void)egov__conf_get(conf, section, "name");
	}
	if (egov__conf_check_unknown(conf, &err) != err.status)
		__builtin_trap();
	egov__conf_free(conf);
	return 0;
}
