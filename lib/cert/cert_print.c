/* SPDX-License-Identifier: Apache-2.0 */
#include "cert/cert.h"

#include "base/der.h"
#include "base/report.h"
#include "cert/signed.h"
#include "crypto/sm3.h"
#include "x509/name.h"

/* What stands where a certificate lacks one of the eight contents. */
static const char absent[] = "absent";

static struct egov_buf text_buffer(void)
{
	return (struct egov_buf)EGOV__BUF(EGOV__MAX_FILE);
}

static void report_name(struct egov_report *report, const char *key, struct egov_slice name)
{
	struct egov_buf text = text_buffer();

	egov__name_print(name, &text);
	egov__report_take(report, key, &text);
}

static void report_serial(struct egov_report *report, const char *key, struct egov_slice serial)
{
	struct egov_buf text = text_buffer();

	egov__integer_print(serial, &text);
	egov__report_take(report, key, &text);
}

static enum egov_status print_policy(void *user, struct egov_slice oid,
                                     struct egov_slice qualifiers, struct egov_error *err)
{
	struct egov_buf *text = user;

	(void)qualifiers;
	if (text->size > 0)
		egov__buf_text(text, ", ");
	egov__oid_print(oid, text);
	return egov__buf_check(text, err);
}

static void report_policy(const struct egov_cert *cert, struct egov_report *report)
{
	struct egov_buf text = text_buffer();
	struct egov__ext ext;

	if (!egov__cert_ext(cert, EGOV__OID_POLICIES, &ext)) {
		egov__buf_text(&text, absent);
	} else if (egov__ext_policies(ext.value, print_policy, &text, NULL) != EGOV_OK) {
		egov_buf_reset(&text);
		egov__buf_text(&text, "malformed");
	}
	egov__report_take(report, "article19-policy", &text);
}

static void report_key(struct egov_slice spki, const char *key, struct egov_report *report)
{
	struct egov_slice in, algorithm, octets;
	struct egov_buf text = text_buffer();

	if (egov__der_only(spki, EGOV__SEQUENCE, "", &in, NULL) == EGOV_OK
	    && egov__signed_element(&in, EGOV__SEQUENCE, "", &algorithm, NULL) == EGOV_OK
	    && egov__der_bit_octets(&in, "", &octets, NULL) == EGOV_OK) {
		egov__algorithm_print(algorithm, &text);
		egov__buf_text(&text, " ");
		egov__buf_hex(&text, octets);
	}
	egov__report_take(report, key, &text);
}

static void report_signature(const struct egov__cert_fields *f, struct egov_report *report)
{
	struct egov_buf text = text_buffer();

	egov__algorithm_print(f->outer_algorithm, &text);
	egov__buf_text(&text, " ");
	egov__buf_hex(&text, f->signature);
	egov__report_take(report, "article19-signature", &text);
}

/* Other contents that the State Cryptography Administration asks for: version
 * and extensions (GM/T 0015), by name. */
static void report_other(const struct egov__cert_fields *f, struct egov_report *report)
{
	struct egov_slice exts = f->extensions;
	struct egov_buf text = text_buffer();
	struct egov__ext ext;

	egov__buf_printf(&text, "version %u", f->version);
	while (exts.size > 0 && egov__ext_next(&exts, &ext, NULL) == EGOV_OK) {
		egov__buf_text(&text, ", ");
		egov__oid_print(ext.oid, &text);
	}
	egov__report_take(report, "article19-other", &text);
}

/* Order No. 4, Art. 19, items 1 to 8. */
static void report_article19(const struct egov_cert *cert, struct egov_report *report)
{
	const struct egov__cert_fields *f = egov__cert_fields(cert);
	char from[EGOV_TIME_TEXT], until[EGOV_TIME_TEXT];

	egov_time_format(f->not_before, from);
	egov_time_format(f->not_after, until);
	report_name(report, "article19-ca-name", f->issuer);
	report_name(report, "article19-holder", f->subject);
	report_serial(report, "article19-serial", f->serial);
	egov__report_add(report, "article19-validity", "%s to %s", from, until);
	report_policy(cert, report);
	report_key(f->spki, "article19-key", report);
	report_signature(f, report);
	report_other(f, report);
}

static void report_algorithm(struct egov_report *report, const char *key,
                             struct egov_slice algorithm)
{
	struct egov_buf text = text_buffer();

	egov__algorithm_print(algorithm, &text);
	egov__report_take(report, key, &text);
}

enum egov_status egov_cert_report(const struct egov_cert *cert, struct egov_report *report,
                                  struct egov_error *err)
{
	const struct egov__cert_fields *f = egov__cert_fields(cert);
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&f->der, 1, digest, err);

	if (rc != EGOV_OK)
		return rc;
	egov__report_record(report);
	report_article19(cert, report);
	egov__report_add(report, "version", "%u", f->version);
	report_serial(report, "serial", f->serial);
	report_algorithm(report, "signature-algorithm", f->outer_algorithm);
	if (!egov__slice_equal(f->inner_algorithm, f->outer_algorithm))
		report_algorithm(report, "inner-signature-algorithm", f->inner_algorithm);
	report_name(report, "issuer", f->issuer);
	egov__report_time(report, "not-before", f->not_before);
	egov__report_time(report, "not-after", f->not_after);
	report_name(report, "subject", f->subject);
	report_key(f->spki, "public-key", report);
	if (f->issuer_unique_id.size > 0)
		egov__report_hex(report, "issuer-unique-id", f->issuer_unique_id);
	if (f->subject_unique_id.size > 0)
		egov__report_hex(report, "subject-unique-id", f->subject_unique_id);
	egov__extensions_report(f->extensions, report);
	egov__report_hex(report, "fingerprint-sm3", EGOV__SLICE(digest));
	return egov__report_check(report, err);
}
