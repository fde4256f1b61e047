/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/ossl.h"

#include <openssl/err.h>

enum egov_status egov__ossl_error(struct egov_error *err, enum egov_status status,
                                  const char *clause, const char *what)
{
	const unsigned long first = ERR_get_error();
	const char *reason = ERR_reason_error_string(first);

	ERR_clear_error();
	if (ERR_GET_REASON(first) == ERR_R_MALLOC_FAILURE)
		return egov_error_nomem(err);
	if (reason == NULL)
		return egov_error_set(err, status, clause, "%s failed", egov__text(what));
	return egov_error_set(err, status, clause, "%s failed: OpenSSL: %s",
	                      egov__text(what), reason);
}
