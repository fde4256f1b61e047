/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include <egovca/verify.h>

#include "base/buf.h"

/*
 * Suites that others made, judged by us: conformance.c counts and compares, the
 * set_*.c know how a suite is laid out.  What a suite's files cannot be read for
 * ends the program: it is no verdict.
 */

/* Of one case: accept or reject; of a CRL or response good, revoked or unknown. */
enum verdict { REJECT = 0, ACCEPT = 1, GOOD = 2, REVOKED = 3, UNKNOWN = 4 };

struct set {
	const char *name;
	void (*run)(const struct set *set);
};

/* One case of the set; why: our reason where we do not accept. */
void conf_case(const struct set *set, const char *id, enum verdict wanted, enum verdict ours,
               const char *why);

/* Files below the corpora. */
struct egov_buf *conf_read(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *conf_find(const char *fmt, ...) __attribute__((format(printf, 1, 2)));  /* the first that
                                           matches, below the corpora; on the heap, or NULL */
void conf_each(const char *folder, const struct set *set,
               void (*fn)(const struct set *set, const char *path));  /* every file below it, in
                                           the order of names */
json_t *conf_json(const char *path);    /* ".xz" is unpacked */

const char *conf_text(const json_t *object, const char *key);  /* "" where it is not there */
bool conf_says(const json_t *object, const char *key, const char *value);
void conf_die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

/* A verifier, what it is asked, and one question. */
struct judge {
	struct egov_verifier *verifier;
	struct egov_verify_options options;
	bool unread;            /* something that the verdict rests on does not decode */
	char why[512];
};
struct judge conf_judge(egov_time at);
void conf_trust(struct judge *judge, struct egov_slice bytes);
void conf_pool(struct judge *judge, struct egov_slice bytes);  /* what does not decode helps nobody */
void conf_crl(struct judge *judge, struct egov_slice bytes);
/* Frees the judge's verifier; certificate stays the caller's. */
enum verdict conf_verdict(struct judge *judge, struct egov_slice certificate);

/* set_boringssl.c: bits of enum egov_tolerate for the "trust" of a case. */
unsigned boringssl_anchor(const char *trust);

/* The sets. */
void set_limbo_rfc5280(const struct set *set);
void set_limbo_webpki(const struct set *set);
void set_bettertls(const struct set *set);
void set_pkits(const struct set *set);
void set_chains(const struct set *set);
void set_openssl_certs(const struct set *set);
void set_boringssl_chains(const struct set *set);
void set_boringssl_crl(const struct set *set);
void set_boringssl_ocsp(const struct set *set);
void set_botan_nc(const struct set *set);
void set_bsi(const struct set *set);
void set_x509test(const struct set *set);
void set_zlint(const struct set *set);
void set_pkilint(const struct set *set);
void set_sm2_lint(const struct set *set);
void set_sm2_certs(const struct set *set);
void set_sm2_crls(const struct set *set);
void set_sm2_csrs(const struct set *set);
void set_sm2_cms(const struct set *set);

#endif
