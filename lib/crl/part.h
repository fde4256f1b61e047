/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRL_PART_H
#define CRL_PART_H

#include "base/buf.h"

/*
 * A part of what one generation of the CA's key signed has a list of its own, which its
 * certificates name from their issue on: the part is in the last word of the address,
 * and in the issuingDistributionPoint of the list (RFC 5280, 5.2.5).
 */
enum {
	EGOV__PART_ALL = 0,             /* "ca.crl": whatever names no other */
	EGOV__PART_CA = 1,              /* "ca-arl.crl": certificates of CAs (GM/T 0034) */
	EGOV__PART_USERS = 2,           /* "ca-users.crl": all others */
	EGOV__PART_SHARD = 100          /* and n, from 1: "ca-sN.crl", the users' shard n */
};
#define EGOV__SHARDS 1000

bool egov__part_is(uint64_t part);
bool egov__part_only_users(uint64_t part);

/* "", "-arl", "-users", "-s17". */
#define EGOV__PART_NAME 8
void egov__part_name(uint64_t part, char out[EGOV__PART_NAME]);

/* The address of a part's list, or of its delta lists, where "ca.crl" is that of all; url
 * ends in ".crl". */
void egov__part_url(const char *url, uint64_t part, bool delta, struct egov_buf *out);
uint64_t egov__part_of_url(struct egov_slice url);

/* The part that a certificate or a list names in its extensions; EGOV__PART_ALL where it
 * names none. */
EGOV_MUST_CHECK enum egov_status egov__part_of_cert(struct egov_slice extensions, uint64_t *part,
                                                    struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__part_of_crl(struct egov_slice extensions, uint64_t *part,
                                                   struct egov_error *err);

#endif
