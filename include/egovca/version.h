/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_VERSION_H
#define EGOVCA_VERSION_H

#include <egovca/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The release that this header belongs to. */
#define EGOV_VERSION "0.1.0"

/* The release of the library that is running. The string is static. */
EGOV_API const char *egov_version(void);

#ifdef __cplusplus
}
#endif

#endif
