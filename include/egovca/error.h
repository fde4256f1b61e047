/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_ERROR_H
#define EGOVCA_ERROR_H

#include <egovca/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Every function that can fail returns an enum egov_status and takes a
 * struct egov_error of the caller as its last parameter; NULL is allowed.
 * The status is for branching, the error is for reading.  On failure every
 * output parameter is left NULL or untouched.
 *
 * The status answers one question: what may the caller do next?  The values
 * are ABI: values are added, never renumbered.
 */
enum egov_status {
	EGOV_OK = 0,
	EGOV_E_USAGE = -1,       /* the caller broke the contract; nothing changed */
	EGOV_E_NOMEM = -2,       /* out of memory */
	EGOV_E_IO = -3,          /* file missing or unreadable, disk full, clock */
	EGOV_E_LIMIT = -4,       /* larger, longer or deeper than allowed */
	EGOV_E_UNSUPPORTED = -5, /* understood, but this release cannot do it */
	EGOV_E_SYNTAX = -6,      /* not DER, not PEM, not this format */
	EGOV_E_POLICY = -7,      /* well formed, forbidden by law, profile or standard */
	EGOV_E_UNTRUSTED = -8,   /* signature, path, time or revocation refused */
	EGOV_E_NOTFOUND = -9,    /* the thing asked for does not exist */
	EGOV_E_EXISTS = -10,     /* the thing to be made exists already */
	EGOV_E_BUSY = -11,       /* the same call may succeed later */
	EGOV_E_AUTH = -12,       /* wrong or locked PIN, wrong passphrase */
	EGOV_E_DEVICE = -13,     /* token or module failed; detail is its code */
	EGOV_E_CRYPTO = -14,     /* a cryptographic operation failed that never should */
	EGOV_E_CORRUPT = -15     /* stored evidence contradicts itself: stop */
};

/*
 * Empty ({ 0 }) before a call; filled where a failure is understood, never
 * overwritten on the way up: one that still tells an earlier failure keeps it.
 * The text is one sentence without a final stop or newline, in the language
 * of the process' LC_MESSAGES.  It quotes file names and values as they came:
 * a program escapes what must not reach a terminal.
 */
struct egov_error {
	enum egov_status status;
	long detail;             /* errno, a CKR_ value, or 0 */
	const char *clause;      /* static: standard and section, e.g. "RFC 5280, 4.1.2.2"; or NULL */
	char text[512];
};

/* The identifier of a status as a static string, e.g. "EGOV_E_POLICY". */
EGOV_API const char *egov_status_name(enum egov_status status);

#ifdef __cplusplus
}
#endif

#endif
