#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One home, killed at random instants after the login, 300 times: issuing, renewing, rekeying,
# revoking, holding, releasing, publishing.  After each kill the same command is run to its
# end; at the end the counts are exact.  EGOV_KILLS=N kills N times, EGOV_SEED=N begins with
# the same delays.
# shellcheck disable=SC2154 # names that eval sets
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

kills=${EGOV_KILLS:-300}
seed=${EGOV_SEED:-$(date +%s)}
echo "EGOV_SEED=$seed"
[ -e "$O/crash.so" ] || die 'build/crash.so is missing'

token root-ca root-journal
custodian
root root
cps root
evidence
request zhang
application zhang
request next
sed -i 's/^maximum = .*/&\nhold = yes/' root/egovca.conf
echo loss >loss.txt
# Lists are brought elsewhere; what brings them outlives who is killed.
mkdir brought
cat >hook <<-HOOK
	#!/bin/sh
	exec env -u LD_PRELOAD cp "\$3" "$D/brought"
HOOK
chmod +x hook
sed -i "s,^web_root = .*,&\nhook = $D/hook," root/egovca.conf

# random LOW HIGH: a number between them, in $drawn.
random() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	drawn=$(($1 + (seed / 65536) * ($2 - $1) / 32768))
}

# How long each command is at work after its login, as far as known, in microseconds; no login
# takes 1500 with the token's minimum of iterations.
for operation in issue renew rekey revoke hold release publish; do
	eval "span_$operation=40000 cut_$operation=0 done_$operation=0"
done
cut=0

# cut_off OPERATION: its command, killed after a random delay unless it ended before.
cut_off() {
	eval "span=\$span_$1"
	random 1500 "$span"
	# Revoking opens no token: the ledger is where its work begins.
	case $1 in
	revoke | hold | release) from=/ledger.db ;;
	*) from=/pin ;;
	esac
	got=0
	ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" LD_PRELOAD=$O/crash.so \
		EGOV_KILL_FILE=$from EGOV_KILL_AFTER="$drawn" sh -c "$(command_of "$1")" \
		>cut.out 2>cut.err </dev/null || got=$?
	case $got in
	137)
		cut=$((cut + 1))
		eval "cut_$1=\$((cut_$1 + 1)) span_$1=$((span + span / 20))"
		;;
	0) eval "span_$1=$((span - span / 8 > 4000 ? span - span / 8 : 4000))" ;;
	*) die_showing "$1: exit code $got before it was killed: $(cat cut.err)" ;;
	esac
	again "$1"
	eval "done_$1=\$((done_$1 + 1))"
}

command_of() {
	case $1 in
	issue) echo "exec egov-issue --home root --profile agency-sign --application $id" \
		"--request zhang.csr --validity 60d --out cut.pem" ;;
	renew) echo "exec egov-issue --home root --renew $serial --consent consent.sig --out cut.pem" ;;
	rekey) echo "exec egov-issue --home root --rekey $serial --request next.csr" \
		"--consent consent.sig --out cut.pem" ;;
	revoke) echo "exec egov-revoke --home root --serial $serial --reason superseded" \
		"--requested-by x --evidence loss.txt" ;;
	hold) echo "exec egov-revoke --home root --hold --serial $serial --actor 李值班" \
		"--requested-by x --evidence loss.txt" ;;
	release) echo "exec egov-revoke --home root --release --serial $serial --actor 周批准" \
		"--requested-by x --evidence loss.txt" ;;
	publish) echo "exec egov-crl publish --home root" ;;
	esac
}

# again OPERATION: the same command to its end; it says so where the killed one had done all.
again() {
	got=0
	sh -c "$(command_of "$1")" >"$out" 2>"$err" </dev/null || got=$?
	case $1 in
	issue) word='used already' ;;
	renew | rekey) word='follows it already' ;;
	revoke) word='already' ;;
	hold) word='on hold already' ;;
	release) word='not on hold' ;;
	publish) word='published, never' ;;
	esac
	[ "$got" -eq 0 ] || { [ "$got" -eq 3 ] && says "$word"; } ||
		die_showing "$1 after $drawn microseconds: the next run exits $got"
}

# consent OPTION...: the holder's, in consent.sig.
consent() {
	expect 0 egov-issue --home root "$@" --consent-text
	cp "$out" consent.txt
	expect 0 openssl dgst -sm3 -sigopt $ID -sign zhang.key -out consent.sig consent.txt
}

# serial_where CONDITION: the one certificate.
serial_where() {
	serial=$(sql root "select lower(hex(serial)) from certificate where $1")
	[ "$(echo "$serial" | wc -w)" -eq 1 ] || die "want one certificate where $1: $serial"
}
follows() {
	serial_where "intent = (select intent from succession where lower(hex(predecessor)) = '$serial')"
}

round=0
while [ "$cut" -lt "$kills" ]; do
	round=$((round + 1))
	[ "$round" -le "$kills" ] || die "only $cut runs were killed in time"
	expect 0 egov-apply submit --home root zhang.application
	id=$(value application)
	expect 0 egov-apply review --home root --actor 王审查 "$id"
	expect 0 egov-apply approve --home root --actor 周批准 "$id"
	cut_off issue
	serial_where "application = '$id'"
	first=$serial
	consent --renew "$serial"
	cut_off renew
	follows
	second=$serial
	serial=$first
	cut_off hold
	[ $((round % 3)) -ne 0 ] || cut_off publish
	cut_off release
	cut_off revoke
	serial=$second
	if [ $((round % 2)) -eq 0 ]; then
		consent --rekey "$serial" --request next.csr
		cut_off rekey
		follows
	fi
	cut_off revoke
	cut_off publish
	prints "entries: $done_revoke"
	[ $((round % 10)) -ne 0 ] || consistent root
done

consistent root
prints 'open-intents: 0'
for operation in issue renew rekey revoke hold release publish; do
	eval "n=\$done_$operation k=\$cut_$operation"
	echo "$operation: $n done, $k of them killed"
	[ "$k" -ge $((n / 8)) ] || die "$operation: too few were killed in time"
	case $operation in
	issue | publish) ;;
	*) [ "$(entries root $operation)" -eq "$n" ] || die "$operation: want $n entries" ;;
	esac
done
made=$((done_issue + done_renew + done_rekey))
# Each has an entry "issue", and the CA's own certificate.
[ "$(entries root issue)" -eq $((made + 1)) ] || die "issue: want $((made + 1)) entries"
[ "$(sql root 'select count(*) from certificate where is_ca = 0')" -eq $made ] || die 'certificates'
[ "$(sql root 'select count(distinct serial) from certificate')" -eq $((made + 1)) ] || die 'serials'
[ "$(sql root 'select count(distinct serial) from intent where kind = 2')" -eq \
	"$(sql root 'select count(*) from intent where kind = 2')" ] || die 'a serial came twice'
[ "$(sql root 'select count(*) from revoked')" -eq "$done_revoke" ] || die 'revocations'
[ "$(sql root 'select count(distinct number) from crl')" -eq "$(sql root 'select count(*) from crl')" ] ||
	die 'a number came twice'
expect 0 egov-crl publish --home root
prints "entries: $done_revoke"
same root/publish/crl/ca.crl "brought/$(cd root/publish/crl && find . -name 'ca-*.crl' | sort -V | tail -n 1)"
[ -z "$(find root -name '.egov-tmp-*')" ] || die 'a temporary file was left'
echo "$cut runs killed in $round rounds"
