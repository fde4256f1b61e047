/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <inttypes.h>
#include <stdio.h>

#include "ca/approve.h"
#include "ca/init_ca.h"
#include "ca/issuing.h"
#include "crypto/sm3.h"
#include "x509/name.h"

/*
 * From one key to the next under the same name.  Each step is recorded, and a run
 * that finds it done goes on after it: until the new key becomes active, in one
 * transaction, the CA works with the old one.
 */
struct rollover {
	struct egov_home *home;
	const char *actor;
	int lock;
	struct egov__generation_row old, new;   /* new.state 0: not on record yet */
	struct egov_buf subject, subject_text;
	struct egov_cert *old_cert;
	struct egov_signer *old_signer, *new_signer;
};

static void rollover_clear(struct rollover *r)
{
	egov_signer_close(r->old_signer);
	egov_signer_close(r->new_signer);
	egov_cert_free(r->old_cert);
	egov__buf_clear(&r->subject);
	egov__buf_clear(&r->subject_text);
	egov__home_unlock(r->lock);
}

/* --- which keys --- */

static enum egov_status note_key(void *user, const struct egov__generation_row *row,
                                 struct egov_error *err)
{
	struct rollover *r = user;

	(void)err;
	if (row->state == EGOV__GENERATION_ACTIVE)
		r->old = *row;
	if (row->state == EGOV__GENERATION_PENDING)
		r->new = *row;
	else
		r->new = (struct egov__generation_row){ .number = row->number + 1 };
	return EGOV_OK;
}

static enum egov_status find_keys(struct rollover *r, struct egov_error *err)
{
	enum egov_status rc = egov__home_lock(r->home, EGOV__OWN_LOCK, &r->lock, err);

	if (rc == EGOV_OK)
		rc = egov__home_certificate(r->home, &r->old_cert, err);
	if (rc == EGOV_OK)
		rc = egov__store_generation_walk(egov__record_store(egov__home_record(r->home)),
		                                 note_key, r, err);
	if (rc == EGOV_OK)
		rc = egov__home_meta(r->home, EGOV__META_SUBJECT, &r->subject, err);
	if (rc != EGOV_OK)
		return rc;
	egov__name_print(egov_buf_slice(&r->subject), &r->subject_text);
	return egov__buf_string(&r->subject_text) == NULL ? egov_error_nomem(err) : EGOV_OK;
}

/* The new key is named, and a list and a certificate of its own for what it issues. */
static enum egov_status check_conf(const struct rollover *r, struct egov_error *err)
{
	const struct egov__home_conf *conf = egov__home_conf(r->home);
	const struct egov__home_key_conf *key;

	if (r->new.number > EGOV__GENERATIONS)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "a CA has at most %d keys",
		                      EGOV__GENERATIONS);
	key = &conf->keys[r->new.number];
	if (key->uri == NULL)
		return egov_error_set(err, EGOV_E_POLICY, NULL,
		                      "egovca.conf: write the URI of the new key under [key] "
		                      "ca_%" PRIu64 " first",
		                      r->new.number);
	if (conf->crl_url != NULL && key->crl_url == NULL)
		return egov_error_set(err, EGOV_E_POLICY, "RFC 5280, 4.2.1.13",
		                      "egovca.conf: write the address of the new key's list under "
		                      "[crl] url_%" PRIu64 " first",
		                      r->new.number);
	if (conf->ca_issuers_url != NULL && key->ca_issuers_url == NULL)
		return egov_error_set(err, EGOV_E_POLICY, "RFC 5280, 4.2.2.1",
		                      "egovca.conf: write the address of the new key's certificate "
		                      "under [publish] ca_issuers_url_%" PRIu64 " first",
		                      r->new.number);
	return EGOV_OK;
}

static enum egov_status check_new(const struct rollover *r, struct egov_error *err)
{
	bool owns = false;
	enum egov_status rc = egov__home_owns_key(r->home, egov_signer_public_key(r->new_signer),
	                                          &owns, err);

	if (rc == EGOV_OK && owns)
		rc = egov_error_set(err, EGOV_E_POLICY, "Order No. 4, Art. 22",
		                    "the new key is one of this home already");
	return rc;
}

static enum egov_status approve(const struct rollover *r, const char *subject,
                                const uint8_t digest[EGOV__SM3_SIZE], struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc;

	egov__fact_hex_add(&facts, EGOV__KEY_KEY_SM3, (struct egov_slice){ digest, EGOV__SM3_SIZE });
	rc = egov__approve(r->home, EGOV__ACT_ROLLOVER, subject, &facts, err);
	egov__buf_clear(&facts);
	return rc;
}

static enum egov_status journal_start(struct rollover *r, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(r->home);
	const struct egov_slice key = egov_signer_public_key(r->new_signer);
	struct egov__body *body = egov__body_new();
	char name[EGOV__META_NAME], subject[32];
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&key, 1, digest, err);

	(void)snprintf(subject, sizeof(subject), "ca-key-%" PRIu64, r->new.number);
	egov__home_meta_name(EGOV__META_CA_KEY, r->new.number, name);
	egov__body_number_add(body, EGOV__KEY_GENERATION, r->new.number);
	egov__body_hex_add(body, EGOV__KEY_KEY_SM3, EGOV__SLICE(digest));
	if (rc == EGOV_OK)
		rc = approve(r, subject, digest, err);
	if (rc == EGOV_OK)
		rc = egov__record_append(record, EGOV__KIND_ROLLOVER, r->actor, subject, body,
		                         EGOV__NO_SLICE, err);
	if (rc == EGOV_OK)
		rc = egov__record_setting(record, r->actor, name, key, err);
	if (rc == EGOV_OK)
		rc = egov__record_generation_new(record, r->actor, key, &r->new.number, err);
	egov__body_free(body);
	return rc;
}

static enum egov_status start(struct rollover *r, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(r->home);
	enum egov_status rc = egov__home_new_signer(r->home, r->new.number, &r->new_signer, err);

	if (rc == EGOV_OK)
		rc = check_new(r, err);
	if (rc == EGOV_OK)
		rc = egov__record_begin(record, egov_home_now(r->home), err);
	if (rc != EGOV_OK)
		return rc;
	rc = journal_start(r, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

/* --- papers --- */

static struct egov__own_ca own_of(const struct rollover *r, bool new)
{
	return (struct egov__own_ca){ .actor = r->actor,
		                      .subject = egov_buf_slice(&r->subject),
		                      .subject_text = (const char *)r->subject_text.data,
		                      .generation = new ? r->new.number : r->old.number,
		                      .signer = new ? r->new_signer : r->old_signer };
}

/* RFC 4210, 4.4: each key certifies the other, so that whoever trusts one of them
 * finds a path to what the other signed. */
static enum egov_status link_keys(const struct rollover *r, bool new_with_old,
                                  const struct egov_cert *issuer, struct egov_error *err)
{
	const struct egov__own_ca own = own_of(r, !new_with_old);
	const uint64_t of = new_with_old ? r->new.number : r->old.number;
	const egov_time end = egov_cert_not_after(r->old_cert);
	char of_file[EGOV__FILE_NAME], by_file[EGOV__FILE_NAME];
	char name[EGOV__META_NAME], file[2 * EGOV__FILE_NAME + 8];
	const struct egov__own_paper paper = { .profile = EGOV__PROFILE_LINK, .name = name, .file = file,
		                               .of = of, .issuer = issuer, .end = &end };

	egov__home_file_name(of, of_file);
	egov__home_file_name(own.generation, by_file);
	(void)snprintf(file, sizeof(file), "%s-by-%s", of_file, by_file);
	(void)snprintf(name, sizeof(name), "ca-link-%" PRIu64 "-by-%" PRIu64, of, own.generation);
	return egov__own_certificate(r->home, &own, &paper, NULL, err);
}

static enum egov_status activate(const struct rollover *r, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(r->home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(r->home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__own_activate(r->home, r->actor, r->new.number, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

static enum egov_status roll_root(struct rollover *r, struct egov_report *report,
                                  struct egov_error *err)
{
	const struct egov__own_ca own = own_of(r, true);
	struct egov_cert *cert = NULL;
	enum egov_status rc = egov__own_root(r->home, &own, &cert, err);

	if (rc == EGOV_OK)
		rc = egov__home_ca_signer(r->home, r->old.number, &r->old_signer, err);
	if (rc == EGOV_OK)
		rc = link_keys(r, true, r->old_cert, err);
	if (rc == EGOV_OK)
		rc = link_keys(r, false, cert, err);
	if (rc == EGOV_OK)
		rc = activate(r, err);
	if (rc == EGOV_OK) {
		egov__report_hex(report, "serial", egov_cert_serial(cert));
		egov__report_time(report, "not-after", egov_cert_not_after(cert));
	}
	egov_cert_free(cert);
	return rc;
}

static enum egov_status checkpoint(const struct rollover *r, struct egov_error *err)
{
	struct egov_signer *journal = NULL;
	enum egov_status rc = egov__home_signer(r->home, EGOV_KEY_JOURNAL, &journal, err);

	if (rc == EGOV_OK)
		rc = egov__record_checkpoint(egov__home_record(r->home), journal,
		                             egov_home_now(r->home), err);
	egov_signer_close(journal);
	return rc;
}

/* What a root will certify by is fit for use, before anything is begun. */
static enum egov_status check_profiles(const struct rollover *r, struct egov_error *err)
{
	static const char *const names[] = { "root-ca", EGOV__PROFILE_LINK };
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < sizeof(names) / sizeof(names[0]); i++) {
		struct egov_profile *profile = NULL;

		rc = egov__home_profile(r->home, names[i], &profile, err);
		egov_profile_free(profile);
	}
	return rc;
}

static enum egov_status roll(struct rollover *r, struct egov_report *report, struct egov_error *err)
{
	const bool root = egov__slice_equal(egov_cert_issuer(r->old_cert),
	                                    egov_cert_subject(r->old_cert));
	struct egov__own_ca own;
	enum egov_status rc = check_conf(r, err);

	if (rc == EGOV_OK && root)
		rc = check_profiles(r, err);
	if (rc == EGOV_OK)
		rc = r->new.state == EGOV__GENERATION_PENDING
		             ? egov__home_ca_signer(r->home, r->new.number, &r->new_signer, err)
		             : start(r, err);
	if (rc == EGOV_OK)
		rc = egov__own_close_leftover(r->home, r->actor, err);
	if (rc == EGOV_OK) {
		own = own_of(r, true);
		rc = egov__own_request(r->home, &own, err);
	}
	egov__report_add(report, "generation", "%" PRIu64, r->new.number);
	if (rc == EGOV_OK && root)
		rc = roll_root(r, report, err);
	if (rc == EGOV_OK)
		rc = checkpoint(r, err);
	if (rc != EGOV_OK)
		return rc;
	egov__report_add(report, "state", "%s", root ? "active" : "pending");
	return egov__report_check(report, err);
}

enum egov_status egov_init_rollover(struct egov_home *home, const char *actor,
                                    struct egov_report *report, struct egov_error *err)
{
	struct rollover r = { .home = home,
		              .actor = actor,
		              .lock = -1,
		              .subject = EGOV__BUF(EGOV__MAX_OBJECT),
		              .subject_text = EGOV__BUF(4 * EGOV__MAX_OBJECT) };
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_ROLLOVER, actor, err);

	if (rc != EGOV_OK)
		return rc;
	rc = find_keys(&r, err);
	if (rc == EGOV_OK)
		rc = roll(&r, report, err);
	rc = egov__refuse(home, actor, "", EGOV__ACT_ROLLOVER, rc, err);
	rollover_clear(&r);
	return rc;
}
