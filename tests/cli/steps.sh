#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What crash.so promises to the tests that preload it: it counts the steps of a program, and
# kills it in place of the one that is asked for.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"

sql='pragma journal_mode = wal; create table t(x); insert into t values(1);'

# run STEP: sqlite3 on a fresh database, killed at this step; 0: counted.
run() {
	rm -f x.db x.db-wal x.db-shm x.db-journal
	got=0
	EGOV_CRASH_AT=$1 EGOV_CRASH_LOG=$PWD/log LD_PRELOAD=$O/crash.so \
		sh -c "exec sqlite3 x.db \"$sql\"" >"$out" 2>"$err" || got=$?
}

: >log
run 0
[ "$got" -eq 0 ] || die_showing "sqlite3: exit $got"
steps=$(wc -l <log)
[ "$steps" -ge 20 ] || die "only $steps steps were seen"
for call in pwrite64 fdatasync unlink ftruncate64; do
	grep -q " $call\$" log || die "no $call among the steps"
done
tail -n 1 log | grep -q "^$steps " || die 'the steps are not numbered'

step=1
while [ "$step" -le "$steps" ]; do
	run "$step"
	[ "$got" -eq 137 ] || die "step $step of $steps: exit $got, not killed"
	[ "$(sqlite3 x.db 'pragma integrity_check')" = ok ] || die "step $step: the database is torn"
	step=$((step + 3))
done
run $((steps + 1))
[ "$got" -eq 0 ] || die_showing "past the last step: exit $got"
[ "$(sqlite3 x.db 'select x from t')" = 1 ] || die 'the row is not there'
