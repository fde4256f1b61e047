/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/record.h>

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/fileio.h"
#include "base/report.h"
#include "base/text.h"
#include "ca/pack_page.h"
#include "crypto/sm3.h"
#include "home/home_copy.h"

static const char clause[] = "Order No. 4, Art. 31";

struct verifying {
	const char *dir;
	const struct egov_evidence_options *options;
	uint64_t files, entries, evidence;
};

static const char *const folders[] = { EGOV__PACK_EVIDENCE, EGOV__PACK_CERTIFICATES,
	                               EGOV__PACK_PRIVATE };
#define FOLDERS (sizeof(folders) / sizeof(folders[0]))

/* --- the list --- */

static bool is_folder(const char *name)
{
	for (size_t i = 0; i < FOLDERS; i++)
		if (strcmp(name, folders[i]) == 0)
			return true;
	return false;
}

static bool all_of(const char *text, size_t size, const char *set)
{
	return size > 0 && strspn(text, set) >= size;
}

/* A file of one of the folders, or the page. */
static bool is_name(const char *name)
{
	const size_t folder = strcspn(name, "/");

	if (strcmp(name, EGOV__PACK_PAGE) == 0)
		return true;
	for (size_t i = 0; i < FOLDERS; i++)
		if (strlen(folders[i]) == folder && strncmp(name, folders[i], folder) == 0
		    && name[folder] == '/')
			return all_of(name + folder + 1, strlen(name + folder + 1),
			              "0123456789abcdef-.cder");
	return false;
}

static enum egov_status verify_evidence(struct verifying *v, const char *name,
                                        struct egov_error *err)
{
	char *path = egov__path_join(v->dir, name);
	struct egov_buf *bytes = NULL;
	struct egov_report *report = egov_report_new();
	enum egov_status rc = path == NULL || report == NULL
	                              ? egov_error_nomem(err)
	                              : egov__file_read_regular(path, 2 * (size_t)EGOV__MAX_CRL,
	                                                        &bytes, err);

	if (rc == EGOV_OK) {
		v->evidence++;
		rc = egov_evidence_verify(egov_buf_slice(bytes), v->options, report, err);
		if (rc != EGOV_OK)
			rc = egov_error_prefix(err, rc, "%s", name);
	}
	egov_buf_free(bytes);
	egov_report_free(report);
	free(path);
	return rc;
}

/* SM3, two blanks, name: as it is written, and no other way. */
static enum egov_status verify_line(struct verifying *v, struct egov_slice line,
                                    struct egov_error *err)
{
	char *text = egov__slice_copy(line);
	enum egov_status rc = EGOV_OK;

	if (text == NULL)
		return egov_error_nomem(err);
	if (strlen(text) != line.size || line.size < 67 || !all_of(text, 64, "0123456789abcdef")
	    || text[64] != ' ' || text[65] != ' ' || !is_name(text + 66))
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "manifest.sm3 is not as it was written");
	else if (strncmp(text + 66, EGOV__PACK_EVIDENCE "/", strlen(EGOV__PACK_EVIDENCE) + 1) == 0)
		rc = verify_evidence(v, text + 66, err);
	free(text);
	return rc;
}

static enum egov_status verify_lines(struct verifying *v, struct egov_slice list,
                                     struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && list.size > 0) {
		const uint8_t *end = memchr(list.data, '\n', list.size);
		const size_t size = end == NULL ? 0 : (size_t)(end - list.data);

		rc = verify_line(v, (struct egov_slice){ list.data, size }, err);
		list.data += size + 1;
		list.size -= end == NULL ? list.size : size + 1;
	}
	return rc;
}

/* --- what nobody listed --- */

static enum egov_status count_entries(struct verifying *v, const char *folder,
                                      struct egov_error *err)
{
	char *path = egov__path_join(v->dir, folder);
	DIR *dir = path == NULL ? NULL : opendir(path);
	const struct dirent *entry;
	enum egov_status rc = path == NULL ? egov_error_nomem(err) : EGOV_OK;

	if (rc == EGOV_OK && dir == NULL && errno != ENOENT)
		rc = egov_error_errno(err, "%s: cannot open", path);
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		v->entries += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0
		              && !(*folder == 0 && is_folder(entry->d_name));
	if (dir != NULL)
		(void)closedir(dir);
	free(path);
	return rc;
}

static enum egov_status verify_names(struct verifying *v, struct egov_error *err)
{
	enum egov_status rc = count_entries(v, "", err);

	for (size_t i = 0; rc == EGOV_OK && i < FOLDERS; i++)
		rc = count_entries(v, folders[i], err);
	/* The list itself is no file of the list. */
	if (rc == EGOV_OK && v->entries != v->files + 1)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "%s has files that manifest.sm3 has not", v->dir);
	return rc;
}

/* --- all of it --- */

static enum egov_status verify_list(struct egov_slice list, const char *wanted,
                                    struct egov_report *report, struct egov_error *err)
{
	struct egov_buf hex = EGOV__BUF(64);
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&list, 1, digest, err);

	if (rc == EGOV_OK && wanted != NULL)
		rc = egov__hex_parse(wanted, "sm3", &hex, err);
	if (rc == EGOV_OK && wanted != NULL
	    && !egov__slice_equal(egov_buf_slice(&hex), EGOV__SLICE(digest)))
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "manifest.sm3 is another one than that of this SM3");
	if (rc == EGOV_OK)
		egov__report_hex(report, "manifest-sm3", EGOV__SLICE(digest));
	egov__buf_clear(&hex);
	return rc;
}

static enum egov_status verify(struct verifying *v, struct egov_slice list, struct egov_error *err)
{
	enum egov_status rc = egov__home_list_check(v->dir, list, &v->files, err);

	if (rc == EGOV_OK)
		rc = verify_names(v, err);
	if (rc == EGOV_OK)
		rc = verify_lines(v, list, err);
	if (rc == EGOV_OK && v->evidence == 0)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause, "%s has no evidence", v->dir);
	return rc;
}

enum egov_status egov_pack_verify(const char *dir, const struct egov_evidence_options *options,
                                  const char *manifest_sm3, struct egov_report *report,
                                  struct egov_error *err)
{
	struct verifying v = { .dir = dir, .options = options };
	char *path = egov__path_join(dir, EGOV__PACK_LIST);
	struct egov_buf *list = NULL;
	enum egov_status rc = path == NULL ? egov_error_nomem(err)
	                                   : egov__file_read_regular(path, EGOV__MAX_CRL, &list, err);

	if (rc == EGOV_OK)
		rc = verify_list(egov_buf_slice(list), manifest_sm3, report, err);
	if (rc == EGOV_OK)
		rc = verify(&v, egov_buf_slice(list), err);
	if (rc == EGOV_OK) {
		egov__report_add(report, "files", "%" PRIu64, v.files);
		egov__report_add(report, "certificates", "%" PRIu64, v.evidence);
		rc = egov__report_check(report, err);
	}
	egov_buf_free(list);
	free(path);
	return rc;
}
