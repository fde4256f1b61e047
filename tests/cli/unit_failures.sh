#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The unit tests with calls that fail, each in its turn (tests/fault/units.c): nothing crashes,
# hangs or tells another cause.  Some calls of some tests, for FAIL_BUDGET ms of processor time
# a program, where that is enough; with CRASH_POINTS=all every call of every test, FAIL_JOBS
# programs at a time.  FAIL_UNITS names some of the programs, for who runs this by hand.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"

budget=${FAIL_BUDGET:-40} jobs=1
[ "${CRASH_POINTS:-}" != all ] || budget=all jobs=${FAIL_JOBS:-2}

# What a run that ends early has in hand is no leak.
ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
export ASAN_OPTIONS

# Programs whose first test takes a good part of a second: with CRASH_POINTS=all alone.
cat >slow <<SLOW
agreement
clock
differential
generation
key_file
pkcs8
publish
record
record_check
record_check_approval
record_check_delta
record_check_hold
record_check_pack
record_check_set
record_check_succession
softtoken_memory
softtoken_process
softtoken_store
softtoken_table
stages
transcript
verify_corpus
SLOW
for source in "$SRC"/tests/unit/test_*.c; do
	name=${source##*/test_}
	name=${name%.c}
	[ -z "${FAIL_UNITS:-}" ] || case " $FAIL_UNITS " in
	*" $name "*) ;;
	*) continue ;;
	esac
	[ "$budget" = all ] || ! grep -qx "$name" slow || continue
	[ -x "$O/tests/unit/test_$name" ] || die "test_$name is not built"
	mkdir "$name"
	echo "$name"
done >programs
[ -s programs ] || die 'there are no programs'

# A failing program has left its folder.
# shellcheck disable=SC2016 # for the shells that are started
xargs -P "$jobs" -n 1 sh -c 'cd "$2" && EGOV_FAIL_UNITS=$1 HOME=$PWD "$O/tests/unit/test_$2" >log 2>&1 &&
	tail -n 1 log >"../$2.told" && cd .. && rm -rf "$2" && echo "$2: $(cat "$2.told")"' sh "$budget" \
	<programs || :

bad=
while read -r name; do
	if [ -d "$name" ]; then
		grep -a -A 30 '^FAIL' "$name/log" || tail -n 30 "$name/log"
		bad="$bad $name"
	fi
done <programs
[ -z "$bad" ] || die "failed:$bad"
cat ./*.told | awk '
	{
		tried += $1; calls += $3
		stored += $5; of_store += $7
		inner += $10; of_inner += $12
		tests += $16; of += $18; ways += $25
	}
	END {
		printf "%d of %d calls, %d of %d of SQLite, %d of %d within one, in %d of %d tests, by %d ways\n",
			tried, calls, stored, of_store, inner, of_inner, tests, of, ways
	}'
