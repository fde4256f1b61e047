#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Order No. 4, Art. 31: what a person sees of copies for inspectors in a browser without a network: Chinese
# text that is not cut off or garbled, a timeline of each certificate in its order, and links that open.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

command -v chromium >/dev/null || skip 'chromium is not installed'
# shellcheck source=tests/cli_chinese.sh
. "$SRC/tests/cli_chinese.sh"
chinese_programs record
token root-ca root-journal
custodian
root root
cps root
echo loss >loss.txt
issued root one
one=$serial
EGOV_TEST_NOW=2026-11-23T08:00:00Z
expect 0 egov-crl publish --home root
expect 0 egov-revoke --home root --serial "$one" --reason keyCompromise --requested-by 张三 \
	--evidence loss.txt
expect 0 egov-crl publish --home root
issued root two
two=$serial
expect 0 openssl pkcs8 -topk8 -in custodian.key -v2 aes-256-cbc -passout file:pin -out custodian.p8
chmod 600 custodian.p8
chinese 0 bin/egov-record pack --home root --case 检查一号 --full --actor 钱主任 \
	--custodian-key "file:$D/custodian.p8?pin-source=file:$D/pin" --out copies

# browse WHAT OPTION...: without a network of its own, where the system lets us.
offline=
! unshare -rn true 2>"$err" || offline='unshare -rn'
browse() {
	# shellcheck disable=SC2086 # words
	$offline chromium --headless --no-sandbox --disable-gpu --user-data-dir="$D/browser" "$@" \
		2>"$err" </dev/null
}
browse --dump-dom "file://$D/copies/index.html" >dom || die_showing 'chromium'
for text in '<html lang="zh' 检查资料 检查一号 钱主任 时间线 示例市行政审批局 "$one" "$two" '(apply-submit)' '(revoke)'; do
	grep -qF "$text" dom || die "a browser does not see $text"
done
! grep -q 'Timeline\|Records for inspection' dom || die 'something is English'
[ "$(grep -c 'class="timeline"' dom)" -eq 3 ] || die 'want a timeline of each certificate'

# --- each timeline in the order of its entries, from the application to the lists ---
awk '/<section/ { seq = -1 } /class="time"/ { n = $0; sub(/<\/td><\/tr>.*/, "", n); sub(/.*>/, "", n);
	if (n + 0 <= seq) exit 1; seq = n + 0; rows++ } END { exit rows < 12 }' dom || die 'not in order'

# --- every link opens what it names, and nothing else is fetched ---
grep -o ' href="[^"]*"' dom | sed 's/^ href="//; s/"$//' | sort -u >links
[ "$(grep -c '^private/' links)" -ge 2 ] || die 'nothing leads to what was unsealed'
[ "$(grep -c '^evidence/' links)" -eq 3 ] || die 'want evidence of each certificate'
while read -r link; do
	case $link in
	'#'*) grep -q "id=\"${link#'#'}\"" dom || die "$link leads nowhere" ;;
	*) [ -f "copies/$link" ] || die "$link leads nowhere" ;;
	esac
done <links
! grep -qi '<script\|http:\|https:\|<img\|<iframe\|<link' dom || die 'the page wants something from elsewhere'

# --- there is something to be seen ---
browse --screenshot="$D/page.png" --window-size=1200,2400 "file://$D/copies/index.html" >shot || die_showing 'chromium'
[ "$(head -c 4 page.png | od -An -tx1 | tr -d ' ')" = 89504e47 ] || die 'no picture'
[ "$(wc -c <page.png)" -gt 40000 ] || die "the picture is empty: $(wc -c <page.png) octets"
