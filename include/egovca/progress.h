/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_PROGRESS_H
#define EGOVCA_PROGRESS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * How far a long call is: done of total, in whatever the call counts; total 0
 * where that is not known.  done never falls during one call.  Called by the
 * thread that makes the call, often: cheap, and it must not use the objects that
 * the call works on.
 */
typedef void egov_progress_fn(void *user, uint64_t done, uint64_t total);

#ifdef __cplusplus
}
#endif

#endif
