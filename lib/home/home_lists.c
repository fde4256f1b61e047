/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "crl/part.h"
#include "home/home.h"

/* Serials end in random octets: shards are as good as equal. */
static uint64_t shard_of(struct egov_slice serial, uint64_t shards)
{
	uint64_t n = 0;

	for (size_t i = serial.size < 6 ? 0 : serial.size - 6; i < serial.size; i++)
		n = n << 8 | serial.data[i];
	return n % shards;
}

uint64_t egov__home_part(const struct egov_home *home, bool is_ca, struct egov_slice serial)
{
	const struct egov__home_conf *const conf = egov__home_conf(home);

	if (is_ca)
		return conf->crl_separate_ca ? EGOV__PART_CA : EGOV__PART_ALL;
	if (conf->crl_shards > 0)
		return EGOV__PART_SHARD + 1 + shard_of(serial, conf->crl_shards);
	return conf->crl_separate_ca ? EGOV__PART_USERS : EGOV__PART_ALL;
}

static enum egov_status put_url(const char *url, uint64_t part, bool delta,
                                char out[EGOV__HOME_LIST_URL + 32], struct egov_error *err)
{
	struct egov_buf text = EGOV__BUF(EGOV__HOME_LIST_URL + 32);
	const char *made;
	enum egov_status rc;

	egov__part_url(url, part, delta, &text);
	made = egov__buf_string(&text);
	rc = egov__buf_check(&text, err);
	if (rc == EGOV_OK)
		memcpy(out, made, text.size + 1);
	egov__buf_clear(&text);
	return rc;
}

enum egov_status egov__home_point(const struct egov_home *home, uint64_t part,
                                  struct egov__list_urls *urls, struct egov__issuer *issuer,
                                  struct egov_error *err)
{
	const char *const url = issuer->crl_uri;
	enum egov_status rc = EGOV_OK;

	if (url != NULL && part != EGOV__PART_ALL) {
		rc = put_url(url, part, false, urls->crl, err);
		issuer->crl_uri = urls->crl;
	}
	if (rc == EGOV_OK && url != NULL && egov__home_conf(home)->crl_delta) {
		rc = put_url(url, part, true, urls->delta, err);
		issuer->freshest_uri = urls->delta;
	}
	return rc;
}

void egov__home_list_name(const struct egov__crl_scope *scope, char out[EGOV__LIST_NAME])
{
	char name[EGOV__FILE_NAME], part[EGOV__PART_NAME];

	egov__home_file_name(scope->generation, name);
	egov__part_name(scope->part, part);
	(void)snprintf(out, EGOV__LIST_NAME, "%s%s%s", name, part,
	               scope->base == 0 ? "" : "-delta");
}

enum egov_status egov__home_list_parse(const char *name, struct egov__crl_scope *scope,
                                       struct egov_error *err)
{
	static const char delta[] = "-delta";
	struct egov__crl_scope found = { 1, 0, 0, 0 };
	char plain[EGOV__LIST_NAME + 8], again[EGOV__LIST_NAME];
	size_t size = strlen(name);

	if (size < EGOV__LIST_NAME) {
		found.base = size > strlen(delta) && strcmp(name + size - strlen(delta), delta) == 0;
		size -= found.base != 0 ? strlen(delta) : 0;
		(void)snprintf(plain, sizeof(plain), "%.*s.crl", (int)size, name);
		found.part = egov__part_of_url(egov__slice_text(plain));
		for (size_t i = 2; i < 4 && i < size && plain[i] >= '0' && plain[i] <= '9'; i++)
			found.generation = 10 * (i == 2 ? 0 : found.generation)
			                   + (uint64_t)(plain[i] - '0');
		egov__home_list_name(&found, again);
		if (strcmp(again, name) == 0) {
			*scope = found;
			return EGOV_OK;
		}
	}
	return egov_error_set(err, EGOV_E_USAGE, NULL,
	                      "\"%.40s\": want the name of a list, as ca, ca2, ca-arl or ca-s1-delta",
	                      name);
}
