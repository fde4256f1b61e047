/* SPDX-License-Identifier: Apache-2.0 */
#include "key/p11_map.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <p11-kit/p11-kit.h>

#include "base/conf.h"
#include "base/text.h"

/*
 * From makers' headers; only the software token has been seen at work.  Makers
 * who have no mechanism that signs e, or hide the public point, are left out.
 */
static const struct {
	const char *library, *manufacturer;     /* NULL: any */
	struct egov__p11_map map;
} builtin[] = {
	{ "egov-softtoken", NULL,
	  { "egov-softtoken", CKK_EC, 0x80008001, 0x80008104, 0x80008200, EGOV__P11_RAW, false, true } },
	{ NULL, "sansec",
	  { "sansec", 0x80000004, 0x80008001, 0x80008104, 0, EGOV__P11_AUTO, true, false } },
	{ NULL, "tass", { "tass", 0x80000004, 0x80008001, 0x80008000, 0, EGOV__P11_AUTO, true, false } },
	{ NULL, "koal", { "koal", 0x80000004, 0x80008001, 0x80008104, 0, EGOV__P11_AUTO, false, false } },
	{ NULL, "safenet",
	  { "luna", 0x80000016, 0x80000b20, 0x80000b21, 0, EGOV__P11_AUTO, true, false } },
	{ NULL, "thales",
	  { "luna", 0x80000016, 0x80000b20, 0x80000b21, 0, EGOV__P11_AUTO, true, false } },
	{ NULL, "ibm", { "ibm-ep11", 0x80050002, 0x8005000a, 0x8005000b, 0, EGOV__P11_AUTO, false, false } },
};

enum egov_status egov__p11_number_parse(const char *text, const char *what, unsigned long *out,
                                        struct egov_error *err)
{
	uint64_t value = 0;
	size_t size;
	enum egov_status rc;

	if (strncmp(text, "0x", 2) != 0 && strncmp(text, "0X", 2) != 0) {
		rc = egov__number_parse(text, what, 0, 0xffffffff, &value, err);
		if (rc == EGOV_OK)
			*out = (unsigned long)value;
		return rc;
	}
	size = strlen(text + 2);
	if (size == 0 || size > 8 || strspn(text + 2, "0123456789abcdefABCDEF") != size)
		return egov_error_set(err, EGOV_E_SYNTAX, NULL, "%s: want 0x and 1 to 8 hex digits",
		                      what);
	*out = strtoul(text + 2, NULL, 16);
	return EGOV_OK;
}

/* NULL fits everything. */
static bool fits(const char *wanted, const char *found)
{
	return wanted == NULL || (found != NULL && strcasestr(found, wanted) != NULL);
}

static enum egov_status get_number(struct egov__conf *conf, const char *section, const char *key,
                                   unsigned long *value, struct egov_error *err)
{
	const char *text = egov__conf_get(conf, section, key);

	if (text == NULL)
		return EGOV_OK;
	return egov__conf_prefix(conf, section, key, err,
	                         egov__p11_number_parse(text, key, value, err));
}

static enum egov_status get_form(struct egov__conf *conf, const char *section,
                                 enum egov__p11_form *form, struct egov_error *err)
{
	static const char *const names[] = { "auto", "raw", "der" };
	const char *text = egov__conf_get(conf, section, "sig");

	if (text == NULL)
		return EGOV_OK;
	for (unsigned i = 0; i < 3; i++)
		if (strcmp(text, names[i]) == 0) {
			*form = (enum egov__p11_form)i;
			return EGOV_OK;
		}
	return egov__conf_error(conf, section, "sig", err, EGOV_E_SYNTAX, NULL,
	                        "want raw, der or auto");
}

static enum egov_status read_section(struct egov__conf *conf, const char *section,
                                     struct egov__p11_map *map, struct egov_error *err)
{
	const char *text = NULL;
	enum egov_status rc;

	*map = (struct egov__p11_map){ .key_type = CKK_EC };
	(void)egov__text_copy(map->name, sizeof(map->name), section);
	rc = egov__conf_require(conf, section, "ckm_sign_e", &text, err);
	if (rc == EGOV_OK)
		rc = get_number(conf, section, "ckm_sign_e", &map->sign_e, err);
	if (rc == EGOV_OK)
		rc = get_number(conf, section, "ckk_sm2", &map->key_type, err);
	if (rc == EGOV_OK)
		rc = get_number(conf, section, "ckm_keygen", &map->keygen, err);
	if (rc == EGOV_OK)
		rc = get_number(conf, section, "ckm_decrypt", &map->decrypt, err);
	if (rc == EGOV_OK)
		rc = get_form(conf, section, &map->form, err);
	if (rc == EGOV_OK)
		rc = egov__conf_boolean(conf, section, "privkey_point", &map->privkey_point, err);
	if (rc == EGOV_OK)
		rc = egov__conf_boolean(conf, section, "software", &map->software, err);
	return rc;
}

/* What a module says of itself, as text. */
struct identity {
	const char *library;
	char *manufacturer, *description;
};

static enum egov_status judge_section(struct egov__conf *conf, const char *section,
                                      const struct identity *id, bool *found,
                                      struct egov__p11_map *map, struct egov_error *err)
{
	const char *library = egov__conf_get(conf, section, "library");
	const char *manufacturer = egov__conf_get(conf, section, "manufacturer");
	const char *description = egov__conf_get(conf, section, "description");
	struct egov__p11_map read;
	enum egov_status rc;

	if (library == NULL && manufacturer == NULL && description == NULL)
		return egov__conf_error(conf, section, "library", err, EGOV_E_SYNTAX, NULL,
		                        "one of library, manufacturer, description is needed");
	rc = read_section(conf, section, &read, err);
	if (rc != EGOV_OK || *found)
		return rc;
	if (fits(library, id->library) && fits(manufacturer, id->manufacturer)
	    && fits(description, id->description)) {
		*map = read;
		*found = true;
	}
	return EGOV_OK;
}

static enum egov_status find_in_file(const char *file, const struct identity *id, bool *found,
                                     struct egov__p11_map *map, struct egov_error *err)
{
	struct egov__conf *conf = NULL;
	const char *section;
	enum egov_status rc = egov__conf_load(file, &conf, err);

	for (size_t i = 0; rc == EGOV_OK && (section = egov__conf_section(conf, i)) != NULL; i++)
		rc = judge_section(conf, section, id, found, map, err);
	if (rc == EGOV_OK)
		rc = egov__conf_check_unknown(conf, err);
	egov__conf_free(conf);
	return rc;
}

static void find_builtin(const struct identity *id, bool *found, struct egov__p11_map *map)
{
	for (size_t i = 0; !*found && i < sizeof(builtin) / sizeof(builtin[0]); i++)
		if (fits(builtin[i].library, id->library)
		    && fits(builtin[i].manufacturer, id->manufacturer)) {
			*map = builtin[i].map;
			*found = true;
		}
}

enum egov_status egov__p11_map_find(const char *file, const char *library, const CK_INFO *info,
                                    bool *found, struct egov__p11_map *map,
                                    struct egov_error *err)
{
	struct identity id = {
		library,
		p11_kit_space_strdup(info->manufacturerID, sizeof(info->manufacturerID)),
		p11_kit_space_strdup(info->libraryDescription, sizeof(info->libraryDescription))
	};
	struct egov__p11_map chosen;
	bool any = false;
	enum egov_status rc = EGOV_OK;

	if (id.manufacturer == NULL || id.description == NULL)
		rc = egov_error_nomem(err);
	if (rc == EGOV_OK && file != NULL)
		rc = find_in_file(file, &id, &any, &chosen, err);
	if (rc == EGOV_OK) {
		find_builtin(&id, &any, &chosen);
		*found = any;
		if (any)
			*map = chosen;
	}
	free(id.manufacturer);
	free(id.description);
	return rc;
}
