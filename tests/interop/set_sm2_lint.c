/* SPDX-License-Identifier: Apache-2.0 */
/* SM2 objects whose signature verifies with the standard ID: the rules of RFC 5280 find no error
 * but where there is one. */
#include "set_lint.h"

static void run(const struct set *set, const char *folder)
{
	char path[256], id[512];
	json_t *list, *entry;
	size_t i;

	(void)snprintf(path, sizeof(path), "%s/index.json", folder);
	list = conf_json(path);
	json_array_foreach(list, i, entry) {
		struct egov_buf *object;
		struct lint lint;

		if (!conf_says(entry, "signature_verifies_with", "default-id"))
			continue;
		object = conf_read("%s/%s", folder, conf_text(entry, "file"));
		lint = lint_of(egov_buf_slice(object), NULL);
		(void)snprintf(id, sizeof(id), "%s/%s", folder, conf_text(entry, "file"));
		lint_case(set, id, false, &lint, NULL);
		lint_free(&lint);
		egov_buf_free(object);
	}
	json_decref(list);
}

void set_sm2_lint(const struct set *set)
{
	run(set, "sm2-certs");
	run(set, "sm2-crls");
	run(set, "sm2-csrs");
}
