/* SPDX-License-Identifier: Apache-2.0 */
#include "fail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "next.h"

static struct {
	bool armed, happened;
	enum fail_kind kind;
	unsigned long at, seen[FAIL_KINDS];
	int error;
} state;

bool (*fail_choose)(enum fail_kind kind, unsigned long n);
void (*fail_on_change)(void);
bool fail_unsynced, fail_paused;
const void *fail_from;

void fail_arm(enum fail_kind kind, unsigned long n, int error)
{
	state.kind = kind;
	state.at = n;
	state.error = error;
	memset(state.seen, 0, sizeof(state.seen));
	state.happened = false;
	state.armed = true;
}

void fail_disarm(unsigned long calls[FAIL_KINDS])
{
	state.armed = false;
	memcpy(calls, state.seen, sizeof(state.seen));
}

bool fail_happened(void)
{
	return state.happened;
}

#define KIND(kind) (1u << (kind))

static bool is_chosen(enum fail_kind kind)
{
	const unsigned long n = ++state.seen[kind];

	return fail_choose != NULL ? fail_choose(kind, n) : n == state.at && kind == state.kind;
}

static bool fails(enum fail_kind kind)
{
	if (!is_chosen(kind))
		return false;
	state.happened = true;
	errno = kind == FAIL_IO ? state.error : ENOMEM;
	return true;
}

/* Whose code it is that lies at an address, as a bit of each kind of call that fails there: of
 * this program, with the library in it, of the software token, or of a library that says so
 * when its memory fails.  Of all others steps on files fail, but of a foreign token. */
static unsigned look_up(const void *address)
{
	static const struct {
		const char *file;
		unsigned kinds;
	} libraries[] = {
		{ "/egov-softtoken.", KIND(FAIL_MEMORY) | KIND(FAIL_IO) },
		{ "/libsqlite3.", KIND(FAIL_STORE_MEMORY) | KIND(FAIL_IO) },
		{ "/libsofthsm", 0 },
	};
	extern const char __executable_start[], end[];
	Dl_info info;

	if ((uintptr_t)address >= (uintptr_t)__executable_start && (uintptr_t)address < (uintptr_t)end)
		return (uintptr_t)address < (uintptr_t)fail_from ? 0 : KIND(FAIL_MEMORY) | KIND(FAIL_IO);
	if (dladdr(address, &info) == 0)
		return KIND(FAIL_IO);
	for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++)
		if (strstr(info.dli_fname, libraries[i].file) != NULL)
			return libraries[i].kinds;
	return KIND(FAIL_IO);
}

/* The answer for each place that calls, of which there are few; threads may look
 * one up at once, and get the same. */
static bool fails_at(const void *address, enum fail_kind kind)
{
	static _Atomic uintptr_t known[65536];  /* the address, times 8, plus the bits */
	const size_t i = (uintptr_t)address % (sizeof(known) / sizeof(known[0]));
	uintptr_t found = atomic_load_explicit(&known[i], memory_order_relaxed);

	if (found >> FAIL_KINDS != (uintptr_t)address) {
		found = ((uintptr_t)address << FAIL_KINDS) | look_up(address);
		atomic_store_explicit(&known[i], found, memory_order_relaxed);
	}
	return (found & KIND(kind)) != 0;
}

static bool fails_memory(const void *caller)
{
	if (!state.armed || fail_paused)
		return false;
	if (fails_at(caller, FAIL_MEMORY))
		return fails(FAIL_MEMORY);
	return fails_at(caller, FAIL_STORE_MEMORY) && fails(FAIL_STORE_MEMORY);
}

static bool file_fails(const void *caller)
{
	return state.armed && !fail_paused && fails_at(caller, FAIL_IO) && fails(FAIL_IO);
}

static bool change_fails(const void *caller)
{
	if (fail_on_change != NULL)
		fail_on_change();
	return file_fails(caller);
}

#define MEMORY_FAILS fails_memory(__builtin_return_address(0))

/* --- memory ------------------------------------------------------------------------------- */

/* The linker leads this project's calls to __wrap_ (--wrap) under the sanitizers; otherwise
 * the names are those of libc, and every library finds them here. */
#ifdef SANITIZED
#define OURS(name) __wrap_##name
#define REAL(name) __real_##name
#else
#define OURS(name) name
#define REAL(name) __libc_##name
#endif

void *REAL(malloc)(size_t size);
void *REAL(calloc)(size_t count, size_t size);
void *REAL(realloc)(void *old, size_t size);
void *OURS(malloc)(size_t size);
void *OURS(calloc)(size_t count, size_t size);
void *OURS(realloc)(void *old, size_t size);
void *OURS(reallocarray)(void *old, size_t count, size_t size);

void *OURS(malloc)(size_t size)
{
	return MEMORY_FAILS ? NULL : REAL(malloc)(size);
}

void *OURS(calloc)(size_t count, size_t size)
{
	return MEMORY_FAILS ? NULL : REAL(calloc)(count, size);
}

void *OURS(realloc)(void *old, size_t size)
{
	return MEMORY_FAILS ? NULL : REAL(realloc)(old, size);
}

void *OURS(reallocarray)(void *old, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size) {
		errno = ENOMEM;
		return NULL;
	}
	return MEMORY_FAILS ? NULL : REAL(realloc)(old, count * size);
}

char *OURS(strdup)(const char *text);
char *OURS(strndup)(const char *text, size_t max);

char *OURS(strdup)(const char *text)
{
	const size_t size = strlen(text) + 1;
	char *copy = MEMORY_FAILS ? NULL : REAL(malloc)(size);

	return copy == NULL ? NULL : memcpy(copy, text, size);
}

char *OURS(strndup)(const char *text, size_t max)
{
	const size_t size = strnlen(text, max);
	char *copy = MEMORY_FAILS ? NULL : REAL(malloc)(size + 1);

	if (copy == NULL)
		return NULL;
	copy[size] = 0;
	return memcpy(copy, text, size);
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
	if ((flags & MAP_ANONYMOUS) != 0 && MEMORY_FAILS)
		return MAP_FAILED;
	return (void *)syscall(SYS_mmap, at, size, protection, flags, fd, offset);
}

/* --- files -------------------------------------------------------------------------------- */

static bool is_file(int fd)
{
	struct stat st;

	return fd > 2 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* The whole of a wrapper: parameters, arguments, and whether it counts. */
#define WRAP(type, name, parameters, arguments, counts)                                            \
	type name parameters;                                                                      \
	type name parameters                                                                       \
	{                                                                                          \
		NEXT(name);                                                                        \
		if ((counts) && change_fails(__builtin_return_address(0)))                         \
			return -1;                                                                 \
		return next arguments;                                                             \
	}

#define SYNC(name)                                                                                 \
	int name(int fd);                                                                          \
	int name(int fd)                                                                           \
	{                                                                                          \
		NEXT(name);                                                                        \
		if (file_fails(__builtin_return_address(0)))                                       \
			return -1;                                                                 \
		return fail_unsynced ? 0 : next(fd);                                               \
	}

WRAP(ssize_t, write, (int fd, const void *data, size_t size), (fd, data, size), is_file(fd))
WRAP(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t offset),
     (fd, data, size, offset), true)
WRAP(ssize_t, pwrite64, (int fd, const void *data, size_t size, off64_t offset),
     (fd, data, size, offset), true)
SYNC(fsync)
SYNC(fdatasync)
WRAP(int, ftruncate, (int fd, off_t size), (fd, size), true)
WRAP(int, ftruncate64, (int fd, off64_t size), (fd, size), true)
WRAP(int, rename, (const char *from, const char *to), (from, to), true)
WRAP(int, renameat2, (int old, const char *from, int new, const char *to, unsigned flags),
     (old, from, new, to, flags), true)
WRAP(int, link, (const char *from, const char *to), (from, to), true)
WRAP(int, mkdir, (const char *path, mode_t mode), (path, mode), true)

static mode_t mode_of(int flags, va_list more)
{
	return (flags & (O_CREAT | O_TMPFILE)) != 0 ? (mode_t)va_arg(more, int) : 0;
}

static bool open_fails(int flags, const void *caller)
{
	return (flags & (O_CREAT | O_WRONLY | O_RDWR)) != 0 ? change_fails(caller) : file_fails(caller);
}

/* Opening fails wherever the file is; what cannot be read is an I/O failure as well. */
#define OPEN(name, parameters, directory, path)                                                    \
	int name parameters;                                                                       \
	int name parameters                                                                        \
	{                                                                                          \
		va_list more;                                                                      \
		mode_t mode;                                                                       \
                                                                                                   \
		va_start(more, flags);                                                             \
		mode = mode_of(flags, more);                                                       \
		va_end(more);                                                                      \
		if (open_fails(flags, __builtin_return_address(0)))                                \
			return -1;                                                                 \
		return (int)syscall(SYS_openat, directory, path, flags, mode);                     \
	}

OPEN(open, (const char *path, int flags, ...), AT_FDCWD, path)
OPEN(open64, (const char *path, int flags, ...), AT_FDCWD, path)
OPEN(openat, (int dir, const char *path, int flags, ...), dir, path)
OPEN(openat64, (int dir, const char *path, int flags, ...), dir, path)

/* What a fortified open of a file that exists is called. */
#define OPEN_2(name, parameters, directory)                                                        \
	int name parameters;                                                                       \
	int name parameters                                                                        \
	{                                                                                          \
		if (open_fails(flags, __builtin_return_address(0)))                                \
			return -1;                                                                 \
		return (int)syscall(SYS_openat, directory, path, flags, 0);                        \
	}

OPEN_2(__open_2, (const char *path, int flags), AT_FDCWD)
OPEN_2(__open64_2, (const char *path, int flags), AT_FDCWD)
OPEN_2(__openat_2, (int dir, const char *path, int flags), dir)
OPEN_2(__openat64_2, (int dir, const char *path, int flags), dir)
