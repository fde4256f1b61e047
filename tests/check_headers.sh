#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every header compiles alone, twice in one file, as strict C11; the public ones also as C++, and the
# umbrella names them all.  CC, O and PKG_CFLAGS come from the Makefile.
set -u

failed=0 count=0
unit=$O/check_headers.c
mkdir -p "$O" || exit 1

# $1 = how it is included, then the compiler's arguments.
compile() {
	include=$1
	shift
	printf '#include %s\n#include %s\nextern int egov_check_headers;\n' "$include" "$include" >"$unit"
	# shellcheck disable=SC2086 # CC may carry arguments
	if ! $CC -Wall -Wextra -Werror -pedantic -fsyntax-only "$@" "$unit"; then
		echo "check-headers: $include does not compile alone ($*)" >&2
		failed=1
	fi
}

for header in include/egovca/*.h; do
	[ -f "$header" ] || continue
	count=$((count + 1))
	compile "<${header#include/}>" -std=c11 -Iinclude
	compile "<${header#include/}>" -x c++ -std=c++11 -Iinclude
	[ "$header" = include/egovca/egovca.h ] && continue
	if ! grep -q "^#include <${header#include/}>" include/egovca/egovca.h; then
		echo "check-headers: include/egovca/egovca.h does not include <${header#include/}>" >&2
		failed=1
	fi
done
for header in lib/*/*.h; do
	[ -f "$header" ] || continue
	count=$((count + 1))
	# shellcheck disable=SC2086 # a list of flags
	compile "\"${header#lib/}\"" -std=c11 -D_GNU_SOURCE=1 -Iinclude -Ilib $PKG_CFLAGS
done
rm -f "$unit"
[ "$count" -gt 0 ] || { echo "check-headers: no header found" >&2; exit 1; }
[ "$failed" -eq 0 ] && echo "check-headers: $count headers compile alone"
exit "$failed"
