/* SPDX-License-Identifier: Apache-2.0 */
#include "record/list.h"

#include <inttypes.h>

#include "crl/crl.h"
#include "record/inner.h"
#include "x509/tbs_build.h"

static void release(void *user)
{
	egov__pieces_free(user);
}

static enum egov_status write_piece(void *user, struct egov_slice bytes, struct egov_error *err)
{
	return egov__pieces_write(user, bytes, err);
}

static enum egov_status finish(void *user, struct egov_slice head, struct egov__tbs_place *place,
                               struct egov_error *err)
{
	const enum egov_status rc = egov__pieces_finish(user, head, err);

	if (rc == EGOV_OK)
		*place = (struct egov__tbs_place){ *egov__pieces_tbs(user), release };
	return rc;
}

enum egov_status egov__record_list_build(struct egov_record *record,
                                         const struct egov__crl_plan *plan, struct egov_tbs **out,
                                         struct egov_error *err)
{
	struct egov__crl_keep keep = { .write = write_piece, .close = finish };
	struct egov__crl_plan kept = *plan;
	struct egov__pieces *pieces = NULL;
	enum egov_status rc = egov__record_wants_transaction(record, err);

	if (rc == EGOV_OK)
		rc = egov__pieces_new(record->store, plan->number, &pieces, err);
	if (rc != EGOV_OK)
		return rc;
	keep.user = pieces;
	kept.keep = &keep;
	rc = egov__crl_build(&kept, out, err);
	if (rc != EGOV_OK)
		egov__pieces_free(pieces);
	return rc;
}

static enum egov_status write_pieces(struct egov__pieces *pieces, struct egov_slice tbs,
                                     struct egov_error *err)
{
	struct egov_slice first = tbs, part;
	enum egov_status rc = EGOV_OK;

	first.size = tbs.size % EGOV__PIECE == 0 ? EGOV__PIECE : tbs.size % EGOV__PIECE;
	for (size_t at = first.size; rc == EGOV_OK && at < tbs.size; at += EGOV__PIECE) {
		part = (struct egov_slice){ tbs.data + at, EGOV__PIECE };
		rc = egov__pieces_write(pieces, part, err);
	}
	return rc == EGOV_OK ? egov__pieces_finish(pieces, first, err) : rc;
}

/* A list that is not held lies in its place already. */
enum egov_status egov__list_keep(struct egov_record *record, const struct egov_tbs *tbs,
                                 uint64_t number, struct egov_error *err)
{
	const struct egov_slice held = egov__tbs_der(tbs);
	struct egov__pieces *pieces = NULL;
	enum egov_status rc = held.size > 0
	                              ? egov__pieces_new(record->store, number, &pieces, err)
	                              : egov__pieces_open(record->store, number, &pieces, err);

	if (rc == EGOV_OK && held.size > 0)
		rc = write_pieces(pieces, held, err);
	if (rc == EGOV_OK && egov__pieces_tbs(pieces)->size != egov__tbs_source(tbs)->size)
		rc = egov_error_set(err, EGOV_E_USAGE, NULL,
		                    "intent: the ledger holds another list of number %" PRIu64, number);
	egov__pieces_free(pieces);
	return rc;
}

enum egov_status egov__list_restore(struct egov_record *record, uint64_t number,
                                    enum egov__sigalg_params params, struct egov_tbs **out,
                                    struct egov_error *err)
{
	struct egov__tbs_place place = { .release = release };
	struct egov__pieces *pieces = NULL;
	enum egov_status rc = egov__pieces_open(record->store, number, &pieces, err);

	if (rc != EGOV_OK)
		return rc;
	place.source = *egov__pieces_tbs(pieces);
	rc = egov__tbs_new_list(&place, params, out, err);
	if (rc != EGOV_OK)
		egov__pieces_free(pieces);
	return rc;
}
