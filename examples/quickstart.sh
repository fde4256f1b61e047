#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A whole certificate life on SM2 keys in a PKCS#11 token, every step printed before it
# runs.  Everything is left under ./quickstart.d (an existing one is not overwritten);
# the last line is "quickstart: done" only if each step gave the expected answer.
#
#     sh examples/quickstart.sh [BUILD-FOLDER]
set -eu

build=$(cd "${1:-build}" && pwd)
PATH=$build:$PATH
export PATH
export LC_ALL=C.UTF-8
ID=distid:1234567812345678      # the SM2 signer ID; OpenSSL 3.0 uses an empty one unless told

if [ -e quickstart.d ]; then
	echo "quickstart: ./quickstart.d exists already; move it away first" >&2
	exit 3
fi
mkdir quickstart.d
cd quickstart.d
D=$(pwd)
export EGOV_SOFTTOKEN_DIR="$D/tokens"
mkdir -m 700 tokens

exec 3>&1

say() {
	printf '\n# %s\n' "$*"
}

fail() {
	printf 'quickstart: %s\n' "$*" >&2
	exit 1
}

# A command as somebody can type it: words with other characters in quotes.
typed() {
	line='$'
	for word; do
		case $word in
		'' | *[!A-Za-z0-9_./:=,@%+-]*) line="$line '$word'" ;;
		*) line="$line $word" ;;
		esac
	done
	printf '%s\n' "$line"
}

# run EXPECTED-STATUS COMMAND...: prints the command, runs it, compares its exit status.
run() {
	expected=$1
	shift
	typed "$@" >&3
	status=0
	"$@" || status=$?
	[ "$status" -eq "$expected" ] ||
		fail "exit status $status, expected $expected: $*"
}

# SM3 of a request's SubjectPublicKeyInfo, as stock openssl computes it.
key_digest() {
	printf '$ openssl req -in %s -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sm3 -r\n' \
		"$1" >&3
	openssl req -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER |
		openssl dgst -sm3 -r | cut -d ' ' -f 1
}

now() {
	date -u +%Y-%m-%dT%H:%M:%SZ
}

# The value of one key of what a program printed: "key: value".
value() {
	sed -n "s/^$1: //p" "$2" | head -n 1
}

uri() {
	printf 'pkcs11:token=quickstart;object=%s?module-path=%s&pin-source=file:%s' \
		"$1" "$build/egov-softtoken.so" "$D/pin"
}

say 'A software token (not a certified module: for tests alone) and four keys in it'
umask 077
echo 'so-20261122-quick' > so-pin
echo 'user-20261122-quick' > pin
umask 022
run 0 egov-key init-token --module "$build/egov-softtoken.so" --label quickstart \
	--so-pin-file so-pin --pin-file pin
for key in root-ca root-journal issuing-ca issuing-journal; do
	run 0 egov-key generate "$(uri $key)"
done

say 'The custodian, to whose key all private data are sealed (Order No. 4, Art. 23)'
run 0 openssl genpkey -algorithm SM2 -out custodian.key
run 0 openssl req -x509 -key custodian.key -sm3 -sigopt $ID -out custodian.pem -days 3650 -utf8 \
	-subj '/C=CN/O=示例电子认证中心/CN=资料保管员'

say 'The root CA: its key stays in the token'
run 0 egov-init --home root --test --subject 'C=CN, O=示例电子认证中心, CN=示例电子政务根CA' \
	--key "$(uri root-ca)" --journal-key "$(uri root-journal)" --custodian custodian.pem \
	--self-signed

say 'The subordinate CA asks for its certificate'
run 0 egov-init --home issuing --test \
	--subject 'C=CN, O=示例电子认证中心, CN=示例电子政务签发CA' \
	--key "$(uri issuing-ca)" --journal-key "$(uri issuing-journal)" \
	--custodian custodian.pem --request-out issuing.csr

say 'The certification practice statement, registered before anything is issued (Art. 16)'
cat > cps.txt <<'CPS'
示例电子认证中心电子认证业务规则 1.0

本规则用于测试。
CPS
today=$(date -u +%Y-%m-%d)
run 0 cat cps.txt
for home in root issuing; do
	run 0 egov-policy add --home $home --version 1.0 --published "$today" \
		--effective "$today" cps.txt
done

say 'The root certifies it on an internal application: a ceremony record, two approvals'
echo '密钥仪式记录：两名保管员与一名见证人在场，密钥在令牌内生成。' > ceremony.txt
cat > issuing.application <<APPLICATION
[application]
profile = sub-ca

[holder]
kind = internal
organization = 示例电子认证中心
name = 示例电子政务签发CA

[key]
public_key_sm3 = $(key_digest issuing.csr)

[proof.ceremony]
method = two custodians and a witness
operator = 赵见证
time = $(now)
evidence = ceremony.txt
APPLICATION
run 0 cat issuing.application
run 0 egov-apply submit --home root issuing.application
run 0 egov-apply approve --home root --actor 钱主任 A000001
run 0 egov-apply approve --home root --actor 孙主任 A000001
run 0 egov-issue --home root --profile sub-ca --application A000001 --request issuing.csr \
	--out issuing.pem
run 0 egov-init --home issuing --install issuing.pem --chain root/publish/cert/ca.pem

say 'A civil servant makes a key and a request with stock openssl'
run 0 openssl genpkey -algorithm SM2 -out zhang.key
run 0 openssl req -new -key zhang.key -sm3 -sigopt $ID -out zhang.csr -subj '/CN=this name is not used'

say 'The application: facts, the digest of the key, and four proofs (Art. 21)'
echo '身份核验单：当面核验居民身份证原件，人证一致。' > identity.txt
echo '材料审查单：单位证明、申请表齐全，与登记信息一致。' > review.txt
echo '电子认证服务协议（2026-1），双方已签署。' > agreement.txt
cat > notice.txt <<'NOTICE'
电子政务电子认证服务告知书
版本：2026-1

一、证书和电子签名的使用条件
证书仅用于电子政务活动，不得转让、出借；私钥由持有人妥善保管。

二、法律责任
申请人应当提供真实、完整、准确的信息，并承担提供虚假信息的责任。

三、保存和使用证书持有人信息的权利和义务
认证机构依法保存申请资料，保密，仅用于认证服务。

四、双方的责任范围
认证机构对签发的证书内容负责；持有人对私钥的使用负责。
NOTICE

# application FILE NAME REQUEST
application() {
	cat > "$1" <<APPLICATION
[application]
profile = civil-servant-sign

[holder]
kind = government
province = 示例省
locality = 示例市
organization = 示例市行政审批局
organizational_unit = 政务服务科
name = $2
title = 科员
unified_social_credit_code = 11999900MB0T0000XD

[key]
public_key_sm3 = $(key_digest "$3")

[proof.identity]
method = in-person
operator = 李核验
time = $(now)
evidence = identity.txt

[proof.review]
method = originals
operator = 王审查
time = $(now)
evidence = review.txt

[proof.notice]
method = paper, signed
operator = 李核验
time = $(now)
version = 2026-1
evidence = notice.txt

[proof.agreement]
method = paper, signed and stamped
operator = 李核验
time = $(now)
version = 2026-1
evidence = agreement.txt
APPLICATION
}
application zhang.application 张示例 zhang.csr
run 0 cat notice.txt
run 0 cat zhang.application
run 0 egov-apply submit --home issuing zhang.application
run 0 egov-apply review --home issuing --actor 王审查 A000001
run 0 egov-apply approve --home issuing --actor 周批准 A000001

say 'The certificate'
run 0 egov-issue --home issuing --profile civil-servant-sign --application A000001 \
	--request zhang.csr --out zhang.pem > issued.txt
cat issued.txt
serial=$(value serial issued.txt)
run 0 egov-verify --trust root/publish/cert/ca.pem --untrusted issuing.pem --purpose sign \
	--policy 2.999.1.1 --explain zhang.pem

say 'An independent witness: stock openssl, link by link (it sets the SM2 ID on the leaf alone)'
run 0 openssl verify -vfyopt $ID -partial_chain -trusted root/publish/cert/ca.pem issuing.pem
run 0 openssl verify -vfyopt $ID -partial_chain -trusted issuing.pem zhang.pem

say 'The first CRL; its signature by openssl over the signed bytes'
run 0 egov-crl publish --home issuing
run 0 egov-crl check --issuer issuing.pem issuing/publish/crl/ca.crl

# The TBSCertList is the second line of the listing, the signature the last: offsets come first.
run 0 openssl asn1parse -inform DER -in issuing/publish/crl/ca.crl > parts.txt
tbs=$(sed -n '2s/^ *\([0-9]*\):.*/\1/p' parts.txt)
signature=$(sed -n '$s/^ *\([0-9]*\):.*/\1/p' parts.txt)
run 0 openssl asn1parse -inform DER -in issuing/publish/crl/ca.crl -noout -strparse "$tbs" -out tbs.der
run 0 openssl asn1parse -inform DER -in issuing/publish/crl/ca.crl -noout -strparse "$signature" \
	-out signature.der
run 0 openssl x509 -in issuing.pem -noout -pubkey -out issuing.pub
run 0 openssl dgst -sm3 -verify issuing.pub -sigopt $ID -signature signature.der tbs.der
run 0 egov-verify --trust root/publish/cert/ca.pem --untrusted issuing.pem \
	--crl issuing/publish/crl/ca.crl zhang.pem

say 'The key is lost: revoke, publish, verify again'
echo '挂失申请：持有人报告密码钥匙遗失。' > loss.txt
run 0 egov-revoke --home issuing --serial "$serial" --reason keyCompromise \
	--requested-by 张示例 --evidence loss.txt
run 0 egov-crl publish --home issuing
run 0 egov-crl show --entries issuing/publish/crl/ca.crl
run 1 egov-verify --trust root/publish/cert/ca.pem --untrusted issuing.pem \
	--crl issuing/publish/crl/ca.crl zhang.pem
run 0 egov-status state --home issuing "$serial"

say 'Without approval nothing is issued'
run 0 openssl genpkey -algorithm SM2 -out chen.key
run 0 openssl req -new -key chen.key -sm3 -sigopt $ID -out chen.csr -subj '/CN=chen'
application chen.application 陈示例 chen.csr
run 0 egov-apply submit --home issuing chen.application
run 3 egov-issue --home issuing --profile civil-servant-sign --application A000002 \
	--request chen.csr --out chen.pem
[ ! -e chen.pem ] || fail 'a certificate was written for an application without approval'

say 'The records prove that all this happened, and that nothing was altered'
run 0 egov-record check --home issuing
run 0 egov-record check --home root

echo
echo 'quickstart: done'
