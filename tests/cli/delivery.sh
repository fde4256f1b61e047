#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# egov-key import: an encryption key as stock OpenSSL seals it comes home, and nothing else does.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"

umask 077
echo 'a passphrase' >pass
id=distid:1234567812345678

# make_key NAME: NAME.key, and the point and d in hex.
make_key() {
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out "$1.key" 2>/dev/null
	openssl pkey -in "$1.key" -pubout -outform DER | tail -c 65 | od -An -v -tx1 |
		tr -d ' \n' >"$1.point"
	openssl ec -in "$1.key" -outform DER 2>/dev/null | tail -c +8 | head -c 32 >"$1.d"
}

# certificate NAME KEY CN
certificate() {
	openssl req -x509 -new -key "$2.key" -sm3 -sigopt "$id" -days 30 -utf8 \
		-subj "/C=CN/O=某市大数据局/CN=$3" -out "$1.pem"
}

# seal HOLDER KEY: an SM2EnvelopedKey (GM/T 0009, 7.4) of KEY for HOLDER, in KEY.der; the
# holder is a key file without .key, or options of openssl pkeyutl.
seal() {
	case $1 in
	-*) holder=$1 ;;
	*) holder="-inkey $1.key" ;;
	esac
	openssl rand 16 >session
	hex=$(od -An -v -tx1 session | tr -d ' \n')
	# shellcheck disable=SC2086 # options
	openssl pkeyutl -encrypt $holder -in session -out session.sm2
	openssl enc -sm4-ecb -K "$hex" -nopad -in "$2.d" -out d.enc
	{
		echo 'asn1=SEQUENCE:envelope'
		echo '[envelope]'
		echo 'cipher=SEQUENCE:algorithm'
		echo "key=SEQUENCE:sm2"
		echo "public=FORMAT:HEX,BITSTRING:$(cat "$2.point")"
		echo "private=FORMAT:HEX,BITSTRING:$(od -An -v -tx1 d.enc | tr -d ' \n')"
		echo '[algorithm]'
		echo 'oid=OID:1.2.156.10197.1.104.1'
		echo 'parameters=NULL'
		echo '[sm2]'
		openssl asn1parse -inform DER -in session.sm2 |
			sed -n 's/.*INTEGER *:\(.*\)/INTEGER:0x\1/p;
			        s/.*HEX DUMP.:\(.*\)/FORMAT:HEX,OCTETSTRING:\1/p' |
			awk '{ print "f" NR "=" $0 }'
	} >envelope.cnf
	openssl asn1parse -genconf envelope.cnf -noout -out "$2.der"
}

make_key sign
make_key other
make_key enc
certificate sign sign 张三
certificate enc enc 张三
certificate stranger enc 李四
seal sign enc

key="file:$PWD/sign.key"
expect 0 egov-key import --signing-key "$key" --passphrase-file pass --key-out enc.p8 \
	--certificate enc.pem --sign-certificate sign.pem enc.der
prints 'form: SM2EnvelopedKey' 'certificate: fits' "public-key-sm3: $(
	openssl pkey -in enc.key -pubout -outform DER | openssl dgst -sm3 | sed 's/.*= //')"
[ "$(stat -c %a enc.p8)" = 600 ] || die "the key is open to others"
openssl pkey -in enc.p8 -passin file:pass -pubout -out came.pub
openssl pkey -in enc.key -pubout -out sent.pub
same came.pub sent.pub
expect 0 egov-key import --signing-key "$key" --passphrase-file pass --key-out bare.p8 --json enc.der
prints '"certificate":"none"'

# What does not go together leaves no file.
refused() {
	code=$1
	what=$2
	shift 2
	expect "$code" egov-key import --passphrase-file pass --key-out none.p8 "$@"
	says_only "$what"
	[ ! -e none.p8 ] || die "a key came out"
}
refused 3 'for another signing key, or was altered' --signing-key "file:$PWD/other.key" enc.der
refused 3 'different subjects' --signing-key "$key" --certificate stranger.pem \
	--sign-certificate sign.pem enc.der
refused 3 "not the signing key's" --signing-key "$key" --certificate stranger.pem \
	--sign-certificate stranger.pem enc.der
refused 3 'public key in the encryption certificate' --signing-key "$key" --certificate sign.pem enc.der
refused 2 'no sender' --signing-key "$key" --centre sign.pem enc.der
refused 3 'delivery: ' --signing-key "$key" sign.pem
refused 4 'none.der: cannot open' --signing-key "$key" none.der
refused 3 'opened with keys in tokens (pkcs11:...) and in files' \
	--signing-key 'sdf:lib=/nowhere/x.so;index=1' enc.der
head -c 100 enc.der >cut.der
refused 3 'delivery: ' --signing-key "$key" cut.der
refused 2 'egov-key: import: --signing-key URI is missing' enc.der

# --- the signing key in a token -----------------------------------------------------------

EGOV_SOFTTOKEN_DIR=$PWD/tokens
export EGOV_SOFTTOKEN_DIR
mkdir -m 700 "$EGOV_SOFTTOKEN_DIR"
echo 87654321 >so-pin
echo 12345678 >pin
module=$O/egov-softtoken.so
expect 0 egov-key init-token --module "$module" --label holder --so-pin-file so-pin --pin-file pin
key_of() {
	printf 'pkcs11:token=holder;object=%s?module-path=%s&pin-source=file:%s/pin' "$1" "$module" "$PWD"
}
expect 0 egov-key generate --decrypt "$(key_of opens)"
prints 'decrypt: yes' 'sign: yes'
expect 0 egov-key generate "$(key_of signs)"
prints 'decrypt: no'
expect 0 egov-key generate --decrypt "$(key_of another)"

# seal_to NAME: enc.der for the token's key NAME, of which stock OpenSSL has the public half.
seal_to() {
	expect 0 egov-key pubkey --out "$1.pub" "$(key_of "$1")"
	seal "-pubin -inkey $1.pub" enc
}
seal_to opens
openssl x509 -in sign.pem -force_pubkey opens.pub -signkey sign.key -sm3 -sigopt "$id" -out opens.pem \
	2>/dev/null
expect 0 egov-key import --signing-key "$(key_of opens)" --passphrase-file pass --key-out token.p8 \
	--certificate enc.pem --sign-certificate opens.pem enc.der
prints 'form: SM2EnvelopedKey' 'certificate: fits'
openssl pkey -in token.p8 -passin file:pass -pubout -out came.pub
same came.pub sent.pub
refused 3 'for another signing key, or was altered' --signing-key "$(key_of another)" enc.der
refused 3 "not the signing key's" --signing-key "$(key_of opens)" --certificate enc.pem \
	--sign-certificate sign.pem enc.der
refused 3 'the key may not decrypt (CKA_DECRYPT is false)' --signing-key "$(key_of signs)" enc.der
refused 1 'no such private key in token holder' --signing-key "$(key_of nobody)" enc.der
echo 87654321 >pin
refused 3 'token holder: wrong PIN' --signing-key "$(key_of opens)" enc.der
echo 12345678 >pin
seal sign enc
refused 3 'for another signing key, or was altered' --signing-key "$(key_of opens)" enc.der
# A module whose mapping does not say how it decrypts.
printf '[soft]\nlibrary = egov-softtoken\nckm_sign_e = 0x80008104\nckm_keygen = 0x80008001\n' >map.conf
refused 3 'no mechanism mapping with ckm_decrypt fits' --module-map map.conf \
	--signing-key "$(key_of opens)" enc.der
expect 3 egov-key generate --decrypt --module-map map.conf "$(key_of fourth)"
says_only 'has no ckm_decrypt'
echo 'ckm_decrypt = 0x80008201' >>map.conf
refused 3 'token holder cannot decrypt with mechanism 0x80008201' --module-map map.conf \
	--signing-key "$(key_of opens)" enc.der

# --- a token that dies at any of its calls --------------------------------------------------

printf '[nasty]\nlibrary = nasty\nckm_sign_e = 0x80008104\nckm_decrypt = 0x80008200\n' >nasty.conf
nasty="pkcs11:token=nasty;object=one?module-path=$O/nasty-p11.so&pin-source=file:$PWD/pin"
expect 0 egov-key pubkey --module-map nasty.conf --out nasty.pub "$nasty"
seal '-pubin -inkey nasty.pub' enc
take_home() {
	rm -f taken.p8
	egov-key import --module-map nasty.conf --signing-key "$nasty" --passphrase-file pass \
		--certificate enc.pem --key-out taken.p8 enc.der
}
NASTY_LOG=$PWD/calls
export NASTY_LOG
expect 0 take_home
unset NASTY_LOG
NASTY=once NASTY_RV=0x32
export NASTY NASTY_RV NASTY_FAIL_AT
refusals=0
NASTY_FAIL_AT=0
while [ "$NASTY_FAIL_AT" -lt "$(wc -l <calls)" ]; do
	NASTY_FAIL_AT=$((NASTY_FAIL_AT + 1))
	got=0
	take_home >"$out" 2>"$err" || got=$?
	ran="call $NASTY_FAIL_AT: $(sed -n "${NASTY_FAIL_AT}p" calls)"
	case $got in
	0) [ -s taken.p8 ] || die_showing "$ran: no key came out" ;;
	4)
		says_only 'CKR_DEVICE_REMOVED (0x00000032)'
		[ ! -e taken.p8 ] || die_showing "$ran: a key came out"
		refusals=$((refusals + 1))
		;;
	*) die_showing "$ran: exit $got" ;;
	esac
done
[ "$refusals" -gt 10 ] || die "only $refusals calls mattered"
unset NASTY_FAIL_AT NASTY_RV
# What it opens wrong is no key that goes with the certificate.
NASTY=opens-other
expect 3 take_home
says_only 'does not go with the public key'
NASTY=opens-less
expect 3 take_home
says_only 'for another signing key, or was altered'
