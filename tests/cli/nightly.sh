#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a new user copies: each command line of README's "Publish every night", of the examples for
# cron, systemd and Prometheus, and of the examples in egov-crl(1) is taken from there and run, with
# the environment that cron gives.  What the monitors get is held to what they read.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"
# shellcheck source=tests/cli_web.sh
. "$SRC/tests/cli_web.sh"

web www
at=http://127.0.0.1:$port/crl
token root-ca root-journal issuing-ca issuing-journal
custodian
root root --crl-url "$at/parent.crl"
sed -i 's/^validity = .*/validity = 60d/; s/^maximum = .*/maximum = 60d/' root/egovca.conf
cps root
subordinate issuing root --crl-url "$at/ca.crl"
cps issuing
ln -s issuing/publish www
issued issuing one
examples=$SRC/examples

# --- the list of the CA above, which this one serves, is watched too ---
# parent VERDICT WHY: what is said of it
parent() {
	expect 1 egov-crl watch --home issuing
	sed -n '/parent.crl$/,$p' "$out" >said
	grep -qx "verdict: $1" said || die_showing "want $1"
	grep -q "^why: $2" said || [ -z "$2" ] || die_showing "want $2"
}
parent bad "$at/parent.crl: "
cp -r root fork
expect 0 egov-crl publish --home fork
expect 0 egov-crl publish --home root
cp root/publish/crl/ca.crl first-parent.crl
expect 0 egov-crl import --home issuing first-parent.crl
parent good ''
cp fork/publish/crl/ca.crl new.crl
mv new.crl issuing/publish/crl/parent.crl
parent bad 'the ledger holds no such list of number 1'
sed -i "s,^url = .*,url = $at/ca.crl\nseparate_ca = yes," fork/egovca.conf
expect 0 egov-crl publish --home fork
for list in 'ca-users it is about no certificates of CAs' \
	'ca-arl issuingDistributionPoint does not name the address'; do
	cp "fork/publish/crl/${list%% *}.crl" new.crl
	mv new.crl issuing/publish/crl/parent.crl
	parent bad "${list#* }"
done
expect 0 egov-crl import --home issuing first-parent.crl
parent good ''

# typed TEXT: as a user would type it here: the home, the folder of the programs, that of the
# exporter are others.
typed() {
	printf '%s\n' "$1" | sed -e "s,/usr/local/bin,$O,g" -e "s,/var/lib/egovca,$D/issuing,g" \
		-e "s,/var/lib/prometheus/node-exporter,$D,g" -e "s,\<HOME\>,$D/issuing,g"
}
# bare COMMAND: in a shell with nothing but what cron gives, and what the home for tests needs.
bare() {
	env -i HOME="$D" LOGNAME=egovca SHELL=/bin/sh PATH="$path" EGOV_TEST_NOW="$EGOV_TEST_NOW" \
		EGOV_SOFTTOKEN_DIR="$EGOV_SOFTTOKEN_DIR" ASAN_OPTIONS="${ASAN_OPTIONS:-}" \
		UBSAN_OPTIONS="${UBSAN_OPTIONS:-}" /bin/sh -c "$1"
}
path=/usr/bin:/bin
# silent: cron has nothing to mail of the last one
silent() {
	[ ! -s "$out" ] || die_showing 'cron would mail that all is well'
	[ ! -s "$err" ] || die_showing 'cron would mail that all is well'
}

# --- cron: lines of a table with users; sets before them hold for each ---
# read_table FILE: sets and commands, one a line; what cron would not take is told.
read_table() {
	[ -z "$(tail -c 1 "$1")" ] || die "$1: the last line has no end: cron passes over it"
	awk '
	function bad(why) { printf "%s:%d: %s\n", FILENAME, FNR, why >"/dev/stderr"; failed = 1 }
	function field(text, least, most,   parts, n, i, value) {
		n = split(text, parts, ",")
		for (i = 1; i <= n; i++) {
			if (parts[i] ~ /^\*(\/[1-9][0-9]*)?$/)
				continue
			if (parts[i] !~ /^[0-9]+$/ || parts[i] + 0 < least || parts[i] + 0 > most)
				bad("field " text)
		}
	}
	/^#/ || /^$/ { next }
	/^[A-Z]+=/ { if ($0 ~ /[$ ]/) bad("cron expands nothing there"); sets = sets " " $0; next }
	{
		field($1, 0, 59); field($2, 0, 23); field($3, 1, 31); field($4, 1, 12); field($5, 0, 7)
		if ($6 != "egovca" || NF < 7 || /%/)
			bad("want a user, a command, and no %")
		for (i = 0; i < 6; i++)
			sub(/^[^ ]+ /, "")
		print "export LC_ALL=C" sets "; " $0
	}
	END { exit failed }' "$1"
}
read_table "$examples/egovca-crl.cron" >publish.lines
read_table "$examples/egovca-crl-watch.cron" >watch.lines
[ "$(wc -l <publish.lines) $(wc -l <watch.lines)" = '1 2' ] || die 'want a line that publishes, two that watch'
for name in egovca-crl egovca-crl-watch; do
	grep -q "/etc/cron.d/$name: cron" "$examples/$name.cron" || die "$name.cron does not say where it goes"
done
night=$(typed "$(cat publish.lines)")
nagios=$(typed "$(sed -n 1p watch.lines)")
prometheus=$(typed "$(sed -n 2p watch.lines)")
printf '5 * * * * nobody true\n' >bad.cron
read_table bad.cron >bad.lines 2>"$err" && die 'a line of somebody else is taken'
printf '60 * * * * egovca true\n' >bad.cron
read_table bad.cron >bad.lines 2>"$err" && die 'the minute 60 is taken'

list=issuing/publish/crl/ca.crl
expect 0 bare "$night"
silent
expect 0 egov-crl watch --home issuing
[ "$(grep -c 'verdict: good' "$out") $(grep -c 'certificates: 1' "$out")" = '2 2' ] || die_showing 'want both'
expect 0 egov-crl check --issuer issuing/publish/cert/ca.pem --at "$EGOV_TEST_NOW" $list
cp $list first.crl
expect 0 bare "$night"
same first.crl $list
rm $list
expect 0 bare "$night"
says_only 'list ca: its file was gone or another'
same first.crl $list
consistent issuing
expect 1 bare "$nagios"         # grep has nothing to print
silent
expect 0 bare "$prometheus"
silent
cp egovca.prom good.prom

# --- a night on which it does not work: cron mails why, monitors tell when it matters ---
mv "$EGOV_SOFTTOKEN_DIR" away
EGOV_TEST_NOW=2026-11-23T09:00:00Z
expect 4 bare "$night"
says_only 'crl-key'
same first.crl $list
expect 1 bare "$nagios"
EGOV_TEST_NOW=2026-11-25T20:00:00Z
expect 1 bare "$nagios"
silent
EGOV_TEST_NOW=2026-11-25T20:00:01Z
expect 0 bare "$nagios"
prints 'CRL WARNING - 2 addresses; ' 'the next list is late'
expect 0 bare "$prometheus"
grep -q '^egovca_crl_late.* 1$' egovca.prom || die 'the exporter is not told that it is late'
grep -q '^egovca_crl_seconds_old.*/ca.crl.* 302401$' egovca.prom || die 'the exporter is not told its age'
EGOV_TEST_NOW=2026-11-29T09:00:00Z
expect 0 bare "$nagios"
prints 'CRL CRITICAL - 2 addresses; ' 'it is stale'
expect 0 bare "$prometheus"
grep -q '^egovca_crl_good.* 0$' egovca.prom || die 'the exporter is told that it is good'
grep -q '^egovca_crl_seconds_left.* -3600$' egovca.prom || die 'the exporter is told that there is time'
cp egovca.prom stale.prom
mv issuing/ledger.db ledger.away
expect 0 bare "$prometheus"
[ "$(grep -v '^#' egovca.prom)" = 'egovca_crl_watch_success 0' ] || die 'a run that failed leaves old figures'
says 'ledger.db'
cp egovca.prom failed.prom
mv ledger.away issuing/ledger.db
mv away "$EGOV_SOFTTOKEN_DIR"
expect 0 bare "$night"
EGOV_TEST_NOW=2026-11-29T09:10:00Z
expect 1 bare "$nagios"

# --- what Prometheus reads: each name once explained, of one type, then its samples; no sample twice ---
cat >exposition.py <<'PYTHON'
import re, sys
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(\{%s(?:,%s)*\})? (-?[0-9]+)$' % (LABEL, LABEL))
text = open(sys.argv[1], encoding="utf-8").read()
assert text.endswith("\n")
family, seen, kinds = None, set(), {}
for line in text.splitlines():
    words = line.split(" ", 3)
    if words[:2] == ["#", "HELP"]:
        family = words[2]
        assert family not in kinds and len(words) == 4 and "\\" not in words[3], line
        kinds[family] = None
    elif words[:2] == ["#", "TYPE"]:
        assert words[2] == family and kinds[family] is None and words[3] == "gauge", line
        kinds[family] = "gauge"
    else:
        match = SAMPLE.match(line)
        assert match and match.group(1) == family and kinds[family] == "gauge", line
        assert match.group(1, 2) not in seen, line
        seen.add(match.group(1, 2))
print(" ".join(sorted(kinds)))
PYTHON
for file in good stale failed; do
	expect 0 python3 exposition.py $file.prom
done
printf '# TYPE a gauge\na{b="c"d"} 1\n' >bad.prom
expect 1 python3 exposition.py bad.prom
expect 0 python3 exposition.py good.prom
grep -o 'egovca_crl_[a-z_]*' "$examples/egovca-crl.rules.yml" | sort -u >named
[ "$(wc -l <named)" -eq 3 ] || die 'the rules name other figures'
while read -r name; do
	prints "$name"
done <named
[ "$(grep -c 'alert: ' "$examples/egovca-crl.rules.yml")" -eq 3 ] || die 'want three rules'

# --- systemd: what the service runs, and when ---
service=$examples/egovca-crl.service
run=$(typed "$(sed -n 's/^ExecStart=//p' "$service")")
EGOV_TEST_NOW=2026-11-30T09:30:00Z
expect 0 bare "$run"
prints 'published: yes'
expect 0 bare "$run"
prints 'published: no'
for setting in Type=oneshot User=egovca ReadWritePaths=/var/lib/egovca; do
	grep -qx "$setting" "$service" || die "the service lacks $setting"
done
grep -qx 'OnCalendar=\*-\*-\* \*:17:00' "$examples/egovca-crl.timer" || die 'the timer is another'
if command -v systemd-analyze >/dev/null; then
	mkdir units
	cp "$examples/egovca-crl.timer" units/
	sed -e "s,/usr/local/bin,$O,; /^Documentation=/d" "$service" >units/egovca-crl.service
	sed -i '/^Documentation=/d' units/egovca-crl.timer
	expect 0 systemd-analyze verify "$D/units/egovca-crl.timer" "$D/units/egovca-crl.service"
	[ ! -s "$err" ] || die_showing 'systemd has something to say'
fi

# --- README, and the manual: every command, in the order in which they stand there ---
awk '/^## / { inside = /every night/ } inside' "$SRC/README" >section
sed -n 's/^    \(egov-[^#]*[^# ]\) *#.*/\1/p' section >readme.lines
# shellcheck disable=SC2016 # as README marks commands
tr '\n' ' ' <section | grep -o '`egov-[a-z]* [^`]*`' | tr -d '`' >>readme.lines
sed -n '/^\.Sh EXAMPLES/,/^\.Sh S/s/^\(.* \)\{0,1\}\(\/usr\/local\/bin\/\)\{0,1\}\(egov-.*\)/\3/p' \
	"$SRC/man/egov-crl.1" >manual.lines
[ "$(wc -l <readme.lines) $(wc -l <manual.lines)" = '9 4' ] ||
	die 'README has 9 commands, egov-crl(1) 4: want each tried here'
mkdir stick
cp issuing/publish/cert/ca.pem ca.pem
EGOV_TEST_NOW=2026-12-02T09:30:00Z
expect 0 egov-crl publish --home root
cp root/publish/crl/ca.crl root.crl
sender=
while read -r written; do
	case $written in
	*export*)
		home=$D/root
		EGOV_TEST_NOW=$(date -u -d "$EGOV_TEST_NOW + 1 day" +%Y-%m-%dT%H:%M:%SZ)
		expect 0 egov-crl publish --home root
		;;
	*) home=$D/issuing ;;
	esac
	line=$(typed "$written" | sed -e "s,\<CERT\>,ca.pem,; s,\<URL\>,$at/ca.crl,; s,\<N\>,2,; s,\<SM3\>,$sender," \
		-e 's,/media/stick,stick,; s,/srv/www,www,')
	case $written in
	*'egov-crl check'*) line="$line --at $EGOV_TEST_NOW" ;;      # it asks the real clock
	esac
	expect 0 env PATH="$O:/usr/bin:/bin" EGOVCA_HOME="$home" sh -c "$line"
	case $written in # not $line: the path of this folder may hold any word
	*--explain) prints 'check: crl-nothing-vanished' 'would-publish: yes' ;;
	*--if-due) prints 'published: yes' ;;
	*--if-due*) silent ;;
	*watch* | *check*) prints 'verdict: good' ;;
	*get*) prints 'BEGIN X509 CRL' ;;
	*clock*) prints 'verdict: within' ;;
	*export*) sender=$(value journal-key-sm3) ;;
	*import*) same root/publish/crl/ca.crl issuing/publish/crl/parent.crl ;;
	esac
done <<LINES
$(cat readme.lines manual.lines)
LINES
consistent issuing
consistent root

# --- something else than the last list of the CA above; time runs out there ---
served=issuing/publish/crl/parent.crl
cp $served last.crl
# above WHY FILE
above() {
	cp "$2" new.crl
	mv new.crl $served
	parent bad "$1"
	cp last.crl $served
}
above 'number 1 is served, number [0-9]* was published' first-parent.crl
above '.*issuer' $list
above 'no PEM block' ca.pem
EGOV_TEST_NOW=$(date -u -d "$EGOV_TEST_NOW + 30 days 1 second" +%Y-%m-%dT%H:%M:%SZ)
expect 0 egov-crl publish --home issuing
parent warning 'the next list is late'
EGOV_TEST_NOW=$(date -u -d "$EGOV_TEST_NOW + 30 days" +%Y-%m-%dT%H:%M:%SZ)
parent bad 'it is stale'

# --- the records: a checkpoint, one with somebody outside, and everything checked ---
read_table "$examples/egovca-record.cron" >record.lines
[ "$(wc -l <record.lines)" -eq 3 ] || die 'want a checkpoint, a witness and a check'
grep -q '/etc/cron.d/egovca-record: cron' "$examples/egovca-record.cron" ||
	die 'egovca-record.cron does not say where it goes'
mkdir issuing-witness
while read -r line; do
	typed "$line" >>typed.lines
done <record.lines
# records CODE...: that of each line
records() {
	for n in 1 2 3; do
		expect "$1" bare "$(sed -n ${n}p typed.lines)"
		[ "$1" -ne 0 ] || silent
		shift
	done
}
EGOV_TEST_NOW=$(date -u -d "$EGOV_TEST_NOW + 1 day" +%Y-%m-%dT%H:%M:%SZ)
checkpoints=$(sql issuing 'select count(*) from checkpoint')
issued issuing two
records 0 0 0
[ "$(sql issuing 'select count(*) from checkpoint')" -gt "$checkpoints" ] || die 'no checkpoint was signed'
[ "$(find issuing-witness -name '*.pem' | wc -l)" -ge 1 ] || die 'nobody outside has it'
[ "$(entries issuing witness)" -eq 1 ] || die 'not recorded'
# Whoever lost a day, or changes an entry, is told of it.
cp issuing/ledger.db yesterday.db
EGOV_TEST_NOW=$(date -u -d "$EGOV_TEST_NOW + 1 day" +%Y-%m-%dT%H:%M:%SZ)
issued issuing three
records 0 0 0
cp issuing/ledger.db today.db
rm -f issuing/ledger.db-*
cp yesterday.db issuing/ledger.db
records 0 5 5
says 'was lodged'
rm -f issuing/ledger.db-*
cp today.db issuing/ledger.db
mv issuing-witness away.witness
records 0 4 4
mv away.witness issuing-witness
records 0 0 0
