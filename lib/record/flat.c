/* SPDX-License-Identifier: Apache-2.0 */
#include "record/flat.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define DIGITS_MAX 18           /* what any int64_t holds */

/* What stands between two quotation marks, ended in its place; NULL: not so simple. */
static const char *take_text(char **at)
{
	char *const begin = *at + 1;
	char *end = begin;

	if (**at != '"')
		return NULL;
	while (*end != '"' && *end != '\\' && (unsigned char)*end >= 0x20)
		end++;
	if (*end != '"')
		return NULL;
	*end = 0;
	*at = end + 1;
	return begin;
}

static bool take_number(char **at, int64_t *number)
{
	const bool minus = **at == '-';
	char *const begin = *at + minus;
	const size_t digits = strspn(begin, "0123456789");

	if (digits == 0 || digits > DIGITS_MAX || (*begin == '0' && (digits > 1 || minus)))
		return false;
	*number = 0;
	for (size_t i = 0; i < digits; i++)
		*number = *number * 10 + (begin[i] - '0');
	*number = minus ? -*number : *number;
	*at = begin + digits;
	return true;
}

static bool take_field(struct egov__flat *flat, char **at)
{
	const char *const key = take_text(at);
	const char *text = NULL;
	int64_t number = 0;

	if (key == NULL || **at != ':' || flat->count == EGOV__FLAT_FIELDS
	    || egov__flat_find(flat, key) != EGOV__FLAT_FIELDS)
		return false;
	++*at;
	if (**at == '"')
		text = take_text(at);
	if (text == NULL && !take_number(at, &number))
		return false;
	flat->fields[flat->count].key = key;
	flat->fields[flat->count].text = text;
	flat->fields[flat->count].number = number;
	flat->count++;
	return true;
}

static bool take_all(struct egov__flat *flat)
{
	char *at = flat->copy;

	if (*at++ != '{')
		return false;
	if (*at == '}')
		return at[1] == 0;
	while (take_field(flat, &at)) {
		if (*at == '}')
			return at[1] == 0;
		if (*at++ != ',')
			return false;
	}
	return false;
}

bool egov__flat_read(const char *text, struct egov__flat **out)
{
	const size_t size = strlen(text);
	struct egov__flat *flat;

	*out = NULL;
	if (!egov__utf8_check(egov__slice_text(text), NULL))
		return true;
	flat = malloc(sizeof(*flat) + size + 1);
	if (flat == NULL)
		return false;
	flat->count = 0;
	memcpy(flat->copy, text, size + 1);
	if (take_all(flat))
		*out = flat;
	else
		free(flat);
	return true;
}

unsigned egov__flat_find(const struct egov__flat *flat, const char *key)
{
	unsigned i = 0;

	while (i < flat->count && strcmp(flat->fields[i].key, key) != 0)
		i++;
	return i < flat->count ? i : EGOV__FLAT_FIELDS;
}
