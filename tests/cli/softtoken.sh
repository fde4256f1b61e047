#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The software token in the hands of programs that others wrote: pkcs11-tool and p11tool.
#
# They know nothing of a sanitizer that the module may be built with, so its runtime is loaded
# before them: $EGOV_PRELOAD, which tests/run.sh finds for gcc (libasan.so, shared by default)
# and for clang (libclang_rt.asan-ARCH.so; clang links nothing into a module, so the
# shared runtime serves it without -shared-libasan).  Their own leaks are none of ours.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"

umask 077
module=$O/egov-softtoken.so
[ -f "$module" ] || skip "no software token"
command -v pkcs11-tool >/dev/null || skip "no pkcs11-tool"
command -v p11tool >/dev/null || skip "no p11tool"
EGOV_SOFTTOKEN_DIR=$PWD/tokens
export EGOV_SOFTTOKEN_DIR
so=87654321 pin=123456

# foreign COMMAND...
foreign() {
	env LD_PRELOAD="${EGOV_PRELOAD:-}" ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" "$@"
}
tool() {
	foreign pkcs11-tool --module "$module" "$@"
}
p11() {
	foreign p11tool --provider "$module" --batch "$@"
}

# --- making the token -------------------------------------------------------------------

expect 0 tool -L
prints 'software slot for a new token' 'uninitialized'
expect 0 tool --init-token --slot-index 0 --label 'cli token' --so-pin $so
[ "$(stat -c %a tokens)" = 700 ] || die "the directory is open to others"
[ "$(stat -c %a tokens/*.token)" = 600 ] || die "the file is open to others"
expect 1 tool --token-label 'cli token' --login --pin $pin -O
says CKR_USER_PIN_NOT_INITIALIZED
expect 1 tool --token-label 'cli token' --login --login-type so --so-pin 00000000 --init-pin --new-pin $pin
says CKR_PIN_INCORRECT
expect 0 tool --token-label 'cli token' --login --login-type so --so-pin $so --init-pin --new-pin 000000
expect 0 tool --token-label 'cli token' --login --pin 000000 --change-pin --new-pin $pin
expect 1 tool --token-label 'cli token' --login --pin 000000 -O
says CKR_PIN_INCORRECT
expect 1 tool --token-label 'cli token' --login --pin $pin --change-pin --new-pin 12345
says CKR_PIN_LEN_RANGE

# --- what they see ------------------------------------------------------------------------

expect 0 tool -L
prints 'cli token' 'token model        : software' 'token manufacturer : libegovca' 'PIN initialized' \
	'pin min/max        : 6/64'
expect 0 tool -I
prints 'SM2 software token (uncertified)'
expect 0 tool --token-label 'cli token' -M
prints 0x80008001 0x80008104 0x80008100 0x80008200 0x80009001 'generate_key_pair' \
	'sign, verify' 'decrypt' 'digest'
[ "$(grep -c keySize "$out")" -eq 4 ] || die "more mechanisms than were said"
if grep -q ECDSA "$out"; then die "it offers ECDSA"; fi
expect 0 p11 --list-tokens
prints 'token=cli%20token' 'Model: software'

echo $pin >pin
expect 0 egov-key generate "pkcs11:token=cli%20token;object=signer;id=%01?module-path=$module&pin-source=file:$PWD/pin"

expect 0 tool --token-label 'cli token' -O
prints 'Public Key Object' 'label:      signer'
if grep -q 'Private Key' "$out"; then die "a private key shows without a login"; fi
expect 0 tool --token-label 'cli token' --login --pin $pin -O
prints 'Private Key Object' 'Public Key Object' 'EC_PARAMS:  06082a811ccf5501822d' 'never extractable'
point=$(sed -n 's/^ *EC_POINT: *0441//p' "$out" | head -n 1)
expect 0 env GNUTLS_PIN=$pin LD_PRELOAD="${EGOV_PRELOAD:-}" ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" \
	p11tool --provider "$module" --batch --login --list-all 'pkcs11:token=cli%20token'
prints 'object=signer' 'type=private' 'type=public' 'CKA_SENSITIVE'

expect 0 tool --token-label 'cli token' --login --pin $pin --test
prints 'No errors'

# --- signatures, judged by openssl ------------------------------------------------------------

# r || s of a file as DER.
raw_to_der() {
	hex=$(od -An -v -tx1 "$1" | tr -d ' \n')
	[ ${#hex} -eq 128 ] || die "a signature of $((${#hex} / 2)) octets"
	printf 'asn1=SEQUENCE:both\n[both]\nr=INTEGER:0x%s\ns=INTEGER:0x%s\n' \
		"$(echo "$hex" | cut -c1-64)" "$(echo "$hex" | cut -c65-128)" >asn1.cnf
	openssl asn1parse -genconf asn1.cnf -noout -out "$2"
}

[ ${#point} -eq 130 ] || die "the point that pkcs11-tool prints is not one: $point"
unhex "3059301306072a8648ce3d020106082a811ccf5501822d034200$point" >spki.der
openssl pkey -pubin -inform DER -in spki.der -out pub.pem

echo 'a message' >message
expect 0 tool --token-label 'cli token' --login --pin $pin --sign --mechanism 0x80008100 --id 01 \
	--input-file message --output-file message.raw
raw_to_der message.raw message.der
verify() {
	openssl dgst -sm3 -verify pub.pem -sigopt "distid:$1" -signature "$2" message
}
expect 0 verify 1234567812345678 message.der
prints 'Verified OK'
expect 1 verify 1234567812345679 message.der

head -c 32 /dev/urandom >e
expect 0 tool --token-label 'cli token' --login --pin $pin --sign --mechanism 0x80008104 --id 01 \
	--input-file e --output-file e.raw
raw_to_der e.raw e.der
expect 0 openssl pkeyutl -verify -pubin -inkey pub.pem -in e -sigfile e.der
prints 'Verified Successfully'
head -c 32 /dev/urandom >other
expect 1 openssl pkeyutl -verify -pubin -inkey pub.pem -in other -sigfile e.der
expect 0 tool --token-label 'cli token' --login --pin $pin --verify --mechanism 0x80008104 --id 01 \
	--input-file e --signature-file e.raw
prints 'Signature is valid'
expect 0 tool --token-label 'cli token' --login --pin $pin --hash --mechanism 0x80009001 \
	--input-file message --output-file message.sm3
openssl dgst -sm3 -binary message >wanted.sm3
same message.sm3 wanted.sm3

# What is refused.
expect 1 tool --token-label 'cli token' --login --pin $pin --sign --mechanism ECDSA --id 01 \
	--input-file e --output-file ecdsa.raw
says CKR_MECHANISM_INVALID
expect 1 tool --token-label 'cli token' --login --pin $pin --sign --mechanism 0x80008104 --id 01 \
	--input-file message --output-file short.raw
[ ! -s short.raw ] || die "ten octets were signed as e"

# --- removing -----------------------------------------------------------------------------------

expect 0 tool --token-label 'cli token' --login --pin $pin --delete-object --type privkey --id 01
expect 0 tool --token-label 'cli token' --login --pin $pin -O
if grep -q 'Private Key' "$out"; then die "the private key is still there"; fi
expect 0 tool --token-label 'cli token' --init-token --label again --so-pin $so
expect 0 tool --token-label again -O
if grep -q 'Public Key' "$out"; then die "the public key is still there"; fi
