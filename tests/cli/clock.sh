#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The clock and the journal: set back or far ahead it signs nothing, until somebody has
# said that it is right.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

[ -e "$O/crash.so" ] || die 'build/crash.so is missing'
token root-ca root-ca2 root-journal
custodian
root root
cps root
echo loss >loss.txt
sed -i '/^\[record\]/,$d' root/egovca.conf
approved root one
one=$id
expect 0 egov-crl publish --home root
state=$(sql root 'select count(*), max(seq) from journal')

# --- a week back, a year ahead: exit 4 before anything is signed ---
refused() {
	EGOV_TEST_NOW=$1
	for command in "egov-issue --home root --profile agency-sign --application $one --request one.csr" \
		"egov-crl publish --home root" "egov-crl publish --home root --if-due" \
		"egov-policy add --home root --version 2 --published $1 --effective $1 cps.txt" \
		"egov-apply reject --home root --actor 周批准 --reason x $one"; do
		# shellcheck disable=SC2086 # a command line
		expect 4 $command
		says_only "clock: $1 is $2 the latest entry of the journal, 2026-11-22T08:00:00Z"
	done
	expect 4 egov-record clock --home root
	says_only "$1 is $2 the latest entry" 'egov-record clock --accept'
	[ "$(sql root 'select count(*), max(seq) from journal')" = "$state" ] || die 'something was recorded'
	[ "$(sql root 'select count(*) from intent where state = 1')" -eq 0 ] || die 'something was intended'
	expect 0 egov-status list --home root
	consistent root
}
refused 2026-11-15T08:00:00Z before
refused 2027-11-22T08:00:00Z 'long after'
EGOV_TEST_NOW=2027-02-20T08:00:00Z
expect 0 egov-record clock --home root
prints 'verdict: good'
EGOV_TEST_NOW=2027-02-20T08:00:01Z
expect 4 egov-crl publish --home root
EGOV_TEST_NOW=2027-02-20T08:00:00Z
printf '\n[record]\nsilence = 10d\n' >>root/egovca.conf
expect 4 egov-crl publish --home root
says_only '[record] silence'

# --- somebody says that it is right ---
expect 2 egov-record clock --home root --accept
says '--accept goes with --reason'
expect 2 egov-record clock --home root --reason x
expect 2 egov-record clock --home root --accept --reason "$(printf 'a\tb')"
says 'want why'
cp -r root offline
expect 0 egov-record clock --home offline --accept --reason '离线三个月' --actor 钱主任
prints 'latest: 2026-11-22T08:00:00Z' 'now: 2027-02-20T08:00:00Z'
expect 0 egov-crl publish --home offline
expect 0 egov-issue --home offline --profile agency-sign --application "$one" --request one.csr
consistent offline

# --- a home whose last entries lie in the future ---
cp -r root ahead
EGOV_TEST_NOW=2036-01-01T00:00:00Z
expect 0 egov-record clock --home ahead --accept --reason '误操作'
expect 0 egov-crl publish --home ahead
EGOV_TEST_NOW=2026-11-22T09:00:00Z
expect 4 egov-crl publish --home ahead
says_only 'is before the latest entry of the journal, 2036-01-01T00:00:00Z'
expect 0 egov-record clock --home ahead --accept --reason '时钟曾误设为2036年' --actor 钱主任
prints 'latest: 2036-01-01T00:00:00Z' 'now: 2026-11-22T09:00:00Z'
[ "$(sql ahead "select actor from journal where kind = 'clock' order by seq desc limit 1")" = 钱主任 ] ||
	die 'not by whom'
consistent ahead
expect 0 egov-crl publish --home ahead
prints 'this-update: 2026-11-22T09:00:00Z' 'number: 3'
expect 0 egov-issue --home ahead --profile agency-sign --application "$one" --request one.csr
EGOV_TEST_NOW=2026-11-23T10:00:00Z
expect 0 egov-crl publish --home ahead --if-due
prints 'published: yes' 'number: 4'
consistent ahead
EGOV_TEST_NOW=2026-11-22T11:00:00Z
expect 4 egov-crl publish --home ahead
says_only '2026-11-23T10:00:00Z'

# --- what left the list by a wrong clock is listed again, and leaves in its time ---
EGOV_TEST_NOW=2026-11-22T08:00:00Z
revoke() {
	expect 0 egov-revoke --home root --requested-by x --evidence loss.txt --actor 李值班 "$@"
}
# short NAME TIME: NAME.pem, valid for so long; its serial in $serial.
short() {
	approved root "$1"
	expect 0 egov-issue --home root --profile agency-sign --application "$id" \
		--request "$1.csr" --validity "$2" --out "$1.pem"
	serial=$(value serial)
}
# lists TIME ENTRIES...: the lists that are made then, one for each key.
lists() {
	EGOV_TEST_NOW=$1
	shift
	expect 0 egov-crl publish --home work --if-due
	[ "$(sed -n 's/^entries: //p' "$out" | tr '\n' ' ')" = "$* " ] || die_showing "entries: want $*"
	consistent work
}
accept() {
	EGOV_TEST_NOW=$1
	expect 0 egov-record clock --home work --accept --reason x
	prints "relisted: $2"
}
sed -i 's/^maximum = .*/&\nhold = yes/' root/egovca.conf
sed -i 's/^silence = .*/silence = 100d/' root/egovca.conf
short early 30d
revoke --reason superseded --serial "$serial"
short revoked 120d
revoke --reason superseded --serial "$serial"
short held 120d
revoke --hold --serial "$serial"
echo "ca_2 = $(uri root-ca2)" >second-key
sed -i '/^\[key\]/r second-key' root/egovca.conf
expect 0 egov-init --home root --rollover
cp -r root work
lists 2027-01-10T08:00:00Z 3 0
rm -rf root
mv work root
cp -r root work
lists 2027-02-01T09:00:00Z 2 0
accept 2036-01-01T00:00:00Z 0
lists 2036-01-01T00:00:00Z 2 0
lists 2036-01-03T00:00:00Z 0 0
accept 2027-02-01T10:00:00Z 2
lists 2027-02-01T10:00:00Z 2 0
expect 0 egov-crl show --entries work/publish/crl/ca.crl
prints certificateHold superseded
lists 2027-04-10T00:00:00Z 2 0
lists 2027-04-12T00:00:00Z 0 0

# That they must come back is seen in what the lists lack.
rm -rf work
cp -r root work
lists 2027-02-01T09:00:00Z 2 0
accept 2036-01-01T00:00:00Z 0
lists 2036-01-01T00:00:00Z 2 0
EGOV_TEST_NOW=2027-02-01T10:00:00Z
left=$(sql work 'select max(left_with) from revoked')
expect 0 egov-record clock --home work --accept --reason x
sql work "update revoked set left_with = $left where left_with = 0"
expect 0 egov-crl publish --home work
expect 5 egov-record check --home work
says 'lacks a certificate that was revoked'

# Nor does it leave with a list that was cut off before it was published, and is afterwards.
step=0
while :; do
	step=$((step + 1))
	rm -rf work
	cp -r root work
	accept 2036-01-01T00:00:00Z 0
	got=0
	ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" EGOV_CRASH_AT=$step \
		LD_PRELOAD=$O/crash.so sh -c 'exec egov-crl publish --home work' >"$out" 2>"$err" || got=$?
	[ "$got" -eq 137 ] || die 'no step of publishing leaves a list unpublished'
	[ "$(sql work 'select count(*) from crl where published = 0')" -eq 0 ] || break
done
accept 2027-02-01T10:00:00Z 0
lists 2027-02-01T10:00:00Z 2 0
lists 2027-02-03T10:00:00Z 2 0
