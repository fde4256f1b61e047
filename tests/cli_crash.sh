# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# What the tests of kills and of power cuts share: a home, the command lines that are cut
# off in a copy of it, and what must hold when the next command comes.
# shellcheck disable=SC2034,SC2154 # names that the scripts read, and that cli_help.sh sets

token root-ca root-ca2 root-journal
custodian
root root
cps root
issued root old
echo loss >loss.txt
cp root/ledger.db yesterday.db
mkdir root/outside
# Lists are brought elsewhere; what brings them is not killed, nor are its steps counted.
mkdir brought
cat >hook <<-HOOK
	#!/bin/sh
	exec env -u LD_PRELOAD cp "\$3" "$D/brought"
HOOK
chmod +x hook
sed -i "s,^web_root = .*,&\nhook = $D/hook," root/egovca.conf
expect 0 egov-revoke --home root --serial "$serial" --reason superseded --requested-by x \
	--evidence loss.txt
sed -i 's/^maximum = .*/&\nhold = yes/' root/egovca.conf
issued root held
held=$serial
expect 0 egov-revoke --home root --hold --serial "$held" --actor 李值班 --requested-by x \
	--evidence loss.txt
expect 0 egov-crl publish --home root
issued root lost
lost=$serial
approved root zhang
request chen
application chen
ca=root/publish/cert/ca.pem
zhang=$id
approved root young
request next
expect 0 egov-issue --home root --profile agency-sign --application "$id" --request young.csr \
	--validity 60d --out young.pem
young=$(value serial)
# consent FILE OPTION...: its holder's signature under what egov-issue is about to do.
consent() {
	signature=$1
	shift
	expect 0 egov-issue --home root "$@" --consent-text
	cp "$out" consent.txt
	expect 0 openssl dgst -sm3 -sigopt "$ID" -sign young.key -out "$signature" consent.txt
}
consent renew.sig --renew "$young"
consent rekey.sig --rekey "$young" --request next.csr
approved root wang
wang=$id
id=$zhang
request qian
application qian
printf 'agency-sign\t%s\t%s.csr\twork-%s.pem\n' "$zhang" zhang zhang "$wang" wang wang >jobs.list
printf '%s\t%s\t\tx\tloss.txt\n' "$lost" keyCompromise "$lost" keyCompromise >losses

echo "ca_2 = $(uri root-ca2)" >second-key
sed -i '/^\[key\]/r second-key' root/egovca.conf

# A ceremony that makes its keys in the same token.
sm3() {
	openssl dgst -sm3 -r "$1" | cut -d ' ' -f 1
}
cat >ceremony.conf <<-CEREMONY
	[ceremony]
	title = x
	use = test
	kind = root

	[ca]
	subject = C=CN, O=x, CN=x
	validity = 30y

	[key]
	ca = pkcs11:token=test;object=new-ca
	    ?module-path=$O/egov-softtoken.so
	    &pin-source=file:$D/pin
	journal = pkcs11:token=test;object=new-journal
	    ?module-path=$O/egov-softtoken.so
	    &pin-source=file:$D/pin

	[record]
	custodian = custodian.pem
	custodian_sm3 = $(sm3 custodian.pem)

	[profiles]
	root-ca = $(sm3 "$SRC/examples/profiles/root-ca.test.conf")
CEREMONY
cp -a "$EGOV_SOFTTOKEN_DIR" tokens
now=$EGOV_TEST_NOW
EGOV_TEST_NOW=2039-12-01T00:00:00Z
expect 0 egov-record purge --home root --dry-run
due=$(value count)
EGOV_TEST_NOW=$now

# Where all of the journal is archived.
cp -r root archived
expect 0 egov-record archive --home archived

operations='issue batch renew rekey revoke revokes hold release publish submit submits policy rollover init
	ceremony destroy purge backup reconcile archive unarchive'
# Whoever has a checkpoint is elsewhere, and loses no power with the CA.
killed_operations=witness

# Each of the two may find that the other one is at work: it is called again then.
cat >both.sh <<-BOTH
	EGOV_TEST_NOW=2039-12-01T00:00:00Z
	egov-record archive --home work >archive.out 2>archive.err &
	archiver=\$!
	tries=0
	while :; do
		purged=0
		egov-record purge --home work --actor 钱主任 --confirm $due 2>purge.err || purged=\$?
		[ \$purged -eq 4 ] && grep -q 'another run holds it' purge.err && [ \$tries -lt 200 ] || break
		tries=\$((tries + 1))
		sleep 0.05
	done
	cat purge.err >&2
	archived=0
	wait \$archiver || archived=\$?
	case \$archived in
	0 | 137) ;;
	4) grep -q 'another run holds it' archive.err || exit 98 ;;
	*) exit 99 ;;
	esac
	exit \$purged
BOTH

# The command lines: each runs in a shell of its own, and is killed there.
# forget is purge, of what is archived, and both is that while archive is at work in the same home.
command_of() {
	case $1 in
	issue) echo "exec egov-issue --home work --profile agency-sign --application $id" \
		"--request zhang.csr --out work.pem" ;;
	renew) echo "exec egov-issue --home work --renew $young --consent renew.sig --out work.pem" ;;
	rekey) echo "exec egov-issue --home work --rekey $young --request next.csr" \
		"--consent rekey.sig --out work.pem" ;;
	revoke) echo "exec egov-revoke --home work --serial $lost --reason keyCompromise" \
		"--requested-by x --evidence loss.txt" ;;
	batch) echo "exec egov-issue --home work --batch jobs.list" ;;
	revokes) echo "exec egov-revoke --home work --list losses" ;;
	submits) echo "exec egov-apply submit --home work chen.application qian.application" ;;
	hold) echo "exec egov-revoke --home work --hold --serial $lost --actor 李值班" \
		"--requested-by x --evidence loss.txt" ;;
	release) echo "exec egov-revoke --home work --release --serial $held --actor 周批准" \
		"--requested-by x --evidence loss.txt" ;;
	publish) echo "exec egov-crl publish --home work" ;;
	submit) echo "exec egov-apply submit --home work chen.application" ;;
	policy) echo "exec egov-policy add --home work --version 2 --published 2026-11-01" \
		"--effective 2026-11-01 cps.txt" ;;
	rollover) echo "exec egov-init --home work --rollover" ;;
	init) echo "exec egov-init --home made --test --subject 'C=CN, O=x, CN=x'" \
		"--key '$(uri root-ca)' --journal-key '$(uri root-journal)'" \
		"--custodian custodian.pem --self-signed" ;;
	destroy) echo "exec egov-key destroy --home work --actor 赵 --second 钱 --reason x 1" ;;
	purge) echo "EGOV_TEST_NOW=2039-12-01T00:00:00Z exec egov-record purge --home work" \
		"--actor 钱主任 --confirm $due" ;;
	forget) command_of purge ;;
	both) echo "exec sh both.sh" ;;
	backup) echo "exec egov-record backup --home work --actor 赵值班 copy" ;;
	reconcile) echo "exec egov-record reconcile --home work --actor 钱主任" ;;
	witness) echo "exec egov-record witness --home work --actor 赵值班 --directory work/outside" ;;
	archive) echo "exec egov-record archive --home work" ;;
	unarchive) echo "exec egov-record archive --home work --restore 1" ;;
	ceremony) echo "exec egov-init --home made --ceremony ceremony.conf" \
		"--reviewed $(sm3 ceremony.conf)" ;;
	esac
}

# again OPERATION: the same command, to its end.
again() {
	got=0
	sh -c "$(command_of "$1")" >"$out" 2>"$err" </dev/null || got=$?
}

# fresh [OPERATION]: the home that it works on; reconcile: with a ledger older than its lists;
# unarchive, forget, both: with an archive.
fresh() {
	rm -rf work work.pem work-*.pem made made.transcript copy copy.part "$EGOV_SOFTTOKEN_DIR"
	from=root
	case ${1:-} in
	unarchive | forget | both) from=archived ;;
	esac
	cp -r $from work
	cp -a tokens "$EGOV_SOFTTOKEN_DIR"
	[ "${1:-}" != reconcile ] || {
		rm -f work/ledger.db-wal work/ledger.db-shm
		cp yesterday.db work/ledger.db
	}
}

whole_list() {
	expect 0 egov-crl check --issuer $ca --at 2026-11-22T09:00:00Z work/publish/crl/ca.crl
}

# arrived STEP: the list that is served is elsewhere, too.
arrived() {
	for list in brought/*; do
		! cmp -s "$list" work/publish/crl/ca.crl || return 0
	done
	die "publish, cut off at step $1: its list has not arrived"
}

# handed_out OPERATION STEP TEXT: the next run makes work.pem; or it says TEXT with the serial of
# what was made, which is asked for.
handed_out() {
	consistent work
	again "$1"
	case $got in
	0) ;;
	3) says "$3" && serial=$(grep -oE '[0-9a-f]{32}' "$err" | head -n 1) &&
		expect 0 egov-status show --home work --pem "$serial" && cp "$out" work.pem ;;
	*) die_showing "$1, cut off at step $2: the next run exits $got" ;;
	esac
	expect 0 openssl verify -no_check_time -vfyopt "$ID" -partial_chain -trusted "$ca" work.pem
}

# forgotten OPERATION STEP: nothing of what was destroyed lies in a file, and all else does.
forgotten() {
	expect 0 egov-record archive --home work
	expect 0 egov-record archive --home work --verify
	[ "$(find work/archive -type f | wc -l)" -eq "$(sql work 'select count(*) from segment')" ] ||
		die "$1, cut off at step $2: a file is left"
	[ "$(sql work 'select count(*) from segment where moved < entries')" -eq 0 ] ||
		die "$1, cut off at step $2: not all was moved"
	# shellcheck disable=SC2046 # words
	for gone in $(sql work 'select subject from tombstone'); do
		expect 0 egov-record list --home work --serial "$gone"
		! grep -q '^private: sealed' "$out" ||
			die_showing "$1, cut off at step $2: what was sealed about $gone is there"
		expect 1 egov-record prove --home work --out bundle "$gone"
	done
	for gone in $(sql work "select application from tombstone where application <> ''"); do
		expect 0 egov-record list --home work --application "$gone"
		! grep -q '^private: sealed' "$out" ||
			die_showing "$1, cut off at step $2: what was sealed about $gone is there"
	done
}

# After a cut: recover, go on, and nothing is lost or double.
goes_on() {
	case $1 in
	issue)
		handed_out issue "$2" 'used already'
		[ "$(sql work "select count(*) from certificate where application = '$id'")" -eq 1 ] ||
			die "issue, cut off at step $2: want one certificate"
		;;
	renew | rekey)
		handed_out "$1" "$2" 'follows it already'
		[ "$(sql work "select count(*) from succession where lower(hex(predecessor)) = '$young'")" \
			-eq 1 ] || die "$1, cut off at step $2: want one certificate that follows"
		[ "$(entries work "$1")" -eq 1 ] || die "$1, cut off at step $2: not recorded once"
		;;
	revoke)
		consistent work
		again revoke
		[ "$got" -eq 0 ] || { [ "$got" -eq 3 ] && says 'already'; } ||
			die_showing "revoke, cut off at step $2: the next run exits $got"
		expect 0 egov-status state --home work "$lost"
		prints 'state: revoked'
		expect 0 egov-crl publish --home work
		prints 'entries: 3'
		;;
	batch)
		consistent work
		again batch
		[ "$got" -eq 0 ] || die_showing "batch, cut off at step $2: the next run exits $got"
		for name in zhang wang; do
			expect 0 openssl verify -no_check_time -vfyopt "$ID" -partial_chain \
				-trusted "$ca" "work-$name.pem"
		done
		[ "$(sql work "select count(*) from certificate where application in ('$zhang', '$wang')")" \
			-eq 2 ] || die "batch, cut off at step $2: want two certificates"
		[ "$(sql work 'select count(*) from intent where state = 1')" -eq 0 ] ||
			die "batch, cut off at step $2: an intent is left"
		again batch
		[ "$(grep -c 'done' "$out")" -eq 2 ] || die_showing "batch, step $2: not done"
		;;
	revokes)
		consistent work
		again revokes
		[ "$got" -eq 0 ] || die_showing "revokes, cut off at step $2: the next run exits $got"
		[ "$(entries work revoke)" -eq 2 ] || die "revokes, cut off at step $2: not recorded once"
		;;
	hold | release)
		consistent work
		again "$1"
		[ "$got" -eq 0 ] || { [ "$got" -eq 3 ] && says 'on hold'; } ||
			die_showing "$1, cut off at step $2: the next run exits $got"
		[ "$(entries work "$1")" -eq $((1 + (${#1} < 5))) ] ||
			die "$1, cut off at step $2: not recorded once"
		expect 0 egov-crl publish --home work
		prints "entries: $([ "$1" = hold ] && echo 3 || echo 1)"
		;;
	publish)
		whole_list
		consistent work
		expect 0 egov-crl publish --home work --if-due
		arrived "$2"
		again publish
		[ "$got" -eq 0 ] || die_showing "publish, cut off at step $2: the next run exits $got"
		prints 'entries: 2'
		arrived "$2"
		[ "$(sql work 'select count(distinct number) from crl')" -eq \
			"$(sql work 'select count(*) from crl')" ] || die 'a number came twice'
		;;
	submit | submits)
		consistent work
		again "$1"
		[ "$got" -eq 0 ] || die_showing "$1, cut off at step $2: the next run exits $got"
		;;
	policy)
		consistent work
		# Never served before it is on record.
		[ ! -e work/publish/cps/cps-2 ] ||
			[ "$(sql work 'select count(*) from policy where version = 2')" -eq 1 ] ||
			die "policy, cut off at step $2: served without a record"
		again policy
		[ "$got" -eq 0 ] || die_showing "policy, cut off at step $2: the next run exits $got"
		same cps.txt work/publish/cps/cps-2
		[ "$(entries work policy)" -eq 2 ] || die "policy, cut off at step $2: not recorded once"
		;;
	rollover)
		# One key is active, the old or the new one, and the work goes on with it.
		consistent work
		[ "$(sql work 'select count(*) from generation where state = 2')" -eq 1 ] ||
			die "rollover, cut off at step $2: want one active key"
		again rollover
		[ "$got" -eq 0 ] || { [ "$got" -eq 3 ] && says 'ca_3'; } ||
			die_showing "rollover, cut off at step $2: the next run exits $got"
		[ "$(sql work 'select group_concat(state) from generation')" = 3,2 ] ||
			die "rollover, cut off at step $2: the new key is not active"
		for link in ca2 ca2-by-ca ca-by-ca2; do
			expect 0 openssl x509 -in work/publish/cert/$link.pem -noout
		done
		expect 0 egov-issue --home work --profile agency-sign --application "$id" \
			--request zhang.csr --out work.pem
		expect 0 openssl verify -no_check_time -vfyopt "$ID" -partial_chain \
			-trusted work/publish/cert/ca2.pem work.pem
		expect 0 egov-crl publish --home work
		prints 'entries: 2' 'entries: 0'
		;;
	init)
		if [ -e made ]; then
			consistent made
		else
			again init
			[ "$got" -eq 0 ] || die_showing "init, cut off at step $2: the next run exits $got"
		fi
		consistent made
		[ -z "$(find . -maxdepth 1 -name '.egov-tmp-init-*')" ] ||
			die "init, cut off at step $2: a temporary home was left"
		return
		;;
	destroy)
		consistent work
		again destroy
		[ "$got" -eq 0 ] || { [ "$got" -eq 3 ] && says 'destroyed already'; } ||
			die_showing "destroy, cut off at step $2: the next run exits $got"
		[ "$(sql work 'select state from generation')" -eq 5 ] ||
			die "destroy, cut off at step $2: the key is not destroyed"
		[ "$(entries work key-destroy) $(entries work key-destroyed)" = '1 1' ] ||
			die "destroy, cut off at step $2: not recorded once"
		expect 1 egov-key info "$(uri root-ca)"
		;;
	purge | forget | both)
		# Never half: every leaf and every proof are there, whatever is gone.
		EGOV_TEST_NOW=2039-12-01T00:00:00Z
		consistent work
		again "$1"
		[ "$got" -eq 0 ] || { [ "$got" -eq 3 ] && says 'due until'; } ||
			die_showing "$1, cut off at step $2: the next run exits $got"
		[ "$(sql work 'select count(*) from tombstone where state = 3')" -eq "$due" ] ||
			die "$1, cut off at step $2: not all that was due is gone"
		[ "$(entries work purge) $(entries work purged)" = '1 1' ] ||
			die "$1, cut off at step $2: not recorded once"
		[ "$(sql work 'select count(*) from sealed join journal using (seq), tombstone
			where seq < purge and journal.subject in (tombstone.subject, application)')" -eq 0 ] ||
			die "$1, cut off at step $2: sealed blobs are left"
		[ "$1" = purge ] || forgotten "$1" "$2"
		EGOV_TEST_NOW=2026-11-22T08:00:00Z
		;;
	backup)
		consistent work
		# Under its name there is a whole one, or none.
		[ -e copy ] || {
			again backup
			[ "$got" -eq 0 ] || die_showing "backup, cut off at step $2: the next run exits $got"
		}
		expect 0 egov-record restore --home copy --check
		prints 'verdict: consistent'
		[ ! -e copy.part ] || [ "$(entries work backup)" -ge 1 ] ||
			die "backup, cut off at step $2: a part is left without an entry"
		expect 5 egov-crl publish --home copy
		;;
	reconcile)
		# All that was lost, or nothing and no list until it is there.
		case $(entries work reconciled) in
		0) expect 5 egov-crl publish --home work ;;
		2) ;;
		*) die "reconcile, cut off at step $2: half of it is recorded" ;;
		esac
		again reconcile
		[ "$got" -eq 0 ] || die_showing "reconcile, cut off at step $2: the next run exits $got"
		[ "$(entries work reconcile) $(entries work reconciled)" = '1 2' ] ||
			die "reconcile, cut off at step $2: not recorded once"
		expect 0 egov-crl publish --home work
		prints 'entries: 2'
		;;
	witness)
		consistent work
		again witness
		[ "$got" -eq 0 ] || die_showing "witness, cut off at step $2: the next run exits $got"
		expect 0 egov-record witness --home work --check
		prints 'method: directory'
		[ -e "$(find work/outside -name '*-last.pem')" ] ||
			die "witness, cut off at step $2: the last is not there"
		expect 0 egov-issue --home work --profile agency-sign --application "$id" \
			--request zhang.csr --out work.pem
		;;
	archive | unarchive)
		# Wherever an entry lies, it is read as before.
		consistent work
		sql root 'select max(seq) from journal' >"$out"
		last=$(cat "$out")
		for entry in 1 $((last / 2)) "$last"; do
			expect 0 egov-record show --home root "$entry"
			cp "$out" wanted
			expect 0 egov-record show --home work "$entry"
			same wanted "$out"
		done
		again "$1"
		[ "$got" -eq 0 ] || { [ "$1" = unarchive ] && says 'no archive 1'; } ||
			die_showing "$1, cut off at step $2: the next run exits $got"
		# Files that nothing speaks of go with the next one that archives.
		[ "$1" = archive ] || again archive
		[ "$got" -eq 0 ] || die_showing "$1, cut off at step $2: archiving exits $got"
		expect 0 egov-record archive --home work --verify
		[ "$(find work/archive -type f | wc -l)" -eq "$(sql work 'select count(*) from segment')" ] ||
			die "$1, cut off at step $2: a file is left"
		[ "$(sql work 'select count(*) from segment where moved < entries')" -eq 0 ] ||
			die "$1, cut off at step $2: not all was moved"
		;;
	ceremony)
		# Either there is no home yet, or it is whole; its keys are made once.
		[ ! -e made ] || consistent made
		again ceremony
		[ "$got" -eq 0 ] || { [ "$got" -eq 3 ] && says 'exists already'; } ||
			die_showing "ceremony, cut off at step $2: the next run exits $got"
		consistent made
		[ "$(entries made ceremony)" -eq 1 ] || die "ceremony, cut off at step $2: want one entry"
		[ ! -e made.transcript ] || die "ceremony, cut off at step $2: its transcript was left"
		for line in ca-key-begin journal-key-begin; do
			[ "$(grep -c "	$line	" made/ceremony/transcript.txt)" -le 2 ] ||
				die "ceremony, cut off at step $2: $line"
		done
		[ -z "$(find . -maxdepth 1 -name '.egov-tmp-init-*')" ] ||
			die "ceremony, cut off at step $2: a temporary home was left"
		return
		;;
	esac
	consistent work
	[ -z "$(find work -name '.egov-tmp-*')" ] || die "$1, cut off at step $2: a temporary file is left"
	[ "$(sql work 'select count(distinct serial) from intent where kind = 2')" -eq \
		"$(sql work 'select count(*) from intent where kind = 2')" ] || die 'a serial came twice'
	[ "$(sql work 'select count(*) from certificate where not exists
		(select 1 from intent where intent.id = certificate.intent)')" -eq 0 ] ||
		die 'a certificate without an intent'
}
