/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include "base/report.h"
#include "base/text.h"

static const struct {
	enum egov_tolerate bit;
	const char *name, *what, *clause;
} table[] = {
	{ EGOV_TOLERATE_CRITICALITY, "criticality",
	  EGOV__N("basicConstraints of a CA, nameConstraints, policyConstraints and "
	          "inhibitAnyPolicy may be not critical"), "RFC 5280, 4.2.1.9 to 4.2.1.14" },
	{ EGOV_TOLERATE_KEY_IDENTIFIERS, "key-identifiers",
	  EGOV__N("key identifiers may be missing, or not fit each other"),
	  "RFC 5280, 4.2.1.1, 4.2.1.2; GM/T 0043, 6.2.2" },
	{ EGOV_TOLERATE_NAME_FORMS, "name-forms",
	  EGOV__N("alternative names may be malformed where nothing constrains them, and a "
	          "constraint on hosts may begin with a dot"), "RFC 5280, 4.2.1.6, 4.2.1.10" },
	{ EGOV_TOLERATE_SERIAL_NUMBERS, "serial-numbers",
	  EGOV__N("serial numbers may be zero, negative or longer than 20 octets"),
	  "RFC 5280, 4.1.2.2; GM/T 0015, 5.2.3.2" },
	{ EGOV_TOLERATE_OLD_VERSIONS, "old-versions",
	  EGOV__N("the certificate that is judged may be of version 1 or 2"),
	  "GM/T 0015, 5.2.3.1" },
	{ EGOV_TOLERATE_ANCHOR_EXPIRED, "anchor-expired",
	  EGOV__N("the validity of a trust anchor is not judged"), "RFC 5280, 6.1.1 (d)" },
	{ EGOV_TOLERATE_ANCHOR_LIMITS, "anchor-limits",
	  EGOV__N("what a trust anchor says of itself and of those below is not judged"),
	  "RFC 5280, 6.1.1 (d); RFC 5937" },
	{ EGOV_TOLERATE_NO_NEXT_UPDATE, "no-next-update",
	  EGOV__N("a list or an answer may not say when the next one comes"),
	  "RFC 5280, 5.1.2.5; RFC 6960, 2.4" },
	{ EGOV_TOLERATE_SMALL_KEYS, "small-keys",
	  EGOV__N("RSA keys of 512 to 2047 bits"), "GM/T 0015, 5.2.2" },
	{ EGOV_TOLERATE_OLD_DIGESTS, "old-digests", EGOV__N("signatures with SHA-1 or MD5"),
	  "GM/T 0015, 5.2.2" },
	{ EGOV_TOLERATE_OTHER_ALGORITHMS, "other-algorithms",
	  EGOV__N("RSA-PSS, Ed25519, DSA, SHA-3, other curves, and what else OpenSSL verifies"),
	  "GM/T 0015, 5.2.2" },
	{ EGOV_TOLERATE_WRITTEN_DEFAULTS, "written-defaults",
	  EGOV__N("basicConstraints in which it is written out that this is no CA"), "X.690, 11.5" },
};

#define COUNT (sizeof(table) / sizeof(table[0]))

static unsigned bit_of(struct egov_slice name)
{
	for (size_t i = 0; i < COUNT; i++)
		if (egov__slice_is(name, table[i].name))
			return table[i].bit;
	return 0;
}

unsigned egov_tolerate_by_name(const char *names)
{
	struct egov_slice list = egov__slice_text(names), name;
	unsigned bits = 0;

	while (egov__list_next(&list, &name)) {
		const unsigned bit = bit_of(name);

		if (bit == 0)
			return 0;
		bits |= bit;
	}
	return bits;
}

void egov__tolerate_names(unsigned bits, struct egov_buf *out)
{
	for (size_t i = 0; i < COUNT; i++)
		if ((bits & table[i].bit) != 0)
			egov__buf_printf(out, "%s%s", out->size > 0 ? "," : "", table[i].name);
}

enum egov_status egov_tolerate_list(struct egov_report *report, struct egov_error *err)
{
	for (size_t i = 0; i < COUNT; i++) {
		egov__report_record(report);
		egov__report_add(report, "tolerate", "%s", table[i].name);
		egov__report_add(report, "what", "%s", egov__text(table[i].what));
		egov__report_add(report, "clause", "%s", table[i].clause);
	}
	return egov__report_check(report, err);
}
