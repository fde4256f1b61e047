/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_INNER_H
#define RECORD_INNER_H

#include "crypto/envelope.h"
#include "crypto/random.h"
#include "crypto/sm2.h"
#include "record/checkpoint.h"
#include "record/record.h"
#include "record/tree.h"

/* For lib/record alone. */

/* A stage value whose row was written in a transaction: it counts once that has
 * committed, never if it did not. */
enum egov__durability {
	EGOV__STAGE_PENDING,
	EGOV__STAGE_DURABLE,
	EGOV__STAGE_VOID
};
struct egov__stage {
	enum egov__durability durability;
	struct egov__stage *next, **link;       /* among the pending of its record */
};

/* What the ledger keeps about the journal's end (meta "journal-head"). */
struct egov__head {
	struct egov__tree tree;
	uint8_t leaf[32];               /* of the last entry */
	egov_time latest;               /* of all entries; EGOV_TIME_NONE: there is none */
};

/* Transactions that become durable together. */
enum egov__group {
	EGOV__GROUP_NONE,
	EGOV__GROUP_OPEN,               /* between two of them */
	EGOV__GROUP_STEP,               /* inside one */
	EGOV__GROUP_BROKEN              /* one could not be taken back: all are lost */
};

/* What an open transaction has in memory. */
struct egov__moment {
	struct egov__head head;
	struct egov__generation_row signing;    /* number 0: none yet */
	bool signing_counts;            /* it has counts that its row has not */
};

struct egov_record {
	struct egov_store *store;
	enum egov__group group;
	struct egov__moment before;     /* the step of a group that is open */
	char source[EGOV__SOURCE];
	uint8_t custodian[EGOV__SM2_POINT];
	struct egov__sealer sealer;     /* of the open transaction: one wrapping serves a group */
	struct egov__random_stock salts;
	struct egov__head head;         /* of the open transaction */
	egov_time now;
	struct egov_duration silence;
	struct egov__stage *pending;
	struct egov__generation_row signing;    /* of the open transaction; number 0: none yet */
	bool signing_counts;            /* it has counts that its row has not */
	uint64_t signature_limit;       /* of a generation, 0: none */
};

/* Loads the head and holds it against the last entry: EGOV_E_CORRUPT. */
EGOV_MUST_CHECK enum egov_status egov__record_head(struct egov_store *store,
                                                   struct egov__head *head,
                                                   struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__record_wants_transaction(const struct egov_record *record,
                                                                struct egov_error *err);

/* A value made inside the open transaction, or from rows that were there before. */
void egov__stage_begin(struct egov_record *record, struct egov__stage *stage);
void egov__stage_end(struct egov__stage *stage);        /* before it is freed */

bool egov__intent_is_spent(const struct egov_intent *intent);

/* The subject of the entries about an intent, appended to out (record/kinds.h). */
void egov__record_subject(const struct egov__intent_row *row, struct egov_buf *out);

/* The meta value that names the home: EGOV_E_CORRUPT where there is none. */
EGOV_MUST_CHECK enum egov_status egov__checkpoint_home(struct egov_store *store,
                                                       struct egov_buf *home,
                                                       struct egov_error *err);

#endif
