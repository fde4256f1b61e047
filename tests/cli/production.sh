#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A production home from its making to its record: production profiles, once the CA has put
# its own policies in; the real time; software keys only as long as that is allowed.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

# Of no account in such a home.
EGOV_TEST_NOW=2020-01-01T00:00:00Z
token root-ca root-journal
custodian
first_people
for name in 李登记 王审查 周批准 吴操作; do
	person $name
done
init() {
	egov-init --home root --subject 'C=CN, O=示例中心, CN=示例根CA' --key "$(uri root-ca)" \
		--journal-key "$(uri root-journal)" --custodian custodian.pem --self-signed \
		--allow-software --crl-url http://pki.example.cn/ca.crl \
		--ca-issuers-url http://pki.example.cn/ca.cer --ocsp-url http://ocsp.example.cn/ "$@"
}

# --- it begins with those who appoint all others, and takes nobody's bare name ---
expect 3 init --administrator 管理员=管理员.pem
says_only 'begins with an administrator and an audit administrator' 'GM/T 0037'
expect 3 init --administrator 管理员=管理员.pem --audit-administrator 审计管理员=管理员.pem
says_only 'two people have two keys'
expect 2 init --administrator 管理员.pem --audit-administrator 审计管理员=审计管理员.pem
says_only 'want NAME=CERTIFICATE'
# shellcheck disable=SC2086 # options and their values
{
	expect 3 init $people --actor 某人
	says_only 'takes no bare name'
	[ ! -e root ] || die 'a home was made'
	expect 0 init $people
}
expect 0 as 管理员 egov-operator add --home root --roles registrar --certificate 李登记.pem 李登记
expect 0 as 管理员 egov-operator add --home root --roles reviewer --certificate 王审查.pem 王审查
expect 0 as 管理员 egov-operator add --home root --roles approver --certificate 周批准.pem 周批准
expect 0 as 管理员 egov-operator add --home root --roles ca-operator --certificate 吴操作.pem 吴操作
echo '电子认证业务规则 1.0' >cps.txt
expect 0 as 吴操作 egov-policy add --home root --version 1.0 --published 2020-01-02 --effective 2020-01-03 cps.txt
profile=root/profiles/agency-sign.conf
ca=root/publish/cert/ca.pem

# --- nothing is applied for before the profile is the CA's own ---
evidence
request zhang
application zhang
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
sed -i "s/^time = .*/time = $now/" zhang.application
submit() {
	as 李登记 egov-apply submit --home root zhang.application
}
expect 3 submit
says_only "$profile:17: [policy] oid: missing: put the CA's own policy OID here (Order No. 4, Art. 19)"
sed -i 's/^oid =.*/oid = 2.999.1.2/; s/^cps_version =.*/cps_version = 1.0/' $profile
expect 3 submit
says_only '2.999'
sed -i 's/^oid =.*/oid = 1.2.156.999999.1.2/' $profile
cp $profile own.conf
cp "$SRC/examples/profiles/agency-sign.test.conf" $profile
expect 3 submit
says_only 'a test profile, refused by a production home'
cp own.conf $profile

# --- the whole way ---
expect 0 submit
id=$(value application)
refusals=$(entries root refused)
expect 3 egov-apply review --home root --actor 王审查 "$id"
says_only 'apply-review: a production home takes no bare name' 'GM/T 0037'
[ "$(entries root refused)" -eq $((refusals + 1)) ] || die 'the refusal of a bare name is not journalled'
expect 0 as 王审查 egov-apply review --home root "$id"
expect 0 as 周批准 egov-apply approve --home root "$id"
expect 3 egov-issue --home root --actor 吴操作 --profile agency-sign --application "$id" \
	--request zhang.csr
says_only 'issue: a production home takes no bare name'
expect 0 egov-issue --home root --profile agency-sign --application "$id" --request zhang.csr \
	--out zhang.pem
serial=$(value serial)
expect 0 openssl x509 -in zhang.pem -noout -checkend 86400
expect 0 egov-verify --trust $ca --purpose sign --policy 1.2.156.999999.1.2 zhang.pem
expect 0 openssl x509 -in zhang.pem -noout -text
prints 'URI:http://pki.example.cn/ca.crl' 'CA Issuers - URI:http://pki.example.cn/ca.cer' \
	'OCSP - URI:http://ocsp.example.cn/'
echo loss >loss.txt
revoke() {
	egov-revoke --home root --serial "$serial" --reason cessationOfOperation \
		--requested-by 示例 --evidence loss.txt "$@"
}
expect 3 revoke
says_only 'revoke: a production home takes no bare name'
expect 0 as 吴操作 revoke
expect 0 egov-crl publish --home root
expect 0 egov-crl check --issuer $ca root/publish/crl/ca.crl
expect 1 egov-verify --trust $ca --crl root/publish/crl/ca.crl zhang.pem
says 'cessationOfOperation'
expect 0 egov-status state --home root "$serial"
prints 'state: revoked'

# --- software keys, no longer allowed ---
sed -i 's/^allow_software = yes/allow_software = no/' root/egovca.conf
expect 3 egov-crl publish --home root
says_only 'lives in software'
sed -i 's/^allow_software = no/allow_software = yes/' root/egovca.conf
consistent root
# A service archives, or somebody in a role for it; approvals are read where they lie then.
expect 0 egov-record archive --home root
consistent root
expect 3 as 王审查 egov-record archive --home root
signed() {
	sql root "select count(*) from journal where kind = 'approval' and actor = '吴操作' and subject = '$1'"
}
expect 0 as 吴操作 egov-record archive --home root
[ "$(entries root archive)" -eq 2 ] || die 'want two archives'
[ "$(signed archive)" -eq 1 ] || die 'he did not sign for the second file'
consistent root
expect 0 egov-operator approvals --home root --subject archive
prints 'act: record-archive' 'operator: 吴操作'
expect 0 as 吴操作 egov-record archive --home root --restore 2
[ "$(signed archive)" -eq 2 ] || die 'he did not sign for what comes back'
consistent root
# Whoever acts signs; a service does not.
expect 0 as 吴操作 egov-record backup --home root copy
[ "$(signed backup)" -eq 1 ] || die 'he did not sign for the backup'
expect 0 as 吴操作 egov-record certify --home root
[ "$(sql root "select count(*) from journal where kind = 'approval' and actor = '吴操作' and
	subject like 'request-%'")" -eq 1 ] || die 'he did not sign for what the key signs of the journal'
consistent root
