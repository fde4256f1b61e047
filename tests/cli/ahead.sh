#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Many lists: each is looked at once, and again where anything came to them or the ledger is an older
# one (Order No. 4, Art. 18(3)).
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal
custodian
root root --crl-url http://pki.example.cn/crl/ca.crl
cps root
echo loss >loss.txt
lists=root/publish/crl
sed -i 's|^maximum = .*|&\nshards = 6|' root/egovca.conf
issued root zhang
zhang=$serial
shard=$(openssl x509 -in zhang.pem -noout -ext crlDistributionPoints | sed -n 's,.*/\([^/]*\.crl\)$,\1,p')
expect 0 egov-crl publish --home root
cp -a root yesterday
# What the same keys publish elsewhere, later.
expect 0 egov-revoke --home root --serial "$zhang" --reason superseded --requested-by x --evidence loss.txt
expect 0 egov-crl publish --home root
cp "$lists/$shard" later.crl
cp root/ledger.db today.db
rm -rf root
cp -a yesterday root

n=0
works() {
	n=$((n + 1))
	issued root "any$n"
}
# settled: all lists were looked at, long after the last change.
settled() {
	touch -d "@$(($(stat -c %Y $lists) - 3600))" $lists
	works
	[ -s root/crl.seen ] || die 'what was seen is not noted'
}
refused() {
	expect 5 egov-crl publish --home root
	says_only "$shard has number" 'older than what was published'
}
settled
before=$(stat -c %y:%i root/crl.seen)
works
[ "$(stat -c %y:%i root/crl.seen)" = "$before" ] || die 'all lists were looked at again'

# --- a newer list that comes in its place, or that comes back with its folder ---
cp later.crl $lists/new
mv $lists/new "$lists/$shard"
refused
refused
cp yesterday/publish/crl/"$shard" $lists/new
mv $lists/new "$lists/$shard"
settled
mv $lists away
cp -a away $lists
cp later.crl "$lists/$shard"
refused

# --- an older ledger beside lists that were seen ---
rm -rf root
cp -a yesterday root
cp today.db root/ledger.db
cp later.crl "$lists/$shard"
settled
rm -f root/ledger.db root/ledger.db-wal root/ledger.db-shm
cp yesterday/ledger.db root/ledger.db
refused

# --- what was noted is not read as it stands: all lists are looked at ---
rm -rf root
cp -a yesterday root
for text in '' x '1 2 3 4' "$(seq -s ' ' 200)"; do
	printf '%s' "$text" >root/crl.seen
	settled
done
# So close to a change that a second one might not show.
touch -d '1 hour' $lists
rm -f root/crl.seen
works
before=$(stat -c %i root/crl.seen)
works
[ "$(stat -c %i root/crl.seen)" != "$before" ] || die 'one look so close to a change was enough'
