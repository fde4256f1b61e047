#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the other scripts do not cover of what every program promises: exit codes, one line
# of message that names what is wrong, JSON, standard input and output, odd names and places.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal sub-ca sub-journal
custodian
root root
cps root
issued root one
ca=root/publish/cert/ca.pem
at=2026-11-22T09:00:00Z
echo loss >loss.txt
printf '\377\376' >bytes
long=$(head -c 9000 /dev/zero | tr '\0' a)
bad=$(printf 'a\377b')

# says CODE and TEXT, in one line on standard error, nothing on standard output.
line() {
	code=$1 text=$2
	shift 2
	expect "$code" "$@"
	says_only "$text"
	[ "$(wc -c <"$err")" -lt 1200 ] || die_showing "$*: a long line"
}

# --- every program: help, version, wrong use ---
programs='apply crl init issue key operator policy record revoke status verify'
for program in $programs; do
	expect 0 "egov-$program" --help
	prints "usage: egov-$program"
	expect 0 "egov-$program" --version
	prints "egov-$program "
	[ ! -s "$err" ] || die_showing "egov-$program --version writes messages"
	line 2 "egov-$program: " "egov-$program"
	line 2 'no-such' "egov-$program" --no-such
	line 2 "egov-$program: " "egov-$program" no-such
done
line 2 '--home: given twice' egov-record check --home root --home root
line 2 '--home: wants a value (DIR)' egov-record check --home
line 2 '--home: wants a value (DIR)' egov-record check --home=
line 2 'one operand too many' egov-record check --home root more
line 2 'operand missing' egov-apply show --home root
line 2 '--json: takes no value' egov-status list --home root --json=yes
line 2 'who decides?' egov-apply approve --home root A000001
line 2 '--reason TEXT is missing' egov-apply reject --home root --actor x A000001
line 2 '--request FILE is missing' egov-issue --home root --profile x --application y
line 2 'state "odd"' egov-apply list --home root --state odd
line 2 '--at: time "soon"' egov-status state --home root --at soon 4000
line 2 '--at: time "2026-02-30"' egov-crl check --at 2026-02-30 root/publish/crl/ca.crl
line 2 'serial "4"' egov-status state --home root 4
line 2 'serial "xyz"' egov-revoke --home root --serial xyz --reason superseded --requested-by x \
	--evidence loss.txt
line 2 'version "a/b"' egov-policy add --home root --version a/b --published 2026-01-01 \
	--effective 2026-01-01 cps.txt
line 2 '--published: time' egov-policy add --home root --version 2 --published 1 --effective 2 cps.txt
line 2 'requested-by' egov-revoke --home root --serial 40 --reason superseded \
	--requested-by "$(head -c 201 /dev/zero | tr '\0' x)" --evidence loss.txt
EGOV_TEST_NOW=noon line 2 'EGOV_TEST_NOW: "noon" is no time' egov-status list --home root

# --- what is refused, and what only the surroundings are in the way of ---
line 3 'this home has no such profile' egov-issue --home root --profile no-such \
	--application A000001 --request one.csr
line 3 'profile "No Such"' egov-issue --home root --profile 'No Such' --application A000001 \
	--request one.csr
line 3 'cps.txt: empty' sh -c ': >cps.txt; egov-policy add --home root --version 2 \
	--published 2026-01-01 --effective 2026-01-01 cps.txt'
line 3 'before it is published' egov-policy add --home root --version 2 --published 2026-01-02 \
	--effective 2026-01-01 loss.txt
line 3 'loss.txt' egov-issue --home root --profile agency-sign --application A000001 --request loss.txt
line 3 'bytes' egov-revoke --home root --certificate bytes --reason superseded --requested-by x \
	--evidence loss.txt
line 4 'none: cannot open' egov-policy add --home root --version 2 --published 2026-01-01 \
	--effective 2026-01-01 none
line 4 'is a directory' egov-issue --home root --profile agency-sign --application A000001 --request .
line 4 'none/egovca.conf: cannot open: No such file' egov-record check --home none
line 4 'loss.txt/egovca.conf: cannot open: Not a directory' egov-status list --home loss.txt
mkfifo pipe
sed 's/identity.txt/pipe/' one.application >odd.application
line 3 'pipe: not a regular file' egov-apply submit --home root odd.application
sed 's/identity.txt/big/' one.application >odd.application
head -c 16777217 /dev/zero >big
line 3 'big: larger than the limit' egov-apply submit --home root odd.application
line 3 'big: larger than the limit' egov-revoke --home root --serial "$serial" --reason superseded \
	--requested-by x --evidence big
: >big

# --- the judged object is an answer, what is needed to judge is not ---
expect 0 egov-crl publish --home root
crl=root/publish/crl/ca.crl
line 1 'loss.txt' egov-crl check --issuer $ca loss.txt
line 1 'loss.txt' egov-crl show loss.txt
line 3 'egov-crl: loss.txt: ' egov-crl check --issuer loss.txt $crl
line 4 'egov-crl: none: cannot open' egov-crl check --issuer none $crl
line 4 'egov-crl: none: cannot open' egov-crl check --issuer $ca none
line 1 'custodian.pem: never issued' egov-status show --home root custodian.pem
line 3 'loss.txt' egov-verify --trust loss.txt one.pem
expect 1 egov-verify --trust $ca --at $at loss.txt one.pem
prints 'loss.txt: malformed' 'one.pem: trusted'

# --- a failure prints no data that did not come about ---
sed -i '/^\[store\]/d; $a [store]\nwait = 0' root/egovca.conf
submitted root two
sqlite3 root/ledger.db <<-'SQL' >"$out" 2>"$err"
	begin immediate;
	.shell egov-apply review --home root --actor 王审查 A000002; echo $? >code
	rollback;
SQL
[ "$(cat code)" -eq 4 ] || die "a locked ledger: exit $(cat code), want 4"
ran='review behind a lock'
says_only 'another process has held it'
expect 0 egov-apply show --home root "$id"
prints 'state: submitted'

# --- standard input and output ---
egov-apply submit --home root - <two.application >"$out" 2>"$err" || die_showing 'submit -'
prints 'state: submitted'
expect 0 egov-apply review --home root --actor 王审查 "$id"
expect 0 egov-apply approve --home root --actor 周批准 "$id"
egov-issue --home root --profile agency-sign --application "$id" --request - --out - <two.csr \
	>two.pem 2>"$err" || die_showing 'issue -'
[ "$(head -n 1 two.pem)" = '-----BEGIN CERTIFICATE-----' ] || die 'two.pem: not PEM'
[ "$(tail -n 1 two.pem)" = '-----END CERTIFICATE-----' ] || die 'two.pem: not PEM alone'
egov-verify --trust - --at $at two.pem <$ca >"$out" 2>"$err" || die_showing 'verify --trust -'
prints 'two.pem: trusted'
egov-verify --trust $ca --at $at - <two.pem >"$out" 2>"$err" || die_showing 'verify -'
prints '-: trusted'
egov-status show --home root - <two.pem >"$out" 2>"$err" || die_showing 'status show -'
prints 'state: good'
egov-crl show - <$crl >"$out" 2>"$err" || die_showing 'crl show -'
prints 'number: 01'
egov-revoke --home root --certificate two.pem --reason superseded --requested-by x --evidence - \
	<loss.txt >"$out" 2>"$err" || die_showing 'revoke --evidence -'
prints 'state: revoked'
egov-policy add --home root --version 0.9 --published 2026-01-01 --effective 2026-01-01 - \
	<loss.txt >"$out" 2>"$err" || die_showing 'policy add -'
same loss.txt root/publish/cps/cps-0.9
expect 0 egov-init --home sub --test --subject 'C=CN, O=x, CN=y' --key "$(uri sub-ca)" \
	--journal-key "$(uri sub-journal)" --custodian custodian.pem --request-out -
cp "$out" sub.csr
expect 0 openssl req -in sub.csr -verify -vfyopt $ID -noout
[ "$(tail -n 1 sub.csr)" = '-----END CERTIFICATE REQUEST-----' ] || die 'sub.csr: not PEM alone'
expect 0 egov-status show --home root --pem --out - "$serial"
same "$out" one.pem

# --- standard streams that are closed: nothing else takes their place ---
for closed in '<&-' '>&-' '2>&-' '<&- >&- 2>&-'; do
	got=0
	sh -c "exec egov-crl publish --home root $closed" >"$out" 2>"$err" || got=$?
	ran="publish $closed"
	case $closed in
	*'>&- 2'* | '>&-') wanted=4 ;;
	*) wanted=0 ;;
	esac
	[ "$got" -eq "$wanted" ] || die_showing "publish $closed: exit $got, want $wanted"
	expect 0 egov-crl check --issuer $ca --at $at $crl
	[ ! -s root/crl.lock ] || die "publish $closed wrote into its lock"
done
consistent root

# --- options that take files repeat, and a file holds many objects ---
cat custodian.pem $ca >both.pem
expect 0 egov-verify --trust custodian.pem --trust $ca --untrusted both.pem --untrusted one.pem \
	--crl $crl --crl $crl --at $at one.pem one.pem
[ "$(grep -c trusted "$out")" -eq 2 ] || die_showing 'want two answers'
expect 0 egov-verify --trust both.pem --at $at one.pem

# --- JSON: every line is an object ---
json() {
	expect 0 "$@" --json
	[ -s "$out" ] || die "$*: printed nothing"
	while IFS= read -r object; do
		printf '%s' "$object" >object
		[ "$(sqlite3 :memory: "select json_valid(cast(readfile('object') as text))
			and json_type(cast(readfile('object') as text)) = 'object'")" = 1 ] ||
			die_showing "$*: not JSON: $object"
	done <"$out"
}
json egov-apply submit --home root one.application
id=$(sqlite3 :memory: "select json_extract(cast(readfile('object') as text), '\$.application')")
json egov-apply review --home root --actor 王审查 "$id"
json egov-apply show --home root "$id"
json egov-apply reject --home root --actor 王审查 --reason "不全 \"\\ x" "$id"
json egov-apply show --home root "$id"
json egov-apply list --home root
json egov-status list --home root
json egov-status show --home root one.pem
json egov-status state --home root "$serial"
json egov-crl publish --home root
json egov-crl publish --home root --if-due
json egov-crl check --issuer $ca --at $at $crl
json egov-crl show --entries $crl
json egov-record check --home root
json egov-verify --trust $ca --at $at one.pem
json egov-verify --trust $ca --at $at --explain one.pem
json egov-verify --list-checks
json egov-key info "$(uri root-ca)"
json egov-key list "$(uri root-ca)"
json egov-key selftest "$(uri root-ca)"
json egov-policy add --home root --version 0.8 --published 2026-01-01 --effective 2026-01-01 loss.txt
json egov-revoke --home root --certificate one.pem --reason superseded --requested-by 张示例 \
	--evidence loss.txt
json egov-init --home json --test --subject 'C=CN, O=示例, CN=z' --key "$(uri root-ca)" \
	--journal-key "$(uri root-journal)" --custodian custodian.pem --self-signed

# --- arguments that nobody types ---
for text in "$long" "$bad"; do
	expect 1 egov-apply show --home root "$text"
	expect 2 egov-apply review --home root --actor "$text" A000001
	expect 3 egov-issue --home root --profile "$text" --application A000001 --request one.csr
	expect 3 egov-issue --home root --profile agency-sign --application "$text" --request one.csr
	expect 4 egov-issue --home root --profile agency-sign --application A000001 --request "$text"
	expect 2 egov-policy add --home root --version "$text" --published 2026-01-01 \
		--effective 2026-01-01 loss.txt
	expect 4 egov-record check --home "$text"
	expect 4 egov-verify --trust "$text" one.pem
	expect 4 egov-crl check "$text"
	expect 3 egov-init --home new --test --subject "C=CN, O=$text, CN=x" --key "$(uri root-ca)" \
		--journal-key "$(uri root-journal)" --custodian custodian.pem --self-signed
	expect 4 egov-init --home "$text/new" --test --subject 'C=CN, O=x, CN=x' \
		--key "$(uri root-ca)" --journal-key "$(uri root-journal)" \
		--custodian custodian.pem --self-signed
	[ "$(wc -l <"$err")" -eq 1 ] || die_showing 'want one line'
	[ "$(wc -c <"$err")" -lt 1200 ] || die_showing 'a long line'
	! grep -q "$(printf '\377')" "$err" || die_showing 'raw octets in a message'
	expect 0 egov-status list --home root --subject "$text"
	[ ! -s "$out" ] || die_showing 'want none'
done
line 4 'File name too long' egov-record check --home "$long"
line 4 'File name too long' egov-crl check "$long"
consistent root

# --- places: blanks and Chinese, relative, from the environment ---
mkdir '目 录'
cp -r root '目 录/主 页'
(
	cd '目 录'
	expect 0 egov-crl publish --home '主 页'
	expect 0 egov-crl publish --home './主 页/'
	EGOVCA_HOME='主 页' expect 0 egov-crl publish
	EGOVCA_HOME=nowhere expect 0 egov-record check --home '主 页'
)
EGOVCA_HOME=nowhere line 4 'nowhere' egov-status list
expect 0 egov-init --home '目 录/新 的' --test --subject "C=CN, O=示例 一, CN=根 \\\"\\\\" \
	--key "$(uri root-ca)" --journal-key "$(uri root-journal)" --custodian custodian.pem \
	--self-signed
consistent '目 录/新 的'
line 3 'a configuration cannot hold control characters' \
	egov-init --home new --test --subject 'C=CN, O=示例 \; 一, CN=x' --key "$(uri root-ca)" \
	--journal-key "$(uri root-journal)" --custodian custodian.pem --self-signed

# --- locales: data do not change ---
expect 0 egov-status show --home root one.pem
cp "$out" data
for locale in C POSIX zh_CN.UTF-8 no_SUCH; do
	LC_ALL=$locale expect 0 egov-status show --home root one.pem
	same data "$out"
	LC_ALL=$locale line 3 'Order No. 4' egov-issue --home root --profile agency-sign \
		--application A000001 --request one.csr
done

# --- a home is made whole or not at all, and what stood there stays ---
mkdir empty here
make_home() {
	egov-init --test --subject 'C=CN, O=x, CN=x' --key "$(uri root-ca)" \
		--journal-key "$(uri root-journal)" --custodian custodian.pem --self-signed "$@"
}
line 4 'missing' egov-init --home empty --test --subject 'C=CN, O=x, CN=x' --key "$(uri missing)" \
	--journal-key "$(uri root-journal)" --custodian custodian.pem --self-signed
[ -d empty ] || die 'the empty folder is gone'
line 3 'crl-url: "x": want a URL' make_home --home empty --crl-url x
line 3 'ca-issuers-url: a URL holds visible ASCII' make_home --home empty --ca-issuers-url 'http://示例/'
line 4 'none: cannot open' make_home --home empty --module-map none
(cd here && line 2 "home's own name" egov-init --home . --test --subject 'C=CN, O=x, CN=x' \
	--key "$(uri root-ca)" --journal-key "$(uri root-journal)" --custodian ../custodian.pem \
	--self-signed)
line 4 'no/such' make_home --home no/such/home
line 3 'loss.txt: exists already' make_home --home loss.txt
expect 0 make_home --home empty/
consistent empty
line 3 'empty/: exists already' make_home --home empty/
expect 4 egov-init --home late --test --subject 'C=CN, O=x, CN=x' --key "$(uri root-ca)" \
	--journal-key "$(uri root-journal)" --custodian custodian.pem --request-out none/late.csr
says 'none/late.csr' 'egov-init --request-out writes its request again'
expect 0 egov-init --home late --request-out late.csr
[ -z "$(find . -maxdepth 1 -name '.egov-tmp-*')" ] || die 'a temporary home was left'
# A mapping file is found from everywhere.
cat >map.conf <<-'MAP'
	[ours]
	library = egov-softtoken
	ckm_sign_e = 0x80008104
MAP
if make_home --home mapped --module-map map.conf >"$out" 2>"$err"; then
	grep -qF "module_map = $D/map.conf" mapped/egovca.conf || die 'the mapping file is relative'
	(cd here && expect 0 egov-crl publish --home ../mapped)
else
	die_showing 'a home with a mapping file'
fi

# --- a production home has no time but the real one ---
first_people
# shellcheck disable=SC2086 # options and their values
expect 0 egov-init --home real --subject 'C=CN, O=x, CN=x' --key "$(uri root-ca)" \
	--journal-key "$(uri root-journal)" --custodian custodian.pem --self-signed --allow-software \
	$people
EGOV_TEST_NOW=2020-01-01T00:00:00Z expect 0 egov-crl publish --home real
! grep -q '^this-update: 2020' "$out" || die_showing 'a production home took EGOV_TEST_NOW'
EGOV_TEST_NOW=2020-01-01T00:00:00Z consistent real

# --- a home that is somebody else's ---
stranger() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}
chmod 755 .
# A build or test folder below a closed one is no place for a stranger.
if [ "$(id -u)" -eq 0 ] && stranger egov-status --version >"$out" 2>&1 &&
	stranger test -r root/publish/cert/ca.pem; then
	line 4 'root/egovca.conf: cannot open: Permission denied' stranger egov-status list --home root
	chmod 644 root/egovca.conf
	line 4 'root/ledger.db' stranger egov-status list --home root
	line 4 'root/ledger.db' stranger egov-crl publish --home root
	consistent root
else
	echo 'no stranger can come here: homes of others not tried'
fi
