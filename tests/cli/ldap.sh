#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lists in a directory: slapd on loopback, each kind in its attribute, read back, retried.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

slapd=/usr/sbin/slapd
[ -x $slapd ] || skip 'slapd is missing'

# --- a directory on loopback, with TLS ---
python3 - >ports <<'PYTHON'
import socket
s = [socket.socket() for _ in range(2)]
for x in s:
    x.bind(("127.0.0.1", 0))
print(*[x.getsockname()[1] for x in s])
PYTHON
read -r plain secure <ports
expect 0 openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tls.key \
	-out tls.pem -days 3650 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1
expect 0 openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout other.key \
	-out other.pem -days 3650 -subj /CN=other
mkdir db
cat >slapd.conf <<CONF
include /etc/ldap/schema/core.schema
pidfile $D/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile $D/tls.pem
TLSCertificateKeyFile $D/tls.key
database mdb
maxsize 67108864
suffix "o=示例中心,c=CN"
rootdn "cn=publisher,o=示例中心,c=CN"
rootpw directory-1234
directory $D/db
access to * by * read
CONF
at=ldap://127.0.0.1:$plain
base='o=示例中心,c=CN'
directory=
stop() {
	[ -z "$directory" ] || kill "$directory" 2>/dev/null || :
	[ -z "$directory" ] || wait "$directory" 2>/dev/null || :
	directory=
}
trap stop EXIT
# Under a sanitizer the server has nothing of ours in it.
start() {
	$slapd -f slapd.conf -h "$at ldaps://127.0.0.1:$secure" -d 0 >slapd.out 2>&1 &
	directory=$!
	n=0
	until ldapsearch -x -H "$at" -s base -b '' >/dev/null 2>&1; do
		n=$((n + 1))
		[ $n -lt 100 ] || { cat slapd.out; die 'the directory does not start'; }
		sleep 0.1
	done
}
start
(umask 077 && echo directory-1234 >password)
printf 'dn: %s\nobjectClass: organization\no: 示例中心\n' "$base" >base.ldif
expect 0 ldapadd -x -H "$at" -D "cn=publisher,$base" -w directory-1234 -f base.ldif

# --- a home that publishes there ---
token root-ca root-journal
custodian
root root --crl-url "$at/cn=ca,o=%E7%A4%BA%E4%BE%8B%E4%B8%AD%E5%BF%83,c=CN?certificateRevocationList;binary?base"
cps root
echo loss >loss.txt
lists=root/publish/crl
cp root/egovca.conf plain.conf
# configured LINE...: the lines of [publish], beside those that each has.
configured() {
	{
		printf 'ldap = %s\nldap_base = %s\n' "$at" "$base"
		for line; do echo "$line"; done
	} >lines
	sed '/^web_root = /r lines' plain.conf >root/egovca.conf
}
bind="ldap_bind = cn=publisher,$base"
try() {
	wanted=$1 said=$2
	shift 2
	configured "$@"
	expect "$wanted" egov-crl publish --home root --if-due
	[ -z "$said" ] || says "$said"
}
expect 0 egov-crl publish --home root

# --- what the configuration may not say ---
try 3 'ldap_bind and ldap_password go together' "$bind"
configured "$bind" 'ldap_password = password' 'ldap_start_tls = no'
sed -i "s,^ldap = .*,ldap = ldap://directory.example.cn," root/egovca.conf
expect 3 egov-crl publish --home root --if-due
says 'would cross the network in the clear' 'ldap_start_tls'
for url in http://127.0.0.1 ldap:// "$at/o=x"; do
	configured
	sed -i "s,^ldap = .*,ldap = $url," root/egovca.conf
	expect 3 egov-crl publish --home root --if-due
	says 'want a server of ldap, ldaps or ldapi'
done
try 3 'ldap_limit' 'ldap_limit = 0'
configured
sed -i '/^ldap_base/d' root/egovca.conf
expect 3 egov-crl publish --home root --if-due
says 'ldap_base is missing'

# --- who may, and whom we trust: the list stays served whatever fails ---
try 4 'ldap: ' "$bind" "ldap_password = $D/password" "ldap_ca = $D/other.pem"
says StartTLS
try 3 'cn=ca,' "ldap_ca = $D/tls.pem"
(umask 077 && echo wrong >wrong-password)
try 3 'bind: Invalid credentials' "$bind" "ldap_password = $D/wrong-password" "ldap_ca = $D/tls.pem"
(umask 022 && echo directory-1234 >open-password)
try 3 'want mode 0600 or 0400' "$bind" "ldap_password = $D/open-password" "ldap_ca = $D/tls.pem"
try 4 'cannot open the file of a secret' "$bind" 'ldap_password = no-password' "ldap_ca = $D/tls.pem"
expect 0 egov-crl check --issuer root/publish/cert/ca.pem --at "$EGOV_TEST_NOW" $lists/ca.crl
[ ! -e root/targets/ldap/ca ] || die 'nothing has arrived'

# what NAME ATTRIBUTE: writes what stands there to the file found.
what() {
	expect 0 ldapsearch -x -LLL -o ldif-wrap=no -H "$at" -s base -b "cn=$1,$base" "$2;binary"
	sed -n "s/^$2;binary:: //p" "$out" | base64 -d >found
	[ -s found ] || die_showing "cn=$1 has no $2"
}

# --- StartTLS, the password in a file; what was read back is what everybody gets ---
try 0 '' "$bind" "ldap_password = $D/password" "ldap_ca = $D/tls.pem"
[ "$(cat root/targets/ldap/ca)" = 1 ] || die 'the list is not noted'
what ca certificateRevocationList
same found $lists/ca.crl
expect 0 ldapsearch -x -LLL -H "$at" -s base -b "cn=ca,$base" objectClass
prints 'objectClass: cRLDistributionPoint'
# a second list takes the place of the first, by ldaps
issued root one
expect 0 egov-revoke --home root --serial "$serial" --reason superseded --requested-by x --evidence loss.txt
sed -i "s,^ldap = .*,ldap = ldaps://127.0.0.1:$secure," root/egovca.conf
expect 0 egov-crl publish --home root
what ca certificateRevocationList
same found $lists/ca-2.crl
expect 0 egov-crl show found
prints 'entries: 1'

# --- relying parties get it by the address in certificates ---
expect 0 egov-crl check --issuer root/publish/cert/ca.pem --serial "$serial" --at "$EGOV_TEST_NOW" \
	"$at/cn=ca,o=%E7%A4%BA%E4%BE%8B%E4%B8%AD%E5%BF%83,c=CN?certificateRevocationList;binary?base"
prints 'verdict: good' 'superseded'
expect 0 openssl x509 -in one.pem -noout -ext crlDistributionPoints
prints "URI:$at/cn=ca,"
expect 0 egov-crl watch --home root
prints "url: $at/cn=ca," 'verdict: good' 'number: 2'
sed -i 's,^web_root = .*,&\nread_back = yes,' root/egovca.conf
EGOV_TEST_NOW=2026-11-22T10:00:00Z
expect 0 egov-crl publish --home root
# something else stands there: watch tells, and so does reading back where nothing arrives
openssl crl -inform DER -in $lists/ca-1.crl -outform DER -out old.crl
printf 'dn: cn=ca,%s\nchangetype: modify\nreplace: certificateRevocationList;binary\n' "$base" >old.ldif
printf 'certificateRevocationList;binary:: %s\n' "$(base64 -w 0 old.crl)" >>old.ldif
expect 0 ldapmodify -x -H "$at" -D "cn=publisher,$base" -w directory-1234 -f old.ldif
expect 1 egov-crl watch --home root
prints 'verdict: bad' 'number 1 is served, number 3 was published'
printf 4 >root/targets/ldap/ca
EGOV_TEST_NOW=2026-11-22T11:00:00Z
expect 4 egov-crl publish --home root
says 'crl-public-address' 'gives something else than was published'

# --- one that is down holds nothing up, is told, and tried again ---
cat >hook <<HOOK
#!/bin/sh
echo "\$2" >>"$D/hook.log"
HOOK
chmod +x hook
try 0 '' "$bind" "ldap_password = $D/password" "ldap_ca = $D/tls.pem" "hook = $D/hook"
stop
EGOV_TEST_NOW=2026-11-22T12:00:00Z
expect 4 egov-crl publish --home root
says "ldap: $at: StartTLS: Can't contact LDAP server"
expect 0 egov-crl show $lists/ca.crl
prints 'number: 05'
[ "$(tail -n 1 hook.log)" = 5 ] || die 'the hook was held up'
expect 4 egov-crl publish --home root --if-due
expect 1 egov-crl watch --home root
prints "Can't contact LDAP server"
start
expect 0 egov-crl publish --home root --if-due
what ca certificateRevocationList
same found $lists/ca-5.crl
expect 0 egov-crl publish --home root --if-due
[ "$(grep -c 5 hook.log)" -eq 1 ] || die 'the hook was run again'
configured "$bind" "ldap_password = $D/password" "ldap_ca = $D/tls.pem" 'ldap_public = ldap://127.0.0.1:1'
EGOV_TEST_NOW=2026-11-22T13:00:00Z
expect 4 egov-crl publish --home root
says 'ldap: ldap://127.0.0.1:1: '
consistent root

# --- each kind in its attribute, on this machine without TLS ---
sed -i "s,^url = .*,url = http://127.0.0.1:1/crl/ca.crl\nseparate_ca = yes\nshards = 2\ndelta_period = 1h," plain.conf
configured "$bind" "ldap_password = $D/password" 'ldap_start_tls = no'
EGOV_TEST_NOW=2026-11-22T14:00:00Z
expect 0 egov-crl publish --home root
for list in ca ca-s1 ca-s2; do
	what $list certificateRevocationList
	same found $lists/$list.crl
	what $list deltaRevocationList
	same found $lists/$list-delta.crl
done
what ca-arl authorityRevocationList
same found $lists/ca-arl.crl
what ca-arl deltaRevocationList
same found $lists/ca-arl-delta.crl
! ldapsearch -x -LLL -H "$at" -s base -b "cn=ca-arl,$base" | grep -q ^certificateRevocationList ||
	die 'the ARL stands as another list, too'
consistent root
