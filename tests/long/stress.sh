#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# 16 issuers, 2 revokers and 1 publisher at once on one home for ten minutes: every command
# ends well, the counts are exact, no serial comes twice.  EGOV_STRESS_SECONDS=N: as long.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

seconds=${EGOV_STRESS_SECONDS:-600}

token root-ca root-journal
custodian
root root
sed -i '/^\[store\]/d; $a [store]\nwait = 60' root/egovca.conf
cps root
evidence
echo loss >loss.txt
end=$(($(date +%s) + seconds))

# must NAME COMMAND...: its output is in NAME.out; where it fails, the test does.
must() {
	name=$1
	shift
	got=0
	"$@" >"$name.out" 2>"$name.err" </dev/null || got=$?
	[ "$got" -eq 0 ] || { echo "$*: exit code $got: $(cat "$name.err")" >>failed; exit 1; }
}

# issuer N: issued-N gets the serial of each certificate it has in hand.
issuer() {
	while [ "$(date +%s)" -lt "$end" ]; do
		must "i$1" egov-apply submit --home root "a$1.application"
		application=$(sed -n 's/^application: //p' "i$1.out")
		must "i$1" egov-apply review --home root --actor 王审查 "$application"
		must "i$1" egov-apply approve --home root --actor 周批准 "$application"
		must "i$1" egov-issue --home root --profile agency-sign --application "$application" \
			--request "a$1.csr" --out "i$1.pem"
		sed -n 's/^serial: //p' "i$1.out" >>"issued-$1"
	done
}

# revoker NAME DIGITS: every third certificate of the issuers whose number ends so, as they come.
revoker() {
	: >"revoked-$1"
	while [ "$(date +%s)" -lt "$end" ]; do
		awk -v half="$2" 'FNR % 3 == 0 && FILENAME ~ half "$" { print $1 }' /dev/null issued-* |
			sort | comm -23 - "revoked-$1" | head -n 5 >"todo-$1"
		[ -s "todo-$1" ] || sleep 1
		while read -r serial; do
			must "r$1" egov-revoke --home root --serial "$serial" --reason superseded \
				--requested-by x --evidence loss.txt
		done <"todo-$1"
		sort -o "revoked-$1" "revoked-$1" "todo-$1"
	done
}

publisher() {
	while [ "$(date +%s)" -lt "$end" ]; do
		must p egov-crl publish --home root
		echo x >>published
		sleep 2
	done
}

n=1
while [ $n -le 16 ]; do
	request a$n
	application a$n
	: >issued-$n
	n=$((n + 1))
done
n=1
while [ $n -le 16 ]; do
	issuer $n &
	n=$((n + 1))
done
revoker even '[02468]' &
revoker odd '[13579]' &
publisher &
wait
[ ! -e failed ] || die "$(cat failed)"

issued=$(cat issued-* | wc -l)
revoked=$(cat revoked-* | wc -l)
echo "$issued issued, $revoked revoked, $(wc -l <published) lists published"
[ "$issued" -ge 16 ] || die 'too little was issued'
[ "$revoked" -ge 1 ] || die 'too little was revoked'
[ "$(cat issued-* | sort -u | wc -l)" -eq "$issued" ] || die 'a serial came twice'
[ "$(sql root 'select count(*) from certificate where is_ca = 0')" -eq "$issued" ] || die 'certificates'
[ "$(sql root 'select count(distinct serial) from certificate')" -eq $((issued + 1)) ] || die 'serials'
cat revoked-* | tr -d : | tr A-F a-f | sort >"$out"
sql root 'select lower(hex(serial)) from revoked order by 1' | cmp - "$out" || die 'revocations'
expect 0 egov-crl publish --home root
prints "entries: $revoked"
[ "$(sql root 'select count(distinct number) from crl')" -eq "$(sql root 'select max(number) from crl')" ] ||
	die 'a number is missing or came twice'
consistent root
prints 'open-intents: 0'
[ -z "$(find root -name '.egov-tmp-*')" ] || die 'a temporary file was left'
