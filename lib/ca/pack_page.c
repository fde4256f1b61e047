/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/pack_page.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/body.h"
#include "record/catalogue.h"
#include "record/evidence.h"
#include "record/kinds.h"

static const char style[] =
	"@page { size: A4; margin: 18mm 16mm; }\n"
	"body { font: 11pt/1.5 \"Noto Sans CJK SC\", \"Source Han Sans SC\", \"Microsoft YaHei\", SimSun,"
	" sans-serif; color: #1a1a1a; max-width: 200mm; margin: 0 auto; padding: 8mm; }\n"
	"h1 { font-size: 18pt; } h2 { font-size: 13pt; margin-top: 10mm; overflow-wrap: anywhere;"
	" border-bottom: 0.4mm solid; }\n"
	"table { border-collapse: collapse; width: 100%; font-size: 9.5pt; margin: 3mm 0; }\n"
	"th, td { border: 0.2mm solid #999; padding: 1mm 1.5mm; text-align: left; vertical-align: top;"
	" overflow-wrap: anywhere; }\n"
	"th { background: #f2f2f2; font-weight: normal; } .facts th { width: 30%; }\n"
	".time { white-space: nowrap; } tr { break-inside: avoid; }\n"
	"a { color: #0b4f8a; overflow-wrap: anywhere; } footer { font-size: 9pt; color: #555; }\n";

/* --- text --- */

/* How many octets at at would not be seen, or would turn others round: control characters,
 * marks of direction. */
static size_t unseen(const uint8_t *at, size_t size)
{
	if (at[0] < 0x20 || at[0] == 0x7f)
		return 1;
	if (size >= 2 && at[0] == 0xc2 && at[1] < 0xa0)
		return 2;
	if (size >= 3 && at[0] == 0xe2
	    && ((at[1] == 0x80 && (at[2] == 0x8e || at[2] == 0x8f || (at[2] >= 0xaa && at[2] <= 0xae)))
	        || (at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9)))
		return 3;
	return 0;
}

static void put_octet(struct egov_buf *to, uint8_t octet)
{
	if (strchr("&<>\"'", octet) != NULL)
		egov__buf_printf(to, "&#%u;", octet);
	else
		egov__buf_byte(to, octet);
}

static void put(struct egov_buf *to, struct egov_slice text)
{
	for (size_t i = 0; i < text.size;) {
		const size_t skip = unseen(text.data + i, text.size - i);

		if (skip > 0)
			egov__buf_text(to, "&#xfffd;");
		else
			put_octet(to, text.data[i]);
		i += skip > 0 ? skip : 1;
	}
}

static void put_text(struct egov_buf *to, const char *text)
{
	put(to, egov__slice_text(text));
}

static void element(struct egov_buf *to, const char *tag, const char *text)
{
	egov__buf_printf(to, "<%s>", tag);
	put_text(to, text);
	egov__buf_printf(to, "</%s>", tag);
}

static void fact(struct egov_buf *to, const char *label, const char *value)
{
	egov__buf_text(to, "<tr>");
	element(to, "th", label);
	element(to, "td", value);
	egov__buf_text(to, "</tr>\n");
}

static void fact_time(struct egov_buf *to, const char *label, egov_time t)
{
	char text[EGOV_TIME_TEXT];

	egov_time_format(t, text);
	fact(to, label, text);
}

/* --- one certificate --- */

static void put_link(struct egov_buf *to, const char *folder, const char *name, const char *text)
{
	egov__buf_printf(to, "<a href=\"%s/%s\">", folder, name);
	put_text(to, text);
	egov__buf_text(to, "</a>");
}

/* Of what an entry says, that which a person asks first. */
static enum egov_status put_details(struct egov_buf *to, struct egov_slice text,
                                    struct egov_error *err)
{
	static const char *const keys[] = { EGOV__KEY_REASON, EGOV__KEY_REVOKED_AT, EGOV__KEY_CASE,
		                            EGOV__KEY_OPERATION, EGOV__KEY_ACT };
	char *copy = egov__slice_copy(text);
	struct egov__body *body = NULL;
	enum egov_status rc = copy == NULL ? egov_error_nomem(err)
	                                   : egov__body_parse(copy, &body, err);

	for (size_t i = 0; rc == EGOV_OK && i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *value = egov__body_get_text(body, keys[i]);

		if (value == NULL)
			continue;
		egov__buf_printf(to, "<br>%s: ", keys[i]);
		put_text(to, value);
	}
	egov__body_free(body);
	free(copy);
	return rc;
}

static enum egov_status put_entry(struct egov_buf *to, const char *hex,
                                  const struct egov__evidence_entry *entry, struct egov_error *err)
{
	enum egov_status rc;
	char kind[64], name[128], time[EGOV_TIME_TEXT];
	const struct egov__kind *known;

	(void)snprintf(kind, sizeof(kind), "%.*s", (int)entry->kind.size,
	               (const char *)entry->kind.data);
	known = egov__kind_find(kind);
	egov_time_format(entry->time, time);
	egov__buf_printf(to, "<tr><td class=\"time\">%s</td><td>", time);
	put_text(to, known == NULL ? kind : egov__text(known->says));
	egov__buf_text(to, " (");
	put_text(to, kind);
	egov__buf_text(to, ")");
	rc = put_details(to, entry->body, err);
	if (entry->private.size > 0) {
		(void)snprintf(name, sizeof(name), "%s-%" PRIu64, hex, entry->seq);
		egov__buf_text(to, "<br>");
		put_link(to, EGOV__PACK_PRIVATE, name, egov__text(EGOV__N("private part")));
	} else if (entry->commitment.size > 0) {
		egov__buf_text(to, "<br>");
		put_text(to, egov__text(EGOV__N("private part: sealed, or destroyed")));
	}
	egov__buf_text(to, "</td><td>");
	put(to, entry->actor);
	egov__buf_printf(to, "</td><td>%" PRIu64 "</td></tr>\n", entry->seq);
	return rc;
}

static enum egov_status put_timeline(struct egov_buf *to, const char *hex,
                                     struct egov_slice entries, struct egov_error *err)
{
	static const char *const heads[] = { EGOV__N("Time (UTC)"), EGOV__N("What happened"),
		                             EGOV__N("Who"), EGOV__N("Entry") };
	struct egov__evidence_entry entry;
	enum egov_status rc = EGOV_OK;

	element(to, "h3", egov__text(EGOV__N("Timeline")));
	egov__buf_text(to, "<table class=\"timeline\"><thead><tr>");
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		element(to, "th", egov__text(heads[i]));
	egov__buf_text(to, "</tr></thead><tbody>\n");
	while (rc == EGOV_OK && entries.size > 0) {
		rc = egov__evidence_next(&entries, &entry, err);
		if (rc == EGOV_OK)
			rc = put_entry(to, hex, &entry, err);
	}
	egov__buf_text(to, "</tbody></table>\n");
	return rc;
}

static void put_facts(struct egov_buf *to, const char *hex,
                      const struct egov__certificate_row *row)
{
	char name[128];

	egov__buf_text(to, "<table class=\"facts\"><tbody>\n");
	fact(to, egov__text(EGOV__N("Serial number")), hex);
	fact(to, egov__text(EGOV__N("Profile")), row->profile);
	fact(to, egov__text(EGOV__N("Application")), row->application);
	fact_time(to, egov__text(EGOV__N("Valid from")), row->not_before);
	fact_time(to, egov__text(EGOV__N("Valid to")), row->not_after);
	egov__buf_text(to, "</tbody></table>\n<p>");
	(void)snprintf(name, sizeof(name), "%s.cer", hex);
	put_link(to, EGOV__PACK_CERTIFICATES, name, egov__text(EGOV__N("Certificate")));
	egov__buf_text(to, " &middot; ");
	(void)snprintf(name, sizeof(name), "%s.der", hex);
	put_link(to, EGOV__PACK_EVIDENCE, name,
	         egov__text(EGOV__N("Evidence, for egov-record verify-bundle")));
	egov__buf_text(to, "</p>\n");
}

enum egov_status egov__pack_page_add(struct egov__pack_page *page, const char *hex,
                                     const struct egov__certificate_row *row,
                                     struct egov_slice evidence, struct egov_error *err)
{
	struct egov_buf *const to = &page->certificates;
	struct egov__evidence e;
	enum egov_status rc = egov__evidence_read(evidence, &e, err);

	if (rc != EGOV_OK)
		return rc;
	page->count++;
	egov__buf_printf(&page->contents, "<li><a href=\"#s%s\">", hex);
	put_text(&page->contents, row->subject);
	egov__buf_printf(&page->contents, "</a> %s</li>\n", hex);
	egov__buf_printf(to, "<section id=\"s%s\">\n", hex);
	element(to, "h2", row->subject);
	put_facts(to, hex, row);
	rc = put_timeline(to, hex, e.entries, err);
	egov__buf_text(to, "</section>\n");
	if (rc == EGOV_OK)
		rc = egov__buf_check(&page->contents, err);
	return rc == EGOV_OK ? egov__buf_check(to, err) : rc;
}

/* --- the page --- */

static void put_head(struct egov_buf *out)
{
	const char *const title = egov__text(EGOV__N("Records for inspection"));

	egov__buf_text(out, "<!DOCTYPE html>\n<html lang=\"");
	/* TRANSLATORS: the language of the catalogue, as HTML names it. */
	put_text(out, egov__text(EGOV__N("en")));
	egov__buf_text(out, "\">\n<head>\n<meta charset=\"utf-8\">\n"
	                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	                    "style-src 'unsafe-inline'\">\n");
	element(out, "title", title);
	egov__buf_printf(out, "\n<style>\n%s</style>\n</head>\n<body>\n", style);
	element(out, "h1", title);
}

static void put_about(const struct egov__pack_page *page, struct egov_home *home,
                      const struct egov_pack_options *o, struct egov_buf *out)
{
	char count[24];

	(void)snprintf(count, sizeof(count), "%" PRIu64, page->count);
	egov__buf_text(out, "\n<table class=\"facts\"><tbody>\n");
	fact(out, o->serials != NULL ? egov__text(EGOV__N("Paper")) : egov__text(EGOV__N("Case")),
	     o->name);
	fact_time(out, egov__text(EGOV__N("Made at")), egov_home_now(home));
	fact(out, egov__text(EGOV__N("Copied by")), o->actor);
	if (o->from != EGOV_TIME_NONE)
		fact_time(out, egov__text(EGOV__N("Entries from")), o->from);
	if (o->to != EGOV_TIME_NONE)
		fact_time(out, egov__text(EGOV__N("Entries before")), o->to);
	if (o->subject != NULL)
		fact(out, egov__text(EGOV__N("Subject contains")), o->subject);
	fact(out, egov__text(EGOV__N("Form")),
	     o->full ? egov__text(EGOV__N("full: private parts are unsealed"))
	             : egov__text(EGOV__N("redacted: private parts stay sealed")));
	fact(out, egov__text(EGOV__N("Certificates")), count);
	egov__buf_text(out, "</tbody></table>\n");
}

enum egov_status egov__pack_page_write(struct egov__pack_page *page, struct egov_home *home,
                                       const struct egov_pack_options *options,
                                       struct egov_buf *out, struct egov_error *err)
{
	put_head(out);
	put_about(page, home, options, out);
	element(out, "h2", egov__text(EGOV__N("Certificates")));
	egov__buf_text(out, "\n<ol>\n");
	egov__buf_slice(out, egov_buf_slice(&page->contents));
	egov__buf_text(out, "</ol>\n");
	egov__buf_slice(out, egov_buf_slice(&page->certificates));
	egov__buf_text(out, "<footer>");
	put_text(out, egov__text(EGOV__N("This page is for reading; the files of evidence prove what it "
	                                 "says.  SM3 of every file stands in the list, whose SM3 the "
	                                 "journal has:")));
	egov__buf_text(out, " <a href=\"" EGOV__PACK_LIST "\">" EGOV__PACK_LIST "</a></footer>\n"
	                    "</body>\n</html>\n");
	return egov__buf_check(out, err);
}

void egov__pack_page_clear(struct egov__pack_page *page)
{
	egov__buf_clear(&page->contents);
	egov__buf_clear(&page->certificates);
}
