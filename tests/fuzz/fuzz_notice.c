/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>

#include "request/notice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct egov_error err = { 0 };

	if (egov__notice_check((struct egov_slice){ data, size }, "1", &err) != err.status)
		__builtin_trap();
	return 0;
}
