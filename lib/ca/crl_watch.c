/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ca/above.h"
#include "crl/part.h"
#include "crypto/sm2.h"
#include "home/home.h"
#include "publish/fetch.h"
#include "verify/verify.h"

#define TIMEOUT 30
#define AHEAD 300               /* what the clocks of two machines may differ by */

/* An address that live certificates name. */
struct point {
	char *url;
	uint64_t generation, certificates;
	bool delta;
	struct egov_cert *above;        /* whose lists it gives; NULL: those of this CA */
};

struct watch {
	struct egov_home *home;
	const struct egov_crl_watch_options *options;
	struct egov_report *report;
	struct point *points;
	size_t count, last;             /* last: the one of the certificate before */
	uint64_t generation;            /* of the certificate that is looked at; 0: no CA of ours */
	const struct egov_cert *above;  /* made it, where that is */
	bool delta;
	enum egov_watch_verdict worst;
};

static struct egov_store *store_of(const struct watch *w)
{
	return egov__record_store(egov__home_record(w->home));
}

/* --- which addresses there are --- */

static bool is_point(const struct watch *w, size_t i, struct egov_slice url)
{
	return i < w->count && w->points[i].generation == w->generation
	       && w->points[i].delta == w->delta
	       && (w->above == NULL
	           || egov__slice_equal(egov_cert_der(w->above), egov_cert_der(w->points[i].above)))
	       && egov__slice_equal(egov__slice_text(w->points[i].url), url);
}

static enum egov_status add_point(struct watch *w, struct egov_slice url, struct egov_error *err)
{
	struct point *more = realloc(w->points, (w->count + 1) * sizeof(*more));
	struct point *point;

	if (more == NULL)
		return egov_error_nomem(err);
	w->points = more;
	point = &more[w->count];
	*point = (struct point){ .url = egov__slice_copy(url), .generation = w->generation,
		                 .delta = w->delta };
	if (point->url == NULL)
		return egov_error_nomem(err);
	w->count++;
	return w->above == NULL ? EGOV_OK
	                        : egov_cert_decode(egov_cert_der(w->above), &point->above, err);
}

static enum egov_status note_url(struct watch *w, struct egov_slice url, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;
	size_t i = w->last;

	if (!is_point(w, i, url))
		for (i = 0; i < w->count && !is_point(w, i, url); i++)
			;
	if (i == w->count)
		rc = add_point(w, url, err);
	if (rc != EGOV_OK)
		return rc;
	w->points[i].certificates++;
	w->last = i;
	return EGOV_OK;
}

static enum egov_status see_point(void *user, const struct egov__distribution_point *dp,
                                  struct egov_error *err)
{
	struct egov_slice names = dp->full_name;
	struct egov__general_name name;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && names.size > 0) {
		rc = egov__general_names_next(&names, &name, err);
		if (rc == EGOV_OK && name.tag == EGOV__GN_URI)
			rc = note_url(user, name.value, err);
	}
	return rc;
}

static enum egov_status see_points(struct watch *w, struct egov_slice der, struct egov_error *err)
{
	static const enum egov__oid types[] = { EGOV__OID_CRL_DP, EGOV__OID_FRESHEST_CRL };
	struct egov__cert_fields fields;
	struct egov__ext ext;
	enum egov_status rc = egov__cert_read(der, &fields, err);

	for (size_t i = 0; rc == EGOV_OK && i < sizeof(types) / sizeof(types[0]); i++) {
		w->delta = types[i] == EGOV__OID_FRESHEST_CRL;
		if (egov__ext_find(fields.extensions, types[i], &ext))
			rc = egov__ext_crl_dp(ext.value, see_point, w, err);
	}
	return rc;
}

static enum egov_status see_certificate(void *user, const struct egov__certificate_row *row,
                                        struct egov_error *err)
{
	struct watch *w = user;

	w->generation = row->generation;
	return row->not_after < egov_home_now(w->home) ? EGOV_OK : see_points(w, row->der, err);
}

/* Of this CA itself, and of those above it. */
static enum egov_status see_above(void *user, const struct egov_cert *cert,
                                  const struct egov_cert *issuer, struct egov_error *err)
{
	struct watch *w = user;
	enum egov_status rc = EGOV_OK;

	w->generation = 0;
	w->above = issuer;
	if (egov_cert_not_after(cert) >= egov_home_now(w->home))
		rc = see_points(w, egov_cert_der(cert), err);
	w->above = NULL;
	return rc;
}

/* --- what is served there --- */

struct served {
	struct egov__crl_input input;
	struct egov__crl_outline list;
	bool read;                      /* and signed by this CA */
};

/* "x-delta.crl" belongs to "x.crl". */
static uint64_t part_of(const struct point *point)
{
	static const char delta[] = "-delta.crl";
	const size_t size = strlen(point->url), tail = strlen(delta);
	struct egov_buf url = EGOV__BUF(4096);
	uint64_t part;

	if (!point->delta || size < tail)
		return egov__part_of_url(egov__slice_text(point->url));
	egov__buf_append(&url, point->url, size - tail);
	egov__buf_text(&url, ".crl");
	part = egov__part_of_url(egov_buf_slice(&url));
	egov__buf_clear(&url);
	return part;
}

/* D-5, D-9: the list is the one that these certificates name, to the letter. */
static enum egov_status check_scope(const struct point *point, const struct served *served,
                                    struct egov_error *err)
{
	const struct egov_slice exts = served->list.fields.extensions;
	struct egov_slice names;
	struct egov__general_name name;
	struct egov__ext ext;
	struct egov__idp idp;
	uint64_t part = 0;
	bool named = false;
	enum egov_status rc = point->above == NULL ? egov__part_of_crl(exts, &part, err) : EGOV_OK;

	if (rc == EGOV_OK && ((point->above == NULL && part != part_of(point))
	                      || egov__ext_find(exts, EGOV__OID_DELTA_CRL, &ext) != point->delta))
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 5.2.5",
		                      "another list of this CA is served there");
	if (rc != EGOV_OK || (point->delta && point->above == NULL) || !egov__ext_find(exts, EGOV__OID_IDP, &ext))
		return rc;
	rc = egov__ext_idp(ext.value, &idp, err);
	if (rc == EGOV_OK && point->above != NULL && (idp.only_user || idp.only_attribute))
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 5.2.5",
		                      "it is about no certificates of CAs");
	for (names = idp.point.full_name; rc == EGOV_OK && names.size > 0;) {
		rc = egov__general_names_next(&names, &name, err);
		named |= rc == EGOV_OK && name.tag == EGOV__GN_URI
		         && egov__slice_equal(name.value, egov__slice_text(point->url));
	}
	if (rc == EGOV_OK && !named)
		rc = egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 5.2.5",
		                    "issuingDistributionPoint does not name the address");
	return rc;
}

static enum egov_status check_bytes(const struct watch *w, const struct egov__crl_row *row,
                                    const struct served *served, bool *same,
                                    struct egov_error *err)
{
	struct egov__pieces *pieces = NULL;
	enum egov_status rc = egov__store_crl_open(store_of(w), row, &pieces, err);

	if (rc == EGOV_OK)
		rc = egov__source_equal(egov__pieces_list(pieces), &served->input.source, same, err);
	egov__pieces_free(pieces);
	return rc;
}

static enum egov_status check_number(const struct watch *w, const struct point *point,
                                     const struct served *served, struct egov_error *err)
{
	const struct egov__crl_scope scope = { point->generation, part_of(point), point->delta, 0 };
	struct egov__crl_row row, last;
	uint64_t number = 0;
	bool found = false, same = false;
	enum egov_status rc = egov__crl_number(served->list.fields.extensions, &number, err);

	if (rc == EGOV_OK)
		rc = egov__store_crl_before(store_of(w), &scope, INT64_MAX, true, &last, err);
	if (rc == EGOV_OK)
		rc = egov__store_crl_get(store_of(w), number, &row, &found, err);
	if (rc == EGOV_OK && found)
		rc = check_bytes(w, &row, served, &same, err);
	if (rc != EGOV_OK)
		return rc;
	if (!same)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "Order No. 4, Art. 18(3)",
		                      "the ledger holds no such list of number %" PRIu64, number);
	if (number < last.number)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 5.2.3",
		                      "number %" PRIu64 " is served, number %" PRIu64
		                      " was published",
		                      number, last.number);
	return EGOV_OK;
}

static enum egov_status check_times(const struct watch *w, const struct egov__crl_fields *list,
                                    struct egov_error *err)
{
	const egov_time now = egov_home_now(w->home);
	char when[EGOV_TIME_TEXT];

	if (list->this_update > now + AHEAD) {
		egov_time_format(list->this_update, when);
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 5.1.2.4",
		                      "thisUpdate %s lies in the future", when);
	}
	if (list->next_update == EGOV_TIME_NONE || list->next_update <= now)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 5.1.2.5",
		                      "it is stale");
	return EGOV_OK;
}

/* Fetched, and signed by the key of the certificates that name it. */
static enum egov_status get(const struct watch *w, const struct point *point,
                            struct served *served, struct egov_error *err)
{
	struct egov_cert *ca = NULL;
	enum egov_status rc = egov__fetch_file(point->url, TIMEOUT, &served->input.file, err);

	if (rc == EGOV_OK)
		rc = egov__crl_input_file(&served->input, err);
	if (rc == EGOV_OK && point->above == NULL)
		rc = egov__home_ca_certificate(w->home, point->generation, &ca, err);
	if (rc == EGOV_OK)
		rc = egov__crl_read_signed(&served->input.source, ca == NULL ? point->above : ca,
		                           egov__slice_text(EGOV__SM2_DEFAULT_ID), &served->list,
		                           err);
	served->read = rc == EGOV_OK;
	egov_cert_free(ca);
	return rc;
}

static enum egov_status judge(const struct watch *w, const struct point *point,
                              struct served *served, struct egov_error *err)
{
	enum egov_status rc = get(w, point, served, err);

	if (rc == EGOV_OK)
		rc = check_scope(point, served, err);
	if (rc == EGOV_OK)
		rc = point->above == NULL
		             ? check_number(w, point, served, err)
		             : egov__above_compare(w->home, point->above,
		                                   served->list.fields.extensions,
		                                   &served->input.source, err);
	return rc == EGOV_OK ? check_times(w, &served->list.fields, err) : rc;
}

/* --- saying it --- */

/* Time runs out: so much is left, and more was wanted.  Where nobody says how much, past half of
 * its life, or after the runs that may fail where these take longer. */
static bool is_late(const struct watch *w, const struct point *point,
                    const struct egov__crl_fields *list)
{
	const struct egov_duration *const warn = &w->options->warn;
	const egov_time now = egov_home_now(w->home), age = now - list->this_update;
	egov_time then = 0, runs = 0;

	if (warn->years == 0 && warn->seconds == 0)
		return (point->above == NULL
		        && egov__home_conf_latest(egov__home_conf(w->home), point->delta, &runs, NULL)
		                   != EGOV_OK)
		       || (age > list->next_update - now && age > runs);
	return egov_time_add(now, *warn, &then, NULL) != EGOV_OK || list->next_update < then;
}

static void report_list(const struct watch *w, const struct egov__crl_fields *list)
{
	uint64_t number = 0;

	if (egov__crl_number(list->extensions, &number, NULL) == EGOV_OK)
		egov__report_add(w->report, "number", "%" PRIu64, number);
	egov__report_add(w->report, "entries", "%zu", list->count);
	egov__report_time(w->report, "this-update", list->this_update);
	egov__report_add(w->report, "seconds-old", "%" PRId64,
	                 egov_home_now(w->home) - list->this_update);
	if (list->next_update == EGOV_TIME_NONE)
		return;
	egov__report_time(w->report, "next-update", list->next_update);
	egov__report_add(w->report, "seconds-left", "%" PRId64,
	                 list->next_update - egov_home_now(w->home));
}

static enum egov_status watch_point(struct watch *w, const struct point *point,
                                    struct egov_error *err)
{
	static const char *const words[] = { "good", "warning", "bad" };
	enum egov_watch_verdict verdict = EGOV_WATCH_GOOD;
	struct egov_error why = { 0 };
	struct served served = { .input = { .file = { .fd = -1 } } };
	enum egov_status rc = judge(w, point, &served, &why);

	if (rc == EGOV_E_NOMEM) {
		rc = egov_error_nomem(err);
		goto out;
	}
	if (rc != EGOV_OK) {
		verdict = EGOV_WATCH_BAD;
	} else if (is_late(w, point, &served.list.fields)) {
		verdict = EGOV_WATCH_WARNING;
		(void)egov_error_set(&why, EGOV_E_POLICY, "RFC 5280, 5.1.2.5",
		                     "the next list is late");
	}
	egov__report_record(w->report);
	egov__report_add(w->report, "url", "%s", point->url);
	egov__report_add(w->report, "certificates", "%" PRIu64, point->certificates);
	egov__report_add(w->report, "verdict", "%s", words[verdict]);
	if (verdict != EGOV_WATCH_GOOD)
		egov__report_add(w->report, "why", "%s", why.text);
	if (served.read)
		report_list(w, &served.list.fields);
	w->worst = verdict > w->worst ? verdict : w->worst;
	rc = egov__report_check(w->report, err);
out:
	egov__crl_outline_clear(&served.list);
	egov__crl_input_close(&served.input);
	return rc;
}

enum egov_status egov_crl_watch(struct egov_home *home,
                                const struct egov_crl_watch_options *options,
                                enum egov_watch_verdict *worst, struct egov_report *report,
                                struct egov_error *err)
{
	struct watch w = { .home = home, .options = options, .report = report };
	enum egov_status rc = egov__store_certificate_walk(store_of(&w), NULL, see_certificate, &w,
	                                                   err);

	if (rc == EGOV_OK)
		rc = egov__above_walk(home, see_above, &w, err);
	for (size_t i = 0; rc == EGOV_OK && i < w.count; i++)
		rc = watch_point(&w, &w.points[i], err);
	for (size_t i = 0; i < w.count; i++) {
		egov_cert_free(w.points[i].above);
		free(w.points[i].url);
	}
	free(w.points);
	if (rc == EGOV_OK)
		*worst = w.worst;
	return rc;
}
