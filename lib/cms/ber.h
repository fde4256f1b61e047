/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CMS_BER_H
#define CMS_BER_H

#include "base/buf.h"

/*
 * Signed messages may be BER (RFC 5652, 2; X.690, 8): indefinite lengths, lengths that
 * are not in their shortest form, OCTET STRINGs in pieces.  Appends the same value with
 * the lengths of DER, its OCTET STRINGs whole; contents of primitive types stay as they
 * are, so what is DER within stays what was signed.
 */
EGOV_MUST_CHECK enum egov_status egov__ber_to_der(struct egov_slice ber, struct egov_buf *out,
                                                  struct egov_error *err);

#endif
