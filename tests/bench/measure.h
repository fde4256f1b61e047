/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_BENCH_MEASURE_H
#define TESTS_BENCH_MEASURE_H

/*
 * The arithmetic of "make bench".  A figure is the median of ratios; each ratio
 * is of one pair that was measured one right after the other, since a shared
 * machine drifts more between runs than what is to be told apart.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

struct bench_times {
	double wall, cpu;       /* seconds; cpu is that of all threads */
};

/* Now, of this process. */
struct bench_times bench_now(void);
struct bench_times bench_since(struct bench_times start);

#define BENCH_ROUNDS_MAX 99

/* The pairs of one figure. */
struct bench_pairs {
	size_t count;
	double ratio[BENCH_ROUNDS_MAX];
};

/* Notes above / below; false, noting nothing, where one is not above zero or there is no room. */
bool bench_note(struct bench_pairs *pairs, double above, double below);

/* The middle ratio, or the mean of the two in the middle; 0 where there is none. */
double bench_median(const struct bench_pairs *pairs);

/* What a figure must be. */
enum bench_kind { BENCH_AT_LEAST, BENCH_AT_MOST };
struct bench_bar {
	enum bench_kind kind;
	double value;
};

/* "least" or "most", and a number above zero. */
bool bench_bar_parse(const char *kind, const char *value, struct bench_bar *bar);
bool bench_meets(double value, struct bench_bar bar);

/* Prints "bench NAME: VALUE (at least BAR)" and gives the exit status: 0, or 1 for a bar that is
 * missed.  What is printed is rounded, what is judged is not. */
int bench_print(const char *name, const struct bench_pairs *pairs, struct bench_bar bar);

/* Wrong use or broken surroundings: one line on standard error, exit status 2. */
noreturn void bench_die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
unsigned long bench_number(const char *text, unsigned long max);

#endif
