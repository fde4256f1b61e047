#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the house rules ask of every source: a licence line, clean text, bounded lines, files, functions and
# parameter lists, no marks of unfinished work, a library that leaves its process alone.  With git it looks
# at what git tracks or would add, else at all files below the current folder.
#
# A function that is one table or one switch may be longer than the ceiling if a comment in it or right
# above it reads "long function: WHY".
set -u

LC_ALL=C
export LC_ALL
failed=0
list=${TMPDIR:-/tmp}/check_style.$$
trap 'rm -f "$list" "$list".*' EXIT
trap 'exit 1' HUP INT TERM

sources() {
	if [ "$(git rev-parse --show-toplevel 2>/dev/null)" = "$(pwd -P)" ]; then
		git ls-files --cached --others --exclude-standard
	else
		find . \( -name .git -o -name 'build*' -o -name quickstart.d \) -prune -o -type f -print |
			sed 's|^\./||'
	fi | sort -u | while read -r path; do
		[ -f "$path" ] && printf '%s\n' "$path"
	done
}

# Text that we wrote; seeds and vectors are what they are.
texts() {
	grep -v -e '^COPYING$' -e '^tests/abi/' -e '^tests/fuzz/seeds/' -e '^tests/vectors/' \
		-e '\.\(der\|pem\|crt\|crl\|csr\)$'
}

check_licences() {
	grep -v -e '^README' -e '^\.' -e '^NEWS' -e '^po/' | while read -r path; do
		head -n 2 "$path" | grep -q 'SPDX-License-Identifier: Apache-2\.0' ||
			echo "$path:1: no SPDX line"
	done
}

check_texts() {
	# shellcheck disable=SC2016 # an awk program
	grep -v '^po/.*\.po$' | tr '\n' '\0' | xargs -0 -r awk '
	function bad(what) { print FILENAME ":" FNR ": " what }
	FNR == 1 {
		if (last != "")
			close(last)
		last = FILENAME
		code = FILENAME ~ /\.[ch]$/
	}
	/[ \t\r]$/ { bad("blanks at the end of the line") }
	/(^|[^A-Za-z_])(TO[D]O|FIX[M]E)([^A-Za-z_]|$)/ { bad("a mark of unfinished work") }
	{
		columns = 0
		line = $0
		gsub(/[\200-\277]/, "", line)   # the tails of UTF-8 characters
		while ((at = index(line, "\t")) > 0) {
			columns += at - 1
			columns += 8 - columns % 8
			line = substr(line, at + 1)
		}
		columns += length(line)
		if (columns > 120)
			bad(columns " columns, at most 120 allowed")
		if (code && FNR == 1201)
			bad("the file goes on past 1200 lines")
	}'
}

measure() {
	tr '\n' '\0' | xargs -0 -r awk -f "$(dirname "$0")/functions.awk"
}

check_functions() {
	awk '
	$1 != "F" { print; next }
	$5 > 100 && !$7 { print $2 ":" $3 ": " $4 " has " $5 " lines, at most 100 allowed" }
	$6 > 8 { print $2 ":" $3 ": " $4 " has " $6 " parameters, at most 8 allowed" }' "$1"
}

statistics() {
	awk '$1 == "F" && $2 ~ /^(lib|tools)\// { print $5 }' "$1" | sort -n | awk '
	{ lines[NR] = $1 }
	END {
		if (NR)
			printf "check-style: %d functions in lib and tools: median %d lines, p90 %d, longest %d\n",
			       NR, lines[int((NR + 1) / 2)], lines[int(NR * 0.9 + 0.999)], lines[NR]
	}'
	awk '$1 == "F" && $6 > 6 { n++; names = names " " $4 "(" $6 ")" }
	END { if (n) printf "check-style: %d function(s) with more than 6 parameters:%s\n", n, names }' "$1"
}

check_shell() {
	command -v shellcheck >/dev/null || { echo "check-style: shellcheck is not installed" >&2; return 0; }
	while read -r path; do
		case $path in
		*.sh) echo "$path" ;;
		*) head -n 1 "$path" | grep -q '^#!.*[/ ]\(ba\|da\)\?sh$' && echo "$path" ;;
		esac
	done | tr '\n' '\0' | xargs -0 -r shellcheck -x -f gcc
}

sources | texts >"$list"
[ -s "$list" ] || { echo "check-style: no source found" >&2; exit 1; }
grep '\.[ch]$' "$list" | measure >"$list.functions"
{
	check_licences <"$list"
	check_texts <"$list"
	check_functions "$list.functions"
	check_shell <"$list"
} >"$list.bad"
if [ -s "$list.bad" ]; then
	cat "$list.bad" >&2
	failed=1
fi
statistics "$list.functions"
[ "$failed" -ne 0 ] || echo "check-style: $(wc -l <"$list") files are clean"
exit "$failed"
