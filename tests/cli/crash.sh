#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Killed at any step that makes something durable: the next command recovers, the records
# are whole, no serial comes twice, no certificate is without a record, and the list that
# is served is whole.  CRASH_POINTS=all tries every step instead of some of each program.
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
issued root old
echo loss >loss.txt
expect 0 egov-revoke --home root --serial "$serial" --reason superseded --requested-by x \
	--evidence loss.txt
expect 0 egov-crl publish --home root
issued root lost
lost=$serial
approved root zhang
request chen
application chen
ca=root/publish/cert/ca.pem

# The command lines: each runs in a shell of its own, and is killed there.
command_of() {
	case $1 in
	issue) echo "exec egov-issue --home work --profile agency-sign --application $id" \
		"--request zhang.csr --out work.pem" ;;
	revoke) echo "exec egov-revoke --home work --serial $lost --reason keyCompromise" \
		"--requested-by x --evidence loss.txt" ;;
	publish) echo "exec egov-crl publish --home work" ;;
	submit) echo "exec egov-apply submit --home work chen.application" ;;
	policy) echo "exec egov-policy add --home work --version 2 --published 2026-11-01" \
		"--effective 2026-11-01 cps.txt" ;;
	init) echo "exec egov-init --home made --test --subject 'C=CN, O=x, CN=x'" \
		"--key '$(uri root-ca)' --journal-key '$(uri root-journal)'" \
		"--custodian custodian.pem --self-signed" ;;
	esac
}

# again OPERATION: the same command, to its end.
again() {
	got=0
	sh -c "$(command_of "$1")" >"$out" 2>"$err" </dev/null || got=$?
}

fresh() {
	rm -rf work work.pem made
	cp -r root work
}

# killed OPERATION STEP: the command is killed at this step; 0: its steps are counted.
killed() {
	got=0
	ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" EGOV_CRASH_AT=$2 \
		EGOV_CRASH_LOG=$D/steps LD_PRELOAD=$O/crash.so \
		sh -c "$(command_of "$1")" >"$out" 2>"$err" </dev/null || got=$?
}

whole_list() {
	expect 0 egov-crl check --issuer $ca --at 2026-11-22T09:00:00Z work/publish/crl/ca.crl
}

# After a kill: recover, go on, and nothing is lost or double.
goes_on() {
	case $1 in
	issue)
		consistent work
		again issue
		case $got in
		0) ;;
		3) says 'used already' && serial=$(grep -oE '[0-9a-f]{32}' "$err" | head -n 1) &&
			expect 0 egov-status show --home work --pem "$serial" && cp "$out" work.pem ;;
		*) die_showing "issue, killed at step $2: the next run exits $got" ;;
		esac
		expect 0 openssl verify -no_check_time -vfyopt $ID -partial_chain -trusted $ca work.pem
		[ "$(sql work "select count(*) from certificate where application = '$id'")" -eq 1 ] ||
			die "issue, killed at step $2: want one certificate"
		;;
	revoke)
		consistent work
		again revoke
		[ "$got" -eq 0 ] || { [ "$got" -eq 3 ] && says 'already'; } ||
			die_showing "revoke, killed at step $2: the next run exits $got"
		expect 0 egov-status state --home work "$lost"
		prints 'state: revoked'
		expect 0 egov-crl publish --home work
		prints 'entries: 2'
		;;
	publish)
		whole_list
		consistent work
		again publish
		[ "$got" -eq 0 ] || die_showing "publish, killed at step $2: the next run exits $got"
		prints 'entries: 1'
		[ "$(sql work 'select count(distinct number) from crl')" -eq \
			"$(sql work 'select count(*) from crl')" ] || die 'a number came twice'
		;;
	submit)
		consistent work
		again submit
		[ "$got" -eq 0 ] || die_showing "submit, killed at step $2: the next run exits $got"
		;;
	policy)
		consistent work
		# Never served before it is on record.
		[ ! -e work/publish/cps/cps-2 ] ||
			[ "$(sql work 'select count(*) from policy where version = 2')" -eq 1 ] ||
			die "policy, killed at step $2: served without a record"
		again policy
		[ "$got" -eq 0 ] || die_showing "policy, killed at step $2: the next run exits $got"
		same cps.txt work/publish/cps/cps-2
		[ "$(entries work policy)" -eq 2 ] || die "policy, killed at step $2: not recorded once"
		;;
	init)
		if [ -e made ]; then
			consistent made
		else
			again init
			[ "$got" -eq 0 ] || die_showing "init, killed at step $2: the next run exits $got"
		fi
		consistent made
		[ -z "$(find . -maxdepth 1 -name '.egov-tmp-init-*')" ] ||
			die "init, killed at step $2: a temporary home was left"
		return
		;;
	esac
	consistent work
	[ -z "$(find work -name '.egov-tmp-*')" ] || die "$1, killed at step $2: a temporary file is left"
	[ "$(sql work 'select count(distinct serial) from intent where kind = 2')" -eq \
		"$(sql work 'select count(*) from intent where kind = 2')" ] || die 'a serial came twice'
	[ "$(sql work 'select count(*) from certificate where not exists
		(select 1 from intent where intent.id = certificate.intent)')" -eq 0 ] ||
		die 'a certificate without an intent'
}

for operation in issue revoke publish submit policy init; do
	fresh
	: >steps
	killed $operation 0
	[ "$got" -eq 0 ] || die_showing "$operation: exit $got"
	steps=$(wc -l <steps)
	[ "$steps" -ge 3 ] || die "$operation: only $steps steps were seen"
	stride=$(((steps + 4) / 5))
	[ "${CRASH_POINTS:-}" != all ] || stride=1
	step=1
	while [ "$step" -le "$steps" ]; do
		fresh
		killed $operation "$step"
		[ "$got" -eq 137 ] || die_showing "$operation, step $step of $steps: exit $got, not killed"
		goes_on $operation "$step"
		step=$((step + stride))
	done
	echo "$operation: $steps steps"
done

# --- an intent that nobody finished is named by whoever opens the home later ---
step=1
while :; do
	fresh
	killed issue $step
	[ "$got" -eq 137 ] || die 'no step of issue leaves an intent without a result'
	[ "$(sql work 'select count(*) from intent where state = 1')" -eq 0 ] || break
	step=$((step + 1))
done
expect 0 egov-status list --home work
[ ! -s "$err" ] || die_showing 'an intent of this minute is most likely at work'
EGOV_TEST_NOW=2026-11-22T08:02:00Z
expect 0 egov-status list --home work
says 'has no result' "certificate $id"
expect 0 egov-record check --home work
prints 'open-intents: 1'
# It is finished for the same profile and the same key alone.
expect 3 egov-issue --home work --profile civil-servant-sign --application "$id" --request zhang.csr
says "application $id is for profile agency-sign"
expect 3 egov-issue --home work --profile agency-sign --application "$id" --request chen.csr
says 'not the one of application'
again issue
[ "$got" -eq 0 ] || die_showing "the intent was not finished: exit $got"
expect 0 egov-status list --home work
[ ! -s "$err" ] || die_showing 'the intent has its result'

# --- or it is given up: its serial is revoked, its application is over, nothing is signed ---
EGOV_TEST_NOW=2026-11-22T08:00:00Z
fresh
killed issue $step
serial=$(sql work 'select lower(hex(serial)) from intent where state = 1')
expect 0 egov-revoke --home work --serial "$serial" --reason unspecified --requested-by x \
	--evidence loss.txt
consistent work
prints 'open-intents: 0'
again issue
[ "$got" -eq 3 ] || die_showing "issue on a closed intent: exit $got, want 3"
says "application $id is rejected"
expect 0 egov-crl publish --home work
expect 0 egov-crl show --entries work/publish/crl/ca.crl
prints "$serial"
expect 1 egov-status show --home work "$serial"
expect 0 egov-status state --home work "$serial"
prints 'state: revoked' 'reason: unspecified'
consistent work
