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

/* Where this is set, it chooses whether a call fails, of those that are counted. */
extern bool (*fail_choose)(enum fail_kind kind, unsigned long n);

/* Where this is set, calls are those of whoever makes others fail: they are not counted. */
extern bool fail_paused;

/* Calls of this program's code before this address, its tests, do not fail. */
extern const void *fail_from;

/* Lie there, in a unit test, and where the code ends that makes calls fail. */
void fail_border(void);
void fail_border_end(void);

/* Whether a call has failed since fail_arm. */
bool fail_happened(void);

/* Where this is set, it is called before a step that changes files. */
extern void (*fail_on_change)(void);

/* Where this is set, nothing is synced in truth. */
extern bool fail_unsynced;

/* No more failures; how many calls of each kind there were. */
void fail_disarm(unsigned long calls[FAIL_KINDS]);

#endif
