/* SPDX-License-Identifier: Apache-2.0 */
#include "crl/crl.h"
#include "crypto/sm3.h"
#include "lint/lint_impl.h"

/* Rules of RFC 6960 and RFC 9654 on OCSP responses. */

#define NONCE_MAX 128

static enum egov_status status(const struct egov__lint_subject *s, struct egov_error *err)
{
	const unsigned status = s->ocsp.status;

	if (status > 6 || status == 4)
		return egov__lint_found(err, "responseStatus %u, which is none", status);
	if (s->ocsp.has_bytes == (status == 0))
		return EGOV_OK;
	return egov__lint_found(err, status == 0 ? EGOV__N("a successful response without an answer")
	                                         : EGOV__N("an unsuccessful response with an answer"));
}

static enum egov_status type(const struct egov__lint_subject *s, struct egov_error *err)
{
	if (!s->ocsp.has_bytes || egov__oid_find(s->ocsp.type) == EGOV__OID_OCSP_BASIC)
		return EGOV_OK;
	return egov__lint_found(err, "responseType is not id-pkix-ocsp-basic");
}

static enum egov_status version(const struct egov__lint_subject *s, struct egov_error *err)
{
	return s->ocsp.version_written ? egov__lint_found(err, "version: v1 is written out") : EGOV_OK;
}

/* byKey is the SHA-1 of the key, byName is a name that is not empty. */
static enum egov_status responder(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov_slice in = s->ocsp.responder, value = EGOV__NO_SLICE, id = EGOV__NO_SLICE;

	if (!s->ocsp.has_bytes)
		return EGOV_OK;
	if (egov__der_peek(in) == (EGOV__CONTEXT_CONS | 1)
	    && egov__der_read(&in, EGOV__CONTEXT_CONS | 1, "", &value, NULL) == EGOV_OK
	    && egov__der_only(value, EGOV__SEQUENCE, "", &id, NULL) == EGOV_OK && id.size > 0)
		return EGOV_OK;
	if (egov__der_peek(in) == (EGOV__CONTEXT_CONS | 2)
	    && egov__der_read(&in, EGOV__CONTEXT_CONS | 2, "", &value, NULL) == EGOV_OK
	    && egov__der_only(value, EGOV__OCTET_STRING, "", &id, NULL) == EGOV_OK
	    && id.size == EGOV__SHA1_SIZE)
		return EGOV_OK;
	return egov__lint_found(err, "responderID: neither a name nor a SHA-1 value");
}

/* --- answers ------------------------------------------------------------------------ */

typedef enum egov_status answer_fn(const struct egov__lint_subject *s,
                                   const struct egov__lint_answer *answer, struct egov_error *err);

static enum egov_status each(const struct egov__lint_subject *s, answer_fn *fn,
                             struct egov_error *err)
{
	struct egov_slice answers = s->ocsp.answers;
	struct egov__lint_answer answer;
	enum egov_status rc = EGOV_OK;

	for (size_t i = 1; rc == EGOV_OK && egov__lint_next_answer(&answers, &answer); i++)
		rc = egov_error_prefix(err, fn(s, &answer, err), "response %zu", i);
	return rc;
}

static enum egov_status answers(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov_slice in = s->ocsp.answers;
	struct egov__lint_answer answer;
	size_t count = 0;

	if (!s->ocsp.has_bytes)
		return EGOV_OK;
	while (in.size > 0 && egov__lint_next_answer(&in, &answer))
		count++;
	if (in.size > 0)
		return egov__lint_found(err, "response %zu: malformed", count + 1);
	return count > 0 ? EGOV_OK : egov__lint_found(err, "no response");
}

static enum egov_status is_time(const struct egov__lint_time *time, struct egov_error *err)
{
	if (time->name == NULL || time->at != EGOV_TIME_NONE)
		return EGOV_OK;
	return egov__lint_found(err, "%s: no GeneralizedTime with seconds, without fractions, in Z",
	                        time->name);
}

static enum egov_status answer_times(const struct egov__lint_subject *s,
                                     const struct egov__lint_answer *answer,
                                     struct egov_error *err)
{
	enum egov_status rc = is_time(&answer->this_update, err);

	(void)s;
	if (rc == EGOV_OK)
		rc = is_time(&answer->next_update, err);
	return rc != EGOV_OK ? rc : is_time(&answer->revoked, err);
}

static enum egov_status times(const struct egov__lint_subject *s, struct egov_error *err)
{
	const enum egov_status rc = is_time(&s->ocsp.produced, err);

	return rc != EGOV_OK ? rc : each(s, answer_times, err);
}

static enum egov_status answer_order(const struct egov__lint_subject *s,
                                     const struct egov__lint_answer *answer,
                                     struct egov_error *err)
{
	const struct egov__lint_time *const from = &answer->this_update, *const until = &answer->next_update;

	(void)s;
	if (until->name == NULL || from->at == EGOV_TIME_NONE || until->at == EGOV_TIME_NONE
	    || from->at <= until->at)
		return EGOV_OK;
	return egov__lint_found(err, "%s is before %s", until->name, from->name);
}

static enum egov_status order(const struct egov__lint_subject *s, struct egov_error *err)
{
	return each(s, answer_order, err);
}

static enum egov_status answer_reason(const struct egov__lint_subject *s,
                                      const struct egov__lint_answer *answer,
                                      struct egov_error *err)
{
	(void)s;
	if (answer->reason < 0 || egov_reason_name(answer->reason) != NULL)
		return EGOV_OK;
	return egov__lint_found(err, "revocationReason %d, which is none", answer->reason);
}

static enum egov_status reasons(const struct egov__lint_subject *s, struct egov_error *err)
{
	return each(s, answer_reason, err);
}

static enum egov_status answer_next(const struct egov__lint_subject *s,
                                    const struct egov__lint_answer *answer, struct egov_error *err)
{
	(void)s;
	return answer->next_update.name != NULL ? EGOV_OK
	                                        : egov__lint_found(err, "nextUpdate is missing");
}

static enum egov_status next_updates(const struct egov__lint_subject *s, struct egov_error *err)
{
	return each(s, answer_next, err);
}

static enum egov_status nonce(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov_slice value = EGOV__NO_SLICE;
	struct egov__ext ext;

	if (!egov__lint_ext(s, EGOV__OID_OCSP_NONCE, &ext)
	    || (egov__der_only(ext.value, EGOV__OCTET_STRING, "", &value, NULL) == EGOV_OK
	        && value.size > 0 && value.size <= NONCE_MAX))
		return EGOV_OK;
	return egov__lint_found(err, "nonce: not an OCTET STRING of 1 to 128 octets");
}

const struct egov__lint_row egov__rules_pkix_ocsp[] = {
	EGOV__RULE(OCSP, RFC5280, "pkix-ocsp-status", "responseStatus", "RFC 6960, 4.2.1", ERROR,
	           "a status of the standard, and an answer where it is successful alone", status),
	EGOV__RULE(OCSP, RFC5280, "pkix-ocsp-type", "responseType", "RFC 6960, 4.2.1", ERROR,
	           "id-pkix-ocsp-basic", type),
	EGOV__RULE(OCSP, RFC5280, "pkix-ocsp-version", "version", "X.690, 11.5", ERROR,
	           "v1, which is left out", version),
	EGOV__RULE(OCSP, RFC5280, "pkix-ocsp-responder", "responderID", "RFC 6960, 4.2.1", ERROR,
	           "a name, or the SHA-1 value of the responder's key", responder),
	EGOV__RULE(OCSP, RFC5280, "pkix-ocsp-responses", "responses", "RFC 6960, 4.2.1", ERROR,
	           "one response at least, each as its syntax has it", answers),
	EGOV__RULE(OCSP, RFC5280, "pkix-ocsp-times", "producedAt, responses", "RFC 6960, 4.2.2.1", ERROR,
	           "GeneralizedTime with seconds, without fractions, in Z", times),
	EGOV__RULE(OCSP, RFC5280, "pkix-ocsp-order", "nextUpdate", "RFC 6960, 2.4 and 4.2.2.1", ERROR,
	           "an end that is not before the beginning", order),
	EGOV__RULE(OCSP, RFC5280, "pkix-ocsp-reason", "revocationReason", "RFC 5280, 5.3.1", ERROR,
	           "a reason of the standard", reasons),
	EGOV__RULE(OCSP, RFC5280, "pkix-ocsp-next", "nextUpdate", "RFC 5019, 2.2.4", WARNING,
	           "nextUpdate is there", next_updates),
	EGOV__RULE(OCSP, RFC5280, "pkix-ocsp-nonce", "responseExtensions", "RFC 9654, 2.1", ERROR,
	           "a nonce of 1 to 128 octets", nonce),
	{ { .id = NULL }, NULL },
};
