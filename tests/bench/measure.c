/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/measure.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(clockid_t clock)
{
	struct timespec t;

	if (clock_gettime(clock, &t) != 0)
		bench_die("no clock: %s", strerror(errno));
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct bench_times bench_now(void)
{
	return (struct bench_times){ .wall = seconds(CLOCK_MONOTONIC),
		                     .cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) };
}

struct bench_times bench_since(struct bench_times start)
{
	const struct bench_times now = bench_now();

	return (struct bench_times){ now.wall - start.wall, now.cpu - start.cpu };
}

bool bench_note(struct bench_pairs *pairs, double above, double below)
{
	if (!(above > 0) || !(below > 0) || !isfinite(above / below)
	    || pairs->count == BENCH_ROUNDS_MAX)
		return false;
	pairs->ratio[pairs->count++] = above / below;
	return true;
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_median(const struct bench_pairs *pairs)
{
	struct bench_pairs sorted = *pairs;
	const size_t n = sorted.count;

	if (n == 0)
		return 0;
	qsort(sorted.ratio, n, sizeof(sorted.ratio[0]), by_value);
	return n % 2 == 1 ? sorted.ratio[n / 2] : (sorted.ratio[n / 2 - 1] + sorted.ratio[n / 2]) / 2;
}

bool bench_bar_parse(const char *kind, const char *value, struct bench_bar *bar)
{
	char *end = NULL;
	const double number = strtod(value, &end);

	if (end == value || *end != 0 || !isfinite(number) || !(number > 0)
	    || (strcmp(kind, "least") != 0 && strcmp(kind, "most") != 0))
		return false;
	*bar = (struct bench_bar){ strcmp(kind, "least") == 0 ? BENCH_AT_LEAST : BENCH_AT_MOST, number };
	return true;
}

bool bench_meets(double value, struct bench_bar bar)
{
	return bar.kind == BENCH_AT_LEAST ? value >= bar.value : value > 0 && value <= bar.value;
}

int bench_print(const char *name, const struct bench_pairs *pairs, struct bench_bar bar)
{
	const double value = bench_median(pairs);

	(void)printf("bench %s: %.3f (at %s %.3g)\n", name, value,
	             bar.kind == BENCH_AT_LEAST ? "least" : "most", bar.value);
	(void)fflush(stdout);
	return bench_meets(value, bar) ? 0 : 1;
}

void bench_die(const char *fmt, ...)
{
	va_list args;

	(void)fputs("bench: ", stderr);
	va_start(args, fmt);
	(void)vfprintf(stderr, fmt, args);
	va_end(args);
	(void)fputc('\n', stderr);
	exit(2);
}

unsigned long bench_number(const char *text, unsigned long max)
{
	char *end = NULL;
	const unsigned long number = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end != 0 || number > max)
		bench_die("%s: want a number up to %lu", text, max);
	return number;
}
