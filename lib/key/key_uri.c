/* SPDX-License-Identifier: Apache-2.0 */
#include "key/key_uri.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "key/p11_map.h"

/* RFC 7512, 2.3; pin-value is refused with its own message. */
static const char *const path_names[] = {
	"token",         "manufacturer",     "serial",  "model",   "library-manufacturer",
	"object",        "type",             "id",      "slot-id", "library-description",
	"library-version", "slot-description", "slot-manufacturer", NULL
};
static const char *const query_names[] = { "pin-source", "module-path", "x-egov-mech", NULL };
static const char *const pin_query_names[] = { "pin-source", NULL };
static const char *const sdf_names[] = { "lib", "index", "field-bits", "software", NULL };

static struct egov_slice slice_of(const char *from, const char *to)
{
	return (struct egov_slice){ (const uint8_t *)from, (size_t)(to - from) };
}

static size_t index_of(const char *const *names, struct egov_slice name)
{
	size_t i = 0;

	while (names[i] != NULL && !egov__slice_is(name, names[i]))
		i++;
	return i;
}

/* Judges the attribute names between from and to, separated by the character. */
static enum egov_status check_names(const char *from, const char *to, char separator,
                                    const char *const *names, struct egov_error *err)
{
	uint32_t seen = 0;

	while (from < to) {
		const char *end = memchr(from, separator, (size_t)(to - from));
		const char *equals;
		struct egov_slice name;
		size_t i;

		end = end == NULL ? to : end;
		equals = memchr(from, '=', (size_t)(end - from));
		name = slice_of(from, equals == NULL ? end : equals);
		if (egov__slice_is(name, "pin-value"))
			return egov_error_set(err, EGOV_E_POLICY, NULL,
			                      "pin-value: a PIN in a command line or a "
			                      "configuration can be seen by others: use pin-source");
		i = index_of(names, name);
		if (names[i] == NULL || equals == NULL)
			return egov_error_set(err, EGOV_E_SYNTAX, "RFC 7512, 2.3",
			                      "unknown attribute \"%.*s\"", (int)name.size,
			                      (const char *)name.data);
		if ((seen & 1u << i) != 0)
			return egov_error_set(err, EGOV_E_SYNTAX, "RFC 7512, 2.3",
			                      "attribute \"%s\" given twice", names[i]);
		seen |= 1u << i;
		from = end + (end < to);
	}
	return EGOV_OK;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static enum egov_status decode_percent(struct egov_slice text, char **out, struct egov_error *err)
{
	char *to = egov__slice_copy(text);
	size_t size = 0;

	if (to == NULL)
		return egov_error_nomem(err);
	for (size_t i = 0; i < text.size; i++) {
		int high, low;

		if (text.data[i] != '%') {
			to[size++] = (char)text.data[i];
			continue;
		}
		high = i + 2 < text.size ? hex_digit((char)text.data[i + 1]) : -1;
		low = i + 2 < text.size ? hex_digit((char)text.data[i + 2]) : -1;
		if (high < 0 || low < 0 || high + low == 0) {
			free(to);
			return egov_error_set(err, EGOV_E_SYNTAX, "RFC 3986, 2.1",
			                      "bad percent-encoding");
		}
		to[size++] = (char)(high << 4 | low);
		i += 2;
	}
	to[size] = 0;
	*out = to;
	return EGOV_OK;
}

/* What is behind the question mark, where there is one: a pin-source alone. */
static enum egov_status parse_pin_query(struct egov__key_uri *uri, const char *query,
                                        struct egov_error *err)
{
	const char *end = query + strlen(query);
	enum egov_status rc;

	if (query == end || query + 1 == end)
		return EGOV_OK;
	rc = check_names(query + 1, end, '&', pin_query_names, err);
	if (rc != EGOV_OK)
		return rc;
	return decode_percent(slice_of(query + 1 + strlen("pin-source="), end), &uri->pin_source, err);
}

static enum egov_status parse_file(struct egov__key_uri *uri, const char *path, const char *query,
                                   struct egov_error *err)
{
	enum egov_status rc;

	if (strncmp(path, "//", 2) == 0)        /* RFC 8089: an empty authority */
		path += 2;
	if (*path != '/')
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 8089", "want file:/absolute/path");
	rc = decode_percent(slice_of(path, query), &uri->file, err);
	if (rc != EGOV_OK)
		return rc;
	return parse_pin_query(uri, query, err);
}

/* The value of an attribute between from and to, on the heap; NULL where it is not there. */
static enum egov_status find_value(const char *from, const char *to, const char *name, char **value,
                                   struct egov_error *err)
{
	const size_t size = strlen(name);

	while (from < to) {
		const char *end = memchr(from, ';', (size_t)(to - from));

		end = end == NULL ? to : end;
		if ((size_t)(end - from) > size && strncmp(from, name, size) == 0 && from[size] == '=')
			return decode_percent(slice_of(from + size + 1, end), value, err);
		from = end + (end < to);
	}
	return EGOV_OK;
}

/* One of two words, the first where the attribute is not there. */
static enum egov_status find_choice(const char *from, const char *to, const char *name,
                                    const char *const words[2], bool *second,
                                    struct egov_error *err)
{
	char *value = NULL;
	enum egov_status rc = find_value(from, to, name, &value, err);

	if (rc == EGOV_OK && value != NULL) {
		*second = strcmp(value, words[1]) == 0;
		if (!*second && strcmp(value, words[0]) != 0)
			rc = egov_error_set(err, EGOV_E_SYNTAX, NULL, "%s: want %s or %s", name, words[0],
			                    words[1]);
	}
	free(value);
	return rc;
}

/* sdf:lib=/abs/lib.so;index=N: there is no standard for it. */
static enum egov_status parse_sdf(struct egov__key_uri *uri, const char *text, const char *query,
                                  struct egov_error *err)
{
	static const char *const bits[2] = { "512", "256" }, *const answers[2] = { "no", "yes" };
	uint64_t number = 0;
	bool narrow = false;
	char *index = NULL;
	enum egov_status rc = check_names(text, query, ';', sdf_names, err);

	if (rc == EGOV_OK)
		rc = parse_pin_query(uri, query, err);
	if (rc == EGOV_OK)
		rc = find_value(text, query, "lib", &uri->sdf_library, err);
	if (rc == EGOV_OK)
		rc = find_value(text, query, "index", &index, err);
	if (rc == EGOV_OK && (uri->sdf_library == NULL || index == NULL))
		rc = egov_error_set(err, EGOV_E_SYNTAX, NULL, "want sdf:lib=/absolute/path;index=N");
	if (rc == EGOV_OK)
		rc = egov__number_parse(index, "index", 0, UINT32_MAX, &number, err);
	if (rc == EGOV_OK)
		rc = find_choice(text, query, "field-bits", bits, &narrow, err);
	if (rc == EGOV_OK)
		rc = find_choice(text, query, "software", answers, &uri->sdf_software, err);
	free(index);
	uri->sdf_index = (unsigned)number;
	uri->sdf_field = narrow ? 32 : 64;
	return rc;
}

static enum egov_status copy_of(const char *text, char **out, struct egov_error *err)
{
	if (text == NULL)
		return EGOV_OK;
	*out = egov__text_dup(text);
	return *out == NULL ? egov_error_nomem(err) : EGOV_OK;
}

/* type=, where it is said, must be what we look for. */
static enum egov_status check_type(const struct egov__key_uri *uri, struct egov_error *err)
{
	const CK_ATTRIBUTE *type = p11_kit_uri_get_attribute(uri->p11, CKA_CLASS);
	CK_OBJECT_CLASS value;

	if (type == NULL || type->pValue == NULL || type->ulValueLen != sizeof(value))
		return EGOV_OK;
	memcpy(&value, type->pValue, sizeof(value));
	if (value == CKO_PRIVATE_KEY)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_SYNTAX, "RFC 7512, 2.3", "type: want private or nothing");
}

static enum egov_status parse_pkcs11(struct egov__key_uri *uri, const char *text,
                                     const char *query, struct egov_error *err)
{
	const char *end = text + strlen(text), *mechanism;
	enum egov_status rc = check_names(text + strlen("pkcs11:"), query, ';', path_names, err);
	int bad;

	if (rc == EGOV_OK && query < end)
		rc = check_names(query + 1, end, '&', query_names, err);
	if (rc != EGOV_OK)
		return rc;
	uri->p11 = p11_kit_uri_new();
	if (uri->p11 == NULL)
		return egov_error_nomem(err);
	bad = p11_kit_uri_parse(text, P11_KIT_URI_FOR_ANY, uri->p11);
	if (bad != P11_KIT_URI_OK)
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 7512, 2.3", "%s",
		                      p11_kit_uri_message(bad));
	if (p11_kit_uri_any_unrecognized(uri->p11))
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 7512, 2.3",
		                      "an attribute is unknown or longer than PKCS #11 allows");
	rc = check_type(uri, err);
	if (rc == EGOV_OK)
		rc = copy_of(p11_kit_uri_get_pin_source(uri->p11), &uri->pin_source, err);
	if (rc == EGOV_OK)
		rc = copy_of(p11_kit_uri_get_module_path(uri->p11), &uri->module_path, err);
	mechanism = p11_kit_uri_get_vendor_query(uri->p11, "x-egov-mech");
	if (rc == EGOV_OK && mechanism != NULL) {
		uri->has_mechanism = true;
		rc = egov__p11_number_parse(mechanism, "x-egov-mech", &uri->mechanism, err);
	}
	return rc;
}

enum egov_status egov__key_uri_parse(const char *text, struct egov__key_uri **out,
                                     struct egov_error *err)
{
	struct egov__key_uri *uri = calloc(1, sizeof(*uri));
	const char *query = text + strcspn(text, "?");
	enum egov_status rc;

	if (uri == NULL || (uri->name = egov__slice_copy(slice_of(text, query))) == NULL) {
		free(uri);
		return egov_error_nomem(err);
	}
	if (strncmp(text, "pkcs11:", 7) == 0)
		rc = parse_pkcs11(uri, text, query, err);
	else if (strncmp(text, "file:", 5) == 0)
		rc = parse_file(uri, text + 5, query, err);
	else if (strncmp(text, "sdf:", 4) == 0)
		rc = parse_sdf(uri, text + 4, query, err);
	else
		rc = egov_error_set(err, EGOV_E_SYNTAX, "RFC 7512",
		                    "want a key URI: pkcs11:..., sdf:... or file:/...");
	if (rc != EGOV_OK) {
		rc = egov_error_prefix(err, rc, "%s", uri->name);
		egov__key_uri_free(uri);
		return rc;
	}
	*out = uri;
	return EGOV_OK;
}

void egov__key_uri_free(struct egov__key_uri *uri)
{
	if (uri == NULL)
		return;
	p11_kit_uri_free(uri->p11);
	free(uri->name);
	free(uri->file);
	free(uri->pin_source);
	free(uri->module_path);
	free(uri->sdf_library);
	free(uri);
}

static struct egov_slice attribute(const struct egov__key_uri *uri, CK_ATTRIBUTE_TYPE type)
{
	const CK_ATTRIBUTE *found = p11_kit_uri_get_attribute(uri->p11, type);

	if (found == NULL || found->pValue == NULL)
		return EGOV__NO_SLICE;
	return (struct egov_slice){ found->pValue, found->ulValueLen };
}

struct egov_slice egov__key_uri_label(const struct egov__key_uri *uri)
{
	return attribute(uri, CKA_LABEL);
}

struct egov_slice egov__key_uri_id(const struct egov__key_uri *uri)
{
	return attribute(uri, CKA_ID);
}
