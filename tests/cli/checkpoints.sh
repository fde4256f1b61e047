#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A CA whose people never ask for checkpoints has them: from publishing, and from issuing by count.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal
custodian
root root
cps root
count() {
	sql root 'select count(*) from checkpoint'
}
covered() {
	sql root 'select max(size) from checkpoint'
}
# wants COUNT WHY
wants() {
	[ "$(count)" -eq "$1" ] || die "$2: $(count) checkpoints, want $1"
}
first=$(count)
issued root one
wants "$first" 'not due yet'
expect 0 egov-crl publish --home root
wants $((first + 1)) 'publishing'

# --- by count: after each ten, not before ---
sed -i 's/^silence = .*/&\ncheckpoint_entries = 10/' root/egovca.conf
base=$(covered)
for name in a b c d e; do
	issued root $name
	size=$(sql root 'select count(*) from journal')
	[ $((size - $(covered))) -lt 20 ] || die "$name: $size entries, $(covered) of them covered"
done
[ "$(covered)" -gt "$base" ] || die 'issuing made none'
made=$(count)
[ "$made" -ge $((first + 2)) ] || die 'want one more at least'
[ "$made" -le $((first + 4)) ] || die 'more than are due'
consistent root

# --- one for a whole list ---
: >jobs.list
for name in f g h i; do
	approved root $name
	printf 'agency-sign\t%s\t%s.csr\t%s.pem\n' "$id" $name $name >>jobs.list
done
expect 0 egov-issue --home root --batch jobs.list
wants $((made + 1)) 'a list'
consistent root

# --- a journal key that cannot be used keeps nobody from issuing ---
sed -i 's/^checkpoint_entries = 10/checkpoint_entries = 1/' root/egovca.conf
approved root last
sed -i 's/root-journal/nowhere/' root/egovca.conf
expect 0 egov-issue --home root --profile agency-sign --application "$id" --request last.csr --out last.pem
wants $((made + 1)) 'without the key'
expect 4 egov-record checkpoint --home root
sed -i 's/nowhere/root-journal/' root/egovca.conf
issued root more
wants $((made + 2)) 'with the key'
consistent root
