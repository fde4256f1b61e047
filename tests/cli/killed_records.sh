#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A handful of the kills of tests/long/kills_records.sh.
set -eu
EGOV_KILLS=${EGOV_KILLS:-16}
# shellcheck source=tests/long/kills_records.sh
. "$SRC/tests/long/kills_records.sh"
