/* SPDX-License-Identifier: Apache-2.0 */

/*
 * conformance CORPORA EXPECTED [SET...]: prints a line a set,
 *     set NAME: RIGHT/CASES right, A wrong-accept, R wrong-reject
 * then each wrong case with our reason.  EXPECTED lists the wrong cases that are known, a
 * line "SET CASE" and below it the reason, after a tab: exit 1 where the two differ, either
 * way; 2: wrong use.
 */
#include "conformance.h"

#include <dirent.h>
#include <glob.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <egovca/file.h>

#include "base/text.h"

#define MAX_WRONG 2000
#define MAX_LINE 1024

static const struct set sets[] = {
	{ "limbo-rfc5280", set_limbo_rfc5280 },
	{ "limbo-webpki", set_limbo_webpki },
	{ "bettertls", set_bettertls },
	{ "pkits", set_pkits },
	{ "chains", set_chains },
	{ "openssl-certs", set_openssl_certs },
	{ "boringssl-chains", set_boringssl_chains },
	{ "boringssl-crl", set_boringssl_crl },
	{ "boringssl-ocsp", set_boringssl_ocsp },
	{ "botan-nc", set_botan_nc },
	{ "bsi", set_bsi },
	{ "x509test", set_x509test },
	{ "zlint", set_zlint },
	{ "pkilint", set_pkilint },
	{ "sm2-lint", set_sm2_lint },
	{ "sm2-certs", set_sm2_certs },
	{ "sm2-crls", set_sm2_crls },
	{ "sm2-csrs", set_sm2_csrs },
	{ "sm2-cms", set_sm2_cms },
};

static const char *corpora;

/* The counts of the set at work, and the wrong cases of all, "SET CASE". */
static struct {
	size_t cases, right, accepts, rejects;
} tally;
static struct {
	char *name, *why;
	const char *how;
	bool expected;
} wrong[MAX_WRONG];
static size_t wrong_count;

void conf_die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)fputs("conformance: ", stderr);
	(void)vfprintf(stderr, fmt, args);
	(void)fputc('\n', stderr);
	va_end(args);
	exit(2);
}

static char *copy(const char *text)
{
	char *new = strdup(text);

	if (new == NULL)
		conf_die("out of memory");
	return new;
}

void conf_case(const struct set *set, const char *id, enum verdict wanted, enum verdict ours,
               const char *why)
{
	/* What is wrongly relied upon: a certificate accepted, a status called good. */
	const bool accepted = ours == ACCEPT || ours == GOOD;
	char name[MAX_LINE];

	tally.cases++;
	if (wanted == ours) {
		tally.right++;
		return;
	}
	tally.accepts += accepted;
	tally.rejects += !accepted;
	if (wrong_count == MAX_WRONG)
		conf_die("%s: more than %d wrong cases", set->name, MAX_WRONG);
	(void)snprintf(name, sizeof(name), "%s %s", set->name, id);
	wrong[wrong_count].name = copy(name);
	wrong[wrong_count].why = copy(why);
	wrong[wrong_count++].how = accepted ? "wrong-accept" : "wrong-reject";
}

/* --- files --- */

static struct egov_buf *read_path(const char *path)
{
	struct egov_buf *bytes = NULL;
	struct egov_error err = { 0 };

	if (egov_file_read(path, 64u << 20, &bytes, &err) != EGOV_OK)
		conf_die("%s", err.text);
	return bytes;
}

__attribute__((format(printf, 2, 0))) static void path_of(char path[MAX_LINE], const char *fmt,
                                                           va_list args)
{
	const int used = snprintf(path, MAX_LINE, "%s/", corpora);

	(void)vsnprintf(path + used, (size_t)(MAX_LINE - used), fmt, args);
}

struct egov_buf *conf_read(const char *fmt, ...)
{
	char path[MAX_LINE];
	va_list args;

	va_start(args, fmt);
	path_of(path, fmt, args);
	va_end(args);
	return read_path(path);
}

char *conf_find(const char *fmt, ...)
{
	char pattern[MAX_LINE], *found = NULL;
	glob_t matches = { 0 };
	va_list args;

	va_start(args, fmt);
	path_of(pattern, fmt, args);
	va_end(args);
	if (glob(pattern, 0, NULL, &matches) == 0 && matches.gl_pathc > 0)
		found = copy(matches.gl_pathv[0] + strlen(corpora) + 1);
	globfree(&matches);
	return found;
}

void conf_each(const char *folder, const struct set *set,
               void (*fn)(const struct set *set, const char *path))
{
	char *path = NULL;
	struct dirent **names;
	struct stat info;
	int count;

	if (asprintf(&path, "%s/%s", corpora, folder) < 0)
		conf_die("out of memory");
	count = scandir(path, &names, NULL, alphasort);
	if (count < 0)
		conf_die("%s: cannot be read", path);
	free(path);
	for (int i = 0; i < count; i++) {
		if (names[i]->d_name[0] != '.') {
			if (asprintf(&path, "%s/%s/%s", corpora, folder, names[i]->d_name) < 0)
				conf_die("out of memory");
			if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
				conf_each(path + strlen(corpora) + 1, set, fn);
			else
				fn(set, path + strlen(corpora) + 1);
			free(path);
		}
		free(names[i]);
	}
	free(names);
}

json_t *conf_json(const char *path)
{
	char command[MAX_LINE];
	json_error_t where;
	json_t *json;
	FILE *from;

	/* cat reads what is not packed as it is. */
	(void)snprintf(command, sizeof(command), "%s '%s/%s'",
	               strstr(path, ".xz") == NULL ? "cat" : "xz -dc", corpora, path);
	from = popen(command, "r");
	if (from == NULL)
		conf_die("%s: cannot be read", path);
	json = json_loadf(from, 0, &where);
	if (pclose(from) != 0 || json == NULL)
		conf_die("%s: %s", path, where.text);
	return json;
}

const char *conf_text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value == NULL ? "" : value;
}

bool conf_says(const json_t *object, const char *key, const char *value)
{
	return strcmp(conf_text(object, key), value) == 0;
}

/* --- judging --- */

struct judge conf_judge(egov_time at)
{
	struct judge judge = { .verifier = egov_verifier_new(), .options = { .at = at } };

	if (judge.verifier == NULL)
		conf_die("out of memory");
	return judge;
}

static void note(struct judge *judge, enum egov_status rc, const struct egov_error *err)
{
	if (rc == EGOV_OK)
		return;
	judge->unread = true;
	(void)snprintf(judge->why, sizeof(judge->why), "%s", err->text);
}

void conf_trust(struct judge *judge, struct egov_slice bytes)
{
	struct egov_error err = { 0 };

	note(judge, egov_verifier_add_trust(judge->verifier, bytes, &err), &err);
}

void conf_pool(struct judge *judge, struct egov_slice bytes)
{
	(void)!egov_verifier_add_pool(judge->verifier, bytes, NULL);
}

void conf_crl(struct judge *judge, struct egov_slice bytes)
{
	struct egov_error err = { 0 };

	note(judge, egov_verifier_add_crl(judge->verifier, bytes, &err), &err);
}

enum verdict conf_verdict(struct judge *judge, struct egov_slice certificate)
{
	struct egov_error err = { 0 };
	enum verdict verdict = REJECT;

	if (!judge->unread) {
		const enum egov_status rc =
			egov_verify(judge->verifier, certificate, &judge->options, NULL, &err);

		verdict = rc == EGOV_OK ? ACCEPT : REJECT;
		if (rc != EGOV_OK && rc != EGOV_E_UNTRUSTED && rc != EGOV_E_SYNTAX
		    && rc != EGOV_E_LIMIT && rc != EGOV_E_UNSUPPORTED
		    && (rc != EGOV_E_USAGE || judge->options.name == NULL))    /* no host at all */
			conf_die("a verdict with status %s: %s", egov_status_name(rc), err.text);
		(void)snprintf(judge->why, sizeof(judge->why), "%s", err.text);
	}
	egov_verifier_free(judge->verifier);
	judge->verifier = NULL;
	return verdict;
}

/* --- what is known --- */

static bool is_chosen(const char *name, int count, char **chosen)
{
	for (int i = 0; i < count; i++)
		if (strcmp(chosen[i], name) == 0)
			return true;
	return count == 0;
}

/* Marks a wrong case that EXPECTED lists; false where it is not wrong any more. */
static bool take_expected(const char *name)
{
	for (size_t i = 0; i < wrong_count; i++)
		if (!wrong[i].expected && strcmp(wrong[i].name, name) == 0) {
			wrong[i].expected = true;
			return true;
		}
	return false;
}

/* The next line without its newline, past comments and empty ones; false at the end. */
static bool next_line(FILE *file, char line[MAX_LINE])
{
	do {
		if (fgets(line, MAX_LINE, file) == NULL)
			return false;
		line[strcspn(line, "\n")] = 0;
	} while (line[0] == '#' || line[0] == 0);
	return true;
}

static size_t compare(const char *path, int count, char **chosen)
{
	char line[MAX_LINE], reason[MAX_LINE], set[64];
	FILE *file = fopen(path, "r");
	size_t differences = 0;

	if (file == NULL)
		conf_die("%s: cannot be read", path);
	while (next_line(file, line)) {
		if (line[0] == '\t' || !next_line(file, reason) || reason[0] != '\t' || reason[1] == 0)
			conf_die("%s: want \"SET CASE\" and below it a tab and the reason: %s", path, line);
		if (sscanf(line, "%63s", set) != 1 || !is_chosen(set, count, chosen))
			continue;
		if (!take_expected(line)) {
			printf("right now, but %s lists it: %s\n", path, line);
			differences++;
		}
	}
	(void)fclose(file);
	return differences;
}

static size_t tell_wrong(void)
{
	size_t unknown = 0;

	for (size_t i = 0; i < wrong_count; i++) {
		printf("%s %s%s: %s\n", wrong[i].how, wrong[i].name,
		       wrong[i].expected ? " (known)" : "", wrong[i].why);
		unknown += !wrong[i].expected;
		free(wrong[i].name);
		free(wrong[i].why);
	}
	return unknown;
}

int main(int argc, char **argv)
{
	size_t differences, unknown;

	if (argc < 3)
		conf_die("usage: conformance CORPORA EXPECTED [SET...]");
	corpora = argv[1];
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		if (!is_chosen(sets[i].name, argc - 3, argv + 3))
			continue;
		memset(&tally, 0, sizeof(tally));
		sets[i].run(&sets[i]);
		printf("set %s: %zu/%zu right, %zu wrong-accept, %zu wrong-reject\n", sets[i].name,
		       tally.right, tally.cases, tally.accepts, tally.rejects);
		(void)fflush(stdout);
	}
	differences = compare(argv[2], argc - 3, argv + 3);
	unknown = tell_wrong();
	if (differences + unknown > 0)
		printf("conformance: %zu wrong and not known, %zu known and not wrong\n", unknown,
		       differences);
	return differences + unknown > 0;
}
