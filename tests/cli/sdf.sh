#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A CA whose keys are in a crypto device behind GM/T 0018: from the making of its home to
# certificates and lists; and the device that fails at any of its calls.
# CRASH_POINTS=all tries every call and code instead of some.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"
# shellcheck source=tests/cli_dies.sh
. "$SRC/tests/cli_dies.sh"

library=$O/fake-sdf.so
(umask 077 && echo sdf-pass >pass)
# device INDEX [ATTRIBUTES]
device() {
	echo "sdf:lib=$library;index=$1${2:-}?pin-source=file:$D/pass"
}

# --- egov-key tells of it; it makes no keys there ---
expect 0 egov-key info "$(device 1)"
prints "key: sdf:lib=$library;index=1" 'algorithm: sm2' 'software: no' \
	'manufacturer: tests of libegovca' 'serial: 2026112200000001' 'index: 1'
expect 0 egov-key info --json "$(device 1 ';software=yes')"
prints '"software":"yes"'
expect 0 egov-key selftest "$(device 2)"
expect 0 egov-key pubkey --out pub.pem "sdf:lib=$library;index=1"
expect 0 openssl pkey -pubin -in pub.pem -noout
for command in list generate; do
	expect 3 egov-key $command "$(device 1)"
	says_only 'in tokens (pkcs11:...) alone'
done
expect 1 egov-key info "$(device 7)"
says_only 'SDF_ExportSignPublicKey_ECC: SDR_KEYNOTEXIST (0x01000008)'
expect 3 egov-key info "$(device one)"
says_only 'index'
(umask 077 && echo wrong >wrong)
expect 3 egov-key info "sdf:lib=$library;index=1?pin-source=file:$D/wrong"
says_only 'SDR_PARDENY (0x01000007)'

# --- a production home takes it for a device, unless it is declared to be software ---
custodian
first_people
home() {
	egov-init --subject 'C=CN, O=示例中心, CN=示例根CA' --custodian custodian.pem --self-signed "$@"
}
# shellcheck disable=SC2086 # several options
expect 3 home $people --home soft --key "$(device 1 ';software=yes')" --journal-key "$(device 2)" \
	--crl-url http://pki.example.cn/ca.crl --ca-issuers-url http://pki.example.cn/ca.cer
says_only 'lives in software'
# shellcheck disable=SC2086 # several options
expect 0 home $people --home hard --key "$(device 1)" --journal-key "$(device 2)" \
	--crl-url http://pki.example.cn/ca.crl --ca-issuers-url http://pki.example.cn/ca.cer
expect 0 sql hard "select body from journal where kind = 'init'"
prints '"ca-key":"device"' '"journal-key":"device"' '"allow-software":"no"'
consistent hard

# --- certificates and lists, which others verify too ---
expect 0 home --home root --test --key "$(device 1)" --journal-key "$(device 2)"
cps root
ca=root/publish/cert/ca.pem
issued root zhang
expect 0 openssl verify -no_check_time -vfyopt $ID -partial_chain -trusted $ca zhang.pem
expect 0 egov-verify --at 2026-11-22T09:00:00Z --trust $ca --purpose sign zhang.pem
expect 0 egov-crl publish --home root
expect 0 egov-crl check --issuer $ca --at 2026-11-22T09:00:00Z root/publish/crl/ca.crl
consistent root

# --- the device dies at a call ---
approved root li
EGOV_TEST_NOW=2026-11-22T08:30:00Z
command_of() {
	case $1 in
	issue) echo "exec egov-issue --home work --profile agency-sign --application $id" \
		"--request li.csr --out work.pem" ;;
	publish) echo "exec egov-crl publish --home work" ;;
	init) echo "exec egov-init --home made --test --subject 'C=CN, O=x, CN=x'" \
		"--key '$(device 1)' --journal-key '$(device 2)' --custodian custodian.pem --self-signed" ;;
	esac
}
says_code() {
	case $1 in
	0x01000003) says "SDR_COMMFAIL ($1)" ;;
	0x01000004) says "SDR_HARDFAIL ($1)" ;;
	0x0100000d) says "SDR_SIGNERR ($1)" ;;
	esac
}
dies SDF '0x01000003 0x01000004 0x0100000d' issue publish init
