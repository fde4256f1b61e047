/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ARCHIVE_DEFLATE_H
#define ARCHIVE_DEFLATE_H

#include "base/buf.h"

/*
 * zlib streams (RFC 1950), with a dictionary that both sides know or without one (empty).  The
 * library is loaded when the first is opened: programs that read no archive do not pay for it.
 */
struct egov__zlib;
EGOV_MUST_CHECK enum egov_status egov__zlib_open(struct egov__zlib **out, struct egov_error *err);
void egov__zlib_close(struct egov__zlib *zlib);         /* NULL allowed */

/* Appended to out. */
EGOV_MUST_CHECK enum egov_status egov__zlib_pack(struct egov__zlib *zlib,
                                                 struct egov_slice dictionary,
                                                 struct egov_slice bytes, struct egov_buf *out,
                                                 struct egov_error *err);
/* The same; the stream ends where packed does, and has at most so many octets as out takes:
 * EGOV_E_CORRUPT. */
EGOV_MUST_CHECK enum egov_status egov__zlib_unpack(struct egov__zlib *zlib,
                                                   struct egov_slice dictionary,
                                                   struct egov_slice packed, struct egov_buf *out,
                                                   struct egov_error *err);

#endif
