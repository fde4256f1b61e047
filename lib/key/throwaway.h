/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEY_THROWAWAY_H
#define KEY_THROWAWAY_H

#include <egovca/key.h>

/* A new SM2 key in memory, gone with its handle: what it signs shows what a real key
 * would. */
EGOV_MUST_CHECK enum egov_status egov__signer_throwaway(enum egov_key_purpose purpose,
                                                        struct egov_signer **out,
                                                        struct egov_error *err);

#endif
