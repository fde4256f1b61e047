#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Surroundings that fail: the documented exit code, one line, the home unchanged.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal
custodian
root root
cps root
expect 0 egov-crl publish --home root
approved root zhang
issue() {
	egov-issue --home root --profile agency-sign --application "$id" --request zhang.csr "$@"
}
dump() {
	sqlite3 root/ledger.db .dump
	cat root/publish/crl/ca.crl
}
dump >before
unchanged() {
	dump >after
	cmp -s before after || die "$1: the home changed"
}

# --- the PIN: wrong, or in a file that others can read ---
printf 'wrong-pin-9\n' >pin
expect 3 issue
says_only 'PIN'
expect 3 egov-crl publish --home root
says_only 'PIN'
chmod 644 pin
expect 3 issue
says_only 'mode'
chmod 600 pin
echo user-pin-1234 >pin
sqlite3 root/ledger.db "select count(*) from journal where kind = 'refused'" >"$out"
prints 3
dump >before

# --- the module: missing, or one that others can replace ---
sed -i 's/egov-softtoken.so/no-module.so/' root/egovca.conf
expect 4 issue
says_only 'no-module.so'
unchanged 'missing module'
sed -i 's/no-module.so/egov-softtoken.so/' root/egovca.conf

# --- the token: gone, damaged ---
mv "$EGOV_SOFTTOKEN_DIR" tokens.away
mkdir -m 700 "$EGOV_SOFTTOKEN_DIR"
expect 4 issue
says_only 'token'
unchanged 'no token'
rmdir "$EGOV_SOFTTOKEN_DIR"
cp -r tokens.away "$EGOV_SOFTTOKEN_DIR"
for file in "$EGOV_SOFTTOKEN_DIR"/*; do
	[ ! -s "$file" ] || printf 'xx' | dd of="$file" bs=1 seek=40 conv=notrunc 2>/dev/null
done
expect 4 issue
[ "$(wc -l <"$err")" -eq 1 ] || die_showing 'damaged token: want one line'
unchanged 'damaged token'
rm -r "$EGOV_SOFTTOKEN_DIR"
mv tokens.away "$EGOV_SOFTTOKEN_DIR"

# --- the home: missing, another's configuration, a damaged ledger ---
expect 4 egov-status list --home nowhere
says_only 'nowhere'
cp root/egovca.conf conf
echo 'periode = 1d' >>root/egovca.conf
expect 3 issue
says_only 'periode'
cp conf root/egovca.conf
cp -r root damaged
rm -f damaged/ledger.db-wal damaged/ledger.db-shm
dd if=/dev/urandom of=damaged/ledger.db bs=1 seek=20 count=5000 conv=notrunc 2>/dev/null
expect 5 egov-record check --home damaged
says_only 'damaged'
: >damaged/ledger.db
got=0
egov-record check --home damaged >"$out" 2>"$err" || got=$?
[ "$got" -eq 5 ] || die_showing "empty ledger: exit $got, want 5"
cp -r root newer
sqlite3 newer/ledger.db 'pragma user_version = 99'
expect 3 egov-record check --home newer
says_only 'newer'
unchanged 'damaged copies'

# --- where the certificate goes: unwritable; it is in the ledger all the same ---
mkdir -m 555 closed
if [ "$(id -u)" -ne 0 ]; then
	expect 4 issue --out closed/zhang.pem
else
	expect 4 issue --out nowhere/zhang.pem
fi
serial=$(sql root 'select lower(hex(serial)) from certificate order by serial desc limit 1')
expect 0 egov-status show --home root --pem "$serial"
cp "$out" zhang.pem
expect 0 openssl verify -no_check_time -vfyopt $ID -partial_chain -trusted root/publish/cert/ca.pem zhang.pem
expect 3 issue
says_only 'used already'
consistent root

# --- standard output that takes nothing ---
approved root full
got=0
egov-issue --home root --profile agency-sign --application "$id" --request full.csr \
	>/dev/full 2>"$err" || got=$?
[ "$got" -eq 4 ] || die_showing "full standard output: exit $got, want 4"
consistent root

# --- the journal key: gone before anything is signed, the wrong one, back again ---
cp root/publish/crl/ca.crl served.crl
sed -i 's/object=root-journal/object=no-journal/' root/egovca.conf
dump >before
expect 4 egov-crl publish --home root
says_only '[key] journal'
unchanged 'no journal key'
sed -i 's/object=no-journal/object=root-ca/' root/egovca.conf
expect 3 egov-crl publish --home root
says_only 'not the key that this home was made with'
same served.crl root/publish/crl/ca.crl
sed -i '/^journal/s/object=root-ca/object=root-journal/' root/egovca.conf
expect 0 egov-crl publish --home root
consistent root

# --- a token that dies, or lies, while it signs: nothing comes out, the next run goes on ---
printf '[nasty]\nlibrary = nasty\nckm_sign_e = 0x80008104\n' >nasty.conf
(umask 077 && echo 12345678 >nasty-pin)
nasty() {
	printf 'pkcs11:token=nasty;object=%s?module-path=%s&pin-source=file:%s' \
		"$1" "$O/nasty-p11.so" "$D/nasty-pin"
}
expect 0 egov-init --home nasty --test --subject 'C=CN, O=示例中心, CN=示例根CA' \
	--key "$(nasty one)" --journal-key "$(nasty two)" --custodian custodian.pem --self-signed \
	--module-map nasty.conf
cps nasty
expect 0 egov-crl publish --home nasty
for word in no-start removed lose-always short zero-r wrong-key ecdsa; do
	approved nasty "$word"
	cp nasty/publish/crl/ca.crl served.crl
	NASTY=$word expect 4 egov-issue --home nasty --profile agency-sign --application "$id" \
		--request "$word.csr" --out "$word.pem"
	says_only 'object=one'
	[ ! -e "$word.pem" ] || die "$word: a certificate came out"
	NASTY=$word expect 4 egov-crl publish --home nasty
	says_only 'object=one'
	same served.crl nasty/publish/crl/ca.crl
	consistent nasty
	expect 0 egov-issue --home nasty --profile agency-sign --application "$id" \
		--request "$word.csr" --out "$word.pem"
	expect 0 openssl verify -no_check_time -vfyopt $ID -partial_chain \
		-trusted nasty/publish/cert/ca.pem "$word.pem"
	expect 0 egov-crl publish --home nasty
	consistent nasty
done
# Every other signature fails: the list is served, its checkpoint is missing.
NASTY=lose-odd expect 4 egov-crl publish --home nasty
says_only 'object=two'
expect 0 egov-crl check --issuer nasty/publish/cert/ca.pem --at 2026-11-22T09:00:00Z \
	nasty/publish/crl/ca.crl
consistent nasty
expect 0 egov-crl publish --home nasty
consistent nasty

# --- a full disk and a read-only home: needs a file system of its own ---
if [ "$(id -u)" -eq 0 ] && mkdir small && mount -t tmpfs -o size=2m tmpfs small 2>/dev/null; then
	trap 'umount small' EXIT
	cp -r root small/ca
	approved small/ca disk
	dd if=/dev/zero of=small/fill bs=1k 2>/dev/null || true
	expect 4 egov-issue --home small/ca --profile agency-sign --application "$id" \
		--request disk.csr --out disk.pem
	[ "$(wc -l <"$err")" -eq 1 ] || die_showing 'full disk: want one line'
	[ ! -e disk.pem ] || die 'full disk: a certificate came out'
	old=$(openssl dgst -sm3 -r small/ca/publish/crl/ca.crl)
	EGOV_TEST_NOW=2026-11-25T08:00:00Z expect 4 egov-crl publish --home small/ca
	[ "$old" = "$(openssl dgst -sm3 -r small/ca/publish/crl/ca.crl)" ] ||
		die 'full disk: the served list changed'
	rm small/fill
	expect 0 egov-issue --home small/ca --profile agency-sign --application "$id" \
		--request disk.csr --out disk.pem
	consistent small/ca

	approved small/ca ro
	mount -o remount,ro small
	expect 4 egov-issue --home small/ca --profile agency-sign --application "$id" \
		--request ro.csr --out ro.pem
	[ ! -e ro.pem ] || die 'read-only home: a certificate came out'
	expect 4 egov-crl publish --home small/ca
	mount -o remount,rw small
	consistent small/ca
else
	echo 'no file system of its own: full disk and read-only home not tried'
fi
