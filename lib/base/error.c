/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <errno.h>
#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include <egovca/version.h>

#include "base/text.h"

static const struct {
	enum egov_status status;
	const char *name;
} status_names[] = {
	{ EGOV_OK, "EGOV_OK" },
	{ EGOV_E_USAGE, "EGOV_E_USAGE" },
	{ EGOV_E_NOMEM, "EGOV_E_NOMEM" },
	{ EGOV_E_IO, "EGOV_E_IO" },
	{ EGOV_E_LIMIT, "EGOV_E_LIMIT" },
	{ EGOV_E_UNSUPPORTED, "EGOV_E_UNSUPPORTED" },
	{ EGOV_E_SYNTAX, "EGOV_E_SYNTAX" },
	{ EGOV_E_POLICY, "EGOV_E_POLICY" },
	{ EGOV_E_UNTRUSTED, "EGOV_E_UNTRUSTED" },
	{ EGOV_E_NOTFOUND, "EGOV_E_NOTFOUND" },
	{ EGOV_E_EXISTS, "EGOV_E_EXISTS" },
	{ EGOV_E_BUSY, "EGOV_E_BUSY" },
	{ EGOV_E_AUTH, "EGOV_E_AUTH" },
	{ EGOV_E_DEVICE, "EGOV_E_DEVICE" },
	{ EGOV_E_CRYPTO, "EGOV_E_CRYPTO" },
	{ EGOV_E_CORRUPT, "EGOV_E_CORRUPT" },
};

const char *egov_status_name(enum egov_status status)
{
	for (size_t i = 0; i < sizeof(status_names) / sizeof(status_names[0]); i++)
		if (status_names[i].status == status)
			return status_names[i].name;
	return "EGOV_E_?";
}

const char *egov_version(void)
{
	return EGOV_VERSION;
}

const char *egov__text(const char *message)
{
	/* The translation of "" is the head of the catalogue. */
	return *message == 0 ? message : dgettext("egovca", message);
}

/* The sentence and, where there is one, ": " and its end, which is kept where both
 * are too long: the cause of a failure stands there. */
static void format(struct egov_error *err, const char *end, const char *fmt, va_list args)
	EGOV__PRINTF(3, 0);
static void format(struct egov_error *err, const char *end, const char *fmt, va_list args)
{
	const size_t reserved = end == NULL ? 0 : strlen(end) + strlen(": ");
	char text[2 * sizeof(err->text)];
	size_t size;

	if (vsnprintf(text, sizeof(text), fmt, args) < 0)
		text[0] = 0;
	size = egov__text_fit(text, sizeof(err->text) - 1 - reserved);
	memcpy(err->text, text, size);
	(void)snprintf(err->text + size, sizeof(err->text) - size, "%s%s", end == NULL ? "" : ": ",
	               end == NULL ? "" : end);
}

static void set(struct egov_error *err, enum egov_status status, long detail, const char *clause,
                const char *fmt, va_list args) EGOV__PRINTF(5, 0);
static void set(struct egov_error *err, enum egov_status status, long detail, const char *clause,
                const char *fmt, va_list args)
{
	if (err == NULL || err->status != EGOV_OK)
		return;
	err->status = status;
	err->detail = detail;
	err->clause = clause;
	format(err, NULL, fmt, args);
}

enum egov_status egov_error_set(struct egov_error *err, enum egov_status status,
                                const char *clause, const char *fmt, ...)
{
	va_list args;

	if (err == NULL)        /* nobody reads it: no translation is looked for */
		return status;
	va_start(args, fmt);
	set(err, status, 0, clause, egov__text(fmt), args);
	va_end(args);
	return status;
}

enum egov_status egov_error_detail(struct egov_error *err, enum egov_status status, long detail,
                                   const char *clause, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	set(err, status, detail, clause, egov__text(fmt), args);
	va_end(args);
	return status;
}

enum egov_status egov_error_errno(struct egov_error *err, const char *fmt, ...)
{
	const int cause = errno;
	const enum egov_status status = cause == ENOMEM ? EGOV_E_NOMEM : EGOV_E_IO;
	char reason[128];
	va_list args;

	if (err == NULL || err->status != EGOV_OK)
		return status;
	err->status = status;
	err->detail = cause;
	err->clause = NULL;
	va_start(args, fmt);
	format(err, strerror_r(cause, reason, sizeof(reason)), egov__text(fmt), args);
	va_end(args);
	return status;
}

enum egov_status egov_error_nomem(struct egov_error *err)
{
	return egov_error_set(err, EGOV_E_NOMEM, NULL, "out of memory");
}

enum egov_status egov_error_prefix(struct egov_error *err, enum egov_status rc,
                                   const char *fmt, ...)
{
	char noun[sizeof(err->text) / 2], whole[2 * sizeof(err->text)];
	va_list args;

	if (err == NULL || err->status == EGOV_OK)
		return rc;
	va_start(args, fmt);
	(void)vsnprintf(whole, sizeof(whole), egov__text(fmt), args);
	va_end(args);
	(void)egov__text_copy(noun, sizeof(noun), whole);       /* leaves room for the cause */
	(void)snprintf(whole, sizeof(whole), "%s: %s", noun, err->text);
	(void)egov__text_copy(err->text, sizeof(err->text), whole);
	return rc;
}

enum egov_status egov_error_altered(struct egov_error *err, enum egov_status rc)
{
	if (rc != EGOV_E_SYNTAX && rc != EGOV_E_LIMIT && rc != EGOV_E_UNSUPPORTED && rc != EGOV_E_POLICY)
		return rc;
	if (err != NULL)
		err->status = EGOV_E_CORRUPT;
	return EGOV_E_CORRUPT;
}

void egov_error_clear(struct egov_error *err)
{
	if (err != NULL)
		memset(err, 0, sizeof(*err));
}
