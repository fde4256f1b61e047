/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/bench.h"
#include "bench/home.h"
#include "bench/ops.h"
#include "home/home.h"
#include "record/entry.h"
#include "record/tree.h"

/*
 * bench journal HOME ROUNDS BAR BAR-OF-ROWS
 *
 * What one entry of the journal costs beside one SM2 signature, in CPU time:
 * what makes it a journal (its leaf over all its fields, and the leaf's place in
 * the tree), and all of it, with its body as JSON and its row on the disk.
 */
#define ENTRIES 5120
#define TRANSACTION 512
#define SIGNATURES 100

static struct egov__body *body(void)
{
	static const uint8_t digest[32] = { 1 };
	struct egov__body *made = egov__body_new();

	egov__body_number_add(made, EGOV__KEY_INTENT, 12345);
	egov__body_hex_add(made, EGOV__KEY_SERIAL, EGOV__SLICE(digest));
	egov__body_hex_add(made, EGOV__KEY_SM3, EGOV__SLICE(digest));
	egov__body_hex_add(made, EGOV__KEY_KEY_SM3, EGOV__SLICE(digest));
	egov__body_text_add(made, EGOV__KEY_PROFILE, "agency-sign");
	return made;
}

static void append_rows(struct egov_home *home)
{
	struct egov_record *record = egov__home_record(home);
	struct egov_error err = { 0 };

	for (unsigned i = 0; i < ENTRIES; i++) {
		struct egov__body *made = body();

		if (i % TRANSACTION == 0)
			bench_check(egov__record_begin(record, egov_home_now(home), &err), &err);
		bench_check(egov__record_append(record, "bench", "操作员", "A000001", made,
		                                EGOV__NO_SLICE, &err), &err);
		if ((i + 1) % TRANSACTION == 0)
			bench_check(egov__record_commit(record, &err), &err);
		egov__body_free(made);
	}
}

static void append_leaves(struct egov_home *home)
{
	struct egov__body *made = body();
	struct egov__journal_row row = { .time = egov_home_now(home), .kind = "bench",
		                         .actor = "操作员", .subject = "A000001",
		                         .body = egov__body_text(made) };
	struct egov__tree tree = { .size = 0 };
	struct egov_error err = { 0 };

	for (row.seq = 0; row.seq < ENTRIES; row.seq++) {
		bench_check(egov__entry_leaf(&row, row.leaf, &err), &err);
		bench_check(egov__tree_append(&tree, row.leaf, &err), &err);
	}
	egov__body_free(made);
}

static void sign(EVP_PKEY *key)
{
	static const uint8_t e[32] = { 1, 2, 3 };
	unsigned char signature[BENCH_SIGNATURE];

	for (unsigned i = 0; i < SIGNATURES; i++)
		(void)bench_sign(key, e, signature);
}

/* Entries and signatures in turn; CPU time of one over the other. */
static int compare(const char *name, struct egov_home *home, void (*append)(struct egov_home *home),
                   unsigned long rounds, struct bench_bar bar)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	struct bench_pairs pairs = { 0 };

	if (key == NULL)
		bench_die("no key");
	for (unsigned long round = 0; round <= rounds; round++) {
		struct bench_times start = bench_now();
		double entry, signature;

		append(home);
		entry = bench_since(start).cpu / ENTRIES;
		start = bench_now();
		sign(key);
		signature = bench_since(start).cpu / SIGNATURES;
		if (round > 0 && !bench_note(&pairs, entry, signature))
			bench_die("%s: a round took no time", name);
	}
	EVP_PKEY_free(key);
	return bench_print(name, &pairs, bar);
}

int bench_journal(int argc, char **argv)
{
	struct bench_bar bar, bar_of_rows;
	struct egov_home *home;
	unsigned long rounds;
	int status, other;

	if (argc != 5 || !bench_bar_parse("most", argv[3], &bar)
	    || !bench_bar_parse("most", argv[4], &bar_of_rows))
		bench_die("journal: want a home, rounds and two bars");
	rounds = bench_number(argv[2], BENCH_ROUNDS_MAX);
	home = bench_home(argv[1]);
	status = compare("journal-hash", home, append_leaves, rounds, bar);
	other = compare("journal-entry", home, append_rows, rounds, bar_of_rows);
	egov_home_close(home);
	return status > other ? status : other;
}
