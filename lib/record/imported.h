/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_IMPORTED_H
#define RECORD_IMPORTED_H

#include "record/body.h"
#include "store/store.h"

/* "import-LIST-N": the subject of the entries about an imported list. */
#define EGOV__IMPORT_SUBJECT 64
void egov__import_subject(const struct egov__imported_row *row, char out[EGOV__IMPORT_SUBJECT]);

/* The public body of its import. */
EGOV_MUST_CHECK enum egov_status egov__import_body(const struct egov__imported_row *row,
                                                   struct egov__body *body,
                                                   struct egov_error *err);

#endif
