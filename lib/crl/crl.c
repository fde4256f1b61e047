/* SPDX-License-Identifier: Apache-2.0 */
#include "crl/crl.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/der.h"
#include "cert/signed.h"

struct egov_crl {
	uint8_t *der;
	struct egov__crl_fields fields;
};

/* RFC 5280, 5.3.1; 7 is not used. */
static const char *const reasons[] = {
	"unspecified", "keyCompromise",        "cACompromise",    "affiliationChanged",
	"superseded",  "cessationOfOperation", "certificateHold", NULL,
	"removeFromCRL", "privilegeWithdrawn", "aACompromise",
};
#define REASONS ((int)(sizeof(reasons) / sizeof(reasons[0])))

const char *egov_reason_name(int reason)
{
	return reason >= 0 && reason < REASONS ? reasons[reason] : NULL;
}

int egov_reason_by_name(const char *name)
{
	for (int i = 0; i < REASONS; i++)
		if (reasons[i] != NULL && strcmp(reasons[i], name) == 0)
			return i;
	return -1;
}

static enum egov_status read_reason(struct egov_slice der, int *reason, struct egov_error *err)
{
	static const char clause[] = "RFC 5280, 5.3.1";
	struct egov_slice value = EGOV__NO_SLICE;
	const enum egov_status rc = egov__der_only(der, EGOV__ENUMERATED, "reasonCode", &value, err);

	if (rc != EGOV_OK)
		return rc;
	if (value.size != 1 || egov_reason_name(value.data[0]) == NULL)
		return egov_error_set(err, EGOV_E_SYNTAX, clause, "reasonCode: not one of 0 to 6, 8 to 10");
	*reason = value.data[0];
	return EGOV_OK;
}

static enum egov_status read_invalidity(struct egov_slice der, egov_time *date,
                                        struct egov_error *err)
{
	enum egov_status rc;

	if (egov__der_peek(der) != EGOV__GENERALIZED_TIME)
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 5.3.2",
		                      "invalidityDate: not a GeneralizedTime");
	rc = egov__der_time(&der, "invalidityDate", date, NULL, err);
	return rc != EGOV_OK ? rc : egov__der_end(der, "invalidityDate", err);
}

static enum egov_status read_entry_extensions(struct egov_slice *in, struct egov__crl_entry *e,
                                              struct egov_error *err)
{
	static const char what[] = "crlEntryExtensions";
	struct egov_slice exts;
	struct egov__ext ext;
	enum egov_status rc = egov__der_read(in, EGOV__SEQUENCE, what, &e->extensions, err);

	if (rc == EGOV_OK)
		rc = egov__exts_check(e->extensions, err);
	exts = e->extensions;
	while (rc == EGOV_OK && exts.size > 0) {
		rc = egov__ext_next(&exts, &ext, err);
		if (rc != EGOV_OK)
			break;
		if (ext.type == EGOV__OID_REASON_CODE)
			rc = read_reason(ext.value, &e->reason, err);
		else if (ext.type == EGOV__OID_INVALIDITY_DATE)
			rc = read_invalidity(ext.value, &e->invalidity_date, err);
		else if (ext.type == EGOV__OID_CERTIFICATE_ISSUER)
			e->certificate_issuer = ext.value;
		else if (ext.critical)
			e->unknown_critical = true;
	}
	return rc;
}

/* Four numbers of two decimal digits, each in 16 bits, the first on top; false: they are none. */
static inline bool read_numbers(const uint8_t *text, uint64_t *numbers)
{
	const uint64_t tops = UINT64_C(0xf0f0f0f0f0f0f0f0), threes = UINT64_C(0x3030303030303030);
	const uint64_t ones = UINT64_C(0x000f000f000f000f);
	uint64_t eight;

	memcpy(&eight, text, sizeof(eight));
	eight = be64toh(eight);
	*numbers = 10 * (eight >> 8 & ones) + (eight & ones);
	/* 30 to 39 alone have this top, and still have it with 6 more. */
	return (eight & tops) == threes
	       && ((eight + UINT64_C(0x0606060606060606)) & tops) == threes;
}

/* YYMMDDhhmmss of a UTCTime, whose years are 1950 to 2049: every fourth is a leap year. */
static inline bool read_digits(const uint8_t *text, egov_time *out)
{
	static const uint16_t before[] = { 0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334,
		                           365 };
	uint64_t date, time;            /* with the hour, and with the day */
	unsigned years, month, day, hour, minute, second, leap;

	if (!read_numbers(text, &date) || !read_numbers(text + 4, &time))
		return false;
	years = (unsigned)(date >> 48);
	years += years >= 50 ? 0 : 100; /* since 1900 */
	month = date >> 32 & 0xff;
	day = date >> 16 & 0xff;
	hour = date & 0xff;
	minute = time >> 16 & 0xff;
	second = time & 0xff;
	leap = years % 4 == 0;
	if (month - 1 > 11 || hour > 23 || minute > 59 || second > 59
	    || day - 1 >= before[month + 1] - before[month] + (month == 2 ? leap : 0u))
		return false;
	/* 25568: what the sum is on 1969-12-31. */
	*out = ((int)(years * 365 + (years - 1) / 4 + before[month] + (month > 2 ? leap : 0u) + day)
	        - 25568) * INT64_C(86400) + (int)(hour * 3600 + minute * 60 + second);
	return true;
}

/* The form that most entries of most lists have: a short SEQUENCE of a serial, a UTCTime and,
 * where there is more, a reasonCode alone.  false: nothing is said, the reader below is asked. */
static bool read_plain(struct egov_slice *entries, struct egov__crl_entry *entry)
{
	static const uint8_t reason[] = { EGOV__SEQUENCE, 12, EGOV__SEQUENCE, 10, EGOV__OID, 3, 0x55, 0x1d,
		                          0x15, EGOV__OCTET_STRING, 3, EGOV__ENUMERATED, 1 };
	const uint8_t *const p = entries->data;
	const uint8_t *time, *rest;
	size_t left;

	if (entries->size < 2 || p[0] != EGOV__SEQUENCE || p[1] >= 0x80 || p[1] < 18
	    || entries->size - 2 < p[1] || p[2] != EGOV__INTEGER || p[3] == 0 || p[3] > p[1] - 17)
		return false;
	*entry = (struct egov__crl_entry){ .der = { p, 2u + p[1] },
		                           .serial = { p + 4, p[3] },
		                           .reason = -1,
		                           .invalidity_date = EGOV_TIME_NONE,
		                           .plain = true };
	/* In its shortest form (X.690, 8.3.2). */
	if (p[3] > 1 && ((p[4] == 0 && p[5] < 0x80) || (p[4] == 0xff && p[5] >= 0x80)))
		return false;
	time = p + 4 + p[3];
	if (time[0] != EGOV__UTC_TIME || time[1] != 13 || time[14] != 'Z'
	    || !read_digits(time + 2, &entry->revoked_at))
		return false;
	rest = time + 15;
	left = (size_t)(p + 2 + p[1] - rest);
	if (left != 0) {
		if (left != sizeof(reason) + 1 || memcmp(rest, reason, sizeof(reason)) != 0
		    || egov_reason_name(rest[sizeof(reason)]) == NULL)
			return false;
		entry->reason = rest[sizeof(reason)];
		entry->extensions = (struct egov_slice){ rest + 2, left - 2 };
	}
	entries->size -= 2u + p[1];
	entries->data += 2u + p[1];
	return true;
}

static enum egov_status read_any(struct egov_slice *entries, struct egov__crl_entry *entry,
                                 struct egov_error *err)
{
	struct egov__crl_entry e = { .der = *entries, .reason = -1,
		                     .invalidity_date = EGOV_TIME_NONE };
	struct egov_slice in = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_read(entries, EGOV__SEQUENCE, EGOV__N("revoked certificate"), &in,
	                                     err);

	e.der.size -= entries->size;
	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__INTEGER, EGOV__N("serial of a revoked certificate"),
		                    &e.serial, err);
	if (rc == EGOV_OK)
		rc = egov__der_integer_check(e.serial, EGOV__N("serial of a revoked certificate"), err);
	if (rc == EGOV_OK)
		rc = egov__der_time(&in, "revocationDate", &e.revoked_at, &e.wrong_type, err);
	if (rc == EGOV_OK && in.size > 0)
		rc = read_entry_extensions(&in, &e, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(in, EGOV__N("revoked certificate"), err);
	if (rc == EGOV_OK)
		*entry = e;
	return rc;
}

enum egov_status egov__crl_next(struct egov_slice *entries, struct egov__crl_entry *entry,
                                struct egov_error *err)
{
	return read_plain(entries, entry) ? EGOV_OK : read_any(entries, entry, err);
}

enum egov_status egov__crl_entry_version(unsigned version, const struct egov__crl_entry *entry,
                                         struct egov_error *err)
{
	if (version >= 2 || entry->extensions.size == 0)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 5.1.2.1",
	                      "crlEntryExtensions in a CRL of version 1");
}

/* Version is OPTIONAL without a default: v2 where it is written. */
static enum egov_status read_version(struct egov_slice *in, unsigned *version,
                                     struct egov_error *err)
{
	uint64_t number = 0;
	enum egov_status rc;

	*version = 1;
	if (egov__der_peek(*in) != EGOV__INTEGER)
		return EGOV_OK;
	rc = egov__der_uint(in, "version", &number, err);
	if (rc != EGOV_OK)
		return rc;
	if (number != 1)
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 5.1.2.1",
		                      "version: %llu found, 1 (v2) wanted where it is written",
		                      (unsigned long long)number);
	*version = 2;
	return EGOV_OK;
}

static enum egov_status read_times(struct egov_slice *in, struct egov__crl_fields *f,
                                   struct egov_error *err)
{
	enum egov_status rc =
		egov__der_time(in, "thisUpdate", &f->this_update, &f->this_wrong_type, err);
	const uint8_t next = egov__der_peek(*in);

	f->next_update = EGOV_TIME_NONE;
	if (rc == EGOV_OK && (next == EGOV__UTC_TIME || next == EGOV__GENERALIZED_TIME))
		rc = egov__der_time(in, "nextUpdate", &f->next_update, &f->next_wrong_type, err);
	return rc;
}

/* Every entry is read, so that those who look one up later meet no surprise. */
static enum egov_status read_entries(struct egov_slice *in, struct egov__crl_fields *f,
                                     struct egov_error *err)
{
	struct egov__crl_entry entry;
	struct egov_slice list;
	enum egov_status rc = EGOV_OK;

	f->entries = EGOV__NO_SLICE;
	if (egov__der_peek(*in) != EGOV__SEQUENCE)
		return EGOV_OK;
	rc = egov__der_read(in, EGOV__SEQUENCE, "revokedCertificates", &f->entries, err);
	f->has_empty_list = rc == EGOV_OK && f->entries.size == 0;
	for (list = f->entries; rc == EGOV_OK && list.size > 0; f->count++) {
		rc = egov__crl_next(&list, &entry, err);
		if (rc == EGOV_OK)
			rc = egov__crl_entry_version(f->version, &entry, err);
		if (rc != EGOV_OK)
			return egov_error_prefix(err, rc, "entry %zu", f->count + 1);
	}
	return rc;
}

/* The values that decide what a list means are read here, so that no one
 * relies on a list that he cannot understand. */
static enum egov_status check_extension(const struct egov__ext *ext, struct egov_error *err)
{
	struct egov_slice number;
	struct egov__aki aki;
	struct egov__idp idp;
	enum egov_status rc = EGOV_OK;

	if (ext->type == EGOV__OID_CRL_NUMBER || ext->type == EGOV__OID_DELTA_CRL)
		rc = egov__ext_number(ext->value, &number, err);
	else if (ext->type == EGOV__OID_AKI)
		rc = egov__ext_aki(ext->value, &aki, err);
	else if (ext->type == EGOV__OID_IDP)
		rc = egov__ext_idp(ext->value, &idp, err);
	if (rc == EGOV_OK || egov__oid_get(ext->type) == NULL)
		return rc;
	return egov_error_prefix(err, rc, "%s", egov__oid_get(ext->type)->name);
}

static enum egov_status read_extensions(struct egov_slice *in, struct egov__crl_fields *f,
                                        struct egov_error *err)
{
	static const char what[] = "crlExtensions";
	struct egov_slice value = EGOV__NO_SLICE, exts;
	struct egov__ext ext;
	enum egov_status rc;

	f->extensions = EGOV__NO_SLICE;
	if (egov__der_peek(*in) != EGOV__CONTEXT_CONS)
		return EGOV_OK;
	if (f->version < 2)
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 5.1.2.7",
		                      "crlExtensions in a CRL of version 1");
	rc = egov__der_read(in, EGOV__CONTEXT_CONS, what, &value, err);
	if (rc == EGOV_OK)
		rc = egov__der_only(value, EGOV__SEQUENCE, what, &f->extensions, err);
	if (rc == EGOV_OK)
		rc = egov__exts_check(f->extensions, err);
	for (exts = f->extensions; rc == EGOV_OK && exts.size > 0;) {
		rc = egov__ext_next(&exts, &ext, err);
		if (rc == EGOV_OK)
			rc = check_extension(&ext, err);
	}
	return rc;
}

enum egov_status egov__crl_tbs_decode(struct egov_slice tbs, struct egov__crl_fields *out,
                                      struct egov_error *err)
{
	struct egov__crl_fields f = { .tbs = tbs, .signature_algorithm = EGOV__OID_UNKNOWN };
	struct egov_slice in = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(tbs, EGOV__SEQUENCE, "tbsCertList", &in, err);

	if (rc == EGOV_OK)
		rc = read_version(&in, &f.version, err);
	if (rc == EGOV_OK)
		rc = egov__signed_algorithm(&in, EGOV__N("signature algorithm"), &f.inner_algorithm,
		                            err);
	if (rc == EGOV_OK)
		rc = egov__signed_name(&in, "issuer", &f.issuer, err);
	if (rc == EGOV_OK)
		rc = read_times(&in, &f, err);
	if (rc == EGOV_OK)
		rc = read_entries(&in, &f, err);
	if (rc == EGOV_OK)
		rc = read_extensions(&in, &f, err);
	if (rc == EGOV_OK && in.size > 0)
		rc = egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 5.1.2",
		                    "tag %02x found where the list, the extensions or the end must be",
		                    in.data[0]);
	if (rc == EGOV_OK)
		*out = f;
	return rc;
}

enum egov_status egov__crl_decode_fields(struct egov_slice der, struct egov__crl_fields *out,
                                         struct egov_error *err)
{
	struct egov__signed_parts parts;
	struct egov__crl_fields f;
	enum egov_status rc = egov__signed_decode(der, &parts, err);

	if (rc == EGOV_OK)
		rc = egov__crl_tbs_decode(parts.tbs, &f, err);
	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "CRL");
	f.der = der;
	f.outer_algorithm = parts.algorithm;
	f.signature_algorithm = parts.signature_algorithm;
	f.signature = parts.signature;
	*out = f;
	return EGOV_OK;
}

enum egov_status egov_crl_decode(struct egov_slice bytes, struct egov_crl **out,
                                 struct egov_error *err)
{
	struct egov_crl *crl = calloc(1, sizeof(*crl));
	size_t size = 0;
	enum egov_status rc;

	if (crl == NULL)
		return egov_error_nomem(err);
	rc = egov__one_object(bytes, "X509 CRL", EGOV__MAX_CRL, &crl->der, &size, err);
	if (rc == EGOV_OK)
		rc = egov__crl_decode_fields((struct egov_slice){ crl->der, size }, &crl->fields, err);
	if (rc != EGOV_OK) {
		egov_crl_free(crl);
		return rc;
	}
	*out = crl;
	return EGOV_OK;
}

void egov_crl_free(struct egov_crl *crl)
{
	if (crl == NULL)
		return;
	free(crl->der);
	free(crl);
}

const struct egov__crl_fields *egov__crl_fields(const struct egov_crl *crl)
{
	return &crl->fields;
}

bool egov__crl_ext(const struct egov_crl *crl, enum egov__oid type, struct egov__ext *ext)
{
	return egov__ext_find(crl->fields.extensions, type, ext);
}

static enum egov_status ledger_number(const struct egov__ext *ext, uint64_t *number,
                                      struct egov_error *err)
{
	struct egov_slice contents = EGOV__NO_SLICE;
	uint64_t value = 0;
	enum egov_status rc = egov__ext_number(ext->value, &contents, err);

	if (rc != EGOV_OK)
		return rc;
	for (size_t i = 0; i < contents.size; i++) {
		if (value >> 55 != 0)
			return egov_error_set(err, EGOV_E_LIMIT, NULL,
			                      "the list's number is too large for the ledger");
		value = value << 8 | contents.data[i];
	}
	*number = value;
	return EGOV_OK;
}

enum egov_status egov__crl_number(struct egov_slice extensions, uint64_t *number,
                                  struct egov_error *err)
{
	struct egov__ext ext;

	if (!egov__ext_find(extensions, EGOV__OID_CRL_NUMBER, &ext))
		return egov_error_set(err, EGOV_E_NOTFOUND, "RFC 5280, 5.2.3",
		                      "the list has no number");
	return ledger_number(&ext, number, err);
}

enum egov_status egov__crl_base(struct egov_slice extensions, uint64_t *number,
                                struct egov_error *err)
{
	struct egov__ext ext;

	if (egov__ext_find(extensions, EGOV__OID_DELTA_CRL, &ext))
		return ledger_number(&ext, number, err);
	*number = 0;
	return EGOV_OK;
}

int egov__crl_order(struct egov_slice a, struct egov_slice b)
{
	if (a.size != b.size)
		return a.size < b.size ? -1 : 1;
	return a.size == 0 ? 0 : memcmp(a.data, b.data, a.size);
}

bool egov__crl_entry_same(const struct egov__crl_entry *a, const struct egov__crl_entry *b)
{
	return a->revoked_at == b->revoked_at && a->reason == b->reason
	       && a->invalidity_date == b->invalidity_date;
}

enum egov_status egov__crl_find(const struct egov_crl *crl, struct egov_slice serial, bool *found,
                                struct egov__crl_entry *entry, struct egov_error *err)
{
	struct egov_slice entries = crl->fields.entries;
	struct egov__crl_entry e;
	enum egov_status rc;

	while (entries.size > 0) {
		rc = egov__crl_next(&entries, &e, err);
		if (rc != EGOV_OK)
			return rc;
		if (egov__slice_equal(e.serial, serial)) {
			*entry = e;
			*found = true;
			return EGOV_OK;
		}
	}
	*found = false;
	return EGOV_OK;
}

struct egov_slice egov_crl_der(const struct egov_crl *crl)
{
	return crl->fields.der;
}

struct egov_slice egov_crl_issuer(const struct egov_crl *crl)
{
	return crl->fields.issuer;
}

egov_time egov_crl_this_update(const struct egov_crl *crl)
{
	return crl->fields.this_update;
}

egov_time egov_crl_next_update(const struct egov_crl *crl)
{
	return crl->fields.next_update;
}

size_t egov_crl_entries(const struct egov_crl *crl)
{
	return crl->fields.count;
}
