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

/*
 * A PIN that somebody says: what it is judged by, taken under the lock of the module; what
 * the derivation found, outside it; judged and counted under it again.
 */
struct egov__softguess {
	enum egov__softrole role;
	struct egov__softstore store;           /* the wraps, without slices */
	enum egov_status verdict;               /* EGOV_E_AUTH for a wrong PIN */
	struct egov_secret *master;             /* where it was right */
};
void egov__softguess_clear(struct egov__softguess *guess);

/* For role: CKR_PIN_LOCKED, or what it is judged by. */
CK_RV egov__softtoken_guess(struct egov__softtoken *token, struct egov__softguess *guess);

/* Outside the lock. */
void egov__softguess_try(struct egov__softguess *guess, struct egov_slice pin);

/* Outside the lock: wraps the master key under a new PIN of the role, in guess->store. */
CK_RV egov__softguess_wrap(struct egov__softguess *guess, struct egov_slice pin);

/* Says whether it was right; a wrong one counts. */
CK_RV egov__softtoken_judge(struct egov__softtoken *token, const struct egov__softguess *guess);

/* Outside the lock: a new master key, wrapped under the SO's PIN alone, for a token. */
CK_RV egov__softguess_new(struct egov__softguess *guess, const char *serial, struct egov_slice so_pin);

/* Writes a new token, or the same one anew without objects and user PIN, with the master key of
 * a new guess; who calls has judged the SO PIN of an old one. */
CK_RV egov__softtoken_init(struct egov__softtoken *token, struct egov__softguess *guess,
                           const uint8_t label[EGOV__SOFTSTORE_LABEL]);

/* Reads the file again where another process changed it. */
CK_RV egov__softtoken_refresh(struct egov__softtoken *token);

/* Logs the role in whose PIN was right, and takes the master key. */
CK_RV egov__softtoken_login(struct egov__softtoken *token, struct egov__softguess *guess);

/* Wipes the master key and the private objects. */
void egov__softtoken_logout(struct egov__softtoken *token);

/* Sets the PIN of a role to the one that was wrapped. */
CK_RV egov__softtoken_set_pin(struct egov__softtoken *token, const struct egov__softguess *guess);

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
