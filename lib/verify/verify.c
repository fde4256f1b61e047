/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include <stdlib.h>

#include "base/der.h"
#include "base/pem.h"
#include "base/report.h"
#include "base/text.h"
#include "crypto/sm2.h"
#include "verify/trust_list.h"

struct egov_verifier *egov_verifier_new(void)
{
	struct egov_verifier *verifier = calloc(1, sizeof(*verifier));

	if (verifier == NULL)
		return NULL;
	verifier->proven = egov__proven_new();
	verifier->ready = egov__ready_new();
	if (verifier->proven != NULL && verifier->ready != NULL)
		return verifier;
	egov_verifier_free(verifier);
	return NULL;
}

void egov_verifier_free(struct egov_verifier *verifier)
{
	if (verifier == NULL)
		return;
	egov__known_clear(verifier);
	egov__trust_list_free(verifier->list);
	egov__proven_free(verifier->proven);
	egov__ready_free(verifier->ready);
	free(verifier);
}

enum egov_status egov_verifier_add_trust(struct egov_verifier *verifier, struct egov_slice bytes,
                                         struct egov_error *err)
{
	return egov__objects(bytes, "CERTIFICATE", egov__known_add_cert, &verifier->trust, err);
}

enum egov_status egov_verifier_add_trust_id(struct egov_verifier *verifier,
                                            struct egov_slice bytes, struct egov_slice id,
                                            struct egov_error *err)
{
	const size_t before = verifier->trust.count;
	struct egov_slice *ids, own = { egov__slice_copy(id), id.size };
	enum egov_status rc;

	ids = own.data == NULL ? NULL : reallocarray(verifier->ids, verifier->id_count + 1, sizeof(*ids));
	if (ids == NULL) {
		free((void *)(uintptr_t)own.data);
		return egov_error_nomem(err);
	}
	verifier->ids = ids;
	ids[verifier->id_count++] = own;
	/* Those that were added before a failure stay, and keep their ID. */
	verifier->trust.id = verifier->id_count;
	rc = egov_verifier_add_trust(verifier, bytes, err);
	verifier->trust.id = 0;
	if (rc == EGOV_OK && verifier->trust.count == before)
		rc = egov_error_set(err, EGOV_E_EXISTS, NULL,
		                    "trusted already, under another SM2 signer ID");
	return rc;
}

struct egov_slice egov__anchor_id(const struct egov__judgement *j,
                                  const struct egov__known_cert *anchor)
{
	return anchor->id == 0 ? j->call_id : j->verifier->ids[anchor->id - 1];
}

enum egov_status egov_verifier_add_pool(struct egov_verifier *verifier, struct egov_slice bytes,
                                        struct egov_error *err)
{
	return egov__objects(bytes, "CERTIFICATE", egov__known_add_cert, &verifier->pool, err);
}

enum egov_status egov_verifier_add_crl(struct egov_verifier *verifier, struct egov_slice bytes,
                                       struct egov_error *err)
{
	return egov__objects(bytes, "X509 CRL", egov__known_add_crl, verifier, err);
}

enum egov_status egov_verifier_add_ocsp(struct egov_verifier *verifier, struct egov_slice bytes,
                                        struct egov_error *err)
{
	return egov__objects(bytes, "OCSP RESPONSE", egov__known_add_ocsp, verifier, err);
}

/* A list of dotted OIDs as OBJECT IDENTIFIERs, one behind the other. */
static enum egov_status read_policies(struct egov__judgement *j, struct egov_buf *policy,
                                      struct egov_error *err)
{
	struct egov_slice list = egov__slice_text(j->options->policy_oid), item;
	struct egov_buf oid = EGOV__BUF(EGOV__MAX_OBJECT);
	char *text = NULL;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && egov__list_next(&list, &item)) {
		text = egov__slice_copy(item);
		rc = text == NULL ? egov_error_nomem(err) : egov__der_oid_parse(text, &oid, NULL);
		if (rc != EGOV_OK && rc != EGOV_E_NOMEM)
			rc = egov_error_set(err, EGOV_E_USAGE, NULL, "policy %s is no dotted OID",
			                    text);
		egov__der_put(policy, EGOV__OID, egov_buf_slice(&oid));
		j->any_policy |= egov__oid_find(egov_buf_slice(&oid)) == EGOV__OID_ANY_POLICY;
		egov_buf_reset(&oid);
		free(text);
	}
	egov__buf_clear(&oid);
	if (rc == EGOV_OK)
		rc = egov__buf_check(policy, err);
	if (rc == EGOV_OK && policy->size == 0)
		rc = egov_error_set(err, EGOV_E_USAGE, NULL, "the list of policies is empty");
	j->policy = egov_buf_slice(policy);
	return rc;
}

/* Options as the checks take them; policy keeps the bytes of j->policy. */
static enum egov_status read_options(struct egov__judgement *j, struct egov_buf *policy,
                                     struct egov_error *err)
{
	const struct egov_verify_options *options = j->options;
	enum egov_status rc;

	j->depth = EGOV__PATH_INTERMEDIATES;
	if (options->limit_depth != 0 && options->depth < j->depth)
		j->depth = options->depth;
	j->call_id = options->id.data == NULL ? egov__slice_text(EGOV__SM2_DEFAULT_ID)
	                                      : options->id;
	j->id = j->call_id;
	if (options->purpose != NULL) {
		j->purpose = egov__purpose_by_name(options->purpose);
		if (j->purpose == NULL)
			return egov_error_set(err, EGOV_E_USAGE, NULL, "purpose %s is not known",
			                      options->purpose);
	}
	rc = egov__asked_read(&j->asked, options->name, options->eku, err);
	return rc != EGOV_OK || options->policy_oid == NULL ? rc : read_policies(j, policy, err);
}

/* A search for each signer ID that anchors have; of bad paths the best one.  A link that
 * is good under an ID whose anchors are not above it brings nobody nearer. */
static enum egov_status search(struct egov__judgement *j, const struct egov_cert *leaf,
                               struct egov__path *best, struct egov_error *err)
{
	const struct egov_verifier *verifier = j->verifier;
	struct egov_slice id = j->call_id;
	enum egov_status rc = egov__path_search(j, leaf, best, err);

	for (size_t i = 0; rc == EGOV_E_UNTRUSTED && i < verifier->id_count; i++) {
		struct egov__path path = { 0 };

		j->id = verifier->ids[i];
		j->memo.count = 0;
		rc = egov__path_search(j, leaf, &path, err);
		if (rc == EGOV_OK
		    || (path.score > best->score && path.end != EGOV__PATH_NO_ISSUER)) {
			*best = path;
			id = j->id;
		}
	}
	if (!egov__slice_equal(id, j->id)) {
		j->id = id;
		j->memo.count = 0;
	}
	return rc;
}

static enum egov_status judge(struct egov__judgement *j, const struct egov_cert *leaf,
                              struct egov_report *findings, struct egov_error *err)
{
	struct egov__path path = { 0 };
	enum egov_status rc = search(j, leaf, &path, err), told;

	if (rc == EGOV_OK && findings == NULL)
		return rc;
	if (rc != EGOV_OK && rc != EGOV_E_UNTRUSTED)
		return rc;
	j->work = 0;
	told = egov__checks_run(j, &path, findings, NULL, err);
	if (told != rc && (told == EGOV_OK || told == EGOV_E_UNTRUSTED))
		return egov_error_set(err, EGOV_E_CRYPTO, NULL, "the same path was judged twice, "
		                      "and not alike");
	if (told == rc && findings != NULL)
		told = egov__findings_article19(findings, leaf, err);
	return told == EGOV_OK ? rc : told;
}

static enum egov_status answer(struct egov__judgement *j, struct egov_slice certificate,
                               struct egov_report *findings, struct egov_error *cause)
{
	struct egov_cert *leaf = NULL;
	enum egov_status rc = egov_cert_decode(certificate, &leaf, cause);

	if (rc != EGOV_OK)
		return rc;
	j->leaf = leaf;
	rc = judge(j, leaf, findings, cause);
	free(j->memo.items);
	egov_cert_free(leaf);
	return rc;
}

enum egov_status egov_verify(struct egov_verifier *verifier, struct egov_slice certificate,
                             const struct egov_verify_options *options,
                             struct egov_report *findings, struct egov_error *err)
{
	struct egov__judgement j = { .verifier = verifier, .options = options };
	struct egov_buf policy = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_error cause = { 0 };
	uint8_t digest[EGOV__SM3_SIZE], question[EGOV__SM3_SIZE];
	const bool known = egov__sm3(&certificate, 1, digest, NULL) == EGOV_OK
	                   && egov__answered_question(verifier, EGOV__SLICE(digest), options, question);
	enum egov_status rc;

	if (known && findings == NULL && egov__proven_has(verifier->proven, question))
		return EGOV_OK;
	if (known)
		j.leaf_sm3 = EGOV__SLICE(digest);
	rc = read_options(&j, &policy, &cause);
	if (rc == EGOV_OK)
		rc = answer(&j, certificate, findings, &cause);
	rc = egov__findings_answer(findings, &(struct egov__judged){ options->at, certificate,
	                                                             EGOV__NO_SLICE },
	                           rc, &cause, err);
	if (rc == EGOV_OK && known)
		egov__proven_add(verifier->proven, question);
	egov__buf_clear(&policy);
	return rc;
}

static void report_check(const struct egov__check *check, struct egov_report *report)
{
	struct egov_buf names = EGOV__BUF(EGOV__MAX_OBJECT);
	const char *text;

	egov__report_record(report);
	egov__report_add(report, "check", "%s", check->id);
	egov__report_add(report, "clause", "%s", check->clause);
	egov__report_add(report, "severity", check->severity == EGOV__ERROR ? "error" : "warning");
	if (check->tolerate != 0) {
		egov__tolerate_names(check->tolerate, &names);
		text = egov__buf_string(&names);
		egov__report_add(report, "tolerate", "%s", text == NULL ? "?" : text);
	}
	egov__buf_clear(&names);
}

enum egov_status egov_verify_checks(struct egov_report *report, struct egov_error *err)
{
	for (size_t i = 0; i < egov__checks_count; i++)
		report_check(&egov__checks[i], report);
	egov__side_list(&egov__pair_side, report);
	egov__side_list(&egov__document_side, report);
	return egov__report_check(report, err);
}
