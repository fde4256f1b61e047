#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Order No. 4, Art. 31: inspectors get copies of the records that they ask for, as a directory that a
# browser shows offline and that needs no key of the CA; every octet of it is as it was made.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

[ -e "$O/crash.so" ] || die 'build/crash.so is missing'
token root-ca root-journal
custodian
root root
cps root
ca=root/publish/cert/ca.pem
echo loss >loss.txt
issued root one
one=$serial
expect 0 egov-crl publish --home root
expect 0 egov-revoke --home root --serial "$one" --reason keyCompromise --requested-by 张三 \
	--evidence loss.txt
expect 0 egov-crl publish --home root
EGOV_TEST_NOW=2026-12-01T00:00:00Z
issued root two
two=$serial

# --- what is asked for, and no more ---
pack() {
	egov-record pack --home root --case '检查 & <b>2026</b>-1' --actor 钱主任 "$@"
}
verify() {
	egov-record verify-pack --trust $ca "$@"
}
expect 0 pack --subject 行政审批局 --to 2026-12-01T00:00:00Z --out first
prints 'pack: first' 'form: redacted' 'certificates: 1'
sm3=$(value manifest-sm3)
[ -e first/evidence/"$one".der ] || die 'the one that was asked for is not there'
[ ! -e first/evidence/"$two".der ] || die 'another one is there'
[ ! -e first.part ] || die 'the part is left'
expect 0 pack --from 2026-12-01T00:00:00Z --out later
prints 'certificates: 1'
[ -e later/evidence/"$two".der ] || die 'the later one is not there'
expect 0 pack --out all
prints 'certificates: 3'
refusals=$(entries root refused)
expect 3 pack --out all
says_only 'exists already'
[ "$(entries root refused)" -eq $((refusals + 1)) ] || die 'the refusal is not journalled'
expect 1 pack --subject nobody --out none
says_only 'no certificate of this CA'
expect 2 pack --from 2026-12-01T00:00:00Z --to 2026-12-01T00:00:00Z --out none
expect 2 pack --full --out none
expect 2 egov-record pack --home root --case '' --out none
[ ! -e none ] || die 'something is there'
[ ! -e none.part ] || die 'a part is left'

# --- who, for which case, how many, and what, in the journal ---
[ "$(entries root pack) $(entries root packed)" = '3 3' ] || die 'want three packs on record'
expect 0 egov-record list --home root --kind pack --by 钱主任
prints 'case: 检查 & <b>2026</b>-1' 'form: redacted' 'count: 1' 'to: 2026-12-01T00:00:00Z'
expect 0 egov-record list --home root --kind packed
prints "sm3: $sm3"
[ "$(openssl dgst -sm3 -r first/manifest.sm3 | cut -d ' ' -f 1)" = "$sm3" ] || die 'not its SM3'
consistent root

# --- verified by this software without a home, and by standard tools ---
expect 0 verify --manifest-sm3 "$sm3" first
prints "manifest-sm3: $sm3" 'files: 3' 'certificates: 1'
expect 0 verify all
prints 'certificates: 3'
expect 5 verify --manifest-sm3 "$sm3" all
says 'is another one'
expect 1 egov-record verify-pack --trust custodian.pem first
expect 0 egov-record verify-bundle --trust $ca first/evidence/"$one".der
prints 'proven: it was revoked at this time, for this reason'
while read -r digest name; do
	[ "$(openssl dgst -sm3 -r "all/$name" | cut -d ' ' -f 1)" = "$digest" ] || die "$name differs"
done <all/manifest.sm3
expect 0 openssl x509 -inform DER -in first/certificates/"$one".cer -noout -serial

# --- the page: no script, nothing from elsewhere, links that work (o4-31_browser.sh: in a browser) ---
page=all/index.html
for text in '行政审批局' "$one" "$two" 'Revoked\|revoked' '(apply-submit)' '(revoke)' 'reason: keyCompromise' '周批准' \
	'&#38; &#60;b&#62;2026&#60;/b&#62;' "default-src 'none'"; do
	grep -q "$text" $page || die "the page lacks $text"
done
! grep -qi '<script\|http:\|https:\| src=\|<b>2026' $page || die 'the page has what it may not have'
grep -o 'href="[^"]*"' $page | sed 's/^href="//; s/"$//' | while read -r link; do
	case $link in
	'#'*) grep -q "id=\"${link#'#'}\"" $page || die "$link leads nowhere" ;;
	*) [ -f "all/$link" ] || die "$link leads nowhere" ;;
	esac
done
[ "$(grep -c 'class="timeline"' $page)" -eq 3 ] || die 'want a timeline of each certificate'

# --- any octet that is changed, any file more or less ---
changed() {
	rm -rf bad
	cp -a first bad
	chmod -R u+w bad
	"$@"
	expect 5 verify bad
}
flip() {
	was=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
	# shellcheck disable=SC2059 # an octet
	printf "\\$(printf %o $((was ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>"$err"
}
for file in index.html manifest.sm3 evidence/"$one".der certificates/"$one".cer; do
	size=$(wc -c <"first/$file")
	i=0
	while [ "$i" -lt "${FLIPS:-8}" ]; do
		changed flip "bad/$file" $((i * 7919 * 104729 % size))
		i=$((i + 1))
	done
	[ "$file" = manifest.sm3 ] || {
		changed rm "bad/$file"
		says 'is missing'
	}
done
for extra in more.html evidence/more.der private; do
	changed sh -c "[ $extra != private ] || { mkdir bad/private; cd bad/private; }; echo >${extra##*/}.x;
		[ $extra = private ] || mv ${extra##*/}.x bad/$extra"
	says 'has files that manifest.sm3 has not'
done

# --- killed at any step: under its name there is a whole one, or none ---
: >steps
EGOV_CRASH_AT=0 EGOV_CRASH_LOG=$PWD/steps LD_PRELOAD=$O/crash.so egov-record pack --home root --case c \
	--subject 行政审批局 --out counted >"$out" 2>"$err"
steps=$(wc -l <steps)
stride=$(((steps + ${CUTS:-12} - 1) / ${CUTS:-12}))
step=1
killed=0
while [ "$step" -le "$steps" ]; do
	rm -rf cut
	got=0
	ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" EGOV_CRASH_AT=$step LD_PRELOAD=$O/crash.so \
		egov-record pack --home root --case c --subject 行政审批局 --out cut >"$out" 2>"$err" </dev/null || got=$?
	# What the database writes differs a little from run to run: the last steps may not come.
	[ "$got" -ne 0 ] || [ $((step * 4)) -lt $((steps * 3)) ] || break
	[ "$got" -eq 137 ] || die_showing "step $step of $steps: exit $got, not killed"
	killed=$((killed + 1))
	[ -e cut ] || expect 0 pack --subject 行政审批局 --out cut
	[ ! -e cut.part ] || die 'what a killed run left is still there'
	expect 0 verify cut
	consistent root
	step=$((step + stride))
done
[ "$killed" -ge 8 ] || die "want more runs that were killed than $killed"
