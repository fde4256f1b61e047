/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/home.h"
#include "cert/cert.h"
#include "crypto/sm3.h"
#include "home/home.h"

/*
 * bench fill HOME ROWS CERTIFICATE
 *
 * A ledger as if it had issued ROWS certificates: applications, intents,
 * certificates and five entries of the journal each, through the store and the
 * journal, 512 certificates a transaction.  Nothing is signed: each row has the
 * bytes of the one certificate.  Private data are left out: sealing takes longer
 * than all the rest, and they lie in a table that only grows.
 */
#define TRANSACTION 512

struct fill {
	struct egov_home *home;
	struct egov_record *record;
	struct egov_store *store;
	const struct egov__cert_fields *fields;
	const char *profile;
	uint8_t digest[EGOV__SM3_SIZE];
	struct egov_error err;
};

#define CHECK(f, call) bench_check((call), &(f)->err)

static void entry(struct fill *f, const char *kind, const char *actor, const char *subject,
                  struct egov__body *body)
{
	egov__body_text_add(body, EGOV__KEY_PROFILE, f->profile);
	egov__body_hex_add(body, EGOV__KEY_KEY_SM3, EGOV__SLICE(f->digest));
	egov__body_hex_add(body, EGOV__KEY_PROOFS_SM3, EGOV__SLICE(f->digest));
	CHECK(f, egov__record_append(f->record, kind, actor, subject, body, EGOV__NO_SLICE, &f->err));
	egov__body_free(body);
}

static void application(struct fill *f, const char *id, struct egov_slice serial)
{
	struct egov__application_row row = { .id = id,
		                             .state = EGOV__APPLICATION_ISSUED,
		                             .profile = f->profile,
		                             .holder_kind = 1,
		                             .submitter = "李核验",
		                             .identity_operator = "李核验",
		                             .reviewer = "王审查",
		                             .approver = "周批准",
		                             .second_approver = "",
		                             .submitted_at = egov_home_now(f->home),
		                             .decided_at = egov_home_now(f->home),
		                             .reason = "",
		                             .serial = serial };

	memcpy(row.key_digest, f->digest, sizeof(row.key_digest));
	memcpy(row.proofs_digest, f->digest, sizeof(row.proofs_digest));
	memcpy(row.salt, f->digest, sizeof(row.salt));
	entry(f, EGOV__KIND_APPLY_SUBMIT, row.submitter, id, egov__body_new());
	entry(f, EGOV__KIND_APPLY_REVIEW, row.reviewer, id, egov__body_new());
	entry(f, EGOV__KIND_APPLY_APPROVE, row.approver, id, egov__body_new());
	CHECK(f, egov__store_application_put(f->store, &row, &f->err));
}

static uint64_t intent(struct fill *f, const char *id, struct egov_slice serial, const char *subject)
{
	struct egov__intent_row row = { .state = EGOV__INTENT_OPEN,
		                        .generation = 1,
		                        .kind = EGOV_OBJECT_CERTIFICATE,
		                        .serial = serial,
		                        .time = egov_home_now(f->home),
		                        .profile = f->profile,
		                        .application = id,
		                        .actor = "操作员",
		                        .cps_version = "1.0",
		                        .tbs = f->fields->tbs,
		                        .algorithm = f->fields->tbs };
	uint64_t made = 0;

	memcpy(row.tbs_digest, f->digest, sizeof(row.tbs_digest));
	memcpy(row.proofs_digest, f->digest, sizeof(row.proofs_digest));
	CHECK(f, egov__store_intent_add(f->store, &row, &made, &f->err));
	entry(f, EGOV__KIND_INTENT, row.actor, subject, egov__body_new());
	return made;
}

static void certificate(struct fill *f, const char *id, struct egov_slice serial, uint64_t intent_id,
                        const char *subject)
{
	struct egov__certificate_row row = { .serial = serial,
		                             .intent = intent_id,
		                             .generation = 1,
		                             .profile = f->profile,
		                             .application = id,
		                             .cps_version = "1.0",
		                             .subject = "C=CN, O=示例市行政审批局, CN=示例市行政审批局",
		                             .not_before = f->fields->not_before,
		                             .not_after = f->fields->not_after,
		                             .issued_at = egov_home_now(f->home),
		                             .der = f->fields->der };

	memcpy(row.key_digest, f->digest, sizeof(row.key_digest));
	CHECK(f, egov__store_certificate_add(f->store, &row, &f->err));
	entry(f, EGOV__KIND_ISSUE, "操作员", subject, egov__body_new());
	CHECK(f, egov__store_intent_state(f->store, intent_id, EGOV__INTENT_DONE, &f->err));
}

static void one(struct fill *f)
{
	uint8_t serial[EGOV__SERIAL];
	char id[32], subject[2 * EGOV__SERIAL + 1];
	uint64_t number = 0;

	CHECK(f, egov__store_counter_next(f->store, EGOV__COUNTER_APPLICATION, &number, &f->err));
	(void)snprintf(id, sizeof(id), "A%06" PRIu64, number);
	CHECK(f, egov__record_reserve_serial(f->record, serial, &f->err));
	for (size_t i = 0; i < sizeof(serial); i++)
		(void)snprintf(subject + 2 * i, 3, "%02x", serial[i]);
	application(f, id, EGOV__SLICE(serial));
	certificate(f, id, EGOV__SLICE(serial), intent(f, id, EGOV__SLICE(serial), subject), subject);
}

int bench_fill(int argc, char **argv)
{
	struct fill f = { .profile = "agency-sign" };
	struct egov_cert *cert = NULL;
	struct egov_buf *bytes;
	unsigned long rows;

	if (argc != 4)
		bench_die("fill: want a home, a number of rows and a certificate");
	rows = bench_number(argv[2], 100000000);
	bytes = bench_read(argv[3]);
	CHECK(&f, egov_cert_decode(egov_buf_slice(bytes), &cert, &f.err));
	f.fields = egov__cert_fields(cert);
	CHECK(&f, egov__sm3(&f.fields->der, 1, f.digest, &f.err));
	f.home = bench_home(argv[1]);
	f.record = egov__home_record(f.home);
	f.store = egov__record_store(f.record);
	for (unsigned long i = 0; i < rows; i++) {
		if (i % TRANSACTION == 0)
			CHECK(&f, egov__record_begin(f.record, egov_home_now(f.home), &f.err));
		one(&f);
		if ((i + 1) % TRANSACTION == 0 || i + 1 == rows)
			CHECK(&f, egov__record_commit(f.record, &f.err));
	}
	egov_home_close(f.home);
	egov_cert_free(cert);
	egov_buf_free(bytes);
	return 0;
}
