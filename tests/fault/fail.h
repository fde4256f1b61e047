/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FAIL_H
#define TESTS_FAIL_H

#include <stdbool.h>

/*
 * Makes one call of this process fail: an allocation (malloc and its kin, anonymous mmap) of
 * this project's code or of SQLite, or a call that makes something durable or visible (write
 * to a file, fsync, open, rename, ...).  Memory of other libraries does not fail: libtasn1
 * and OpenSSL 3.0 do not survive every failure of theirs, and jansson 2.14 reads past the end
 * of a token whose last character it had no memory for.  Under the sanitizers, whose
 * allocator it must be, memory of this project's code alone fails.
 */
enum fail_kind { FAIL_MEMORY, FAIL_STORE_MEMORY, FAIL_IO, FAIL_KINDS };

/* The nth call of the kind from now fails, with error in errno; n 0: none.  All are counted. */
void fail_arm(enum fail_kind kind, unsigned long n, int error);

/* No more failures; how many calls of each kind there were. */
void fail_disarm(unsigned long calls[FAIL_KINDS]);

#endif
