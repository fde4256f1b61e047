#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Killed at any step that makes something durable: the next command recovers, the records
# are whole, no serial comes twice, no certificate is without a record, and the list that
# is served is whole.  CRASH_POINTS=all tries every step instead of some of each program,
# ONLY=OPERATION that one alone.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"
# shellcheck source=tests/cli_crash.sh
. "$SRC/tests/cli_crash.sh"

[ -e "$O/crash.so" ] || die 'build/crash.so is missing'

# killed OPERATION STEP: the command is killed at this step; 0: its steps are counted.
killed() {
	got=0
	ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" EGOV_CRASH_AT=$2 \
		EGOV_CRASH_LOG=$D/steps LD_PRELOAD=$O/crash.so \
		sh -c "$(command_of "$1")" >"$out" 2>"$err" </dev/null || got=$?
}

for operation in ${ONLY:-$operations $killed_operations}; do
	fresh "$operation"
	: >steps
	killed "$operation" 0
	[ "$got" -eq 0 ] || die_showing "$operation: exit $got"
	steps=$(wc -l <steps)
	[ "$steps" -ge 3 ] || die "$operation: only $steps steps were seen"
	stride=$(((steps + 4) / 5))
	[ "${CRASH_POINTS:-}" != all ] || stride=1
	step=1
	while [ "$step" -le "$steps" ]; do
		fresh "$operation"
		: >steps
		killed "$operation" "$step"
		# Groups end by the clock too: a quicker run has fewer steps.
		[ "$got" -ne 0 ] || [ "$(wc -l <steps)" -ge "$step" ] || break
		[ "$got" -eq 137 ] || die_showing "$operation, step $step of $steps: exit $got, not killed"
		goes_on "$operation" "$step"
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
