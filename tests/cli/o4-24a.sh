#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Order No. 4, Art. 24: complete.  Whatever moment issuing is killed at, either no certificate left, or the journal
# has application, decision, what was to be signed, and the certificate; refusals leave entries; each
# entry says who, by what account and program, when and what; a kind of entry that is missing is found.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal
custodian
root root
cps root

# has KIND SUBJECT: how many entries of the kind are about it.
has() {
	sql root "select count(*) from journal where kind = '$1' and subject = '$2'"
}

# --- killed: nothing has left that is not on record ---
for delay in 0.001 0.003 0.006 0.009 0.012 0.016 0.02 0.03; do
	name=k$(echo $delay | tr -d .)
	approved root "$name"
	timeout -s KILL $delay egov-issue --home root --profile agency-sign --application "$id" \
		--request "$name.csr" --out "$name.pem" >/dev/null 2>&1 || :
	if [ -s "$name.pem" ]; then
		serial=$(openssl x509 -in "$name.pem" -noout -serial | sed 's/.*=//' | tr A-F a-f)
		for kind in apply-submit apply-review apply-approve; do
			[ "$(has $kind "$id")" -ge 1 ] ||
				die "$name has left, but there is no $kind"
		done
		for kind in intent issue; do
			[ "$(has $kind "$serial")" -eq 1 ] ||
				die "$name has left, but there is no $kind"
		done
	fi
	consistent root
done

# --- who, with what, when, what: in every entry, refusals too ---
issued root one
one=$id
expect 3 egov-issue --home root --profile agency-sign --application "$id" --request one.csr --actor 赵签发
expect 0 egov-record list --home root --kind refused --by 赵签发
prints 'actor: 赵签发' 'operation: issue' 'source: os:' 'egov-issue 0.'
[ "$(sql root "select count(*) from journal where source not like 'os:% egov-% _%'")" -eq 0 ] ||
	die 'an entry does not say by what account and program'

# --- the request, which nothing else keeps, is known again by its SM3 ---
request_sm3() {
	echo "request-sm3: $(openssl req -in "$1" -outform DER | openssl dgst -sm3 -r | cut -d ' ' -f 1)"
}
expect 0 egov-record list --home root --serial "$serial" --kind intent
prints "$(request_sm3 one.csr)"
expect 0 egov-record prove --home root --out one.evidence "$serial"
expect 0 egov-record verify-bundle --trust root/publish/cert/ca.pem one.evidence
prints "$(request_sm3 one.csr)"
approved root batched
printf 'agency-sign\t%s\tbatched.csr\tbatched.pem\n' "$id" >jobs.list
expect 0 egov-issue --home root --batch jobs.list
expect 0 egov-record list --home root --kind intent
prints "$(request_sm3 batched.csr)"
rm -rf broken
cp -a root broken
sql broken "update intent set request_digest = zeroblob(32) where lower(hex(serial)) = '$serial'"
expect 5 egov-record check --home broken

# --- search ---
id=$one
expect 0 egov-record list --home root --serial "$serial"
[ "$(grep -c '^entry: ' "$out")" -eq 2 ] || die_showing 'want intent and issue'
expect 0 egov-record list --home root --subject 行政审批局 --kind issue --json
agency=$(sql root "select count(*) from certificate where subject like '%行政审批局%'")
[ "$(grep -c '"kind":"issue"' "$out")" -eq "$agency" ] ||
	die_showing 'want each issue entry of the agency'
expect 0 egov-record list --home root --application "$id"
prints 'kind: apply-submit' 'kind: apply-approve'
expect 0 egov-record list --home root --to 2026-11-22T07:00:00Z
[ ! -s "$out" ] || die_showing 'want none'
expect 2 egov-record list --home root --kind nothing
expect 2 egov-record list --home root --serial "$serial" --subject x
expect 0 egov-record kinds
prints 'kind: apply-submit' 'kind: unseal'

# --- a certificate without one of its entries, and an altered one ---
for kind in apply-submit apply-review apply-approve intent issue; do
	subject=$id
	case $kind in i*) subject=$serial ;; esac
	for change in "delete from journal" "update journal set body = replace(body, '\"', '\" ')" \
		"update journal set kind = 'refused'" "update journal set actor = 'x'"; do
		tampered root "$change where kind = '$kind' and subject = '$subject'" journal
	done
done
consistent root
