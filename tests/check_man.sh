#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The manual: lint-clean, licensed, a page for every program, and a page's options and commands are those
# that the program's --help names.  O and TOOLS come from the Makefile.
set -u

work=$O/check_man
rm -rf "$work" && mkdir -p "$work" || exit 1
LC_ALL=C
export LC_ALL
failed=0 pages=0

fail() {
	echo "check-man: $*" >&2
	failed=1
}

# The subcommands that PROGRAM --help names: two blanks and a word.
commands() {
	"$1" --help </dev/null | sed -n 's/^  \([a-z][a-z-]*\)  *.*/\1/p'
}

# All options of a program and its subcommands.
helped() {
	{
		"$1" --help </dev/null
		for command in $(commands "$1"); do
			"$1" "$command" --help </dev/null
		done
	} | sed -n 's/^  --\([a-z][a-z0-9-]*\).*/\1/p' | sort -u
}

# The options that a page lists: .It Fl -name ... [, Fl -name]
listed() {
	grep '^\.It .*Fl ' "$1" | grep -o 'Fl [\]*-[a-z][a-z0-9-]*' | sed 's/^Fl [\]*-//' | sort -u
}

check_program() {
	name=${1##*/}
	page=man/$name.1
	if [ ! -f "$page" ]; then
		fail "$name has no page $page"
		return
	fi
	for command in '' $(commands "$1"); do
		# shellcheck disable=SC2086 # none where there is no command
		"$1" $command --help </dev/null | awk 'length($0) > 79' >"$work/long"
		[ ! -s "$work/long" ] ||
			fail "$name $command --help: more than 79 columns: $(head -n 1 "$work/long")"
	done
	helped "$1" >"$work/helped"
	listed "$page" >"$work/listed"
	[ -s "$work/helped" ] || fail "$name --help lists no options"
	for option in $(comm -23 "$work/helped" "$work/listed"); do
		fail "$page: no '.It Fl -$option', which $name has"
	done
	for option in $(comm -13 "$work/helped" "$work/listed"); do
		fail "$page: .It Fl -$option, which $name --help does not know"
	done
	for command in $(commands "$1"); do
		grep -q "^\.\(.* \)\?Cm $command\>" "$page" || fail "$page: no 'Cm $command', which $name has"
	done
}

for page in man/*.[1-9]; do
	[ -f "$page" ] || continue
	pages=$((pages + 1))
	mandoc -T lint -W warning "$page" >&2 || failed=1
	head -n 1 "$page" | grep -q '^\.\\" SPDX-License-Identifier: Apache-2.0$' ||
		fail "$page: no SPDX comment in its first line"
done
for program in ${TOOLS:-}; do
	check_program "$program"
done
if [ -f man/egov-lint.1 ]; then
	sh "${0%/*}/man_rules.sh" "$O/egov-lint" man/egov-lint.1 >"$work/rules" || failed=1
	cmp -s "$work/rules" man/egov-lint.1 || fail "man/egov-lint.1: not the rules of the table: make man-rules"
fi
if [ -f man/egov-record.5 ]; then
	grep -o '^#define EGOV__KIND_[A-Z_]* *"[a-z-]*"' lib/record/kinds.h | grep -o '"[a-z-]*"' | tr -d '"' |
		sort -u >"$work/kinds.h"
	"$O/egov-record" kinds --json | jq -r .kind | sort -u >"$work/kinds.table"
	for kind in $(comm -23 "$work/kinds.h" "$work/kinds.table"); do
		fail "lib/record/catalogue.c lacks the kind of entry $kind, which lib/record/kinds.h names"
	done
	sh "${0%/*}/man_kinds.sh" "$O/egov-record" man/egov-record.5 >"$work/kinds" || failed=1
	cmp -s "$work/kinds" man/egov-record.5 ||
		fail "man/egov-record.5: not the kinds of the table: make man-kinds"
fi
[ "$failed" -ne 0 ] || echo "check-man: $pages pages are clean"
exit "$failed"
