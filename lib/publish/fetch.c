/* SPDX-License-Identifier: Apache-2.0 */
#include "publish/fetch.h"

#include <string.h>

#include <curl/curl.h>
#include <dlfcn.h>

#include "base/fileio.h"
#include "publish/ldap.h"

/* Programs that fetch nothing do not pay for the library's start. */
struct curl {
	void *handle;
	__typeof__(&curl_easy_init) init;
	__typeof__(&curl_easy_setopt) set;
	__typeof__(&curl_easy_perform) perform;
	__typeof__(&curl_easy_strerror) error;
	__typeof__(&curl_easy_cleanup) cleanup;
};

static bool find(void *handle, const char *name, void *function)
{
	void *const found = dlsym(handle, name);

	memcpy(function, &found, sizeof(found));
	return found != NULL;
}

static enum egov_status load(struct curl *curl, struct egov_error *err)
{
	curl->handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
	if (curl->handle != NULL && find(curl->handle, "curl_easy_init", &curl->init)
	    && find(curl->handle, "curl_easy_setopt", &curl->set)
	    && find(curl->handle, "curl_easy_perform", &curl->perform)
	    && find(curl->handle, "curl_easy_strerror", &curl->error)
	    && find(curl->handle, "curl_easy_cleanup", &curl->cleanup))
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_UNSUPPORTED, NULL,
	                      "libcurl.so.4 is needed to fetch it, and cannot be loaded");
}

/* Who gets what comes, piece by piece, and how that went. */
struct taker {
	egov__window_fn *fn;
	void *user;
	enum egov_status rc;
	struct egov_error *err;
};

static size_t take(char *bytes, size_t size, size_t count, void *user)
{
	struct taker *const taker = user;
	const struct egov_slice piece = { (const uint8_t *)bytes, size * count };

	taker->rc = taker->fn(taker->user, piece, taker->err);
	return taker->rc == EGOV_OK ? piece.size : 0;
}

static void ask(const struct curl *curl, CURL *easy, const char *url, unsigned seconds,
                struct taker *taker)
{
	(void)curl->set(easy, CURLOPT_URL, url);
	(void)curl->set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl->set(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	(void)curl->set(easy, CURLOPT_PROXY, "");
	(void)curl->set(easy, CURLOPT_FOLLOWLOCATION, 1L);
	(void)curl->set(easy, CURLOPT_MAXREDIRS, 3L);
	(void)curl->set(easy, CURLOPT_FAILONERROR, 1L);
	(void)curl->set(easy, CURLOPT_NOSIGNAL, 1L);
	(void)curl->set(easy, CURLOPT_TIMEOUT, (long)seconds);
	(void)curl->set(easy, CURLOPT_WRITEFUNCTION, take);
	(void)curl->set(easy, CURLOPT_WRITEDATA, taker);
}

static enum egov_status fetch_http(const char *url, unsigned seconds, struct taker *taker,
                                   struct egov_error *err)
{
	struct curl curl = { .handle = NULL };
	CURL *easy = NULL;
	CURLcode code;
	enum egov_status rc = load(&curl, err);

	if (rc != EGOV_OK)
		return rc;
	easy = curl.init();
	if (easy == NULL)
		return egov_error_nomem(err);
	ask(&curl, easy, url, seconds, taker);
	code = curl.perform(easy);
	rc = taker->rc;
	if (rc == EGOV_OK && code != CURLE_OK)
		rc = egov_error_set(err, EGOV_E_IO, NULL, "%s: %s", url, curl.error(code));
	curl.cleanup(easy);
	/* Its threads and those of what it uses may still be there: it stays loaded. */
	return rc;
}

/* A directory gives it as a whole. */
static enum egov_status fetch_ldap(const char *url, size_t max, unsigned seconds,
                                   const struct taker *taker, struct egov_error *err)
{
	struct egov_buf *bytes = NULL;
	enum egov_status rc = egov__ldap_fetch(url, max, seconds, &bytes, err);

	if (rc == EGOV_OK)
		rc = taker->fn(taker->user, egov_buf_slice(bytes), err);
	egov_buf_free(bytes);
	return rc;
}

static enum egov_status fetch(const char *url, size_t max, unsigned seconds, egov__window_fn *fn,
                              void *user, struct egov_error *err)
{
	struct taker taker = { fn, user, EGOV_OK, err };

	return strncmp(url, "ldap:", 5) == 0 ? fetch_ldap(url, max, seconds, &taker, err)
	                                     : fetch_http(url, seconds, &taker, err);
}

/* --- into memory --- */

static enum egov_status append(void *user, struct egov_slice bytes, struct egov_error *err)
{
	egov__buf_slice(user, bytes);
	return egov__buf_check(user, err);
}

enum egov_status egov__fetch(const char *url, size_t max, unsigned seconds, struct egov_buf **out,
                             struct egov_error *err)
{
	struct egov_buf *bytes = egov_buf_new(max);
	enum egov_status rc = bytes == NULL ? egov_error_nomem(err)
	                                    : fetch(url, max, seconds, append, bytes, err);

	if (rc == EGOV_OK)
		*out = bytes;
	else
		egov_buf_free(bytes);
	return rc;
}

/* --- into a file --- */

static enum egov_status write_file(void *user, struct egov_slice bytes, struct egov_error *err)
{
	struct egov__source_file *const file = user;
	const enum egov_status rc = egov__file_write(file->fd, file->path, bytes, err);

	if (rc == EGOV_OK)
		file->source.size += bytes.size;
	return rc;
}

enum egov_status egov__fetch_file(const char *url, unsigned seconds,
                                  struct egov__source_file *out, struct egov_error *err)
{
	enum egov_status rc = egov__source_temp(url, out, err);

	if (rc != EGOV_OK)
		return rc;
	rc = fetch(url, EGOV__MAX_CRL, seconds, write_file, out, err);
	if (rc != EGOV_OK)
		egov__source_close(out);
	return rc;
}

/* --- beside what it must be --- */

enum egov_status egov__fetch_same(const char *url, const struct egov__source *list,
                                  unsigned seconds, bool *same, struct egov_error *err)
{
	struct egov__beside c = { .differs = false };
	enum egov_status rc;

	egov__window_open(&c.other, list, 0, list->size);
	rc = fetch(url, EGOV__MAX_CRL, seconds, egov__beside_see, &c, err);
	if (rc == EGOV_OK)
		*same = !c.differs && egov__window_left(&c.other) == 0;
	egov__window_close(&c.other);
	return rc;
}
