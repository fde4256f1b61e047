#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the tests: sh tests/run.sh [NAME...], called by "make run-check".
#
# A NAME selects unit test_NAME, cli NAME.sh, fuzz NAME and long NAME.sh; without one, everything
# but the long tests runs.
# Each test has a fresh empty folder, $O/t/<kind>-<name>, where its output stays beside it in a .log.
# The last line of the output is always "N passed, N failed, N skipped".
set -u

LIMIT=${LIMIT:-600}      # seconds that one test may take: some take 120 on a quiet machine
AHEAD=${AHEAD:-}         # days that the tests find the machine's clock ahead: no test may fail from a date on
REPLAY_SECONDS=20
JOBS=${JOBS:-2}

# --- one test: run.sh --one KIND NAME -----------------------------------------------

# Reads what cmocka printed: "passed failed skipped".
count_cmocka() {
	awk '
	function number(line) { return match(line, /[0-9]+ test\(s\)/) ? substr(line, RSTART) + 0 : 0 }
	/^\[==========\] .*test\(s\) run/ { run += number($0) }
	/^\[  PASSED  \] .*test\(s\)/ { passed += number($0) }
	/^\[  SKIPPED \] .*test\(s\)/ { skipped += number($0) }
	END { print passed + 0, run - passed - skipped, skipped + 0 }' "$1"
}

# $1 = exit code, $2 = log of a program that counts its own tests.
judge_unit() {
	# shellcheck disable=SC2046 # three numbers
	set -- "$1" $(count_cmocka "$2")
	if [ "$1" -ne 0 ] && [ "$3" -eq 0 ]; then
		echo "$2 1 $4"      # it died between two tests, or before the first
	elif [ $(($2 + $3 + $4)) -eq 0 ]; then
		echo "0 1 0"        # it ran nothing
	else
		echo "$2 $3 $4"
	fi
}

judge_whole() {
	case $1 in
	0) echo "1 0 0" ;;
	77) echo "0 0 1" ;;
	*) echo "0 1 0" ;;
	esac
}

corpora_missed() {
	[ "${CI:-}" = true ] && [ -d "$CORPORA" ] && grep -qi -e corpora -e corpus "$1"
}

tell_skipped() {
	if [ "$1" = unit ]; then
		sed -n 's/^\[  SKIPPED \] \([^ ]*\)$/     skipped: \1/p' "$2" | sort -u
	else
		sed -n '$s/^/     skipped: /p' "$2"
	fi
}

show() {
	echo "--- $1: the last lines of its output"
	tail -n 150 "$1.log"
	echo "--- end of $1"
}

# A test and its arguments; PROGRESS=yes shows what it says while it says it.
run_limited() {
	if [ -z "${PROGRESS:-}" ]; then
		timeout -k 10 "$LIMIT" "$@" >"../$test.log" 2>&1 </dev/null
		return
	fi
	echo "$test: begins"
	: >"../$test.log"               # there before tail asks for it
	timeout -k 10 "$LIMIT" "$@" >>"../$test.log" 2>&1 </dev/null &
	limited=$!
	tail -n +1 -f --pid="$limited" "../$test.log" | sed -u "s/^/$test: /" &
	wait "$limited"
	code=$?
	wait
	return $code
}

run_one() {
	kind=$1 name=$2
	cd "$O/t" || exit 1
	test=$kind-$name
	mkdir "$test" && cd "$test" || exit 1
	HOME=$PWD
	EGOV_SOFTTOKEN_DIR=$PWD/softtoken
	export HOME EGOV_SOFTTOKEN_DIR
	case $kind in
	unit) set -- "$O/tests/unit/test_$name" ;;
	cli | long) set -- sh "$SRC/tests/$kind/$name.sh" ;;
	fuzz)
		set -- "$O/tests/fuzz/replay_$name" -t "$REPLAY_SECONDS"
		for inputs in "$SRC/tests/fuzz/seeds/$name" "$O/t/corpora"; do
			[ ! -d "$inputs" ] || set -- "$@" "$inputs"
		done
		;;
	esac
	[ -z "$AHEAD" ] || set -- env "EGOV_AHEAD=$AHEAD" "LD_PRELOAD=$O/ahead.so" "$@"
	start=$(date +%s)
	run_limited "$@"
	code=$?
	cd ..
	seconds=$(($(date +%s) - start))
	[ "$code" -ne 124 ] || echo "run.sh: stopped after $LIMIT seconds" >>"$test.log"
	if [ "$kind" = unit ]; then
		counts=$(judge_unit "$code" "$test.log")
	else
		counts=$(judge_whole "$code")
	fi
	# shellcheck disable=SC2086 # three numbers
	set -- $counts
	if [ "$3" -gt 0 ] && corpora_missed "$test.log"; then
		echo "run.sh: the corpora are here, so $3 skipped test(s) count as failed" >>"$test.log"
		set -- "$1" $(($2 + $3)) 0
	fi
	echo "$1 $2 $3" >"$test.counts"
	{
		verdict=ok
		[ "$3" -eq 0 ] || verdict=skip
		[ "$2" -eq 0 ] || verdict=FAIL
		printf '%-4s %s (%d passed, %d failed, %d skipped, %d s)\n' "$verdict" "$test" "$1" "$2" "$3" "$seconds"
		[ "$3" -eq 0 ] || tell_skipped "$kind" "$test.log"
		[ "$2" -eq 0 ] || { echo "exit code $code"; show "$test"; }
	} >"$test.said"
	cat "$test.said"   # in one piece: two tests run at a time
}

# --- all that were asked for -----------------------------------------------------------

# Every test there is, a line each: "kind name".  The slow ones first.
list() {
	for file in "$SRC"/tests/cli/*.sh; do
		[ ! -f "$file" ] || { name=${file##*/}; echo "cli ${name%.sh}"; }
	done
	for file in "$O"/tests/fuzz/replay_* "$O"/tests/unit/test_*; do
		case $file in
		*.o | *.d) continue ;;
		esac
		[ -x "$file" ] || continue
		name=${file##*/}
		case $name in
		replay_*) [ ! -f "$SRC/tests/fuzz/fuzz_${name#replay_}.c" ] || echo "fuzz ${name#replay_}" ;;
		test_*) [ ! -f "$SRC/tests/unit/$name.c" ] || echo "unit ${name#test_}" ;;
		esac
	done
}

list_long() {
	for file in "$SRC"/tests/long/*.sh; do
		name=${file##*/}
		echo "long ${name%.sh}"
	done
}

choose() {
	if [ $# -eq 0 ]; then
		list
		return
	fi
	for wanted in "$@"; do
		{ list && list_long; } | awk -v n="$wanted" '$2 == n { print; found = 1 } END { exit !found }' || {
			echo "run.sh: no test is called $wanted" >&2
			return 1
		}
	done
}

# Archives of inputs that others collected, once for all replays.
unpack_corpora() {
	grep -q '^fuzz ' "$O/t/list" && [ -d "$CORPORA/fuzz" ] || return 0
	for archive in "$CORPORA"/fuzz/*.tar.xz; do
		folder=${archive##*/}
		folder=$O/t/corpora/${folder%.tar.xz}
		mkdir -p "$folder" && tar -C "$folder" -xf "$archive" || return 1
	done
}

# Where the sanitizer's runtime lies, for foreign programs that load our module.
preload() {
	case ${SANITIZE:-} in
	*address*)
		case $(${CC:-cc} --version) in
		*clang*) runtime=libclang_rt.asan-$(uname -m).so ;;
		*) runtime=libasan.so ;;
		esac
		${CC:-cc} -print-file-name="$runtime"
		;;
	esac
}

summary() {
	if [ ! -d "$CORPORA" ]; then
		echo "run.sh: there is no $CORPORA: tests on material that others made were skipped"
	fi
	grep -h -e '^skip' -e '^     skipped: ' "$O"/t/*.said 2>/dev/null
	grep -h '^FAIL' "$O"/t/*.said 2>/dev/null
	passed=0 failed=0 skipped=0
	while read -r kind name; do
		if ! read -r p f s 2>/dev/null <"$O/t/$kind-$name.counts"; then
			echo "FAIL $kind-$name left no result"
			p=0 f=1 s=0
		fi
		passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	done <"$O/t/list"
	[ "$((passed + failed + skipped))" -gt 0 ] || { echo "run.sh: there are no tests"; failed=1; }
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" -eq 0 ]
}

if [ "${1:-}" = --one ]; then
	run_one "$2" "$3"
	exit 0
fi

SRC=$(cd "$(dirname "$0")/.." && pwd)
O=$(cd "${O:-build}" && pwd) || exit 1
CORPORA=${CORPORA:-$SRC/../shared/corpora}
EGOV_CORPORA=$CORPORA
EGOV_SOFTTOKEN_ITERATIONS=1000
EGOV_PRELOAD=$(preload)
LC_ALL=C.UTF-8
PATH=$O:$PATH
# Where thread-local data of a library loaded late lie 16 octets into a page, the sanitizer's guess
# at their bounds goes wrong and the search for leaks crashes: it is not to guess.
ASAN_OPTIONS=halt_on_error=1:detect_stack_use_after_return=1:allocator_may_return_null=1:intercept_tls_get_addr=0
UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export AHEAD SRC O CORPORA EGOV_CORPORA EGOV_SOFTTOKEN_ITERATIONS EGOV_PRELOAD LC_ALL PATH ASAN_OPTIONS UBSAN_OPTIONS
unset MAKEFLAGS MFLAGS MAKELEVEL EGOVCA_HOME EGOV_TEST_NOW LANGUAGE
umask 022

chmod -R u+rwx "$O/t" 2>/dev/null
rm -rf "$O/t" && mkdir -p "$O/t" || exit 1
if ! choose "$@" >"$O/t/list" || ! unpack_corpora; then
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
fi
xargs -P "$JOBS" -L 1 sh "$SRC/tests/run.sh" --one <"$O/t/list"
summary
