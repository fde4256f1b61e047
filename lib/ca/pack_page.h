/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_PACK_PAGE_H
#define CA_PACK_PAGE_H

#include <egovca/record.h>

#include "home/home.h"

/* Where the files of a pack lie in it. */
#define EGOV__PACK_LIST "manifest.sm3"
#define EGOV__PACK_PAGE "index.html"
#define EGOV__PACK_EVIDENCE "evidence"
#define EGOV__PACK_CERTIFICATES "certificates"
#define EGOV__PACK_PRIVATE "private"

/* The page of a pack, made as its certificates come; no script, nothing from elsewhere, and
 * whatever the records say is text alone. */
struct egov__pack_page {
	struct egov_buf contents, certificates;
	uint64_t count;
};
#define EGOV__PACK_PAGE_NEW \
	{ .contents = EGOV__BUF(EGOV__MAX_CRL), .certificates = EGOV__BUF(EGOV__MAX_CRL) }

/* One certificate: its serial in hex, row, and evidence. */
EGOV_MUST_CHECK enum egov_status egov__pack_page_add(struct egov__pack_page *page, const char *hex,
                                                     const struct egov__certificate_row *row,
                                                     struct egov_slice evidence,
                                                     struct egov_error *err);

/* All of it, appended. */
EGOV_MUST_CHECK enum egov_status egov__pack_page_write(struct egov__pack_page *page,
                                                       struct egov_home *home,
                                                       const struct egov_pack_options *options,
                                                       struct egov_buf *out,
                                                       struct egov_error *err);
void egov__pack_page_clear(struct egov__pack_page *page);

#endif
