/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of a test are kept in memory that processes share before a branch changes the
 * first of them, and put back when it has ended.  A file that is open is the same file again:
 * a link keeps it; a folder is, which is put away where it is removed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "units.h"

#define MOST_FILES 2000
#define MOST_BYTES (64u << 20)
#define MOST_OPEN 128
#define PATH 300

struct file {
	char path[PATH];
	struct stat st;
	size_t at;                      /* of its bytes; or of where a link leads */
	bool linked;
};

static struct {
	bool there;                     /* a branch has kept all */
	size_t count, used;
	struct file file[MOST_FILES];
	unsigned char bytes[MOST_BYTES];
} *kept;

static char root[PATH], links[PATH];

static struct {
	dev_t dev;
	ino_t ino;
} held[MOST_OPEN];
static size_t holds;

bool unit_keep_begin(const char *folder, const char *beside)
{
	if (kept == NULL)
		kept = mmap(NULL, sizeof(*kept), PROT_READ | PROT_WRITE,
		            MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (kept == MAP_FAILED || strlen(folder) >= PATH || strlen(beside) >= PATH - 1)
		return false;
	strcpy(root, folder);
	strcpy(links, beside);
	kept->there = false;
	return true;
}

/* --- in the branch ------------------------------------------------------------------------------ */

void unit_keep_open(void)
{
	struct stat st;

	holds = 0;
	for (int fd = 0; fd < MOST_OPEN; fd++) {
		if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
			continue;
		held[holds].dev = st.st_dev;
		held[holds++].ino = st.st_ino;
	}
}

static bool is_open(const struct stat *st)
{
	for (size_t i = 0; i < holds; i++)
		if (held[i].dev == st->st_dev && held[i].ino == st->st_ino)
			return true;
	return false;
}

static const char *link_of(const struct file *file)
{
	static char path[PATH + 20];

	(void)snprintf(path, sizeof(path), "%s/%zu", links, (size_t)(file - kept->file));
	return path;
}

static bool keep_bytes(struct file *file)
{
	const int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t got = -1;

	if (fd < 0)
		return false;
	if (file->st.st_size <= (off_t)(MOST_BYTES - kept->used))
		got = pread(fd, kept->bytes + kept->used, (size_t)file->st.st_size, 0);
	(void)close(fd);
	file->at = kept->used;
	kept->used += (size_t)file->st.st_size;
	file->linked = got == file->st.st_size && is_open(&file->st);
	if (got != file->st.st_size)
		return false;
	(void)unlink(link_of(file));    /* of a branch that could not keep all */
	return !file->linked || link(file->path, link_of(file)) == 0;
}

static bool keep_target(struct file *file)
{
	char *const to = (char *)kept->bytes + kept->used;
	const ssize_t size = MOST_BYTES - kept->used < PATH ? -1 : readlink(file->path, to, PATH - 1);

	if (size < 0)
		return false;
	to[size] = 0;
	file->at = kept->used;
	kept->used += (size_t)size + 1;
	return true;
}

static int keep_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	struct file *const file = &kept->file[kept->count];

	(void)at;
	if (type == FTW_DNR || type == FTW_NS || kept->count == MOST_FILES || strlen(path) >= PATH)
		return 1;
	kept->count++;
	strcpy(file->path, path);
	file->st = *st;
	file->linked = false;
	if (S_ISREG(st->st_mode))
		return keep_bytes(file) ? 0 : 1;
	return S_ISLNK(st->st_mode) && !keep_target(file) ? 1 : 0;
}

bool unit_keep(void)
{
	const int error = errno;

	kept->count = kept->used = 0;
	kept->there = nftw(root, keep_one, 16, FTW_PHYS) == 0;
	errno = error;
	return kept->there;
}

static const char *folder_of(ino_t ino)
{
	static char path[PATH + 40];

	(void)snprintf(path, sizeof(path), "%s/folder-%lu", links, (unsigned long)ino);
	return path;
}

static bool is_empty(int dir, const char *path)
{
	const int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *const folder = fd < 0 ? NULL : fdopendir(fd);
	size_t entries = 0;

	if (folder == NULL)
		return false;
	while (readdir(folder) != NULL)
		entries++;
	(void)closedir(folder);
	return entries == 2;
}

int unit_put_away(int dir, const char *path)
{
	struct stat st;

	if (fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return -1;
	if (!is_empty(dir, path)) {
		errno = ENOTEMPTY;
		return -1;
	}
	return renameat(dir, path, AT_FDCWD, folder_of(st.st_ino));
}

/* --- in the process that has waited --------------------------------------------------------- */

static const struct file *find(const char *path)
{
	for (size_t i = 0; i < kept->count; i++)
		if (strcmp(kept->file[i].path, path) == 0)
			return &kept->file[i];
	return NULL;
}

/* What was not there, or is another file than the one that is open. */
static int remove_new(const char *path, const struct stat *st, int type, struct FTW *at)
{
	const struct file *const file = find(path);

	(void)type;
	(void)at;
	if (file != NULL && (file->st.st_mode & S_IFMT) == (st->st_mode & S_IFMT)
	    && (!file->linked || file->st.st_ino == st->st_ino) && !S_ISLNK(st->st_mode))
		return 0;
	return remove(path);
}

static bool has_bytes(int fd, const struct file *file)
{
	const unsigned char *const bytes = kept->bytes + file->at;
	const size_t size = (size_t)file->st.st_size;
	struct stat st;
	unsigned char some[65536];
	ssize_t got;

	if (fstat(fd, &st) != 0 || st.st_size != file->st.st_size)
		return false;
	for (size_t at = 0; at < size; at += (size_t)got) {
		got = pread(fd, some, sizeof(some), (off_t)at);
		if (got <= 0 || (size_t)got > size - at || memcmp(some, bytes + at, (size_t)got) != 0)
			return false;
	}
	return true;
}

static bool put_back_bytes(const struct file *file)
{
	const struct timespec times[2] = { file->st.st_atim, file->st.st_mtim };
	const size_t size = (size_t)file->st.st_size;
	bool same = false;
	int fd;

	if (file->linked && access(file->path, F_OK) != 0 && link(link_of(file), file->path) != 0)
		return false;
	fd = open(file->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return false;
	same = has_bytes(fd, file);
	if (!same)
		same = ftruncate(fd, file->st.st_size) == 0
		       && pwrite(fd, kept->bytes + file->at, size, 0) == (ssize_t)size
		       && futimens(fd, times) == 0;
	(void)close(fd);
	return same && (!file->linked || unlink(link_of(file)) == 0);
}

static bool put_back(const struct file *file)
{
	const mode_t mode = file->st.st_mode & 07777;
	struct stat st;

	if (S_ISLNK(file->st.st_mode))
		return symlink((const char *)kept->bytes + file->at, file->path) == 0;
	if (S_ISDIR(file->st.st_mode) && access(file->path, F_OK) != 0
	    && rename(folder_of(file->st.st_ino), file->path) != 0 && mkdir(file->path, 0700) != 0)
		return false;
	if (S_ISREG(file->st.st_mode) && !put_back_bytes(file))
		return false;
	if (lstat(file->path, &st) != 0)
		return false;
	return (st.st_mode & 07777) == mode || chmod(file->path, mode) == 0;
}

bool unit_put_back(void)
{
	if (!kept->there)
		return true;
	kept->there = false;
	if (nftw(root, remove_new, 16, FTW_DEPTH | FTW_PHYS) != 0) {
		perror(root);
		return false;
	}
	for (size_t i = 0; i < kept->count; i++)
		if (!put_back(&kept->file[i])) {
			perror(kept->file[i].path);
			return false;
		}
	return true;
}
