#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# egov-lint: over what this software makes nothing is wrong; over what stock openssl makes, what is wrong.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"
LC_ALL=C
export LC_ALL

# lints STATUS ARGUMENT...
lints() {
	wanted=$1
	shift
	expect "$wanted" egov-lint "$@"
}

# --- what comes out of a home ---
token r-ca r-journal
custodian
root r
cps r
issued r zhang
expect 0 egov-crl publish --home r
cp r/publish/crl/ca.crl r.crl
lints 0 r/publish/cert/ca.pem zhang.pem zhang.csr r.crl
prints 'zhang.pem: certificate clean: 0 errors'
prints 'zhang.csr: request clean: 0 errors'
prints 'r.crl: crl clean: 0 errors'
lints 0 --profile r/profiles/agency-sign.conf --issuer r/publish/cert/ca.pem zhang.pem
prints 'zhang.pem: certificate clean: 0 errors, 1 warnings, 0 notes'
# Another profile, another issuer: its policies, its kind; its name and its key.
lints 1 --profile r/profiles/sub-ca.conf zhang.pem
prints 'error gm-bc [basicConstraints]'
prints 'error cps-policies'
lints 0 --rules article19,rfc5280 --profile r/profiles/agency-sign.conf zhang.pem
lints 1 --issuer custodian.pem zhang.pem
prints 'error gm-dn-issuer'
prints 'error gm-aki'

# --- what openssl makes ---
expect 0 openssl req -x509 -key custodian.key -sm3 -sigopt $ID -out bad.pem -set_serial -5 -days 10 \
	-subj '/CN=bad/C=CN' -addext keyUsage=critical,digitalSignature,keyCertSign
lints 1 --rules gm bad.pem
prints 'bad.pem: error gm-serial [serialNumber]: serialNumber: negative; wanted: a positive serial number'
prints 'bad.pem: warning gm-dn-order'
prints '(GM/T 0015, 5.2.3.2)'
prints 'bad.pem: certificate wrong: '
lints 1 --json --rules gm bad.pem
jq -es 'map(select(.id == "gm-serial")) | .[0] | .file == "bad.pem" and .object == "1" and
	.kind == "certificate" and .severity == "error" and .source == "gm" and
	.clause == "GM/T 0015, 5.2.3.2" and .field == "serialNumber" and .found == "serialNumber: negative" and
	(.wanted | startswith("a positive"))' "$out" >/dev/null || die_showing 'fields of a finding'
jq -es '.[-1] | .verdict == "wrong" and (.errors | tonumber) > 0' "$out" >/dev/null || die_showing 'no verdict'

# --- requests, lists and responses of openssl ---
lints 0 --rules rfc5280 zhang.csr
expect 0 openssl req -new -key zhang.key -sm3 -out empty.csr -subj '/C=CN/CN=empty'
lints 1 --rules rfc5280 empty.csr
prints 'empty.csr: error pkix-csr-signature [signature]'
expect 0 openssl req -new -key zhang.key -sm3 -sigopt distid:another -out another.csr -subj '/C=CN/CN=another'
lints 1 --rules rfc5280 another.csr
lints 0 --rules rfc5280 --sm2-id another another.csr
prints 'another.csr: request clean'
cat >ca.conf <<'END'
[ca]
default_ca = issuer
[issuer]
database = index.txt
default_md = sm3
crlnumber = number
END
printf 'V\t361122000000Z\t\t05\tunknown\t/C=CN/CN=five\n' >index.txt
printf 'R\t361122000000Z\t261101000000Z,keyCompromise\t06\tunknown\t/C=CN/CN=six\n' >>index.txt
echo 07 >number
# Without the extensions that RFC 5280, 5.2 wants.
expect 0 openssl ca -config ca.conf -gencrl -cert custodian.pem -keyfile custodian.key -sigopt $ID -crldays 7 \
	-out bare.crl
lints 1 --rules rfc5280 bare.crl
prints 'error pkix-aki [authorityKeyIdentifier]' 'bare.crl: crl wrong'
printf 'crl_extensions = crl\n[crl]\nauthorityKeyIdentifier = keyid\n' >>ca.conf
expect 0 openssl ca -config ca.conf -gencrl -cert custodian.pem -keyfile custodian.key -sigopt $ID -crldays 7 \
	-out whole.crl
lints 0 --rules rfc5280 --issuer custodian.pem whole.crl
prints 'whole.crl: crl clean'
expect 0 openssl ocsp -sm3 -issuer custodian.pem -serial 5 -serial 6 -reqout query.der
expect 0 openssl ocsp -index index.txt -rsigner custodian.pem -rkey custodian.key -CA custodian.pem -rmd sm3 \
	-rsigopt $ID -reqin query.der -respout answer.der -ndays 1
lints 0 --rules rfc5280,gm answer.der
prints 'answer.der: ocsp clean'

# --- forms ---
cat zhang.pem bad.pem r/publish/cert/ca.pem >many.pem
lints 1 many.pem
prints 'many.pem (1): certificate clean'
prints 'many.pem (2): certificate wrong'
prints 'many.pem (3): certificate clean'
openssl x509 -in zhang.pem -outform DER -out zhang.der
base64 zhang.der >zhang.b64
lints 0 zhang.der zhang.b64
egov-lint - <zhang.der >"$out" 2>&1 || die_showing "standard input"
head -c 300 zhang.der >cut.der
lints 3 cut.der
says 'cut.der: '
printf '0\003\002\001\005' >other.der
lints 3 other.der
says 'neither a certificate nor a CRL'
lints 3 zhang.key
lints 4 nowhere.pem
lints 3 --profile zhang.pem zhang.pem
lints 3 --issuer zhang.key zhang.pem
lints 2 --rules none zhang.pem
says 'none is none of rfc5280'
lints 2
says 'operand missing'

# --- the table ---
lints 0 --list
prints 'gm-serial error gm certificate [serialNumber]: a positive serial number'
lints 0 --list --json
jq -es 'length > 40 and all(.id and .severity and .source and .clause and .["applies-to"] and .field and .text)' \
	"$out" >/dev/null || die_showing 'a rule without its fields'
