/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/fileio.h"
#include "crypto/envelope.h"
#include "crypto/sm2.h"

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

struct egov_buf *help_hex_buf(const char *hex)
{
	struct egov_buf *buf = egov_buf_new(EGOV__MAX_FILE);
	int high = -1;

	assert_non_null(buf);
	for (; *hex != 0; hex++) {
		const int value = digit(*hex);

		if (*hex == ' ' || *hex == '\n' || *hex == '\t')
			continue;
		assert_true(value >= 0);
		if (high < 0) {
			high = value;
			continue;
		}
		egov__buf_byte(buf, (uint8_t)(high << 4 | value));
		high = -1;
	}
	assert_int_equal(high, -1);
	assert_false(buf->failed);
	return buf;
}

void help_hex(const char *hex, uint8_t *out, size_t size)
{
	struct egov_buf *buf = help_hex_buf(hex);

	assert_int_equal(buf->size, size);
	if (size > 0)
		memcpy(out, buf->data, size);
	egov_buf_free(buf);
}

struct egov_buf *help_corpus(const char *name)
{
	const char *root = getenv("EGOV_CORPORA");
	char *path = egov__path_join(root == NULL || *root == 0 ? "../shared/corpora" : root, name);
	struct egov_buf *buf;

	assert_non_null(path);
	if (access(path, R_OK) != 0) {
		printf("skipped: no corpus file %s\n", path);
		free(path);
		skip();
	}
	buf = help_read(path);
	free(path);
	return buf;
}

char *help_dir(void)
{
	const char *base = getenv("TMPDIR");
	char *path = egov__path_join(base == NULL ? "/tmp" : base, "egov-test-XXXXXX");

	assert_non_null(path);
	assert_non_null(mkdtemp(path));
	return path;
}

void help_dir_remove(char *path)
{
	assert_int_equal(help_run("chmod -R u+rwx '%s'; rm -rf '%s'", path, path), 0);
	free(path);
}

struct egov_buf *help_read(const char *path)
{
	struct egov_error err = { 0 };
	struct egov_buf *buf = NULL;

	assert_ok(egov__file_read(path, EGOV__MAX_CRL, &buf, &err), &err);
	return buf;
}

void help_write(const char *path, struct egov_slice bytes)
{
	struct egov_error err = { 0 };

	assert_ok(egov__file_replace(path, bytes, 0600, &err), &err);
}

char *help_example(const char *page, const char *name)
{
	struct egov_buf *file;
	char *path, *mark, *text, *from, *to;

	assert_true(asprintf(&path, "%s/man/%s", EGOV_TEST_SOURCE, page) >= 0);
	assert_true(asprintf(&mark, ".\\\" Example: %s\n.Bd -literal -offset indent\n", name) >= 0);
	file = help_read(path);
	text = egov__slice_copy(egov_buf_slice(file));
	assert_non_null(text);
	from = strstr(text, mark);
	to = from == NULL ? NULL : strstr(from, ".Ed\n");
	if (to == NULL)
		fail_msg("%s has no example \"%s\"", page, name);
	*to = 0;
	from = egov__text_dup(from + strlen(mark));
	assert_non_null(from);
	free(text);
	free(path);
	free(mark);
	egov_buf_free(file);
	return from;
}

char *help_changed(const char *text, const char *old, const char *new)
{
	const char *at = strstr(text, old);
	char *copy = NULL;

	if (at == NULL)
		fail_msg("\"%s\" is not in the text", old);
	else
		assert_true(asprintf(&copy, "%.*s%s%s", (int)(at - text), text, new,
		                     at + strlen(old))
		            >= 0);
	return copy;
}

int help_times(int n)
{
	return getenv("EGOV_FAIL_UNITS") == NULL ? n : 5;
}

int help_run(const char *fmt, ...)
{
	char *text = NULL;
	va_list args;
	int status;

	va_start(args, fmt);
	assert_true(vasprintf(&text, fmt, args) >= 0);
	va_end(args);
	(void)fflush(NULL);
	status = system(text);
	free(text);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static enum egov_status decrypt(const void *state, struct egov_slice cipher, struct egov_buf *plain,
                                struct egov_error *err)
{
	return egov__sm2_decrypt(state, cipher, plain, err);
}

enum egov_status help_envelope_open(const struct egov_secret *d, struct egov_slice sealed,
                                    struct egov_buf *plain, struct egov_error *err)
{
	uint8_t point[EGOV__SM2_POINT];
	const struct egov__envelope_key key = { EGOV__SLICE(point), decrypt, d };

	assert_int_equal(egov__sm2_public(d, point, NULL), EGOV_OK);
	return egov__envelope_open(&key, sealed, plain, err);
}
