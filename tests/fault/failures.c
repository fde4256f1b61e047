/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operations of the library under failing memory and failing files: each call in its turn.
 *   failures [--all] OPERATION...
 * runs in a folder that tests/cli/failures.sh has prepared.  An operation under a failure
 * succeeds, or fails with one of the statuses that its table entry allows and a message, and
 * leaves its outputs alone; the records are whole then, and the same operation succeeds
 * when it is asked for again.
 */
#include "fail.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <p11-kit/pkcs11.h>

#include <egovca/egovca.h>

#include "base/error.h"
#include "key/signer.h"

#define NOW 1795334400          /* 2026-11-22T08:00:00Z */
/* How many calls of an operation fail without --all; and with it, of SQLite's thousands. */
#define SAMPLE 25
#define STORE_SAMPLE 250

static const char *running;
static unsigned long running_n;

static void die(const char *what, const struct egov_error *err)
{
	(void)fprintf(stderr, "FAIL: %s, call %lu: %s%s%s\n", running, running_n, what,
	              err == NULL ? "" : ": ", err == NULL ? "" : err->text);
	exit(1);
}

static void shell(const char *command)
{
	if (system(command) != 0) {
		(void)fprintf(stderr, "FAIL: %s\n", command);
		exit(1);
	}
}

/* --- what the operations work on -------------------------------------------------------------- */

static struct egov_buf *certificate, *ca, *list, *request, *request_2, *next_request;
static struct egov_buf *renew_consent, *rekey_consent, *below, *packet;
static char *application, *application_2, *serial, *held, *young, *key_uri, *journal_uri, *new_uri;
static char *sender, *due;

static struct egov_buf *file(const char *path)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_buf *bytes = NULL;

	if (egov_file_read(path, EGOV_MAX_FILE, &bytes, &err) != EGOV_OK)
		die(path, &err);
	return bytes;
}

/* A line of a file. */
static char *line(const char *path)
{
	struct egov_buf *bytes = file(path);
	const struct egov_slice text = egov_buf_slice(bytes);
	char *copy = strndup((const char *)text.data, text.size);

	if (copy == NULL)
		abort();
	copy[strcspn(copy, "\n")] = 0;
	egov_buf_free(bytes);
	return copy;
}

static void load(void)
{
	certificate = file("old.pem");
	ca = file("root/publish/cert/ca.pem");
	list = file("root/publish/crl/ca.crl");
	request = file("zhang.csr");
	request_2 = file("wang.csr");
	next_request = file("next.csr");
	renew_consent = file("renew.sig");
	rekey_consent = file("rekey.sig");
	below = file("below.pem");
	packet = file("packet.pem");
	sender = line("sender");
	due = line("due");
	application = line("application-id");
	application_2 = line("application-2");
	serial = line("serial");
	held = line("held");
	young = line("young");
	key_uri = line("key-uri");
	journal_uri = line("journal-uri");
	new_uri = line("new-uri");
}

static void unload(void)
{
	egov_buf_free(certificate);
	egov_buf_free(ca);
	egov_buf_free(list);
	egov_buf_free(request);
	egov_buf_free(request_2);
	egov_buf_free(next_request);
	egov_buf_free(renew_consent);
	egov_buf_free(rekey_consent);
	egov_buf_free(below);
	egov_buf_free(packet);
	free(sender);
	free(due);
	free(application);
	free(application_2);
	free(serial);
	free(held);
	free(young);
	free(key_uri);
	free(journal_uri);
	free(new_uri);
}

/* --- decoding, judging -------------------------------------------------------------------------- */

/* Runs report on it, unless something failed before. */
#define REPORT(rc, call, err)                                                                      \
	do {                                                                                       \
		struct egov_report *report = egov_report_new();                                    \
		if ((rc) == EGOV_OK && report == NULL)                                             \
			(rc) = egov_error_nomem(err);                                              \
		if ((rc) == EGOV_OK)                                                               \
			(rc) = call;                                                               \
		egov_report_free(report);                                                          \
	} while (0)

static enum egov_status decode_certificate(struct egov_error *err)
{
	struct egov_cert *cert = NULL;
	enum egov_status rc = egov_cert_decode(egov_buf_slice(certificate), &cert, err);

	if ((rc == EGOV_OK) != (cert != NULL))
		die("status and output disagree", err);
	REPORT(rc, egov_cert_report(cert, report, err), err);
	egov_cert_free(cert);
	return rc;
}

static enum egov_status decode_list(struct egov_error *err)
{
	struct egov_crl *crl = NULL;
	enum egov_status rc = egov_crl_decode(egov_buf_slice(list), &crl, err);

	if ((rc == EGOV_OK) != (crl != NULL))
		die("status and output disagree", err);
	REPORT(rc, egov_crl_report(crl, 1, report, err), err);
	egov_crl_free(crl);
	return rc;
}

static enum egov_status decode_request(struct egov_error *err)
{
	const struct egov_slice id = { NULL, 0 };
	struct egov_request *decoded = NULL;
	enum egov_status rc = egov_request_decode(egov_buf_slice(request), id, &decoded, err);

	if ((rc == EGOV_OK) != (decoded != NULL))
		die("status and output disagree", err);
	REPORT(rc, egov_request_report(decoded, report, err), err);
	egov_request_free(decoded);
	return rc;
}

static enum egov_status load_application(struct egov_error *err)
{
	struct egov_application *loaded = NULL;
	enum egov_status rc = egov_application_load("zhang.application", &loaded, err);

	if ((rc == EGOV_OK) != (loaded != NULL))
		die("status and output disagree", err);
	egov_application_free(loaded);
	return rc;
}

static enum egov_status load_profile(struct egov_error *err)
{
	struct egov_profile *profile = NULL;
	enum egov_status rc = egov_profile_load("root/profiles/agency-sign.conf", &profile, err);

	if ((rc == EGOV_OK) != (profile != NULL))
		die("status and output disagree", err);
	egov_profile_free(profile);
	return rc;
}

static enum egov_status verify(struct egov_error *err)
{
	const struct egov_verify_options options = { .at = NOW + 60, .require_revocation = 1,
		                                     .purpose = "sign" };
	struct egov_verifier *verifier = egov_verifier_new();
	enum egov_status rc = verifier == NULL ? egov_error_nomem(err) : EGOV_OK;

	if (rc == EGOV_OK)
		rc = egov_verifier_add_trust(verifier, egov_buf_slice(ca), err);
	if (rc == EGOV_OK)
		rc = egov_verifier_add_crl(verifier, egov_buf_slice(list), err);
	REPORT(rc, egov_verify(verifier, egov_buf_slice(certificate), &options, report, err), err);
	egov_verifier_free(verifier);
	return rc;
}

/* --- keys ------------------------------------------------------------------------------------ */

static enum egov_status sign(struct egov_error *err)
{
	struct egov_signer *signer = NULL;
	enum egov_status rc = egov_signer_open(key_uri, NULL, &signer, err);

	if ((rc == EGOV_OK) != (signer != NULL))
		die("status and output disagree", err);
	if (rc == EGOV_OK)
		rc = egov_signer_selftest(signer, err);
	REPORT(rc, egov_signer_report(signer, report, err), err);
	egov_signer_close(signer);
	return rc;
}

static void fresh_token(void)
{
	shell("rm -rf \"$EGOV_SOFTTOKEN_DIR\" && cp -r token.saved \"$EGOV_SOFTTOKEN_DIR\"");
}

static enum egov_status generate(struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	REPORT(rc, egov_key_generate(new_uri, "sm2", NULL, report, err), err);
	return rc;
}

/* --- the life of a home -------------------------------------------------------------------------- */

#define DUE 2206310400          /* 2039-12-01T00:00:00Z: records may be destroyed */
static struct egov_clock clock_now = { .real = NOW, .test = NOW };

static void clock_set(egov_time now)
{
	clock_now = (struct egov_clock){ .real = now, .test = now };
}

static enum egov_status home_open(struct egov_home **home, struct egov_error *err)
{
	const enum egov_status rc = egov_home_open("work", &clock_now, NULL, NULL, home, err);

	if ((rc == EGOV_OK) != (*home != NULL))
		die("status and output disagree", err);
	/* One machine: what failed is tried again by it. */
	return rc == EGOV_OK ? egov_home_set_host(*home, "failures", err) : rc;
}

static void fresh_home(void)
{
	clock_set(NOW);
	shell("rm -rf work made copy copy.part && cp -r root work");
}

static void fresh_due(void)
{
	fresh_home();
	clock_set(DUE);
}

/* Yesterday's ledger beside today's lists. */
static void fresh_stale(void)
{
	fresh_home();
	shell("rm -f work/ledger.db-* && cp yesterday.db work/ledger.db");
}

static void fresh_archived(void)
{
	clock_set(NOW);
	shell("rm -rf work && cp -r archived work");
}

static void fresh_archived_due(void)
{
	fresh_archived();
	clock_set(DUE);
}

static void fresh_witness(void)
{
	fresh_home();
	shell("rm -rf outside && mkdir outside");
}

static void fresh_below(void)
{
	shell("rm -rf work && cp -r below work");
}

static void whole(const char *dir)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_report *report = egov_report_new();
	struct egov_home *home = NULL;

	if (report == NULL || egov_home_open(dir, &clock_now, NULL, NULL, &home, &err) != EGOV_OK
	    || egov_record_check(home, report, &err) != EGOV_OK)
		die("the records afterwards", &err);
	egov_home_close(home);
	egov_report_free(report);
}

static void whole_home(void)
{
	whole("work");
}

/* There, whole, or not there. */
static void whole_if_made(void)
{
	if (access("made", F_OK) == 0)
		whole("made");
}

static void whole_if_copied(void)
{
	whole("work");
	if (access("copy/ledger.db", F_OK) == 0)
		whole("copy");
}

/* Opens the home, makes the call on it, closes it. */
#define IN_HOME(call)                                                                              \
	do {                                                                                       \
		struct egov_home *home = NULL;                                                     \
		enum egov_status rc = home_open(&home, err);                                       \
		REPORT(rc, call, err);                                                             \
		egov_home_close(home);                                                             \
		return rc;                                                                         \
	} while (0)

static enum egov_status check_records(struct egov_error *err)
{
	IN_HOME(egov_record_check(home, report, err));
}

static enum egov_status checkpoint(struct egov_error *err)
{
	IN_HOME(egov_record_checkpoint(home, "x", 0, NULL, report, err));
}

static enum egov_status witness(struct egov_error *err)
{
	static const struct egov_witness_options options = { .actor = "failures",
		                                             .directory = "outside" };

	IN_HOME(egov_record_witness(home, &options, report, err));
}

static enum egov_status backup(struct egov_error *err)
{
	static const struct egov_backup_options options = { .actor = "failures", .dir = "copy" };

	IN_HOME(egov_record_backup(home, &options, report, err));
}

static enum egov_status reconcile(struct egov_error *err)
{
	static const struct egov_reconcile_options options = { .actor = "failures" };

	IN_HOME(egov_record_reconcile(home, &options, report, err));
}

static enum egov_status purge(struct egov_error *err)
{
	const struct egov_purge_options options = { .actor = "failures", .until = EGOV_TIME_NONE,
		                                    .confirm = strtoull(due, NULL, 10) };

	IN_HOME(egov_record_purge(home, &options, report, err));
}

static enum egov_status archive(struct egov_error *err)
{
	static const struct egov_archive_options options = { .actor = "failures",
		                                             .until = EGOV_TIME_NONE };

	IN_HOME(egov_record_archive(home, &options, report, err));
}

static enum egov_status archive_return(struct egov_error *err)
{
	IN_HOME(egov_record_archive_return(home, "failures", 1, report, err));
}

static enum egov_status pack(struct egov_error *err)
{
	static const struct egov_pack_options options = { .actor = "failures", .name = "x",
		                                          .dir = "copy", .from = EGOV_TIME_NONE,
		                                          .to = EGOV_TIME_NONE };

	IN_HOME(egov_record_pack(home, &options, report, err));
}

static enum egov_status show(struct egov_error *err)
{
	IN_HOME(egov_status_list(home, NULL, report, err));
}

static enum egov_status submit(struct egov_error *err)
{
	IN_HOME(egov_apply_submit(home, "failures", "zhang.application", report, err));
}

static enum egov_status publish(struct egov_error *err)
{
	static const struct egov_crl_publish_options options = { .actor = "failures" };

	IN_HOME(egov_crl_publish(home, &options, report, err));
}

static enum egov_status make_packet(struct egov_error *err)
{
	const struct egov_crl_export_options options = { .actor = "failures",
		                                         .receiver = egov_buf_slice(below) };
	struct egov_buf *made = egov_buf_new(1u << 20);
	struct egov_home *home = NULL;
	enum egov_status rc = made == NULL ? egov_error_nomem(err) : home_open(&home, err);

	REPORT(rc, egov_crl_export(home, &options, made, report, err), err);
	egov_home_close(home);
	egov_buf_free(made);
	return rc;
}

static enum egov_status take_packet(struct egov_error *err)
{
	const struct egov_crl_import_options options = { .actor = "failures", .list = "parent",
		                                         .crl = egov_buf_slice(packet),
		                                         .sender = sender };

	IN_HOME(egov_crl_import(home, &options, report, err));
}

static enum egov_status add_policy(struct egov_error *err)
{
	static const struct egov_policy_options options = { .actor = "failures", .version = "2",
		                                            .published = NOW, .effective = NOW,
		                                            .file = "cps.txt" };

	IN_HOME(egov_policy_add(home, &options, report, err));
}

static enum egov_status revoke_old(struct egov_error *err)
{
	const struct egov_revoke_options options = { .actor = "failures", .serial = serial,
		                                     .reason = "superseded", .requested_by = "x",
		                                     .evidence = "loss.txt",
		                                     .invalidity_date = EGOV_TIME_NONE,
		                                     .reported_at = EGOV_TIME_NONE };

	IN_HOME(egov_revoke(home, &options, report, err));
}

static enum egov_status issue(struct egov_error *err)
{
	const struct egov_issue_options options = { .actor = "failures", .profile = "agency-sign",
		                                    .application = application,
		                                    .request = egov_buf_slice(request),
		                                    .request_name = "zhang.csr" };
	struct egov_buf *out = egov_buf_new(65536);
	struct egov_home *home = NULL;
	enum egov_status rc = out == NULL ? egov_error_nomem(err) : home_open(&home, err);

	REPORT(rc, egov_issue(home, &options, out, report, err), err);
	if (out != NULL && (rc == EGOV_OK) != (egov_buf_slice(out).size > 0))
		die("status and output disagree", err);
	egov_home_close(home);
	egov_buf_free(out);
	return rc;
}

static enum egov_status follow(const struct egov_renew_options *options, struct egov_error *err)
{
	struct egov_buf *out = egov_buf_new(65536);
	struct egov_home *home = NULL;
	enum egov_status rc = out == NULL ? egov_error_nomem(err) : home_open(&home, err);

	REPORT(rc, egov_renew(home, options, out, report, err), err);
	if (out != NULL && (rc == EGOV_OK) != (egov_buf_slice(out).size > 0))
		die("status and output disagree", err);
	egov_home_close(home);
	egov_buf_free(out);
	return rc;
}

static enum egov_status renew(struct egov_error *err)
{
	const struct egov_renew_options options = { .actor = "failures", .operation = "renew",
		                                    .serial = young,
		                                    .consent = egov_buf_slice(renew_consent) };

	return follow(&options, err);
}

static enum egov_status rekey(struct egov_error *err)
{
	const struct egov_renew_options options = { .actor = "failures", .operation = "rekey",
		                                    .serial = young,
		                                    .consent = egov_buf_slice(rekey_consent),
		                                    .request = egov_buf_slice(next_request),
		                                    .request_name = "next.csr" };

	return follow(&options, err);
}

static enum egov_status hold(struct egov_error *err)
{
	const struct egov_hold_options options = { .actor = "failures", .serial = serial,
		                                   .requested_by = "x", .evidence = "loss.txt" };

	IN_HOME(egov_hold(home, &options, report, err));
}

static enum egov_status release(struct egov_error *err)
{
	const struct egov_hold_options options = { .actor = "failures", .serial = held,
		                                   .requested_by = "x", .evidence = "loss.txt" };

	IN_HOME(egov_release(home, &options, report, err));
}

/* Two revocations as steps of one transaction, as egov-revoke --list has them. */
static enum egov_status revoke_both(struct egov_home *home, struct egov_error *err)
{
	const char *const serials[] = { serial, held };
	enum egov_status rc = egov_home_group_begin(home, err);
	struct egov_error lost = { .status = EGOV_OK };

	for (size_t i = 0; rc == EGOV_OK && i < 2; i++) {
		const struct egov_revoke_options options = { .actor = "failures",
			                                     .serial = serials[i],
			                                     .reason = "superseded",
			                                     .requested_by = "x",
			                                     .evidence = "loss.txt",
			                                     .invalidity_date = EGOV_TIME_NONE,
		                                     .reported_at = EGOV_TIME_NONE };

		REPORT(rc, egov_revoke(home, &options, report, err), err);
	}
	if (egov_home_group_commit(home, &lost) != EGOV_OK && rc == EGOV_OK) {
		rc = lost.status;
		*err = lost;
	}
	return rc;
}

static enum egov_status revokes(struct egov_error *err)
{
	struct egov_home *home = NULL;
	enum egov_status rc = home_open(&home, err);

	if (rc == EGOV_OK)
		rc = revoke_both(home, err);
	egov_home_close(home);
	return rc;
}

struct jobs {
	unsigned asked;
	struct egov_error *err;         /* the first failure */
};

static enum egov_status next_job(void *user, struct egov_issue_job *job, int *more,
                                 struct egov_error *err)
{
	struct jobs *jobs = user;
	const unsigned n = jobs->asked++;

	(void)err;
	*more = n < 2;
	*job = (struct egov_issue_job){ .profile = "agency-sign",
		                        .application = n == 0 ? application : application_2,
		                        .request = egov_buf_slice(n == 0 ? request : request_2),
		                        .request_name = n == 0 ? "zhang.csr" : "wang.csr" };
	return EGOV_OK;
}

static enum egov_status take_result(void *user, const struct egov_issue_result *result,
                                    struct egov_error *err)
{
	struct jobs *jobs = user;

	(void)err;
	if ((result->status == EGOV_OK) != (result->certificate.size > 0))
		die("status and certificate disagree", result->error);
	if (result->status != EGOV_OK && jobs->err->status == EGOV_OK)
		*jobs->err = *result->error;
	return EGOV_OK;
}

static enum egov_status batch(struct egov_error *err)
{
	struct jobs jobs = { 0, err };
	const struct egov_issue_batch_options options = { .actor = "failures", .signers = 2,
		                                          .next = next_job,
		                                          .take = take_result, .user = &jobs };
	struct egov_home *home = NULL;
	enum egov_status rc = home_open(&home, err);

	if (rc == EGOV_OK)
		rc = egov_issue_batch(home, &options, err);
	egov_home_close(home);
	return rc == EGOV_OK ? err->status : rc;
}

/* Approvals are read again, whose signatures somebody else has made. */
static enum egov_status check_approvals(struct egov_error *err)
{
	struct egov_home *home = NULL;
	enum egov_status rc = egov_home_open("acted", &clock_now, NULL, NULL, &home, err);

	REPORT(rc, egov_record_check(home, report, err), err);
	egov_home_close(home);
	return rc;
}

static enum egov_status make_home(struct egov_error *err)
{
	const struct egov_init_options options = { .dir = "made", .test = 1, .subject = "C=CN, O=x, CN=x",
		                                   .key_uri = key_uri, .journal_key_uri = journal_uri,
		                                   .custodian_file = "custodian.pem",
		                                   .self_signed = 1, .actor = "failures",
		                                   .clock = clock_now };
	enum egov_status rc = EGOV_OK;

	REPORT(rc, egov_init(&options, report, err), err);
	return rc;
}

/* --- each call in its turn --------------------------------------------------------------------- */

/* The token's files fail too: it says CKR_DEVICE_ERROR. */
#define ON_TOKEN (1u << 0)
/* What failed may have been the words after the deed, or the sync of the folder in which the
 * file is: then the second run finds it done. */
#define MAY_BE_DONE (1u << 1)

static const struct operation {
	const char *name;
	enum egov_status (*run)(struct egov_error *err);
	void (*prepare)(void);          /* before each run; NULL: it changes nothing */
	void (*check)(void);            /* after each failure; NULL: nothing to check */
	unsigned flags;
} operations[] = {
	{ "decode-certificate", decode_certificate, NULL, NULL, 0 },
	{ "decode-list", decode_list, NULL, NULL, 0 },
	{ "decode-request", decode_request, NULL, NULL, 0 },
	{ "load-application", load_application, NULL, NULL, 0 },
	{ "load-profile", load_profile, NULL, NULL, 0 },
	{ "verify", verify, NULL, NULL, 0 },
	{ "sign", sign, NULL, NULL, ON_TOKEN },
	{ "generate", generate, fresh_token, NULL, ON_TOKEN | MAY_BE_DONE },
	{ "show", show, NULL, whole_home, 0 },
	{ "record-check", check_records, NULL, whole_home, 0 },
	{ "record-check-approvals", check_approvals, NULL, NULL, 0 },
	{ "submit", submit, fresh_home, whole_home, 0 },
	{ "policy", add_policy, fresh_home, whole_home, MAY_BE_DONE },
	{ "revoke", revoke_old, fresh_home, whole_home, MAY_BE_DONE },
	{ "issue", issue, fresh_home, whole_home, ON_TOKEN | MAY_BE_DONE },
	{ "batch", batch, fresh_home, whole_home, ON_TOKEN },
	{ "renew", renew, fresh_home, whole_home, ON_TOKEN | MAY_BE_DONE },
	{ "rekey", rekey, fresh_home, whole_home, ON_TOKEN | MAY_BE_DONE },
	{ "revokes", revokes, fresh_home, whole_home, MAY_BE_DONE },
	{ "hold", hold, fresh_home, whole_home, MAY_BE_DONE },
	{ "release", release, fresh_home, whole_home, MAY_BE_DONE },
	{ "publish", publish, fresh_home, whole_home, ON_TOKEN },
	{ "make-packet", make_packet, fresh_home, whole_home, ON_TOKEN },
	{ "take-packet", take_packet, fresh_below, whole_home, MAY_BE_DONE },
	{ "checkpoint", checkpoint, fresh_home, whole_home, ON_TOKEN },
	{ "witness", witness, fresh_witness, whole_home, ON_TOKEN },
	{ "backup", backup, fresh_home, whole_if_copied, MAY_BE_DONE },
	{ "reconcile", reconcile, fresh_stale, whole_home, MAY_BE_DONE },
	{ "purge", purge, fresh_due, whole_home, MAY_BE_DONE },
	{ "archive", archive, fresh_home, whole_home, ON_TOKEN | MAY_BE_DONE },
	{ "archive-return", archive_return, fresh_archived, whole_home, MAY_BE_DONE },
	{ "archive-check", check_records, fresh_archived, whole_home, 0 },
	{ "archive-purge", purge, fresh_archived_due, whole_home, ON_TOKEN | MAY_BE_DONE },
	{ "pack", pack, fresh_home, whole_if_copied, ON_TOKEN | MAY_BE_DONE },
	{ "init", make_home, fresh_home, whole_if_made, ON_TOKEN | MAY_BE_DONE },
};

static const struct {
	const char *name;
	enum fail_kind kind;
	int error;
	enum egov_status status;
} kinds[] = {
	{ "memory", FAIL_MEMORY, ENOMEM, EGOV_E_NOMEM },
	{ "memory of SQLite", FAIL_STORE_MEMORY, ENOMEM, EGOV_E_NOMEM },
	{ "disk full", FAIL_IO, ENOSPC, EGOV_E_IO },
	{ "I/O error", FAIL_IO, EIO, EGOV_E_IO },
};

static enum egov_status run(const struct operation *o, size_t kind, unsigned long n,
                            unsigned long *calls, struct egov_error *err)
{
	unsigned long seen[FAIL_KINDS];
	enum egov_status rc;

	fail_arm(kinds[kind].kind, n, kinds[kind].error);
	rc = o->run(err);
	fail_disarm(seen);
	*calls = seen[kinds[kind].kind];
	if (rc != err->status || (rc != EGOV_OK && err->text[0] == 0))
		die("status and message disagree", err);
	return rc;
}

static bool may_fail_so(const struct operation *o, size_t kind, enum egov_status rc)
{
	return rc == kinds[kind].status
	       || ((o->flags & ON_TOKEN) != 0 && kinds[kind].kind == FAIL_IO && rc == EGOV_E_DEVICE);
}

static void fail_once(const struct operation *o, size_t kind, unsigned long n)
{
	struct egov_error err = { .status = EGOV_OK };
	unsigned long calls;
	enum egov_status rc;

	running_n = n;
	if (o->prepare != NULL)
		o->prepare();
	rc = run(o, kind, n, &calls, &err);
	if (rc != EGOV_OK && !may_fail_so(o, kind, rc))
		die("fails for another reason", &err);
	if (o->check != NULL)
		o->check();
	if (rc == EGOV_OK && o->prepare != NULL)
		return;
	egov_error_clear(&err);
	rc = run(o, kind, 0, &calls, &err);
	if ((o->flags & MAY_BE_DONE) != 0
	    && (rc == EGOV_E_EXISTS || rc == EGOV_E_POLICY || rc == EGOV_E_NOTFOUND)
	    && (strstr(err.text, "already") != NULL || strstr(err.text, "not on hold") != NULL
	        || strstr(err.text, "due until") != NULL
	        || strstr(err.text, "there is no archive") != NULL))
		return;
	if (rc != EGOV_OK)
		die("does not work again", &err);
}

static void fail_everywhere(const struct operation *o, size_t kind, bool all)
{
	struct egov_error err = { .status = EGOV_OK };
	const unsigned long most = !all ? SAMPLE
	                           : kinds[kind].kind == FAIL_STORE_MEMORY ? STORE_SAMPLE
	                                                                    : (unsigned long)-1;
	unsigned long calls, stride, tried = 0;
	char name[64];

	(void)snprintf(name, sizeof(name), "%s, %s", o->name, kinds[kind].name);
	running = name;
	running_n = 0;
	for (int warm = 0; warm < 2; warm++) {
		if (o->prepare != NULL)
			o->prepare();
		if (run(o, kind, 0, &calls, &err) != EGOV_OK)
			die("does not work at all", &err);
	}
	stride = calls > most ? (calls + most - 1) / most : 1;
	for (unsigned long n = 1; n <= calls; n += stride, tried++)
		fail_once(o, kind, n);
	(void)printf("%s: %lu of %lu calls failed in their turn\n", name, tried, calls);
	(void)fflush(stdout);
}

static void on_crash(int number)
{
	char text[128];
	const int size = snprintf(text, sizeof(text), "FAIL: %s, call %lu: signal %d\n", running,
	                          running_n, number);

	if (write(2, text, (size_t)size) < 0)
		_exit(3);
	_exit(2);
}

static bool is_chosen(const char *name, int argc, char **argv, int first)
{
	for (int i = first; i < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return true;
	return first == argc;
}

int main(int argc, char **argv)
{
	const bool all = argc > 1 && strcmp(argv[1], "--all") == 0;

	(void)signal(SIGSEGV, on_crash);
	(void)signal(SIGABRT, on_crash);
	load();
	fresh_home();
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		if (is_chosen(operations[i].name, argc, argv, 1 + all))
			for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++)
				fail_everywhere(&operations[i], kind, all);
	unload();
	return 0;
}
