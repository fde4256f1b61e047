#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sh tests/man_kinds.sh PROGRAM PAGE: PAGE with its catalogue of entries written anew from the table of
# PROGRAM (egov-record), on standard output.
set -eu

LC_ALL=C
export LC_ALL
program=$1 page=$2
begin='.\" Kinds: written by "make man-kinds" from the table itself.'
end='.\" End of the kinds.'

section() {
	"$program" kinds --json | jq -r '[.kind, .subject, .fields, .private, .says] | @tsv' |
		awk -F '\t' '
	{
		printf ".It Li %s\n%s.\n", $1, toupper(substr($5, 1, 1)) substr($5, 2)
		printf "Subject: %s.\nFields: %s.\n", $2 == "" ? "empty" : $2, $3
		if ($4 == "yes")
			print "There may be a private part."
	}' | fold -s -w 100 | sed 's/ $//'
}

if ! grep -qxF "$begin" "$page" || ! grep -qxF "$end" "$page"; then
	echo "$page: no marks for the kinds" >&2
	exit 1
fi
sed "/^\.\\\\\" Kinds: /q" "$page"
section
sed -n '/^\.\\" End of the kinds\.$/,$p' "$page"
