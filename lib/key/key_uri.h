/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEY_KEY_URI_H
#define KEY_KEY_URI_H

#include <p11-kit/uri.h>

#include <egovca/key.h>

#include "base/buf.h"

/* A key's URI, taken apart.  Attributes that are unknown, given twice or unsafe
 * are errors: a slip of the pen must not choose another key. */
struct egov__key_uri {
	char *name;             /* without the query: for messages and reports */
	char *file;             /* of a file: URI, else NULL */
	P11KitUri *p11;         /* of a pkcs11: URI, else NULL */
	char *pin_source;       /* NULL: none */
	char *module_path;      /* NULL: every module that the system registers */
	bool has_mechanism;     /* x-egov-mech */
	unsigned long mechanism;
	char *sdf_library;      /* of an sdf: URI, else NULL; the next three belong to it */
	unsigned sdf_index;     /* of the key in the device */
	size_t sdf_field;       /* octets of a number in the device's structures */
	bool sdf_software;      /* declared as such */
};

EGOV_MUST_CHECK enum egov_status egov__key_uri_parse(const char *text, struct egov__key_uri **out,
                                                     struct egov_error *err);
void egov__key_uri_free(struct egov__key_uri *uri);

/* The object's label and ID that a pkcs11: URI names; no bytes where it does not. */
struct egov_slice egov__key_uri_label(const struct egov__key_uri *uri);
struct egov_slice egov__key_uri_id(const struct egov__key_uri *uri);

#endif
