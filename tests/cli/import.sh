#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lists of a root that is offline, checked and served by the CA below it.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal issuing-ca issuing-journal other-ca other-journal
custodian
root root
cps root
subordinate issuing root --crl-url http://pki.example.cn/crl/ca.crl
root other
echo loss >loss.txt
served=issuing/publish/crl
request victim
internal_approved root victim sub-ca 示例下级CA
expect 0 egov-issue --home root --profile sub-ca --application "$id" --request victim.csr --out victim.pem
serial=$(value serial)
made() {
	expect 0 egov-crl publish --home "$1"
	cp "$1/publish/crl/ca.crl" "$2"
}
takes() {
	wanted=$1 file=$2
	shift 2
	expect "$wanted" egov-crl import --home issuing "$@" "$file"
}

# --- served, under its number too, journalled; once more is nothing new ---
made root 1.crl
takes 0 1.crl
prints 'list: parent' 'imported: yes' 'number: 1' 'entries: 0'
same 1.crl $served/parent.crl
same 1.crl $served/parent-1.crl
[ "$(entries issuing crl-import) $(entries issuing import-publish)" = '1 1' ] || die 'want it journalled'
takes 0 1.crl --json
prints '"imported":"no"'
[ "$(entries issuing crl-import) $(entries issuing import-publish)" = '1 1' ] || die 'journalled twice'
consistent issuing
grep -q '"list":"parent","file":"parent-1.crl","number":"1"' $served/manifest.json || die 'not in the manifest'
openssl crl -inform DER -in 1.crl -out 1.pem
takes 0 1.pem

# --- what it may be called ---
for name in ca ca2 ca-arl ca-s3-delta ca-users; do
	takes 2 1.crl --list $name
	says 'no name of a list of this CA'
done
takes 2 1.crl --list ../up
takes 2 1.crl --list aaaaaaaaaaaaaaaaaaaaa
takes 2 1.crl --list 1st

# refused EXIT CHECK FILE [OPTION...]: and what was served stays
refused() {
	wanted=$1 check=$2
	shift 2
	cp $served/parent.crl before.crl
	takes "$wanted" "$@"
	says "$check: "
	same before.crl $served/parent.crl
}
# --- whose it is, whether it is whole ---
made issuing own.crl
refused 3 crl-issuer-bytes own.crl
made other other.crl
refused 5 crl-signature other.crl
cp 1.crl bad.crl
printf 'x' | dd of=bad.crl bs=1 seek=$(($(wc -c <bad.crl) - 4)) conv=notrunc 2>/dev/null
sed -i 's/^period = .*/&\nimport_maximum = 3d/' issuing/egovca.conf
cp -r root fork
EGOV_TEST_NOW=2026-11-23T08:10:00Z
expect 0 egov-revoke --home root --requested-by 示例 --evidence loss.txt --reason cACompromise --serial "$serial"
made root 2.crl
EGOV_TEST_NOW=2026-11-23T08:00:00Z
cp 2.crl bad.crl
printf 'x' | dd of=bad.crl bs=1 seek=$(($(wc -c <bad.crl) - 4)) conv=notrunc 2>/dev/null
refused 5 crl-signature bad.crl
head -c 100 2.crl >short.crl
takes 3 short.crl
takes 4 no-such.crl
[ "$(entries issuing refused)" -ge 3 ] || die 'want refusals journalled'

# --- its times ---
refused 3 crl-time-not-future 2.crl
EGOV_TEST_NOW=2026-11-23T08:10:00Z
refused 3 crl-next-update-bound 2.crl
says import_maximum
sed -i '/^import_maximum/d' issuing/egovca.conf
takes 0 2.crl
prints 'entries: 1'
same 2.crl $served/parent.crl
same 1.crl $served/parent-1.crl
refused 3 crl-number-rises 1.crl

# --- a delta list, of another home of that CA ---
cp -r root delta
sed -i 's,^period = .*,&\ndelta_period = 1h,' delta/egovca.conf
expect 0 egov-crl publish --home delta
refused 3 crl-scope delta/publish/crl/ca-delta.crl
says 'a delta list is not imported: want the complete list'

# --- a list that has lost an entry, or says it otherwise ---
EGOV_TEST_NOW=2026-11-23T09:00:00Z
made fork x.crl
made fork 3.crl
refused 3 crl-nothing-vanished 3.crl
says "serial $serial" 'nobody says that it may leave'
refused 3 crl-nothing-vanished 3.crl --gone 40
takes 2 3.crl --gone zz
cp -r fork changed
EGOV_TEST_NOW=2026-11-23T10:00:00Z
expect 0 egov-revoke --home changed --requested-by 示例 --evidence loss.txt --reason superseded --serial "$serial"
made changed 4.crl
refused 3 crl-entries-unchanged 4.crl
says 'another date or reason'
takes 0 3.crl --gone "$serial"
prints 'entries: 0'
sql issuing "select body from journal where kind = 'crl-import' order by seq desc limit 1" |
	grep -q "\"gone\":\"$serial\"" || die 'who said that it may leave is not journalled'
consistent issuing

# --- not served, as by a run that was killed: the next publication, or the same import, goes on ---
made fork 5.crl
rm $served/parent.crl
mkdir $served/parent.crl
takes 4 5.crl
says crl-read-back
rmdir $served/parent.crl
[ "$(sql issuing 'select count(*) from imported where published_at is null')" -eq 1 ] || die 'it was not served'
consistent issuing
cp -r issuing again
expect 0 egov-crl import --home again 5.crl
same 5.crl again/publish/crl/parent.crl
consistent again
expect 0 egov-crl publish --home issuing
same 5.crl $served/parent.crl
consistent issuing
echo other >$served/parent.crl
expect 0 egov-crl publish --home issuing --if-due
same 5.crl $served/parent.crl

# --- killed at any step that makes something durable: what is served is whole, and goes on ---
EGOV_TEST_NOW=2026-11-23T10:30:00Z
made fork killed.crl
# dies STEP: in a copy; 0: its steps are counted.
dies() {
	rm -rf work
	cp -r issuing work
	: >steps
	got=0
	ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" EGOV_CRASH_AT=$1 \
		EGOV_CRASH_LOG=$D/steps LD_PRELOAD=$O/crash.so \
		egov-crl import --home work killed.crl >"$out" 2>"$err" </dev/null || got=$?
}
dies 0
[ "$got" -eq 0 ] || die_showing 'with its steps counted it fails'
steps=$(wc -l <steps)
[ "$steps" -ge 5 ] || die "only $steps steps were seen"
step=1
while [ "$step" -le "$steps" ]; do
	dies "$step"
	[ "$got" -eq 137 ] || die_showing "step $step of $steps: exit $got"
	cmp -s 5.crl work/publish/crl/parent.crl || same killed.crl work/publish/crl/parent.crl
	if [ $((step % 2)) -eq 0 ]; then
		expect 0 egov-crl publish --home work --if-due
	fi
	expect 0 egov-crl import --home work killed.crl
	same killed.crl work/publish/crl/parent.crl
	[ "$(entries work crl-import) $(entries work import-publish)" = '5 5' ] ||
		die "step $step: journalled otherwise"
	consistent work
	step=$((step + (steps + 7) / 8))
done

# --- brought elsewhere, and again until it has arrived ---
# shellcheck disable=SC2016 # for the hook to expand
printf '#!/bin/sh\necho "$1 $2" >>"%s/hook.log"\n[ ! -e "%s/refuse" ]\n' "$D" "$D" >hook
chmod +x hook
sed -i "s,^web_root = .*,&\nhook = $D/hook," issuing/egovca.conf
touch refuse
EGOV_TEST_NOW=2026-11-23T11:00:00Z
made fork 6.crl
takes 4 6.crl
says 'hook: '
same 6.crl $served/parent.crl
rm refuse
expect 0 egov-crl publish --home issuing --if-due
[ "$(tail -n 1 hook.log)" = 'parent 6' ] || die 'it was not brought again'
EGOV_TEST_NOW=2026-12-30T00:00:00Z
cp 6.crl late.crl
made fork 7.crl
EGOV_TEST_NOW=2027-01-30T00:00:00Z
refused 3 crl-next-update-bound 7.crl
says 'stale'
consistent issuing

# --- the ledger alone is no evidence ---
n=0
for change in 'update imported set number = 77 where number = 2' \
	'update imported set entries = 9 where number = 2' \
	"update imported set gone = 'aa' where number = 2" \
	"update imported set actor = 'mallory' where number = 2" \
	'update imported set time = time + 1 where number = 2' \
	'update imported set published_at = published_at + 1 where number = 2' \
	'update imported set published_at = null where number = 2' \
	'update imported set issuer_digest = zeroblob(32) where number = 2' \
	"update imported set der = (select der from imported where number = 1) where number = 2" \
	'delete from imported where number = 2'; do
	n=$((n + 1))
	tampered issuing "$change" import
done
[ $n -eq 10 ] || die 'want ten changes'
