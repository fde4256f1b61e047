/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_BENCH_HOME_H
#define TESTS_BENCH_HOME_H

#include <egovca/home.h>

#include "base/buf.h"

/* What the commands that work on a home share; each ends the program where it fails. */
void bench_check(enum egov_status rc, const struct egov_error *err);
struct egov_home *bench_home(const char *dir);
struct egov_buf *bench_read(const char *path);

#endif
