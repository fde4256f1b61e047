/* SPDX-License-Identifier: Apache-2.0 */
#include "softtoken/attribute.h"
#include "softtoken/module.h"

static const struct egov__softobject *object_of(const struct egov__softsession *session,
                                                CK_OBJECT_HANDLE handle)
{
	const struct egov__softlist *list = &session->slot->token->list;
	const size_t index = egov__softlist_find(list, handle);

	return index == list->count ? NULL : list->objects[index];
}

/* One attribute of the answer; a failure is told in its length too (PKCS #11, 5.7). */
static CK_RV answer(const struct egov__softobject *object, CK_ATTRIBUTE *attribute)
{
	struct egov__softscratch scratch;
	struct egov_slice value;
	CK_RV rv = egov__softattribute_read(object, attribute->type, &scratch, &value);

	if (rv == CKR_OK && attribute->pValue != NULL && attribute->ulValueLen < value.size)
		rv = CKR_BUFFER_TOO_SMALL;
	if (rv != CKR_OK) {
		attribute->ulValueLen = CK_UNAVAILABLE_INFORMATION;
		return rv;
	}
	if (attribute->pValue != NULL && value.size > 0)
		memcpy(attribute->pValue, value.data, value.size);
	attribute->ulValueLen = value.size;
	return CKR_OK;
}

CK_RV C_GetAttributeValue(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *templ,
                          CK_ULONG count)
{
	const struct egov__softobject *found;
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	found = object_of(session, object);
	if (found == NULL)
		rv = CKR_OBJECT_HANDLE_INVALID;
	else if (templ == NULL)
		rv = CKR_ARGUMENTS_BAD;
	for (CK_ULONG i = 0; found != NULL && templ != NULL && i < count; i++) {
		const CK_RV one = answer(found, &templ[i]);

		rv = rv == CKR_OK ? one : rv;
	}
	egov__softmodule_leave();
	return rv;
}

CK_RV C_GetObjectSize(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object, CK_ULONG *size)
{
	const struct egov__softobject *found;
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	found = object_of(session, object);
	if (found == NULL)
		rv = CKR_OBJECT_HANDLE_INVALID;
	else if (size == NULL)
		rv = CKR_ARGUMENTS_BAD;
	else
		*size = sizeof(*found) + found->label.size + found->id.size + found->subject.size;
	egov__softmodule_leave();
	return rv;
}

/* What matches now; a foreign change of the token is seen here (keys at rest, by generation). */
static CK_RV search(struct egov__softsession *session, const CK_ATTRIBUTE *attributes,
                    CK_ULONG count)
{
	const struct egov__softlist *list = &session->slot->token->list;
	CK_OBJECT_HANDLE *found;
	CK_RV rv = egov__softtoken_refresh(session->slot->token);

	if (rv != CKR_OK)
		return rv;
	found = calloc(list->count + 1, sizeof(*found));
	if (found == NULL)
		return CKR_HOST_MEMORY;
	session->found = found;
	session->found_count = session->found_next = 0;
	for (size_t i = 0; i < list->count; i++)
		if (egov__softattribute_match(list->objects[i], attributes, count))
			found[session->found_count++] = list->objects[i]->handle;
	return CKR_OK;
}

CK_RV C_FindObjectsInit(CK_SESSION_HANDLE handle, CK_ATTRIBUTE *templ, CK_ULONG count)
{
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	if (!egov__softattribute_check(templ, count))
		rv = CKR_ARGUMENTS_BAD;
	else
		rv = session->found != NULL ? CKR_OPERATION_ACTIVE : search(session, templ, count);
	egov__softmodule_leave();
	return rv;
}

CK_RV C_FindObjects(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE *object, CK_ULONG max_object_count,
                    CK_ULONG *object_count)
{
	struct egov__softsession *session;
	CK_ULONG count = 0;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	if (session->found == NULL) {
		rv = CKR_OPERATION_NOT_INITIALIZED;
	} else if (object_count == NULL || (object == NULL && max_object_count > 0)) {
		rv = CKR_ARGUMENTS_BAD;
	} else {
		while (count < max_object_count && session->found_next < session->found_count)
			object[count++] = session->found[session->found_next++];
		*object_count = count;
	}
	egov__softmodule_leave();
	return rv;
}

CK_RV C_FindObjectsFinal(CK_SESSION_HANDLE handle)
{
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	if (session->found == NULL)
		rv = CKR_OPERATION_NOT_INITIALIZED;
	free(session->found);
	session->found = NULL;
	egov__softmodule_leave();
	return rv;
}
