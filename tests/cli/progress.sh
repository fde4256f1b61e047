#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Long work shows on a terminal how far it is, and nowhere else.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
command -v script >/dev/null || skip 'script(1) is not installed'

PATH=$O:$PATH
TERM=xterm
export PATH TERM
expect 0 openssl genpkey -algorithm SM2 -out root.key
expect 0 openssl req -x509 -new -key root.key -sm3 -sigopt distid:1234567812345678 -subj /CN=root \
	-addext keyUsage=critical,keyCertSign,cRLSign -days 30 -out root.pem
mkfifo slow
# A certificate among others that takes its time to come.
cat >long <<'END'
{ sleep 1; cat root.pem >slow; } &
exec egov-verify "$@" --trust root.pem root.pem slow root.pem
END

# on_terminal ARGUMENT...: its standard error is one, standard output a file.
on_terminal() {
	expect 0 script -q -e -c "sh long $* >lines" typescript
	[ "$(grep -c ': trusted' lines)" -eq 3 ] || die 'some were not judged'
	tr '\r' '\n' <typescript >seen
}
on_terminal
grep -q '^judged: 2/3 (66 %)' seen || { cat seen; die 'no progress on a terminal'; }
on_terminal -q
! grep -q 'judged' seen || die 'progress in spite of -q'
expect 0 sh long
[ ! -s "$err" ] || die_showing 'progress without a terminal'
