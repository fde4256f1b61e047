/* SPDX-License-Identifier: Apache-2.0 */
#include "publish/fetch.h"

#include <string.h>

#include <curl/curl.h>
#include <dlfcn.h>

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

static size_t take(char *bytes, size_t size, size_t count, void *user)
{
	struct egov_buf *out = user;

	egov__buf_append(out, bytes, size * count);
	return out->failed ? 0 : size * count;
}

static void ask(const struct curl *curl, CURL *easy, const char *url, unsigned seconds,
                struct egov_buf *out)
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
	(void)curl->set(easy, CURLOPT_WRITEDATA, out);
}

static enum egov_status fetch_http(const char *url, size_t max, unsigned seconds,
                                   struct egov_buf **out, struct egov_error *err)
{
	struct curl curl = { .handle = NULL };
	struct egov_buf *bytes = egov_buf_new(max);
	CURL *easy = NULL;
	CURLcode code;
	enum egov_status rc = bytes == NULL ? egov_error_nomem(err) : load(&curl, err);

	if (rc == EGOV_OK && (easy = curl.init()) == NULL)
		rc = egov_error_nomem(err);
	if (rc != EGOV_OK)
		goto out;
	ask(&curl, easy, url, seconds, bytes);
	code = curl.perform(easy);
	rc = egov__buf_check(bytes, err);
	if (rc == EGOV_OK && code != CURLE_OK)
		rc = egov_error_set(err, EGOV_E_IO, NULL, "%s: %s", url, curl.error(code));
	if (rc == EGOV_OK) {
		*out = bytes;
		bytes = NULL;
	}
out:
	if (easy != NULL)
		curl.cleanup(easy);
	egov_buf_free(bytes);
	/* Its threads and those of what it uses may still be there: it stays loaded. */
	return rc;
}

enum egov_status egov__fetch(const char *url, size_t max, unsigned seconds, struct egov_buf **out,
                             struct egov_error *err)
{
	return strncmp(url, "ldap:", 5) == 0 ? egov__ldap_fetch(url, max, seconds, out, err)
	                                     : fetch_http(url, max, seconds, out, err);
}
