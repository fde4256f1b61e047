/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include <string.h>

#include "base/report.h"
#include "crypto/sm3.h"
#include "x509/name.h"

/* Copies at most room - 1 octets, cut where a character ends. */
static void cut(char *to, size_t room, const char *text)
{
	size_t size = strlen(text);

	if (size >= room) {
		size = room - 4;
		while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
			size--;
		memcpy(to + size, "...", 4);
	} else {
		to[size] = 0;
	}
	memcpy(to, text, size);
}

const char *egov__label_name(struct egov_slice name, struct egov__label *label)
{
	struct egov_buf text = EGOV__BUF(4 * EGOV__MAX_OBJECT);
	const char *string;

	egov__name_print(name, &text);
	string = egov__buf_string(&text);
	cut(label->text, sizeof(label->text), string == NULL ? "?" : string);
	egov__buf_clear(&text);
	return label->text;
}

const char *egov__label(const struct egov_cert *cert, struct egov__label *label)
{
	const struct egov__cert_fields *f = egov__cert_fields(cert);
	struct egov_buf text = EGOV__BUF(4 * EGOV__MAX_OBJECT);
	const char *string;

	if (f->subject.size > 2)        /* not an empty SEQUENCE */
		return egov__label_name(f->subject, label);
	egov__buf_printf(&text, egov__text("serial number "));
	egov__buf_hex(&text, f->serial);
	string = egov__buf_string(&text);
	cut(label->text, sizeof(label->text), string == NULL ? "?" : string);
	egov__buf_clear(&text);
	return label->text;
}

/* What the finding rests on, where the check does not say. */
static void say_source(struct egov_report *findings, const struct egov__link *link,
                       struct egov__note *note)
{
	struct egov_buf serial = EGOV__BUF(2 * EGOV__MAX_OBJECT);
	const char *text;

	if (note->source.size > 0) {
		text = egov__buf_string(&note->source);
		egov__report_add(findings, "source", "%s", text == NULL ? "?" : text);
		return;
	}
	egov__buf_hex(&serial, link->fields->serial);
	text = egov__buf_string(&serial);
	egov__report_add(findings, "source",
	                 link->anchor ? egov__text("trust anchor, serial number %s")
	                              : egov__text("certificate, serial number %s"),
	                 text == NULL ? "?" : text);
	egov__buf_clear(&serial);
}

/* In seconds; of what is not made yet there is none. */
static void say_age(struct egov_report *findings, egov_time age)
{
	if (age >= 0)
		egov__report_add(findings, "age", "%lld", (long long)age);
}

void egov__findings_add(struct egov_report *findings, const struct egov__check *check,
                        const struct egov__link *link, struct egov__note *note,
                        const struct egov_error *cause)
{
	struct egov__label label;
	const char *what = egov__buf_string(&note->what);

	egov__report_record(findings);
	egov__report_add(findings, "check", "%s", check->id);
	egov__report_add(findings, "result", "%s",
	                 cause == NULL ? (note->skip ? "skip" : "pass")
	                 : check->severity == EGOV__WARNING ? "warn" : "fail");
	egov__report_add(findings, "what", "%s: %s", egov__label(link->cert, &label),
	                 cause != NULL ? cause->text : what == NULL ? "?" : what);
	say_source(findings, link, note);
	say_age(findings, link->j->options->at - (note->dated != 0 ? note->dated
	                                                           : link->fields->not_before));
	egov__report_add(findings, "clause", "%s", cause != NULL ? cause->clause : check->clause);
}

/* The fields of egov_cert_report that Order No. 4, Art. 19 asks for. */
enum egov_status egov__findings_article19(struct egov_report *findings,
                                          const struct egov_cert *leaf, struct egov_error *err)
{
	static const char prefix[] = "article19-";
	struct egov_report *all = egov_report_new();
	const char *key;
	enum egov_status rc;

	if (all == NULL)
		return egov_error_nomem(err);
	rc = egov_cert_report(leaf, all, err);
	if (rc == EGOV_OK) {
		egov__report_record(findings);
		for (size_t r = 0; r < egov_report_records(all); r++)
			for (size_t f = 0; (key = egov_report_key(all, r, f)) != NULL; f++)
				if (strncmp(key, prefix, sizeof(prefix) - 1) == 0)
					egov__report_add(findings, key, "%s",
					                 egov_report_value(all, r, f));
	}
	egov_report_free(all);
	return rc;
}

void egov__findings_verdict(struct egov_report *findings, const struct egov_error *cause)
{
	egov__report_record(findings);
	if (cause == NULL) {
		egov__report_add(findings, "verdict", "trusted");
		return;
	}
	egov__report_add(findings, "verdict", "%s",
	                 cause->status == EGOV_E_UNTRUSTED ? "untrusted" : "malformed");
	egov__report_add(findings, "reason", "%s", cause->text);
	if (cause->clause != NULL)
		egov__report_add(findings, "clause", "%s", cause->clause);
}

static void add_digest(struct egov_report *findings, const char *key, struct egov_slice bytes)
{
	uint8_t digest[EGOV__SM3_SIZE];

	if (bytes.data != NULL && egov__sm3(&bytes, 1, digest, NULL) == EGOV_OK)
		egov__report_hex(findings, key, EGOV__SLICE(digest));
}

enum egov_status egov__findings_answer(struct egov_report *findings,
                                       const struct egov__judged *judged, enum egov_status rc,
                                       struct egov_error *cause, struct egov_error *err)
{
	if (findings != NULL && rc != EGOV_E_NOMEM && rc != EGOV_E_CRYPTO && rc != EGOV_E_USAGE) {
		egov__report_record(findings);
		egov__report_time(findings, "judged-at", judged->at);
		add_digest(findings, "sm3", judged->object);
		add_digest(findings, "sm3-beside", judged->beside);
		egov__findings_verdict(findings, rc == EGOV_OK ? NULL : cause);
	}
	if (rc == EGOV_OK && findings != NULL)
		rc = egov__report_check(findings, cause);
	return rc == EGOV_OK ? rc : egov_error_set(err, rc, cause->clause, "%s", cause->text);
}
