#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Issue, status, revoke, CRL: one certificate's life, with openssl as the witness.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal other-ca other-journal
custodian
root root
cps root
ca=root/publish/cert/ca.pem
crl=root/publish/crl/ca.crl

# --- issued to standard output, to a file, as DER ---
approved root one
expect 0 egov-issue --home root --profile agency-sign --application "$id" --request one.csr
cp "$out" one.pem
approved root two
expect 0 egov-issue --home root --profile agency-sign --application "$id" --request two.csr \
	--der --out two.der --validity 30d --json
prints '"serial":' '"not-after":"2026-12-22T08:00:00Z"'
issued root three
for name in one three; do
	expect 0 openssl verify -no_check_time -vfyopt $ID -partial_chain -trusted $ca $name.pem
done
expect 0 openssl x509 -inform DER -in two.der -noout -text
prints 'Signature Algorithm: SM2-with-SM3' 'Digital Signature, Non Repudiation' 'Policy: 2.999' \
	'URI:http://pki.test.invalid/crl/ca.crl' '1.2.156.10260.4.1.4'
expect 0 egov-verify --trust $ca --at 2026-11-22T09:00:00Z --purpose sign --explain one.pem
prints 'article19-'

# --- serials: 16 octets, rising, never twice ---
sql root 'select hex(serial) from certificate order by rowid' >serials 2>/dev/null ||
	sql root 'select hex(serial) from certificate' >serials
[ "$(sort -u serials | wc -l)" -eq 4 ] || die 'want four serials, the root included'
! grep -qvE '^[0-9A-F]{32}$' serials || die 'a serial is not of 16 octets'

# --- queries ---
expect 0 egov-status show --home root "$serial"
prints 'state: good' 'profile: agency-sign' 'cps-version: 1.0' "application: $id" \
	'keep-until: 2039-11-22T08:00:00Z'
expect 0 egov-status show --home root --pem "$serial"
cmp -s "$out" three.pem || die 'the ledger gives another certificate'
expect 0 egov-status show --home root three.pem
prints "serial: $serial"
expect 1 egov-status show --home root 00aa
says_only 'never issued'
expect 1 egov-status state --home root 00aa
prints 'state: unknown'
expect 0 egov-status state --home root "$(echo "$serial" | sed 's/../&:/g; s/:$//')"
prints 'state: good'
expect 0 egov-status state --home root --at 2046-11-22 "$serial"
prints 'state: expired'
expect 1 egov-status state --home root --at 2026-11-20 "$serial"
prints 'state: unknown'
expect 0 egov-status list --home root --subject 行政审批局
[ "$(grep -c '^serial: ' "$out")" -eq 3 ] || die_showing 'want three certificates of the agency'
expect 0 egov-status list --home root --subject 没有
[ ! -s "$out" ] || die_showing 'want none'

# --- an empty list, then a revocation ---
expect 0 egov-crl publish --home root
prints 'number: 1' 'entries: 0'
expect 0 egov-crl check --issuer $ca --at 2026-11-22T09:00:00Z $crl
prints 'verdict: good' 'signature: verified'
expect 1 egov-crl check --issuer $ca --at 2027-11-22 $crl
says_only 'stale'
expect 1 egov-crl check --issuer custodian.pem --at 2026-11-22T09:00:00Z $crl
expect 1 egov-crl check one.pem
expect 4 egov-crl check missing.crl
expect 0 egov-crl publish --home root --if-due
prints 'published: no'

echo loss >loss.txt
revoke() {
	egov-revoke --home root --requested-by 张示例 --evidence loss.txt "$@"
}
expect 2 revoke --reason keyCompromise
expect 2 revoke --reason keyCompromise --serial "$serial" --certificate one.pem
expect 2 revoke --reason lost --serial "$serial"
says 'keyCompromise'
expect 3 revoke --reason certificateHold --serial "$serial"
expect 1 revoke --reason keyCompromise --serial 00aa
says_only 'no certificate of this CA'
expect 1 revoke --reason keyCompromise --certificate custodian.pem
expect 3 revoke --reason keyCompromise --serial "$serial" --invalidity-date 2027-01-01
: >empty
expect 3 egov-revoke --home root --requested-by x --evidence empty --serial "$serial" \
	--reason keyCompromise
expect 4 egov-revoke --home root --requested-by x --evidence missing --serial "$serial" \
	--reason keyCompromise
expect 0 egov-status state --home root "$serial"
prints 'state: good'
expect 0 revoke --reason keyCompromise --serial "$serial" --invalidity-date 2026-11-20T00:00:00Z
prints 'state: revoked'
expect 3 revoke --reason superseded --serial "$serial"
says_only 'already'
expect 0 revoke --reason unspecified --certificate one.pem
expect 0 egov-status state --home root "$serial"
prints 'state: revoked' 'reason: keyCompromise' 'invalidity-date: 2026-11-20T00:00:00Z'

expect 0 egov-crl publish --home root
prints 'number: 2' 'entries: 2'
expect 0 egov-crl show --entries $crl
prints "$serial" 'keyCompromise'
expect 0 egov-crl check --issuer $ca --at 2026-11-22T09:00:00Z --serial "$serial" $crl
prints "serial: $serial" 'state: revoked' 'reason: keyCompromise' 'verdict: good'
expect 0 egov-crl check --serial 4711 --at 2026-11-22T09:00:00Z $crl
prints 'state: not-listed' 'signature: not checked'
expect 0 openssl crl -inform DER -in $crl -noout -text
prints 'Key Compromise' 'Invalidity Date' 'X509v3 CRL Number' 'Version 2'
! grep -q Unspecified "$out" || die 'reason unspecified was written (RFC 5280, 5.3.1)'
for number in 1 2; do
	[ -s root/publish/crl/ca-$number.crl ] || die "list $number is gone"
done
expect 1 egov-verify --trust $ca --crl $crl --at 2026-11-22T09:00:00Z three.pem
says 'revoked'
expect 0 egov-verify --trust $ca --crl root/publish/crl/ca-1.crl --at 2026-11-22T09:00:00Z \
	three.pem
expect 1 egov-verify --trust $ca --require-revocation --at 2026-11-22T09:00:00Z two.der

# --- the next day it is due; a clock set back signs nothing ---
EGOV_TEST_NOW=2026-11-23T08:00:00Z
expect 0 egov-crl publish --home root --if-due
prints 'published: yes' 'number: 3'
EGOV_TEST_NOW=2026-11-22T09:00:00Z
expect 4 egov-crl publish --home root
says_only 'clock'
EGOV_TEST_NOW=2026-11-23T08:00:00Z

# --- an entry leaves after it stood on a list past its certificate's end, not before ---
expect 0 revoke --reason superseded --certificate two.der
EGOV_TEST_NOW=2026-12-22T09:00:00Z
expect 0 egov-crl publish --home root
prints 'number: 4' 'entries: 3'
EGOV_TEST_NOW=2026-12-23T09:00:00Z
expect 0 egov-crl publish --home root
prints 'number: 5' 'entries: 2'
consistent root

# --- what is served is ours and not newer than the ledger ---
cp $crl last.crl
cp root/publish/crl/ca-4.crl $crl
expect 5 egov-record check --home root
says 'has number 4, but number 5 was published'
cp custodian.pem $crl
expect 5 egov-record check --home root
says 'is not one that the ledger holds'
expect 0 egov-crl publish --home root
prints 'number: 6'
consistent root
cp -r root restored
expect 0 egov-crl publish --home root
cp $crl restored/publish/crl/ca.crl
expect 5 egov-crl publish --home restored
says_only 'older than what was published'

# --- what lies where the list belongs: lost, old, forged, no file at all ---
last() {
	number=$(sql root 'select max(number) from crl')
	same root/publish/crl/ca-"$number".crl $crl
}
publish_if_due() {
	expect 0 egov-crl publish --home root --if-due
	prints 'published: no'
	last
}
rm $crl
publish_if_due
cp root/publish/crl/ca-4.crl $crl
publish_if_due
root other >other.log
expect 0 egov-crl publish --home other
expect 0 egov-crl publish --home other
sql other "update counter set value = 1000 where name = 'crl'"
expect 0 egov-crl publish --home other
prints 'number: 1001'
cp other/publish/crl/ca.crl $crl        # the same name, a higher number, another key
publish_if_due
[ "$(entries root publish)" -eq "$(sql root 'select count(*) from crl where published')" ] ||
	die 'a list was noted as published twice'
rm $crl
mkfifo $crl
expect 3 timeout 20 egov-crl publish --home root --if-due
says_only 'not a regular file'
expect 3 timeout 20 egov-record check --home root
rm $crl
publish_if_due
consistent root

# --- past 2049 ---
EGOV_TEST_NOW=2049-12-30T00:00:00Z
issued root late
expect 0 openssl x509 -in late.pem -noout -dates
prints 'notBefore=Dec 30 00:00:00 2049 GMT' 'notAfter=Dec 30 00:00:00 2052 GMT'
expect 0 openssl asn1parse -in late.pem
prints 'UTCTIME           :491230000000Z' 'GENERALIZEDTIME   :20521230000000Z'
EGOV_TEST_NOW=2050-01-02T00:00:00Z
expect 0 revoke --reason superseded --certificate late.pem
expect 0 egov-crl publish --home root
expect 0 openssl crl -inform DER -in $crl -noout -text
prints 'Revocation Date: Jan  2 00:00:00 2050 GMT'
expect 0 egov-crl check --issuer $ca --at 2050-01-02T01:00:00Z $crl
consistent root
