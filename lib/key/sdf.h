/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEY_SDF_H
#define KEY_SDF_H

#include <stdint.h>

#include "base/error.h"

/*
 * The interface of a crypto device's library (GM/T 0018), as far as a signer
 * needs it.  Structures have no padding; numbers are big-endian and stand at
 * the right of their fields.
 */
#define EGOV__SDF_BITS 256              /* of an SM2 key, in the first field of a public key */
#define EGOV__SDF_FIELD 64              /* octets of a number; in some makers' headers 32 */

struct egov__sdf_public_key {           /* ECCrefPublicKey */
	uint32_t bits;
	uint8_t numbers[2 * EGOV__SDF_FIELD];   /* x, y: both in fields of one width */
};

struct egov__sdf_signature {            /* ECCSignature */
	uint8_t numbers[2 * EGOV__SDF_FIELD];   /* r, s */
};

struct egov__sdf_device_info {          /* DEVICEINFO */
	unsigned char issuer[40], device[16], serial[16];
	uint32_t device_version, standard_version;
	uint32_t asym_ability[2], sym_ability, hash_ability, buffer_size;
	uint8_t more[256];                      /* what makers added */
};

#define EGOV__SDR_OK 0
#define EGOV__SDR_BASE 0x01000000
#define EGOV__SDR_NOTSUPPORT 0x01000002
#define EGOV__SDR_COMMFAIL 0x01000003
#define EGOV__SDR_HARDFAIL 0x01000004
#define EGOV__SDR_OPENDEVICE 0x01000005
#define EGOV__SDR_OPENSESSION 0x01000006
#define EGOV__SDR_PARDENY 0x01000007
#define EGOV__SDR_KEYNOTEXIST 0x01000008
#define EGOV__SDR_ALGNOTSUPPORT 0x01000009
#define EGOV__SDR_ALGMODNOTSUPPORT 0x0100000a
#define EGOV__SDR_KEYTYPEERR 0x01000014
#define EGOV__SDR_PRKRERR 0x01000018
#define EGOV__SDR_MAKERS 0x01000100     /* the first that makers may give a meaning */

/* A library that is loaded, with the functions that were found in it. */
struct egov__sdf {
	void *handle;
	int (*open_device)(void **device);
	int (*close_device)(void *device);
	int (*open_session)(void *device, void **session);
	int (*close_session)(void *session);
	int (*device_info)(void *session, struct egov__sdf_device_info *info);
	int (*get_right)(void *session, unsigned index, unsigned char *password, unsigned size);
	int (*release_right)(void *session, unsigned index);
	int (*export_public)(void *session, unsigned index, struct egov__sdf_public_key *key);
	int (*sign)(void *session, unsigned index, unsigned char *e, unsigned size,
	            struct egov__sdf_signature *signature);
};

EGOV_MUST_CHECK enum egov_status egov__sdf_load(const char *path, struct egov__sdf *sdf,
                                                struct egov_error *err);
void egov__sdf_unload(struct egov__sdf *sdf);

/* An error for a return value of the library; call is "SDF_OpenDevice" and the like.  The
 * status fits the value, the detail is the value. */
enum egov_status egov__sdf_error(struct egov_error *err, int code, const char *call);

#endif
