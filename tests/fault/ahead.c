/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Sets the clock of a process ahead: built to ahead.so and preloaded, EGOV_AHEAD days.
 * The times of files stay as they are.  libfaketime does far more, and for that leaves a
 * semaphore behind for each process that is killed or replaced, and ends the next of that number.
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static time_t ahead;

static void __attribute__((constructor)) begin(void)
{
	const char *days = getenv("EGOV_AHEAD");

	ahead = days == NULL ? 0 : (time_t)strtol(days, NULL, 10) * 86400;
}

int clock_gettime(clockid_t clock, struct timespec *at)
{
	const int failed = (int)syscall(SYS_clock_gettime, clock, at);

	if (failed == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		at->tv_sec += ahead;
	return failed;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone)
{
	const int failed = (int)syscall(SYS_gettimeofday, at, zone);

	if (failed == 0)
		at->tv_sec += ahead;
	return failed;
}

time_t time(time_t *at)
{
	struct timespec now = { 0, 0 };

	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (at != NULL)
		*at = now.tv_sec;
	return now.tv_sec;
}
