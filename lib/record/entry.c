/* SPDX-License-Identifier: Apache-2.0 */
#include "record/entry.h"

#include "base/der.h"
#include "crypto/sm3.h"
#include "record/tree.h"

enum egov_status egov__entry_encode(const struct egov__journal_row *row, struct egov_buf *out,
                                    struct egov_error *err)
{
	const char *const texts[] = { row->kind, row->actor, row->source == NULL ? "" : row->source,
		                      row->subject, row->body };
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	egov__der_put_uint(out, 1);
	egov__der_put_uint(out, row->seq);
	egov__der_put_generalized_time(out, row->time);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		egov__der_put(out, EGOV__UTF8_STRING, egov__slice_text(texts[i]));
	if (row->has_commitment)
		egov__der_put(out, EGOV__OCTET_STRING, EGOV__SLICE(row->commitment));
	egov__der_close(out, mark);
	return egov__buf_check(out, err);
}

enum egov_status egov__entry_leaf(const struct egov__journal_row *row, uint8_t leaf[32],
                                  struct egov_error *err)
{
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = egov__entry_encode(row, &der, err);

	if (rc == EGOV_OK)
		rc = egov__tree_leaf(egov_buf_slice(&der), leaf, err);
	egov__buf_clear(&der);
	return rc;
}

enum egov_status egov__entry_commitment(const uint8_t salt[32], struct egov_slice text,
                                        uint8_t digest[32], struct egov_error *err)
{
	const struct egov_slice parts[] = { { salt, 32 }, text };

	return egov__sm3(parts, 2, digest, err);
}
