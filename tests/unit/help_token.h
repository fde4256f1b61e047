/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_HELP_TOKEN_H
#define TESTS_HELP_TOKEN_H

#include "help.h"

#include <p11-kit/pkcs11.h>

/* The software token as any caller sees it: loaded from the build folder, in a directory of
 * its own, with cheap PINs. */
#define TOKEN_SO_PIN "87654321"
#define TOKEN_PIN "123456"
#define TOKEN_LABEL "unit test"

#define CKM_TEST_KEYGEN 0x80008001UL
#define CKM_TEST_SIGN_E 0x80008104UL
#define CKM_TEST_SIGN_MESSAGE 0x80008100UL
#define CKM_TEST_DECRYPT 0x80008200UL
#define CKM_TEST_SM3 0x80009001UL

struct help_token {
	void *so;
	CK_FUNCTION_LIST *f;
	char *dir;
	CK_SLOT_ID slot;
};

/* Loads the module; C_Initialize is not called. */
void help_token_load(struct help_token *t);

/* Initialises the module and a token with both PINs; nobody is logged in. */
void help_token_make(struct help_token *t);

/* Finalises, unloads, removes the directory. */
void help_token_unload(struct help_token *t);

CK_SESSION_HANDLE help_token_session(struct help_token *t, CK_FLAGS more);

/* A read-write session of the user. */
CK_SESSION_HANDLE help_token_user(struct help_token *t);

/* The slot of the token with the label; fails the test where there is none. */
CK_SLOT_ID help_token_find(struct help_token *t, const char *label);

/* A key pair with a label and an ID of one octet. */
void help_token_pair(struct help_token *t, CK_SESSION_HANDLE session, const char *label, uint8_t id,
                     CK_OBJECT_HANDLE *public_key, CK_OBJECT_HANDLE *private_key);

/* The same whose private half has one more boolean attribute, true. */
void help_token_pair_that(struct help_token *t, CK_SESSION_HANDLE session, const char *label,
                          uint8_t id, CK_ATTRIBUTE_TYPE attribute, CK_OBJECT_HANDLE pair[2]);

/* The objects that match; at most 16. */
size_t help_token_search(struct help_token *t, CK_SESSION_HANDLE session, CK_ATTRIBUTE *templ,
                         CK_ULONG count, CK_OBJECT_HANDLE found[16]);

/* The 65 octets of a key's point. */
void help_token_point(struct help_token *t, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key,
                      uint8_t point[65]);

/* Signs e; and checks the signature with OpenSSL and libgcrypt. */
CK_RV help_token_sign(struct help_token *t, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key,
                      const uint8_t e[32], uint8_t raw[64]);
void help_token_verify(const uint8_t point[65], const uint8_t e[32], const uint8_t raw[64]);

/* The path of the token's file, on the heap. */
char *help_token_path(const struct help_token *t);

CK_RV help_token_login(struct help_token *t, CK_SESSION_HANDLE session, CK_USER_TYPE user,
                       const char *pin);

#define assert_rv(call, wanted) help_assert_rv((call), (wanted), #call, __FILE__, __LINE__)
void help_assert_rv(CK_RV rv, CK_RV wanted, const char *call, const char *file, int line);

#endif
