/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROFILE_PROFILE_IMPL_H
#define PROFILE_PROFILE_IMPL_H

#include "base/conf.h"
#include "crypto/sm3.h"
#include "profile/profile.h"

enum subject_rule {
	SUBJECT_ABSENT,
	SUBJECT_OPTIONAL,
	SUBJECT_REQUIRED
};

struct oid_list {
	struct egov_buf bytes;          /* contents octets, one after the other */
	struct egov_slice oids[16];     /* into bytes */
	size_t count;
};

/* For the files of lib/profile. */
struct egov_profile {
	struct egov__conf *conf;        /* the texts below lie in it */
	uint8_t digest[EGOV__SM3_SIZE]; /* of the text that was parsed */
	const char *name;
	enum egov__profile_kind kind;
	bool test, two_people;
	unsigned holders;               /* 1 << enum egov_holder_kind */
	struct egov_duration retention;
	struct oid_list policies;
	const char *cps_version, *cps_uri;
	struct egov_duration validity, max_validity;
	enum subject_rule rules[EGOV__FACT_COUNT];
	enum egov__fact common_name;    /* the fact that becomes CN */
	unsigned key_usage;
	struct oid_list eku;
	int path_len;                   /* -1: none */
	struct egov__profile_extensions extensions;
	struct egov__profile_renewal renewal;
};

/* [renewal], after kind and validity. */
EGOV_MUST_CHECK enum egov_status egov__profile_read_renewal(struct egov_profile *p,
                                                            struct egov_error *err);

/* The fact that an identity extension carries. */
enum egov__fact egov__identity_fact(enum egov__oid extension);

#endif
