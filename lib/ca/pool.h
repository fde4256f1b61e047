/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_POOL_H
#define CA_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/*
 * Threads that work on items, one owner that hands them in and takes them back.
 * An item is the first member of what it is about; it belongs to the pool
 * between egov__pool_put and egov__pool_take.
 */
struct egov__pool_item {
	struct egov__pool_item *next;
};

struct egov__pool_list {
	struct egov__pool_item *first, *last;
	size_t count;
};
void egov__pool_append(struct egov__pool_list *list, struct egov__pool_item *item);
struct egov__pool_item *egov__pool_shift(struct egov__pool_list *list);        /* NULL: empty */

/* own is the working thread's, and nobody else touches it. */
typedef void egov__pool_fn(struct egov__pool_item *item, void *own);

struct egov__pool;

/* A thread for each of the count pointers of own. */
EGOV_MUST_CHECK enum egov_status egov__pool_start(egov__pool_fn *fn, void *const *own, size_t count,
                                                  struct egov__pool **out, struct egov_error *err);

/* urgent items go before all others. */
void egov__pool_put(struct egov__pool *pool, struct egov__pool_item *item, bool urgent);

/*
 * Appends what is finished to list: waits until list has enough of them, until
 * wait_ms after the first one is there, or until the pool has none left.
 */
void egov__pool_take(struct egov__pool *pool, struct egov__pool_list *list, size_t enough,
                     unsigned wait_ms);

/* Waits for the threads; all items must have been taken back. */
void egov__pool_stop(struct egov__pool *pool);

#endif
