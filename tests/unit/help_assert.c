/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

void help_assert_ok(enum egov_status rc, struct egov_error *err, const char *call,
                    const char *file, int line)
{
	if (rc == EGOV_OK)
		return;
	print_error("%s:%d: %s: %s: %s\n", file, line, call, egov_status_name(rc),
	            err == NULL ? "" : err->text);
	_fail(file, line);
}

void help_assert_fails(enum egov_status rc, struct egov_error *err, enum egov_status status,
                       const char *fragment, const char *call, const char *file, int line)
{
	const char *text = err == NULL ? "" : err->text;

	if (rc != status || (err != NULL && err->status != status)
	    || strstr(text, fragment) == NULL) {
		print_error("%s:%d: %s: %s: \"%s\"; wanted %s and \"%s\"\n", file, line, call,
		            egov_status_name(rc), text, egov_status_name(status), fragment);
		_fail(file, line);
	}
	egov_error_clear(err);
}
