#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every allocation and every step on files fails in its turn, in operations of the library:
# a documented error, whole records, and the next run succeeds.  CRASH_POINTS=all tries
# every call, otherwise a sample of each operation's.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal
custodian
root root
cps root
issued root old
approved root zhang
expect 0 egov-crl publish --home root
echo loss >loss.txt
echo "$id" >application-id
echo "$serial" >serial
for key in root-ca:key root-journal:journal new:new; do
	uri "${key%:*}" >"${key#*:}-uri"
done
cp -r "$EGOV_SOFTTOKEN_DIR" token.saved

all=
[ "${CRASH_POINTS:-}" != all ] || all=--all
# FAILURES names some of the operations, for who runs this by hand.
# shellcheck disable=SC2086 # no argument where they are empty
"$O/failures" $all ${FAILURES:-}
