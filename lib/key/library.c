/* SPDX-License-Identifier: Apache-2.0 */
#include "key/library.h"

#include <sys/stat.h>
#include <unistd.h>

enum egov_status egov__library_check(const char *what, const char *path, struct egov_error *err)
{
	struct stat st;

	if (path[0] != '/')
		return egov_error_set(err, EGOV_E_POLICY, "RFC 7512, 2.4",
		                      "%s %s: want an absolute path", what, path);
	if (stat(path, &st) != 0)
		return egov_error_errno(err, "%s %s", what, path);
	if (!S_ISREG(st.st_mode) || (st.st_uid != 0 && st.st_uid != geteuid())
	    || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return egov_error_set(err, EGOV_E_POLICY, NULL,
		                      "%s %s: its code would run here: want a regular "
		                      "file of root or of the caller that nobody else can "
		                      "write, found mode %04o of user %lu",
		                      what, path, (unsigned)(st.st_mode & 07777),
		                      (unsigned long)st.st_uid);
	return EGOV_OK;
}
