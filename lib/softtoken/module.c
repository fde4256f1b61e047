/* SPDX-License-Identifier: Apache-2.0 */
#include "softtoken/module.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "softtoken/dir.h"
#include "softtoken/selftest.h"

static struct {
	pthread_mutex_t lock, pin_lock;
	_Atomic pid_t owner;                    /* 0 until C_Initialize */
	char *dir;
	size_t slot_count, session_count;
	struct egov__softslot *slots[EGOV__SOFTMODULE_SLOTS];
	struct egov__softsession *sessions[EGOV__SOFTMODULE_SESSIONS];
	CK_SESSION_HANDLE last_session;
} module = { .lock = PTHREAD_MUTEX_INITIALIZER, .pin_lock = PTHREAD_MUTEX_INITIALIZER };

CK_RV egov__softmodule_enter(void)
{
	/* Asked before the lock: a forked child may have inherited it locked. */
	if (atomic_load(&module.owner) != getpid())
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	(void)pthread_mutex_lock(&module.lock);
	if (atomic_load(&module.owner) == getpid())
		return CKR_OK;
	(void)pthread_mutex_unlock(&module.lock);
	return CKR_CRYPTOKI_NOT_INITIALIZED;
}

void egov__softmodule_leave(void)
{
	(void)pthread_mutex_unlock(&module.lock);
}

CK_RV egov__softmodule_enter_pin(void)
{
	if (atomic_load(&module.owner) != getpid())
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	(void)pthread_mutex_lock(&module.pin_lock);
	return CKR_OK;
}

void egov__softmodule_leave_pin(void)
{
	(void)pthread_mutex_unlock(&module.pin_lock);
}

CK_RV egov__softmodule_enter_session(CK_SESSION_HANDLE handle, struct egov__softsession **session)
{
	CK_RV rv = egov__softmodule_enter();

	if (rv != CKR_OK)
		return rv;
	*session = egov__softmodule_session(handle);
	if (*session != NULL)
		return CKR_OK;
	egov__softmodule_leave();
	return CKR_SESSION_HANDLE_INVALID;
}

const char *egov__softmodule_dir(void)
{
	return module.dir;
}

size_t egov__softmodule_slots(struct egov__softslot ***slots)
{
	*slots = module.slots;
	return module.slot_count;
}

struct egov__softslot *egov__softmodule_slot(CK_SLOT_ID id)
{
	for (size_t i = 0; i < module.slot_count; i++)
		if (module.slots[i]->id == id)
			return module.slots[i];
	return NULL;
}

/* A token keeps its slot number from process to process: 31 bits of its serial. */
static CK_SLOT_ID slot_id(const char *serial)
{
	char head[9];
	CK_SLOT_ID id;

	(void)snprintf(head, sizeof(head), "%.8s", serial);
	id = strtoul(head, NULL, 16) & 0x7fffffff;
	while (egov__softmodule_slot(id) != NULL)
		id++;
	return id;
}

static CK_RV add_slot(CK_SLOT_ID id, struct egov__softtoken *token)
{
	struct egov__softslot *slot;

	if (module.slot_count == EGOV__SOFTMODULE_SLOTS)
		return CKR_DEVICE_MEMORY;
	slot = calloc(1, sizeof(*slot));
	if (slot == NULL)
		return CKR_HOST_MEMORY;
	slot->id = id;
	slot->token = token;
	module.slots[module.slot_count++] = slot;
	return CKR_OK;
}

static bool knows(const char *serial)
{
	for (size_t i = 0; i < module.slot_count; i++)
		if (module.slots[i]->token != NULL
		    && strcmp(module.slots[i]->token->serial, serial) == 0)
			return true;
	return false;
}

static CK_RV add_tokens(const struct egov__softnames *names)
{
	for (size_t i = 0; i < names->count; i++) {
		struct egov__softtoken *token;
		CK_RV rv;

		if (knows(names->serial[i]))
			continue;
		token = egov__softtoken_new(module.dir, names->serial[i]);
		if (token == NULL)
			return CKR_HOST_MEMORY;
		rv = add_slot(slot_id(names->serial[i]), token);
		if (rv != CKR_OK) {
			egov__softtoken_free(token);
			return rv;
		}
	}
	return CKR_OK;
}

/* One slot waits for C_InitToken: the first number that is free. */
static CK_RV add_empty(void)
{
	CK_SLOT_ID id = 0;

	for (size_t i = 0; i < module.slot_count; i++)
		if (module.slots[i]->token == NULL)
			return CKR_OK;
	while (egov__softmodule_slot(id) != NULL)
		id++;
	return add_slot(id, NULL);
}

CK_RV egov__softmodule_rescan(void)
{
	struct egov__softnames names;
	struct egov_error err = { 0 };
	CK_RV rv = CKR_OK;

	/* A directory that cannot be read shows no tokens; making one tells why. */
	if (egov__softdir_list(module.dir, &names, &err) == EGOV_OK)
		rv = add_tokens(&names);
	return rv == CKR_OK ? add_empty() : rv;
}

struct egov__softsession *egov__softmodule_session(CK_SESSION_HANDLE handle)
{
	for (size_t i = 0; i < module.session_count; i++)
		if (module.sessions[i]->handle == handle)
			return module.sessions[i];
	return NULL;
}

CK_RV egov__softmodule_open(struct egov__softslot *slot, bool read_write, CK_SESSION_HANDLE *handle)
{
	struct egov__softsession *session;

	if (module.session_count == EGOV__SOFTMODULE_SESSIONS)
		return CKR_SESSION_COUNT;
	session = calloc(1, sizeof(*session));
	if (session == NULL)
		return CKR_HOST_MEMORY;
	session->handle = ++module.last_session;
	session->slot = slot;
	session->read_write = read_write;
	module.sessions[module.session_count++] = session;
	*handle = session->handle;
	return CKR_OK;
}

void egov__softop_clear(struct egov__softop *op)
{
	egov__softobject_free(op->key);
	egov__sm3_free(op->hash);
	*op = (struct egov__softop){ 0 };
}

void egov__softop_drop(struct egov__softop *op)
{
	(void)pthread_mutex_lock(&module.lock);
	egov__softop_clear(op);
	(void)pthread_mutex_unlock(&module.lock);
}

static void free_session(struct egov__softsession *session)
{
	egov__softop_clear(&session->op);
	free(session->found);
	free(session);
}

size_t egov__softmodule_sessions(const struct egov__softslot *slot, size_t *read_write)
{
	size_t all = 0, writers = 0;

	for (size_t i = 0; i < module.session_count; i++) {
		if (module.sessions[i]->slot != slot)
			continue;
		all++;
		writers += module.sessions[i]->read_write;
	}
	if (read_write != NULL)
		*read_write = writers;
	return all;
}

/* The login ends with the last session. */
void egov__softmodule_close(struct egov__softsession *session)
{
	const struct egov__softslot *slot = session->slot;
	size_t i = 0;

	while (module.sessions[i] != session)
		i++;
	module.sessions[i] = module.sessions[--module.session_count];
	free_session(session);
	if (slot->token != NULL && egov__softmodule_sessions(slot, NULL) == 0)
		egov__softtoken_logout(slot->token);
}

void egov__softmodule_close_all(const struct egov__softslot *slot)
{
	for (size_t i = module.session_count; i-- > 0;)
		if (module.sessions[i]->slot == slot)
			egov__softmodule_close(module.sessions[i]);
}

void egov__softmodule_drop_private(const struct egov__softslot *slot)
{
	for (size_t i = 0; i < module.session_count; i++) {
		struct egov__softsession *session = module.sessions[i];

		if (session->slot != slot)
			continue;
		if (session->op.key != NULL && session->op.key->class == EGOV__SOFTOBJECT_PRIVATE)
			egov__softop_clear(&session->op);
		free(session->found);
		session->found = NULL;
	}
}

static void clear(void)
{
	while (module.session_count > 0)
		free_session(module.sessions[--module.session_count]);
	while (module.slot_count > 0) {
		module.slot_count--;
		egov__softtoken_free(module.slots[module.slot_count]->token);
		free(module.slots[module.slot_count]);
	}
	free(module.dir);
	module.dir = NULL;
}

/* In a forked child.  Where another thread of the parent was inside, the state may be half
 * made: then it is left behind, not freed. */
static void forget_parent(void)
{
	if (pthread_mutex_trylock(&module.lock) == 0) {
		clear();
		(void)pthread_mutex_unlock(&module.lock);
	}
	module.slot_count = module.session_count = 0;
	module.dir = NULL;
	(void)pthread_mutex_init(&module.lock, NULL);
	(void)pthread_mutex_init(&module.pin_lock, NULL);
	atomic_store(&module.owner, 0);
}

static CK_RV check_args(const CK_C_INITIALIZE_ARGS *args)
{
	int given = 0;

	if (args == NULL)
		return CKR_OK;
	given += args->CreateMutex != NULL;
	given += args->DestroyMutex != NULL;
	given += args->LockMutex != NULL;
	given += args->UnlockMutex != NULL;
	if (args->pReserved != NULL || (given != 0 && given != 4))
		return CKR_ARGUMENTS_BAD;
	return given == 4 && (args->flags & CKF_OS_LOCKING_OK) == 0 ? CKR_CANT_LOCK : CKR_OK;
}

static CK_RV start(void)
{
	struct egov_error err = { 0 };
	enum egov_status rc = egov__softtoken_selftest(&err);
	CK_RV rv;

	if (rc != EGOV_OK)
		return rc == EGOV_E_NOMEM ? CKR_HOST_MEMORY : CKR_DEVICE_ERROR;
	if (egov__softdir_find(&module.dir, &err) != EGOV_OK)
		return err.status == EGOV_E_NOMEM ? CKR_HOST_MEMORY : CKR_FUNCTION_FAILED;
	rv = egov__softmodule_rescan();
	if (rv != CKR_OK)
		clear();
	else
		atomic_store(&module.owner, getpid());
	return rv;
}

CK_RV C_Initialize(void *init_args)
{
	const pid_t owner = atomic_load(&module.owner);
	CK_RV rv = check_args(init_args);

	if (rv != CKR_OK)
		return rv;
	if (owner != 0 && owner != getpid())
		forget_parent();
	(void)pthread_mutex_lock(&module.lock);
	rv = atomic_load(&module.owner) != 0 ? CKR_CRYPTOKI_ALREADY_INITIALIZED : start();
	(void)pthread_mutex_unlock(&module.lock);
	return rv;
}

CK_RV C_Finalize(void *reserved)
{
	CK_RV rv = egov__softmodule_enter();

	if (rv != CKR_OK)
		return rv;
	if (reserved != NULL) {
		rv = CKR_ARGUMENTS_BAD;
	} else {
		clear();
		atomic_store(&module.owner, 0);
	}
	egov__softmodule_leave();
	return rv;
}
