#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# egov-verify with a trust list made as egov-trust-list(5) says, by stock openssl.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"

id=distid:1234567812345678
printf '[req]\nstring_mask = utf8only\ndistinguished_name = dn\n[dn]\n' >req.conf

quietly() {
	"$@" >log 2>&1 || { cat log; die "$*"; }
}

# own NAME USAGE [EXTENSION]: a self-signed certificate and its key
own() {
	quietly openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out "$1.key"
	quietly openssl req -x509 -new -key "$1.key" -sm3 -sigopt "$id" -utf8 -subj "/C=CN/O=测试/CN=$1" \
		-config req.conf -addext "keyUsage=critical,$2" ${3:+-addext "$3"} -days 3650 -out "$1.pem"
}
own ca keyCertSign,cRLSign basicConstraints=critical,CA:TRUE
own list digitalSignature
quietly openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out zhang.key
quietly openssl req -new -key zhang.key -sm3 -sigopt "$id" -utf8 -subj '/C=CN/O=测试/CN=张三' \
	-config req.conf -out zhang.csr
printf '%s\n' 'keyUsage = critical, digitalSignature' 'subjectKeyIdentifier = hash' \
	'authorityKeyIdentifier = keyid' >leaf.conf
quietly openssl x509 -req -in zhang.csr -vfyopt "$id" -CA ca.pem -CAkey ca.key -sm3 -sigopt "$id" \
	-set_serial 0x0102 -days 3650 -extfile leaf.conf -out zhang.pem
sm3=$(openssl x509 -in ca.pem -outform DER | openssl dgst -sm3 -r | cut -d' ' -f1)

# list FILE NUMBER DATE NEXT LINE...: the entry of the CA has these lines, none: it is not listed
list() {
	file=$1
	printf '%s\n' '[trust-list]' 'format = 1' 'name = 名录' "number = $2" "date = $3" "next-update = $4" >list.txt
	shift 4
	[ $# -eq 0 ] || printf '%s\n' '' '[甲省电子认证中心]' "sm3 = $sm3" "$@" >>list.txt
	quietly openssl dgst -sm3 -sign list.key -sigopt "$id" -out list.sig list.txt
	{
		cat list.txt
		echo '-----BEGIN SM2 SIGNATURE-----'
		openssl base64 -in list.sig
		echo '-----END SM2 SIGNATURE-----'
	} >"$file"
}
# A list is dated within its signer's validity, which began a moment ago.
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
list seven.list 7 "$now" 2099-01-01 'since = 2020-01-01'
list eight.list 8 "$now" 2099-01-01 'since = 2020-01-01' 'until = 2021-01-01'
list nine.list 9 "$now" 2099-01-01

set -- --trust-list-signer list.pem --untrusted ca.pem
expect 0 egov-verify "$@" --trust-list seven.list --require-listed zhang.pem
expect 0 egov-verify "$@" --trust-list seven.list --explain zhang.pem
prints 'pass trust-list: C=CN, O=测试, CN=张三: its CA is on the trust list, as 甲省电子认证中心 [trust list 名录, number 7, dated'
expect 1 egov-verify "$@" --trust-list eight.list zhang.pem
says 'its CA is on the trust list, as 甲省电子认证中心, from 2020-01-01T00:00:00Z until 2021-01-01T00:00:00Z alone'
says '(Order No. 4, Art. 22)'
expect 1 egov-verify "$@" --trust-list nine.list zhang.pem
says 'no path: '
expect 0 egov-verify "$@" --trust-list nine.list --trust ca.pem zhang.pem
expect 1 egov-verify "$@" --trust-list nine.list --trust ca.pem --require-listed zhang.pem
says 'no CA of its path is on the trust list 名录, number 9 (Order No. 4, Art. 22)'

# --- rollback -----------------------------------------------------------------------------------

expect 0 egov-verify "$@" --trust-list seven.list --trust-list-state state zhang.pem
expect 0 egov-verify "$@" --trust-list seven.list --trust-list-state state zhang.pem
expect 1 egov-verify "$@" --trust-list eight.list --trust-list-state state zhang.pem
expect 3 egov-verify "$@" --trust-list seven.list --trust-list-state state zhang.pem
says_only 'egov-verify: seven.list: trust list: trust list number 7 is older than number 8, which state has seen'
list other.list 8 "$now" 2099-01-01 'since = 2020-01-01'
expect 3 egov-verify "$@" --trust-list other.list --trust-list-state state zhang.pem
says_only 'trust list number 8 is not the one of that number that state has seen'
grep -q '^egov-trust-list-state 1 8 ' state || die 'wants the newest in the state'
# Many at once: the number that is kept is the highest.
for number in 11 12 13 14 15 16; do
	list "$number.list" "$number" "$now" 2099-01-01 'since = 2020-01-01'
done
for number in 16 11 15 12 14 13; do
	egov-verify "$@" --trust-list "$number.list" --trust-list-state state zhang.pem >"log.$number" 2>&1 &
done
wait
grep -q '^egov-trust-list-state 1 16 ' state || die 'the state fell'
echo junk >broken
expect 5 egov-verify "$@" --trust-list 16.list --trust-list-state broken zhang.pem
says_only 'not the state of a trust list'

# --- not to be relied upon ------------------------------------------------------------------------

sed 's/2020-01-01/2019-01-01/' seven.list >altered.list
expect 3 egov-verify "$@" --trust-list altered.list zhang.pem
says_only "egov-verify: altered.list: trust list: SM2 signature does not verify with its signer's key"
expect 3 egov-verify --trust-list-signer zhang.pem --untrusted ca.pem --trust-list seven.list zhang.pem
says_only 'does not verify'
list old.list 20 "$now" "$now"
expect 3 egov-verify "$@" --trust-list old.list zhang.pem
list old.list 20 2020-01-01 2020-02-01
expect 3 egov-verify "$@" --trust-list old.list zhang.pem
says_only "its date is not within the validity of its signer's certificate"
list old.list 20 2098-01-01 2099-01-01
expect 3 egov-verify "$@" --trust-list old.list zhang.pem
expect 3 egov-verify "$@" --trust-list list.txt zhang.pem
says_only 'it does not end with its signature'
expect 2 egov-verify --trust ca.pem --trust-list seven.list zhang.pem
says_only '--trust-list and --trust-list-signer go together'
expect 2 egov-verify --trust ca.pem --require-listed zhang.pem
says_only '--trust-list FILE is missing'
expect 4 egov-verify "$@" --trust-list none.list zhang.pem
