#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The power fails at any instant: of each command line every write, sync and change of a
# name is recorded, and what a power cut leaves after some of them is opened again.  Lost
# is what was not synced, names too (strict), data alone (ordered), or some writes and some
# not (torn); whatever is left, the next command recovers and goes on.  What a command that
# ended well had promised is there.  CRASH_POINTS=all tries every instant.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"
# shellcheck source=tests/cli_crash.sh
. "$SRC/tests/cli_crash.sh"

[ -e "$O/powerlog.so" ] || die 'build/powerlog.so is missing'
places='work work.pem made'
seed=0

# recorded OPERATION: runs it in a folder of its own; "image" and "log" tell what it did.
recorded() {
	fresh
	rm -rf cut image log
	mkdir cut
	mv work cut
	"$O/powercut" snapshot cut image
	got=0
	(cd cut && EGOV_POWER_LOG=$D/log LD_PRELOAD=$O/powerlog.so \
		ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" \
		sh -c "$(command_of "$1" | sed "s,zhang.csr,$D/&,;s,loss.txt,$D/&,;s,chen.application,$D/&,
			s,cps.txt,$D/&,;s,custodian.pem,$D/&,")") >"$out" 2>"$err" </dev/null || got=$?
	[ "$got" -eq 0 ] || die_showing "$1: exit $got"
	events=$("$O/powercut" events log)
}

# left EVENTS MODE: what a power cut leaves becomes the home that is at work.
left() {
	seed=$((seed + 1))
	for place in $places left; do
		rm -rf "${D:?}/$place"
	done
	"$O/powercut" cut image log "$1" "$2" "$seed" left
	for place in $places; do
		[ ! -e "left/$place" ] || mv "left/$place" .
	done
}

# promised OPERATION: what an exit of 0 has told is durable.
promised() {
	case $1 in
	issue)
		[ -s work.pem ] || die "issue: the certificate is lost"
		[ "$(sql work "select count(*) from certificate where application = '$id'")" -eq 1 ] ||
			die "issue: the record is lost"
		;;
	revoke) [ "$(sql work 'select count(*) from revoked')" -eq 2 ] || die 'revoke: lost' ;;
	publish) [ "$(sql work 'select max(number) from crl where published = 1')" -eq "$number" ] ||
		die 'publish: lost' ;;
	submit) [ "$(sql work 'select count(*) from application')" -eq 4 ] || die 'submit: lost' ;;
	policy) same cps.txt work/publish/cps/cps-2 ;;
	init) [ -e made/ledger.db ] || die 'init: lost' ;;
	esac
}

for operation in $operations; do
	recorded "$operation"
	number=$(sql cut/work 'select max(number) from crl')
	stride=$(((events + 2) / 3))
	[ "${CRASH_POINTS:-}" != all ] || stride=1
	for mode in strict ordered torn; do
		event=0
		while [ "$event" -lt "$events" ]; do
			left "$event" $mode
			goes_on "$operation" "$event of $events ($mode)"
			event=$((event + stride))
		done
		left "$events" $mode
		promised "$operation"
		goes_on "$operation" "$events of $events ($mode)"
	done
	echo "$operation: $events events"
done
