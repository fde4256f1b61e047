/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/file.h>

#include "base/fileio.h"
#include "base/pem.h"

_Static_assert(EGOV_MAX_OBJECT == EGOV__MAX_OBJECT && EGOV_MAX_FILE == EGOV__MAX_FILE
                       && EGOV_MAX_CRL == EGOV__MAX_CRL,
               "programs and library agree on the maxima");

enum egov_status egov_file_read(const char *path, size_t max, struct egov_buf **out,
                                struct egov_error *err)
{
	return egov__file_read(path, max, out, err);
}

enum egov_status egov_file_replace(const char *path, struct egov_slice bytes, unsigned mode,
                                   struct egov_error *err)
{
	return egov__file_replace(path, bytes, (mode_t)mode, err);
}

enum egov_status egov_pem_encode(const char *label, struct egov_slice der, struct egov_buf *out,
                                 struct egov_error *err)
{
	egov__pem_encode(out, label, der);
	return egov__buf_check(out, err);
}
