#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A backup is a whole home, made while others work, and a copy of it does not bring the revoked
# back (Order No. 4, Art. 18(3), 24).
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

[ -e "$O/crash.so" ] || die 'build/crash.so is missing'
token root-ca root-journal
custodian
root root
cps root
echo loss >loss.txt
issued root zhang
zhang=$serial
approved root waiting
waiting=$id
expect 0 egov-crl publish --home root

# --- made while others issue: whole, and nothing of theirs is in the way ---
approved root busy
(egov-issue --home root --profile agency-sign --application "$id" --request busy.csr --out busy.pem) &
expect 0 egov-record backup --home root --actor 赵值班 copy
prints 'backup: copy'
wait
[ -s busy.pem ] || die 'issuing stood still'
[ ! -e copy.part ] || die 'the part is left'
consistent root
[ "$(entries root backup)" -eq 1 ] || die 'not recorded'
[ "$(stat -c %a copy copy/ledger.db | tr '\n' ' ')" = '700 600 ' ] || die 'it is open to others'
grep -v '^#' copy/egov-backup.sm3 | while read -r digest name; do
	[ "$(openssl dgst -sm3 -r "copy/$name" | cut -d ' ' -f 1)" = "$digest" ] || die "$name differs"
done
for name in egovca.conf ledger.db custodian.pem publish/crl/ca.crl profiles/agency-sign.conf; do
	grep -q "  $name\$" copy/egov-backup.sm3 || die "$name is not listed"
done
expect 3 egov-record backup --home root copy
says_only 'exists already'
expect 4 egov-record backup --home root nowhere/copy
expect 0 egov-record restore --home copy --check
prints 'verdict: consistent' 'files: '
expect 2 egov-record restore --home copy
expect 3 egov-record restore --home root --check
says_only 'is no backup'

# --- a damaged one ---
damaged() {
	rm -rf bad
	cp -a copy bad
	"$@"
	expect 5 egov-record restore --home bad --check
}
damaged rm bad/publish/crl/ca.crl
says 'is missing, but the list of files has it'
damaged sh -c 'echo >>bad/profiles/agency-sign.conf'
says 'is not what was copied'
# Any octet of the ledger; FLIPS says how many.
flip() {
	printf '\377' | dd of=bad/ledger.db bs=1 seek="$1" conv=notrunc 2>"$err"
	! cmp -s copy/ledger.db bad/ledger.db || printf '\0' |
		dd of=bad/ledger.db bs=1 seek="$1" conv=notrunc 2>"$err"
}
size=$(wc -c <copy/ledger.db)
i=0
while [ "$i" -lt "${FLIPS:-16}" ]; do
	damaged flip $(((i * 7919 * 104729 + 100) % size))
	i=$((i + 1))
done

# --- meanwhile one is revoked, and the home is lost ---
# The first copy may hold an intent of the one that was busy, which every program then speaks of.
expect 0 egov-record backup --home root quiet
EGOV_TEST_NOW=2026-11-22T09:00:00Z
expect 0 egov-revoke --home root --serial "$zhang" --reason keyCompromise --requested-by 张三 \
	--evidence loss.txt
expect 0 egov-crl publish --home root
cp root/publish/crl/ca.crl today.crl
rm -rf root
cp -a quiet root
expect 5 egov-record restore --home root --check today.crl
says_only 'what was revoked in between is missing'
expect 3 egov-record restore --home root --check loss.txt
EGOV_TEST_NOW=2026-11-22T10:00:00Z
expect 5 egov-issue --home root --profile agency-sign --application "$waiting" --request waiting.csr
says_only 'this home is a backup'
expect 5 egov-crl publish --home root
expect 3 egov-record reconcile --home root
says_only 'want the lists that relying parties got last'
expect 5 egov-issue --home root --profile agency-sign --application "$waiting" --request waiting.csr
expect 0 egov-record reconcile --home root today.crl
prints 'lost: 1'
expect 0 egov-status state --home root "$zhang"
prints 'state: revoked' 'revoked-at: 2026-11-22T09:00:00Z'
expect 0 egov-issue --home root --profile agency-sign --application "$waiting" --request waiting.csr \
	--out waiting.pem
expect 0 egov-crl publish --home root
prints 'entries: 1'
consistent root

# --- killed at any step: under its name there is a whole one, or none ---
: >steps
EGOV_CRASH_AT=0 EGOV_CRASH_LOG=$PWD/steps LD_PRELOAD=$O/crash.so egov-record backup --home root counted \
	>"$out" 2>"$err"
steps=$(wc -l <steps)
stride=$(((steps + 7) / 8))
step=1
while [ "$step" -le "$steps" ]; do
	rm -rf cut
	got=0
	ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" EGOV_CRASH_AT=$step LD_PRELOAD=$O/crash.so \
		egov-record backup --home root cut >"$out" 2>"$err" </dev/null || got=$?
	[ "$got" -eq 137 ] || die_showing "step $step of $steps: exit $got, not killed"
	[ -e cut ] || expect 0 egov-record backup --home root cut
	expect 0 egov-record restore --home cut --check
	consistent root
	step=$((step + stride))
done
