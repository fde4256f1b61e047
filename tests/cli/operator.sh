#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The people of a production home: roles, two signatures where two people are needed,
# approvals that are signed elsewhere, and what stock openssl says of them.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

unset EGOV_TEST_NOW
token root-ca root-journal 孙批准
custodian
first_people
for name in 李登记 王审查 周批准 吴操作 副管理员 郑审计; do
	person $name
done
# shellcheck disable=SC2086 # options and their values
expect 0 egov-init --home root --subject 'C=CN, O=示例中心, CN=示例根CA' --key "$(uri root-ca)" \
	--journal-key "$(uri root-journal)" --custodian custodian.pem --self-signed \
	--allow-software --crl-url http://pki.example.cn/ca.crl \
	--ca-issuers-url http://pki.example.cn/ca.cer --ocsp-url http://ocsp.example.cn/ $people

# refused CODE TEXT COMMAND...: with one line, and one entry in the journal.
refused() {
	code=$1 text=$2 before=$(entries root refused)
	shift 2
	expect "$code" "$@"
	says_only "$text"
	[ "$(entries root refused)" -eq $((before + 1)) ] || die "$*: the refusal is not journalled once"
}

# --- appointments ---
add() {
	egov-operator add --home root "$@"
}
refused 3 'takes no bare name' add --roles reviewer --certificate 王审查.pem 王审查
refused 3 'is no operator' as 李登记 add --roles reviewer --certificate 王审查.pem 王审查
refused 3 'audit-administrator; operator-add wants one of: administrator' \
	as 审计管理员 add --roles reviewer --certificate 王审查.pem 王审查
refused 3 'administrator; auditor-add wants one of: audit-administrator' \
	as 管理员 add --roles auditor --certificate 郑审计.pem 郑审计
refused 3 'may not be reviewer and approver' \
	as 管理员 add --roles reviewer,approver --certificate 王审查.pem 王审查
refused 3 'may not be registrar and reviewer' \
	as 管理员 add --roles registrar,reviewer --certificate 王审查.pem 王审查
expect 2 as 管理员 add --roles king --certificate 王审查.pem 王审查
says_only 'role "king"'
expect 2 as 管理员 add --roles reviewer --certificate 王审查.pem os:王审查
expect 0 openssl req -x509 -key 王审查.clear -sm3 -sigopt $ID -out bare.pem -days 30 -subj /C=CN/CN=x
refused 3 'bare.pem: an operator' as 管理员 add --roles reviewer --certificate bare.pem 王审查
expect 0 openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout p256.key \
	-out p256.pem -days 30 -subj /C=CN/CN=x -addext keyUsage=digitalSignature
refused 3 'p256.pem' as 管理员 add --roles reviewer --certificate p256.pem 王审查
refused 3 'custodian' as 管理员 add --roles reviewer --certificate custodian.pem 王审查
refused 3 'not the one of operator 管理员' add --roles reviewer --certificate 王审查.pem \
	--operator 管理员 --operator-key "$(key_uri 王审查)" 王审查
expect 0 as 管理员 add --roles registrar --certificate 李登记.pem 李登记
prints 'operator: 李登记' 'roles: registrar'
expect 0 as 管理员 add --roles reviewer --certificate 王审查.pem 王审查
expect 0 as 管理员 add --roles approver --certificate 周批准.pem 周批准
expect 0 as 管理员 add --roles ca-operator --certificate 吴操作.pem 吴操作
expect 0 as 审计管理员 add --roles auditor --certificate 郑审计.pem 郑审计
refused 3 'is an operator already' as 管理员 add --roles reviewer --certificate 副管理员.pem 王审查
refused 3 "key is operator 王审查's; two people have two keys" \
	as 管理员 add --roles approver --certificate 王审查.pem 假批准
# One whose key is in a token, certified by another key.
expect 0 egov-key pubkey --out pub.pem "$(uri 孙批准)"
expect 0 openssl req -new -key custodian.key -sm3 -sigopt $ID -subj /C=CN/CN=x -out any.csr
printf 'keyUsage=digitalSignature\n' >usage.cnf
expect 0 openssl x509 -req -in any.csr -force_pubkey pub.pem -CA custodian.pem -CAkey custodian.key \
	-sm3 -sigopt $ID -vfyopt $ID -days 30 -set_serial 7 -extfile usage.cnf -out 孙批准.pem
expect 0 as 管理员 add --roles approver --certificate 孙批准.pem 孙批准

# --- the gate, by roles ---
echo '电子认证业务规则 1.0' >cps.txt
expect 0 as 吴操作 egov-policy add --home root --version 1.0 --published 2026-01-02 \
	--effective 2026-01-03 cps.txt
for profile in agency-sign sub-ca; do
	sed -i "s/^oid =.*/oid = 1.2.156.999999.1.2/; s/^cps_version =.*/cps_version = 1.0/" \
		root/profiles/$profile.conf
done
evidence
request zhang
application zhang
sed -i "s/^time = .*/time = $(date -u +%Y-%m-%dT%H:%M:%SZ)/" zhang.application
refused 3 'approver; apply-submit wants one of: registrar' \
	as 周批准 egov-apply submit --home root zhang.application
expect 0 as 李登记 egov-apply submit --home root zhang.application
id=$(value application)
refused 3 'registrar; apply-review wants one of: reviewer' \
	as 李登记 egov-apply review --home root "$id"
refused 3 'auditor; apply-review' as 郑审计 egov-apply review --home root "$id"
expect 2 as 王审查 egov-apply review --home root --actor 王审查 "$id"
expect 2 egov-apply review --home root --operator 王审查 "$id"
says_only 'go together'
expect 2 egov-apply review --home root "$id"
says_only 'who decides?'

# --- signed elsewhere: asked for here, signed there, brought back ---
expect 0 egov-apply review --home root --to-sign review.matter "$id"
[ ! -s "$out" ] || die_showing '--to-sign did something'
expect 0 egov-apply show --home root "$id"
prints 'state: submitted'
expect 0 egov-operator show review.matter
prints 'act: apply-review' "subject: $id" 'fact: profile: agency-sign' 'fact: key-sm3: '
sign() {
	egov-operator sign --certificate "$1.pem" --key "$(key_uri "$1")" --out "$3" "$2"
}
refused_sign() {
	expect 3 egov-operator sign --certificate 王审查.pem --key "$(key_uri 周批准)" review.matter
	says_only "not the certificate's"
}
refused_sign
expect 0 sign 周批准 review.matter wrong.approval
refused 3 'approver; apply-review wants' egov-apply review --home root --approval wrong.approval "$id"
expect 0 sign 王审查 review.matter review.approval
prints 'act: apply-review' 'signed-at: '
expect 0 egov-operator show review.approval
refused 3 'the approval by 王审查 is for something else: apply-review of' \
	egov-apply reject --home root --reason no --approval review.approval "$id"
# Nothing of it can be changed.
openssl base64 -d -in review.approval -out review.der 2>/dev/null ||
	sed 1d review.approval | sed '$d' | openssl base64 -d -out review.der
sed 's/agency-sign/agency-sigh/' review.der >bent.der
cmp -s review.der bent.der && die 'nothing was bent'
refused 3 'signature' egov-apply review --home root --approval bent.der "$id"
expect 1 egov-operator show bent.der
person 陌生人
expect 0 sign 陌生人 review.matter stranger.approval
refused 3 'no operator' egov-apply review --home root --approval stranger.approval "$id"
expect 0 egov-apply review --home root --approval review.approval "$id"
prints 'state: reviewed'
expect 0 as 周批准 egov-apply approve --home root "$id"

# --- two people, two keys ---
request sub
internal sub sub-ca 示例签发CA
sed -i "s/^time = .*/time = $(date -u +%Y-%m-%dT%H:%M:%SZ)/" sub.application
expect 0 as 李登记 egov-apply submit --home root sub.application
sub=$(value application)
expect 0 as 周批准 egov-apply approve --home root "$sub"
refused 3 'another person must' as 周批准 egov-apply approve --home root "$sub"
expect 0 egov-apply approve --home root --operator 孙批准 --operator-key "$(uri 孙批准)" "$sub"
prints 'state: approved'
# More than one administrator, where the home wants that.
printf '[operator]\nappointers = 2\n' >>root/egovca.conf
refused 3 '2 administrators must sign' as 管理员 add --roles administrator \
	--certificate 副管理员.pem 副管理员
sed -i 's/^appointers = 2/appointers = 1/' root/egovca.conf
expect 0 as 管理员 add --roles administrator --certificate 副管理员.pem 副管理员
sed -i 's/^appointers = 1/appointers = 2/' root/egovca.conf
person 钱登记
expect 0 add --roles registrar --certificate 钱登记.pem --to-sign add.matter 钱登记
expect 0 sign 副管理员 add.matter add.approval
expect 0 sign 管理员 add.matter mine.approval
refused 3 'another person must' as 管理员 add --roles registrar --certificate 钱登记.pem \
	--approval mine.approval 钱登记
expect 0 as 管理员 add --roles registrar --certificate 钱登记.pem --approval add.approval 钱登记
expect 0 egov-operator approvals --home root --subject 钱登记
[ "$(grep -c '^act: operator-add' "$out")" -eq 2 ] || die_showing 'not two approvals'
sed -i 's/^appointers = 2/appointers = 1/' root/egovca.conf

# --- removal: the past stays, the future does not come ---
expect 0 as 管理员 egov-operator remove --home root 钱登记
refused 3 'was used already' as 管理员 add --roles registrar --certificate 钱登记.pem \
	--approval add.approval 钱登记
expect 0 as 管理员 egov-operator remove --home root 王审查
refused 3 'is no operator' as 王审查 egov-apply review --home root "$id"
refused 3 'the last of this role' as 审计管理员 egov-operator remove --home root 审计管理员
expect 1 as 管理员 egov-operator remove --home root 王审查
refused 3 "key is operator 王审查's" as 管理员 add --roles approver --certificate 王审查.pem 新人
expect 0 egov-operator list --home root
grep -q 王审查 "$out" && die_showing 'the removed are listed'
expect 0 egov-operator list --home root --all
prints 'operator: 王审查' 'removed-at: '
consistent root
prints 'operators: 10'

# --- services and people ---
expect 0 egov-issue --home root --profile agency-sign --application "$id" --request zhang.csr \
	--out zhang.pem
serial=$(value serial)
expect 0 as 吴操作 egov-crl publish --home root
expect 0 egov-crl publish --home root
refused 3 'crl-publish: a production home takes no bare name' \
	egov-crl publish --home root --actor 吴操作
refused 3 'approver; crl-publish' as 周批准 egov-crl publish --home root
echo loss >loss.txt
ask='--reason keyCompromise --requested-by 张示例 --evidence loss.txt'
# shellcheck disable=SC2086 # options and their values
{
	expect 0 egov-revoke --home root --serial "$serial" $ask --to-sign revoke.matter
	expect 0 sign 周批准 revoke.matter revoke.approval
	echo other >loss.txt
	refused 3 'for something else' egov-revoke --home root --serial "$serial" $ask \
		--approval revoke.approval
	echo loss >loss.txt
	expect 0 egov-revoke --home root --serial "$serial" $ask --approval revoke.approval
}
# A certificate of our own, revoked, is nobody's any more.
expect 0 openssl pkcs8 -topk8 -in zhang.key -v2 aes-256-cbc -passout file:person-pin -out 张示例.key
chmod 600 张示例.key
expect 0 as 管理员 add --roles reviewer --certificate zhang.pem 张示例
refused 3 'the certificate of operator 张示例 is revoked' as 张示例 egov-apply review --home root "$id"
consistent root

# --- anybody can verify an approval ---
expect 0 egov-operator approvals --home root --subject "$id" --json
entry=$(sed -n 's/.*"entry":"\{0,1\}\([0-9]*\).*apply-approve.*/\1/p' "$out")
expect 0 egov-operator export --home root --entry "$entry" --prefix approval
same_text() {
	openssl x509 -in "$1" -noout -pubkey >"$1.pub"
}
same_text approval.pem
same_text 周批准.pem
same approval.pem.pub 周批准.pem.pub
expect 0 openssl dgst -sm3 -verify approval.pem.pub -sigopt $ID -signature approval.signature \
	approval.statement
sed 's/apply-approve/apply-approvE/' approval.statement >other.statement
expect 1 openssl dgst -sm3 -verify approval.pem.pub -sigopt $ID -signature approval.signature \
	other.statement
expect 0 openssl asn1parse -inform DER -in approval.statement
prints ':apply-approve' ":$id" ':egovca approval'
expect 1 egov-operator export --home root --entry 0 --prefix none
expect 2 egov-operator export --home root --entry x --prefix none
