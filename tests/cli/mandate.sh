#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A hierarchy: what a CA's own certificate lets it issue, each shipped profile, both forms
# of algorithm identifiers, and what is not installed.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal sub-ca sub-journal
custodian
root root --null-parameters
cps root
subordinate sub root --null-parameters
cps sub
ca=root/publish/cert/ca.pem

# refused HOME TEXT COMMAND...: exit 3, one line, journalled, no intent.
refused() {
	home=$1 text=$2
	shift 2
	before=$(entries "$home" refused) intents=$(sql "$home" 'select count(*) from intent')
	expect 3 "$@"
	says_only "$text"
	[ "$(entries "$home" refused)" -eq $((before + 1)) ] || die_showing "$*: not journalled"
	[ "$(sql "$home" 'select count(*) from intent')" -eq "$intents" ] || die "$*: an intent was made"
}
issue() {
	home=$1 profile=$2 name=$3
	shift 3
	egov-issue --home "$home" --profile "$profile" --application "$id" --request "$name.csr" \
		--out "$name.pem" "$@"
}
verify() {
	egov-verify --trust $ca --untrusted sub.pem --at 2026-11-22T09:00:00Z "$@"
}

# --- every profile for end entities, under NULL parameters; each link by openssl too ---
issued sub agency
expect 0 verify --purpose sign --policy 2.999.1.2 agency.pem
expect 1 verify --policy 2.999.1.1 agency.pem

request firm
application firm
sed -i 's/^kind = government/kind = enterprise/; s/^organization = .*/organization = 示例科技有限公司/
	s/^unified.*/unified_social_credit_code = 91350100M000100Y43/' firm.application
expect 0 egov-apply submit --home sub firm.application
id=$(value application)
expect 0 egov-apply review --home sub --actor 王审查 "$id"
expect 0 egov-apply approve --home sub --actor 周批准 "$id"
expect 0 issue sub agency-sign firm
expect 0 verify --purpose sign firm.pem
expect 0 openssl x509 -in firm.pem -noout -subject -nameopt utf8,sep_comma_plus_space,sname
prints 'O=示例科技有限公司, CN=示例科技有限公司'

request zhang
application zhang
sed -i 's/^profile = .*/profile = civil-servant-sign/; s/^organization = .*/&\nname = 张示例/
	/^\[agent\]/,/^$/d' zhang.application
expect 0 egov-apply submit --home sub zhang.application
id=$(value application)
expect 0 egov-apply review --home sub --actor 王审查 "$id"
expect 0 egov-apply approve --home sub --actor 周批准 "$id"
refused sub 'the application is for profile civil-servant-sign' issue sub agency-sign zhang
expect 0 issue sub civil-servant-sign zhang
expect 0 verify --purpose sign --policy 2.999.1.1 zhang.pem
sed -i 's/^kind = government/kind = enterprise/' zhang.application
refused sub 'enterprise' egov-apply submit --home sub zhang.application

request responder
internal_approved sub responder ocsp-responder 状态查询服务
expect 0 issue sub ocsp-responder responder
expect 0 verify --purpose ocsp --policy 2.999.1.3 responder.pem
expect 1 verify --purpose ocsp zhang.pem
expect 0 openssl x509 -in responder.pem -noout -text
prints 'OCSP Signing' 'OCSP No Check'

expect 0 openssl verify -no_check_time -vfyopt $ID -partial_chain -trusted $ca sub.pem
for name in agency firm zhang responder; do
	expect 0 openssl verify -no_check_time -vfyopt $ID -partial_chain -trusted sub.pem $name.pem
	expect 0 openssl asn1parse -in $name.pem
	[ "$(grep -A 1 'OBJECT.*SM2-with-SM3' "$out" | grep -c NULL)" -eq 2 ] ||
		die_showing "$name.pem: want NULL parameters twice"
done
expect 0 egov-crl publish --home sub
expect 0 egov-crl check --issuer sub.pem --at 2026-11-22T09:00:00Z sub/publish/crl/ca.crl
expect 0 openssl asn1parse -inform DER -in sub/publish/crl/ca.crl
[ "$(grep -A 1 'OBJECT.*SM2-with-SM3' "$out" | grep -c NULL)" -eq 2 ] ||
	die_showing 'CRL: want NULL parameters twice'
expect 0 egov-crl publish --home root
expect 0 verify --crl sub/publish/crl/ca.crl --crl root/publish/crl/ca.crl --require-revocation zhang.pem

# --- no CA below path length 0 (RFC 5280, 4.2.1.9) ---
request lower
internal_approved sub lower sub-ca 下级CA
refused sub 'pathLenConstraint 0' issue sub sub-ca lower

# --- no policy that the CA's own certificate does not assert ---
approved sub odd
sed -i.bak 's/^oid = .*/oid = 2.999.9.9/' sub/profiles/agency-sign.conf
refused sub 'policy 2.999.9.9: the CA' issue sub agency-sign odd
mv sub/profiles/agency-sign.conf.bak sub/profiles/agency-sign.conf
expect 0 issue sub agency-sign odd

# --- a root is made by egov-init alone ---
internal_approved root lower root-ca 别的根
refused root 'signed by its own key' issue root root-ca lower

# --- the CA's own name and keys are nobody else's ---
internal_approved root lower sub-ca 示例根CA
refused root "this CA's own name" issue root sub-ca lower
cp sub.csr own.csr
application own
expect 0 egov-apply submit --home sub own.application
id=$(value application)
expect 0 egov-apply review --home sub --actor 王审查 "$id"
expect 0 egov-apply approve --home sub --actor 周批准 "$id"
refused sub "request's key is this CA's own" issue sub agency-sign own

# --- one person under two names is still one person ---
request twice
internal twice ocsp-responder 另一个服务
expect 0 egov-apply submit --home sub twice.application
id=$(value application)
expect 0 egov-apply approve --home sub --actor 钱主任 "$id"
for actor in '钱主任 ' ' 钱主任' '钱主任　' "$(printf '钱主任\342\200\213')"; do
	expect 2 egov-apply approve --home sub --actor "$actor" "$id"
	says_only 'actor'
done
expect 0 egov-apply show --home sub "$id"
prints 'state: submitted'
consistent root
consistent sub

# --- what a parent of another make hands back, and is not installed ---
expect 0 egov-init --home new --test --subject 'C=CN, O=示例中心, CN=示例签发CA' \
	--key "$(uri sub-ca)" --journal-key "$(uri sub-journal)" --custodian custodian.pem \
	--request-out new.csr
expect 0 openssl genpkey -algorithm SM2 -out other.key
cat >other.conf <<-'CONF'
	[ca]
	default_ca = other
	[other]
	database = index.txt
	new_certs_dir = .
	certificate = other.pem
	private_key = other.key
	default_md = sm3
	rand_serial = yes
	policy = any
	unique_subject = no
	[any]
	countryName = optional
	organizationName = optional
	commonName = optional
	[req]
	distinguished_name = dn
	[dn]
	[root]
	basicConstraints = critical, CA:TRUE
	keyUsage = critical, keyCertSign, cRLSign
	subjectKeyIdentifier = hash
	[good]
	basicConstraints = critical, CA:TRUE, pathlen:0
	keyUsage = critical, keyCertSign, cRLSign
	subjectKeyIdentifier = hash
	authorityKeyIdentifier = keyid
	[no_ca]
	keyUsage = critical, keyCertSign, cRLSign
	subjectKeyIdentifier = hash
	[no_crl]
	basicConstraints = critical, CA:TRUE
	keyUsage = critical, keyCertSign
	subjectKeyIdentifier = hash
	[no_ski]
	basicConstraints = critical, CA:TRUE
	keyUsage = critical, keyCertSign, cRLSign
	subjectKeyIdentifier = none
CONF
: >index.txt
expect 0 openssl req -x509 -config other.conf -key other.key -sm3 -sigopt $ID -extensions root \
	-subj '/C=CN/CN=other root' -out other.pem -days 36500
# certified EXTENSIONS START END
certified() {
	expect 0 openssl ca -batch -config other.conf -notext -sigopt $ID -vfyopt $ID -utf8 \
		-preserveDN -extensions "$1" -startdate "$2" -enddate "$3" -in new.csr -out "$1.pem"
}
not_installed() {
	refused new "$1" egov-init --home new --install "$2"
	[ ! -e new/publish/cert/ca.pem ] || die "$2 was installed"
}
certified no_ca 20260101000000Z 20360101000000Z
not_installed "not a CA's" no_ca.pem
certified no_crl 20260101000000Z 20360101000000Z
not_installed 'keyCertSign or cRLSign' no_crl.pem
certified no_ski 20260101000000Z 20360101000000Z
not_installed 'subjectKeyIdentifier' no_ski.pem
certified good 20250101000000Z 20260101000000Z
not_installed 'expired at 2026-01-01T00:00:00Z, now is 2026-11-22T08:00:00Z' good.pem
certified good 20270101000000Z 20360101000000Z
not_installed 'valid from 2027-01-01T00:00:00Z' good.pem
certified good 20260101000000Z 20360101000000Z
refused new 'good.pem' egov-init --home new --install good.pem --chain $ca
[ ! -e new/publish/cert/ca.pem ] || die 'a certificate of another root was installed'
expect 0 egov-init --home new --install good.pem
prints 'path: not checked'
refused new 'has a certificate already' egov-init --home new --install sub.pem

# It asserts no policy, so it can issue under none.
cps new
approved new late
refused new 'asserts neither it nor anyPolicy' issue new agency-sign late

# --- no ceremony, no certificate of the CA's own (Art. 22) ---
sed '/^\[proof.ceremony\]/,$d' twice.application >without.application
refused sub 'ceremony' egov-apply submit --home sub without.application

# --- nothing outlives the CA's own certificate ---
approved root tail
EGOV_TEST_NOW=2056-11-20T00:00:00Z
refused root "the issuer's own certificate ends at 2056-11-22T08:00:00Z" issue root agency-sign tail
expect 0 issue root agency-sign tail --validity 2d
EGOV_TEST_NOW=2056-11-22T08:00:00Z
refused root 'expired at 2056-11-22T08:00:00Z' issue root agency-sign tail --validity 1d
EGOV_TEST_NOW=2026-11-22T08:00:00Z

# --- and its time ends ---
EGOV_TEST_NOW=2036-01-01T00:00:00Z
patient new
refused new 'expired at 2036-01-01T00:00:00Z' issue new agency-sign late
consistent new
