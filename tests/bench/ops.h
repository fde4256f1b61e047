/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_BENCH_OPS_H
#define TESTS_BENCH_OPS_H

#include <openssl/evp.h>

#include "crypto/sm2.h"

/* The single operations that all else is compared with, by OpenSSL alone; each ends the program
 * where it fails. */
#define BENCH_SIGNATURE 128

void bench_point(EVP_PKEY *key, uint8_t point[EGOV__SM2_POINT]);
EVP_PKEY *bench_import(const uint8_t point[EGOV__SM2_POINT]);
void bench_z(const uint8_t point[EGOV__SM2_POINT], uint8_t z[32]);
void bench_e(const uint8_t z[32], const unsigned char *tbs, int size, uint8_t e[32]);
size_t bench_sign(EVP_PKEY *key, const uint8_t e[32], unsigned char signature[BENCH_SIGNATURE]);
void bench_verify(EVP_PKEY *key, const uint8_t e[32], const unsigned char *signature, size_t size);

#endif
