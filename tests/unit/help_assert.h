/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_HELP_ASSERT_H
#define TESTS_HELP_ASSERT_H

#include <egovca/error.h>

/* The call succeeded; else its message fails the test. */
#define assert_ok(call, err) help_assert_ok((call), (err), #call, __FILE__, __LINE__)
void help_assert_ok(enum egov_status rc, struct egov_error *err, const char *call,
                    const char *file, int line);

/* The call failed with this status and a message that has the fragment; err is
 * empty afterwards. */
#define assert_fails(call, err, status, fragment)                                                  \
	help_assert_fails((call), (err), (status), (fragment), #call, __FILE__, __LINE__)
void help_assert_fails(enum egov_status rc, struct egov_error *err, enum egov_status status,
                       const char *fragment, const char *call, const char *file, int line);

#endif
