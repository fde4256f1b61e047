/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "bench/bench.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "pair", bench_pair },   { "raw", bench_raw },         { "prepare", bench_prepare },
	{ "fill", bench_fill },   { "journal", bench_journal }, { "chain", bench_chain },
	{ "keys", bench_keys },   { "revoked", bench_revoked }, { "list", bench_list },
	{ "pass", bench_pass },   { "read", bench_read_signed },   { "memory", bench_memory },
	{ "rows", bench_rows },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	bench_die("want a command; tests/bench/run.sh knows them");
}
