#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One home, killed at random instants, 300 times: of issue, revoke and CRL runs.  After each
# kill the same command is run to its end, and at the end the counts are exact.
# EGOV_KILLS=N kills N times, EGOV_SEED=N repeats a run.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

kills=${EGOV_KILLS:-300}
seed=${EGOV_SEED:-$(date +%s)}
echo "EGOV_SEED=$seed"

token root-ca root-journal
custodian
root root
cps root
evidence
request zhang
application zhang
echo loss >loss.txt

# Delays between nothing and a little more than a whole run takes, one a line.
awk -v seed="$seed" -v n="$kills" \
	'BEGIN { srand(seed); while (n-- > 0) printf "%.4f\n", rand() * 0.06 }' >delays

# cut_off DELAY COMMAND...: the command, killed after the delay unless it ended before.
cut_off() {
	delay=$1
	shift
	"$@" >cut.out 2>cut.err </dev/null &
	pid=$!
	sleep "$delay"
	kill -KILL $pid 2>/dev/null || true
	got=0
	wait $pid 2>/dev/null || got=$?
	case $got in
	137) cut=$((cut + 1)) ;;
	0) ;;
	*) die_showing "$*: exit code $got before it was killed" ;;
	esac
}

issue() {
	egov-issue --home root --profile agency-sign --application "$id" --request zhang.csr "$@"
}
revoke() {
	egov-revoke --home root --serial "$1" --reason superseded --requested-by x --evidence loss.txt
}

# The certificate of an application, whoever has issued it.
serial_of() {
	sql root "select lower(hex(serial)) from certificate where application = '$1'"
}

cut=0 issues=0 revokes=0 round=0
while read -r delay; do
	round=$((round + 1))
	case $((round % 3)) in
	0)
		cut_off "$delay" egov-crl publish --home root
		expect 0 egov-crl publish --home root
		prints "entries: $revokes"
		;;
	*)
		expect 0 egov-apply submit --home root zhang.application
		id=$(value application)
		expect 0 egov-apply review --home root --actor 王审查 "$id"
		expect 0 egov-apply approve --home root --actor 周批准 "$id"
		cut_off "$delay" egov-issue --home root --profile agency-sign --application "$id" \
			--request zhang.csr --out cut.pem
		got=0
		issue --out cut.pem >"$out" 2>"$err" </dev/null || got=$?
		[ "$got" -eq 0 ] || { [ "$got" -eq 3 ] && says 'used already'; } ||
			die_showing "round $round: issue again exits $got"
		issues=$((issues + 1))
		[ "$(serial_of "$id" | wc -l)" -eq 1 ] || die "round $round: want one certificate of $id"
		;;
	esac
	if [ $((round % 3)) -eq 2 ]; then
		serial=$(serial_of "$id")
		cut_off "$delay" egov-revoke --home root --serial "$serial" --reason superseded \
			--requested-by x --evidence loss.txt
		got=0
		revoke "$serial" >"$out" 2>"$err" </dev/null || got=$?
		[ "$got" -eq 0 ] || { [ "$got" -eq 3 ] && says 'already'; } ||
			die_showing "round $round: revoke again exits $got"
		revokes=$((revokes + 1))
	fi
	[ $((round % 25)) -ne 0 ] || consistent root
done <delays

consistent root
prints 'open-intents: 0'
[ "$(sql root 'select count(*) from certificate where is_ca = 0')" -eq "$issues" ] || die 'certificates'
[ "$(sql root 'select count(distinct serial) from certificate')" -eq $((issues + 1)) ] || die 'serials'
[ "$(sql root 'select count(*) from revoked')" -eq "$revokes" ] || die 'revocations'
expect 0 egov-crl publish --home root
prints "entries: $revokes"
[ -z "$(find root -name '.egov-tmp-*')" ] || die 'a temporary file was left'
[ "$cut" -ge $((kills / 4)) ] || die "only $cut runs were killed in time"
echo "$cut runs killed in $round rounds, $issues issued, $revokes revoked"
