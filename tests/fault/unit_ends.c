/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a test sees of a call that has failed: a status that tells the cause, or nothing where
 * something should have been made; with either, the test is over.
 */
#include "units.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <egovca/report.h>
#include <egovca/verify.h>

#include "base/buf.h"
#include "base/fileio.h"
#include "base/secret.h"
#include "base/text.h"
#include "fail.h"
#include "next.h"
#include "record/body.h"
#include "unit/help_assert.h"
#include "verify/proven.h"
#include "verify/ready.h"
#include "x509/name.h"

/* What is called here instead of NAME. */
#define WRAPPED(type, name, parameters)                                                            \
	type __real_##name parameters;                                                             \
	type __wrap_##name parameters;                                                             \
	type __wrap_##name parameters

/* --- statuses ----------------------------------------------------------------------------------- */

/* What may be told after a failure that is not its cause. */
static const struct {
	enum egov_status status;
	const char *text, *why;
} borne[] = {
	{ EGOV_E_SYNTAX, "stands twice", "the refusal stands; memory lacks for the extension's name alone" },
	{ EGOV_E_POLICY, "policy ?: ", "the refusal stands; memory lacks for the policy's name alone" },
	{ EGOV_E_UNTRUSTED, "not byte for byte the same: ",
	  "the refusal stands; memory lacks for a subject's name alone" },
	{ EGOV_E_UNTRUSTED, "?, is not ", "the refusal stands; memory lacks for a name or number alone" },
	{ EGOV_E_UNTRUSTED, "?: ", "the refusal stands; memory lacks for the certificate's name alone" },
};

static bool is_cause(long status, const char *text)
{
	for (size_t i = 0; i < sizeof(borne) / sizeof(borne[0]); i++)
		if (status == borne[i].status && strstr(text, borne[i].text) != NULL)
			return true;
	return status == EGOV_E_NOMEM || status == EGOV_E_IO || status == EGOV_E_DEVICE;
}

static void want_cause(long status, const char *text)
{
	if (!unit_has_failed())
		return;
	if (is_cause(status, text))
		return;
	(void)fprintf(stderr, "after a call has failed: %s: %s\n",
	              egov_status_name((enum egov_status)status), text);
	(void)fflush(NULL);
	_exit(MISTOLD);
}

WRAPPED(void, help_assert_ok,
        (enum egov_status rc, struct egov_error *err, const char *call, const char *file, int line))
{
	if (rc != EGOV_OK)
		want_cause(rc, err == NULL ? call : err->text);
	else
		unit_held();
	__real_help_assert_ok(rc, err, call, file, line);
}

WRAPPED(void, help_assert_fails,
        (enum egov_status rc, struct egov_error *err, enum egov_status status, const char *fragment,
         const char *call, const char *file, int line))
{
	if (rc != status || (err != NULL && strstr(err->text, fragment) == NULL))
		want_cause(rc, err == NULL ? call : err->text);
	else
		unit_held();
	__real_help_assert_fails(rc, err, status, fragment, call, file, line);
}

/* -1, as EGOV_E_USAGE is, is what functions of POSIX say. */
static bool may_be_status(intmax_t number)
{
	return number >= EGOV_E_CORRUPT && number <= EGOV_OK && number != EGOV_E_USAGE;
}

WRAPPED(void, _assert_int_equal,
        (LargestIntegralType a, LargestIntegralType b, const char *file, int line))
{
	const intmax_t got = (intmax_t)a, wanted = (intmax_t)b;

	if (got != wanted && may_be_status(got) && may_be_status(wanted)) {
		(void)fprintf(stderr, "%s:%d: want %s\n", file, line,
		              egov_status_name((enum egov_status)wanted));
		want_cause((long)got, "");
	}
	if (got == wanted)
		unit_held();
	__real__assert_int_equal(a, b, file, line);
}

/* Takes the place of cmocka's: what fails here leaves the process, and nothing is unwound. */
void _fail(const char *file, int line)
{
	NEXT(_fail);

	if (unit_has_failed()) {
		(void)fprintf(stderr, "%s:%d: the test has failed\n", file, line);
		(void)fflush(NULL);
		_exit(FAILED);
	}
	next(file, line);
	abort();
}

/* --- what could not be made --------------------------------------------------------------------- */

static void want(bool there, const void *caller)
{
	if (!there && unit_has_failed() && unit_is_test(caller))
		fail();
}

#define MADE(type, name, parameters, arguments)                                                    \
	WRAPPED(type, name, parameters)                                                            \
	{                                                                                          \
		type made = __real_##name arguments;                                               \
                                                                                                   \
		want(made != NULL, __builtin_return_address(0));                                   \
		return made;                                                                       \
	}

MADE(struct egov_buf *, egov_buf_new, (size_t max), (max))
MADE(struct egov_report *, egov_report_new, (void), ())
MADE(const char *, egov_report_find, (const struct egov_report *report, size_t record, const char *key),
     (report, record, key))
MADE(struct egov_verifier *, egov_verifier_new, (void), ())
MADE(struct egov__name *, egov__name_new, (void), ())
MADE(struct egov__proven *, egov__proven_new, (void), ())
MADE(struct egov__ready *, egov__ready_new, (void), ())
MADE(struct egov__body *, egov__body_new, (void), ())
MADE(struct egov_secret *, egov__secret_new, (struct egov_slice bytes), (bytes))
MADE(const char *, egov__body_text, (struct egov__body *body), (body))
MADE(const char *, egov__buf_string, (struct egov_buf *buf), (buf))
MADE(uint8_t *, egov__buf_extend, (struct egov_buf *buf, size_t size), (buf, size))
MADE(void *, egov__slice_copy, (struct egov_slice slice), (slice))
MADE(char *, egov__text_dup, (const char *text), (text))
MADE(char *, egov__path_join, (const char *dir, const char *name), (dir, name))

/* A test has no use for a buffer that lacks something; the library tells so. */
WRAPPED(struct egov_slice, egov_buf_slice, (const struct egov_buf *buf))
{
	want(buf != NULL && !buf->failed, __builtin_return_address(0));
	return __real_egov_buf_slice(buf);
}

/* cmocka's reads what is not there. */
WRAPPED(void, _assert_string_equal, (const char *a, const char *b, const char *file, int line))
{
	if (a == NULL || b == NULL)
		_fail(file, line);
	__real__assert_string_equal(a, b, file, line);
	unit_held();
}

WRAPPED(void, _assert_memory_equal, (const void *a, const void *b, size_t size, const char *file, int line))
{
	if (a == NULL || b == NULL)
		_fail(file, line);
	__real__assert_memory_equal(a, b, size, file, line);
	unit_held();
}
