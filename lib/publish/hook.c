/* SPDX-License-Identifier: Apache-2.0 */
#include "publish/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fileio.h"
#include "base/text.h"

static int spawn(const char *program, char *const *argv, pid_t *child)
{
	char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
	char *const environment[] = { path, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int failed = posix_spawn_file_actions_init(&actions);

	if (failed != 0)
		return failed;
	failed = posix_spawnattr_init(&attributes);
	if (failed == 0) {
		failed = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
		if (failed == 0)
			failed = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
			                                          O_RDONLY, 0);
		if (failed == 0)
			failed = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO,
			                                          STDOUT_FILENO);
		if (failed == 0)
			failed = posix_spawn(child, program, &actions, &attributes, argv, environment);
		(void)posix_spawnattr_destroy(&attributes);
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	return failed;
}

/* Whether it has ended by then.  Without a descriptor of the process nobody can say: it then
 * has all the time that it takes. */
static bool ends_within(pid_t child, uint64_t seconds)
{
	struct pollfd ended = { .fd = pidfd_open(child, 0), .events = POLLIN };
	struct timespec now, until;
	int got = 1;

	if (ended.fd < 0)
		return true;
	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)seconds;
	do {
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
		got = now.tv_sec > until.tv_sec ? 0 : poll(&ended, 1, 1000);
	} while ((got == 0 && now.tv_sec <= until.tv_sec) || (got < 0 && errno == EINTR));
	(void)close(ended.fd);
	return got != 0;
}

static enum egov_status judge(const struct egov__hook *hook, bool ended, int status,
                              struct egov_error *err)
{
	if (!ended)
		return egov_error_set(err, EGOV_E_IO, NULL, "%s: did not end within %" PRIu64
		                      " s, and was stopped", hook->program, hook->limit);
	if (WIFSIGNALED(status))
		return egov_error_set(err, EGOV_E_IO, NULL, "%s: ended by signal %d", hook->program,
		                      WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		return egov_error_set(err, EGOV_E_IO, NULL, "%s: ended with status %d", hook->program,
		                      WEXITSTATUS(status));
	return EGOV_OK;
}

enum egov_status egov__hook_run(const struct egov__hook *hook, const char *list, uint64_t number,
                                const char *file, struct egov_error *err)
{
	char digits[24], name[64], *const argv[] = { (char *)(uintptr_t)hook->program, name, digits,
		                                     (char *)(uintptr_t)file, NULL };
	pid_t child = 0;
	int status = 0;
	bool ended;

	(void)snprintf(digits, sizeof(digits), "%" PRIu64, number);
	(void)snprintf(name, sizeof(name), "%s", list);
	errno = spawn(hook->program, argv, &child);
	if (errno != 0)
		return egov_error_errno(err, "%s: cannot run", hook->program);
	ended = ends_within(child, hook->limit);
	if (!ended)
		(void)kill(-child, SIGKILL);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return egov_error_errno(err, "%s: cannot wait for it", hook->program);
	return judge(hook, ended, status, err);
}

/* --- what has arrived --- */

enum egov_status egov__target_number(const char *folder, const char *list, uint64_t *number,
                                     struct egov_error *err)
{
	char *path = egov__path_join(folder, list);
	struct egov_buf *text = NULL;
	const char *digits;
	uint64_t found = 0;
	enum egov_status rc = EGOV_OK;

	if (path == NULL)
		return egov_error_nomem(err);
	if (access(path, F_OK) == 0)
		rc = egov__file_read_regular(path, 64, &text, err);
	digits = text == NULL ? NULL : egov__buf_string(text);
	/* A note that cannot be read is none: the list is brought once more. */
	if (digits == NULL
	    || egov__number_parse(digits, "number", 1, INT64_MAX, &found, NULL) != EGOV_OK)
		found = 0;
	if (rc == EGOV_OK)
		*number = found;
	egov_buf_free(text);
	free(path);
	return rc;
}

/* With the one that it lies in. */
static enum egov_status make_folder(const char *folder, struct egov_error *err)
{
	const char *const name = strrchr(folder, '/');
	char *parent = egov__slice_copy((struct egov_slice){ (const uint8_t *)folder,
		                                             (size_t)(name - folder) });
	enum egov_status rc = EGOV_OK;

	if (parent == NULL)
		return egov_error_nomem(err);
	if (mkdir(parent, 0755) != 0 && errno != EEXIST)
		rc = egov_error_errno(err, "%s: cannot make the folder", parent);
	else if (mkdir(folder, 0755) != 0 && errno != EEXIST)
		rc = egov_error_errno(err, "%s: cannot make the folder", folder);
	free(parent);
	return rc;
}

enum egov_status egov__target_note(const char *folder, const char *list, uint64_t number,
                                   struct egov_error *err)
{
	char digits[24], *path = egov__path_join(folder, list);
	enum egov_status rc;

	if (path == NULL)
		return egov_error_nomem(err);
	(void)snprintf(digits, sizeof(digits), "%" PRIu64, number);
	rc = make_folder(folder, err);
	if (rc == EGOV_OK)
		rc = egov__dir_sweep(folder, err);
	if (rc == EGOV_OK)
		rc = egov__file_replace(path, egov__slice_text(digits), 0644, err);
	free(path);
	return rc;
}
