#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What programs were compiled against does not change unnoticed: the declarations of include/egovca, without
# comments and layout, are those of tests/abi/SONAME.abi, a line each.  Members, values and parameters are in
# them, so sizes and offsets follow.  SONAME and VERSION come from the Makefile.
#
#	sh tests/check_abi.sh [--update]
#
# --update ("make abi") writes the file anew; from 1.0 on only additions are taken: anything else needs another
# SONAME.
set -u

LC_ALL=C
export LC_ALL
kept=tests/abi/$SONAME.abi
now=${TMPDIR:-/tmp}/check_abi.$$
trap 'rm -f "$now" "$now".*' EXIT
trap 'exit 1' HUP INT TERM

# A line for each declaration, type or constant of the headers given.
declarations() {
	cat "$@" | awk '
	# Comments go, in or across lines.
	{
		line = $0
		text = ""
		while (line != "") {
			if (inside) {
				at = index(line, "*/")
				line = at ? substr(line, at + 2) : ""
				inside = !at
			} else {
				at = index(line, "/*")
				text = text (at ? substr(line, 1, at - 1) " " : line)
				line = at ? substr(line, at + 2) : ""
				inside = at > 0
			}
		}
		print text
	}' | awk '
	function flush() {
		gsub(/[ \t]+/, " ", all)
		gsub(/ ?[(){},;*] ?/, "&", all)
		sub(/^ /, "", all)
		sub(/ $/, "", all)
		if (all != "")
			print all
		all = ""
	}
	/^#define EGOV_[A-Z0-9_]+ / && !/^#define EGOV_(API|MUST_CHECK|VERSION) / { gsub(/[ \t]+/, " "); print; next }
	/^#/ || /^extern "C" \{$/ { next }
	# The brace that closes extern "C" stands alone.
	depth == 0 && /^}$/ { next }
	{
		n = split($0, c, "")
		for (i = 1; i <= n; i++) {
			all = all c[i]
			depth += (c[i] == "{") - (c[i] == "}")
			if (c[i] == ";" && depth == 0)
				flush()
		}
		all = all " "
	}' | sed '/^#/{s/ *$//;b
	}
	s/EGOV_API //; s/EGOV_MUST_CHECK //; s/ *\([(){},;]\) */\1/g; s/ *\* */ */g; s/,/, /g; s/\* \*/**/g' | sort -u
}

declarations include/egovca/*.h >"$now"
[ "$(wc -l <"$now")" -gt 100 ] || { echo "check-abi: the headers cannot be read" >&2; exit 1; }
if [ "${1:-}" = --update ]; then
	[ ! -f "$kept" ] || sed 1d "$kept" >"$now.kept"
	case $VERSION in
	0.*) ;;
	*)
		[ ! -f "$kept" ] || gone=$(comm -23 "$now.kept" "$now")
		if [ -n "${gone:-}" ]; then
			printf 'check-abi: %s would lose, and programs with it:\n%s\n' "$SONAME" "$gone" >&2
			exit 1
		fi
		;;
	esac
	{ echo '# SPDX-License-Identifier: Apache-2.0'; cat "$now"; } >"$kept"
	exit 0
fi
[ -f "$kept" ] || { echo "check-abi: there is no $kept: make abi" >&2; exit 1; }
sed 1d "$kept" >"$now.kept"
if ! cmp -s "$now.kept" "$now"; then
	{
		comm -23 "$now.kept" "$now" | sed 's/^/check-abi: gone: /'
		comm -13 "$now.kept" "$now" | sed 's/^/check-abi: new: /'
		echo "check-abi: where that is meant, \"make abi\" writes $kept anew"
	} >&2
	exit 1
fi
echo "check-abi: $(wc -l <"$now") declarations are those of $SONAME"
