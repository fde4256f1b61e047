/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_HELP_H
#define TESTS_HELP_H

/* What every unit test includes: cmocka with what it needs, and a few aids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/secret.h"

#include "help_assert.h"

/* Octets of hex digits; spaces and newlines are skipped. Exactly size of them. */
void help_hex(const char *hex, uint8_t *out, size_t size);

/* The same of any length, on a new buffer. */
struct egov_buf *help_hex_buf(const char *hex);

/* A file under $EGOV_CORPORA (default ../shared/corpora); the test is skipped
 * with a line that says so where there is none. */
struct egov_buf *help_corpus(const char *name);

/* A new directory of mode 0700, its path on the heap; removed by help_dir_remove. */
char *help_dir(void);
void help_dir_remove(char *path);

/* The contents of a file; a test fails that cannot read or write it. */
struct egov_buf *help_read(const char *path);
void help_write(const char *path, struct egov_slice bytes);

/* The literal block of a page in man/ that follows the line '.\" Example: NAME', as
 * it is printed; on the heap. */
char *help_example(const char *page, const char *name);

/* text with the first occurrence of old, which must be there, replaced; on the heap. */
char *help_changed(const char *text, const char *old, const char *new);

/* Opens what is sealed to a custodian whose private key is at hand. */
enum egov_status help_envelope_open(const struct egov_secret *d, struct egov_slice sealed,
                                    struct egov_buf *plain, struct egov_error *err);

/* How often a test does what it does again and again: n times, but five where every call of
 * every time fails in its turn (tests/fault/units.c). */
int help_times(int n);

/* Runs a shell command; its exit code. */
int help_run(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
