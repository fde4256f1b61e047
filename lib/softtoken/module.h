/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOFTTOKEN_MODULE_H
#define SOFTTOKEN_MODULE_H

#include "crypto/sm3.h"
#include "softtoken/token.h"

/*
 * The state of the module: one, guarded by one lock.  A function of PKCS #11
 * enters, works, leaves; what SM2 computes is computed outside the lock, on an
 * operation or a key that was taken out of the session before, so that threads
 * scale.
 *
 * A fork is noticed by the process id: in the child every function but
 * C_Initialize says CKR_CRYPTOKI_NOT_INITIALIZED; that one wipes what the child
 * inherited.
 */
#define EGOV__SOFTMODULE_SESSIONS 1024
#define EGOV__SOFTMODULE_SLOTS (256 + 1)

/* A slot holds a token, or, NULL, waits for C_InitToken.  It stays as long as the module
 * is initialised. */
struct egov__softslot {
	CK_SLOT_ID id;
	struct egov__softtoken *token;
};

enum egov__softop_kind {
	EGOV__SOFTOP_NONE, EGOV__SOFTOP_DIGEST, EGOV__SOFTOP_SIGN, EGOV__SOFTOP_VERIFY,
	EGOV__SOFTOP_DECRYPT };

struct egov__softop {
	enum egov__softop_kind kind;
	bool in_parts;                          /* an update was made */
	struct egov__softobject *key;           /* NULL in a digest */
	struct egov__sm3 *hash;                 /* NULL where e or a ciphertext is given */
};

struct egov__softsession {
	CK_SESSION_HANDLE handle;
	struct egov__softslot *slot;
	bool read_write;
	struct egov__softop op;
	CK_OBJECT_HANDLE *found;                /* NULL where no search is active */
	size_t found_count, found_next;
};

/* The start of every function: CKR_CRYPTOKI_NOT_INITIALIZED, or the lock is held. */
CK_RV egov__softmodule_enter(void);
void egov__softmodule_leave(void);

/* The same, for a session that must exist. */
CK_RV egov__softmodule_enter_session(CK_SESSION_HANDLE handle, struct egov__softsession **session);

/*
 * A key is derived from a PIN outside that lock, for it takes as long as a guess is to cost.
 * Who does so waits here for others who do, so that no two guesses stand against one count;
 * nobody who has the other lock waits for this one.
 */
CK_RV egov__softmodule_enter_pin(void);
void egov__softmodule_leave_pin(void);

/* The slots, found again in the directory. */
CK_RV egov__softmodule_rescan(void);
size_t egov__softmodule_slots(struct egov__softslot ***slots);
struct egov__softslot *egov__softmodule_slot(CK_SLOT_ID id);

/* The directory of the tokens. */
const char *egov__softmodule_dir(void);

/* Sessions.  The lookup gives NULL for a bad handle. */
struct egov__softsession *egov__softmodule_session(CK_SESSION_HANDLE handle);
CK_RV egov__softmodule_open(struct egov__softslot *slot, bool read_write, CK_SESSION_HANDLE *handle);
void egov__softmodule_close(struct egov__softsession *session);
void egov__softmodule_close_all(const struct egov__softslot *slot);

/* How many sessions a slot has; of these read-write ones in *read_write. */
size_t egov__softmodule_sessions(const struct egov__softslot *slot, size_t *read_write);

/* Ends the operations that use private keys of a slot: its user has logged out. */
void egov__softmodule_drop_private(const struct egov__softslot *slot);

/* --- operation.c: with a key, to sign, verify or decrypt --- */

/* Begins one: C_SignInit and the like. */
CK_RV egov__softop_init(CK_SESSION_HANDLE handle, enum egov__softop_kind kind,
                        const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key);

/* Whether one of this kind is active.  A user who was logged out meanwhile has none. */
CK_RV egov__softop_check(struct egov__softsession *session, enum egov__softop_kind kind);

/* Takes the operation out of its session, or ends it.  One that was fed in parts is ended by
 * the Final function only. */
CK_RV egov__softop_take(struct egov__softsession *session, bool in_parts, bool arguments_good,
                        struct egov__softop *op);

/* Ends an operation; its key's holder is given back, so the lock is held. */
void egov__softop_clear(struct egov__softop *op);

/* The same from outside the lock. */
void egov__softop_drop(struct egov__softop *op);

#endif
