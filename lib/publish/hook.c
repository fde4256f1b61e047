/* SPDX-License-Identifier: Apache-2.0 */
#include "publish/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fileio.h"
#include "base/text.h"

static enum egov_status start(const char *program, char *const *argv, pid_t *child,
                              struct egov_error *err)
{
	char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
	char *const environment[] = { path, NULL };
	posix_spawn_file_actions_t actions;
	int failed = posix_spawn_file_actions_init(&actions);

	if (failed != 0)
		return egov_error_nomem(err);
	failed = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (failed == 0)
		failed = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
	if (failed == 0)
		failed = posix_spawn(child, program, &actions, NULL, argv, environment);
	(void)posix_spawn_file_actions_destroy(&actions);
	if (failed == 0)
		return EGOV_OK;
	errno = failed;
	return egov_error_errno(err, "%s: cannot run", program);
}

enum egov_status egov__hook_run(const char *program, const char *list, uint64_t number,
                                const char *file, struct egov_error *err)
{
	char digits[24], name[64], *const argv[] = { (char *)(uintptr_t)program, name, digits,
		                                     (char *)(uintptr_t)file, NULL };
	pid_t child = 0;
	int status = 0;
	enum egov_status rc;

	(void)snprintf(digits, sizeof(digits), "%" PRIu64, number);
	(void)snprintf(name, sizeof(name), "%s", list);
	rc = start(program, argv, &child, err);
	if (rc != EGOV_OK)
		return rc;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return egov_error_errno(err, "%s: cannot wait for it", program);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return EGOV_OK;
	if (WIFEXITED(status))
		return egov_error_set(err, EGOV_E_IO, NULL, "%s: ended with status %d", program,
		                      WEXITSTATUS(status));
	return egov_error_set(err, EGOV_E_IO, NULL, "%s: ended by signal %d", program,
	                      WTERMSIG(status));
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

enum egov_status egov__target_note(const char *folder, const char *list, uint64_t number,
                                   struct egov_error *err)
{
	char digits[24], *path = egov__path_join(folder, list);
	enum egov_status rc;

	if (path == NULL)
		return egov_error_nomem(err);
	(void)snprintf(digits, sizeof(digits), "%" PRIu64, number);
	rc = mkdir(folder, 0755) != 0 && errno != EEXIST
	             ? egov_error_errno(err, "%s: cannot make the folder", folder)
	             : egov__file_replace(path, egov__slice_text(digits), 0644, err);
	free(path);
	return rc;
}
