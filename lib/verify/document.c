/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/der.h"
#include "base/pem.h"
#include "base/report.h"
#include "cms/ber.h"
#include "cms/signed_data.h"
#include "crypto/sm2.h"

#define MAX_SIGNATURE EGOV__MAX_CRL     /* with its document */
#define MAX_CERTIFICATES 256            /* within one signature */

/* A signature, read: its DER, what it says, the certificates within. */
struct document {
	struct egov_buf der;
	struct egov__signed_data data;
	struct egov__cert_list certs;
	struct egov_slice content;      /* given beside it */
};

static void clear(struct document *document)
{
	egov__known_clear_list(&document->certs);
	egov__buf_clear(&document->der);
}

static enum egov_status take_bytes(void *user, struct egov_slice bytes, struct egov_error *err)
{
	struct document *document = user;

	if (document->der.size > 0)
		return egov_error_set(err, EGOV_E_SYNTAX, NULL, "more than one signature");
	if (egov__der_check(bytes, NULL) != EGOV_OK)
		return egov__ber_to_der(bytes, &document->der, err);
	egov__buf_slice(&document->der, bytes);
	return egov__buf_check(&document->der, err);
}

/* Those that do not decode are nobody's. */
static enum egov_status read_certificates(struct document *document, struct egov_error *err)
{
	struct egov_slice rest = document->data.certificates;
	struct egov__tlv tlv;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && rest.size > 0) {
		rc = egov__der_any(&rest, &tlv, err);
		if (rc == EGOV_OK && document->certs.count == MAX_CERTIFICATES)
			return egov_error_set(err, EGOV_E_LIMIT, NULL, "more than %d certificates",
			                      MAX_CERTIFICATES);
		if (rc == EGOV_OK && tlv.tag == EGOV__SEQUENCE) {
			const enum egov_status one =
				egov__known_add_cert(&document->certs, tlv.whole, NULL);

			rc = one == EGOV_E_NOMEM ? egov_error_nomem(err) : EGOV_OK;
		}
	}
	return rc;
}

static enum egov_status read_document(struct egov_slice signature, struct egov_slice content,
                                      struct document *document, struct egov_error *err)
{
	static const char cms[] = "-----BEGIN CMS-----";
	const bool is_cms = signature.size > 0
	                    && memmem(signature.data, signature.size, cms, sizeof(cms) - 1) != NULL;
	enum egov_status rc;

	*document = (struct document){ .der = EGOV__BUF(MAX_SIGNATURE), .content = content };
	rc = egov__objects(signature, is_cms ? "CMS" : "PKCS7", take_bytes, document, err);
	if (rc == EGOV_OK)
		rc = egov__signed_data_read(egov_buf_slice(&document->der), &document->data, err);
	if (rc == EGOV_OK)
		rc = read_certificates(document, err);
	return rc == EGOV_OK ? rc : egov_error_prefix(err, rc, "signature");
}

/* --- one signer ----------------------------------------------------------------------- */

static bool is_signer(const struct egov__signer_info *info, const struct egov_cert *cert)
{
	struct egov_slice key_id;
	struct egov__ext ext;

	if (info->key_id.size == 0)
		return egov__slice_equal(egov_cert_issuer(cert), info->issuer)
		       && egov__slice_equal(egov_cert_serial(cert), info->serial);
	return egov__cert_ext(cert, EGOV__OID_SKI, &ext)
	       && egov__ext_ski(ext.value, &key_id, NULL) == EGOV_OK
	       && egov__slice_equal(key_id, info->key_id);
}

static const struct egov_cert *find_signer(const struct egov__signer_info *info,
                                           const struct egov__cert_list *const *lists,
                                           size_t count)
{
	for (size_t l = 0; l < count; l++)
		for (size_t i = 0; i < lists[l]->count; i++)
			if (is_signer(info, lists[l]->items[i].cert))
				return lists[l]->items[i].cert;
	return NULL;
}

/* Where the signers of a document are asked for: the verifier with the certificates of
 * the signature among its own. */
struct asked {
	struct egov_verifier *verifier;
	const struct egov_verify_options *options;
	const struct document *document;
	struct egov_report *findings;
};

static void begin(const struct asked *asked, size_t number)
{
	if (asked->findings == NULL)
		return;
	egov__report_record(asked->findings);
	egov__report_add(asked->findings, "signer", "%zu", number);
}

static void end(const struct asked *asked, size_t number, const struct egov_cert *cert,
                const struct egov_error *cause)
{
	struct egov__label label;

	if (asked->findings == NULL)
		return;
	begin(asked, number);
	if (cert != NULL)
		egov__report_add(asked->findings, "subject", "%s", egov__label(cert, &label));
	egov__report_add(asked->findings, "verdict", cause == NULL ? "trusted" : "untrusted");
	if (cause == NULL)
		return;
	egov__report_add(asked->findings, "reason", "%s", cause->text);
	if (cause->clause != NULL)
		egov__report_add(asked->findings, "clause", "%s", cause->clause);
}

static bool is_judged(enum egov_status rc)
{
	return rc == EGOV_OK || rc == EGOV_E_UNTRUSTED;
}

static enum egov_status judge_signer(const struct asked *asked,
                                     const struct egov__document_signer *signer,
                                     struct egov_error *cause)
{
	struct egov__side side = egov__document_side;
	struct egov_verify_options how = *asked->options;
	struct egov__label label;
	enum egov_status rc, told = EGOV_OK;

	side.label = signer->cert == NULL ? egov__text("signer") : egov__label(signer->cert, &label);
	side.source = egov__text("the signature");
	rc = egov__side_run(&side, signer, asked->findings, cause);
	if (how.purpose == NULL)
		how.purpose = "sign";
	if (is_judged(rc) && signer->cert != NULL)
		told = egov_verify(asked->verifier, egov_cert_der(signer->cert), &how, asked->findings,
		                   cause);
	return rc == EGOV_OK || !is_judged(told) ? told : rc;
}

static enum egov_status judge_next(const struct asked *asked, struct egov_slice *signers,
                                   size_t number, struct egov_error *cause)
{
	const struct egov__cert_list *const lists[] = { &asked->document->certs,
		                                        &asked->verifier->pool,
		                                        &asked->verifier->trust };
	struct egov__signer_info info;
	struct egov__signed_attributes attributes = { .signing_time = EGOV_TIME_NONE };
	struct egov__document_signer signer = {
		.data = &asked->document->data, .info = &info, .attributes = &attributes,
		.content = asked->document->content, .at = asked->options->at,
		.id = asked->options->id.data == NULL ? egov__slice_text(EGOV__SM2_DEFAULT_ID)
		                                      : asked->options->id
	};
	enum egov_status rc = egov__signer_info_next(signers, &info, cause);

	if (rc == EGOV_OK)
		rc = egov__signed_attributes_read(info.attributes, &attributes, cause);
	if (rc != EGOV_OK)
		return egov_error_prefix(cause, rc, "signature");
	signer.cert = find_signer(&info, lists, 3);
	begin(asked, number);
	rc = judge_signer(asked, &signer, cause);
	if (is_judged(rc))
		end(asked, number, signer.cert, rc == EGOV_OK ? NULL : cause);
	return rc;
}

static enum egov_status judge_signers(const struct asked *asked, struct egov_error *err)
{
	struct egov_slice signers = asked->document->data.signers;
	enum egov_status rc = EGOV_OK;
	size_t number = 0;

	if (signers.size == 0)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5652, 5.1", "it has no signer");
	while (signers.size > 0) {
		struct egov_error cause = { 0 };
		enum egov_status one;

		if (number++ == EGOV__SIGNERS_MAX)
			return egov_error_set(err, EGOV_E_LIMIT, NULL, "more than %d signers",
			                      EGOV__SIGNERS_MAX);
		one = judge_next(asked, &signers, number, &cause);
		if (one == EGOV_OK)
			continue;
		(void)egov_error_set(err, one, cause.clause, "%s", cause.text);
		rc = one;
		if (one != EGOV_E_UNTRUSTED)
			return one;
	}
	return rc;
}

/* --- the calls ------------------------------------------------------------------------- */

/* The certificates within help to build paths for this question alone, and what is found
 * true of them is known by where they lie: it is not kept. */
static enum egov_status judge_with(const struct egov_verifier *verifier, struct asked *asked,
                                   struct egov_error *err)
{
	struct egov_verifier with = *verifier;
	enum egov_status rc;

	with.pool = (struct egov__cert_list){ 0 };
	with.proven = egov__proven_new();
	with.ready = egov__ready_new();
	rc = with.proven == NULL || with.ready == NULL
	     ? egov_error_nomem(err)
	     : egov__known_borrow(&asked->document->certs, &verifier->pool, &with.pool, err);
	asked->verifier = &with;
	if (rc == EGOV_OK)
		rc = judge_signers(asked, err);
	egov__proven_free(with.proven);
	egov__ready_free(with.ready);
	free(with.pool.items);
	return rc;
}

enum egov_status egov_verify_signature(struct egov_verifier *verifier, struct egov_slice signature,
                                       struct egov_slice content,
                                       const struct egov_verify_options *options,
                                       struct egov_report *findings, struct egov_error *err)
{
	struct document document = { 0 };
	struct asked asked = { .options = options, .document = &document, .findings = findings };
	struct egov_error cause = { 0 };
	enum egov_status rc = read_document(signature, content, &document, &cause);

	if (rc == EGOV_OK)
		rc = judge_with(verifier, &asked, &cause);
	rc = egov__findings_answer(findings, &(struct egov__judged){ options->at, signature, content },
	                           rc, &cause, err);
	clear(&document);
	return rc;
}
