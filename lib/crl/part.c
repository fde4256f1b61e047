/* SPDX-License-Identifier: Apache-2.0 */
#include "crl/part.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "x509/ext.h"

static const char ending[] = ".crl";

bool egov__part_is(uint64_t part)
{
	return part <= EGOV__PART_USERS
	       || (part > EGOV__PART_SHARD && part <= EGOV__PART_SHARD + EGOV__SHARDS);
}

bool egov__part_only_users(uint64_t part)
{
	return part >= EGOV__PART_USERS;
}

void egov__part_name(uint64_t part, char out[EGOV__PART_NAME])
{
	static const char *const names[] = { "", "-arl", "-users" };

	if (part <= EGOV__PART_USERS)
		(void)snprintf(out, EGOV__PART_NAME, "%s", names[part]);
	else
		(void)snprintf(out, EGOV__PART_NAME, "-s%u",
		               (unsigned)(part - EGOV__PART_SHARD) % (EGOV__SHARDS + 1));
}

void egov__part_url(const char *url, uint64_t part, bool delta, struct egov_buf *out)
{
	char name[EGOV__PART_NAME];

	egov__part_name(part, name);
	egov__buf_append(out, url, strlen(url) - strlen(ending));
	egov__buf_printf(out, "%s%s%s", name, delta ? "-delta" : "", ending);
}

/* "ca" or "caN": what the lists of a generation are called. */
static bool is_ours(struct egov_slice name)
{
	if (name.size < 2 || memcmp(name.data, "ca", 2) != 0)
		return false;
	for (size_t i = 2; i < name.size; i++)
		if (name.data[i] < '0' || name.data[i] > '9')
			return false;
	return true;
}

/* The number after "s", without zeros before it. */
static uint64_t shard_of(struct egov_slice text)
{
	uint64_t n = 0;

	if (text.size == 0 || text.size > 4 || text.data[0] == '0')
		return 0;
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return 0;
		n = 10 * n + (uint64_t)(text.data[i] - '0');
	}
	return n <= EGOV__SHARDS ? n : 0;
}

static uint64_t part_of_word(struct egov_slice word)
{
	uint64_t shard;

	if (egov__slice_is(word, "arl"))
		return EGOV__PART_CA;
	if (egov__slice_is(word, "users"))
		return EGOV__PART_USERS;
	if (word.size == 0 || word.data[0] != 's')
		return EGOV__PART_ALL;
	shard = shard_of((struct egov_slice){ word.data + 1, word.size - 1 });
	return shard == 0 ? EGOV__PART_ALL : EGOV__PART_SHARD + shard;
}

uint64_t egov__part_of_url(struct egov_slice url)
{
	const size_t tail = strlen(ending);
	size_t end, dash, start;

	if (url.size < tail || memcmp(url.data + url.size - tail, ending, tail) != 0)
		return EGOV__PART_ALL;
	end = url.size - tail;
	for (start = end; start > 0 && url.data[start - 1] != '/'; start--)
		;
	for (dash = start; dash < end && url.data[dash] != '-'; dash++)
		;
	if (dash == end || !is_ours((struct egov_slice){ url.data + start, dash - start }))
		return EGOV__PART_ALL;
	return part_of_word((struct egov_slice){ url.data + dash + 1, end - dash - 1 });
}

/* The first part that an address of these names. */
static enum egov_status see_names(struct egov_slice names, uint64_t *part, struct egov_error *err)
{
	struct egov__general_name name;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && *part == EGOV__PART_ALL && names.size > 0) {
		rc = egov__general_names_next(&names, &name, err);
		if (rc == EGOV_OK && name.tag == EGOV__GN_URI)
			*part = egov__part_of_url(name.value);
	}
	return rc;
}

static enum egov_status see_point(void *user, const struct egov__distribution_point *dp,
                                  struct egov_error *err)
{
	return see_names(dp->full_name, user, err);
}

enum egov_status egov__part_of_cert(struct egov_slice extensions, uint64_t *part,
                                    struct egov_error *err)
{
	struct egov__ext ext;
	uint64_t found = EGOV__PART_ALL;
	enum egov_status rc = EGOV_OK;

	if (egov__ext_find(extensions, EGOV__OID_CRL_DP, &ext))
		rc = egov__ext_crl_dp(ext.value, see_point, &found, err);
	if (rc == EGOV_OK)
		*part = found;
	return rc;
}

enum egov_status egov__part_of_crl(struct egov_slice extensions, uint64_t *part,
                                   struct egov_error *err)
{
	struct egov__ext ext;
	struct egov__idp idp;
	uint64_t found = EGOV__PART_ALL;
	enum egov_status rc = EGOV_OK;

	if (egov__ext_find(extensions, EGOV__OID_IDP, &ext)) {
		rc = egov__ext_idp(ext.value, &idp, err);
		if (rc == EGOV_OK)
			rc = see_names(idp.point.full_name, &found, err);
	}
	if (rc == EGOV_OK)
		*part = found;
	return rc;
}
