#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Order No. 4, Art. 24: process and result are traceable.  The evidence of one certificate's life
# is verified with the CA's certificate alone, and no byte of it can change.
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
record() {
	verb=$1
	shift
	egov-record "$verb" --home root "$@"
}
verify() {
	egov-record verify-bundle "$@"
}

issued root one
one=$serial
issued root two
expect 0 egov-crl publish --home root
expect 0 record prove --out one.evidence "$one"
prints "serial: $one" 'form: redacted' 'witnessed: 0'

# --- a second machine: neither home nor network, the certificate alone ---
mkdir elsewhere
cp one.evidence $ca elsewhere
# Where the system lets us, there is no network to be asked.
offline=
! unshare -rn true 2>"$err" || offline='unshare -rn'
# shellcheck disable=SC2086 # words
(cd elsewhere && expect 0 env -u EGOVCA_HOME HOME=/nonexistent $offline egov-record verify-bundle \
	--trust ca.pem one.evidence) || die 'not verified elsewhere'
expect 0 verify --trust $ca one.evidence
prints "serial: $one" 'form: redacted' 'kind: apply-submit' 'kind: apply-review' 'kind: apply-approve' \
	'proven: the bytes to be signed were on record before they were signed' \
	'proven: this certificate was issued' 'source: os:' 'egov-issue' \
	'proven: this revocation list, signed by the CA, does not list the certificate'
expect 0 verify --json --trust $ca one.evidence
prints '"proven":"this certificate was issued"'

# --- revoked: the last list without it, the first with it ---
echo loss >loss.txt
EGOV_TEST_NOW=2026-11-23T08:00:00Z
expect 0 egov-revoke --home root --reason keyCompromise --requested-by 张示例 \
	--evidence loss.txt --serial "$one"
EGOV_TEST_NOW=2026-11-23T09:00:00Z
expect 0 egov-crl publish --home root
EGOV_TEST_NOW=2026-11-24T09:00:00Z
expect 0 egov-crl publish --home root
expect 0 record prove --out revoked.evidence "$one"
expect 0 verify --trust $ca revoked.evidence
prints 'kind: revoke' 'subject: crl-1' 'subject: crl-2' 'reason: keyCompromise' \
	'proven: this revocation list, signed by the CA, does not list the certificate' \
	'proven: this revocation list, signed by the CA, lists the certificate'
! grep -q 'crl-3' "$out" || die_showing 'a later list is in it'
expect 1 record prove --out x 00aa
says_only 'no certificate of this CA has this serial'
expect 2 record prove --out x zz

# --- another CA: whole, but not trusted ---
expect 1 verify --trust custodian.pem revoked.evidence
says 'not signed by the CA that is trusted'
expect 4 verify --trust missing.pem revoked.evidence
expect 4 verify --trust $ca missing
expect 2 verify revoked.evidence

# --- what is not whole ---
: >empty
expect 5 verify --trust $ca empty
expect 5 verify --trust $ca one.pem
cat revoked.evidence loss.txt >longer
expect 5 verify --trust $ca longer
size=$(wc -c <revoked.evidence)
for at in 1 5 40 $((size / 3)) $((size / 2)) $((size - 40)) $((size - 1)); do
	head -c "$at" revoked.evidence >short
	expect 5 verify --trust $ca short
	{
		head -c "$at" revoked.evidence
		printf '\377'
		tail -c +$((at + 2)) revoked.evidence
	} >changed
	cmp -s changed revoked.evidence || expect 5 verify --trust $ca changed
done
consistent root
