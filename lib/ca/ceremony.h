/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_CEREMONY_H
#define CA_CEREMONY_H

#include <egovca/ceremony.h>

#include "ca/approve.h"
#include "ca/ceremony_file.h"
#include "ca/transcript.h"

/* Where a home keeps what it was made by. */
#define EGOV__CEREMONY_FOLDER "ceremony"
#define EGOV__CEREMONY_FILE "ceremony/ceremony.conf"
#define EGOV__CEREMONY_TRANSCRIPT "ceremony/transcript.txt"
#define EGOV__CEREMONY_INSTALL "ceremony/install.txt"

/* An approval of the ceremony, decoded; slices lie in der. */
struct egov__ceremony_approval {
	struct egov_buf der;
	struct egov__approval approval;
	const struct egov__ceremony_person *person;
};

/* One ceremony, from its file to its home. */
struct egov__ceremony {
	const struct egov_ceremony_options *options;
	struct egov__ceremony_file file;
	struct egov_clock clock;
	bool dry;                       /* now */
	struct egov_buf forms;          /* of all that the dry run would have signed */
	size_t compared;                /* of them, by the real run */
	uint8_t form_digest[EGOV__SM3_SIZE];
	struct egov_buf object;         /* the certificate or request, DER */
	struct egov__ceremony_approval approvals[EGOV__ACTING_MAX];
	size_t approvals_count;
	char *transcript_path;
	struct egov__transcript *transcript;    /* of the real run */
	uint8_t transcript_digest[EGOV__SM3_SIZE];
};

egov_time egov__ceremony_now(struct egov__ceremony *c);

/* A line of the transcript, on disk. */
EGOV_MUST_CHECK enum egov_status egov__ceremony_note(struct egov__ceremony *c, const char *step,
                                                     const char *what, struct egov_error *err);

/* The same with a digest behind it. */
EGOV_MUST_CHECK enum egov_status egov__ceremony_note_digest(struct egov__ceremony *c,
                                                            const char *step, const char *what,
                                                            const uint8_t digest[EGOV__SM3_SIZE],
                                                            struct egov_error *err);

/* What those who review it sign, DER, appended. */
EGOV_MUST_CHECK enum egov_status egov__ceremony_matter(const struct egov__ceremony *c,
                                                       struct egov_buf *der,
                                                       struct egov_error *err);

/* Whether all who must have reviewed it have: EGOV_E_POLICY otherwise. */
EGOV_MUST_CHECK enum egov_status egov__ceremony_reviewed(struct egov__ceremony *c,
                                                         struct egov_error *err);
void egov__ceremony_approvals_clear(struct egov__ceremony *c);

/* Journals the approvals, in the transaction of the entry that follows; *actor gets who
 * stands behind it. */
EGOV_MUST_CHECK enum egov_status egov__ceremony_approve(const struct egov__ceremony *c,
                                                        struct egov_home *home,
                                                        const char **actor,
                                                        struct egov_error *err);

/* Makes the keys that the transcript does not have yet. */
EGOV_MUST_CHECK enum egov_status egov__ceremony_keys(struct egov__ceremony *c,
                                                     struct egov_error *err);

/* The form (cert/tbs_form.h) of what the real key is about to sign next against what the
 * dry run showed: EGOV_E_POLICY where it is another. */
EGOV_MUST_CHECK enum egov_status egov__ceremony_compare(struct egov__ceremony *c,
                                                        struct egov_slice form,
                                                        struct egov_error *err);

/* A CA's certificate against what the file says of it. */
EGOV_MUST_CHECK enum egov_status egov__ceremony_check_certificate(
	const struct egov__ceremony_file *file, const struct egov__cert_fields *fields,
	struct egov_error *err);

/* Which program this is: its version and the SM3 of its file, appended. */
EGOV_MUST_CHECK enum egov_status egov__ceremony_program(const char *file, struct egov_buf *out,
                                                        struct egov_error *err);

#endif
