#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# SoftHSM 2 makes keys on the SM2 curve but has no SM2: every command says so once, with its
# exit code, and leaves nothing behind.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

hsm=/usr/lib/softhsm/libsofthsm2.so
[ -r "$hsm" ] || skip "no $hsm"
umask 077
mkdir tokens
printf 'directories.tokendir = %s/tokens\nlog.level = ERROR\n' "$D" >softhsm2.conf
SOFTHSM2_CONF=$D/softhsm2.conf
export SOFTHSM2_CONF
echo 87654321 >so-pin
echo 12345678 >pin
printf '[softhsm]\nlibrary = softhsm\nckm_sign_e = 0x1041\nckm_keygen = 0x1040\n' >map.conf
key_of() {
	printf 'pkcs11:token=hsm;object=%s?module-path=%s&pin-source=file:%s/pin' "$1" "$hsm" "$D"
}

expect 0 egov-key init-token --module "$hsm" --label hsm --so-pin-file so-pin --pin-file pin
# p256 LABEL ID: a key on P-256, by a tool of others.
p256() {
	expect 0 env LD_PRELOAD="${EGOV_PRELOAD:-}" ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" \
		pkcs11-tool --module "$hsm" --token-label hsm --login --pin 12345678 --keypairgen \
		--key-type EC:prime256v1 --label "$1" --id "$2"
}
p256 nist 01
expect 0 egov-key list "$(key_of nist)"
prints 'algorithm: unknown' 'unusable: the key is not an SM2 key (key type 0x3)' 'label: nist'
expect 3 egov-key selftest "$(key_of nist)"
says_only "no mechanism mapping fits module $hsm"
expect 3 egov-key selftest --module-map map.conf "$(key_of nist)"
says_only 'the key is not an SM2 key'
expect 3 egov-key generate "$(key_of new)"
says_only 'no mechanism mapping fits'

# What signs with ECDSA under an SM2 key is found out at once, and the pair is taken away.
expect 4 egov-key generate --module-map map.conf "$(key_of new)"
says_only 'does not verify with the public key: wrong mechanism, another key, or ECDSA instead of SM2'
expect 1 egov-key list "$(key_of new)"
says_only 'no private key matches'

# No CA on such a key.
custodian
expect 3 egov-init --home ca --test --subject 'C=CN, O=示例中心, CN=示例根CA' --key "$(key_of nist)" \
	--journal-key "$(key_of nist)" --custodian custodian.pem --self-signed
says_only 'no mechanism mapping fits'
[ ! -e ca ] || die 'a home was made'

# PINs and names.
echo 00000000 >pin
expect 3 egov-key list "$(key_of nist)"
says_only 'token hsm: wrong PIN; few tries are left'
echo 12345678 >pin
expect 0 egov-key list "$(key_of nist)"
expect 1 egov-key list "$(key_of nist | sed 's/token=hsm/token=none/')"
says_only 'no such token; found: hsm'
