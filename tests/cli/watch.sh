#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# egov-crl watch: what is served where certificates point; reading back by the public address.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"
# shellcheck source=tests/cli_web.sh
. "$SRC/tests/cli_web.sh"

web www
at=http://127.0.0.1:$port/crl

token root-ca root-journal other-ca other-journal
custodian
root root --crl-url "$at/ca.crl"
cps root
ln -s root/publish www
lists=root/publish/crl
echo loss >loss.txt
sed -i 's/^maximum = .*/&\nseparate_ca = yes\ndelta_period = 1h/' root/egovca.conf
for profile in root/profiles/agency-sign*.conf; do
	sed -i 's/^crl_distribution_point = yes/&\nfreshest_crl = yes/' "$profile"
done
issued root one
expect 0 egov-crl publish --home root
issued root two

# --- all is well ---
expect 0 egov-crl watch --home root
prints "url: $at/ca-users.crl" "url: $at/ca-users-delta.crl" 'certificates: 2' 'verdict: good' \
	'seconds-left: 604800' 'seconds-left: 86400' 'entries: 0'
! grep -q 'ca-arl' "$out" || die_showing 'no live certificate names the ARL'
expect 0 egov-crl watch --home root --json
prints '"verdict":"good"'
expect 0 egov-crl watch --home root --nagios
prints 'CRL OK - 2 addresses' "'left $at/ca-users.crl'=604800s"
expect 0 egov-crl watch --home root --prometheus
prints "egovca_crl_good{url=\"$at/ca-users.crl\"} 1" \
	"egovca_crl_seconds_left{url=\"$at/ca-users-delta.crl\"} 86400" \
	'# TYPE egovca_crl_number gauge'

# --- one of them by its address, and what it says of a certificate ---
expect 0 egov-crl check --issuer root/publish/cert/ca.pem "$at/ca-users.crl" --serial "$serial" \
	--at "$EGOV_TEST_NOW"
prints 'verdict: good' 'signature: verified'
expect 4 egov-crl check "$at/no-such.crl"
says 'HTTP response code'

# --- time runs out: half of its life, or later where a period and three runs take longer ---
EGOV_TEST_NOW=2026-11-22T20:00:00Z
expect 0 egov-crl watch --home root
prints 'seconds-old: 43200'
EGOV_TEST_NOW=2026-11-22T20:00:01Z
expect 1 egov-crl watch --home root --nagios
prints "CRL WARNING - 2 addresses; $at/ca-users-delta.crl: the next list is late |"
cp root/egovca.conf kept.conf
sed -i 's/^delta_period = .*/delta_period = 10h\nretry = 1h/' root/egovca.conf
EGOV_TEST_NOW=2026-11-22T21:00:00Z
expect 0 egov-crl watch --home root
EGOV_TEST_NOW=2026-11-22T21:00:01Z
expect 1 egov-crl watch --home root
prints 'why: the next list is late'
cp kept.conf root/egovca.conf
EGOV_TEST_NOW=2026-11-22T08:00:00Z
expect 1 egov-crl watch --home root --warn 7d --json
! grep -q '"verdict":"bad"' "$out" || die_showing 'late is not bad'
expect 1 egov-crl watch --home root --warn 8d
prints 'verdict: warning' 'why: the next list is late'
expect 1 egov-crl watch --home root --warn 8d --nagios
prints 'CRL WARNING - 2 addresses' 'the next list is late'
EGOV_TEST_NOW=2026-11-24T08:00:00Z
expect 1 egov-crl watch --home root
prints 'verdict: good' 'verdict: bad' 'why: it is stale'
expect 2 egov-crl watch --home root --nagios
prints "CRL CRITICAL - 2 addresses; $at/ca-users-delta.crl: it is stale"
EGOV_TEST_NOW=2026-11-22T09:00:00Z
expect 0 egov-crl publish --home root

# --- something else is served ---
# served FILE WHY: at the first address.
served() {
	cp "$lists/ca-users.crl" kept.crl
	cp "$1" "$lists/ca-users.crl"
	expect 1 egov-crl watch --home root
	prints 'verdict: bad' "why: $2"
	expect 1 egov-crl watch --home root --prometheus
	prints "egovca_crl_good{url=\"$at/ca-users.crl\"} 0"
	cp kept.crl "$lists/ca-users.crl"
	expect 0 egov-crl watch --home root
}
first=$(sql root "select min(number) from crl join intent on intent.id = crl.intent where part = 2")
served "$lists/ca-users-$first.crl" 'number'
served "$lists/ca-arl.crl" 'another list of this CA is served there'
served "$lists/ca-users-delta.crl" 'another list of this CA is served there'
served loss.txt ''
head -c 100 "$lists/ca-users.crl" >half.crl
served half.crl 'CRL: '
root other --crl-url "$at/ca.crl"
expect 0 egov-crl publish --home other
served other/publish/crl/ca.crl ''
mv "$lists/ca-users.crl" kept.crl
expect 1 egov-crl watch --home root
prints "why: $at/ca-users.crl: "
mv kept.crl "$lists/ca-users.crl"

# --- read back by the address: the list is served, and the doubt is told ---
sed -i 's/^web_root = .*/&\nread_back = yes/' root/egovca.conf
EGOV_TEST_NOW=2026-11-22T10:00:00Z
expect 0 egov-crl publish --home root
mkdir -p elsewhere
cp -r root/publish/crl elsewhere/crl
rm www
ln -s elsewhere www
EGOV_TEST_NOW=2026-11-22T11:00:00Z
expect 4 egov-crl publish --home root
says 'crl-public-address:' 'gives something else than was published'
expect 1 egov-crl watch --home root
prints 'verdict: bad'
grep -q 'why: number .* is served, number .* was published' "$out" || die_showing 'want the numbers'
consistent root

# --- nobody answers, nothing is watched ---
kill $server
wait $server 2>/dev/null || :
expect 1 egov-crl watch --home root
prints 'verdict: bad' "why: $at/ca-users.crl: "
expect 2 egov-crl watch --home root --nagios
prints "'left $at/ca-users.crl'=U"
expect 4 egov-crl publish --home root
says 'crl-public-address:'
expect 0 egov-crl watch --home other
expect 3 egov-crl watch --home nowhere --nagios
prints 'CRL UNKNOWN - '
expect 4 egov-crl watch --home nowhere --prometheus
[ "$(grep -v '^#' "$out")" = 'egovca_crl_watch_success 0' ] || die_showing 'it could not watch'

# --- what a monitor would misread in an address ---
sed -i "s,^url = .*,url = $at/o=a'b/ca.crl," other/egovca.conf
cps other
issued other odd
expect 2 egov-crl watch --home other --nagios
prints "; $at/o=a'b/ca.crl: " " |" "'left $at/o%3Da%27b/ca.crl'=U"
expect 1 egov-crl watch --home other --prometheus
prints "egovca_crl_certificates{url=\"$at/o=a'b/ca.crl\"} 1"
