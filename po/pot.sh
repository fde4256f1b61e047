#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sh po/pot.sh OUT: extracts every message of lib and tools into the template OUT.
#
# A message is the argument of _ or N_ (programs), of EGOV__N or egov__text (library), or the format of
# egov__lint_found or a function that is declared with EGOV__PRINTF or __attribute__((format(printf, ...))) -
# except those that build text which is no message.
set -eu
OUT=$1

LC_ALL=C
export LC_ALL
sources=$(find lib tools \( -name '*.c' -o -name '*.h' \) | sort)

# "name:argument" of each function that takes a format.
# shellcheck disable=SC2016,SC2086 # an awk program; a list of files
formats=$(awk '
FNR == 1 { text = "" }
/^[ \t]*(#|\/?\*)/ { next }
{ text = text " " $0 }
/[;{}]/ {
	if (match(text, /EGOV__PRINTF\([0-9]+|format\(printf, *[0-9]+/)) {
		argument = substr(text, RSTART, RLENGTH)
		gsub(/[^0-9]/, "", argument)
		gsub(/EGOV__PRINTF\([^()]*\)|__attribute__\(\([^()]*(\([^()]*\))?[^()]*\)\)/, "", text)
		if (match(text, /[a-z_][a-z0-9_]*\(/))
			print substr(text, RSTART, RLENGTH - 1) ":" argument
	}
	text = ""
}' $sources | sort -u | grep -v -e '^egov__buf_printf:' -e '^egov__report_' -e '^egov__conf_put')

# The nouns of the last ones are translated where the message is set.
set -- --keyword=_ --keyword=N_ --keyword=EGOV__N --keyword=egov__text \
	--keyword=EGOV__RULE:7 --keyword=EGOV__RULE_FOREIGN:8 \
	--keyword=egov__lint_found:2 --flag=egov__lint_found:2:c-format \
	--keyword=egov__ossl_error:4 --keyword=egov__witness_differs:1 \
	--keyword=egov__query_read:3 --keyword=egov__query_write:3 --keyword=egov__store_failed:3
for format in $formats; do
	set -- "$@" "--keyword=$format" "--flag=$format:c-format"
done
# shellcheck disable=SC2086 # a list of files
xgettext --language=C --from-code=UTF-8 --keyword "$@" --add-location=file --sort-by-file \
	--package-name=egovca --copyright-holder= --output="$OUT.new" $sources
grep -v '^"POT-Creation-Date' "$OUT.new" >"$OUT"
rm "$OUT.new"
