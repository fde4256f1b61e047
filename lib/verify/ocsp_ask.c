/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/revocation.h"

#include "base/der.h"
#include "crypto/digest.h"
#include "crypto/sm3.h"
#include "x509/name.h"

/*
 * OCSP responses that were given (RFC 6960, 3.2 and 4.2.2.2).  An answer counts
 * where it is about this certificate, of the right moment, and signed by the
 * certificate's issuer or by whom that one itself authorized.
 */

static enum egov_status unfit(struct egov_error *why, const char *clause, const char *text)
{
	return egov_error_set(why, EGOV_E_UNTRUSTED, clause, "%s", egov__text(text));
}

/* --- whose answer ------------------------------------------------------------------------ */

/* The octets of a public key, which hashes name it by. */
static struct egov_slice key_octets(const struct egov_cert *cert)
{
	struct egov_slice in, algorithm, octets;

	if (egov__der_only(egov__cert_fields(cert)->spki, EGOV__SEQUENCE, "", &in, NULL) != EGOV_OK
	    || egov__der_read(&in, EGOV__SEQUENCE, "", &algorithm, NULL) != EGOV_OK
	    || egov__der_bit_octets(&in, "", &octets, NULL) != EGOV_OK)
		return EGOV__NO_SLICE;
	return octets;
}

/* Most name certificates by SHA-1 still: nothing is signed under it. */
static bool hash_is(struct egov_slice oid, struct egov_slice bytes, struct egov_slice hash)
{
	static const uint8_t sha1[] = { 0x2b, 0x0e, 0x03, 0x02, 0x1a };
	uint8_t digest[EGOV__DIGEST_MAX];
	size_t size = EGOV__SHA1_SIZE;
	enum egov_status rc;

	if (egov__slice_equal(oid, EGOV__SLICE(sha1)))
		rc = egov__sha1(bytes, digest, NULL);
	else
		rc = egov__digest(egov__oid_find(oid), bytes, digest, &size, NULL);
	return rc == EGOV_OK && egov__slice_equal(hash, (struct egov_slice){ digest, size });
}

static bool is_about(const struct egov__ocsp_answer *answer, const struct egov__link *link)
{
	return egov__slice_equal(answer->serial, link->fields->serial)
	       && hash_is(answer->digest, link->fields->issuer, answer->name_hash)
	       && hash_is(answer->digest, key_octets(link->issuer), answer->key_hash);
}

/* --- the responder ----------------------------------------------------------------------- */

static enum egov_status is_named(const struct egov__ocsp_fields *f, const struct egov_cert *cert,
                                 bool *is, struct egov_error *err)
{
	uint8_t digest[EGOV__SHA1_SIZE];
	enum egov_status rc;

	if (f->responder_name.size > 0)
		return egov__name_same(f->responder_name, egov__cert_fields(cert)->subject, is, err);
	rc = egov__sha1(key_octets(cert), digest, err);
	*is = rc == EGOV_OK && egov__slice_equal(f->responder_key, EGOV__SLICE(digest));
	return rc;
}

/* Certified by the very key that certified what is asked about, for this purpose; along
 * the same path, which is judged for the certificate. */
static enum egov_status is_delegated(const struct egov__link *link,
                                     const struct egov__known_ocsp *known,
                                     const struct egov_cert *cert, bool *is,
                                     struct egov_error *err)
{
	const struct egov_verify_options *asked = link->j->options;
	const struct egov_verify_options plain = {
		.at = asked->at, .require_revocation = asked->require_revocation,
		.tolerate = asked->tolerate, .max_age = asked->max_age, .now = asked->now
	};
	const struct egov__pending pending = { known, link, link->j->pending };
	struct egov__judgement j = *link->j;
	struct egov__path path = { .end = link->path->end };
	size_t failures;
	enum egov_status rc;

	*is = false;
	if (!egov__may_go_deeper(link, known))
		return EGOV_OK;
	path.certs[path.count++] = cert;
	for (size_t i = link->i + 1; i < link->path->count; i++)
		path.certs[path.count++] = link->path->certs[i];
	egov__plain_judgement(&j, &plain, &pending);
	j.purpose = egov__purpose_by_name("ocsp");
	/* Counted, so that early checks, which a search makes on its way, are made too. */
	rc = egov__checks_run(&j, &path, NULL, &failures, NULL);
	egov__plain_judged(link->j, &j);
	*is = rc == EGOV_OK;
	if (rc == EGOV_OK || rc == EGOV_E_UNTRUSTED)
		return EGOV_OK;
	return egov_error_set(err, rc, NULL, "judging an OCSP responder failed");
}

static enum egov_status try_responder(const struct egov__link *link,
                                      const struct egov__known_ocsp *known,
                                      const struct egov_cert *cert, bool *good,
                                      struct egov_error *why, struct egov_error *err)
{
	enum egov_status rc = is_named(&known->fields, cert, good, err);

	if (rc == EGOV_OK && *good)
		rc = egov__memo_ocsp(link->j, known, cert, good, err);
	if (rc != EGOV_OK || !*good || cert == link->issuer)
		return rc;
	rc = is_delegated(link, known, cert, good, err);
	if (rc == EGOV_OK && !*good)
		(void)unfit(why, "RFC 6960, 4.2.2.2",
		            EGOV__N("the issuer of the certificate did not authorize its responder"));
	return rc;
}

static enum egov_status check_responder(const struct egov__link *link,
                                        const struct egov__known_ocsp *known, bool *good,
                                        struct egov_error *why, struct egov_error *err)
{
	const struct egov__cert_list *const lists[] = { &known->certs, &link->j->verifier->pool };
	enum egov_status rc;

	*good = false;
	rc = try_responder(link, known, link->issuer, good, why, err);
	for (size_t l = 0; l < 2; l++)
		for (size_t i = 0; rc == EGOV_OK && !*good && i < lists[l]->count; i++)
			if (lists[l]->items[i].cert != link->issuer)
				rc = try_responder(link, known, lists[l]->items[i].cert, good, why, err);
	if (rc == EGOV_OK && !*good)
		(void)unfit(why, "RFC 6960, 3.2", EGOV__N("nobody known here signed it"));
	return rc;
}

/* --- the answer -------------------------------------------------------------------------- */

static enum egov_status check_form(const struct egov__judgement *j,
                                   const struct egov__known_ocsp *known,
                                   const struct egov__ocsp_answer *answer, struct egov_error *why)
{
	if (known->fields.unknown_critical || answer->unknown_critical)
		return unfit(why, "RFC 6960, 4.4", EGOV__N("it has a critical extension not known here"));
	if (known->fields.produced_at > j->options->at)
		return unfit(why, "RFC 6960, 4.2.2.1",
		             EGOV__N("producedAt lies after the moment judged at"));
	return egov__crl_dates(j, answer->this_update, answer->next_update, why);
}

static enum egov_status take(const struct egov__link *link, const struct egov__known_ocsp *known,
                             const struct egov__ocsp_answer *answer, struct egov__ocsp_found *found,
                             struct egov_error *err)
{
	struct egov_error why = { 0 };
	bool good = check_form(link->j, known, answer, &why) == EGOV_OK;
	enum egov_status rc = EGOV_OK;

	if (good)
		rc = check_responder(link, known, &good, err == NULL ? NULL : &why, err);
	if (rc != EGOV_OK)
		return rc;
	if (!good && !found->unusable) {
		found->unusable = true;
		found->why = why;
	}
	if (!good || (found->known != NULL && answer->this_update < found->answer.this_update))
		return EGOV_OK;
	/* Of two of one moment, the worse. */
	if (found->known != NULL && answer->this_update == found->answer.this_update
	    && found->answer.status == EGOV__OCSP_REVOKED)
		return EGOV_OK;
	found->known = known;
	found->answer = *answer;
	return EGOV_OK;
}

/* Made after the moment judged at, and before now: that moment is not what it is about. */
static bool is_later(const struct egov__judgement *j, const struct egov__ocsp_answer *answer)
{
	return answer->this_update > j->options->at && answer->this_update <= j->options->now;
}

enum egov_status egov__ocsp_ask(const struct egov__link *link, struct egov__ocsp_found *found,
                                struct egov_error *err)
{
	const struct egov_verifier *verifier = link->j->verifier;
	struct egov__ocsp_answer answer;
	enum egov_status rc = EGOV_OK;

	*found = (struct egov__ocsp_found){ 0 };
	for (size_t i = 0; rc == EGOV_OK && i < verifier->ocsp_count; i++) {
		const struct egov__known_ocsp *known = &verifier->ocsps[i];
		struct egov_slice rest = known->fields.answers;

		while (rc == EGOV_OK && rest.size > 0) {
			rc = egov__ocsp_next(&rest, &answer, err);
			if (rc == EGOV_OK && !is_later(link->j, &answer) && is_about(&answer, link))
				rc = take(link, known, &answer, found, err);
		}
	}
	return rc;
}
