/* SPDX-License-Identifier: Apache-2.0 */
#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER 65536

static enum egov_status failed(struct tool_bundle *bundle, struct egov_error *err)
{
	err->detail = errno;
	return tool_error(err, EGOV_E_IO, NULL, _("%s: cannot write: %s"), bundle->path,
	                  strerror(errno));
}

/* What is there and no plain file (a device, a pipe) is written to, not replaced. */
static char *beside(const char *path)
{
	struct stat st;
	char *made = NULL;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return strdup(path);
	return asprintf(&made, "%s.%ld", path, (long)getpid()) < 0 ? NULL : made;
}

enum egov_status tool_bundle_open(struct tool_bundle *bundle, const char *path,
                                  struct egov_error *err)
{
	int fd;

	*bundle = (struct tool_bundle){ .path = path };
	if (path == NULL)
		return EGOV_OK;
	bundle->beside = beside(path);
	if (bundle->beside == NULL)
		return tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
	fd = open(bundle->beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
	bundle->file = fd < 0 ? NULL : fdopen(fd, "w");
	if (bundle->file != NULL) {
		(void)setvbuf(bundle->file, NULL, _IOFBF, BUFFER);
		return EGOV_OK;
	}
	(void)failed(bundle, err);
	if (fd >= 0)
		(void)close(fd);
	return EGOV_E_IO;
}

enum egov_status tool_bundle_add(struct tool_bundle *bundle, struct egov_slice bytes,
                                 struct egov_error *err)
{
	return fwrite(bytes.data, 1, bytes.size, bundle->file) == bytes.size ? EGOV_OK
	                                                                    : failed(bundle, err);
}

static bool put(struct tool_bundle *bundle)
{
	FILE *const file = bundle->file;
	const bool replaces = strcmp(bundle->beside, bundle->path) != 0;
	bool good = fflush(file) == 0 && !ferror(file);

	good = good && (!replaces || fsync(fileno(file)) == 0);
	bundle->file = NULL;
	if (fclose(file) != 0)
		good = false;
	return good && (!replaces || rename(bundle->beside, bundle->path) == 0);
}

enum egov_status tool_bundle_put(struct tool_bundle *bundle, struct egov_error *err)
{
	if (bundle->file == NULL || put(bundle)) {
		free(bundle->beside);
		bundle->beside = NULL;
		return EGOV_OK;
	}
	return failed(bundle, err);
}

void tool_bundle_drop(struct tool_bundle *bundle)
{
	if (bundle->file != NULL)
		(void)fclose(bundle->file);
	if (bundle->beside != NULL && strcmp(bundle->beside, bundle->path) != 0)
		(void)unlink(bundle->beside);
	free(bundle->beside);
	*bundle = (struct tool_bundle){ .path = NULL };
}
