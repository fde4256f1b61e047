#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# egov-issue --batch: lines that renew, rekey and extend, and pairs, beside others; a batch
# that an operator signs, certificate by certificate; the same list again.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

# Everybody's certificate is valid then, whatever the day is.
EGOV_TEST_NOW=$(date -u -d '+1 day' +%Y-%m-%dT08:00:00Z)
later=$(date -u -d '+35 months' +%Y-%m-%dT08:00:00Z)
token ca-ca ca-journal
custodian
root ca
cps ca
tab=$(printf '\t')
# What a line of the list came to.
result() {
	grep -q "^$1$tab$2\($tab\|\$\)" "$out" || die_showing "line $1 is not $2"
}
certificates() {
	sql ca 'select count(*) from certificate'
}
# consent NAME OPTION...: the holder's signature with NAME.key, in NAME.consent.
consent() {
	who=$1
	shift
	expect 0 egov-issue --home ca "$@" --consent-text
	cp "$out" text
	expect 0 openssl dgst -sm3 -sigopt $ID -sign "$who.key" -out "$who.consent" text
}

issued ca centre
issued ca one
one=$serial
issued ca two
two=$serial
issued ca three
three=$serial
issued ca four
four=$serial
cp centre.pem ca/
printf '[key_centre]\ncertificate = centre.pem\n' >>ca/egovca.conf
expect 0 egov-key pubkey --out journal.pub "$(uri ca-journal)"

# --- near their end: one renewed and one rekeyed with consent, one extended, one refused ---
EGOV_TEST_NOW=$later
sed -i 's/^extend = .*/extend = consent/' ca/profiles/agency-sign.conf
consent one --renew "$one"
request two-new
consent two --rekey "$two" --request two-new.csr
consent three --extend "$three"
# pair_approved NAME: an application for a pair, and the centre's answer.
pair_approved() {
	request "$1"
	application "$1"
	sed -i 's/^profile = agency-sign$/&\nencrypt_profile = agency-encrypt/' "$1.application"
	expect 0 egov-apply submit --home ca "$1.application"
	id=$(value application)
	expect 0 egov-apply review --home ca --actor 王审查 "$id"
	expect 0 egov-apply approve --home ca --actor 周批准 "$id"
	expect 0 egov-issue --home ca --profile agency-sign --encrypt-profile agency-encrypt \
		--application "$id" --request "$1.csr" --key-request --out "$1.ask"
	expect 0 "$O/test-centre" centre.key journal.pub "$1.ask" "$1.answer" "$1.kept" ''
}
pair_approved pair
pair=$id
approved ca plain
plain=$id
before=$(certificates)
{
	printf 'renew:%s\tconsent:one.consent\t-\tone.next\n' "$one"
	printf 'agency-sign\t%s\tplain.csr\tplain.pem\n' "$plain"
	printf 'rekey:%s\tconsent:two.consent\ttwo-new.csr\ttwo.next\n' "$two"
	printf 'extend:%s\tconsent:three.consent\t-\tthree.next\n' "$three"
	printf 'pair:agency-sign:agency-encrypt\t%s\tpair.csr\tpair.pem\tpair.answer\tpair.enc\tpair.env\n' "$pair"
	printf 'renew:%s\tconsent:one.consent\t-\tfour.next\n' "$four"
	printf 'renew:00aa\tconsent:one.consent\t-\tnone.next\n'
	printf 'renew:%s\tconsent:none.consent\t-\tnone.next\n' "$four"
	printf 'pair:agency-sign\t%s\tpair.csr\tx.pem\tpair.answer\tx.enc\tx.env\n' "$pair"
	printf 'pair:agency-sign:agency-encrypt\t%s\tpair.csr\tx.pem\n' "$pair"
	printf 'renew:%s\n' "$four"
} >list
expect 4 egov-issue --home ca --batch list
for line in 1 2 3 4 5; do
	result $line issued
done
for line in 6 7 8 9 10 11; do
	result $line failed
done
prints 'the consent is no signature' 'no certificate of this CA has this serial' 'none.consent' \
	'want pair:PROFILE:PROFILE' '7 fields separated by tabs' '4 fields separated by tabs'
[ "$(certificates)" -eq $((before + 6)) ] || die 'want four certificates and a pair'
[ -z "$(find . -maxdepth 1 -name 'x.*' -o -name 'none.next' -o -name 'four.next')" ] || die 'an output of a failure'
ca=ca/publish/cert/ca.pem
for made in one.next plain.pem two.next three.next pair.pem pair.enc; do
	expect 0 openssl verify -no_check_time -vfyopt $ID -partial_chain -trusted $ca $made
done
public() {
	openssl x509 -in "$1" -noout -pubkey
}
[ "$(public one.pem)" = "$(public one.next)" ] || die 'renewed: another key'
[ "$(public two.next)" = "$(openssl pkey -in two-new.key -pubout)" ] || die 'rekeyed: another key'
[ "$(openssl x509 -in three.pem -noout -startdate)" = "$(openssl x509 -in three.next -noout -startdate)" ] ||
	die 'extended: another start'
head -n 1 pair.env | grep -q 'SM2 ENVELOPED KEY' || die 'no envelope'
for kind in renew rekey extend pair; do
	[ "$(entries ca $kind)" -eq 1 ] || die "$kind: want one entry"
done
# What fails before the ledger is asked is no refusal of the CA's.
[ "$(entries ca refused)" -eq 2 ] || die 'want the two refusals journalled'
consistent ca
prints 'successions: 3' 'pairs: 1'

# --- again: nothing is issued twice, a lost output is written again ---
head -n 5 list >again
cp one.next kept
rm pair.env two.next
expect 0 egov-issue --home ca --batch again
result 1 'done'
result 3 written
result 4 'done'
result 5 written
same one.next kept
[ "$(certificates)" -eq $((before + 6)) ] || die 'issued twice'
{ [ -s pair.env ] && [ -s two.next ]; } || die 'an output was not written again'
# Not for another key, nor by another operation.
request other
sed 's/two-new.csr/other.csr/; s/two.next/x.next/' again | sed -n 3p >wrong
sed 's/^renew:/extend:/; s/one.next/x.next/' again | sed -n 1p >>wrong
expect 3 egov-issue --home ca --batch wrong
result 1 failed
result 2 failed
prints 'follows it already'
[ ! -e x.next ] || die 'handed out for another key'
expect 0 egov-issue --home ca --batch again --json
prints '"line":"5","status":"done"' "\"application\":\"$pair\""
consistent ca

# --- an operator signs each certificate of a batch ---
person 吴操作
person 王审查员
expect 0 egov-operator add --home ca --roles ca-operator --certificate 吴操作.pem 吴操作
expect 0 egov-operator add --home ca --roles reviewer --certificate 王审查员.pem 王审查员
for name in five six; do
	approved ca $name
	printf 'agency-sign\t%s\t%s.csr\t%s.pem\n' "$id" $name $name
done >list
consent four --renew "$four"
printf 'renew:%s\tconsent:four.consent\t-\tfour.next\n' "$four" >>list
pair_approved seven
printf 'pair:agency-sign:agency-encrypt\t%s\tseven.csr\tseven.pem\tseven.answer\tseven.enc\tseven.env\n' \
	"$id" >>list
before=$(certificates)
expect 3 as 王审查员 egov-issue --home ca --batch list
says 'operator 王审查员 is reviewer'
[ "$(certificates)" -eq "$before" ] || die 'issued by somebody without the role'
expect 0 as 吴操作 egov-issue --home ca --batch list
for line in 1 2 3 4; do
	result $line issued
done
signed() {
	expect 0 egov-operator approvals --home ca --subject "$(openssl x509 -in "$1" -noout -serial |
		cut -d = -f 2 | tr A-F a-f)"
	prints 'act: issue' 'operator: 吴操作'
	[ "$(grep -c '^act: ' "$out")" -eq 1 ] || die_showing "$1: want one signature"
}
for made in five.pem six.pem seven.pem seven.enc; do
	signed $made
done
# What follows another is signed as such too.
expect 0 egov-operator approvals --home ca --subject "$(openssl x509 -in four.next -noout -serial |
	cut -d = -f 2 | tr A-F a-f)"
prints 'act: issue' 'act: renew'
consistent ca
prints 'approvals: 6'

# --- and what a killed run left, who finishes it ---
approved ca eight
eight=$id
step=1
while [ "$(sql ca 'select count(*) from intent where state = 1')" -eq 0 ]; do
	rm -rf killed
	cp -r ca killed
	got=0
	ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" EGOV_CRASH_AT=$step \
		LD_PRELOAD=$O/crash.so sh -c "exec egov-issue --home killed --profile agency-sign \
		--application $eight --request eight.csr --out eight.pem" >"$out" 2>"$err" </dev/null || got=$?
	[ "$got" -eq 137 ] || die_showing 'no step of issue leaves an intent without a result'
	[ "$(sql killed 'select count(*) from intent where state = 1')" -eq 0 ] || break
	step=$((step + 1))
done
expect 0 as 吴操作 egov-issue --home killed --resume
prints 'result: finished'
expect 0 egov-operator approvals --home killed --subject "$(value serial)"
prints 'act: resume' 'operator: 吴操作'
consistent killed
