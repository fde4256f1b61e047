/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/pool.h"

#include <stdlib.h>
#include <time.h>

#include "base/thread.h"

struct thread {
	struct egov__pool *pool;
	pthread_t id;
	void *own;
};

struct egov__pool {
	pthread_mutex_t lock;
	pthread_cond_t work, finished;
	struct egov__pool_list urgent, waiting, done;
	size_t busy;                    /* items that are being worked on */
	size_t enough;                  /* what the owner waits for */
	bool stopping;
	egov__pool_fn *fn;
	size_t count;                   /* of threads */
	struct thread threads[];
};

void egov__pool_append(struct egov__pool_list *list, struct egov__pool_item *item)
{
	item->next = NULL;
	if (list->last == NULL)
		list->first = item;
	else
		list->last->next = item;
	list->last = item;
	list->count++;
}

struct egov__pool_item *egov__pool_shift(struct egov__pool_list *list)
{
	struct egov__pool_item *const item = list->first;

	if (item == NULL)
		return NULL;
	list->first = item->next;
	if (list->first == NULL)
		list->last = NULL;
	list->count--;
	item->next = NULL;
	return item;
}

static void give(struct egov__pool_list *from, struct egov__pool_list *to)
{
	if (from->first == NULL)
		return;
	if (to->last == NULL)
		to->first = from->first;
	else
		to->last->next = from->first;
	to->last = from->last;
	to->count += from->count;
	*from = (struct egov__pool_list){ NULL, NULL, 0 };
}

static bool nothing_left(const struct egov__pool *pool)
{
	return pool->urgent.count == 0 && pool->waiting.count == 0 && pool->busy == 0;
}

/* The owner is woken where it has something to decide, not for each item. */
static void put_done(struct egov__pool *pool, struct egov__pool_item *item)
{
	pool->busy--;
	egov__pool_append(&pool->done, item);
	if (pool->done.count == 1 || pool->done.count >= pool->enough || nothing_left(pool))
		(void)pthread_cond_signal(&pool->finished);
}

static void *work(void *arg)
{
	const struct thread *const thread = arg;
	struct egov__pool *const pool = thread->pool;
	struct egov__pool_item *item;

	(void)pthread_mutex_lock(&pool->lock);
	for (;;) {
		item = egov__pool_shift(pool->urgent.count > 0 ? &pool->urgent : &pool->waiting);
		if (item == NULL && pool->stopping)
			break;
		if (item == NULL) {
			(void)pthread_cond_wait(&pool->work, &pool->lock);
			continue;
		}
		pool->busy++;
		(void)pthread_mutex_unlock(&pool->lock);
		pool->fn(item, thread->own);
		(void)pthread_mutex_lock(&pool->lock);
		put_done(pool, item);
	}
	(void)pthread_mutex_unlock(&pool->lock);
	return NULL;
}

static struct egov__pool *new_pool(egov__pool_fn *fn, size_t count)
{
	struct egov__pool *pool = calloc(1, sizeof(*pool) + count * sizeof(pool->threads[0]));
	pthread_condattr_t monotonic;

	if (pool == NULL)
		return NULL;
	pool->fn = fn;
	(void)pthread_mutex_init(&pool->lock, NULL);
	(void)pthread_cond_init(&pool->work, NULL);
	(void)pthread_condattr_init(&monotonic);
	(void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&pool->finished, &monotonic);
	(void)pthread_condattr_destroy(&monotonic);
	return pool;
}

enum egov_status egov__pool_start(egov__pool_fn *fn, void *const *own, size_t count,
                                  struct egov__pool **out, struct egov_error *err)
{
	struct egov__pool *pool = new_pool(fn, count);

	if (pool == NULL)
		return egov_error_nomem(err);
	for (; pool->count < count; pool->count++) {
		struct thread *const thread = &pool->threads[pool->count];

		*thread = (struct thread){ .pool = pool, .own = own[pool->count] };
		if (!egov__thread_start(&thread->id, work, thread)) {
			egov__pool_stop(pool);
			return egov_error_set(err, EGOV_E_NOMEM, NULL, "cannot start a thread");
		}
	}
	*out = pool;
	return EGOV_OK;
}

void egov__pool_put(struct egov__pool *pool, struct egov__pool_item *item, bool urgent)
{
	(void)pthread_mutex_lock(&pool->lock);
	egov__pool_append(urgent ? &pool->urgent : &pool->waiting, item);
	(void)pthread_cond_signal(&pool->work);
	(void)pthread_mutex_unlock(&pool->lock);
}

static struct timespec after(unsigned wait_ms)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += (long)wait_ms * 1000000L;
	t.tv_sec += t.tv_nsec / 1000000000L;
	t.tv_nsec %= 1000000000L;
	return t;
}

void egov__pool_take(struct egov__pool *pool, struct egov__pool_list *list, size_t enough,
                     unsigned wait_ms)
{
	struct timespec end;
	int code = 0;

	(void)pthread_mutex_lock(&pool->lock);
	pool->enough = enough > list->count ? enough - list->count : 1;
	while (list->count == 0 && pool->done.count == 0 && !nothing_left(pool))
		(void)pthread_cond_wait(&pool->finished, &pool->lock);
	end = after(wait_ms);
	while (code == 0 && pool->done.count < pool->enough && !nothing_left(pool))
		code = pthread_cond_timedwait(&pool->finished, &pool->lock, &end);
	give(&pool->done, list);
	(void)pthread_mutex_unlock(&pool->lock);
}

void egov__pool_stop(struct egov__pool *pool)
{
	if (pool == NULL)
		return;
	(void)pthread_mutex_lock(&pool->lock);
	pool->stopping = true;
	(void)pthread_cond_broadcast(&pool->work);
	(void)pthread_mutex_unlock(&pool->lock);
	for (size_t i = 0; i < pool->count; i++)
		(void)pthread_join(pool->threads[i].id, NULL);
	(void)pthread_cond_destroy(&pool->finished);
	(void)pthread_cond_destroy(&pool->work);
	(void)pthread_mutex_destroy(&pool->lock);
	free(pool);
}
