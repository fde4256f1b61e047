/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/ceremony.h"

#include <string.h>

#include "base/pem.h"
#include "base/text.h"
#include "record/kinds.h"

static const char gmt0037[] = "GM/T 0037";

/* There is no home yet whose identifier could stand in it: the file's digest does. */
enum egov_status egov__ceremony_matter(const struct egov__ceremony *c, struct egov_buf *der,
                                       struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__matter matter = { .act = egov__slice_text(EGOV__ACT_CEREMONY),
		                       .subject = egov__slice_text(EGOV__KIND_CEREMONY),
		                       .home = EGOV__SLICE(c->file.digest),
		                       .test = c->file.test };
	enum egov_status rc;

	egov__fact_hex_add(&facts, EGOV__KEY_CEREMONY_SM3, EGOV__SLICE(c->file.digest));
	egov__fact_hex_add(&facts, EGOV__KEY_FORM_SM3, EGOV__SLICE(c->form_digest));
	rc = egov__buf_check(&facts, err);
	matter.facts = egov_buf_slice(&facts);
	if (rc == EGOV_OK)
		rc = egov__matter_encode(&matter, der, err);
	egov__buf_clear(&facts);
	return rc;
}

static enum egov_status find_person(struct egov__ceremony *c, struct egov__ceremony_approval *a,
                                    struct egov_error *err)
{
	for (size_t i = 0; i < c->file.people_count && a->person == NULL; i++)
		if (c->file.people[i].bit != 0
		    && egov__slice_equal(egov_cert_der(c->file.people[i].cert),
		                         a->approval.certificate))
			a->person = &c->file.people[i];
	if (a->person == NULL)
		return egov_error_set(err, EGOV_E_POLICY, gmt0037,
		                      "the approval's certificate is no administrator's of the "
		                      "ceremony file");
	for (size_t i = 0; i < c->approvals_count; i++)
		if (egov__slice_equal(egov_cert_public_key(c->approvals[i].person->cert),
		                      egov_cert_public_key(a->person->cert)))
			return egov_error_set(err, EGOV_E_POLICY, gmt0037,
			                      "operator %s acts already; another person must",
			                      a->person->name);
	return EGOV_OK;
}

static enum egov_status check_approval(struct egov__ceremony *c, struct egov__ceremony_approval *a,
                                       struct egov_slice matter, struct egov_error *err)
{
	const egov_time now = egov__ceremony_now(c), then = a->approval.statement.time;
	const struct egov_cert *const cert = a->person->cert;
	enum egov_status rc = EGOV_OK;

	if (!egov__slice_equal(a->approval.statement.matter.der, matter))
		return egov_error_set(err, EGOV_E_POLICY, gmt0037,
		                      "the approval by %s is not of this ceremony file and of what "
		                      "it makes",
		                      a->person->name);
	if (then > now + EGOV__APPROVAL_SLACK || then < now - EGOV__APPROVAL_FRESH)
		return egov_error_set(err, EGOV_E_POLICY, gmt0037,
		                      "the approval by %s was not signed within the last 7 days",
		                      a->person->name);
	if (now < egov_cert_not_before(cert) || now >= egov_cert_not_after(cert))
		return egov_error_set(err, EGOV_E_POLICY, "RFC 5280, 4.1.2.5",
		                      "the certificate of operator %s is not valid now",
		                      a->person->name);
	rc = egov__statement_verify(&a->approval.statement, a->approval.certificate,
	                            a->approval.signature, err);
	if (rc == EGOV_E_UNTRUSTED) {
		rc = EGOV_E_POLICY;
		if (err != NULL)
			err->status = rc;
	}
	return rc;
}

static enum egov_status take(struct egov__ceremony *c, struct egov_slice bytes,
                             struct egov_slice matter, struct egov_error *err)
{
	struct egov__ceremony_approval *const a = &c->approvals[c->approvals_count];
	enum egov_status rc;

	if (c->approvals_count == EGOV__ACTING_MAX)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "more than %d operators act",
		                      EGOV__ACTING_MAX);
	*a = (struct egov__ceremony_approval){ .der = EGOV__BUF(2 * EGOV__MAX_OBJECT) };
	rc = egov__objects(bytes, EGOV__APPROVAL_LABEL, egov__object_only, &a->der, err);
	if (rc == EGOV_OK)
		rc = egov__approval_decode(egov_buf_slice(&a->der), &a->approval, err);
	if (rc == EGOV_OK)
		rc = find_person(c, a, err);
	if (rc == EGOV_OK)
		rc = check_approval(c, a, matter, err);
	if (rc == EGOV_OK)
		c->approvals_count++;
	else
		egov__buf_clear(&a->der);
	return rc;
}

static enum egov_status check_digest(const struct egov__ceremony *c, struct egov_error *err)
{
	struct egov_buf digest = EGOV__BUF(64);
	enum egov_status rc = egov__hex_parse(c->options->reviewed, "SM3 digest", &digest, err);

	if (rc == EGOV_OK
	    && !egov__slice_equal(egov_buf_slice(&digest), EGOV__SLICE(c->file.digest)))
		rc = egov_error_set(err, EGOV_E_POLICY, "Order No. 4, Art. 6",
		                    "another ceremony file than this one was reviewed");
	egov__buf_clear(&digest);
	return rc;
}

enum egov_status egov__ceremony_reviewed(struct egov__ceremony *c, struct egov_error *err)
{
	const struct egov__act *const act = egov__act_find(egov__slice_text(EGOV__ACT_CEREMONY));
	struct egov_buf matter = EGOV__BUF(EGOV__MAX_OBJECT);
	unsigned roles = 0;
	enum egov_status rc = c->options->reviewed == NULL ? EGOV_OK : check_digest(c, err);

	if (rc == EGOV_OK)
		rc = egov__ceremony_matter(c, &matter, err);
	for (size_t i = 0; rc == EGOV_OK && i < c->options->approvals_count; i++)
		rc = take(c, c->options->approvals[i], egov_buf_slice(&matter), err);
	egov__buf_clear(&matter);
	for (size_t i = 0; i < c->approvals_count; i++)
		roles |= c->approvals[i].person->bit;
	if (rc == EGOV_OK && !c->file.test && !egov__act_has_all(act, c->approvals_count, roles))
		rc = egov_error_set(err, EGOV_E_POLICY, gmt0037,
		                    "the ceremony of a production home is approved by an "
		                    "administrator and an audit administrator of its file "
		                    "(--to-sign, egov-operator sign, --approval)");
	if (rc == EGOV_OK && c->options->reviewed == NULL && c->approvals_count == 0)
		rc = egov_error_set(err, EGOV_E_POLICY, "Order No. 4, Art. 6",
		                    "nobody has reviewed the ceremony file: want --reviewed with the "
		                    "SM3 that the dry run shows, or --approval");
	return rc;
}

void egov__ceremony_approvals_clear(struct egov__ceremony *c)
{
	while (c->approvals_count > 0)
		egov__buf_clear(&c->approvals[--c->approvals_count].der);
}

enum egov_status egov__ceremony_approve(const struct egov__ceremony *c, struct egov_home *home,
                                        const char **actor, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	*actor = c->approvals_count == 0 ? c->options->actor : c->approvals[0].person->name;
	for (size_t i = 0; rc == EGOV_OK && i < c->approvals_count; i++)
		rc = egov__record_approval(egov__home_record(home), c->approvals[i].person->name,
		                           EGOV__KIND_CEREMONY, &c->approvals[i].approval, err);
	return rc;
}
