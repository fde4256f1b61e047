#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Kinds of revocation lists: of CAs, of shards of users, delta lists.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal
custodian
root root --crl-url http://pki.example.cn/crl/ca.crl
cps root
echo loss >loss.txt
ca=root/publish/cert/ca.pem
lists=root/publish/crl

asks() {
	egov-revoke --home root --requested-by 张示例 --evidence loss.txt "$@"
}
# number LIST, entries LIST: of the list that is served.
number() {
	egov-crl show "$lists/$1.crl" | sed -n 's/^number: //p'
}
has() {
	expect 0 egov-crl show --entries "$lists/$1.crl"
	prints "$2" "$3"
}
# lacks LIST SERIAL
lacks() {
	expect 0 egov-crl show --entries "$lists/$1.crl"
	lacks_line "serial: $2"
}
lacks_line() {
	! grep -qx "$1" "$out" || die_showing "does not want: $1"
}
# shard CERT: the list that it names, by its file name.
named() {
	openssl x509 -in "$1" -noout -ext crlDistributionPoints |
		sed -n 's,.*/\([^/]*\)\.crl$,\1,p'
}

# --- one list: what was issued before stays on it ---
issued root before
before=$serial
expect 0 egov-crl publish --home root
lacks_line 'list: ca'
expect 0 egov-crl show $lists/ca.crl
! grep -q issuingDistributionPoint "$out" || die_showing 'one list says nothing of others'

# --- what the configuration may not say ---
try() {
	cp root/egovca.conf saved.conf
	sed -i "s|^maximum = .*|&\n$1|" root/egovca.conf
	expect "$2" egov-crl publish --home root
	says "$3"
	cp saved.conf root/egovca.conf
}
try 'shards = 1001' 3 shards
try 'delta_period = 1d' 3 'want delta_period and three times retry to be shorter'
try 'delta_period = 1h\ndelta_validity = 8d' 3 'no longer than validity'
sed -i 's|/crl/ca.crl|/crl/our.crl|' root/egovca.conf
try 'shards = 2' 3 'want [crl] url to end in /ca.crl'
try 'separate_ca = yes' 3 'want [crl] url to end in /ca.crl'
sed -i 's|/crl/our.crl|/crl/ca.crl|' root/egovca.conf
expect 3 egov-crl publish --home root --delta
says 'delta_period is not set'

# --- lists of CAs, of two shards, and delta lists ---
sed -i 's|^maximum = .*|&\nhold = yes\nseparate_ca = yes\nshards = 2\ndelta_period = 1h|' root/egovca.conf
printf 'freshest_crl = yes\n' >line
for profile in root/profiles/agency-sign*.conf root/profiles/civil-servant-sign*.conf; do
	sed -i '/^crl_distribution_point = yes/r line' "$profile"
done
s1='' s2=''
for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
	[ -z "$s1" ] || [ -z "$s2" ] || break
	issued root "user$n"
	case $(named "user$n.pem") in
	ca-s1) s1=$serial c1=user$n.pem ;;
	ca-s2) s2=$serial ;;
	*) die "user$n names no shard" ;;
	esac
done
case ,$s1,$s2, in *,,*) die 'all certificates are of one shard' ;; esac
expect 0 openssl x509 -in "$c1" -noout -text
prints 'X509v3 Freshest CRL' 'URI:http://pki.example.cn/crl/ca-s1-delta.crl'
request sub
internal_approved root sub sub-ca 示例签发CA
expect 0 egov-issue --home root --profile sub-ca --application "$id" --request sub.csr --out sub.pem
sub=$(value serial)
[ "$(named sub.pem)" = ca-arl ] || die "the CA's list is not the ARL"

EGOV_TEST_NOW=2026-11-22T09:00:00Z
expect 0 asks --reason cACompromise --serial "$sub"
expect 0 asks --reason superseded --serial "$s1"
expect 0 asks --hold --serial "$s2" --actor 李值班
expect 0 asks --reason superseded --serial "$before"
expect 0 egov-crl publish --home root
prints 'list: ca' 'list: ca-arl' 'list: ca-s1' 'list: ca-s2' 'list: ca-s2-delta'
has ca-arl "serial: $sub" 'reason: cACompromise'
has ca-s1 "serial: $s1" 'reason: superseded'
has ca-s2 "serial: $s2" 'reason: certificateHold'
has ca "serial: $before" 'reason: superseded'
for list in ca-s1 ca-s2 ca-arl; do
	lacks $list "$before"
	expect 0 egov-crl check --issuer $ca --at "$EGOV_TEST_NOW" $lists/$list.crl
done
lacks ca "$s1"
lacks ca-s2 "$s1"
expect 0 openssl crl -inform DER -in $lists/ca-arl.crl -noout -text
prints 'Only CA Certificates' 'URI:http://pki.example.cn/crl/ca-arl.crl' \
	'X509v3 Issuing Distribution Point: critical' 'X509v3 Freshest CRL' 'ca-arl-delta.crl'
expect 0 openssl crl -inform DER -in $lists/ca-s1.crl -noout -text
prints 'Only User Certificates' 'URI:http://pki.example.cn/crl/ca-s1.crl'
expect 0 openssl crl -inform DER -in $lists/ca-s2-delta.crl -noout -text
prints 'X509v3 Delta CRL Indicator: critical' 'No Revoked Certificates'
! grep -q Freshest "$out" || die_showing 'a delta list has no freshestCRL'
consistent root

# --- others read every kind ---
cat >reader.py <<'PYTHON'
import sys
from cryptography import x509
for name in sys.argv[1:]:
    with open(name, "rb") as f:
        crl = x509.load_der_x509_crl(f.read())
    print(name, len(crl), ",".join(sorted(e.oid._name for e in crl.extensions)))
    for entry in crl:
        print(entry.serial_number, [e.value for e in entry.extensions])
PYTHON
openssl x509 -in $ca -outform DER -out ca.der
others() {
	expect 0 python3 reader.py $lists/*.crl
	prints "cRLNumber"
	for list in "$lists"/*.crl; do
		expect 0 certtool --crl-info --inder --infile "$list"
		expect 0 openssl crl -inform DER -in "$list" -noout -text
		expect 0 "$O/test-witness" ca.der "$list"
	done
}
others
expect 0 python3 reader.py $lists/ca-s2.crl $lists/ca-s2-delta.crl $lists/ca-arl.crl
prints 'deltaCRLIndicator' 'issuingDistributionPoint' 'freshestCRL' 'certificate_hold'

# --- changes: released, revoked, put on hold ---
base=$(number ca-s2)
EGOV_TEST_NOW=2026-11-22T10:00:00Z
expect 0 asks --release --serial "$s2" --actor 周批准
expect 0 egov-crl publish --home root --delta
lacks_line 'list: ca-s2'
has ca-s2-delta "serial: $s2" 'reason: removeFromCRL'
[ "$(number ca-s2)" = "$base" ] || die 'the complete list was made again'
others
expect 0 python3 reader.py $lists/ca-s2-delta.crl
prints 'remove_from_crl'
expect 0 egov-crl show $lists/ca-s2-delta.crl
prints 'entries: 1'
expect 0 openssl crl -inform DER -in $lists/ca-s2-delta.crl -noout -text
prints 'Remove From CRL'
expect 0 egov-crl check --issuer $ca --at "$EGOV_TEST_NOW" $lists/ca-s2-delta.crl
consistent root
EGOV_TEST_NOW=2026-11-22T10:30:00Z
expect 0 egov-crl publish --home root --delta --if-due
prints 'published: no'
lacks_line 'published: yes'
EGOV_TEST_NOW=2026-11-22T11:00:00Z
expect 0 asks --reason keyCompromise --serial "$s2"
expect 0 egov-crl publish --home root --if-due
has ca-s2-delta "serial: $s2" 'reason: keyCompromise'
[ "$(number ca-s2)" = "$base" ] || die 'the complete list was not due'

# --- the next complete list has it, and its delta list nothing ---
EGOV_TEST_NOW=2026-11-23T10:00:00Z
expect 0 egov-crl publish --home root --if-due
has ca-s2 "serial: $s2" 'reason: keyCompromise'
expect 0 egov-crl show $lists/ca-s2-delta.crl
prints 'entries: 0'
consistent root

# --- fewer shards: what names a list keeps it ---
sed -i 's/^shards = 2/shards = 1/; /^separate_ca/d' root/egovca.conf
EGOV_TEST_NOW=2026-11-25T10:00:00Z
issued root later
[ "$(named later.pem)" = ca-s1 ] || die 'one shard is not the first'
expect 0 egov-crl publish --home root
prints 'list: ca-arl' 'list: ca-s2'
has ca-s2 "serial: $s2" 'reason: keyCompromise'

# --- a file of another list, or none, is made good ---
cp $lists/ca-s1.crl $lists/ca-s2.crl
expect 5 egov-record check --home root
says 'not one that the ledger holds'
EGOV_TEST_NOW=2026-11-25T10:30:00Z
expect 0 egov-crl publish --home root --if-due
has ca-s2 "serial: $s2" 'reason: keyCompromise'
rm $lists/ca-arl.crl
expect 0 egov-crl publish --home root --if-due
has ca-arl "serial: $sub" 'reason: cACompromise'
consistent root

# --- each ends with what it lists: an entry leaves after a list past its end, of its own kind ---
EGOV_TEST_NOW=2031-11-22T10:00:00Z
expect 0 egov-crl publish --home root
has ca-s1 "serial: $s1" 'reason: superseded'
EGOV_TEST_NOW=2031-11-23T10:00:00Z
expect 0 egov-crl publish --home root
lacks ca-s1 "$s1"
has ca-arl "serial: $sub" 'reason: cACompromise'
consistent root
