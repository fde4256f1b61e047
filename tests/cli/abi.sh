#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each kind of change to a public declaration is noticed, one of comments and layout is not, and after 1.0
# only additions are taken.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"

SONAME=libegovca.so.0
VERSION=0.1.0
export SONAME VERSION
check() {
	sh "$SRC/tests/check_abi.sh" "$@"
}
# changed HEADER SED-SCRIPT: the tree with one header changed, which must differ.
changed() {
	rm -rf include
	cp -r "$SRC/include" .
	sed "$2" "include/egovca/$1" >new
	! cmp -s new "include/egovca/$1" || die "$1: $2 changes nothing"
	cp new "include/egovca/$1"
}

mkdir -p tests/abi
cp -r "$SRC/include" .
expect 1 check
says 'make abi'
expect 0 check --update
expect 0 check
cmp "tests/abi/$SONAME.abi" "$SRC/tests/abi/$SONAME.abi" || die 'the committed file is not that of the headers'

changed buffer.h 's|octets \*/|octets, all of them */|; s/^\tsize_t size; */\tsize_t  size;/'
expect 0 check

# noticed HEADER SED-SCRIPT TEXT...
noticed() {
	changed "$1" "$2"
	shift 2
	expect 1 check
	says "$@"
}
noticed buffer.h 's/^\tsize_t size;.*/&\n\tint more;/' 'gone: struct egov_slice' 'new: struct egov_slice{' 'int more;'
noticed error.h 's/EGOV_E_IO = -3/EGOV_E_IO = -30/' 'new: enum egov_status'
noticed file.h 's/EGOV_MAX_OBJECT (64u/EGOV_MAX_OBJECT (65u/' 'new: #define EGOV_MAX_OBJECT (65u << 10)'
noticed time.h 's/int64_t egov_time;/int32_t egov_time;/' 'new: typedef int32_t egov_time;'
noticed report.h 's/size_t r, const char \*key);/size_t r);/' 'gone: const char *egov_report_find'
noticed version.h '/egov_version(void)/d' 'gone: const char *egov_version(void);'

# --- after 1.0
VERSION=1.0.0
expect 1 check --update
says 'would lose' 'egov_version'
changed version.h 's/^EGOV_API const char \*egov_version.*/&\nEGOV_API int egov_more(void);/'
expect 0 check --update
expect 0 check
