#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The CA's key in a production home: operators sign that it rolls over and that it is
# destroyed; before its time it takes two of them, with two keys.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

unset EGOV_TEST_NOW
token root-ca root-ca2 root-journal
custodian
first_people
for name in 副管理员 吴操作 周批准; do
	person $name
done
# shellcheck disable=SC2086 # options and their values
expect 0 egov-init --home root --subject 'C=CN, O=示例中心, CN=示例根CA' --key "$(uri root-ca)" \
	--journal-key "$(uri root-journal)" --custodian custodian.pem --allow-software --self-signed \
	--crl-url http://pki.example.cn/crl/ca.crl --ca-issuers-url http://pki.example.cn/cert/ca.cer $people
add() {
	expect 0 as 管理员 egov-operator add --home root --roles "$1" --certificate "$2.pem" "$2"
}
add administrator 副管理员
add ca-operator 吴操作
add approver 周批准
echo "ca_2 = $(uri root-ca2)" >line
sed -i '/^\[key\]/r line' root/egovca.conf
# sign NAME MATTER: NAME.approval of it, signed by the person somewhere else.
sign() {
	expect 0 egov-operator sign --certificate "$1.pem" --key "$(key_uri "$1")" --out "$1.approval" "$2"
}
refused() {
	expect 3 "$@"
	says_only "$text"
}

# --- rollover: nobody does it without a signature, nor in another role ---
text='ca-rollover: a production home takes no bare name' refused egov-init --home root --rollover
text='ca-rollover: a production home takes no bare name' refused egov-init --home root --rollover --actor 管理员
text='operator 周批准 is approver' refused as 周批准 egov-init --home root --rollover
[ "$(sql root 'select count(*) from generation')" -eq 1 ] || die 'a refused rollover left a generation'
text='CPS version 1.0 is not registered' refused as 吴操作 egov-init --home root --rollover
[ "$(sql root 'select count(*) from generation')" -eq 1 ] || die 'a refused rollover left a generation'
echo '电子认证业务规则 1.0' >cps.txt
expect 0 as 吴操作 egov-policy add --home root --version 1.0 --published 2020-01-02 --effective 2020-01-03 cps.txt
expect 0 egov-init --home root --rollover --to-sign matter
[ "$(sql root 'select count(*) from generation')" -eq 1 ] || die 'asking for a signature changed something'
sign 吴操作 matter
prints 'act: ca-rollover' 'subject: ca-key-2'
expect 0 egov-init --home root --rollover --approval 吴操作.approval
prints 'generation: 2' 'state: active'
for link in ca2 ca2-by-ca ca-by-ca2; do
	expect 0 openssl x509 -in root/publish/cert/$link.pem -noout
done
expect 0 egov-crl publish --home root
prints 'generation: 1' 'generation: 2'
expect 0 egov-operator approvals --home root --subject ca-key-2
prints 'act: ca-rollover' 'operator: 吴操作'
consistent root

# --- destroying: an administrator, with a reason, and two while something rests on it ---
gone='egov-key destroy --home root'
# shellcheck disable=SC2086 # a command and its options
{
	text='ca-key-destroy: a production home takes no bare name' refused $gone --reason x 1
	text='operator 吴操作 is ca-operator' refused as 吴操作 $gone --reason x 1
	text='live on' refused as 管理员 $gone 1
	text='is active' refused as 管理员 $gone 2
	text='ca-key-destroy-early: signed by 1, want 2 operators' refused as 管理员 $gone --reason x 1
	text='takes no bare name for the second person' \
		refused as 管理员 $gone --reason x --second 副管理员 1
	expect 0 $gone --reason 换代 --to-sign matter 1
	sign 副管理员 matter
	prints 'act: ca-key-destroy-early' 'subject: ca-key-1'
	sign 吴操作 matter
	text='operator 吴操作 is ca-operator' \
		refused as 管理员 $gone --reason 换代 --approval 吴操作.approval 1
	sign 管理员 matter
	text='operator 管理员 acts already' refused as 管理员 $gone --reason 换代 --approval 管理员.approval 1
	# Another key's approval is none for this one.
	text='is for something else' refused as 管理员 $gone --reason 换代 --approval 副管理员.approval 2
	expect 0 egov-key info "$(uri root-ca)"
	[ "$(entries root key-destroy)" -eq 0 ] || die 'a refused destruction was recorded'
	expect 0 as 管理员 $gone --reason 换代 --approval 副管理员.approval 1
}
prints 'state: destroyed' 'found-in-token: yes'
expect 1 egov-key info "$(uri root-ca)"
expect 0 egov-key info "$(uri root-ca2)"
expect 0 egov-operator approvals --home root --subject ca-key-1
prints 'operator: 管理员' 'operator: 副管理员'
[ "$(entries root key-destroy) $(entries root key-destroyed)" = '1 1' ] || die 'want one entry of each'
consistent root
expect 0 egov-crl publish --home root
prints 'generation: 2'

# --- both on other machines: their signatures alone do it, once ---
# shellcheck disable=SC2086 # a command and its options
{
	expect 0 $gone --reason 停业 --to-sign matter 2
	sign 管理员 matter
	sign 副管理员 matter
	text='signed by 1, want 2' refused $gone --reason 停业 --approval 管理员.approval 2
	expect 0 $gone --reason 停业 --approval 管理员.approval --approval 副管理员.approval 2
	text='destroyed already' refused as 管理员 $gone --reason 停业 2
}
expect 1 egov-key info "$(uri root-ca2)"
consistent root
