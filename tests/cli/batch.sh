#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# egov-issue --batch: a certificate a line, results line by line, a bad line stops no other, and
# the same list run again issues nothing twice.
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
tab=$(printf '\t')

# job NAME ID: its line of a list.
job() {
	printf 'agency-sign\t%s\t%s.csr\t%s.pem\n' "$2" "$1" "$1"
}

# result LINE WORD: what standard output says of a line.
result() {
	grep -q "^$1${tab}$2\($tab\|\$\)" "$out" || die_showing "$ran: line $1 is not $2"
}

verified() {
	expect 0 openssl verify -no_check_time -vfyopt $ID -partial_chain -trusted $ca "$1"
}

issued_so_far() {
	sql root 'select count(*) from certificate where is_ca = 0'
}

approved root a && first=$id
approved root b && second=$id
approved root c && third=$id
submitted root d && waiting=$id
{
	echo '# profile, application, request, output'
	job a "$first"
	echo
	job b "$second"
	job d "$waiting"
	echo 'agency-sign without tabs'
	job c "$third" | sed 's/^agency-sign/no-such/'
	job missing "$third"
	printf 'agency-sign\t%s\t%s.csr\t%s.pem\n' "$third" a c
	printf 'agency-sign\tA999999\tc.csr\tx.pem\n'
	job a "$first"
} >list

expect 4 egov-issue --home root --batch list
result 4 issued
result 5 failed
prints 'submitted, not approved'
result 6 failed
prints '4 fields separated by tabs'
result 7 failed
result 8 failed
prints 'missing.csr'
result 9 failed
prints 'the application pins'
result 10 failed
prints 'A999999'
# An application that comes twice is issued once, to whichever line is signed first.
result 2 '\(issued\|done\|written\)'
result 11 '\(issued\|done\|written\)'
[ "$(grep -c "^\(2\|11\)${tab}issued" "$out")" -eq 1 ] || die_showing 'not issued once'
# One line a job in their order.
[ "$(cut -f 1 "$out" | tr '\n' ' ')" = '2 4 5 6 7 8 9 10 11 ' ] || die_showing 'not in order'
says 'list: 6 of 9 failed'
verified a.pem
verified b.pem
for unwanted in d.pem c.pem x.pem; do
	[ ! -e $unwanted ] || die "$unwanted: an output without a certificate"
done
[ "$(issued_so_far)" -eq 2 ] || die 'want two certificates'
[ "$(entries root refused)" -eq 4 ] || die 'want each refusal journalled'
consistent root
[ -z "$(find . -name '.egov-tmp-*')" ] || die 'temporary files are left'

# --- again: finished lines are done, a lost output comes from the ledger, new ones go on ---
{ job a "$first" && job b "$second" && job c "$third"; } >list
cp a.pem kept.pem
mv b.pem gone.pem
touch -d '2001-01-01' a.pem
expect 0 egov-issue --home root --batch list --json --threads 3
prints '"line":"1","status":"done"' '"line":"2","status":"written"' '"line":"3","status":"issued"' \
	"\"application\":\"$third\"" '"output":"c.pem"'
same a.pem kept.pem
[ -z "$(find a.pem -newer list)" ] || die 'an output that was right was written again'
same b.pem gone.pem
verified c.pem
[ "$(issued_so_far)" -eq 3 ] || die 'issued twice'
expect 0 egov-issue --home root --batch list --der
result 3 written
expect 0 openssl x509 -inform DER -in c.pem -noout -text
consistent root

# The certificate of an application is nobody else's: another key or profile gets none.
printf 'agency-sign\t%s\tb.csr\tother.pem\n' "$first" >list
job a "$first" | sed 's/^agency-sign/civil-servant-sign/' >>list
expect 3 egov-issue --home root --batch list
prints 'was used already'
result 1 failed
result 2 failed
[ ! -e other.pem ] || die 'handed out for another key'

# --- an output that cannot be written: the certificate is in the ledger, the next run writes it ---
approved root e
printf 'agency-sign\t%s\te.csr\tno/such/folder/e.pem\n' "$id" >list
expect 4 egov-issue --home root --batch list
result 1 failed
prints 'no/such/folder'
job e "$id" >list
expect 0 egov-issue --home root --batch list
result 1 written
verified e.pem

# --- many in one file: in the order of the list, whole or not at all ---
approved root f && sixth=$id
approved root g && seventh=$id
bundled() {
	job "$@" | sed 's/[^	]*$/-/'
}
{ bundled a "$first" && bundled f "$sixth" && job b "$second" && bundled g "$seventh"; } >list
expect 2 egov-issue --home root --batch list
prints 'output -: --out must name'
[ "$(issued_so_far)" -eq 4 ] || die 'issued without an output'
expect 4 egov-issue --home root --batch list --out no/such/folder/all.pem
says 'no/such/folder/all.pem'
[ "$(issued_so_far)" -eq 4 ] || die 'issued without an output'
echo old >all.pem
{ bundled f "$sixth" && bundled g A999999; } >half
expect 3 egov-issue --home root --batch half --out all.pem
[ "$(grep -c BEGIN all.pem)" -eq 1 ] || die 'want the one that was issued'
expect 0 egov-issue --home root --batch list --out all.pem
result 1 written
result 2 written
result 3 'done'
result 4 issued
[ -f ./- ] && die 'an output was named -'
csplit -s -z -f part. all.pem '/BEGIN/' '{*}'
expect 0 openssl x509 -in part.00 -outform DER -out part.der
same part.der a.pem             # written with --der
[ ! -e part.03 ] || die 'too many in one file'
for part in part.00 part.01 part.02; do
	verified $part
done
egov-issue --home root --batch list --out all.der --der >/dev/null
expect 0 openssl x509 -inform DER -in all.der -noout
expect 0 egov-issue --home root --batch list --out /dev/null
[ -c /dev/null ] || die '/dev/null was replaced'
expect 4 egov-issue --home root --batch list --out /dev/full
[ -z "$(find . -name 'all.*.[0-9]*')" ] || die 'a file was left behind'
consistent root

# --- wrong use ---
expect 2 egov-issue --home root --batch list --profile agency-sign
says_only 'stands in the list'
bundled f "$sixth" >half        # standard output has the results already
expect 2 egov-issue --home root --batch half --out -
prints 'output -: --out must name'
expect 2 egov-issue --home root --profile agency-sign
says_only '--application ID is missing'
expect 2 egov-issue --home root --batch list --threads 0
says_only 'from 1 to 256'
expect 4 egov-issue --home root --batch no-such-list
says_only 'no-such-list'
expect 0 egov-issue --home root --batch - <&-
consistent root

# --- many, by several runs at once: each once ---
n=1
: >many
while [ $n -le 12 ]; do
	approved root m$n
	job m$n "$id" >>many
	n=$((n + 1))
done
before=$(issued_so_far)
for run in 1 2 3; do
	egov-issue --home root --batch many >"run$run.out" 2>"run$run.err" &
done
failed=0
wait %1 || failed=$?
wait %2 || failed=$?
wait %3 || failed=$?
[ "$failed" -eq 0 ] || { cat run*.out run*.err; die "runs at once: exit $failed"; }
[ "$(issued_so_far)" -eq $((before + 12)) ] || die 'runs at once: not each once'
n=1
while [ $n -le 12 ]; do
	verified m$n.pem
	n=$((n + 1))
done
consistent root
