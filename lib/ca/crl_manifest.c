/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/crl_manifest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "publish/publish.h"

#define MANIFEST_MAX (16u << 20)

/* A list in force, and the entry that says that it was published. */
struct listed {
	char name[EGOV__LIST_NAME], subject[EGOV__IMPORT_SUBJECT];
	const char *kind;
	uint64_t number, entries;
	egov_time this_update, next_update;
};

struct manifest {
	struct egov_store *store;
	struct listed *items;
	size_t count;
	struct egov_buf text;
};

static enum egov_status add(struct manifest *m, const struct listed *item, struct egov_error *err)
{
	struct listed *more = realloc(m->items, (m->count + 1) * sizeof(*more));

	if (more == NULL)
		return egov_error_nomem(err);
	m->items = more;
	more[m->count++] = *item;
	return EGOV_OK;
}

static enum egov_status see_own(void *user, const struct egov__crl_row *row,
                                struct egov_error *err)
{
	const struct egov__crl_scope scope = { row->generation, row->part, row->base, 0 };
	struct listed item = { .kind = EGOV__KIND_PUBLISH,
		               .number = row->number,
		               .entries = row->entries,
		               .this_update = row->this_update,
		               .next_update = row->next_update };

	egov__home_list_name(&scope, item.name);
	(void)snprintf(item.subject, sizeof(item.subject), "crl-%" PRIu64, row->number);
	return add(user, &item, err);
}

/* By list and number: a later one of the same name takes the place of the one before. */
static enum egov_status see_imported(void *user, const struct egov__imported_row *row,
                                     struct egov_error *err)
{
	struct manifest *m = user;
	struct listed item = { .kind = EGOV__KIND_IMPORT_PUBLISH,
		               .number = row->number,
		               .entries = row->entries,
		               .this_update = row->this_update,
		               .next_update = row->next_update };

	if (row->published_at == EGOV_TIME_NONE)
		return EGOV_OK;
	(void)snprintf(item.name, sizeof(item.name), "%s", row->list);
	egov__import_subject(row, item.subject);
	if (m->count == 0 || strcmp(m->items[m->count - 1].name, item.name) != 0)
		return add(m, &item, err);
	m->items[m->count - 1] = item;
	return EGOV_OK;
}

/* --- what the journal says of it --- */

struct publication {
	const char *kind;
	char sm3[65];
};

static enum egov_status see_entry(void *user, const struct egov__journal_row *row,
                                  struct egov_error *err)
{
	struct publication *publication = user;
	struct egov__body *body = NULL;
	const char *digest;
	enum egov_status rc;

	if (strcmp(row->kind, publication->kind) != 0)
		return EGOV_OK;
	rc = egov__body_parse(row->body, &body, err);
	digest = rc == EGOV_OK ? egov__body_get_text(body, EGOV__KEY_SM3) : NULL;
	if (digest != NULL)
		(void)snprintf(publication->sm3, sizeof(publication->sm3), "%s", digest);
	egov__body_free(body);
	return rc;
}

static enum egov_status put(struct manifest *m, const struct listed *item, struct egov_error *err)
{
	struct publication publication = { .kind = item->kind };
	char from[EGOV_TIME_TEXT], until[EGOV_TIME_TEXT] = "";
	enum egov_status rc =
		egov__store_journal_walk(m->store, 0, item->subject, see_entry, &publication, err);

	egov_time_format(item->this_update, from);
	if (item->next_update != EGOV_TIME_NONE)
		egov_time_format(item->next_update, until);
	egov__buf_printf(&m->text,
	                 "{\"list\":\"%s\",\"file\":\"%s-%" PRIu64 ".crl\",\"number\":\"%" PRIu64
	                 "\",\"entries\":\"%" PRIu64 "\",\"this-update\":\"%s\",\"next-update\":\"%s\","
	                 "\"sm3\":\"%s\"}\n",
	                 item->name, item->name, item->number, item->number, item->entries, from, until,
	                 publication.sm3);
	return rc;
}

enum egov_status egov__crl_manifest(struct egov_home *home, const char *web_root,
                                    struct egov_error *err)
{
	struct manifest m = { .store = egov__record_store(egov__home_record(home)),
		              .text = EGOV__BUF(MANIFEST_MAX) };
	enum egov_status rc = egov__store_crl_walk_served(m.store, see_own, &m, err);

	if (rc == EGOV_OK)
		rc = egov__store_imported_walk(m.store, see_imported, &m, err);
	for (size_t i = 0; rc == EGOV_OK && i < m.count; i++)
		rc = put(&m, &m.items[i], err);
	if (rc == EGOV_OK)
		rc = egov__buf_check(&m.text, err);
	if (rc == EGOV_OK)
		rc = egov__publish_text(web_root, "crl/manifest.json", egov_buf_slice(&m.text), err);
	egov__buf_clear(&m.text);
	free(m.items);
	return egov_error_prefix(err, rc, "manifest");
}
