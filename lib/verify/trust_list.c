/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/trust_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "base/pem.h"
#include "base/text.h"

#define HEAD "trust-list"
#define FORMAT 1
#define LABEL "SM2 SIGNATURE"

static const char clause[] = "egov-trust-list(5)";

void egov__trust_list_free(struct egov__trust_list *list)
{
	if (list == NULL)
		return;
	for (size_t i = 0; i < list->count; i++)
		free(list->entries[i].name);
	free(list->entries);
	free(list->name);
	free(list);
}

/* One signature, and nothing behind it: what is not signed is not read. */
enum egov_status egov__trust_list_split(struct egov_slice bytes, struct egov_slice *text,
                                        struct egov_buf *signature, struct egov_error *err)
{
	static const char begin[] = "\n-----BEGIN " LABEL "-----\n", end[] = "-----END " LABEL "-----\n";
	const uint8_t *at = bytes.size == 0 ? NULL : memmem(bytes.data, bytes.size, begin,
	                                                    sizeof(begin) - 1);
	const size_t last = sizeof(end) - 1;
	struct egov_slice rest;
	bool found = false;
	enum egov_status rc;

	if (at == NULL || bytes.size < last
	    || memcmp(bytes.data + bytes.size - last, end, last) != 0)
		return egov_error_set(err, EGOV_E_SYNTAX, clause,
		                      "it does not end with its signature, \"-----BEGIN %s-----\"", LABEL);
	*text = (struct egov_slice){ bytes.data, (size_t)(at - bytes.data) + 1 };
	rest = (struct egov_slice){ at + 1, bytes.size - text->size };
	rc = egov__pem_next(&rest, LABEL, &found, signature, err);
	if (rc == EGOV_OK && (!found || rest.size > 1))         /* the newline at the end */
		rc = egov_error_set(err, EGOV_E_SYNTAX, clause, "more than one signature");
	return rc;
}

static enum egov_status copy_text(const char *text, char **out, struct egov_error *err)
{
	*out = egov__text_dup(text);
	return *out == NULL ? egov_error_nomem(err) : EGOV_OK;
}

static enum egov_status read_digest(struct egov__conf *conf, const char *section,
                                    uint8_t digest[EGOV__SM3_SIZE], struct egov_error *err)
{
	struct egov_buf octets = EGOV__BUF(EGOV__SM3_SIZE + 1);
	const char *text = NULL;
	enum egov_status rc = egov__conf_require(conf, section, "sm3", &text, err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__hex_parse(text, "sm3", &octets, err);
	if (rc == EGOV_OK && octets.size != EGOV__SM3_SIZE)
		rc = egov_error_set(err, EGOV_E_SYNTAX, clause, "%zu octets, want the %d of SM3",
		                    octets.size, EGOV__SM3_SIZE);
	if (rc == EGOV_OK)
		memcpy(digest, octets.data, EGOV__SM3_SIZE);
	egov__buf_clear(&octets);
	return rc == EGOV_OK ? rc : egov__conf_prefix(conf, section, "sm3", err, rc);
}

static enum egov_status require_time(struct egov__conf *conf, const char *section, const char *key,
                                     egov_time *out, struct egov_error *err)
{
	const char *text = NULL;
	enum egov_status rc = egov__conf_require(conf, section, key, &text, err);

	return rc == EGOV_OK ? egov__conf_time(conf, section, key, out, err) : rc;
}

static enum egov_status read_entry(struct egov__conf *conf, const char *section,
                                   struct egov__trust_list *list, struct egov_error *err)
{
	struct egov__trust_entry *entry = &list->entries[list->count];
	enum egov_status rc;

	*entry = (struct egov__trust_entry){ .until = EGOV_TIME_NONE };
	rc = read_digest(conf, section, entry->sm3, err);
	if (rc == EGOV_OK)
		rc = require_time(conf, section, "since", &entry->since, err);
	if (rc == EGOV_OK)
		rc = egov__conf_time(conf, section, "until", &entry->until, err);
	if (rc == EGOV_OK && entry->until != EGOV_TIME_NONE && entry->until <= entry->since)
		rc = egov__conf_error(conf, section, "until", err, EGOV_E_SYNTAX, clause,
		                      "not after since");
	for (size_t i = 0; rc == EGOV_OK && i < list->count; i++)
		if (memcmp(list->entries[i].sm3, entry->sm3, EGOV__SM3_SIZE) == 0)
			rc = egov__conf_error(conf, section, "sm3", err, EGOV_E_SYNTAX, clause,
			                      "listed already, as %s", list->entries[i].name);
	if (rc == EGOV_OK)
		rc = copy_text(section, &entry->name, err);
	list->count += rc == EGOV_OK;
	return rc;
}

static enum egov_status read_head(struct egov__conf *conf, struct egov__trust_list *list,
                                  struct egov_error *err)
{
	const char *name = NULL, *number = NULL;
	uint64_t format = 0;
	enum egov_status rc = egov__conf_number(conf, HEAD, "format", 1, 99, &format, err);

	if (rc == EGOV_OK && format != FORMAT)
		rc = egov__conf_error(conf, HEAD, "format", err, EGOV_E_UNSUPPORTED, clause,
		                      "want %d", FORMAT);
	if (rc == EGOV_OK)
		rc = egov__conf_require(conf, HEAD, "name", &name, err);
	if (rc == EGOV_OK)
		rc = egov__conf_require(conf, HEAD, "number", &number, err);
	if (rc == EGOV_OK)
		rc = egov__conf_number(conf, HEAD, "number", 1, INT64_MAX, &list->number, err);
	if (rc == EGOV_OK)
		rc = require_time(conf, HEAD, "date", &list->date, err);
	if (rc == EGOV_OK)
		rc = require_time(conf, HEAD, "next-update", &list->next_update, err);
	if (rc == EGOV_OK && list->next_update <= list->date)
		rc = egov__conf_error(conf, HEAD, "next-update", err, EGOV_E_SYNTAX, clause,
		                      "not after date");
	return rc == EGOV_OK ? copy_text(name, &list->name, err) : rc;
}

static enum egov_status read_entries(struct egov__conf *conf, struct egov__trust_list *list,
                                     struct egov_error *err)
{
	const char *section;
	size_t sections = 0;
	enum egov_status rc = EGOV_OK;

	while (egov__conf_section(conf, sections) != NULL)
		sections++;
	if (sections > EGOV__TRUST_LIST_MAX)
		return egov_error_set(err, EGOV_E_LIMIT, clause, "more than %d entries",
		                      EGOV__TRUST_LIST_MAX);
	list->entries = calloc(sections + 1, sizeof(*list->entries));
	if (list->entries == NULL)
		return egov_error_nomem(err);
	for (size_t i = 0; rc == EGOV_OK && i < sections; i++) {
		section = egov__conf_section(conf, i);
		if (strcmp(section, HEAD) != 0)
			rc = read_entry(conf, section, list, err);
	}
	return rc;
}

enum egov_status egov__trust_list_parse(struct egov_slice text, struct egov__trust_list **out,
                                        struct egov_error *err)
{
	struct egov__trust_list *list = calloc(1, sizeof(*list));
	struct egov__conf *conf = NULL;
	enum egov_status rc;

	if (list == NULL)
		return egov_error_nomem(err);
	rc = egov__conf_parse(text, "trust list", &conf, err);
	if (rc == EGOV_OK)
		rc = read_head(conf, list, err);
	if (rc == EGOV_OK)
		rc = read_entries(conf, list, err);
	if (rc == EGOV_OK)
		rc = egov__conf_check_unknown(conf, err);
	egov__conf_free(conf);
	if (rc == EGOV_OK)
		*out = list;
	else
		egov__trust_list_free(list);
	return rc;
}

const struct egov__trust_entry *egov__trust_list_find(const struct egov__trust_list *list,
                                                      struct egov_slice der)
{
	uint8_t digest[EGOV__SM3_SIZE];

	if (egov__sm3(&der, 1, digest, NULL) != EGOV_OK)
		return NULL;
	for (size_t i = 0; i < list->count; i++)
		if (memcmp(list->entries[i].sm3, digest, EGOV__SM3_SIZE) == 0)
			return &list->entries[i];
	return NULL;
}
