#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Order No. 4, Art. 24: any octet of the ledger, of an archive or of a bundle of evidence that is
# another one is found (exit 5); or it lies outside the evidence: nothing that the ledger says is
# other than before.  FLIPS says how many of each, EGOV_SEED which.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

flips=${FLIPS:-24}
[ "${CRASH_POINTS:-}" != all ] || flips=500
seed=${EGOV_SEED:-$(date +%s)}
echo "EGOV_SEED=$seed"

token root-ca root-journal
custodian
root root
cps root
echo loss >loss.txt
issued root zhang
expect 0 egov-revoke --home root --serial "$serial" --reason superseded --requested-by x \
	--evidence loss.txt
expect 0 egov-crl publish --home root
issued root li
expect 0 egov-record archive --home root
issued root wang
expect 0 egov-crl publish --home root
consistent root
expect 0 egov-record prove --home root --out bundle "$serial"
ca=root/publish/cert/ca.pem
# All in one file, with little that is free.
sql root 'vacuum; pragma wal_checkpoint(truncate)' >"$out"
rm -f root/ledger.db-wal root/ledger.db-shm
sql root .dump >dump

# random BELOW: a number, in $drawn.
random() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	drawn=$((seed / 256 % $1))
}
# flip FILE: one octet becomes another one; $at says where.  What a page of the ledger has free is
# zero, and most of this small ledger is free: every other octet is one that is not zero.
flip() {
	octet=
	while [ -z "$octet" ] || [ "$octet$((i % 2))" = 00 ]; do
		random "$(stat -c %s "$1")"
		at=$drawn
		octet=$(dd if="$1" bs=1 skip="$at" count=1 2>"$err" | od -An -tu1 | tr -d ' ')
	done
	random 255
	# shellcheck disable=SC2059 # an octal number
	printf "\\$(printf %o $(((octet + 1 + drawn) % 256)))" |
		dd of="$1" bs=1 seek="$at" conv=notrunc 2>"$err"
}
# found COMMAND...: it exits with 5.
found() {
	got=0
	"$@" >"$out" 2>"$err" </dev/null || got=$?
	[ "$got" -eq 5 ]
}

i=0 outside=0
cp root/ledger.db good.db
while [ "$i" -lt "$flips" ]; do
	flip root/ledger.db
	if ! found egov-record check --home root; then
		# The library takes a ledger of a newer release, or none at all, for what it says.
		case $got in
		0)
			outside=$((outside + 1))
			sql root .dump >now 2>"$err" || die "ledger, octet $at: check says nothing"
			cmp -s dump now || die "ledger, octet $at: it says something else, and check nothing"
			;;
		3) says 'newer release' ;;
		*) die_showing "ledger, octet $at: exit $got" ;;
		esac
	fi
	rm -f root/ledger.db*
	cp good.db root/ledger.db
	i=$((i + 1))
done
echo "ledger: $flips, $outside of them outside the evidence"
[ "$outside" -lt "$flips" ] || die 'nothing was found'

i=0
cp root/archive/000001-1.seg good.seg
while [ "$i" -lt "$flips" ]; do
	flip root/archive/000001-1.seg
	found egov-record archive --home root --verify || die_showing "archive, octet $at: exit $got"
	cp good.seg root/archive/000001-1.seg
	i=$((i + 1))
done
echo "archive: $flips"

i=0
while [ "$i" -lt "$flips" ]; do
	cp bundle changed
	flip changed
	found egov-record verify-bundle --trust $ca changed || die_showing "bundle, octet $at: exit $got"
	i=$((i + 1))
done
echo "bundle: $flips"
consistent root
