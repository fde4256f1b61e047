/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEY_KEY_FILE_H
#define KEY_KEY_FILE_H

#include "base/secret.h"
#include "key/key_uri.h"

/* The private number of the key in the file that the URI names. */
EGOV_MUST_CHECK enum egov_status egov__file_load(const struct egov__key_uri *uri,
                                                 const struct egov_key_options *options,
                                                 struct egov_secret **d, struct egov_error *err);

#endif
