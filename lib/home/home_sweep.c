/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/fileio.h"
#include "home/home.h"

enum egov_status egov__home_sweep_served(struct egov_home *home, struct egov_error *err)
{
	static const char *const below[] = { "", "crl", "cert", "cps" };
	char *root = egov__home_path(home, egov__home_conf(home)->web_root);
	enum egov_status rc = root == NULL ? egov_error_nomem(err) : EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < sizeof(below) / sizeof(below[0]); i++) {
		char *path = egov__path_join(root, below[i]);

		rc = path == NULL ? egov_error_nomem(err) : egov__dir_sweep(path, err);
		free(path);
	}
	free(root);
	return rc;
}
