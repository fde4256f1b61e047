#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A PKCS #11 token that dies between any two calls.  CRASH_POINTS=all tries every call.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"
# shellcheck source=tests/cli_dies.sh
. "$SRC/tests/cli_dies.sh"

printf '[nasty]\nlibrary = nasty\nckm_sign_e = 0x80008104\n' >nasty.conf
(umask 077 && echo 12345678 >nasty-pin)
nasty() {
	printf 'pkcs11:token=nasty;object=%s?module-path=%s&pin-source=file:%s' \
		"$1" "$O/nasty-p11.so" "$D/nasty-pin"
}
custodian
expect 0 egov-init --home root --test --subject 'C=CN, O=示例中心, CN=示例根CA' \
	--key "$(nasty one)" --journal-key "$(nasty two)" --custodian custodian.pem --self-signed \
	--module-map nasty.conf
cps root
issued root old
lost=$serial
approved root zhang
expect 0 egov-crl publish --home root
echo loss >loss.txt
EGOV_TEST_NOW=2026-11-22T08:30:00Z

made="--test --subject 'C=CN, O=x, CN=x' --key '$(nasty one)' --journal-key '$(nasty two)' \
	--custodian custodian.pem --module-map nasty.conf"
command_of() {
	case $1 in
	issue) echo "exec egov-issue --home work --profile agency-sign --application $id" \
		"--request zhang.csr --out work.pem" ;;
	publish) echo "exec egov-crl publish --home work" ;;
	init) echo "exec egov-init --home made $made --self-signed" ;;
	request) echo "exec egov-init --home made $made --request-out made.csr" ;;
	esac
}

# CKR_DEVICE_ERROR, _DEVICE_REMOVED, _SESSION_HANDLE_INVALID
says_code() {
	case $1 in
	0x00000030) says "CKR_DEVICE_ERROR ($1)" ;;
	0x00000032) says "CKR_DEVICE_REMOVED ($1)" ;;
	0x000000b3) says "CKR_SESSION_HANDLE_INVALID ($1)" ;;
	esac
}

dies NASTY '0x00000032 0x000000b3 0x00000030' issue publish init request

# --- revoking needs no token: it works while the token is away ---
fresh_work
NASTY=removed expect 0 egov-revoke --home work --serial "$lost" --reason superseded \
	--requested-by x --evidence loss.txt
consistent work
