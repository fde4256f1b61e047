/* SPDX-License-Identifier: Apache-2.0 */
#include "key/pin_share.h"

#include <stdio.h>
#include <string.h>

#include "crypto/random.h"
#include "crypto/sm3.h"

#define PADDED 64
#define SET 4
#define CHECK 4

/* Where the parts of a line stand. */
static const char head[] = "egov-share 1 ";
#define AT_SET (sizeof(head) - 1)
#define AT_INDEX (AT_SET + 2 * SET + 1)
#define AT_COUNT (AT_INDEX + 2)
#define AT_OCTETS (AT_COUNT + 2)
#define AT_CHECK (AT_OCTETS + 2 * PADDED + 1)
#define LINE (AT_CHECK + 2 * CHECK)

struct share {
	uint8_t set[SET], octets[PADDED];
	size_t index, count;
};

static void put_hex(char *to, const uint8_t *octets, size_t size)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < size; i++) {
		to[2 * i] = digits[octets[i] >> 4];
		to[2 * i + 1] = digits[octets[i] & 15];
	}
}

static bool get_hex(const char *from, uint8_t *octets, size_t size)
{
	for (size_t i = 0; i < 2 * size; i++) {
		const char c = from[i];
		const int digit = c >= '0' && c <= '9'   ? c - '0'
		                  : c >= 'a' && c <= 'f' ? c - 'a' + 10
		                                         : -1;

		if (digit < 0)
			return false;
		octets[i / 2] = (uint8_t)(i % 2 == 0 ? digit << 4 : octets[i / 2] | digit);
	}
	return true;
}

static enum egov_status check_of(const char *line, uint8_t check[CHECK], struct egov_error *err)
{
	const struct egov_slice text = { (const uint8_t *)line, AT_CHECK };
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&text, 1, digest, err);

	if (rc == EGOV_OK)
		memcpy(check, digest, CHECK);
	return rc;
}

static enum egov_status write_share(const struct share *share, struct egov_secret **out,
                                    struct egov_error *err)
{
	char line[LINE + 1];
	uint8_t check[CHECK];
	enum egov_status rc;

	memset(line, ' ', sizeof(line));
	memcpy(line, head, sizeof(head) - 1);
	put_hex(line + AT_SET, share->set, SET);
	line[AT_INDEX] = (char)('0' + share->index);
	line[AT_COUNT] = (char)('0' + share->count);
	put_hex(line + AT_OCTETS, share->octets, PADDED);
	rc = check_of(line, check, err);
	if (rc == EGOV_OK) {
		put_hex(line + AT_CHECK, check, CHECK);
		*out = egov__secret_new((struct egov_slice){ (const uint8_t *)line, LINE });
		if (*out == NULL)
			rc = egov_error_nomem(err);
	}
	egov__cleanse(line, sizeof(line));
	return rc;
}

/* One form of a line, or none. */
static enum egov_status read_share(struct egov_slice text, struct share *share, bool *good,
                                   struct egov_error *err)
{
	const char *const line = (const char *)text.data;
	uint8_t check[CHECK], wanted[CHECK];
	enum egov_status rc;

	*good = false;
	if (text.size != LINE || memcmp(line, head, sizeof(head) - 1) != 0
	    || line[AT_INDEX - 1] != ' ' || line[AT_COUNT - 1] != ' ' || line[AT_OCTETS - 1] != ' '
	    || line[AT_CHECK - 1] != ' ' || !get_hex(line + AT_SET, share->set, SET)
	    || !get_hex(line + AT_OCTETS, share->octets, PADDED)
	    || !get_hex(line + AT_CHECK, check, CHECK))
		return EGOV_OK;
	rc = check_of(line, wanted, err);
	share->index = (size_t)(line[AT_INDEX] - '0');
	share->count = (size_t)(line[AT_COUNT] - '0');
	*good = rc == EGOV_OK && memcmp(check, wanted, CHECK) == 0 && share->count >= 2
	        && share->count <= EGOV__PIN_SHARES && share->index >= 1
	        && share->index <= share->count;
	return rc;
}

/* --- splitting --- */

static void mix(uint8_t sum[PADDED], const uint8_t octets[PADDED])
{
	for (size_t i = 0; i < PADDED; i++)
		sum[i] ^= octets[i];
}

enum egov_status egov__pin_split(struct egov_slice pin, size_t count, struct egov_secret **shares,
                                 struct egov_error *err)
{
	struct share share = { .count = count };
	uint8_t rest[PADDED] = { (uint8_t)pin.size };
	enum egov_status rc;

	if (count < 2 || count > EGOV__PIN_SHARES)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "a PIN is split into 2 to %d shares",
		                      EGOV__PIN_SHARES);
	if (pin.size == 0 || pin.size > EGOV__PIN_SHARED_MAX)
		return egov_error_set(err, EGOV_E_LIMIT, NULL,
		                      "a PIN that is split has 1 to %d octets", EGOV__PIN_SHARED_MAX);
	memcpy(rest + 1, pin.data, pin.size);
	rc = egov__random(share.set, SET, err);
	for (size_t i = 1; rc == EGOV_OK && i <= count; i++) {
		share.index = i;
		if (i < count) {
			rc = egov__random(share.octets, PADDED, err);
			mix(rest, share.octets);
		} else {
			memcpy(share.octets, rest, PADDED);
		}
		if (rc == EGOV_OK)
			rc = write_share(&share, &shares[i - 1], err);
	}
	for (size_t i = 0; rc != EGOV_OK && i < count; i++) {
		egov__secret_free(shares[i]);
		shares[i] = NULL;
	}
	egov__cleanse(rest, sizeof(rest));
	egov__cleanse(&share, sizeof(share));
	return rc;
}

/* --- joining --- */

static enum egov_status refuse(struct egov_error *err, size_t i, const char *what)
{
	return egov_error_set(err, EGOV_E_AUTH, NULL, "share %zu of the PIN: %s", i + 1,
	                      egov__text(what));
}

/* What has been put together so far. */
struct joined {
	uint8_t sum[PADDED], set[SET];
	size_t count;
	bool seen[EGOV__PIN_SHARES + 1];
};

static enum egov_status take(struct joined *j, const struct egov_secret *text, size_t i,
                             struct egov_error *err)
{
	struct share share;
	bool good = false;
	enum egov_status rc = read_share(egov__secret_slice(text), &share, &good, err);

	if (rc == EGOV_OK && !good)
		rc = refuse(err, i, EGOV__N("is not the line of a share, or was copied wrong"));
	if (rc == EGOV_OK && i == 0) {
		memcpy(j->set, share.set, SET);
		j->count = share.count;
	}
	if (rc == EGOV_OK && (memcmp(j->set, share.set, SET) != 0 || j->count != share.count))
		rc = refuse(err, i, EGOV__N("belongs to another PIN than the first"));
	if (rc == EGOV_OK && j->seen[share.index])
		rc = refuse(err, i, EGOV__N("is there twice"));
	if (rc == EGOV_OK) {
		j->seen[share.index] = true;
		mix(j->sum, share.octets);
	}
	egov__cleanse(&share, sizeof(share));
	return rc;
}

static bool is_padded(const uint8_t sum[PADDED])
{
	if (sum[0] == 0 || sum[0] > EGOV__PIN_SHARED_MAX)
		return false;
	for (size_t i = 1 + (size_t)sum[0]; i < PADDED; i++)
		if (sum[i] != 0)
			return false;
	return true;
}

enum egov_status egov__pin_join(struct egov_secret *const *shares, size_t count,
                                struct egov_secret **pin, struct egov_error *err)
{
	struct joined j = { .count = 0 };
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < count; i++)
		rc = take(&j, shares[i], i, err);
	if (rc == EGOV_OK && j.count != count)
		rc = egov_error_set(err, EGOV_E_AUTH, NULL,
		                    "%zu shares of the PIN are given, all %zu are wanted", count,
		                    j.count);
	if (rc == EGOV_OK && !is_padded(j.sum))
		rc = egov_error_set(err, EGOV_E_AUTH, NULL, "the shares give no PIN");
	if (rc == EGOV_OK) {
		*pin = egov__secret_new((struct egov_slice){ j.sum + 1, j.sum[0] });
		if (*pin == NULL)
			rc = egov_error_nomem(err);
	}
	egov__cleanse(&j, sizeof(j));
	return rc;
}
