/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEY_P11_H
#define KEY_P11_H

#include <signal.h>

#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>

#include "base/secret.h"
#include "crypto/sm2.h"
#include "key/key_uri.h"
#include "key/p11_map.h"

/* "CKR_PIN_LOCKED (0x000000a4)"; the number alone where it has no name. */
#define EGOV__P11_NAME 80
void egov__p11_name(CK_RV rv, char text[EGOV__P11_NAME]);

/* An error for a return value of the module; call is "C_Sign" and the like.
 * The status fits the value, the detail is the value. */
enum egov_status egov__p11_error(struct egov_error *err, CK_RV rv, const char *call);

/*
 * A module that talks to a dead daemon over a socket would kill the process:
 * the calling thread keeps SIGPIPE blocked while it is inside, and takes away
 * the one that the module may have caused.
 */
struct egov__p11_guard {
	sigset_t old;
	bool was_pending;
};
void egov__p11_enter(struct egov__p11_guard *guard);
void egov__p11_leave(const struct egov__p11_guard *guard);

/* --- p11_module.c: modules ------------------------------------------------------ */

/* Initialised modules: the one at path, or (path NULL) those of the system. */
struct egov__p11_modules {
	CK_FUNCTION_LIST **list;        /* ends with NULL */
	CK_FUNCTION_LIST *single[2];
	bool initialised;
};
EGOV_MUST_CHECK enum egov_status egov__p11_modules_load(const char *path,
                                                        struct egov__p11_modules *modules,
                                                        struct egov_error *err);
/* Finalises and initialises again: the cure for a module that lost its daemon. */
EGOV_MUST_CHECK enum egov_status egov__p11_modules_restart(struct egov__p11_modules *modules,
                                                           struct egov_error *err);
void egov__p11_modules_unload(struct egov__p11_modules *modules);

/* The slots of a module, on the heap; with a token in it, or all. */
EGOV_MUST_CHECK enum egov_status egov__p11_slots(CK_FUNCTION_LIST *f, bool with_token,
                                                 CK_SLOT_ID **slots, CK_ULONG *count,
                                                 struct egov_error *err);

/* --- p11_token.c: one token, with a session ---------------------------------------- */

struct egov__p11_token {
	const struct egov__key_uri *uri;        /* lent */
	struct egov__p11_modules modules;
	CK_FUNCTION_LIST *f;                    /* of the module that has the token */
	CK_SLOT_ID slot;
	CK_INFO info;
	CK_SLOT_INFO slot_info;
	CK_TOKEN_INFO token_info;
	char *label, *library;
	CK_FLAGS session_flags;
	CK_SESSION_HANDLE session;              /* 0: none */
	struct egov_secret *pin;                /* for the log-in after a loss */
	bool mapped;
	struct egov__p11_map map;
};

/* Finds the one token that the URI names, its mapping, and opens a session;
 * flags is 0 or CKF_RW_SESSION. */
EGOV_MUST_CHECK enum egov_status egov__p11_token_open(const struct egov__key_uri *uri,
                                                      const struct egov_key_options *options,
                                                      CK_FLAGS flags,
                                                      struct egov__p11_token **out,
                                                      struct egov_error *err);

/* Logs the user in, with the PIN that the URI's source or a person gives. */
EGOV_MUST_CHECK enum egov_status egov__p11_token_login(struct egov__p11_token *token,
                                                       const struct egov_key_options *options,
                                                       struct egov_error *err);

/* Again, with the PIN that was right before. */
EGOV_MUST_CHECK enum egov_status egov__p11_token_relogin(struct egov__p11_token *token,
                                                         struct egov_error *err);

/* The PIN once more, inside an operation, where the key asks for it each time. */
CK_RV egov__p11_authenticate(const struct egov__p11_token *token);

/* A new session in place of a lost one, logged in. */
EGOV_MUST_CHECK enum egov_status egov__p11_token_reopen(struct egov__p11_token *token,
                                                        struct egov_error *err);

/* The same after the token was looked for anew; restart: in modules that were
 * initialised anew. */
EGOV_MUST_CHECK enum egov_status egov__p11_token_rescan(struct egov__p11_token *token, bool restart,
                                                        struct egov_error *err);

void egov__p11_token_drop_session(struct egov__p11_token *token);
void egov__p11_token_close(struct egov__p11_token *token, bool forked);
bool egov__p11_token_is_software(const struct egov__p11_token *token);

/* --- p11_object.c: keys ------------------------------------------------------------ */

struct egov__p11_key {
	CK_OBJECT_HANDLE private_key;
	struct egov_buf id, label;
	CK_KEY_TYPE type;
	uint8_t point[EGOV__SM2_POINT];
	bool sign, decrypt, sensitive, extractable, local, always_authenticate;
};
#define EGOV__P11_KEY { .id = EGOV__BUF(1024), .label = EGOV__BUF(1024) }

/* All objects of the class under label and ID (no bytes: any), on the heap. */
EGOV_MUST_CHECK enum egov_status egov__p11_find(const struct egov__p11_token *token,
                                                CK_OBJECT_CLASS class, struct egov_slice label,
                                                struct egov_slice id, struct egov_buf *handles,
                                                struct egov_error *err);
size_t egov__p11_handles(const struct egov_buf *handles);
CK_OBJECT_HANDLE egov__p11_handle(const struct egov_buf *handles, size_t i);

/* The one private key that the URI names. */
EGOV_MUST_CHECK enum egov_status egov__p11_key_find(const struct egov__p11_token *token,
                                                    CK_OBJECT_HANDLE *private_key,
                                                    struct egov_error *err);

/* What is known of it, with its public point; key may hold another one before. */
EGOV_MUST_CHECK enum egov_status egov__p11_key_read(const struct egov__p11_token *token,
                                                    CK_OBJECT_HANDLE handle,
                                                    struct egov__p11_key *key,
                                                    struct egov_error *err);

/* The point of a public or private key object of SM2. */
EGOV_MUST_CHECK enum egov_status egov__p11_point(const struct egov__p11_token *token,
                                                 CK_OBJECT_HANDLE handle,
                                                 uint8_t point[EGOV__SM2_POINT],
                                                 struct egov_error *err);
void egov__p11_key_clear(struct egov__p11_key *key);

/* Token and key as fields of the current record. */
EGOV_MUST_CHECK enum egov_status egov__p11_report(const struct egov__p11_token *token,
                                                  const struct egov__p11_key *key,
                                                  struct egov_report *report,
                                                  struct egov_error *err);

/* --- key_pkcs11.c -------------------------------------------------------------------- */

/* Whether the module can sign e; its own list is in the message where not. */
EGOV_MUST_CHECK enum egov_status egov__p11_mechanism(const struct egov__p11_token *token,
                                                     CK_MECHANISM_TYPE *mechanism,
                                                     struct egov_error *err);

/* A signer for a key of a token that is open and logged in; takes the token
 * where it succeeds. */
struct egov__signer_opened;
EGOV_MUST_CHECK enum egov_status egov__pkcs11_signer_take(struct egov__p11_token *token,
                                                          CK_OBJECT_HANDLE private_key,
                                                          struct egov__signer_opened *out,
                                                          struct egov_error *err);

/* --- p11_cure.c: a lost session, token or handle ----------------------------------- */

bool egov__p11_may_cure(CK_RV rv);

/* Does about rv of call what can be done, once for an operation; the key is the same
 * afterwards, under the handle that it has now. */
EGOV_MUST_CHECK enum egov_status egov__p11_cure(struct egov__p11_token *token,
                                                struct egov__p11_key *key, CK_RV rv,
                                                const char *call, struct egov_error *err);

#endif
