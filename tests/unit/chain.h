/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CHAIN_H
#define TESTS_CHAIN_H

/*
 * Chains of SM2 certificates and CRLs for tests, illegal ones too: what the
 * library would never write.  A zeroed plan of a certificate is a legal user
 * certificate; a CA sets ca.  Keys are numbered, 0 to CHAIN_KEYS - 1.
 */
#include "help.h"

#include <egovca/verify.h>

#include "base/der.h"
#include "x509/ext.h"

#define CHAIN_KEYS 16
#define CHAIN_AT ((egov_time)1800000000)        /* 2027-01-15T08:00:00Z */
#define CHAIN_DAY ((egov_time)86400)
#define CHAIN_POLICY "1.2.156.112999.1.1"

struct chain_plan {
	const char *subject, *issuer;           /* CN after C=CN; issuer NULL: self-signed */
	size_t key, issuer_key;
	unsigned serial;                        /* 0: 1 */
	const char *serial_hex;                 /* contents octets instead */
	const char *spki_prefix;                /* hex of what stands before the point instead */
	uint8_t subject_tag, issuer_tag;        /* string type of CN, 0: UTF8String */
	const char *id;                         /* signer ID, NULL: default */
	bool plain_digest;                      /* SM3 without Z */
	bool broken_signature, unequal_algorithms;
	egov_time from, until;                  /* 0: a year around CHAIN_AT */
	unsigned version;                       /* 0: 3; 1 leaves the extensions out */
	bool unique_ids;
	bool ca, no_basic, basic_not_critical;
	unsigned path_len;                      /* plus one; 0: no limit */
	unsigned usage;                         /* 0: by ca */
	bool no_usage;
	bool no_key_ids;
	const char *policy;                     /* dotted */
	const char *eku;                        /* names, separated by commas */
	bool eku_critical;
	const char *crl_dp;                     /* URI */
	struct egov_slice more;                 /* Extensions as they are */
};

/* The number of the key that signs: issuer_key, or key where issuer is NULL. */
struct egov_buf *chain_cert(const struct chain_plan *plan);
struct egov_slice chain_spki(size_t key);

/* The key's SM2 signature over message, DER, appended; id NULL: the default. */
void chain_sign(size_t key, const char *id, struct egov_slice message, struct egov_buf *der);

struct chain_crl_entry {
	unsigned serial;
	int reason;                             /* -1: none */
	bool unknown_critical;
	const char *issuer;                     /* CN of certificateIssuer, NULL: none */
};
struct chain_crl_plan {
	const char *issuer;
	size_t key;
	const char *id;
	egov_time from, until;                  /* 0: ten days around CHAIN_AT; until -1: none */
	unsigned number;                        /* 0: none */
	struct chain_crl_entry entries[4];      /* serial 0 ends them */
	struct {
		egov_time revoked_at;           /* 0: twenty days before CHAIN_AT */
		egov_time invalid_since;        /* 0: no invalidityDate */
	} times[4];                             /* of the entries */
	struct egov_slice more;                 /* Extensions as they are */
};
struct egov_buf *chain_crl(const struct chain_crl_plan *plan);

/* C=CN, CN=cn, appended to out; as the one directoryName of GeneralNames under tag. */
void chain_name(struct egov_buf *out, const char *cn);
void chain_names(struct egov_buf *out, uint8_t tag, const char *cn);

/* An OCSP response of one answer. */
struct chain_ocsp_plan {
	const char *responder;                  /* by name */
	size_t key;                             /* that signs; by key where responder is NULL */
	const char *ca;                         /* of the certificate asked about */
	size_t ca_key;
	unsigned serial;
	const char *digest;                     /* OID that names it, NULL: SM3 */
	int status, reason;                     /* 0 good, 1 revoked, 2 unknown; -1: no reason */
	egov_time produced, from, until;        /* 0: ten days around CHAIN_AT; until -1: none */
	const struct chain_plan *within;        /* a certificate beside it, or NULL */
	struct egov_slice more;                 /* Extensions of the answer as they are */
	bool broken_signature;
};
struct egov_buf *chain_ocsp(const struct chain_ocsp_plan *plan);

/* One extension on a new buffer; free it. */
struct egov_buf *chain_extension(const char *oid, bool critical, struct egov_slice value);

/* An extension in one of the usual three, and what becomes of it. */
enum chain_place { CHAIN_LEAF, CHAIN_CA, CHAIN_ROOT };
struct chain_case {
	const char *oid;
	bool critical;
	const char *hex;                        /* value */
	enum chain_place place;
	const char *fragment, *clause;          /* as for chain_expect */
	bool oracle;
};
void chain_expect_cases(const struct chain_case *cases, size_t count);

/* The usual three: root (key 0), ca (key 1), leaf (key 2, serial 3). */
struct chain_three {
	struct chain_plan root, ca, leaf;
};
struct chain_three chain_three(void);

/* A verifier, and the same material for OpenSSL. */
#define CHAIN_ROOM 256
struct chain_bench {
	struct egov_verifier *verifier;
	struct egov_verify_options options;     /* at CHAIN_AT */
	struct egov_buf *trust[CHAIN_ROOM], *pool[CHAIN_ROOM], *leaf;
	size_t trusted, pooled;
};
struct chain_bench chain_bench(void);
void chain_bench_free(struct chain_bench *bench);
void chain_trust(struct chain_bench *bench, const struct chain_plan *plan);
void chain_pool(struct chain_bench *bench, const struct chain_plan *plan);
void chain_leaf(struct chain_bench *bench, const struct chain_plan *plan);
void chain_add_crl(struct chain_bench *bench, const struct chain_crl_plan *plan);
struct chain_bench chain_bench_three(const struct chain_three *three);

enum egov_status chain_verify(struct chain_bench *bench, struct egov_report *findings,
                              struct egov_error *err);

/* X509_verify_cert with the default SM2 ID on every certificate; CRLs apart. */
bool chain_oracle(const struct chain_bench *bench);

/* Verifies and frees the bench: fragment NULL: trusted; else untrusted with
 * this in the message, and with this clause unless that is NULL.  oracle tells
 * what OpenSSL says about it; it must say just that. */
#define chain_expect(bench, fragment, clause, oracle)                                              \
	chain_assert((bench), (fragment), (clause), (oracle), __FILE__, __LINE__)
void chain_assert(struct chain_bench *bench, const char *fragment, const char *clause, bool oracle,
                  const char *file, int line);

#endif
