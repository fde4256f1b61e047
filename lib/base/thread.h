/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* Starts a thread of the library, to be joined, which no signal comes to: signals are for the
 * threads of the program.  false: there is none. */
bool egov__thread_start(pthread_t *id, void *(*run)(void *), void *arg);

#endif
