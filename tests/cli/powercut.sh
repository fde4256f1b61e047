#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The power fails at any instant: of each command line every write, sync and change of a
# name is recorded, and what a power cut leaves after some of them is opened again.  Lost
# is what was not synced, names too (strict), data alone (ordered), or some writes and some
# not (torn); whatever is left, the next command recovers and goes on.  What a command that
# ended well had promised is there.  CRASH_POINTS=all tries every instant, and once what
# is left alike by several; ONLY=OPERATION that one alone.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"
# shellcheck source=tests/cli_crash.sh
. "$SRC/tests/cli_crash.sh"

[ -e "$O/powerlog.so" ] || die 'build/powerlog.so is missing'
places='work work.pem work-zhang.pem work-wang.pem made made.transcript copy copy.part softtoken'
seed=0

# recorded OPERATION: runs it in a folder of its own; "image" and "log" tell what it did.
recorded() {
	fresh "$1"
	rm -rf cut image log
	mkdir cut
	mv work softtoken cut
	"$O/powercut" snapshot cut image
	# What it reads lies beside it; the image has what it may write alone.
	for file in "$D"/*; do
		[ -d "$file" ] || ln -s "$file" cut
	done
	got=0
	(cd cut && EGOV_POWER_LOG=$D/log EGOV_SOFTTOKEN_DIR=$D/cut/softtoken LD_PRELOAD=$O/powerlog.so \
		ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" \
		sh -c "$(command_of "$1")") >"$out" 2>"$err" </dev/null || got=$?
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
	state=$(cd left && { find . -printf '%m %y %p\n' && find . -type f -exec sha256sum {} +; } | sort | sha256sum)
	for place in $places; do
		[ ! -e "left/$place" ] || mv "left/$place" .
	done
}

# promised OPERATION: what an exit of 0 has told is durable: the whole journal, every row's
# object, and each file that stands outside the ledger.
promised() {
	head='select max(seq), hex(leaf) from journal'
	for home in work made; do
		[ -e "cut/$home" ] || continue
		[ -e "$home/ledger.db" ] || die "$1: the home is lost"
		[ "$(sql $home "$head")" = "$(sql cut/$home "$head")" ] || die "$1: an entry is lost"
		diff -r "cut/$home/publish" "$home/publish" || die "$1: what was published is lost"
	done
	[ ! -e cut/work.pem ] || same cut/work.pem work.pem
}

for operation in ${ONLY:-$operations}; do
	recorded "$operation"
	: >states
	stride=$(((events + 2) / 3))
	[ "${CRASH_POINTS:-}" != all ] || stride=1
	for mode in strict ordered torn; do
		event=0
		while [ "$event" -lt "$events" ]; do
			left "$event" $mode
			grep -qxF "$state" states || goes_on "$operation" "$event of $events ($mode)"
			echo "$state" >>states
			event=$((event + stride))
		done
		left "$events" $mode
		promised "$operation"
		goes_on "$operation" "$events of $events ($mode)"
	done
	echo "$operation: $events events left $(sort -u states | wc -l) states"
done
