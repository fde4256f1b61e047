/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNITS_H
#define TESTS_UNITS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "fail.h"

/* How a run of a test with a call that fails ends: no code of a sanitizer's. */
enum { PASSED = 40, FAILED, BROKEN, MISTOLD, CHANGES };

/* --- units.c --- */

/* Whether such a run is under way, and the call has failed. */
bool unit_has_failed(void);

/* What a test asserts, and may be otherwise after a failure, is so all the same. */
void unit_held(void);

/* --- unit_ways.c: which way leads to a call --- */

#define UNIT_WAYS (1u << 18)
#define UNIT_MOST_WAYS (UNIT_WAYS / 2)
#define UNIT_FRAMES 100

/* Those that were taken in this program. */
struct unit_ways {
	uint64_t taken[UNIT_WAYS];
	unsigned long count;
};

void unit_ways_begin(void);

/* All return addresses from this call of the library down to the test's own code, without SQLite's. */
uint64_t unit_way(enum fail_kind kind);

/* Whether the way is new; it no longer is. */
bool unit_way_take(struct unit_ways *ways, uint64_t way);
bool unit_way_is_new(const struct unit_ways *ways, uint64_t way);

/* How often calls came by each way. */
#define UNIT_TALLY (1u << 14)

struct unit_tallied {
	uint64_t way;
	enum fail_kind kind;
	unsigned long from, count;      /* the first that was not tried, and the last */
};

struct unit_tally {
	_Atomic uint64_t way[UNIT_TALLY];
	enum fail_kind kind[UNIT_TALLY];
	bool tried[UNIT_TALLY];
	atomic_ulong count[UNIT_TALLY];
};

void unit_tally_clear(struct unit_tally *tally);

/* One more; false where there is no room for the way. */
bool unit_way_tally(struct unit_tally *tally, enum fail_kind kind, uint64_t way);

/* The first by the way has failed. */
void unit_tally_tried(struct unit_tally *tally, uint64_t way);

/* How many have not failed. */
unsigned long unit_tally_left(const struct unit_tally *tally);

/* The next from place *i on, which it sets behind that; false: no more. */
bool unit_tally_get(const struct unit_tally *tally, size_t *i, struct unit_tallied *way);

/* Whether code lies in a test or its helpers. */
bool unit_is_test(const void *address);

/* Which calls lead here. */
int unit_way_frames(void *frames[UNIT_FRAMES]);

/* --- unit_store.c: calls of SQLite --- */

/* Whether this thread has called SQLite since it was last asked; a thread asks where SQLite
 * asks for memory. */
bool unit_store_begins(void);

/* --- unit_branch.c: a second process that takes itself for the first --- */

/* As fork, for a process with one thread; nobody is told, and whoever asks for the process's
 * number gets that of the first. */
pid_t unit_branch(void);
bool unit_in_branch(void);

/* Where the open files of the process stand: what a branch has read is read again. */
void unit_offsets_keep(void);
void unit_offsets_put_back(void);

/* Whether this process is the one that began, and has one thread. */
void unit_alone_begin(void);
bool unit_alone(void);

/* --- unit_keep.c: files that a branch changes --- */

/* In the process that starts all.  Folders with paths of their own, both empty. */
bool unit_keep_begin(const char *folder, const char *links);

/* Where it begins: which are open. */
void unit_keep_open(void);

/* Before a branch changes any: false where they are too many. */
bool unit_keep(void);

/* In a branch, as rmdir: the folder may be open. */
int unit_put_away(int dir, const char *path);

/* After it has ended: all files are as they were, where a branch has kept them. */
bool unit_put_back(void);

#endif
