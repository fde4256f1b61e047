#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every allocation and every step on files fails in its turn, in operations of the library:
# a documented error, whole records, and the next run succeeds.  CRASH_POINTS=all tries
# every call, otherwise a sample of each operation's.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal below-ca below-journal
custodian
root root
cps root
echo loss >loss.txt
sed -i 's/^maximum = .*/&\nhold = yes/' root/egovca.conf
issued root old
echo "$serial" >serial
issued root held
expect 0 egov-revoke --home root --hold --serial "$serial" --actor 李值班 --requested-by x \
	--evidence loss.txt
echo "$serial" >held
approved root young
expect 0 egov-issue --home root --profile agency-sign --application "$id" --request young.csr \
	--validity 60d --out young.pem
young=$(value serial)
echo "$young" >young
request next
for operation in "renew --renew $young" "rekey --rekey $young --request next.csr"; do
	# shellcheck disable=SC2086 # options
	expect 0 egov-issue --home root ${operation#* } --consent-text
	cp "$out" consent.txt
	expect 0 openssl dgst -sm3 -sigopt $ID -sign young.key -out "${operation%% *}.sig" consent.txt
done
subordinate below root
approved root wang
echo "$id" >application-2
approved root zhang
echo "$id" >application-id
issued root lost
cp root/ledger.db yesterday.db
expect 0 egov-revoke --home root --serial "$serial" --reason superseded --requested-by x \
	--evidence loss.txt
expect 0 egov-crl publish --home root
EGOV_TEST_NOW=2039-12-01T00:00:00Z
expect 0 egov-record purge --home root --dry-run
value count >due
EGOV_TEST_NOW=2026-11-22T08:00:00Z
cp -r root archived
expect 0 egov-record archive --home archived
cp -r root sending
expect 0 egov-crl export --home sending --to below.pem --out packet.pem
value journal-key-sm3 >sender
# What people have signed, to be read again.
cp -r root acted
(umask 077 && echo 'person-pin' >person-pin)
expect 0 openssl pkcs8 -topk8 -in old.key -v2 aes-256-cbc -passout file:person-pin -out 王审查.key
chmod 600 王审查.key
expect 0 egov-operator add --home acted --actor 管理员 --roles reviewer --certificate old.pem 王审查
submitted acted reviewed
expect 0 egov-apply review --home acted --operator 王审查 --operator-key "$(key_uri 王审查)" "$id"
[ "$(entries acted approval)" -eq 1 ] || die 'nothing was approved by a signature'
for key in root-ca:key root-journal:journal new:new; do
	uri "${key%:*}" >"${key#*:}-uri"
done
cp -r "$EGOV_SOFTTOKEN_DIR" token.saved

all=
[ "${CRASH_POINTS:-}" != all ] || all=--all
# FAILURES names some of the operations, for who runs this by hand.
# shellcheck disable=SC2086 # no argument where they are empty
"$O/failures" $all ${FAILURES:-}
