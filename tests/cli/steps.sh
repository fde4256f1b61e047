#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the tests of faults rely on: crash.so counts the steps of a program and kills it in
# place of the one that is asked for; powerlog.so and powercut tell what a power cut leaves.
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

# --- powerlog.so records enough to say what a power cut leaves ---
# after SYNCHRONOUS: a row is added under the recorder, and sqlite3 has told that it is there.
after() {
	rm -rf db image log
	mkdir db
	sqlite3 db/x.db 'pragma journal_mode = wal; create table t(x);' >"$out"
	"$O/powercut" snapshot db image
	(cd db && EGOV_POWER_LOG=$OLDPWD/log LD_PRELOAD=$O/powerlog.so sqlite3 -init /dev/null -batch x.db \
		'.dbconfig no_ckpt_on_close on' "pragma synchronous = $1" \
		'insert into t values(1)' >"$out" 2>"$err") || die_showing 'sqlite3 under powerlog.so'
	events=$("$O/powercut" events log)
	for mode in strict ordered torn; do
		rm -rf $mode
		"$O/powercut" cut image log "$events" $mode 1 $mode
	done
}
rows() {
	sqlite3 "$1/x.db" 'select count(*) from t'
}
after full
[ "$events" -ge 4 ] || die "only $events events were seen"
for mode in strict ordered torn; do
	[ "$(rows $mode)" = 1 ] || die "$mode: a synced row is lost"
done
after off
[ "$(rows strict)" = 0 ] || die 'a row that nobody synced outlives the power cut'

# A name is kept by a sync of its folder, contents by a sync of the file.
rm -rf db image log left
mkdir db
echo old >db/file
"$O/powercut" snapshot db image
(cd db && EGOV_POWER_LOG=$OLDPWD/log LD_PRELOAD=$O/powerlog.so sh -c 'echo new >file')
(cd db && EGOV_POWER_LOG=$OLDPWD/log LD_PRELOAD=$O/powerlog.so mv file other)
events=$("$O/powercut" events log)
"$O/powercut" cut image log "$events" strict 1 left
[ "$(cat left/file)" = old ] || die 'strict: the old name is lost'
rm -rf left
"$O/powercut" cut image log "$events" ordered 1 left
[ "$(cat left/other)" = old ] || die 'ordered: want the new name with the old contents'
(cd db && EGOV_POWER_LOG=$OLDPWD/log LD_PRELOAD=$O/powerlog.so sync . other)
rm -rf left
"$O/powercut" cut image log 99 strict 1 left
[ "$(cat left/other)" = new ] || die 'synced: want the new name and contents'
[ ! -e left/file ] || die 'synced: the old name is still there'
