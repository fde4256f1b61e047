#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# egov-key: every command, and what it answers when something is wrong.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"

umask 077
module=$O/egov-softtoken.so
nasty=$O/nasty-p11.so
[ -f "$module" ] || skip "no software token"
EGOV_SOFTTOKEN_DIR=$PWD/tokens
export EGOV_SOFTTOKEN_DIR
echo 87654321 >so.pin
echo 12345678 >pin
echo 00000000 >wrong.pin

# uri PATH [PIN-FILE]
uri() {
	echo "pkcs11:$1?module-path=$module&pin-source=file:$PWD/${2:-pin}"
}

# --- init-token -----------------------------------------------------------------------

expect 0 egov-key init-token --module "$module" --label 'CA 根' --so-pin-file so.pin --pin-file pin
says_only 'egov-key: init-token: token CA 根 is made'
expect 3 egov-key init-token --module "$module" --label 'CA 根' --so-pin-file so.pin --pin-file pin
says_only 'there is a token of this label'
expect 0 egov-key init-token --module "$module" --label second --so-pin-file "file:$PWD/so.pin" \
	--pin-file "$PWD/pin" -q
[ ! -s "$err" ] || die "-q said something"
expect 3 egov-key init-token --module "$module" --label third --so-pin-file pin --pin-file pin
says_only 'different PINs'
expect 4 egov-key init-token --module "$module" --label third --so-pin-file none --pin-file pin
says_only 'egov-key: none: No such file'
expect 4 egov-key init-token --module "$PWD/none.so" --label third --so-pin-file so.pin --pin-file pin
says_only "$PWD/none.so: No such file"
expect 3 egov-key init-token --module none.so --label third --so-pin-file so.pin --pin-file pin
says_only 'absolute path'
expect 2 egov-key init-token --module "$module" --label third --so-pin-file so.pin
says_only 'egov-key: init-token: --pin-file FILE is missing'
ca='token=CA%20%E6%A0%B9'

# --- generate ----------------------------------------------------------------------------

expect 1 egov-key list "$(uri "$ca")"
says_only 'no private key matches'
expect 0 egov-key generate "$(uri "$ca;object=root")"
prints 'key: pkcs11:token=CA%20%E6%A0%B9;object=root' 'algorithm: sm2' 'software: yes' 'label: root' \
	'extractable: no' 'token: CA 根' 'mechanism: 0x80008104'
sm3=$(sed -n 's/^public-key-sm3: //p' "$out")
expect 3 egov-key generate "$(uri "$ca;object=root")"
says_only 'of this label already'
expect 0 egov-key generate --algorithm=sm2 --json "$(uri "$ca;object=journal;id=%07")"
[ "$(wc -l <"$out")" -eq 1 ] || die "--json wants one line"
prints '"id":"07"' '"label":"journal"' '"algorithm":"sm2"'
expect 3 egov-key generate "$(uri "$ca;object=other;id=%07")"
says_only 'of this ID already'
expect 3 egov-key generate --algorithm rsa "$(uri "$ca;object=other")"
says_only 'algorithm rsa: want sm2'
expect 3 egov-key generate "$(uri "$ca")"
says_only 'needs a label'

# --- list, info, selftest ------------------------------------------------------------------

expect 0 egov-key list "$(uri "$ca")"
[ "$(grep -c '^label: ' "$out")" -eq 2 ] || die_showing "two keys are wanted"
[ "$(grep -c '^$' "$out")" -eq 1 ] || die_showing "an empty line between two records is wanted"
expect 0 egov-key list --json "$(uri "$ca")"
[ "$(wc -l <"$out")" -eq 2 ] || die_showing "two lines are wanted"
listed=$(egov-key list "$(uri "$ca;object=journal")" | sed -n 's/^key: //p')
expect 0 egov-key info "$listed?module-path=$module&pin-source=file:$PWD/pin"
prints 'label: journal' 'id: 07' 'sensitive: yes'
expect 0 egov-key selftest "$(uri "$ca;object=root")"
prints "public-key-sm3: $sm3"
expect 3 egov-key info "$(uri "$ca")"
says_only '2 private keys in token CA 根 fit, want one'

# --- pubkey ------------------------------------------------------------------------------------

bare="pkcs11:$ca;object=root?module-path=$module"
expect 0 egov-key pubkey "$bare"
cp "$out" root.pub
expect 0 openssl pkey -pubin -in root.pub -noout -text
prints 'SM2'
expect 0 egov-key pubkey --der --out root.der "$bare"
[ ! -s "$out" ] || die "--out wrote to standard output"
[ "$(openssl dgst -sm3 -r root.der | cut -d' ' -f1)" = "$sm3" ] || die "another digest of the public key"
[ "$(stat -c %a root.der)" = 600 ] || die "--out forgot the umask"
mkdir closed && chmod 500 closed
if [ "$(id -u)" -ne 0 ]; then
	expect 4 egov-key pubkey --out closed/x "$bare"
fi
expect 4 egov-key pubkey --out none/x "$bare"
says_only 'none/'
[ -z "$(ls closed)" ] || die "something was left in the closed folder"
got=0
egov-key pubkey "$bare" >/dev/full 2>"$err" || got=$?
[ "$got" -eq 4 ] || die "full disk: exit code $got, wanted 4"
says 'standard output: cannot write'

# --- PINs ---------------------------------------------------------------------------------------

expect 3 egov-key selftest "$(uri "$ca;object=root" wrong.pin)"
says_only "egov-key: pkcs11:$ca;object=root: token CA 根: wrong PIN"
expect 4 egov-key selftest "$(uri "$ca;object=root" none.pin)"
says_only 'none.pin: cannot open'
chmod 644 wrong.pin
expect 3 egov-key selftest "$(uri "$ca;object=root" wrong.pin)"
says_only 'want mode 0600 or 0400' 'found mode 0644'
expect 3 setsid -w egov-key selftest "$bare"
says_only 'no pin-source and no terminal'
expect 3 egov-key selftest "$bare&pin-value=12345678"
says_only 'pin-value'
! grep -q 12345678 "$err" || die "the PIN was repeated"
expect 3 egov-key selftest "$bare&pin-source=|cat%20pin"
says_only 'commands are not run'
got=0
egov-key selftest "$bare&pin-source=fd:3" 3<pin >"$out" 2>"$err" || got=$?
[ "$got" -eq 0 ] || die_showing "PIN from a descriptor"
prints "public-key-sm3: $sm3"

# --- what is not there, and what is no URI ---------------------------------------------------------

expect 1 egov-key info "$(uri "token=none;object=root")"
says_only 'no such token; found: '
expect 1 egov-key info "$(uri "$ca;object=none")"
says_only 'no such private key in token CA 根'
expect 1 egov-key pubkey "$(uri "$ca;object=none")"
says_only 'no such private key'
expect 4 egov-key info "pkcs11:$ca?module-path=$PWD/none.so"
says_only 'none.so: No such file'
cp "$module" open.so && chmod 0666 open.so
expect 3 egov-key info "pkcs11:$ca?module-path=$PWD/open.so"
says_only 'nobody else can write' '0666'
echo 'no module' >not.so
expect 4 egov-key info "pkcs11:$ca?module-path=$PWD/not.so"
says_only 'cannot load'
expect 3 egov-key info 'pkcs11:tokn=x'
says_only 'unknown attribute "tokn"' '(RFC 7512, 2.3)'
expect 3 egov-key info root.pem
says_only 'want a key URI'

# --- use --------------------------------------------------------------------------------------------

expect 2 egov-key
expect 2 egov-key nonsense
says_only 'nonsense: unknown command'
expect 2 egov-key info
says_only 'operand missing: URI'
expect 2 egov-key info "$bare" "$bare"
says_only 'one operand too many'
expect 2 egov-key info --der "$bare"
says_only '--der: unknown option'
expect 0 egov-key --version
prints 'egov-key '
expect 0 egov-key generate --help
prints 'usage: egov-key generate [--algorithm NAME]'

# --- files with keys ---------------------------------------------------------------------------------

openssl genpkey -algorithm SM2 -out plain.pem
expect 0 egov-key selftest "file:$PWD/plain.pem"
prints 'software: yes' "file: $PWD/plain.pem"
expect 0 egov-key pubkey "file:$PWD/plain.pem"
openssl pkey -in plain.pem -pubout -out plain.pub
same "$out" plain.pub
expect 3 egov-key generate "file:$PWD/new.pem"
says_only 'in tokens'
[ ! -e new.pem ] || die "a key file was made"

# --- mapping, and a module that misbehaves --------------------------------------------------------------

one="pkcs11:token=nasty;object=one?module-path=$nasty&pin-source=file:$PWD/pin"
expect 0 egov-key selftest "$one"
prints 'mapping: sansec'
NASTY=unknown-maker
export NASTY
expect 3 egov-key selftest "$one"
says_only 'no mechanism mapping fits module'
printf '[mine]\nmanufacturer = nobody\nckm_sign_e = 0x80008104\n' >map.conf
expect 0 egov-key selftest --module-map map.conf "$one"
prints 'mapping: mine'
expect 0 egov-key selftest "$one&x-egov-mech=0x80008104"
printf 'ckm_sing_e = 1\n' >>map.conf
expect 3 egov-key selftest --module-map map.conf "$one"
says_only 'map.conf:4: [mine] ckm_sing_e: unknown key'
expect 4 egov-key selftest --module-map none.conf "$one"
says_only 'none.conf'
NASTY=ecdsa
expect 4 egov-key selftest "$one"
says_only 'ECDSA instead of SM2'
NASTY=wrong-key
expect 4 egov-key selftest "$one"
says_only 'does not verify'
NASTY=removed
expect 1 egov-key selftest "$one"
says_only 'no such token; found: none'
NASTY='lose-always until-restart' NASTY_RV=0x32
export NASTY_RV
expect 4 egov-key selftest "$one"
says_only 'CKR_DEVICE_REMOVED (0x00000032)'
NASTY=locked
expect 3 egov-key selftest "$one"
says_only 'the PIN is locked'
NASTY=no-mechanism
expect 3 egov-key selftest "$one"
says_only 'it has 0x80008999 0x1041'
