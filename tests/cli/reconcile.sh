#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Yesterday's ledger does not bring today's revoked back: nothing is issued and no list published
# before the lost revocations are there again (Order No. 4, Art. 18(3)).
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
ca=root/publish/cert/ca.pem
sed -i 's/^maximum = 10d/&\nhold = yes/' root/egovca.conf
echo loss >loss.txt
asks() {
	egov-revoke --home root --requested-by 张三 --evidence loss.txt "$@"
}
serials() {
	expect 0 egov-crl show --entries "$1"
	grep '^serial: ' "$out" | sort >"$2"
}
issued root early
early=$serial
issued root suspended
suspended=$serial
issued root turned
turned=$serial
expect 0 asks --hold --serial "$turned"
approved root waiting
waiting=$id
expect 0 egov-crl publish --home root
cp -a root/ledger.db yesterday.db

# --- today: one is revoked, one suspended, one that was suspended revoked, one issued and revoked ---
EGOV_TEST_NOW=2026-11-22T09:00:00Z
expect 0 asks --serial "$early" --reason keyCompromise --invalidity-date 2026-11-22T01:00:00Z
expect 0 asks --hold --serial "$suspended"
expect 0 asks --serial "$turned" --reason cessationOfOperation
issued root lost
lost=$serial
expect 0 asks --serial "$lost" --reason superseded
expect 0 egov-crl publish --home root
expect 0 egov-crl publish --home root
number=$(openssl crl -in root/publish/crl/ca.crl -noout -crlnumber | sed 's/.*=0x//')
cp root/publish/crl/ca.crl today.crl
serials today.crl today
[ "$(wc -l <today)" -eq 4 ] || die 'want four on the list'

# --- the ledger of yesterday comes back: nothing goes on, and it is said what is missing ---
EGOV_TEST_NOW=2026-11-22T10:00:00Z
rm -f root/ledger.db-wal root/ledger.db-shm
cp yesterday.db root/ledger.db
refused() {
	expect 5 "$@"
	says_only "has number $((0x$number)), the ledger's last is $((0x$number - 2))" \
		'older than what was published'
}
refused egov-issue --home root --profile agency-sign --application "$waiting" --request waiting.csr
refused egov-crl publish --home root
printf 'agency-sign\t%s\twaiting.csr\tx.pem\n' "$waiting" >jobs.list
expect 5 egov-issue --home root --batch jobs.list
[ "$(sql root 'select count(*) from intent where state = 1')" -eq 0 ] || die 'something was intended'
expect 5 egov-record check --home root
# Revoking goes on meanwhile.
expect 0 egov-status list --home root

# --- what is no list of ours is refused ---
expect 0 egov-crl publish --home other
expect 3 egov-record reconcile --home root other/publish/crl/ca.crl
says_only 'the list is not signed by this CA'
expect 3 egov-record reconcile --home root loss.txt
expect 4 egov-record reconcile --home root nothing.crl
[ "$(entries root reconciled)" -eq 0 ] || die 'something was brought back'

# --- killed at any step, it is done once ---
cp -a root cut
step=1
while :; do
	rm -rf root
	cp -a cut root
	got=0
	ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" EGOV_CRASH_AT=$step LD_PRELOAD=$O/crash.so \
		egov-record reconcile --home root >"$out" 2>"$err" </dev/null || got=$?
	[ "$got" -eq 137 ] || break
	case $(entries root reconciled) in
	0) expect 5 egov-crl publish --home root ;;
	4) consistent root ;;
	*) die "step $step: half of it is recorded" ;;
	esac
	step=$((step + 1))
done
[ "$got:$((step >= 4))" = 0:1 ] || die_showing "exit $got after $step steps"

# --- all four are back, as they were ---
prints 'entries: 4' 'lost: 4' "lost-certificate: $lost"
consistent root
expect 0 egov-record reconcile --home root today.crl
prints 'lost: 0'
[ "$(entries root reconcile)" -eq 1 ] || die 'taken over twice'
for serial in $early $turned $lost; do
	expect 0 egov-status state --home root "$serial"
	prints 'state: revoked'
done
expect 0 egov-status state --home root "$early"
prints 'revoked-at: 2026-11-22T09:00:00Z' 'reason: keyCompromise'
expect 0 egov-status state --home root "$suspended"
prints 'state: on-hold'
expect 0 egov-crl publish --home root
cp root/publish/crl/ca.crl again.crl
[ $((0x$(openssl crl -in again.crl -noout -crlnumber | sed 's/.*=0x//'))) -gt $((0x$number)) ] ||
	die 'the number did not go on'
serials again.crl again
same today again
openssl crl -in today.crl -noout -text | grep -A 5 'Serial Number: ' | grep -v '^--' >a
openssl crl -in again.crl -noout -text | grep -A 5 'Serial Number: ' | grep -v '^--' >b
same a b
expect 0 egov-issue --home root --profile agency-sign --application "$waiting" --request waiting.csr \
	--out waiting.pem
expect 0 openssl verify -no_check_time -vfyopt "$ID" -partial_chain -trusted $ca waiting.pem
expect 0 egov-revoke --home root --release --serial "$suspended" --actor 周批准 --requested-by x \
	--evidence loss.txt
expect 0 egov-crl publish --home root
prints 'entries: 3'
consistent root

# --- what the ledger may not say ---
tampered root "update revoked set revoked_at = revoked_at - 5 where lower(hex(serial)) = '$lost'" \
	'something else than the journal'
tampered root "delete from revoked where lower(hex(serial)) = '$lost'" 'no revocation that it speaks of'
tampered root "delete from hold where lower(hex(serial)) = '$suspended'" 'that it speaks of'
tampered root "update hold set held_at = held_at - 5 where lower(hex(serial)) = '$suspended'" \
	'something else than the journal'
