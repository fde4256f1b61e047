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
expect 0 egov-init --home root --subject 'C=CN, O=示例中心, CN=示例根CA' --key "$(uri root-ca)" \
	--journal-key "$(uri root-journal)" --custodian custodian.pem --self-signed --allow-software \
	--crl-url http://pki.example.cn/ca.crl --ca-issuers-url http://pki.example.cn/ca.cer \
	--ocsp-url http://ocsp.example.cn/
echo '电子认证业务规则 1.0' >cps.txt
expect 0 egov-policy add --home root --version 1.0 --published 2020-01-02 --effective 2020-01-03 cps.txt
profile=root/profiles/agency-sign.conf
ca=root/publish/cert/ca.pem

# --- nothing is applied for before the profile is the CA's own ---
evidence
request zhang
application zhang
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
sed -i "s/^time = .*/time = $now/" zhang.application
submit() {
	egov-apply submit --home root zhang.application
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
expect 0 egov-apply review --home root --actor 王审查 "$id"
expect 0 egov-apply approve --home root --actor 周批准 "$id"
expect 0 egov-issue --home root --profile agency-sign --application "$id" --request zhang.csr \
	--out zhang.pem
serial=$(value serial)
expect 0 openssl x509 -in zhang.pem -noout -checkend 86400
expect 0 egov-verify --trust $ca --purpose sign --policy 1.2.156.999999.1.2 zhang.pem
expect 0 openssl x509 -in zhang.pem -noout -text
prints 'URI:http://pki.example.cn/ca.crl' 'CA Issuers - URI:http://pki.example.cn/ca.cer' \
	'OCSP - URI:http://ocsp.example.cn/'
echo loss >loss.txt
expect 0 egov-revoke --home root --serial "$serial" --reason cessationOfOperation \
	--requested-by 示例 --evidence loss.txt
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
