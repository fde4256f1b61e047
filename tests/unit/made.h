/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_MADE_H
#define TESTS_MADE_H

#include "help.h"

#include "asn1/oid.h"
#include "base/der.h"
#include "x509/ext.h"

/*
 * To-be-signed bytes put together part by part, so that a test can break
 * exactly one of them.  made_cert and made_crl give what no rule objects to.
 */
enum made_part {
	MADE_VERSION,
	MADE_SERIAL,            /* certificates */
	MADE_ALGORITHM,
	MADE_ISSUER,
	MADE_TIMES,             /* Validity; thisUpdate and nextUpdate */
	MADE_SUBJECT,           /* certificates */
	MADE_KEY,               /* certificates */
	MADE_UNIQUE_IDS,        /* certificates */
	MADE_ENTRIES,           /* CRLs: revokedCertificates */
	MADE_PARTS
};

struct made {
	struct egov_buf part[MADE_PARTS];       /* whole TLVs, or nothing */
	struct {
		enum egov__oid type;
		bool critical;
		struct egov_buf value;
	} ext[16];
	size_t ext_count;
	uint8_t ext_tag;                        /* of the wrapper: A3 or A0 */
};

/* The holder's key of these tests, its identifier, and the issuer's identifier. */
extern const uint8_t made_spki[91];
extern uint8_t made_key_id[20];
extern const uint8_t made_issuer_key_id[20];
#define MADE_CRL_URI "http://ca.example.cn/crl/ca.crl"

/* C=CN, O=..., CN=..., appended to out. */
void made_name(struct egov_buf *out, const char *o, const char *cn);

/* A civil servant's signing certificate (GM/T 0015, table C.3), valid from
 * 2026-01-01 to 2029-01-01, issued by O=Test Agency, CN=Test CA. */
void made_cert(struct made *made);

/* A CRL of that CA with two entries, of 2026-06-01, next one a week later. */
void made_crl(struct made *made);
void made_clear(struct made *made);

void made_set(struct made *made, enum made_part part, struct egov_slice der);
void made_set_hex(struct made *made, enum made_part part, const char *hex);
void made_ext(struct made *made, enum egov__oid type, bool critical, struct egov_slice value);
void made_ext_hex(struct made *made, enum egov__oid type, bool critical, const char *hex);
void made_ext_drop(struct made *made, enum egov__oid type);

/* The TBS bytes; the signed object with a signature of a few octets. */
void made_tbs(const struct made *made, struct egov_buf *out);
void made_signed(const struct made *made, struct egov_buf *out);

/* Calls fn for every file of a folder of the corpora whose name ends so; skips
 * the test where there is no such folder. */
typedef void made_file_fn(void *user, const char *name, struct egov_slice bytes);
void made_corpus(const char *folder, const char *suffix, made_file_fn *fn, void *user);

#endif
