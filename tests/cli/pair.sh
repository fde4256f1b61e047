#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Signing and encryption certificate of one holder, in one transaction; the encryption
# key comes from a key-management centre.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

EGOV_SOFTTOKEN_DIR=$PWD/tokens
export EGOV_SOFTTOKEN_DIR
umask 077

# pair_application NAME: an application for an agency's pair, on NAME.csr.
pair_application() {
	application "$1"
	sed -i 's/^profile = agency-sign$/&\nencrypt_profile = agency-encrypt/' "$1.application"
}

# pair_approved NAME: submitted, reviewed and approved; its ID in $id.
pair_approved() {
	request "$1"
	pair_application "$1"
	expect 0 egov-apply submit --home ca "$1.application"
	id=$(value application)
	expect 0 egov-apply review --home ca --actor 王审查 "$id"
	expect 0 egov-apply approve --home ca --actor 周批准 "$id"
}

# ask NAME: what the centre is asked for $id, in NAME.ask.
ask() {
	expect "${2:-0}" egov-issue --home ca --profile agency-sign --encrypt-profile agency-encrypt \
		--application "$id" --request "$1.csr" --key-request --out "$1.ask"
}

# answer NAME [FAULT]: the centre's answer to NAME.ask, in NAME.answer.
answer() {
	expect 0 "$O/test-centre" centre.key journal.pub "$1.ask" "$1.answer" "${3:-$1.kept}" "${2:-}"
}

# take CODE NAME: issues the pair of $id on NAME.answer.
take() {
	expect "$1" egov-issue --home ca --profile agency-sign --encrypt-profile agency-encrypt \
		--application "$id" --request "$2.csr" --key-answer "$2.answer" --out "$2.pem" \
		--encrypt-out "$2.enc.pem" --envelope-out "$2.envelope"
}

# none NAME: nothing of a pair was handed out.
none() {
	for file in "$1.pem" "$1.enc.pem" "$1.envelope"; do
		[ ! -e "$file" ] || die "$file was handed out"
	done
}

evidence
token ca-ca ca-journal
custodian
root ca
cps ca
expect 0 egov-key pubkey --out journal.pub "$(uri ca-journal)"

# --- the way ------------------------------------------------------------------------------

# The centre's certificate is one of this CA; another centre has one too.
issued ca centre
issued ca stranger
pair_approved zhang

# Without a centre nobody is asked; without a question nothing is answered.
answer_of_nobody() {
	take 3 zhang
	says_only '[key_centre] certificate: missing'
}
ask zhang
prints "application: $id" 'encrypt-profile: agency-encrypt' 'key-request-sm3: '
answer zhang
answer_of_nobody
cp centre.pem ca/
printf '[key_centre]\ncertificate = centre.pem\n' >>ca/egovca.conf
cp zhang.ask zhang.first
ask zhang
same zhang.first zhang.ask
none zhang

take 0 zhang
prints 'serial: ' 'encrypt-serial: ' "application: $id"
sign=$(value serial) encrypt=$(value encrypt-serial)
cp zhang.enc.pem first.enc.pem
cp zhang.envelope first.envelope
cp zhang.pem first.pem
consistent ca
prints 'pairs: 1' 'open-intents: 0'
[ "$(entries ca pair)$(entries ca key-request)" = 11 ] || die "the journal lacks the pair"

# One holder, two keys, each for its own use.
for part in pem enc.pem; do
	openssl x509 -in "zhang.$part" -noout -subject -nameopt RFC2253 >"$part.subject"
	expect 0 openssl verify -no_check_time -vfyopt $ID -CAfile ca/publish/cert/ca.pem -partial_chain "zhang.$part"
done
same pem.subject enc.pem.subject
openssl x509 -in zhang.enc.pem -noout -ext keyUsage >usage
grep -q 'Key Encipherment, Data Encipherment, Key Agreement' usage || die "another key usage"
grep -q critical usage || die "keyUsage is not critical"
openssl x509 -in zhang.pem -noout -ext keyUsage | grep -q 'Digital Signature, Non Repudiation' ||
	die "another key usage of the signing certificate"

# The holder takes the key home; it opens what is encrypted to the certificate.
echo 'a passphrase' >pass
expect 0 egov-key import --signing-key "file:$PWD/zhang.key" --passphrase-file pass \
	--certificate zhang.enc.pem --sign-certificate zhang.pem --key-out zhang.enc.key zhang.envelope
prints 'form: SM2EnvelopedKey' 'certificate: fits'
openssl x509 -in zhang.enc.pem -noout -pubkey >zhang.enc.pub
echo 绝密 >secret
expect 0 openssl pkeyutl -encrypt -pubin -inkey zhang.enc.pub -in secret -out secret.enc
expect 0 openssl pkeyutl -decrypt -inkey zhang.enc.key -passin file:pass -in secret.enc -out opened
same secret opened

# Again: the same three objects, and nothing new is signed.
take 0 zhang
same zhang.pem first.pem
same zhang.enc.pem first.enc.pem
same zhang.envelope first.envelope
[ "$(sql ca 'select count(*) from certificate')" -eq 5 ] || die "something new was issued"
expect 3 egov-issue --home ca --profile agency-sign --application "$id" --request zhang.csr
says 'was used already'

# --- what is refused ------------------------------------------------------------------------

zhang=$id
refusals=$(entries ca refused)
pair_approved li
take_nothing() {
	take "$1" "$2"
	says_only "$3"
	none "$2"
	refusals=$((refusals + 1))
	[ "$(entries ca refused)" -eq "$refusals" ] || die "the refusal is not in the journal"
}
cp zhang.answer li.answer
take_nothing 3 li 'no key-management centre was asked for application'
ask li
take_nothing 3 li 'to another request than that of application'
answer li other-request
take_nothing 3 li 'to another request than that of application'
answer li other-key
take_nothing 3 li 'said to be of another public key'
answer li tomorrow
take_nothing 3 li 'of a time to come'
answer li signature
take_nothing 3 li 'not signed by the configured key-management centre'
answer li '' zhang.kept
take_nothing 3 li 'has given this key away before'
expect 0 "$O/test-centre" stranger.key journal.pub li.ask li.answer li.kept
take_nothing 3 li 'not signed by the configured key-management centre'
echo rubbish >li.answer
take_nothing 3 li 'key answer'
answer li
cp li.csr own.csr
request li
take_nothing 3 li "the request's key has the SM3 digest"
cp own.csr li.csr
expect 3 egov-issue --home ca --profile agency-sign --application "$id" --request li.csr
says_only 'the application is for a pair'
printf 'agency-sign\t%s\tli.csr\tli.pem\n' "$id" >list
expect 3 egov-issue --home ca --batch list
prints 'the application is for a pair'
none li
expect 3 egov-issue --home ca --profile agency-encrypt --application "$id" --request li.csr
says_only 'issued together with a signing certificate'
expect 3 egov-issue --home ca --profile agency-sign --encrypt-profile civil-servant-encrypt \
	--application "$id" --request li.csr --key-request
says_only 'the application is for profile agency-encrypt'
for wrong in '--key-request' '--key-answer li.answer' '--encrypt-profile agency-encrypt' \
	'--encrypt-profile agency-encrypt --key-request --key-answer li.answer' \
	'--encrypt-profile agency-encrypt --key-answer li.answer --encrypt-out x'; do
	# shellcheck disable=SC2086 # words
	expect 2 egov-issue --home ca --profile agency-sign --application "$id" --request li.csr $wrong
done
# An application for the encryption half alone, or for no pair at all.
request wang
application wang
sed -i 's/^profile = agency-sign$/profile = agency-encrypt/' wang.application
expect 3 egov-apply submit --home ca wang.application
says_only 'issued together with a signing certificate'
sed -i 's/^profile = agency-encrypt$/profile = agency-sign\nencrypt_profile = agency-sign/' wang.application
expect 3 egov-apply submit --home ca wang.application
says_only 'want one of kind signing and one of kind encryption'
take 0 li
consistent ca
prints 'pairs: 2'

# --- what belongs together ------------------------------------------------------------------

expect 0 egov-status show --home ca "$sign"
prints "encryption-certificate: $encrypt" 'state: good'
expect 0 egov-status show --home ca "$encrypt"
prints "signing-certificate: $sign"
echo 遗失 >loss.txt
for half in "$sign" "$encrypt"; do
	expect 3 egov-issue --home ca --renew "$half" --consent loss.txt
	says_only 'half of a pair'
done
rm -rf copy
cp -r ca copy
revoke() {
	expect "$1" egov-revoke --home "$2" --reason keyCompromise --requested-by 张示例 \
		--evidence loss.txt --serial "$3" ${4:+--pair "$4"}
}
revoke 0 ca "$encrypt"
prints "revoked-too: $sign"
for serial in "$sign" "$encrypt"; do
	expect 0 egov-status state --home ca "$serial"
	prints 'state: revoked' 'reason: keyCompromise'
done
revoke 3 ca "$sign"
says 'already'
revoke 0 copy "$encrypt" one
expect 0 egov-status state --home copy "$sign"
prints 'state: good'
revoke 0 copy "$sign" both
expect 2 egov-revoke --home ca --reason keyCompromise --requested-by x --evidence loss.txt \
	--serial "$sign" --pair none
expect 2 egov-revoke --home ca --hold --requested-by x --evidence loss.txt --serial "$sign" --pair one
consistent ca
consistent copy
expect 0 egov-crl publish --home ca
prints 'entries: 2'

# --- killed at any step: both or none ----------------------------------------------------------

pair_approved chen
ask chen
answer chen
# Every third step, unless CRASH_POINTS=all.
stride=3
[ "${CRASH_POINTS:-}" != all ] || stride=1
step=$((1 - stride))
resumed=0
while :; do
	step=$((step + stride))
	rm -rf copy chen.pem chen.enc.pem chen.envelope
	cp -r ca copy
	got=0
	ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" EGOV_CRASH_AT=$step EGOV_CRASH_LOG=$D/steps \
		LD_PRELOAD=$O/crash.so sh -c "exec egov-issue --home copy --profile agency-sign \
		--encrypt-profile agency-encrypt --application $id --request chen.csr \
		--key-answer chen.answer --out chen.pem --encrypt-out chen.enc.pem \
		--envelope-out chen.envelope" >"$out" 2>"$err" </dev/null || got=$?
	[ "$got" -ne 0 ] || break
	[ "$got" -eq 137 ] || die_showing "step $step: exit $got, not killed"
	# What was handed out is in the ledger, with its other half.
	count=$(sql copy "select count(*) from certificate where application = '$id'")
	[ "$count" -eq 0 ] || [ "$count" -eq 2 ] || die "step $step: $count certificates"
	[ "$count" -eq 2 ] || none chen
	consistent copy
	digests=$(sql copy "select hex(tbs_digest) from intent where application = '$id' order by id")
	if [ -n "$digests" ] && [ "$count" -eq 0 ]; then
		resumed=$((resumed + 1))
		rm -rf given-up
		cp -r copy given-up
		expect 3 egov-issue --home given-up --profile agency-sign --application "$id" \
			--request chen.csr
		says 'is for a pair'
		expect 3 egov-issue --home given-up --resume
		says 'half of a pair'
		[ "$(sql given-up "select count(*) from certificate where application = '$id'")" -eq 0 ] ||
			die "step $step: one half was finished alone"
		open=$(sql given-up "select lower(hex(sign_serial)) from pair where application = '$id'")
		revoke 0 given-up "$open" one
		prints 'revoked-too: '
		consistent given-up
		prints 'open-intents: 0'
	fi
	expect 0 egov-issue --home copy --profile agency-sign --encrypt-profile agency-encrypt \
		--application "$id" --request chen.csr --key-answer chen.answer --out chen.pem \
		--encrypt-out chen.enc.pem --envelope-out chen.envelope
	consistent copy
	prints 'pairs: 3' 'open-intents: 0'
	now=$(sql copy "select hex(tbs_digest) from intent where application = '$id' order by id")
	[ -z "$digests" ] || [ "$digests" = "$now" ] || die "step $step: other bytes were signed"
	[ -z "$digests" ] || [ "$count" -eq 2 ] || [ "$(entries copy resume)" -eq 2 ] ||
		die "step $step: the journal does not say who finished the pair"
done
[ "$step" -gt 5 ] || die "only $step steps were seen"
[ "$resumed" -gt 0 ] || die "no step left two intents without results"

# --- what egov-record check sees ------------------------------------------------------------------

tampered ca "delete from pair where application = '$zhang'" 'has no pair that it speaks of'
tampered ca "update pair set time = time + 1 where application = '$zhang'" 'signing certificate has another intent'
tampered ca "update pair set answer = (select answer from pair where application <> '$zhang')
	where application = '$zhang'" 'pair '
tampered ca "update pair set centre = (select der from certificate where profile = 'agency-encrypt' limit 1)
	where application = '$zhang'" 'pair '
tampered ca "update pair set key_digest = zeroblob(32) where application = '$zhang'" \
	'its answer is not signed by its centre'
tampered ca "update pair set encrypt_serial = x'01' where application = '$zhang'" \
	'its application is for something else'
tampered ca "update key_request set der = x'3000' where application = '$zhang'" \
	'its bytes are not those of its digest'
tampered ca "update key_request set actor = 'nobody' where application = '$zhang'" \
	'the ledger says something else than the journal'
tampered ca "delete from key_request where application = '$zhang'" \
	'has no key request that it speaks of'

# --- profiles that go alone --------------------------------------------------------------------

request device
application device
sed -i -e 's/^profile = agency-sign$/profile = device/' -e 's/^province = .*/&\nname = www.example.cn/' \
	device.application
expect 0 egov-apply submit --home ca device.application
id=$(value application)
expect 0 egov-apply review --home ca --actor 王审查 "$id"
expect 0 egov-apply approve --home ca --actor 周批准 "$id"
expect 0 egov-issue --home ca --profile device --application "$id" --request device.csr --out device.pem
openssl x509 -in device.pem -noout -purpose | grep -q '^SSL server : Yes' || die "no server"
request stamp
internal_approved ca stamp timestamp 示例时间戳
expect 0 egov-issue --home ca --profile timestamp --application "$id" --request stamp.csr --out stamp.pem
openssl x509 -in stamp.pem -noout -purpose | grep -q '^Time Stamp signing : Yes' || die "no stamps"

# --- a holder whose signing key never leaves its token ------------------------------------------
expect 0 egov-key generate --decrypt "$(uri holder)"
expect 0 egov-init --home holder --test --subject 'C=CN, O=示例中心, CN=not used' --key "$(uri holder)" \
	--journal-key "$(uri ca-journal)" --custodian custodian.pem --request-out token.csr
pair_application token
expect 0 egov-apply submit --home ca token.application
id=$(value application)
expect 0 egov-apply review --home ca --actor 王审查 "$id"
expect 0 egov-apply approve --home ca --actor 周批准 "$id"
ask token
answer token
take 0 token
expect 0 egov-key import --signing-key "$(uri holder)" --passphrase-file pass \
	--certificate token.enc.pem --sign-certificate token.pem --key-out token.enc.key token.envelope
openssl x509 -in token.enc.pem -noout -pubkey >token.enc.pub
expect 0 openssl pkeyutl -encrypt -pubin -inkey token.enc.pub -in secret -out secret.enc
expect 0 openssl pkeyutl -decrypt -inkey token.enc.key -passin file:pass -in secret.enc -out opened
same secret opened
expect 3 egov-key import --signing-key "$(uri holder)" --passphrase-file pass --key-out none zhang.envelope
says 'for another signing key, or was altered'
consistent ca

# --- an operator who acts signs for what the centre is asked, and for both certificates ------
issued ca chief
expect 0 openssl pkcs8 -topk8 -in chief.key -v2 aes-256-cbc -passout file:pin -out chief.p8
chmod 600 chief.p8
expect 0 egov-operator add --home ca --roles ca-operator --certificate chief.pem --actor 钱主任 吴操作
pair_approved qian
by_operator() {
	expect 0 egov-issue --home ca --operator 吴操作 --operator-key "file:$D/chief.p8?pin-source=file:$D/pin" \
		--profile agency-sign --encrypt-profile agency-encrypt --application "$id" --request qian.csr "$@"
}
by_operator --key-request --out qian.ask
[ "$(sql ca "select json_extract(body, '\$.act') from journal where kind = 'approval' and
	subject = '$id'")" = key-request ] || die 'nobody signed for what the centre is asked'
answer qian
by_operator --key-answer qian.answer --out qian.pem --encrypt-out qian.enc.pem --envelope-out qian.envelope
[ "$(sql ca "select count(*) from journal where kind = 'approval' and actor = '吴操作'")" -eq 3 ] ||
	die 'want three signatures'
consistent ca
