#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Order No. 4, Art. 23; Henan, Art. 16: what is personal stays sealed.  Nothing that leaves the home without
# the custodian's key has a personal field, and each unsealing is an entry.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal
custodian
(umask 077 && echo 'custodian-pin' >custodian-pin)
expect 0 openssl pkcs8 -topk8 -in custodian.key -v2 aes-256-cbc -passout file:custodian-pin \
	-out custodian.enc
chmod 600 custodian.enc
key="file:$D/custodian.enc?pin-source=file:$D/custodian-pin"
root root
cps root
issued root one
ca=root/publish/cert/ca.pem
# The agent's name and number, and the papers: in no file of the home, and in nothing that is printed.
personal='张示例|999900199006210031|身份核验单|服务协议'
! grep -rqaE "$personal" root || die 'something personal lies in the home in the clear'
expect 0 egov-record list --home root
! grep -qE "$personal" "$out" || die_showing 'the list tells something personal'
number=$(sql root "select seq from journal where kind = 'apply-submit'")
expect 0 egov-record show --home root "$number"
prints 'private: sealed' 'kind: apply-submit'
leaf=$(value leaf)
expect 0 egov-record prove --home root --out redacted.evidence "$serial"
prints 'form: redacted'
! grep -qaE "$personal" redacted.evidence || die 'the redacted evidence has something personal'
[ "$(entries root unseal)" -eq 0 ] || die 'nothing was unsealed yet'

# --- the custodian sees it, and that is on record ---
expect 0 egov-record show --home root --actor 钱保管 --custodian-key "$key" --private-out private "$number"
prints "leaf: $leaf"
grep -qa 张示例 private || die 'the private part lacks the application'
grep -qa 身份核验单 private || die 'the private part lacks a paper'
salt=$(value private-salt)
commitment=$(value private-commitment)
{
	unhex "$salt"
	cat private
} | openssl dgst -sm3 -r | grep -q "^$commitment " || die 'the private part is not what the entry commits to'
expect 0 egov-record list --home root --kind unseal
prints 'actor: 钱保管' "unsealed: $number"
expect 0 egov-record prove --home root --actor 钱保管 --custodian-key "$key" --out full.evidence "$serial"
prints 'form: full'
grep -qa 张示例 full.evidence || die 'the full evidence lacks the application'
[ "$(entries root unseal)" -eq 2 ] || die 'want an entry for each unsealing'
for form in redacted full; do
	expect 0 egov-record verify-bundle --trust $ca $form.evidence
	prints "form: $form" "entry: $number"
done

# --- nobody else does ---
person other
expect 3 egov-record show --home root --custodian-key "$(key_uri other)" --private-out stolen "$number"
[ ! -e stolen ] || die 'something was handed out'
expect 3 egov-record prove --home root --custodian-key "$(key_uri other)" --out stolen "$serial"
[ ! -e stolen ] || die 'something was handed out'
[ "$(entries root unseal)" -eq 2 ] || die 'nothing was unsealed'
[ "$(sql root "select count(*) from journal where kind = 'refused' and body like '%record-unseal%'")" -eq 2 ] ||
	die 'want an entry for each refusal'
expect 2 egov-record show --home root --custodian-key "$key" "$number"
expect 1 egov-record show --home root 99999
expect 2 egov-record show --home root x
consistent root
