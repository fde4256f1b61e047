#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Order No. 4, Art. 24: what is destroyed when it is due leaves the archives too, and every proof
# verifies as before.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal
custodian
root root
cps root
echo loss >loss.txt
issued root zhang
zhang=$serial
zhang_application=$id
expect 0 egov-revoke --home root --serial "$zhang" --reason keyCompromise --requested-by 张三 \
	--evidence loss.txt
issued root li
li=$serial
EGOV_TEST_NOW=2029-06-01T00:00:00Z
issued root later
later=$serial
expect 0 egov-status show --home root --pem "$later"
cp "$out" later.before
expect 0 egov-record archive --home root
segment=root/archive/000001-1.seg
cp $segment old.seg

# parts.py FILE: the numbers of entries that have something sealed, or a certificate of so many
# octets: the beginning of the page's own program.
sed -n '/^import sys, zlib/,/^\.Ed/p' "$SRC/man/egov-archive.5" | sed '/^\.Ed/d; s/\\e/\\/g' >page.py
sed '/^for n, /,$d; /^open(/d' page.py >parts.py
cat >>parts.py <<'PY'
for n, (_, record) in enumerate(parts(content[10])):
    for tag, value in parts(record)[1:]:
        print(first + n, 'sealed' if tag == 0x80 else 'certificate %d' % len(unpack(value)))
PY
about() {
	sql root "select seq from journal where subject in ('$zhang', '$zhang_application', '$li') and kind = '$1'"
}
expect 0 python3 parts.py $segment
cp "$out" parts.before
for seq in $(about apply-submit); do
	grep -qx "$seq sealed" parts.before || die "entry $seq: nothing is sealed"
done

EGOV_TEST_NOW=2039-11-22T16:00:00Z
expect 0 egov-record purge --home root --dry-run
prints "serial: $zhang" "serial: $li" 'count: 2'
cp -a root killed
expect 0 egov-record purge --home root --confirm 2 --actor 钱主任
prints 'destroyed: 2'
consistent root
prints 'destroyed: 2'
[ "$(echo root/archive/*)" = root/archive/000001-2.seg ] || die 'want the second revision alone'
segment=root/archive/000001-2.seg
expect 0 egov-record archive --home root --verify
prints 'archive: 000001-2.seg'
expect 0 python3 parts.py $segment
for seq in $(about apply-submit) $(about revoke); do
	! grep -qx "$seq sealed" "$out" || die_showing "entry $seq: what was sealed is there"
done
for seq in $(about issue); do
	grep -qx "$seq certificate 32" "$out" || die_showing "entry $seq: want a digest"
done
[ "$(grep -c sealed "$out")" -gt 0 ] || die 'the sealed blobs of others are gone'
expect 0 egov-status show --home root --pem "$later"
same "$out" later.before
expect 0 egov-record prove --home root --out bundle "$later"
expect 0 egov-record verify-bundle --trust root/publish/cert/ca.pem bundle
expect 1 egov-record prove --home root --out bundle "$li"
expect 0 egov-status show --home root "$li"
prints 'destroyed-sm3: '
expect 0 egov-record list --home root --serial "$zhang"
prints 'private: destroyed'
[ "$(sql root "select count(*) from sealed join journal using (seq) where subject in
	('$zhang', '$zhang_application', '$li')")" -eq 0 ] || die 'sealed blobs are left'
# The old file does not fit any more.
cp old.seg root/archive/000001-2.seg
expect 5 egov-record check --home root
rm root/archive/000001-2.seg
expect 5 egov-record check --home root

# --- killed at any step: the next run finishes, and no old file is left ---
[ -e "$O/crash.so" ] || die 'build/crash.so is missing'
purge() {
	rm -rf root
	cp -a killed root
	got=0
	ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" EGOV_CRASH_AT=$1 EGOV_CRASH_LOG=$D/steps \
		LD_PRELOAD=$O/crash.so egov-record purge --home root --confirm 2 --actor 钱主任 \
		>"$out" 2>"$err" </dev/null || got=$?
}
: >steps
purge 0
[ "$got" -eq 0 ] || die_showing "exit $got"
steps=$(wc -l <steps)
stride=$(((steps + 9) / 10))
[ "${CRASH_POINTS:-}" != all ] || stride=1
step=1
while [ "$step" -le "$steps" ]; do
	: >steps
	purge "$step"
	[ "$got" -ne 0 ] || [ "$(wc -l <steps)" -ge "$step" ] || break
	[ "$got" -eq 137 ] || die_showing "step $step of $steps: exit $got, not killed"
	consistent root
	got=0
	egov-record purge --home root --confirm 2 --actor 钱主任 >"$out" 2>"$err" </dev/null || got=$?
	[ "$got" -eq 0 ] || { [ "$got" -eq 3 ] && says 'due until'; } ||
		die_showing "step $step: the next run exits $got"
	consistent root
	prints 'destroyed: 2'
	[ "$(find root/archive -type f | wc -l)" -eq 1 ] || die "step $step: an old file is left"
	expect 0 python3 parts.py root/archive/*
	for seq in $(about apply-submit); do
		! grep -qx "$seq sealed" "$out" || die_showing "step $step: what was sealed is there"
	done
	[ "$(entries root purged)" -eq 1 ] || die "step $step: not recorded once"
	step=$((step + stride))
done
echo "$steps steps"
