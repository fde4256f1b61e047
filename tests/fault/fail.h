/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FAIL_H
#define TESTS_FAIL_H

#include <stdbool.h>

/*
 * Makes one call of this process fail: an allocation (malloc and its kin, anonymous mmap) of
 * this project's code, or a call that makes something durable or visible (write to a file,
 * fsync, open, rename, ...).  Memory of other libraries does not fail: libtasn1 and OpenSSL 3.0
 * do not survive every failure of theirs.
 */
enum fail_kind { FAIL_MEMORY, FAIL_IO };

/* The nth call of the kind from now fails, with error in errno; n 0: none, they are counted. */
void fail_arm(enum fail_kind kind, unsigned long n, int error);

/* No more failures; how many calls of the kind there were. */
unsigned long fail_disarm(void);

#endif
