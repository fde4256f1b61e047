/* SPDX-License-Identifier: Apache-2.0 */
#include "crl/crl_read.h"

#include "base/report.h"
#include "cert/signed.h"
#include "x509/name.h"

static struct egov_buf text_buffer(void)
{
	return (struct egov_buf)EGOV__BUF(EGOV__MAX_FILE);
}

static void report_number(const struct egov__crl_fields *f, struct egov_report *report)
{
	struct egov_buf text = text_buffer();
	struct egov_slice number;
	struct egov__ext ext;

	if (egov__ext_find(f->extensions, EGOV__OID_CRL_NUMBER, &ext)
	    && egov__ext_number(ext.value, &number, NULL) == EGOV_OK) {
		egov__integer_print(number, &text);
		egov__report_take(report, "number", &text);
	}
}

void egov__crl_report_head(const struct egov__crl_fields *f, struct egov_report *report)
{
	struct egov_buf text = text_buffer();

	egov__report_record(report);
	egov__report_add(report, "version", "%u", f->version);
	egov__algorithm_print(f->outer_algorithm, &text);
	egov__report_take(report, "signature-algorithm", &text);
	text = text_buffer();
	egov__name_print(f->issuer, &text);
	egov__report_take(report, "issuer", &text);
	report_number(f, report);
	egov__report_time(report, "this-update", f->this_update);
	if (f->next_update != EGOV_TIME_NONE)
		egov__report_time(report, "next-update", f->next_update);
	egov__report_add(report, "entries", "%zu", f->count);
	egov__extensions_report(f->extensions, report);
}

void egov__crl_report_entry(const struct egov__crl_entry *e, struct egov_report *report)
{
	struct egov_buf text = text_buffer();

	egov__report_record(report);
	egov__integer_print(e->serial, &text);
	egov__report_take(report, "serial", &text);
	egov__report_time(report, "revoked-at", e->revoked_at);
	if (e->reason >= 0)
		egov__report_add(report, "reason", "%s", egov_reason_name(e->reason));
	if (e->invalidity_date != EGOV_TIME_NONE)
		egov__report_time(report, "invalidity-date", e->invalidity_date);
}

enum egov_status egov_crl_report(const struct egov_crl *crl, int entries,
                                 struct egov_report *report, struct egov_error *err)
{
	struct egov_slice list = egov__crl_fields(crl)->entries;
	struct egov__crl_entry entry;
	enum egov_status rc = EGOV_OK;

	egov__crl_report_head(egov__crl_fields(crl), report);
	while (entries != 0 && rc == EGOV_OK && list.size > 0) {
		rc = egov__crl_next(&list, &entry, err);
		if (rc == EGOV_OK)
			egov__crl_report_entry(&entry, report);
	}
	return rc != EGOV_OK ? rc : egov__report_check(report, err);
}
