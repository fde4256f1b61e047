#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Several processes at once on one home: nothing is lost, nothing comes twice.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal
custodian
root root
cps root
ca=root/publish/cert/ca.pem
crl=root/publish/crl/ca.crl
mkdir runs

# start NAME COMMAND...: in the background; its exit code in runs/NAME.code.
start() {
	name=$1
	shift
	{
		code=0
		"$@" >"runs/$name.out" 2>"runs/$name.err" </dev/null || code=$?
		echo $code >"runs/$name.code"
	} &
}

# ended CODE: how many ended with it.  Only after wait: a subshell waits for nothing.
ended() {
	cat runs/*.code | grep -cx "$1" || true
}
show() {
	tail -n 3 runs/*
	die "$@"
}
again() {
	rm -f runs/*
}

# --- eight applications at once ---
n=1
while [ $n -le 8 ]; do
	approved root "a$n"
	echo "$id" >"a$n.id"
	n=$((n + 1))
done
n=1
while [ $n -le 8 ]; do
	start $n egov-issue --home root --profile agency-sign --application "$(cat a$n.id)" \
		--request a$n.csr --out a$n.pem
	n=$((n + 1))
done
wait
[ "$(ended 0)" -eq 8 ] || show 'want eight certificates'
n=1
while [ $n -le 8 ]; do
	expect 0 openssl verify -no_check_time -vfyopt $ID -partial_chain -trusted $ca a$n.pem
	expect 0 egov-status show --home root a$n.pem
	prints "application: $(cat a$n.id)"
	n=$((n + 1))
done
[ "$(sql root 'select count(distinct serial) from certificate')" -eq 9 ] || die 'a serial came twice'
consistent root

# --- one application, six times at once: one certificate, five refusals in the journal ---
round=1
while [ $round -le 3 ]; do
	again
	approved root "once$round"
	before=$(entries root refused)
	for n in 1 2 3 4 5 6; do
		start $n egov-issue --home root --profile agency-sign --application "$id" \
			--request "once$round.csr" --out "once$round.$n.pem"
	done
	wait
	[ "$(ended 0)" -eq 1 ] || show 'want one certificate'
	[ "$(ended 3)" -eq 5 ] || show 'want five refusals'
	[ "$(cat runs/*.err | grep -c "application $id was used already, for serial ")" -eq 5 ] ||
		show 'the refusals do not say why'
	[ "$(entries root refused)" -eq $((before + 5)) ] || die 'a refusal is not journalled'
	[ "$(find . -name "once$round.?.pem" | wc -l)" -eq 1 ] || die 'want one file'
	[ "$(sql root "select count(*) from certificate where application = '$id'")" -eq 1 ] ||
		die 'want one certificate in the ledger'
	round=$((round + 1))
done
consistent root

# --- publishers wait for each other; the numbers rise by one ---
again
for n in 1 2 3; do
	start $n egov-crl publish --home root
done
wait
[ "$(ended 0)" -eq 3 ] || show 'want three lists'
sort -u runs/?.out | grep '^number: ' >"$out"
ran=publishers
prints 'number: 1' 'number: 2' 'number: 3'
again
for n in 1 2 3; do
	EGOV_TEST_NOW=2026-11-23T09:00:00Z start $n egov-crl publish --home root --if-due
done
wait
[ "$(ended 0)" -eq 3 ] || show 'want three good ends'
[ "$(cat runs/?.out | grep -c 'published: yes')" -eq 1 ] || show 'one list was due'
# The clock was read before the lock came: still a list, not an earlier one.
EGOV_TEST_NOW=2026-11-23T08:59:58Z
expect 0 egov-crl publish --home root
prints 'this-update: 2026-11-23T09:00:00Z'
EGOV_TEST_NOW=2026-11-23T09:00:00Z
expect 0 egov-crl check --issuer $ca --at 2026-11-23T09:00:00Z $crl
consistent root

# --- who waits too long says so ---
sed -i '/^\[store\]/d; $a [store]\nwait = 0' root/egovca.conf
again
mkfifo hold
{ exec 9>root/crl.lock && flock 9 && cat hold >hold.out; } &
holder=$!
while flock -n root/crl.lock true; do sleep 0.05; done
got=0
egov-crl publish --home root >"$out" 2>"$err" </dev/null || got=$?
echo go >hold
wait "$holder"
ran='publish behind a lock'
[ "$got" -eq 4 ] || die_showing "want exit 4, got $got"
says_only 'another run holds it'

# --- all kinds at once: writers wait, readers read ---
sed -i 's/^wait = 0/wait = 10/' root/egovca.conf
again
echo loss >loss.txt
for n in 1 2 3 4; do
	approved root "m$n"
	start issue$n egov-issue --home root --profile agency-sign --application "$id" \
		--request "m$n.csr" --out "m$n.pem"
	start revoke$n egov-revoke --home root --certificate "a$n.pem" --reason superseded \
		--requested-by x --evidence loss.txt
	start same$n egov-revoke --home root --certificate "a$n.pem" --reason keyCompromise \
		--requested-by y --evidence loss.txt
	start crl$n egov-crl publish --home root
	start list$n egov-status list --home root
	start check$n egov-record check --home root
	start submit$n egov-apply submit --home root "m$n.application"
done
wait
[ "$(ended 0)" -eq 24 ] || show 'want 24 good ends'
[ "$(ended 3)" -eq 4 ] || show 'want each certificate revoked once'
expect 0 egov-crl publish --home root
prints 'entries: 4'
consistent root
[ -z "$(find root -name '.egov-tmp-*')" ] || die 'a temporary file was left'

# --- several egov-init of one home: one makes it ---
again
for n in 1 2 3; do
	start $n egov-init --home made --test --subject 'C=CN, O=x, CN=x' --key "$(uri root-ca)" \
		--journal-key "$(uri root-journal)" --custodian custodian.pem --self-signed
done
wait
[ "$(ended 0)" -eq 1 ] || show 'want one home'
cat runs/*.err >"$err"
ran='egov-init at once'
[ "$(grep -c -e 'another egov-init is making this home' -e 'made: exists already' "$err")" -eq 2 ] ||
	die_showing 'the others do not say why'
consistent made
[ -z "$(find . -maxdepth 1 -name '.egov-tmp-*')" ] || die 'a temporary home was left'
