/* SPDX-License-Identifier: Apache-2.0 */
#include "softtoken/attribute.h"
#include "softtoken/module.h"

/* Objects are written in a read-write session of the user; everything is a token object. */
static CK_RV may_write(const struct egov__softsession *session)
{
	if (!session->read_write)
		return CKR_SESSION_READ_ONLY;
	return session->slot->token->login == EGOV__SOFTLOGIN_USER ? CKR_OK : CKR_USER_NOT_LOGGED_IN;
}

struct additions {
	struct egov__softobject *objects[2];
	size_t count;
};

static CK_RV add(struct egov__softstore *store, struct egov__softlist *list, void *user)
{
	const struct additions *additions = user;
	struct egov_error err = { 0 };
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < additions->count; i++) {
		struct egov__softobject *object = additions->objects[i];

		if (store->next_handle >= UINT32_MAX)
			return CKR_DEVICE_MEMORY;
		object->handle = store->next_handle++;
		rc = egov__softlist_take(list, egov__softobject_hold(object), &err);
		if (rc != EGOV_OK)
			egov__softobject_free(object);
	}
	return egov__softrv(rc, &err);
}

/* The class comes first, for it decides what the other attributes mean. */
static CK_RV class_of(const CK_ATTRIBUTE *attributes, CK_ULONG count, CK_ULONG *class)
{
	for (CK_ULONG i = 0; i < count; i++)
		if (attributes[i].type == CKA_CLASS) {
			if (attributes[i].ulValueLen != sizeof(*class))
				return CKR_ATTRIBUTE_VALUE_INVALID;
			memcpy(class, attributes[i].pValue, sizeof(*class));
			return *class == CKO_PUBLIC_KEY || *class == CKO_PRIVATE_KEY
			               ? CKR_OK
			               : CKR_ATTRIBUTE_VALUE_INVALID;
		}
	return CKR_TEMPLATE_INCOMPLETE;
}

static CK_RV create(const struct egov__softsession *session, const CK_ATTRIBUTE *attributes,
                    CK_ULONG count, CK_OBJECT_HANDLE *handle)
{
	struct egov__softdraft draft = { 0 };
	struct additions additions = { .count = 1 };
	CK_ULONG class = 0;
	CK_RV rv = class_of(attributes, count, &class);

	if (rv == CKR_OK)
		rv = may_write(session);
	if (rv == CKR_OK)
		rv = egov__softdraft_make(attributes, count, (unsigned)class, EGOV__SOFTORIGIN_IMPORTED,
		                          &draft);
	if (rv != CKR_OK)
		return rv;
	additions.objects[0] = draft.object;
	rv = egov__softtoken_change(session->slot->token, add, &additions);
	if (rv == CKR_OK)
		*handle = draft.object->handle;
	egov__softobject_free(draft.object);
	return rv;
}

CK_RV C_CreateObject(CK_SESSION_HANDLE handle, CK_ATTRIBUTE *templ, CK_ULONG count,
                     CK_OBJECT_HANDLE *object)
{
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	if (templ == NULL || object == NULL || !egov__softattribute_check(templ, count))
		rv = CKR_ARGUMENTS_BAD;
	else
		rv = create(session, templ, count, object);
	egov__softmodule_leave();
	return rv;
}

struct pair {
	struct egov__softdraft public_key, private_key;
};

static void free_pair(struct pair *pair)
{
	egov__softobject_free(pair->public_key.object);
	egov__softobject_free(pair->private_key.object);
}

/* The key type of one half is that of the other where this one does not say. */
static CK_RV agree(const struct egov__softdraft *from, struct egov__softdraft *to)
{
	if (from->has_key_type && !to->has_key_type)
		to->object->key_type = from->object->key_type;
	return from->object->key_type == to->object->key_type || !from->has_key_type
	               ? CKR_OK
	               : CKR_TEMPLATE_INCONSISTENT;
}

static CK_RV plan_pair(const struct egov__softsession *session, const CK_MECHANISM *mechanism,
                       const CK_ATTRIBUTE *const templates[2], const CK_ULONG counts[2],
                       struct pair *pair)
{
	CK_RV rv;

	if (mechanism->mechanism != EGOV__CKM_SM2_KEY_PAIR_GEN)
		return CKR_MECHANISM_INVALID;
	if (mechanism->ulParameterLen != 0)
		return CKR_MECHANISM_PARAM_INVALID;
	rv = may_write(session);
	if (rv == CKR_OK)
		rv = egov__softdraft_make(templates[0], counts[0], EGOV__SOFTOBJECT_PUBLIC,
		                          EGOV__SOFTORIGIN_GENERATED, &pair->public_key);
	if (rv == CKR_OK)
		rv = egov__softdraft_make(templates[1], counts[1], EGOV__SOFTOBJECT_PRIVATE,
		                          EGOV__SOFTORIGIN_GENERATED, &pair->private_key);
	if (rv == CKR_OK)
		rv = agree(&pair->public_key, &pair->private_key);
	if (rv == CKR_OK)
		rv = agree(&pair->private_key, &pair->public_key);
	if (rv != CKR_OK)
		free_pair(pair);
	return rv;
}

static CK_RV generate(struct pair *pair)
{
	struct egov_error err = { 0 };
	struct egov__softobject *key = pair->private_key.object;
	enum egov_status rc = egov__sm2_generate(&key->d, key->point, &err);

	memcpy(pair->public_key.object->point, key->point, sizeof(key->point));
	return egov__softrv(rc, &err);
}

/* Back under the lock: the session may be gone, its user logged out. */
static CK_RV keep_pair(CK_SESSION_HANDLE handle, const struct pair *pair,
                       CK_OBJECT_HANDLE *public_key, CK_OBJECT_HANDLE *private_key)
{
	struct additions additions = { { pair->public_key.object, pair->private_key.object }, 2 };
	const struct egov__softsession *session = egov__softmodule_session(handle);
	CK_RV rv = session == NULL ? CKR_SESSION_HANDLE_INVALID : may_write(session);

	if (rv == CKR_OK)
		rv = egov__softtoken_change(session->slot->token, add, &additions);
	if (rv == CKR_OK) {
		*public_key = pair->public_key.object->handle;
		*private_key = pair->private_key.object->handle;
	}
	return rv;
}

CK_RV C_GenerateKeyPair(CK_SESSION_HANDLE handle, CK_MECHANISM *mechanism,
                        CK_ATTRIBUTE *public_key_template, CK_ULONG public_key_attribute_count,
                        CK_ATTRIBUTE *private_key_template, CK_ULONG private_key_attribute_count,
                        CK_OBJECT_HANDLE *public_key, CK_OBJECT_HANDLE *private_key)
{
	const CK_ATTRIBUTE *const templates[2] = { public_key_template, private_key_template };
	const CK_ULONG counts[2] = { public_key_attribute_count, private_key_attribute_count };
	struct pair pair = { 0 };
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	if (mechanism == NULL || public_key == NULL || private_key == NULL
	    || !egov__softattribute_check(templates[0], counts[0])
	    || !egov__softattribute_check(templates[1], counts[1]))
		rv = CKR_ARGUMENTS_BAD;
	else
		rv = plan_pair(session, mechanism, templates, counts, &pair);
	egov__softmodule_leave();
	if (rv != CKR_OK)
		return rv;
	rv = generate(&pair);
	if (rv == CKR_OK)
		rv = egov__softmodule_enter();
	if (rv == CKR_OK) {
		rv = keep_pair(handle, &pair, public_key, private_key);
		free_pair(&pair);
		egov__softmodule_leave();
	} else {
		free_pair(&pair);
	}
	return rv;
}

static CK_RV destroy(struct egov__softstore *store, struct egov__softlist *list, void *user)
{
	const CK_OBJECT_HANDLE *handle = user;
	const size_t index = egov__softlist_find(list, *handle);

	(void)store;
	if (index == list->count)
		return CKR_OBJECT_HANDLE_INVALID;
	egov__softlist_replace(list, index, NULL);
	return CKR_OK;
}

static bool is_known(const struct egov__softsession *session, CK_OBJECT_HANDLE handle)
{
	const struct egov__softlist *list = &session->slot->token->list;

	return egov__softlist_find(list, handle) < list->count;
}

CK_RV C_DestroyObject(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object)
{
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	rv = is_known(session, object) ? may_write(session) : CKR_OBJECT_HANDLE_INVALID;
	if (rv == CKR_OK)
		rv = egov__softtoken_change(session->slot->token, destroy, &object);
	egov__softmodule_leave();
	return rv;
}

struct edit {
	CK_OBJECT_HANDLE handle;
	const CK_ATTRIBUTE *attributes;
	CK_ULONG count;
};

static CK_RV edit(struct egov__softstore *store, struct egov__softlist *list, void *user)
{
	const struct edit *edit = user;
	const size_t index = egov__softlist_find(list, edit->handle);
	struct egov__softobject *copy;
	CK_RV rv;

	(void)store;
	if (index == list->count)
		return CKR_OBJECT_HANDLE_INVALID;
	copy = egov__softobject_copy(list->objects[index]);
	if (copy == NULL)
		return CKR_HOST_MEMORY;
	rv = egov__softattribute_change(copy, edit->attributes, edit->count);
	if (rv == CKR_OK)
		egov__softlist_replace(list, index, copy);
	else
		egov__softobject_free(copy);
	return rv;
}

CK_RV C_SetAttributeValue(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *templ,
                          CK_ULONG count)
{
	struct edit change = { object, templ, count };
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	if (templ == NULL || !egov__softattribute_check(templ, count))
		rv = CKR_ARGUMENTS_BAD;
	else
		rv = is_known(session, object) ? may_write(session) : CKR_OBJECT_HANDLE_INVALID;
	if (rv == CKR_OK)
		rv = egov__softtoken_change(session->slot->token, edit, &change);
	egov__softmodule_leave();
	return rv;
}
