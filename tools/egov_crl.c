/* SPDX-License-Identifier: Apache-2.0 */
/* egov-crl: makes, publishes, checks and shows certificate revocation lists. */
#include <egovca/ca.h>
#include <egovca/cert.h>
#include <egovca/crl.h>
#include <egovca/file.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

#define MAX_CERTIFICATE (64u << 10)

struct options {
	bool if_due, delta, entries, dry_run, explain;
	bool prometheus, nagios;
	bool lost;
	const char *issuer, *serial, *number, *list, *sender, *to;
	egov_time at;
	struct egov_duration warn;
	struct tool_list gone;
};

static enum egov_status publish(struct tool *tool, struct egov_home *home,
                                struct egov_report *report, struct egov_error *err)
{
	const struct options *o = tool->options;

	const struct egov_crl_publish_options options = { .actor = tool_actor(tool, home),
		                                          .if_due = o->if_due,
		                                          .delta = o->delta,
		                                          .dry_run = o->dry_run,
		                                          .explain = o->explain };

	enum egov_status rc = tool_host(home, err);

	if (rc == EGOV_OK)
		rc = egov_crl_publish(home, &options, report, err);
	/* Whoever reads only what cron mails has to know. */
	for (size_t r = 0; rc == EGOV_OK && r < egov_report_records(report); r++)
		if (egov_report_find(report, r, "served-again") != NULL) {
			const char *name = egov_report_find(report, r, "list");

			tool_note(tool, _("list %s: its file was gone or another, and is served again"),
			          name == NULL ? "ca" : name);
		}
	return rc;
}

/* What was explained is printed even where a check failed. */
static int explain(struct tool *tool)
{
	struct egov_error err = { 0 }, printing = { 0 };
	struct egov_report *report = egov_report_new();
	struct egov_home *home = NULL;
	enum egov_status rc = report == NULL
	                              ? tool_error(&err, EGOV_E_NOMEM, NULL, _("out of memory"))
	                              : tool_home(tool, &home, &err);
	int status = TOOL_YES;

	if (rc == EGOV_OK) {
		rc = publish(tool, home, report, &err);
		if (tool_print(tool, report, &printing) != EGOV_OK)
			status = tool_fail(&printing, NULL);
	}
	egov_home_close(home);
	egov_report_free(report);
	return rc == EGOV_OK ? status : tool_fail(&err, NULL);
}

static int run_publish(struct tool *tool)
{
	const struct options *o = tool->options;

	return o->explain ? explain(tool) : tool_with_home(tool, publish, NULL);
}

static enum egov_status import(struct tool *tool, struct egov_home *home,
                               struct egov_report *report, struct egov_error *err)
{
	const struct options *o = tool->options;
	struct egov_crl_import_options options = {
		.actor = tool_actor(tool, home),
		.list = o->list == NULL ? "parent" : o->list,
		.gone = (const char *const *)o->gone.items,
		.gone_count = o->gone.count,
		.sender = o->sender,
		.lost = o->lost
	};
	struct egov_buf *crl = NULL;
	enum egov_status rc = tool_in(tool->operands.items[0], EGOV_MAX_CRL, &crl, err);

	if (rc == EGOV_OK)
		rc = tool_host(home, err);
	if (rc == EGOV_OK) {
		options.crl = egov_buf_slice(crl);
		rc = egov_crl_import(home, &options, report, err);
	}
	egov_buf_free(crl);
	return rc;
}

static int run_import(struct tool *tool)
{
	return tool_with_home(tool, import, tool->operands.items[0]);
}

static enum egov_status parse_number(const char *text, uint64_t *number, struct egov_error *err)
{
	char *end = NULL;

	*number = strtoull(text, &end, 10);
	if (*text >= '1' && *text <= '9' && *end == 0)
		return EGOV_OK;
	return tool_error(err, EGOV_E_USAGE, NULL, _("--number \"%.40s\": want a number from 1"), text);
}

static enum egov_status hand_out_packet(struct tool *tool, struct egov_home *home,
                                        struct egov_buf *packet, struct egov_error *err)
{
	const struct options *o = tool->options;
	struct egov_crl_export_options options = { .actor = tool_actor(tool, home) };
	struct tool_object object = { "EGOVCA TRANSFER", "packet", { NULL, 0 } };
	struct egov_report *report = egov_report_new();
	struct egov_buf *receiver = NULL;
	enum egov_status rc = report == NULL
	                              ? tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"))
	                              : tool_in(o->to, MAX_CERTIFICATE, &receiver, err);

	if (rc == EGOV_OK && o->number != NULL)
		rc = parse_number(o->number, &options.number, err);
	if (rc == EGOV_OK) {
		options.receiver = egov_buf_slice(receiver);
		rc = egov_crl_export(home, &options, packet, report, err);
	}
	if (rc == EGOV_OK) {
		object.der = egov_buf_slice(packet);
		rc = tool_hand_out(tool, &object, report, err);
	}
	egov_buf_free(receiver);
	egov_report_free(report);
	return rc;
}

static enum egov_status export(struct tool *tool, struct egov_home *home,
                               struct egov_report *report, struct egov_error *err)
{
	struct egov_buf *packet = egov_buf_new(EGOV_MAX_CRL);
	const enum egov_status rc =
		packet == NULL ? tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"))
	                       : hand_out_packet(tool, home, packet, err);

	(void)report;
	egov_buf_free(packet);
	return rc;
}

static int run_export(struct tool *tool)
{
	return tool_with_home(tool, export, NULL);
}

static enum egov_status list(struct tool *tool, struct egov_home *home, struct egov_report *report,
                             struct egov_error *err)
{
	(void)tool;
	return egov_crl_list(home, report, err);
}

static int run_list(struct tool *tool)
{
	return tool_with_home(tool, list, NULL);
}

static enum egov_status parse_query(const struct options *o, struct egov_crl_query *query,
                                    struct egov_error *err)
{
	*query = (struct egov_crl_query){ .at = o->at, .list = o->list };
	if ((o->number == NULL) == (o->at == EGOV_TIME_NONE) || (o->number != NULL && o->list != NULL))
		return tool_error(err, EGOV_E_USAGE, NULL,
		                  _("want --number, or --at with or without --list"));
	return o->number == NULL ? EGOV_OK : parse_number(o->number, &query->number, err);
}

static enum egov_status get(struct tool *tool, struct egov_home *home, struct egov_report *report,
                            struct egov_error *err)
{
	struct egov_buf *der = egov_buf_new(EGOV_MAX_CRL);
	struct egov_crl_query query;
	enum egov_status rc = der == NULL
	                              ? tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"))
	                              : parse_query(tool->options, &query, err);

	(void)report;
	if (rc == EGOV_OK)
		rc = egov_crl_get(home, &query, der, err);
	if (rc == EGOV_OK)
		rc = tool_put_object(tool, "X509 CRL", egov_buf_slice(der), err);
	egov_buf_free(der);
	return rc;
}

static int run_get(struct tool *tool)
{
	return tool_with_home(tool, get, NULL);
}

static enum egov_status print_record(void *user, const struct egov_report *record,
                                     struct egov_error *err)
{
	return tool_print(user, record, err);
}

/* The list is what is judged: one that does not decode, or not by our rules, is
 * an answer, and the answer is no. */
static int judged(struct tool *tool, enum egov_status rc, const struct egov_error *err)
{
	const int status = rc == EGOV_OK ? TOOL_YES : tool_fail(err, tool->operands.items[0]);

	return status == TOOL_REFUSED ? TOOL_NO : status;
}

static int check_with(struct tool *tool, struct egov_slice issuer)
{
	const struct options *o = tool->options;
	const struct egov_crl_check_options options = {
		.issuer = issuer,
		.serial = o->serial,
		.at = o->at == EGOV_TIME_NONE ? tool->clock.real : o->at
	};
	struct egov_error err = { 0 };
	struct egov_report *report = egov_report_new();
	enum egov_status rc =
		report == NULL ? tool_error(&err, EGOV_E_NOMEM, NULL, _("out of memory"))
	                       : egov_crl_check_file(tool->operands.items[0], &options, report, &err);
	int status = judged(tool, rc, &err);

	if (rc == EGOV_OK && tool_print(tool, report, &err) != EGOV_OK)
		status = tool_fail(&err, NULL);
	egov_report_free(report);
	return status;
}

/* The issuer's certificate is no answer, but what is needed for one. */
static int run_check(struct tool *tool)
{
	const struct options *o = tool->options;
	const struct egov_slice none = { NULL, 0 };
	struct egov_error err = { 0 };
	struct egov_buf *issuer = NULL;
	struct egov_cert *cert = NULL;
	enum egov_status rc;
	int status;

	if (o->issuer == NULL)
		return check_with(tool, none);
	rc = tool_in(o->issuer, MAX_CERTIFICATE, &issuer, &err);
	if (rc == EGOV_OK)
		rc = egov_cert_decode(egov_buf_slice(issuer), &cert, &err);
	if (rc == EGOV_OK)
		status = check_with(tool, egov_cert_der(cert));
	else
		status = tool_fail(&err, o->issuer);
	egov_cert_free(cert);
	egov_buf_free(issuer);
	return status;
}

static int run_show(struct tool *tool)
{
	const struct options *o = tool->options;
	struct egov_error err = { 0 };
	struct egov_crl_file *file = NULL;
	enum egov_status rc = egov_crl_file_open(tool->operands.items[0], &file, &err);

	if (rc == EGOV_OK)
		rc = egov_crl_file_report(file, o->entries, print_record, tool, &err);
	egov_crl_file_close(file);
	return judged(tool, rc, &err);
}

/* --- watching --- */

#define NAGIOS_UNKNOWN 3

struct watched {
	const struct egov_report *report;
	enum egov_watch_verdict worst;
};

static const char *of(const struct watched *w, size_t r, const char *key, const char *otherwise)
{
	const char *value = egov_report_find(w->report, r, key);

	return value == NULL ? otherwise : value;
}

/* A label's value, in the text format of Prometheus. */
static void print_label(const char *url)
{
	for (const char *p = url; *p != 0; p++) {
		if (*p == '"' || *p == '\\' || *p == '\n')
			(void)putchar('\\');
		(void)putchar(*p == '\n' ? 'n' : *p);
	}
}

static const struct gauge {
	const char *name, *key, *help;
	const char *yes, *no;           /* instead of a figure: 1 if the value is, or is not, this */
} gauges[] = {
	{ "good", "verdict", "Whether the address gives the list that its certificates name, in force.",
	  NULL, "bad" },
	{ "late", "verdict", "Whether time runs out before the next list.", "warning", NULL },
	{ "number", "number", "The cRLNumber of the list that the address gives.", NULL, NULL },
	{ "entries", "entries", "How many entries that list has.", NULL, NULL },
	{ "seconds_old", "seconds-old", "Time since its thisUpdate.", NULL, NULL },
	{ "seconds_left", "seconds-left", "Time until its nextUpdate; below zero it is stale.", NULL,
	  NULL },
	{ "certificates", "certificates", "How many live certificates name the address.", NULL, NULL },
};

static void print_gauge(const struct watched *w, const struct gauge *gauge)
{
	(void)printf("# HELP egovca_crl_%s %s\n# TYPE egovca_crl_%s gauge\n", gauge->name, gauge->help,
	             gauge->name);
	for (size_t r = 0; r < egov_report_records(w->report); r++) {
		const char *value = of(w, r, gauge->key, NULL);

		if (value == NULL)
			continue;
		if (gauge->yes != NULL)
			value = strcmp(value, gauge->yes) == 0 ? "1" : "0";
		else if (gauge->no != NULL)
			value = strcmp(value, gauge->no) == 0 ? "0" : "1";
		(void)printf("egovca_crl_%s{url=\"", gauge->name);
		print_label(of(w, r, "url", ""));
		(void)printf("\"} %s\n", value);
	}
}

/* What is exported of a run that failed says so: an old file would look as well as ever. */
static void print_watching(bool works)
{
	(void)printf("# HELP egovca_crl_watch_success Whether the addresses could be looked at.\n"
	             "# TYPE egovca_crl_watch_success gauge\n"
	             "egovca_crl_watch_success %d\n", works);
}

static void print_prometheus(const struct watched *w)
{
	for (size_t i = 0; i < sizeof(gauges) / sizeof(gauges[0]); i++)
		print_gauge(w, &gauges[i]);
	print_watching(true);
}

/* In a line of Nagios what follows "|" is figures, and the name of one holds neither "=" nor "'";
 * addresses are written without them as RFC 3986, 2.1, would. */
static void print_plain(const char *text, const char *without)
{
	for (const char *p = text; *p != 0; p++) {
		if (strchr(without, *p) != NULL)
			(void)printf("%%%02X", (unsigned)(unsigned char)*p);
		else
			(void)putchar(*p == '\n' ? ' ' : *p);
	}
}

/* One line, and the exit status of a plugin of Nagios. */
static int print_nagios(const struct watched *w)
{
	static const char *const words[] = { "OK", "WARNING", "CRITICAL" };
	static const char *const verdicts[] = { "good", "warning", "bad" };
	const size_t count = egov_report_records(w->report);

	(void)printf("CRL %s - %zu addresses", words[w->worst], count);
	for (size_t r = 0; r < count; r++)
		if (w->worst != EGOV_WATCH_GOOD
		    && strcmp(of(w, r, "verdict", ""), verdicts[w->worst]) == 0) {
			(void)printf("; ");
			print_plain(of(w, r, "url", ""), "|");
			(void)printf(": ");
			print_plain(of(w, r, "why", ""), "|");
		}
	(void)printf(" |");
	for (size_t r = 0; r < count; r++) {
		const char *left = of(w, r, "seconds-left", NULL);

		(void)printf(" 'left ");
		print_plain(of(w, r, "url", ""), "|'=");
		(void)printf("'=%s%s", left == NULL ? "U" : left, left == NULL ? "" : "s");
	}
	(void)printf("\n");
	return (int)w->worst;
}

/* Nothing could be looked at. */
static int watch_failed(const struct options *o, const struct egov_error *why)
{
	struct egov_error err = { 0 };
	int status = NAGIOS_UNKNOWN;

	if (o->nagios) {
		(void)printf("CRL UNKNOWN - ");
		print_plain(why->text, "|");
		(void)printf("\n");
	} else {
		status = tool_fail(why, NULL);
		if (o->prometheus)
			print_watching(false);
	}
	return tool_flush(&err) == EGOV_OK ? status : tool_fail(&err, NULL);
}

static int print_watched(struct tool *tool, const struct watched *w)
{
	const struct options *o = tool->options;
	struct egov_error err = { 0 };
	int status = w->worst == EGOV_WATCH_GOOD ? TOOL_YES : TOOL_NO;
	enum egov_status rc = EGOV_OK;

	if (o->nagios)
		status = print_nagios(w);
	else if (o->prometheus)
		print_prometheus(w);
	else
		rc = tool_print(tool, w->report, &err);
	if (rc == EGOV_OK)
		rc = tool_flush(&err);
	return rc == EGOV_OK ? status : tool_fail(&err, NULL);
}

static int run_watch(struct tool *tool)
{
	const struct options *o = tool->options;
	const struct egov_crl_watch_options options = { .warn = o->warn };
	struct egov_error err = { 0 };
	struct egov_report *report = egov_report_new();
	struct watched w = { report, EGOV_WATCH_GOOD };
	struct egov_home *home = NULL;
	enum egov_status rc = report == NULL
	                              ? tool_error(&err, EGOV_E_NOMEM, NULL, _("out of memory"))
	                              : tool_home(tool, &home, &err);
	int status;

	if (rc == EGOV_OK)
		rc = egov_crl_watch(home, &options, &w.worst, report, &err);
	status = rc == EGOV_OK ? print_watched(tool, &w) : watch_failed(o, &err);
	egov_home_close(home);
	egov_report_free(report);
	return status;
}

static int load(const char *path, struct egov_crl_file **file)
{
	struct egov_error err = { 0 };

	return egov_crl_file_open(path, file, &err) == EGOV_OK ? TOOL_YES : tool_fail(&err, path);
}

static int run_diff(struct tool *tool)
{
	struct egov_error err = { 0 };
	struct egov_crl_file *a = NULL, *b = NULL;
	size_t changes = 0;
	int status = load(tool->operands.items[0], &a);

	if (status == TOOL_YES)
		status = load(tool->operands.items[1], &b);
	if (status == TOOL_YES
	    && egov_crl_file_diff(a, b, &changes, print_record, tool, &err) != EGOV_OK)
		status = tool_fail(&err, NULL);
	if (status == TOOL_YES && changes > 0)
		status = TOOL_NO;
	egov_crl_file_close(a);
	egov_crl_file_close(b);
	return status;
}

static const struct tool_option publish_options[] = {
	TOOL_OPTION(struct options, if_due, "if-due", NULL,
	            N_("do nothing while the published list is fresh")),
	TOOL_OPTION(struct options, delta, "delta", NULL, N_("make delta lists alone")),
	TOOL_OPTION(struct options, dry_run, "dry-run", NULL,
	            N_("make every check that comes before the signature, and stop")),
	TOOL_OPTION(struct options, explain, "explain", NULL,
	            N_("print each check, its clause and whether it holds")),
	TOOL_OPTIONS_END
};
static const struct tool_option check_options[] = {
	TOOL_OPTION(struct options, issuer, "issuer", "CERT",
	            N_("the CA's certificate, to verify the signature with")),
	TOOL_OPTION(struct options, serial, "serial", "SERIAL",
	            N_("print what the list says of this certificate, too")),
	TOOL_OPTION(struct options, at, "at", "TIME", N_("judge at this time instead of now")),
	TOOL_OPTIONS_END
};
static const struct tool_option show_options[] = {
	TOOL_OPTION(struct options, entries, "entries", NULL, N_("print every entry too")),
	TOOL_OPTIONS_END
};

static const struct tool_option get_options[] = {
	TOOL_OPTION(struct options, number, "number", "N", N_("the list of this number")),
	TOOL_OPTION(struct options, at, "at", "TIME", N_("the list that was in force then")),
	TOOL_OPTION(struct options, list, "list", "NAME",
	            N_("which one, by the name of its file: ca, ca2, ca-arl, ca-s1-delta")),
	TOOL_OPTIONS_END
};

static const struct tool_option watch_options[] = {
	TOOL_OPTION(struct options, warn, "warn", "DURATION",
	            N_("less than this before nextUpdate is a warning (half of the list's life)")),
	TOOL_OPTION(struct options, prometheus, "prometheus", NULL,
	            N_("print gauges in the text format of Prometheus")),
	TOOL_OPTION(struct options, nagios, "nagios", NULL,
	            N_("print one line, and exit as a plugin of Nagios")),
	TOOL_OPTIONS_END
};

static const struct tool_option import_options[] = {
	TOOL_OPTION(struct options, list, "list", "NAME", N_("its name here (parent)")),
	TOOL_OPTION(struct options, gone, "gone", "SERIAL",
	            N_("it may leave the list, because its certificate has ended")),
	TOOL_OPTION(struct options, sender, "sender", "SM3",
	            N_("the journal key that signs the packets of the other home")),
	TOOL_OPTION(struct options, lost, "lost", NULL,
	            N_("take the packet although some before it never came")),
	TOOL_OPTIONS_END
};

static const struct tool_option export_options[] = {
	TOOL_REQUIRED(struct options, to, "to", "CERT",
	              N_("the certificate of the CA that the packet is for")),
	TOOL_OPTION(struct options, number, "number", "N", N_("the packet of this number again")),
	TOOL_OPTIONS_END
};

static const struct tool_command commands[] = {
	{ .name = "publish",
	  .help = N_("Signs the next list and serves it; in any doubt the old one stays."),
	  .options = publish_options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR, .run = run_publish },
	{ .name = "check",
	  .help = N_("Judges a list: form, freshness, and its signature with --issuer."),
	  .options = check_options, .shared = TOOL_JSON,
	  .operands = "FILE|URL", .min = 1, .max = 1, .run = run_check },
	{ .name = "show",
	  .help = N_("Prints a list."),
	  .options = show_options, .shared = TOOL_JSON,
	  .operands = "FILE", .min = 1, .max = 1, .run = run_show },
	{ .name = "get",
	  .help = N_("Hands a list out that was published, by its number or the time."),
	  .options = get_options, .shared = TOOL_HOME | TOOL_DER | TOOL_OUT, .run = run_get },
	{ .name = "list",
	  .help = N_("Prints what lists were made."),
	  .shared = TOOL_HOME | TOOL_JSON, .run = run_list },
	{ .name = "watch",
	  .help = N_("Fetches every address that live certificates name, and judges what it gives."),
	  .options = watch_options, .shared = TOOL_HOME | TOOL_JSON, .run = run_watch },
	{ .name = "diff",
	  .help = N_("Compares two lists entry by entry; the exit status tells whether they differ."),
	  .shared = TOOL_JSON, .operands = "FILE FILE", .min = 2, .max = 2, .run = run_diff },
	{ .name = "import",
	  .help = N_("Checks and serves lists that a CA above this one made: one, or a packet of them."),
	  .options = import_options, .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR,
	  .operands = "FILE", .min = 1, .max = 1, .run = run_import },
	{ .name = "export",
	  .help = N_("Makes a signed packet of the lists in force, for a CA below that serves them."),
	  .options = export_options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR | TOOL_DER | TOOL_OUT, .run = run_export },
	TOOL_COMMANDS_END
};

int main(int argc, char **argv)
{
	static const struct tool_program program = {
		.name = "egov-crl",
		.help = N_("Certificate revocation lists (Order No. 4, Art. 18(3))."),
		.commands = commands,
		.options_size = sizeof(struct options),
		.opens_keys = true
	};

	return tool_main(&program, argc, argv);
}
