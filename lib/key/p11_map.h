/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEY_P11_MAP_H
#define KEY_P11_MAP_H

#include <p11-kit/pkcs11.h>

#include "base/buf.h"

/*
 * PKCS #11 has no SM2: every maker chose numbers of his own (egov-key(1),
 * MODULE MAPPING).  A mapping tells how one family of modules speaks.  Wrong
 * ones do no harm: every signature is verified before it is used.
 */
enum egov__p11_form { EGOV__P11_AUTO, EGOV__P11_RAW, EGOV__P11_DER };

struct egov__p11_map {
	char name[64];
	CK_KEY_TYPE key_type;           /* of SM2 keys besides CKK_EC with the SM2 curve */
	CK_MECHANISM_TYPE keygen;       /* 0: no key generation */
	CK_MECHANISM_TYPE sign_e;
	CK_MECHANISM_TYPE decrypt;      /* of a DER SM2Cipher; 0: none */
	enum egov__p11_form form;
	bool privkey_point;             /* CKA_EC_POINT: the private key is asked first */
	bool software;
};

/*
 * The first section of the file (NULL: none) that fits the module, else the
 * built-in mapping that does.  *found false where none fits.  The whole file is
 * judged, whatever fits.
 */
EGOV_MUST_CHECK enum egov_status egov__p11_map_find(const char *file, const char *library,
                                                    const CK_INFO *info, bool *found,
                                                    struct egov__p11_map *map,
                                                    struct egov_error *err);

/* Decimal, or hex after 0x; up to 0xffffffff. */
EGOV_MUST_CHECK enum egov_status egov__p11_number_parse(const char *text, const char *what,
                                                        unsigned long *out,
                                                        struct egov_error *err);

#endif
