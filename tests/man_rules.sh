#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sh tests/man_rules.sh PROGRAM PAGE: PAGE with its section of rules written anew from the table of PROGRAM
# (egov-lint), on standard output.
set -eu

LC_ALL=C
export LC_ALL
program=$1 page=$2
begin='.\" Rules: written by "make man-rules" from the table itself.'
end='.\" End of the rules.'

section() {
	"$program" --list --json | jq -r '[.source, .id, .severity, .["applies-to"], .field, .text, .clause] | @tsv' |
		awk -F '\t' '
	function name(source) {
		if (source == "rfc5280") return "RFC 5280 and those beside it"
		if (source == "gm") return "GM/T 0015, GM/T 0043, GM/T 0092"
		return source == "article19" ? "Order No. 4, Art. 19" : "The limits of a profile"
	}
	{
		gsub(/,/, ", ", $4)
		row[$1] = row[$1] ".It Li " $2 "\n" $3 "; " $4 "; " $5 ":\n" $6 " (" $7 ").\n"
	}
	END {
		count = split("rfc5280 gm article19 cps", order, " ")
		for (i = 1; i <= count; i++)
			printf ".Pp\n%s\n.Pq Cm %s :\n.Bl -tag -width Ds\n%s.El\n",
			       name(order[i]), order[i], row[order[i]]
	}' | fold -s -w 100 | sed 's/ $//'
}

if ! grep -qxF "$begin" "$page" || ! grep -qxF "$end" "$page"; then
	echo "$page: no marks for the rules" >&2
	exit 1
fi
sed "/^\.\\\\\" Rules: /q" "$page"
section
sed -n '/^\.\\" End of the rules\.$/,$p' "$page"
