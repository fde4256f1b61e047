/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_PROFILE_H
#define EGOVCA_PROFILE_H

#include <egovca/buffer.h>
#include <egovca/report.h>
#include <egovca/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The rules for one kind of certificate, as data (egov-profile(5)): who may hold
 * it, how its subject is built, policy OID and CPS, validity, key usage,
 * extensions, retention class, production or test.  Immutable; may be shared
 * between threads.
 */
struct egov_profile;

/*
 * Loads profile NAME from NAME.conf.  A profile without policy OID (root CAs
 * excepted), CPS version, retention class, validity, key usage or "use" does
 * not load: EGOV_E_SYNTAX or EGOV_E_POLICY with line, key and clause.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_profile_load(const char *path, struct egov_profile **out, struct egov_error *err);
EGOV_API void egov_profile_free(struct egov_profile *profile);

EGOV_API const char *egov_profile_name(const struct egov_profile *profile);

/* 1 for "use = test", 0 for "use = production". */
EGOV_API int egov_profile_is_test(const struct egov_profile *profile);

#ifdef __cplusplus
}
#endif

#endif
