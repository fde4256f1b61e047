/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOFTTOKEN_KEYS_H
#define SOFTTOKEN_KEYS_H

#include "softtoken/store.h"

/* A cipher key and a MAC key, expanded from one of 32 octets; cleansed by who made them. */
struct egov__softkeys {
	uint8_t enc[EGOV__SM4_KEY];
	uint8_t mac[EGOV__SM3_SIZE];
};

/* Those of the master key, for the body of the file. */
EGOV_MUST_CHECK enum egov_status egov__softkeys_master(const struct egov_secret *master,
                                                       struct egov__softkeys *keys,
                                                       struct egov_error *err);

EGOV_MUST_CHECK enum egov_status egov__softkeys_mac(const struct egov__softkeys *keys,
                                                    const struct egov_slice *parts, size_t count,
                                                    uint8_t mac[EGOV__SM3_SIZE],
                                                    struct egov_error *err);

/* EGOV_E_AUTH, without a word, where the MAC differs. */
EGOV_MUST_CHECK enum egov_status egov__softkeys_check(const struct egov__softkeys *keys,
                                                      const struct egov_slice *parts, size_t count,
                                                      struct egov_slice mac,
                                                      struct egov_error *err);

#endif
