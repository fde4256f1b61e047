/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_HOME_H
#define EGOVCA_HOME_H

#include <egovca/buffer.h>
#include <egovca/key.h>
#include <egovca/report.h>
#include <egovca/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A CA home: configuration, profiles, ledger, publication folder.  Opening
 * runs recovery: files that killed runs left beside others are removed, the
 * schema and the head of the journal are checked.  A handle belongs to one
 * thread; many processes may have the same home open.
 */
struct egov_home;

/* The library never reads the clock.  test is EGOV_TIME_NONE unless a tester
 * asks for a time of his own, which counts in homes made for tests alone. */
struct egov_clock {
	egov_time real;
	egov_time test;
};

/* pin is asked where a key's URI names no pin-source; NULL: nobody to ask. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_home_open(const char *dir, const struct egov_clock *clock, egov_pin_fn *pin, void *pin_user,
               struct egov_home **out, struct egov_error *err);
EGOV_API void egov_home_close(struct egov_home *home);

/* The moment that every operation on this handle happens at. */
EGOV_API egov_time egov_home_now(const struct egov_home *home);
EGOV_API int egov_home_is_test(const struct egov_home *home);

/*
 * Makes a home.  It appears as a whole or not at all.  A test home takes test
 * profiles alone, a production home production profiles alone and, unless
 * allow_software is set (which is journalled), only keys that do not live in
 * software.  The journal key is another key than the CA's (Order No. 4, Art.
 * 24); the custodian's certificate is what private data are sealed to (Art. 23).
 */
struct egov_home_options {
	const char *dir;                /* must not exist, or be an empty folder */
	int test;
	const char *subject;            /* "C=CN, O=..., CN=..." */
	const char *key_uri, *journal_key_uri;
	const char *custodian_file;     /* certificate with an SM2 key */
	int self_signed;                /* 1: root; 0: request for a parent */
	const char *crl_url;            /* NULL: a placeholder in test homes, none otherwise */
	const char *ca_issuers_url, *ocsp_url;  /* NULL: none */
	int null_params;                /* signature algorithm with NULL parameters */
	int allow_software;
	const char *module_map;         /* NULL: built-in mappings */
	const char *actor;              /* who does this, for the journal */
	struct egov_clock clock;
	egov_pin_fn *pin;
	void *pin_user;
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_home_create(const struct egov_home_options *options, struct egov_report *report,
                 struct egov_error *err);

/* The PKCS#10 request of a subordinate CA's home, DER: what its parent certifies. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_home_request(struct egov_home *home, struct egov_buf *der, struct egov_error *err);

/* Installs the certificate that the parent made of the request; chain holds the
 * certificates above it.  The key must be ours, the path must verify up to a
 * self-signed certificate of the chain. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_home_install(struct egov_home *home, const char *actor, struct egov_slice certificate,
                  struct egov_slice chain, struct egov_report *report, struct egov_error *err);

#ifdef __cplusplus
}
#endif

#endif
