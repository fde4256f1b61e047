/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>

#include <egovca/error.h>

#ifdef __GNUC__
#define EGOV__PRINTF(f, a) __attribute__((format(printf, f, a)))
#endif

/* Marks a message for translation where no call translates it by itself. */
#define EGOV__N(text) (text)

/* The translation of a message of the library, from the text domain "egovca". */
const char *egov__text(const char *message) __attribute__((format_arg(1)));

/*
 * Says what went wrong, once, where it is understood, and returns status: one
 * line reports and leaves.  The first cause wins: an error that is already set
 * is kept.  fmt is translated; clause is a static string and is not.
 */
enum egov_status egov_error_set(struct egov_error *err, enum egov_status status,
                                const char *clause, const char *fmt, ...)
	EGOV__PRINTF(4, 5);

/* The same, with the detail (a CKR_ value or an errno). */
enum egov_status egov_error_detail(struct egov_error *err, enum egov_status status, long detail,
                                   const char *clause, const char *fmt, ...)
	EGOV__PRINTF(5, 6);

/* The same for a failed system call: appends strerror(errno) and keeps errno
 * as detail.  The status is EGOV_E_IO, or EGOV_E_NOMEM for ENOMEM.  A text that
 * is too long is cut before the reason, never the reason. */
enum egov_status egov_error_errno(struct egov_error *err, const char *fmt, ...)
	EGOV__PRINTF(2, 3);

/* EGOV_E_NOMEM with its standard text. */
enum egov_status egov_error_nomem(struct egov_error *err);

/* Puts "noun: " before the text of an error on its way up, and returns rc.  A noun
 * takes at most half of the text, so that the cause can still be read. */
enum egov_status egov_error_prefix(struct egov_error *err, enum egov_status rc,
                                   const char *fmt, ...) EGOV__PRINTF(3, 4);

/* What a call that reads bytes that nobody but us writes (a ledger, an archive, a bundle) became:
 * where they do not decode, or say what we never say, they were altered, and rc and err's
 * status become EGOV_E_CORRUPT. */
enum egov_status egov_error_altered(struct egov_error *err, enum egov_status rc);

/* Makes err empty again, for a caller that has dealt with what it says. */
void egov_error_clear(struct egov_error *err);

#endif
