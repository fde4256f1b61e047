/* SPDX-License-Identifier: Apache-2.0 */
#include "crl/crl_peek.h"

#include "base/der.h"

#define EXTENSIONS 0xa0
#define MOST 4096               /* octets of the extensions of a list of ours */

/* Tag and length at a place; *has is false where there are none. */
static enum egov_status head_at(const struct egov__source *source, uint64_t at,
                                struct egov__der_head *head, bool *has, struct egov_error *err)
{
	uint8_t bytes[EGOV__DER_HEAD];
	const uint64_t left = at < source->size ? source->size - at : 0;
	const size_t size = left < EGOV__DER_HEAD ? (size_t)left : EGOV__DER_HEAD;
	enum egov_status rc = egov__source_read(source, at, bytes, size, err);

	*has = rc == EGOV_OK && size > 0
	       && egov__der_head((struct egov_slice){ bytes, size }, left, head, NULL) == EGOV_OK;
	return rc;
}

static enum egov_status read_number(const struct egov__source *source, uint64_t at, uint64_t size,
                                    uint64_t *number, bool *has, struct egov_error *err)
{
	uint8_t bytes[MOST];
	struct egov_slice in = { bytes, (size_t)size }, list;
	enum egov_status rc;

	*has = size <= sizeof(bytes);
	rc = *has ? egov__source_read(source, at, bytes, in.size, err) : EGOV_OK;
	if (rc == EGOV_OK && *has)
		*has = egov__der_only(in, EGOV__SEQUENCE, "extensions", &list, NULL) == EGOV_OK
		       && egov__crl_number(list, number, NULL) == EGOV_OK;
	return rc;
}

enum egov_status egov__crl_peek(const struct egov__source *source, uint64_t *number, bool *has,
                                struct egov_error *err)
{
	struct egov__der_head head = { 0 };
	uint64_t at = 0, end = source->size;
	enum egov_status rc = EGOV_OK;

	/* CertificateList, TBSCertList: what is within them. */
	*has = true;
	for (int i = 0; rc == EGOV_OK && *has && i < 2; i++) {
		rc = head_at(source, at, &head, has, err);
		*has = *has && head.tag == EGOV__SEQUENCE;
		at += head.size;
		end = at + head.contents;
	}
	while (rc == EGOV_OK && *has) {
		*has = at < end;
		if (*has)
			rc = head_at(source, at, &head, has, err);
		if (rc != EGOV_OK || !*has || head.tag == EXTENSIONS)
			break;
		at += head.size + head.contents;
	}
	return rc == EGOV_OK && *has
	               ? read_number(source, at + head.size, head.contents, number, has, err)
	               : rc;
}
