/* SPDX-License-Identifier: Apache-2.0 */
#include "key/decrypter.h"

#include <stdlib.h>

#include "key/decrypter_impl.h"
#include "key/key_file.h"

struct egov__decrypter {
	struct egov__key_uri *uri;              /* NULL for a key in memory */
	struct egov__decrypter_opened key;
};

/* --- a private key in memory --------------------------------------------------------- */

static enum egov_status decrypt_here(void *state, struct egov_slice cipher, struct egov_buf *plain,
                                     struct egov_error *err)
{
	return egov__sm2_decrypt(state, cipher, plain, err);
}

static void close_here(void *state)
{
	egov__secret_free(state);
}

/* Takes d where it succeeds. */
static enum egov_status open_here(struct egov_secret *d, struct egov__decrypter_opened *out,
                                  struct egov_error *err)
{
	static const struct egov__decrypter_impl here = { decrypt_here, close_here };
	struct egov__decrypter_opened opened = { .impl = &here, .state = d };
	enum egov_status rc = egov__sm2_public(d, opened.point, err);

	if (rc == EGOV_OK)
		*out = opened;
	return rc;
}

static enum egov_status take(const struct egov__decrypter_opened *key, struct egov__decrypter **out,
                             struct egov_error *err)
{
	struct egov__decrypter *decrypter = calloc(1, sizeof(*decrypter));

	if (decrypter == NULL) {
		key->impl->close(key->state);
		return egov_error_nomem(err);
	}
	decrypter->key = *key;
	*out = decrypter;
	return EGOV_OK;
}

enum egov_status egov__decrypter_new(const struct egov_secret *d, struct egov__decrypter **out,
                                     struct egov_error *err)
{
	struct egov_secret *copy = egov__secret_new(egov__secret_slice(d));
	struct egov__decrypter_opened key;
	enum egov_status rc = copy == NULL ? egov_error_nomem(err) : open_here(copy, &key, err);

	if (rc == EGOV_OK)
		return take(&key, out, err);
	egov__secret_free(copy);
	return rc;
}

/* --- named by a URI --------------------------------------------------------------------- */

static enum egov_status open_file(const struct egov__key_uri *uri,
                                  const struct egov_key_options *options,
                                  struct egov__decrypter **out, struct egov_error *err)
{
	struct egov_secret *d = NULL;
	enum egov_status rc = egov__file_load(uri, options, &d, err);

	if (rc == EGOV_OK)
		rc = egov__decrypter_new(d, out, err);
	egov__secret_free(d);
	return rc;
}

static enum egov_status open_in_token(const struct egov__key_uri *uri,
                                      const struct egov_key_options *options,
                                      struct egov__decrypter **out, struct egov_error *err)
{
	struct egov__decrypter_opened key;
	enum egov_status rc = egov__pkcs11_decrypter_open(uri, options, &key, err);

	return rc == EGOV_OK ? take(&key, out, err) : rc;
}

enum egov_status egov__decrypter_open(const char *text, const struct egov_key_options *options,
                                      struct egov__decrypter **out, struct egov_error *err)
{
	struct egov__key_uri *uri = NULL;
	enum egov_status rc = egov__key_uri_parse(text, &uri, err);

	if (rc != EGOV_OK)
		return rc;
	if (uri->p11 != NULL)
		rc = open_in_token(uri, options, out, err);
	else if (uri->file != NULL)
		rc = open_file(uri, options, out, err);
	else
		rc = egov_error_set(err, EGOV_E_UNSUPPORTED, NULL,
		                    "what is encrypted to a key is opened with keys in tokens "
		                    "(pkcs11:...) and in files (file:...) alone");
	if (rc == EGOV_OK) {
		(*out)->uri = uri;
		return EGOV_OK;
	}
	rc = egov_error_prefix(err, rc, "%s", uri->name);
	egov__key_uri_free(uri);
	return rc;
}

void egov__decrypter_close(struct egov__decrypter *decrypter)
{
	if (decrypter == NULL)
		return;
	decrypter->key.impl->close(decrypter->key.state);
	egov__key_uri_free(decrypter->uri);
	free(decrypter);
}

struct egov_slice egov__decrypter_point(const struct egov__decrypter *decrypter)
{
	return EGOV__SLICE(decrypter->key.point);
}

enum egov_status egov__decrypter_decrypt(const struct egov__decrypter *decrypter,
                                         struct egov_slice cipher, struct egov_buf *plain,
                                         struct egov_error *err)
{
	enum egov_status rc = decrypter->key.impl->decrypt(decrypter->key.state, cipher, plain, err);

	return decrypter->uri == NULL ? rc : egov_error_prefix(err, rc, "%s", decrypter->uri->name);
}
