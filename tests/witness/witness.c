/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A second opinion on signatures, for tests: SM2 and SM3 by libgcrypt, DER read here.  It shares
 * no line with the library or with OpenSSL.
 *
 *	test-witness KEY SIGNED                a certificate, list or request: TBS, algorithm, BIT STRING;
 *	                                       or a message of egov-key-exchange(5): content, OCTET STRING
 *	test-witness KEY MESSAGE SIGNATURE     a message and the DER of r and s
 *
 * KEY is a SubjectPublicKeyInfo, or a certificate whose key it is; everything is DER.
 * Exit code 0: the signature is good with the ID 1234567812345678; 1: it is not; 2: not to be read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gcrypt.h>

#define MAX (1u << 20)

struct bytes {
	const unsigned char *data;
	size_t size;
};

static void give_up(const char *what)
{
	(void)fprintf(stderr, "test-witness: %s\n", what);
	exit(2);
}

static struct bytes read_file(const char *path)
{
	static unsigned char rooms[3][MAX];
	static int used;
	FILE *file = fopen(path, "rb");
	size_t size;

	if (file == NULL)
		give_up(path);
	size = fread(rooms[used], 1, MAX, file);
	if (fclose(file) != 0 || size == 0 || size == MAX)
		give_up(path);
	return (struct bytes){ rooms[used++], size };
}

/* Takes one element off the front: its contents, and (not NULL) all of it. */
static struct bytes take(struct bytes *in, unsigned char tag, struct bytes *whole)
{
	size_t head = 2, length;
	struct bytes contents;

	if (in->size < 2 || (tag != 0 && in->data[0] != tag))
		give_up("not the DER that was meant");
	length = in->data[1];
	if (length >= 0x80) {
		const size_t octets = length & 0x7f;

		if (octets == 0 || octets > 4 || in->size < 2 + octets)
			give_up("a length that is none");
		for (length = 0; head < 2 + octets; head++)
			length = length << 8 | in->data[head];
	}
	if (length > in->size - head)
		give_up("cut short");
	contents = (struct bytes){ in->data + head, length };
	if (whole != NULL)
		*whole = (struct bytes){ in->data, head + length };
	in->data += head + length;
	in->size -= head + length;
	return contents;
}

/* 04 || X || Y of a SubjectPublicKeyInfo's contents, whose algorithm has been looked at. */
static const unsigned char *point_of(struct bytes spki)
{
	struct bytes bits;

	(void)take(&spki, 0x30, NULL);
	bits = take(&spki, 0x03, NULL);
	if (bits.size != 66 || bits.data[0] != 0 || bits.data[1] != 4)
		give_up("not a key of SM2");
	return bits.data + 1;
}

/* In a certificate the key is the sixth field behind the version. */
static const unsigned char *read_key(struct bytes file)
{
	struct bytes outer = take(&file, 0x30, NULL), fields = outer;
	struct bytes first = take(&fields, 0x30, NULL);

	if (fields.size > 0 && fields.data[0] == 0x03)
		return point_of(outer);
	(void)take(&first, 0xa0, NULL);
	for (int i = 0; i < 5; i++)
		(void)take(&first, 0, NULL);
	return point_of(take(&first, 0x30, NULL));
}

static void number(struct bytes *in, unsigned char out[32])
{
	struct bytes value = take(in, 0x02, NULL);

	while (value.size > 32 && value.data[0] == 0) {
		value.data++;
		value.size--;
	}
	if (value.size > 32)
		give_up("a number of more than 256 bits");
	memset(out, 0, 32);
	memcpy(out + 32 - value.size, value.data, value.size);
}

/* e = SM3(Z || M), Z = SM3(ENTL || ID || a || b || xG || yG || xA || yA): GB/T 32918.2, 5.5. */
static void digest(const unsigned char *point, struct bytes message, unsigned char e[32])
{
	static const unsigned char head[] = "\x00\x80" "1234567812345678";
	static const char curve[] =
		"fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc"
		"28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93"
		"32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
		"bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0";
	unsigned char octet;
	gcry_md_hd_t hash;

	if (gcry_md_open(&hash, GCRY_MD_SM3, 0) != 0)
		give_up("libgcrypt has no SM3");
	gcry_md_write(hash, head, 18);
	for (size_t i = 0; i < sizeof(curve) - 1; i += 2) {
		const char digits[] = { curve[i], curve[i + 1], 0 };

		octet = (unsigned char)strtoul(digits, NULL, 16);
		gcry_md_write(hash, &octet, 1);
	}
	gcry_md_write(hash, point + 1, 64);
	memcpy(e, gcry_md_read(hash, GCRY_MD_SM3), 32);
	gcry_md_reset(hash);
	gcry_md_write(hash, e, 32);
	gcry_md_write(hash, message.data, message.size);
	memcpy(e, gcry_md_read(hash, GCRY_MD_SM3), 32);
	gcry_md_close(hash);
}

static int verify(const unsigned char *point, struct bytes message, struct bytes signature)
{
	unsigned char e[32], r[32], s[32];
	struct bytes numbers = take(&signature, 0x30, NULL);
	gcry_sexp_t key = NULL, data = NULL, pair = NULL;
	gcry_error_t answer;

	if (signature.size != 0)
		give_up("something behind the signature");
	number(&numbers, r);
	number(&numbers, s);
	digest(point, message, e);
	if (gcry_sexp_build(&key, NULL, "(public-key (ecc (curve sm2p256v1)(flags sm2)(q %b)))", 65,
	                    point) != 0
	    || gcry_sexp_build(&data, NULL, "(data (flags raw)(value %b))", 32, e) != 0
	    || gcry_sexp_build(&pair, NULL, "(sig-val (sm2 (r %b)(s %b)))", 32, r, 32, s) != 0)
		give_up("libgcrypt takes no SM2");
	answer = gcry_pk_verify(pair, data, key);
	gcry_sexp_release(key);
	gcry_sexp_release(data);
	gcry_sexp_release(pair);
	return answer == 0 ? 0 : 1;
}

static int verify_signed(const unsigned char *point, struct bytes file)
{
	struct bytes fields = take(&file, 0x30, NULL), message, bits;

	(void)take(&fields, 0x30, &message);
	if (fields.size > 0 && fields.data[0] == 0x04)
		return verify(point, message, take(&fields, 0x04, NULL));
	(void)take(&fields, 0x30, NULL);
	bits = take(&fields, 0x03, NULL);
	if (bits.size < 2 || bits.data[0] != 0)
		give_up("a signature that is no octets");
	return verify(point, message, (struct bytes){ bits.data + 1, bits.size - 1 });
}

int main(int argc, char **argv)
{
	const unsigned char *point;
	struct bytes file;

	if (argc != 3 && argc != 4)
		give_up("test-witness KEY SIGNED | KEY MESSAGE SIGNATURE");
	if (gcry_check_version(NULL) == NULL)
		give_up("libgcrypt");
	point = read_key(read_file(argv[1]));
	file = read_file(argv[2]);
	return argc == 4 ? verify(point, file, read_file(argv[3])) : verify_signed(point, file);
}
