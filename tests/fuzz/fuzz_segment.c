/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of the journal in files: every record that is read lies in what it was read from. */
#include <stdlib.h>

#include "archive/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inside(struct egov_slice whole, struct egov_slice part)
{
	if (part.size > 0 && (part.data < whole.data || part.data + part.size > whole.data + whole.size))
		abort();
}

static void check_record(const struct egov__segment *segment, struct egov__zlib *zlib, uint64_t i)
{
	struct egov_buf bytes = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__segment_record record;

	if (egov__segment_record(segment, i, &record, NULL) != EGOV_OK)
		return;
	check_inside(segment->records, record.entry.stream);
	check_inside(segment->records, record.sealed);
	check_inside(segment->records, record.object.stream);
	if (egov__segment_unpack(segment, zlib, &record.entry, &bytes, NULL) != EGOV_OK
	    || egov__segment_unpack(segment, zlib, &record.object, &bytes, NULL) != EGOV_OK)
		egov_buf_reset(&bytes);
	egov__buf_clear(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct egov_slice der = { data, size };
	struct egov__segment segment;
	struct egov__zlib *zlib = NULL;

	if (egov__segment_read(der, &segment, NULL) != EGOV_OK
	    || egov__zlib_open(&zlib, NULL) != EGOV_OK)
		return 0;
	check_inside(der, segment.content);
	check_inside(der, segment.index);
	for (uint64_t i = 0; i < segment.count; i++)
		check_record(&segment, zlib, i);
	/* Nobody signed it. */
	if (egov__segment_verify(&segment, segment.journal_key, NULL) == EGOV_OK
	    && segment.signature.size == 0)
		abort();
	egov__zlib_close(zlib);
	return 0;
}
