/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_HELP_NASTY_H
#define TESTS_HELP_NASTY_H

#include "help_signer.h"

/* The PKCS #11 module that misbehaves as the words say (tests/module/nasty.c); rv is what
 * fails fail with, NULL for the module's choice. */
#define NASTY_MODULE EGOV_TEST_BUILD "/nasty-p11.so"
void help_nasty(const char *words, const char *rv);

/* How often a call was made, by the name of the module's counter. */
long help_nasty_count(const char *name);

/* The URI of its key with a label, with the PIN in a file of the folder. */
void help_nasty_uri(const char *dir, const char *label, char *uri, size_t room);

#endif
