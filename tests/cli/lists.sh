#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# egov-apply submit of many files and egov-revoke --list: a result a line, a bad line stops no
# other, what was done is not done twice.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal
custodian
root root
cps root
evidence
tab=$(printf '\t')

# result LINE WORD: what standard output says of a line.
result() {
	grep -q "^$1${tab}$2\($tab\|\$\)" "$out" || die_showing "$ran: line $1 is not $2"
}

# --- applications ---
for name in a b c d e; do
	request $name
	application $name
done
sed 's/^operator = 王审查/operator = 李核验/' b.application >alone.application
expect 4 egov-apply submit --home root a.application alone.application missing.application c.application
result 1 submitted
result 2 failed
prints 'two people are wanted' 'missing.application'
result 3 failed
result 4 submitted
prints "A000001${tab}a.application" "c.application"
says '2 of 4 failed'
[ "$(sql root 'select count(*) from application')" -eq 2 ] || die 'want two applications'
[ "$(entries root refused)" -eq 1 ] || die 'want the refusal journalled'
printf '# names\n\nd.application\nno tabs\there\ne.application\n' >names
expect 3 egov-apply submit --home root --list names --json
prints '"line":"3","status":"submitted","application":"A00000' '"file":"d.application"' \
	'"line":"4","status":"failed"' '"line":"5","status":"submitted"'
# One file alone is told as before.
expect 0 egov-apply submit --home root b.application
prints 'state: submitted'
expect 2 egov-apply submit --home root
says_only 'either files or --list'
expect 2 egov-apply submit --home root --list names b.application
says_only 'either files or --list'
expect 4 egov-apply submit --home root --list no-such-list
says 'no-such-list'
consistent root

# --- revocations ---
: >serials
for n in 1 2 3 4; do
	issued root cert$n
	echo "$serial" >>serials
done
# line N REASON [DATE]
line() {
	printf '%s\t%s\t%s\t示例市行政审批局\tloss.txt\n' "$(sed -n "$1p" serials)" "$2" "${3:-}"
}
echo 'lost on the way' >loss.txt
before=$(entries root refused)
{
	echo '# serial, reason, date, who, evidence'
	line 1 keyCompromise 2026-11-20T00:00:00Z
	line 2 superseded
	line 2 superseded | sed 's/superseded/no-such/'
	line 3 superseded 2027-01-01T00:00:00Z
	line 3 superseded yesterday
	line 3 superseded | sed 's/loss.txt/no-such.txt/'
	line 3 superseded | sed 's/^[0-9a-f]*/40000000000000000000000000000000/'
	line 3 superseded | cut -f 1-4
} >list
expect 4 egov-revoke --home root --list list
result 2 revoked
result 3 revoked
for n in 4 5 6 7 8 9; do
	result $n failed
done
prints 'no-such' 'lies in the future' 'no certificate of this CA' '5 fields'
says 'list: 6 of 8 failed'
[ "$(sql root 'select count(*) from revoked')" -eq 2 ] || die 'want two revocations'
[ "$(entries root revoke)" -eq 2 ] || die 'want two entries'
[ "$(entries root refused)" -gt "$before" ] || die 'want refusals journalled'
consistent root

# --- again: done is done, another reason is refused, the rest goes on ---
{
	line 1 keyCompromise
	line 2 superseded
	line 2 keyCompromise
	line 3 cessationOfOperation
} >list
before=$(entries root refused)
expect 3 egov-revoke --home root --list list --json
prints '"line":"1","status":"done"' '"line":"2","status":"done"' '"line":"3","status":"failed"' \
	'"line":"4","status":"revoked"' "\"serial\":\"$(sed -n 3p serials)\""
[ "$(entries root revoke)" -eq 3 ] || die 'revoked twice'
[ "$(entries root refused)" -eq $((before + 1)) ] || die 'what is done is no refusal'
expect 0 egov-status state --home root "$(sed -n 1p serials)"
prints 'invalidity-date: 2026-11-20T00:00:00Z'
expect 0 egov-crl publish --home root
prints 'entries: 3'
consistent root

# Many lines in one group: one certificate twice, and more than a group holds.
n=0
while [ $n -lt 600 ]; do
	line 4 superseded
	n=$((n + 1))
done >list
expect 0 egov-revoke --home root --list list
result 1 revoked
result 2 'done'
result 600 'done'
[ "$(entries root revoke)" -eq 4 ] || die 'revoked more than once'
consistent root

# --- by a deadline: met, missed; on a terminal how long it takes and how long there is ---
expect 0 egov-revoke --home root --list list --deadline "$EGOV_TEST_NOW"
[ ! -s "$err" ] || die_showing 'it was met'
expect 1 egov-revoke --home root --list list -q --deadline 2026-11-20T00:00:00Z
says "list: the end was reached at $EGOV_TEST_NOW, the deadline was 2026-11-20T00:00:00Z"
result 600 'done'
{ cat list; line 4 keyCompromise; } >worse
expect 3 egov-revoke --home root --list worse --deadline 2026-11-20T00:00:00Z
if command -v script >/dev/null; then
	# Its first commit waits for somebody who writes, which takes longer than what shows nothing.
	sqlite3 root/ledger.db 'begin immediate; select 1;' '.shell touch locked; sleep 1' >locking 2>&1 &
	while [ ! -e locked ]; do
		sleep 0.05
	done
	later=$(date -u -d "$EGOV_TEST_NOW + 4 hours" +%Y-%m-%dT%H:%M:%SZ)
	TERM=xterm expect 0 script -q -e \
		-c "egov-revoke --home root --list list --deadline $later >lines" typescript
	wait
	tr '\r' '\n' <typescript | grep -q '^done: [0-9]*/600 ([0-9]* %), [0-9]* min to go, 240 to the deadline' ||
		die 'no progress against the deadline'
fi

# --- wrong use ---
expect 2 egov-revoke --home root --list list --reason superseded
says_only '--list names'
expect 2 egov-revoke --home root --serial 40 --reason superseded --deadline "$EGOV_TEST_NOW"
says_only '--deadline goes with --list'
expect 2 egov-revoke --home root --serial 40 --reason superseded --evidence loss.txt
says_only '--requested-by WHO is missing'
expect 4 egov-revoke --home root --list no-such-list
says 'no-such-list'
expect 2 egov-revoke --home root --list list --publish
says_only '--list names'

# --- published at once; where that fails, the decision stands ---
at_once() {
	wanted=$1
	shift
	expect "$wanted" egov-revoke --home root --requested-by 示例 --evidence loss.txt --serial "$serial" --publish "$@"
}
issued root now
at_once 0 --reason superseded
prints "serial: $serial" 'published: yes'
expect 0 egov-crl check --issuer root/publish/cert/ca.pem --serial "$serial" --at "$EGOV_TEST_NOW" \
	root/publish/crl/ca.crl
prints 'state: revoked'
issued root later
mv "$EGOV_SOFTTOKEN_DIR" away
at_once 4 --reason superseded
says 'it is decided and recorded; no list says so yet' 'crl-key'
mv away "$EGOV_SOFTTOKEN_DIR"
expect 0 egov-status state --home root "$serial"
prints 'state: revoked'
at_once 3 --reason superseded
! grep -q 'published' "$out" || die_showing 'refused, and published'
issued root signed
at_once 0 --reason superseded --to-sign act
expect 0 egov-status state --home root "$serial"
prints 'state: good'
consistent root
