/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_HELP_HOME_H
#define TESTS_HELP_HOME_H

/*
 * CA homes as a program that links the library makes them: through the public
 * headers alone, on keys in the software token.  Everything lies in one folder;
 * the time is always HELP_HOME_NOW.
 */
#include "help.h"

#include <egovca/egovca.h>

#define HELP_HOME_NOW ((egov_time)1795334400)           /* 2026-11-22T08:00:00Z */

/* The folder with a token, a custodian, the evidence of applications; the path of
 * it, which the calls below take. */
char *help_world(void);
void help_world_remove(char *dir);

/* "DIR/name" on the heap. */
char *help_path(const char *dir, const char *name);

/* The URI of a key in the token, made where it is not there; on the heap. */
char *help_home_key(const char *dir, const char *object);

/* A new test home in DIR/name: a root, or with self_signed 0 a subordinate CA
 * that waits for its certificate. */
void help_home_make(const char *dir, const char *name, int self_signed);
struct egov_home *help_home_open(const char *dir, const char *name);

/* Registers CPS 1.0. */
void help_home_cps(const char *dir, struct egov_home *home);

/* DIR/name.csr by stock openssl, and DIR/name.application on its key for an agency. */
void help_home_request(const char *dir, const char *name);
void help_home_application(const char *dir, const char *name);

/* Submitted, reviewed, approved: its ID on the heap. */
char *help_home_approved(const char *dir, struct egov_home *home, const char *name);

/* Issues on it; the certificate's DER, and its serial in serial. */
struct egov_buf *help_home_issue(const char *dir, struct egov_home *home, const char *name,
                                 const char *application, char serial[40]);

#endif
