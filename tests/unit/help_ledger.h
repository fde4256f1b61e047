/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_HELP_LEDGER_H
#define TESTS_HELP_LEDGER_H

#include "help.h"

#include "store/store.h"

#define HELP_NOW 1780000000     /* 2026-05-28T20:26:40Z */

/* A new ledger "ledger.db" in dir, open. */
struct egov_store *help_store(const char *dir);

/* Runs SQL on a ledger behind the library's back: its triggers and foreign keys
 * are off meanwhile.  A test fails where no row changed. */
void help_tamper(const char *path, const char *sql);

/* The only value of a query, as a number. */
int64_t help_value(const char *path, const char *sql);

#endif
