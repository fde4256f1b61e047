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
# translation.sh tells what programs do with it
[ -s installed/share/locale/zh_CN/LC_MESSAGES/egovca.mo ] || die 'the catalogue was not installed'
grep -qF "$top/installed/share/locale" installed/bin/egov-verify || die 'egov-verify looks elsewhere for it'
[ ! -d tree/lib/softtoken ] || [ -x "$lib/egovca/egov-softtoken.so" ] || die 'the token was not installed'
find installed -type f -perm -100 >binaries
while read -r binary; do
	readelf -d "$binary" >dynamic
	! grep -E 'RPATH|RUNPATH' dynamic || die "$binary carries a path of its build"
done <binaries
expect 0 nm -D "$lib/libegovca.so"
prints egov_version

# --- uninstall takes what install brought, and leaves what others put beside it
cd tree
mkdir -p "$top/stage$top/installed/share/egovca" && echo mine >"$top/stage$top/installed/share/egovca/mine"
expect 0 make uninstall DESTDIR="$top/stage"
prints 'share/egovca is not empty: it stays'
find "$top/stage" ! -type d >"$top/left"
echo "$top/stage$top/installed/share/egovca/mine" >"$top/wanted"
same "$top/left" "$top/wanted"
rm "$top/stage$top/installed/share/egovca/mine"
expect 0 make uninstall DESTDIR="$top/stage"
find "$top/stage" -name 'egovca*' >"$top/left"
[ ! -s "$top/left" ] || { cat "$top/left"; die 'uninstall left folders of ours'; }
cd "$top"

# --- a program outside
cat >outside.c <<'END'
#include <string.h>
#include <egovca/egovca.h>
int main(void)
{
	struct egov_error err = { 0 };
	egov_time when;
	if (egov_time_parse("2049-13-31", &when, &err) != EGOV_E_SYNTAX || strstr(err.text, "2049-13-31") == NULL)
		return 1;
	return strcmp(egov_version(), EGOV_VERSION);
}
END
# the example of the manual
sed -n '/^#include <stdio.h>/,/^}/p' "$SRC/man/egovca.3" | sed 's/\\en/\\n/g' >example.c
PKG_CONFIG_PATH=$lib/pkgconfig
export PKG_CONFIG_PATH
expect 0 pkg-config --modversion egovca
prints "$(sed -n 's/^#define EGOV_VERSION "\(.*\)"/\1/p' "$SRC/include/egovca/version.h")"
for program in outside example; do
	# shellcheck disable=SC2046 # lists of flags
	expect 0 "${CC:-cc}" -Wall -Werror -o $program $program.c $(pkg-config --cflags --libs egovca)
	# shellcheck disable=SC2046 # lists of flags
	expect 0 "${CC:-cc}" -Wall -Werror -o $program-static $program.c $(pkg-config --cflags egovca) \
		"$lib/libegovca.a" $(pkg-config --libs libcrypto p11-kit-1 sqlite3 inih jansson)
done
# those of every page of section 3
for page in installed/share/man/man3/*.3; do
	name=$(basename "$page" .3)
	{
		printf '#include <stdio.h>\n#include <egovca/egovca.h>\n'
		sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' "$page" | sed -n '/^\.Bd/,/^\.Ed/{/^\./d;s/\\e/\\/g;p;}'
	} >"$name.c"
	[ "$(wc -l <"$name.c")" -gt 2 ] || die "$page has no example"
	# shellcheck disable=SC2046 # lists of flags
	expect 0 "${CC:-cc}" -std=c11 -Wall -Wextra -Werror -c -o "$name.o" "$name.c" $(pkg-config --cflags egovca)
done
expect 0 env LD_LIBRARY_PATH="$lib" ./outside
expect 0 ./outside-static
openssl req -x509 -newkey ed25519 -nodes -keyout key.pem -days 3 -subj /CN=x -out cert.pem 2>/dev/null
expect 0 env LD_LIBRARY_PATH="$lib" ./example cert.pem
date -u -d "$(openssl x509 -in cert.pem -noout -enddate | sed 's/.*=//')" +%Y-%m-%dT%H:%M:%SZ >wanted
same "$out" wanted
expect 1 ./example-static outside.c
says 'neither DER nor PEM'

# --- the examples, with what is installed and nothing else
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"
O=$lib/egovca
PATH=$top/installed/bin:$PATH
LD_LIBRARY_PATH=$lib
export LD_LIBRARY_PATH
for program in issue verify; do
	[ "$(wc -l <"$SRC/examples/$program.c")" -lt 120 ] || die "$program.c is too long for an example"
	# shellcheck disable=SC2046 # lists of flags
	expect 0 "${CC:-cc}" -std=c11 -pthread -Wall -Wextra -Werror -pedantic -D_POSIX_C_SOURCE=200809L \
		-o "example-$program" "installed/share/doc/egovca/examples/$program.c" \
		$(pkg-config --cflags --libs egovca)
done
token root-ca root-journal
custodian
root root
cps root
approved root good
expect 1 ./example-issue root agency-sign A000009 good.csr good.pem
says_only 'issue: EGOV_E_POLICY: no application'
expect 0 ./example-issue root agency-sign "$id" good.csr good.pem
prints 'profile: agency-sign'
serial=$(value serial)
expect 0 openssl x509 -in good.pem -noout -serial
prints "serial=$(echo "$serial" | tr a-f A-F)"
expect 1 ./example-issue root agency-sign "$id" good.csr again.pem
says 'EGOV_E_POLICY' 'Order No. 4, Art. 21'
[ ! -e again.pem ] || die 'an application was used twice'
issued root bad
echo '挂失申请' >loss.txt
expect 0 egov-revoke --home root --serial "$serial" --reason keyCompromise \
	--requested-by 张示例 --evidence loss.txt
expect 0 egov-crl publish --home root
set -- 2026-11-22T12:00:00Z root/publish/cert/ca.pem root/publish/crl/ca.crl
expect 0 ./example-verify "$@" good.pem
prints 'good.pem: pass signature: ' 'good.pem: pass revocation: ' 'good.pem: trusted'
expect 1 ./example-verify "$@" good.pem bad.pem missing.pem good.csr
prints 'good.pem: trusted' 'bad.pem: fail revocation: ' 'bad.pem: not trusted: ' 'keyCompromise' \
	'missing.pem: not trusted: ' 'good.csr: not trusted: '
expect 1 ./example-verify 2036-11-22 "$2" "$3" good.pem
prints 'good.pem: fail validity: '
expect 2 ./example-verify noon "$2" "$3" good.pem
says 'noon'
expect 2 ./example-verify
consistent root

# --- dist
cd tree
expect 0 make -s dist
packed=$(tail -n 1 "$out")
expect 0 tar -tzf "$packed"
sed -n 's|^egovca-[0-9.]*/\(.*[^/]\)$|\1|p' "$out" | LC_ALL=C sort >packed
git ls-files | LC_ALL=C sort >tracked
same packed tracked
