/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOFTTOKEN_SELFTEST_H
#define SOFTTOKEN_SELFTEST_H

#include "base/error.h"

/* Known answers of SM3 and of SM2 verification: the examples of GB/T 32905 and
 * GB/T 32918.5. */
EGOV_MUST_CHECK enum egov_status egov__softtoken_selftest(struct egov_error *err);

#endif
