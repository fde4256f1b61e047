#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Suspending a certificate and lifting that: the lists, the state at every time, the record.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal other-ca other-journal
custodian
root root
cps root
ca=root/publish/cert/ca.pem
crl=root/publish/crl/ca.crl
echo loss >loss.txt
issued root one
one=$serial
issued root two
two=$serial

asks() {
	egov-revoke --home root --requested-by 张示例 --evidence loss.txt "$@"
}
# state TIME WORD...: what the first certificate was then.
state() {
	at=$1
	shift
	expect 0 egov-status state --home root --at "$at" "$one"
	prints "$@"
}
published() {
	expect 0 egov-crl publish --home root
	prints "entries: $1"
	expect 0 egov-crl show --entries $crl
}

# --- a CA that does not suspend ---
expect 3 asks --hold --serial "$one" --actor 李值班
says_only 'this CA suspends no certificates' 'table C.5'
sed -i 's/^maximum = .*/&\nhold = yes/' root/egovca.conf
published 0

# --- wrong use ---
expect 2 asks --serial "$one"
says 'one of --reason, --hold and --release'
expect 2 asks --hold --release --serial "$one"
expect 2 asks --hold --reason superseded --serial "$one"
expect 2 asks --hold --serial "$one" --invalidity-date 2026-11-20T00:00:00Z
says 'goes with --reason'
expect 2 asks --hold
expect 3 asks --reason certificateHold --serial "$one"
says '--hold'

# --- what cannot be held or released ---
expect 1 asks --hold --serial 00aa
says_only 'no certificate of this CA'
expect 3 asks --hold --certificate $ca
says_only 'revoked, not put on hold'
expect 3 asks --release --serial "$one"
says_only 'not on hold'
: >empty
expect 3 egov-revoke --home root --hold --requested-by x --evidence empty --serial "$one"
says_only 'empty evidence'
expect 4 egov-revoke --home root --hold --requested-by x --evidence missing --serial "$one"

# --- on hold ---
EGOV_TEST_NOW=2026-11-22T10:00:00Z
expect 0 asks --hold --certificate one.pem --actor 李值班
prints "serial: $one" 'state: on-hold' 'held-at: 2026-11-22T10:00:00Z'
expect 3 asks --hold --serial "$one"
says_only 'on hold already'
published 1
prints "$one" certificateHold
expect 0 openssl crl -inform DER -in $crl -noout -text
prints 'Certificate Hold'
expect 1 egov-verify --trust $ca --crl $crl --at 2026-11-22T10:30:00Z one.pem
says 'on hold since 2026-11-22T10:00:00Z'
expect 0 egov-status show --home root "$one"
prints 'state: on-hold' 'held-at: 2026-11-22T10:00:00Z' 'reason: certificateHold' \
	'hold: 2026-11-22T10:00:00Z - on'
expect 0 egov-status list --home root
[ "$(grep -c '^state: on-hold' "$out")" -eq 1 ] || die_showing 'want one on hold'
consistent root
prints 'holds: 1'

# --- released: by another person, and good again ---
EGOV_TEST_NOW=2026-11-22T12:00:00Z
expect 3 asks --release --serial "$one" --actor 李值班
says_only '李值班 put it on hold; another person must release it'
expect 0 asks --release --serial "$one" --actor 周批准 --json
prints '"state":"released"' '"held-at":"2026-11-22T10:00:00Z"' '"released-at":"2026-11-22T12:00:00Z"'
expect 3 asks --release --serial "$one" --actor 周批准
says_only 'not on hold'
published 0
expect 0 egov-verify --trust $ca --crl $crl --at 2026-11-22T12:30:00Z one.pem
consistent root

# --- held and released between two lists: no list has it ---
EGOV_TEST_NOW=2026-11-22T13:00:00Z
expect 0 asks --hold --serial "$one" --actor 李值班
EGOV_TEST_NOW=2026-11-22T14:00:00Z
sed -i 's/^hold = yes/&\nrelease_people = 1/' root/egovca.conf
expect 0 asks --release --serial "$one" --actor 李值班
published 0

# --- held, then revoked for good, which counts from the hold on ---
EGOV_TEST_NOW=2026-11-22T15:00:00Z
expect 0 asks --hold --serial "$one" --actor 李值班
published 1
EGOV_TEST_NOW=2026-11-22T16:00:00Z
expect 0 asks --reason keyCompromise --serial "$one"
prints 'state: revoked' 'revoked-at: 2026-11-22T15:00:00Z'
for act in --hold --release; do
	expect 3 asks $act --serial "$one" --actor 周批准
	says_only 'it was revoked at 2026-11-22T15:00:00Z; that is for good'
done
published 1
prints 'revoked-at: 2026-11-22T15:00:00Z' keyCompromise
consistent root

# --- the state at every time ---
state 2026-11-22T09:59:59Z 'state: good'
state 2026-11-22T10:00:00Z 'state: on-hold' 'held-at: 2026-11-22T10:00:00Z'
state 2026-11-22T11:59:59Z 'state: on-hold'
state 2026-11-22T12:00:00Z 'state: good'
state 2026-11-22T13:30:00Z 'state: on-hold' 'held-at: 2026-11-22T13:00:00Z'
state 2026-11-22T14:00:00Z 'state: good'
state 2026-11-22T15:30:00Z 'state: on-hold' 'held-at: 2026-11-22T15:00:00Z'
state 2026-11-22T16:00:00Z 'state: revoked' 'revoked-at: 2026-11-22T15:00:00Z' 'reason: keyCompromise'
expect 0 egov-status show --home root "$one"
prints 'hold: 2026-11-22T10:00:00Z 2026-11-22T12:00:00Z released' \
	'hold: 2026-11-22T13:00:00Z 2026-11-22T14:00:00Z released' \
	'hold: 2026-11-22T15:00:00Z 2026-11-22T16:00:00Z revoked'
[ "$(entries root hold)-$(entries root release)" = 3-2 ] || die 'want three holds and two releases'
[ "$(sql root "select count(*) from journal where kind = 'refused' and body like '%\"hold\"%'")" -ge 4 ] ||
	die 'a refusal was not journalled'

# --- one that ends on hold stays until a list past its end, and is held no more ---
expect 0 asks --hold --serial "$two" --actor 李值班
EGOV_TEST_NOW=2026-12-15T00:00:00Z
published 2
expect 3 egov-revoke --home root --requested-by x --evidence loss.txt --hold --serial "$one"
EGOV_TEST_NOW=2029-11-21T00:00:00Z
published 2
EGOV_TEST_NOW=2029-11-23T00:00:00Z
published 2
EGOV_TEST_NOW=2029-11-24T00:00:00Z
published 0
issued root three
EGOV_TEST_NOW=2032-12-01T00:00:00Z
expect 3 asks --hold --serial "$serial" --actor 李值班
says_only 'has expired at'
consistent root
prints 'holds: 4'

# --- of many at once one holds, and one releases ---
root other
cps other
sed -i 's/^maximum = .*/&\nhold = yes/' other/egovca.conf
issued other four
race() {
	won=0
	for n in 1 2 3 4; do
		egov-revoke --home other --requested-by x --evidence loss.txt "$1" --serial "$serial" \
			--actor "person $2$n" >"race$n" 2>&1 &
		eval "pid$n=$!"
	done
	for n in 1 2 3 4; do
		eval "wait \"\$pid$n\"" && won=$((won + 1))
	done
	[ "$won" -eq 1 ] || { cat race?; die "$1: $won of 4 won"; }
}
race --hold a
race --release b
[ "$(entries other hold)-$(entries other release)" = 1-1 ] || die 'not once each'
consistent other
