#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Called by "make bench": sh tests/bench/run.sh [STAGE...].  Prints a line a figure,
#	bench NAME: VALUE (at least|at most BAR)
# and ends with 1 if one misses its bar, 2 if one could not be measured.  README says what they mean.
set -eu
SRC=$(cd "$(dirname "$0")/../.." && pwd)
export SRC
BENCH=$O/tests/bench
ROUNDS=${ROUNDS:-5}
ROWS=${ROWS:-1000000}           # of the large ledger
JOBS=${JOBS:-2000}              # of a batch
LINES=${LINES:-100000}          # of a list of revocations
STAGES=${*:-start single journal verify batch openssl grow lists revoke records archive}

rm -rf "$O/bench"
mkdir -p "$O/bench"
cd "$O/bench"
HOME=$PWD
EGOV_SOFTTOKEN_DIR=$PWD/softtoken
# The cost of guessing PINs is a matter of taste, not of speed.
EGOV_SOFTTOKEN_ITERATIONS=1000
export HOME EGOV_SOFTTOKEN_DIR EGOV_SOFTTOKEN_ITERATIONS
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

missed=0

# figure COMMAND...: a line; 1 is a missed bar, anything else ends the run.  What was written before
# goes to the disk first: gigabytes of ledgers would wait at the commits that are measured.
figure() {
	status=0
	sync
	"$@" || status=$?
	case $status in
	0) ;;
	1) missed=$((missed + 1)) ;;
	*) exit 2 ;;
	esac
}

# pair NAME least|most BAR wall|cpu|warm -- COMMAND... -- COMMAND...: in turn, above over below.
pair() {
	name=$1 kind=$2 bar=$3 clock=$4
	shift 4
	figure "$BENCH/bench" pair "$name" "$kind" "$bar" "$ROUNDS" "$clock" "$@"
}

# often TIMES COMMAND...: with as many times the rounds, where one is short.
often() {
	few=$ROUNDS
	ROUNDS=$((few * $1 < 96 ? few * $1 : 96))
	shift
	"$@"
	ROUNDS=$few
}

# approved_on HOME COUNT: lists HOME.001.list and on, one for each round.
approved_on() {
	expect 0 "$BENCH/bench" prepare approved "$1" requests "$2" $((ROUNDS + 1))
}

# --- what all stages share ---

set_up() {
	token root-ca root-journal sub-ca sub-journal
	custodian
	root root
	cps root
	evidence
	mkdir requests
	cp ./*.txt requests
	(
		key_digest() { echo '@KEY@'; }
		application requests/model
	)
	mv requests/model.application requests/application.in
	expect 0 "$BENCH/bench" prepare requests requests "$JOBS"
	cp -r root first
	expect 0 "$BENCH/bench" prepare approved first requests 1 1
	expect 0 egov-issue --home first --profile agency-sign --application A000001 \
		--request requests/0.csr --out model.pem
}

# ledger NAME ROWS: a home with that many certificates.
ledger() {
	cp -r root "$1"
	expect 0 "$BENCH/bench" fill "$1" "$2" model.pem ${3:+"$3"}
}

# --- one process ---

bench_start() {
	often 12 pair verify-start most 1.3 wall -- egov-verify --version -- "$BENCH/empty"
}

# The applications of round N are A00000N.
bench_single() {
	cp -r root single
	often 12 approved_on single 1
	often 12 pair single-issue most 1.25 wall \
		-- egov-issue --home single --profile agency-sign --application 'A000{}' \
		--request requests/0.csr \
		-- "$BENCH/bare" "$O/egov-softtoken.so" test "$D/pin" root-ca bare.db
}

bench_journal() {
	cp -r root journal
	figure "$BENCH/bench" journal journal "$ROUNDS" 0.015 0.1
}

# --- verification ---

bench_verify() {
	cp -r root above
	subordinate sub above
	cps sub
	approved_on sub 2
	for n in 1 2; do
		expect 0 egov-issue --home sub --profile agency-sign --application "A00000$n" \
			--request "requests/$((n - 1)).csr" --out "leaf$n.pem"
	done
	figure "$BENCH/bench" chain "$ROUNDS" 0.85 0.85 1 root/publish/cert/ca.pem sub.pem leaf1.pem leaf2.pem
}

# --- batches ---

has_batch() {
	egov-issue --help | grep -q -e --batch
}

bench_batch() {
	has_batch || { echo "bench: this egov-issue has no --batch"; return; }
	cp -r root batch
	approved_on batch "$JOBS"
	pair batch-requests least 0.90 cpu \
		-- said "$BENCH/bench" raw requests requests "$JOBS" 1 model.pem \
		-- egov-issue --home batch --batch 'batch.{}.list' --out batch.pem --threads 1
	cp -r root batch-keys
	approved_on batch-keys "$JOBS"
	pair batch-keys-given least 0.93 cpu \
		-- said "$BENCH/bench" raw keys requests "$JOBS" 1 model.pem \
		-- said "$BENCH/bench" keys batch-keys 'batch-keys.{}.list' 1
	cp -r root batch2
	approved_on batch2 "$JOBS"
	pair batch-two-threads least 0.90 wall \
		-- said "$BENCH/bench" raw requests requests "$JOBS" 2 model.pem \
		-- egov-issue --home batch2 --batch 'batch2.{}.list' --out batch.pem --threads 2
}

# --- beside openssl ca ---

openssl_ca() {
	mkdir -p ossl/new
	expect 0 openssl genpkey -algorithm SM2 -out ossl/ca.key
	expect 0 openssl req -x509 -key ossl/ca.key -sm3 -sigopt $ID -days 3650 \
		-subj '/C=CN/O=Example/CN=Bench SM2 CA' -out ossl/ca.pem
	cat >ossl/ca.cnf <<-CONF
		[ca]
		default_ca = sm2
		[sm2]
		database = ossl/index.txt
		new_certs_dir = ossl/new
		rand_serial = yes
		certificate = ossl/ca.pem
		private_key = ossl/ca.key
		default_md = sm3
		default_days = 1095
		policy = policy
		unique_subject = no
		x509_extensions = user
		[policy]
		commonName = supplied
		[user]
		basicConstraints = critical, CA:FALSE
		keyUsage = critical, digitalSignature, nonRepudiation
		subjectKeyIdentifier = hash
		authorityKeyIdentifier = keyid
		certificatePolicies = 2.999.1.2
		crlDistributionPoints = URI:http://crl.example.test/ca1/p0.crl
		authorityInfoAccess = caIssuers;URI:http://ca.example.test/ca.cer
	CONF
}

# ossl_index ROWS
ossl_index() {
	awk -v n="$1" 'BEGIN {
		for (i = 0; i < n; i++)
			printf "V\t291122000000Z\t\t4A%06X%08X%08X%08X\tunknown\t/C=CN/O=Example/CN=Officer %d\n",
				i, (i * 2654435761) % 4294967296, (i * 40503) % 4294967296, i, i
	}' >ossl/index.txt
	echo 'unique_subject = no' >ossl/index.txt.attr
}

# beside_openssl ROWS BAR: 300 of the same requests each.
beside_openssl() {
	home=beside-$1
	ledger "$home" "$1"
	approved_on "$home" 300
	ossl_index "$1"
	n=0
	set --
	while [ $n -lt 300 ]; do
		set -- "$@" "requests/$n.csr"
		n=$((n + 1))
	done
	pair "openssl-ca-${home#beside-}" least "$bar" wall \
		-- openssl ca -config ossl/ca.cnf -batch -notext -sigopt $ID -vfyopt $ID \
		-out ossl/all.pem -infiles "$@" \
		-- egov-issue --home "$home" --batch "$home.{}.list" --out batch.pem
	rm -rf "$home" ossl/new/*
}

bench_openssl() {
	has_batch || return 0
	openssl_ca
	for pair in 0:1.0 $((ROWS / 10)):1.3 $ROWS:5; do
		bar=${pair#*:}
		beside_openssl "${pair%:*}"
	done
}

# --- the ledger grows ---

bench_grow() {
	has_batch || return 0
	for rows in 1000 "$ROWS"; do
		ledger "rows-$rows" "$rows"
		approved_on "rows-$rows" "$JOBS"
	done
	pair batch-ledger-grown most 1.10 cpu \
		-- egov-issue --home "rows-$ROWS" --batch "rows-$ROWS.{}.list" --out batch.pem \
		-- egov-issue --home rows-1000 --batch 'rows-1000.{}.list' --out batch.pem
}

# --- revocation lists ---

# revoked HOME ROWS: a home with so many revoked, whose list is published.
revoked() {
	cp -r root "$1"
	expect 0 "$BENCH/bench" revoked "$1" "$2"
	expect 0 egov-crl publish --home "$1"
}

# ossl_revoked ROWS: of serials as rand_serial makes them, in no order, and of the size of ours.
ossl_revoked() {
	awk -v n="$1" 'BEGIN {
		for (i = 0; i < n; i++)
			printf "R\t291122000000Z\t%s,superseded\t4A%08X%06X%08X%08X\tunknown\t/C=CN/CN=%d\n",
				"261101000000Z", (i * 2654435761) % 4294967296, i, (i * 40503) % 4294967296, i, i
	}' >ossl/index.txt
	echo 'unique_subject = no' >ossl/index.txt.attr
}

bench_lists() {
	revoked many "$ROWS"
	revoked few 1000
	list=many/publish/crl/ca.crl
	pair list-made most 2.5 cpu \
		-- "$BENCH/bench" list many made.tbs -- "$BENCH/bench" pass $list pass.out
	pair list-published most 6 warm \
		-- egov-crl publish --home many -- "$BENCH/bench" pass $list pass.out
	figure "$BENCH/bench" memory list-memory 4 \
		-- egov-crl publish --home many -- egov-crl publish --home few
	often 4 pair list-checked most 1.2 cpu \
		-- egov-crl check --issuer root/publish/cert/ca.pem $list \
		-- "$BENCH/bench" pass $list
	figure "$BENCH/bench" memory list-check-memory 4 \
		-- egov-crl check --issuer root/publish/cert/ca.pem $list \
		-- egov-crl --version
	for home in many few; do
		sed -i 's|^maximum = .*|&\ndelta_period = 1h|' $home/egovca.conf
		expect 0 egov-crl publish --home $home
		expect 0 "$BENCH/bench" revoked $home 1000
	done
	pair list-delta most 1.5 cpu \
		-- egov-crl publish --home many --delta -- egov-crl publish --home few --delta
	openssl_ca
	ossl_revoked "$ROWS"
	pair list-openssl least 25 warm \
		-- openssl ca -config ossl/ca.cnf -gencrl -sigopt $ID -crldays 7 -out ossl/crl.pem \
		-- "$BENCH/bench" list many made.tbs
}

# --- a list of revocations ---

# Each round revokes LINES certificates that no other one does.
bench_revoke() {
	ledger revoke $(((ROUNDS + 1) * LINES))
	echo 'lost' >loss.txt
	sqlite3 revoke/ledger.db 'select lower(hex(serial)) from certificate order by intent' |
		awk -v lines="$LINES" '{
			file = sprintf("revoke.%03d.list", int((NR - 1) / lines) + 1)
			if (file != last) close(last)
			last = file
			printf "%s\tsuperseded\t\tbench\tloss.txt\n", $1 >file
		}'
	cp -r revoke bare
	pair revoke-list most 3 cpu \
		-- egov-revoke -q --home revoke --list 'revoke.{}.list' \
		-- "$BENCH/bench" rows bare/ledger.db 'revoke.{}.list'
}

# --- records ---

# proven ROWS: a ledger of that many certificates and one that was really issued, which is covered
# by a checkpoint; its serial in $serial.
proven() {
	ledger "proven-$1" "$1" "$2"
	expect 0 "$BENCH/bench" prepare approved "proven-$1" requests 1 1
	id=$(cut -f 2 "proven-$1.001.list" | head -n 1)
	expect 0 egov-issue --home "proven-$1" --profile agency-sign --application "$id" \
		--request requests/0.csr --out one.pem
	serial=$(value serial)
	expect 0 egov-record checkpoint --home "proven-$1"
}

# signatures HOME: how many its records have of the journal key and of operators.
signatures() {
	sqlite3 "$1/ledger.db" "select (select count(*) from checkpoint) +
		(select count(*) from journal where kind = 'approval')"
}

# An application that was really taken in seals 1,900 octets.
bench_records() {
	rows=$ROWS
	[ "$rows" -le 100000 ] || rows=100000
	proven 1000 1900
	few=$serial
	proven "$rows" 1900
	pair record-prove most 1.5 cpu \
		-- egov-record prove --home "proven-$rows" --out proof "$serial" \
		-- egov-record prove --home proven-1000 --out proof "$few"
	pair record-check most 5 cpu \
		-- egov-record check --home "proven-$rows" \
		-- "$BENCH/bench" read "proven-$rows/ledger.db" "$(signatures "proven-$rows")"
}

# --- archives ---

# used HOME: octets of its ledger that something lies in.
used() {
	sqlite3 "$1/ledger.db" 'select (page_count - freelist_count) * page_size
		from pragma_page_count, pragma_freelist_count, pragma_page_size'
}

# Octets a certificate, with all that is recorded of it; and issuing while other entries of the
# same home are archived, which must be under way until the last certificate is there.
bench_archive() {
	cp -r root shelved
	expect 0 "$BENCH/bench" prepare approved shelved requests "$JOBS" 1
	expect 0 egov-issue --home shelved --batch shelved.001.list --out batch.pem
	before=$(used shelved)
	expect 0 egov-record archive -q --home shelved --compact
	after=$(used shelved)
	files=$(cat shelved/archive/*.seg | wc -c)
	echo "bench archive-octets: $((before / JOBS)) a certificate in the ledger;" \
		"archived $((after / JOBS)) there and $((files / JOBS)) in files"
	# shellcheck disable=SC2016 # an awk program
	python3 "$SRC/tests/bench/packed.py" shelved/archive/*.seg |
		awk '{ printf "bench archive-certificates: %.2f (at most 0.35)\n", $1 / $2; exit $1 / $2 > 0.35 }' ||
		missed=$((missed + 1))
	cp -r root alone
	approved_on alone "$JOBS"
	ledger beside $((ROWS / 10))
	approved_on beside "$JOBS"
	cat >beside.sh <<-'BESIDE'
		egov-record archive -q --home beside >beside.out 2>&1 &
		egov-issue --home beside --batch "beside.$1.list" --out batch.pem || exit 1
		kill $! || exit 1
		! wait $! 2>/dev/null
	BESIDE
	pair archive-beside least 0.80 wall \
		-- egov-issue --home alone --batch 'alone.{}.list' --out batch.pem \
		-- sh beside.sh '{}'
}

set_up
for stage in $STAGES; do
	"bench_$stage"
done
[ "$missed" -eq 0 ] || { echo "bench: $missed figures miss their bars" >&2; exit 1; }
