/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stddef.h>

#include <egovca/progress.h>

/* The steps of a long call, told to whoever asked; zeroed: nobody did. */
struct egov__progress {
	egov_progress_fn *fn;
	void *user;
	uint64_t done, total;           /* total 0: not known */
};

/* One thing more is done. */
static inline void egov__progress_step(struct egov__progress *progress)
{
	progress->done++;
	if (progress->total != 0 && progress->done > progress->total)
		progress->total = progress->done;
	if (progress->fn != NULL)
		progress->fn(progress->user, progress->done, progress->total);
}

#endif
