/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chains with breaches drawn by lot, judged by us and by X509_verify_cert (strict, with the
 * SM2 ID set on every certificate).  Where the two differ, the table says why.
 */
#include "chain.h"

#define CHAINS 400

/* What the draw may break: a certificate, and how. */
typedef void breach_fn(struct chain_plan *plan);

static void wrong_serial(struct chain_plan *plan)
{
	plan->serial_hex = "00";
}

static void old_version(struct chain_plan *plan)
{
	plan->version = 1;
}

static void expired(struct chain_plan *plan)
{
	plan->until = CHAIN_AT - CHAIN_DAY;
}

static void early(struct chain_plan *plan)
{
	plan->from = CHAIN_AT + CHAIN_DAY;
}

static void no_ca(struct chain_plan *plan)
{
	plan->ca = !plan->ca;
}

static void no_basic(struct chain_plan *plan)
{
	plan->no_basic = true;
}

static void not_critical(struct chain_plan *plan)
{
	plan->basic_not_critical = true;
}

static void short_path(struct chain_plan *plan)
{
	plan->path_len = 1;
}

static void no_usage(struct chain_plan *plan)
{
	plan->no_usage = true;
}

static void crl_usage(struct chain_plan *plan)
{
	plan->usage = EGOV__KU_CRL_SIGN;
}

static void no_key_ids(struct chain_plan *plan)
{
	plan->no_key_ids = true;
}

static void broken(struct chain_plan *plan)
{
	plan->broken_signature = true;
}

static void unequal(struct chain_plan *plan)
{
	plan->unequal_algorithms = true;
}

static void other_id(struct chain_plan *plan)
{
	plan->id = "";
}

static void other_case(struct chain_plan *plan)
{
	plan->issuer = plan->issuer == NULL ? NULL : plan->issuer[0] == 'c' ? "CA" : "ROOT";
	plan->issuer_tag = EGOV__PRINTABLE_STRING;
}

static breach_fn *const breaches[] = { wrong_serial, old_version, expired,   early,      no_ca,
	                               no_basic,     not_critical, short_path, no_usage, crl_usage,
	                               no_key_ids,   broken,       unequal,  other_id,   other_case };
#define BREACHES (sizeof(breaches) / sizeof(breaches[0]))

/* Why we refuse what OpenSSL takes: part of our reason. */
static const char *const stricter[] = {
	"serial number is not positive",        /* GM/T 0015, 5.2.3.2 */
	"X.509 version 1",                      /* GM/T 0015, 5.2.3.1: certificates are of version 3 */
	"has no keyUsage",                      /* RFC 5280, 4.2.1.3: of a CA it is there */
	"no authorityKeyIdentifier",            /* RFC 5280, 4.2.1.1: X509_verify_cert asks CAs alone */
	"keyUsage has keyCertSign, but",        /* RFC 5280, 4.2.1.9 */
	"of a CA are not critical",
};

/* Where we take what OpenSSL refuses, this breach of this certificate is the cause. */
static const struct {
	breach_fn *breach;
	enum chain_place place;
} laxer[] = {
	{ not_critical, CHAIN_ROOT },   /* the national root has it so */
	{ no_key_ids, CHAIN_ROOT },     /* an anchor is trusted as it is */
	{ no_usage, CHAIN_ROOT },       /* RFC 5280, 6.1.1 (d): an anchor is a name and a key */
	{ old_version, CHAIN_ROOT },
	{ unequal, CHAIN_ROOT },        /* its signature by itself proves nothing */
	{ broken, CHAIN_ROOT },
	{ other_id, CHAIN_ROOT },
	{ short_path, CHAIN_LEAF },     /* it limits what is below, and there is nothing */
	{ crl_usage, CHAIN_LEAF },      /* asked for no purpose, any use will do */
};

struct draw {
	breach_fn *breach;
	enum chain_place place;
};

static bool is_explained(bool ours, const struct egov_error *err, const struct draw *draws,
                         size_t count)
{
	if (!ours) {
		for (size_t i = 0; i < sizeof(stricter) / sizeof(stricter[0]); i++)
			if (strstr(err->text, stricter[i]) != NULL)
				return true;
		return false;
	}
	for (size_t d = 0; d < count; d++)
		for (size_t i = 0; i < sizeof(laxer) / sizeof(laxer[0]); i++)
			if (laxer[i].breach == draws[d].breach && laxer[i].place == draws[d].place)
				return true;
	return false;
}

static uint32_t next(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static void we_differ_where_we_say_so(void **state)
{
	uint32_t seed = 20261122;
	size_t same = 0, differ = 0, unexplained = 0;

	(void)state;
	for (size_t n = 0; n < CHAINS; n++) {
		struct chain_three three = chain_three();
		struct chain_plan *const plans[] = { &three.leaf, &three.ca, &three.root };
		const size_t count = next(&seed) % 3;
		struct draw draws[2];
		struct egov_error err = { 0 };
		struct chain_bench bench;
		bool ours, theirs;

		for (size_t d = 0; d < count; d++) {
			draws[d] = (struct draw){ breaches[next(&seed) % BREACHES],
				                  (enum chain_place)(next(&seed) % 3) };
			draws[d].breach(plans[draws[d].place]);
		}
		bench = chain_bench_three(&three);
		ours = chain_verify(&bench, NULL, &err) == EGOV_OK;
		theirs = chain_oracle(&bench);
		chain_bench_free(&bench);
		if (ours == theirs) {
			same++;
			continue;
		}
		differ++;
		if (!is_explained(ours, &err, draws, count)) {
			printf("chain %zu: ours %d, theirs %d: %s\n", n, ours, theirs, err.text);
			for (size_t d = 0; d < count; d++)
				for (size_t b = 0; b < BREACHES; b++)
					if (breaches[b] == draws[d].breach)
						printf("  breach %zu at %d\n", b, (int)draws[d].place);
			unexplained++;
		}
	}
	assert_int_equal(unexplained, 0);
	/* The draw reaches both. */
	assert_true(same > CHAINS / 2);
	assert_true(differ > CHAINS / 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(we_differ_where_we_say_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
