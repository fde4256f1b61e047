/* SPDX-License-Identifier: Apache-2.0 */
#include "base/thread.h"

#include <signal.h>

bool egov__thread_start(pthread_t *id, void *(*run)(void *), void *arg)
{
	sigset_t all, old;
	int code;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &old);
	code = pthread_create(id, NULL, run, arg);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	return code == 0;
}
