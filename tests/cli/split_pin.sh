#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The PIN of a token in the hands of several custodians, from the token's making to a CRL.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

umask 077
mkdir -m 700 "$EGOV_SOFTTOKEN_DIR"
echo 'so-pin-1234' >so-pin
custodian

# shared OBJECT SHARES: its URI, with a pin-source of shares.
shared() {
	printf 'pkcs11:token=test;object=%s?module-path=%s&pin-source=shares:%s' \
		"$1" "$O/egov-softtoken.so" "$2"
}

# --- a PIN that nobody has seen ---
expect 2 egov-key split-pin --prefix share-
expect 2 egov-key split-pin --prefix share- --shares 1
expect 2 egov-key split-pin --prefix share- --shares 3 --custodian custodian.pem
expect 0 egov-key split-pin --prefix "$D/share-" --shares 3
prints 'share: 3' 'sealed: no'
[ "$(stat -c %a share-1)" = 600 ] || die 'a share that others may read'
all=$D/share-1,$D/share-2,$D/share-3
expect 0 egov-key init-token --module "$O/egov-softtoken.so" --label test --so-pin-file so-pin \
	--pin-file "shares:$all"
for key in root-ca root-journal; do
	expect 0 egov-key generate "$(shared $key "$all")"
done

# --- all shares, and no fewer ---
expect 3 egov-key info "$(shared root-ca "$D/share-1,$D/share-2")"
says '2 shares of the PIN are given, all 3 are wanted'
expect 3 egov-key info "$(shared root-ca "$D/share-1,$D/share-2,$D/share-2")"
says 'share 3 of the PIN: is there twice'
expect 3 egov-key info "$(shared root-ca "$D/share-1,$D/share-2,ask")"
says 'share 3 of the PIN: no pin-source and no terminal'
sed 's/1 [0-9a-f]/1 x/' share-3 >damaged
expect 3 egov-key info "$(shared root-ca "$D/share-1,$D/share-2,$D/damaged")"
says 'share 3 of the PIN: is not the line of a share'
expect 0 egov-key selftest "$(shared root-ca "$D/share-3,$D/share-1,$D/share-2")"

# --- the home works with them ---
expect 0 egov-init --home root --test --subject 'C=CN, O=x, CN=x' --self-signed \
	--key "$(shared root-ca "$all")" --journal-key "$(shared root-journal "$all")" \
	--custodian custodian.pem
expect 0 egov-crl publish --home root
mv share-2 away
expect 4 egov-crl publish --home root
says "$D/share-2: cannot open" "No such file"
grep -rqF "$(head -c 60 share-1)" root && die 'a share stands in the home'

# --- sealed to the custodians, and opened by them ---
expect 0 openssl genpkey -algorithm SM2 -out other.key
expect 0 openssl req -x509 -key other.key -sm3 -sigopt $ID -out other.pem -days 3650 \
	-subj '/C=CN/CN=other'
echo 'user-pin-5678' >pin
expect 0 egov-key split-pin --prefix "$D/sealed-" --pin-file pin --custodian custodian.pem \
	--custodian other.pem
prints 'share: 2' 'sealed: yes'
grep -q egov-share sealed-1 && die 'a sealed share can be read'
expect 3 egov-key open-share --key "file:$D/other.key" --share-out open-1 sealed-1
[ ! -e open-1 ] || die "another custodian's key opened a share"
expect 0 egov-key open-share --key "file:$D/custodian.key" --share-out open-1 sealed-1
expect 0 egov-key open-share --key "file:$D/other.key" --share-out open-2 sealed-2
grep -q '^egov-share 1 [0-9a-f]* 1 2 ' open-1 || die 'open-1 is no share'
expect 0 egov-key init-token --module "$O/egov-softtoken.so" --label second --so-pin-file so-pin \
	--pin-file "shares:$D/open-1,$D/open-2"
expect 0 egov-key generate "pkcs11:token=second;object=x?module-path=$O/egov-softtoken.so&pin-source=file:$D/pin"

# --- a custodian whose key never leaves its token ---
second() {
	printf 'pkcs11:token=second;object=%s?module-path=%s&pin-source=file:%s' "$1" \
		"$O/egov-softtoken.so" "$D/pin"
}
expect 0 egov-key generate --decrypt "$(second holder)"
expect 0 egov-key pubkey --out holder.pub "$(second holder)"
openssl x509 -in other.pem -force_pubkey holder.pub -signkey other.key -sm3 -sigopt $ID \
	-out holder.pem 2>/dev/null
expect 0 egov-key split-pin --prefix "$D/third-" --pin-file pin --custodian holder.pem \
	--custodian other.pem
expect 3 egov-key open-share --key "$(second x)" --share-out open-3 third-1
says_only 'the key may not decrypt'
expect 3 egov-key open-share --key "$(second holder)" --share-out open-3 third-2
says_only "for another custodian's key"
[ ! -e open-3 ] || die "another custodian's share was opened"
expect 0 egov-key open-share --key "$(second holder)" --share-out open-3 third-1
grep -q '^egov-share 1 [0-9a-f]* 1 2 ' open-3 || die 'open-3 is no share'
