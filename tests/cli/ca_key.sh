#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The life of a CA's key: states, counters, the limit.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal sub-ca sub-journal
custodian

# --- a new root: its request and its certificate ---
root root
cps root
expect 0 egov-key states --home root
prints 'use: ca' 'generation: 1' 'state: active' 'since: 2026-11-22T08:00:00Z' 'signatures: 2' \
	'without-result: 0' 'use: journal'
sm3=$(value public-key-sm3)
expect 0 egov-key info "$(uri root-ca)"
prints "public-key-sm3: $sm3"
end=$(openssl x509 -in root/publish/cert/ca.pem -noout -enddate -dateopt iso_8601 |
	sed 's/.*=//; s/ /T/')
expect 0 egov-key states --home root --json
prints '"generation":"1"' "\"last-certificate-ends\":\"$end\""
[ "$(wc -l <"$out")" -eq 2 ] || die 'want a line for each key'

# --- each signature counts once; a refusal counts nothing ---
issued root zhang
expect 3 egov-issue --home root --profile agency-sign --application "$id" --request zhang.csr
expect 0 egov-crl publish --home root
expect 0 egov-key states --home root
prints 'signatures: 4' 'signatures: 2' 'without-result: 0'
consistent root

# --- the limit refuses certificates, not lists ---
sed -i 's/^allow_software.*/&\nsignature_limit = 5/' root/egovca.conf
issued root chen
approved root wang
expect 3 egov-issue --home root --profile agency-sign --application "$id" --request wang.csr
says "generation 1 of the CA's key has signed 5 times" 'signature_limit'
[ "$(sql root "select count(*) from journal where kind = 'refused' and subject = '$id'")" -eq 1 ] ||
	die 'the refusal was not journalled'
expect 0 egov-crl publish --home root
expect 0 egov-key states --home root
prints 'signatures: 6' 'limit: 5'
sed -i 's/^signature_limit = 5/signature_limit = 7/' root/egovca.conf
expect 0 egov-issue --home root --profile agency-sign --application "$id" --request wang.csr
consistent root
sed -i 's/^signature_limit = 7/signature_limit = 0/' root/egovca.conf
expect 3 egov-key states --home root
says 'signature_limit'
sed -i '/^signature_limit/d' root/egovca.conf

# --- a subordinate's key is pending until its certificate is there ---
expect 0 egov-init --home sub --test --subject 'C=CN, O=示例中心, CN=示例签发CA' \
	--key "$(uri sub-ca)" --journal-key "$(uri sub-journal)" \
	--custodian custodian.pem --request-out sub.csr
expect 0 egov-key states --home sub
prints 'state: pending' 'signatures: 1'
internal_approved root sub sub-ca 示例签发CA
expect 0 egov-issue --home root --profile sub-ca --application "$id" \
	--request sub.csr --out sub.pem
expect 0 egov-init --home sub --install sub.pem --chain root/publish/cert/ca.pem
expect 0 egov-key states --home sub
prints 'state: active'
[ "$(entries sub ca-key)" -eq 2 ] || die 'pending and active: two entries'
consistent sub

expect 4 egov-key states --home none
expect 2 egov-key states --home root more
