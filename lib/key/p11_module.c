/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "key/library.h"
#include "key/p11.h"

/* Values that say more than "the device failed". */
static const struct {
	CK_RV rv;
	enum egov_status status;
} statuses[] = {
	{ CKR_PIN_INCORRECT, EGOV_E_AUTH },
	{ CKR_PIN_INVALID, EGOV_E_AUTH },
	{ CKR_PIN_LEN_RANGE, EGOV_E_AUTH },
	{ CKR_PIN_EXPIRED, EGOV_E_AUTH },
	{ CKR_PIN_LOCKED, EGOV_E_AUTH },
	{ CKR_USER_PIN_NOT_INITIALIZED, EGOV_E_AUTH },
	{ CKR_HOST_MEMORY, EGOV_E_NOMEM },
	{ CKR_MECHANISM_INVALID, EGOV_E_UNSUPPORTED },
	{ CKR_KEY_TYPE_INCONSISTENT, EGOV_E_UNSUPPORTED },
	{ CKR_KEY_FUNCTION_NOT_PERMITTED, EGOV_E_UNSUPPORTED },
	{ CKR_DATA_LEN_RANGE, EGOV_E_UNSUPPORTED },
	{ CKR_FUNCTION_NOT_SUPPORTED, EGOV_E_UNSUPPORTED },
	{ CKR_TEMPLATE_INCONSISTENT, EGOV_E_UNSUPPORTED },
};

enum egov_status egov__p11_error(struct egov_error *err, CK_RV rv, const char *call)
{
	enum egov_status status = EGOV_E_DEVICE;
	char name[EGOV__P11_NAME];

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i].rv == rv)
			status = statuses[i].status;
	egov__p11_name(rv, name);
	return egov_error_detail(err, status, (long)rv, NULL, "%s: %s", call, name);
}

void egov__p11_enter(struct egov__p11_guard *guard)
{
	sigset_t pipe_signal, pending;

	(void)sigemptyset(&pipe_signal);
	(void)sigaddset(&pipe_signal, SIGPIPE);
	(void)sigpending(&pending);
	guard->was_pending = sigismember(&pending, SIGPIPE) == 1;
	(void)pthread_sigmask(SIG_BLOCK, &pipe_signal, &guard->old);
}

void egov__p11_leave(const struct egov__p11_guard *guard)
{
	static const struct timespec at_once = { 0, 0 };
	sigset_t pipe_signal;

	(void)sigemptyset(&pipe_signal);
	(void)sigaddset(&pipe_signal, SIGPIPE);
	if (!guard->was_pending)
		while (sigtimedwait(&pipe_signal, NULL, &at_once) < 0 && errno == EINTR)
			continue;
	(void)pthread_sigmask(SIG_SETMASK, &guard->old, NULL);
}

/* p11-kit counts who uses a module, but decides that the last has gone before it finalises: a thread
 * that initialises in between holds a module that is finalised then (CKR_CRYPTOKI_NOT_INITIALIZED). */
static pthread_mutex_t coming_or_going = PTHREAD_MUTEX_INITIALIZER;

static enum egov_status load_one(const char *path, struct egov__p11_modules *modules,
                                 struct egov_error *err)
{
	const char *reason;
	CK_RV rv;
	enum egov_status rc = egov__library_check("module-path", path, err);

	if (rc != EGOV_OK)
		return rc;
	modules->list = modules->single;
	modules->single[0] = p11_kit_module_load(path, 0);
	if (modules->single[0] == NULL) {
		reason = p11_kit_message();
		return egov_error_set(err, EGOV_E_DEVICE, NULL, "module-path %s: cannot load: %s", path,
		                      reason == NULL ? egov__text("not a PKCS #11 module") : reason);
	}
	rv = p11_kit_module_initialize(modules->single[0]);
	if (rv != CKR_OK)
		return egov_error_prefix(err, egov__p11_error(err, rv, "C_Initialize"),
		                         "module-path %s", path);
	modules->initialised = true;
	return EGOV_OK;
}

static enum egov_status load_all(struct egov__p11_modules *modules, struct egov_error *err)
{
	modules->list = p11_kit_modules_load_and_initialize(0);
	if (modules->list == NULL)
		return egov_error_set(err, EGOV_E_DEVICE, NULL,
		                      "the PKCS #11 modules of the system: %s", p11_kit_message());
	modules->initialised = true;
	return EGOV_OK;
}

static void unload(struct egov__p11_modules *modules)
{
	if (modules->list == NULL)
		return;
	if (modules->list == modules->single) {
		if (modules->initialised)
			(void)p11_kit_module_finalize(modules->single[0]);
		if (modules->single[0] != NULL)
			p11_kit_module_release(modules->single[0]);
	} else {
		if (modules->initialised)
			(void)p11_kit_modules_finalize(modules->list);
		p11_kit_modules_release(modules->list);
	}
	*modules = (struct egov__p11_modules){ .list = NULL };
}

enum egov_status egov__p11_modules_load(const char *path, struct egov__p11_modules *modules,
                                        struct egov_error *err)
{
	enum egov_status rc;

	*modules = (struct egov__p11_modules){ .list = NULL };
	(void)pthread_mutex_lock(&coming_or_going);
	rc = path == NULL ? load_all(modules, err) : load_one(path, modules, err);
	if (rc != EGOV_OK)
		unload(modules);
	(void)pthread_mutex_unlock(&coming_or_going);
	return rc;
}

enum egov_status egov__p11_modules_restart(struct egov__p11_modules *modules,
                                           struct egov_error *err)
{
	CK_RV rv = CKR_OK;

	(void)pthread_mutex_lock(&coming_or_going);
	for (CK_FUNCTION_LIST **f = modules->list; *f != NULL && rv == CKR_OK; f++) {
		(void)p11_kit_module_finalize(*f);
		rv = p11_kit_module_initialize(*f);
	}
	modules->initialised = rv == CKR_OK;
	(void)pthread_mutex_unlock(&coming_or_going);
	return rv == CKR_OK ? EGOV_OK : egov__p11_error(err, rv, "C_Initialize");
}

void egov__p11_modules_unload(struct egov__p11_modules *modules)
{
	(void)pthread_mutex_lock(&coming_or_going);
	unload(modules);
	(void)pthread_mutex_unlock(&coming_or_going);
}

/* More than any module has, and more often than any list changes. */
#define SLOTS_MAX 1024
#define SLOTS_TRIES 8

/* Slots may come and go between the two calls: CKR_BUFFER_TOO_SMALL for too many that came. */
static CK_RV read_slots(CK_FUNCTION_LIST *f, bool with_token, CK_SLOT_ID list[SLOTS_MAX],
                        CK_ULONG *count)
{
	CK_ULONG room = 0;
	CK_RV rv = f->C_GetSlotList(with_token, NULL, &room);

	if (rv != CKR_OK)
		return rv;
	if (room > SLOTS_MAX)
		return CKR_GENERAL_ERROR;
	*count = room;
	rv = f->C_GetSlotList(with_token, list, count);
	return rv == CKR_OK && *count > room ? CKR_BUFFER_TOO_SMALL : rv;
}

enum egov_status egov__p11_slots(CK_FUNCTION_LIST *f, bool with_token, CK_SLOT_ID **slots,
                                 CK_ULONG *count, struct egov_error *err)
{
	CK_SLOT_ID *list = calloc(SLOTS_MAX, sizeof(*list));
	CK_RV rv = CKR_BUFFER_TOO_SMALL;

	if (list == NULL)
		return egov_error_nomem(err);
	for (int i = 0; rv == CKR_BUFFER_TOO_SMALL && i < SLOTS_TRIES; i++)
		rv = read_slots(f, with_token, list, count);
	if (rv != CKR_OK) {
		free(list);
		return egov__p11_error(err, rv, "C_GetSlotList");
	}
	*slots = list;
	return EGOV_OK;
}
