/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "crypto/random.h"
#include "softtoken/module.h"
#include "softtoken/pin.h"

/* What C_InitToken does to a slot: first it is seen what is there, under the lock of the module;
 * keys are derived outside it; the token is written under it again. */
struct init {
	CK_SLOT_ID slot;
	struct egov_slice so_pin;
	const uint8_t *label;
	bool again;                             /* the slot has a token, whose SO PIN must be right */
	char serial[EGOV__SOFTSTORE_SERIAL + 1];
	struct egov__softguess guess;
};

static CK_RV new_serial(char serial[EGOV__SOFTSTORE_SERIAL + 1])
{
	uint8_t octets[EGOV__SOFTSTORE_SERIAL / 2];
	struct egov_error err = { 0 };
	const enum egov_status rc = egov__random(octets, sizeof(octets), &err);

	for (size_t i = 0; rc == EGOV_OK && i < sizeof(octets); i++)
		(void)snprintf(serial + 2 * i, 3, "%02x", octets[i]);
	return egov__softrv(rc, &err);
}

static CK_RV check_slot(const struct init *init, struct egov__softslot **slot)
{
	*slot = egov__softmodule_slot(init->slot);
	if (*slot == NULL)
		return CKR_SLOT_ID_INVALID;
	if (init->so_pin.data == NULL || init->label == NULL
	    || !egov__utf8_check((struct egov_slice){ init->label, EGOV__SOFTSTORE_LABEL }, NULL))
		return CKR_ARGUMENTS_BAD;
	return egov__softmodule_sessions(*slot, NULL) > 0 ? CKR_SESSION_EXISTS : CKR_OK;
}

/* A token that is there already: its SO PIN must be right (PKCS #11, 5.5). */
static CK_RV begin(struct init *init)
{
	struct egov__softslot *slot;
	CK_RV rv = egov__softmodule_enter();

	if (rv != CKR_OK)
		return rv;
	rv = check_slot(init, &slot);
	if (rv == CKR_OK) {
		init->again = slot->token != NULL;
		if (init->again) {
			(void)egov__text_copy(init->serial, sizeof(init->serial), slot->token->serial);
			rv = egov__softtoken_guess(slot->token, &init->guess);
		} else {
			rv = egov__softpin_check(init->so_pin);
		}
	}
	egov__softmodule_leave();
	return rv;
}

/* A wrong PIN is not the end here: it is yet to be counted. */
static CK_RV prepare(struct init *init)
{
	if (init->again) {
		egov__softguess_try(&init->guess, init->so_pin);
		if (init->guess.verdict != EGOV_OK)
			return CKR_OK;
	} else {
		const CK_RV rv = new_serial(init->serial);

		if (rv != CKR_OK)
			return rv;
	}
	return egov__softguess_new(&init->guess, init->serial, init->so_pin);
}

static CK_RV write_new(struct egov__softslot *slot, struct init *init)
{
	struct egov__softtoken *token = egov__softtoken_new(egov__softmodule_dir(), init->serial);
	CK_RV rv = token == NULL ? CKR_HOST_MEMORY
	                         : egov__softtoken_init(token, &init->guess, init->label);

	if (rv == CKR_OK)
		slot->token = token;
	else
		egov__softtoken_free(token);
	return rv;
}

/* Others may have changed the slot meanwhile. */
static CK_RV end(struct init *init)
{
	struct egov__softslot *slot;
	CK_RV rv = egov__softmodule_enter();

	if (rv != CKR_OK)
		return rv;
	rv = check_slot(init, &slot);
	if (rv == CKR_OK && init->again)
		rv = slot->token == NULL ? CKR_TOKEN_NOT_PRESENT
		                         : egov__softtoken_judge(slot->token, &init->guess);
	if (rv == CKR_OK && init->again)
		rv = egov__softtoken_init(slot->token, &init->guess, init->label);
	else if (rv == CKR_OK)
		rv = write_new(slot, init);
	egov__softmodule_leave();
	return rv;
}

CK_RV C_InitToken(CK_SLOT_ID slot_id, unsigned char *pin, CK_ULONG pin_len, unsigned char *label)
{
	struct init init = { .slot = slot_id, .so_pin = { pin, pin_len }, .label = label,
		             .guess = { .role = EGOV__SOFTROLE_SO } };
	CK_RV rv = egov__softmodule_enter_pin();

	if (rv != CKR_OK)
		return rv;
	rv = begin(&init);
	if (rv == CKR_OK)
		rv = prepare(&init);
	if (rv == CKR_OK)
		rv = end(&init);
	egov__softguess_clear(&init.guess);
	egov__softmodule_leave_pin();
	return rv;
}
