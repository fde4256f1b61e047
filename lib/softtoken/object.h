/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOFTTOKEN_OBJECT_H
#define SOFTTOKEN_OBJECT_H

#include "base/buf.h"
#include "base/secret.h"
#include "crypto/sm2.h"

/*
 * An SM2 key, public or private, as the token holds it:
 *
 *   Object ::= SEQUENCE {
 *     class INTEGER (2 | 3), handle INTEGER, keyType INTEGER, flags INTEGER,
 *     label OCTET STRING, id OCTET STRING, subject OCTET STRING,
 *     point OCTET STRING (SIZE (65)),
 *     d     OCTET STRING (SIZE (0 | 32)) }      -- private keys only
 *
 * Nobody changes an object that others can see: a change makes another one in
 * its place, with the same handle.  So a signature in another thread goes on
 * with the one it holds.  The counter of holders, and what was made ready at
 * the first use, are guarded by the lock of the module.
 */
#define EGOV__SOFTOBJECT_TEXT_MAX 255
#define EGOV__SOFTOBJECT_SUBJECT_MAX 4096
#define EGOV__SOFTOBJECT_LIST_MAX 200   /* with the texts of each, less than EGOV__SOFTSTORE_MAX */

/* The class and the key types have the numbers of PKCS#11. */
#define EGOV__SOFTOBJECT_PUBLIC 2u
#define EGOV__SOFTOBJECT_PRIVATE 3u
#define EGOV__SOFTOBJECT_EC 3u
#define EGOV__SOFTOBJECT_SM2 0x80000004u

enum egov__softobject_flag {
	EGOV__SOFTOBJECT_USABLE = 1,            /* CKA_VERIFY or CKA_SIGN */
	EGOV__SOFTOBJECT_LOCAL = 2,             /* made in the token */
	EGOV__SOFTOBJECT_MODIFIABLE = 4,
	EGOV__SOFTOBJECT_DECRYPTS = 8,          /* CKA_DECRYPT: private keys alone, and on request */
	EGOV__SOFTOBJECT_FLAGS = 15
};

struct egov__softtext {
	size_t size;
	uint8_t *octets;
};

struct egov__softobject {
	unsigned holders;
	unsigned class;
	uint64_t handle;
	uint32_t key_type;
	unsigned flags;
	struct egov__softtext label, id, subject;
	uint8_t point[EGOV__SM2_POINT];
	struct egov_secret *d;                  /* NULL in a public key */
	struct egov__sm2_key *ready;            /* NULL until it is used first */
};

/* A new object with one holder; NULL without memory. */
struct egov__softobject *egov__softobject_new(unsigned class);

/* A copy of an object with its texts and secret; NULL without memory. */
struct egov__softobject *egov__softobject_copy(const struct egov__softobject *object);

/* Makes it ready to sign or verify with, under the lock of the module. */
EGOV_MUST_CHECK enum egov_status egov__softobject_ready(struct egov__softobject *object,
                                                        struct egov_error *err);

/* One holder more, or one less; the last one frees it.  NULL is allowed. */
struct egov__softobject *egov__softobject_hold(struct egov__softobject *object);
void egov__softobject_free(struct egov__softobject *object);

/* Replaces a text; false without memory. */
bool egov__softtext_set(struct egov__softtext *text, struct egov_slice octets);

/* The objects of a token. */
struct egov__softlist {
	size_t count;
	struct egov__softobject *objects[EGOV__SOFTOBJECT_LIST_MAX];
};

void egov__softlist_clear(struct egov__softlist *list);

/* Takes over an object; EGOV_E_LIMIT where the list is full. */
EGOV_MUST_CHECK enum egov_status egov__softlist_take(struct egov__softlist *list,
                                                     struct egov__softobject *object,
                                                     struct egov_error *err);

/* Another list that holds the same objects. */
void egov__softlist_share(const struct egov__softlist *from, struct egov__softlist *to);

/* The index of a handle, or the count where there is none. */
size_t egov__softlist_find(const struct egov__softlist *list, uint64_t handle);

/* Puts object (taken over) in the place of the one at index, or, NULL, removes that. */
void egov__softlist_replace(struct egov__softlist *list, size_t index,
                            struct egov__softobject *object);

/* Appends the DER of SEQUENCE OF Object with those of one class. */
void egov__softlist_encode(const struct egov__softlist *list, unsigned class,
                           struct egov_buf *out);

/* Appends the objects of such a list, all of which must be of this class;
 * EGOV_E_CORRUPT where they are not well formed. */
EGOV_MUST_CHECK enum egov_status egov__softlist_decode(struct egov_slice der, unsigned class,
                                                       struct egov__softlist *list,
                                                       struct egov_error *err);

#endif
