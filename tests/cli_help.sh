#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the scripts in tests/cli share.  They begin with
#	set -eu
#	# shellcheck source=tests/cli_help.sh
#	. "$SRC/tests/cli_help.sh"
# and run in an empty folder of their own.  The first thing that is not as expected ends the script.

# Where expect leaves the output of its command, wherever the script goes.
out=$PWD/out
err=$PWD/err

# die TEXT...
die() {
	echo "FAIL: $*"
	exit 1
}

# Shows what the last command of expect gave, then dies.
die_showing() {
	for stream in "$out" "$err"; do
		[ ! -s "$stream" ] || { echo "--- its std${stream##*/}:"; tail -c 4000 "$stream"; }
	done
	die "$@"
}

# expect CODE COMMAND...: runs it, with its output in the files $out and $err.
expect() {
	wanted=$1
	shift
	ran=$*
	got=0
	"$@" >"$out" 2>"$err" </dev/null || got=$?
	[ "$got" -eq "$wanted" ] || die_showing "$ran: exit code $got, wanted $wanted"
}

# prints TEXT..., says TEXT...: each stands in the last command's standard output, standard error.
prints() {
	for text; do
		grep -qF -e "$text" "$out" || die_showing "$ran: standard output lacks: $text"
	done
}
says() {
	for text; do
		grep -qF -e "$text" "$err" || die_showing "$ran: standard error lacks: $text"
	done
}

# One line on standard error, and nothing on standard output.
says_only() {
	says "$@"
	[ ! -s "$out" ] || die_showing "$ran: wrote to standard output"
	[ "$(wc -l <"$err")" -eq 1 ] || die_showing "$ran: wants one line on standard error"
}

# same FILE FILE
same() {
	cmp "$1" "$2" || die "$1 and $2 differ"
}

# skip TEXT...: this machine cannot run the test.
skip() {
	echo "$*"
	exit 77
}

# unhex HEX: the octets.
unhex() {
	# shellcheck disable=SC2059 # the octal escapes are meant
	for octet in $(echo "$1" | sed 's/../& /g'); do
		printf "\\$(printf %03o "0x$octet")"
	done
}
