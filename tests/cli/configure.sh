#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# In a copy of the tree: configure writes config.mk and nothing else, make obeys it, what is installed stands
# on its own, a program outside finds the library by pkg-config, and the tree packs itself.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"

unset SANITIZE DEVELOPER
top=$PWD
mkdir tree
if [ "$(git -C "$SRC" rev-parse --show-toplevel 2>/dev/null)" = "$SRC" ]; then
	(cd "$SRC" && git ls-files -z --cached --others --exclude-standard) >list
else
	(cd "$SRC" && find . -name 'build*' -prune -o -type f -print0) >list
fi
tar -C "$SRC" --null --ignore-failed-read -cf - -T list 2>/dev/null | tar -C tree -xf -
cd tree
git init -q .
git add -A
git -c user.name=test -c user.email=test@example.invalid commit -q -m 'The tree'

# --- configure
expect 0 autoconf -Wall
[ ! -s "$err" ] || die_showing 'autoconf warns'
expect 0 ./configure CC="${CC:-cc}" CFLAGS=-O0 --prefix="$top/installed" --libdir="$top/installed/lib64" \
	--with-statedir=/srv/ca
expect 0 git status --porcelain --untracked-files=all
[ ! -s "$out" ] || die_showing 'configure leaves files that git does not ignore'
expect 0 git ls-files --others --ignored --exclude-standard --directory
printf '%s\n' autom4te.cache/ config.log config.mk config.status configure >wanted
same "$out" wanted
rm wanted
expect 0 make DEPS=no
[ ! -s "$err" ] || die_showing 'the build says something'

# --- install
expect 0 make install DESTDIR="$top/stage"
expect 0 make install
expect 0 diff -r "$top/installed" "$top/stage$top/installed"
cd "$top"
lib=$top/installed/lib64
find tree/tools -name 'egov_*.c' | sed 's|.*/egov_\(.*\)\.c|egov-\1|' | sort >wanted
find installed/bin -type f | sed 's|.*/||' | sort >programs
same programs wanted
while read -r program; do
	expect 0 env LD_LIBRARY_PATH="$lib" "installed/bin/$program" --version
	[ -s "installed/share/man/man1/$program.1" ] || die "$program: no page was installed"
done <programs
[ ! -d tree/lib/softtoken ] || [ -x "$lib/egovca/egov-softtoken.so" ] || die 'the token was not installed'
find installed -type f -perm -100 >binaries
while read -r binary; do
	readelf -d "$binary" >dynamic
	! grep -E 'RPATH|RUNPATH' dynamic || die "$binary carries a path of its build"
done <binaries
expect 0 nm -D "$lib/libegovca.so"
prints egov_version

# --- a program outside
cat >outside.c <<'END'
#include <stdio.h>
#include <string.h>
#include <egovca/egovca.h>
int main(void)
{
	struct egov_error err = { 0 };
	egov_time when;
	if (strcmp(egov_version(), EGOV_VERSION) != 0 ||
	    egov_time_parse("2049-12-31T23:59:59Z", &when, &err) != EGOV_OK)
		return 1;
	return egov_time_parse("2049-13-31T23:59:59Z", &when, &err) == EGOV_OK || printf("%s\n", err.text) < 0;
}
END
PKG_CONFIG_PATH=$lib/pkgconfig
export PKG_CONFIG_PATH
expect 0 pkg-config --modversion egovca
prints "$(sed -n 's/^#define EGOV_VERSION "\(.*\)"/\1/p' "$SRC/include/egovca/version.h")"
# shellcheck disable=SC2046 # lists of flags
expect 0 "${CC:-cc}" -Wall -Werror -o outside outside.c $(pkg-config --cflags --libs egovca)
expect 0 env LD_LIBRARY_PATH="$lib" ./outside
prints 2049-13-31
# shellcheck disable=SC2046 # lists of flags
expect 0 "${CC:-cc}" -Wall -Werror -o static outside.c $(pkg-config --cflags egovca) "$lib/libegovca.a" \
	$(pkg-config --libs libcrypto libtasn1 p11-kit-1 sqlite3 inih jansson)
expect 0 ./static

# --- dist
cd tree
expect 0 make -s dist
packed=$(tail -n 1 "$out")
expect 0 tar -tzf "$packed"
sed -n 's|^egovca-[0-9.]*/\(.*[^/]\)$|\1|p' "$out" | LC_ALL=C sort >packed
git ls-files | LC_ALL=C sort >tracked
same packed tracked
