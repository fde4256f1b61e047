/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <egovca/verify.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/fileio.h"
#include "base/pem.h"
#include "ca/init_ca.h"
#include "ca/install.h"
#include "ca/issuing.h"
#include "ca/mandate.h"
#include "crypto/sm3.h"

/* The path must end in a self-signed certificate of the chain: what the
 * installer trusts is what he gives. */
static enum egov_status add_chain(void *user, struct egov_slice der, struct egov_error *err)
{
	struct egov_verifier *verifier = user;
	struct egov_cert *cert = NULL;
	enum egov_status rc = egov_cert_decode(der, &cert, err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__slice_equal(egov_cert_issuer(cert), egov_cert_subject(cert))
	             ? egov_verifier_add_trust(verifier, der, err)
	             : egov_verifier_add_pool(verifier, der, err);
	egov_cert_free(cert);
	return rc;
}

static enum egov_status check_path(struct egov_home *home, const struct egov_cert *cert,
                                   struct egov_slice chain, struct egov_error *err)
{
	const struct egov_verify_options options = { .at = egov_home_now(home), .purpose = "ca" };
	struct egov_verifier *verifier = egov_verifier_new();
	enum egov_status rc =
		verifier == NULL ? egov_error_nomem(err)
		                 : egov__objects(chain, "CERTIFICATE", add_chain, verifier, err);

	if (rc != EGOV_OK)
		(void)egov_error_prefix(err, rc, "chain");
	if (rc == EGOV_OK) {
		rc = egov_verify(verifier, egov_cert_der(cert), &options, NULL, err);
		if (rc == EGOV_E_UNTRUSTED) {
			rc = EGOV_E_POLICY;
			if (err != NULL)
				err->status = rc;
		}
	}
	egov_verifier_free(verifier);
	return rc;
}

/* Which generation of the CA's key it is for. */
static enum egov_status check_ours(struct egov_home *home, const struct egov_cert *cert,
                                   uint64_t *generation, struct egov_error *err)
{
	struct egov_buf subject = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc =
		egov__home_generation_of(home, egov_cert_public_key(cert), generation, err);

	if (rc == EGOV_OK)
		rc = egov__home_meta(home, EGOV__META_SUBJECT, &subject, err);
	if (rc == EGOV_OK && *generation == 0)
		rc = egov_error_set(err, EGOV_E_POLICY, NULL,
		                    "the certificate's key is not this CA's key");
	if (rc == EGOV_OK && !egov__slice_equal(egov_buf_slice(&subject), egov_cert_subject(cert)))
		rc = egov_error_set(err, EGOV_E_POLICY, "GM/T 0043, 6.2.3 d",
		                    "the certificate's subject is not the name that was asked for");
	egov__buf_clear(&subject);
	return rc;
}

/* A certificate of somebody else's making is no recorded thing of ours: it is
 * published from the ledger's own value. */
static enum egov_status serve(struct egov_home *home, struct egov_slice der, uint64_t generation,
                              struct egov_error *err)
{
	struct egov_buf pem = EGOV__BUF(2 * EGOV__MAX_OBJECT);
	char name[EGOV__FILE_NAME], file[32];
	char *root = egov__web_root(home);
	enum egov_status rc;

	egov__home_file_name(generation, name);
	egov__pem_encode(&pem, "CERTIFICATE", der);
	rc = root == NULL ? egov_error_nomem(err) : egov__buf_check(&pem, err);
	if (rc == EGOV_OK)
		rc = egov__home_sweep_served(home, err);
	for (size_t i = 0; rc == EGOV_OK && i < 2; i++) {
		char *path;

		(void)snprintf(file, sizeof(file), "cert/%s.%s", name, i == 0 ? "cer" : "pem");
		path = egov__path_join(root, file);
		rc = path == NULL ? egov_error_nomem(err)
		                  : egov__file_replace(path, i == 0 ? der : egov_buf_slice(&pem),
		                                       0644, err);
		free(path);
	}
	egov__buf_clear(&pem);
	free(root);
	return rc;
}

static enum egov_status approve(struct egov_home *home, const struct egov_cert *cert,
                                struct egov_error *err)
{
	const struct egov_slice der = egov_cert_der(cert);
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&der, 1, digest, err);

	egov__fact_hex_add(&facts, EGOV__KEY_SERIAL, egov_cert_serial(cert));
	egov__fact_hex_add(&facts, "certificate-sm3", EGOV__SLICE(digest));
	if (rc == EGOV_OK)
		rc = egov__approve(home, EGOV__ACT_INSTALL, "", &facts, err);
	egov__buf_clear(&facts);
	return rc;
}

/* The entry's body; what a ceremony adds is no fact that a signer signs. */
static enum egov_status describe(const struct egov__install *o, const struct egov_cert *cert,
                                 struct egov__body *body, struct egov_error *err)
{
	egov__body_hex_add(body, EGOV__KEY_SERIAL, egov_cert_serial(cert));
	egov__body_time_add(body, EGOV__KEY_NOT_BEFORE, egov_cert_not_before(cert));
	egov__body_time_add(body, EGOV__KEY_NOT_AFTER, egov_cert_not_after(cert));
	return o->also->describe == NULL ? EGOV_OK
	                                 : o->also->describe(o->also->user, cert, body, err);
}

static enum egov_status append_all(const struct egov__install *o, const struct egov_cert *cert,
                                   uint64_t generation, struct egov_error *err)
{
	char certificate_name[EGOV__META_NAME], chain_name[EGOV__META_NAME];
	struct egov_record *record = egov__home_record(o->home);
	struct egov__body *body = egov__body_new();
	enum egov_status rc = describe(o, cert, body, err);

	egov__home_meta_name(EGOV__META_CERTIFICATE, generation, certificate_name);
	egov__home_meta_name(EGOV__META_CHAIN, generation, chain_name);
	if (rc == EGOV_OK)
		rc = approve(o->home, cert, err);
	if (rc == EGOV_OK)
		rc = egov__record_append(record, EGOV__KIND_INSTALL, o->actor, "", body,
		                         EGOV__NO_SLICE, err);
	if (rc == EGOV_OK)
		rc = egov__record_setting(record, o->actor, certificate_name,
		                          egov_cert_der(cert), err);
	if (rc == EGOV_OK)
		rc = egov__record_setting(record, o->actor, chain_name, o->chain, err);
	if (rc == EGOV_OK)
		rc = egov__own_activate(o->home, o->actor, generation, err);
	if (rc == EGOV_OK && o->also->keep != NULL)
		rc = o->also->keep(o->also->user, err);
	egov__body_free(body);
	return rc;
}

static enum egov_status record_install(const struct egov__install *o, const struct egov_cert *cert,
                                       uint64_t generation, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(o->home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(o->home), err);

	if (rc == EGOV_OK)
		rc = append_all(o, cert, generation, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

/* Installing the same certificate again only serves it again. */
static enum egov_status check_first(struct egov_home *home, const struct egov_cert *cert,
                                    uint64_t generation, bool *again, struct egov_error *err)
{
	struct egov_buf old = EGOV__BUF(EGOV__MAX_OBJECT);
	char name[EGOV__META_NAME];
	bool found = false;
	enum egov_status rc;

	egov__home_meta_name(EGOV__META_CERTIFICATE, generation, name);
	rc = egov__store_meta_get(egov__record_store(egov__home_record(home)), name, &old, &found,
	                          err);
	*again = found && egov__slice_equal(egov_buf_slice(&old), egov_cert_der(cert));
	if (rc == EGOV_OK && found && !*again)
		rc = egov_error_set(err, EGOV_E_EXISTS, NULL,
		                    "this CA has a certificate already, and it is another one");
	egov__buf_clear(&old);
	return rc;
}

enum egov_status egov__install(const struct egov__install *o, struct egov_report *report,
                               struct egov_error *err)
{
	struct egov_home *const home = o->home;
	struct egov_cert *cert = NULL;
	uint64_t generation = 0;
	bool again = false;
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_INSTALL, o->actor, err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov_cert_decode(o->certificate, &cert, err);
	if (rc == EGOV_OK)
		rc = check_ours(home, cert, &generation, err);
	if (rc == EGOV_OK)
		rc = check_first(home, cert, generation, &again, err);
	if (rc == EGOV_OK && o->also->check != NULL)
		rc = o->also->check(o->also->user, cert, err);
	if (rc == EGOV_OK)
		rc = egov__mandate_check_ca(cert, egov_home_now(home), err);
	if (rc == EGOV_OK && o->chain.size > 0)
		rc = check_path(home, cert, o->chain, err);
	if (rc == EGOV_OK && !again)
		rc = record_install(o, cert, generation, err);
	if (rc == EGOV_OK)
		rc = serve(home, egov_cert_der(cert), generation, err);
	if (rc == EGOV_OK) {
		egov__report_hex(report, "serial", egov_cert_serial(cert));
		egov__report_time(report, "not-after", egov_cert_not_after(cert));
		egov__report_add(report, "path", "%s", o->chain.size > 0 ? "verified" : "not checked");
		rc = egov__report_check(report, err);
	} else {
		rc = egov__refuse(home, o->actor, "", EGOV__ACT_INSTALL, rc, err);
	}
	egov_cert_free(cert);
	return rc;
}

enum egov_status egov_init_install(struct egov_home *home, const char *actor,
                                   struct egov_slice certificate, struct egov_slice chain,
                                   struct egov_report *report, struct egov_error *err)
{
	static const struct egov__install_also nothing = { .check = NULL };
	const struct egov__install install = { home, actor, certificate, chain, &nothing };

	return egov__install(&install, report, err);
}
