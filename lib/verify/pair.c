/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include "base/report.h"

/*
 * The two certificates of one holder: one for signatures, whose key the holder made,
 * and one for encryption, whose key comes from the key-management centre (GM/T 0034).
 */
struct pair {
	const struct egov_cert *signing, *encryption;
	egov_time at;
};

enum {
	SIGNS = EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_NON_REPUDIATION,
	ENCRYPTS = EGOV__KU_KEY_ENCIPHERMENT | EGOV__KU_DATA_ENCIPHERMENT | EGOV__KU_KEY_AGREEMENT
};

struct names {
	struct egov_slice one, other;
	const char *differ;
};

static enum egov_status same_name(const struct names *names, struct egov__label *label,
                                  struct egov_error *err)
{
	struct egov__label other;

	(void)egov__label_name(names->one, label);
	if (egov__slice_equal(names->one, names->other))
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_UNTRUSTED, NULL, "%s: %s, and %s",
	                      egov__text(names->differ), label->text,
	                      egov__label_name(names->other, &other));
}

static enum egov_status check_subject(const void *object, struct egov__note *note,
                                      struct egov_error *err)
{
	const struct pair *pair = object;
	const struct names names = { egov_cert_subject(pair->signing),
		                     egov_cert_subject(pair->encryption),
		                     EGOV__N("their subjects are not byte for byte the same") };
	struct egov__label label;
	const enum egov_status rc = same_name(&names, &label, err);

	if (rc == EGOV_OK)
		egov__note_say(note, "one holder, %s", label.text);
	return rc;
}

static enum egov_status check_issuer(const void *object, struct egov__note *note,
                                     struct egov_error *err)
{
	const struct pair *pair = object;
	const struct names names = { egov_cert_issuer(pair->signing),
		                     egov_cert_issuer(pair->encryption),
		                     EGOV__N("their issuers are not byte for byte the same") };
	struct egov__label label;
	const enum egov_status rc = same_name(&names, &label, err);

	if (rc == EGOV_OK)
		egov__note_say(note, "one issuer, %s", label.text);
	return rc;
}

static enum egov_status check_keys(const void *object, struct egov__note *note,
                                   struct egov_error *err)
{
	const struct pair *pair = object;

	if (egov__slice_equal(egov__cert_fields(pair->signing)->spki,
	                      egov__cert_fields(pair->encryption)->spki))
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      "one key for both: the centre that keeps the encryption key could "
		                      "sign with it");
	egov__note_say(note, "two keys");
	return EGOV_OK;
}

/* Bits of the one kind, and none of the other. */
static enum egov_status check_bits(const struct egov_cert *cert, unsigned wanted, unsigned barred,
                                   const char *noun, const char *clause, struct egov_error *err)
{
	bool present;
	unsigned bits;
	enum egov_status rc = egov__check_usage(cert, &present, &bits, err);

	if (rc != EGOV_OK)
		return rc;
	if (!present)
		return egov_error_set(err, EGOV_E_UNTRUSTED, clause, "%s: no keyUsage",
		                      egov__text(noun));
	if ((bits & wanted) == 0 || (bits & barred) != 0)
		return egov_error_set(err, EGOV_E_UNTRUSTED, clause,
		                      (bits & wanted) == 0
		                      ? EGOV__N("%s: keyUsage has no bit of its kind")
		                      : EGOV__N("%s: keyUsage has a bit of the other kind"),
		                      egov__text(noun));
	return EGOV_OK;
}

static enum egov_status check_usages(const void *object, struct egov__note *note,
                                     struct egov_error *err)
{
	const struct pair *pair = object;
	enum egov_status rc = check_bits(pair->signing, SIGNS, ENCRYPTS,
	                                 EGOV__N("the signing certificate"),
	                                 "GM/T 0015, table C.3", err);

	if (rc == EGOV_OK)
		rc = check_bits(pair->encryption, ENCRYPTS, SIGNS,
		                EGOV__N("the encryption certificate"), "GM/T 0015, table C.4", err);
	if (rc == EGOV_OK)
		egov__note_say(note, "one keyUsage for signatures, one for encryption, nothing in both");
	return rc;
}

static enum egov_status check_validity(const void *object, struct egov__note *note,
                                       struct egov_error *err)
{
	const struct pair *pair = object;
	const struct egov__cert_fields *a = egov__cert_fields(pair->signing);
	const struct egov__cert_fields *b = egov__cert_fields(pair->encryption);
	const egov_time from = a->not_before > b->not_before ? a->not_before : b->not_before;
	const egov_time until = a->not_after < b->not_after ? a->not_after : b->not_after;
	char begins[EGOV_TIME_TEXT], ends[EGOV_TIME_TEXT], now[EGOV_TIME_TEXT];

	egov_time_format(from, begins);
	egov_time_format(until, ends);
	egov_time_format(pair->at, now);
	if (pair->at < from || pair->at > until)
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      "not both are valid at %s: that is from %s until %s", now, begins,
		                      ends);
	egov__note_say(note, "both valid from %s until %s", begins, ends);
	return EGOV_OK;
}

static const struct egov__side_check checks[] = {
	{ "pair-subject", "GM/T 0043, 6.2.1 g", check_subject },
	{ "pair-issuer", "GM/T 0034", check_issuer },
	{ "pair-keys", "GM/T 0034", check_keys },
	{ "pair-key-usage", "GM/T 0015, tables C.3 and C.4", check_usages },
	{ "pair-validity", "GM/T 0034", check_validity },
};
const struct egov__side egov__pair_side = {
	checks, sizeof(checks) / sizeof(checks[0]), "-", "-"
};

/* --- the call ---------------------------------------------------------------------- */

static void begin(struct egov_report *findings, const char *which)
{
	if (findings == NULL)
		return;
	egov__report_record(findings);
	egov__report_add(findings, "certificate", "%s", which);
}

static bool is_judged(enum egov_status rc)
{
	return rc == EGOV_OK || rc == EGOV_E_UNTRUSTED;
}

/* Both are judged, whatever comes out of the first. */
static enum egov_status judge_each(struct egov_verifier *verifier, const struct pair *pair,
                                   const struct egov_verify_options *options,
                                   struct egov_report *findings, struct egov_error *cause)
{
	struct egov_verify_options how = *options;
	enum egov_status rc, other;

	if (how.purpose == NULL)
		how.purpose = "sign";
	begin(findings, "signing");
	rc = egov_verify(verifier, egov_cert_der(pair->signing), &how, findings, cause);
	if (!is_judged(rc))
		return rc;
	how.purpose = how.name = how.eku = NULL;
	begin(findings, "encryption");
	other = egov_verify(verifier, egov_cert_der(pair->encryption), &how, findings, cause);
	return rc == EGOV_OK || !is_judged(other) ? other : rc;
}

static enum egov_status judge_pair(struct egov_verifier *verifier, const struct pair *pair,
                                   const struct egov_verify_options *options,
                                   struct egov_report *findings, struct egov_error *cause)
{
	struct egov__side side = egov__pair_side;
	enum egov_status rc = judge_each(verifier, pair, options, findings, cause), told;

	if (!is_judged(rc))
		return rc;
	side.label = egov__text("the pair");
	side.source = egov__text("both certificates");
	told = egov__side_run(&side, pair, findings, cause);
	return rc == EGOV_OK || !is_judged(told) ? told : rc;
}

enum egov_status egov_verify_pair(struct egov_verifier *verifier, struct egov_slice signing,
                                  struct egov_slice encryption,
                                  const struct egov_verify_options *options,
                                  struct egov_report *findings, struct egov_error *err)
{
	struct pair pair = { .at = options->at };
	struct egov_cert *one = NULL, *other = NULL;
	struct egov_error cause = { 0 };
	enum egov_status rc = egov_cert_decode(signing, &one, &cause);

	if (rc == EGOV_OK)
		rc = egov_cert_decode(encryption, &other, &cause);
	if (rc == EGOV_OK) {
		pair.signing = one;
		pair.encryption = other;
		rc = judge_pair(verifier, &pair, options, findings, &cause);
	}
	rc = egov__findings_answer(findings, &(struct egov__judged){ options->at, signing, encryption },
	                           rc, &cause, err);
	egov_cert_free(one);
	egov_cert_free(other);
	return rc;
}
