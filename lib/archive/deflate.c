/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/deflate.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <zlib.h>

struct egov__zlib {
	void *handle;
	__typeof__(&deflateInit_) deflate_init;
	__typeof__(&deflateReset) deflate_reset;
	__typeof__(&deflateSetDictionary) deflate_dictionary;
	__typeof__(&deflateBound) deflate_bound;
	__typeof__(&deflate) deflate;
	__typeof__(&deflateEnd) deflate_end;
	__typeof__(&inflateInit_) inflate_init;
	__typeof__(&inflateReset) inflate_reset;
	__typeof__(&inflateSetDictionary) inflate_dictionary;
	__typeof__(&inflate) inflate;
	__typeof__(&inflateEnd) inflate_end;
	z_stream in, out;               /* of inflate, of deflate */
	bool has_in, has_out;
};

static enum egov_status load(struct egov__zlib *z, struct egov_error *err)
{
	const struct {
		const char *name;
		void *to;
	} all[] = {
		{ "deflateInit_", &z->deflate_init },
		{ "deflateReset", &z->deflate_reset },
		{ "deflateSetDictionary", &z->deflate_dictionary },
		{ "deflateBound", &z->deflate_bound },
		{ "deflate", &z->deflate },
		{ "deflateEnd", &z->deflate_end },
		{ "inflateInit_", &z->inflate_init },
		{ "inflateReset", &z->inflate_reset },
		{ "inflateSetDictionary", &z->inflate_dictionary },
		{ "inflate", &z->inflate },
		{ "inflateEnd", &z->inflate_end },
	};
	bool found = true;

	errno = 0;
	z->handle = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL);
	if (z->handle == NULL && errno == ENOMEM)
		return egov_error_nomem(err);
	for (size_t i = 0; z->handle != NULL && i < sizeof(all) / sizeof(all[0]); i++) {
		void *const function = dlsym(z->handle, all[i].name);

		memcpy(all[i].to, &function, sizeof(function));
		found = found && function != NULL;
	}
	if (z->handle != NULL && found)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_UNSUPPORTED, NULL,
	                      "libz.so.1 is needed for archives, and cannot be loaded");
}

enum egov_status egov__zlib_open(struct egov__zlib **out, struct egov_error *err)
{
	struct egov__zlib *z = calloc(1, sizeof(*z));
	enum egov_status rc = z == NULL ? egov_error_nomem(err) : load(z, err);

	if (rc == EGOV_OK) {
		*out = z;
		z = NULL;
	}
	egov__zlib_close(z);
	return rc;
}

void egov__zlib_close(struct egov__zlib *z)
{
	if (z == NULL)
		return;
	if (z->has_in)
		(void)z->inflate_end(&z->in);
	if (z->has_out)
		(void)z->deflate_end(&z->out);
	if (z->handle != NULL)
		(void)dlclose(z->handle);
	free(z);
}

/* Members of z_stream that zlib does not write through, but declares so for some compilers. */
static Bytef *octets(struct egov_slice bytes)
{
	union {
		const uint8_t *from;
		Bytef *to;
	} octets = { bytes.data };

	return octets.to;
}

static bool too_long(struct egov_slice bytes)
{
	return bytes.size > INT_MAX / 4;
}

static enum egov_status begin_packing(struct egov__zlib *z, struct egov_slice dictionary,
                                      struct egov_error *err)
{
	int code = z->has_out ? z->deflate_reset(&z->out)
	                      : z->deflate_init(&z->out, Z_BEST_COMPRESSION, ZLIB_VERSION,
	                                        (int)sizeof(z->out));

	if (code != Z_OK)
		return egov_error_nomem(err);
	z->has_out = true;
	if (dictionary.size > 0)
		code = z->deflate_dictionary(&z->out, octets(dictionary), (uInt)dictionary.size);
	return code == Z_OK ? EGOV_OK
	                    : egov_error_set(err, EGOV_E_CRYPTO, NULL, "zlib takes no dictionary");
}

enum egov_status egov__zlib_pack(struct egov__zlib *z, struct egov_slice dictionary,
                                 struct egov_slice bytes, struct egov_buf *out,
                                 struct egov_error *err)
{
	const size_t before = out->size;
	size_t bound;
	uint8_t *to;
	enum egov_status rc = begin_packing(z, dictionary, err);

	if (rc == EGOV_OK && too_long(bytes))
		rc = egov_error_set(err, EGOV_E_LIMIT, NULL, "too long to be archived in one piece");
	if (rc != EGOV_OK)
		return rc;
	bound = z->deflate_bound(&z->out, bytes.size);
	to = egov__buf_extend(out, bound);
	if (to == NULL)
		return egov__buf_check(out, err);
	z->out.next_in = octets(bytes);
	z->out.avail_in = (uInt)bytes.size;
	z->out.next_out = to;
	z->out.avail_out = (uInt)bound;
	if (z->deflate(&z->out, Z_FINISH) != Z_STREAM_END)
		return egov_error_set(err, EGOV_E_CRYPTO, NULL, "zlib does not finish");
	out->size = before + (bound - z->out.avail_out);
	return EGOV_OK;
}

static enum egov_status damaged(struct egov_error *err)
{
	return egov_error_set(err, EGOV_E_CORRUPT, NULL, "archive: a stream is damaged");
}

static enum egov_status begin_unpacking(struct egov__zlib *z, struct egov_slice packed,
                                        struct egov_error *err)
{
	if (too_long(packed))
		return damaged(err);
	z->in.next_in = octets(packed);
	z->in.avail_in = (uInt)packed.size;
	if ((z->has_in ? z->inflate_reset(&z->in)
	               : z->inflate_init(&z->in, ZLIB_VERSION, (int)sizeof(z->in)))
	    != Z_OK)
		return egov_error_nomem(err);
	z->has_in = true;
	return EGOV_OK;
}

enum egov_status egov__zlib_unpack(struct egov__zlib *z, struct egov_slice dictionary,
                                   struct egov_slice packed, struct egov_buf *out,
                                   struct egov_error *err)
{
	uint8_t block[4096];
	int code = Z_OK;
	enum egov_status rc = begin_unpacking(z, packed, err);

	while (rc == EGOV_OK && code != Z_STREAM_END) {
		z->in.next_out = block;
		z->in.avail_out = sizeof(block);
		code = z->inflate(&z->in, Z_NO_FLUSH);
		if (code == Z_NEED_DICT && dictionary.size > 0)
			code = z->inflate_dictionary(&z->in, octets(dictionary), (uInt)dictionary.size);
		else if (code == Z_MEM_ERROR)
			return egov_error_nomem(err);
		egov__buf_append(out, block, sizeof(block) - z->in.avail_out);
		if (out->failed)
			return out->starved ? egov_error_nomem(err) : damaged(err);
		if (code != Z_OK && code != Z_STREAM_END)
			rc = damaged(err);
	}
	return rc == EGOV_OK && z->in.avail_in > 0 ? damaged(err) : rc;
}
