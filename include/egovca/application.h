/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_APPLICATION_H
#define EGOVCA_APPLICATION_H

#include <egovca/buffer.h>
#include <egovca/report.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What an applicant stated and an officer verified (Order No. 4, Art. 21):
 * facts about the holder, the digest of the one public key that will be
 * certified, and the proofs.  Read from the text of egov-application(5).  Every
 * value has been checked for its form: UTF-8, lengths, check digits of national
 * identifiers, the four parts of the notice.  Immutable; may be shared between
 * threads.
 */
struct egov_application;

enum egov_holder_kind {
	EGOV_HOLDER_GOVERNMENT = 1,
	EGOV_HOLDER_ENTERPRISE = 2,
	EGOV_HOLDER_PERSON = 3,
	EGOV_HOLDER_INTERNAL = 4        /* the CA itself: subordinate CA, OCSP responder */
};

/*
 * Loads an application and the evidence files that it names; relative paths
 * start at the folder of the application.  EGOV_E_SYNTAX and EGOV_E_POLICY
 * name line, field and clause; EGOV_E_IO names the file that cannot be read.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_application_load(const char *path, struct egov_application **out, struct egov_error *err);
EGOV_API void egov_application_free(struct egov_application *application);

EGOV_API enum egov_holder_kind egov_application_holder_kind(const struct egov_application *a);

/* Name of the profile that is applied for; lent. */
EGOV_API const char *egov_application_profile(const struct egov_application *application);

/* SM3 of the SubjectPublicKeyInfo that will be certified, 32 octets; lent. */
EGOV_API struct egov_slice egov_application_key_digest(const struct egov_application *application);

#ifdef __cplusplus
}
#endif

#endif
