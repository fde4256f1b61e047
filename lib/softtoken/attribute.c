/* SPDX-License-Identifier: Apache-2.0 */
#include "softtoken/attribute.h"

enum { PUBLIC = 1, PRIVATE = 2, BOTH = 3 };

/* How an attribute is answered, and what a template may say of it. */
enum kind {
	ALWAYS,         /* CK_TRUE, and nothing else */
	NEVER,          /* CK_FALSE, and nothing else */
	FLAG,           /* a flag of the object; a template may set it */
	MADE_HERE,      /* whether the key was made in the token; nobody sets it */
	EMPTY,          /* no value, and nothing else */
	CLASS, KEY_TYPE, MECHANISM, LABEL, ID, SUBJECT, CURVE, POINT, SPKI, VALUE
};

struct attribute {
	CK_ATTRIBUTE_TYPE type;
	unsigned classes;
	enum kind kind;
	unsigned flag;
};

static const struct attribute table[] = {
	{ CKA_CLASS, BOTH, CLASS, 0 },
	{ CKA_TOKEN, BOTH, ALWAYS, 0 },
	{ CKA_PRIVATE, PRIVATE, ALWAYS, 0 },
	{ CKA_PRIVATE, PUBLIC, NEVER, 0 },
	{ CKA_MODIFIABLE, BOTH, FLAG, EGOV__SOFTOBJECT_MODIFIABLE },
	{ CKA_COPYABLE, BOTH, NEVER, 0 },
	{ CKA_DESTROYABLE, BOTH, ALWAYS, 0 },
	{ CKA_LABEL, BOTH, LABEL, 0 },
	{ CKA_ID, BOTH, ID, 0 },
	{ CKA_SUBJECT, BOTH, SUBJECT, 0 },
	{ CKA_KEY_TYPE, BOTH, KEY_TYPE, 0 },
	{ CKA_START_DATE, BOTH, EMPTY, 0 },
	{ CKA_END_DATE, BOTH, EMPTY, 0 },
	{ CKA_LOCAL, BOTH, MADE_HERE, 0 },
	{ CKA_KEY_GEN_MECHANISM, BOTH, MECHANISM, 0 },
	{ CKA_EC_PARAMS, BOTH, CURVE, 0 },
	{ CKA_EC_POINT, BOTH, POINT, 0 },
	{ CKA_PUBLIC_KEY_INFO, BOTH, SPKI, 0 },
	{ CKA_DERIVE, BOTH, NEVER, 0 },
	{ CKA_VERIFY, PUBLIC, FLAG, EGOV__SOFTOBJECT_USABLE },
	{ CKA_VERIFY_RECOVER, PUBLIC, NEVER, 0 },
	{ CKA_ENCRYPT, PUBLIC, NEVER, 0 },
	{ CKA_WRAP, PUBLIC, NEVER, 0 },
	{ CKA_TRUSTED, PUBLIC, NEVER, 0 },
	{ CKA_SIGN, PRIVATE, FLAG, EGOV__SOFTOBJECT_USABLE },
	{ CKA_SIGN_RECOVER, PRIVATE, NEVER, 0 },
	{ CKA_DECRYPT, PRIVATE, FLAG, EGOV__SOFTOBJECT_DECRYPTS },
	{ CKA_UNWRAP, PRIVATE, NEVER, 0 },
	{ CKA_SENSITIVE, PRIVATE, ALWAYS, 0 },
	{ CKA_ALWAYS_SENSITIVE, PRIVATE, MADE_HERE, 0 },
	{ CKA_EXTRACTABLE, PRIVATE, NEVER, 0 },
	{ CKA_NEVER_EXTRACTABLE, PRIVATE, MADE_HERE, 0 },
	{ CKA_ALWAYS_AUTHENTICATE, PRIVATE, NEVER, 0 },
	{ CKA_WRAP_WITH_TRUSTED, PRIVATE, NEVER, 0 },
	{ CKA_VALUE, PRIVATE, VALUE, 0 },
};

/* The OID of the SM2 curve, 1.2.156.10197.1.301. */
static const uint8_t curve[] = { 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d };

static const struct attribute *find(CK_ATTRIBUTE_TYPE type, unsigned class)
{
	const unsigned bit = class == EGOV__SOFTOBJECT_PUBLIC ? PUBLIC : PRIVATE;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].type == type && (table[i].classes & bit) != 0)
			return &table[i];
	return NULL;
}

static struct egov_slice boolean(struct egov__softscratch *scratch, bool value)
{
	scratch->boolean = value ? CK_TRUE : CK_FALSE;
	return (struct egov_slice){ &scratch->boolean, sizeof(scratch->boolean) };
}

static struct egov_slice number(struct egov__softscratch *scratch, CK_ULONG value)
{
	scratch->number = value;
	return (struct egov_slice){ (const uint8_t *)&scratch->number, sizeof(scratch->number) };
}

/* The standard's form: the point in an OCTET STRING. */
static struct egov_slice wrapped_point(struct egov__softscratch *scratch, const uint8_t *point)
{
	scratch->octets[0] = 0x04;
	scratch->octets[1] = EGOV__SM2_POINT;
	memcpy(scratch->octets + 2, point, EGOV__SM2_POINT);
	return (struct egov_slice){ scratch->octets, 2 + EGOV__SM2_POINT };
}

static struct egov_slice text(const struct egov__softtext *from)
{
	return (struct egov_slice){ from->octets, from->size };
}

CK_RV egov__softattribute_read(const struct egov__softobject *object, CK_ATTRIBUTE_TYPE type,
                               struct egov__softscratch *scratch, struct egov_slice *value)
{
	const struct attribute *attribute = find(type, object->class);
	const bool local = (object->flags & EGOV__SOFTOBJECT_LOCAL) != 0;

	if (attribute == NULL)
		return CKR_ATTRIBUTE_TYPE_INVALID;
	switch (attribute->kind) {
	case ALWAYS:
	case NEVER:
		*value = boolean(scratch, attribute->kind == ALWAYS);
		break;
	case FLAG:
		*value = boolean(scratch, (object->flags & attribute->flag) != 0);
		break;
	case MADE_HERE:
		*value = boolean(scratch, local);
		break;
	case EMPTY:
		*value = EGOV__NO_SLICE;
		break;
	case CLASS:
		*value = number(scratch, object->class);
		break;
	case KEY_TYPE:
		*value = number(scratch, object->key_type);
		break;
	case MECHANISM:
		*value = number(scratch, local ? EGOV__CKM_SM2_KEY_PAIR_GEN : CK_UNAVAILABLE_INFORMATION);
		break;
	case LABEL:
		*value = text(&object->label);
		break;
	case ID:
		*value = text(&object->id);
		break;
	case SUBJECT:
		*value = text(&object->subject);
		break;
	case CURVE:
		*value = EGOV__SLICE(curve);
		break;
	case POINT:
		*value = wrapped_point(scratch, object->point);
		break;
	case SPKI:
		egov__sm2_point_spki(object->point, scratch->octets);
		*value = EGOV__SLICE(scratch->octets);
		break;
	case VALUE:
		return CKR_ATTRIBUTE_SENSITIVE;
	}
	return CKR_OK;
}

static struct egov_slice given(const CK_ATTRIBUTE *attribute)
{
	return (struct egov_slice){ attribute->pValue, attribute->ulValueLen };
}

bool egov__softattribute_match(const struct egov__softobject *object, const CK_ATTRIBUTE *attributes,
                               CK_ULONG count)
{
	struct egov__softscratch scratch;
	struct egov_slice value;

	for (CK_ULONG i = 0; i < count; i++)
		if (egov__softattribute_read(object, attributes[i].type, &scratch, &value) != CKR_OK
		    || !egov__slice_equal(value, given(&attributes[i])))
			return false;
	return true;
}

bool egov__softattribute_check(const CK_ATTRIBUTE *attributes, CK_ULONG count)
{
	if (attributes == NULL)
		return count == 0;
	for (CK_ULONG i = 0; i < count; i++)
		if (attributes[i].pValue == NULL && attributes[i].ulValueLen != 0)
			return false;
	return true;
}

static CK_RV set_boolean(const struct attribute *attribute, struct egov_slice value,
                         struct egov__softobject *object)
{
	bool is_true;

	if (value.size != sizeof(CK_BBOOL) || value.data[0] > 1)
		return CKR_ATTRIBUTE_VALUE_INVALID;
	is_true = value.data[0] == CK_TRUE;
	if (attribute->kind != FLAG)
		return is_true == (attribute->kind == ALWAYS) ? CKR_OK : CKR_ATTRIBUTE_VALUE_INVALID;
	object->flags = is_true ? object->flags | attribute->flag : object->flags & ~attribute->flag;
	return CKR_OK;
}

static CK_RV set_text(struct egov__softtext *field, struct egov_slice value, size_t max)
{
	if (value.size > max)
		return CKR_ATTRIBUTE_VALUE_INVALID;
	return egov__softtext_set(field, value) ? CKR_OK : CKR_HOST_MEMORY;
}

static bool is_number(struct egov_slice value, CK_ULONG *out)
{
	if (value.size != sizeof(*out))
		return false;
	memcpy(out, value.data, sizeof(*out));
	return true;
}

static CK_RV set_key_type(struct egov__softobject *object, struct egov_slice value)
{
	CK_ULONG key_type;

	if (!is_number(value, &key_type) || (key_type != CKK_EC && key_type != EGOV__CKK_SM2))
		return CKR_ATTRIBUTE_VALUE_INVALID;
	object->key_type = (uint32_t)key_type;
	return CKR_OK;
}

/* In an OCTET STRING as the standard has it, or bare as some modules do. */
static CK_RV set_point(struct egov__softobject *object, struct egov_slice value)
{
	if (value.size == 2 + EGOV__SM2_POINT && value.data[0] == 0x04
	    && value.data[1] == EGOV__SM2_POINT) {
		value.data += 2;
		value.size -= 2;
	}
	if (egov__sm2_point_check(value, NULL) != EGOV_OK)
		return CKR_ATTRIBUTE_VALUE_INVALID;
	memcpy(object->point, value.data, EGOV__SM2_POINT);
	return CKR_OK;
}

static CK_RV set_private(struct egov__softobject *object, struct egov_slice value)
{
	egov__secret_free(object->d);
	object->d = value.size == EGOV__SM2_PRIVATE ? egov__secret_new(value) : NULL;
	if (object->d != NULL)
		return CKR_OK;
	return value.size == EGOV__SM2_PRIVATE ? CKR_HOST_MEMORY : CKR_ATTRIBUTE_VALUE_INVALID;
}

static CK_RV set_class(const struct egov__softobject *object, struct egov_slice value)
{
	CK_ULONG class;

	return is_number(value, &class) && class == object->class ? CKR_OK
	                                                          : CKR_TEMPLATE_INCONSISTENT;
}

static CK_RV set(struct egov__softdraft *draft, const struct attribute *attribute,
                 struct egov_slice value, enum egov__softorigin origin)
{
	struct egov__softobject *object = draft->object;

	switch (attribute->kind) {
	case ALWAYS:
	case NEVER:
	case FLAG:
		draft->on_token |= attribute->type == CKA_TOKEN;
		return set_boolean(attribute, value, object);
	case EMPTY:
		return value.size == 0 ? CKR_OK : CKR_ATTRIBUTE_VALUE_INVALID;
	case CLASS:
		return set_class(object, value);
	case KEY_TYPE:
		draft->has_key_type = true;
		return set_key_type(object, value);
	case LABEL:
		return set_text(&object->label, value, EGOV__SOFTOBJECT_TEXT_MAX);
	case ID:
		return set_text(&object->id, value, EGOV__SOFTOBJECT_TEXT_MAX);
	case SUBJECT:
		return set_text(&object->subject, value, EGOV__SOFTOBJECT_SUBJECT_MAX);
	case CURVE:
		draft->has_curve = true;
		return egov__slice_equal(value, EGOV__SLICE(curve)) ? CKR_OK : CKR_CURVE_NOT_SUPPORTED;
	case POINT:
		draft->has_point = true;
		return origin == EGOV__SOFTORIGIN_GENERATED ? CKR_TEMPLATE_INCONSISTENT
		                                            : set_point(object, value);
	case VALUE:
		return origin == EGOV__SOFTORIGIN_GENERATED ? CKR_TEMPLATE_INCONSISTENT
		                                            : set_private(object, value);
	case MADE_HERE:
	case MECHANISM:
	case SPKI:
		break;
	}
	return CKR_ATTRIBUTE_READ_ONLY;
}

static bool is_repeated(const CK_ATTRIBUTE *attributes, CK_ULONG index)
{
	for (CK_ULONG i = 0; i < index; i++)
		if (attributes[i].type == attributes[index].type)
			return true;
	return false;
}

/* An imported private key must be one, and a point beside it must be its own. */
static CK_RV check_private(struct egov__softdraft *draft)
{
	struct egov__softobject *object = draft->object;
	struct egov_error err = { 0 };
	uint8_t point[EGOV__SM2_POINT];
	enum egov_status rc;

	if (object->d == NULL)
		return CKR_TEMPLATE_INCOMPLETE;
	rc = egov__sm2_public(object->d, point, &err);
	if (rc != EGOV_OK)
		return rc == EGOV_E_POLICY ? CKR_ATTRIBUTE_VALUE_INVALID : egov__softrv(rc, &err);
	if (draft->has_point && memcmp(point, object->point, sizeof(point)) != 0)
		return CKR_TEMPLATE_INCONSISTENT;
	memcpy(object->point, point, sizeof(point));
	return CKR_OK;
}

static CK_RV complete(struct egov__softdraft *draft, enum egov__softorigin origin)
{
	if (!draft->on_token)
		return CKR_TEMPLATE_INCOMPLETE;
	if (origin == EGOV__SOFTORIGIN_GENERATED)
		return CKR_OK;
	if (!draft->has_key_type || !draft->has_curve)
		return CKR_TEMPLATE_INCOMPLETE;
	if (draft->object->class == EGOV__SOFTOBJECT_PRIVATE)
		return check_private(draft);
	return draft->has_point ? CKR_OK : CKR_TEMPLATE_INCOMPLETE;
}

CK_RV egov__softdraft_make(const CK_ATTRIBUTE *attributes, CK_ULONG count, unsigned class,
                           enum egov__softorigin origin, struct egov__softdraft *draft)
{
	struct egov__softdraft made = { .object = egov__softobject_new(class) };
	CK_RV rv = CKR_OK;

	if (made.object == NULL)
		return CKR_HOST_MEMORY;
	if (origin == EGOV__SOFTORIGIN_GENERATED)
		made.object->flags |= EGOV__SOFTOBJECT_LOCAL;
	for (CK_ULONG i = 0; rv == CKR_OK && i < count; i++) {
		const struct attribute *attribute = find(attributes[i].type, class);

		if (attribute == NULL)
			rv = CKR_ATTRIBUTE_TYPE_INVALID;
		else if (is_repeated(attributes, i))
			rv = CKR_TEMPLATE_INCONSISTENT;
		else
			rv = set(&made, attribute, given(&attributes[i]), origin);
	}
	if (rv == CKR_OK)
		rv = complete(&made, origin);
	if (rv != CKR_OK)
		egov__softobject_free(made.object);
	else
		*draft = made;
	return rv;
}

CK_RV egov__softattribute_change(struct egov__softobject *object, const CK_ATTRIBUTE *attributes,
                                 CK_ULONG count)
{
	struct egov__softdraft draft = { .object = object };
	CK_RV rv = CKR_OK;

	if ((object->flags & EGOV__SOFTOBJECT_MODIFIABLE) == 0)
		return CKR_ACTION_PROHIBITED;
	for (CK_ULONG i = 0; rv == CKR_OK && i < count; i++) {
		const struct attribute *attribute = find(attributes[i].type, object->class);

		if (attribute == NULL)
			rv = CKR_ATTRIBUTE_TYPE_INVALID;
		else if (attribute->kind != LABEL && attribute->kind != ID && attribute->kind != SUBJECT)
			rv = CKR_ATTRIBUTE_READ_ONLY;
		else
			rv = set(&draft, attribute, given(&attributes[i]), EGOV__SOFTORIGIN_IMPORTED);
	}
	return rv;
}
