/* SPDX-License-Identifier: Apache-2.0 */
#include "asn1/asn1.h"

#include <libtasn1.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/der.h"

/* Made by asn1Parser. */
extern const asn1_static_node pkix_asn1_tab[];
extern const asn1_static_node gm_asn1_tab[];

struct module {
	const char *prefix;             /* "PKIX." */
	const asn1_static_node *table;
	asn1_node types;                /* constant once loaded */
};

struct egov__asn1 {
	asn1_node node;
	const char *type;               /* static text of the caller */
};

static struct module modules[] = {
	{ "PKIX.", pkix_asn1_tab, NULL },
	{ "GM.", gm_asn1_tab, NULL },
};
static pthread_once_t modules_once = PTHREAD_ONCE_INIT;

/* The tables are our own: what can go wrong is memory. */
static void modules_load(void)
{
	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
		char why[ASN1_MAX_ERROR_DESCRIPTION_SIZE];

		if (asn1_array2tree(modules[i].table, &modules[i].types, why) != ASN1_SUCCESS)
			modules[i].types = NULL;
	}
}

static const struct module *module_of(const char *type)
{
	(void)pthread_once(&modules_once, modules_load);
	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++)
		if (strncmp(type, modules[i].prefix, strlen(modules[i].prefix)) == 0)
			return &modules[i];
	return NULL;
}

enum egov_status egov__asn1_new(const char *type, struct egov__asn1 **out, struct egov_error *err)
{
	const struct module *const module = module_of(type);
	struct egov__asn1 *value;
	int code;

	if (module == NULL)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "no ASN.1 module for %s", type);
	if (module->types == NULL)
		return egov_error_nomem(err);
	value = calloc(1, sizeof(*value));
	if (value == NULL)
		return egov_error_nomem(err);
	value->type = type;
	code = asn1_create_element(module->types, type, &value->node);
	if (code != ASN1_SUCCESS) {
		free(value);
		/* libtasn1 also says "not found" where it could not copy what it found. */
		if (code == ASN1_MEM_ALLOC_ERROR || asn1_find_node(module->types, type) != NULL)
			return egov_error_nomem(err);
		return egov_error_set(err, EGOV_E_USAGE, NULL, "no ASN.1 type %s", type);
	}
	*out = value;
	return EGOV_OK;
}

void egov__asn1_free(struct egov__asn1 *value)
{
	if (value == NULL)
		return;
	(void)asn1_delete_structure(&value->node);
	free(value);
}

static enum egov_status misuse(const struct egov__asn1 *value, const char *path, int code,
                               struct egov_error *err)
{
	if (code == ASN1_MEM_ALLOC_ERROR)
		return egov_error_nomem(err);
	return egov_error_set(err, EGOV_E_USAGE, NULL, "%s.%s: %s", value->type, path,
	                      asn1_strerror(code));
}

/* libtasn1 reads the length 0 as "strlen of the value", or as decimal text of
 * an INTEGER; and counts a BIT STRING in bits. */
enum egov_status egov__asn1_write(struct egov__asn1 *value, const char *path,
                                  struct egov_slice bytes, struct egov_error *err)
{
	asn1_node_const node = asn1_find_node(value->node, path);
	asn1_data_node_st field = { .type = 0 };
	int code = node == NULL ? ASN1_ELEMENT_NOT_FOUND : asn1_read_node_value(node, &field);
	void *copy;

	if (code != ASN1_SUCCESS)
		return misuse(value, path, code, err);
	if (field.type == ASN1_ETYPE_BIT_STRING)
		return egov__asn1_write_bits(value, path, bytes, 0, err);
	if (bytes.size == 0 && field.type != ASN1_ETYPE_OCTET_STRING)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "%s.%s: no octets to write",
		                      value->type, path);
	if (bytes.size > INT_MAX)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "%s.%s: %zu octets are too many",
		                      value->type, path, bytes.size);
	/* The octets of a time are a string to libtasn1, whatever its length. */
	copy = egov__slice_copy(bytes);
	if (copy == NULL)
		return egov_error_nomem(err);
	code = asn1_write_value(value->node, path, copy, (int)bytes.size);
	free(copy);
	return code == ASN1_SUCCESS ? EGOV_OK : misuse(value, path, code, err);
}

enum egov_status egov__asn1_write_bits(struct egov__asn1 *value, const char *path,
                                       struct egov_slice octets, unsigned unused,
                                       struct egov_error *err)
{
	int code;

	if (octets.size > INT_MAX / 8 || unused > 7 || (octets.size == 0 && unused != 0))
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "%s.%s: no BIT STRING of %zu octets",
		                      value->type, path, octets.size);
	code = asn1_write_value(value->node, path,
	                        octets.size == 0 ? "" : (const void *)octets.data,
	                        (int)(octets.size * 8 - unused));
	return code == ASN1_SUCCESS ? EGOV_OK : misuse(value, path, code, err);
}

enum egov_status egov__asn1_write_text(struct egov__asn1 *value, const char *path, const char *text,
                                       struct egov_error *err)
{
	const size_t length = strlen(text);
	int code;

	if (length == 0 || length > EGOV__MAX_OBJECT)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "%s.%s: text of %zu octets",
		                      value->type, path, length);
	code = asn1_write_value(value->node, path, text, (int)length);
	return code == ASN1_SUCCESS ? EGOV_OK : misuse(value, path, code, err);
}

enum egov_status egov__asn1_append(struct egov__asn1 *value, const char *path,
                                   struct egov_error *err)
{
	const int code = asn1_write_value(value->node, path, "NEW", 1);

	return code == ASN1_SUCCESS ? EGOV_OK : misuse(value, path, code, err);
}

enum egov_status egov__asn1_omit(struct egov__asn1 *value, const char *path, struct egov_error *err)
{
	const int code = asn1_write_value(value->node, path, NULL, 0);

	return code == ASN1_SUCCESS ? EGOV_OK : misuse(value, path, code, err);
}

enum egov_status egov__asn1_encode(struct egov__asn1 *value, struct egov_buf *out,
                                   struct egov_error *err)
{
	char why[ASN1_MAX_ERROR_DESCRIPTION_SIZE] = "";
	int size = 0;
	int code = asn1_der_coding(value->node, "", NULL, &size, why);

	if (code == ASN1_MEM_ERROR && size > 0) {
		const size_t before = out->size;
		uint8_t *at = egov__buf_extend(out, (size_t)size);

		if (at == NULL)
			return egov__buf_check(out, err);
		code = asn1_der_coding(value->node, "", at, &size, why);
		if (code == ASN1_SUCCESS)
			return EGOV_OK;
		out->size = before;
	}
	if (code == ASN1_MEM_ALLOC_ERROR)
		return egov_error_nomem(err);
	return egov_error_set(err, EGOV_E_USAGE, NULL, "%s cannot be encoded: %s %s", value->type,
	                      asn1_strerror(code), why);
}

/* libtasn1 has arcs of 64 bits at most, ten octets; X.667 makes some of 128 (2.25.UUID). */
static bool has_long_arc(struct egov_slice der)
{
	for (size_t i = 0; i + 2 < der.size; i++) {
		const size_t end = i + 2 + der.data[i + 1];
		size_t going_on = 0;

		if (der.data[i] != EGOV__OID || der.data[i + 1] >= 0x80 || end > der.size)
			continue;
		for (size_t at = i + 2; at < end && going_on < 9; at++)
			going_on = der.data[at] >= 0x80 ? going_on + 1 : 0;
		if (going_on == 9)
			return true;
	}
	return false;
}

enum egov_status egov__asn1_check(const char *type, struct egov_slice der, struct egov_error *err)
{
	const char *const name = strchr(type, '.') == NULL ? type : strchr(type, '.') + 1;
	char why[ASN1_MAX_ERROR_DESCRIPTION_SIZE] = "";
	struct egov__asn1 *value = NULL;
	enum egov_status rc;
	int size, code;

	if (der.size > EGOV__MAX_OBJECT)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "%zu octets, at most %u allowed",
		                      der.size, EGOV__MAX_OBJECT);
	if (der.size == 0)
		return egov_error_set(err, EGOV_E_SYNTAX, NULL, "empty where %s must be", name);
	rc = egov__der_check(der, err);
	if (rc != EGOV_OK)
		return rc;
	rc = egov__asn1_new(type, &value, err);
	if (rc != EGOV_OK)
		return rc;
	size = (int)der.size;
	code = asn1_der_decoding2(&value->node, der.data, &size, ASN1_DECODE_FLAG_STRICT_DER, why);
	egov__asn1_free(value);
	if (code == ASN1_SUCCESS)
		return EGOV_OK;
	if (code == ASN1_MEM_ALLOC_ERROR)
		return egov_error_nomem(err);
	if (has_long_arc(der))
		return egov_error_set(err, EGOV_E_UNSUPPORTED, NULL,
		                      "%s: an object identifier of more than 64 bits an arc", name);
	return egov_error_set(err, EGOV_E_SYNTAX, "X.690, 10", "not the DER of %s: %s %s", name,
	                      asn1_strerror(code), why);
}
