/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_tell.h"

#include <stdlib.h>
#include <string.h>

#include <egovca/version.h>

/* No script, nothing from elsewhere; what a page is printed on decides the width. */
static const char style[] =
	"@page { size: A4; margin: 18mm 16mm; }\n"
	"* { box-sizing: border-box; }\n"
	"body { font: 10.5pt/1.5 \"Noto Sans CJK SC\", \"Source Han Sans SC\", \"Microsoft YaHei\", SimSun,"
	" sans-serif; color: #1a1a1a; max-width: 190mm; margin: 0 auto; padding: 8mm; }\n"
	"h1 { font-size: 18pt; margin: 0 0 1mm; }\n"
	"h2 { font-size: 12.5pt; margin: 7mm 0 2mm; border-bottom: 0.4mm solid #1a1a1a; }\n"
	"h3 { font-size: 10.5pt; margin: 5mm 0 1mm; }\n"
	".verdict { border: 0.6mm solid; padding: 3mm 4mm; margin: 4mm 0; overflow-wrap: anywhere; }\n"
	".verdict b { font-size: 14pt; display: block; }\n"
	".trusted { border-color: #1b6e3c; } .trusted b { color: #1b6e3c; }\n"
	".untrusted, .malformed { border-color: #a3151f; }\n"
	".untrusted b, .malformed b { color: #a3151f; }\n"
	"table { border-collapse: collapse; width: 100%; table-layout: fixed; font-size: 9pt;"
	" margin-bottom: 2.5mm; }\n"
	"th, td { border: 0.2mm solid #999; padding: 0.8mm 1.5mm; text-align: left; vertical-align: top;"
	" overflow-wrap: anywhere; }\n"
	"thead { display: table-header-group; } thead th { background: #eee; }\n"
	"tr { break-inside: avoid; }\n"
	".facts th { width: 32%; font-weight: normal; background: #f6f6f6; }\n"
	".checks .r { width: 9%; } .checks .c { width: 17%; } .checks .s { width: 22%; }"
	" .checks .l { width: 16%; }\n"
	".fail td { background: #fbe9ea; font-weight: bold; } .skip td { color: #666; }\n"
	".sign { display: flex; gap: 10mm; margin-top: 14mm; break-inside: avoid; }\n"
	".sign div { flex: 1; border-top: 0.3mm solid #1a1a1a; padding-top: 1mm; font-size: 9pt; }\n"
	"footer { margin-top: 8mm; font-size: 8.5pt; color: #555; }\n";

/* As on a terminal, and nothing that HTML would take for its own. */
static void put(FILE *to, const char *text)
{
	char *escaped = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&escaped, &size);

	if (stream == NULL)
		return;
	tool_escape(stream, text);
	if (fclose(stream) == 0)
		for (const char *at = escaped; *at != 0; at++)
			switch (*at) {
			case '&':
				(void)fputs("&amp;", to);
				break;
			case '<':
				(void)fputs("&lt;", to);
				break;
			case '>':
				(void)fputs("&gt;", to);
				break;
			case '"':
				(void)fputs("&quot;", to);
				break;
			case '\'':
				(void)fputs("&#39;", to);
				break;
			default:
				(void)fputc(*at, to);
			}
	free(escaped);
}

static void element(FILE *to, const char *tag, const char *text)
{
	(void)fprintf(to, "<%s>", tag);
	put(to, text);
	(void)fprintf(to, "</%s>", tag);
}

static void fact(FILE *to, const char *key, const char *value)
{
	(void)fputs("<tr><th>", to);
	put(to, key);
	(void)fputs("</th><td>", to);
	put(to, value);
	(void)fputs("</td></tr>\n", to);
}

/* What keys of findings are called on paper. */
static const struct {
	const char *key, *label;
} labels[] = {
	{ "article19-ca-name", N_("Name of the CA") },
	{ "article19-holder", N_("Name of the holder") },
	{ "article19-serial", N_("Serial number") },
	{ "article19-validity", N_("Validity") },
	{ "article19-policy", N_("Certificate policy") },
	{ "article19-key", N_("Signature verification data") },
	{ "article19-signature", N_("Signature of the CA") },
	{ "article19-other", N_("Other contents") },
	{ "judged-at", N_("Judged at the moment") },
	{ "sm3", N_("SM3 of what was judged") },
	{ "sm3-beside", N_("SM3 of the document, or of the encryption certificate") },
	{ "certificate", N_("Certificate of the pair") },
	{ "signer", N_("Signer") },
	{ "subject", N_("Subject") },
	{ "verdict", N_("Verdict") },
	{ "reason", N_("Reason") },
	{ "clause", N_("Clause") },
};

static const char *label(const char *key)
{
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (strcmp(labels[i].key, key) == 0)
			return _(labels[i].label);
	return key;
}

static const char *word(const char *result)
{
	static const struct {
		const char *result, *word;
	} words[] = {
		{ "pass", N_("passed") }, { "fail", N_("failed") }, { "skip", N_("not judged") },
		{ "warn", N_("warning") }, { "trusted", N_("May be relied upon") },
		{ "untrusted", N_("Must not be relied upon") }, { "malformed", N_("Cannot be read") },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].result, result) == 0)
			return _(words[i].word);
	return result;
}

static bool is_check(const struct egov_report *findings, size_t r)
{
	return egov_report_find(findings, r, "check") != NULL;
}

static void put_check(FILE *to, const struct egov_report *findings, size_t r)
{
	char age[64];

	(void)fputs("<tr class=\"", to);
	put(to, verify_value(findings, r, "result"));
	(void)fputs("\">", to);
	element(to, "td", word(verify_value(findings, r, "result")));
	element(to, "td", verify_value(findings, r, "check"));
	element(to, "td", verify_value(findings, r, "what"));
	(void)fputs("<td>", to);
	put(to, verify_value(findings, r, "source"));
	(void)fputs(verify_age(findings, r, age)[0] == 0 ? "" : "<br>", to);
	put(to, age);
	(void)fputs("</td>", to);
	element(to, "td", verify_value(findings, r, "clause"));
	(void)fputs("</tr>\n", to);
}

/* The checks from record r on, as a table; the record behind them. */
static size_t put_checks(FILE *to, const struct egov_report *findings, size_t r)
{
	static const struct {
		const char *column, *text;
	} heads[] = {
		{ "r", N_("Result") }, { "c", N_("Check") }, { "w", N_("What was found") },
		{ "s", N_("Source and its age") }, { "l", N_("Clause") },
	};

	(void)fputs("<table class=\"checks\"><thead><tr>", to);
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		(void)fprintf(to, "<th class=\"%s\">", heads[i].column);
		put(to, _(heads[i].text));
		(void)fputs("</th>", to);
	}
	(void)fputs("</tr></thead><tbody>\n", to);
	for (; r < egov_report_records(findings) && is_check(findings, r); r++)
		put_check(to, findings, r);
	(void)fputs("</tbody></table>\n", to);
	return r;
}

static const char *heading(const struct egov_report *findings, size_t r)
{
	if (egov_report_find(findings, r, "article19-ca-name") != NULL)
		return _("Contents of the certificate (Order No. 4, Article 19)");
	if (egov_report_find(findings, r, "judged-at") != NULL)
		return _("What was judged");
	return NULL;
}

static void put_facts(FILE *to, const struct egov_report *findings, size_t r)
{
	if (heading(findings, r) != NULL)
		element(to, "h3", heading(findings, r));
	(void)fputs("<table class=\"facts\"><tbody>\n", to);
	for (size_t f = 0; f < egov_report_fields(findings, r); f++) {
		const char *key = egov_report_key(findings, r, f);
		const char *text = egov_report_value(findings, r, f);

		fact(to, label(key), strcmp(key, "verdict") == 0 ? word(text) : text);
	}
	(void)fputs("</tbody></table>\n", to);
}

void verify_report_add(struct verify_report *report, const struct egov_report *findings,
                       const char *path)
{
	const size_t last = egov_report_records(findings) - 1;
	const char *verdict = verify_value(findings, last, "verdict");
	char *sentence = verify_sentence(findings, path);
	FILE *to = report->to;

	(void)fputs("<section>\n", to);
	element(to, "h2", path);
	(void)fputs("\n<div class=\"verdict ", to);
	put(to, verdict);
	(void)fputs("\">", to);
	element(to, "b", word(verdict));
	put(to, sentence == NULL ? "" : sentence);
	(void)fputs("</div>\n", to);
	for (size_t r = 0; r < last;) {
		if (is_check(findings, r))
			r = put_checks(to, findings, r);
		else
			put_facts(to, findings, r++);
	}
	(void)fputs("</section>\n", to);
	free(sentence);
}

enum egov_status verify_report_begin(const struct tool *tool, struct verify_report *report,
                                     struct egov_error *err)
{
	char now[EGOV_TIME_TEXT];

	*report = (struct verify_report){ .to = open_memstream(&report->text, &report->size) };
	if (report->to == NULL)
		return tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
	egov_time_format(tool->clock.real, now);
	/* TRANSLATORS: the language of the catalogue, as HTML names it. */
	(void)fprintf(report->to, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
	              _("en"));
	(void)fputs("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	            "style-src 'unsafe-inline'\">\n", report->to);
	element(report->to, "title", _("Receipt of a verification"));
	(void)fprintf(report->to, "\n<style>\n%s</style>\n</head>\n<body>\n", style);
	element(report->to, "h1", _("Receipt of a verification"));
	(void)fputs("\n<table class=\"facts\"><tbody>\n", report->to);
	fact(report->to, _("Made at"), now);
	fact(report->to, _("Made by"), tool->program->name);
	fact(report->to, _("Version"), egov_version());
	(void)fputs("</tbody></table>\n", report->to);
	return EGOV_OK;
}

enum egov_status verify_report_end(struct verify_report *report, struct egov_error *err)
{
	FILE *to = report->to;

	(void)fputs("<div class=\"sign\">", to);
	element(to, "div", _("Checked by"));
	element(to, "div", _("Date"));
	element(to, "div", _("File number"));
	(void)fputs("</div>\n", to);
	element(to, "footer", _("This receipt says what was found when it was made, with the material "
	                        "that was given; it is not signed itself."));
	(void)fputs("\n</body>\n</html>\n", to);
	report->to = NULL;
	return fclose(to) == 0 ? EGOV_OK : tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
}

void verify_report_free(struct verify_report *report)
{
	if (report->to != NULL)
		(void)fclose(report->to);
	free(report->text);
}
