#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A year of nights with nobody watching: --if-due every night under a moved clock, with a dead
# token, a locked ledger, a disk without room, killed runs and a clock set back.  Each leaves
# the right list served and the right exit status, and the next night makes it good.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal
custodian
root root --crl-url http://pki.example.cn/crl/ca.crl
cps root
printf '\n[store]\nwait = 0\n' >>root/egovca.conf
echo loss >loss.txt
issued root one
one=$serial
issued root two
two=$serial
list=root/publish/crl/ca.crl

# night N: its time; the list that is served at the beginning of it is kept.
night() {
	day=$1
	EGOV_TEST_NOW=$(date -u -d "2026-11-22 +$1 days 02:17" +%Y-%m-%dT%H:%M:%SZ)
	[ ! -e $list ] || cp $list before.crl
}
# served_stays WHAT: the list that was served still is, and is not stale.
served_stays() {
	cmp -s before.crl $list || die "night $day, $1: another list is served"
	expect 0 egov-crl check --issuer root/publish/cert/ca.pem --at "$EGOV_TEST_NOW" $list
}
run() {
	expect "$1" egov-crl publish --home root --if-due
}

locked() {
	sqlite3 root/ledger.db 'begin immediate; select 1;' '.shell touch locked; sleep 30' \
		>/dev/null 2>&1 &
	holder=$!
	while [ ! -e locked ]; do
		sleep 0.05
	done
}

n=1
while [ $n -le 365 ]; do
	night $n
	case $n in
	40)
		expect 0 egov-revoke --home root --requested-by 张示例 --evidence loss.txt \
			--reason superseded --serial "$one"
		run 0
		prints 'entries: 1'
		;;
	90 | 91 | 92)
		mv "$EGOV_SOFTTOKEN_DIR" away
		run 4
		mv away "$EGOV_SOFTTOKEN_DIR"
		served_stays 'no token'
		;;
	93)
		run 0
		prints 'published: yes'
		;;
	130)
		locked
		run 4
		kill "$holder" 2>/dev/null || :
		wait "$holder" 2>/dev/null || :
		rm locked
		served_stays 'a locked ledger'
		;;
	170 | 171)
		# No file may grow: the disk is full.
		got=0
		(
			trap '' XFSZ
			ulimit -f 0
			exec egov-crl publish --home root --if-due >/dev/null 2>&1
		) || got=$?
		[ "$got" -eq 4 ] || die "night $n, without room: exit $got, want 4"
		served_stays 'a full disk'
		;;
	200 | 201 | 202 | 203 | 204)
		timeout -s KILL "0.0$((n - 200))5" egov-crl publish --home root --if-due \
			>/dev/null 2>&1 || :
		expect 0 egov-crl check --issuer root/publish/cert/ca.pem --at "$EGOV_TEST_NOW" $list
		;;
	240)
		EGOV_TEST_NOW=2027-01-01T00:00:00Z
		run 4
		says 'crl-clock'
		expect 4 egov-crl publish --home root
		cmp -s before.crl $list || die 'a clock set back made a list'
		;;
	300)
		expect 0 egov-revoke --home root --requested-by 张示例 --evidence loss.txt \
			--reason keyCompromise --serial "$two"
		run 0
		prints 'entries: 2'
		;;
	*)
		run 0
		prints 'published: yes'
		cmp -s before.crl $list && die "night $n: the old list is served"
		;;
	esac
	n=$((n + 1))
done

# --- every night that could has its list (12 could not, or were killed), and all agree ---
[ "$(sql root 'select count(*) from crl')" -ge 353 ] || die 'nights are missing'
[ "$(sql root 'select count(*) from crl where not published')" -le 5 ] ||
	die 'lists were made and not published'
night 366
run 0
consistent root
expect 0 egov-crl get --home root --at 2027-06-01T12:00:00Z --der --out then.crl
expect 0 egov-crl check --issuer root/publish/cert/ca.pem --at 2027-06-01T12:00:00Z then.crl
prints 'entries: 1' 'verdict: good'
