/* SPDX-License-Identifier: Apache-2.0 */
#include "home/part.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fileio.h"

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

static enum egov_status make_room(const char *dir, const char *part, struct egov_error *err)
{
	if (access(dir, F_OK) == 0)
		return egov_error_set(err, EGOV_E_EXISTS, NULL, "%s: exists already", dir);
	if (access(part, F_OK) == 0 && nftw(part, remove_entry, 8, FTW_DEPTH | FTW_PHYS) != 0)
		return egov_error_errno(err, "%s: cannot remove what a killed run left", part);
	return egov__dir_make(part, 0700, err);
}

enum egov_status egov__part_begin(const char *dir, char **part, struct egov_error *err)
{
	struct egov_buf name = EGOV__BUF(8192);
	char *path = NULL;
	enum egov_status rc;

	egov__buf_printf(&name, "%s.part", dir);
	if (egov__buf_string(&name) != NULL)
		path = egov__text_dup(egov__buf_string(&name));
	rc = path == NULL ? egov_error_nomem(err) : make_room(dir, path, err);
	if (rc == EGOV_OK)
		*part = path;
	else
		free(path);
	egov__buf_clear(&name);
	return rc;
}

enum egov_status egov__part_finish(const char *part, const char *dir, struct egov_error *err)
{
	if (rename(part, dir) != 0)
		return egov_error_errno(err, "%s: cannot give it its name", dir);
	return egov__dir_sync_of(dir, err);
}

void egov__part_drop(const char *part)
{
	(void)nftw(part, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}
