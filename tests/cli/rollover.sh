#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A CA goes from one key to the next under the same name: both generations verify, the lists
# of both go on, and a key that is not needed any more is destroyed.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-ca2 root-journal sub-ca sub-ca2 sub-journal
custodian
root root
cps root
issued root zhang
zhang=$serial
subordinate sub root
expect 0 egov-crl publish --home root
cert=root/publish/cert
crl=root/publish/crl

# key_id FILE: the subject's; issuer_key_id FILE: the issuer's, without colons.
key_id() {
	openssl x509 -in "$1" -noout -ext subjectKeyIdentifier | tail -n 1 | tr -d ' :'
}
issuer_key_id() {
	openssl x509 -in "$1" -noout -ext authorityKeyIdentifier | sed 's/keyid//' | tail -n 1 |
		tr -d ' :'
}

# second_key HOME OBJECT: egovca.conf names it.
second_key() {
	echo "ca_2 = $(uri "$2")" >line
	sed -i -e '/^ca_2 = /d' -e '/^\[key\]/r line' "$1/egovca.conf"
}

# --- the new key is named first, and is a new one ---
expect 3 egov-init --home root --rollover
says '[key] ca_2'
second_key root root-journal
expect 3 egov-init --home root --rollover
says 'is one of this home already'
second_key root root-ca2
sed -i 's|^url = http://pki.test.invalid/crl/ca.crl|url = http://pki.test.invalid/list.crl|' \
	root/egovca.conf
expect 3 egov-init --home root --rollover
says '[crl] url_2'
sed -i 's|^url = http://pki.test.invalid/list.crl|url = http://pki.test.invalid/crl/ca.crl|' \
	root/egovca.conf
expect 2 egov-init --home root --rollover --self-signed
expect 0 egov-key states --home root
prints 'generation: 1' 'state: active'
grep -q 'generation: 2' "$out" && die 'a refused rollover left a generation'

# --- a root: certified anew, and by each other ---
expect 0 egov-init --home root --rollover
prints 'generation: 2' 'state: active'
expect 0 egov-key states --home root
prints 'state: retired' 'state: active' 'generation: 2'
consistent root
for name in ca ca2 ca2-by-ca ca-by-ca2; do
	expect 0 openssl x509 -inform DER -in $cert/$name.cer -noout
done
expect 0 openssl verify -no_check_time -vfyopt $ID -trusted $cert/ca2.pem $cert/ca2.pem
expect 0 openssl verify -no_check_time -vfyopt $ID -partial_chain -trusted $cert/ca.pem \
	$cert/ca2-by-ca.pem
expect 0 openssl verify -no_check_time -vfyopt $ID -partial_chain -trusted $cert/ca2.pem \
	$cert/ca-by-ca2.pem
[ "$(openssl x509 -in $cert/ca.pem -noout -subject)" = \
	"$(openssl x509 -in $cert/ca2.pem -noout -subject)" ] || die 'the name changed'
[ "$(key_id $cert/ca2-by-ca.pem)" = "$(key_id $cert/ca2.pem)" ] || die 'ca2-by-ca: another key'
[ "$(key_id $cert/ca-by-ca2.pem)" = "$(key_id $cert/ca.pem)" ] || die 'ca-by-ca2: another key'
[ "$(openssl x509 -in $cert/ca-by-ca2.pem -noout -enddate)" = \
	"$(openssl x509 -in $cert/ca.pem -noout -enddate)" ] ||
	die 'the old key is certified past its own end'

# --- certificates come from the new key alone ---
issued root wang
wang=$serial
[ "$(issuer_key_id wang.pem)" = "$(key_id $cert/ca2.pem)" ] || die "wang: not the new key's"
[ "$(issuer_key_id zhang.pem)" = "$(key_id $cert/ca.pem)" ] || die "zhang: not the old key's"
openssl x509 -in wang.pem -noout -text >text
grep -q 'URI:http://pki.test.invalid/crl/ca2.crl' text || die 'wang: names another list'
[ "$(sql root "select generation from certificate where hex(serial) = upper('$wang')")" -eq 2 ] ||
	die 'wang: the ledger names another key'

# --- each revocation is on the list of the key that issued ---
echo loss >loss.txt
for serial in "$zhang" "$wang"; do
	expect 0 egov-revoke --home root --serial "$serial" --reason superseded \
		--requested-by x --evidence loss.txt
done
issued root chen
expect 0 egov-crl publish --home root
prints 'generation: 1' 'generation: 2' 'entries: 1'
expect 0 egov-crl show --entries $crl/ca.crl
prints "$zhang"
grep -q "$wang" "$out" && die "the old key's list names what the new key issued"
expect 0 egov-crl show --entries $crl/ca2.crl
prints "$wang"
grep -q "$zhang" "$out" && die "the new key's list names what the old key issued"
expect 0 egov-crl check --issuer $cert/ca.pem --at 2026-11-22T09:00:00Z $crl/ca.crl
expect 0 egov-crl check --issuer $cert/ca2.pem --at 2026-11-22T09:00:00Z $crl/ca2.crl
expect 1 egov-crl check --issuer $cert/ca2.pem --at 2026-11-22T09:00:00Z $crl/ca.crl
openssl crl -inform DER -in $crl/ca.crl -noout -text >text
grep -q 'Issuing Distribution Point: critical' text || die 'the list does not say whose it is'
expect 0 egov-crl publish --if-due --home root
prints 'published: no'
consistent root

# --- with one root trusted, what both keys signed verifies, by lists too ---
verify() {
	egov-verify --at 2026-11-22T09:00:00Z --crl $crl/ca.crl --crl $crl/ca2.crl "$@"
}
issued root liu
expect 0 verify --require-revocation --trust $cert/ca2.pem liu.pem
expect 0 verify --require-revocation --trust $cert/ca.pem --untrusted $cert/ca2-by-ca.pem liu.pem
expect 1 verify --require-revocation --trust $cert/ca.pem --untrusted $cert/ca2-by-ca.pem wang.pem
says_or_prints() { cat "$out" "$err" | grep -q "$1" || die_showing "$ran: lacks: $1"; }
says_or_prints revoked
expect 1 verify --require-revocation --trust $cert/ca2.pem --untrusted $cert/ca-by-ca2.pem zhang.pem
says_or_prints revoked
expect 0 verify --trust $cert/ca2.pem --untrusted $cert/ca-by-ca2.pem chen.pem

# --- a retired key is destroyed with two people, or when all that it issued has ended ---
expect 3 egov-key destroy --home root --actor 赵 1
says 'live on'
expect 3 egov-key destroy --home root --actor 赵 2
says 'is active'
expect 3 egov-key destroy --home root --actor 赵 --second 赵 --reason x 1
says 'want two'
expect 1 egov-key destroy --home root --actor 赵 7
expect 2 egov-key destroy --home root --actor 赵 first
expect 0 egov-key info "$(uri root-ca)"
expect 0 egov-key destroy --home root --actor 赵 --second 钱 --reason '已更换密码机' 1
prints 'state: destroyed' 'found-in-token: yes'
expect 1 egov-key info "$(uri root-ca)"
expect 0 egov-key info "$(uri root-ca2)"
expect 3 egov-key destroy --home root --actor 赵 --second 钱 --reason x 1
says 'destroyed already'
expect 0 egov-crl publish --home root
grep -q 'generation: 1' "$out" && die 'a destroyed key signed a list'
prints 'generation: 2'
expect 0 egov-revoke --home root --serial "$(openssl x509 -in chen.pem -noout -serial |
	cut -d = -f 2)" --reason superseded --requested-by x --evidence loss.txt
consistent root

# --- a subordinate: the new key is active with its certificate ---
second_key sub sub-ca2
expect 0 egov-init --home sub --rollover --request-out sub2.csr
prints 'generation: 2' 'state: pending'
expect 0 egov-key states --home sub
prints 'state: active' 'state: pending'
internal_approved root sub2 sub-ca 示例签发CA
expect 0 egov-issue --home root --profile sub-ca --application "$id" --request sub2.csr \
	--out sub2.pem
expect 3 egov-init --home sub --install wang.pem --chain $cert/ca2.pem
expect 0 egov-init --home sub --install sub2.pem --chain $cert/ca2.pem
expect 0 egov-init --home sub --install sub2.pem --chain $cert/ca2.pem
expect 0 egov-key states --home sub
prints 'state: retired' 'state: active'
same sub2.pem sub/publish/cert/ca2.pem
cps sub
issued sub zhao
[ "$(issuer_key_id zhao.pem)" = "$(key_id sub2.pem)" ] || die "zhao: not the new key's"
expect 0 egov-crl publish --home sub
consistent sub
