/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_QUERY_H
#define STORE_STORE_QUERY_H

#include <sqlite3.h>

#include "store/store.h"

/* For lib/store alone: statements over SQLite. */

#define EGOV__STORE_CACHE 64

/* In statements: how many entries the journal has, and whose list serial ?1 stands on, as
 * its intent says, or else the row itself. */
#define EGOV__NEXT_POSITION "(SELECT coalesce(max(seq) + 1, 0) FROM journal)"
#define EGOV__LIST_OF_SERIAL(generation, part)                                                      \
	"coalesce((SELECT generation FROM intent WHERE serial = ?1), nullif(" generation ", 0), 1),"   \
	" coalesce((SELECT part FROM intent WHERE serial = ?1), " part ")"

struct egov__cached {
	const char *sql;                /* static: its address is the key */
	sqlite3_stmt *stmt;
	sqlite3_stmt *other;            /* the same, for while that is under way */
};

/* What an archive had of a row: on the heap. */
struct egov__lent {
	char *source, *body;
	void *blob;
};

struct egov__query {
	struct egov_store *store;
	sqlite3_stmt *stmt;
	const char *what;               /* names the row in messages; static */
	bool own;                       /* not of the cache: finalized when closed */
	bool damaged;                   /* a column is not what the schema allows */
	int parameter, column;          /* the last that was bound or read */
	int rc;                         /* the first failure to bind */
	struct egov__lent lent;         /* of the row at hand */
};

enum egov__store_mode {
	EGOV__STORE_IDLE,
	EGOV__STORE_READING,
	EGOV__STORE_WRITING
};

struct egov_store {
	sqlite3 *db;
	char *path;
	unsigned wait_ms;
	enum egov__store_mode mode;
	struct egov__cached cache[EGOV__STORE_CACHE];
	size_t cached;
	struct egov__query held;        /* behind what the last getter handed out */
	struct egov__shelf *shelf;      /* archives that were read; NULL: none yet */
};

/* The error for a result code of SQLite. */
enum egov_status egov__store_failed(struct egov_store *store, int code, const char *what,
                                    struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_exec(struct egov_store *store, const char *sql,
                                                  struct egov_error *err);

/* A number that a statement without parameters yields. */
EGOV_MUST_CHECK enum egov_status egov__store_number(struct egov_store *store, const char *sql,
                                                    uint64_t *value, struct egov_error *err);
void egov__store_release(struct egov_store *store);     /* ends what a getter handed out */
void egov__store_disconnect(struct egov_store *store);  /* from SQLite, statements included */

/*
 * sql is static; what names the row.  Parameters are bound in order, and their bytes
 * must live until the query is closed; failures stick until it runs.
 * egov__query_write wants a transaction.  A query that was not opened is not closed.
 */
EGOV_MUST_CHECK enum egov_status egov__query_read(struct egov_store *store, const char *sql,
                                                  const char *what, struct egov__query *query,
                                                  struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__query_write(struct egov_store *store, const char *sql,
                                                   const char *what, struct egov__query *query,
                                                   struct egov_error *err);
void egov__query_close(struct egov__query *query);

void egov__query_number(struct egov__query *query, uint64_t value);
void egov__query_time(struct egov__query *query, egov_time t);          /* NONE: NULL */
void egov__query_text(struct egov__query *query, const char *text);     /* NULL: "" */
void egov__query_text_or_null(struct egov__query *query, const char *text);
void egov__query_blob(struct egov__query *query, struct egov_slice bytes);
void egov__query_optional(struct egov__query *query, struct egov_slice bytes);  /* empty: NULL */
void egov__query_digest(struct egov__query *query, const uint8_t digest[32]);

/* Runs a query that yields no row, and closes it. */
EGOV_MUST_CHECK enum egov_status egov__query_run(struct egov__query *query, struct egov_error *err);

/* Columns in order; what they lend lives until the next step. */
uint64_t egov__column_number(struct egov__query *query);
egov_time egov__column_time(struct egov__query *query);
const char *egov__column_text(struct egov__query *query);
struct egov_slice egov__column_blob(struct egov__query *query);
void egov__column_digest(struct egov__query *query, uint8_t digest[32]);
bool egov__column_is_null(const struct egov__query *query);     /* the next one */

/* Reads the columns of one row into *row, a struct egov__X_row. */
typedef void egov__read_fn(struct egov__query *query, void *row);

/* The next row; false at the end and where *rc tells a failure. */
bool egov__query_next(struct egov__query *query, egov__read_fn *read, void *row,
                      enum egov_status *rc, struct egov_error *err);

/* The one row, which stays until the next getter; closes the query. */
EGOV_MUST_CHECK enum egov_status egov__query_get(struct egov__query *query, egov__read_fn *read,
                                                 void *row, bool *found, struct egov_error *err);

/* The same of a statement with one parameter. */
struct egov__find {
	const char *sql, *what;         /* as for egov__query_read */
	egov__read_fn *read;
	void *row;
	bool *found;
};
EGOV_MUST_CHECK enum egov_status egov__find_text(struct egov_store *store,
                                                 const struct egov__find *find, const char *key,
                                                 struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__find_number(struct egov_store *store,
                                                   const struct egov__find *find, uint64_t key,
                                                   struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__find_blob(struct egov_store *store,
                                                 const struct egov__find *find,
                                                 struct egov_slice key, struct egov_error *err);

/* What was sealed of an entry, with its SM3; one that is there stays. */
EGOV_MUST_CHECK enum egov_status egov__store_sealed_put(struct egov_store *store,
                                                        const struct egov__journal_row *row,
                                                        struct egov_error *err);

/* --- archives (store_shelf.c) --- */

void egov__shelf_free(struct egov__shelf *shelf);       /* NULL allowed */
void egov__lent_clear(struct egov__lent *lent);

/* What the row at hand has in an archive alone is put into it: it lives as long as the row. */
EGOV_MUST_CHECK enum egov_status egov__shelf_entry(struct egov__query *query,
                                                   struct egov__journal_row *row,
                                                   struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__shelf_certificate(struct egov__query *query,
                                                         struct egov__certificate_row *row,
                                                         struct egov_error *err);

/* --- schema --- */

/* store_guard.c: from here on rows stand, but for what may change in them. */
EGOV_MUST_CHECK enum egov_status egov__store_guard(struct egov_store *store,
                                                   struct egov_error *err);

struct egov__store_step {
	const char *const *sql;         /* from version i to i + 1; ends with NULL */
};
extern const struct egov__store_step egov__store_steps[];
extern const unsigned egov__store_version;      /* of the schema: how many steps there are */

/* Takes every step that is missing in one transaction, after a copy beside
 * the ledger where it had a schema already. */
EGOV_MUST_CHECK enum egov_status egov__store_migrate(struct egov_store *store,
                                                     const struct egov__store_step *steps,
                                                     unsigned count, struct egov_error *err);

/* Tables, indexes and triggers are those that the steps make. */
EGOV_MUST_CHECK enum egov_status egov__store_schema_check(struct egov_store *store,
                                                          struct egov_error *err);

#endif
