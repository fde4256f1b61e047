/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/time.h"
#include "request/application.h"

#define ID_SIZE 18

/* GB 11643: characters 7 to 14 are the date of birth. */
static bool has_birth_date(const char *text)
{
	struct egov__date date = { 0 };
	egov_time ignored;

	return egov__digits(text + 6, 4, &date.year) && egov__digits(text + 10, 2, &date.month)
	       && egov__digits(text + 12, 2, &date.day) && date.year >= 1800
	       && egov__time_join(&date, &ignored);
}

/* GB 11643 with the check character of ISO 7064, MOD 11-2. */
bool egov__resident_id_valid(const char *text)
{
	static const unsigned weight[ID_SIZE - 1] = { 7, 9, 10, 5, 8, 4, 2, 1, 6,
		                                      3, 7, 9, 10, 5, 8, 4, 2 };
	static const char check[] = "10X98765432";
	unsigned sum = 0;

	if (strlen(text) != ID_SIZE || text[0] == '0' || !has_birth_date(text))
		return false;
	for (size_t i = 0; i < ID_SIZE - 1; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		sum += weight[i] * (unsigned)(text[i] - '0');
	}
	return text[ID_SIZE - 1] == check[sum % 11];
}

/* GB 32100: characters 3 to 8 are the digits of the region; 31 letters and
 * digits count, the powers of 3 are the weights. */
bool egov__credit_code_valid(const char *text)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	unsigned weight = 1, sum = 0;
	int region;

	if (strlen(text) != ID_SIZE || !egov__digits(text + 2, 6, &region))
		return false;
	for (size_t i = 0; i < ID_SIZE; i++) {
		const char *at = strchr(alphabet, text[i]);

		if (at == NULL)
			return false;
		/* The check character counts once: the whole sum is 0 modulo 31. */
		sum += (i == ID_SIZE - 1 ? 1 : weight) * (unsigned)(at - alphabet);
		weight = weight * 3 % 31;
	}
	return sum % 31 == 0;
}

/* GB 11714: eight letters and digits, then, maybe behind a hyphen, the check character, which
 * makes the weighted sum 0 modulo 11. */
bool egov__organization_code_valid(const char *text)
{
	static const unsigned weight[] = { 3, 7, 9, 10, 5, 8, 4, 2 };
	static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char check[] = "0X987654321";
	const size_t size = strlen(text);
	unsigned sum = 0;

	if (size != 9 && (size != 10 || text[8] != '-'))
		return false;
	for (size_t i = 0; i < 8; i++) {
		const char *at = strchr(alphabet, text[i]);

		if (at == NULL)
			return false;
		sum += weight[i] * (unsigned)(at - alphabet);
	}
	return text[size - 1] == check[sum % 11];
}

/* ISO 7064, MOD 11,10, over fourteen digits. */
bool egov__registration_number_valid(const char *text)
{
	unsigned product = 10;

	if (strlen(text) != 15 || strspn(text, "0123456789") != 15)
		return false;
	for (size_t i = 0; i < 14; i++) {
		const unsigned sum = (product + (unsigned)(text[i] - '0')) % 10;

		product = (sum == 0 ? 10 : sum) * 2 % 11;
	}
	return (product + (unsigned)(text[14] - '0')) % 10 == 1;
}
