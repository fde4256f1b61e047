/* SPDX-License-Identifier: Apache-2.0 */
#include "key/pin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fileio.h"
#include "base/text.h"
#include "key/pin_share.h"

static const char shares[] = "shares:";

/* Octet by octet: what follows the line belongs to the next reader. */
static enum egov_status read_line(int fd, uint8_t *line, size_t *size, struct egov_error *err)
{
	for (*size = 0;;) {
		uint8_t octet;
		const ssize_t got = read(fd, &octet, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return egov_error_errno(err, "pin-source fd:%d: cannot read", fd);
		if (got == 0 || octet == '\n')
			return EGOV_OK;
		if (*size == EGOV__SECRET_MAX)
			return egov_error_set(err, EGOV_E_LIMIT, NULL,
			                      "pin-source fd:%d: more than %d octets", fd,
			                      EGOV__SECRET_MAX);
		line[(*size)++] = octet;
	}
}

static enum egov_status read_descriptor(const char *number, struct egov_secret **out,
                                        struct egov_error *err)
{
	uint8_t line[EGOV__SECRET_MAX];
	size_t size = 0;
	uint64_t fd;
	enum egov_status rc = egov__number_parse(number, "pin-source fd", 0, 65535, &fd, err);

	if (rc != EGOV_OK)
		return rc;
	rc = read_line((int)fd, line, &size, err);
	if (rc == EGOV_OK) {
		if (size > 0 && line[size - 1] == '\r')
			size--;
		*out = egov__secret_new((struct egov_slice){ line, size });
		if (*out == NULL)
			rc = egov_error_nomem(err);
	}
	egov__cleanse(line, sizeof(line));
	return rc;
}

enum egov_status egov__pin_read(const char *source, struct egov_secret **out,
                                struct egov_error *err)
{
	if (source[0] == '|')
		return egov_error_set(err, EGOV_E_POLICY, "RFC 7512, 2.4",
		                      "pin-source: commands are not run");
	if (strncmp(source, "fd:", 3) == 0)
		return read_descriptor(source + 3, out, err);
	if (strncmp(source, "file:", 5) == 0)
		source += strncmp(source + 5, "//", 2) == 0 ? 7 : 5;
	if (source[0] != '/')
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 7512, 2.4",
		                      "pin-source: want file:/absolute/path or fd:N");
	return egov__file_read_secret(source, out, err);
}

static enum egov_status ask(const struct egov_key_options *options, const char *prompt,
                            struct egov_secret **out, struct egov_error *err)
{
	char typed[EGOV__SECRET_MAX];
	long size = -1;
	enum egov_status rc = EGOV_OK;

	if (options != NULL && options->pin != NULL)
		size = options->pin(options->pin_user, prompt, typed, sizeof(typed));
	if (size < 0 || size > (long)sizeof(typed)) {
		rc = egov_error_set(err, EGOV_E_AUTH, NULL,
		                    "%s: no pin-source and no terminal to ask at", prompt);
	} else {
		*out = egov__secret_new((struct egov_slice){ (const uint8_t *)typed, (size_t)size });
		if (*out == NULL)
			rc = egov_error_nomem(err);
	}
	egov__cleanse(typed, sizeof(typed));
	return rc;
}

/* "FILE,FILE,ask": a share from each, one after the other. */
static enum egov_status read_shares(const char *list, const struct egov_key_options *options,
                                    struct egov_secret **parts, size_t *count,
                                    struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	for (*count = 0; rc == EGOV_OK && *count < EGOV__PIN_SHARES; ++*count) {
		const size_t size = strcspn(list, ",");
		char *one = egov__slice_copy((struct egov_slice){ (const uint8_t *)list, size });
		char prompt[96];

		(void)snprintf(prompt, sizeof(prompt), egov__text("share %zu of the PIN"),
		               *count + 1);
		if (one == NULL)
			return egov_error_nomem(err);
		rc = strcmp(one, "ask") == 0 ? ask(options, prompt, &parts[*count], err)
		                             : egov__pin_read(one, &parts[*count], err);
		free(one);
		if (list[size] == 0) {
			++*count;
			return rc;
		}
		list += size + 1;
	}
	return rc != EGOV_OK ? rc
	                     : egov_error_set(err, EGOV_E_LIMIT, NULL,
	                                      "pin-source: more than %d shares",
	                                      EGOV__PIN_SHARES);
}

static enum egov_status join_shares(const char *list, const struct egov_key_options *options,
                                    struct egov_secret **out, struct egov_error *err)
{
	struct egov_secret *parts[EGOV__PIN_SHARES] = { NULL };
	size_t count = 0;
	enum egov_status rc = read_shares(list, options, parts, &count, err);

	if (rc == EGOV_OK)
		rc = egov__pin_join(parts, count, out, err);
	for (size_t i = 0; i < EGOV__PIN_SHARES; i++)
		egov__secret_free(parts[i]);
	return rc;
}

enum egov_status egov__pin_get(const char *source, const struct egov_key_options *options,
                               const char *prompt, struct egov_secret **out,
                               struct egov_error *err)
{
	struct egov_secret *pin = NULL;
	enum egov_status rc =
		source == NULL ? ask(options, prompt, &pin, err)
		: strncmp(source, shares, strlen(shares)) == 0
			? join_shares(source + strlen(shares), options, &pin, err)
			: egov__pin_read(source, &pin, err);

	if (rc == EGOV_OK && egov__secret_slice(pin).size == 0) {
		egov__secret_free(pin);
		return egov_error_set(err, EGOV_E_AUTH, NULL, "%s: it is empty", prompt);
	}
	if (rc == EGOV_OK)
		*out = pin;
	return rc;
}

enum egov_status egov__pin_file_get(const char *file, const char *what,
                                    struct egov_secret **out, struct egov_error *err)
{
	char *path = NULL;
	enum egov_status rc;

	if (file[0] != '/' && strncmp(file, "file:", 5) != 0 && strncmp(file, "fd:", 3) != 0
	    && strncmp(file, shares, strlen(shares)) != 0) {
		path = realpath(file, NULL);
		if (path == NULL)
			return egov_error_errno(err, "%s", file);
	}
	rc = egov__pin_get(path == NULL ? file : path, NULL, what, out, err);
	free(path);
	return rc;
}
