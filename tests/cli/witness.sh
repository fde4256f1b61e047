#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every signature that a CA makes in its days, judged by libgcrypt: certificates, links, lists,
# requests, checkpoints of the journal, approvals, the exchange with a key-management centre.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-ca2 root-journal sub-ca sub-journal
custodian
root root
cps root
expect 0 egov-key pubkey --der --out journal.der "$(uri root-journal)"
mkdir o

# --- some days of a CA ---------------------------------------------------------------------

subordinate sub root
# An operator whose certificate is of this CA.
issued root zhou
(umask 077 && echo 'person-pin' >person-pin)
expect 0 openssl pkcs8 -topk8 -in zhou.key -v2 aes-256-cbc -passout file:person-pin -out 周批准.key
chmod 600 周批准.key
expect 0 egov-operator add --home root --actor 管理员 --roles approver --certificate zhou.pem 周批准
issued root zhang
zhang=$serial
submitted root li
expect 0 egov-apply review --home root --actor 王审查 "$id"
expect 0 as 周批准 egov-apply approve --home root "$id"
expect 0 egov-issue --home root --profile agency-sign --application "$id" --request li.csr --out li.pem
expect 0 egov-crl publish --home root

issued root centre
cp centre.pem root/
printf '[key_centre]\ncertificate = centre.pem\n' >>root/egovca.conf
expect 0 egov-key pubkey --out journal.pub "$(uri root-journal)"
request wang
application wang
sed -i 's/^profile = agency-sign$/&\nencrypt_profile = agency-encrypt/' wang.application
expect 0 egov-apply submit --home root wang.application
id=$(value application)
expect 0 egov-apply review --home root --actor 王审查 "$id"
expect 0 as 周批准 egov-apply approve --home root "$id"
pair_of() {
	expect 0 egov-issue --home root --profile agency-sign --encrypt-profile agency-encrypt \
		--application "$id" --request wang.csr "$@"
}
pair_of --key-request --out wang.ask
expect 0 "$O/test-centre" centre.key journal.pub wang.ask wang.answer wang.kept ''
pair_of --key-answer wang.answer --out wang.pem --encrypt-out wang.enc.pem --envelope-out wang.envelope

echo "ca_2 = $(uri root-ca2)" >line
sed -i '/^\[key\]/r line' root/egovca.conf
expect 0 egov-init --home root --rollover
issued root after
echo 遗失 >loss.txt
expect 0 egov-revoke --home root --reason keyCompromise --requested-by 张示例 --evidence loss.txt \
	--serial "$zhang"
expect 0 egov-crl publish --home root
consistent root

# --- what libgcrypt says --------------------------------------------------------------------

count=0
# judged OBJECT KEY...: one of the keys has signed it.
judged() {
	object=$1
	shift
	for key; do
		code=0
		"$O/test-witness" "$key" "$object" || code=$?
		[ "$code" -ne 2 ] || die "$object: not to be read"
		[ "$code" -ne 0 ] || { count=$((count + 1)) && return 0; }
	done
	die "$object: signed by none of $*"
}

sql root "select writefile('o/cert-' || hex(serial), der) from certificate" >written
for number in $(sql root 'select number from crl where published_at is not null'); do
	egov-crl get --home root --number "$number" --der --out "o/crl-$number" >>written
done
for object in o/cert-* o/crl-* root/publish/cert/ca.cer root/publish/cert/ca2.cer; do
	judged "$object" root/publish/cert/ca.cer root/publish/cert/ca2.cer
done
# The keys' own counters have counted no other.
[ "$count" -eq "$(sql root 'select sum(signatures) from generation')" ] ||
	die "$count signatures judged, $(sql root 'select sum(signatures) from generation') made"
[ "$count" -ge 12 ] || die "only $count signatures of the CA"

openssl req -in sub.csr -outform DER -out sub.der
openssl req -in sub.csr -noout -pubkey | openssl pkey -pubin -outform DER -out sub-key.der
judged sub.der sub-key.der

sql root "select writefile('o/ask-' || rowid, der) from key_request" >>written
sql root "select writefile('o/answer', answer), writefile('o/centre', centre) from pair" >>written
judged o/ask-1 journal.der
judged o/answer o/centre

# checkpoints HOME KEY: those of the journal, whose text is made here once more.
checkpoints() {
	home_id=$(sql "$1" "select hex(value) from meta where name = 'home-id'")
	sql "$1" "select writefile('o/$1-' || size, signature) from checkpoint" >>written
	sql "$1" "select size, hex(root), time from checkpoint" >rows
	[ -s rows ] || die "$1: no checkpoint"
	while IFS='|' read -r size root time; do
		printf 'asn1=SEQUENCE:c\n[c]\nv=INTEGER:1\nh=FORMAT:HEX,OCTETSTRING:%s\ns=INTEGER:%s\n' \
			"$home_id" "$size" >c.cnf
		printf 'r=FORMAT:HEX,OCTETSTRING:%s\nt=GENERALIZEDTIME:%s\n' "$root" \
			"$(date -u -d "@$time" +%Y%m%d%H%M%SZ)" >>c.cnf
		openssl asn1parse -genconf c.cnf -noout -out c.der
		"$O/test-witness" "$2" c.der "o/$1-$size" || die "$1: checkpoint of $size: not signed"
		count=$((count + 1))
	done <rows
}
checkpoints root journal.der
expect 0 egov-key pubkey --der --out sub-journal.der "$(uri sub-journal)"
checkpoints sub sub-journal.der

approvals=0
for entry in $(sql root "select seq from journal where kind = 'approval'"); do
	expect 0 egov-operator export --home root --entry "$entry" --prefix a
	openssl x509 -in a.pem -outform DER -out a.der
	"$O/test-witness" a.der a.statement a.signature || die "approval of entry $entry: not signed"
	approvals=$((approvals + 1))
done
[ "$approvals" -eq 2 ] || die "$approvals approvals were judged"

# --- the witness can say no -----------------------------------------------------------------

no() {
	got=0
	"$O/test-witness" "$@" || got=$?
	[ "$got" -eq 1 ] || die "test-witness $*: $got"
}
first=$(find o -name 'cert-*' | sort | head -n 1)
no journal.der "$first"
no a.der c.der a.signature
tr '\0' '\1' <"$first" >bent
"$O/test-witness" root/publish/cert/ca.cer bent 2>/dev/null && die 'altered octets are taken'
echo "$count signatures and $approvals approvals"
