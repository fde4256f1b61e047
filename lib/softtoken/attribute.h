/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOFTTOKEN_ATTRIBUTE_H
#define SOFTTOKEN_ATTRIBUTE_H

#include "softtoken/cryptoki.h"
#include "softtoken/object.h"

/* Room for the value of an attribute that is not kept as such. */
struct egov__softscratch {
	CK_BBOOL boolean;
	CK_ULONG number;
	uint8_t octets[EGOV__SM2_SPKI];
};

/* The value of an attribute: in the object, static, or in scratch.  CKR_ATTRIBUTE_SENSITIVE
 * for a private key's value, CKR_ATTRIBUTE_TYPE_INVALID for what the object has not. */
CK_RV egov__softattribute_read(const struct egov__softobject *object, CK_ATTRIBUTE_TYPE type,
                               struct egov__softscratch *scratch, struct egov_slice *value);

/* Whether an object has all the attributes of a template. */
bool egov__softattribute_match(const struct egov__softobject *object, const CK_ATTRIBUTE *attributes,
                               CK_ULONG count);

/* A template is an array whose values are there: false for a NULL with a length. */
bool egov__softattribute_check(const CK_ATTRIBUTE *attributes, CK_ULONG count);

/* What a template for a new key said beside the fields of the object. */
struct egov__softdraft {
	struct egov__softobject *object;
	bool on_token, has_key_type, has_curve, has_point;
};

/* Where the key comes from. */
enum egov__softorigin { EGOV__SOFTORIGIN_IMPORTED, EGOV__SOFTORIGIN_GENERATED };

/* A new object of a class as a template describes it; free draft->object. */
CK_RV egov__softdraft_make(const CK_ATTRIBUTE *attributes, CK_ULONG count, unsigned class,
                           enum egov__softorigin origin, struct egov__softdraft *draft);

/* Changes what may be changed in an object that exists: label, ID, subject. */
CK_RV egov__softattribute_change(struct egov__softobject *object, const CK_ATTRIBUTE *attributes,
                                 CK_ULONG count);

#endif
