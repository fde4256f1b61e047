#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Order No. 4, Art. 24, and the trial measures of 2009, Art. 24: records are kept five years after
# loss of validity, ten those of government holders; the longest rule wins, and holds.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal
custodian
root root
cps root
echo loss >loss.txt
evidence

# consent KEY OPTION...: what --consent-text prints, signed with KEY into consent.sig.
consent() {
	key=$1
	shift
	expect 0 egov-issue --home root "$@" --consent-text
	cp "$out" consent.txt
	expect 0 openssl dgst -sm3 -sigopt $ID -sign "$key" -out consent.sig consent.txt
}

# --- a government holder's: ten years, as the law of 2009 and the profile say ---
issued root agency
agency=$serial
expect 0 egov-status show --home root "$agency"
end=$(value not-after)
expect 0 egov-record due --home root "$agency"
prints "serial: $agency" "not-after: $end" "lost-at: $end" 'holder: government' 'rule: law 5y ' \
	'rule: holder 10y ' 'rule: profile 10y ' 'state: kept'
year=$(echo "$end" | cut -c 1-4)
# The last day counts whole in Beijing, whose days begin at 16:00 UTC.
[ "$(value due)" = "$((year + 10))-$(echo "$end" | cut -c 6-10)T16:00:00Z" ] ||
	die_showing "due is not ten years after $end"

# --- revoked: from the later of both, which is the end all the same ---
expect 0 egov-revoke --home root --serial "$agency" --reason superseded --requested-by 张示例 \
	--evidence loss.txt
expect 0 egov-record due --home root "$agency"
prints "lost-at: $end" 'revoked-at: 2026-11-22T08:00:00Z'

# --- a profile that is gone: as long as the longest ---
mv root/profiles/agency-sign.conf saved.conf
expect 0 egov-record due --home root "$agency"
prints 'rule: profile 10y '
cp saved.conf root/profiles/agency-sign.conf

# --- a company's: five years, where the profile says no more ---
sed 's/^retention = .*/retention = enterprise/; s/^holder = .*/holder = enterprise/' saved.conf \
	>root/profiles/agency-sign.conf
request firm
application firm
sed -i 's/^kind = .*/kind = enterprise/' firm.application
expect 0 egov-apply submit --home root firm.application
id=$(value application)
expect 0 egov-apply review --home root --actor 王审查 "$id"
expect 0 egov-apply approve --home root --actor 周批准 "$id"
expect 0 egov-issue --home root --profile agency-sign --application "$id" --request firm.csr \
	--out firm.pem
firm=$(value serial)
expect 0 egov-record due --home root "$firm"
prints 'holder: enterprise' 'rule: law 5y' 'rule: profile 5y'
! grep -q 'rule: holder' "$out" || die_showing 'no rule of ten years'
[ "$(value due)" = "$((year + 5))-$(echo "$end" | cut -c 6-10)T16:00:00Z" ] ||
	die_showing "due is not five years after $end"
cp saved.conf root/profiles/agency-sign.conf
expect 0 egov-record due --home root "$firm"
prints 'rule: law 5y' 'rule: profile 10y'
[ "$(value due)" = "$((year + 10))-$(echo "$end" | cut -c 6-10)T16:00:00Z" ] ||
	die_showing 'the longest rule does not win'

# --- the CA's own certificate: as long as what it signed ---
root_serial=$(openssl x509 -in root/publish/cert/ca.pem -noout -serial | cut -d = -f 2)
expect 0 egov-record due --home root "$root_serial"
prints 'holder: internal' 'signed-until: ' 'rule: holder 10y '

# --- one that follows needs the records of what it follows ---
issued root chen
first=$serial
EGOV_TEST_NOW=2029-11-10T08:00:00Z
consent chen.key --renew "$first"
expect 0 egov-issue --home root --renew "$first" --consent consent.sig --out chen2.pem
second=$(value serial)
expect 0 egov-record due --home root "$second"
due=$(value due)
expect 0 egov-record due --home root "$first"
prints "rests-on: $second $due" "due: $due"

# --- legal holds ---
expect 0 egov-record hold --home root --case 行复2027-3 --reason '行政复议' --actor 钱主任 "$first"
prints "serial: $first" 'case: 行复2027-3' 'legal-hold: on'
expect 3 egov-record hold --home root --case 行复2027-3 --reason again "$first"
says_only 'is on already'
expect 0 egov-record hold --home root --case 'b' --reason x "$first"
expect 3 egov-record release --home root --case c --reason x "$first"
says_only 'the legal hold of case c is not on'
expect 0 egov-record due --home root --json "$first"
prints '"state":"held"' '行复2027-3'
expect 0 egov-record release --home root --case b --reason x "$first"
prints 'legal-hold: released'
EGOV_TEST_NOW=2060-01-01T00:00:00Z
expect 0 egov-record due --home root "$first"
prints 'state: held' "legal-hold: $first 2029-11-10T08:00:00Z 行复2027-3"
expect 0 egov-record release --home root --case 行复2027-3 --reason x "$first"
expect 0 egov-record due --home root "$first"
prints 'state: due'
! grep -q legal-hold "$out" || die_showing 'no hold is on'
expect 2 egov-record hold --home root --case '' --reason x "$first"
expect 2 egov-record hold --home root --case x "$first"
expect 1 egov-record due --home root 4000
says 'never issued by this CA'
expect 1 egov-record hold --home root --case x --reason x 4000
consistent root
[ "$(sql root "select count(*) from journal join sealed using (seq) where kind like 'legal-%'")" -eq 4 ] ||
	die 'the reasons are not sealed'

# --- what the ledger may not say ---
tampered root "update journal set kind = 'legal-hold' where kind = 'legal-release'" journal
