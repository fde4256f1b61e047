#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Suites that others made are judged as they state; what is not is known, with its reason.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"

[ -d "$CORPORA" ] || skip 'the corpora are not here: no suite was judged'
known=$SRC/tests/interop/conformance.expected
conformance=$O/tests/interop/conformance

expect 0 "$conformance" "$CORPORA" "$known"
grep '^set ' "$out"
[ "$(grep -c '^set ' "$out")" -ge 15 ] || die 'want 15 sets'

# What is not known is found, and so is what is known and right.
printf 'pkits 4.1.4\n\tDSA\n' >less
expect 1 "$conformance" "$CORPORA" less pkits
prints 'wrong and not known'
{ cat "$known" && printf 'pkits 4.1.1\n\tno reason\n'; } >longer
expect 1 "$conformance" "$CORPORA" longer pkits
prints 'right now' '0 wrong and not known, 1 known and not wrong'
echo 'pkits 4.1.1' >without
expect 2 "$conformance" "$CORPORA" without pkits
says 'the reason'
