#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The quickstart ends in "quickstart: done" where each step gave the expected answer, and
# nowhere else; what an earlier one left is not touched.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"

expect 0 sh "$SRC/examples/quickstart.sh" "$O"
[ "$(tail -n 1 "$out")" = 'quickstart: done' ] || die_showing 'the last line is another one'
prints '$ egov-key init-token' '$ egov-init --home root' '$ openssl verify -vfyopt distid:' \
	'$ openssl dgst -sm3 -verify' 'Verified OK' '$ egov-revoke' 'zhang.pem: untrusted' 'verdict: consistent'
for file in root/ledger.db issuing/ledger.db zhang.pem issuing/publish/crl/ca.crl; do
	[ -s "quickstart.d/$file" ] || die "quickstart.d/$file is missing"
done
[ ! -e quickstart.d/chen.pem ] || die 'a certificate without approval'

# --- what it prints can be typed
sed -n 's/^\$ \(egov-key generate .*\)/\1/p' "$out" | head -n 1 >a-command
cd quickstart.d
expect 3 env EGOV_SOFTTOKEN_DIR="$PWD/tokens" sh ../a-command
says 'already'
cd ..

# --- not over an earlier one
cp -r quickstart.d earlier
line='quickstart: ./quickstart.d exists already'
expect 3 sh "$SRC/examples/quickstart.sh" "$O"
says "$line"
expect 0 diff -r earlier quickstart.d

# --- an answer that is not the expected one ends it: here, who is revoked is good
mkdir lying other
for file in "$O"/egov-* "$O"/libegovca.so.*; do
	ln -s "$file" "lying/${file##*/}"
done
rm lying/egov-verify
printf '#!/bin/sh\necho trusted\n' >lying/egov-verify
chmod +x lying/egov-verify
cd other
expect 1 sh "$SRC/examples/quickstart.sh" ../lying
says 'exit status 0, expected 1: egov-verify'
! grep -q 'quickstart: done' "$out" || die_showing 'it says done'
