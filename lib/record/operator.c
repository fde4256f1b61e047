/* SPDX-License-Identifier: Apache-2.0 */
#include "record/operator.h"

#include <string.h>

#include "base/text.h"
#include "record/kinds.h"

static const char clause[] = "GM/T 0037";

#define AUDIT_SIDE (EGOV__ROLE_AUDITOR | EGOV__ROLE_AUDIT_ADMINISTRATOR)
#define ANY (~0u)

static const struct {
	const char *name;
	unsigned role;
	unsigned excludes;              /* in one person */
} roles_table[] = {
	{ "registrar", EGOV__ROLE_REGISTRAR, ~(unsigned)EGOV__ROLE_CA_OPERATOR },
	{ "reviewer", EGOV__ROLE_REVIEWER, ~(unsigned)EGOV__ROLE_CA_OPERATOR },
	{ "approver", EGOV__ROLE_APPROVER, ANY },
	{ "ca-operator", EGOV__ROLE_CA_OPERATOR,
	  ~(unsigned)(EGOV__ROLE_REGISTRAR | EGOV__ROLE_REVIEWER) },
	{ "auditor", EGOV__ROLE_AUDITOR, ANY },
	{ "administrator", EGOV__ROLE_ADMINISTRATOR, ANY },
	{ "audit-administrator", EGOV__ROLE_AUDIT_ADMINISTRATOR, ANY },
};
#define ROLES (sizeof(roles_table) / sizeof(roles_table[0]))

void egov__roles_print(unsigned roles, struct egov_buf *out)
{
	const char *between = "";

	for (size_t i = 0; i < ROLES; i++) {
		if ((roles & roles_table[i].role) == 0)
			continue;
		egov__buf_printf(out, "%s%s", between, roles_table[i].name);
		between = ", ";
	}
}

enum egov_status egov__roles_check(unsigned roles, struct egov_error *err)
{
	for (size_t i = 0; i < ROLES; i++)
		for (size_t j = 0; j < ROLES; j++)
			if (i != j && (roles & roles_table[i].role) != 0
			    && (roles & roles_table[j].role & roles_table[i].excludes) != 0)
				return egov_error_set(err, EGOV_E_POLICY, clause,
				                      "one person may not be %s and %s",
				                      roles_table[i].name, roles_table[j].name);
	return EGOV_OK;
}

static unsigned role_by_name(struct egov_slice name)
{
	for (size_t i = 0; i < ROLES; i++)
		if (egov__slice_is(name, roles_table[i].name))
			return roles_table[i].role;
	return 0;
}

enum egov_status egov__roles_parse(const char *text, unsigned *roles, struct egov_error *err)
{
	struct egov_slice list = egov__slice_text(text), item;
	unsigned found = 0;
	enum egov_status rc;

	while (egov__list_next(&list, &item)) {
		const unsigned role = role_by_name(item);

		if (role == 0)
			return egov_error_set(err, EGOV_E_USAGE, NULL,
			                      "role \"%.*s\": want registrar, reviewer, approver, "
			                      "ca-operator, auditor, administrator or "
			                      "audit-administrator",
			                      item.size > 40 ? 40 : (int)item.size,
			                      (const char *)item.data);
		found |= role;
	}
	if (found == 0)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "roles: want at least one");
	rc = egov__roles_check(found, err);
	if (rc == EGOV_OK)
		*roles = found;
	return rc;
}

/* --- acts --- */

#define PEERS (EGOV__ROLE_ADMINISTRATOR | EGOV__ROLE_AUDIT_ADMINISTRATOR)

static const struct egov__act acts[] = {
	{ EGOV__ACT_CEREMONY, EGOV__KIND_CEREMONY, PEERS, false, 2, PEERS },
	{ EGOV__ACT_SUBMIT, EGOV__KIND_APPLY_SUBMIT, EGOV__ROLE_REGISTRAR, false, 1, 0 },
	{ EGOV__ACT_REVIEW, EGOV__KIND_APPLY_REVIEW, EGOV__ROLE_REVIEWER, false, 1, 0 },
	{ EGOV__ACT_APPROVE, EGOV__KIND_APPLY_APPROVE, EGOV__ROLE_APPROVER, false, 1, 0 },
	{ EGOV__ACT_REJECT, EGOV__KIND_APPLY_REJECT, EGOV__ROLE_REVIEWER | EGOV__ROLE_APPROVER,
	  false, 1, 0 },
	{ EGOV__ACT_ISSUE, EGOV__KIND_INTENT, EGOV__ROLE_CA_OPERATOR, true, 1, 0 },
	{ EGOV__ACT_RENEW, EGOV__ACT_RENEW, EGOV__ROLE_CA_OPERATOR, true, 1, 0 },
	{ EGOV__ACT_REKEY, EGOV__ACT_REKEY, EGOV__ROLE_CA_OPERATOR, true, 1, 0 },
	{ EGOV__ACT_EXTEND, EGOV__ACT_EXTEND, EGOV__ROLE_CA_OPERATOR, true, 1, 0 },
	{ EGOV__ACT_RESUME, EGOV__KIND_RESUME, EGOV__ROLE_CA_OPERATOR, true, 1, 0 },
	{ EGOV__ACT_KEY_REQUEST, EGOV__KIND_KEY_REQUEST, EGOV__ROLE_CA_OPERATOR, true, 1, 0 },
	{ EGOV__ACT_REVOKE, EGOV__KIND_REVOKE, EGOV__ROLE_APPROVER | EGOV__ROLE_CA_OPERATOR, false, 1, 0 },
	{ EGOV__ACT_HOLD, EGOV__KIND_HOLD, EGOV__ROLE_APPROVER | EGOV__ROLE_CA_OPERATOR,
	  false, 1, 0 },
	{ EGOV__ACT_RELEASE, EGOV__KIND_RELEASE, EGOV__ROLE_APPROVER | EGOV__ROLE_CA_OPERATOR,
	  false, 1, 0 },
	{ EGOV__ACT_LEGAL_HOLD, EGOV__KIND_LEGAL_HOLD, PEERS | EGOV__ROLE_AUDITOR, false, 1, 0 },
	{ EGOV__ACT_LEGAL_RELEASE, EGOV__KIND_LEGAL_RELEASE, PEERS, false, 1, 0 },
	{ EGOV__ACT_BACKUP, EGOV__KIND_BACKUP, EGOV__ROLE_ADMINISTRATOR | EGOV__ROLE_CA_OPERATOR,
	  true, 1, 0 },
	{ EGOV__ACT_ARCHIVE, EGOV__KIND_ARCHIVE, EGOV__ROLE_ADMINISTRATOR | EGOV__ROLE_CA_OPERATOR,
	  true, 1, 0 },
	{ EGOV__ACT_ARCHIVE_RETURN, EGOV__KIND_ARCHIVE_RETURN,
	  EGOV__ROLE_ADMINISTRATOR | EGOV__ROLE_CA_OPERATOR, true, 1, 0 },
	{ EGOV__ACT_RECONCILE, EGOV__KIND_RECONCILE,
	  EGOV__ROLE_ADMINISTRATOR | EGOV__ROLE_CA_OPERATOR, false, 1, 0 },
	{ EGOV__ACT_PURGE, EGOV__KIND_PURGE, PEERS, false, 2, PEERS },
	{ EGOV__ACT_PACK, EGOV__KIND_PACK, PEERS | EGOV__ROLE_AUDITOR, false, 1, 0 },
	{ EGOV__ACT_PACK_FULL, EGOV__KIND_PACK, PEERS, false, 2, PEERS },
	{ EGOV__ACT_LAWFUL, EGOV__KIND_PACK, PEERS, false, 2, PEERS },
	{ EGOV__ACT_CRL, EGOV__KIND_INTENT, EGOV__ROLE_CA_OPERATOR, true, 1, 0 },
	{ EGOV__ACT_CRL_IMPORT, EGOV__KIND_CRL_IMPORT, EGOV__ROLE_CA_OPERATOR, true, 1, 0 },
	{ EGOV__ACT_TRANSFER_OUT, EGOV__KIND_TRANSFER_OUT, EGOV__ROLE_CA_OPERATOR, true, 1, 0 },
	{ EGOV__ACT_TRANSFER_IN, EGOV__KIND_TRANSFER_IN, EGOV__ROLE_CA_OPERATOR, true, 1, 0 },
	{ EGOV__ACT_POLICY, EGOV__KIND_POLICY, EGOV__ROLE_CA_OPERATOR, false, 1, 0 },
	{ EGOV__ACT_CLOCK, EGOV__KIND_CLOCK, EGOV__ROLE_ADMINISTRATOR | EGOV__ROLE_CA_OPERATOR,
	  false, 1, 0 },
	{ EGOV__ACT_UNSEAL, EGOV__KIND_UNSEAL, EGOV__ROLE_AUDITOR | PEERS, false, 1, 0 },
	{ EGOV__ACT_WITNESS, EGOV__KIND_WITNESS, EGOV__ROLE_CA_OPERATOR | EGOV__ROLE_AUDITOR, true, 1, 0 },
	{ EGOV__ACT_CERTIFY, EGOV__KIND_INTENT, EGOV__ROLE_ADMINISTRATOR | EGOV__ROLE_CA_OPERATOR,
	  true, 1, 0 },
	{ EGOV__ACT_INSTALL, EGOV__KIND_INSTALL, EGOV__ROLE_ADMINISTRATOR | EGOV__ROLE_CA_OPERATOR,
	  false, 1, 0 },
	{ EGOV__ACT_ROLLOVER, EGOV__KIND_ROLLOVER, EGOV__ROLE_ADMINISTRATOR | EGOV__ROLE_CA_OPERATOR,
	  false, 1, 0 },
	{ EGOV__ACT_KEY_DESTROY, EGOV__KIND_KEY_DESTROY, EGOV__ROLE_ADMINISTRATOR, false, 1, 0 },
	{ EGOV__ACT_KEY_DESTROY_EARLY, EGOV__KIND_KEY_DESTROY, EGOV__ROLE_ADMINISTRATOR, false, 2, 0 },
	{ EGOV__ACT_OPERATOR_ADD, EGOV__KIND_OPERATOR_ADD, EGOV__ROLE_ADMINISTRATOR, false, 1, 0 },
	{ EGOV__ACT_OPERATOR_REMOVE, EGOV__KIND_OPERATOR_REMOVE, EGOV__ROLE_ADMINISTRATOR,
	  false, 1, 0 },
	{ EGOV__ACT_AUDITOR_ADD, EGOV__KIND_OPERATOR_ADD, EGOV__ROLE_AUDIT_ADMINISTRATOR, false, 1, 0 },
	{ EGOV__ACT_AUDITOR_REMOVE, EGOV__KIND_OPERATOR_REMOVE, EGOV__ROLE_AUDIT_ADMINISTRATOR,
	  false, 1, 0 },
};
#define ACTS (sizeof(acts) / sizeof(acts[0]))

const struct egov__act *egov__act_find(struct egov_slice name)
{
	for (size_t i = 0; i < ACTS; i++)
		if (egov__slice_is(name, acts[i].name))
			return &acts[i];
	return NULL;
}

bool egov__kind_is_signed(const char *kind)
{
	for (size_t i = 0; i < ACTS; i++)
		if (!acts[i].service && strcmp(acts[i].kind, kind) == 0)
			return true;
	return false;
}

bool egov__act_has_all(const struct egov__act *act, size_t people, unsigned roles)
{
	return people >= act->people && (roles & act->all) == act->all;
}

const char *egov__act_appoint(unsigned roles, bool removing)
{
	if ((roles & AUDIT_SIDE) != 0)
		return removing ? EGOV__ACT_AUDITOR_REMOVE : EGOV__ACT_AUDITOR_ADD;
	return removing ? EGOV__ACT_OPERATOR_REMOVE : EGOV__ACT_OPERATOR_ADD;
}

bool egov__actor_is_service(const char *actor)
{
	return strncmp(actor, "os:", 3) == 0;
}
