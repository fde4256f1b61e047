#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Henan, Art. 16: an authority that presents its papers sees exactly what it asked for, on two people's
# signatures, and an entry tells; nobody sees anything without.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal prod-ca prod-journal
custodian
first_people
person 赵审计
custodian_uri="file:$D/custodian.sealed?pin-source=file:$D/person-pin"
expect 0 openssl pkcs8 -topk8 -in custodian.key -v2 aes-256-cbc -passout file:person-pin -out custodian.sealed
chmod 600 custodian.sealed
root root
cps root
for name in one two three; do
	issued root $name
	eval "$name=$serial"
done
ca=root/publish/cert/ca.pem
paper=国安函2026-11号
lawful() {
	egov-record lawful --home root --custodian-key "$custodian_uri" "$@"
}

# --- nothing without its papers, and nothing but what is asked for ---
# shellcheck disable=SC2154 # set by eval
{
	expect 2 lawful --out none "$one"
	expect 2 lawful --paper '' --out none "$one"
	expect 2 lawful --paper $paper --out none
	expect 2 egov-record lawful --home root --paper $paper --out none "$one"
	expect 2 lawful --paper $paper --out none "$one" "$one"
	says_only 'given twice'
	expect 2 lawful --paper $paper --out none zz
	expect 1 lawful --paper $paper --out none "$one" 00aa
	says_only '00aa: no certificate of this CA'
	[ ! -e none ] || die 'something was copied'
	[ "$(entries root pack)" -eq 0 ] || die 'something was ordered'
	expect 0 lawful --paper $paper --out asked "$three" "$one"
	prints "case: $paper" 'form: lawful' 'certificates: 2'
	manifest=$(value manifest-sm3)
	expect 0 egov-record verify-pack --trust $ca --manifest-sm3 "$manifest" asked
	prints 'certificates: 2'
	[ "$(cd asked/evidence && echo *)" = "$(printf '%s\n' "$one.der" "$three.der" | sort | xargs)" ] ||
		die 'other records than those'
	! grep -rq "$two" asked || die 'what was not asked for is in it'
}
grep -rqF 张示例 asked/private || die 'it does not have what is sealed'
grep -qF "$paper" asked/index.html || die 'the page does not name the paper'
expect 0 egov-record list --home root --kind pack
prints 'form: lawful' "case: $paper" 'count: 2'
[ "$(entries root packed)" -eq 1 ] || die 'not recorded that it was made'
expect 3 lawful --paper $paper --out asked "$one"
consistent root

# --- whose records were destroyed ---
EGOV_TEST_NOW=2040-01-01T00:00:00Z
expect 0 egov-record purge --home root --confirm 3
expect 1 lawful --paper $paper --out none "$one"
EGOV_TEST_NOW=2026-11-22T08:00:00Z

# --- in a production home: two signatures, of both sides, over exactly this ---
# shellcheck disable=SC2086 # options and their values
expect 0 egov-init --home prod --subject 'C=CN, O=示例中心, CN=示例根CA' --key "$(uri prod-ca)" \
	--journal-key "$(uri prod-journal)" --custodian custodian.pem --self-signed \
	--allow-software --crl-url http://pki.example.cn/ca.crl \
	--ca-issuers-url http://pki.example.cn/ca.cer --ocsp-url http://ocsp.example.cn/ $people
expect 0 as 审计管理员 egov-operator add --home prod --roles auditor --certificate 赵审计.pem 赵审计
own=$(sql prod 'select lower(hex(serial)) from certificate')
asks() {
	egov-record lawful --home prod --custodian-key "$custodian_uri" "$@" "$own"
}
expect 3 asks --paper $paper --out none --actor 某人
expect 3 asks --paper $paper --out none
expect 3 as 赵审计 egov-record lawful --home prod --custodian-key "$custodian_uri" --paper $paper \
	--out none "$own"
refusals=$(entries prod refused)
expect 3 as 管理员 egov-record lawful --home prod --custodian-key "$custodian_uri" --paper $paper \
	--out none "$own"
[ "$(entries prod refused)" -eq $((refusals + 1)) ] || die 'the refusal is not journalled'
[ ! -e none ] || die 'something was copied on one signature'
expect 0 asks --paper $paper --out none --to-sign matter
expect 0 egov-operator show matter
prints 'act: record-lawful' "case: $paper" 'form: lawful' 'count: 1' 'list-sm3: '
expect 0 egov-operator sign --key "$(key_uri 审计管理员)" --certificate 审计管理员.pem --out approval matter
# Another paper is not what was signed; nor is a pack.
expect 3 as 管理员 egov-record lawful --home prod --custodian-key "$custodian_uri" --paper other \
	--approval approval --out none "$own"
expect 3 as 管理员 egov-record pack --home prod --case $paper --full --custodian-key "$custodian_uri" \
	--approval approval --out none
expect 0 as 管理员 egov-record lawful --home prod --custodian-key "$custodian_uri" --paper $paper \
	--approval approval --out shown "$own"
prints 'form: lawful'
expect 0 egov-record verify-pack --trust prod/publish/cert/ca.pem shown
[ "$(sql prod "select count(*) from journal where kind = 'approval' and subject = 'pack'")" -eq 2 ] ||
	die 'want two signatures'
consistent prod
