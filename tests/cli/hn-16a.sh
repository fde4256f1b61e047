#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Henan, Art. 16: the secrecy of identity data is that of Order No. 4, Art. 23: o4-23.sh as it stands.
set -eu
# shellcheck source=tests/cli/o4-23.sh
. "$SRC/tests/cli/o4-23.sh"
