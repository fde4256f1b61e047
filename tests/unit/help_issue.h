/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_HELP_ISSUE_H
#define TESTS_HELP_ISSUE_H

#include "help.h"

#include "base/secret.h"
#include "cert/cert.h"
#include "profile/profile.h"

/* What goes before a certificate, made as the library makes it: keys, shipped
 * profiles, applications of egov-application(5), requests. */
struct help_key {
	struct egov_secret *d;
	uint8_t point[65], spki[91], key_id[20];
};

void help_key_make(struct help_key *key);
void help_key_clear(struct help_key *key);

/* Signs with the default SM2 ID, DER appended. */
void help_sign_message(const struct help_key *key, struct egov_slice message,
                       struct egov_buf *signature);

/* The same of a TBS, and assembles. */
void help_sign(const struct help_key *key, const struct egov_tbs *tbs, struct egov_buf *der);

/* examples/profiles/NAME.test.conf, and with one text in it replaced. */
struct egov_profile *help_profile(const char *name);
struct egov_profile *help_profile_changed(const char *name, const char *old, const char *new);

/* The judgement over an application for this profile and a request of this key. */
struct egov_judged *help_judge(const struct egov_profile *profile, const struct help_key *key);

#endif
