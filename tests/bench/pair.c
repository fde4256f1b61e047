/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fcntl.h>

#include "bench/bench.h"

/*
 * bench pair NAME least|most BAR ROUNDS wall|cpu|warm -- COMMAND... -- COMMAND...
 *
 * Prints the figure: the first command's time over the second's.  {} in an
 * argument is the number of the round, 001 and on; the first warms up and does not count.
 * warm: wall time, of the second of two runs in a row, with memory at hand: where one command would
 * pay for the memory that the other one took or that a virtual machine gave back, and for files
 * that grew cold meanwhile.  A command that begins with "said" measures itself and prints two
 * numbers, its seconds of wall and of CPU time; all others are measured as whole processes.
 */
struct command {
	char **argv;
	bool said;
};

static char *substitute(const char *text, const char *round)
{
	const char *at = strstr(text, "{}");
	char *made = malloc(strlen(text) + strlen(round) + 1);

	if (made == NULL)
		bench_die("out of memory");
	if (at == NULL)
		return strcpy(made, text);
	memcpy(made, text, (size_t)(at - text));
	strcpy(made + (at - text), round);
	return strcat(made, at + 2);
}

static char **arguments(char *const *argv, unsigned round)
{
	char number[16];
	char **made;
	size_t count = 0;

	while (argv[count] != NULL)
		count++;
	made = calloc(count + 1, sizeof(*made));
	if (made == NULL)
		bench_die("out of memory");
	(void)snprintf(number, sizeof(number), "%03u", round);
	for (size_t i = 0; i < count; i++)
		made[i] = substitute(argv[i], number);
	return made;
}

static void drop(char **argv)
{
	for (size_t i = 0; argv[i] != NULL; i++)
		free(argv[i]);
	free(argv);
}

static double cpu_of(const struct rusage *usage)
{
	return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec)
	       + (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

/* Runs it with standard output on the descriptor. */
static struct bench_times run(char **argv, int output)
{
	posix_spawn_file_actions_t actions;
	const struct bench_times start = bench_now();
	struct bench_times took;
	struct rusage usage;
	int status = 0, code;
	pid_t pid;

	if (posix_spawn_file_actions_init(&actions) != 0
	    || posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) != 0)
		bench_die("out of memory");
	code = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	if (code != 0)
		bench_die("%s: %s", argv[0], strerror(code));
	while (wait4(pid, &status, 0, &usage) < 0)
		if (errno != EINTR)
			bench_die("%s: %s", argv[0], strerror(errno));
	took = bench_since(start);
	took.cpu = cpu_of(&usage);
	(void)posix_spawn_file_actions_destroy(&actions);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		bench_die("%s %s...: failed with status %d", argv[0], argv[1] == NULL ? "" : argv[1],
		          status);
	return took;
}

static struct bench_times run_command(const struct command *command, unsigned round)
{
	char **argv = arguments(command->argv, round);
	FILE *said = tmpfile();
	const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct bench_times took;

	if (said == NULL || nowhere < 0)
		bench_die("no temporary file: %s", strerror(errno));
	took = run(argv, command->said ? fileno(said) : nowhere);
	if (command->said) {
		rewind(said);
		if (fscanf(said, "%lf %lf", &took.wall, &took.cpu) != 2)
			bench_die("%s: said no times", argv[0]);
	}
	(void)fclose(said);
	(void)close(nowhere);
	drop(argv);
	return took;
}

#define AT_HAND (512u << 20)    /* octets: more than any command here takes */

/* Free memory that a virtual machine has given back to its host is slow to be had again. */
static void take_and_free(void)
{
	void *memory = mmap(NULL, AT_HAND, PROT_READ | PROT_WRITE,
	                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (memory == MAP_FAILED)
		bench_die("out of memory");
	(void)munmap(memory, AT_HAND);
}

static struct bench_times measure(const struct command *command, unsigned round, bool warm)
{
	if (warm) {
		(void)run_command(command, round);
		take_and_free();
	}
	return run_command(command, round);
}

/* Ends the words of a command at the next "--". */
static struct command take_command(int *argc, char ***argv)
{
	struct command command = { .argv = NULL };
	int i = 1;

	if (*argc < 2 || strcmp((*argv)[0], "--") != 0)
		bench_die("pair: want two commands, each after --");
	command.said = strcmp((*argv)[1], "said") == 0;
	command.argv = *argv + 1 + command.said;
	while (i < *argc && strcmp((*argv)[i], "--") != 0)
		i++;
	*argc -= i;
	*argv += i;
	return command;
}

int bench_pair(int argc, char **argv)
{
	struct command above, below;
	struct bench_pairs pairs = { 0 };
	struct bench_bar bar;
	unsigned long rounds;
	bool cpu, warm;

	if (argc < 6 || !bench_bar_parse(argv[2], argv[3], &bar))
		bench_die("pair: want NAME least|most BAR ROUNDS wall|cpu|warm and two commands");
	const char *name = argv[1];

	rounds = bench_number(argv[4], BENCH_ROUNDS_MAX);
	cpu = strcmp(argv[5], "cpu") == 0;
	warm = strcmp(argv[5], "warm") == 0;
	argc -= 6;
	argv += 6;
	above = take_command(&argc, &argv);
	below = take_command(&argc, &argv);
	if (argc != 0)
		bench_die("pair: more than two commands");
	/* The words of the first end where the second begins. */
	for (char **word = above.argv; *word != NULL; word++)
		if (word + 1 == below.argv - 1 - below.said)
			word[1] = NULL;
	for (unsigned round = 1; round <= rounds + 1; round++) {
		const bool turned = round % 2 == 1;
		const struct bench_times first = measure(turned ? &below : &above, round, warm);
		const struct bench_times second = measure(turned ? &above : &below, round, warm);
		const struct bench_times a = turned ? second : first, b = turned ? first : second;

		if (round > 1
		    && !bench_note(&pairs, cpu ? a.cpu : a.wall, cpu ? b.cpu : b.wall))
			bench_die("%s: a round took no time", name);
	}
	return bench_print(name, &pairs, bar);
}
