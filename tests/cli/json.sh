#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every command that prints data prints it as JSON too: lines that jq reads, with the keys of the
# "key: value" lines; what fails or is refused prints no JSON, and says why on standard error as always.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

# --- the option, everywhere

for program in "$O"/egov-*; do
	case $program in
	*.*) continue ;;
	esac
	expect 0 "$program" --describe
	commands=$(sed -n 's/^command\t//p' "$out")
	for command in ${commands:-''}; do
		# shellcheck disable=SC2086 # no word for a program without commands
		expect 0 "$program" $command --describe
		case ${program##*/}/$command in
		egov-key/init-token | egov-key/import | egov-key/open-share) continue ;;        # print nothing
		egov-crl/get) continue ;;       # hands out the octets of a list
		esac
		grep -q "^option	--json	" "$out" || die "$program $command has no --json"
	done
done

# --- what it prints

# The keys of "key: value" records, and of JSON lines; times of one key count once.
keys() {
	sed -n 's/^\([a-z0-9_-]*\): .*/\1/p' "$1" | sort | uniq
}
json_keys() {
	jq -r 'keys_unsorted[]' "$1" | sort | uniq
}

# is_json: the last output is lines of objects, each whole.
is_json() {
	[ -s "$out" ] || die_showing "$ran: printed nothing"
	while read -r line; do
		printf '%s\n' "$line" | jq -e 'type == "object"' >/dev/null || die_showing "$ran: no object: $line"
	done <"$out"
}

# both COMMAND...: prints the same keys and values in either form.
both() {
	expect 0 "$@"
	keys "$out" >wanted
	sed -n 's/^[a-z0-9_-]*: //p' "$out" | sort >wanted_values
	[ -s wanted ] || die_showing "$ran: no keys"
	expect 0 "$@" --json
	is_json
	json_keys "$out" >got
	same wanted got
	jq -r '.[] | if type == "array" then .[] else . end' "$out" | sort >got_values
	same wanted_values got_values
}

# json CODE COMMAND...: with --json, for what happens once.
json() {
	code=$1
	shift
	expect "$code" "$@" --json
	is_json
}

token root-ca root-journal
both egov-key list "$(uri root-ca)"
both egov-key info "$(uri root-ca)"
both egov-key selftest "$(uri root-ca)"
expect 0 egov-key pubkey "$(uri root-ca)"
cp "$out" pem
json 0 egov-key pubkey "$(uri root-ca)"
jq -r '."public-key"' "$out" | sed '/^$/d' >got
same pem got
expect 0 egov-key pubkey "$(uri root-ca)" --json --out key.pem
same pem key.pem

custodian
json 0 egov-init --home root --test --subject 'C=CN, O=示例中心, CN=示例根CA' --key "$(uri root-ca)" \
	--journal-key "$(uri root-journal)" --custodian custodian.pem --self-signed
both egov-key states --home root
echo '规则' >cps.txt
json 0 egov-policy add --home root --version 1.0 --published 2026-11-01 --effective 2026-11-01 cps.txt
evidence
request one
application one
json 0 egov-apply submit --home root one.application
id=$(jq -r .application "$out")
json 0 egov-apply review --home root --actor 王审查 "$id"
json 0 egov-apply approve --home root --actor 周批准 "$id"
[ "$(jq -r .state "$out")" = approved ] || die_showing 'wants the state'
both egov-apply show --home root "$id"
both egov-apply list --home root
json 0 egov-issue --home root --profile agency-sign --application "$id" --request one.csr
jq -r .certificate "$out" >one.pem
serial=$(jq -r .serial "$out")
expect 0 openssl x509 -in one.pem -noout -serial
prints "serial=$(echo "$serial" | tr a-f A-F)"
both egov-status show --home root "$serial"
both egov-status state --home root "$serial"
both egov-status list --home root
json 0 egov-status show --home root --pem "$serial"
jq -r .certificate "$out" >again.pem
same one.pem again.pem
[ "$(jq -r .serial "$out")" = "$serial" ] || die_showing 'wants the record beside the certificate'
json 0 egov-crl publish --home root
echo '挂失申请' >loss.txt
json 0 egov-revoke --home root --serial "$serial" --reason keyCompromise --requested-by 张示例 --evidence loss.txt
json 0 egov-crl publish --home root
both egov-crl show --entries root/publish/crl/ca.crl
both egov-crl check --issuer root/publish/cert/ca.pem --at "$EGOV_TEST_NOW" root/publish/crl/ca.crl
both egov-record check --home root

# --- judgements: yes, no, and what cannot be judged

set -- --at 2026-11-22T12:00:00Z --trust root/publish/cert/ca.pem --crl root/publish/crl/ca.crl
json 1 egov-verify "$@" one.pem root/publish/cert/ca.pem
[ "$(jq -r .verdict "$out" | tr '\n' ' ')" = 'untrusted trusted ' ] || die_showing 'wants two verdicts'
[ "$(jq -r 'select(.file == "one.pem") | .reason' "$out")" ] || die_showing 'wants a reason'
says 'egov-verify: one.pem: '
json 1 egov-verify "$@" --explain one.pem
jq -r 'select(.check == "revocation") | .result' "$out" | grep -q fail || die_showing 'wants the check that failed'
json 0 egov-verify --list-checks
jq -e '.check and .clause' "$out" >/dev/null || die_showing 'wants checks and clauses'

# --- refusals and failures print no JSON

expect 3 egov-apply approve --home root --actor 周批准 --json "$id"
says_only 'egov-apply: '
expect 1 egov-status state --home root --json 4000
says 'egov-status: '
[ ! -s "$out" ] || is_json
expect 4 egov-record check --home nowhere --json
says_only 'egov-record: '
