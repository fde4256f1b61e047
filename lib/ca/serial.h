/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_SERIAL_H
#define CA_SERIAL_H

#include "base/buf.h"

/* Serial text of a person, hexadecimal with or without colons, as INTEGER
 * contents: leading zero octets that are not needed are dropped. */
EGOV_MUST_CHECK enum egov_status egov__serial_parse(const char *text, struct egov_buf *out,
                                                    struct egov_error *err);

#endif
