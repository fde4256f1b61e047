/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/proven.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* A statement has one place, which the newest takes: 4096 in all, in pages that
 * are there once they are needed. */
#define PAGES 64
#define PLACES 64

struct page {
	uint8_t places[PLACES][EGOV__SM3_SIZE];
};

struct egov__proven {
	pthread_mutex_t lock;
	struct page *pages[PAGES];
};

struct egov__proven *egov__proven_new(void)
{
	struct egov__proven *proven = calloc(1, sizeof(*proven));

	if (proven != NULL && pthread_mutex_init(&proven->lock, NULL) != 0) {
		free(proven);
		return NULL;
	}
	return proven;
}

void egov__proven_free(struct egov__proven *proven)
{
	if (proven == NULL)
		return;
	for (size_t i = 0; i < PAGES; i++)
		free(proven->pages[i]);
	(void)pthread_mutex_destroy(&proven->lock);
	free(proven);
}

bool egov__proven_has(struct egov__proven *proven, const uint8_t statement[EGOV__SM3_SIZE])
{
	const struct page *page;
	bool has;

	(void)pthread_mutex_lock(&proven->lock);
	page = proven->pages[statement[0] % PAGES];
	has = page != NULL
	      && memcmp(page->places[statement[1] % PLACES], statement, EGOV__SM3_SIZE) == 0;
	(void)pthread_mutex_unlock(&proven->lock);
	return has;
}

void egov__proven_add(struct egov__proven *proven, const uint8_t statement[EGOV__SM3_SIZE])
{
	struct page **page = &proven->pages[statement[0] % PAGES];

	(void)pthread_mutex_lock(&proven->lock);
	if (*page == NULL)
		*page = calloc(1, sizeof(**page));
	if (*page != NULL)
		memcpy((*page)->places[statement[1] % PLACES], statement, EGOV__SM3_SIZE);
	(void)pthread_mutex_unlock(&proven->lock);
}
