/* SPDX-License-Identifier: Apache-2.0 */
/* CRLs: what we accept is printed, every entry is found again, and OpenSSL reads
 * the same where it accepts it too. */
#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "crl/crl_peek.h"
#include "crl/crl_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare(const struct egov_crl *crl)
{
	struct egov__witness *witness = NULL;

	if (egov__witness_crl(egov_crl_der(crl), &witness, NULL) == EGOV_OK
	    && egov__crl_agree(egov__crl_fields(crl), witness, NULL) != EGOV_OK)
		abort();
	egov__witness_free(witness);
}

static void print(const struct egov_crl *crl)
{
	struct egov_report *report = egov_report_new();

	if (report == NULL || egov_crl_report(crl, 1, report, NULL) != EGOV_OK
	    || egov_report_records(report) != egov_crl_entries(crl) + 1)
		abort();
	egov_report_free(report);
}

static void find(const struct egov_crl *crl)
{
	struct egov_slice entries = egov__crl_fields(crl)->entries;
	struct egov__crl_entry entry, again;
	bool found = false;

	for (size_t i = 0; entries.size > 0 && i < 8; i++)
		if (egov__crl_next(&entries, &entry, NULL) != EGOV_OK
		    || egov__crl_find(crl, entry.serial, &found, &again, NULL) != EGOV_OK || !found)
			abort();
}

/* Read piece by piece it is the same list, or the same as none. */
static enum egov_status give(void *user, uint64_t at, uint8_t *to, size_t size,
                             struct egov_error *err)
{
	(void)err;
	memcpy(to, (const uint8_t *)user + at, size);
	return EGOV_OK;
}

static enum egov_status count(void *user, struct egov_slice bytes, struct egov_error *err)
{
	(void)err;
	*(size_t *)user += bytes.size;
	return EGOV_OK;
}

static void read_pieces(struct egov_slice der, const struct egov_crl *crl)
{
	const struct egov__source source = { .size = der.size, .read = give,
		                             .user = (void *)(uintptr_t)der.data };
	size_t seen = 0;
	const struct egov__crl_listener listener = { .signed_bytes = count, .user = &seen };
	struct egov__crl_outline list;
	const enum egov_status rc = egov__crl_read(&source, &listener, &list, NULL);

	if (rc != EGOV_OK && crl == NULL)
		return;
	if (rc != EGOV_OK || crl == NULL || list.fields.count != egov_crl_entries(crl)
	    || list.tbs_size != egov__crl_fields(crl)->tbs.size || seen != list.tbs_size
	    || list.entries_size != egov__crl_fields(crl)->entries.size
	    || !egov__slice_equal(list.fields.issuer, egov_crl_issuer(crl)))
		abort();
	egov__crl_outline_clear(&list);
}

/* Its number is found without its entries; of octets that are no list whatever may come. */
static void peek(struct egov_slice der, const struct egov_crl *crl)
{
	const struct egov__source source = egov__source_slice(der);
	uint64_t number = 0, wanted = 0;
	bool has = false, wants;

	if (egov__crl_peek(&source, &number, &has, NULL) != EGOV_OK)
		abort();
	if (crl == NULL || egov__crl_fields(crl)->extensions.size > 4000)
		return;
	wants = egov__crl_number(egov__crl_fields(crl)->extensions, &wanted, NULL) == EGOV_OK;
	if (wants != has || (has && number != wanted))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct egov_crl *crl = NULL;

	peek((struct egov_slice){ data, size }, NULL);
	if (egov_crl_decode((struct egov_slice){ data, size }, &crl, NULL) != EGOV_OK) {
		if (size > 0 && data[0] == 0x30)
			read_pieces((struct egov_slice){ data, size }, NULL);
		return 0;
	}
	read_pieces(egov_crl_der(crl), crl);
	peek(egov_crl_der(crl), crl);
	compare(crl);
	print(crl);
	find(crl);
	egov_crl_free(crl);
	return 0;
}
