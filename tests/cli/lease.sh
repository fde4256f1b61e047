#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Two machines that share the storage of a home: one at a time makes lists.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal
custodian
export EGOV_TEST_HOST=east
root root --crl-url http://pki.example.cn/crl/ca.crl
cps root
lists=root/publish/crl
expect 0 egov-crl publish --home root
leases() {
	[ "$(entries root lease)" -eq "$1" ] || die "want $1 entries about the lease"
}
last_lease() {
	sql root "select body from journal where kind = 'lease' order by seq desc limit 1"
}
leases 1
last_lease | grep -q '{"holder":"east"}' || die 'the first holder'
expect 0 egov-crl publish --home root
leases 1

# --- given up is free for the other at once ---
EGOV_TEST_HOST=west
expect 0 egov-crl publish --home root
leases 2
last_lease | grep -q '{"holder":"west","before":"east"}' || die 'the second holder'
consistent root

# --- while east is at it, west is not; what tells them apart on one machine, its lock, is away ---
cat >hook <<HOOK
#!/bin/sh
cd "$D" || exit 1
rm -f root/crl.lock
PATH=$PATH EGOV_TEST_NOW=2026-11-22T09:00:00Z EGOV_TEST_HOST=west EGOV_SOFTTOKEN_DIR=$EGOV_SOFTTOKEN_DIR
export PATH EGOV_TEST_NOW EGOV_TEST_HOST EGOV_SOFTTOKEN_DIR
egov-crl publish --home root >west.out 2>&1
echo \$? >west.code
egov-crl publish --home root --dry-run >dry.out 2>&1
echo \$? >dry.code
HOOK
chmod +x hook
sed -i "s,^web_root = .*,&\nhook = $D/hook," root/egovca.conf
EGOV_TEST_NOW=2026-11-22T09:00:00Z
EGOV_TEST_HOST=east
expect 0 egov-crl publish --home root
[ "$(cat west.code) $(cat dry.code)" = '4 4' ] || { cat west.out dry.out; die 'west makes lists, too'; }
for said in west.out dry.out; do
	grep -q 'crl-lease: another machine makes lists, and may until 2026-11-22T10:00:00Z: east' $said ||
		die "$said does not name who has it"
done
[ "$(sql root 'select max(number) from crl')" -eq 4 ] || die 'another list was made'
leases 3
consistent root

# --- a machine that died has it until it is over; the list that is served stays ---
# shellcheck disable=SC2016 # for the hook to expand
printf '#!/bin/sh\nkill -9 $PPID\n' >hook
EGOV_TEST_NOW=2026-11-22T11:00:00Z
egov-crl publish --home root >/dev/null 2>&1 && die 'it was to die'
sed -i '/^hook = /d' root/egovca.conf
served=$(openssl dgst -sm3 <$lists/ca.crl)
EGOV_TEST_HOST=west
EGOV_TEST_NOW=2026-11-22T11:59:50Z
expect 4 egov-crl publish --home root
says 'may until 2026-11-22T12:00:0' ': east'
[ "$served" = "$(openssl dgst -sm3 <$lists/ca.crl)" ] || die 'another list is served'
cp -r root again
EGOV_TEST_HOST=east
expect 0 egov-crl publish --home again
EGOV_TEST_HOST=west
EGOV_TEST_NOW=2026-11-22T12:10:00Z
expect 0 egov-crl publish --home root
leases 4
last_lease | grep -q '"holder":"west","before":"east","until":"2026-11-22T12:00:0' || die 'taken over'
[ "$(sql root 'select max(number) from crl')" -eq 6 ] || die 'want the next list'
consistent root
# east comes back: its time is over
EGOV_TEST_HOST=east
expect 0 egov-crl publish --home root
consistent root

# --- how long is configured; a machine that was started again is another one ---
sed -i 's,^maximum = .*,&\nlease = 5m,' root/egovca.conf
unset EGOV_TEST_HOST
expect 0 egov-crl publish --home root
last_lease | grep -q "\"holder\":\"$(hostname | cut -c 1-63) $(cat /proc/sys/kernel/random/boot_id)\"" ||
	die 'the name of this machine'

# --- what the ledger says alone is found ---
for change in "update meta set value = x'6e' where name = 'crl-holder'" \
	"update meta set value = x'78' where name = 'crl-until'"; do
	rm -rf bad
	cp -r root bad
	sqlite3 bad/ledger.db "$change"
	expect 5 egov-record check --home bad
	says 'setting crl-'
done
rm -rf bad
cp -r root bad
sqlite3 bad/ledger.db "delete from meta where name = 'crl-holder'"
expect 5 egov-record check --home bad
