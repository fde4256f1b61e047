/* SPDX-License-Identifier: Apache-2.0 */
#ifndef X509_EXT_IMPL_H
#define X509_EXT_IMPL_H

#include "x509/ext.h"

/* What the decoders of extensions share. */

/* The contents of a SEQUENCE; what nobody reads further is well-formed too. */
EGOV_MUST_CHECK enum egov_status egov__ext_sequence(struct egov_slice der, const char *noun,
                                                    struct egov_slice *in, struct egov_error *err);

/* The contents of a list that must have an element. */
EGOV_MUST_CHECK enum egov_status egov__ext_list(struct egov_slice der, const char *noun,
                                                struct egov_slice *in, struct egov_error *err);

/* An OPTIONAL field with an implicit tag: empty where it is absent. */
EGOV_MUST_CHECK enum egov_status egov__ext_optional(struct egov_slice *in, uint8_t tag,
                                                    const char *noun, struct egov_slice *value,
                                                    struct egov_error *err);

#endif
