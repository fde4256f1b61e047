/* SPDX-License-Identifier: Apache-2.0 */
#include "help_token.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Threads, processes, forks, kills. */

static struct help_token t;

static int set_up(void **state)
{
	(void)state;
	help_token_make(&t);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	help_token_unload(&t);
	return 0;
}

/* --- threads ------------------------------------------------------------------------ */

#define SIGNATURES 40

struct worker {
	pthread_t thread;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
	uint8_t e[SIGNATURES][32], raw[SIGNATURES][64];
	CK_RV first_failure;
};

static void *sign_many(void *user)
{
	struct worker *w = user;

	for (size_t i = 0; i < SIGNATURES && w->first_failure == CKR_OK; i++) {
		memset(w->e[i], (int)i, 32);
		w->first_failure = help_token_sign(&t, w->session, w->key, w->e[i], w->raw[i]);
	}
	return NULL;
}

/* Searches, makes and removes keys meanwhile. */
static void *disturb(void *user)
{
	struct worker *w = user;
	CK_MECHANISM keygen = { CKM_TEST_KEYGEN, NULL, 0 };
	CK_BBOOL yes = CK_TRUE;
	CK_ATTRIBUTE token = { CKA_TOKEN, &yes, 1 };
	CK_OBJECT_HANDLE pair[2], found[16];
	CK_ULONG count;

	for (int i = 0; i < 8 && w->first_failure == CKR_OK; i++) {
		CK_RV rv = t.f->C_GenerateKeyPair(w->session, &keygen, &token, 1, &token, 1, &pair[0],
		                                  &pair[1]);

		rv = rv != CKR_OK ? rv : t.f->C_FindObjectsInit(w->session, &token, 1);
		rv = rv != CKR_OK ? rv : t.f->C_FindObjects(w->session, found, 16, &count);
		rv = rv != CKR_OK ? rv : t.f->C_FindObjectsFinal(w->session);
		rv = rv != CKR_OK ? rv : t.f->C_DestroyObject(w->session, pair[0]);
		rv = rv != CKR_OK ? rv : t.f->C_DestroyObject(w->session, pair[1]);
		w->first_failure = rv;
	}
	return NULL;
}

static void threads_sign_at_once(void **state)
{
	static struct worker workers[3];
	CK_SESSION_HANDLE session = help_token_user(&t);
	CK_OBJECT_HANDLE pair[2];
	uint8_t point[65];

	(void)state;
	help_token_pair(&t, session, "threads", 1, &pair[0], &pair[1]);
	help_token_point(&t, session, pair[0], point);
	for (int i = 0; i < 3; i++) {
		workers[i] = (struct worker){ .session = help_token_session(&t, CKF_RW_SESSION),
			                      .key = pair[1] };
		assert_int_equal(pthread_create(&workers[i].thread, NULL, i < 2 ? sign_many : disturb,
		                                &workers[i]), 0);
	}
	for (int i = 0; i < 3; i++) {
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
		assert_rv(workers[i].first_failure, CKR_OK);
	}
	for (size_t i = 0; i < SIGNATURES; i++) {
		help_token_verify(point, workers[0].e[i], workers[0].raw[i]);
		help_token_verify(point, workers[1].e[i], workers[1].raw[i]);
	}
	assert_rv(t.f->C_CloseAllSessions(t.slot), CKR_OK);
}

static void *sign_or_fail(void *user)
{
	struct worker *w = user;

	for (size_t i = 0; i < SIGNATURES; i++) {
		const CK_RV rv = help_token_sign(&t, w->session, w->key, w->e[0], w->raw[i]);

		if (rv != CKR_OK && rv != CKR_OPERATION_ACTIVE && rv != CKR_OPERATION_NOT_INITIALIZED
		    && rv != CKR_USER_NOT_LOGGED_IN && rv != CKR_KEY_HANDLE_INVALID)
			w->first_failure = rv;
	}
	return NULL;
}

/* Not allowed to the caller, yet no reason to crash: one session in two threads, and a logout
 * under a signature. */
static void one_session_in_two_threads(void **state)
{
	static struct worker workers[2];
	CK_SESSION_HANDLE session = help_token_user(&t);
	CK_OBJECT_HANDLE pair[2];

	(void)state;
	help_token_pair(&t, session, "shared", 2, &pair[0], &pair[1]);
	for (int i = 0; i < 2; i++) {
		workers[i] = (struct worker){ .session = session, .key = pair[1] };
		assert_int_equal(pthread_create(&workers[i].thread, NULL, sign_or_fail, &workers[i]), 0);
	}
	for (int i = 0; i < 5; i++) {
		assert_rv(t.f->C_Logout(session), CKR_OK);
		assert_rv(help_token_login(&t, session, CKU_USER, TOKEN_PIN), CKR_OK);
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
		assert_rv(workers[i].first_failure, CKR_OK);
	}
	assert_rv(t.f->C_CloseAllSessions(t.slot), CKR_OK);
}

/* --- processes ------------------------------------------------------------------------ */

/* Runs in a child: 0, or the line that failed. */
#define CHECK(call)                                                                                \
	do {                                                                                       \
		if ((call) != CKR_OK)                                                              \
			return __LINE__ & 0xff ? __LINE__ & 0xff : 1;                              \
	} while (0)

static int child_of(int (*body)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		(void)alarm(60);
		_exit(body());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/* A session of the user in a process that was forked. */
static CK_RV start_in_child(CK_SESSION_HANDLE *session)
{
	CK_SLOT_ID slots[8];
	CK_ULONG count = 8;
	CK_TOKEN_INFO info;
	CK_RV rv = t.f->C_Initialize(NULL);

	if (rv == CKR_OK)
		rv = t.f->C_GetSlotList(CK_TRUE, slots, &count);
	if (rv == CKR_OK)
		rv = t.f->C_GetTokenInfo(slots[0], &info);
	t.slot = slots[0];
	if (rv == CKR_OK)
		rv = t.f->C_OpenSession(t.slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, session);
	return rv != CKR_OK ? rv : help_token_login(&t, *session, CKU_USER, TOKEN_PIN);
}

static CK_RV generate(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE pair[2])
{
	CK_MECHANISM keygen = { CKM_TEST_KEYGEN, NULL, 0 };
	CK_BBOOL yes = CK_TRUE;
	unsigned char text[] = "process";
	CK_ATTRIBUTE templ[] = { { CKA_TOKEN, &yes, 1 }, { CKA_LABEL, text, 7 } };

	return t.f->C_GenerateKeyPair(session, &keygen, templ, 2, templ, 2, &pair[0], &pair[1]);
}

static int make_pairs(void)
{
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE pair[2];

	CHECK(start_in_child(&session));
	for (int i = help_times(10); i > 0; i--)
		CHECK(generate(session, pair));
	CHECK(t.f->C_Finalize(NULL));
	return 0;
}

static size_t count_all(CK_SESSION_HANDLE session)
{
	CK_OBJECT_HANDLE found[300];
	CK_ULONG count = 0;

	assert_rv(t.f->C_FindObjectsInit(session, NULL, 0), CKR_OK);
	assert_rv(t.f->C_FindObjects(session, found, 300, &count), CKR_OK);
	assert_rv(t.f->C_FindObjectsFinal(session), CKR_OK);
	for (CK_ULONG i = 0; i < count; i++)
		for (CK_ULONG j = 0; j < i; j++)
			assert_int_not_equal(found[i], found[j]);
	return count;
}

static void processes_write_at_once(void **state)
{
	CK_SESSION_HANDLE session = help_token_user(&t);
	const size_t before = count_all(session);
	pid_t children[2];
	int status;

	(void)state;
	for (int i = 0; i < 2; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0) {
			(void)alarm(60);
			_exit(make_pairs());
		}
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(count_all(session), before + 4 * (size_t)help_times(10));
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

static CK_OBJECT_HANDLE newest(CK_SESSION_HANDLE session)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE templ = { CKA_CLASS, &class, sizeof(class) };
	CK_OBJECT_HANDLE found[300], last = 0;
	CK_ULONG count = 0;

	assert_rv(t.f->C_FindObjectsInit(session, &templ, 1), CKR_OK);
	assert_rv(t.f->C_FindObjects(session, found, 300, &count), CKR_OK);
	assert_rv(t.f->C_FindObjectsFinal(session), CKR_OK);
	for (CK_ULONG i = 0; i < count; i++)
		last = found[i] > last ? found[i] : last;
	return last;
}

static int make_one_pair(void)
{
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE pair[2];

	CHECK(start_in_child(&session));
	CHECK(generate(session, pair));
	return 0;
}

static void another_process_key_signs_here(void **state)
{
	CK_SESSION_HANDLE session = help_token_user(&t);
	const CK_OBJECT_HANDLE before = newest(session);
	uint8_t e[32] = { 1 }, raw[64], point[65];
	CK_OBJECT_HANDLE key;

	(void)state;
	assert_int_equal(child_of(make_one_pair), 0);
	key = newest(session);
	assert_true(key > before);
	assert_rv(help_token_sign(&t, session, key, e, raw), CKR_OK);
	help_token_point(&t, session, key, point);
	help_token_verify(point, e, raw);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

/* --- forks -------------------------------------------------------------------------------- */

static CK_SESSION_HANDLE parent_session;
static CK_OBJECT_HANDLE parent_key;

static int forked(void)
{
	const uint8_t e[32] = { 2 };
	uint8_t raw[64];
	CK_SESSION_INFO info;
	CK_SESSION_HANDLE session;
	CK_ULONG count;

	if (help_token_sign(&t, parent_session, parent_key, e, raw) != CKR_CRYPTOKI_NOT_INITIALIZED
	    || t.f->C_GetSlotList(CK_TRUE, NULL, &count) != CKR_CRYPTOKI_NOT_INITIALIZED
	    || t.f->C_Finalize(NULL) != CKR_CRYPTOKI_NOT_INITIALIZED)
		return 1;
	CHECK(t.f->C_Initialize(NULL));
	if (t.f->C_GetSessionInfo(parent_session, &info) != CKR_SESSION_HANDLE_INVALID)
		return 2;
	CHECK(t.f->C_OpenSession(t.slot, CKF_SERIAL_SESSION, NULL, NULL, &session));
	if (help_token_sign(&t, session, parent_key, e, raw) != CKR_USER_NOT_LOGGED_IN)
		return 3;
	CHECK(help_token_login(&t, session, CKU_USER, TOKEN_PIN));
	CHECK(help_token_sign(&t, session, parent_key, e, raw));
	CHECK(t.f->C_Finalize(NULL));
	return 0;
}

/* The child starts anew; the parent goes on. */
static void fork_is_noticed(void **state)
{
	CK_OBJECT_HANDLE pair[2];
	uint8_t e[32] = { 3 }, raw[64];

	(void)state;
	assert_rv(t.f->C_Finalize(NULL), CKR_OK);
	assert_rv(t.f->C_Initialize(NULL), CKR_OK);
	t.slot = help_token_find(&t, TOKEN_LABEL);
	parent_session = help_token_user(&t);
	assert_rv(generate(parent_session, pair), CKR_OK);
	parent_key = pair[1];
	assert_int_equal(child_of(forked), 0);
	assert_rv(help_token_sign(&t, parent_session, parent_key, e, raw), CKR_OK);
	assert_rv(t.f->C_CloseSession(parent_session), CKR_OK);
}

static atomic_bool stop;

static void *keep_busy(void *user)
{
	CK_INFO info;

	(void)user;
	while (!atomic_load(&stop))
		(void)t.f->C_GetInfo(&info);
	return NULL;
}

static int start_and_end(void)
{
	CK_SESSION_HANDLE session;

	CHECK(start_in_child(&session));
	CHECK(t.f->C_Finalize(NULL));
	return 0;
}

/* The lock may be held by a thread that the child does not have.  That thread allocates
 * nothing: the sanitizer's allocator, other than glibc's, does not survive a fork. */
static void fork_under_a_call(void **state)
{
	pthread_t thread;

	(void)state;
	atomic_store(&stop, false);
	assert_int_equal(pthread_create(&thread, NULL, keep_busy, NULL), 0);
	for (int i = help_times(15); i > 0; i--)
		assert_int_equal(child_of(start_and_end), 0);
	atomic_store(&stop, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

/* --- kills ---------------------------------------------------------------------------------- */

static int write_for_ever(void)
{
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE pair[2];

	CHECK(start_in_child(&session));
	for (;;) {
		CHECK(generate(session, pair));
		CHECK(t.f->C_DestroyObject(session, pair[0]));
		CHECK(t.f->C_DestroyObject(session, pair[1]));
	}
}

static void killed_while_writing(void **state)
{
	CK_SESSION_HANDLE session;
	size_t count;
	int status;

	(void)state;
	session = help_token_user(&t);
	count = count_all(session);
	for (int i = 0, times = help_times(20); i < times; i++) {
		const struct timespec pause = { .tv_nsec = 4000000 + i * 1300000 };
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0)
			_exit(write_for_ever());
		(void)nanosleep(&pause, NULL);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		assert_true(count_all(session) >= count);
		assert_true(count_all(session) <= count + 2);
		count = count_all(session);
	}
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
	session = help_token_user(&t);
	assert_int_equal(count_all(session), count);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

/* --- a token that another process initialises anew ------------------------------------------ */

static int init_again(void)
{
	unsigned char label[32], pin[] = TOKEN_SO_PIN;
	CK_SESSION_HANDLE session;

	memset(label, ' ', sizeof(label));
	memcpy(label, TOKEN_LABEL, strlen(TOKEN_LABEL));
	CHECK(start_in_child(&session));
	CHECK(t.f->C_CloseSession(session));
	CHECK(t.f->C_InitToken(t.slot, pin, sizeof(pin) - 1, label));
	return 0;
}

/* Whoever was logged in is no longer. */
static void initialised_anew_elsewhere(void **state)
{
	CK_SESSION_HANDLE session = help_token_user(&t);
	CK_OBJECT_HANDLE pair[2];
	CK_SESSION_INFO info;
	uint8_t e[32] = { 4 }, raw[64];

	(void)state;
	assert_rv(generate(session, pair), CKR_OK);
	assert_int_equal(child_of(init_again), 0);
	assert_rv(generate(session, pair), CKR_DEVICE_ERROR);
	assert_rv(t.f->C_GetSessionInfo(session, &info), CKR_OK);
	assert_int_equal(info.state, CKS_RW_PUBLIC_SESSION);
	assert_rv(help_token_sign(&t, session, pair[1], e, raw), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(count_all(session), 0);
	assert_rv(help_token_login(&t, session, CKU_USER, TOKEN_PIN), CKR_USER_PIN_NOT_INITIALIZED);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

/* --- PINs ------------------------------------------------------------------------------------ */

struct login {
	pthread_t thread;
	CK_SESSION_HANDLE session;
	const char *pin;
	CK_RV rv;
	atomic_bool done;
};

static void *log_in(void *user)
{
	struct login *login = user;

	login->rv = help_token_login(&t, login->session, CKU_USER, login->pin);
	atomic_store(&login->done, true);
	return NULL;
}

/* A token whose PINs cost about a sixth of a second, and a session of it. */
static CK_SESSION_HANDLE slow_token(void)
{
	unsigned char label[32], so_pin[] = TOKEN_SO_PIN, pin[] = TOKEN_PIN;
	const CK_SLOT_ID first = t.slot;
	CK_SESSION_HANDLE session;
	CK_SLOT_ID slot;

	memset(label, ' ', sizeof(label));
	memcpy(label, "slow", 4);
	(void)setenv("EGOV_SOFTTOKEN_ITERATIONS", "300000", 1);
	assert_rv(t.f->C_InitToken(0, so_pin, sizeof(so_pin) - 1, label), CKR_OK);
	(void)setenv("EGOV_SOFTTOKEN_ITERATIONS", "1000", 1);
	slot = help_token_find(&t, "slow");
	t.slot = slot;
	session = help_token_session(&t, CKF_RW_SESSION);
	t.slot = first;
	assert_rv(help_token_login(&t, session, CKU_SO, TOKEN_SO_PIN), CKR_OK);
	assert_rv(t.f->C_InitPIN(session, pin, sizeof(pin) - 1), CKR_OK);
	assert_rv(t.f->C_Logout(session), CKR_OK);
	return session;
}

static void restart(void)
{
	assert_rv(t.f->C_Finalize(NULL), CKR_OK);
	assert_rv(t.f->C_Initialize(NULL), CKR_OK);
	t.slot = help_token_find(&t, TOKEN_LABEL);
}

/* Others here count on one token. */
static void remove_slow_token(void)
{
	CK_TOKEN_INFO info;
	char path[600];

	assert_rv(t.f->C_GetTokenInfo(help_token_find(&t, "slow"), &info), CKR_OK);
	(void)snprintf(path, sizeof(path), "%s/%.16s.token", t.dir, (const char *)info.serialNumber);
	assert_int_equal(unlink(path), 0);
	restart();
}

/* Signatures go on while somebody else's PIN is judged. */
static void others_work_during_a_login(void **state)
{
	static struct login login;
	CK_SESSION_HANDLE session;
	CK_SESSION_INFO info;
	CK_OBJECT_HANDLE pair[2];
	uint8_t e[32] = { 5 }, raw[64];
	unsigned signatures = 0;

	(void)state;
	restart();
	login = (struct login){ .session = slow_token(), .pin = TOKEN_PIN };
	session = help_token_user(&t);
	help_token_pair(&t, session, "meanwhile", 9, &pair[0], &pair[1]);
	assert_int_equal(pthread_create(&login.thread, NULL, log_in, &login), 0);
	for (; !atomic_load(&login.done); signatures++) {
		assert_rv(help_token_sign(&t, session, pair[1], e, raw), CKR_OK);
		assert_rv(t.f->C_GetSessionInfo(login.session, &info), CKR_OK);
	}
	assert_int_equal(pthread_join(login.thread, NULL), 0);
	assert_rv(login.rv, CKR_OK);
	assert_true(signatures >= 20);
	assert_rv(t.f->C_GetSessionInfo(login.session, &info), CKR_OK);
	assert_int_equal(info.state, CKS_RW_USER_FUNCTIONS);
	restart();
}

/* Who closes the session under a login, or ends the module, learns nothing of the PIN. */
static void gone_during_a_login(void **state)
{
	const struct timespec pause = { .tv_nsec = 40000000 };
	static struct login login;
	CK_SESSION_INFO info;

	(void)state;
	for (int i = 0; i < 2; i++) {
		CK_SLOT_ID slot;

		restart();
		slot = help_token_find(&t, "slow");
		login = (struct login){ .pin = TOKEN_PIN };
		assert_rv(t.f->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &login.session), CKR_OK);
		assert_int_equal(pthread_create(&login.thread, NULL, log_in, &login), 0);
		(void)nanosleep(&pause, NULL);
		assert_false(atomic_load(&login.done));
		assert_rv(i == 0 ? t.f->C_CloseSession(login.session) : t.f->C_Finalize(NULL), CKR_OK);
		assert_int_equal(pthread_join(login.thread, NULL), 0);
		assert_rv(login.rv, i == 0 ? CKR_SESSION_HANDLE_INVALID : CKR_CRYPTOKI_NOT_INITIALIZED);
		if (i == 1)
			assert_rv(t.f->C_Initialize(NULL), CKR_OK);
		assert_rv(t.f->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &login.session), CKR_OK);
		assert_rv(t.f->C_GetSessionInfo(login.session, &info), CKR_OK);
		assert_int_equal(info.state, CKS_RO_PUBLIC_SESSION);
	}
	remove_slow_token();
}

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifndef SANITIZED
/* The lock of those who derive may be held by a thread that the child does not have.  The
 * sanitizer's allocator does not survive this. */
static void fork_under_a_login(void **state)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	static struct login login;

	(void)state;
	restart();
	login = (struct login){ .session = slow_token(), .pin = TOKEN_PIN };
	assert_int_equal(pthread_create(&login.thread, NULL, log_in, &login), 0);
	(void)nanosleep(&pause, NULL);
	assert_int_equal(child_of(start_and_end), 0);
	assert_int_equal(pthread_join(login.thread, NULL), 0);
	assert_rv(login.rv, CKR_OK);
	remove_slow_token();
}
#endif

/* Many at once have no more tries than one after the other. */
static void guesses_count_at_once(void **state)
{
	static struct login logins[16];
	size_t wrong = 0, locked = 0;
	unsigned char pin[] = TOKEN_PIN;
	CK_SESSION_HANDLE session;

	(void)state;
	restart();
	for (size_t i = 0; i < 16; i++) {
		logins[i] = (struct login){ .session = help_token_session(&t, CKF_RW_SESSION),
			                    .pin = "wrong pin" };
		assert_int_equal(pthread_create(&logins[i].thread, NULL, log_in, &logins[i]), 0);
	}
	for (size_t i = 0; i < 16; i++) {
		assert_int_equal(pthread_join(logins[i].thread, NULL), 0);
		wrong += logins[i].rv == CKR_PIN_INCORRECT;
		locked += logins[i].rv == CKR_PIN_LOCKED;
	}
	assert_int_equal(wrong, 10);
	assert_int_equal(locked, 6);
	session = logins[0].session;
	assert_rv(help_token_login(&t, session, CKU_SO, TOKEN_SO_PIN), CKR_OK);
	assert_rv(t.f->C_InitPIN(session, pin, sizeof(pin) - 1), CKR_OK);
	assert_rv(t.f->C_CloseAllSessions(t.slot), CKR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_sign_at_once),
		cmocka_unit_test(one_session_in_two_threads),
		cmocka_unit_test(processes_write_at_once),
		cmocka_unit_test(another_process_key_signs_here),
		cmocka_unit_test(fork_is_noticed),
		cmocka_unit_test(fork_under_a_call),
		cmocka_unit_test(killed_while_writing),
		cmocka_unit_test(others_work_during_a_login),
		cmocka_unit_test(gone_during_a_login),
#ifndef SANITIZED
		cmocka_unit_test(fork_under_a_login),
#endif
		cmocka_unit_test(guesses_count_at_once),
		cmocka_unit_test(initialised_anew_elsewhere),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
