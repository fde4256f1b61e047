/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOFTTOKEN_TOKEN_H
#define SOFTTOKEN_TOKEN_H

#include "softtoken/cryptoki.h"
#include "softtoken/object.h"
#include "softtoken/store.h"

/*
 * One token in memory: what its file said when it was last read, and, while
 * somebody is logged in, the master key.  Private objects are in the list only
 * while the user is.  All calls are made under the lock of the module.
 */
enum egov__softlogin { EGOV__SOFTLOGIN_NONE, EGOV__SOFTLOGIN_SO, EGOV__SOFTLOGIN_USER };

struct egov__softtoken {
	const char *dir;                        /* the module's */
	char serial[EGOV__SOFTSTORE_SERIAL + 1];
	bool loaded;
	struct egov__softstore store;           /* without its slices */
	struct egov__softlist list;
	enum egov__softlogin login;
	struct egov_secret *master;             /* NULL unless logged in */
	enum egov_status trouble;               /* of the last reading */
};

/* NULL without memory. */
struct egov__softtoken *egov__softtoken_new(const char *dir, const char *serial);
void egov__softtoken_free(struct egov__softtoken *token);

/* Writes a new token, or the same one anew without objects and user PIN; who calls has
 * checked the SO PIN of an old one. */
CK_RV egov__softtoken_init(struct egov__softtoken *token, struct egov_slice so_pin,
                           const uint8_t label[EGOV__SOFTSTORE_LABEL]);

/* Reads the file again where another process changed it. */
CK_RV egov__softtoken_refresh(struct egov__softtoken *token);

/* Checks a PIN and gives the master key; a wrong one counts. */
CK_RV egov__softtoken_check_pin(struct egov__softtoken *token, enum egov__softrole role,
                                struct egov_slice pin, struct egov_secret **master);

CK_RV egov__softtoken_login(struct egov__softtoken *token, enum egov__softrole role,
                            struct egov_slice pin);

/* Wipes the master key and the private objects. */
void egov__softtoken_logout(struct egov__softtoken *token);

/* Sets the PIN of a role. */
CK_RV egov__softtoken_set_pin(struct egov__softtoken *token, enum egov__softrole role,
                              const struct egov_secret *master, struct egov_slice pin);

/*
 * One change to the objects, under the lock of the writers and on what the
 * file says by then: change edits a list and may take handles from
 * store->next_handle; if it fails nothing happens.  The user is logged in.
 */
typedef CK_RV egov__softtoken_change_fn(struct egov__softstore *store, struct egov__softlist *list,
                                        void *user);
CK_RV egov__softtoken_change(struct egov__softtoken *token, egov__softtoken_change_fn *change,
                             void *user);

#endif
