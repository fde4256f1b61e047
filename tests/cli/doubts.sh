#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A list about which there is any doubt is not published: each fault is refused by its own
# check, the exit status tells, and the old list stays served.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal other
custodian
root root --crl-url http://pki.example.cn/crl/ca.crl
cps root
sed -i 's/^maximum = .*/&\nhold = yes/' root/egovca.conf
printf '\n[store]\nwait = 0\n' >>root/egovca.conf
echo loss >loss.txt
asks() {
	egov-revoke --home root --requested-by 张示例 --evidence loss.txt "$@"
}
issued root one
one=$serial
issued root two
two=$serial
issued root three
three=$serial

# untied HOME: what protects the tables from us is gone.
untied() {
	sql "$1" "select 'drop trigger ' || name || ';' from sqlite_schema where type = 'trigger'" \
		>triggers.sql
	sqlite3 "$1/ledger.db" <triggers.sql
}
# A hundred and twenty revoked ones, as the ledger would have them: what behind the serial says
# that it was in 2020, for keyCompromise.
long_ago=170d3230303931333132323634305a300c300a0603551d1504030a0101
crowd() {
	sqlite3 root/ledger.db <<-SQL
		with recursive n(i) as (select 1 union all select i + 1 from n where i < 120)
		insert into intent select 1000 + i, 3, 1, 2, unhex('40' || printf('%030x', i)), 0, 0, 0,
		time, '', '', '', '', tbs_digest, proofs_digest, request_digest, 0 from n, intent where intent.id = 1;
		with recursive n(i) as (select 1 union all select i + 1 from n where i < 120)
		insert into revoked select unhex('40' || printf('%030x', i)), 1600000000, 1, null,
		2000000000, '', zeroblob(32), zeroblob(32), 1, 0, 0, 0, null,
		unhex('302f0210' || '40' || printf('%030x', i) || '$long_ago') from n;
	SQL
}
sqlite3 :memory: "select unhex('40')" >/dev/null 2>&1 || crowd() {
	n=1
	while [ $n -le 120 ]; do
		s=$(printf '40%030x' $n)
		echo "insert into intent select 1000 + $n, 3, 1, 2, x'$s', 0, 0, 0, time, '', '', '', '',
			tbs_digest, proofs_digest, request_digest, 0 from intent where id = 1;
			insert into revoked values(x'$s', 1600000000, 1, null, 2000000000, '',
			zeroblob(32), zeroblob(32), 1, 0, 0, 0, null, x'302f0210$s$long_ago');"
		n=$((n + 1))
	done >crowd.sql
	sqlite3 root/ledger.db <crowd.sql
}
EGOV_TEST_NOW=2026-11-22T09:00:00Z
expect 0 asks --reason keyCompromise --serial "$one"
expect 0 asks --hold --serial "$two" --actor 李值班
expect 0 egov-crl publish --home root
cp -a root older
crowd
EGOV_TEST_NOW=2026-11-22T10:00:00Z
expect 0 egov-crl publish --home root
EGOV_TEST_NOW=2026-11-22T11:00:00Z
expect 0 egov-crl publish --home root
prints 'number: 3'
sql root 'pragma wal_checkpoint(truncate)' >/dev/null
cp -a root newer
EGOV_TEST_NOW=2026-11-22T12:00:00Z
expect 0 egov-crl publish --home newer
expect 0 egov-crl publish --home newer

# --- explained: every check with its clause ---
EGOV_TEST_NOW=2026-11-23T09:00:00Z
expect 0 egov-crl publish --home root --dry-run --explain
prints 'check: crl-nothing-vanished' 'clause: RFC 5280, 3.3' 'check: gm-crl-core' \
	'check: crl-read-back' 'verdict: later' 'published: no' 'would-publish: yes'
! grep -q 'verdict: fails' "$out" || die_showing 'all holds'
[ "$(grep -c '^check: ' "$out")" -ge 25 ] || die_showing 'want every check'
expect 0 egov-crl publish --home root --dry-run --json
[ "$(sql root "select count(*) || '/' || max(number) from crl")" = 3/3 ] || die 'it was published'

# --- the faults ---
# Each: a name, the exit status, what the message says, and what is done to the home "try"
# (its triggers are gone); "-" where the clock or the configuration does it.
in_ledger() {
	sqlite3 try/ledger.db "$1"
}
conf() {
	sed -i "$1" try/egovca.conf
}
faults=0
fault() {
	name=$1 status=$2 says=$3
	shift 3
	rm -rf try
	cp -a root try
	untied try
	now=$EGOV_TEST_NOW
	"$@"
	cp try/publish/crl/ca.crl served.crl
	lists=$(in_ledger 'select count(*) from crl')
	expect "$status" egov-crl publish --home try
	grep -q "$says" "$err" || die_showing "$name: want $says"
	cmp -s served.crl try/publish/crl/ca.crl || die "$name: the old list is not served"
	[ "$(in_ledger 'select count(*) from crl where published')" -le "$lists" ] ||
		die "$name: a list is called published"
	EGOV_TEST_NOW=$now
	faults=$((faults + 1))
}
hex_of() {
	printf %s "$1" | od -An -tx1 | tr -d ' \n'
}
# der SERIAL SECONDS REASON [INVALIDITY]: RevokedCertificate, in hex as the serial is
der() {
	extensions=300a0603551d1504030a01$(printf %02x "$3")
	[ -z "${4-}" ] ||
		extensions=${extensions}30180603551d180411180f$(hex_of "$(date -u -d "@$4" +%Y%m%d%H%M%SZ)")
	behind=170d$(hex_of "$(date -u -d "@$2" +%y%m%d%H%M%SZ)")
	behind=${behind}30$(printf %02x $((${#extensions} / 2)))$extensions
	printf '30%02x02%02x%s%s' $(((${#1} + ${#behind}) / 2 + 2)) $((${#1} / 2)) "$1" "$behind"
}
entry() {
	in_ledger "insert into revoked values(x'$1', $2, $3, null, 2000000000, '', zeroblob(32), zeroblob(32),
		1, 0, 1, 0, null, x'$(der "$1" "$2" "$3")')"
}
# says_else SECONDS REASON [INVALIDITY]: of the first one, to people as to lists
says_else() {
	in_ledger "update revoked set revoked_at = $1, reason = $2, invalidity_date = ${3-null},
		entry = x'$(der "$one" "$@")' where serial = x'$one'"
}

# numbers
fault 'number reused' 5 crl-source-not-older: in_ledger "update counter set value = 2 where name = 'crl'"
expect 5 egov-crl publish --home try --dry-run
says 'crl-number-rises: number 3'
fault 'number lower' 5 crl-source-not-older: in_ledger "update counter set value = 1 where name = 'crl'"
expect 5 egov-crl publish --home try --dry-run
says 'crl-number-rises: number 2'
taken() {
	in_ledger "insert into intent select 999, 2, 1, 3, null, 4, 7, 0, time, '', '', '', '',
		tbs_digest, proofs_digest, request_digest, 0 from intent where id = 1;
		insert into crl values(4, 999, 1, 2, 0, 0, x'00', null)"
}
fault 'number taken' 5 crl-number-unused: taken

# times
clock() {
	EGOV_TEST_NOW=$1
}
fault 'clock set back' 4 crl-clock: clock 2026-11-22T08:00:00Z
ahead() {
	conf 's/^silence = .*/silence = 90d/'
	clock 2028-01-01T00:00:00Z
}
fault 'clock far ahead' 4 crl-clock: ahead
fault 'nextUpdate past the bound' 3 crl-next-update-bound: conf 's/^validity = .*/validity = 11d/'
fault 'no room for failures' 3 'crl. period' conf 's/^period = .*/period = 167h/'

# entries
fault 'entry lost' 5 crl-nothing-vanished: in_ledger "delete from revoked where serial = x'$one'"
fault 'entry left early' 5 crl-nothing-vanished: in_ledger "update revoked set left_with = 3
	where serial = x'$one'"
fault 'hold lost' 5 crl-nothing-vanished: in_ledger 'delete from hold'
fault 'hold left early' 5 crl-nothing-vanished: in_ledger 'update hold set left_with = 3'
fault 'empty list' 5 crl-nothing-vanished: in_ledger 'update revoked set left_with = 3;
	update hold set left_with = 3'
fault 'entry moved to a shard' 5 crl-nothing-vanished: in_ledger "update revoked set part = 101
	where serial = x'$one'"
fault 'entry of another generation' 5 crl-nothing-vanished: in_ledger "update revoked set
	generation = 2 where serial = x'$one'"
since=$(sql root "select revoked_at from revoked where serial = x'$one'")
fault 'date changed' 5 crl-entries-unchanged: says_else $((since - 1)) 1
fault 'reason changed' 5 crl-entries-unchanged: says_else "$since" 4
fault 'invalidity added' 5 crl-entries-unchanged: says_else "$since" 1 1
fault 'hold dated otherwise' 5 crl-entries-unchanged: in_ledger 'update hold set held_at = held_at - 1'
fault 'hold made a revocation' 5 crl-entries-unchanged: in_ledger "insert into revoked
	select serial, held_at, 1, null, not_after, '', salt, salt, 1, 0, 1, 0, null, x'$(der "$two" 1763800000 1)'
	from hold; delete from hold"
fault 'never issued' 5 crl-entries-in-scope: entry "7f000000000000000000000000000001" 1 1
wrong_shard() {
	in_ledger "update intent set part = 101 where serial = x'$three'"
	entry "$three" 1 1
}
fault 'of another shard' 5 crl-entries-in-scope: wrong_shard
fault 'serial negative' 5 crl-entries-sound: entry "8000" 1 1
fault 'serial with a zero before' 5 crl-entries-sound: entry "0001" 1 1
fault 'serial too long' 5 crl-entries-sound: entry "41$(printf '%080d' 0)" 1 1
fault 'no entry' 5 crl-entries-sound: in_ledger "update revoked set entry = x'3000' where serial = x'$one'"
fault 'entry removes' 3 pkix-crl-remove: entry "$three" 1 8
fault 'no such reason' 5 crl-entries-sound: entry "$three" 1 7
fault 'entry twice' 5 crl-entries-sound: entry "$two" 1 1
fault 'revoked in the future' 3 pkix-crl-dates entry "$three" 2000000000 1
fault 'size dropped' 3 crl-size-drop: in_ledger 'update revoked set left_with = 2,
	not_after = 1700000000 where revoked_at = 1600000000'

# keys
fault 'wrong key' 3 crl-key: conf 's/^ca = .*object=root-ca/ca = pkcs11:token=test;object=root-journal/'
fault 'key gone' 4 crl-key: conf 's/^\(ca = .*object=\)root-ca/\1nothing/'
wrong_pin() {
	cp -p pin right.pin
	echo 'another-pin' >pin
}
fault 'wrong PIN' 3 crl-key: wrong_pin
mv right.pin pin

# sources, files, others
stale() {
	cp older/ledger.db try/ledger.db
	untied try
}
fault 'source older than the last run' 5 crl-source-not-older: stale
behind() {
	cp newer/publish/crl/ca.crl try/publish/crl/ca.crl
}
fault 'file of a later list' 5 crl-source-not-older: behind
blocked() {
	mkdir try/publish/crl/ca-4.crl
}
fault 'list cannot be written' 4 crl-read-back: blocked
held() {
	flock try/crl.lock sleep 60 &
	holder=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		flock -n try/crl.lock true || break
		sleep 0.1
	done
}
fault 'two publishers' 4 crl-lease: held
kill "$holder"
# the address in a list is not what its certificates name
EGOV_TEST_NOW=2026-11-23T09:00:00Z
rm -rf try
cp -a root try
conf 's,^maximum = .*,&\nseparate_ca = yes,'
issued try four
expect 0 egov-crl publish --home try
cp try/publish/crl/ca-users.crl served.crl
another_address() {
	conf "s,^url = .*,url = http://$1.example.cn/crl/ca.crl,"
}
another_address another
expect 3 egov-crl publish --home try
says 'list ca-users: crl-scope: live certificates name http://pki.example.cn/crl/ca-users.crl'
cmp served.crl try/publish/crl/ca-users.crl || die 'a list of another address is served'
faults=$((faults + 1))
another_address pki
expect 0 egov-crl publish --home try
another_address another
EGOV_TEST_NOW=2033-01-01T00:00:00Z
expect 0 egov-crl publish --home try
EGOV_TEST_NOW=2026-11-23T09:00:00Z
# its file is another behind our back: the last list is served again, and that is told
rm -rf try
cp -a root try
EGOV_TEST_NOW=2026-11-22T11:00:00Z
cp try/publish/crl/ca.crl served.crl
head -c 200 served.crl >half.crl
for other in loss.txt half.crl root/publish/crl/ca-1.crl none; do
	rm try/publish/crl/ca.crl
	[ $other = none ] || cp $other try/publish/crl/ca.crl
	expect 0 egov-crl publish --home try --if-due
	prints 'published: no' 'served-again: yes'
	says 'list ca: its file was gone or another'
	cmp served.crl try/publish/crl/ca.crl || die "$other: the old list is not served"
	faults=$((faults + 1))
	expect 0 egov-crl publish --home try --if-due
	[ ! -s "$err" ] || die_showing 'nothing is to be told any more'
done
rm try/publish/crl/ca.crl
EGOV_TEST_NOW=2026-11-23T09:00:00Z
expect 0 egov-crl publish --home try
prints 'published: yes' 'served-again: yes'
[ "$faults" -ge 30 ] || die "only $faults faults"

# --- refusals are journalled, and what was doubted is explained ---
rm -rf try
cp -a root try
untied try
in_ledger "delete from revoked where serial = x'$one'"
expect 5 egov-crl publish --home try --dry-run --explain
prints 'verdict: fails' 'check: crl-size-drop'
grep -q "why: crl-nothing-vanished: serial $one" "$out" || die_showing 'want the reason'
rm -rf try
cp -a root try
conf 's/^validity = .*/validity = 11d/'
expect 3 egov-crl publish --home try
[ "$(in_ledger "select count(*) from journal where kind = 'refused' and body like '%crl%'")" -ge 1 ] ||
	die 'the refusal is not journalled'

# --- every list stays retrievable, by number and by time ---
for n in 1 2 3; do
	expect 0 egov-crl get --home root --number $n --der --out got.crl
	cmp got.crl root/publish/crl/ca-$n.crl || die "list $n is another"
done
expect 1 egov-crl get --home root --number 4
says_only 'no list of number 4 was published'
expect 0 egov-crl get --home root --at 2026-11-22T10:30:00Z --der --out got.crl
cmp got.crl root/publish/crl/ca-2.crl || die 'at that time another list was in force'
expect 0 egov-crl get --home root --at 2026-11-22T09:00:00Z --list ca --out got.pem
expect 0 openssl crl -in got.pem -noout -crlnumber
prints 'crlNumber=0x01'
expect 1 egov-crl get --home root --at 2026-11-22T08:59:59Z
says_only 'no such list had been published at 2026-11-22T08:59:59Z'
expect 1 egov-crl get --home root --at 2026-11-22T10:30:00Z --list ca-arl
for list in CA ca1 ca02 ca-s0 ca-s1-deltas ca-delta-delta ''; do
	expect 2 egov-crl get --home root --at 2026-11-22T10:30:00Z --list "$list"
done
expect 2 egov-crl get --home root
expect 2 egov-crl get --home root --number 1 --at 2026-11-22T10:30:00Z
expect 2 egov-crl get --home root --number 1x
expect 0 egov-crl list --home root --json
[ "$(wc -l <"$out")" -eq 3 ] || die_showing 'want three lists'
prints '"number":"2"' '"entries":"122"' '"list":"ca"'

# --- two lists, entry by entry ---
expect 0 egov-crl diff root/publish/crl/ca-2.crl root/publish/crl/ca-3.crl
expect 1 egov-crl diff root/publish/crl/ca-1.crl root/publish/crl/ca-2.crl
[ "$(grep -c '^change: added' "$out")" -eq 120 ] || die_showing 'want 120 more'
expect 1 egov-crl diff root/publish/crl/ca-3.crl root/publish/crl/ca-1.crl
prints 'change: removed' 'before: 2020-09-13T12:26:40Z keyCompromise'
EGOV_TEST_NOW=2026-11-23T10:00:00Z
expect 0 asks --reason keyCompromise --serial "$two"
expect 0 egov-crl publish --home root
expect 1 egov-crl diff root/publish/crl/ca-3.crl root/publish/crl/ca.crl
prints 'change: changed' "serial: $two" 'before: 2026-11-22T09:00:00Z certificateHold' \
	'after: 2026-11-22T09:00:00Z keyCompromise'
expect 4 egov-crl diff root/publish/crl/ca-3.crl missing
expect 3 egov-crl diff root/publish/crl/ca-3.crl loss.txt
