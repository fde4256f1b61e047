/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/text.h"
#include "bench/bench.h"
#include "bench/home.h"
#include "bench/ops.h"
#include "crl/crl.h"
#include "home/home.h"
#include "record/tree.h"
#include "x509/tbs_build.h"

/* Lists of the revoked: a ledger of many, one made of it, and what that cannot do without. */

#define TRANSACTION 512
#define BLOCK (64 << 10)

/* bench revoked HOME ROWS: intents, and their revocations. */
static void revoke_one(struct egov_home *home, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	struct egov_store *store = egov__record_store(record);
	uint8_t serial[EGOV__SERIAL];
	const struct egov__intent_row intent = { .state = EGOV__INTENT_OPEN,
		                                 .generation = 1,
		                                 .kind = EGOV_OBJECT_CERTIFICATE,
		                                 .serial = EGOV__SLICE(serial),
		                                 .time = egov_home_now(home),
		                                 .profile = "",
		                                 .application = "",
		                                 .actor = "bench",
		                                 .cps_version = "" };
	const struct egov__revoked_row row = { .serial = EGOV__SLICE(serial),
		                               .revoked_at = egov_home_now(home) - 60,
		                               .reason = 4,
		                               .invalidity_date = EGOV_TIME_NONE,
		                               .not_after = egov_home_now(home) + 86400 * 365,
		                               .requested_by = "bench",
		                               .reported_at = EGOV_TIME_NONE };
	uint64_t id = 0;

	bench_check(egov__record_reserve_serial(record, serial, err), err);
	bench_check(egov__store_intent_add(store, &intent, &id, err), err);
	bench_check(egov__store_intent_state(store, id, EGOV__INTENT_DONE, err), err);
	bench_check(egov__store_revoked_add(store, &row, err), err);
}

int bench_revoked(int argc, char **argv)
{
	struct egov_error err = { 0 };
	struct egov_home *home;
	unsigned long rows;

	if (argc != 3)
		bench_die("revoked: want a home and a number of rows");
	rows = bench_number(argv[2], 100000000);
	home = bench_home(argv[1]);
	for (unsigned long i = 0; i < rows; i++) {
		if (i % TRANSACTION == 0)
			bench_check(egov__record_begin(egov__home_record(home), egov_home_now(home),
			                               &err), &err);
		revoke_one(home, &err);
		if ((i + 1) % TRANSACTION == 0 || i + 1 == rows)
			bench_check(egov__record_commit(egov__home_record(home), &err), &err);
	}
	egov_home_close(home);
	return 0;
}

/* bench rows LEDGER LIST: of each line of egov-revoke --list the rows that it leaves in the ledger
 * (the revocation, its entry and what is sealed with that, and of each 64 entries the subtree that
 * they complete), of their size and without meaning; as many in a transaction as there. */
static void add_nodes(struct egov_store *store, uint64_t seq, struct egov_error *err)
{
	static const uint8_t hash[32];

	for (unsigned level = EGOV__TREE_STEP; (seq + 1) % ((uint64_t)1 << level) == 0;
	     level += EGOV__TREE_STEP)
		bench_check(egov__store_node_put(store, level, seq >> level, hash, err), err);
}

static void add_rows(struct egov_store *store, const char *line, uint64_t seq, egov_time now,
                     struct egov_error *err)
{
	static const char body[] = "{\"serial\":\"40000000000000000000000000000000\",\"reason\":\"superseded\","
		"\"revoked-at\":\"2026-11-22T00:00:00Z\",\"not-after\":\"2029-11-22T00:00:00Z\",\"commitment\":"
		"\"0000000000000000000000000000000000000000000000000000000000000000\"}";
	static const uint8_t sealed[275];
	struct egov__journal_row entry = { .seq = seq,
		                           .time = now,
		                           .kind = EGOV__KIND_REVOKE,
		                           .actor = "os:bench",
		                           .source = "os:bench egov-revoke 0.1.0",
		                           .body = body,
		                           .has_commitment = true,
		                           .sealed = EGOV__SLICE(sealed) };
	struct egov_buf serial = EGOV__BUF(64);
	char hex[2 * EGOV__SERIAL + 1];
	struct egov__revoked_row row = { .revoked_at = now,
		                         .reason = 4,
		                         .invalidity_date = EGOV_TIME_NONE,
		                         .not_after = now + 86400 * 365,
		                         .requested_by = "bench",
		                         .reported_at = EGOV_TIME_NONE };

	(void)snprintf(hex, sizeof(hex), "%.*s", 2 * EGOV__SERIAL, line);
	bench_check(egov__hex_parse(hex, "serial", &serial, err), err);
	row.serial = egov_buf_slice(&serial);
	entry.subject = hex;
	bench_check(egov__store_revoked_add(store, &row, err), err);
	bench_check(egov__store_journal_append(store, &entry, err), err);
	add_nodes(store, seq, err);
	egov__buf_clear(&serial);
}

int bench_rows(int argc, char **argv)
{
	const egov_time now = (egov_time)time(NULL);
	struct egov_error err = { 0 };
	struct egov_store *store = NULL;
	struct egov__journal_row last = { .seq = 0 };
	bool found = false;
	char line[256];
	unsigned long i;
	FILE *list;

	if (argc != 3 || (list = fopen(argv[2], "r")) == NULL)
		bench_die("rows: want a ledger and a list");
	bench_check(egov__store_open(argv[1], 1000, &store, &err), &err);
	bench_check(egov__store_journal_last(store, &last, &found, &err), &err);
	last.seq++;
	for (i = 0; fgets(line, sizeof(line), list) != NULL; i++) {
		if (i % TRANSACTION == 0 && i > 0)
			bench_check(egov__store_commit(store, &err), &err);
		if (i % TRANSACTION == 0)
			bench_check(egov__store_begin(store, &err), &err);
		add_rows(store, line, last.seq + i, now, &err);
	}
	if (i > 0)
		bench_check(egov__store_commit(store, &err), &err);
	(void)fclose(list);
	egov__store_close(store);
	return 0;
}

/* --- one pass over the bytes ------------------------------------------------------- */

static void write_all(int out, const unsigned char *bytes, size_t size)
{
	while (size > 0) {
		const ssize_t n = write(out, bytes, size);

		if (n <= 0)
			bench_die("cannot write");
		bytes += n;
		size -= (size_t)n;
	}
}

static EVP_MD_CTX *digest_new(void)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (ctx == NULL || EVP_DigestInit_ex(ctx, EVP_sm3(), NULL) != 1)
		bench_die("SM3");
	return ctx;
}

/* bench pass FILE [OUT]: SM3 over the file, block by block, written to OUT and synced. */
int bench_pass(int argc, char **argv)
{
	static unsigned char block[BLOCK];
	unsigned char digest[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *ctx = digest_new();
	int in, out = -1;
	ssize_t n;

	if (argc != 2 && argc != 3)
		bench_die("pass: want a file, and one to write");
	in = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (argc == 3)
		out = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (in < 0 || (argc == 3 && out < 0))
		bench_die("%s: cannot open", argv[1]);
	while ((n = read(in, block, sizeof(block))) > 0) {
		(void)EVP_DigestUpdate(ctx, block, (size_t)n);
		if (out >= 0)
			write_all(out, block, (size_t)n);
	}
	if (out >= 0 && (fsync(out) != 0 || close(out) != 0))
		bench_die("%s: cannot sync", argv[2]);
	(void)EVP_DigestFinal_ex(ctx, digest, NULL);
	EVP_MD_CTX_free(ctx);
	(void)close(in);
	return 0;
}

/* bench read FILE COUNT: SM3 over the file, and so many SM2 signatures verified. */
int bench_read_signed(int argc, char **argv)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	uint8_t point[EGOV__SM2_POINT], z[32], e[32];
	unsigned char signature[BENCH_SIGNATURE];
	unsigned long count;
	size_t size;

	if (argc != 3 || key == NULL)
		bench_die("read: want a file and a number of signatures");
	count = bench_number(argv[2], 100000000);
	bench_point(key, point);
	bench_z(point, z);
	bench_e(z, (const unsigned char *)argv[1], (int)strlen(argv[1]), e);
	size = bench_sign(key, e, signature);
	while (count-- > 0)
		bench_verify(key, e, signature, size);
	EVP_PKEY_free(key);
	return bench_pass(2, argv);
}

/* bench list HOME OUT: the bytes of the next list from the ledger, SM3 over them, written. */
static enum egov_status next_entry(void *user, struct egov__crl_entry *entry, struct egov_error *err)
{
	struct egov__listed_row row;
	bool found = false;
	enum egov_status rc = egov__store_revoked_next(user, &row, &found, err);

	if (rc != EGOV_OK || !found)
		return rc;
	*entry = (struct egov__crl_entry){ .der = row.entry, .serial = row.serial };
	return rc;
}

/* Where the list goes: what stands before the entries is known behind them, so that some room
 * is left for it. */
#define HEAD_ROOM 4096
#define SEND (4u << 20)         /* octets that go to the disk at once, as where lists are published */
struct out {
	int fd;
	uint64_t at, size, unsent;
};

static enum egov_status write_out(void *user, struct egov_slice bytes, struct egov_error *err)
{
	struct out *const out = user;

	(void)err;
	write_all(out->fd, bytes.data, bytes.size);
	out->unsent += bytes.size;
	if (out->unsent >= SEND) {
		(void)sync_file_range(out->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
		out->unsent = 0;
	}
	return EGOV_OK;
}

static enum egov_status read_out(void *user, uint64_t at, uint8_t *to, size_t size,
                                 struct egov_error *err)
{
	const struct out *const out = user;

	(void)err;
	if (pread(out->fd, to, size, (off_t)(out->at + at)) != (ssize_t)size)
		bench_die("cannot read what was written");
	return EGOV_OK;
}

static enum egov_status close_out(void *user, struct egov_slice head, struct egov__tbs_place *place,
                                  struct egov_error *err)
{
	struct out *const out = user;
	const off_t end = lseek(out->fd, 0, SEEK_CUR);

	(void)err;
	if (head.size > HEAD_ROOM)
		bench_die("no room for what stands before the entries");
	out->at = HEAD_ROOM - head.size;
	out->size = (uint64_t)end - out->at;
	if (pwrite(out->fd, head.data, head.size, (off_t)out->at) != (ssize_t)head.size)
		bench_die("cannot write");
	place->source = (struct egov__source){ .size = out->size, .read = read_out, .user = out };
	return EGOV_OK;
}

static enum egov_status update(void *user, struct egov_slice bytes, struct egov_error *err)
{
	(void)err;
	(void)EVP_DigestUpdate(user, bytes.data, bytes.size);
	return EGOV_OK;
}

static void open_out(struct out *out, const char *path)
{
	out->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (out->fd < 0 || lseek(out->fd, HEAD_ROOM, SEEK_SET) != HEAD_ROOM)
		bench_die("%s: cannot create", path);
}

static void digest_out(const struct out *out, const struct egov_tbs *tbs, struct egov_error *err)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *ctx = digest_new();

	bench_check(egov__source_walk(egov__tbs_source(tbs), 0, out->size, update, ctx, err), err);
	(void)EVP_DigestFinal_ex(ctx, digest, NULL);
	EVP_MD_CTX_free(ctx);
	if (fsync(out->fd) != 0)
		bench_die("cannot sync");
}

int bench_list(int argc, char **argv)
{
	const struct egov__crl_scope scope = { 1, 0, 0, 0 };
	struct egov_error err = { 0 };
	struct egov__issuer issuer;
	struct out out = { .unsent = 0 };
	const struct egov__crl_keep keep = { write_out, close_out, &out };
	struct egov__crl_plan plan = { .issuer = &issuer, .number = 1, .next = next_entry,
		                       .count = EGOV__CRL_ALL,
		                       .keep = &keep };
	struct egov__revoked_cursor *cursor = NULL;
	struct egov_cert *ca = NULL;
	struct egov_tbs *tbs = NULL;
	struct egov_store *store;
	struct egov_home *home;

	if (argc != 3)
		bench_die("list: want a home and a file");
	home = bench_home(argv[1]);
	store = egov__record_store(egov__home_record(home));
	bench_check(egov__home_certificate(home, &ca, &err), &err);
	bench_check(egov__home_issuer(home, ca, &issuer, &err), &err);
	bench_check(egov__store_snapshot(store, &err), &err);
	bench_check(egov__store_revoked_open(store, &scope, &cursor, &err), &err);
	plan.this_update = egov_home_now(home);
	plan.next_update = plan.this_update + 86400;
	plan.user = cursor;
	open_out(&out, argv[2]);
	bench_check(egov__crl_build(&plan, &tbs, &err), &err);
	digest_out(&out, tbs, &err);
	(void)close(out.fd);
	egov__tbs_free(tbs);
	egov__store_revoked_close(cursor);
	egov__store_rollback(store);
	egov_cert_free(ca);
	egov_home_close(home);
	return 0;
}

/* --- memory ------------------------------------------------------------------------ */

/* Peak of a program, in MiB. */
static double peak(char **argv)
{
	struct rusage usage;
	int status = 0;
	const pid_t child = fork();

	if (child == 0) {
		const int null = open("/dev/null", O_WRONLY);

		(void)dup2(null, STDOUT_FILENO);
		(void)execvp(argv[0], argv);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) != child || !WIFEXITED(status)
	    || WEXITSTATUS(status) != 0)
		bench_die("%s: failed", argv[0]);
	return (double)usage.ru_maxrss / 1024;
}

/* bench memory NAME BAR -- COMMAND... -- COMMAND...: MiB that the first needs more. */
int bench_memory(int argc, char **argv)
{
	struct bench_pairs pairs = { .count = 0 };
	struct bench_bar bar;
	int second = 4;

	while (second < argc && strcmp(argv[second], "--") != 0)
		second++;
	if (argc < 7 || second + 1 >= argc || strcmp(argv[3], "--") != 0
	    || !bench_bar_parse("most", argv[2], &bar))
		bench_die("memory: want a name, a bar and two commands");
	argv[second] = NULL;
	if (!bench_note(&pairs, peak(argv + 4) - peak(argv + second + 1), 1))
		bench_die("memory: the first command needs less than the second");
	return bench_print(argv[1], &pairs, bar);
}
