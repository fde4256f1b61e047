/* SPDX-License-Identifier: Apache-2.0 */
/* The way to a call: from which places of the library, and from where in the test. */
#include <execinfo.h>
#include <link.h>
#include <stddef.h>
#include <string.h>

#include "units.h"


static uintptr_t sqlite_from, sqlite_to;

static int find_sqlite(struct dl_phdr_info *info, size_t size, void *user)
{
	(void)size;
	(void)user;
	if (strstr(info->dlpi_name, "/libsqlite3.") == NULL)
		return 0;
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *const part = &info->dlpi_phdr[i];

		if (part->p_type != PT_LOAD || (part->p_flags & PF_X) == 0)
			continue;
		sqlite_from = info->dlpi_addr + part->p_vaddr;
		sqlite_to = sqlite_from + part->p_memsz;
	}
	return 1;
}

void unit_ways_begin(void)
{
	(void)dl_iterate_phdr(find_sqlite, NULL);
	(void)unit_way(FAIL_MEMORY);    /* the first time, it loads what it needs */
}

bool unit_is_test(const void *address)
{
	extern const char __executable_start[];

	return (uintptr_t)address >= (uintptr_t)__executable_start
	       && (uintptr_t)address < (uintptr_t)fail_from;
}

/* Code of fail.c, units.c and this file. */
static bool is_machinery(uintptr_t at)
{
	return at >= (uintptr_t)fail_from && at < (uintptr_t)fail_border_end;
}

uint64_t unit_way(enum fail_kind kind)
{
	void *frames[UNIT_FRAMES];
	const int count = backtrace(frames, UNIT_FRAMES);
	uint64_t hash = 14695981039346656037u + kind;

	for (int i = 0; i < count; i++) {
		const uintptr_t at = (uintptr_t)frames[i];

		if ((at >= sqlite_from && at < sqlite_to) || is_machinery(at))
			continue;
		hash = (hash ^ at) * 1099511628211u;
		hash ^= hash >> 29;
		if (unit_is_test(frames[i]))
			break;
	}
	return hash | 1;
}

bool unit_way_is_new(const struct unit_ways *ways, uint64_t way)
{
	size_t i = way % UNIT_WAYS;

	for (; ways->taken[i] != 0; i = (i + 1) % UNIT_WAYS)
		if (ways->taken[i] == way)
			return false;
	return ways->count < UNIT_MOST_WAYS;
}

bool unit_way_take(struct unit_ways *ways, uint64_t way)
{
	size_t i = way % UNIT_WAYS;

	if (!unit_way_is_new(ways, way))
		return false;
	while (ways->taken[i] != 0)
		i = (i + 1) % UNIT_WAYS;
	ways->taken[i] = way;
	ways->count++;
	return true;
}

int unit_way_frames(void *frames[UNIT_FRAMES])
{
	return backtrace(frames, UNIT_FRAMES);
}

void unit_tally_clear(struct unit_tally *tally)
{
	memset(tally, 0, sizeof(*tally));
}

/* Threads and processes may be at it at once. */
bool unit_way_tally(struct unit_tally *tally, enum fail_kind kind, uint64_t way)
{
	for (size_t i = way % UNIT_TALLY, n = 0; n < UNIT_TALLY; i = (i + 1) % UNIT_TALLY, n++) {
		uint64_t there = 0;

		if (!atomic_compare_exchange_strong(&tally->way[i], &there, way) && there != way)
			continue;
		tally->kind[i] = kind;
		tally->count[i]++;
		return true;
	}
	return false;
}

void unit_tally_tried(struct unit_tally *tally, uint64_t way)
{
	for (size_t i = way % UNIT_TALLY, n = 0; n < UNIT_TALLY && tally->way[i] != 0; i = (i + 1) % UNIT_TALLY, n++)
		if (tally->way[i] == way)
			tally->tried[i] = true;
}

bool unit_tally_get(const struct unit_tally *tally, size_t *i, struct unit_tallied *way)
{
	for (; *i < UNIT_TALLY; ++*i)
		if (tally->way[*i] != 0) {
			*way = (struct unit_tallied){ tally->way[*i], tally->kind[*i], tally->tried[*i] ? 2 : 1,
				                      tally->count[*i] };
			++*i;
			return true;
		}
	return false;
}

unsigned long unit_tally_left(const struct unit_tally *tally)
{
	struct unit_tallied way;
	unsigned long left = 0;

	for (size_t i = 0; unit_tally_get(tally, &i, &way);)
		left += way.count + 1 - way.from;
	return left;
}
