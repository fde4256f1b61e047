/* SPDX-License-Identifier: Apache-2.0 */
#include "tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include <egovca/version.h>

static const struct tool_option help_option = {
	"help", NULL, N_("print this text"), TOOL_KIND_FLAG, 0, false, NULL
};
static const struct tool_option version_option = {
	"version", NULL, N_("print the version"), TOOL_KIND_FLAG, 0, false, NULL
};

static const struct {
	enum tool_shared bit;
	struct tool_option option;
} shared[] = {
	{ TOOL_HOME, TOOL_OPTION(struct tool, home, "home", "DIR",
	                         N_("the CA home; without it $EGOVCA_HOME, else")) },
	{ TOOL_OUT, TOOL_OPTION(struct tool, out, "out", "FILE",
	                        N_("write to FILE instead of standard output")) },
	{ TOOL_DER, TOOL_OPTION(struct tool, der, "der", NULL, N_("write DER instead of PEM")) },
	{ TOOL_JSON, TOOL_OPTION(struct tool, json, "json", NULL,
	                         N_("print one JSON object a line")) },
	{ TOOL_ACTOR, TOOL_OPTION(struct tool, actor, "actor", "NAME",
	                          N_("who does this, where nobody has to sign")) },
	{ TOOL_ACTOR, TOOL_OPTION(struct tool, operator, "operator", "NAME",
	                          N_("the operator who does this, and signs")) },
	{ TOOL_ACTOR, TOOL_OPTION(struct tool, operator_key, "operator-key", "URI",
	                          N_("the key that the operator signs with")) },
	{ TOOL_SIGN, TOOL_OPTION(struct tool, approvals, "approval", "FILE",
	                         N_("what an operator signed elsewhere")) },
	{ TOOL_SIGN, TOOL_OPTION(struct tool, to_sign, "to-sign", "FILE",
	                         N_("write what is to be signed, and do nothing")) },
	{ TOOL_QUIET, TOOL_OPTION(struct tool, quiet, "quiet", NULL,
	                          N_("say nothing but errors (also -q)")) },
};
#define SHARED (sizeof(shared) / sizeof(shared[0]))

/* Option i of a command: its own ones, then the shared ones that it has, then
 * --help and --version; NULL past the last.  *own tells whose struct it fills. */
static const struct tool_option *option_at(const struct tool_command *command, size_t i, bool *own)
{
	static const struct tool_option none[] = { TOOL_OPTIONS_END };
	const struct tool_option *o = command->options == NULL ? none : command->options;

	for (*own = true; o->name != NULL; o++)
		if (i-- == 0)
			return o;
	*own = false;
	for (size_t s = 0; s < SHARED; s++)
		if ((command->shared & shared[s].bit) != 0 && i-- == 0)
			return &shared[s].option;
	return i == 0 ? &help_option : i == 1 ? &version_option : NULL;
}

static const struct tool_option *find(const struct tool_command *command, const char *name,
                                      size_t size, size_t *index, bool *own)
{
	const struct tool_option *o;

	for (*index = 0; (o = option_at(command, *index, own)) != NULL; ++*index)
		if (strlen(o->name) == size && memcmp(o->name, name, size) == 0)
			return o;
	return NULL;
}

/* --- help --------------------------------------------------------------------- */

#define USAGE_COLUMNS 79
#define USAGE_INDENT "      "   /* and a blank: as wide as "usage: " */

/* A word of the usage line, on the next line where this one is full. */
static void print_word(const char *word, size_t *column)
{
	if (*column + 1 + strlen(word) > USAGE_COLUMNS) {
		(void)fputs("\n" USAGE_INDENT, stdout);
		*column = strlen(USAGE_INDENT);
	}
	(void)printf(" %s", word);
	*column += 1 + strlen(word);
}

static void print_usage(const struct tool *tool)
{
	const struct tool_command *command = tool->command;
	const struct tool_option *o;
	size_t column = strlen("usage: ") + strlen(tool->program->name);
	char word[96];
	bool own;

	(void)printf(_("usage: %s"), tool->program->name);
	if (command->name != NULL)
		print_word(command->name, &column);
	for (size_t i = 0; (o = option_at(command, i, &own)) != NULL; i++) {
		if (o == &help_option || o == &version_option)
			continue;
		(void)snprintf(word, sizeof(word), "%s--%s%s%s%s%s", o->required ? "" : "[", o->name,
		               o->argument == NULL ? "" : " ",
		               o->argument == NULL ? "" : o->argument, o->required ? "" : "]",
		               o->kind == TOOL_KIND_LIST ? "..." : "");
		print_word(word, &column);
	}
	if (command->operands != NULL)
		print_word(command->operands, &column);
	(void)fputs("\n", stdout);
}

/* What stays together at text: a word, or a wide character and the punctuation behind it;
 * its columns.  Text that the locale cannot read counts an octet a column. */
static size_t take_unit(const char **text, size_t *columns)
{
	const char *const begin = *text;
	mbstate_t state;
	bool wide = false;

	memset(&state, 0, sizeof(state));
	*columns = 0;
	while (**text != 0 && **text != ' ') {
		wchar_t c = 0;
		const size_t size = mbrtowc(&c, *text, strlen(*text), &state);
		const bool read = size != (size_t)-1 && size != (size_t)-2 && size > 0;
		const int width = read ? wcwidth(c) : 1;

		if (*text > begin && ((width > 1 && !(wide && iswpunct((wint_t)c))) || (wide && width < 2)))
			break;
		wide = width > 1;
		*columns += width > 0 ? (size_t)width : 0;
		*text += read ? size : 1;
		if (!read)
			memset(&state, 0, sizeof(state));
	}
	return (size_t)(*text - begin);
}

/* Text from this column on, whose further lines begin at the indent; ends the line. */
static void print_text(const char *text, size_t column, size_t indent)
{
	bool blank = false, first = true;

	while (*text != 0) {
		const char *const begin = text;
		size_t columns, size;

		if (*text == ' ') {
			blank = true;
			text++;
			continue;
		}
		size = take_unit(&text, &columns);
		if (!first && column + blank + columns > USAGE_COLUMNS) {
			(void)printf("\n%*s", (int)indent, "");
			column = indent;
			blank = false;
		}
		(void)printf("%s%.*s", blank && !first ? " " : "", (int)size, begin);
		column += columns + (blank && !first);
		blank = first = false;
	}
	(void)fputs("\n", stdout);
}

/* A word on the left, and what it does. */
static void print_row(const char *left, size_t width, const char *help)
{
	const size_t indent = 2 + width + 1;

	(void)printf("  %-*s ", (int)width, left);
	print_text(help, strlen(left) > width ? 2 + strlen(left) + 1 : indent, indent);
}

static int print_help(const struct tool *tool)
{
	const struct tool_option *o;
	char left[64], help[512];
	bool own;

	print_usage(tool);
	print_text(gettext(tool->command->help), 0, 0);
	(void)fputs("\n", stdout);
	for (size_t i = 0; (o = option_at(tool->command, i, &own)) != NULL; i++) {
		(void)snprintf(left, sizeof(left), "--%s%s%s", o->name, o->argument == NULL ? "" : " ",
		               o->argument == NULL ? "" : o->argument);
		(void)snprintf(help, sizeof(help), "%s%s", gettext(o->help),
		               o == &shared[0].option ? " " EGOV_STATEDIR : "");
		print_row(left, 26, help);
	}
	return TOOL_YES;
}

static int print_version(const struct tool *tool)
{
	(void)printf("%s %s\n", tool->program->name, egov_version());
	return TOOL_YES;
}

static int print_commands(const struct tool *tool)
{
	const char *name = tool->program->name;

	(void)printf(_("usage: %s COMMAND [OPTION]... [OPERAND]...\n"), name);
	print_text(gettext(tool->program->help), 0, 0);
	(void)fputs("\n", stdout);
	for (const struct tool_command *c = tool->program->commands; c->run != NULL; c++)
		print_row(c->name, 14, gettext(c->help));
	(void)printf(_("\n%s COMMAND --help lists the options of a command.\n"), name);
	return TOOL_YES;
}

/* --- for completion --- */

static int describe_commands(const struct tool_program *program)
{
	for (const struct tool_command *c = program->commands; c->run != NULL; c++)
		if (c->name != NULL)
			(void)printf("command\t%s\n", c->name);
	return TOOL_YES;
}

static const char *or_none(const char *text)
{
	return text == NULL ? "-" : text;
}

static int describe(const struct tool *tool)
{
	const struct tool_option *o;
	bool own;

	for (size_t i = 0; (o = option_at(tool->command, i, &own)) != NULL; i++)
		(void)printf("option\t--%s\t%s\t%s\t%s\n", o->name, or_none(o->argument),
		             o->kind == TOOL_KIND_LIST ? "many" : "once", or_none(o->words));
	if (tool->command->operands != NULL)
		(void)printf("operand\t%s\n", tool->command->operands);
	return TOOL_YES;
}

/* --- parsing ------------------------------------------------------------------- */

static void append(struct tool_list *list, const char *item)
{
	list->items[list->count++] = item;
}

/* No list is ever longer than the command line. */
static bool list_new(struct tool_list *list, int argc)
{
	list->items = calloc((size_t)argc + 1, sizeof(*list->items));
	list->count = 0;
	return list->items != NULL;
}

static int store(struct tool *tool, const struct tool_option *o, void *member, const char *value)
{
	struct egov_error err = { .status = EGOV_OK };
	enum egov_status rc = EGOV_OK;

	switch (o->kind) {
	case TOOL_KIND_FLAG:
		*(bool *)member = true;
		break;
	case TOOL_KIND_TEXT:
		*(const char **)member = value;
		break;
	case TOOL_KIND_LIST:
		append(member, value);
		break;
	case TOOL_KIND_TIME:
		rc = egov_time_parse(value, member, &err);
		break;
	case TOOL_KIND_DURATION:
		rc = egov_duration_parse(value, member, &err);
		break;
	}
	return rc == EGOV_OK ? -1 : tool_usage(tool, "--%s: %s", o->name, err.text);
}

struct parsing {
	struct tool *tool;
	void *options;
	int argc, at;
	char **argv;
	bool seen[TOOL_OPTIONS_MAX];
};

static int take_option(struct parsing *p, const char *text)
{
	const size_t size = strcspn(text, "=");
	const char *value = text[size] == '=' ? text + size + 1 : NULL;
	struct tool *tool = p->tool;
	const struct tool_option *o;
	size_t index;
	bool own;

	o = find(tool->command, text, size, &index, &own);
	if (o == NULL && strcmp(text, "describe") == 0)
		return describe(tool);
	if (o == NULL)
		return tool_usage(tool, _("--%.*s: unknown option; --help lists them"), (int)size, text);
	if (o->argument == NULL && value != NULL)
		return tool_usage(tool, _("--%s: takes no value"), o->name);
	if (o == &help_option)
		return print_help(tool);
	if (o == &version_option)
		return print_version(tool);
	if (p->seen[index] && o->kind != TOOL_KIND_LIST)
		return tool_usage(tool, _("--%s: given twice"), o->name);
	p->seen[index] = true;
	if (o->argument != NULL && value == NULL && p->at < p->argc)
		value = p->argv[p->at++];
	if (o->argument != NULL && (value == NULL || *value == 0))
		return tool_usage(tool, _("--%s: wants a value (%s)"), o->name, o->argument);
	return store(tool, o, (char *)(own ? p->options : (void *)tool) + o->offset, value);
}

static int take_arguments(struct parsing *p)
{
	bool only_operands = false;
	int status = -1;

	while (status < 0 && p->at < p->argc) {
		const char *text = p->argv[p->at++];

		if (only_operands || text[0] != '-' || text[1] == 0)
			append(&p->tool->operands, text);
		else if (strcmp(text, "--") == 0)
			only_operands = true;
		else if (strcmp(text, "-q") == 0)
			status = take_option(p, "quiet");
		else if (text[1] == '-')
			status = take_option(p, text + 2);
		else
			status = tool_usage(p->tool, _("%s: unknown option; --help lists them"), text);
	}
	return status;
}

/* One who acts stands behind it with a key, or is a name, or is not there yet. */
static int check_people(const struct tool *tool)
{
	const bool is_signed = tool->operator != NULL || tool->approvals.count > 0;

	if ((tool->operator == NULL) != (tool->operator_key == NULL))
		return tool_usage(tool, _("--operator and --operator-key go together"));
	if (tool->actor != NULL && is_signed)
		return tool_usage(tool, _("--actor is for acts that nobody signs: leave it out"));
	if (tool->to_sign != NULL && is_signed)
		return tool_usage(tool, _("--to-sign asks for a signature: leave --operator and "
		                          "--approval out"));
	if (tool->actor != NULL && strncmp(tool->actor, "os:", 3) == 0)
		return tool_usage(tool, _("--actor: names that begin with os: are the system's"));
	return -1;
}

static int check_complete(const struct parsing *p)
{
	const struct tool *tool = p->tool;
	const struct tool_command *command = tool->command;
	const struct tool_option *o;
	bool own;

	for (size_t i = 0; (o = option_at(command, i, &own)) != NULL; i++)
		if (o->required && !p->seen[i])
			return tool_usage(tool, _("--%s %s is missing"), o->name, o->argument);
	if (tool->operands.count < command->min)
		return tool_usage(tool, _("operand missing: %s"), command->operands);
	if (tool->operands.count > command->max)
		return tool_usage(tool, _("%s: one operand too many"),
		                  tool->operands.items[command->max]);
	return check_people(tool);
}

/* Gives every member its "not given"; false without memory. */
static bool prepare(struct parsing *p)
{
	const struct tool_option *o;
	bool own;

	if (!list_new(&p->tool->operands, p->argc))
		return false;
	for (size_t i = 0; (o = option_at(p->tool->command, i, &own)) != NULL; i++) {
		void *member = (char *)(own ? p->options : (void *)p->tool) + o->offset;

		if (o->kind == TOOL_KIND_LIST && !list_new(member, p->argc))
			return false;
		if (own && o->kind == TOOL_KIND_TIME)
			*(egov_time *)member = EGOV_TIME_NONE;
	}
	return true;
}

static const struct tool_command *find_command(const struct tool_program *program,
                                               const char *name)
{
	for (const struct tool_command *c = program->commands; c->run != NULL; c++)
		if (c->name == NULL || (name != NULL && strcmp(c->name, name) == 0))
			return c;
	return NULL;
}

int tool_parse(struct tool *tool, void *options, int argc, char **argv)
{
	struct parsing p = { .tool = tool, .options = options, .argc = argc, .argv = argv, .at = 1 };
	const char *first = argc > 1 ? argv[1] : NULL;
	int status;

	tool->command = find_command(tool->program, first);
	if (tool->command == NULL) {
		if (first != NULL && strcmp(first, "--help") == 0)
			return print_commands(tool);
		if (first != NULL && strcmp(first, "--version") == 0)
			return print_version(tool);
		if (first != NULL && strcmp(first, "--describe") == 0)
			return describe_commands(tool->program);
		return first == NULL ? tool_usage(tool, _("which command? --help lists them"))
		                     : tool_usage(tool, _("%s: unknown command; --help lists them"),
		                                  first);
	}
	if (tool->command->name != NULL)
		p.at = 2;
	if (!prepare(&p)) {
		const struct egov_error err = { .status = EGOV_E_NOMEM, .text = "out of memory" };

		return tool_fail(&err, NULL);
	}
	tool->options = options;
	status = take_arguments(&p);
	if (status < 0)
		status = check_complete(&p);
	if (tool->out != NULL && strcmp(tool->out, "-") == 0)
		tool->out = NULL;
	if (tool->home == NULL && (tool->command->shared & TOOL_HOME) != 0) {
		tool->home = getenv("EGOVCA_HOME");
		if (tool->home == NULL || *tool->home == 0)
			tool->home = EGOV_STATEDIR;
	}
	return status;
}

void tool_parse_free(struct tool *tool, void *options)
{
	const struct tool_option *o = tool->command == NULL ? NULL : tool->command->options;

	for (; o != NULL && o->name != NULL; o++)
		if (o->kind == TOOL_KIND_LIST)
			free(((struct tool_list *)(void *)((char *)options + o->offset))->items);
	free(tool->operands.items);
	free(tool->approvals.items);
	egov_buf_free(tool->matter);
}
