/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "crypto/sm3_aside.h"
#include "lint/lint_impl.h"

/* A list that is to be signed, which may be too long to hold: everybody sees it in one pass. */
struct reading {
	struct egov__lint_list *list;
	const struct egov__crl_listener *also;
	egov_time this_update;
	struct egov__sm3_aside *sm3;
	struct egov__seen seen;
};

/* What the reader of entries has not compared byte for byte must be DER in all its parts. */
static enum egov_status see_entry(void *user, const struct egov__crl_entry *entry,
                                  struct egov_error *err)
{
	const struct reading *const r = user;
	enum egov_status rc = EGOV_OK;

	r->list->entries.count++;
	egov__lint_see_entry(&r->list->entries, r->this_update, entry);
	if (!entry->plain)
		rc = egov__der_check(entry->extensions, err);
	return rc == EGOV_OK && r->also != NULL ? r->also->entry(r->also->user, entry, err) : rc;
}

static enum egov_status see_bytes(void *user, struct egov_slice bytes, struct egov_error *err)
{
	struct reading *const r = user;
	const enum egov_status rc = egov__sm3_aside_update(r->sm3, bytes, err);

	return rc == EGOV_OK ? egov__seen_update(&r->seen, bytes, err) : rc;
}

static enum egov_status read_all(struct reading *r, const struct egov__source *source,
                                 struct egov_error *err)
{
	const struct egov__crl_listener listener = { .signed_bytes = see_bytes,
		                                     .entry = see_entry,
		                                     .this_update = &r->this_update,
		                                     .user = r };
	enum egov_status rc = egov__sm3_aside_new(source->size, &r->sm3, err);

	if (rc == EGOV_OK)
		rc = egov__seen_begin(&r->seen, err);
	if (rc == EGOV_OK)
		rc = egov__crl_read_tbs(source, &listener, &r->list->outline, err);
	if (rc == EGOV_OK)
		rc = egov__sm3_aside_final(r->sm3, r->list->digest, err);
	if (rc == EGOV_OK)
		rc = egov__seen_end(&r->seen, r->list->seen, err);
	egov__seen_clear(&r->seen);
	egov__sm3_aside_free(r->sm3);
	return rc;
}

enum egov_status egov__lint_list_read(const struct egov_tbs *tbs,
                                      const struct egov__crl_listener *also,
                                      struct egov__lint_list **out, struct egov_error *err)
{
	struct reading r = { .list = calloc(1, sizeof(*r.list)), .also = also,
		             .this_update = EGOV_TIME_NONE };
	enum egov_status rc;

	if (r.list == NULL)
		return egov_error_nomem(err);
	r.list->tbs = tbs;
	rc = read_all(&r, egov__tbs_source(tbs), err);
	if (rc == EGOV_OK)
		*out = r.list;
	else
		egov__lint_list_free(r.list);
	return rc;
}

const struct egov__crl_outline *egov__lint_list_outline(const struct egov__lint_list *list)
{
	return &list->outline;
}

void egov__lint_list_free(struct egov__lint_list *list)
{
	if (list == NULL)
		return;
	egov__crl_outline_clear(&list->outline);
	free(list);
}
