/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_JOURNAL_STATEMENT_H
#define RECORD_JOURNAL_STATEMENT_H

#include <egovca/request.h>

#include "base/buf.h"

/*
 * What a CA's key says of the key of its journal: a PKCS #10 request, since that is signed on
 * record like all that the key signs, of the CA's key under the name
 *   C=CN, O=egovca journal key, CN=SM3 of the journal key's SubjectPublicKeyInfo in hex
 * which no CA has.
 */
EGOV_MUST_CHECK enum egov_status egov__journal_name(struct egov_slice journal_spki,
                                                    struct egov_buf *name,
                                                    struct egov_error *err);

/* Its signature verified: EGOV_E_CORRUPT where it does not, or names another key. */
EGOV_MUST_CHECK enum egov_status egov__journal_statement_read(struct egov_slice der,
                                                              struct egov_slice journal_spki,
                                                              struct egov_request **out,
                                                              struct egov_error *err);

#endif
