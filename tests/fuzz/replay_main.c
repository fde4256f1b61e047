/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target over files and folders of inputs, without libFuzzer:
 *	replay_x [-t SECONDS] PATH...
 * Paths are taken in their order; after SECONDS the rest is left out, which the last line tells.
 * An input that takes more than ten seconds ends it with SIGALRM.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* No input takes longer: the signal ends the program. */
#define INPUT_SECONDS 10

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct replay {
	time_t deadline;
	size_t run;
	size_t left_out;
};

static uint8_t *load(const char *path, size_t size)
{
	uint8_t *data = malloc(size ? size : 1);
	FILE *f = fopen(path, "rb");

	if (!data || !f || fread(data, 1, size, f) != size) {
		fprintf(stderr, "replay: %s: cannot be read\n", path);
		exit(1);
	}
	fclose(f);
	return data;
}

static void replay_file(struct replay *r, const char *path, size_t size)
{
	uint8_t *data;

	if (r->deadline && time(NULL) >= r->deadline) {
		r->left_out++;
		return;
	}
	fprintf(stderr, "%s\n", path);  /* the last one before a crash is its cause */
	data = load(path, size);
	(void)alarm(INPUT_SECONDS);
	LLVMFuzzerTestOneInput(data, size);
	(void)alarm(0);
	free(data);
	r->run++;
}

static void replay_path(struct replay *r, const char *path);

static void replay_folder(struct replay *r, const char *path)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort);

	if (n < 0) {
		fprintf(stderr, "replay: %s: cannot be listed\n", path);
		exit(1);
	}
	for (int i = 0; i < n; i++) {
		char child[4096];

		if (names[i]->d_name[0] != '.') {
			snprintf(child, sizeof(child), "%s/%s", path, names[i]->d_name);
			replay_path(r, child);
		}
		free(names[i]);
	}
	free(names);
}

static void replay_path(struct replay *r, const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0) {
		fprintf(stderr, "replay: %s: not found\n", path);
		exit(1);
	}
	if (S_ISDIR(st.st_mode))
		replay_folder(r, path);
	else
		replay_file(r, path, (size_t)st.st_size);
}

int main(int argc, char **argv)
{
	struct replay r = { 0 };
	int first = 1;

	if (argc > 2 && strcmp(argv[1], "-t") == 0) {
		r.deadline = time(NULL) + strtol(argv[2], NULL, 10);
		first = 3;
	}
	for (int i = first; i < argc; i++)
		replay_path(&r, argv[i]);
	printf("replay: %zu inputs run, %zu left out\n", r.run, r.left_out);
	if (r.run == 0) {
		fprintf(stderr, "replay: no input at all: give this target seeds\n");
		return 1;
	}
	return 0;
}
