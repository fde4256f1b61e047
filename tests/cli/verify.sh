#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# egov-verify over chains and CRLs that stock openssl made.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"

id=distid:1234567812345678
policy=1.2.156.112999.1.1

cat >ca.conf <<END
[req]
distinguished_name = dn
string_mask = utf8only
[dn]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[ca]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
certificatePolicies = $policy
[leaf]
keyUsage = critical, digitalSignature, nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
certificatePolicies = $policy
[crl]
authorityKeyIdentifier = keyid
[issuer]
database = index.txt
crlnumber = number
default_md = sm3
crl_extensions = crl
END

quietly() {
	"$@" >log 2>&1 || { cat log; die "$*"; }
}

key() {
	quietly openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out "$1.key"
}

# certify NAME ISSUER SERIAL SECTION ID SUBJECT [KEY]
certify() {
	quietly openssl req -new -key "${7:-$1}.key" -sm3 -sigopt "$id" -utf8 -subj "$6" -config ca.conf \
		-out "$1.csr"
	quietly openssl x509 -req -in "$1.csr" -vfyopt "$id" -CA "$2.pem" -CAkey "$2.key" -sm3 \
		-sigopt "$5" -set_serial "$3" -days 3650 -extfile ca.conf -extensions "$4" -out "$1.pem"
}

# list FILE ISSUER SECONDS ID [CERTIFICATE REASON]: a CRL of the issuer
list() {
	: >index.txt
	echo 01 >number
	set -- "$@" ''
	if [ -n "$5" ]; then
		quietly openssl ca -config ca.conf -name issuer -cert "$2.pem" -keyfile "$2.key" -sigopt "$4" \
			-revoke "$5" -crl_reason "$6"
	fi
	quietly openssl ca -config ca.conf -name issuer -cert "$2.pem" -keyfile "$2.key" -sigopt "$4" \
		-gencrl -crlsec "$3" -out "$1"
}

for name in root ca leaf; do key $name; done
quietly openssl req -x509 -new -key root.key -sm3 -sigopt "$id" -utf8 -subj '/C=CN/O=测试/CN=根' \
	-config ca.conf -extensions root -days 3650 -out root.pem
certify ca root 0x01 ca "$id" '/C=CN/O=测试/CN=二级'
certify leaf ca 0x0102 leaf "$id" '/C=CN/O=测试/CN=张三'

# --- trusted ------------------------------------------------------------------------------

expect 0 egov-verify --trust root.pem --untrusted ca.pem leaf.pem
[ "$(cat "$out")" = 'leaf.pem: trusted' ] || die_showing 'wants one line'
[ ! -s "$err" ] || die_showing 'wants no message'
openssl x509 -in leaf.pem -outform DER -out leaf.der
expect 0 egov-verify --trust root.pem --untrusted ca.pem --purpose sign --policy $policy leaf.der leaf.pem
[ "$(cat "$out")" = "leaf.der: trusted
leaf.pem: trusted" ] || die_showing 'wants a line each'
expect 0 egov-verify --trust ca.pem leaf.pem
expect 0 egov-verify --trust root.pem --purpose ca ca.pem
expect 0 egov-verify --trust root.pem root.pem
cat root.pem ca.pem >both.pem
expect 0 egov-verify --trust both.pem leaf.pem
expect 0 sh -c 'egov-verify --trust root.pem --untrusted ca.pem - <leaf.pem'
prints '-: trusted'
expect 0 sh -c 'cat ca.pem | egov-verify --trust root.pem --untrusted - leaf.pem'

# --- not trusted ---------------------------------------------------------------------------

# refused REASON ARGUMENT...: exit 1, the verdict, and one line that has the reason.
refused() {
	reason=$1
	shift
	expect 1 egov-verify "$@"
	prints ': untrusted'
	says "$reason"
	[ "$(wc -l <"$err")" -eq 1 ] || die_showing "$ran: wants one line on standard error"
}

refused 'egov-verify: leaf.pem: C=CN, O=测试, CN=张三: no path: its issuer, C=CN, O=测试, CN=二级, is not among' \
	--trust root.pem leaf.pem
refused 'expired at' --trust root.pem --untrusted ca.pem --at 2099-01-01 leaf.pem
refused 'not yet valid' --trust root.pem --untrusted ca.pem --at 2001-01-01T00:00:00Z leaf.pem
refused 'not for purpose server: keyUsage' --trust root.pem --untrusted ca.pem --purpose server ca.pem
refused 'not for purpose ocsp: extKeyUsage has no OCSPSigning (RFC 6960, 4.2.2.2)' \
	--trust root.pem --untrusted ca.pem --purpose ocsp leaf.pem
refused 'policy 1.2.3.4 is not among its certificatePolicies' \
	--trust root.pem --untrusted ca.pem --policy 1.2.3.4 leaf.pem
refused 'made with the default signer ID "1234567812345678", not with the signer ID given (GM/T 0009, 10)' \
	--trust root.pem --untrusted ca.pem --sm2-id other leaf.pem

certify empty ca 0x0103 leaf distid: '/C=CN/O=测试/CN=空' leaf
refused 'SM2 signature was made with the empty signer ID, not with the default signer ID "1234567812345678"' \
	--trust root.pem --untrusted ca.pem empty.pem
says '(GM/T 0009, 10)'
cp ca.key emptyca.key
certify emptyca root 0x04 ca distid: '/C=CN/O=测试/CN=二级'
refused 'CN=二级: SM2 signature was made with the empty signer ID' \
	--trust root.pem --untrusted emptyca.pem leaf.pem
expect 0 egov-verify --trust root.pem --untrusted emptyca.pem --untrusted ca.pem leaf.pem

# One bad one makes the whole answer no.
expect 1 egov-verify --trust root.pem --untrusted ca.pem leaf.pem empty.pem
[ "$(cat "$out")" = "leaf.pem: trusted
empty.pem: untrusted" ] || die_showing 'wants a line each'

head -c 300 leaf.der >cut.der
expect 1 egov-verify --trust root.pem --untrusted ca.pem cut.der
prints 'cut.der: malformed'
says 'egov-verify: cut.der: certificate:'

# --- revoked ------------------------------------------------------------------------------

list root.crl root 86400 "$id"
list clean.crl ca 86400 "$id"
list revoked.crl ca 86400 "$id" leaf.pem keyCompromise
list hold.crl ca 86400 "$id" leaf.pem certificateHold
list empty.crl ca 86400 distid:
list brief.crl ca 1 "$id"
expect 0 egov-verify --trust root.pem --untrusted ca.pem --crl root.crl --crl clean.crl --require-revocation leaf.pem
cat root.crl clean.crl >all.crl
expect 0 egov-verify --trust root.pem --untrusted ca.pem --crl all.crl --require-revocation leaf.pem
refused 'CN=张三: revoked at 20' --trust root.pem --untrusted ca.pem --crl revoked.crl leaf.pem
says '(keyCompromise) (RFC 5280, 6.3.3; GM/T 0015, 5.3)'
refused '(certificateHold)' --trust root.pem --untrusted ca.pem --crl hold.crl leaf.pem
refused 'no CRL tells whether it is revoked, nor does an OCSP response' \
	--trust root.pem --untrusted ca.pem --crl clean.crl --require-revocation leaf.pem
refused 'cannot be used: SM2 signature was made with the empty signer ID' \
	--trust root.pem --untrusted ca.pem --crl empty.crl leaf.pem
sleep 2
refused 'it is stale' --trust root.pem --untrusted ca.pem --crl brief.crl leaf.pem
expect 0 egov-verify --trust root.pem --untrusted ca.pem --crl brief.crl --crl clean.crl leaf.pem

# --- explained -----------------------------------------------------------------------------

expect 0 egov-verify --trust root.pem --untrusted ca.pem --crl clean.crl --explain leaf.pem
prints 'pass signature: C=CN, O=测试, CN=张三: signed by C=CN, O=测试, CN=二级 with SM2-with-SM3' \
	'pass signature: C=CN, O=测试, CN=二级: signed by C=CN, O=测试, CN=根' \
	'[CRL of C=CN, O=测试, CN=二级, thisUpdate ' 'skip purpose: ' \
	'[trust anchor, serial number ' 'article19-ca-name: C=CN, O=测试, CN=二级' \
	"article19-policy: $policy"
[ "$(grep -c '^article19-' "$out")" -eq 8 ] || die_showing 'wants eight contents'
[ "$(tail -n 1 "$out")" = 'leaf.pem: trusted' ] || die_showing 'wants the verdict last'
tail -n 2 "$out" | grep -q '^leaf.pem may be relied upon at 20.*: [0-9]* checks passed, none failed, [0-9]* had' ||
	die_showing 'wants a sentence'
prints ' minutes old] (RFC 5280, 6.1.3 (a)(2))' "sm3: $(openssl dgst -sm3 -r leaf.pem | cut -d' ' -f1)"
refused 'expired' --trust root.pem --untrusted ca.pem --at 2099-01-01 --explain leaf.pem
prints 'fail validity: C=CN, O=测试, CN=张三: expired' 'pass signature: C=CN, O=测试, CN=张三' \
	' days old] (RFC 5280, 6.1.3 (a)(2))' \
	'leaf.pem must not be relied upon at 2099-01-01T00:00:00Z: C=CN, O=测试, CN=根: expired at '

expect 1 egov-verify --trust root.pem --untrusted ca.pem --json leaf.pem empty.pem cut.der
[ "$(sed -n 1p "$out")" = '{"file":"leaf.pem","verdict":"trusted"}' ] || die_showing 'wants JSON'
prints '{"file":"empty.pem","verdict":"untrusted","reason":"' '"clause":"GM/T 0009, 10"}' \
	'{"file":"cut.der","verdict":"malformed","reason":"'
[ "$(wc -l <"$out")" -eq 3 ] || die_showing 'wants a line each'
expect 0 egov-verify --trust root.pem --untrusted ca.pem --json --explain leaf.pem
prints '{"file":"leaf.pem","check":"path","result":"pass","what":"' '"article19-holder":"C=CN, O=测试, CN=张三"'

# --- a receipt --------------------------------------------------------------------------------

# holds FILE TEXT...
holds() {
	file=$1
	shift
	for text; do
		grep -qF -e "$text" "$file" || die "$file lacks $text"
	done
}
# receipt FILE: one well-formed file that needs no other and runs nothing.
receipt() {
	[ "$(head -n 1 "$1")" = '<!DOCTYPE html>' ] || die "$1: no page"
	[ "$(tail -n 1 "$1")" = '</html>' ] || die "$1: cut"
	holds "$1" '<meta charset="utf-8">' "content=\"default-src 'none'; style-src 'unsafe-inline'\""
	! grep -qiE '<(script|link|img|iframe|object|embed|form)|[ "](src|href|on[a-z]*)=|url\(|@import' "$1" ||
		die "$1: needs or runs something"
	for tag in html head title style body h1 h2 h3 table thead tbody tr th td section div b footer; do
		opened=$(grep -oE "<${tag}[ >]" "$1" | wc -l)
		closed=$(grep -o "</$tag>" "$1" | wc -l)
		[ "$opened" -eq "$closed" ] || die "$1: $opened <$tag>, $closed </$tag>"
	done
}
certify hostile ca 0x0106 leaf "$id" '/C=CN/O=<script>alert("1")<\/script>/CN=A\&B '"'"'x'"'"'' leaf
cp hostile.pem '<b>&.pem'
expect 1 egov-verify --trust root.pem --untrusted ca.pem --report receipt.html \
	leaf.pem '<b>&.pem' cut.der empty.pem
prints 'leaf.pem: trusted' 'empty.pem: untrusted'
receipt receipt.html
[ "$(grep -c '<section>' receipt.html)" -eq 4 ] || die 'wants a section each'
holds receipt.html '<div class="verdict trusted"><b>May be relied upon</b>leaf.pem may be relied upon at 20' \
	'<div class="verdict malformed"><b>Cannot be read</b>cut.der cannot be judged' \
	'<div class="verdict untrusted"><b>Must not be relied upon</b>empty.pem must not be relied upon at ' \
	'<h2>&lt;b&gt;&amp;.pem</h2>' \
	'O=\&lt;script\&gt;alert(\&quot;1\&quot;)\&lt;/script\&gt;, CN=A&amp;B &#39;x&#39;' \
	'<tr class="fail"><td>failed</td><td>path</td>' \
	'<th>Name of the holder</th><td>C=CN, O=测试, CN=张三</td>' \
	"<th>SM3 of what was judged</th><td>$(openssl dgst -sm3 -r leaf.pem | cut -d' ' -f1)</td>"
echo old >kept.html
expect 2 egov-verify --trust root.pem --report kept.html --purpose everything leaf.pem
[ "$(cat kept.html)" = old ] || die 'wrong use wrote a receipt'
expect 4 egov-verify --trust root.pem --untrusted ca.pem --report none/receipt.html leaf.pem
prints 'leaf.pem: trusted'

expect 0 egov-verify --list-checks
prints 'signature (RFC 5280, 6.1.3 (a)(1); GM/T 0009, 10)'
[ "$(head -n 1 "$out")" = 'path (RFC 5280, 6.1): error' ] || die_showing 'wants the path first'
expect 0 egov-verify --list-checks --json
prints '"clause":"RFC 5280, 6.3.3; GM/T 0015, 5.3","severity":"error","tolerate":"no-next-update"}'
prints '{"check":"issuer-name-octets","clause":"GM/T 0043, 6.2.3 d","severity":"warning"}'

# --- answers of a responder, made with stock OpenSSL -----------------------------------------------

# answer FILE LINE: about leaf.pem, by an index with this line
answer() {
	serial=$(openssl x509 -in leaf.pem -noout -serial)
	printf '%s\t%s\tunknown\t/CN=leaf\n' "$2" "${serial#serial=}" >ocsp.txt
	quietly openssl ocsp -sm3 -issuer ca.pem -cert leaf.pem -reqout ocsp.req
	quietly openssl ocsp -index ocsp.txt -CA ca.pem -rsigner ca.pem -rkey ca.key -rmd sm3 -rsigopt "$id" \
		-reqin ocsp.req -respout "$1" -ndays 1
}
answer good.ocsp "$(printf 'V\t991231235959Z\t')"
answer revoked.ocsp "$(printf 'R\t991231235959Z\t260101000000Z,keyCompromise')"
expect 0 egov-verify --trust root.pem --untrusted ca.pem --crl root.crl --ocsp good.ocsp \
	--require-revocation --explain leaf.pem
prints 'good by an OCSP response [OCSP response, thisUpdate '
refused 'CN=张三: revoked at 2026-01-01T00:00:00Z (keyCompromise)' \
	--trust root.pem --untrusted ca.pem --ocsp revoked.ocsp leaf.pem
refused 'revoked at 2026-01-01' --trust root.pem --untrusted ca.pem --crl clean.crl --ocsp revoked.ocsp leaf.pem
expect 3 egov-verify --trust root.pem --untrusted ca.pem --ocsp leaf.pem leaf.pem

# --- what is tolerated, how deep, how old ---------------------------------------------------------

for name in criticality key-identifiers name-forms serial-numbers old-versions anchor-expired \
	anchor-limits no-next-update small-keys old-digests other-algorithms written-defaults; do
	expect 0 egov-verify --trust root.pem --untrusted ca.pem --tolerate "$name" leaf.pem
done
expect 0 egov-verify --describe
tr ',\t' '\n' <"$out" >words
expect 0 egov-verify --list-checks
for name in $(sed -n 's/.*--tolerate //p' "$out" | tr ',' '\n' | sort -u); do
	grep -qx -- "$name" words || die "$name is not offered"
done
expect 2 egov-verify --trust root.pem --tolerate everything leaf.pem
says_only 'egov-verify: --tolerate everything: no such name'
expect 0 egov-verify --trust root.pem --untrusted ca.pem --depth 1 leaf.pem
expect 1 egov-verify --trust root.pem --untrusted ca.pem --depth 0 leaf.pem
says 'no path: more than 0 CAs between it and a trust anchor'
expect 2 egov-verify --trust root.pem --depth -1 leaf.pem
says_only 'egov-verify: --depth: want a number from 0 to 99'

# --- names, uses, signer IDs, pairs --------------------------------------------------------

cat >>ca.conf <<END
[named]
keyUsage = critical, digitalSignature, nonRepudiation
extendedKeyUsage = clientAuth
subjectAltName = DNS:*.example.cn, email:zhang@example.cn, IP:192.0.2.1
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
certificatePolicies = $policy
[enc]
keyUsage = critical, keyEncipherment, dataEncipherment, keyAgreement
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
certificatePolicies = $policy
END
certify named ca 0x0104 named "$id" '/C=CN/O=测试/CN=张三' leaf
set -- --trust root.pem --untrusted ca.pem
expect 0 egov-verify "$@" --name dns:www.example.cn named.pem
expect 0 egov-verify "$@" --name email:zhang@example.cn --eku 1.3.6.1.5.5.7.3.2 named.pem
expect 0 egov-verify "$@" --name ip:192.0.2.1 --explain named.pem
prints 'pass name: C=CN, O=测试, CN=张三: for ip:192.0.2.1, by its subjectAltName' 'skip extended-key-usage: '
refused 'not for dns:example.org: its subjectAltName has DNS:*.example.cn (RFC 9525, 6)' \
	"$@" --name dns:example.org named.pem
refused 'its extKeyUsage has no 1.3.6.1.5.5.7.3.1 (RFC 5280, 4.2.1.12)' "$@" --eku 1.3.6.1.5.5.7.3.1 named.pem
expect 2 egov-verify "$@" --name www.example.cn named.pem
says_only 'begins with none of "dns:", "ip:", "email:"'

key own
quietly openssl req -x509 -new -key own.key -sm3 -sigopt distid:agency -utf8 -subj '/C=CN/O=测试/CN=自有' \
	-config ca.conf -extensions root -days 3650 -out own.pem
certify owned own 0x05 leaf distid:agency '/C=CN/O=测试/CN=张三' leaf
expect 0 egov-verify --trust root.pem --trust-id agency=own.pem --untrusted ca.pem owned.pem leaf.pem
refused 'SM2 signature does not verify' --trust own.pem owned.pem
expect 2 egov-verify --trust-id own.pem owned.pem
says_only 'egov-verify: --trust-id own.pem is not ID=FILE'
expect 3 egov-verify --trust root.pem --trust-id agency=root.pem leaf.pem
says_only 'egov-verify: root.pem: trusted already, under another SM2 signer ID'

key enc
certify enc ca 0x0105 enc "$id" '/C=CN/O=测试/CN=张三'
expect 0 egov-verify "$@" --pair leaf.pem enc.pem
[ "$(cat "$out")" = 'leaf.pem: trusted' ] || die_showing 'wants one line for the pair'
refused 'the pair: their issuers are not byte for byte the same' "$@" --trust-id agency=own.pem \
	--pair owned.pem enc.pem
refused 'not for purpose sign' "$@" --pair enc.pem leaf.pem
expect 0 egov-verify "$@" --pair --explain leaf.pem enc.pem
prints 'certificate: signing' 'certificate: encryption' 'pass pair-key-usage: the pair: '
expect 2 egov-verify "$@" --pair leaf.pem
says_only '--pair wants certificates by twos: signing, encryption'

# --- wrong use, bad and missing files ---------------------------------------------------------

expect 2 egov-verify leaf.pem
says_only 'egov-verify: --trust FILE is missing'
expect 2 egov-verify --trust root.pem
says_only 'operand missing: CERT...'
expect 2 egov-verify --trust root.pem --purpose everything leaf.pem
says_only 'egov-verify: purpose everything is not known'
expect 2 egov-verify --trust root.pem --policy 1.2.x leaf.pem
says_only 'policy 1.2.x is no dotted OID'
expect 2 egov-verify --trust root.pem --at yesterday leaf.pem
echo junk >junk.pem
expect 3 egov-verify --trust junk.pem leaf.pem
says_only 'egov-verify: junk.pem: '
expect 3 egov-verify --trust root.pem --untrusted junk.pem leaf.pem
says_only 'egov-verify: junk.pem: '
expect 3 egov-verify --trust root.pem --crl leaf.pem leaf.pem
says_only 'egov-verify: leaf.pem: '
expect 4 egov-verify --trust none.pem leaf.pem
says_only 'egov-verify: none.pem: cannot open: No such file'
expect 4 egov-verify --trust root.pem --untrusted ca.pem leaf.pem none.pem
prints 'leaf.pem: trusted'
says 'egov-verify: none.pem: cannot open: No such file'
