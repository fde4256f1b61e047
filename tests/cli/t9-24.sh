#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The trial measures of 2009, Art. 24: five years for enterprises and the public, ten for government
# departments, and the longer of all rules: o4-24c.sh as it stands.
set -eu
# shellcheck source=tests/cli/o4-24c.sh
. "$SRC/tests/cli/o4-24c.sh"
