/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_CEREMONY_FILE_H
#define CA_CEREMONY_FILE_H

#include "base/conf.h"
#include "cert/cert.h"
#include "crypto/sm3.h"
#include "home/home_conf.h"

/* Somebody who takes part. */
struct egov__ceremony_person {
	const char *name, *role;
	unsigned bit;                   /* of record/operator.h where the role is an operator's, else 0 */
	char *path;                     /* of the certificate, or NULL */
	struct egov_cert *cert;         /* or NULL */
};

/* A file beside the ceremony file whose SM3 it states. */
struct egov__ceremony_paper {
	const char *section, *key;
	char *path;                     /* NULL: not named */
	uint8_t digest[EGOV__SM3_SIZE];
};

enum egov__ceremony_papers {
	EGOV__CEREMONY_CUSTODIAN,
	EGOV__CEREMONY_PARENT,
	EGOV__CEREMONY_MODULE_MAP,
	EGOV__CEREMONY_CPS,
	EGOV__CEREMONY_PAPERS
};

#define EGOV__CEREMONY_PEOPLE 64
#define EGOV__CEREMONY_SETTINGS 32

/* egov-ceremony(5), read; texts live as long as the value. */
struct egov__ceremony_file {
	struct egov__conf *conf;
	struct egov_buf *text;          /* the file's octets */
	uint8_t digest[EGOV__SM3_SIZE];
	char *folder;
	const char *title;
	bool test, subordinate;
	egov_time not_before, not_after;        /* of the ceremony; EGOV_TIME_NONE: any */
	const char *subject;
	bool null_params;
	bool has_validity, has_path_length;
	struct egov_duration validity;
	uint64_t path_length;
	const char *ca_key, *journal_key;
	bool make_keys, allow_software;
	uint64_t shares;                /* of the PIN; 0: not said */
	const char *crl_url, *ocsp_url, *ca_issuers_url, *cps_version;
	struct egov__ceremony_paper papers[EGOV__CEREMONY_PAPERS];
	struct egov_cert *parent;       /* of a subordinate CA */
	struct egov__ceremony_person people[EGOV__CEREMONY_PEOPLE];
	size_t people_count;
	struct egov__home_setting settings[EGOV__CEREMONY_SETTINGS];
	size_t settings_count;
};

/* Reads it and everything that it names, whose digests must be those that it states:
 * EGOV_E_POLICY otherwise. */
EGOV_MUST_CHECK enum egov_status egov__ceremony_file_load(const char *path,
                                                          struct egov__ceremony_file *out,
                                                          struct egov_error *err);
void egov__ceremony_file_clear(struct egov__ceremony_file *file);

#endif
