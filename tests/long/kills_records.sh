#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Destroying, copying, taking over, lodging and archiving records, destroying what is archived, and
# that beside archiving in the same home, killed at random instants after the ledger was opened, 200
# times: nothing is lost, nothing half, and the next run finishes.
# EGOV_KILLS=N kills N times, EGOV_SEED=N begins with the same delays, ONLY=OPERATION tries that one
# alone.
# shellcheck disable=SC2154 # names that eval sets
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"
# shellcheck source=tests/cli_crash.sh
. "$SRC/tests/cli_crash.sh"

kills=${EGOV_KILLS:-200}
seed=${EGOV_SEED:-$(date +%s)}
echo "EGOV_SEED=$seed"
[ -e "$O/crash.so" ] || die 'build/crash.so is missing'
records=${ONLY:-'purge backup reconcile witness archive unarchive forget both'}

# random LOW HIGH: a number between them, in $drawn.
random() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	drawn=$(($1 + (seed / 65536) * ($2 - $1) / 32768))
}

# How long each is at work after it opened the ledger, as far as known, in microseconds.
for operation in $records; do
	eval "span_$operation=40000 cut_$operation=0 done_$operation=0"
done
cut=0
round=0
while [ "$cut" -lt "$kills" ]; do
	round=$((round + 1))
	[ "$round" -le "$kills" ] || die "only $cut runs were killed in time"
	for operation in $records; do
		[ "$cut" -lt "$kills" ] || break
		fresh "$operation"
		eval "span=\$span_$operation"
		random 500 "$span"
		got=0
		ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" LD_PRELOAD=$O/crash.so \
			EGOV_KILL_FILE=/ledger.db EGOV_KILL_AFTER="$drawn" sh -c "$(command_of "$operation")" \
			>cut.out 2>cut.err </dev/null || got=$?
		case $got in
		137)
			cut=$((cut + 1))
			eval "cut_$operation=\$((cut_$operation + 1)) span_$operation=$((span + span / 20))"
			;;
		0) eval "span_$operation=$((span - span / 8 > 4000 ? span - span / 8 : 4000))" ;;
		*) die_showing "$operation: exit code $got before it was killed: $(cat cut.err)" ;;
		esac
		eval "done_$operation=\$((done_$operation + 1))"
		goes_on "$operation" "$drawn microseconds"
	done
done
for operation in $records; do
	eval "n=\$done_$operation k=\$cut_$operation"
	echo "$operation: $n done, $k of them killed"
	[ "$k" -ge $((n / 8)) ] || die "$operation: too few were killed in time"
done
echo "$cut runs killed in $round rounds"
