/* SPDX-License-Identifier: Apache-2.0 */
#include "softtoken/module.h"
#include "softtoken/pin.h"

static const char manufacturer[] = "libegovca";
static const char model[] = "software";

static const struct {
	CK_MECHANISM_TYPE type;
	CK_MECHANISM_INFO info;
} mechanisms[] = {
#define SM2_FLAGS (CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS)
	{ EGOV__CKM_SM2_KEY_PAIR_GEN, { 256, 256, CKF_GENERATE_KEY_PAIR | SM2_FLAGS } },
	{ EGOV__CKM_SM2_SIGN, { 256, 256, CKF_SIGN | CKF_VERIFY | SM2_FLAGS } },
	{ EGOV__CKM_SM3_SM2, { 256, 256, CKF_SIGN | CKF_VERIFY | SM2_FLAGS } },
	{ EGOV__CKM_SM2_ENCRYPT, { 256, 256, CKF_DECRYPT | SM2_FLAGS } },
	{ EGOV__CKM_SM3, { 0, 0, CKF_DIGEST } },
#undef SM2_FLAGS
};
#define MECHANISMS (sizeof(mechanisms) / sizeof(mechanisms[0]))

/* Text fields of PKCS #11 are padded with blanks and have no NUL. */
static void pad(unsigned char *field, size_t size, const char *text)
{
	const size_t length = strlen(text);

	memset(field, ' ', size);
	memcpy(field, text, length < size ? length : size);
}

/* An array that the caller sized, or, NULL, wants to size. */
static CK_RV give_count(const void *array, CK_ULONG *count, size_t have)
{
	const CK_ULONG room = *count;

	*count = have;
	return array != NULL && room < have ? CKR_BUFFER_TOO_SMALL : CKR_OK;
}

CK_RV C_GetInfo(CK_INFO *info)
{
	CK_RV rv = egov__softmodule_enter();

	if (rv != CKR_OK)
		return rv;
	if (info == NULL) {
		rv = CKR_ARGUMENTS_BAD;
	} else {
		memset(info, 0, sizeof(*info));
		info->cryptokiVersion = (CK_VERSION){ 2, 40 };
		info->libraryVersion = (CK_VERSION){ 0, 1 };
		pad(info->manufacturerID, sizeof(info->manufacturerID), manufacturer);
		pad(info->libraryDescription, sizeof(info->libraryDescription),
		    "SM2 software token (uncertified)");
	}
	egov__softmodule_leave();
	return rv;
}

static bool is_present(const struct egov__softslot *slot)
{
	return slot->token == NULL || slot->token->trouble != EGOV_E_NOTFOUND;
}

static CK_RV list_slots(bool only_present, CK_SLOT_ID *list, CK_ULONG *count)
{
	struct egov__softslot **slots;
	const size_t all = egov__softmodule_slots(&slots);
	size_t have = 0;
	CK_RV rv;

	for (size_t i = 0; i < all; i++)
		have += !only_present || is_present(slots[i]);
	rv = give_count(list, count, have);
	if (rv != CKR_OK || list == NULL)
		return rv;
	for (size_t i = 0; i < all; i++)
		if (!only_present || is_present(slots[i]))
			*list++ = slots[i]->id;
	return CKR_OK;
}

/* The list changes only where its length is asked for (PKCS #11, 5.5). */
CK_RV C_GetSlotList(unsigned char token_present, CK_SLOT_ID *slot_list, CK_ULONG *count)
{
	CK_RV rv = egov__softmodule_enter();

	if (rv != CKR_OK)
		return rv;
	if (count == NULL)
		rv = CKR_ARGUMENTS_BAD;
	else if (slot_list == NULL)
		rv = egov__softmodule_rescan();
	if (rv == CKR_OK)
		rv = list_slots(token_present != CK_FALSE, slot_list, count);
	egov__softmodule_leave();
	return rv;
}

static const char *condition(const struct egov__softtoken *token)
{
	switch (token->trouble) {
	case EGOV_OK:
		return "";
	case EGOV_E_POLICY:
		return ": open to others, refused";
	case EGOV_E_CORRUPT:
		return ": damaged";
	case EGOV_E_UNSUPPORTED:
		return ": of another version";
	case EGOV_E_NOTFOUND:
		return ": removed";
	default:
		return ": unreadable";
	}
}

static void describe(const struct egov__softslot *slot, CK_SLOT_INFO *info)
{
	char text[sizeof(info->slotDescription) + 1] = "software slot for a new token";

	memset(info, 0, sizeof(*info));
	if (slot->token != NULL)
		(void)snprintf(text, sizeof(text), "software token %s%s", slot->token->serial,
		               condition(slot->token));
	pad(info->slotDescription, sizeof(info->slotDescription), text);
	pad(info->manufacturerID, sizeof(info->manufacturerID), manufacturer);
	info->flags = is_present(slot) ? CKF_TOKEN_PRESENT : 0;
}

CK_RV C_GetSlotInfo(CK_SLOT_ID slot_id, CK_SLOT_INFO *info)
{
	const struct egov__softslot *slot;
	CK_RV rv = egov__softmodule_enter();

	if (rv != CKR_OK)
		return rv;
	slot = egov__softmodule_slot(slot_id);
	if (slot == NULL) {
		rv = CKR_SLOT_ID_INVALID;
	} else if (info == NULL) {
		rv = CKR_ARGUMENTS_BAD;
	} else {
		if (slot->token != NULL)
			(void)egov__softtoken_refresh(slot->token);
		describe(slot, info);
	}
	egov__softmodule_leave();
	return rv;
}

static CK_FLAGS tries_flags(unsigned tries, CK_FLAGS low, CK_FLAGS final, CK_FLAGS locked)
{
	CK_FLAGS flags = 0;

	if (tries > 0)
		flags |= low;
	if (tries == EGOV__SOFTSTORE_TRIES - 1)
		flags |= final;
	if (tries >= EGOV__SOFTSTORE_TRIES)
		flags |= locked;
	return flags;
}

static CK_FLAGS token_flags(const struct egov__softstore *store)
{
	CK_FLAGS flags = CKF_RNG | CKF_LOGIN_REQUIRED | CKF_TOKEN_INITIALIZED;

	if (store->has_wrap[EGOV__SOFTROLE_USER])
		flags |= CKF_USER_PIN_INITIALIZED;
	flags |= tries_flags(store->tries[EGOV__SOFTROLE_USER], CKF_USER_PIN_COUNT_LOW,
	                     CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_LOCKED);
	return flags | tries_flags(store->tries[EGOV__SOFTROLE_SO], CKF_SO_PIN_COUNT_LOW,
	                           CKF_SO_PIN_FINAL_TRY, CKF_SO_PIN_LOCKED);
}

static void fill_token_info(const struct egov__softslot *slot, CK_TOKEN_INFO *info)
{
	const struct egov__softtoken *token = slot->token;
	size_t writers = 0;

	memset(info, 0, sizeof(*info));
	pad(info->label, sizeof(info->label), "");
	pad(info->manufacturerID, sizeof(info->manufacturerID), manufacturer);
	pad(info->model, sizeof(info->model), model);
	pad(info->serialNumber, sizeof(info->serialNumber), token == NULL ? "" : token->serial);
	pad(info->utcTime, sizeof(info->utcTime), "");
	info->flags = CKF_RNG | CKF_LOGIN_REQUIRED;
	if (token != NULL) {
		memcpy(info->label, token->store.label, sizeof(info->label));
		info->flags = token_flags(&token->store);
	}
	info->ulMaxSessionCount = info->ulMaxRwSessionCount = EGOV__SOFTMODULE_SESSIONS;
	info->ulSessionCount = egov__softmodule_sessions(slot, &writers);
	info->ulRwSessionCount = writers;
	info->ulMinPinLen = EGOV__SOFTPIN_MIN;
	info->ulMaxPinLen = EGOV__SOFTPIN_MAX;
	info->ulTotalPublicMemory = info->ulFreePublicMemory = CK_UNAVAILABLE_INFORMATION;
	info->ulTotalPrivateMemory = info->ulFreePrivateMemory = CK_UNAVAILABLE_INFORMATION;
}

CK_RV C_GetTokenInfo(CK_SLOT_ID slot_id, CK_TOKEN_INFO *info)
{
	const struct egov__softslot *slot;
	CK_RV rv = egov__softmodule_enter();

	if (rv != CKR_OK)
		return rv;
	slot = egov__softmodule_slot(slot_id);
	if (slot == NULL)
		rv = CKR_SLOT_ID_INVALID;
	else if (info == NULL)
		rv = CKR_ARGUMENTS_BAD;
	else if (slot->token != NULL)
		rv = egov__softtoken_refresh(slot->token);
	if (rv == CKR_OK)
		fill_token_info(slot, info);
	egov__softmodule_leave();
	return rv;
}

CK_RV C_GetMechanismList(CK_SLOT_ID slot_id, CK_MECHANISM_TYPE *mechanism_list, CK_ULONG *count)
{
	CK_RV rv = egov__softmodule_enter();

	if (rv != CKR_OK)
		return rv;
	if (egov__softmodule_slot(slot_id) == NULL)
		rv = CKR_SLOT_ID_INVALID;
	else if (count == NULL)
		rv = CKR_ARGUMENTS_BAD;
	else
		rv = give_count(mechanism_list, count, MECHANISMS);
	for (size_t i = 0; rv == CKR_OK && mechanism_list != NULL && i < MECHANISMS; i++)
		mechanism_list[i] = mechanisms[i].type;
	egov__softmodule_leave();
	return rv;
}

static CK_RV mechanism_info(CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info)
{
	for (size_t i = 0; i < MECHANISMS; i++)
		if (mechanisms[i].type == type) {
			*info = mechanisms[i].info;
			return CKR_OK;
		}
	return CKR_MECHANISM_INVALID;
}

CK_RV C_GetMechanismInfo(CK_SLOT_ID slot_id, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info)
{
	CK_RV rv = egov__softmodule_enter();

	if (rv != CKR_OK)
		return rv;
	if (egov__softmodule_slot(slot_id) == NULL)
		rv = CKR_SLOT_ID_INVALID;
	else
		rv = info == NULL ? CKR_ARGUMENTS_BAD : mechanism_info(type, info);
	egov__softmodule_leave();
	return rv;
}

CK_RV C_WaitForSlotEvent(CK_FLAGS flags, CK_SLOT_ID *slot, void *reserved)
{
	CK_RV rv = egov__softmodule_enter();

	if (rv != CKR_OK)
		return rv;
	egov__softmodule_leave();
	if (slot == NULL || reserved != NULL)
		return CKR_ARGUMENTS_BAD;
	return (flags & CKF_DONT_BLOCK) != 0 ? CKR_NO_EVENT : CKR_FUNCTION_NOT_SUPPORTED;
}
