#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Packets with lists, from a root without a network to the CA below that serves them.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-ca2 root-journal issuing-ca issuing-journal second-ca second-journal \
	third-ca third-journal other-ca other-journal
custodian
root root --crl-url http://pki.example.cn/crl/ca.crl
cps root
sed -i 's|^maximum = .*|&\nseparate_ca = yes|' root/egovca.conf
subordinate issuing root --crl-url http://pki.example.cn/issuing/ca.crl
subordinate second root --crl-url http://pki.example.cn/second/ca.crl
root other
echo loss >loss.txt
served=issuing/publish/crl
request victim
internal_approved root victim sub-ca 示例下级CA
expect 0 egov-issue --home root --profile sub-ca --application "$id" --request victim.csr --out victim.pem
victim=$(value serial)

# sends HOME FILE [OPTION...]: a packet of the root's for the CA of a home.
sends() {
	home=$1 file=$2
	shift 2
	expect 0 egov-crl export --home root --to "$home.pem" --out "$file" "$@"
}
# takes EXIT FILE [OPTION...]
takes() {
	wanted=$1 file=$2
	shift 2
	expect "$wanted" egov-crl import --home issuing "$@" "$file"
}
# How many packets and lists.
taken() {
	sql issuing 'select (select count(*) from transfer), (select count(*) from imported)'
}
# refused EXIT FILE TEXT [OPTION...]: and nothing but the refusal is on record, or served.
refused() {
	wanted=$1 file=$2 text=$3
	shift 3
	rm -rf before
	cp -r issuing/publish before
	taken=$(taken)
	refusals=$(entries issuing refused)
	takes "$wanted" "$file" "$@"
	says "$text"
	[ "$(taken)" = "$taken" ] || die 'something was taken'
	[ "$(entries issuing refused)" -eq $((refusals + 1)) ] || die 'the refusal is not journalled'
	diff -r before issuing/publish >"$out" || die_showing 'something else is served'
}

# --- what is sent, and to whom ---
expect 3 egov-crl export --home root --to issuing.pem --out 0.pem
says 'publish one first'
expect 0 egov-crl publish --home root
for cert in other/publish/cert/ca.pem root/publish/cert/ca.pem; do
	expect 3 egov-crl export --home root --to "$cert" --out 0.pem
done
says 'no CA that this one has certified'
expect 2 egov-crl export --home root --out 0.pem
expect 2 egov-crl export --home root --to issuing.pem --number 0
expect 4 egov-crl export --home root --to no-such.pem
expect 1 egov-crl export --home root --to issuing.pem --number 1
[ ! -e 0.pem ] || die 'a packet was made'
sends issuing 1.pem
prints 'number: 1' 'new: yes' 'list: ca' 'list: ca-arl' 'list: ca-users'
sender=$(value journal-key-sm3)
[ "$(value receiver)" = "$(openssl x509 -in issuing.pem -noout -pubkey | openssl pkey -pubin -outform DER |
	openssl dgst -sm3 -r | cut -d ' ' -f 1)" ] || die 'the receiver is not the SM3 of its key'
grep -q 'BEGIN EGOVCA TRANSFER' 1.pem || die 'want PEM'
[ "$(entries root transfer-out)" = 1 ] || die 'want it journalled'
consistent root

# Nothing new: the same again, as PEM, DER, or in JSON; and by its number.
sends issuing again.pem
prints 'new: no'
same 1.pem again.pem
sends issuing 1.der --der
[ "$(openssl dgst -sm3 -r 1.der | cut -d ' ' -f 1)" = "$(value sm3)" ] || die 'another SM3'
sends issuing again.pem --number 1
same 1.pem again.pem
expect 0 egov-crl export --home root --to issuing.pem --json
prints '"packet":"-----BEGIN EGOVCA TRANSFER-----' '"number":"1"'
[ "$(entries root transfer-out)" = 1 ] || die 'journalled twice'
sends second second-1.pem
prints 'number: 1' 'new: yes'

# Stock openssl reads it, and the signature is the journal key's over the content.
expect 0 openssl asn1parse -inform DER -in 1.der
prints 'egovca transfer' 'ca-arl'
# shellcheck disable=SC2046 # offset, size of the header, and size of each
set -- $(openssl asn1parse -inform DER -in 1.der |
	sed -n 's/^ *\([0-9]*\):d=1 *hl=\([0-9]*\) *l= *\([0-9]*\).*/\1 \2 \3/p')
dd if=1.der of=content bs=1 skip="$1" count=$(($2 + $3)) 2>/dev/null
dd if=1.der of=signature bs=1 skip=$(($4 + $5)) count="$6" 2>/dev/null
expect 0 egov-key pubkey "$(uri root-journal)" --out journal.pub
expect 0 openssl pkeyutl -verify -pubin -inkey journal.pub -rawin -in content -sigfile signature \
	-digest sm3 -pkeyopt $ID

# --- the first packet of a sender: somebody says whose key it is ---
refused 3 1.pem "journal key $sender"
refused 3 1.pem 'another journal key' --sender 00
takes 2 1.pem --sender xyz
takes 2 1.pem --list ca
refused 3 second-1.pem 'for another home' --sender "$sender"
expect 3 egov-crl import --home other --sender "$sender" 1.pem
says 'not of a CA above this one'
takes 0 1.der --sender "$sender"
prints 'packet: 1' 'imported: yes' 'list: parent' 'list: parent-arl' 'list: parent-users'
same root/publish/crl/ca.crl $served/parent.crl
same root/publish/crl/ca-arl.crl $served/parent-arl.crl
[ "$(entries issuing transfer-in) $(entries issuing crl-import) $(entries issuing import-publish)" = '1 3 3' ] ||
	die 'want it journalled'
consistent issuing
subject=$(sql root "select subject from journal where kind = 'transfer-out' order by seq limit 1")
[ "$(sql issuing "select subject from journal where kind = 'transfer-in'")" = "$subject" ] ||
	die 'the two homes call it otherwise'

# --- once more, out of order, changed ---
refused 3 1.pem 'number 1 was taken, want 2'
EGOV_TEST_NOW=2026-11-23T08:00:00Z
expect 0 egov-revoke --home root --requested-by 示例 --evidence loss.txt --reason cACompromise --serial "$victim"
expect 0 egov-crl publish --home root
sends issuing 2.pem
prints 'number: 2'
EGOV_TEST_NOW=2026-11-24T08:00:00Z
expect 0 egov-crl publish --home root
sends issuing 3.pem --der
prints 'number: 3'
refused 3 3.pem 'has number 3 and number 1 was taken: want 2 first'
size=$(wc -c <3.pem)
for at in 60 100 200 $((size / 2)) $((size - 10)); do
	cp 3.pem bad.der
	octet=$(od -An -tu1 -j "$at" -N 1 3.pem)
	# shellcheck disable=SC2059 # an octet, in octal
	printf "\\$(printf '%03o' $((octet ^ 1)))" | dd of=bad.der bs=1 seek="$at" conv=notrunc 2>/dev/null
	refused 5 bad.der ''
done
head -c $((size - 1)) 3.pem >bad.der
takes 3 bad.der
sed '5s/./A/;6d' 2.pem >bad.pem
refused 5 bad.pem ''
takes 0 2.pem
prints 'packet: 2'
refused 3 1.pem 'number 2 was taken, want 3'
refused 3 2.pem 'number 2 was taken, want 3'
expect 0 egov-crl show --entries $served/parent-arl.crl
prints "serial: $victim"
consistent issuing

# --- the sending home was put back to an older state: two packets of one number ---
cp -r root fork
takes 0 3.pem
consistent issuing
cp -r issuing older
EGOV_TEST_NOW=2026-11-25T08:00:00Z
expect 0 egov-crl publish --home fork
expect 0 egov-crl export --home fork --to issuing.pem --out 4.pem
EGOV_TEST_NOW=2026-11-25T09:00:00Z
expect 0 egov-crl publish --home root
sends issuing other-4.pem
takes 0 4.pem
refused 5 other-4.pem 'the packet of number 4 that was taken is another one'
EGOV_TEST_NOW=2026-11-26T08:00:00Z
expect 0 egov-crl publish --home root
sends issuing 5.pem
refused 5 5.pem 'does not follow the one that was taken before it'
rm -rf issuing
mv older issuing

# --- one list that does not pass: none is taken ---
sed -i 's/^period = .*/&\nimport_maximum = 1d/' issuing/egovca.conf
refused 3 other-4.pem 'list parent: crl-next-update-bound'
sed -i '/^import_maximum/d' issuing/egovca.conf
arl=$(sql issuing "select max(number) from imported where list = 'parent-arl'")

# --- one that never came: only where somebody says so ---
refused 3 5.pem 'want 4 first'
takes 0 5.pem --lost
prints 'packet: 5'
sql issuing "select body from journal where kind = 'transfer-in' order by seq desc limit 1" |
	grep -q '"lost":1' || die 'who said that one is lost is not journalled'
refused 3 other-4.pem 'number 5 was taken, want 6' --lost
[ "$(sql issuing "select max(number) from imported where list = 'parent-arl'")" -gt "$arl" ] || die 'no newer list'
consistent issuing
consistent root

# --- killed at any step, and finished by the next run ---
# dies STEP COMMAND...: in copies; 0: its steps are counted.
dies() {
	step=$1
	shift
	: >steps
	got=0
	ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" EGOV_CRASH_AT=$step \
		EGOV_CRASH_LOG=$D/steps LD_PRELOAD=$O/crash.so "$@" >"$out" 2>"$err" </dev/null || got=$?
}
EGOV_TEST_NOW=2026-11-27T08:00:00Z
expect 0 egov-crl publish --home root
try_export() {
	rm -rf work
	cp -r root work
	rm -f killed.pem
	dies "$1" egov-crl export --home work --to issuing.pem --out killed.pem
}
try_export 0
[ "$got" -eq 0 ] || die_showing 'with its steps counted it fails'
steps=$(wc -l <steps)
[ "$steps" -ge 3 ] || die "only $steps steps were seen"
n=1
while [ "$n" -le "$steps" ]; do
	try_export "$n"
	[ "$got" -eq 137 ] || die_showing "step $n of $steps: exit $got"
	[ ! -s killed.pem ] || grep -q 'END EGOVCA' killed.pem || die 'half a packet'
	expect 0 egov-crl export --home work --to issuing.pem --out killed.pem
	prints 'number: 6'
	[ "$(sql work 'select count(*) from transfer where number = 6')" -eq 1 ] || die 'want one packet'
	consistent work
	n=$((n + 1))
done
sends issuing 6.pem
cp -r issuing/publish before6
try_import() {
	rm -rf work
	cp -r issuing work
	dies "$1" egov-crl import --home work 6.pem
}
try_import 0
[ "$got" -eq 0 ] || die_showing 'with its steps counted it fails'
steps=$(wc -l <steps)
[ "$steps" -ge 8 ] || die "only $steps steps were seen"
n=1
while [ "$n" -le "$steps" ]; do
	try_import "$n"
	[ "$got" -eq 137 ] || die_showing "step $n of $steps: exit $got"
	for list in ca ca-arl ca-users; do
		cmp -s "root/publish/crl/$list.crl" "work/publish/crl/parent${list#ca}.crl" ||
			same "issuing/publish/crl/parent${list#ca}.crl" "work/publish/crl/parent${list#ca}.crl"
	done
	consistent work
	whole=$(sql work 'select count(*) from imported
		where published_at is not null and number = (select max(number) from imported)')
	got=0
	egov-crl import --home work 6.pem >"$out" 2>"$err" </dev/null || got=$?
	[ "$got" -eq 0 ] || { [ "$got" -eq 3 ] && [ "$whole" -ge 1 ]; } || die_showing "step $n: exit $got"
	expect 0 egov-crl publish --home work --if-due
	same root/publish/crl/ca.crl work/publish/crl/parent.crl
	same root/publish/crl/ca-arl.crl work/publish/crl/parent-arl.crl
	[ "$(sql work 'select count(*) from transfer where number = 6')" -eq 1 ] || die 'want one packet'
	consistent work
	n=$((n + (steps + 9) / 10))
done
takes 0 6.pem

# --- a second key of the root: who knows the first alone gets its lists, who knows both gets all ---
echo "ca_2 = $(uri root-ca2)" >line
sed -i '/^\[key\]/r line' root/egovca.conf
expect 0 egov-init --home root --rollover
EGOV_TEST_NOW=2026-11-28T08:00:00Z
expect 0 egov-init --home third --test --subject 'C=CN, O=示例中心, CN=示例第三CA' \
	--key "$(uri third-ca)" --journal-key "$(uri third-journal)" --custodian custodian.pem \
	--request-out third.csr
patient third
internal_approved root third sub-ca 示例第三CA
expect 0 egov-issue --home root --profile sub-ca --application "$id" --request third.csr --out third.pem
cat root/publish/cert/ca.pem root/publish/cert/ca2.pem >both.pem
expect 0 egov-init --home third --install third.pem --chain both.pem
expect 0 egov-crl publish --home root
sends issuing 7.pem
grep -q 'list: ca2' "$out" && die 'it does not know that key'
takes 0 7.pem
sends third third-1.pem
prints 'number: 1' 'list: ca-arl' 'list: ca2-arl'
expect 0 egov-crl import --home third --sender "$sender" --list root third-1.pem
for list in '' -arl 2 2-arl 2-users; do
	same "root/publish/crl/ca$list.crl" "third/publish/crl/root$list.crl"
done
consistent third

# --- by operators who sign ---
person 甲
expect 0 egov-operator add --home root --roles ca-operator --certificate 甲.pem 甲
expect 0 egov-operator add --home issuing --roles ca-operator --certificate 甲.pem 甲
EGOV_TEST_NOW=2026-11-29T08:00:00Z
expect 0 egov-crl publish --home root
expect 0 as 甲 egov-crl export --home root --to issuing.pem --out 8.pem
expect 0 as 甲 egov-crl import --home issuing 8.pem
for home in root issuing; do
	sql $home "select kind from journal where subject like 'transfer-8-%' order by seq" >kinds
	[ "$(head -n 1 kinds)" = approval ] || die "$home: nobody signed the packet"
	consistent $home
done

# --- the ledger alone is no evidence, at neither end ---
n=0
for home in root issuing; do
	for change in 'set number = 77 where number = 8' 'set lost = 1 where number = 2' \
		"set actor = 'mallory' where number = 2" 'set time = time + 1 where number = 2' \
		'set digest = zeroblob(32) where number = 2' 'set sender = zeroblob(32) where number = 2' \
		'set receiver = zeroblob(32) where number = 2' 'set received = 1 - received where number = 2' \
		'set der = (select der from transfer where number = 1) where number = 2' \
		"set der = x'3000' where number = 2"; do
		tampered $home "update transfer $change" transfer
		n=$((n + 1))
	done
	for number in 8 1; do
		tampered $home "delete from transfer where number = $number" transfer
		n=$((n + 1))
	done
done
[ $n -eq 24 ] || die 'want 24 changes'
