#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# egov-verify over signatures of documents: those that stock openssl makes (P-256, RSA), and SM2 ones of GM/T 0010
# put together here, whose parts openssl signed.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"

id=distid:1234567812345678

printf '[req]\nstring_mask = utf8only\ndistinguished_name = dn\n[dn]\n' >req.conf
printf '%s\n' 'keyUsage = critical, digitalSignature, nonRepudiation' 'subjectKeyIdentifier = hash' \
	'authorityKeyIdentifier = keyid' >leaf.conf

quietly() {
	"$@" >log 2>&1 || { cat log; die "$*"; }
}

# hierarchy NAME DIGEST ID GENPKEY...: NAME-root.pem, NAME.key and NAME.pem
hierarchy() {
	name=$1 digest=$2 sign=$3
	shift 3
	quietly openssl genpkey "$@" -out "$name-root.key"
	quietly openssl genpkey "$@" -out "$name.key"
	# shellcheck disable=SC2086 # no option where it is empty
	quietly openssl req -x509 -new -key "$name-root.key" "-$digest" ${sign:+-sigopt "$sign"} -utf8 \
		-subj "/C=CN/O=测试/CN=根 $name" -config req.conf -addext basicConstraints=critical,CA:TRUE \
		-addext keyUsage=critical,keyCertSign,cRLSign -days 3650 -out "$name-root.pem"
	# shellcheck disable=SC2086
	quietly openssl req -new -key "$name.key" "-$digest" ${sign:+-sigopt "$sign"} -utf8 \
		-subj "/C=CN/O=测试/CN=张三 $name" -config req.conf -out "$name.csr"
	# shellcheck disable=SC2086
	quietly openssl x509 -req -in "$name.csr" ${sign:+-vfyopt "$sign"} -CA "$name-root.pem" \
		-CAkey "$name-root.key" "-$digest" ${sign:+-sigopt "$sign"} -set_serial 0x0102 -days 3650 \
		-extfile leaf.conf -out "$name.pem"
}

hierarchy ec sha256 '' -algorithm EC -pkeyopt ec_paramgen_curve:P-256
hierarchy rsa sha256 '' -algorithm RSA -pkeyopt rsa_keygen_bits:2048
hierarchy sm2 sm3 "$id" -algorithm EC -pkeyopt ec_paramgen_curve:SM2
printf '关于印发办法的通知\n' >document
printf 'another\n' >other

# --- CMS, with openssl beside us -------------------------------------------------------------

# agree CODE FILE [CONTENT]: our exit code, and openssl's verdict.
agree() {
	expect "$1" egov-verify --trust "$name-root.pem" --signature "$2" ${3:+--content "$3"}
	got=0
	openssl cms -verify -binary -in "$2" -inform PEM ${3:+-content "$3"} -CAfile "$name-root.pem" \
		-purpose any >log 2>&1 || got=1
	[ "$got" -eq "$1" ] || die_showing "openssl says $got of $2"
}
for name in ec rsa; do
	set -- openssl cms -sign -binary -in document -signer "$name.pem" -inkey "$name.key" -md sha256 -outform PEM
	quietly "$@" -nodetach -out attached.pem
	quietly "$@" -out detached.pem
	quietly "$@" -nodetach -noattr -out plain.pem
	quietly "$@" -nodetach -keyid -out keyid.pem
	quietly "$@" -nodetach -stream -out stream.pem
	quietly "$@" -nodetach -cades -out cades.pem
	for form in attached plain keyid stream cades; do
		agree 0 $form.pem
	done
	agree 0 detached.pem document
	agree 1 detached.pem other
	expect 1 egov-verify --trust "$name-root.pem" --signature detached.pem --content other
	says "the document is not the one that was signed: its digest is another one (RFC 5652, 11.2; GM/T 0010, 8)"
	expect 1 egov-verify --trust "$name-root.pem" --signature detached.pem
	says 'the document is not in the signature and not given'
	expect 1 egov-verify --trust sm2-root.pem --signature attached.pem
	says 'no path: its issuer, '
	# BER: openssl streams indefinite lengths.
	quietly "$@" -nodetach -stream -outform DER -out stream.der
	openssl asn1parse -inform DER -in stream.der | grep -q 'l=inf' || die 'wants BER'
	expect 0 egov-verify --trust "$name-root.pem" --signature stream.der
done

# Two signers: each is answered, and one bad one makes the whole no.
quietly openssl cms -sign -binary -in document -signer ec.pem -inkey ec.key -signer rsa.pem -inkey rsa.key \
	-md sha256 -outform PEM -nodetach -out two.pem
expect 0 egov-verify --trust ec-root.pem --trust rsa-root.pem --signature two.pem
prints 'C=CN, O=测试, CN=张三 ec: trusted' 'C=CN, O=测试, CN=张三 rsa: trusted' 'two.pem: trusted'
expect 1 egov-verify --trust rsa-root.pem --signature two.pem
prints 'CN=张三 ec: untrusted' 'CN=张三 rsa: trusted' 'two.pem: untrusted'
says 'egov-verify: two.pem: C=CN, O=测试, CN=张三 ec: no path'
expect 1 egov-verify --trust rsa-root.pem --signature two.pem --json --explain
prints '"signer":"' '"check":"message-digest","result":"pass"' '"verdict":"untrusted","reason":"'

# --- SM2 by GM/T 0010 -------------------------------------------------------------------------

# octets NUMBER...
octets() {
	for octet; do
		# shellcheck disable=SC2059 # an escape
		printf "\\$(printf %o "$octet")"
	done
}
# tlv TAG FILE...: DER around the files, on standard output
tlv() {
	octets "0x$1"
	shift
	cat "$@" >tlv.value
	size=$(wc -c <tlv.value)
	if [ "$size" -ge 256 ]; then
		octets 0x82 $((size / 256)) $((size % 256))
	elif [ "$size" -ge 128 ]; then
		octets 0x81 "$size"
	else
		octets "$size"
	fi
	cat tlv.value
}
# der FILE TAG PART...
der() {
	file=$1
	shift
	tlv "$@" >"$file.der"
}
# bytes FILE OCTET...
bytes() {
	file=$1
	shift
	octets "$@" >"$file"
}
bytes o.data 0x06 0x0a 0x2a 0x81 0x1c 0xcf 0x55 0x06 0x01 0x04 0x02 0x01
bytes o.signed 0x06 0x0a 0x2a 0x81 0x1c 0xcf 0x55 0x06 0x01 0x04 0x02 0x02
bytes a.sm3 0x30 0x0c 0x06 0x08 0x2a 0x81 0x1c 0xcf 0x55 0x01 0x83 0x11 0x05 0x00
bytes a.sign 0x30 0x0d 0x06 0x09 0x2a 0x81 0x1c 0xcf 0x55 0x01 0x82 0x2d 0x01 0x05 0x00
bytes one 0x02 0x01 0x01
bytes serial 0x02 0x02 0x01 0x02

# message OUT ID CONTENT [SIGNED]: SignedData without attributes over SIGNED, holding CONTENT
message() {
	quietly openssl pkeyutl -sign -rawin -digest sm3 -in "${4:-$3}" -inkey sm2.key -pkeyopt "$2" -out signature
	openssl x509 -in sm2.pem -outform DER -out cert.der
	openssl asn1parse -in sm2-root.pem -strparse "$(openssl asn1parse -in sm2-root.pem |
		sed -n '/d=2 .*SEQUENCE/p' | sed -n 4p | sed 's/^ *\([0-9]*\):.*/\1/')" -noout -out name.der
	der octets 04 "$3"
	der explicit a0 octets.der
	der content 30 o.data explicit.der
	der certs a0 cert.der
	der sid 30 name.der serial
	der value 04 signature
	der signer 30 one sid.der a.sm3 a.sign value.der
	der signers 31 signer.der
	der digests 31 a.sm3
	der data 30 one digests.der content.der certs.der signers.der
	der tagged a0 data.der
	tlv 30 o.signed tagged.der >"$1"
}
message good.p7s "$id" document
expect 0 egov-verify --trust sm2-root.pem --signature good.p7s --explain
prints 'pass signature-value: C=CN, O=测试, CN=张三 sm2: verifies with the signer'"'"'s key, SM2-with-SM3' \
	'skip message-digest: C=CN, O=测试, CN=张三 sm2: no signed attributes' 'good.p7s: signer 1: ' 'good.p7s: trusted'
expect 0 egov-verify --trust sm2-root.pem --signature good.p7s --content document
message wrong.p7s "$id" document other
expect 1 egov-verify --trust sm2-root.pem --signature wrong.p7s
says "SM2 signature does not verify with its signer's key under any known signer ID (GM/T 0009, 10)"
message empty.p7s distid: document
expect 1 egov-verify --trust sm2-root.pem --signature empty.p7s
says 'SM2 signature was made with the empty signer ID, not with the default signer ID "1234567812345678"'

# --- years later ------------------------------------------------------------------------------

printf '%s\n' '[issuer]' 'database = index.txt' 'crlnumber = number' 'default_md = sm3' >issuer.conf
# list FILE [REASON...]: a CRL of the root, which revokes the signer with that reason
list() {
	file=$1
	shift
	: >index.txt
	echo 01 >number
	[ $# -eq 0 ] || quietly openssl ca -config issuer.conf -name issuer -cert sm2-root.pem -keyfile sm2-root.key \
		-sigopt "$id" -revoke sm2.pem "$@"
	quietly openssl ca -config issuer.conf -name issuer -cert sm2-root.pem -keyfile sm2-root.key -sigopt "$id" \
		-gencrl -crldays 30 -out "$file"
}
at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
sleep 2
list good.crl
list revoked.crl -crl_reason superseded
list stolen.crl -crl_compromise 20200101000000Z
set -- egov-verify --trust sm2-root.pem --signature good.p7s
expect 0 "$@" --crl good.crl --require-revocation
expect 0 "$@" --crl good.crl --require-revocation --at "$at" --explain
prints 'not in a CRL made after the moment judged at, before it expired [CRL of C=CN, O=测试, CN=根 sm2'
expect 1 "$@" --crl revoked.crl
says 'CN=张三 sm2: revoked at 20'
says '(superseded) (RFC 5280, 6.3.3; GM/T 0015, 5.3)'
expect 0 "$@" --crl revoked.crl --at "$at" --explain
prints 'not revoked yet at the moment judged at, but at 20'
expect 1 "$@" --crl stolen.crl --at "$at"
says '(keyCompromise), and already not to be relied upon from its invalidity date on, 2020-01-01T00:00:00Z'
says '(RFC 5280, 5.3.2)'
expect 1 "$@" --at 2099-01-01
says 'expired at '

# --- no signature, wrong use ------------------------------------------------------------------

expect 1 egov-verify --trust sm2-root.pem --signature document
prints 'document: malformed'
says 'egov-verify: document: signature: '
expect 1 egov-verify --trust sm2-root.pem --signature sm2-root.pem
says 'no PEM block PKCS7'
quietly openssl crl2pkcs7 -nocrl -certfile sm2.pem -out certs.p7b
expect 1 egov-verify --trust sm2-root.pem --signature certs.p7b
says 'it has no signer (RFC 5652, 5.1)'
expect 2 egov-verify --trust sm2-root.pem --content document sm2.pem
says_only '--content goes with --signature'
expect 2 egov-verify --trust sm2-root.pem --signature good.p7s sm2.pem
says_only '--signature is judged alone: no operands, no --pair'
expect 4 egov-verify --trust sm2-root.pem --signature good.p7s --content none
