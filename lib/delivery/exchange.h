/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DELIVERY_EXCHANGE_H
#define DELIVERY_EXCHANGE_H

#include "base/buf.h"
#include "base/time.h"
#include "crypto/sm2.h"

/*
 * What a CA and a key-management centre send each other (egov-key-exchange(5)),
 * both as SEQUENCE { content, signature OCTET STRING }: SM2 with SM3 and the default ID
 * over the DER of content.
 *
 *   KeyRequestContent ::= SEQUENCE {
 *     type         UTF8String ("EgovKeyRequest"),
 *     version      INTEGER (1),
 *     home         OCTET STRING (SIZE (32)),     -- which CA: SM3 of its key
 *     application  UTF8String,
 *     time         GeneralizedTime,
 *     subject      Name,                         -- of both certificates
 *     signingKey   SubjectPublicKeyInfo }        -- what the private key is sealed to
 *
 *   KeyAnswerContent ::= SEQUENCE {
 *     type         UTF8String ("EgovKeyAnswer"),
 *     version      INTEGER (1),
 *     request      OCTET STRING (SIZE (32)),     -- SM3 of the request's DER
 *     time         GeneralizedTime,
 *     publicKey    SubjectPublicKeyInfo,         -- of the encryption pair
 *     privateKey   SM2EnvelopedKey }
 *
 * The type comes first, so that neither can be taken for anything else that the same
 * key signs.  Slices of what was read lie in the bytes that were read.
 */
struct egov__key_request {
	struct egov_slice home;
	struct egov_slice application;          /* UTF-8, 1 to 64 octets */
	egov_time time;
	struct egov_slice subject, signing_key; /* whole TLVs */
};

struct egov__key_answer {
	struct egov_slice request;              /* 32 octets */
	egov_time time;
	struct egov_slice public_key;           /* SubjectPublicKeyInfo */
	struct egov_slice private_key;          /* SM2EnvelopedKey */
	struct egov_slice point;                /* of public_key, and of the envelope */
};

/* What was signed, and by what. */
struct egov__exchanged {
	struct egov_slice content, signature;
};

/* The content, to be signed; appended to out. */
EGOV_MUST_CHECK enum egov_status egov__key_request_content(const struct egov__key_request *request,
                                                           struct egov_buf *out,
                                                           struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__key_answer_content(const struct egov__key_answer *answer,
                                                          struct egov_buf *out,
                                                          struct egov_error *err);

/* Content and signature as one DER object, appended to out. */
EGOV_MUST_CHECK enum egov_status egov__exchange_join(const struct egov__exchanged *parts,
                                                     struct egov_buf *out, struct egov_error *err);

/* Strict DER, every field in its bounds.  The public key of an answer is that of its envelope. */
EGOV_MUST_CHECK enum egov_status egov__key_request_read(struct egov_slice der,
                                                        struct egov__key_request *out,
                                                        struct egov__exchanged *parts,
                                                        struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__key_answer_read(struct egov_slice der,
                                                       struct egov__key_answer *out,
                                                       struct egov__exchanged *parts,
                                                       struct egov_error *err);

/* EGOV_E_UNTRUSTED where the signature is not this key's (SubjectPublicKeyInfo). */
EGOV_MUST_CHECK enum egov_status egov__exchange_verify(const struct egov__exchanged *parts,
                                                       struct egov_slice spki,
                                                       struct egov_error *err);

#define EGOV__KEY_REQUEST_PEM "EGOV KEY REQUEST"
#define EGOV__KEY_ANSWER_PEM "EGOV KEY ANSWER"

#endif
