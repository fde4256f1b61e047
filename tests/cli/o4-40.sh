#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Order No. 4, Art. 40: a CA that proves that it was not at fault.  A checkpoint lies with outsiders; the
# evidence leads up to it, and a journal that is not the one they know is found out.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal other-ca other-journal
custodian
root root
root other
cps root
ca=root/publish/cert/ca.pem
person 公证处
witness() {
	egov-record witness --home root "$@"
}
issued root one
one=$serial

# --- a directory, another home, another key ---
mkdir outside
expect 0 witness --directory outside
prints 'method: directory' "place: $D/outside"
expect 0 witness --other-home other
prints 'method: home'
expect 0 witness --key "$(key_uri 公证处)" --certificate 公证处.pem
prints 'method: key'
[ "$(entries root witness)" -eq 3 ] || die 'want an entry for each'
[ "$(entries other witnessed)" -eq 1 ] || die 'the other home has no entry'
expect 0 witness --check
prints 'method: directory' 'method: home' 'method: key'
consistent root
consistent other
expect 3 witness --other-home root
says_only 'no witness of itself'
expect 3 witness --key "$(uri root-journal)" --certificate 公证处.pem
expect 4 witness --directory missing
expect 2 witness
expect 2 witness --key "$(key_uri 公证处)"

# --- the evidence leads up to what the witness signed ---
expect 0 egov-record prove --home root --out one.evidence "$one"
expect 0 egov-record verify-bundle --trust $ca --witness 公证处.pem one.evidence
prints 'proven: this witness signed the root of the journal: nothing before it was changed since' \
	'witness: C=CN, CN='
expect 1 egov-record verify-bundle --trust $ca --witness custodian.pem one.evidence
says 'has not countersigned'
# A later one: an older checkpoint that the witness has, and that the journal grew out of it.
issued root two
expect 0 egov-record prove --home root --out two.evidence "$serial"
expect 0 egov-record verify-bundle --trust $ca --witness 公证处.pem two.evidence

# --- checkpoints: by count and by time; for others to keep ---
expect 0 egov-record checkpoint --home root --export now.pem
prints 'entries: '
grep -q 'BEGIN EGOVCA CHECKPOINT' now.pem || die 'no checkpoint was written'
expect 0 egov-record checkpoint --home root --if-due
prints 'signed: no'
submitted root three
expect 0 egov-record checkpoint --home root --if-due
prints 'signed: no'
EGOV_TEST_NOW=2026-11-23T08:00:01Z
expect 0 egov-record checkpoint --home root --if-due
prints 'signed: yes'
sed -i 's/^silence = .*/&\ncheckpoint_entries = 1/' root/egovca.conf
submitted root four
expect 0 egov-record checkpoint --home root --if-due
prints 'signed: yes'

# --- another history: the journal of yesterday, and one that others wrote ---
cp -a root copy
issued root five
expect 0 witness --directory outside
consistent root
expect 5 egov-record check --home copy
says 'was lodged, but the journal has'
expect 5 egov-record witness --home copy --check
file=$(find outside -name '*.pem' | sort | head -n 1)
cp "$file" kept.pem
sed -i '3s/./A/10; 3s/./B/11' "$file"
expect 5 witness --check
cp kept.pem "$file"
expect 0 witness --check
rm "$file"
expect 5 witness --check
says 'is not there any more'
cp kept.pem "$file"
mv outside away
expect 4 witness --check
mv away outside
consistent root
