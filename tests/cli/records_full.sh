#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A disk that is full at any write of purge, reconcile, backup, pack and archive: exit 4, records whole, and
# the same command goes on when there is room.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

mkdir small
mount -t tmpfs -o size=4m tmpfs small 2>"$err" || skip 'no file system of its own'
trap 'umount small' EXIT
token root-ca root-journal
custodian
root root
cps root
echo loss >loss.txt
for name in a b c; do
	issued root $name
done
expect 0 egov-crl publish --home root
cp root/ledger.db yesterday.db
expect 0 egov-revoke --home root --serial "$serial" --reason superseded --requested-by x \
	--evidence loss.txt
expect 0 egov-crl publish --home root

# room KIB: as much is left beside a fresh home.
room() {
	rm -rf small/ca small/copy small/copy.part small/fill
	cp -r root small/ca
	[ "$what" != unarchive ] || expect 0 egov-record archive --home small/ca
	[ "$what" != reconcile ] || {
		rm -f small/ca/ledger.db-wal small/ca/ledger.db-shm
		cp yesterday.db small/ca/ledger.db
	}
	dd if=/dev/zero of=small/fill bs=1k 2>"$err" || true
	truncate -s "-$1K" small/fill
}
run() {
	case $what in
	purge) set -- purge --confirm 3 ;;
	reconcile) set -- reconcile ;;
	backup) set -- backup small/copy ;;
	pack) set -- pack --case c --out small/copy ;;
	archive) set -- archive ;;
	unarchive) set -- archive --restore 1 ;;
	esac
	got=0
	egov-record "$@" --home small/ca >"$out" 2>"$err" </dev/null || got=$?
}
for what in purge reconcile backup pack archive unarchive; do
	failed=0
	EGOV_TEST_NOW=2026-11-22T08:00:00Z
	[ $what != purge ] || EGOV_TEST_NOW=2040-01-01T00:00:00Z
	for left in 0 4 12 20 32 48 64 96 160 256 384; do
		room $left
		run
		case $got in
		0) ;;
		4)
			failed=$((failed + 1))
			[ "$(wc -l <"$err")" -eq 1 ] || die_showing 'want one line'
			;;
		*) die_showing "$what with $left KiB: exit $got" ;;
		esac
		[ "$got" -eq 0 ] || [ ! -e small/copy ] || die 'what failed has its name'
		rm small/fill
		before=$got
		[ "$before" -eq 0 ] || run
		[ "$got" -eq 0 ] || { [ "$got" -eq 3 ] && says 'due until'; } ||
			die_showing "$what after $left KiB: exit $got"
		consistent small/ca
	done
	[ "$failed" -ge 1 ] || die "$what never had too little room"
	[ $what != purge ] || [ "$(sql small/ca 'select count(*) from tombstone where state = 3')" -eq 3 ] ||
		die 'something is left'
done
