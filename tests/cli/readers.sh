#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Others read every kind of list that we make: complete, of shards, of CAs, delta.  With SM2: OpenSSL
# over the bytes that were signed, libgcrypt; GnuTLS and Python for the form.  The same lists under a
# P-256 signature: `openssl verify` and `certtool` as they are.
set -eu
s1='' s2=''
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal
custodian
root root --crl-url http://pki.example.cn/crl/ca.crl
cps root
echo loss >loss.txt
lists=root/publish/crl
issued root before
before=$serial
sed -i 's|^maximum = .*|&\nhold = yes\nseparate_ca = yes\nshards = 2\ndelta_period = 1h|' root/egovca.conf
named() {
	openssl x509 -in "$1" -noout -ext crlDistributionPoints | sed -n 's,.*/\([^/]*\)\.crl$,\1,p'
}
for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
	[ -z "$s1" ] || [ -z "$s2" ] || break
	issued root "user$n"
	case $(named "user$n.pem") in
	ca-s1) s1=$serial ;;
	ca-s2) s2=$serial ;;
	esac
done
request sub
internal_approved root sub sub-ca 示例签发CA
expect 0 egov-issue --home root --profile sub-ca --application "$id" --request sub.csr --out sub.pem
sub=$(value serial)
asks() {
	expect 0 egov-revoke --home root --requested-by 张示例 --evidence loss.txt "$@"
}
EGOV_TEST_NOW=2026-11-22T09:00:00Z
asks --reason cACompromise --serial "$sub"
asks --reason keyCompromise --invalidity-date 2026-11-20T00:00:00Z --serial "$s1"
asks --hold --serial "$s2" --actor 李值班
asks --reason unspecified --serial "$before"
expect 0 egov-crl publish --home root
EGOV_TEST_NOW=2026-11-22T10:00:00Z
asks --release --serial "$s2" --actor 周批准
expect 0 egov-crl publish --home root --delta

# --- with SM2 ---
cat >parts.py <<'PYTHON'
# parts.py LIST: writes tbs, signature; parts.py LIST p256: the same list as one of P-256, unsigned
import sys
from cryptography import x509
der = open(sys.argv[1], "rb").read()
crl = x509.load_der_x509_crl(der)
tbs = crl.tbs_certlist_bytes
sm2 = bytes.fromhex("300a06082a811ccf55018375")
p256 = bytes.fromhex("300a06082a8648ce3d040302")
assert tbs.count(sm2) == 1 and der.count(sm2) == 2
if len(sys.argv) > 2:
    tbs = tbs.replace(sm2, p256)
open("tbs", "wb").write(tbs)
open("signature", "wb").write(crl.signature)
print("entries:", len(crl))
for entry in crl:
    print("%x" % entry.serial_number, [e.value for e in entry.extensions])
print([(e.oid._name, e.critical) for e in crl.extensions])
PYTHON
cat >join.py <<'PYTHON'
import sys
def tlv(tag, *parts):
    body = b"".join(parts)
    n = len(body)
    octets = (n.bit_length() + 7) // 8
    size = bytes([n]) if n < 128 else bytes([0x80 + octets]) + n.to_bytes(octets, "big")
    return bytes([tag]) + size + body
tbs, signature = open("tbs", "rb").read(), open("signature", "rb").read()
open(sys.argv[1], "wb").write(tlv(0x30, tbs, bytes.fromhex("300a06082a8648ce3d040302"), tlv(3, b"\0", signature)))
PYTHON
openssl x509 -in root/publish/cert/ca.pem -outform DER -out ca.der
openssl x509 -in root/publish/cert/ca.pem -noout -pubkey >ca.pub
for list in ca ca-s1 ca-s2 ca-arl ca-delta ca-s1-delta ca-s2-delta ca-arl-delta; do
	file=$lists/$list.crl
	expect 0 openssl crl -inform DER -in $file -noout -text
	expect 0 certtool --crl-info --inder --infile $file
	expect 0 "$O/test-witness" ca.der $file
	expect 0 python3 parts.py $file
	expect 0 openssl pkeyutl -verify -pubin -inkey ca.pub -rawin -in tbs -sigfile signature \
		-digest sm3 -pkeyopt $ID
	printf 'x' | dd of=tbs bs=1 seek=40 conv=notrunc 2>/dev/null
	expect 1 openssl pkeyutl -verify -pubin -inkey ca.pub -rawin -in tbs -sigfile signature \
		-digest sm3 -pkeyopt $ID
done
holds() {
	expect 0 python3 parts.py "$lists/$1.crl"
	shift
	prints "$@"
}
holds ca "$before" 'entries: 1'
holds ca-s1 "$s1" key_compromise '2026-11-20 00:00:00' "('issuingDistributionPoint', True)"
holds ca-s2 "$s2" certificate_hold "('freshestCRL', False)"
holds ca-arl "$sub" ca_compromise
holds ca-s2-delta "$s2" remove_from_crl "('deltaCRLIndicator', True)"

# --- with P-256: a CA of the same name and key identifier ---
ski=$(openssl x509 -in root/publish/cert/ca.pem -noout -ext subjectKeyIdentifier | tail -n 1 | tr -d ' :')
cat >p256.cnf <<CONF
[req]
distinguished_name = dn
x509_extensions = ca
prompt = no
utf8 = yes
string_mask = utf8only
[dn]
C = CN
O = 示例中心
CN = 示例根CA
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = $ski
CONF
expect 0 openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout p256.key \
	-out p256.pem -days 36500 -config p256.cnf
expect 0 openssl ecparam -name P-256 -genkey -noout -out user.key
# leaf SERIAL LIST: SERIAL.pem, whose distribution point is that list
leaf() {
	cat >leaf.cnf <<-CONF
		basicConstraints = $3
		authorityKeyIdentifier = keyid
		crlDistributionPoints = URI:http://pki.example.cn/crl/$2.crl
	CONF
	expect 0 openssl req -new -key user.key -out user.csr -subj /CN=user
	expect 0 openssl x509 -req -in user.csr -CA p256.pem -CAkey p256.key -set_serial "0x$1" \
		-days 3650 -extfile leaf.cnf -out "$1.pem"
}
expect 0 openssl x509 -in p256.pem -outform DER -out p256.der
# What GnuTLS says of a list, whose times it holds against the clock of this machine.
gnutls() {
	certtool --verify-crl --load-ca-certificate p256.der --inder --infile "$1" >"$out" 2>&1 || :
}
for list in ca ca-s1 ca-s2 ca-arl ca-s1-delta ca-s2-delta; do
	expect 0 python3 parts.py $lists/$list.crl p256
	expect 0 openssl dgst -sha256 -sign p256.key -out signature tbs
	expect 0 python3 join.py $list.p256
	expect 0 openssl crl -inform DER -in $list.p256 -CAfile p256.pem -noout
	says 'verify OK'
	expect 0 openssl crl -inform DER -in $list.p256 -out $list.p256.pem
	gnutls $list.p256
	grep -q -e 'Verified\.' -e 'are old and have been superseded' -e 'issued with a future date' "$out" ||
		die_showing 'GnuTLS does not verify it'
done
expect 0 openssl dgst -sha256 -sign user.key -out signature tbs
expect 0 python3 join.py wrong.p256
gnutls wrong.p256
grep -q 'Not verified.*signature' "$out" || die_showing 'GnuTLS verifies whatever it gets'
# judged EXIT SERIAL LIST...: what openssl says of it
judged() {
	wanted=$1 of=$2
	shift 2
	lines=
	for list; do lines="$lines -CRLfile $list.p256.pem"; done
	# shellcheck disable=SC2086 # options
	expect "$wanted" openssl verify -CAfile p256.pem -no_check_time -crl_check $extended $lines "$of.pem"
}
extended=
good=40000000000000000000000000000abc
leaf $good ca-s1 CA:FALSE
judged 0 $good ca-s1
for pair in "$s1 ca-s1 CA:FALSE" "$s2 ca-s2 CA:FALSE" "$sub ca-arl critical,CA:TRUE"; do
	# shellcheck disable=SC2086 # three words
	set -- $pair
	leaf "$1" "$2" "$3"
	judged 2 "$1" "$2"
	says 'certificate revoked'
done
leaf "$before" ca CA:FALSE
judged 2 "$before" ca
says 'certificate revoked'
# the list of another shard says nothing of it
judged 2 $good ca-s2
says 'different CRL scope'
# what was released on the delta list is good again; what was revoked stays so
extended='-extended_crl -use_deltas'
judged 0 "$s2" ca-s2 ca-s2-delta
judged 2 "$s1" ca-s1 ca-s1-delta
says 'certificate revoked'
