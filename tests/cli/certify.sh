#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Order No. 4, Art. 40: evidence is believed with the CA's certificate alone, since the CA's key says whose
# the journal key is; what others made up with a key of their own is not.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

[ -e "$O/crash.so" ] || die 'build/crash.so is missing'
token root-ca root-ca2 root-journal other-ca other-journal
custodian
root root
root other
cps root
ca=root/publish/cert/ca.pem
issued root one
one=$serial
verify() {
	expect 0 egov-record verify-bundle --trust "$1" "$2"
}
prove() {
	expect 0 egov-record prove --home root --out "$1" "$one"
}

# --- before: it says that it is not certified ---
prove before
prints 'journal-certified: no'
verify $ca before
prints 'journal-certified: no'

# --- killed at any step, it is done once, and nothing is left open ---
cp -a root cut
step=1
while :; do
	rm -rf root
	cp -a cut root
	got=0
	ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" EGOV_CRASH_AT=$step LD_PRELOAD=$O/crash.so \
		egov-record certify --home root --actor 钱主任 >"$out" 2>"$err" </dev/null || got=$?
	[ "$got" -eq 137 ] || break
	expect 0 egov-record certify --home root --actor 钱主任
	consistent root
	prints 'open-intents: 0'
	[ "$(entries root request)" -eq 2 ] || die "step $step: it was signed twice"
	step=$((step + 1))
done
[ "$got:$((step >= 4))" = 0:1 ] || die_showing "exit $got after $step steps"
prints 'generation: 1' 'journal-key: '
requests=$(entries root request)
expect 0 egov-record certify --home root
[ "$(entries root request)" -eq "$requests" ] || die 'it is signed once'
consistent root

# --- after: with the CA's certificate alone, elsewhere; stock openssl reads the statement ---
prove after
prints 'journal-certified: yes'
mkdir elsewhere
cp after $ca elsewhere
(cd elsewhere && expect 0 env -u EGOVCA_HOME egov-record verify-bundle --trust ca.pem after) ||
	die 'not verified elsewhere'
verify $ca after
prints 'journal-certified: yes' "proven: the CA's key signed that this is the key of its journal"
expect 1 egov-record verify-bundle --trust other/publish/cert/ca.pem after
sql root "select writefile('statement.der', value) from meta where name = 'journal-statement'" >"$out"
digest=$(egov-key pubkey --der "$(uri root-journal)" | openssl dgst -sm3 -r | cut -d ' ' -f 1)
expect 0 openssl req -inform DER -in statement.der -noout -verify -vfyopt $ID -subject -nameopt RFC2253
grep -qF "CN=$digest" "$out" || die_showing 'openssl reads another name'

# --- a journal key of somebody else's in the bundle: every octet of the statement counts ---
size=$(wc -c <after)
at=$(grep -obUa 'egovca journal key' after | head -n 1 | cut -d : -f 1)
for n in -20 0 20 40 100 200; do
	where=$((at + n))
	[ "$where" -lt "$size" ] || continue
	{
		head -c "$where" after
		printf '\377'
		tail -c +$((where + 2)) after
	} >changed
	cmp -s changed after || expect 5 egov-record verify-bundle --trust $ca changed
done

# --- packs have it, and a new key of the CA says it again ---
expect 0 egov-record pack --home root --case x --out packed
verify $ca "packed/evidence/$one.der"
prints 'journal-certified: yes'
sed -i "/^\[key\]/a ca_2 = $(uri root-ca2)" root/egovca.conf
expect 0 egov-init --home root --rollover
expect 0 egov-record certify --home root
prints 'generation: 2'
issued root two
expect 0 egov-record prove --home root --out two "$serial"
verify root/publish/cert/ca2.pem two
prints 'journal-certified: yes'
verify $ca after
prints 'journal-certified: yes'
consistent root

# --- what the ledger may not say ---
tampered root "update meta set value = x'00' where name = 'journal-statement'" \
	'its value is not the last of the journal'
