#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The gate of Article 21: anything missing or different exits 3, names it and its article,
# signs nothing, and is journalled.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal
custodian
root root
evidence
request zhang
application zhang

# refused TEXT COMMAND...: exit 3, one line with this text, a refusal in the journal, no intent.
refused() {
	text=$1
	shift
	before=$(entries root refused) intents=$(sql root 'select count(*) from intent')
	expect 3 "$@"
	says_only "$text"
	[ "$(entries root refused)" -eq $((before + 1)) ] || die_showing "$*: not journalled"
	[ "$(sql root 'select count(*) from intent')" -eq "$intents" ] || die "$*: an intent was made"
}
submit() {
	egov-apply submit --home root "$@"
}

# --- no CPS in force, no application (Art. 16, 17) ---
refused 'CPS version 1.0 is not registered' submit zhang.application
echo text >cps.txt
expect 0 egov-policy add --home root --version 1.0 --published 2026-11-01 \
	--effective 2026-12-01 cps.txt
refused '2026-12-01' submit zhang.application
refused 'registered already' egov-policy add --home root --version 1.0 --published 2026-11-01 \
	--effective 2026-11-01 cps.txt
refused 'before it is published' egov-policy add --home root --version 3 --published 2026-11-02 \
	--effective 2026-11-01 cps.txt
: >empty
refused 'empty' egov-policy add --home root --version 3 --published 2026-11-01 \
	--effective 2026-11-01 empty
expect 4 egov-policy add --home root --version 3 --published 2026-11-01 \
	--effective 2026-11-01 missing
sed -i 's/^cps_version = .*/cps_version = 2/' root/profiles/agency-sign.conf
expect 0 egov-policy add --home root --version 2 --published 2026-11-01 \
	--effective 2026-11-01 cps.txt

# The same text again is served again, and no second entry is made.
rm root/publish/cps/cps-2
expect 0 egov-policy add --home root --version 2 --published 2026-11-01 \
	--effective 2026-11-01 cps.txt
same cps.txt root/publish/cps/cps-2
[ "$(entries root policy)" -eq 2 ] || die 'a policy was registered twice'
echo other >other.txt
refused 'registered already' egov-policy add --home root --version 2 --published 2026-11-01 \
	--effective 2026-11-01 other.txt

# --- an application without one of its proofs, or with a fact that cannot be ---
for proof in identity review notice agreement; do
	sed "/^\[proof.$proof\]/,/^\$/d" zhang.application >without
	refused "$proof" submit without
	says 'Order No. 4, Art. 21'
done
edited() {
	sed "$1" zhang.application >edited
	refused "$2" submit edited
}
edited 's/11999900MB0T0000XD/11999900MB0T0000X0/' 'GB 32100'
edited 's/999900199006210031/999900199006210032/' 'GB 11643'
edited 's/^public_key_sm3.*/public_key_sm3 = 00/' 'public_key_sm3'
edited 's/^kind = government/kind = person/' 'holder'
edited 's/^time = 2026-11-21T01:30:00Z/time = 2027-01-01T00:00:00Z/' 'lies after now'
edited 's/^organization = .*/organization = /' 'organization'
edited 's/^province/provinze/' 'provinze'
edited 's/^version = 2026-1/version = 2026-2/' 'ersion'
sed '/法律责任/d' notice.txt >notice-3.txt
edited 's/notice.txt/notice-3.txt/' 'legal liability'
printf 'name = \377\n' >bad
{ sed '/^\[agent\]/q' zhang.application; cat bad; } >edited
refused 'UTF-8' submit edited
edited "s/^organization = .*/organization = 示例市\xe2\x80\x8b行政审批局/" '[holder] organization'
says 'do not show'
edited 's/^operator = 李核验/operator = 李  核验/' '[proof.identity] operator'
before=$(entries root refused)
sed 's/identity.txt/missing.txt/' zhang.application >edited
expect 4 submit edited
says_only 'missing.txt'
[ "$(entries root refused)" -eq "$before" ] || die 'a missing file is no refusal'
[ "$(sql root 'select count(*) from application')" -eq 0 ] || die 'an application was taken'

# --- decisions: who may take them, and in which state ---
expect 0 submit --actor 李核验 zhang.application
prints 'application: A000001' 'state: submitted'
consistent root
issue() {
	egov-issue --home root --profile agency-sign --application A000001 --request zhang.csr "$@"
}
refused 'A000001 is submitted, not approved (Order No. 4, Art. 21)' issue
refused 'not reviewed' egov-apply approve --home root --actor 周批准 A000001
refused 'checked the identity' egov-apply review --home root --actor 李核验 A000001
expect 0 egov-apply review --home root --actor 王审查 A000001
consistent root
refused 'not submitted' egov-apply review --home root --actor 王审查 A000001
refused 'reviewed it and may not approve' egov-apply approve --home root --actor 王审查 A000001
refused 'checked the identity' egov-apply approve --home root --actor 李核验 A000001
refused 'is reviewed, not approved' issue
expect 0 egov-apply approve --home root --actor 周批准 A000001
expect 1 egov-apply show --home root A000009
expect 0 egov-apply show --home root A000001
prints 'state: approved' 'reviewed-by: 王审查' 'approved-by: 周批准' 'organization: 示例市行政审批局'
expect 0 egov-apply list --home root --state approved --json
prints '"application":"A000001"'
expect 0 egov-apply list --home root --state rejected
[ ! -s "$out" ] || die 'nothing is rejected'
expect 2 egov-apply list --home root --state wrong
expect 2 egov-apply review --home root A000001
# One person must not pass for two by a blank.
expect 2 egov-apply review --home root --actor '王审查 ' A000001
expect 2 egov-apply review --home root --actor ' 王审查' A000001

# --- the request: key, proof of possession, form ---
request other
refused 'key' egov-issue --home root --profile agency-sign --application A000001 \
	--request other.csr
refused 'profile' egov-issue --home root --profile civil-servant-sign --application A000001 \
	--request zhang.csr
refused 'A000007' egov-issue --home root --profile agency-sign --application A000007 \
	--request zhang.csr
expect 0 openssl req -new -key zhang.key -sm3 -sigopt distid:wrong -out wrong-id.csr -subj /CN=x
refused 'wrong-id.csr' egov-issue --home root --profile agency-sign --application A000001 \
	--request wrong-id.csr
expect 0 openssl req -new -key zhang.key -sm3 -out empty-id.csr -subj /CN=x
refused 'empty' egov-issue --home root --profile agency-sign --application A000001 \
	--request empty-id.csr
expect 0 openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout p256.key \
	-out p256.csr -subj /CN=x
refused 'p256.csr' egov-issue --home root --profile agency-sign --application A000001 \
	--request p256.csr
expect 0 openssl req -in zhang.csr -outform DER -out zhang.der
head -c 100 zhang.der >cut.der
refused 'cut.der' egov-issue --home root --profile agency-sign --application A000001 \
	--request cut.der
size=$(wc -c <zhang.der)
for at in 5 40 80 120 $((size - 30)); do
	cp zhang.der flipped.der
	octet=$(od -An -tu1 -j "$at" -N 1 flipped.der | tr -d ' ')
	# shellcheck disable=SC2059 # an octal escape
	printf "\\$(printf '%03o' $((octet ^ 1)))" |
		dd of=flipped.der bs=1 seek="$at" conv=notrunc 2>/dev/null
	refused 'flipped.der' egov-issue --home root --profile agency-sign \
		--application A000001 --request flipped.der
done
head -c 200000 /dev/zero >large.der
refused 'large.der: input of 200000 octets' egov-issue --home root --profile agency-sign \
	--application A000001 --request large.der
expect 4 egov-issue --home root --profile agency-sign --application A000001 --request missing.csr
says_only 'missing.csr'
refused 'validity' issue --validity 9y
expect 2 issue --validity soon
says_only 'validity: duration "soon"'

# --- a CPS that gave way to another (Art. 16, 17) ---
expect 0 egov-policy add --home root --version 3 --published 2026-11-02 \
	--effective 2026-11-20 cps.txt
refused 'CPS version 2 gave way to version 3, in force since 2026-11-20T00:00:00Z' issue
refused 'gave way' submit zhang.application
sed -i 's/^cps_version = .*/cps_version = 3/' root/profiles/agency-sign.conf

# --- once ---
expect 0 issue --out zhang.pem
prints 'application: A000001'
refused 'used already' issue
expect 0 openssl x509 -in zhang.pem -noout -subject -nameopt utf8,sep_comma_plus_space,sname
prints 'subject=C=CN, ST=示例省, O=示例市行政审批局, CN=示例市行政审批局'
[ "$(sql root "select length(text) from application where id = 'A000001'")" -eq 0 ] ||
	die 'the working copy outlived the issue (Art. 23)'

# --- what a request asks for beside its key counts for nothing ---
cat >bold.conf <<-'CONF'
	[req]
	distinguished_name = dn
	req_extensions = wishes
	[dn]
	[wishes]
	basicConstraints = critical, CA:TRUE
	keyUsage = critical, keyCertSign, cRLSign
	subjectAltName = DNS:bold.example
CONF
expect 0 openssl genpkey -algorithm SM2 -out bold.key
expect 0 openssl req -new -key bold.key -sm3 -sigopt $ID -utf8 -config bold.conf \
	-subj '/C=CN/O=示例中心/CN=示例根CA' -out bold.csr
application bold
expect 0 egov-apply submit --home root bold.application
id=$(value application)
expect 0 egov-apply review --home root --actor 王审查 "$id"
expect 0 egov-apply approve --home root --actor 周批准 "$id"
expect 0 egov-issue --home root --profile agency-sign --application "$id" --request bold.csr \
	--out bold.pem
expect 0 openssl x509 -in bold.pem -noout -text -nameopt utf8,sep_comma_plus_space,sname
prints 'Subject: C=CN, ST=示例省, O=示例市行政审批局, CN=示例市行政审批局' 'Digital Signature, Non Repudiation'
! grep -q -e 'CA:TRUE' -e 'Certificate Sign' -e bold.example "$out" ||
	die_showing 'a wish of the request was certified'

# --- rejected is rejected, and the applicant's data go ---
submitted root chen
expect 2 egov-apply reject --home root --actor 王审查 --reason "$(printf 'a\nb')" "$id"
expect 2 egov-apply reject --home root --actor 王审查 --reason "$(printf '\377')" "$id"
expect 2 egov-apply reject --home root --actor 王审查 --reason "$(head -c 501 large.der | tr '\0' x)" \
	"$id"
says_only 'reason: want why'
expect 0 egov-apply reject --home root --actor 王审查 --reason '材料不全' "$id"
prints 'state: rejected'
refused 'is rejected' egov-apply review --home root --actor 王审查 "$id"
[ "$(sql root "select length(text) from application where id = '$id'")" -eq 0 ] ||
	die 'the working copy outlived the rejection (Art. 23)'

# --- private data are sealed: nowhere in the clear ---
cat root/ledger.db* >all
! grep -qa 999900199006210031 all || die 'an identity number is in the ledger in the clear'
! grep -qa 身份核验单 all || die 'evidence is in the ledger in the clear'

# --- test profiles and production profiles do not mix ---
sed 's/^use = test/use = production/; s/^oid = .*/oid = 1.2.156.999999.1.2/' \
	root/profiles/agency-sign.conf >production.conf
cp production.conf root/profiles/agency-sign.conf
refused 'a production profile, refused by a test home' submit zhang.application
consistent root
