/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/bn.h>
#include <openssl/err.h>

#include "base/der.h"
#include "crypto/sm2.h"

const uint8_t egov__sm2_curve[4 * 32] = {
	0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc,
	0x28, 0xe9, 0xfa, 0x9e, 0x9d, 0x9f, 0x5e, 0x34, 0x4d, 0x5a, 0x9e, 0x4b, 0xcf, 0x65, 0x09, 0xa7,
	0xf3, 0x97, 0x89, 0xf5, 0x15, 0xab, 0x8f, 0x92, 0xdd, 0xbc, 0xbd, 0x41, 0x4d, 0x94, 0x0e, 0x93,
	0x32, 0xc4, 0xae, 0x2c, 0x1f, 0x19, 0x81, 0x19, 0x5f, 0x99, 0x04, 0x46, 0x6a, 0x39, 0xc9, 0x94,
	0x8f, 0xe3, 0x0b, 0xbf, 0xf2, 0x66, 0x0b, 0xe1, 0x71, 0x5a, 0x45, 0x89, 0x33, 0x4c, 0x74, 0xc7,
	0xbc, 0x37, 0x36, 0xa2, 0xf4, 0xf6, 0x77, 0x9c, 0x59, 0xbd, 0xce, 0xe3, 0x6b, 0x69, 0x21, 0x53,
	0xd0, 0xa9, 0x87, 0x7c, 0xc6, 0x2a, 0x47, 0x40, 0x02, 0xdf, 0x32, 0xe5, 0x21, 0x39, 0xf0, 0xa0,
};

/* The numbers of the equation y^2 = x^3 + a x + b modulo p, and two to work with. */
struct equation {
	BIGNUM *p, *a, *b, *x, *y, *left, *right;
};

static bool read(struct equation *q, BN_CTX *ctx, const uint8_t xy[64])
{
	q->p = BN_CTX_get(ctx);
	q->left = BN_CTX_get(ctx);
	q->right = BN_CTX_get(ctx);
	q->a = BN_bin2bn(egov__sm2_curve, 32, BN_CTX_get(ctx));
	q->b = BN_bin2bn(egov__sm2_curve + 32, 32, BN_CTX_get(ctx));
	q->x = BN_bin2bn(xy, 32, BN_CTX_get(ctx));
	q->y = BN_bin2bn(xy + 32, 32, BN_CTX_get(ctx));
	/* a is p - 3. */
	return q->y != NULL && q->x != NULL && q->b != NULL && q->a != NULL
	       && BN_copy(q->p, q->a) != NULL && BN_add_word(q->p, 3) == 1;
}

static bool compute(const struct equation *q, BN_CTX *ctx)
{
	return BN_mod_sqr(q->right, q->x, q->p, ctx) == 1
	       && BN_mod_add_quick(q->right, q->right, q->a, q->p) == 1
	       && BN_mod_mul(q->right, q->right, q->x, q->p, ctx) == 1
	       && BN_mod_add_quick(q->right, q->right, q->b, q->p) == 1
	       && BN_mod_sqr(q->left, q->y, q->p, ctx) == 1;
}

/* Each certificate has its key looked at several times: to make an EVP_PKEY of it, which asks the
 * same, takes twenty times as long. */
enum egov_status egov__sm2_point_check(struct egov_slice point, struct egov_error *err)
{
	BN_CTX *ctx;
	struct equation q;
	bool fits = false, good = false;

	if (point.size != EGOV__SM2_POINT || point.data[0] != 4)
		return egov_error_set(err, EGOV_E_POLICY, "GM/T 0009, 7.1",
		                      "SM2 public key is not 04, X and Y in 65 octets");
	ctx = BN_CTX_new();
	if (ctx != NULL) {
		BN_CTX_start(ctx);
		good = read(&q, ctx, point.data + 1);
		fits = good && BN_cmp(q.x, q.p) < 0 && BN_cmp(q.y, q.p) < 0;
		if (fits) {
			good = compute(&q, ctx);
			fits = good && BN_cmp(q.left, q.right) == 0;
		}
		BN_CTX_end(ctx);
	}
	BN_CTX_free(ctx);
	if (!good) {
		ERR_clear_error();
		return egov_error_nomem(err);
	}
	if (!fits)
		return egov_error_set(err, EGOV_E_POLICY, "GB/T 32918.1, 6.2.1",
		                      "SM2 public key is not a point on the curve");
	return EGOV_OK;
}
