#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The revocation clock: from the report to the decision, and from there to a published list.
set -eu
s1='' s10='' s11=''
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal
custodian
root root --crl-url http://pki.example.cn/crl/ca.crl
cps root
echo loss >loss.txt
sed -i 's,^maximum = .*,&\nhold = yes,' root/egovca.conf

# --- what the practice statement promises ---
try() {
	cp root/egovca.conf saved.conf
	sed -i "s|^maximum = .*|&\n$1|" root/egovca.conf
	expect "$2" egov-status clock --home root
	[ -z "$3" ] || says "$3"
	cp saved.conf root/egovca.conf
}
try 'list_within = 24h' 3 'a revocation can wait longer for the next list'
try 'list_within = 25h' 0 ''
try 'delta_period = 1h\nlist_within = 119m' 3 'a revocation can wait longer'
try 'delta_period = 1h\nlist_within = 2h' 0 ''
try 'decide_within = never' 3 decide_within

expect 0 egov-status clock --home root
prints 'cases: 0' 'verdict: within' 'decide-within: 86400' 'list-within: 97200'
! grep -q p50 "$out" || die_showing 'nothing has a median'

# --- ten cases, reported one to ten hours before ---
asks() {
	egov-revoke --home root --requested-by 张示例 --evidence loss.txt "$@"
}
for n in 1 2 3 4 5 6 7 8 9 10 11; do
	issued root "user$n"
	eval "s$n=$serial"
done
EGOV_TEST_NOW=2026-11-23T12:00:00Z
expect 3 asks --reason superseded --serial "$s1" --reported 2026-11-23T12:00:01Z
says 'reported in the future'
expect 2 asks --hold --serial "$s1" --reported 2026-11-23T11:00:00Z
says '--reported goes with --reason'
for n in 1 2 3 4 5 6 7 8 9; do
	eval "serial=\$s$n"
	expect 0 asks --reason superseded --serial "$serial" --reported "2026-11-23T0$((10 - n)):00:00Z"
done
printf '%s\tsuperseded\t\t示例\tloss.txt\n' "$s10" >list
expect 0 egov-revoke --home root --list list --reported 2026-11-23T02:00:00Z
expect 0 egov-status clock --home root
prints 'cases: 10' 'listed: 0' 'pending: 10' 'late: 0' 'verdict: within' \
	'reported-decided-p50: 25200' 'reported-decided-p90: 36000' 'reported-decided-p99: 39600' \
	'reported-decided-max: 39600'
! grep -q decided-listed "$out" || die_showing 'nothing is listed'
consistent root

# --- listed two hours later, by a list that is made then; its making alone is not publishing ---
EGOV_TEST_NOW=2026-11-23T13:00:00Z
mv root/publish/crl root/publish/away
expect 4 egov-crl publish --home root
mv root/publish/away root/publish/crl
expect 0 egov-status clock --home root
prints 'pending: 10'
EGOV_TEST_NOW=2026-11-23T14:00:00Z
expect 0 egov-crl publish --home root
expect 0 egov-status clock --home root
prints 'listed: 10' 'pending: 0' 'decided-listed-p50: 7200' 'decided-listed-max: 7200' \
	'reported-listed-p50: 32400' 'reported-listed-max: 46800'
expect 0 egov-status clock --home root --cases --json
[ "$(wc -l <"$out")" -eq 11 ] || die_showing 'want a line a case and one for all'
head -n 1 "$out" | jq -e --arg serial "$s1" '.serial == $serial
	and .reported == "2026-11-23T09:00:00Z" and .decided == "2026-11-23T12:00:00Z"
	and .listed == "2026-11-23T14:00:00Z" and .late == "no" and (.number | tonumber) >= 1' >jq.out
tail -n 1 "$out" | jq -e '.cases == "10" and .verdict == "within"' >jq.out
consistent root

# --- a period; past what was promised, listed or still waiting ---
expect 0 egov-status clock --home root --from 2026-11-24T00:00:00Z
prints 'cases: 0'
expect 0 egov-status clock --home root --to 2026-11-23T12:00:00Z
prints 'cases: 0'
expect 0 egov-status clock --home root --from 2026-11-23T12:00:00Z --to 2026-11-23T12:00:01Z
prints 'cases: 10'
# a hold that is revoked for good was decided when that was, not when the hold began
expect 0 asks --hold --serial "$s11" --actor 李值班
EGOV_TEST_NOW=2026-11-25T14:00:00Z
expect 0 asks --reason superseded --serial "$s11" --reported 2026-11-24T13:59:59Z
expect 0 egov-status state --home root "$s11"
prints 'revoked-at: 2026-11-23T14:00:00Z'
expect 1 egov-status clock --home root --from 2026-11-24T00:00:00Z --cases
prints 'cases: 1' 'late: 1' 'verdict: late' 'decided: 2026-11-25T14:00:00Z' 'late: yes' \
	'reported-decided-max: 86401'
says 'longer than the practice statement promises'
expect 1 egov-status clock --home root --json
sed -i 's,^maximum = .*,&\ndecide_within = 2d,' root/egovca.conf
expect 0 egov-status clock --home root
EGOV_TEST_NOW=2026-11-26T17:00:00Z
expect 0 egov-status clock --home root
prints 'pending: 1' 'late: 0'
EGOV_TEST_NOW=2026-11-26T17:00:01Z
expect 1 egov-status clock --home root
prints 'pending: 1' 'late: 1'
expect 0 egov-crl publish --home root
expect 1 egov-status clock --home root
prints 'pending: 0' 'late: 1' 'decided-listed-max: 97201'
consistent root
