#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# OPENSSL_CONF: a configuration of OpenSSL that the programs are told to read counts; the system's
# is not looked for.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca
cat >nothing.cnf <<-'CONF'
	openssl_conf = all
	[all]
	alg_section = algorithms
	[algorithms]
	default_properties = provider=nobody
CONF
expect 0 egov-key list "$(uri root-ca)"
cp "$out" with.out
(
	OPENSSL_CONF=$PWD/nothing.cnf
	export OPENSSL_CONF
	if egov-key list "$(uri root-ca)" >without.out 2>&1; then
		die 'no algorithm is allowed, but one was found'
	fi
)
(
	OPENSSL_CONF=
	export OPENSSL_CONF
	expect 0 egov-key list "$(uri root-ca)"
)
same "$out" with.out
