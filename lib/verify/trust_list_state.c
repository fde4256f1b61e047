/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/trust_list.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fileio.h"
#include "base/text.h"

/*
 * "egov-trust-list-state 1 NUMBER SM3\n".  Of processes at once one holds the file's lock
 * while it compares and replaces, so that the number never falls.
 */
#define HEAD "egov-trust-list-state 1 "
#define STATE_MAX 256
#define TRIES 100

static const char clause[] = "Order No. 4, Art. 22";

static enum egov_status failed(const char *path, const char *what, struct egov_error *err)
{
	return egov_error_set(err, EGOV_E_IO, NULL, "%s: %s: %s", path, egov__text(what),
	                      strerror(errno));
}

/* The file that bears the name, locked: another may have replaced it meanwhile. */
static enum egov_status open_locked(const char *path, int *out, struct egov_error *err)
{
	for (int i = 0; i < TRIES; i++) {
		struct stat held, named;
		const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

		if (fd < 0)
			return failed(path, EGOV__N("cannot open"), err);
		if (flock(fd, LOCK_EX) != 0 || fstat(fd, &held) != 0 || !S_ISREG(held.st_mode)) {
			(void)close(fd);
			return failed(path, EGOV__N("cannot lock"), err);
		}
		if (stat(path, &named) == 0 && named.st_ino == held.st_ino
		    && named.st_dev == held.st_dev) {
			*out = fd;
			return EGOV_OK;
		}
		(void)close(fd);
	}
	return egov_error_set(err, EGOV_E_BUSY, NULL, "%s: others replace it all the time", path);
}

static enum egov_status read_state(int fd, const char *path, uint64_t *number, char sm3[65],
                                   struct egov_error *err)
{
	char text[STATE_MAX], again[STATE_MAX];
	const ssize_t size = pread(fd, text, sizeof(text) - 1, 0);

	if (size < 0)
		return failed(path, EGOV__N("cannot read"), err);
	text[size] = 0;
	*number = 0;
	sm3[0] = 0;
	/* Made just now, by us or by one that was killed: nothing was seen yet. */
	if (size == 0)
		return EGOV_OK;
	if (sscanf(text, HEAD "%" SCNu64 " %64[0-9a-f]", number, sm3) == 2) {
		(void)snprintf(again, sizeof(again), HEAD "%" PRIu64 " %s\n", *number, sm3);
		if (strcmp(text, again) == 0 && strlen(sm3) == 64)
			return EGOV_OK;
	}
	return egov_error_set(err, EGOV_E_CORRUPT, clause,
	                      "%s: not the state of a trust list: which one was seen last is not known",
	                      path);
}

static enum egov_status compare(const struct egov__trust_list *list, const char *path, int fd,
                                const char *sm3, bool *newer, struct egov_error *err)
{
	uint64_t number;
	char seen[65];
	enum egov_status rc = read_state(fd, path, &number, seen, err);

	if (rc != EGOV_OK)
		return rc;
	if (list->number < number)
		return egov_error_set(err, EGOV_E_POLICY, clause,
		                      "trust list number %" PRIu64 " is older than number %" PRIu64
		                      ", which %s has seen", list->number, number, path);
	if (list->number == number && strcmp(seen, sm3) != 0)
		return egov_error_set(err, EGOV_E_POLICY, clause,
		                      "trust list number %" PRIu64 " is not the one of that number that "
		                      "%s has seen", list->number, path);
	*newer = list->number > number;
	return EGOV_OK;
}

enum egov_status egov__trust_list_see(const struct egov__trust_list *list, const char *path,
                                      struct egov_error *err)
{
	struct egov_buf text = EGOV__BUF(STATE_MAX), sm3 = EGOV__BUF(STATE_MAX);
	bool newer = false;
	int fd = -1;
	enum egov_status rc = open_locked(path, &fd, err);

	if (rc != EGOV_OK)
		return rc;
	egov__buf_hex(&sm3, EGOV__SLICE(list->sm3));
	rc = egov__buf_string(&sm3) == NULL ? egov_error_nomem(err)
	     : compare(list, path, fd, egov__buf_string(&sm3), &newer, err);
	if (rc == EGOV_OK && newer) {
		egov__buf_printf(&text, HEAD "%" PRIu64 " %s\n", list->number, egov__buf_string(&sm3));
		rc = egov__buf_check(&text, err);
		if (rc == EGOV_OK)
			rc = egov__file_replace(path, egov_buf_slice(&text), 0600, err);
	}
	(void)close(fd);
	egov__buf_clear(&text);
	egov__buf_clear(&sm3);
	return rc;
}
