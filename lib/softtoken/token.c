/* SPDX-License-Identifier: Apache-2.0 */
#include "softtoken/token.h"

#include <errno.h>

#include "base/text.h"
#include "crypto/random.h"
#include "softtoken/dir.h"

#define ITERATIONS 600000

CK_RV egov__softrv(enum egov_status status, const struct egov_error *err)
{
	switch (status) {
	case EGOV_OK:
		return CKR_OK;
	case EGOV_E_NOMEM:
		return CKR_HOST_MEMORY;
	case EGOV_E_LIMIT:
		return CKR_DEVICE_MEMORY;
	case EGOV_E_NOTFOUND:
		return CKR_TOKEN_NOT_PRESENT;
	case EGOV_E_CORRUPT:
	case EGOV_E_UNSUPPORTED:
	case EGOV_E_POLICY:
		return CKR_TOKEN_NOT_RECOGNIZED;
	case EGOV_E_BUSY:
		return CKR_FUNCTION_FAILED;
	case EGOV_E_IO:
		if (err->detail == EROFS || err->detail == EACCES || err->detail == EPERM)
			return CKR_TOKEN_WRITE_PROTECTED;
		if (err->detail == ENOSPC || err->detail == EDQUOT)
			return CKR_DEVICE_MEMORY;
		return CKR_DEVICE_ERROR;
	default:
		return CKR_GENERAL_ERROR;
	}
}

struct egov__softtoken *egov__softtoken_new(const char *dir, const char *serial)
{
	struct egov__softtoken *token = calloc(1, sizeof(*token));

	if (token == NULL)
		return NULL;
	token->dir = dir;
	(void)egov__text_copy(token->serial, sizeof(token->serial), serial);
	return token;
}

void egov__softtoken_free(struct egov__softtoken *token)
{
	if (token == NULL)
		return;
	egov__softtoken_logout(token);
	egov__softlist_clear(&token->list);
	free(token);
}

void egov__softtoken_logout(struct egov__softtoken *token)
{
	egov__secret_free(token->master);
	token->master = NULL;
	token->login = EGOV__SOFTLOGIN_NONE;
	for (size_t i = token->list.count; i-- > 0;)
		if (token->list.objects[i]->class == EGOV__SOFTOBJECT_PRIVATE)
			egov__softlist_replace(&token->list, i, NULL);
}

/* The file as it is now; store's slices lie in *file. */
static CK_RV load(struct egov__softtoken *token, struct egov_buf **file,
                  struct egov__softstore *store)
{
	struct egov_error err = { 0 };
	struct egov_buf *read = NULL;
	enum egov_status rc = egov__softdir_read(token->dir, token->serial, &read, &err);

	if (rc == EGOV_OK)
		rc = egov__softstore_decode(egov_buf_slice(read), store, &err);
	if (rc == EGOV_OK && memcmp(store->serial, token->serial, sizeof(store->serial)) != 0)
		rc = EGOV_E_CORRUPT;
	token->trouble = rc;
	if (rc != EGOV_OK) {
		egov_buf_free(read);
		return rc == EGOV_E_IO ? CKR_DEVICE_ERROR : egov__softrv(rc, &err);
	}
	*file = read;
	return CKR_OK;
}

/* Each private key must give its own point: damage that the MAC cannot see, in memory. */
static enum egov_status check_pairs(const struct egov__softlist *list, struct egov_error *err)
{
	uint8_t point[EGOV__SM2_POINT];

	for (size_t i = 0; i < list->count; i++) {
		enum egov_status rc;

		if (list->objects[i]->d == NULL)
			continue;
		rc = egov__sm2_public(list->objects[i]->d, point, err);
		if (rc != EGOV_OK)
			return rc;
		if (memcmp(point, list->objects[i]->point, sizeof(point)) != 0)
			return egov_error_set(err, EGOV_E_CORRUPT, NULL,
			                      "token file: a private key is not its public key's");
	}
	return EGOV_OK;
}

static enum egov_status decode_private(const struct egov__softstore *store,
                                       const struct egov_secret *master,
                                       struct egov__softlist *list, struct egov_error *err)
{
	struct egov_buf der = EGOV__BUF(EGOV__SOFTSTORE_MAX);
	enum egov_status rc = egov__softstore_open(store, master, &der, err);

	if (rc == EGOV_OK)
		rc = egov__softlist_decode(egov_buf_slice(&der), EGOV__SOFTOBJECT_PRIVATE, list, err);
	if (rc == EGOV_OK)
		rc = check_pairs(list, err);
	egov__buf_clear(&der);
	return rc;
}

static void take_store(struct egov__softtoken *token, const struct egov__softstore *store)
{
	token->store = *store;
	token->store.public_objects = token->store.iv = token->store.private_objects = EGOV__NO_SLICE;
	token->store.body = token->store.mac = EGOV__NO_SLICE;
	token->loaded = true;
}

/* Replaces what is in memory by what a file says.  With a master key the MAC is checked,
 * and for the user the private objects are deciphered. */
static CK_RV adopt(struct egov__softtoken *token, const struct egov__softstore *store,
                   const struct egov_secret *master, bool with_private)
{
	struct egov__softlist list = { 0 };
	struct egov_buf unread = EGOV__BUF(EGOV__SOFTSTORE_MAX);
	struct egov_error err = { 0 };
	enum egov_status rc;

	rc = egov__softlist_decode(store->public_objects, EGOV__SOFTOBJECT_PUBLIC, &list, &err);
	if (rc == EGOV_OK && with_private)
		rc = decode_private(store, master, &list, &err);
	else if (rc == EGOV_OK && master != NULL)
		rc = egov__softstore_open(store, master, &unread, &err);
	egov__buf_clear(&unread);
	if (rc != EGOV_OK) {
		egov__softlist_clear(&list);
		token->trouble = rc;
		return egov__softrv(rc, &err);
	}
	egov__softlist_clear(&token->list);
	token->list = list;
	take_store(token, store);
	return CKR_OK;
}

/* Brings memory up to the file; a token that somebody initialised anew meanwhile has another
 * master key, so its user is logged out. */
static CK_RV bring_up(struct egov__softtoken *token, const struct egov__softstore *store)
{
	CK_RV rv;

	if (token->loaded && store->generation == token->store.generation
	    && memcmp(store->wrap, token->store.wrap, sizeof(store->wrap)) == 0) {
		take_store(token, store);
		return CKR_OK;
	}
	rv = adopt(token, store, token->master, token->login == EGOV__SOFTLOGIN_USER);
	if (rv == CKR_OK || token->master == NULL)
		return rv;
	egov__softtoken_logout(token);
	token->loaded = false;
	return CKR_DEVICE_ERROR;
}

CK_RV egov__softtoken_refresh(struct egov__softtoken *token)
{
	struct egov__softstore store;
	struct egov_buf *file = NULL;
	CK_RV rv = load(token, &file, &store);

	if (rv == CKR_OK)
		rv = bring_up(token, &store);
	egov_buf_free(file);
	return rv;
}

/* EGOV_SOFTTOKEN_ITERATIONS may lower the cost for tests. */
static uint32_t iterations(void)
{
	const char *text = secure_getenv("EGOV_SOFTTOKEN_ITERATIONS");
	uint64_t number;

	if (text != NULL
	    && egov__number_parse(text, "", EGOV__SOFTSTORE_ITERATIONS_MIN, ITERATIONS, &number, NULL)
	               == EGOV_OK)
		return (uint32_t)number;
	return ITERATIONS;
}

static enum egov_status new_master(struct egov_secret **master, struct egov_error *err)
{
	uint8_t octets[EGOV__SOFTSTORE_MASTER];
	enum egov_status rc = egov__random(octets, sizeof(octets), err);

	if (rc == EGOV_OK) {
		*master = egov__secret_new(EGOV__SLICE(octets));
		if (*master == NULL)
			rc = egov_error_nomem(err);
	}
	egov__cleanse(octets, sizeof(octets));
	return rc;
}

/* Encodes and writes; the private objects are those of the list, or, given as DER, others. */
static enum egov_status save(const struct egov__softtoken *token,
                             const struct egov__softstore *store, const struct egov_secret *master,
                             const struct egov__softlist *list, const struct egov_buf *given,
                             struct egov_error *err)
{
	struct egov_buf public_der = EGOV__BUF(EGOV__SOFTSTORE_MAX);
	struct egov_buf private_der = EGOV__BUF(EGOV__SOFTSTORE_MAX);
	struct egov_buf file = EGOV__BUF(EGOV__SOFTSTORE_MAX);
	enum egov_status rc;

	egov__softlist_encode(list, EGOV__SOFTOBJECT_PUBLIC, &public_der);
	if (given == NULL)
		egov__softlist_encode(list, EGOV__SOFTOBJECT_PRIVATE, &private_der);
	else
		egov__buf_slice(&private_der, egov_buf_slice(given));
	rc = egov__buf_check(&public_der, err);
	if (rc == EGOV_OK)
		rc = egov__buf_check(&private_der, err);
	if (rc == EGOV_OK)
		rc = egov__softstore_encode(store, master, egov_buf_slice(&public_der),
		                            egov_buf_slice(&private_der), &file, err);
	if (rc == EGOV_OK)
		rc = egov__softdir_write(token->dir, token->serial, egov_buf_slice(&file), err);
	egov__buf_clear(&public_der);
	egov__buf_clear(&private_der);
	egov__buf_clear(&file);
	return rc;
}

static enum egov_status write_new(const struct egov__softtoken *token,
                                  const struct egov__softguess *guess, struct egov_error *err)
{
	static const struct egov__softlist none;
	int lock = -1;
	enum egov_status rc = egov__softdir_make(token->dir, err);

	if (rc == EGOV_OK)
		rc = egov__softdir_lock(token->dir, &lock, err);
	if (rc == EGOV_OK) {
		rc = save(token, &guess->store, guess->master, &none, NULL, err);
		egov__softdir_unlock(lock);
	}
	return rc;
}

CK_RV egov__softguess_new(struct egov__softguess *guess, const char *serial, struct egov_slice so_pin)
{
	struct egov_error err = { 0 };
	enum egov_status rc;

	egov__secret_free(guess->master);
	*guess = (struct egov__softguess){ .role = EGOV__SOFTROLE_SO,
		                           .store = { .iterations = iterations(),
		                                      .next_handle = 1 } };
	memcpy(guess->store.serial, serial, sizeof(guess->store.serial));
	rc = new_master(&guess->master, &err);
	return rc == EGOV_OK ? egov__softguess_wrap(guess, so_pin) : egov__softrv(rc, &err);
}

CK_RV egov__softtoken_init(struct egov__softtoken *token, struct egov__softguess *guess,
                           const uint8_t label[EGOV__SOFTSTORE_LABEL])
{
	struct egov_error err = { 0 };
	enum egov_status rc;

	memcpy(guess->store.label, label, sizeof(guess->store.label));
	if (token->loaded) {
		guess->store.generation = token->store.generation;
		guess->store.next_handle = token->store.next_handle;
	}
	guess->store.generation++;
	rc = write_new(token, guess, &err);
	if (rc != EGOV_OK)
		return egov__softrv(rc, &err);
	token->loaded = false;
	return egov__softtoken_refresh(token);
}

/* A counter of wrong PINs, changed on what the file says by now. */
static enum egov_status write_tries(struct egov__softtoken *token, enum egov__softrole role,
                                    bool wrong, struct egov_error *err)
{
	struct egov_buf file = EGOV__BUF(EGOV__SOFTSTORE_MAX);
	struct egov_buf *old = NULL;
	struct egov__softstore store;
	int lock = -1;
	enum egov_status rc = egov__softdir_lock(token->dir, &lock, err);

	if (rc != EGOV_OK)
		return rc;
	if (load(token, &old, &store) != CKR_OK) {
		rc = token->trouble;
		goto out;
	}
	if (!wrong)
		store.tries[role] = 0;
	else if (store.tries[role] < EGOV__SOFTSTORE_TRIES)
		store.tries[role]++;
	rc = egov__softstore_retry(&store, store.tries, &file, err);
	if (rc == EGOV_OK)
		rc = egov__softdir_write(token->dir, token->serial, egov_buf_slice(&file), err);
	if (rc == EGOV_OK)
		memcpy(token->store.tries, store.tries, sizeof(store.tries));
out:
	egov__softdir_unlock(lock);
	egov__buf_clear(&file);
	egov_buf_free(old);
	return rc;
}

/* A directory that cannot be written leaves the counter as it is: it stops accidents only. */
static void count_try(struct egov__softtoken *token, enum egov__softrole role, bool wrong)
{
	struct egov_error err = { 0 };

	if (write_tries(token, role, wrong, &err) != EGOV_OK && wrong
	    && token->store.tries[role] < EGOV__SOFTSTORE_TRIES)
		token->store.tries[role]++;
}

CK_RV egov__softtoken_guess(struct egov__softtoken *token, struct egov__softguess *guess)
{
	CK_RV rv = egov__softtoken_refresh(token);

	if (rv != CKR_OK)
		return rv;
	if (!token->store.has_wrap[guess->role])
		return CKR_USER_PIN_NOT_INITIALIZED;
	if (token->store.tries[guess->role] >= EGOV__SOFTSTORE_TRIES)
		return CKR_PIN_LOCKED;
	guess->store = token->store;
	return CKR_OK;
}

void egov__softguess_clear(struct egov__softguess *guess)
{
	egov__secret_free(guess->master);
	egov__cleanse(guess, sizeof(*guess));
}

/* No PIN is as long as what is refused here without a derivation, and without a count. */
void egov__softguess_try(struct egov__softguess *guess, struct egov_slice pin)
{
	struct egov_error err = { 0 };

	guess->verdict = pin.size > EGOV__SECRET_MAX
	                         ? EGOV_E_LIMIT
	                         : egov__softstore_unwrap(&guess->store, guess->role, pin,
	                                                  &guess->master, &err);
}

CK_RV egov__softguess_wrap(struct egov__softguess *guess, struct egov_slice pin)
{
	struct egov_error err = { 0 };

	return egov__softrv(egov__softstore_wrap(&guess->store, guess->role, pin, guess->master, &err),
	                    &err);
}

CK_RV egov__softtoken_judge(struct egov__softtoken *token, const struct egov__softguess *guess)
{
	const struct egov_error none = { 0 };

	if (guess->verdict == EGOV_E_AUTH)
		count_try(token, guess->role, true);
	else if (guess->verdict == EGOV_OK && token->store.tries[guess->role] > 0)
		count_try(token, guess->role, false);
	return guess->verdict == EGOV_E_AUTH || guess->verdict == EGOV_E_LIMIT
	               ? CKR_PIN_INCORRECT
	               : egov__softrv(guess->verdict, &none);
}

CK_RV egov__softtoken_login(struct egov__softtoken *token, struct egov__softguess *guess)
{
	const bool user = guess->role == EGOV__SOFTROLE_USER;
	struct egov_buf *file = NULL;
	struct egov__softstore store;
	CK_RV rv = load(token, &file, &store);

	if (rv == CKR_OK)
		rv = adopt(token, &store, guess->master, user);
	egov_buf_free(file);
	if (rv != CKR_OK)
		return rv;
	token->master = guess->master;
	guess->master = NULL;
	token->login = user ? EGOV__SOFTLOGIN_USER : EGOV__SOFTLOGIN_SO;
	return CKR_OK;
}

static CK_RV change_pin(struct egov__softstore *store, struct egov__softlist *list, void *user)
{
	const struct egov__softguess *guess = *(const struct egov__softguess **)user;

	(void)list;
	store->tries[guess->role] = 0;
	store->has_wrap[guess->role] = true;
	memcpy(store->wrap[guess->role], guess->store.wrap[guess->role], EGOV__SOFTSTORE_WRAP);
	return CKR_OK;
}

/* Under the lock: change, encode, write.  Private objects that are not in the list, since no
 * user is logged in, pass through as they are. */
static CK_RV change_locked(struct egov__softtoken *token, const struct egov_secret *master,
                           egov__softtoken_change_fn *change, void *user)
{
	struct egov_buf private_der = EGOV__BUF(EGOV__SOFTSTORE_MAX);
	struct egov__softlist list = { 0 };
	struct egov__softstore store;
	struct egov_buf *file = NULL;
	struct egov_error err = { 0 };
	const bool passes = token->login != EGOV__SOFTLOGIN_USER;
	enum egov_status rc = EGOV_OK;
	CK_RV rv = load(token, &file, &store);

	if (rv == CKR_OK)
		rv = bring_up(token, &store);
	if (rv == CKR_OK && passes)
		rv = egov__softrv(egov__softstore_open(&store, master, &private_der, &err), &err);
	if (rv == CKR_OK) {
		egov__softlist_share(&token->list, &list);
		rv = change(&store, &list, user);
	}
	if (rv == CKR_OK) {
		store.generation++;
		rc = save(token, &store, master, &list, passes ? &private_der : NULL, &err);
		rv = egov__softrv(rc, &err);
	}
	if (rv == CKR_OK) {
		const struct egov__softlist old = token->list;

		token->list = list;
		list = old;
		take_store(token, &store);
	}
	egov__softlist_clear(&list);
	egov__buf_clear(&private_der);
	egov_buf_free(file);
	return rv;
}

static CK_RV change_with(struct egov__softtoken *token, const struct egov_secret *master,
                         egov__softtoken_change_fn *change, void *user)
{
	struct egov_error err = { 0 };
	int lock = -1;
	CK_RV rv = egov__softrv(egov__softdir_lock(token->dir, &lock, &err), &err);

	if (rv != CKR_OK)
		return rv;
	rv = change_locked(token, master, change, user);
	egov__softdir_unlock(lock);
	return rv;
}

CK_RV egov__softtoken_set_pin(struct egov__softtoken *token, const struct egov__softguess *guess)
{
	return change_with(token, guess->master, change_pin, &guess);
}

CK_RV egov__softtoken_change(struct egov__softtoken *token, egov__softtoken_change_fn *change,
                             void *user)
{
	return change_with(token, token->master, change, user);
}
