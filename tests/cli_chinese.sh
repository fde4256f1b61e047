# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Programs that find their catalogues in the folder that the script began in, and the locale
# zh_CN.UTF-8 there: read after tests/cli_help.sh.

[ -f /usr/share/i18n/locales/zh_CN ] || skip 'the definition of the locale zh_CN is not installed'
LOCALES=$PWD
# The C library loses what it reads out of LOCPATH.
echo 'leak:argz_add_sep' >known-leaks
LSAN_OPTIONS=suppressions=$PWD/known-leaks:print_suppressions=0
export LSAN_OPTIONS

# chinese_programs [NAME...]: bin/egov-NAME, or all of them: as they are, but for the folder of
# their catalogues.
chinese_programs() {
	mkdir bin locale
	localedef -i zh_CN -f UTF-8 ./zh_CN.UTF-8 || die 'localedef'
	for po in "$SRC"/po/*.po; do
		folder=locale/$(basename "$po" .po)/LC_MESSAGES
		mkdir -p "$folder"
		expect 0 msgfmt --check -o "$folder/egovca.mo" "$po"
	done
	parts=
	for part in "$O"/tools/tool_*.o; do
		[ "$part" = "$O/tools/tool_main.o" ] || parts="$parts $part"
	done
	expect 0 "${CC:-cc}" -std=c11 -D_GNU_SOURCE=1 -I"$SRC/include" -DEGOV_LOCALEDIR="\"$LOCALES/locale\"" \
		-c -o tool_main.o "$SRC/tools/tool_main.c"
	for program in "$O"/tools/egov_*.o; do
		name=${program##*/egov_}
		name=${name%.o}
		[ $# -eq 0 ] || case " $* " in *" $name "*) ;; *) continue ;; esac
		own=
		for part in "$O/tools/${name}"_*.o; do
			[ ! -f "$part" ] || own="$own $part"
		done
		# shellcheck disable=SC2046,SC2086 # lists of files and flags
		expect 0 "${CC:-cc}" ${SANITIZE:+-fsanitize=$SANITIZE} -o "bin/egov-$name" "$program" $own $parts \
			tool_main.o -L"$O" -Wl,-rpath,"$O" -legovca $(pkg-config --libs jansson)
	done
}

# chinese CODE COMMAND...: like expect, in the locale zh_CN.UTF-8
chinese() {
	code=$1
	shift
	expect "$code" env LOCPATH="$LOCALES" LANGUAGE= LC_ALL=zh_CN.UTF-8 "$@"
}
