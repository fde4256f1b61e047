#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every check of "make check-static" passes a clean tree and names what is planted in it.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"

CC=${CC:-cc}
O=$PWD/build
PKG_CFLAGS=
LAYERS='base asn1 store'
FENCES='sqlite3.h:store p11-kit/:store asn1/door.h:asn1,store'
SOFTTOKEN_LAYERS='base asn1'
LIBSO=$O/libegovca.so.0
TOKEN=
TOOLS=$O/egov-one
export CC O PKG_CFLAGS LAYERS FENCES SOFTTOKEN_LAYERS LIBSO TOKEN TOOLS

spdx='/* SPDX-License-Identifier: Apache-2.0 */'

# source PATH LINE...: a file with its licence line.
source_file() {
	path=$1
	shift
	mkdir -p "${path%/*}"
	case $path in
	*.sh | *.map) printf '%s\n' "# SPDX-License-Identifier: Apache-2.0" "$@" >"$path" ;;
	man/*) printf '%s\n' '.\" SPDX-License-Identifier: Apache-2.0' "$@" >"$path" ;;
	*) printf '%s\n' "$spdx" "$@" >"$path" ;;
	esac
}

clean_tree() {
	rm -rf tree
	mkdir tree
	cd tree
	source_file include/egovca/egovca.h '#include <egovca/a.h>'
	source_file include/egovca/a.h '#ifndef A_H' '#define A_H' \
		'#define EGOV_API __attribute__((visibility("default")))' '#ifdef __cplusplus' 'extern "C" {' '#endif' \
		'EGOV_API int egov_a(int x,' '                    int y);' \
		'#ifdef __cplusplus' '}' '#endif' '#endif'
	source_file lib/base/a.h '#ifndef BASE_A_H' '#define BASE_A_H' 'int egov__a(int x);' '#endif'
	source_file lib/base/a.c '#include "base/a.h"' '#include <egovca/a.h>' \
		'int egov__a(int x)' '{' '	return x;' '}' \
		'int egov_a(int x, int y)' '{' '	return egov__a(x) + y;' '}'
	source_file lib/asn1/b.c '#include "base/a.h"' '#include <string.h>' 'static const int b[] = { 1, 2 };' \
		'int egov__b(int i);' 'int egov__b(int i)' '{' '	return b[i];' '}'
	source_file lib/softtoken/t.c '#include "base/a.h"' \
		'__attribute__((visibility("default"))) int C_Do(void);' 'int C_Do(void)' '{' '	return egov__a(1);' '}'
	source_file tools/tool.h '#include <egovca/a.h>'
	source_file tools/egov_one.c '#include "tool.h"' '#include <jansson.h>' \
		'int main(void)' '{' '	return egov_a(1, 2);' '}'
	source_file lib/libegovca.map 'E_1 {' 'global:' '	egov_a;' 'local:' '	*;' '};'
	source_file lib/softtoken/softtoken.map '{' 'global:' '	C_Do;' 'local:' '	*;' '};'
	source_file man/egovca.3 '.Dd January 1, 2026' '.Dt EGOVCA 3' '.Os' '.Sh NAME' '.Nm egovca' \
		'.Nd adds' '.Sh SYNOPSIS' '.In egovca/egovca.h' '.Sh DESCRIPTION' 'See' '.Xr egovca_a 3 .' \
		'.Sh THREADS' 'Any.' '.Sh EXAMPLES' 'None.'
	source_file man/egovca_a.3 '.Dd January 1, 2026' '.Dt EGOVCA_A 3' '.Os' '.Sh NAME' '.Nm egov_a' \
		'.Nd adds' '.Sh SYNOPSIS' '.In egovca/a.h' '.Ft int' '.Fn egov_a "int x" "int y"' \
		'.Sh DESCRIPTION' 'It adds.' '.Sh THREADS' 'Any.' '.Sh EXAMPLES' 'None.'
	source_file tests/unit/test_a.c '#include <egovca/a.h>' 'int main(void)' '{' '	return egov_a(1, -1);' '}'
	source_file man/egov-one.1 '.Dd January 1, 2026' '.Dt EGOV-ONE 1' '.Os' '.Sh NAME' '.Nm egov-one' '.Nd one' \
		'.Sh SYNOPSIS' '.Nm' '.Cm go' '.Op Fl -out Ar file' '.Sh DESCRIPTION' 'It goes.' \
		'.Bl -tag -width Ds' '.It Cm go' 'Goes.' '.It Fl -out Ar file' 'Where to.' '.It Fl -help' 'Help.' '.El'
	mkdir -p "$O"
	# shellcheck disable=SC2016 # a script
	printf '%s\n' '#!/bin/sh' 'if [ "$1" = --help ]; then echo "  go      goes"' \
		'else printf "  --out FILE   where\n  --help  help\n"; fi' >"$TOOLS"
	chmod +x "$TOOLS"
}

build() {
	rm -rf "$PWD/../build/lib" "$PWD/../build/tools"
	for source in lib/*/*.c tools/*.c; do
		mkdir -p "$O/${source%/*}"
		$CC -fPIC -fvisibility=hidden -Iinclude -Ilib -c -o "$O/${source%.c}.o" "$source"
	done
	$CC -shared -Wl,--version-script=lib/libegovca.map -o "$LIBSO" "$O"/lib/base/*.o "$O"/lib/asn1/*.o
	$CC -shared -Wl,--version-script=lib/softtoken/softtoken.map -o "$O/token.so" \
		"$O/lib/softtoken/t.o" "$O/lib/base/a.o"
}

# refuses CHECK TEXT: on the tree as it stands; then a clean tree again.
refuses() {
	check=$1
	shift
	expect 1 sh "$SRC/tests/check_$check.sh"
	cat "$out" >>"$err"
	says "$@"
	cd ..
	clean_tree
}

plant() {
	printf '%s\n' "$2" >>"$1"
}

clean_tree
build
for check in layers headers symbols man style; do
	expect 0 sh "$SRC/tests/check_$check.sh"
done

# --- layers
plant lib/base/a.c '#include "asn1/b.h"'
refuses layers 'lib/base/a.c:' 'base must not include asn1/b.h: asn1 is a higher layer'
plant lib/asn1/b.c '#  include <sqlite3.h>'
refuses layers 'asn1 must not include sqlite3.h: only store may'
plant lib/base/a.h '#include <p11-kit/p11-kit.h>'
refuses layers 'base must not include p11-kit/p11-kit.h'
plant lib/base/a.c '#include "asn1/door.h"'
refuses layers 'base must not include asn1/door.h: only asn1,store may'
plant lib/base/a.c '#include <curl/curl.h>'
refuses layers '<curl/curl.h>: no fence names it'
plant lib/base/a.c '#include "../store/s.h"'
refuses layers 'must not walk the tree'
plant lib/base/a.c '#include HEADER'
refuses layers 'must name its file'
source_file lib/extra/x.c
refuses layers 'lib/extra is missing from LAYERS'
plant lib/softtoken/t.c '#include "store/s.h"'
refuses layers 'softtoken must not include store/s.h'
plant lib/asn1/b.c '#include "softtoken/t.h"'
refuses layers 'softtoken is no layer'
plant tools/egov_one.c '#include "base/a.h"'
refuses layers 'a tool must not include "base/a.h"'
plant tools/egov_one.c '#include "two_part.h"'
refuses layers 'a tool must not include "two_part.h"'
plant tools/egov_one.c '#include <openssl/evp.h>'
refuses layers 'a tool must not include <openssl/evp.h>'
plant include/egovca/a.h '#include <sqlite3.h>'
refuses layers 'a public header must not include sqlite3.h'

# --- headers
plant lib/base/a.h 'size_t egov__size(void);'
refuses headers '"base/a.h" does not compile alone'
plant lib/base/a.h 'struct unguarded { int x; };'
refuses headers '"base/a.h" does not compile alone'
sed -i 's/^int egov__a/struct new; int egov__a/; s/int x/int new/' lib/base/a.h
expect 0 sh "$SRC/tests/check_headers.sh"
sed -i 's/int x/int new/' include/egovca/a.h
refuses headers '<egovca/a.h> does not compile alone (-x c++'
source_file include/egovca/c.h 'typedef int c;'
refuses headers 'egovca.h does not include <egovca/c.h>'

# --- symbols
build
sed -i 's/egov_a;/egov_a; egov_b;/' lib/libegovca.map
refuses symbols 'egov_b: in lib/libegovca.map, not in libegovca.so.0' 'egov_b: in lib/libegovca.map, not in include' \
	'egov_b: in lib/libegovca.map, not in the pages'
build
plant include/egovca/a.h 'EGOV_API const char *egov_c(void) __attribute__((pure));'
refuses symbols 'egov_c: in include/egovca, not in lib/libegovca.map'
build
sed -i 's/^.Fn egov_a/.Fn egov_d/' man/egovca_a.3
refuses symbols 'egov_d: in the pages of section 3, not in' 'egov_a: in lib/libegovca.map, not in the pages'
rm man/egovca_a.3
refuses symbols 'a.h has no page man/egovca_a.3'
sed -i '/^.Sh EXAMPLES/d' man/egovca_a.3
refuses symbols 'man/egovca_a.3: no section EXAMPLES'
sed -i '/^.Xr/d' man/egovca.3
refuses symbols 'man/egovca.3 does not name man/egovca_a.3'
sed -i 's/egov_a(1, -1)/0/' tests/unit/test_a.c
refuses symbols 'egov_a: in lib/libegovca.map, not in what tests/unit calls'
plant lib/base/a.c '__attribute__((visibility("default"))) int egov_e;'
sed -i 's/egov_a;/egov_*;/' lib/libegovca.map
build
sed -i 's/egov_\*;/egov_a;/' lib/libegovca.map
refuses symbols 'egov_e: in libegovca.so.0, not in' 'lib/base/a.o: egov_e can be written to'
plant lib/asn1/b.c 'int *egov__f(void); int *egov__f(void) { static int hidden = 3; return &hidden; }'
build
refuses symbols 'lib/asn1/b.o: ' 'hidden' 'can be written to'
plant tools/egov_one.c 'int egov__a(int x); int one(void); int one(void) { return egov__a(1); }'
build
refuses symbols 'egov__a: in tools, not in lib/libegovca.map'
TOKEN=$O/token.so
build
expect 0 sh "$SRC/tests/check_symbols.sh"
sed -i 's/C_Do;/C_Do; egov_*;/' lib/softtoken/softtoken.map
plant lib/softtoken/t.c '__attribute__((visibility("default"))) int egov_g(void); int egov_g(void) { return 1; }'
build
refuses symbols 'token.so exports egov_g, which is no C_ function' 'egov_g: in token.so, not in'
TOKEN=

# --- manual
plant man/egovca.3 '.Xx broken'
refuses man 'egovca.3:'
sed -i 1d man/egovca.3
refuses man 'egovca.3: no SPDX'
rm man/egov-one.1
refuses man 'egov-one has no page'
sed -i 's/^.It Fl -out/.It Fl -in/' man/egov-one.1
refuses man "no '.It Fl -out'" '.It Fl -in, which egov-one --help does not know'
sed -i 's/Cm go/Cm stay/' man/egov-one.1
refuses man "no 'Cm go'"

# --- style
sed -i 1d lib/base/a.c
refuses style 'lib/base/a.c:1: no SPDX line'
plant lib/base/a.c '/* blank at the end */ '
refuses style 'lib/base/a.c:12: blanks at the end'
plant lib/base/a.c "/* TO""DO: more */"
refuses style 'a mark of unfinished work'
plant lib/base/a.c "$(awk 'BEGIN { printf "\t/* "; while (n++ < 15) printf "\t"; print " */" }')"
refuses style '131 columns, at most 120 allowed'
awk 'BEGIN { for (n = 0; n < 1200; n++) print "" }' >>lib/base/a.c
refuses style 'past 1200 lines'
long_function() {
	awk -v n="$1" 'BEGIN {
		print "int\negov__long(int a)\n{"
		for (i = 0; i < n - 3; i++)
			print "\ta++; /* } \" */"
		print "}"
	}'
}
plant lib/base/a.c "$(long_function 100)"
expect 0 sh "$SRC/tests/check_style.sh"
prints 'longest 100'
plant lib/base/a.c "$(long_function 101)"
refuses style 'lib/base/a.c:114: egov__long has 101 lines'
plant lib/base/a.c '/* long function: one case for each of the mechanisms */'
plant lib/base/a.c "$(long_function 101)"
expect 0 sh "$SRC/tests/check_style.sh"
plant lib/base/a.c "$(long_function 102)"
refuses style 'egov__long has 102 lines'
plant lib/base/a.c 'int p(int a, int b, int (*c)(int, int), int d, int e, int f, int g, int h, int i) { return 1; }'
refuses style 'p has 9 parameters'
plant lib/base/a.c 'int p(int a, int b, int (*c)(int, int), int d, int e, int f, int g) { return 1; }'
expect 0 sh "$SRC/tests/check_style.sh"
prints '1 function(s) with more than 6 parameters: p(7)'
plant lib/base/a.c 'int q(void) { return getenv ("X") != 0; }'
refuses style 'lib/base/a.c:13: the library must not'
plant lib/base/a.c 'int q(void) { fprintf(stderr, "x"); return 0; }'
refuses style 'must not write to standard streams'
plant lib/base/a.c 'typedef struct x y;'
refuses style 'no typedef for a struct'
if command -v shellcheck >/dev/null; then
	# shellcheck disable=SC2016 # a script
	source_file tests/x.sh '#!/bin/sh' 'for x in $y; do echo [ $x ]; done' 'cd $1'
	refuses style 'tests/x.sh:'
fi
rm -rf -- *
refuses style 'no source found'

# --- translations
po_tree() {
	mkdir -p po
	printf '%s\n' 'msgid ""' 'msgstr "Content-Type: text/plain; charset=UTF-8\n"' '' '#, c-format' \
		'msgid "%s: one"' 'msgstr "%s: 一"' '' 'msgid "two"' 'msgstr "二"' >po/zh_CN.po
	sed 's/^msgstr "[^C].*/msgstr ""/' po/zh_CN.po >"$POT"
}
POT=$O/egovca.pot
export POT
refuses po 'there is no catalogue'
po_tree
expect 0 sh "$SRC/tests/check_po.sh"
prints '1 catalogue(s) complete'
printf '%s\n' '' 'msgid "three"' 'msgstr ""' >>"$POT"
refuses po '1 untranslated' 'msgid "three"'
po_tree
sed -i 's/^msgid "two"/#, fuzzy\nmsgid "two"/' po/zh_CN.po
refuses po '1 fuzzy' 'msgid "two"'
po_tree
sed -i 's/%s: 一/%d: 一/' po/zh_CN.po
refuses po 'format specifications'
