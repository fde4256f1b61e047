/* SPDX-License-Identifier: Apache-2.0 */
/* What starting a program that needs libcrypto costs before it does anything. */
#include <openssl/crypto.h>

int main(int argc, char **argv)
{
	(void)argv;
	/* A reference, so that the linker keeps the library. */
	return argc > 1000 ? (int)OpenSSL_version_num() : 0;
}
