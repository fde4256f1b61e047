/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/verify.h"

static enum egov_status begin(void *user, struct egov_slice algorithm, enum egov__oid type,
                              struct egov_error *err)
{
	(void)algorithm;
	return egov__crl_hash_begin(user, type, err);
}

static enum egov_status update(void *user, struct egov_slice bytes, struct egov_error *err)
{
	return egov__crl_hash_update(user, bytes, err);
}

static enum egov_status judge(struct egov__crl_hash *hash, const struct egov__source *source,
                              const struct egov_cert *issuer, const struct egov__crl_outline *list,
                              struct egov_error *err)
{
	if (!egov__slice_equal(egov_cert_subject(issuer), list->fields.issuer))
		return egov_error_set(err, EGOV_E_UNTRUSTED, "GM/T 0043, 6.3.1",
		                      "issuer is not the certificate's subject byte for byte");
	return egov__crl_hash_verify(hash, source, list, err);
}

enum egov_status egov__crl_read_signed(const struct egov__source *source,
                                       const struct egov_cert *issuer, struct egov_slice id,
                                       struct egov__crl_outline *out, struct egov_error *err)
{
	struct egov__crl_listener listener = { .algorithm = begin, .signed_bytes = update };
	struct egov__crl_outline list = { .entries_at = 0 };
	struct egov__crl_hash *hash = NULL;
	enum egov_status rc = egov__crl_hash_new(issuer, id, &hash, err);

	listener.user = hash;
	if (rc == EGOV_OK)
		rc = egov__crl_read(source, &listener, &list, err);
	if (rc == EGOV_OK)
		rc = judge(hash, source, issuer, &list, err);
	egov__crl_hash_free(hash);
	if (rc == EGOV_OK)
		*out = list;
	else
		egov__crl_outline_clear(&list);
	return rc;
}
