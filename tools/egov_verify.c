/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/verify.h>

#include <string.h>

#include "verify_tell.h"

struct options {
	struct tool_list trust, trust_id, untrusted, crl, ocsp, tolerate;
	const char *purpose, *policy, *sm2_id, *name, *eku, *depth, *signature, *content,
	           *report, *trust_list, *list_signer, *list_state;
	struct egov_duration max_age;
	egov_time at;
	bool require_revocation, pair, explain, list_checks, require_listed;
};

static const struct tool_option options[] = {
	TOOL_OPTION(struct options, trust, "trust", "FILE", N_("certificates that are trusted")),
	TOOL_OPTION(struct options, trust_id, "trust-id", "ID=FILE",
	            N_("the same, below which SM2 signatures are made under signer ID")),
	TOOL_OPTION(struct options, untrusted, "untrusted", "FILE",
	            N_("certificates that may stand between")),
	TOOL_OPTION(struct options, trust_list, "trust-list", "FILE",
	            N_("a signed list of CAs: those it has are trusted")),
	TOOL_OPTION(struct options, list_signer, "trust-list-signer", "FILE",
	            N_("the certificate that trust lists are signed with")),
	TOOL_OPTION(struct options, list_state, "trust-list-state", "FILE",
	            N_("keeps which trust list was seen last; an older one is refused")),
	TOOL_OPTION(struct options, require_listed, "require-listed", NULL,
	            N_("a CA of the path must be on the trust list")),
	TOOL_OPTION(struct options, crl, "crl", "FILE", N_("certificate revocation lists")),
	TOOL_OPTION(struct options, ocsp, "ocsp", "FILE", N_("OCSP responses")),
	TOOL_OPTION(struct options, require_revocation, "require-revocation", NULL,
	            N_("each certificate must be known not to be revoked")),
	TOOL_OPTION(struct options, at, "at", "TIME", N_("the moment to judge at, instead of now")),
	TOOL_CHOICE(struct options, purpose, "purpose", "NAME",
	            "sign,ca,ocsp,server,client,timestamp",
	            N_("sign, ca, ocsp, server, client or timestamp")),
	TOOL_OPTION(struct options, policy, "policy", "OID", N_("a policy that must hold on the path")),
	TOOL_OPTION(struct options, name, "name", "NAME",
	            N_("dns:HOST, ip:ADDRESS or email:MAILBOX that it must be for")),
	TOOL_OPTION(struct options, eku, "eku", "OID", N_("a use that its extKeyUsage must name")),
	TOOL_OPTION(struct options, sm2_id, "sm2-id", "TEXT",
	            N_("SM2 signer ID, instead of 1234567812345678")),
	TOOL_CHOICE(struct options, tolerate, "tolerate", "NAME",
	            "criticality,key-identifiers,name-forms,serial-numbers,old-versions,"
	            "anchor-expired,anchor-limits,no-next-update,small-keys,old-digests,"
	            "other-algorithms,written-defaults", N_("a breach that is not refused; see the manual")),
	TOOL_OPTION(struct options, depth, "depth", "N",
	            N_("certificates between the one judged and its anchor, at most")),
	TOOL_OPTION(struct options, max_age, "max-age", "DURATION",
	            N_("how long ago a CRL may have been made")),
	TOOL_OPTION(struct options, pair, "pair", NULL,
	            N_("operands are a signing and an encryption certificate of one holder")),
	TOOL_OPTION(struct options, signature, "signature", "FILE",
	            N_("judge a signature over a document instead of certificates")),
	TOOL_OPTION(struct options, content, "content", "FILE",
	            N_("the document, where it is not in the signature")),
	TOOL_OPTION(struct options, explain, "explain", NULL,
	            N_("print every check and the contents of Article 19")),
	TOOL_OPTION(struct options, report, "report", "FILE",
	            N_("write a receipt as HTML, to be printed and filed")),
	TOOL_OPTION(struct options, list_checks, "list-checks", NULL,
	            N_("print the checks and their clauses, judge nothing")),
	TOOL_OPTIONS_END
};

typedef enum egov_status add_fn(struct egov_verifier *verifier, struct egov_slice bytes,
                                struct egov_error *err);

static int add_files(struct egov_verifier *verifier, const struct tool_list *files, size_t max,
                     add_fn *add)
{
	for (size_t i = 0; i < files->count; i++) {
		struct egov_error err = { .status = EGOV_OK };
		struct egov_buf *bytes = NULL;
		enum egov_status rc = tool_in(files->items[i], max, &bytes, &err);

		if (rc == EGOV_OK)
			rc = add(verifier, egov_buf_slice(bytes), &err);
		egov_buf_free(bytes);
		if (rc != EGOV_OK)
			return tool_fail(&err, files->items[i]);
	}
	return TOOL_YES;
}

/* A certificate that does not decode is an answer: no. */
static int verdict_status(enum egov_status rc)
{
	switch (rc) {
	case EGOV_E_SYNTAX:
	case EGOV_E_LIMIT:
	case EGOV_E_POLICY:
	case EGOV_E_UNSUPPORTED:
		return TOOL_NO;
	default:
		return tool_exit_status(rc);
	}
}

/* What is judged together: one certificate, the two of a pair, or a signature and
 * perhaps its document. */
struct object {
	const char *name;
	struct egov_buf *bytes[2];
	size_t count;
};

/* What is asked of every object; report NULL: none is wanted. */
struct work {
	struct egov_verifier *verifier;
	struct egov_verify_options how;
	struct verify_report *report;
};

static enum egov_status ask(const struct tool *tool, const struct work *work,
                            const struct object *object, struct egov_report *findings,
                            struct egov_error *err)
{
	const struct options *o = tool->options;
	struct egov_verifier *const verifier = work->verifier;
	const struct egov_verify_options *how = &work->how;

	if (o->signature != NULL)
		return egov_verify_signature(verifier, egov_buf_slice(object->bytes[0]),
		                             object->count == 2
		                             ? egov_buf_slice(object->bytes[1])
		                             : (struct egov_slice){ NULL, 0 }, how, findings, err);
	if (object->count == 2)
		return egov_verify_pair(verifier, egov_buf_slice(object->bytes[0]),
		                        egov_buf_slice(object->bytes[1]), how, findings, err);
	return egov_verify(verifier, egov_buf_slice(object->bytes[0]), how, findings, err);
}

static int judge_read(struct tool *tool, const struct work *work, const struct object *object)
{
	const struct options *o = tool->options;
	struct egov_report *findings = egov_report_new();
	struct egov_error err = { .status = EGOV_OK }, told = { .status = EGOV_OK };
	enum egov_status rc;
	int status;

	if (findings == NULL) {
		(void)tool_error(&err, EGOV_E_NOMEM, NULL, _("out of memory"));
		return tool_fail(&err, object->name);
	}
	rc = ask(tool, work, object, findings, &err);
	status = verdict_status(rc);
	if (rc != EGOV_OK)
		tool_message(&err, rc == EGOV_E_USAGE ? NULL : object->name);
	if (egov_report_records(findings) > 0 && work->report != NULL)
		verify_report_add(work->report, findings, object->name);
	if (egov_report_records(findings) > 0
	    && verify_tell(tool, findings, object->name, o->explain, &told) != EGOV_OK)
		status = tool_worse(status, tool_fail(&told, object->name));
	egov_report_free(findings);
	return status;
}

/* Reads one or two files, then judges what they hold. */
static int judge(struct tool *tool, const struct work *work, const char *const *paths,
                 size_t count)
{
	struct object object = { .name = paths[0], .count = count };
	struct egov_error err = { .status = EGOV_OK };
	enum egov_status rc = EGOV_OK;
	int status = TOOL_YES;

	for (size_t b = 0; rc == EGOV_OK && b < count; b++) {
		rc = tool_in(paths[b], ((const struct options *)tool->options)->signature == NULL
		                       ? EGOV_MAX_FILE : EGOV_MAX_CRL, &object.bytes[b], &err);
		if (rc != EGOV_OK)
			status = tool_fail(&err, paths[b]);
	}
	if (rc == EGOV_OK)
		status = judge_read(tool, work, &object);
	for (size_t b = 0; b < count; b++)
		egov_buf_free(object.bytes[b]);
	return status;
}

/* A number of one or two digits. */
static bool read_depth(const char *text, unsigned *depth)
{
	const size_t size = strlen(text);

	if (size == 0 || size > 2 || strspn(text, "0123456789") != size)
		return false;
	*depth = (unsigned)(text[0] - '0');
	if (size == 2)
		*depth = *depth * 10 + (unsigned)(text[1] - '0');
	return true;
}

static int read_options(struct tool *tool, struct egov_verify_options *how)
{
	const struct options *o = tool->options;
	struct egov_error err = { .status = EGOV_OK };
	egov_time age = 0;

	*how = (struct egov_verify_options){
		.at = o->at == EGOV_TIME_NONE ? tool->clock.real : o->at, .now = tool->clock.real,
		.require_revocation = o->require_revocation, .require_listed = o->require_listed,
		.purpose = o->purpose, .policy_oid = o->policy, .name = o->name, .eku = o->eku,
		.id = { (const uint8_t *)o->sm2_id, o->sm2_id == NULL ? 0 : strlen(o->sm2_id) }
	};
	for (size_t i = 0; i < o->tolerate.count; i++) {
		const unsigned bit = egov_tolerate_by_name(o->tolerate.items[i]);

		if (bit == 0)
			return tool_usage(tool, _("--tolerate %s: no such name"),
			                  o->tolerate.items[i]);
		how->tolerate |= bit;
	}
	how->limit_depth = o->depth != NULL;
	if (o->depth != NULL && !read_depth(o->depth, &how->depth))
		return tool_usage(tool, _("--depth: want a number from 0 to 99"));
	if (egov_time_add(0, o->max_age, &age, &err) != EGOV_OK)
		return tool_fail(&err, "--max-age");
	how->max_age = age;
	return TOOL_YES;
}

/* "version (clause): error; --tolerate old-versions" */
static void print_check(const struct egov_report *report, size_t r)
{
	(void)printf("%s (%s): %s", verify_value(report, r, "check"), verify_value(report, r, "clause"),
	             verify_value(report, r, "severity"));
	if (egov_report_find(report, r, "tolerate") != NULL)
		(void)printf("; --tolerate %s", verify_value(report, r, "tolerate"));
	(void)putchar('\n');
}

static int list_checks(struct tool *tool)
{
	struct egov_report *report = egov_report_new();
	struct egov_error err = { .status = EGOV_OK };
	enum egov_status rc = report == NULL
	                      ? tool_error(&err, EGOV_E_NOMEM, NULL, _("out of memory"))
	                      : egov_verify_checks(report, &err);

	if (rc == EGOV_OK && tool->json)
		rc = tool_print(tool, report, &err);
	else if (rc == EGOV_OK)
		for (size_t r = 0; r < egov_report_records(report); r++)
			print_check(report, r);
	egov_report_free(report);
	return rc == EGOV_OK ? TOOL_YES : tool_fail(&err, NULL);
}

/* "ID=FILE" */
static int add_trust_id(struct tool *tool, struct egov_verifier *verifier, const char *value)
{
	const char *file = strchr(value, '=');
	struct egov_error err = { .status = EGOV_OK };
	struct egov_buf *bytes = NULL;
	enum egov_status rc;

	if (file == NULL)
		return tool_usage(tool, _("--trust-id %s is not ID=FILE"), value);
	rc = tool_in(file + 1, EGOV_MAX_FILE, &bytes, &err);
	if (rc == EGOV_OK)
		rc = egov_verifier_add_trust_id(verifier, egov_buf_slice(bytes),
		                                (struct egov_slice){ (const uint8_t *)value,
		                                                     (size_t)(file - value) }, &err);
	egov_buf_free(bytes);
	return rc == EGOV_OK ? TOOL_YES : tool_fail(&err, file + 1);
}

/* A list that cannot be relied upon is a bad file: it says nothing of a certificate. */
static int add_trust_list(struct tool *tool, struct egov_verifier *verifier)
{
	const struct options *o = tool->options;
	struct egov_trust_list_options list = { .now = tool->clock.real, .state = o->list_state };
	struct egov_buf *text = NULL, *signer = NULL;
	struct egov_error err = { .status = EGOV_OK };
	enum egov_status rc = tool_in(o->list_signer, EGOV_MAX_FILE, &signer, &err);

	if (rc != EGOV_OK)
		return tool_fail(&err, o->list_signer);
	rc = tool_in(o->trust_list, EGOV_MAX_FILE, &text, &err);
	if (rc == EGOV_OK) {
		list.list = egov_buf_slice(text);
		list.signer = egov_buf_slice(signer);
		rc = egov_verifier_add_trust_list(verifier, &list, &err);
	}
	egov_buf_free(text);
	egov_buf_free(signer);
	if (rc == EGOV_OK)
		return TOOL_YES;
	tool_message(&err, o->trust_list);
	return rc == EGOV_E_UNTRUSTED ? TOOL_REFUSED : tool_exit_status(rc);
}

static int fill(struct tool *tool, struct egov_verifier *verifier)
{
	const struct options *o = tool->options;
	int status = add_files(verifier, &o->trust, EGOV_MAX_FILE, egov_verifier_add_trust);

	for (size_t i = 0; status == TOOL_YES && i < o->trust_id.count; i++)
		status = add_trust_id(tool, verifier, o->trust_id.items[i]);
	if (status == TOOL_YES)
		status = add_files(verifier, &o->untrusted, EGOV_MAX_FILE, egov_verifier_add_pool);
	if (status == TOOL_YES)
		status = add_files(verifier, &o->crl, EGOV_MAX_CRL, egov_verifier_add_crl);
	if (status == TOOL_YES)
		status = add_files(verifier, &o->ocsp, EGOV_MAX_FILE, egov_verifier_add_ocsp);
	if (status == TOOL_YES && o->trust_list != NULL)
		status = add_trust_list(tool, verifier);
	return status;
}

static int check_use(struct tool *tool)
{
	const struct options *o = tool->options;

	if ((o->trust_list == NULL) != (o->list_signer == NULL))
		return tool_usage(tool, _("--trust-list and --trust-list-signer go together"));
	if (o->trust_list == NULL && (o->require_listed || o->list_state != NULL))
		return tool_usage(tool, _("--trust-list FILE is missing"));
	if (o->trust.count + o->trust_id.count == 0 && o->trust_list == NULL)
		return tool_usage(tool, _("--trust FILE is missing"));
	if (o->content != NULL && o->signature == NULL)
		return tool_usage(tool, _("--content goes with --signature"));
	if (o->signature != NULL && (o->pair || tool->operands.count > 0))
		return tool_usage(tool, _("--signature is judged alone: no operands, no --pair"));
	if (o->signature == NULL && tool->operands.count == 0)
		return tool_usage(tool, _("operand missing: CERT..."));
	if (o->pair && tool->operands.count % 2 != 0)
		return tool_usage(tool, _("--pair wants certificates by twos: signing, encryption"));
	return TOOL_YES;
}

static int judge_all(struct tool *tool, const struct work *work)
{
	const struct options *o = tool->options;
	const char *const document[] = { o->signature, o->content };
	const size_t step = o->pair ? 2 : 1;
	int status = TOOL_YES;

	if (o->signature != NULL)
		return judge(tool, work, document, o->content == NULL ? 1 : 2);
	tool_progress_begin(tool, _("judged"));
	for (size_t i = 0; status != TOOL_USAGE && i < tool->operands.count; i += step) {
		tool_progress(NULL, i, tool->operands.count);
		status = tool_worse(status, judge(tool, work, tool->operands.items + i, step));
	}
	return status;
}

/* The receipt is written whatever came out, but not for wrong use. */
static int judge_and_report(struct tool *tool, struct work *work)
{
	const struct options *o = tool->options;
	struct verify_report report = { .to = NULL };
	struct egov_error err = { .status = EGOV_OK };
	enum egov_status rc = verify_report_begin(tool, &report, &err);
	int status = TOOL_YES;

	work->report = &report;
	if (rc == EGOV_OK)
		status = judge_all(tool, work);
	if (rc == EGOV_OK && status != TOOL_USAGE) {
		rc = verify_report_end(&report, &err);
		if (rc == EGOV_OK)
			rc = tool_put(o->report, (struct egov_slice){ (const uint8_t *)report.text,
			                                              report.size }, &err);
	}
	verify_report_free(&report);
	return rc == EGOV_OK ? status : tool_worse(status, tool_fail(&err, o->report));
}

static int run(struct tool *tool)
{
	const struct options *o = tool->options;
	struct egov_error err = { .status = EGOV_OK };
	struct work work = { .report = NULL };
	int status;

	if (o->list_checks)
		return list_checks(tool);
	status = check_use(tool);
	if (status == TOOL_YES)
		status = read_options(tool, &work.how);
	if (status != TOOL_YES)
		return status;
	work.verifier = egov_verifier_new();
	if (work.verifier == NULL) {
		(void)tool_error(&err, EGOV_E_NOMEM, NULL, _("out of memory"));
		return tool_fail(&err, NULL);
	}
	status = fill(tool, work.verifier);
	if (status == TOOL_YES)
		status = o->report == NULL ? judge_all(tool, &work) : judge_and_report(tool, &work);
	egov_verifier_free(work.verifier);
	return status;
}

int main(int argc, char **argv)
{
	static const struct tool_command commands[] = {
		{ .help = N_("Judges whether certificates may be relied upon."), .options = options,
		  .shared = TOOL_JSON | TOOL_QUIET, .operands = "CERT...", .min = 0, .max = TOOL_MANY, .run = run },
		TOOL_COMMANDS_END
	};
	static const struct tool_program program = {
		.name = "egov-verify", .commands = commands, .options_size = sizeof(struct options)
	};

	return tool_main(&program, argc, argv);
}
