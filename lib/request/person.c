/* SPDX-License-Identifier: Apache-2.0 */
#include "request/person.h"

#include "base/text.h"

/* Blanks other than the space, and characters without a shape of their own. */
static const struct {
	uint32_t first, last;
} unseen[] = {
	{ 0x00a0, 0x00a0 }, { 0x00ad, 0x00ad }, { 0x034f, 0x034f }, { 0x061c, 0x061c },
	{ 0x115f, 0x1160 }, { 0x1680, 0x1680 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f },
	{ 0x2000, 0x200f }, { 0x2028, 0x202f }, { 0x205f, 0x206f }, { 0x2800, 0x2800 },
	{ 0x3000, 0x3000 }, { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb }, { 0xe0000, 0xe0fff },
};

static bool is_unseen(uint32_t character)
{
	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
		if (character >= unseen[i].first && character <= unseen[i].last)
			return true;
	return false;
}

/* The next character of well-formed UTF-8. */
static uint32_t next(struct egov_slice *text)
{
	const uint8_t first = text->data[0];
	const size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	uint32_t character = size == 1 ? first : first & (0xffu >> (size + 1));

	for (size_t i = 1; i < size; i++)
		character = character << 6 | (text->data[i] & 0x3f);
	text->data += size;
	text->size -= size;
	return character;
}

bool egov__text_shows(struct egov_slice text)
{
	bool after_blank = true;

	if (!egov__utf8_check(text, NULL) || egov__utf8_has_control(text))
		return false;
	while (text.size > 0) {
		const uint32_t character = next(&text);

		if (is_unseen(character) || (character == ' ' && after_blank))
			return false;
		after_blank = character == ' ';
	}
	return !after_blank;
}

bool egov__person_valid(struct egov_slice name)
{
	size_t characters = 0;

	return egov__utf8_check(name, &characters) && characters <= EGOV__PERSON_MAX
	       && egov__text_shows(name);
}
