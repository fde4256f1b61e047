#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Order No. 4, Art. 24: what is on record is found, by time, kind, actor, serial, subject and application
# alone and together; the same before and after it was archived, and from one file of several.
# shellcheck disable=SC2154 # names that eval sets
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
day=22
for name in zhang li wang chen; do
	EGOV_TEST_NOW=2026-11-${day}T08:00:00Z
	issued root $name
	eval "$name=$serial ${name}_id=$id"
	day=$((day + 1))
done
expect 0 egov-revoke --home root --serial "$li" --reason keyCompromise --actor 郑注销 --requested-by 李 \
	--evidence loss.txt
expect 3 egov-apply approve --home root --actor 周批准 "$chen_id"
expect 0 egov-crl publish --home root

# Half of it lies in two files, the rest is not archived.
until=2026-11-24T00:00:00Z
number=0
# query OPTION...: what is found, as text and JSON, into NUMBER.$when; entries that are new stay out.
query() {
	number=$((number + 1))
	for form in '' --json; do
		expect 0 egov-record list --home root "$@" $form
		cp "$out" "$number$form.$when"
		[ "$when" = before ] || same "$number$form.before" "$number$form.$when"
	done
	found=$(wc -l <"$number--json.$when")
}
some() {
	query "$@" --to 2026-11-26T00:00:00Z
	[ "$found" -gt 0 ] || die "nothing fits $*"
}
none() {
	query "$@" --to 2026-11-26T00:00:00Z
	[ "$found" -eq 0 ] || die "something fits $*"
}
all() {
	number=0
	some
	some --from 2026-11-23T00:00:00Z
	some --from 2026-11-23T08:00:00Z --kind issue
	[ "$found" -eq 3 ] || die "want three that were issued from the second day on, not $found"
	query --from 2026-11-23T00:00:00Z --to 2026-11-24T00:00:00Z --kind issue
	[ "$found" -eq 1 ] || die "want the one of the second day, not $found"
	for kind in init policy apply-submit apply-review apply-approve intent issue revoke crl publish refused; do
		some --kind $kind
		[ "$found" -eq "$(sql root "select count(*) from journal where kind = '$kind'
			and time < unixepoch('2026-11-26')")" ] || die "$kind: found $found"
	done
	some --by 周批准
	[ "$found" -eq 5 ] || die "want five of this actor, not $found"
	some --by 周批准 --kind refused
	some --by 周批准 --kind apply-approve --from 2026-11-24T00:00:00Z
	[ "$found" -eq 2 ] || die "want two, not $found"
	none --by 周批准 --kind issue
	none --by 谁
	expect 2 egov-record list --home root --by ''
	some --serial "$zhang"
	[ "$found" -eq 2 ] || die "want intent and issue, not $found"
	some --serial "$li" --kind revoke --by 郑注销
	none --serial "$li" --kind revoke --by 周批准
	none --serial "$zhang" --kind revoke
	some --serial "$(echo "$wang" | sed 's/../&:/g; s/:$//')" --from 2026-11-24T00:00:00Z
	some --application "$zhang_id"
	[ "$found" -eq 3 ] || die "want three about the application, not $found"
	some --application "$zhang_id" --by 王审查
	none --application "$zhang_id" --kind issue
	some --subject 行政审批局
	[ "$found" -eq 9 ] || die "want two of each, and one revocation, not $found"
	some --subject 行政审批局 --kind issue --from 2026-11-23T00:00:00Z
	none --subject 行政审批局 --by 周批准
	none --subject nobody
	expect 2 egov-record list --home root --serial "$zhang" --application "$zhang_id"
	expect 2 egov-record list --home root --kind none
}
when=before
all
when=after
EGOV_TEST_NOW=2026-11-27T00:00:00Z
expect 0 egov-record archive --home root --until 2026-11-23T00:00:00Z
expect 0 egov-record archive --home root --until "$until"
[ "$(find root/archive -type f | wc -l)" -eq 2 ] || die 'want two files'
all
expect 0 egov-record archive --home root
[ "$(find root/archive -type f | wc -l)" -eq 3 ] || die 'want three files'
all

# --- what does not fit is not even opened: without the first file the others answer ---
mv root/archive/000001-1.seg away
for options in "--from $until" '--kind revoke' "--serial $chen" "--application $chen_id" \
	'--by 郑注销' '--kind policy'; do
	# shellcheck disable=SC2086 # two words
	expect 0 egov-record list --home root $options
	[ -s "$out" ] || die "$options: nothing is found"
done
for options in "--to $until" '--kind apply-submit' "--serial $zhang" '--by 王审查'; do
	# shellcheck disable=SC2086 # two words
	expect 5 egov-record list --home root $options
	says '000001-1.seg: is missing'
done
mv away root/archive/000001-1.seg
consistent root
