/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/witness.h"

#include <limits.h>
#include <stdlib.h>

#include <openssl/asn1.h>
#include <openssl/asn1t.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "crypto/ossl.h"

/* Copies octets that OpenSSL owns; a failure sticks in the buffer. */
static void keep(struct egov_buf *to, const void *data, int size)
{
	if (to->max == 0)
		*to = (struct egov_buf)EGOV__BUF(EGOV__MAX_CRL);
	if (size > 0)
		egov__buf_append(to, data, (size_t)size);
}

/* Encodes with an i2d function into a buffer. */
#define KEEP_DER(to, i2d, object)                                                                  \
	do {                                                                                       \
		unsigned char *der_ = NULL;                                                        \
		const int size_ = i2d((object), &der_);                                            \
		keep((to), der_, size_);                                                           \
		if (size_ <= 0)                                                                    \
			(to)->failed = true;                                                       \
		OPENSSL_free(der_);                                                                \
	} while (0)

/* Adds the contents of an INTEGER as it is encoded. */
static void keep_integer(struct egov_buf *to, const ASN1_INTEGER *number)
{
	unsigned char *der = NULL;
	const int size = i2d_ASN1_INTEGER(number, &der);
	const unsigned char *at = der;
	long length = 0;
	int tag, class;

	if (size > 0 && !(ASN1_get_object(&at, &length, &tag, &class, size) & 0x80))
		keep(to, at, (int)length);
	else
		to->failed = true;
	OPENSSL_free(der);
}

/* Seconds since 1970 by OpenSSL's own calendar. */
static bool read_time(const ASN1_TIME *time, egov_time *out)
{
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	int days = 0, seconds = 0;
	const bool fits = epoch != NULL && time != NULL
	                  && ASN1_TIME_diff(&days, &seconds, epoch, time) == 1;

	ASN1_TIME_free(epoch);
	if (fits)
		*out = (egov_time)days * 86400 + seconds;
	return fits;
}

static enum egov_status read_extensions(const STACK_OF(X509_EXTENSION) *list,
                                        struct egov__witness *w, struct egov_error *err)
{
	const int count = list == NULL ? 0 : sk_X509_EXTENSION_num(list);

	if (count <= 0)
		return EGOV_OK;
	w->exts = calloc((size_t)count, sizeof(*w->exts));
	if (w->exts == NULL)
		return egov_error_nomem(err);
	w->ext_count = (size_t)count;
	for (int i = 0; i < count; i++) {
		X509_EXTENSION *from = sk_X509_EXTENSION_value(list, i);
		const ASN1_OBJECT *oid = X509_EXTENSION_get_object(from);
		const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(from);
		struct egov__witness_ext *to = &w->exts[i];

		keep(&to->oid, OBJ_get0_data(oid), (int)OBJ_length(oid));
		keep(&to->value, ASN1_STRING_get0_data(value), ASN1_STRING_length(value));
		to->critical = X509_EXTENSION_get_critical(from) != 0;
		if (to->oid.failed || to->value.failed)
			return egov_error_nomem(err);
	}
	return EGOV_OK;
}

static enum egov_status check_kept(const struct egov__witness *w, struct egov_error *err)
{
	const struct egov_buf *const kept[] = { &w->serial, &w->issuer, &w->subject, &w->spki, &w->tbs,
		                                &w->algorithm, &w->outer_algorithm,
		                                &w->signature };

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		if (kept[i]->starved)
			return egov_error_nomem(err);
		if (kept[i]->failed)
			return egov__ossl_error(err, EGOV_E_SYNTAX, NULL, "re-encoding");
	}
	return EGOV_OK;
}

/* Whether a d2i function took everything. */
static enum egov_status check_taken(const void *object, const unsigned char *at,
                                    struct egov_slice der, const char *what, struct egov_error *err)
{
	if (object == NULL)
		return egov__ossl_error(err, EGOV_E_SYNTAX, NULL, what);
	if (at != der.data + der.size)
		return egov_error_set(err, EGOV_E_SYNTAX, NULL, "%s: OpenSSL leaves octets over",
		                      egov__text(what));
	return EGOV_OK;
}

static void keep_signature(struct egov__witness *w, const ASN1_BIT_STRING *signature,
                           const X509_ALGOR *algorithm)
{
	KEEP_DER(&w->outer_algorithm, i2d_X509_ALGOR, algorithm);
	if (signature == NULL)
		w->signature.failed = true;
	else
		keep(&w->signature, ASN1_STRING_get0_data(signature), ASN1_STRING_length(signature));
}

/*
 * The form of RFC 5280, 4.1, for OpenSSL's decoder.  Its own type X509 is the same, but goes on to
 * make a key object of the subject's key, which takes five times as long as all the rest: here the
 * key is compared octet by octet, and whether it is one is asked before it is certified.
 */
struct key_info {
	X509_ALGOR *algorithm;
	ASN1_BIT_STRING *key;
};

struct tbs {
	ASN1_INTEGER *version, *serial;
	X509_ALGOR *algorithm;
	X509_NAME *issuer;
	X509_VAL *validity;
	X509_NAME *subject;
	struct key_info *spki;
	ASN1_BIT_STRING *issuer_id, *subject_id;
	STACK_OF(X509_EXTENSION) *extensions;
};

struct certificate {
	struct tbs *tbs;
	X509_ALGOR *algorithm;
	ASN1_BIT_STRING *signature;
};

ASN1_SEQUENCE(key_info) = {
	ASN1_SIMPLE(struct key_info, algorithm, X509_ALGOR),
	ASN1_SIMPLE(struct key_info, key, ASN1_BIT_STRING)
} static_ASN1_SEQUENCE_END_name(struct key_info, key_info)

ASN1_SEQUENCE(tbs) = {
	ASN1_EXP_OPT(struct tbs, version, ASN1_INTEGER, 0),
	ASN1_SIMPLE(struct tbs, serial, ASN1_INTEGER),
	ASN1_SIMPLE(struct tbs, algorithm, X509_ALGOR),
	ASN1_SIMPLE(struct tbs, issuer, X509_NAME),
	ASN1_SIMPLE(struct tbs, validity, X509_VAL),
	ASN1_SIMPLE(struct tbs, subject, X509_NAME),
	ASN1_SIMPLE(struct tbs, spki, key_info),
	ASN1_IMP_OPT(struct tbs, issuer_id, ASN1_BIT_STRING, 1),
	ASN1_IMP_OPT(struct tbs, subject_id, ASN1_BIT_STRING, 2),
	ASN1_EXP_SEQUENCE_OF_OPT(struct tbs, extensions, X509_EXTENSION, 3)
} static_ASN1_SEQUENCE_END_name(struct tbs, tbs)

ASN1_SEQUENCE(certificate) = {
	ASN1_SIMPLE(struct certificate, tbs, tbs),
	ASN1_SIMPLE(struct certificate, algorithm, X509_ALGOR),
	ASN1_SIMPLE(struct certificate, signature, ASN1_BIT_STRING)
} static_ASN1_SEQUENCE_END_name(struct certificate, certificate)

static void keep_item(struct egov_buf *to, const void *value, const ASN1_ITEM *item)
{
	unsigned char *der = NULL;
	const int size = ASN1_item_i2d(value, &der, item);

	keep(to, der, size);
	if (size <= 0)
		to->failed = true;
	OPENSSL_free(der);
}

static enum egov_status read_certificate(const struct certificate *c, struct egov__witness *w,
                                         struct egov_error *err)
{
	const struct tbs *const t = c->tbs;
	enum egov_status rc;

	w->version = t->version == NULL ? 0 : ASN1_INTEGER_get(t->version);
	keep_integer(&w->serial, t->serial);
	KEEP_DER(&w->issuer, i2d_X509_NAME, t->issuer);
	KEEP_DER(&w->subject, i2d_X509_NAME, t->subject);
	keep_item(&w->spki, t->spki, ASN1_ITEM_rptr(key_info));
	KEEP_DER(&w->algorithm, i2d_X509_ALGOR, t->algorithm);
	keep_item(&w->tbs, t, ASN1_ITEM_rptr(tbs));
	keep_signature(w, c->signature, c->algorithm);
	if (!read_time(t->validity->notBefore, &w->not_before)
	    || !read_time(t->validity->notAfter, &w->not_after))
		return egov__ossl_error(err, EGOV_E_SYNTAX, NULL, "reading the validity");
	rc = check_kept(w, err);
	return rc != EGOV_OK ? rc : read_extensions(t->extensions, w, err);
}

static enum egov_status read_entry(const X509_REVOKED *from, struct egov_buf *serials,
                                   struct egov__witness_entry *to, struct egov_error *err)
{
	const size_t start = serials->size;
	ASN1_ENUMERATED *reason = NULL;
	ASN1_GENERALIZEDTIME *date = NULL;
	int reason_found = 0, date_found = 0;
	bool fits;

	*to = (struct egov__witness_entry){ .reason = -1, .invalidity_date = EGOV_TIME_NONE };
	keep_integer(serials, X509_REVOKED_get0_serialNumber(from));
	to->serial.size = serials->size - start;
	fits = !serials->failed
	       && read_time(X509_REVOKED_get0_revocationDate(from), &to->revoked_at);
	reason = X509_REVOKED_get_ext_d2i(from, NID_crl_reason, &reason_found, NULL);
	date = X509_REVOKED_get_ext_d2i(from, NID_invalidity_date, &date_found, NULL);
	if (reason != NULL)
		to->reason = (int)ASN1_ENUMERATED_get(reason);
	if (date != NULL)
		fits = fits && read_time(date, &to->invalidity_date);
	fits = fits && (reason != NULL || reason_found == -1) && (date != NULL || date_found == -1);
	ASN1_ENUMERATED_free(reason);
	ASN1_GENERALIZEDTIME_free(date);
	if (serials->starved)
		return egov_error_nomem(err);
	return fits ? EGOV_OK
	            : egov__ossl_error(err, EGOV_E_SYNTAX, NULL, "reading an entry of the CRL");
}

static enum egov_status read_entries(X509_CRL *crl, struct egov__witness *w, struct egov_error *err)
{
	STACK_OF(X509_REVOKED) *list = X509_CRL_get_REVOKED(crl);
	const int count = list == NULL ? 0 : sk_X509_REVOKED_num(list);
	enum egov_status rc = EGOV_OK;
	size_t at = 0;

	if (count <= 0)
		return EGOV_OK;
	w->entries = calloc((size_t)count, sizeof(*w->entries));
	if (w->entries == NULL)
		return egov_error_nomem(err);
	w->entry_count = (size_t)count;
	for (int i = 0; rc == EGOV_OK && i < count; i++)
		rc = read_entry(sk_X509_REVOKED_value(list, i), &w->entry_serials, &w->entries[i],
		                err);
	for (size_t i = 0; rc == EGOV_OK && i < w->entry_count; i++) {
		w->entries[i].serial.data = w->entry_serials.data + at;
		at += w->entries[i].serial.size;
	}
	return rc;
}

static enum egov_status read_crl(X509_CRL *crl, struct egov__witness *w, struct egov_error *err)
{
	const ASN1_BIT_STRING *signature = NULL;
	const X509_ALGOR *algorithm = NULL;
	enum egov_status rc;

	w->version = X509_CRL_get_version(crl);
	KEEP_DER(&w->issuer, i2d_X509_NAME, X509_CRL_get_issuer(crl));
	KEEP_DER(&w->tbs, i2d_re_X509_CRL_tbs, crl);
	X509_CRL_get0_signature(crl, &signature, &algorithm);
	keep_signature(w, signature, algorithm);
	if (!read_time(X509_CRL_get0_lastUpdate(crl), &w->not_before))
		return egov__ossl_error(err, EGOV_E_SYNTAX, NULL, "reading thisUpdate");
	w->not_after = EGOV_TIME_NONE;
	if (X509_CRL_get0_nextUpdate(crl) != NULL
	    && !read_time(X509_CRL_get0_nextUpdate(crl), &w->not_after))
		return egov__ossl_error(err, EGOV_E_SYNTAX, NULL, "reading nextUpdate");
	rc = check_kept(w, err);
	if (rc == EGOV_OK)
		rc = read_extensions(X509_CRL_get0_extensions(crl), w, err);
	return rc != EGOV_OK ? rc : read_entries(crl, w, err);
}

static enum egov_status read_request(X509_REQ *request, struct egov__witness *w,
                                     struct egov_error *err)
{
	const ASN1_BIT_STRING *signature = NULL;
	const X509_ALGOR *algorithm = NULL;

	w->version = X509_REQ_get_version(request);
	KEEP_DER(&w->subject, i2d_X509_NAME, X509_REQ_get_subject_name(request));
	KEEP_DER(&w->spki, i2d_X509_PUBKEY, X509_REQ_get_X509_PUBKEY(request));
	KEEP_DER(&w->tbs, i2d_re_X509_REQ_tbs, request);
	X509_REQ_get0_signature(request, &signature, &algorithm);
	keep_signature(w, signature, algorithm);
	return check_kept(w, err);
}

static enum egov_status hand_out(struct egov__witness *w, enum egov_status rc,
                                 struct egov__witness **out)
{
	if (rc == EGOV_OK)
		*out = w;
	else
		egov__witness_free(w);
	return rc;
}

enum egov_status egov__witness_certificate(struct egov_slice der, struct egov__witness **out,
                                           struct egov_error *err)
{
	struct egov__witness *w = calloc(1, sizeof(*w));
	const unsigned char *at = der.data;
	struct certificate *c = NULL;
	enum egov_status rc;

	if (w == NULL)
		return egov_error_nomem(err);
	if (der.size <= LONG_MAX)
		c = (struct certificate *)(void *)ASN1_item_d2i(NULL, &at, (long)der.size,
		                                                ASN1_ITEM_rptr(certificate));
	rc = check_taken(c, at, der, EGOV__N("reading the certificate"), err);
	if (rc == EGOV_OK)
		rc = read_certificate(c, w, err);
	ASN1_item_free((ASN1_VALUE *)(void *)c, ASN1_ITEM_rptr(certificate));
	return hand_out(w, rc, out);
}

enum egov_status egov__witness_crl(struct egov_slice der, struct egov__witness **out,
                                   struct egov_error *err)
{
	struct egov__witness *w = calloc(1, sizeof(*w));
	const unsigned char *at = der.data;
	X509_CRL *crl = NULL;
	enum egov_status rc;

	if (w == NULL)
		return egov_error_nomem(err);
	if (der.size <= LONG_MAX)
		crl = d2i_X509_CRL(NULL, &at, (long)der.size);
	rc = check_taken(crl, at, der, EGOV__N("reading the CRL"), err);
	if (rc == EGOV_OK)
		rc = read_crl(crl, w, err);
	X509_CRL_free(crl);
	return hand_out(w, rc, out);
}

enum egov_status egov__witness_request(struct egov_slice der, struct egov__witness **out,
                                       struct egov_error *err)
{
	struct egov__witness *w = calloc(1, sizeof(*w));
	const unsigned char *at = der.data;
	X509_REQ *request = NULL;
	enum egov_status rc;

	if (w == NULL)
		return egov_error_nomem(err);
	if (der.size <= LONG_MAX)
		request = d2i_X509_REQ(NULL, &at, (long)der.size);
	rc = check_taken(request, at, der, EGOV__N("reading the request"), err);
	if (rc == EGOV_OK)
		rc = read_request(request, w, err);
	X509_REQ_free(request);
	return hand_out(w, rc, out);
}

void egov__witness_free(struct egov__witness *w)
{
	if (w == NULL)
		return;
	struct egov_buf *const own[] = { &w->serial, &w->issuer, &w->subject, &w->spki, &w->tbs,
		                         &w->algorithm, &w->outer_algorithm, &w->signature,
		                         &w->entry_serials };

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		egov__buf_clear(own[i]);
	for (size_t i = 0; i < w->ext_count; i++) {
		egov__buf_clear(&w->exts[i].oid);
		egov__buf_clear(&w->exts[i].value);
	}
	free(w->exts);
	free(w->entries);
	free(w);
}
