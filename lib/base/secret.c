/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct egov_secret {
	size_t size;
	uint8_t bytes[EGOV__SECRET_MAX];
};

void egov__cleanse(void *data, size_t size)
{
	explicit_bzero(data, size);
}

/* A page of its own: neither swapped (where the limit allows the lock) nor dumped. */
struct egov_secret *egov__secret_new(struct egov_slice bytes)
{
	struct egov_secret *secret;

	if (bytes.size > EGOV__SECRET_MAX)
		return NULL;
	secret = mmap(NULL, sizeof(*secret), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
	              -1, 0);
	if (secret == MAP_FAILED)
		return NULL;
	(void)mlock(secret, sizeof(*secret));
	(void)madvise(secret, sizeof(*secret), MADV_DONTDUMP);
	secret->size = bytes.size;
	if (bytes.size > 0)
		memcpy(secret->bytes, bytes.data, bytes.size);
	return secret;
}

void egov__secret_free(struct egov_secret *secret)
{
	if (secret == NULL)
		return;
	egov__cleanse(secret, sizeof(*secret));
	(void)munmap(secret, sizeof(*secret));
}

struct egov_slice egov__secret_slice(const struct egov_secret *secret)
{
	return (struct egov_slice){ secret->bytes, secret->size };
}
