#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Nothing is issued and no list published while a witness has a checkpoint of entries that the ledger
# lost, until what they revoked is back (Order No. 4, Art. 18(3), 24).
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

[ -e "$O/crash.so" ] || die 'build/crash.so is missing'
token root-ca root-journal other-ca other-journal
custodian
root root
root other
cps root
person 公证处
echo loss >loss.txt
mkdir outside once
asks() {
	egov-revoke --home root --requested-by 张三 --evidence loss.txt "$@"
}
lodges() {
	expect 0 egov-record witness --home root "$@"
}
issues() {
	egov-issue --home "$1" --profile agency-sign --application "$waiting" --request waiting.csr \
		--out waiting.pem
}
issued root early
early=$serial
approved root waiting
waiting=$id
expect 0 egov-crl publish --home root
lodges --directory outside
cp -a root yesterday
[ "$(ls outside)" = "$(printf '%s\n' "$(basename outside/*-last.pem)" "$(basename outside/*-[0-9]*.pem)" |
	sort)" ] || die 'want the checkpoint, and the last'

# --- today: one is revoked and listed, then checkpoints go to a directory, a home, a key ---
EGOV_TEST_NOW=2026-11-22T09:00:00Z
expect 0 asks --serial "$early" --reason keyCompromise
expect 0 egov-crl publish --home root
cp root/publish/crl/ca.crl today.crl
lodges --directory outside
lodges --other-home other
lodges --key "$(key_uri 公证处)" --certificate 公证处.pem
expect 0 egov-record checkpoint --home root --export today.pem
size=$(value entries)
consistent root
consistent other
expect 0 issues root
cp -a root today

# older LEDGER-ONLY: yesterday's ledger, or all of yesterday's home.
older() {
	rm -rf root
	if [ "$1" = ledger ]; then
		cp -a today root
		rm -f root/ledger.db root/ledger.db-wal root/ledger.db-shm
		cp yesterday/ledger.db root
	else
		cp -a yesterday root
	fi
}
EGOV_TEST_NOW=2026-11-22T10:00:00Z
refused() {
	expect 5 "$@"
	says_only 'a checkpoint over' 'entries was lodged, but the journal has' \
		'what was recorded since is missing (egov-record reconcile)'
}

# --- the ledger alone is old, and its lists with it: what the home keeps beside it tells ---
older ledger
rm -r root/publish/crl
cp -a yesterday/publish/crl root/publish/crl
refused issues root
refused egov-crl publish --home root
printf 'agency-sign\t%s\twaiting.csr\tx.pem\n' "$waiting" >jobs.list
refused egov-issue --home root --batch jobs.list
[ "$(sql root 'select count(*) from intent where state = 1')" -eq 0 ] || die 'something was intended'
expect 5 egov-record check --home root
expect 5 egov-record witness --home root --check
# Nothing is lodged over it.
expect 5 egov-record witness --home root --directory outside
expect 0 egov-status list --home root

# --- the whole home is old: the witness tells; the lists of that day are wanted ---
older home
refused issues root
says "$D/outside/"
expect 3 egov-record reconcile --home root
says_only 'a witness has a checkpoint of entries that were lost: want the lists that relying parties got'
expect 3 egov-record reconcile --home root root/publish/crl/ca.crl loss.txt
[ "$(entries root reconcile)" -eq 0 ] || die 'something was noted'
refused issues root

# --- a witness that cannot be asked stops nobody; one whose file was altered does ---
mv outside away
expect 0 issues root
mv away outside
last=$(ls outside/*-last.pem)
older home
cp "$last" kept.pem
sed -i '3s/./A/10; 3s/./B/11' "$last"
expect 5 issues root
cp kept.pem "$last"

# --- killed at any step, it is done once ---
cp -a root cut
step=1
while :; do
	rm -rf root
	cp -a cut root
	got=0
	ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" EGOV_CRASH_AT=$step LD_PRELOAD=$O/crash.so \
		egov-record reconcile --home root today.crl >"$out" 2>"$err" </dev/null || got=$?
	[ "$got" -eq 137 ] || break
	[ "$(sql root "select count(*) from journal where kind = 'reconcile' and subject like 'check%'")" -gt 0 ] ||
		expect 5 egov-crl publish --home root
	step=$((step + 1))
done
[ "$got:$((step >= 4))" = 0:1 ] || die_showing "exit $got after $step steps"
prints 'lost: 1' 'checkpoint: ' 'journal: '
expect 0 egov-status state --home root "$early"
prints 'state: revoked' 'revoked-at: 2026-11-22T09:00:00Z'
expect 0 issues root
expect 0 egov-crl publish --home root
prints 'entries: 1'
consistent root
noted=$(entries root reconcile)
expect 0 egov-record reconcile --home root today.crl
[ "$(entries root reconcile)" -eq "$noted" ] || die 'noted twice'

# --- it grows past the lost one, which stays what it is, and lodges again ---
while [ "$(sql root 'select count(*) from journal')" -le "$size" ]; do
	submitted root more
done
expect 0 egov-crl publish --home root
lodges --directory outside
consistent root
# Another who has one that was lost is asked first.
expect 5 egov-record witness --home root --other-home other
says_only "$D/other/witnessed/" 'is not of this journal'
expect 5 issues root
expect 0 egov-record reconcile --home root today.crl
lodges --other-home other
consistent root
expect 0 egov-record witness --home root --check
prints 'method: home'

# --- a ledger that was old, and grew again before it was asked ---
older home
mv outside away
while [ "$(sql root 'select count(*) from journal')" -le "$size" ]; do
	submitted root more
done
mv away outside
cp kept.pem "$last"
expect 5 issues root
says_only 'that was lodged is not of this journal'
expect 0 egov-record reconcile --home root today.crl
expect 0 issues root

# --- of what a key countersigned, the file tells, and of what another home has, that home ---
older home
cp -a outside away
rm -r outside/*
expect 0 egov-record reconcile --home root today.crl today.pem
prints "checkpoint: $size"
rm -r outside
mv away outside
older home
printf 'home %s\n' "$D/other" >root/witnessed/places
expect 5 issues root
says_only "$D/other/witnessed/"
expect 0 egov-record reconcile --home root today.crl
expect 0 issues root

# --- where nothing is replaced, names tell ---
mv outside away
older home
lodges --directory once
file=$(basename once/*-[0-9]*.pem)
ln -sf "$file" once/*-last.pem
submitted root more
lodges --directory once
find once -name '*-last.pem' -type l | grep -q . || die 'the last was replaced'
grep -q "^names $D/once\$" root/witnessed/places || die 'not told by names'
rm -rf root
cp -a yesterday root
printf 'names %s\n' "$D/once" >root/witnessed/places
refused issues root
says "$D/once/"
mv away outside

# --- all that witnesses have of several that were lost ---
older home
expect 0 egov-record reconcile --home root today.crl today.pem
consistent root
