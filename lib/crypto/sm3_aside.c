/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sm3_aside.h"

#include <stdlib.h>
#include <string.h>

#include "base/thread.h"
#include "crypto/seen.h"

/* Either side wakes the other for so much only: for less it costs more than it gains. */
#define HALF (EGOV__SM3_ROOM / 2)

/* A ring: given and taken count octets, and never go back. */
struct egov__sm3_aside {
	struct egov__sm3 *sm3;
	bool has_thread;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t more, room;
	uint64_t given, taken;
	bool ended;                     /* nothing more will be given */
	enum egov_status rc;            /* of the thread, and what it says */
	struct egov_error err;
	uint8_t *ring;                  /* of EGOV__SM3_ROOM octets */
};

/* What waits, up to the end of the ring and to half of it. */
static struct egov_slice waiting(const struct egov__sm3_aside *aside)
{
	const size_t from = (size_t)(aside->taken % EGOV__SM3_ROOM);
	const size_t size = (size_t)(aside->given - aside->taken);
	const size_t to_end = EGOV__SM3_ROOM - from;
	const size_t most = to_end < HALF ? to_end : HALF;

	return (struct egov_slice){ aside->ring + from, size < most ? size : most };
}

static void *digest(void *arg)
{
	struct egov__sm3_aside *const aside = arg;

	(void)pthread_mutex_lock(&aside->lock);
	while (aside->given != aside->taken || !aside->ended) {
		const struct egov_slice bytes = waiting(aside);
		enum egov_status rc = aside->rc;

		if (aside->given - aside->taken < HALF && !aside->ended) {
			(void)pthread_cond_wait(&aside->more, &aside->lock);
			continue;
		}
		(void)pthread_mutex_unlock(&aside->lock);
		if (rc == EGOV_OK)
			rc = egov__sm3_update(aside->sm3, bytes, &aside->err);
		(void)pthread_mutex_lock(&aside->lock);
		aside->rc = rc;
		aside->taken += bytes.size;
		if (aside->given - aside->taken <= HALF)
			(void)pthread_cond_signal(&aside->room);
	}
	(void)pthread_mutex_unlock(&aside->lock);
	return NULL;
}

static void release(struct egov__sm3_aside *aside)
{
	(void)pthread_cond_destroy(&aside->room);
	(void)pthread_cond_destroy(&aside->more);
	(void)pthread_mutex_destroy(&aside->lock);
	free(aside->ring);
}

static bool start(struct egov__sm3_aside *aside)
{
	aside->ring = malloc(EGOV__SM3_ROOM);
	if (aside->ring == NULL)
		return false;
	(void)pthread_mutex_init(&aside->lock, NULL);
	(void)pthread_cond_init(&aside->more, NULL);
	(void)pthread_cond_init(&aside->room, NULL);
	if (egov__thread_start(&aside->thread, digest, aside))
		return true;
	release(aside);
	return false;
}

enum egov_status egov__sm3_aside_new(uint64_t size, struct egov__sm3_aside **out,
                                     struct egov_error *err)
{
	struct egov__sm3_aside *aside = calloc(1, sizeof(*aside));
	enum egov_status rc;

	if (aside == NULL)
		return egov_error_nomem(err);
	rc = egov__sm3_new(&aside->sm3, err);
	if (rc != EGOV_OK) {
		free(aside);
		return rc;
	}
	aside->has_thread = size >= EGOV__SM3_MUCH && start(aside);
	*out = aside;
	return EGOV_OK;
}

/* What there is room for, up to the end of the ring. */
static size_t put(struct egov__sm3_aside *aside, struct egov_slice bytes)
{
	const size_t from = (size_t)(aside->given % EGOV__SM3_ROOM);
	size_t size = EGOV__SM3_ROOM - (size_t)(aside->given - aside->taken);

	if (size > EGOV__SM3_ROOM - from)
		size = EGOV__SM3_ROOM - from;
	if (size > bytes.size)
		size = bytes.size;
	(void)pthread_mutex_unlock(&aside->lock);
	memcpy(aside->ring + from, bytes.data, size);
	(void)pthread_mutex_lock(&aside->lock);
	aside->given += size;
	if (aside->given - aside->taken >= HALF)
		(void)pthread_cond_signal(&aside->more);
	return size;
}

enum egov_status egov__sm3_aside_update(struct egov__sm3_aside *aside, struct egov_slice bytes,
                                        struct egov_error *err)
{
	if (!aside->has_thread)
		return egov__sm3_update(aside->sm3, bytes, err);
	(void)pthread_mutex_lock(&aside->lock);
	while (bytes.size > 0) {
		while (aside->given - aside->taken == EGOV__SM3_ROOM)
			(void)pthread_cond_wait(&aside->room, &aside->lock);
		const size_t size = put(aside, bytes);

		bytes.data += size;
		bytes.size -= size;
	}
	(void)pthread_mutex_unlock(&aside->lock);
	return EGOV_OK;
}

static void stop(struct egov__sm3_aside *aside)
{
	if (!aside->has_thread)
		return;
	(void)pthread_mutex_lock(&aside->lock);
	aside->ended = true;
	(void)pthread_cond_signal(&aside->more);
	(void)pthread_mutex_unlock(&aside->lock);
	(void)pthread_join(aside->thread, NULL);
	release(aside);
	aside->has_thread = false;
}

enum egov_status egov__sm3_aside_final(struct egov__sm3_aside *aside,
                                       uint8_t out[EGOV__SM3_SIZE], struct egov_error *err)
{
	stop(aside);
	if (aside->rc == EGOV_OK)
		return egov__sm3_final(aside->sm3, out, err);
	return egov_error_set(err, aside->rc, aside->err.clause, "%s", aside->err.text);
}

void egov__sm3_aside_free(struct egov__sm3_aside *aside)
{
	if (aside == NULL)
		return;
	stop(aside);
	egov__sm3_free(aside->sm3);
	free(aside);
}

/* What goes through a source. */
struct way {
	struct egov__sm3_aside *aside;
	struct egov__seen seen;
};

static enum egov_status see(void *user, struct egov_slice bytes, struct egov_error *err)
{
	struct way *const way = user;
	const enum egov_status rc = egov__sm3_aside_update(way->aside, bytes, err);

	return rc == EGOV_OK && way->seen.ctx != NULL ? egov__seen_update(&way->seen, bytes, err) : rc;
}

static enum egov_status compare(struct way *way, const uint8_t *seen, struct egov_error *err)
{
	uint8_t now[EGOV__SEEN_SIZE];
	enum egov_status rc;

	if (seen == NULL)
		return EGOV_OK;
	rc = egov__seen_end(&way->seen, now, err);
	if (rc == EGOV_OK && memcmp(now, seen, sizeof(now)) != 0)
		rc = egov_error_set(err, EGOV_E_CORRUPT, "Order No. 4, Art. 24",
		                    "the bytes are not those that were checked before");
	return rc;
}

enum egov_status egov__sm3_source_seen(struct egov_slice before, const struct egov__source *source,
                                       const uint8_t *seen, uint8_t out[EGOV__SM3_SIZE],
                                       struct egov_error *err)
{
	struct way way = { .aside = NULL };
	enum egov_status rc = egov__sm3_aside_new(source->size, &way.aside, err);

	if (rc == EGOV_OK && seen != NULL)
		rc = egov__seen_begin(&way.seen, err);
	if (rc == EGOV_OK && before.size > 0)
		rc = egov__sm3_aside_update(way.aside, before, err);
	if (rc == EGOV_OK)
		rc = egov__source_walk(source, 0, source->size, see, &way, err);
	if (rc == EGOV_OK)
		rc = egov__sm3_aside_final(way.aside, out, err);
	if (rc == EGOV_OK)
		rc = compare(&way, seen, err);
	egov__seen_clear(&way.seen);
	egov__sm3_aside_free(way.aside);
	return rc;
}

enum egov_status egov__sm3_source(struct egov_slice before, const struct egov__source *source,
                                  uint8_t out[EGOV__SM3_SIZE], struct egov_error *err)
{
	return egov__sm3_source_seen(before, source, NULL, out, err);
}
