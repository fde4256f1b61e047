/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POWER_H
#define POWER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What powerlog.so writes and powercut reads: an event, then size octets of data where
 * op is POWER_WRITE.  Files are named by their inode, names by the folder's.
 */
#define POWER_NAME 256

enum {
	POWER_WRITE = 'W',      /* inode, offset, size */
	POWER_TRUNCATE = 'T',   /* inode; offset: the new size */
	POWER_SYNC = 'S',       /* inode: of a file or folder */
	POWER_CREATE = 'C',     /* folder, name, inode */
	POWER_MKDIR = 'M',      /* folder, name, inode */
	POWER_LINK = 'L',       /* folder, name, inode */
	POWER_UNBIND = 'U',     /* folder, name */
	POWER_RENAME = 'R'      /* old_folder, old_name, folder, name, inode */
};

struct power_event {
	char op, name[POWER_NAME], old_name[POWER_NAME];
	uint64_t inode, folder, old_folder, offset, size;
};

#endif
