#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Order No. 4, Art. 32: an inspection neither stands in the way of the service nor lays secrets open:
# others issue while records are copied; what is sealed is copied on two people's signatures alone.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal
custodian
first_people
person 赵审计
root root
cps root
ca=root/publish/cert/ca.pem
for name in a b c d; do
	issued root $name
done

# --- issuing goes on, and the copies are of one moment ---
for name in e f g h; do
	approved root $name
	echo "$id" >$name.id
done
before=$(sql root 'select count(*) from certificate')
(for name in e f g h; do
	egov-issue --home root --profile agency-sign --application "$(cat $name.id)" --request $name.csr \
		--out $name.pem || echo failed >failed
done >issued.out 2>&1) &
expect 0 egov-record pack --home root --case 检查 --out busy
packed=$(value certificates)
wait
[ ! -e failed ] || die "issuing stood still: $(cat issued.out)"
[ "$packed" -ge "$before" ] || die 'some are missing'
expect 0 egov-record verify-pack --trust $ca busy
prints "certificates: $packed"
consistent root

# --- redacted: no name of an agent, no proof; full: with the custodian's key ---
custodian_uri="file:$D/custodian.sealed?pin-source=file:$D/person-pin"
expect 0 openssl pkcs8 -topk8 -in custodian.key -v2 aes-256-cbc -passout file:person-pin -out custodian.sealed
chmod 600 custodian.sealed
! grep -rqF -e 张示例 -e 999900199006210031 busy || die 'the redacted form has a name'
[ ! -e busy/private ] || die 'something was unsealed'
expect 0 egov-record pack --home root --case 检查 --full --custodian-key "$custodian_uri" --out whole
prints 'form: full'
expect 0 egov-record verify-pack --trust $ca whole
grep -rqF 张示例 whole/private || die 'the full form has no name'
grep -q 'href="private/' whole/index.html || die 'the page does not lead to it'
expect 0 egov-record list --home root --kind pack
prints 'form: full' 'form: redacted'

# --- in a production home: one signature for redacted copies, two for full ones ---
# shellcheck disable=SC2086 # options and their values
expect 0 egov-init --home prod --subject 'C=CN, O=示例中心, CN=示例根CA' --key "$(uri root-ca)" \
	--journal-key "$(uri root-journal)" --custodian custodian.pem --self-signed \
	--allow-software --crl-url http://pki.example.cn/ca.crl \
	--ca-issuers-url http://pki.example.cn/ca.cer --ocsp-url http://ocsp.example.cn/ $people
expect 0 as 审计管理员 egov-operator add --home prod --roles auditor --certificate 赵审计.pem 赵审计
trust=prod/publish/cert/ca.pem
full() {
	egov-record pack --home prod --case 检查 --full --custodian-key "$custodian_uri" "$@"
}
expect 3 egov-record pack --home prod --case 检查 --actor 某人 --out none
says 'takes no bare name'
expect 3 egov-record pack --home prod --case 检查 --out none
expect 0 as 赵审计 egov-record pack --home prod --case 检查 --out redacted
expect 0 egov-record verify-pack --trust $trust redacted
expect 3 as 赵审计 full --out none
refusals=$(entries prod refused)
expect 3 as 管理员 full --out none
[ "$(entries prod refused)" -eq $((refusals + 1)) ] || die 'the refusal is not journalled'
[ ! -e none ] || die 'something was copied on one signature'
[ ! -e none.part ] || die 'a part is left'
expect 0 full --out none --to-sign matter
[ ! -e none ] || die 'a signature was asked for, no more'
expect 0 egov-operator show matter
prints 'act: record-pack-full' 'case: 检查' 'form: full' 'count: 1'
# Two of one side are not both sides.
person 副管理员
expect 0 as 管理员 egov-operator add --home prod --roles administrator --certificate 副管理员.pem 副管理员
expect 0 egov-operator sign --key "$(key_uri 副管理员)" --certificate 副管理员.pem --out approval matter
expect 3 as 管理员 full --out none --approval approval
says_only 'want the signatures of one of each role: administrator, audit-administrator'
[ ! -e none ] || die 'something was copied on the signatures of one side'
consistent prod
expect 0 egov-operator sign --key "$(key_uri 审计管理员)" --certificate 审计管理员.pem --out approval matter
expect 0 as 管理员 full --out whole.prod --approval approval
prints 'form: full'
expect 0 egov-record verify-pack --trust $trust whole.prod
expect 3 as 管理员 full --out again --approval approval
consistent prod
