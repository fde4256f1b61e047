/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include <stdio.h>

#include "cert/signed.h"
#include "crypto/pkverify.h"
#include "x509/name.h"

static enum egov_status check_path(const struct egov__link *link, struct egov__note *note,
                                   struct egov_error *err);
static enum egov_status check_signature(const struct egov__link *link, struct egov__note *note,
                                        struct egov_error *err);
static enum egov_status check_issuer(const struct egov__link *link, struct egov__note *note,
                                     struct egov_error *err);
static enum egov_status check_issuer_octets(const struct egov__link *link,
                                            struct egov__note *note, struct egov_error *err);
static enum egov_status check_time(const struct egov__link *link, struct egov__note *note,
                                   struct egov_error *err);
static enum egov_status check_version(const struct egov__link *link, struct egov__note *note,
                                      struct egov_error *err);
static enum egov_status check_serial(const struct egov__link *link, struct egov__note *note,
                                     struct egov_error *err);
static enum egov_status check_public_key(const struct egov__link *link, struct egov__note *note,
                                         struct egov_error *err);

const struct egov__check egov__checks[] = {
	{ "path", "RFC 5280, 6.1", EGOV__CHECK_LEAF, false, EGOV__ERROR, 0, check_path },
	{ "signature", "RFC 5280, 6.1.3 (a)(1); GM/T 0009, 10", EGOV__CHECK_BELOW, false, EGOV__ERROR,
	  EGOV_TOLERATE_SMALL_KEYS | EGOV_TOLERATE_OLD_DIGESTS | EGOV_TOLERATE_OTHER_ALGORITHMS,
	  check_signature },
	{ "issuer-name", "RFC 5280, 6.1.3 (a)(4), 7.1", EGOV__CHECK_BELOW, false, EGOV__ERROR, 0,
	  check_issuer },
	{ "issuer-name-octets", "GM/T 0043, 6.2.3 d", EGOV__CHECK_BELOW, false, EGOV__WARNING, 0,
	  check_issuer_octets },
	{ "validity", "RFC 5280, 6.1.3 (a)(2)", EGOV__CHECK_ALL, true, EGOV__ERROR,
	  EGOV_TOLERATE_ANCHOR_EXPIRED, check_time },
	{ "version", "GM/T 0015, 5.2.3.1", EGOV__CHECK_BELOW, true, EGOV__ERROR,
	  EGOV_TOLERATE_OLD_VERSIONS, check_version },
	{ "serial-number", "GM/T 0015, 5.2.3.2", EGOV__CHECK_JUDGED, true, EGOV__ERROR,
	  EGOV_TOLERATE_SERIAL_NUMBERS, check_serial },
	{ "public-key", "GM/T 0015, 5.2.3.7", EGOV__CHECK_LEAF, false, EGOV__ERROR,
	  EGOV_TOLERATE_SMALL_KEYS | EGOV_TOLERATE_OTHER_ALGORITHMS, check_public_key },
	{ "extensions", "RFC 5280, 4.2", EGOV__CHECK_ALL, false, EGOV__ERROR,
	  EGOV_TOLERATE_WRITTEN_DEFAULTS,
	  egov__check_extensions },
	{ "critical-extensions", "RFC 5280, 4.2", EGOV__CHECK_ALL, true, EGOV__ERROR,
	  EGOV_TOLERATE_CRITICALITY, egov__check_critical },
	{ "key-identifiers", "RFC 5280, 4.2.1.1, 4.2.1.2", EGOV__CHECK_ALL, false, EGOV__ERROR,
	  EGOV_TOLERATE_KEY_IDENTIFIERS, egov__check_key_ids },
	{ "ca", "RFC 5280, 6.1.4 (k)", EGOV__CHECK_ISSUERS, true, EGOV__ERROR,
	  EGOV_TOLERATE_CRITICALITY | EGOV_TOLERATE_ANCHOR_LIMITS, egov__check_ca },
	{ "path-length", "RFC 5280, 6.1.4 (m)", EGOV__CHECK_ISSUERS, true, EGOV__ERROR,
	  EGOV_TOLERATE_ANCHOR_LIMITS, egov__check_path_length },
	{ "key-usage", "RFC 5280, 6.1.4 (n)", EGOV__CHECK_ALL, true, EGOV__ERROR,
	  EGOV_TOLERATE_ANCHOR_LIMITS, egov__check_key_usage },
	{ "name-constraints", "RFC 5280, 6.1.3 (b), (c)", EGOV__CHECK_ALL, true, EGOV__ERROR,
	  EGOV_TOLERATE_NAME_FORMS | EGOV_TOLERATE_ANCHOR_LIMITS, egov__check_names },
	{ "names", "RFC 5280, 4.1.2.6, 4.2.1.6", EGOV__CHECK_JUDGED, true, EGOV__ERROR,
	  EGOV_TOLERATE_NAME_FORMS, egov__check_alt_names },
	{ "purpose", "GM/T 0015, 5.2.4.2.4", EGOV__CHECK_JUDGED, false, EGOV__ERROR, 0,
	  egov__check_purpose },
	{ "extended-key-usage", "RFC 5280, 4.2.1.12", EGOV__CHECK_JUDGED, false, EGOV__ERROR, 0,
	  egov__check_eku },
	{ "name", "RFC 9525, 6", EGOV__CHECK_LEAF, false, EGOV__ERROR, 0, egov__check_name },
	{ "policy", "RFC 5280, 6.1.3 (d)", EGOV__CHECK_JUDGED, false, EGOV__ERROR,
	  EGOV_TOLERATE_ANCHOR_LIMITS, egov__check_policy },
	{ "revocation", "RFC 5280, 6.3.3; GM/T 0015, 5.3", EGOV__CHECK_BELOW, false, EGOV__ERROR,
	  EGOV_TOLERATE_NO_NEXT_UPDATE, egov__check_revoked },
	{ "trust-list", "Order No. 4, Art. 22", EGOV__CHECK_LEAF, false, EGOV__ERROR, 0,
	  egov__check_trust_list },
};
const size_t egov__checks_count = sizeof(egov__checks) / sizeof(egov__checks[0]);

/* Why nobody issued it: nobody of that name is known, or not with that key. */
static enum egov_status no_issuer(const struct egov_verifier *verifier,
                                  const struct egov_cert *top, struct egov_error *err)
{
	const struct egov__cert_list *const lists[] = { &verifier->trust, &verifier->pool };
	const struct egov__cert_fields *f = egov__cert_fields(top);
	struct egov_buf name = EGOV__BUF(EGOV__MAX_CANONICAL);
	struct egov__label issuer;
	size_t namesakes = 0, first, end;
	enum egov_status rc;

	if (egov__is_self_issued(top))
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      "no path: it names itself as its issuer and is not trusted");
	rc = egov__name_canonical(f->issuer, &name, err);
	for (size_t l = 0; rc == EGOV_OK && l < 2; l++) {
		egov__known_named(lists[l], egov_buf_slice(&name), &first, &end);
		namesakes += end - first;
	}
	egov__buf_clear(&name);
	if (rc != EGOV_OK)
		return rc;
	(void)egov__label_name(f->issuer, &issuer);
	if (namesakes > 0)
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      "no path: certificates of its issuer, %s, are given, but none "
		                      "with the key that signed it", issuer.text);
	return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
	                      "no path: its issuer, %s, is not among the certificates given",
	                      issuer.text);
}

/* Says whose link is missing where it is not that of the certificate judged. */
static enum egov_status say_whose(const struct egov_cert *cert, size_t i, enum egov_status rc,
                                  struct egov_error *err)
{
	struct egov__label label;

	return i == 0 ? rc : egov_error_prefix(err, rc, "%s", egov__label(cert, &label));
}

static enum egov_status wrong_key(const struct egov__link *link, struct egov_error *err)
{
	const struct egov__path *path = link->path;
	const struct egov_cert *child = path->certs[path->count - 2];
	enum egov_status rc = egov__judge_cert_signature(link->j, child,
	                                                 path->certs[path->count - 1], err);

	if (rc == EGOV_OK)
		return egov_error_set(err, EGOV_E_CRYPTO, NULL,
		                      "a signature was found wrong, then right");
	return say_whose(child, path->count - 2, rc, err);
}

static enum egov_status check_path(const struct egov__link *link, struct egov__note *note,
                                   struct egov_error *err)
{
	const struct egov__path *path = link->path;
	const struct egov_cert *top = path->certs[path->count - 1];
	struct egov__label label;

	switch (path->end) {
	case EGOV__PATH_ANCHORED:
		if (note != NULL)
			egov__note_say(note, "path of %zu certificates to the trust anchor %s",
			               path->count, egov__label(top, &label));
		return EGOV_OK;
	case EGOV__PATH_WRONG_KEY:
		return wrong_key(link, err);
	case EGOV__PATH_TOO_LONG:
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      "no path: more than %zu CAs between it and a trust anchor",
		                      link->j->depth);
	case EGOV__PATH_GAVE_UP:
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      "no path found with %d signatures and %d certificates looked at",
		                      EGOV__MAX_SIGNATURES, EGOV__MAX_STEPS);
	case EGOV__PATH_NO_ISSUER:
		break;
	}
	return say_whose(top, path->count - 1, no_issuer(link->j->verifier, top, err), err);
}

static enum egov_status check_signature(const struct egov__link *link, struct egov__note *note,
                                        struct egov_error *err)
{
	struct egov_buf algorithm = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__label label;
	const char *text;
	bool good;
	enum egov_status rc;

	if (link->issuer == NULL) {
		egov__note_skip(note, "its issuer is not known");
		return EGOV_OK;
	}
	rc = egov__memo_cert(link->j, link->cert, link->issuer, &good, err);
	if (rc != EGOV_OK)
		return rc;
	if (!good)
		return egov__judge_cert_signature(link->j, link->cert, link->issuer, err);
	if (note == NULL)
		return EGOV_OK;
	egov__algorithm_print(link->fields->outer_algorithm, &algorithm);
	text = egov__buf_string(&algorithm);
	egov__note_say(note, "signed by %s with %s", egov__label(link->issuer, &label),
	               text == NULL ? "?" : text);
	egov__buf_clear(&algorithm);
	return EGOV_OK;
}

static enum egov_status check_issuer(const struct egov__link *link, struct egov__note *note,
                                     struct egov_error *err)
{
	struct egov__label label;
	bool same;
	enum egov_status rc;

	if (link->issuer == NULL) {
		egov__note_skip(note, "its issuer is not known");
		return EGOV_OK;
	}
	rc = egov__name_same(link->fields->issuer, egov__cert_fields(link->issuer)->subject, &same,
	                     err);
	if (rc != EGOV_OK)
		return rc;
	if (!same)
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      "its issuer name is not the subject of %s, whose key identifier "
		                      "it names", egov__label(link->issuer, &label));
	if (note != NULL)
		egov__note_say(note, "its issuer name is the subject of %s",
		               egov__label(link->issuer, &label));
	return EGOV_OK;
}

static enum egov_status check_issuer_octets(const struct egov__link *link,
                                            struct egov__note *note, struct egov_error *err)
{
	if (link->issuer != NULL
	    && !egov__slice_equal(link->fields->issuer, egov__cert_fields(link->issuer)->subject))
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      "its issuer name is written otherwise than its issuer's subject");
	egov__note_say(note, "its issuer name equals its issuer's subject byte for byte");
	return EGOV_OK;
}

static enum egov_status check_time(const struct egov__link *link, struct egov__note *note,
                                   struct egov_error *err)
{
	const egov_time at = link->j->options->at;
	const bool valid = at >= link->fields->not_before && at <= link->fields->not_after;
	char from[EGOV_TIME_TEXT], until[EGOV_TIME_TEXT], now[EGOV_TIME_TEXT];

	if (valid && note == NULL)
		return EGOV_OK;
	egov_time_format(link->fields->not_before, from);
	egov_time_format(link->fields->not_after, until);
	egov_time_format(at, now);
	if (at > link->fields->not_after)
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL, "expired at %s, judged at %s", until,
		                      now);
	if (at < link->fields->not_before)
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL, "not yet valid: from %s, judged at %s",
		                      from, now);
	egov__note_say(note, "valid from %s until %s, judged at %s", from, until, now);
	return EGOV_OK;
}

static enum egov_status check_version(const struct egov__link *link, struct egov__note *note,
                                      struct egov_error *err)
{
	if (link->i == 0 && egov__tolerates(link->j, EGOV_TOLERATE_OLD_VERSIONS)) {
		egov__note_say(note, "X.509 version %u, tolerated as asked for", link->fields->version);
		return EGOV_OK;
	}
	if (link->fields->version != 3)
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL, "X.509 version %u, version 3 wanted",
		                      link->fields->version);
	egov__note_say(note, "X.509 version 3");
	return EGOV_OK;
}

static enum egov_status check_serial(const struct egov__link *link, struct egov__note *note,
                                     struct egov_error *err)
{
	const struct egov_slice serial = link->fields->serial;

	if (egov__tolerates(link->j, EGOV_TOLERATE_SERIAL_NUMBERS)) {
		egov__note_skip(note, "serial number not judged, as asked for");
		return EGOV_OK;
	}
	if ((serial.data[0] & 0x80) != 0 || (serial.size == 1 && serial.data[0] == 0))
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL, "serial number is not positive");
	if (serial.size > 20)
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      "serial number of %zu octets, at most 20 allowed", serial.size);
	egov__note_say(note, "serial number positive, of %zu octets", serial.size);
	return EGOV_OK;
}

/* The keys of issuers are judged by the signatures that they made. */
static enum egov_status check_public_key(const struct egov__link *link, struct egov__note *note,
                                         struct egov_error *err)
{
	const struct egov_slice spki = link->fields->spki;
	struct egov_error cause = { 0 };
	struct egov_slice point;
	enum egov_status rc;

	if (egov__verify_point(spki, &point, NULL) == EGOV_OK) {
		egov__note_say(note, "SM2 public key, a point of its curve");
		return EGOV_OK;
	}
	rc = egov__pk_check(spki, &cause);
	if (rc == EGOV_E_UNSUPPORTED && egov__judge_allows(link->j) != 0) {
		cause = (struct egov_error){ 0 };
		rc = egov__pk_check_other(spki, egov__judge_allows(link->j), &cause);
	}
	if (rc != EGOV_OK)
		return egov_error_set(err, rc == EGOV_E_NOMEM ? rc : EGOV_E_UNTRUSTED, cause.clause,
		                      "public key neither SM2 nor another that is known here: %s",
		                      cause.text);
	egov__note_say(note, "public key of another algorithm than SM2");
	return EGOV_OK;
}

enum egov_status egov__spend(struct egov__judgement *j, size_t work, struct egov_error *err)
{
	if (j->work > EGOV__MAX_WORK || work > EGOV__MAX_WORK - j->work) {
		j->work = SIZE_MAX;
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      "more than %u comparisons of names and policies",
		                      EGOV__MAX_WORK);
	}
	j->work += work;
	return EGOV_OK;
}

/* --- running --------------------------------------------------------------------- */

static void EGOV__PRINTF(2, 0) note_text(struct egov__note *note, const char *fmt, va_list args)
{
	char text[512];

	(void)vsnprintf(text, sizeof(text), fmt, args);
	egov_buf_reset(&note->what);
	egov__buf_text(&note->what, text);
}

void egov__note_say(struct egov__note *note, const char *fmt, ...)
{
	va_list args;

	if (note == NULL)
		return;
	va_start(args, fmt);
	note_text(note, egov__text(fmt), args);
	va_end(args);
}

void egov__note_skip(struct egov__note *note, const char *fmt, ...)
{
	va_list args;

	if (note == NULL)
		return;
	note->skip = true;
	va_start(args, fmt);
	note_text(note, egov__text(fmt), args);
	va_end(args);
}

/* Of an anchor that others stand below. */
static bool is_waived(const struct egov__check *check, const struct egov__link *link)
{
	if (!link->anchor || link->i == 0)
		return false;
	return egov__tolerates(link->j, check->fn == check_time ? EGOV_TOLERATE_ANCHOR_EXPIRED
	                                                        : EGOV_TOLERATE_ANCHOR_LIMITS);
}

static bool concerns(const struct egov__check *check, const struct egov__link *link)
{
	if (is_waived(check, link))
		return false;
	switch (check->scope) {
	case EGOV__CHECK_LEAF:
		return link->i == 0;
	case EGOV__CHECK_JUDGED:
		return link->i == 0 || !link->anchor;
	case EGOV__CHECK_BELOW:
		return !link->anchor;
	case EGOV__CHECK_ISSUERS:
		return link->i > 0;
	case EGOV__CHECK_ALL:
		break;
	}
	return true;
}

static struct egov__link link_at(struct egov__judgement *j, const struct egov__path *path, size_t i)
{
	return (struct egov__link){
		.j = j, .path = path, .i = i, .cert = path->certs[i],
		.fields = egov__cert_fields(path->certs[i]),
		.issuer = i + 1 < path->count ? path->certs[i + 1] : NULL,
		.anchor = path->end == EGOV__PATH_ANCHORED && i + 1 == path->count
	};
}

/* One check at one place, its finding and its cause. */
static enum egov_status run_one(const struct egov__check *check, const struct egov__link *link,
                                struct egov_report *findings, struct egov_error *err)
{
	struct egov__note note = EGOV__NOTE;
	struct egov_error cause = { 0 };
	struct egov__label label;
	const bool told = findings != NULL || err != NULL, warning = check->severity == EGOV__WARNING;
	enum egov_status rc;

	if (warning && findings == NULL)
		return EGOV_OK;
	rc = check->fn(link, findings == NULL ? NULL : &note, told ? &cause : NULL);

	if (rc == EGOV_E_UNTRUSTED && cause.clause == NULL)
		cause.clause = check->clause;
	if (findings != NULL && (rc == EGOV_OK || rc == EGOV_E_UNTRUSTED))
		egov__findings_add(findings, check, link, &note, rc == EGOV_OK ? NULL : &cause);
	if (rc == EGOV_E_UNTRUSTED && warning)
		rc = EGOV_OK;
	if (rc != EGOV_OK && err != NULL && err->status == EGOV_OK) {
		*err = cause;
		rc = egov_error_prefix(err, rc, "%s", egov__label(link->cert, &label));
	}
	egov__buf_clear(&note.what);
	egov__buf_clear(&note.source);
	return rc;
}

enum egov_status egov__checks_run(struct egov__judgement *j, const struct egov__path *path,
                                  struct egov_report *findings, size_t *failures,
                                  struct egov_error *err)
{
	const bool told = findings != NULL || failures != NULL || err != NULL;
	size_t failed = 0;

	for (size_t c = 0; c < egov__checks_count; c++)
		for (size_t i = path->count; i-- > 0;) {
			const struct egov__link link = link_at(j, path, i);
			enum egov_status rc;

			if ((!told && egov__checks[c].early) || !concerns(&egov__checks[c], &link))
				continue;
			rc = run_one(&egov__checks[c], &link, findings, err);
			if (rc != EGOV_OK && rc != EGOV_E_UNTRUSTED)
				return rc;
			failed += rc != EGOV_OK;
			if (failed > 0 && findings == NULL && failures == NULL)
				return rc;
		}
	if (failures != NULL)
		*failures = failed;
	return failed == 0 ? EGOV_OK : EGOV_E_UNTRUSTED;
}

enum egov_status egov__checks_early(struct egov__judgement *j, const struct egov__path *path,
                                    struct egov_error *err)
{
	const struct egov__link link = link_at(j, path, path->count - 1);
	enum egov_status rc = EGOV_OK;

	for (size_t c = 0; rc == EGOV_OK && c < egov__checks_count; c++)
		if (egov__checks[c].early && concerns(&egov__checks[c], &link))
			rc = egov__checks[c].fn(&link, NULL, err);
	return rc;
}
