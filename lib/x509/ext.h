/* SPDX-License-Identifier: Apache-2.0 */
#ifndef X509_EXT_H
#define X509_EXT_H

#include "asn1/oid.h"
#include "base/buf.h"
#include "base/time.h"

/* One extension of a certificate, CRL or CRL entry. */
struct egov__ext {
	struct egov_slice oid;          /* contents octets */
	enum egov__oid type;            /* or EGOV__OID_UNKNOWN */
	bool critical;
	struct egov_slice value;        /* contents of extnValue: the DER of the extension */
};

/* The next extension of the contents of an Extensions SEQUENCE; a critical
 * FALSE that is written out is not DER and refused. */
EGOV_MUST_CHECK enum egov_status egov__ext_next(struct egov_slice *exts, struct egov__ext *ext,
                                                struct egov_error *err);

/* Every extension of the contents of an Extensions SEQUENCE is well-formed, none
 * stands twice, and there is at least one (RFC 5280, 4.2). */
#define EGOV__EXT_MAX 128
EGOV_MUST_CHECK enum egov_status egov__exts_check(struct egov_slice exts, struct egov_error *err);

/* Looks in the contents of an Extensions SEQUENCE that egov__exts_check accepted;
 * false where it is absent. */
bool egov__ext_find(struct egov_slice exts, enum egov__oid type, struct egov__ext *ext);

/* Appends one Extension. */
void egov__ext_put(struct egov_buf *out, enum egov__oid type, bool critical,
                   struct egov_slice value);

/* keyUsage: bit n of RFC 5280, 4.2.1.3 is 1 << n. */
enum {
	EGOV__KU_DIGITAL_SIGNATURE = 1 << 0,
	EGOV__KU_NON_REPUDIATION = 1 << 1,
	EGOV__KU_KEY_ENCIPHERMENT = 1 << 2,
	EGOV__KU_DATA_ENCIPHERMENT = 1 << 3,
	EGOV__KU_KEY_AGREEMENT = 1 << 4,
	EGOV__KU_KEY_CERT_SIGN = 1 << 5,
	EGOV__KU_CRL_SIGN = 1 << 6,
	EGOV__KU_ENCIPHER_ONLY = 1 << 7,
	EGOV__KU_DECIPHER_ONLY = 1 << 8
};

/* The bit of a name as RFC 5280 spells it ("digitalSignature"; "nonRepudiation"
 * and "contentCommitment" are one), 0 where there is none. */
unsigned egov__key_usage_bit(struct egov_slice name);
void egov__key_usage_print(unsigned bits, struct egov_buf *out);

/* Decoded values.  Each decoder takes the DER of the extension, whole. */
EGOV_MUST_CHECK enum egov_status egov__ext_key_usage(struct egov_slice der, unsigned *bits,
                                                     struct egov_error *err);

struct egov__basic_constraints {
	bool ca;
	bool has_path_len;
	uint64_t path_len;
};
EGOV_MUST_CHECK enum egov_status egov__ext_basic_constraints(struct egov_slice der,
                                                             struct egov__basic_constraints *out,
                                                             struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__ext_ski(struct egov_slice der, struct egov_slice *key_id,
                                               struct egov_error *err);

struct egov__aki {
	struct egov_slice key_id;       /* empty where absent */
	struct egov_slice issuer;       /* contents of authorityCertIssuer, empty where absent */
	struct egov_slice serial;       /* contents of the INTEGER, empty where absent */
};
EGOV_MUST_CHECK enum egov_status egov__ext_aki(struct egov_slice der, struct egov__aki *out,
                                               struct egov_error *err);

/* Lists: fn is called for each element and may stop with an error. */
typedef enum egov_status egov__policy_fn(void *user, struct egov_slice policy_oid,
                                         struct egov_slice qualifiers, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__ext_policies(struct egov_slice der, egov__policy_fn *fn,
                                                    void *user, struct egov_error *err);
typedef enum egov_status egov__oid_fn(void *user, struct egov_slice oid, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__ext_eku(struct egov_slice der, egov__oid_fn *fn, void *user,
                                               struct egov_error *err);

/* A GeneralName: tag [0] to [8] and contents octets (of a directoryName: the
 * whole Name). */
enum {
	EGOV__GN_OTHER = 0,
	EGOV__GN_EMAIL = 1,
	EGOV__GN_DNS = 2,
	EGOV__GN_X400 = 3,
	EGOV__GN_DIRECTORY = 4,
	EGOV__GN_EDI = 5,
	EGOV__GN_URI = 6,
	EGOV__GN_IP = 7,
	EGOV__GN_REGISTERED_ID = 8
};
struct egov__general_name {
	uint8_t tag;
	struct egov_slice value;
};
typedef enum egov_status egov__general_name_fn(void *user, const struct egov__general_name *name,
                                               struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__ext_general_names(struct egov_slice der,
                                                         egov__general_name_fn *fn, void *user,
                                                         struct egov_error *err);

/* The next name of the contents of GeneralNames: a tag of the standard, IA5String
 * where it says so, a directoryName that is a Name. */
EGOV_MUST_CHECK enum egov_status egov__general_names_next(struct egov_slice *names,
                                                          struct egov__general_name *name,
                                                          struct egov_error *err);
/* "DNS:...", "URI:...", "DirName:...", appended to out. */
void egov__general_name_print(const struct egov__general_name *name, struct egov_buf *out);

/* One DistributionPoint of cRLDistributionPoints or freshestCRL. */
struct egov__distribution_point {
	struct egov_slice full_name;    /* contents of GeneralNames, empty where absent */
	struct egov_slice relative;     /* nameRelativeToCRLIssuer contents, empty where absent */
	bool has_reasons;
	unsigned reasons;               /* bit n of ReasonFlags is 1 << n */
	struct egov_slice crl_issuer;   /* contents of GeneralNames, empty where absent */
};
typedef enum egov_status egov__dp_fn(void *user, const struct egov__distribution_point *dp,
                                     struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__ext_crl_dp(struct egov_slice der, egov__dp_fn *fn,
                                                  void *user, struct egov_error *err);

struct egov__idp {
	struct egov__distribution_point point;  /* full_name or relative, or neither */
	bool only_user, only_ca, indirect, only_attribute, has_reasons;
	unsigned reasons;
};
EGOV_MUST_CHECK enum egov_status egov__ext_idp(struct egov_slice der, struct egov__idp *out,
                                               struct egov_error *err);

typedef enum egov_status egov__access_fn(void *user, struct egov_slice method_oid,
                                         const struct egov__general_name *location,
                                         struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__ext_access(struct egov_slice der, egov__access_fn *fn,
                                                  void *user, struct egov_error *err);

/* Constraints on the certificates below a CA (ext_constraints.c).  A subtree has
 * the default minimum and no maximum; the base of an iPAddress is an address and
 * its mask. */
typedef enum egov_status egov__subtree_fn(void *user, bool excluded,
                                          const struct egov__general_name *base,
                                          struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__ext_name_constraints(struct egov_slice der,
                                                            egov__subtree_fn *fn, void *user,
                                                            struct egov_error *err);

/* Numbers of certificates to skip; what is larger than this is this: longer than
 * any path. */
#define EGOV__MAX_SKIP UINT32_MAX
struct egov__policy_constraints {
	bool has_require_explicit, has_inhibit_mapping;
	uint32_t require_explicit, inhibit_mapping;
};
EGOV_MUST_CHECK enum egov_status egov__ext_policy_constraints(struct egov_slice der,
                                                              struct egov__policy_constraints *out,
                                                              struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__ext_inhibit_any_policy(struct egov_slice der,
                                                              uint32_t *skip,
                                                              struct egov_error *err);
typedef enum egov_status egov__mapping_fn(void *user, struct egov_slice issuer_policy,
                                          struct egov_slice subject_policy,
                                          struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__ext_policy_mappings(struct egov_slice der,
                                                           egov__mapping_fn *fn, void *user,
                                                           struct egov_error *err);

/* A non-negative INTEGER of at most 20 octets (cRLNumber, deltaCRLIndicator). */
EGOV_MUST_CHECK enum egov_status egov__ext_number(struct egov_slice der,
                                                  struct egov_slice *contents,
                                                  struct egov_error *err);

/* Identity extensions (GM/T 0015, 5.2.4.2.18 to .22): writing EXPLICIT [n]
 * PrintableString for .1 and PrintableString for the others; reading those,
 * IMPLICIT, UTF8String and bare strings.  value is the text. */
EGOV_MUST_CHECK enum egov_status egov__ext_identity(enum egov__oid type, struct egov_slice der,
                                                    struct egov_slice *value,
                                                    struct egov_error *err);

/* Encoders: append the DER of the extension value (not the Extension). */
void egov__ext_put_key_usage(struct egov_buf *out, unsigned bits);
void egov__ext_put_basic_constraints(struct egov_buf *out,
                                     const struct egov__basic_constraints *value);
void egov__ext_put_ski(struct egov_buf *out, struct egov_slice key_id);
void egov__ext_put_aki(struct egov_buf *out, struct egov_slice key_id);
/* Policies without qualifiers (preferred by GM/T 0015), or with a CPS URI where
 * cps_uri is not NULL; oids are contents octets. */
void egov__ext_put_policies(struct egov_buf *out, const struct egov_slice *oids, size_t count,
                            const char *cps_uri);
void egov__ext_put_eku(struct egov_buf *out, const struct egov_slice *oids, size_t count);
/* One DistributionPoint a URI. */
void egov__ext_put_crl_dp(struct egov_buf *out, const struct egov_slice *uris, size_t count);
/* NULL URIs are left out; at least one is given. */
void egov__ext_put_aia(struct egov_buf *out, const char *ca_issuers_uri, const char *ocsp_uri);
void egov__ext_put_identity(struct egov_buf *out, enum egov__oid type, const char *value);
void egov__ext_put_idp(struct egov_buf *out, const char *uri, bool only_user, bool only_ca);

/* The SM2 key identifier: SHA-1 of the 65-octet point (RFC 5280, 4.2.1.2, method 1). */
EGOV_MUST_CHECK enum egov_status egov__key_identifier(struct egov_slice spki, uint8_t id[20],
                                                      struct egov_error *err);

/* One line of text for any extension, known or not, appended to out. */
void egov__ext_print(const struct egov__ext *ext, struct egov_buf *out);

#endif
