#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/run.sh counts what passed, failed and was skipped, and no failure gets past it.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"

mkdir -p tree/tests/unit tree/tests/cli tree/tests/fuzz/seeds/f tree/build/tests/unit tree/build/tests/fuzz
cp "$SRC/tests/run.sh" tree/tests
cd tree
programs=$O
O=build
CORPORA=$PWD/corpora
SANITIZE=
CI=
export O CORPORA SANITIZE CI

# unit NAME EXIT PASSED FAILED SKIPPED [TEXT]: a program that prints what cmocka would.
unit() {
	: >"tests/unit/test_$1.c"
	{
		echo '#!/bin/sh'
		echo "cat <<END"
		echo "[==========] Running $(($3 + $4 + $5)) test(s)."
		echo "${6:-}"
		echo "[==========] group: $(($3 + $4 + $5)) test(s) run."
		echo "[  PASSED  ] $3 test(s)."
		[ "$5" -eq 0 ] || printf '%s\n' "[  SKIPPED ] group: $5 test(s), listed below:" '[  SKIPPED ] lazy'
		[ "$4" -eq 0 ] || printf '%s\n' "[  FAILED  ] group: $4 test(s), listed below:" '[  FAILED  ] wrong'
		echo END
		echo "exit $2"
	} >"build/tests/unit/test_$1"
	chmod +x "build/tests/unit/test_$1"
}

last_is() {
	[ "$(tail -n 1 "$out")" = "$1" ] || die_showing "the last line is not: $1"
}

run_tests() {
	sh tests/run.sh "$@"
}

expect 1 run_tests
last_is '0 passed, 1 failed, 0 skipped'
prints 'there are no tests' "there is no $CORPORA"

unit good 0 3 0 0
unit lazy 0 1 0 2 'no corpora here'
# shellcheck disable=SC2016 # a script
printf '%s\n' '[ -z "$(ls -A)" ] && [ "$HOME" = "$PWD" ] && [ "${O#/}" != "$O" ] || exit 1' \
	'[ "$LC_ALL" = C.UTF-8 ] && [ "$EGOV_SOFTTOKEN_ITERATIONS" = 1000 ] || exit 1' \
	'[ "${EGOV_SOFTTOKEN_DIR#"$PWD"}" != "$EGOV_SOFTTOKEN_DIR" ] && ! read -r line' >tests/cli/clean.sh
echo 'echo cannot; exit 77' >tests/cli/off.sh
: >tests/fuzz/fuzz_f.c
# shellcheck disable=SC2016 # a script
printf '%s\n' '#!/bin/sh' 'shift 2' 'ls "$@"' >build/tests/fuzz/replay_f
chmod +x build/tests/fuzz/replay_f
expect 0 run_tests
last_is '6 passed, 0 failed, 3 skipped'
prints 'skipped: lazy' 'skipped: cannot'

# by name: one, several, none of that name
: >tests/fuzz/fuzz_good.c
cp build/tests/fuzz/replay_f build/tests/fuzz/replay_good
expect 0 run_tests good
last_is '4 passed, 0 failed, 0 skipped'
expect 0 run_tests clean off
last_is '1 passed, 0 failed, 1 skipped'
expect 1 run_tests good nosuch
says 'no test is called nosuch'
last_is '0 passed, 1 failed, 0 skipped'
rm tests/fuzz/fuzz_good.c      # its old program is not run any more
expect 0 run_tests good
last_is '3 passed, 0 failed, 0 skipped'

# what a long test says is shown while it runs, and a failing one hides no other
printf '%s\n' 'echo first' 'until [ -e ../seen ]; do sleep 0.1; done' 'exit 3' >tests/cli/talk.sh
# shellcheck disable=SC2016 # a script
printf '%s\n' 'n=0' 'until grep -q "talk: first" ../../../shown; do sleep 0.1; n=$((n + 1)); [ $n -lt 200 ]; done' \
	': >../seen' >tests/cli/watch.sh
got=0
PROGRESS=yes LIMIT=30 run_tests talk watch clean >shown 2>"$err" || got=$?
cp shown "$out"
[ "$got" -eq 1 ] || die_showing "exit code $got, wanted 1"
prints 'cli-talk: begins' 'cli-talk: first' 'FAIL cli-talk' 'exit code 3' 'ok   cli-clean'
last_is '2 passed, 1 failed, 0 skipped'
rm tests/cli/talk.sh tests/cli/watch.sh shown

# a clock that is ahead
next=$(($(env -u LD_PRELOAD date +%Y) + 1))
# shellcheck disable=SC2016 # a script
printf '%s\n' 'for year in $(date +%Y) $(python3 -c "import time; print(time.gmtime().tm_year)"); do' \
	'[ "$year" -ge "$WANTED" ] || exit 1; done' >tests/cli/year.sh
cp "$programs/ahead.so" build
expect 0 env AHEAD=400 WANTED=$next sh tests/run.sh year
expect 1 env -u LD_PRELOAD AHEAD= WANTED=$next sh tests/run.sh year
rm tests/cli/year.sh

# what lies in the corpora must not be skipped by .ci/run
mkdir -p corpora/fuzz
tar -cJf corpora/fuzz/set.tar.xz tests/fuzz/fuzz_f.c
CI=true
expect 1 run_tests
last_is '6 passed, 2 failed, 1 skipped'
prints 'so 2 skipped test(s) count as failed'
CI=
expect 0 run_tests
[ -f build/t/corpora/set/tests/fuzz/fuzz_f.c ] || die 'the archives were not unpacked'
grep -q corpora build/t/fuzz-f.log || die 'the replay was not given the corpora'
echo damaged >corpora/fuzz/set.tar.xz
expect 1 run_tests
last_is '0 passed, 1 failed, 0 skipped'
rm -r corpora

# failures of every kind: counted, or the program died, or it ran nothing
unit bad 1 2 1 0
expect 1 run_tests bad
last_is '2 passed, 1 failed, 0 skipped'
prints '[  FAILED  ] wrong'
unit bad 139 2 0 0
expect 1 run_tests bad
last_is '2 passed, 1 failed, 0 skipped'
unit bad 0 0 0 0
expect 1 run_tests bad
last_is '0 passed, 1 failed, 0 skipped'
unit bad 0 1 1 0
expect 1 run_tests bad
last_is '1 passed, 1 failed, 0 skipped'
echo 'exit 3' >tests/cli/bad.sh
unit bad 0 1 0 0
expect 1 run_tests bad
last_is '1 passed, 1 failed, 0 skipped'
prints 'exit code 3'
