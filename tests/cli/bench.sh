#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The programs behind "make bench" do what they say: ratios of known times, bars met and missed, ledgers
# filled, approved applications listed.  How fast anything is, is not tested.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"
BENCH=$O/tests/bench

# pair KIND BAR CLOCK ABOVE BELOW: two programs that say their times.
pair() {
	kind=$1 bar=$2 clock=$3
	shift 3
	set -- "$BENCH/bench" pair known "$kind" "$bar" 3 "$clock" -- said echo "$1" -- said echo "$2"
	"$@"
}

expect 0 pair most 2 wall '6 1' '3 4'
prints 'bench known: 2.000 (at most 2)'
expect 1 pair most 1.9 wall '6 1' '3 4'
prints 'bench known: 2.000 (at most 1.9)'
expect 0 pair least 0.25 cpu '6 1' '3 4'
prints 'bench known: 0.250 (at least 0.25)'
expect 1 pair least 0.26 cpu '6 1' '3 4'
# the number of the round: 2/1, 3/1 and 4/1 after the first, which warms up
expect 0 pair least 3 wall '{} 1' '1 1'
prints 'bench known: 3.000'
expect 2 pair least 3 wall '0 1' '1 1'
says 'a round took no time'
expect 2 pair least 3 wall 'nothing' '1 1'
says 'said no times'
expect 2 "$BENCH/bench" pair known most 1 1 wall -- sh -c 'echo this and that >&2; exit 3' -- true
says 'this and that' 'failed with status'
expect 0 "$BENCH/bench" pair known most 1000 1 wall -- true -- sh -c 'sleep 0.01'

token root-ca root-journal
custodian
root root
cps root
evidence
mkdir requests
cp ./*.txt requests
(
	key_digest() { echo '@KEY@'; }
	application requests/model
)
mv requests/model.application requests/application.in
expect 0 "$BENCH/bench" prepare requests requests 2
expect 0 openssl req -in requests/1.csr -noout -verify -sigopt $ID -vfyopt $ID
expect 0 "$BENCH/bench" prepare approved root requests 2 1
[ "$(cut -f 1,2 root.001.list)" = "agency-sign	A000001
agency-sign	A000002" ] || die 'the list of the batch is another one'
expect 0 egov-issue --home root --profile agency-sign --application A000002 --request requests/1.csr --out one.pem
expect 0 "$BENCH/bench" raw requests requests 2 2 one.pem
expect 0 "$BENCH/bench" raw keys requests 2 1 one.pem

# what was filled in is a ledger that a CA goes on with
expect 0 "$BENCH/bench" fill root 513 one.pem
[ "$(sql root 'select count(*) from certificate')" -eq 515 ] || die 'not all certificates were filled in'
[ "$(entries root issue)" -eq 515 ] || die 'not all entries were filled in'
expect 0 egov-issue --home root --profile agency-sign --application A000001 --request requests/0.csr
expect 0 "$BENCH/bare" "$O/egov-softtoken.so" test pin root-ca bare.db
