/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/home.h"
#include "cert/cert.h"
#include "crypto/sm3.h"
#include "home/home.h"
#include "record/generation.h"
#include "record/result.h"

/*
 * bench fill HOME ROWS CERTIFICATE [PRIVATE]
 *
 * A ledger as if it had issued ROWS certificates: applications, intents,
 * certificates and five entries of the journal each, through the store and the
 * journal, 512 certificates a transaction.  Nothing is signed: each row has the
 * bytes of the one certificate under a serial of its own, and egov-record check finds
 * all of it as it should be.  Private data are so many octets an application, or left
 * out: sealing takes longer than all the rest, and they lie in a table that only grows.
 */
#define TRANSACTION 512

struct fill {
	struct egov_home *home;
	struct egov_record *record;
	struct egov_store *store;
	const struct egov__cert_fields *fields;
	struct egov_buf der;            /* the certificate, with the serial of the row */
	struct egov_slice tbs;          /* in it */
	uint8_t *serial;                /* in it */
	const char *profile;
	struct egov_buf private;
	uint8_t digest[EGOV__SM3_SIZE], key[EGOV__SM3_SIZE];
	struct egov_error err;
};

#define CHECK(f, call) bench_check((call), &(f)->err)

static void entry(struct fill *f, const char *kind, const char *actor, const char *subject,
                  struct egov__body *body)
{
	const bool submit = strcmp(kind, EGOV__KIND_APPLY_SUBMIT) == 0;

	CHECK(f, egov__record_append(f->record, kind, actor, subject, body,
	                             submit ? egov_buf_slice(&f->private) : EGOV__NO_SLICE, &f->err));
	egov__body_free(body);
}

static struct egov__body *keys(const struct fill *f, struct egov__body *body)
{
	egov__body_hex_add(body, EGOV__KEY_KEY_SM3, EGOV__SLICE(f->key));
	egov__body_hex_add(body, EGOV__KEY_PROOFS_SM3, EGOV__SLICE(f->digest));
	return body;
}

static struct egov__body *submission(const struct fill *f, const struct egov__application_row *row)
{
	static const char *const proofs[] = { "proof-identity-sm3", "proof-review-sm3",
		                              "proof-notice-sm3", "proof-agreement-sm3" };
	struct egov__body *body = egov__body_new();

	egov__body_text_add(body, EGOV__KEY_PROFILE, f->profile);
	egov__body_number_add(body, EGOV__KEY_HOLDER, (uint64_t)row->holder_kind);
	(void)keys(f, body);
	egov__body_text_add(body, EGOV__KEY_IDENTITY_OPERATOR, row->identity_operator);
	for (size_t i = 0; i < sizeof(proofs) / sizeof(proofs[0]); i++)
		egov__body_hex_add(body, proofs[i], EGOV__SLICE(f->digest));
	egov__body_hex_add(body, EGOV__KEY_COMMITMENT, EGOV__SLICE(f->digest));
	return body;
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

	memcpy(row.key_digest, f->key, sizeof(row.key_digest));
	memcpy(row.proofs_digest, f->digest, sizeof(row.proofs_digest));
	entry(f, EGOV__KIND_APPLY_SUBMIT, row.submitter, id, submission(f, &row));
	entry(f, EGOV__KIND_APPLY_REVIEW, row.reviewer, id, keys(f, egov__body_new()));
	entry(f, EGOV__KIND_APPLY_APPROVE, row.approver, id, keys(f, egov__body_new()));
	CHECK(f, egov__store_application_put(f->store, &row, &f->err));
}

static void intend(struct fill *f, struct egov__intent_row *row, const char *subject)
{
	struct egov__body *body = egov__body_new();

	CHECK(f, egov__generation_intend(f->record, EGOV__NO_SLICE, row->kind, false, &f->err));
	CHECK(f, egov__sm3(&f->tbs, 1, row->tbs_digest, &f->err));
	memcpy(row->proofs_digest, f->digest, sizeof(row->proofs_digest));
	memcpy(row->request_digest, f->digest, sizeof(row->request_digest));
	CHECK(f, egov__store_intent_add(f->store, row, &row->id, &f->err));
	egov__intent_body(row, body);
	entry(f, EGOV__KIND_INTENT, row->actor, subject, body);
}

static void certificate(struct fill *f, const struct egov__intent_row *intent, const char *subject)
{
	struct egov__certificate_view view;
	struct egov__body *body = egov__body_new();

	CHECK(f, egov__certificate_view(egov_buf_slice(&f->der), intent, &view, &f->err));
	view.row.issued_at = egov_home_now(f->home);
	CHECK(f, egov__store_certificate_add(f->store, &view.row, &f->err));
	CHECK(f, egov__certificate_body(&view.row, body, &f->err));
	entry(f, EGOV__KIND_ISSUE, intent->actor, subject, body);
	CHECK(f, egov__store_intent_state(f->store, intent->id, EGOV__INTENT_DONE, &f->err));
	CHECK(f, egov__generation_signed(f->record, 1, view.row.not_after, &f->err));
	egov__certificate_view_clear(&view);
}

static void one(struct fill *f)
{
	const struct egov_slice serial = { f->serial, EGOV__SERIAL };
	struct egov__intent_row intent = { .state = EGOV__INTENT_OPEN,
		                           .generation = 1,
		                           .kind = EGOV_OBJECT_CERTIFICATE,
		                           .serial = serial,
		                           .time = egov_home_now(f->home),
		                           .profile = f->profile,
		                           .actor = "操作员",
		                           .cps_version = "1.0",
		                           .tbs = f->tbs,
		                           .algorithm = f->tbs };
	char id[32], subject[2 * EGOV__SERIAL + 1];
	uint64_t number = 0;

	CHECK(f, egov__store_counter_next(f->store, EGOV__COUNTER_APPLICATION, &number, &f->err));
	(void)snprintf(id, sizeof(id), "A%06" PRIu64, number);
	intent.application = id;
	CHECK(f, egov__record_reserve_serial(f->record, f->serial, &f->err));
	for (size_t i = 0; i < EGOV__SERIAL; i++)
		(void)snprintf(subject + 2 * i, 3, "%02x", f->serial[i]);
	application(f, id, serial);
	intend(f, &intent, subject);
	certificate(f, &intent, subject);
}

/* Its places for what each row has for itself. */
static void take_model(struct fill *f)
{
	const struct egov__cert_fields *const fields = f->fields;

	if (fields->serial.size != EGOV__SERIAL)
		bench_die("fill: the certificate's serial is none of this CA");
	CHECK(f, egov__sm3(&fields->der, 1, f->digest, &f->err));
	CHECK(f, egov__sm3(&fields->spki, 1, f->key, &f->err));
	egov__buf_slice(&f->der, fields->der);
	CHECK(f, egov__buf_check(&f->der, &f->err));
	f->serial = f->der.data + (fields->serial.data - fields->der.data);
	f->tbs = (struct egov_slice){ f->der.data + (fields->tbs.data - fields->der.data),
		                      fields->tbs.size };
}

int bench_fill(int argc, char **argv)
{
	struct fill f = { .profile = "agency-sign", .der = EGOV__BUF(EGOV__MAX_OBJECT),
		          .private = EGOV__BUF(EGOV__MAX_OBJECT) };
	struct egov_cert *cert = NULL;
	struct egov_buf *bytes;
	unsigned long rows, private;

	if (argc != 4 && argc != 5)
		bench_die("fill: want a home, a number of rows, a certificate, octets of private data");
	private = argc == 5 ? bench_number(argv[4], EGOV__MAX_OBJECT) : 0;
	while (private-- > 0)
		egov__buf_byte(&f.private, 'x');
	rows = bench_number(argv[2], 100000000);
	bytes = bench_read(argv[3]);
	CHECK(&f, egov_cert_decode(egov_buf_slice(bytes), &cert, &f.err));
	f.fields = egov__cert_fields(cert);
	take_model(&f);
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
	egov__buf_clear(&f.der);
	egov__buf_clear(&f.private);
	return 0;
}
