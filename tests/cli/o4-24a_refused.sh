#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Order No. 4, Art. 24: complete.  Whatever a program refuses leaves an entry that says which operation,
# by whom and why; what asks, and what could not be tried, leaves none (egov-record(5)).
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
echo junk >junk
mkdir there
person stranger
submitted root early
early=$id
approved root waiting
waiting=$id
issued root one
one=$serial
used=$id
none=00112233445566778899aabbccddeeff
asks='--requested-by x --evidence loss.txt'

# tried CODE ENTRIES COMMAND...: its exit status, and how many entries it leaves.
tried() {
	code=$1 more=$2
	shift 2
	before=$(sql root 'select count(*) from journal')
	expect "$code" "$@" --home root
	after=$(sql root 'select count(*) from journal')
	[ $((after - before)) -eq "$more" ] ||
		die_showing "$*: $((after - before)) entries, want $more"
}
# refused CODE OPERATION COMMAND...: one entry more, about this operation, with the status.
refused() {
	code=$1 operation=$2
	shift 2
	tried "$code" 1 "$@"
	case $code in 1) status=NOTFOUND ;; 5) status=CORRUPT ;; *) status= ;; esac
	last=$(sql root "select kind || ' ' || json_extract(body, '\$.operation') || ' ' ||
		json_extract(body, '\$.status') from journal order by seq desc limit 1")
	case $last in
	"refused $operation EGOV_E_$status"*) ;;
	*) die_showing "$*: the last entry is $last" ;;
	esac
}

# --- applications ---
refused 3 apply-submit egov-apply submit junk
printf 'junk\n' >junk.list
refused 3 apply-submit egov-apply submit --list junk.list
refused 1 apply-review egov-apply review --actor 王审查 A999999
refused 3 apply-review egov-apply review --actor 王审查 "$waiting"
refused 3 apply-approve egov-apply approve --actor 周批准 "$early"
refused 3 apply-reject egov-apply reject --actor 周批准 --reason x "$used"

# --- issuing ---
for wrong in "A999999 waiting.csr" "$used one.csr" "$waiting one.csr" "$waiting junk"; do
	# shellcheck disable=SC2086 # two words
	set -- $wrong
	refused 3 issue egov-issue --profile agency-sign --application "$1" --request "$2"
	printf 'agency-sign\t%s\t%s\tx.pem\n' "$1" "$2" >jobs.list
	# Used with the same request: that one is handed out again.
	[ "$1" = "$used" ] || refused 3 issue egov-issue --batch jobs.list
done
refused 3 issue egov-issue --profile none --application "$waiting" --request waiting.csr
refused 3 issue egov-issue --profile agency-sign --application "$waiting" --request waiting.csr --validity 99y
refused 3 key-request egov-issue --profile agency-sign --encrypt-profile agency-encrypt \
	--application "$waiting" --request one.csr --key-request
refused 1 renew egov-issue --renew $none --consent junk
refused 3 renew egov-issue --renew "$one" --consent junk

# --- status ---
# shellcheck disable=SC2086 # several words
{
	refused 1 revoke egov-revoke --serial $none --reason keyCompromise $asks
	refused 1 revoke egov-revoke --certificate stranger.pem --reason keyCompromise $asks
	refused 3 revoke egov-revoke --certificate junk --reason keyCompromise $asks
	refused 3 revoke egov-revoke --serial "$one" --reason keyCompromise $asks \
		--invalidity-date 2030-01-01T00:00:00Z
	refused 3 hold egov-revoke --hold --serial "$one" $asks
	refused 3 release egov-revoke --release --serial "$one" $asks
	refused 3 operator-login egov-revoke --operator 王 --operator-key "$(key_uri stranger)" \
		--serial "$one" --reason keyCompromise $asks
	refused 3 operator-approval egov-revoke --approval junk --serial "$one" --reason keyCompromise $asks
}
printf '%s\tkeyCompromise\t\tx\tloss.txt\n' $none >losses
refused 1 revoke egov-revoke --list losses

# --- lists ---
refused 3 crl-publish egov-crl publish --delta
expect 0 egov-crl publish --home root
refused 3 crl-import egov-crl import junk
refused 3 crl-export egov-crl export --to junk
refused 3 crl-export egov-crl export --to stranger.pem

# --- rules, people, keys ---
refused 3 policy-add egov-policy add --version 1.0 --published 2026-11-01 --effective 2026-11-01 junk
refused 3 operator-add egov-operator add --roles approver --certificate junk 王
refused 1 operator-remove egov-operator remove 王
refused 3 ca-rollover egov-init --rollover
refused 3 init-install egov-init --install stranger.pem
refused 1 ca-key-destroy egov-key destroy --actor a --second b 7
refused 3 ca-key-destroy egov-key destroy --actor a --second b 1

# --- records ---
refused 1 legal-hold egov-record hold --case c --reason r $none
refused 3 legal-release egov-record release --case c --reason r "$one"
refused 3 record-purge egov-record purge --confirm 3
refused 1 record-archive-return egov-record archive --restore 3
refused 3 record-backup egov-record backup there
refused 3 record-reconcile egov-record reconcile junk
refused 3 record-witness egov-record witness --key "$(key_uri stranger)" --certificate junk
refused 3 record-witness egov-record witness --key "$(key_uri stranger)" --certificate custodian.pem
refused 3 record-unseal egov-record prove --out bundle --custodian-key "$(key_uri stranger)" "$one"
refused 3 record-unseal egov-record show --custodian-key "$(key_uri stranger)" --private-out x \
	"$(sql root "select seq from journal where kind = 'apply-submit' limit 1")"
refused 3 record-pack egov-record pack --case c --out there
refused 1 record-pack egov-record pack --case c --subject nobody --out copies
refused 1 record-lawful egov-record lawful --paper x --custodian-key "$(key_uri stranger)" --out copies $none

# --- a wrong PIN, wherever a key is opened ---
cp pin good
(umask 077 && echo 'wrong-pin-5678' >pin)
printf 'agency-sign\t%s\twaiting.csr\tx.pem\n' "$waiting" >jobs.list
refused 3 issue egov-issue --profile agency-sign --application "$waiting" --request waiting.csr
refused 3 issue egov-issue --batch jobs.list
refused 3 record-checkpoint egov-record checkpoint
cp good pin
expect 0 egov-record checkpoint --home root
# What no checkpoint covers yet wants one.
expect 0 egov-record hold --home root --case c --reason r "$one"
(umask 077 && echo 'wrong-pin-5678' >pin)
refused 3 record-prove egov-record prove --out bundle "$one"
cp good pin
expect 0 egov-record checkpoint --home root

# --- what the ledger refuses because it contradicts what was published ---
expect 0 egov-crl publish --home root
cp -a root older
# shellcheck disable=SC2086 # several words
expect 0 egov-revoke --home root --serial "$one" --reason superseded $asks
expect 0 egov-crl publish --home root
cp root/publish/crl/ca.crl older/publish/crl/
mv root newer
mv older root
for command in 'egov-crl publish' 'egov-issue --batch jobs.list' \
	"egov-issue --profile agency-sign --application $waiting --request waiting.csr"; do
	operation=issue
	[ "$command" != 'egov-crl publish' ] || operation=crl-publish
	# shellcheck disable=SC2086 # several words
	refused 5 $operation $command
	says 'the ledger is older than what was published'
done
rm -rf root
mv newer root

# Each of several lists, and not the first alone.
cp -a root several
sed -i 's/^\[crl\]/&\nseparate_ca = yes/' several/egovca.conf
expect 0 egov-crl publish --home several
cp -a several behind
expect 0 egov-crl publish --home several
cp several/publish/crl/*.crl behind/publish/crl/
before=$(entries behind refused)
expect 5 egov-crl publish --home behind
[ "$(entries behind refused)" -eq $((before + 3)) ] || die 'want an entry for each list'
consistent several

# --- who refused what, and why, is found again ---
expect 0 egov-record list --home root --kind refused --by 周批准
[ "$(grep -c '^operation: ' "$out")" -eq 2 ] || die_showing 'want both'
prints 'operation: apply-approve' 'operation: apply-reject' 'status: EGOV_E_POLICY' 'private: sealed'
consistent root

# --- questions leave none, whatever the answer ---
tried 1 0 egov-apply show A999999
tried 0 0 egov-apply list
tried 0 0 egov-crl publish --dry-run
tried 1 0 egov-crl get --number 77
tried 0 0 egov-crl list
tried 1 0 egov-status state $none
tried 0 0 egov-status show "$one"
tried 0 0 egov-operator list
tried 0 0 egov-operator approvals
tried 0 0 egov-key states
tried 0 0 egov-record check
tried 0 0 egov-record clock
tried 1 0 egov-record due $none
tried 0 0 egov-record purge --dry-run
tried 0 0 egov-record archive --verify
tried 3 0 egov-record restore --check
tried 0 0 egov-record witness --check
tried 0 0 egov-record list
tried 1 0 egov-record show 99999
tried 1 0 egov-record prove --out bundle $none
tried 0 0 egov-record prove --out bundle "$one"
tried 0 0 egov-record checkpoint --if-due

# --- what could not be tried leaves none ---
tried 4 0 egov-apply submit nothing
tried 2 0 egov-record purge --confirm x
printf 'too\tfew\n' >jobs.list
tried 3 0 egov-issue --batch jobs.list
says '1 of 1 failed'

# --- a busy ledger takes no entry: the command says so, and leaves it when it is tried again ---
printf '\n[store]\nwait = 0\n' >>root/egovca.conf
sqlite3 root/ledger.db <<-'SQL' >"$out" 2>"$err"
	begin immediate;
	.shell egov-apply submit --home root junk; echo $? >code
	rollback;
SQL
[ "$(cat code)" -eq 4 ] || die "a locked ledger: exit $(cat code), want 4"
ran='submit behind a lock'
says_only 'a refusal could not be journalled' 'another process has held it'
refused 3 apply-submit egov-apply submit junk
