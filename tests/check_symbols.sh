#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the library exports, its version script, the prototypes in include/egovca, the pages of section 3 and
# the calls in tests/unit name the same functions; the page of each header is egovca_HEADER(3), with an
# example; the programs use no others; the token exports the C_* of its script alone; the library has no
# writable data.
# O, LIBSO and TOKEN come from the Makefile.
set -u

work=$O/check_symbols
rm -rf "$work" && mkdir -p "$work" || exit 1
LC_ALL=C
export LC_ALL
failed=0

fail() {
	echo "check-symbols: $*" >&2
	failed=1
}

exported() {
	nm -D --defined-only "$1" | awk '$2 ~ /^[A-Zuvw]$/ && $2 != "A" { sub(/@.*/, "", $3); print $3 }' |
		grep -v -e '^__asan_' -e '^__odr_asan' -e '^__start_' -e '^__stop_' | sort -u
}

# The names between "global:" and "local:".
mapped() {
	sed 's|/\*.*\*/||' "$1" | awk '
	/global:/ { on = 1; next }
	/local:/ { on = 0 }
	on { gsub(/[ \t;]+/, "\n"); print }' | grep . | sort -u
}

# The function that each EGOV_API declares.
declared() {
	cat "$@" | sed 's|/\*.*\*/||' | awk '
	/^[ \t]*#/ { next }
	/EGOV_API/ { text = ""; on = 1 }
	on { text = text " " $0 }
	on && /;/ {
		on = 0
		if (match(text, /[A-Za-z_][A-Za-z0-9_]*[ \t]*\([^()]*EGOV_API/))
			text = substr(text, RSTART)
		sub(/__attribute__.*/, "", text)
		if (match(text, /egov_[a-z0-9_]+[ \t]*\(/))
			print substr(text, RSTART, RLENGTH - 1)
		else
			print "unreadable:" text
	}' | tr -d ' \t' | sort -u
}

documented() {
	sed -n -e 's/^\.\(Fn\|Fo\) *//p' "$@" | grep -o '^egov_[a-z0-9_]*' | sort -u
}

# The functions that the code calls, comments apart.
called() {
	sed 's|/\*.*\*/||; /^ \*/d; /^\/\*/d' "$@" | grep -o '\<egov_[a-z0-9_]*(' | tr -d '(' | sort -u
}

# The page of one header names what it declares, in NAME too, and shows an example.
check_page() {
	page=man/egovca_${1%.h}.3
	case $1 in
	egovca.h) page=man/egovca.3 ;;
	export.h) return ;;     # the two macros of the other headers
	esac
	[ -f "$page" ] || { fail "$1 has no page $page"; return; }
	for section in DESCRIPTION THREADS EXAMPLES; do
		grep -q "^\.Sh $section" "$page" || fail "$page: no section $section"
	done
	[ "$1" != egovca.h ] || return
	grep -q "^\.Xr egovca_${1%.h} 3" man/egovca.3 || fail "man/egovca.3 does not name $page"
	declared "include/egovca/$1" >"$work/of_header"
	sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/p' "$page" >"$work/synopsis"
	documented "$work/synopsis" >"$work/of_page"
	same "$work/of_header" "$work/of_page" "$1" "the synopsis of $page"
	sed -n 's/^\.Nm \(egov_[a-z0-9_]*\).*/\1/p' "$page" | sort -u >"$work/of_name"
	compare "$work/of_header" "$work/of_name" "$1" "NAME of $page"
}

# $1 and $2: lists; $3 and $4: what they are.
compare() {
	while read -r name; do
		[ -z "$name" ] || fail "$name: in $3, not in $4"
	done <<-END
	$(comm -23 "$1" "$2")
	END
}

same() {
	compare "$1" "$2" "$3" "$4"
	compare "$2" "$1" "$4" "$3"
}

# Data of our own objects that somebody could write to.  The token is a module with a state of its own;
# a sanitizer adds data to every object.
#
# Made under pthread_once and afterwards only read: of OpenSSL a key to copy and a digest.  The lock
# is what p11-kit lacks.
writable() {
	nm -D "$LIBSO" | grep -q __asan_ && return
	find "$O/lib" "$O/gen/lib" -name '*.o' ! -path '*/softtoken/*' 2>/dev/null | sort | while read -r object; do
		nm -f sysv "$object" | awk -F '|' -v o="${object#"$O"/}" '
		$7 ~ /^(\.(data|bss|tdata|tbss)|\*COM\*)/ && $7 !~ /^\.data\.rel\.ro/ && $4 !~ /SECTION/ {
			sub(/ *$/, "", $1); print o ": " $1 }'
	done | grep -v -x -e 'lib/crypto/sm2_key\.o: model\(_once\)\?' \
		-e 'lib/crypto/sm3\.o: fetched\(_once\)\?' -e 'lib/key/p11_module\.o: coming_or_going'
}

exported "$LIBSO" >"$work/exported"
mapped lib/libegovca.map >"$work/mapped"
declared include/egovca/*.h >"$work/declared"
[ -s "$work/exported" ] || fail "$LIBSO exports nothing"
same "$work/exported" "$work/mapped" "${LIBSO##*/}" lib/libegovca.map
same "$work/declared" "$work/mapped" "include/egovca" lib/libegovca.map
for page in man/egovca.3 man/egovca_*.3; do
	[ ! -f "$page" ] || set -- "$@" "$page"
done
documented "$@" /dev/null >"$work/documented"
same "$work/documented" "$work/mapped" "the pages of section 3" lib/libegovca.map
for header in include/egovca/*.h; do
	check_page "${header##*/}"
done
called tests/unit/*.c >"$work/called"
compare "$work/mapped" "$work/called" lib/libegovca.map "what tests/unit calls"

# The programs are linked with the archive, where nothing is hidden.
nm -u "$O"/tools/*.o | sed -n 's/^ *U \(egov_.*\)/\1/p' | sort -u >"$work/used"
[ -s "$work/used" ] || fail "the programs use nothing of the library"
compare "$work/used" "$work/mapped" tools lib/libegovca.map

while read -r name; do
	[ -z "$name" ] || fail "$name can be written to: the library has no such data"
done <<-END
$(writable)
END

if [ -n "$TOKEN" ]; then
	exported "$TOKEN" >"$work/token"
	mapped lib/softtoken/softtoken.map >"$work/token_mapped"
	same "$work/token" "$work/token_mapped" "${TOKEN##*/}" lib/softtoken/softtoken.map
	while read -r name; do
		[ -z "$name" ] || fail "${TOKEN##*/} exports $name, which is no C_ function"
	done <<-END
	$(grep -v '^C_[A-Z]' "$work/token")
	END
fi

[ "$failed" -ne 0 ] || echo "check-symbols: $(wc -l <"$work/mapped") exported functions agree"
exit "$failed"
