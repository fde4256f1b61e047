#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Order No. 4, Art. 24: what is due is destroyed, the keys first, and nothing else; digests are
# left, and every proof verifies as before.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal
custodian
for name in 管理员 审计管理员; do
	person $name
	expect 0 openssl req -x509 -key $name.clear -sm3 -sigopt $ID -out $name.pem -days 9000 \
		-subj "/C=CN/CN=$name" -addext keyUsage=critical,digitalSignature
done
root root
cps root
echo loss >loss.txt
sed -i 's/^maximum = 10d/&\nhold = yes/' root/egovca.conf
issued root zhang
zhang=$serial
application=$id
expect 0 egov-revoke --home root --hold --serial "$zhang" --requested-by 张三 --evidence loss.txt
expect 0 egov-crl publish --home root
expect 0 egov-revoke --home root --serial "$zhang" --reason keyCompromise --requested-by 张三 \
	--evidence loss.txt
expect 0 egov-crl publish --home root
issued root li
li=$serial
issued root held
expect 0 egov-record hold --home root --case 案1 --reason x "$serial"
held=$serial
EGOV_TEST_NOW=2029-06-01T00:00:00Z
issued root later
later=$serial
later_application=$id
root_of() {
	expect 0 egov-record check --home "$1"
	value root
}
sealed() {
	sql root "select count(*) from sealed join journal using (seq) where subject in ($1)"
}
has() {
	grep -qF "$1" root/ledger.db root/ledger.db-wal 2>"$err"
}

# --- before the date: exit 3 ---
EGOV_TEST_NOW=2039-11-22T15:59:59Z
expect 3 egov-record purge --home root --confirm 2
says_only 'no records are due until 2039-11-22T15:59:59Z; the first will be at 2039-11-22T16:00:00Z'
expect 0 egov-record purge --home root --dry-run
prints 'count: 0' 'next-due: 2039-11-22T16:00:00Z'
for bad in '--confirm 0' '--confirm x' '--confirm 2x' '--dry-run --confirm 2' ''; do
	# shellcheck disable=SC2086 # several words
	expect 2 egov-record purge --home root $bad
done

# --- on that day: those two, not what is held, and not what came later ---
EGOV_TEST_NOW=2039-11-22T16:00:00Z
expect 2 egov-record purge --home root --dry-run --until 2039-11-22T16:00:01Z
says_only 'until: 2039-11-22T16:00:01Z lies in the future, now is 2039-11-22T16:00:00Z'
expect 0 egov-record purge --home root --dry-run
prints "serial: $zhang" "serial: $li" 'count: 2' 'lost-at: 2029-11-22T08:00:00Z'
! grep -qE "$held|$later" "$out" || die_showing 'that is not due'
expect 3 egov-record purge --home root --confirm 3
says_only 'records of 2 certificates are due'
[ "$(sql root 'select count(*) from tombstone')" -eq 0 ] || die 'something was ordered'
[ "$(sealed "'$zhang', '$application'")" -eq 3 ] || die 'want sealed blobs'
expect 0 egov-operator add --home root --roles administrator --certificate 管理员.pem 管理员
expect 0 egov-operator add --home root --roles audit-administrator --certificate 审计管理员.pem 审计管理员
cp -a root killed
has 张三 || die 'the name is not there to be destroyed'
before=$(sealed "'$held', '$later'")

# Two people sign: one here, one elsewhere.
expect 0 egov-record purge --home root --confirm 2 --to-sign matter
[ "$(sql root 'select count(*) from tombstone')" -eq 0 ] || die 'a signature was asked for, no more'
expect 0 egov-operator show matter
prints 'act: record-purge' 'count: 2' 'until: 2039-11-22T16:00:00Z'
consistent root
expect 0 egov-record purge --home root --confirm 2 --actor 钱主任
prints 'destroyed: 2'
consistent root
prints 'destroyed: 2'
[ "$(sealed "'$zhang', '$li', '$application'")" -eq 0 ] || die 'sealed blobs are left'
[ "$(sealed "'$held', '$later'")" -eq "$before" ] || die 'others lost theirs'
! has 张三 || die 'a name is left in the files'
[ "$(sql root "select lower(hex(der)) from certificate where lower(hex(serial)) = '$zhang'")" = \
	"$(openssl x509 -in zhang.pem -outform DER | openssl dgst -sm3 -r | cut -d ' ' -f 1)" ] ||
	die 'its SM3 is not left'
expect 0 egov-record due --home root "$zhang"
prints 'state: destroyed'
expect 0 egov-status state --home root "$zhang"
prints 'state: revoked'
expect 0 egov-status show --home root "$zhang"
prints 'destroyed-sm3: '
expect 1 egov-status show --home root --pem "$zhang"
says 'its records were destroyed'
expect 3 egov-record purge --home root --confirm 2
expect 0 egov-crl publish --home root
consistent root

# --- what the ledger may not say ---
tampered root "update tombstone set state = 2 where subject = '$li'" 'it is not carried out'
tampered root "delete from tombstone where subject = '$li'" 'its sealed blob is missing'
tampered root "update certificate set subject = 'x' where lower(hex(serial)) = '$li'" 'were to be destroyed'
tampered root "update certificate set der = zeroblob(32) where lower(hex(serial)) = '$li'" \
	'something else than the journal'
tampered root "update certificate set der = zeroblob(32), subject = '' where lower(hex(serial)) = '$later'" \
	'its bytes are not those of its intent'
tampered root "insert into tombstone(subject, serial, application, purge, state)
	select lower(hex(serial)), serial, application, 3, 3 from certificate
	where lower(hex(serial)) = '$later'" 'that nobody ordered'
tampered root "insert into tombstone(subject, serial, application, purge, state)
	select lower(hex(serial)), serial, application, (select purge from tombstone limit 1), 1
	from certificate where lower(hex(serial)) = '$later'" 'its records were not due'
tampered root "insert into tombstone(subject, serial, application, purge, state)
	select lower(hex(serial)), serial, application, (select purge from tombstone limit 1), 1
	from certificate where lower(hex(serial)) = '$held'" 'its records were held'
tampered root "update tombstone set application = 'A000009' where subject = '$li'" \
	'its sealed blob is missing'
tampered root "delete from sealed where seq in (select seq from journal where subject = '$later_application')" \
	'its sealed blob is missing'
tampered root "update revoked set requested_by = 'x' where lower(hex(serial)) = '$zhang'" \
	'something else than the journal'
# What nobody ordered stays, whoever asks SQLite.
! sql root "delete from sealed where seq in (select seq from journal where subject = '$later_application')" \
	2>"$err" || die 'a blob that is not due could be deleted'
! sql root "update certificate set subject = '', der = zeroblob(32)" 2>"$err" ||
	die 'a certificate that is not due could be emptied'

# --- with signatures ---
rm -rf root
mv killed root
expect 0 egov-operator sign --key "$(key_uri 审计管理员)" --certificate 审计管理员.pem --out approval matter
expect 0 as 管理员 egov-record purge --home root --confirm 2 --approval approval
[ "$(sql root "select count(*) from journal where kind = 'approval' and subject = 'purge'")" -eq 2 ] ||
	die 'want two signatures'
consistent root
