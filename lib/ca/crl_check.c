/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <string.h>

#include "base/report.h"
#include "ca/serial.h"
#include "crl/crl.h"
#include "crypto/sm2.h"
#include "publish/fetch.h"
#include "verify/verify.h"

#define FETCH_SECONDS 60

static const char gmt0015[] = "GM/T 0015, 5.3";

static enum egov_status check_form(const struct egov__crl_fields *f, struct egov_error *err)
{
	struct egov__ext ext;

	if (f->version != 2)
		return egov_error_set(err, EGOV_E_UNTRUSTED, gmt0015, "version %u, want 2",
		                      f->version);
	if (!egov__slice_equal(f->inner_algorithm, f->outer_algorithm))
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 5.1.1.2",
		                      "the two signature algorithms differ");
	if (f->next_update == EGOV_TIME_NONE)
		return egov_error_set(err, EGOV_E_UNTRUSTED, gmt0015, "nextUpdate is missing");
	if (f->this_wrong_type || f->next_wrong_type)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 5.1.2.4",
		                      "GeneralizedTime for a year before 2050");
	if (f->has_empty_list)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 5.1.2.6",
		                      "revokedCertificates is present and empty");
	if (!egov__ext_find(f->extensions, EGOV__OID_AKI, &ext)
	    || !egov__ext_find(f->extensions, EGOV__OID_CRL_NUMBER, &ext))
		return egov_error_set(err, EGOV_E_UNTRUSTED, gmt0015,
		                      "authorityKeyIdentifier or cRLNumber is missing");
	return EGOV_OK;
}

static enum egov_status check_age(const struct egov__crl_fields *f, egov_time at,
                                  struct egov_error *err)
{
	char when[EGOV_TIME_TEXT];

	if (f->this_update > at) {
		egov_time_format(f->this_update, when);
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 5.1.2.4",
		                      "thisUpdate %s lies in the future", when);
	}
	if (f->next_update <= at) {
		egov_time_format(f->next_update, when);
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 5.1.2.5",
		                      "stale: the next list was due at %s", when);
	}
	return EGOV_OK;
}

/* One pass over the list: its signature's digest and the serial that is looked for. */
struct pass {
	struct egov_cert *issuer;       /* NULL: none */
	struct egov__crl_hash *hash;
	struct egov_slice serial;       /* empty: none */
	bool listed;
	egov_time revoked_at;
	int reason;
};

static enum egov_status begin(void *user, struct egov_slice algorithm, enum egov__oid type,
                              struct egov_error *err)
{
	const struct pass *const pass = user;

	(void)algorithm;
	return egov__crl_hash_begin(pass->hash, type, err);
}

static enum egov_status update(void *user, struct egov_slice bytes, struct egov_error *err)
{
	const struct pass *const pass = user;

	return egov__crl_hash_update(pass->hash, bytes, err);
}

static enum egov_status look(void *user, const struct egov__crl_entry *entry,
                             struct egov_error *err)
{
	struct pass *const pass = user;

	(void)err;
	if (!pass->listed && egov__slice_equal(entry->serial, pass->serial)) {
		pass->listed = true;
		pass->revoked_at = entry->revoked_at;
		pass->reason = entry->reason;
	}
	return EGOV_OK;
}

static enum egov_status read_list(const struct egov__source *source, struct pass *pass,
                                  struct egov__crl_outline *list, struct egov_error *err)
{
	const struct egov__crl_listener listener = {
		.algorithm = pass->hash == NULL ? NULL : begin,
		.signed_bytes = pass->hash == NULL ? NULL : update,
		.entry = pass->serial.size == 0 ? NULL : look,
		.user = pass
	};

	return egov__crl_read(source, &listener, list, err);
}

static enum egov_status check_issuer(const struct egov__source *source,
                                     const struct egov__crl_outline *list, const struct pass *pass,
                                     struct egov_error *err)
{
	if (pass->issuer == NULL)
		return EGOV_OK;
	if (!egov__slice_equal(egov_cert_subject(pass->issuer), list->fields.issuer))
		return egov_error_set(err, EGOV_E_UNTRUSTED, "GM/T 0043, 6.3.1",
		                      "issuer is not the certificate's subject byte for byte");
	return egov__crl_hash_verify(pass->hash, source, list, err);
}

static void report_serial(const struct pass *pass, struct egov_report *report)
{
	egov__report_hex(report, "serial", pass->serial);
	egov__report_add(report, "state", "%s", pass->listed ? "revoked" : "not-listed");
	if (!pass->listed)
		return;
	egov__report_time(report, "revoked-at", pass->revoked_at);
	if (pass->reason >= 0)
		egov__report_add(report, "reason", "%s", egov_reason_name(pass->reason));
}

static enum egov_status judge(const struct egov__source *source, struct pass *pass, egov_time at,
                              struct egov_report *report, struct egov_error *err)
{
	struct egov__crl_outline list = { .entries_at = 0 };
	enum egov_status rc = read_list(source, pass, &list, err);

	if (rc != EGOV_OK)
		return rc;
	rc = check_form(&list.fields, err);
	if (rc == EGOV_OK)
		rc = check_age(&list.fields, at, err);
	if (rc == EGOV_OK)
		rc = check_issuer(source, &list, pass, err);
	if (rc == EGOV_OK) {
		egov__crl_report_head(&list.fields, report);
		if (pass->serial.size > 0)
			report_serial(pass, report);
		egov__report_add(report, "signature", "%s",
		                 pass->issuer != NULL ? "verified" : "not checked");
		egov__report_add(report, "verdict", "%s", "good");
		rc = egov__report_check(report, err);
	}
	egov__crl_outline_clear(&list);
	return rc;
}

static enum egov_status prepare(struct pass *pass, const struct egov_crl_check_options *options,
                                struct egov_buf *serial, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	if (options->serial != NULL)
		rc = egov__serial_parse(options->serial, serial, err);
	pass->serial = egov_buf_slice(serial);
	if (rc != EGOV_OK || options->issuer.size == 0)
		return rc;
	rc = egov_cert_decode(options->issuer, &pass->issuer, err);
	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "issuer");
	return egov__crl_hash_new(pass->issuer, egov__slice_text(EGOV__SM2_DEFAULT_ID), &pass->hash,
	                          err);
}

static enum egov_status check(struct egov__crl_input *input,
                              const struct egov_crl_check_options *options,
                              struct egov_report *report, struct egov_error *err)
{
	struct pass pass = { .issuer = NULL };
	struct egov_buf serial = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = prepare(&pass, options, &serial, err);

	if (rc == EGOV_OK)
		rc = judge(&input->source, &pass, options->at, report, err);
	egov__crl_hash_free(pass.hash);
	egov_cert_free(pass.issuer);
	egov__buf_clear(&serial);
	return rc;
}

static bool is_address(const char *path)
{
	static const char *const schemes[] = { "http://", "https://", "ldap://" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strncmp(path, schemes[i], strlen(schemes[i])) == 0)
			return true;
	return false;
}

static enum egov_status open_address(const char *url, struct egov__crl_input *input,
                                     struct egov_error *err)
{
	const enum egov_status rc = egov__fetch_file(url, FETCH_SECONDS, &input->file, err);

	return rc == EGOV_OK ? egov__crl_input_file(input, err) : rc;
}

enum egov_status egov_crl_check_file(const char *path,
                                     const struct egov_crl_check_options *options,
                                     struct egov_report *report, struct egov_error *err)
{
	struct egov__crl_input input = { .file = { .fd = -1 } };
	enum egov_status rc = is_address(path) ? open_address(path, &input, err)
	                                       : egov__crl_input_open(path, &input, err);

	if (rc == EGOV_OK)
		rc = check(&input, options, report, err);
	egov__crl_input_close(&input);
	return rc;
}

enum egov_status egov_crl_check(struct egov_slice bytes, struct egov_slice issuer, egov_time at,
                                struct egov_report *report, struct egov_error *err)
{
	const struct egov_crl_check_options options = { .issuer = issuer, .at = at };
	struct egov__crl_input input;
	enum egov_status rc = egov__crl_input_take(bytes, &input, err);

	if (rc == EGOV_OK)
		rc = check(&input, &options, report, err);
	egov__crl_input_close(&input);
	return rc;
}
