/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* All pages of one view: others go on writing to the log beside the ledger meanwhile. */
static enum egov_status copy_pages(struct egov_store *store, struct egov_store *copy,
                                   struct egov_error *err)
{
	sqlite3_backup *backup = sqlite3_backup_init(copy->db, "main", store->db, "main");
	int code;

	if (backup == NULL)
		return egov__store_failed(copy, sqlite3_errcode(copy->db), "copy", err);
	code = sqlite3_backup_step(backup, -1);
	(void)sqlite3_backup_finish(backup);
	return code == SQLITE_DONE ? EGOV_OK : egov__store_failed(copy, code, "copy", err);
}

static enum egov_status sync_copy(const char *path, int fd, struct egov_error *err)
{
	return fsync(fd) == 0 ? EGOV_OK
	                      : egov_error_errno(err, "%s: cannot sync the copy of the ledger", path);
}

enum egov_status egov__store_backup(struct egov_store *store, const char *path,
                                    struct egov_error *err)
{
	struct egov_store copy = { .path = egov__text_dup(path) };
	const int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum egov_status rc = EGOV_OK;
	int code;

	if (copy.path == NULL)
		rc = egov_error_nomem(err);
	else if (fd < 0)
		rc = egov_error_errno(err, "%s: cannot create the copy of the ledger", path);
	if (rc == EGOV_OK) {
		code = sqlite3_open_v2(path, &copy.db,
		                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
		                       NULL);
		rc = code == SQLITE_OK ? copy_pages(store, &copy, err)
		                       : egov__store_failed(&copy, code, "copy", err);
	}
	egov__store_disconnect(&copy);
	if (rc == EGOV_OK)
		rc = sync_copy(path, fd, err);
	if (fd >= 0)
		(void)close(fd);
	free(copy.path);
	return rc;
}
