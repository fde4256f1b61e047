#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# egov-init --ceremony: a CA from one reviewed file.  The dry run makes no key; what was not
# reviewed is refused; what the real key signs is what was shown; the transcript is the
# journal's; a ceremony that was cut off goes on.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

# Everybody's certificate is valid then, whatever the day is.
EGOV_TEST_NOW=$(date -u -d '+30 days' +%Y-%m-%dT08:00:00Z)
token nothing
custodian
first_people
person 赵见证
sm3() {
	openssl dgst -sm3 -r "$1" | cut -d ' ' -f 1
}
uri_lines() {
	printf '%s = pkcs11:token=test;object=%s\n    ?module-path=%s\n    &pin-source=file:%s\n' "$1" "$2" \
		"$O/egov-softtoken.so" "$D/pin"
}

# file NAME USE: NAME.conf, the ceremony of a root on the keys NAME-ca and NAME-journal.
file() {
	cat >"$1.conf" <<-FILE
		[ceremony]
		title = 示例根CA 2026
		use = $2
		kind = root
		not_before = 2000-01-01
		not_after = 2099-12-31

		[ca]
		subject = C=CN, O=示例中心, CN=示例根CA
		validity = 30y

		[key]
		$(uri_lines ca "$1-ca")
		$(uri_lines journal "$1-journal")
		allow_software = yes

		[record]
		custodian = custodian.pem
		custodian_sm3 = $(sm3 custodian.pem)
		silence = 100y

		[crl]
		url = http://pki.example.cn/crl/ca.crl
		period = 12h

		[publish]
		ca_issuers_url = http://pki.example.cn/cert/ca.cer

		[operator]
		appointers = 1

		[profiles]
		root-ca = $(sm3 "$SRC/examples/profiles/root-ca.$2.conf")

		[person 管理员]
		role = administrator
		certificate = 管理员.pem
		certificate_sm3 = $(sm3 管理员.pem)

		[person 审计管理员]
		role = audit-administrator
		certificate = 审计管理员.pem
		certificate_sm3 = $(sm3 审计管理员.pem)

		[person 赵见证]
		role = witness
	FILE
}
no_keys() {
	expect 0 egov-key list "pkcs11:token=test?module-path=$O/egov-softtoken.so&pin-source=file:$D/pin"
	! grep -q -- "$1-" "$out" || die_showing 'a key was made'
}
nothing() {
	no_keys "$1"
	[ ! -e "$1" ] || die 'a home was made'
	[ ! -e "$1.transcript" ] || die 'a transcript was begun'
	[ -z "$(find . -maxdepth 1 -name '.egov-tmp-*')" ] || die 'a temporary home was left'
}

# --- the dry run shows all and makes nothing ---
file root test
expect 0 egov-init --home root --ceremony root.conf --dry-run
prints 'ceremony: 示例根CA 2026' "ceremony-sm3: $(sm3 root.conf)" 'would-sign: certificate' \
	'person: 赵见证, witness' 'subject: C=CN, O=示例中心, CN=示例根CA' 'public-key: '
form=$(value form-sm3)
first=$(value public-key)
nothing root
expect 0 egov-init --home root --ceremony root.conf --dry-run
[ "$(value form-sm3)" = "$form" ] || die 'two dry runs of one file have two forms'
[ "$(value public-key)" != "$first" ] || die 'the throw-away key was not thrown away'
sed 's/CN=示例根CA$/CN=另一根CA/' root.conf >other.conf
expect 0 egov-init --home root --ceremony other.conf --dry-run
[ "$(value form-sm3)" != "$form" ] || die 'another subject has the same form'
expect 0 egov-init --json --home root --ceremony root.conf --dry-run
jq -es '.[0]["would-sign"] == "certificate"' "$out" >/dev/null || die_showing 'no JSON'

# --- what is refused is refused before there is a key ---
refused() {
	code=$1 text=$2
	shift 2
	sed "$@" root.conf >bad.conf
	expect "$code" egov-init --home root --ceremony bad.conf --reviewed "$(sm3 bad.conf)"
	says_only "$text"
	nothing root
}
refused 3 'subject' 's/^subject = .*/subject = CN=x, C=CN/'
refused 3 '[ca] validity: the certificate ends at' 's/^validity = .*/validity = 29y/'
refused 3 '[ca] validity: missing' '/^validity/d'
refused 3 '[ca] path_length' 's/^validity = .*/&\npath_length = 9/'
refused 3 'dry run: ' 's/^subject = .*/subject = C=CN, O=示例中心, CN=示例根CA, CN=示例根CA/'
refused 3 'custodian_sm3: the file is another one' '/^custodian_sm3/s/....$/0000/'
refused 3 '[profiles] root-ca: this version' '/^root-ca = /s/....$/0000/'
refused 3 'SM3 digest of 1 octets' 's/^custodian_sm3 = .*/custodian_sm3 = 00/'
refused 3 'want production or test' 's/^use = .*/use = both/'
refused 3 'a root has no parent' "s/^validity.*/&\nparent = custodian.pem\nparent_sm3 = $(sm3 custodian.pem)/"
refused 3 '[key] shares' 's/^allow_software.*/&\nshares = 2/'
refused 3 'unknown' 's/^allow_software.*/&\nalow = 1/'
refused 3 'it is too early' 's/^not_before = .*/not_before = 2098-01-01/'
refused 3 'it is too late' 's/^not_after = .*/not_after = 2001-01-01/'
refused 4 'nowhere.pem' 's/^custodian = .*/custodian = nowhere.pem/'
refused 3 '[crl] period' 's/^period = .*/period = 9d/'
expect 4 egov-init --home root --ceremony nowhere.conf --dry-run
expect 2 egov-init --home root --ceremony root.conf --test
expect 2 egov-init --home root --dry-run

# --- nor does it begin before somebody has reviewed this file ---
expect 3 egov-init --home root --ceremony root.conf
says_only 'nobody has reviewed the ceremony file'
expect 3 egov-init --home root --ceremony root.conf --reviewed "$(sm3 other.conf)"
says_only 'another ceremony file than this one was reviewed'
nothing root

# --- the real run ---
expect 0 egov-init --home root --ceremony root.conf --reviewed "$(sm3 root.conf)"
prints 'home: root' 'transcript: root/ceremony/transcript.txt'
[ "$(value form-sm3)" = "$form" ] || die 'the form is another one than was shown'
grep -q "^transcript-sm3: $(sm3 root/ceremony/transcript.txt)$" "$out" || die 'another transcript'
[ ! -e root.transcript ] || die 'the transcript beside the home was left'
same root.conf root/ceremony/ceremony.conf
ca=root/publish/cert/ca.pem
expect 0 openssl verify -no_check_time -CAfile $ca $ca
expect 0 openssl x509 -in $ca -noout -enddate
prints " $(($(date -u -d '+30 days' +%Y) + 30)) GMT"
grep -q '^period = 12h$' root/egovca.conf || die 'the period is not what the file says'
transcript=root/ceremony/transcript.txt
has() {
	for text; do
		grep -qF -- "$text" $transcript || { cat $transcript && die "the transcript has no \"$text\""; }
	done
}
openssl x509 -in $ca -outform DER -out ca.der
program=$(readlink -f "$O/egov-init")
has "ceremony-sm3 $(sm3 root.conf)" "SM3 $(sm3 "$program")" "signed	certificate, SM3 $(sm3 ca.der)" \
	"dry-run	what would be signed, SM3 $form" 'person	witness: 赵见证' \
	"paper	custodian, SM3 $(sm3 custodian.pem)" 'review	of this file'
# What stands between the header and the signature of the certificate.
openssl asn1parse -inform DER -in ca.der -strparse 4 -noout -out tbs.der
has "sign	certificate TBS, SM3 $(sm3 tbs.der)"
openssl x509 -in $ca -pubkey -noout | openssl pkey -pubin -outform DER >key.der
has "ca-key	made, SM3 $(sm3 key.der)"
consistent root
sql root "select body from journal where kind = 'ceremony'" >"$out"
prints "\"transcript-sm3\":\"$(sm3 $transcript)\"" "\"form-sm3\":\"$form\"" \
	"\"tbs-sm3\":\"$(sm3 tbs.der)\""

# --- the records notice another transcript, and none ---
cp $transcript kept
sed -i 's/赵见证/钱见证/' $transcript
expect 5 egov-record check --home root
says_only 'transcript.txt is not the text whose digest the journal has'
rm $transcript
expect 5 egov-record check --home root
says_only 'transcript.txt is missing'
cp kept $transcript
sed -i 's/2026/2027/' root/ceremony/ceremony.conf
expect 5 egov-record check --home root
says_only 'ceremony.conf is not the text'
cp root.conf root/ceremony/ceremony.conf
consistent root

# --- once ---
expect 3 egov-init --home root --ceremony root.conf --reviewed "$(sm3 root.conf)"
says_only 'root: exists already'
file again test
sed -i 's/object=again-ca/object=root-ca/' again.conf
expect 3 egov-init --home again --ceremony again.conf --reviewed "$(sm3 again.conf)"
says_only 'there is such a key already'
rm again.transcript

# --- keys that were made by other means; until they are there the ceremony waits ---
file given test
sed -i 's/^allow_software.*/&\nmake = no/' given.conf
hold_given() {
	egov-init --home given --ceremony given.conf --reviewed "$(sm3 given.conf)"
}
expect 4 hold_given
says_only '[key] ca: the key is not there, and [key] make is no'
[ -s given.transcript ] || die 'an interrupted ceremony left no transcript'
no_keys given
# Meanwhile this place is that ceremony's alone.
sed 's/^title = .*/title = 另一次/' given.conf >another.conf
expect 3 egov-init --home given --ceremony another.conf --reviewed "$(sm3 another.conf)"
says_only 'is the transcript of another ceremony'
expect 0 egov-key generate "$(uri given-ca)"
expect 0 egov-key generate "$(uri given-journal)"
expect 0 hold_given
transcript=given/ceremony/transcript.txt
has 'continue	示例根CA 2026' 'ca-key	made before, as the file says, SM3'
consistent given

# --- a PIN that two hold: the file names them, and the key's URI puts their shares together ---
expect 0 egov-key split-pin --pin-file pin --shares 2 --prefix share
file split test
sed -i "s|^    &pin-source=file:.*|    \&pin-source=shares:$D/share1,$D/share2|
	s/^allow_software.*/&\nshares = 2/" split.conf
expect 3 egov-init --home split --ceremony split.conf --dry-run
says_only '[key] shares: the PIN has 2 shares, but the people in the role share-holder are 0'
printf '\n[person 甲]\nrole = share-holder\n\n[person 乙]\nrole = share-holder\n' >>split.conf
sed 's|,[^,]*/share2||' split.conf >one.conf
expect 3 egov-init --home split --ceremony one.conf --dry-run
says_only '[key] ca: its pin-source takes 1 shares, [key] shares says 2'
expect 0 egov-init --home split --ceremony split.conf --reviewed "$(sm3 split.conf)"
transcript=split/ceremony/transcript.txt
has 'person	share-holder: 甲' 'person	share-holder: 乙'
consistent split

# --- a subordinate CA: request out, certificate in ---
cps root
sed 's/^kind = .*/kind = subordinate/; /^validity/d; s/CN=示例根CA$/CN=示例签发CA/; /^root-ca = /d
	s/object=root-/object=sub-/; s/^\[key\]/validity = 15y\npath_length = 0\nPARENT\n\n&/' root.conf |
	sed "s/^PARENT/parent = parent.pem\nparent_sm3 = $(sm3 $ca)/" >sub.conf
cp $ca parent.pem
expect 0 egov-init --home sub --ceremony sub.conf --dry-run
prints 'would-sign: request'
expect 0 egov-init --home sub --ceremony sub.conf --reviewed "$(sm3 sub.conf)" --request-out sub.csr
transcript=sub/ceremony/transcript.txt
has 'signed	request, SM3' "paper	parent, SM3 $(sm3 parent.pem)"
internal_approved root sub sub-ca 示例签发CA
expect 0 egov-issue --home root --profile sub-ca --application "$id" --request sub.csr --out sub.pem
expect 3 egov-init --home sub --ceremony root.conf --install sub.pem --chain $ca
says_only 'not the ceremony of a subordinate CA'
cp -r sub waiting
expect 0 egov-init --home sub --ceremony sub.conf --install sub.pem --chain $ca
prints 'path: verified'
openssl x509 -in sub.pem -outform DER -out sub.der
transcript=sub/ceremony/install.txt
has "certificate	SM3 $(sm3 sub.der)"
consistent sub
expect 0 egov-init --home sub --ceremony sub.conf --install sub.pem --chain $ca
consistent sub
expect 0 egov-crl publish --home sub
sed -i 's/serial/Serial/' sub/ceremony/install.txt
expect 5 egov-record check --home sub
says_only 'install.txt is not the text'

# --- cut off anywhere, the second act is done by the next run ---
install="egov-init --home cut --ceremony sub.conf --install sub.pem --chain $ca"
cut_off() {
	rm -rf cut
	cp -r waiting cut
	got=0
	ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" EGOV_CRASH_AT=$1 EGOV_CRASH_LOG=$D/steps \
		LD_PRELOAD=$O/crash.so sh -c "exec $install" >"$out" 2>"$err" </dev/null || got=$?
}
: >steps
cut_off 0
[ "$got" -eq 0 ] || die_showing "exit $got"
steps=$(wc -l <steps)
step=1
while [ "$step" -le "$steps" ]; do
	cut_off "$step"
	[ "$got" -eq 137 ] || die_showing "step $step of $steps: exit $got, not killed"
	consistent cut
	# shellcheck disable=SC2086 # a command and its options
	expect 0 $install
	consistent cut
	[ "$(entries cut install)" -eq 1 ] || die "step $step: not recorded once"
	step=$((step + (steps + 4) / 5))
done

# --- another certificate than was agreed on ---
sed 's/object=sub-/object=two-/; s/^validity = 15y/validity = 14y/' sub.conf >two.conf
# In a home for tests one approval will do, signed at the time of the test.
expect 0 egov-init --home two --ceremony two.conf --to-sign two.matter
expect 0 egov-operator sign --certificate 管理员.pem --key "$(key_uri 管理员)" --out two.approval two.matter
prints "signed-at: $EGOV_TEST_NOW"
expect 0 egov-init --home two --ceremony two.conf --approval two.approval --request-out two.csr
internal_approved root two sub-ca 示例签发CA
expect 0 egov-issue --home root --profile sub-ca --application "$id" --request two.csr --out two.pem
expect 3 egov-init --home two --ceremony two.conf --install two.pem --chain $ca
says_only '[ca] validity: the certificate ends at'
[ ! -e two/ceremony/install.txt ] || die 'a transcript of what was refused'
[ "$(entries two refused)" -eq 1 ] || die 'the refusal is not journalled'
consistent two

# --- production: an administrator and an audit administrator approve it ---
file prod production
expect 3 egov-init --home prod --ceremony prod.conf --reviewed "$(sm3 prod.conf)"
says_only 'approved by an administrator and an audit administrator'
expect 0 egov-init --home prod --ceremony prod.conf --to-sign matter
sign() {
	expect 0 egov-operator sign --certificate "$1.pem" --key "$(key_uri "$1")" --out "$1.approval" "$2"
}
sign 管理员 matter
prints 'act: ceremony' "fact: ceremony-sm3: $(sm3 prod.conf)"
sign 审计管理员 matter
sign 赵见证 matter
hold() {
	egov-init --home prod --ceremony prod.conf "$@"
}
expect 3 hold --approval 管理员.approval
says_only 'approved by an administrator and an audit administrator'
expect 3 hold --approval 管理员.approval --approval 管理员.approval
says_only 'acts already'
expect 3 hold --approval 管理员.approval --approval 赵见证.approval
says_only "no administrator's of the ceremony file"
nothing prod
expect 0 hold --approval 管理员.approval --approval 审计管理员.approval
transcript=prod/ceremony/transcript.txt
has '审计管理员	approval	audit-administrator'
consistent prod
expect 0 egov-operator approvals --home prod
prints 'act: ceremony' 'operator: 管理员' 'operator: 审计管理员'
# They sign this file, and no other.
sed 's/^title = .*/title = 另一次/; s/object=prod-/object=next-/' prod.conf >next.conf
expect 3 egov-init --home next --ceremony next.conf --approval 管理员.approval --approval 审计管理员.approval
says_only 'is not of this ceremony file'
nothing next
