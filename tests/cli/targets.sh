#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Where lists go: files in DER and PEM with every old number, a program that brings them elsewhere.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal
custodian
root root --crl-url http://pki.example.cn/crl/ca.crl
cps root
lists=root/publish/crl

cat >hook <<HOOK
#!/bin/sh
echo "\$1 \$2 \$(basename "\$3") \$#" >>"$D/hook.log"
echo 'said by the hook'
cmp -s "\$3" "$D/$lists/\$1.crl" || exit 9
[ ! -e "$D/refuse-\$1" ]
HOOK
chmod +x hook
log() {
	tail -n 1 hook.log
}

# --- DER, PEM, every number ---
sed -i "s,^web_root = .*,&\npem = yes\nhook = $D/hook," root/egovca.conf
sed -i 's,^maximum = .*,&\nseparate_ca = yes,' root/egovca.conf
expect 0 egov-crl publish --home root
says 'said by the hook'
! grep -q 'said by' "$out" || die_showing 'the hook spoke on standard output'
for list in ca ca-arl ca-users; do
	openssl crl -in $lists/$list.pem -outform DER -out pem.crl
	cmp pem.crl $lists/$list.crl || die "$list.pem is another list"
	grep -q "^$list [0-9]* $list-[0-9]*.crl 3$" hook.log || die "the hook did not get $list"
done
[ "$(wc -l <hook.log)" -eq 3 ] || die 'the hook was not run once a list'

# --- who mirrors them knows what there is, and whether he has it ---
manifest() {
	[ "$(wc -l <$lists/manifest.json)" -eq "$1" ] || die "want $1 lists in the manifest"
	jq -r '[.list, .file, .sm3, .number, ."this-update", ."next-update"] | @tsv' $lists/manifest.json >rows
	while read -r list file sm3 number from until; do
		cmp -s "$lists/$file" "$lists/$list.crl" || die "$file is not $list"
		[ "$(openssl dgst -sm3 -r "$lists/$file" | cut -d ' ' -f 1)" = "$sm3" ] || die "$file: another digest"
		expect 0 egov-crl show "$lists/$file"
		prints "this-update: $from" "next-update: $until"
		[ "$file" = "$list-$number.crl" ] || die "$file has another number"
	done <rows
}
manifest 3
cp $lists/manifest.json manifest.before
rm $lists/manifest.json
expect 0 egov-crl publish --home root --if-due
same manifest.before $lists/manifest.json
echo '{}' >$lists/manifest.json
expect 0 egov-crl publish --home root --dry-run
[ "$(wc -l <$lists/manifest.json)" -eq 1 ] || die 'a dry run wrote the manifest'
expect 0 egov-crl publish --home root --if-due
same manifest.before $lists/manifest.json

# --- what has arrived is not brought again ---
expect 0 egov-crl publish --home root --if-due
[ "$(wc -l <hook.log)" -eq 3 ] || die 'the hook was run again'
expect 0 egov-crl publish --home root --dry-run
[ "$(wc -l <hook.log)" -eq 3 ] || die 'the hook was run by a dry run'

# --- one that fails holds nothing up, is told, and tried again ---
touch refuse-ca-arl
EGOV_TEST_NOW=2026-11-23T09:00:00Z
expect 4 egov-crl publish --home root
says 'list ca-arl' 'hook: ' 'ended with status 1'
[ "$(wc -l <hook.log)" -eq 6 ] || die 'another list was held up'
grep -q '^ca-users 6 ' hook.log || die 'the list behind it was not brought'
for n in 1 2 3 4 5 6; do
	[ "$(find $lists -name "*-$n.crl" | wc -l)" -eq 1 ] || die "list $n is not there"
done
expect 0 egov-crl show $lists/ca-arl.crl
prints 'number: 05'
manifest 3
! cmp -s manifest.before $lists/manifest.json || die 'the manifest stays behind'
consistent root
expect 4 egov-crl publish --home root --if-due
says 'ended with status 1'
[ "$(log)" = 'ca-arl 5 ca-arl-5.crl 3' ] || die 'it was not tried again'
rm refuse-ca-arl
expect 0 egov-crl publish --home root --if-due
[ "$(wc -l <hook.log)" -eq 8 ] || die 'it was not tried once more'
expect 0 egov-crl publish --home root --if-due
[ "$(wc -l <hook.log)" -eq 8 ] || die 'it had arrived'

# --- a note that is damaged, a program that is not there, or dies ---
echo nonsense >root/targets/hook/ca
expect 0 egov-crl publish --home root --if-due
[ "$(log)" = 'ca 4 ca-4.crl 3' ] || die 'it was not brought once more'
printf '#!/bin/sh\nkill -9 $$\n' >hook
EGOV_TEST_NOW=2026-11-24T10:00:00Z
expect 4 egov-crl publish --home root
says 'ended by signal 9'
# one that hangs has its time, and what it started goes with it
printf '#!/bin/sh\nsleep 1000 &\necho $! >"%s"\nwait\n' "$D/sleeper" >hook
sed -i 's,^hook = .*,&\nhook_limit = 1,' root/egovca.conf
expect 4 egov-crl publish --home root --if-due
says 'did not end within 1 s'
tries=0
while kill -0 "$(cat sleeper)" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$(cat sleeper)/status"; do
	tries=$((tries + 1))
	[ "$tries" -lt 100 ] || die 'what the hook had started is left'
	sleep 0.1
done
rm hook
expect 4 egov-crl publish --home root --if-due
says 'cannot run'
sed -i 's,^hook = .*,hook = hook,' root/egovca.conf
expect 3 egov-crl publish --home root --if-due
says 'want the whole path of a program'
