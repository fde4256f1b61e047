#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# egov-init: roots, subordinates, what is refused, and nothing half-made.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal sub-ca sub-journal
custodian
first_people

# --- a root ---
root root
prints 'home: root' 'serial: '
for file in egovca.conf ledger.db custodian.pem profiles/agency-sign.conf publish/cert/ca.pem \
	publish/cert/ca.cer; do
	[ -s "root/$file" ] || die "root/$file is missing"
done
[ ! -e .egov-tmp-init-root ] || die 'the temporary home was left'
expect 0 openssl verify -no_check_time -CAfile root/publish/cert/ca.pem root/publish/cert/ca.pem
expect 0 openssl x509 -in root/publish/cert/ca.pem -noout -text
prints 'CA:TRUE' 'Certificate Sign, CRL Sign' 'Signature Algorithm: SM2-with-SM3'
consistent root

# --- the place is taken ---
expect 3 egov-init --home root --test --subject 'C=CN, O=x, CN=x' --key "$(uri root-ca)" \
	--journal-key "$(uri root-journal)" --custodian custodian.pem --self-signed
says_only 'root: exists already'
mkdir full && touch full/file
expect 3 egov-init --home full --test --subject 'C=CN, O=x, CN=x' --key "$(uri root-ca)" \
	--journal-key "$(uri root-journal)" --custodian custodian.pem --self-signed
[ -e full/file ] || die 'a file that was in the way is gone'

# --- what is refused leaves nothing ---
refused() {
	code=$1 text=$2
	shift 2
	expect "$code" egov-init --home new "$@"
	says_only "$text"
	[ ! -e new ] || die 'a home was left'
	[ -z "$(find . -maxdepth 1 -name '.egov-tmp-*')" ] || die 'a temporary home was left'
}
C="--custodian custodian.pem"
# shellcheck disable=SC2086 # words
{
	refused 3 'journal key is the CA key' --test --subject 'C=CN, O=x, CN=x' \
		--key "$(uri root-ca)" --journal-key "$(uri root-ca)" $C --self-signed
	refused 3 'subject' --test --subject 'CN=x, C=CN' --key "$(uri root-ca)" \
		--journal-key "$(uri root-journal)" $C --self-signed
	refused 3 'software' --subject 'C=CN, O=x, CN=x' --key "$(uri root-ca)" \
		--journal-key "$(uri root-journal)" $C --self-signed $people
	refused 4 'missing' --test --subject 'C=CN, O=x, CN=x' --key "$(uri missing)" \
		--journal-key "$(uri root-journal)" $C --self-signed
	refused 4 'no.pem' --test --subject 'C=CN, O=x, CN=x' --key "$(uri root-ca)" \
		--journal-key "$(uri root-journal)" --custodian no.pem --self-signed
	refused 3 'visible ASCII' --test --subject 'C=CN, O=x, CN=x' \
		--key "$(uri root-ca)" --journal-key "$(uri root-journal)" $C --self-signed \
		--crl-url "$(printf 'http://x\n[key]\nallow_software = yes')"
	refused 3 'organizationName' --test --subject 'C=CN, O=a \; b, CN=x' \
		--key "$(uri root-ca)" --journal-key "$(uri root-journal)" $C --self-signed
	refused 2 'either --self-signed or --request-out' --test --subject 'C=CN, O=x, CN=x' \
		--key "$(uri root-ca)" --journal-key "$(uri root-journal)" $C
	refused 2 'a home needs' --test --subject 'C=CN, O=x, CN=x'
}

# --- a production home takes software keys only when told, and says so in its journal ---
# shellcheck disable=SC2086 # options and their values
expect 0 egov-init --home production --subject 'C=CN, O=x, CN=x' --key "$(uri root-ca)" \
	--journal-key "$(uri root-journal)" --custodian custodian.pem --self-signed \
	--allow-software $people
sql production "select body from journal where kind = 'init'" >"$out"
prints '"allow-software":"yes"' '"ca-key":"software"'
grep -q 'use = production' production/profiles/root-ca.conf || die 'test profiles in production'
# EGOV_TEST_NOW does not count there.
expect 0 openssl x509 -in production/publish/cert/ca.pem -noout -startdate
! grep -q 'Nov 22 08:00:00 2026' "$out" || die 'a production home took EGOV_TEST_NOW'
sed -i 's/^use = production/use = test/' production/egovca.conf
expect 3 egov-record check --home production
says_only 'made for production'

# --- a subordinate CA ---
cps root
expect 0 egov-init --home sub --test --subject 'C=CN, O=示例中心, CN=示例签发CA' \
	--key "$(uri sub-ca)" --journal-key "$(uri sub-journal)" --custodian custodian.pem \
	--request-out sub.csr
expect 0 egov-init --home sub --request-out again.csr
same sub.csr again.csr
expect 0 openssl req -in sub.csr -verify -vfyopt $ID -noout
says 'verify OK'
expect 3 egov-crl publish --home sub
says_only 'no certificate yet'

echo ceremony >ceremony.txt
cat >sub.application <<APPLICATION
[application]
profile = sub-ca
[holder]
kind = internal
organization = 示例中心
name = 示例签发CA
[key]
public_key_sm3 = $(key_digest sub.csr)
[proof.ceremony]
method = two custodians and a witness
operator = 赵见证
time = 2026-11-21T00:00:00Z
evidence = ceremony.txt
APPLICATION
expect 0 egov-apply submit --home root sub.application
expect 3 egov-apply review --home root --actor 甲 A000001
says_only 'internal'
expect 0 egov-apply approve --home root --actor 甲 A000001
expect 3 egov-issue --home root --profile sub-ca --application A000001 --request sub.csr
says_only 'not approved'
expect 3 egov-apply approve --home root --actor 甲 A000001
says_only 'another person'
expect 0 egov-apply approve --home root --actor 乙 A000001
expect 0 egov-issue --home root --profile sub-ca --application A000001 --request sub.csr \
	--out sub.pem
expect 3 egov-init --home sub --install root/publish/cert/ca.pem
says_only 'not this CA'
expect 3 egov-init --home sub --install sub.pem --chain custodian.pem
says 'sub.pem'
expect 0 egov-init --home sub --install sub.pem --chain root/publish/cert/ca.pem
prints 'path: verified'
expect 0 egov-init --home sub --install sub.pem --chain root/publish/cert/ca.pem
same sub.pem sub/publish/cert/ca.pem
expect 0 egov-crl publish --home sub
consistent sub
consistent root
