#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Certificates that follow others: renewed, rekeyed, extended, once each, with proof of
# what they rest on; and what killed runs left, finished or closed.
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
sed -i 's/^maximum = 10d/&\nhold = yes/' root/egovca.conf
echo loss >loss.txt
issued root one
one=$serial
issued root two
two=$serial

# consent KEY OPTION...: what --consent-text prints, signed with KEY into consent.sig.
consent() {
	key=$1
	shift
	expect 0 egov-issue --home root "$@" --consent-text
	cp "$out" consent.txt
	expect 0 openssl dgst -sm3 -sigopt $ID -sign "$key" -out consent.sig consent.txt
}
renew() {
	egov-issue --home root --out next.pem "$@"
}
asks() {
	egov-revoke --home root --requested-by 张示例 --evidence loss.txt --actor 李值班 "$@"
}

# --- wrong use ---
expect 2 renew --renew "$one" --rekey "$one" --consent loss.txt
expect 2 renew --renew "$one"
says 'either an application or the holder'
expect 2 renew --renew "$one" --profile agency-sign --consent loss.txt
expect 2 renew --consent loss.txt
expect 2 renew --rekey "$one" --consent loss.txt
says 'wants a request with the new key'
expect 2 renew --extend "$one" --application A000001
says 'wants a request with the key that it pins'
expect 2 renew
says '--profile NAME is missing'
expect 2 egov-issue --home root --resume --request one.csr
expect 2 egov-issue --home root --serial "$one"
expect 2 renew --renew xyz --consent loss.txt
expect 1 renew --renew 00aa --consent loss.txt
says_only 'no certificate of this CA'

# --- the consent: of the certificate's key, for this and nothing else ---
consent one.key --renew "$one"
[ "$(sed -n 3p consent.txt)-$(sed -n 4p consent.txt)" = "operation: renew-serial: $one" ] ||
	die_showing 'the consent names something else'
grep -qx "key-sm3: $(key_digest one.csr)" consent.txt || die 'the consent names another key'
expect 3 renew --renew "$one" --consent consent.sig
says_only 'too early ([renewal] window), since it is valid until: 2029-11-22T08:00:00Z'
EGOV_TEST_NOW=2029-10-01T08:00:00Z
expect 3 renew --renew "$two" --consent consent.sig
says_only 'the consent is no signature'
expect 3 renew --extend "$one" --consent consent.sig
says_only '[renewal] extend = application'
consent two.key --renew "$one"
expect 3 renew --renew "$one" --consent consent.sig
says_only 'the consent is no signature'
expect 3 renew --renew "$one" --consent loss.txt
[ "$(sql root 'select count(*) from intent where kind = 2 and state = 1')" -eq 0 ] ||
	die 'something was intended'

# --- renewed: same key, same holder, from now on; the key may not live longer ---
consent one.key --renew "$one"
expect 3 renew --renew "$one" --consent consent.sig --validity 3y
says_only 'validity: the life of its key ends at ([renewal] key_life): 2031-11-22T08:00:00Z'
expect 3 renew --renew "$one" --consent consent.sig --validity 30d
says_only 'only with another key can it end later than now: 2029-11-22T08:00:00Z'
expect 0 renew --renew "$one" --consent consent.sig
prints 'operation: renew' "predecessor: $one" 'not-before: 2029-10-01T08:00:00Z' \
	'not-after: 2031-11-22T08:00:00Z'
next=$(value serial)
cp next.pem renewed.pem
# What the ledger keeps of it is the holder's, libgcrypt says.
openssl x509 -in one.pem -outform DER -out one.der
sql root "select writefile('kept.sig', consent) from succession" >written
"$O/test-witness" one.der consent.txt kept.sig || die 'the consent on record is not of the key'
expect 0 openssl verify -no_check_time -vfyopt $ID -partial_chain -trusted $ca renewed.pem
for field in -subject -pubkey; do
	[ "$(openssl x509 -in one.pem -noout $field)" = "$(openssl x509 -in renewed.pem -noout $field)" ] ||
		die "renewed: another $field"
done
expect 0 openssl x509 -in renewed.pem -noout -text
prints '1.2.156.10260.4.1.4'
expect 0 egov-status show --home root "$next"
prints "predecessor: $one" 'operation: renew' 'state: good'
expect 0 egov-status show --home root "$one"
prints "successor: $next" 'state: good'
expect 3 renew --renew "$one" --consent consent.sig
says_only "certificate $next follows it already"
consistent root
prints 'successions: 1'

# --- the identity check does not count for ever, nor does the key ---
EGOV_TEST_NOW=2031-10-01T08:00:00Z
consent one.key --renew "$next"
expect 3 renew --renew "$next" --consent consent.sig
says_only 'the identity check of the last one counted until ([renewal] identity_life): 2029-11-22'
sed -i 's/^window = 90d/&\nidentity_life = 8y/' root/profiles/agency-sign.conf
expect 3 renew --renew "$next" --consent consent.sig
says_only 'only with another key'

# --- rekeyed: another key, which the request proves and the old key consents to ---
request new
expect 0 openssl req -new -key one.key -sm3 -sigopt $ID -out same.csr -subj /CN=x
consent one.key --rekey "$next" --request same.csr
expect 3 renew --rekey "$next" --request same.csr --consent consent.sig
says_only 'rekeying wants another'
consent new.key --rekey "$next" --request new.csr
expect 3 renew --rekey "$next" --request new.csr --consent consent.sig
says_only 'the consent is no signature'
consent one.key --rekey "$next" --request new.csr
request other
expect 3 renew --rekey "$next" --request other.csr --consent consent.sig
says_only 'the consent is no signature'
sed 's/^\(....\)./\1A/;2s/^\(....\)./\1B/' new.csr >torn.csr
expect 3 renew --rekey "$next" --request torn.csr --consent consent.sig
expect 0 renew --rekey "$next" --request new.csr --consent consent.sig
prints 'operation: rekey' "predecessor: $next" 'not-after: 2034-10-01T08:00:00Z'
rekeyed=$(value serial)
[ "$(openssl x509 -in next.pem -noout -pubkey)" = "$(openssl pkey -in new.key -pubout)" ] ||
	die 'rekeyed: not the new key'
consistent root

# --- a key that somebody else may have is certified no more, whatever asks for it ---
expect 0 asks --reason keyCompromise --serial "$rekeyed"
consent new.key --renew "$rekeyed"
expect 3 renew --renew "$rekeyed" --consent consent.sig
says_only 'it was revoked: 2031-10-01T08:00:00Z'
cp new.csr again.csr
application again
expect 0 egov-apply submit --home root again.application
id=$(value application)
expect 0 egov-apply review --home root --actor 王审查 "$id"
expect 0 egov-apply approve --home root --actor 周批准 "$id"
expect 3 egov-issue --home root --profile agency-sign --application "$id" --request new.csr
says_only "the key was that of certificate $rekeyed, revoked as keyCompromise"

# --- what has ended, is on hold or a CA's is not followed ---
consent two.key --renew "$two"
expect 3 renew --renew "$two" --consent consent.sig
says_only 'it has expired, and a new application is needed: 2029-11-22'
expect 3 renew --renew "$(sql root 'select lower(hex(serial)) from certificate where is_ca')" \
	--consent consent.sig
issued root four
four=$serial
expect 0 asks --hold --serial "$four"
consent four.key --renew "$four"
expect 3 renew --renew "$four" --consent consent.sig
says_only 'must be released first'
expect 0 egov-revoke --home root --release --requested-by x --evidence loss.txt --serial "$four" \
	--actor 周批准

# --- extended: same key, same start, later end, on an application that names the same holder ---
EGOV_TEST_NOW=2034-09-01T08:00:00Z
cp four.csr longer.csr
application longer
approve() {
	expect 0 egov-apply submit --home root "$1"
	id=$(value application)
	expect 0 egov-apply review --home root --actor 王审查 "$id"
	expect 0 egov-apply approve --home root --actor 周批准 "$id"
}
approve longer.application
expect 3 renew --extend "$four" --application "$id" --request new.csr
sed 's/示例市行政审批局/别的局/' longer.application >elsewhere.application
mine=$id
approve elsewhere.application
expect 3 renew --extend "$four" --application "$id" --request four.csr
says_only 'names another holder than the certificate'
expect 3 renew --extend "$four" --application "$mine" --request four.csr --validity 3y
says_only 'the profile allows at most: 2036-10-01T08:00:00Z'
expect 0 renew --extend "$four" --application "$mine" --request four.csr --validity 1y
prints 'operation: extend' "application: $mine" 'not-before: 2031-10-01T08:00:00Z' \
	'not-after: 2035-10-01T08:00:00Z'
expect 0 egov-apply show --home root "$mine"
prints 'state: issued'
consistent root
expect 0 egov-status count --home root
prints 'issued: 4' 'renewed: 1' 'rekeyed: 1' 'extended: 1' 'held: 1' 'released: 1' 'revoked: 1'
expect 0 egov-status count --home root --from 2031-01-01 --to 2032-01-01
prints 'issued: 1' 'renewed: 0' 'rekeyed: 1' 'extended: 0' 'ended: 1'
for kind in renew rekey extend; do
	[ "$(entries root $kind)" -eq 1 ] || die "want one entry $kind"
done

# --- of four at once, one renews ---
issued root five
five=$serial
issued root six
six=$serial
EGOV_TEST_NOW=2034-09-02T08:00:00Z
sed -i 's/^window = 90d/window = 9y/' root/profiles/agency-sign.conf
consent five.key --renew "$five"
for n in 1 2 3 4; do
	egov-issue --home root --renew "$five" --consent consent.sig --out race$n.pem >race$n 2>&1 &
	eval "pid$n=$!"
done
won=0
for n in 1 2 3 4; do
	eval "wait \"\$pid$n\"" && won=$((won + 1))
done
[ "$won" -eq 1 ] || { cat race?; die "$won of 4 renewed it"; }
[ "$(sql root 'select count(*) from succession where operation = 1')" -eq 2 ] || die 'renewed twice'
consistent root

# --- killed anywhere: the next run, or --resume, finishes the same bytes ---
consent six.key --renew "$six"
killed() {
	rm -rf work
	cp -r root work
	: >steps
	got=0
	ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" EGOV_CRASH_AT=$1 \
		EGOV_CRASH_LOG=$D/steps LD_PRELOAD=$O/crash.so sh -c "exec egov-issue --home work \
		--renew $six --consent consent.sig --out work.pem" >"$out" 2>"$err" </dev/null || got=$?
}
open_intents() {
	sql work 'select count(*) from intent where state = 1'
}
killed 0
[ "$got" -eq 0 ] || die_showing "renew: exit $got"
steps=$(wc -l <steps)
step=1
left=0
while [ "$step" -le "$steps" ]; do
	killed $step
	[ "$got" -eq 137 ] || die_showing "renew, step $step of $steps: exit $got, not killed"
	consistent work
	if [ "$(open_intents)" -eq 1 ]; then
		left=$step
		digest=$(sql work 'select lower(hex(tbs_digest)) from intent where state = 1')
	fi
	got=0
	egov-issue --home work --renew "$six" --consent consent.sig >next.pem 2>"$err" || got=$?
	case $got in
	0 | 3) ;;
	*) die_showing "renew, cut off at step $step: the next run exits $got" ;;
	esac
	[ "$(sql work "select count(*) from succession where lower(hex(predecessor)) = '$six'")" -eq 1 ] ||
		die "renew, cut off at step $step: not once"
	if [ "$left" -eq "$step" ]; then
		[ "$(entries work resume)" -eq $(($(entries root resume) + 1)) ] ||
			die 'who finished it is not on record'
		sql work "select body from journal where kind = 'intent' order by seq desc limit 1" |
			grep -q "$digest" || die 'other bytes were signed'
	fi
	consistent work
	step=$((step + (steps + 5) / 6))
done
step=1
while :; do
	killed $step
	[ "$(open_intents)" -eq 0 ] || break
	[ "$got" -eq 137 ] || die 'no step of renew leaves an intent without a result'
	step=$((step + 1))
done
cp -r work left
expect 1 egov-issue --home work --resume --serial 00aa
says_only 'no issuing of this serial'
serial=$(sql work 'select lower(hex(serial)) from intent where state = 1')
expect 0 egov-issue --home work --resume --actor 吴收尾
prints "serial: $serial" 'result: finished'
[ "$(sql work "select actor from journal where kind = 'resume' order by seq desc limit 1")" = 吴收尾 ] ||
	die 'not by whom'
expect 0 egov-issue --home work --resume
[ ! -s "$out" ] || die_showing 'there was something to finish again'
expect 0 egov-status show --home work "$serial"
prints "predecessor: $six"
consistent work

# --- what is too old is closed, not finished; then it can be renewed anew ---
rm -rf work
mv left work
EGOV_TEST_NOW=2034-09-10T08:00:00Z
for again in "--resume" "--resume --serial $serial" "--renew $six --consent consent.sig"; do
	# shellcheck disable=SC2086 # options
	expect 3 egov-issue --home work $again
	says 'could be finished until 2034-09-09T08:00:00Z ([ca] resume): close it with egov-revoke'
done
expect 0 egov-revoke --home work --serial "$serial" --reason superseded --requested-by x \
	--evidence loss.txt
expect 0 egov-issue --home work --renew "$six" --consent consent.sig --out next.pem
expect 0 egov-status show --home work "$six"
newest=$(sql work 'select lower(hex(serial)) from certificate order by intent desc limit 1')
prints "successor: $newest"
consistent work
