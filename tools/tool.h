/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOL_H
#define TOOL_H

#include <libintl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <egovca/buffer.h>
#include <egovca/error.h>
#include <egovca/file.h>
#include <egovca/home.h>
#include <egovca/key.h>
#include <egovca/progress.h>
#include <egovca/report.h>
#include <egovca/time.h>

/*
 * What all programs share.  A program is a const table of commands; a command is
 * a const table of options and a function that fills an options struct of the
 * library, calls it, prints:
 *
 *     struct options { const char *profile; struct tool_list files; bool strict; };
 *     static const struct tool_option options[] = {
 *             TOOL_REQUIRED(struct options, profile, "profile", "NAME", N_("...")),
 *             TOOL_OPTION(struct options, files, "request", "FILE", N_("...")),
 *             TOOL_OPTION(struct options, strict, "strict", NULL, N_("...")),
 *             TOOL_OPTIONS_END
 *     };
 *     static int run(struct tool *tool) { const struct options *o = tool->options; ... }
 *     static const struct tool_command commands[] = {
 *             { .help = N_("..."), .options = options, .shared = TOOL_HOME | TOOL_JSON,
 *               .operands = "CERT...", .min = 1, .max = TOOL_MANY, .run = run },
 *             TOOL_COMMANDS_END
 *     };
 *     int main(int argc, char **argv)
 *     {
 *             static const struct tool_program program = {
 *                     .name = "egov-issue", .commands = commands,
 *                     .options_size = sizeof(struct options), .opens_keys = true
 *             };
 *             return tool_main(&program, argc, argv);
 *     }
 */

#define _(text) gettext(text)
#define N_(text) (text)         /* marked here, translated where it is printed */

/* Exit statuses; a batch ends with the highest of its lines. */
enum {
	TOOL_YES = 0,           /* done; the answer is yes; nothing was due */
	TOOL_NO = 1,            /* the answer is no; the judged object does not decode */
	TOOL_USAGE = 2,         /* wrong use of the command */
	TOOL_REFUSED = 3,       /* bad input, profile, gate, role, law, PIN */
	TOOL_SURROUNDINGS = 4,  /* file, disk, lock, device, clock: the same call may succeed later */
	TOOL_CORRUPT = 5,       /* stored evidence contradicts itself */
	TOOL_BUG = 70
};

/* The values of an option that may be repeated, or the operands. */
struct tool_list {
	const char **items;
	size_t count;
};

/* What an option's value becomes; taken from the type of its member. */
enum tool_kind { TOOL_KIND_FLAG, TOOL_KIND_TEXT, TOOL_KIND_LIST, TOOL_KIND_TIME, TOOL_KIND_DURATION };
#define TOOL_KIND(value)                                                                          \
	_Generic((value),                                                                         \
		bool: TOOL_KIND_FLAG,                                                             \
		const char *: TOOL_KIND_TEXT,                                                     \
		struct tool_list: TOOL_KIND_LIST,                                                 \
		egov_time: TOOL_KIND_TIME,                                                        \
		struct egov_duration: TOOL_KIND_DURATION)

/* An option without its two dashes.  Only a TOOL_KIND_LIST may be repeated.
 * Where it is not given: false, NULL, no items, EGOV_TIME_NONE, {0, 0}. */
struct tool_option {
	const char *name;
	const char *argument;   /* as in the usage line, e.g. "FILE"; NULL for a flag */
	const char *help;       /* N_() */
	enum tool_kind kind;
	size_t offset;          /* of the member that takes the value */
	bool required;
	const char *words;      /* for completion: its values "a,b,c", or TOOL_PROFILES; or NULL */
};
#define TOOL_ROW(type, member, name, argument, help, required, words)                             \
	{ name, argument, help, TOOL_KIND(((type *)0)->member), offsetof(type, member), required, words }
#define TOOL_OPTION(type, member, name, argument, help)                                           \
	TOOL_ROW(type, member, name, argument, help, false, NULL)
#define TOOL_REQUIRED(type, member, name, argument, help)                                         \
	TOOL_ROW(type, member, name, argument, help, true, NULL)
/* The same of an option with fixed values. */
#define TOOL_CHOICE(type, member, name, argument, words, help)                                    \
	TOOL_ROW(type, member, name, argument, help, false, words)
#define TOOL_REQUIRED_CHOICE(type, member, name, argument, words, help)                           \
	TOOL_ROW(type, member, name, argument, help, true, words)
#define TOOL_PROFILES "@profiles"       /* those of the home */
#define TOOL_OPTIONS_END { NULL, NULL, NULL, TOOL_KIND_FLAG, 0, false, NULL }
#define TOOL_OPTIONS_MAX 48

/* Options that many commands have; their values are members of struct tool. */
enum tool_shared {
	TOOL_HOME = 1,          /* --home DIR */
	TOOL_JSON = 2,          /* --json */
	TOOL_DER = 4,           /* --der */
	TOOL_OUT = 8,           /* --out FILE */
	TOOL_QUIET = 16,        /* -q, --quiet */
	TOOL_ACTOR = 32,        /* --actor NAME, --operator NAME, --operator-key URI */
	TOOL_SIGN = 64          /* --approval FILE, --to-sign FILE */
};

struct tool {
	const struct tool_program *program;
	const struct tool_command *command;
	const void *options;    /* the program's struct, filled */
	struct tool_list operands;
	struct egov_clock clock;        /* read once; test is EGOV_TEST_NOW */
	const char *home;       /* never NULL with TOOL_HOME */
	const char *out;        /* NULL: standard output */
	const char *actor, *operator, *operator_key;    /* NULL: not given */
	struct tool_list approvals;
	const char *to_sign;    /* where what must be signed goes; NULL: the act is done */
	struct egov_buf *matter;        /* what that is, once the home is closed */
	bool json, der, quiet;
	size_t printed;         /* records on standard output so far */
};

#define TOOL_MANY ((size_t)-1)
struct tool_command {
	const char *name;       /* the subcommand; NULL in a program that has none */
	const char *help;       /* N_(): one sentence */
	const struct tool_option *options;      /* ends with TOOL_OPTIONS_END; NULL: none */
	unsigned shared;        /* of enum tool_shared */
	const char *operands;   /* as in the usage line; NULL: none */
	size_t min, max;        /* number of operands */
	int (*run)(struct tool *tool);          /* returns an exit status */
};
#define TOOL_COMMANDS_END { .run = NULL }

struct tool_program {
	const char *name;       /* "egov-x" */
	const char *help;       /* N_(): one sentence; NULL where there are no subcommands */
	const struct tool_command *commands;    /* ends with TOOL_COMMANDS_END */
	size_t options_size;    /* of the struct that all its commands fill */
	bool opens_keys;        /* no core dumps, no ptrace by the same user */
};

/* Locale, signals, clock, options, the command, and the end of standard output
 * (full disk and closed pipe are failures); returns the exit status. */
int tool_main(const struct tool_program *program, int argc, char **argv);

/* tool_opt.c: fills tool from the arguments after the subcommand.  -1: go on
 * and run; else the exit status (--help, --version or a usage error).  --describe
 * is --help for completion (tools/completion.bash.in), told to nobody. */
int tool_parse(struct tool *tool, void *options, int argc, char **argv);
void tool_parse_free(struct tool *tool, void *options);

/* One line on standard error about wrong use; returns TOOL_USAGE. */
int tool_usage(const struct tool *tool, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* tool_msg.c.  Exactly one line on standard error, "egov-x: object: text
 * (clause)", control characters escaped; object (NULL allowed) is not said
 * twice.  tool_fail returns the exit status of err->status. */
int tool_fail(const struct egov_error *err, const char *object);
void tool_message(const struct egov_error *err, const char *object);
int tool_exit_status(enum egov_status status);

/* The text and its clause, for a field of data; "" where nothing failed. */
void tool_error_text(const struct egov_error *err, char *text, size_t room);
void tool_set_program(const char *name);

/* A line on standard error that is no failure; -q silences it. */
void tool_note(const struct tool *tool, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * tool_progress.c.  How far long work is, as one line on standard error: only
 * where that is a terminal, not with -q, a few times a second, gone when it ends.
 * what is translated and lives until the end.  tool_progress is an
 * egov_progress_fn; it needs no user.  Whoever writes to standard output or
 * error in between hides the line first; the functions of this header do.
 */
void tool_progress_begin(const struct tool *tool, const char *what);
/* It has to be done by then, and now it is that time: the line tells how long it takes. */
void tool_progress_deadline(egov_time now, egov_time deadline);
void tool_progress(void *user, uint64_t done, uint64_t total);
void tool_progress_hide(void);
void tool_progress_end(void);

/* Sets an error as the library does, for what only the program can know. */
enum egov_status tool_error(struct egov_error *err, enum egov_status status, const char *clause,
                            const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Writes text with its control characters and broken UTF-8 as \xNN. */
void tool_escape(FILE *to, const char *text);

/* The larger of two exit statuses. */
int tool_worse(int a, int b);

/* tool_io.c.  Reads a file or "-"; one with an unsafe size is refused. */
EGOV_MUST_CHECK enum egov_status tool_in(const char *path, size_t max, struct egov_buf **out,
                                         struct egov_error *err);

/* Writes to standard output (path NULL or "-"), else replaces the file; a
 * device or pipe is written to, not replaced. */
EGOV_MUST_CHECK enum egov_status tool_put(const char *path, struct egov_slice bytes,
                                          struct egov_error *err);

/* The same for one file of many that can be written again: written beside and
 * renamed, but not synced one by one. */
EGOV_MUST_CHECK enum egov_status tool_put_many(const char *path, struct egov_slice bytes,
                                               struct egov_error *err);

/* tool_bundle.c: one file of many objects, written beside and, once it is whole, synced
 * and renamed; a device or pipe is written to.  path NULL: none, and nothing may be
 * added.  Dropped, it leaves the old file, or the one that was put. */
struct tool_bundle {
	const char *path;
	char *beside;
	FILE *file;
};
EGOV_MUST_CHECK enum egov_status tool_bundle_open(struct tool_bundle *bundle, const char *path,
                                                  struct egov_error *err);
EGOV_MUST_CHECK enum egov_status tool_bundle_add(struct tool_bundle *bundle, struct egov_slice bytes,
                                                 struct egov_error *err);
EGOV_MUST_CHECK enum egov_status tool_bundle_put(struct tool_bundle *bundle, struct egov_error *err);
void tool_bundle_drop(struct tool_bundle *bundle);

/* DER with --der, else PEM under the label, to tool->out. */
EGOV_MUST_CHECK enum egov_status tool_put_object(const struct tool *tool, const char *label,
                                                 struct egov_slice der, struct egov_error *err);

/* The clock, once; EGOV_E_SYNTAX where EGOV_TEST_NOW is no time. */
EGOV_MUST_CHECK enum egov_status tool_clock(struct egov_clock *clock, struct egov_error *err);

/* tool_out.c.  "key: value" lines with an empty line between records, or with
 * --json one object a line; a key that a record has several times becomes an
 * array there. */
EGOV_MUST_CHECK enum egov_status tool_print(struct tool *tool, const struct egov_report *report,
                                            struct egov_error *err);

/* The same from record r on, each with key and value before its own fields. */
EGOV_MUST_CHECK enum egov_status tool_print_about(struct tool *tool,
                                                  const struct egov_report *report, size_t r,
                                                  const char *key, const char *value,
                                                  struct egov_error *err);

/*
 * An object and what is known of it: the object goes to tool->out, and the report
 * to standard output; without --out the object alone does, or with --json the
 * report, whose first key holds the object as PEM.
 */
struct tool_object {
	const char *label;              /* "CERTIFICATE" */
	const char *key;                /* "certificate" */
	struct egov_slice der;
};
EGOV_MUST_CHECK enum egov_status tool_hand_out(struct tool *tool, const struct tool_object *object,
                                               const struct egov_report *report,
                                               struct egov_error *err);

/* A result as one line: values separated by tabs, or with --json an object; NULL is
 * left out. */
struct tool_field {
	const char *key, *value;
};
EGOV_MUST_CHECK enum egov_status tool_print_line(struct tool *tool, const struct tool_field *fields,
                                                 size_t count, struct egov_error *err);

/* Flushes standard output; EGOV_E_IO where something could not be written. */
EGOV_MUST_CHECK enum egov_status tool_flush(struct egov_error *err);

/*
 * tool_batch.c.  A list is text, a job a line, its fields separated by tabs; empty
 * lines and those that begin with # are passed over.
 */
#define TOOL_FIELDS 8
struct tool_lines {
	const char *path;
	FILE *file;
	const struct tool_list *operands;       /* in the place of a file: a line each */
	char *text;
	size_t room, number;            /* of the line, from 1 */
	char *fields[TOOL_FIELDS];
	size_t count;                   /* of fields; more than TOOL_FIELDS: too many */
	bool broken;                    /* too long, or not text */
};
EGOV_MUST_CHECK enum egov_status tool_list_open(const char *path, struct tool_lines *lines,
                                                struct egov_error *err);
EGOV_MUST_CHECK enum egov_status tool_list_next(struct tool_lines *lines, bool *more,
                                                struct egov_error *err);
void tool_list_close(struct tool_lines *lines);

/* Whether the line has exactly this many fields, none of them empty. */
EGOV_MUST_CHECK enum egov_status tool_list_check(const struct tool_lines *lines, size_t count,
                                                 struct egov_error *err);

/* What became of the lines so far. */
struct tool_batch {
	size_t done, failed;
	size_t total;                   /* 0: not known */
	int status;                     /* the highest exit status */
};
void tool_batch_add(struct tool_batch *batch, enum egov_status status);

/*
 * A list whose lines are recorded in groups: of each line what it asks for, done by
 * one call, and its result, which is printed once its group is on disk.
 */
struct tool_result {
	size_t number;                  /* of the line; 0: none */
	const char *word;               /* "failed" where err tells a failure */
	const char *name, *made_name;   /* keys of the next two */
	char *subject, *made;           /* on the heap, or NULL: what it is about, what came of it */
	struct egov_error err;
};
typedef void tool_line_fn(struct tool *tool, struct egov_home *home, struct tool_lines *lines,
                          struct tool_result *result);
/* list NULL: the operands are the lines.  deadline: when all is to be done; where it was not, the
 * answer is no. */
int tool_in_groups(struct tool *tool, const char *list, egov_time deadline, tool_line_fn *each);

/* The last word on standard error; returns the exit status. */
int tool_batch_end(const struct tool *tool, const struct tool_batch *batch, const char *name);

/* tool_pin.c.  An egov_pin_fn: asks on the terminal, never standard input,
 * without echo; -1 where there is no terminal. */
long tool_pin(void *user, const char *prompt, char *pin, size_t room);

/* tool_home.c.  Opens --home with the clock and the prompt of this program; the
 * operator logs in, approvals are presented. */
EGOV_MUST_CHECK enum egov_status tool_home(struct tool *tool, struct egov_home **out,
                                           struct egov_error *err);

/* Says to the home which machine this is, which asks before it makes lists. */
EGOV_MUST_CHECK enum egov_status tool_host(struct egov_home *home, struct egov_error *err);

/* Who acts: the operator (home NULL: none), else --actor, else "os:" and the user's
 * login name. */
const char *tool_actor(const struct tool *tool, struct egov_home *home);

/* The login name of this account, and this program with its version: what every entry of
 * the journal has beside who acts. */
const char *tool_source(const struct tool *tool);

/* After an operation on the home: where what it would have signed was asked for, that
 * is written, and the operation's failure is none. */
EGOV_MUST_CHECK enum egov_status tool_signing(struct tool *tool, enum egov_status rc,
                                              struct egov_error *err);

/* Runs one operation on the opened home and prints its report. */
typedef enum egov_status tool_home_fn(struct tool *tool, struct egov_home *home,
                                      struct egov_report *report, struct egov_error *err);
int tool_with_home(struct tool *tool, tool_home_fn *operation, const char *object);

#endif
